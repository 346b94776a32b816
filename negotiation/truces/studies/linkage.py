"""Who gains from putting controls on the table: bargains over the core game with and without controls.

Two sets of equilibrium payoffs of the core game are compared (`payoff_sets`), both with the curb: one with
the controls in the bargain, one with the controls outside it at their holder's static best reply. Each rule
picks a point of each set, from three points of disagreement:

- stage equilibrium: the worst stage equilibrium, in which each side looks only at the current period;
- worst equilibrium: each side's worst subgame-perfect payoff in the respective set;
- trade war: everything at its harshest level that was ever in force, for ever. It is no equilibrium, but it
  is what the sides threaten, and is the same with and without controls.

The rules are those of Nash (1950), Kalai and Smorodinsky (1975), Kalai (1977) and Rubinstein (1982). On
linkage see Bernheim and Whinston (1990). Cost: two payoff sets, and a pass over their edges for each bargain.

The two-level game asks which agreements each side's domestic weights ratify. An agreement is a combination of
levels, kept for ever. The USA ratifies it if its weighted payoff, security hawks at weight theta against
business at 1 - theta, is at least the payoff of no agreement; China ratifies by its own payoff. Without an
agreement, either the stage equilibrium with the least total payoff at these weights is played, or a trade war
goes on. The win-sets are Putnam's (1988, "Diplomacy and domestic politics", International Organization 42).
The weight cannot be identified separately from the security value. Whether an agreement that both ratify
enforces itself is another question (`claims`). Cost: one posture game per weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerances, read_only
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.menus import Size
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import posture_payoffs
from negotiation.errors import InvalidGame, UnknownName, shown
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
from negotiation.truces.compiling.coverage_game import punishment_payoffs
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
        """Return the bargain of a state, with the controls on the table if there is a precedent."""
        return self.linked if state.precedent else self.unlinked

    @property
    def gains(self) -> FloatArray:
        """Each side's gain from having the controls on the table, percent of GDP, shape (2,)."""
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
        chosen = tuple(solution for solution in self.bargains if solution.disagreement == disagreement)
        if not chosen:
            raise UnknownName(disagreement, (STAGE, WORST, WAR), "disagreement")
        return chosen

    def table(self) -> Table:
        """Return one row for each disagreement point, rule and side."""
        columns = (
            "disagreement", "rule", "player", "disagreement without, % GDP", "disagreement with, % GDP",
            "controls off the table, % GDP", "controls on it, % GDP", "gain by linkage, % GDP",
        )  # fmt: skip
        rows = tuple(
            (
                solution.disagreement, solution.rule, player, float(solution.unlinked.disagreement[i]),
                float(solution.linked.disagreement[i]), float(solution.unlinked.payoffs[i]),
                float(solution.linked.payoffs[i]), float(solution.gains[i]),
            )
            for solution in self.bargains
            for i, player in enumerate(self.players)
        )  # fmt: skip
        return Table("who gains from controls on the table", columns, rows)


