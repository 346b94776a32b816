"""Where a dispute's own game keeps restraint, on places of the map of threats that run out.

In the game whose stocks move, all calm from full stocks on is kept for ever in some equilibrium iff no
departure gains where each side's worst equilibrium payoffs follow (Abreu 1988). Those come from payoff sets:
outer bounds rule restraint out, inner ones prove it. Unlike in the smallest game stocks run out by chance, in
two steps that last half the cover each on average, and other instruments of the size answer too. A curb takes
two periods at least to harm. Cost: one payoff set a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, read_only
from negotiation.disputes import Scenario
from negotiation.disputes.components import SIZES
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solvers.closed_forms.restraint import restraint_many
from negotiation.game_theory.solvers.thresholds.policy import policy_gains

# Places: days of cover, the least two periods at the central reaction lag, and of horizon.
GAME_COVERS = np.arange(30.0, 181.0, 10.0)
GAME_HORIZONS = np.geomspace(10.0, 5000.0, 41)


@dataclass(frozen=True, eq=False)
class GameRegion:
    """Whether a dispute's game keeps restraint, by cover and horizon, at its central values."""

    # (C,), (H,): days.
    covers: FloatArray
    horizons: FloatArray
    # (H, C): 1 kept, 0 not, one half undecided.
    kept: FloatArray
    size: str
    # Days of a period.
    lag: float

    def compared(self, numbers: dict[str, tuple[float, float, float]]) -> tuple[float, float]:
        """Return the shares of places where the smallest game says the same, and where it alone keeps.

        `numbers` are the central values of g, h, c and kappa, as the map has them.
        """
        g, h, c, kappa = (numbers[name][0] for name in ("g", "h", "c", "kappa"))
        delta, periods = (
            np.exp(-self.lag / self.horizons[:, None]),
            np.ceil(self.covers / self.lag - KNIFE_EDGE),
        )
        least, _ = restraint_many(loss=c, harm=h, cost=kappa, cover=periods, discount_factors=(delta, delta))
        closed = g <= least
        return float(np.mean(self.kept == closed)), float(np.mean(closed & (self.kept == 0)))


def restraint_in_game(
    scenario: Scenario,
    size: str = "small",
    *,
    covers: Sequence[float] | FloatArray = GAME_COVERS,
    horizons: Sequence[float] | FloatArray = GAME_HORIZONS,
) -> GameRegion:
    """Return where the game of one size keeps all calm from full stocks on.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> restraint_in_game(load_scenario("us-china-2025"), covers=[75.0], horizons=[10.0, 90.0]).kept.tolist()
    [[0.0], [1.0]]
    """
    lag = scenario.parameters["reaction_lag_days"]
    full = replace(scenario.default_state, stocks=SIZES["stocks"] - 1)
    kept = np.empty((len(horizons), len(covers)))
    for k, cover in enumerate(covers):
        one = scenario.with_parameters({"state.stock_days": float(cover)})
        game = one.stochastic_game(size, state=full, moving=("stocks",))
        for i, horizon in enumerate(horizons):
            kept[i, k] = _kept(game, float(np.exp(-lag / horizon)))
    read_only(kept)
    return GameRegion(np.asarray(covers), np.asarray(horizons), kept, size, lag)


def _kept(game: StochasticGame, delta: float) -> float:
    """Return 1 if all calm is kept from the first state on at a discount factor, 0 if not, else one half."""
    stages = dict(zip(game.states, game.stages, strict=True))
    calm = {state: tuple(labels[0] for labels in stage.actions) for state, stage in stages.items()}
    excluded, proven = policy_gains(StochasticGame.from_stages(stages, game.transitions, delta), calm)
    # Calm leaves full stocks full.
    return 0.0 if excluded[0, 0] > KNIFE_EDGE else 1.0 if proven[0, 0] <= KNIFE_EDGE else 0.5
