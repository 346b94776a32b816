"""The result of a check: whether a candidate is an equilibrium, its margin, and the closest deviation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.labelled.naming import readable
from negotiation.base.numeric import KNIFE_EDGE, Number, as_fraction
from negotiation.base.status import Status


@dataclass(frozen=True)
class Deviation:
    """A single departure of one player from the prescribed action."""

    # The player who departs, and the action that it plays.
    player: str
    action: str
    # The action prescribed instead ("mixed" where a mixed action is).
    prescribed: str
    # Value of departing less the value of complying, in average discounted payoffs; negative where departing
    # costs.
    gain: Number
    # Where it happens: the automaton's state, or the profile and vertex of a payoff set; `None` in a stage
    # game.
    state: str | None = None

    def __str__(self) -> str:
        return self._said(*told_apart(self.action, self.prescribed))

    def in_words(self) -> str:
        """Return the departure as a sentence, with joint choices in readable form.

        Examples
        --------
        >>> print(Deviation("CHN", "visa=open port_fee=none", "visa=open port_fee=rmb_400", -0.5).in_words())
        CHN loses 0.5 by playing 'port fee: none' instead of 'port fee: rmb 400'
        """
        action, prescribed = told_apart(self.action, self.prescribed)
        return self._said(readable(action), readable(prescribed))

    def _said(self, action: str, prescribed: str) -> str:
        where = f" in state {self.state!r}" if self.state is not None else ""
        verb = (
            "gains" if self.gain > 0 else "loses" if self.gain < 0 else "gains nothing, and loses nothing, by"
        )
        size = f" {abs(float(self.gain)):.6g} by" if self.gain else ""
        return f"{self.player} {verb}{size} playing {action!r} instead of {prescribed!r}{where}"


def told_apart(action: str, prescribed: str) -> tuple[str, str]:
    """Return two actions without their common parts, if they are joint choices.

    Examples
    --------
    >>> told_apart("tariff=high visa=open fee=none", "tariff=low visa=open fee=some")
    ('tariff=high fee=none', 'tariff=low fee=some')
    >>> told_apart("D", "C")
    ('D', 'C')
    """
    first, other = action.split(" "), prescribed.split(" ")
    if not all("=" in part for part in (*first, *other)):
        return action, prescribed
    if [part.partition("=")[0] for part in first] != [part.partition("=")[0] for part in other]:
        return action, prescribed
    apart = [pair for pair in zip(first, other, strict=True) if pair[0] != pair[1]]
    return " ".join(pair[0] for pair in apart), " ".join(pair[1] for pair in apart)


@dataclass(frozen=True)
class Verdict(Tabular, Drawable):
    """The result of `verify`.

    Parameters
    ----------
    holds : bool
        Whether the candidate is an equilibrium in the sense of `concept`.
    concept : str
        The equilibrium concept that was checked.
    margin : float or Fraction
        The value of complying less the value of the most tempting deviation, in payoffs of the deviating
        player. It is not negative if the candidate is an equilibrium, and infinite if nobody has an
        alternative.
    deviation : Deviation or None
        The most tempting deviation over all players, states and actions: the one with the largest gain, or
        the least loss, relative to the range of that player's payoffs. `None` if nobody has an alternative.
    tolerance : float
        The largest gain of the deviating player that counts as zero; 0 in an exact check, or if there is no
        deviation.
    exact : bool
        Whether an exact check was requested; margin and gain are then rational numbers.
    checked : int
        Number of deviations that were checked.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> found = ng.verify(ng.RepeatedGame(stage, 0.1), grim)
    >>> found.holds, found.concept, round(found.margin, 3)
    (False, 'subgame perfect equilibrium', -0.3)
    >>> found.deviation.player, found.deviation.action, found.deviation.state
    ('0', 'D', 'cooperate')
    """

    _figure = "truces.verdicts:verdict_figure"

    holds: bool
    concept: str
    margin: Number
    deviation: Deviation | None
    tolerance: float
    exact: bool
    checked: int
    status: Status = "complete"

    def in_floats(self) -> Verdict:
        """Return the same verdict with its numbers as floats.

        Returns
        -------
        Verdict
            A new verdict with the same result and tolerance, and with `exact` False.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
        >>> from fractions import Fraction
        >>> found = ng.verify(ng.RepeatedGame(stage, Fraction(1, 2)), grim, exact=True)
        >>> found.margin, found.in_floats().margin
        (Fraction(1, 1), 1.0)
        """
        worst = self.deviation
        if worst is not None:
            worst = replace(worst, gain=float(worst.gain))
        return replace(self, margin=float(self.margin), deviation=worst, exact=False)

    def explain(self) -> str:
        """Return the verdict in words.

        Returns
        -------
        str
            The result, the margin, and the most tempting deviation.

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
        words = None if self.deviation is None else self.deviation.in_words()
        worst = f" {words}." if words is not None and not self.holds else ""
        nearest = f" Closest: {words}." if words is not None and self.holds else ""
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
                    self.margin,
                    worst.player if worst else None,
                    worst.state if worst else None,
                    worst.action if worst else None,
                    worst.prescribed if worst else None,
                    self.checked,
                ),
            ),
        )


def _beyond(key: tuple[Number, Number], size: tuple[Number, Number], slack: Number) -> bool:
    """Return whether `key` is lexicographically above `size`; numbers within `slack` count as equal.

    A positive number never counts as equal to zero or to a negative number.
    """
    for new, old in zip(key, size, strict=True):
        more = new - old
        if not -slack <= more <= slack or (new > 0) != (old > 0):
            return bool(more > 0)
    return False


def of_least_slack(
    concept: str,
    slacks: Iterable[tuple[Number, Deviation | None]],
    tolerance: float,
    checked: int,
    *,
    exact: bool = False,
) -> Verdict:
    """Return the verdict on conditions, given the slack and the most tempting deviation of each condition.

    `checked` is the number of deviations checked. A shortfall within the tolerance counts as zero, except in
    an exact check.
    """
    margin, nearest = min(slacks, key=lambda pair: pair[0], default=(float("inf"), None))
    if not exact:
        margin = 0.0 if -tolerance <= margin < 0 else float(margin)
    return Verdict(bool(margin >= 0), concept, margin, nearest, 0.0 if exact else tolerance, exact, checked)


def judge(
    concept: str,
    deviations: Iterable[Deviation],
    tolerances: Mapping[str, float],
    *,
    exact: bool,
    ranges: Mapping[str, Number] | None = None,
) -> Verdict:
    """Return the verdict that follows from all deviations.

    `tolerances` has the gain of each player that counts as zero, and `ranges` the range of each player's
    payoffs, by which gains of different players are compared.
    """
    units = {player: (as_fraction(x) if exact else x) for player, x in (ranges or {}).items()}
    worst: Deviation | None = None
    size: tuple[Number, Number] = (0, 0)
    margin: Number = float("inf")
    checked = 0
    for departure in deviations:
        checked += 1
        counts = exact or not 0 < departure.gain <= tolerances[departure.player]
        share = departure.gain / units.get(departure.player, 1)
        # Of gains that count as none, the largest is named.
        key = (share if counts else 0.0, share)
        if worst is None or _beyond(key, size, 0 if exact else KNIFE_EDGE):
            worst, size, margin = departure, key, 0 - departure.gain if counts else 0.0
    if exact and isinstance(margin, int):
        margin = Fraction(margin)
    tolerance = 0.0 if exact or worst is None else tolerances[worst.player]
    return Verdict(margin >= 0, concept, margin, worst, tolerance, exact, checked)