def linkage_gains(scenario: Scenario, state: State | None = None) -> LinkageGains:
    """Return who gains from controls on the table, by disagreement point and bargaining rule.

    `state` is the state of the world, by default the dispute's. Raises `InvalidGame` if the dispute has no
    controls, no size "core" with `instruments`, or more than two countries.

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
            f"linkage studies an exchange of controls, but {scenario.name!r} has no controls; give "
            "[state.control_dependence] with their `instruments` in scenario.toml"
        )
    variants = bargain_sets(scenario, state)
    with_curb = {variant.controls: variant.payoffs for variant in variants if variant.curb is not False}
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
    """Return the profile with every instrument at its harshest level that was ever in force."""
    profile: list[str] = []
    for country, actions in zip(stage.players, stage.actions, strict=True):
        harshest = {}
        for name in posture_from_label(actions[0]):
            there = {posture_from_label(action)[name] for action in actions}
            known = (level for level in scenario.levels(country, name) if not level.threatened)
            harshest[name] = [level.label for level in known if level.label in there][-1]
        profile.append(next(action for action in actions if posture_from_label(action) == harshest))
    return tuple(profile)


Against: TypeAlias = Literal["stage equilibrium", "trade war"]

# The role of the hawks' weight in forms of payoffs.
WEIGHT = "security_weight"

WEIGHTS = 61


@dataclass(frozen=True, eq=False)
class WinSets(Tabular, Drawable):
    """Sizes of both win-sets and of their intersection, by the hawks' weight."""

    _figure = "bargaining:win_sets_figure"

    players: tuple[str, ...]
    # (T,): theta, the weight of security against business.
    weights: FloatArray
    # Number of level combinations, those of no agreement included.
    agreements: int
    # (T, 2): how many combinations each side ratifies.
    sizes: IntArray
    # (T,): how many both ratify.
    overlap: IntArray
    # (T,): how many of them are strictly better than no agreement for at least one side.
    better: IntArray
    # (T, 2): whether each side ratifies everything at its calmest level in the game.
    calm: BoolArray
    # (T, 2): payoffs without an agreement, percent of GDP.
    no_agreement: FloatArray
    against: Against
    status: Status = "complete"
    method: str = "all combinations of levels"

    def __post_init__(self) -> None:
        for array in (self.weights, self.sizes, self.overlap, self.better, self.calm, self.no_agreement):
            read_only(array)

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def turning_weight(self) -> float | None:
        """The least weight at which the first side does not ratify full calm; `None` if it always does."""
        refused = np.flatnonzero(~self.calm[:, 0])
        return float(self.weights[refused[0]]) if len(refused) else None

    def table(self) -> Table:
        """Return one row for each weight."""
        first, second = self.players
        columns = (
            "hawk weight", f"{first} ratifies", f"{second} ratifies", "both ratify", "better for one or both",
            f"{first} ratifies full calm", f"{second} ratifies full calm", f"no agreement, {first}, % GDP",
            f"no agreement, {second}, % GDP",
        )  # fmt: skip
        rows = tuple(
            (
                float(self.weights[k]), *self.sizes[k].tolist(), int(self.overlap[k]), int(self.better[k]),
                *(bool(x) for x in self.calm[k]), *self.no_agreement[k].tolist(),
            )
            for k in range(len(self))
        )  # fmt: skip
        title = f"win-sets among {self.agreements} combinations of levels, against {self.against}"
        return Table(title, columns, rows)


def win_sets(
    scenario: Scenario,
    weights: Iterable[float] | None = None,
    *,
    size: Size = "small",
    against: Against = "stage equilibrium",
    state: State | None = None,
) -> WinSets:
    """Return the win-sets of both sides by the hawks' weight, by default on a grid of 61 weights.

    `size` is the size of the game, `against` is what is played without an agreement, and `state` is the state
    of the world, by default the dispute's. Raises `InvalidGame` if a weight is not from 0 to 1, `against` is
    neither of its values, or the dispute has more than two countries or no instrument whose payoff depends on
    the weight.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = win_sets(load_scenario("us-china-2025"), [0.0, 0.5, 1.0])
    >>> found.calm[:, 0].tolist()
    [True, False, False]
    """
    scenario.expect_two("a win-set")
    grid = np.linspace(0.0, 1.0, WEIGHTS) if weights is None else np.array(tuple(weights), dtype=np.float64)
    if not len(grid) or not ((grid >= 0.0) & (grid <= 1.0)).all():
        raise InvalidGame(
            f"`weights` must have at least one weight, each from 0 to 1; got {shown(grid.tolist())}"
        )
    if against not in get_args(Against):
        raise InvalidGame(
            f"`against` is {shown(against)}; allowed: {', '.join(map(repr, get_args(Against)))}"
        )
    names = scenario.playing(WEIGHT)
    if not names:
        raise InvalidGame(
            f"a win-set needs an instrument whose payoff depends on the parameter {WEIGHT!r}, but "
            f"{scenario.name!r} has none; give the payoff of an instrument this parameter, or study another "
            "dispute"
        )
    payoffs = posture_payoffs(scenario, dict.fromkeys(names, grid), size, state=state)
    without = punishment_payoffs(payoffs)
    if against == "trade war":
        stage = scenario.stage_game(size, state=state)
        row, column = stage.profile_index(trade_war(scenario, stage))
        without = payoffs[:, row, column]
    tolerance = payoff_tolerances(payoffs, KNIFE_EDGE)[:, None, None, :]
    gains = payoffs - without[:, None, None, :]
    ratified = gains >= -tolerance
    both = ratified.all(axis=-1)
    better = both & (gains > tolerance).any(axis=-1)
    return WinSets(
        scenario.countries,
        grid,
        int(np.prod(payoffs.shape[1:3])),
        ratified.sum(axis=(1, 2)).astype(np.intp),
        both.sum(axis=(1, 2)).astype(np.intp),
        better.sum(axis=(1, 2)).astype(np.intp),
        ratified[:, 0, 0],
        np.array(without),
        against,
    )
