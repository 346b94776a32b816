"""The two-level game: which agreements each side's domestic weights ratify, by the hawks' weight.

An agreement is a combination of levels, kept for ever. The USA ratifies it if its weighted payoff, security
hawks at weight theta against business at 1 - theta, is at least that of no agreement; China ratifies by its
own payoff. Without an agreement either the stage equilibrium with the least total payoff is played, and with
it the controls that these weights choose, or a trade war goes on: everything at its harshest level that was
in force. The win-sets are Putnam's (1988, "Diplomacy and domestic politics", International Organization 42);
the weight cannot be told apart from the security value. Whether an agreement that both ratify enforces itself
is another question (`claims`, question 2). Cost: one posture game a weight.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerances, read_only
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.menus import Size
from negotiation.disputes.posture_payoffs import posture_payoffs
from negotiation.errors import InvalidGame
from negotiation.truces.compiling.coverage_game import punishment_payoffs
from negotiation.truces.studies.linkage import trade_war

Against: TypeAlias = Literal["stage equilibrium", "trade war"]

# The role of the hawks' weight in forms of payoffs.
WEIGHT = "security_weight"

WEIGHTS = 61


@dataclass(frozen=True, eq=False)
class WinSets(Tabular, Drawable):
    """Sizes of both win-sets, and of what both ratify, by the hawks' weight."""

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
        """The least weight in the grid at which the first side no longer ratifies full calm."""
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
    """Return the win-sets of both sides by the hawks' weight.

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
        raise InvalidGame(f"weights of the hawks are in [0, 1], at least one; got {grid.tolist()}")
    if against not in get_args(Against):
        raise InvalidGame(f"no alternative {against!r}; allowed: {', '.join(get_args(Against))}")
    names = scenario.playing(WEIGHT)
    if not names:
        raise InvalidGame(f"no instrument of {scenario.name!r} weighs security against business")
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
