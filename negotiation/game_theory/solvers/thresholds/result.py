"""Results on critical discount factors: the value, its bounds, and the deviation that binds."""

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
    """The deviation that binds at a threshold: an action instead of the prescribed one, in a state."""

    player: str
    action: str
    prescribed: str
    state: str

    def __str__(self) -> str:
        return f"{self.player}: {self.action} instead of {self.prescribed}, in state {self.state!r}"


@dataclass(frozen=True)
class CriticalDiscountFactor(Tabular, Drawable):
    """The common discount factors at which a strategy or profile is an equilibrium.

    Parameters
    ----------
    intervals : tuple of pairs
        All such discount factors in (0, 1), as closed intervals. A single point is a pair of equal numbers;
        an end at 0 or 1 is not included.
    value : float, Fraction or None
        The least of them; 0 if all small discount factors are included, and `None` if none was found. It is a
        `Fraction` if its closed form is known and rational, otherwise a float. For a profile without a closed
        form it is the least discount factor at which an equilibrium was certified.
    lower, upper : float or None
        Bounds of the least discount factor. For an automaton both are proven. For a profile `upper` is
        proven, and `lower` is numerical unless it is proven by pure minmax payoffs. For a policy nothing
        between the discount factors that were tried is proven. If `value` is `None`, `upper` is `None`, and
        none was found up to `lower`; if `lower` is `None` too, it is proven that there is none.
    binding : Binding or None
        The deviation that binds at `value` or gains just below it. If `value` is `None`, a deviation that
        gains at every discount factor or, if there is none, at a large one. `None` if nothing binds.
    strategy : Automaton or None
        For a profile, an equilibrium that plays it for ever, at `value` if that is a `Fraction` and at
        `upper` otherwise. `None` if none was found, and for other targets.
    reason : str
        For a profile or a policy, what is proven, and how; otherwise empty.
    exact_intervals : tuple of pairs
        The intervals in closed form, with `Fraction` or `AlgebraicNumber` ends. Empty for a policy, and if
        only bounds of a profile's threshold are known.
    status : {"complete", "partial"}
        `partial` for a policy. For a profile, `partial` if the bounds of its threshold are more than 1e-6
        apart, or no threshold was found up to the largest discount factor that was tried.
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
        """The value in closed form; `None` if there is no value or no closed form is known."""
        return self.exact_intervals[0][0] if self.exact_intervals else None

    def table(self) -> Table:
        """Return a table with one row for each interval: its ends, and what binds."""
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
