"""The value of remedies for noise: consultation, slower punishment, a control kept outside the linkage.

Each function compares values in equilibrium; an arrangement that does not deter has value 0. A consultation
channel lowers the ambiguity of a clause, so that fewer alarms are false and more breaches are detected.
Slower punishment waits for several alarms in a row (Fudenberg, Rand and Dreber 2012). Delegating a control to
an agency outside the linkage keeps its false alarms, and its stake, out of the pool (`linked_noisy_grim`).
Cost: a few closed forms; for slower punishment one value and one check for each number of alarms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, UnknownName, shown
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, alarm_chances
from negotiation.game_theory.solvers.closed_forms.noisy_grim import (
    NoisyGrim,
    NoisyIssue,
    linked_noisy_grim,
    noisy_grim,
)
from negotiation.game_theory.solvers.values.value import value
from negotiation.game_theory.strategies import slow_to_anger
from negotiation.game_theory.strategies.alarms import Labels


@dataclass(frozen=True)
class Arrangement:
    """One way to arrange an agreement, with its value and its incentives."""

    # Average discounted value if all comply, in excess of the value without cooperation.
    value: Number
    # Value of complying less the value of the best single breach.
    margin: Number
    holds: bool
    # The least discount factor at which it holds; `None` if there is none or it is not computed.
    critical_discount_factor: Number | None = None

    @property
    def sustained(self) -> Number:
        """The value in equilibrium; 0 if a breach pays."""
        return self.value if self.holds else self.value * 0


@dataclass(frozen=True)
class RemedyValue(Tabular):
    """An agreement with and without a remedy for noise."""

    # By name: first the arrangement without the remedy, then those with it.
    arrangements: Mapping[str, Arrangement]
    status: Status = "complete"
    method: str = "closed form"

    @property
    def value(self) -> Number:
        """Largest equilibrium value with the remedy, less the equilibrium value without it."""
        first, *others = self.arrangements.values()
        return max(arrangement.sustained for arrangement in others) - first.sustained

    @property
    def best(self) -> str:
        """Name of the arrangement with the largest equilibrium value; the first in a tie."""
        return max(self.arrangements, key=lambda name: self.arrangements[name].sustained)

    def table(self) -> Table:
        """Return a table with one row for each arrangement."""
        rows = tuple(
            (
                name,
                float(entry.value),
                float(entry.margin),
                entry.holds,
                float(entry.sustained),
                None if entry.critical_discount_factor is None else float(entry.critical_discount_factor),
            )
            for name, entry in self.arrangements.items()
        )
        columns = ("arrangement", "value", "margin", "holds", "sustained", "critical discount factor")
        return Table("remedies for noise", columns, rows)


def value_of_consultation(
    gain: Number,
    stake: Number,
    discount_factor: Number,
    *,
    ambiguity: Number,
    consulted: Number,
    slip: Number = 0,
    miss: Number = 0,
    failed_breach: Number = 0,
    periods: float = inf,
) -> RemedyValue:
    """Return the value of a consultation channel that lowers a clause's ambiguity to `consulted`."""

    def arranged(vagueness: Number) -> Arrangement:
        """Return the arrangement of a clause with this ambiguity."""
        alarm = alarm_chances(slip, vagueness, miss, failed_breach)
        return _arranged(
            noisy_grim(gain, stake, alarm.false_alarm, alarm.detection, discount_factor, periods)
        )

    return RemedyValue({"no channel": arranged(ambiguity), "consultation": arranged(consulted)})


def value_of_slower_punishment(
    game: RepeatedGame,
    cooperate: Sequence[str],
    punish: Sequence[str],
    player: str,
    *,
    breaches: Sequence[int] = (1, 2, 3),
    periods: int | None = None,
    alarm: Labels = "alarm",
) -> RemedyValue:
    """Return the value to one player of punishing only after several alarms in a row."""
    if game.monitoring is None:
        raise InvalidGame(
            "slower punishment is a remedy for noise, but the game has perfect monitoring; give the game "
            "monitoring=PublicSignal(...)"
        )
    if len(breaches) < 2:
        raise InvalidGame(f"`breaches` must have at least two numbers of alarms; got {shown(breaches)}")
    position = game.stage.player_index(player)
    floor = float(game.stage.payoff(punish)[position])
    by_patience = {}
    for count in breaches:
        strategy = slow_to_anger(game.stage, cooperate, punish, count, periods, alarm=alarm)
        verdict = verify(game, strategy)
        worth = float(value(game, strategy).payoffs[position]) - floor
        by_patience[f"{count} in a row"] = Arrangement(worth, verdict.margin, verdict.holds)
    return RemedyValue(by_patience, method="values and one-shot deviations of the automata")


def value_of_delegation(
    issues: Mapping[str, NoisyIssue], delegated: str, discount_factor: Number, periods: float = inf
) -> RemedyValue:
    """Return the value of keeping one issue outside an all-or-nothing linkage.

    Examples
    --------
    >>> issues = {"tariffs": NoisyIssue(1, 6, 0.01, 1), "controls": NoisyIssue(1, 1, 0.4, 0.9)}
    >>> found = value_of_delegation(issues, "controls", 0.8)
    >>> found.best, round(found.value, 3)
    ('delegated', 3.102)
    """
    if len(issues) < 2:
        raise InvalidGame(f"delegation needs a linkage of at least two issues; got {shown(sorted(issues))}")
    UnknownName.unless_in(delegated, issues, "issue")
    whole = linked_noisy_grim(issues, discount_factor, periods)
    rest = linked_noisy_grim(
        {name: issue for name, issue in issues.items() if name != delegated}, discount_factor, periods
    ).linked
    alone = whole.alone[delegated]
    parts = [_arranged(rest), _arranged(alone)]
    outside = Arrangement(
        sum(part.sustained for part in parts),
        min(part.margin for part in parts if part.holds) if any(p.holds for p in parts) else rest.margin,
        any(part.holds for part in parts),
    )
    return RemedyValue({"all linked": _arranged(whole.linked), "delegated": outside})


def _arranged(result: NoisyGrim) -> Arrangement:
    return Arrangement(result.value, result.margin, result.holds, result.critical_discount_factor)
