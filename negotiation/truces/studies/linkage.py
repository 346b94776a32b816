"""Who gains when controls come onto the table: bargains over the core game with and without them.

Two sets of equilibrium payoffs of the core game (`payoff_sets`), both with the curb: the controls in the
bargain, or outside it at their holder's static best reply. Each rule picks a point of each set, from three
points of disagreement:

- stage equilibrium: what each side does if it looks one period ahead, the same with and without;
- worst equilibrium: each side's worst subgame-perfect payoff, of each table's own set;
- trade war: everything at its harshest level that was ever in force, for ever. No equilibrium, but what is
  threatened; the same with and without.

Nash (1950), Kalai and Smorodinsky (1975), Kalai (1977), Rubinstein (1982); Bernheim and Whinston (1990) on
linkage. Cost: two payoff sets, and a pass over their edges for each bargain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame, UnknownName
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.bargaining.bargain import BargainingSolution, bargain
from negotiation.game_theory.solvers.bargaining.rules import (
    BargainingRule,
    Egalitarian,
    KalaiSmorodinsky,
    NashBargaining,
    Rubinstein,
)
from negotiation.truces.studies.payoff_sets import bargain_sets

RULES: tuple[BargainingRule, ...] = (
    NashBargaining(),
    KalaiSmorodinsky(),
    Egalitarian(),
    Rubinstein(),
    Rubinstein(proposer=1),
)
STAGE, WORST, WAR = "stage equilibrium", "worst equilibrium", "trade war"
Disagreement: TypeAlias = str | FloatArray


@dataclass(frozen=True, eq=False)
class LinkedBargain:
    """One bargain, with controls on the table and off it."""

    disagreement: str
    rule: str
    # linked, unlinked: With controls on the table, and off it.
    linked: BargainingSolution
    unlinked: BargainingSolution

    def on(self, state: State) -> BargainingSolution:
        """Return the bargain of a state: the controls are on the table where there is a precedent."""
        return self.linked if state.precedent else self.unlinked

    @property
    def gains(self) -> FloatArray:
        """What each side gets more with the controls on the table, percent of GDP, shape (2,)."""
        difference: FloatArray = self.linked.payoffs - self.unlinked.payoffs
        return difference


@dataclass(frozen=True, eq=False)
class LinkageGains(Tabular, Drawable):
    """Bargains with and without the controls, by disagreement point and rule."""

    _figure = "bargaining:linkage_figure"

    players: tuple[str, ...]
    linked: PayoffSet
    unlinked: PayoffSet
    bargains: tuple[LinkedBargain, ...]
    status: Status = "complete"

    def __iter__(self) -> Iterator[LinkedBargain]:
        return iter(self.bargains)

    def __len__(self) -> int:
        return len(self.bargains)

    def under(self, disagreement: str) -> tuple[LinkedBargain, ...]:
        """Return the bargains from one point of disagreement."""
        found = tuple(one for one in self.bargains if one.disagreement == disagreement)
        if not found:
            raise UnknownName(disagreement, (STAGE, WORST, WAR))
        return found

    def table(self) -> Table:
        """Return one row for each disagreement point, rule and side."""
        columns = (
            "disagreement", "rule", "player", "disagreement without, % GDP", "disagreement with, % GDP",
            "controls off the table, % GDP", "controls on it, % GDP", "gain by linkage, % GDP",
        )  # fmt: skip
        rows = tuple(
            (
                one.disagreement, one.rule, player, float(one.unlinked.disagreement[i]),
                float(one.linked.disagreement[i]), float(one.unlinked.payoffs[i]),
                float(one.linked.payoffs[i]), float(one.gains[i]),
            )
            for one in self.bargains
            for i, player in enumerate(self.players)
        )  # fmt: skip
        return Table("who gains from controls on the table", columns, rows)


def linkage_gains(scenario: Scenario, state: State | None = None) -> LinkageGains:
    """Return who gains from controls on the table, by disagreement point and bargaining rule.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = linkage_gains(load_scenario("us-china-2025"))
    >>> [one.rule for one in found.under("trade war")][:2]
    ['Nash', 'Kalai-Smorodinsky']
    """
    scenario.expect_two("linkage")
    if not scenario.definition.control_users:
        raise InvalidGame(
            f"linkage puts controls on the table; {scenario.name!r} has no controls: give "
            "[state.control_dependence] with their `instruments` in scenario.toml"
        )
    variants = bargain_sets(scenario, state)
    with_curb = {one.controls: one.payoffs for one in variants if one.curb is not False}
    linked, unlinked = with_curb[True], with_curb[False]
    war = linked.game.stage.payoff(trade_war(scenario, linked.game.stage))
    points: Mapping[str, tuple[Disagreement, Disagreement]] = {
        STAGE: ("worst stage equilibrium", "worst stage equilibrium"),
        WORST: (WORST, WORST),
        WAR: (war, war),
    }
    bargains = tuple(
        LinkedBargain(name, rule.name, bargain(linked, rule, on), bargain(unlinked, rule, off))
        for name, (on, off) in points.items()
        for rule in RULES
    )
    complete = linked.status == unlinked.status == "complete"
    return LinkageGains(scenario.countries, linked, unlinked, bargains, "complete" if complete else "partial")


def trade_war(scenario: Scenario, stage: StageGame) -> Profile:
    """Return the profile of everything at the harshest level of the game that was in force."""
    profile: list[str] = []
    for country, actions in zip(stage.players, stage.actions, strict=True):
        harshest = {}
        for name in posture_from_label(actions[0]):
            there = {posture_from_label(action)[name] for action in actions}
            known = (level for level in scenario.levels(country, name) if not level.threatened)
            harshest[name] = [level.label for level in known if level.label in there][-1]
        profile.append(next(action for action in actions if posture_from_label(action) == harshest))
    return tuple(profile)
