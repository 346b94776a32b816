"""The answer of a check: whether a candidate is an equilibrium, by how much, and what breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from negotiation.labelled import Table, Tabular
from negotiation.numeric import Number
from negotiation.status import Status


@dataclass(frozen=True)
class Deviation:
    """One player's departure from the prescribed action, once.

    Parameters
    ----------
    player, action : str
        Who departs, and to which action.
    prescribed : str
        The action prescribed instead ("mixed" where a mixed action is).
    gain : float or Fraction
        Value of departing less the value of complying, in average discounted payoffs; negative where
        departing costs.
    state : str or None
        The automaton's state in which it happens; `None` in a stage game.
    """

    player: str
    action: str
    prescribed: str
    gain: Number
    state: str | None = None

    def __str__(self) -> str:
        where = f" in state {self.state!r}" if self.state is not None else ""
        verb = (
            "gains" if self.gain > 0 else "loses" if self.gain < 0 else "gains nothing, and loses nothing, by"
        )
        size = f" {abs(float(self.gain)):.6g} by" if self.gain else ""
        return f"{self.player} {verb}{size} playing {self.action!r} instead of {self.prescribed!r}{where}"


@dataclass(frozen=True)
class Verdict(Tabular):
    """The result of `verify`.

    Parameters
    ----------
    holds : bool
        Whether the candidate is an equilibrium in the sense of `concept`.
    concept : str
        The equilibrium concept that was checked.
    margin : float or Fraction
        The least value of complying less the best deviation, over players, states and deviations; not
        negative when the candidate holds. Infinite where nobody has an alternative.
    deviation : Deviation or None
        The most tempting deviation: the one at which the margin is attained.
    tolerance : float
        Shortfall that still counted as none; 0 in an exact check.
    exact : bool
        Whether the check ran in rational numbers.
    checked : int
        Number of deviations that were checked.
    """

    holds: bool
    concept: str
    margin: Number
    deviation: Deviation | None
    tolerance: float
    exact: bool
    checked: int
    status: Status = "complete"

    def explain(self) -> str:
        """Return the verdict as a sentence.

        Examples
        --------
        >>> Verdict(True, "Nash equilibrium", 1.0, None, 1e-9, False, 4).explain()
        'A Nash equilibrium: of 4 deviations none gains. Margin 1.'
        """
        arithmetic = ", in exact arithmetic" if self.exact else ""
        if self.holds:
            head = f"A {self.concept}{arithmetic}: of {self.checked} deviations none gains."
        else:
            head = f"Not a {self.concept}{arithmetic}."
        worst = f" {self.deviation}." if self.deviation is not None and not self.holds else ""
        nearest = f" Closest: {self.deviation}." if self.deviation is not None and self.holds else ""
        return f"{head}{worst} Margin {float(self.margin):.6g}.{nearest}"

    def table(self) -> Table:
        """Return the verdict as a table of one row."""
        worst = self.deviation
        return Table(
            "verdict",
            (
                "concept",
                "holds",
                "margin",
                "player",
                "state",
                "deviation",
                "instead of",
                "deviations checked",
            ),
            (
                (
                    self.concept,
                    self.holds,
                    float(self.margin),
                    worst.player if worst else None,
                    worst.state if worst else None,
                    worst.action if worst else None,
                    worst.prescribed if worst else None,
                    self.checked,
                ),
            ),
        )


def judge(concept: str, worst: Deviation | None, tolerance: float, exact: bool, checked: int) -> Verdict:
    """Return the verdict that follows from the most tempting deviation.

    A gain within the tolerance counts as none, and the margin is then zero.
    """
    margin: Number = float("inf") if worst is None else -worst.gain
    if not exact and -tolerance <= margin < 0:
        margin = 0.0
    elif exact and isinstance(margin, int):
        margin = Fraction(margin)
    return Verdict(margin >= 0, concept, margin, worst, 0.0 if exact else tolerance, exact, checked)
