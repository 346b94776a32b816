"""Results on critical discount factors: the value, proven bounds, and the deviation that binds."""

from __future__ import annotations

from dataclasses import dataclass

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number
from negotiation.base.status import Status
from negotiation.game_theory.exact.algebraic_numbers import Exact
from negotiation.game_theory.strategies import Automaton


@dataclass(frozen=True)
class Binding:
    """The deviation that binds at a threshold."""

    player: str
    action: str
    prescribed: str
    state: str

    def __str__(self) -> str:
        return f"{self.player}: {self.action} instead of {self.prescribed}, in state {self.state!r}"


@dataclass(frozen=True)
class CriticalDiscountFactor(Tabular, Drawable):
    """The common discount factors at which a target is played in a subgame perfect equilibrium.

    Parameters
    ----------
    intervals : tuple of pairs
        All common discount factors in (0, 1) that work, as closed intervals; a single point is a pair of
        equal numbers. An end at 0 or 1 stands for the end of the open interval (0, 1).
    value : float, Fraction or None
        The least of them (0 if all small ones work); `None` where none works. For a strategy a `Fraction`
        where it is rational, else a float (see `exact_value`). For a profile a `Fraction` at which the
        equilibrium was certified exactly and below which nothing was found: `lower` says how far below is
        excluded.
    lower, upper : float or None
        Proven bounds of `value`. Where no discount factor works, `lower` is the largest that was tried, or
        `None` where that is proven for all.
    binding : Binding or None
        The deviation that stops gaining at `value`; where no discount factor works, one that gains at
        every discount factor or, failing that, near 1. `None` where nothing binds.
    strategy : Automaton or None
        For a profile: an equilibrium that plays it for ever, at `upper` (at `value` where that is exact).
    reason : str
        For a profile: what is proven, and how.
    exact_intervals : tuple of pairs
        The intervals in closed form: ends are `Fraction` or `AlgebraicNumber`. Empty where a profile's
        threshold is known by its bracket alone.
    status : {"complete", "partial"}
        Partial where a profile's threshold is only bracketed, or not found up to the largest that is
        tried.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.critical_discount_factor(stage, ("C", "C")))
    discount factors at which the strategy is an equilibrium
        from  to  from, exactly  to, exactly  binding
    0.142857   1  1/7            1            0: D instead of C, in state 'C, C'
    """

    _figure = "threshold:threshold_figure"

    intervals: tuple[tuple[Number, Number], ...]
    value: Number | None
    lower: float | None
    upper: float | None
    binding: Binding | None
    status: Status = "complete"
    method: str = "exact roots of the one-shot-deviation polynomials"
    strategy: Automaton | None = None
    reason: str = ""
    exact_intervals: tuple[tuple[Exact, Exact], ...] = ()

    @property
    def exact_value(self) -> Exact | None:
        """The value in closed form; `None` where there is none or where it is known by a bracket alone."""
        return self.exact_intervals[0][0] if self.exact_intervals else None

    def table(self) -> Table:
        """Return one row for each interval."""
        closed = self.exact_intervals or ((None, None),) * len(self.intervals)
        rows = tuple(
            (
                float(low),
                float(high),
                None if start is None else str(start),
                None if end is None else str(end),
                str(self.binding or ""),
            )
            for (low, high), (start, end) in zip(self.intervals, closed, strict=True)
        )
        title = "discount factors at which the strategy is an equilibrium"
        if self.status != "complete":
            title += f" ({self.status}: {self.reason})"
        columns = ("from", "to", "from, exactly", "to, exactly", "binding")
        return Table(title if rows else f"{title}: none; {self.binding} gains", columns, rows)

    def _numbers(self) -> Table:
        rows = tuple((low, high, str(self.binding or "")) for low, high in self.intervals)
        return Table("", ("from", "to", "binding"), rows)
