"""Named rules that choose one of several equilibria, or say that they cannot.

Payoff dominance and risk dominance are those of Harsanyi and Selten (1988); the Nash product is that of Nash
(1950), over equilibria in place of agreements. Each rule looks only at the equilibria it is given; a tie
within the tolerance is an error, never a choice. Cost: quadratic in the number of equilibria at most.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.errors import InvalidGame, SeveralEquilibria
from negotiation.games import StageGame
from negotiation.solvers.nash.equilibrium import Equilibrium


def payoff_dominant(equilibria: Sequence[Equilibrium], tolerance: float) -> Equilibrium:
    """Return the equilibrium that pays every player at least as much as each other one does."""
    chosen = [
        e for e in equilibria if all((e.payoffs >= other.payoffs - tolerance).all() for other in equilibria)
    ]
    return _single(chosen, equilibria, "pays every player at least as much as each other one")


def welfare(equilibria: Sequence[Equilibrium], tolerance: float) -> Equilibrium:
    """Return the equilibrium with the largest sum of payoffs."""
    return _largest(equilibria, [float(e.payoffs.sum()) for e in equilibria], tolerance, "sum of payoffs")


def nash_product(
    equilibria: Sequence[Equilibrium], disagreement: Sequence[float], tolerance: float
) -> Equilibrium:
    """Return the equilibrium with the largest product of gains over the disagreement payoffs."""
    point = np.asarray(disagreement, dtype=np.float64)
    players = len(equilibria[0].players) if equilibria else point.size
    if point.shape != (players,) or not np.isfinite(point).all():
        raise InvalidGame(
            f"a disagreement point has one finite payoff for each of {players} players; got {disagreement!r}"
        )
    rational = [e for e in equilibria if (e.payoffs >= point - tolerance).all()]
    gains = [np.maximum(e.payoffs - point, 0.0) for e in rational]
    products = [float(gain.prod()) for gain in gains]
    # A change of every gain by the tolerance changes a product by at most this much, to first order.
    slack = tolerance * max((float(gain.sum()) ** max(players - 1, 0) for gain in gains), default=1.0)
    return _largest(rational, products, slack, "product of gains over the disagreement point")


def risk_dominant(
    equilibria: Sequence[Equilibrium], stage: StageGame | None, tolerance: float
) -> Equilibrium:
    """Return the strict pure equilibrium that risk-dominates each other one, for two players."""
    if stage is None:
        raise InvalidGame("risk dominance compares payoffs off the equilibria; this solution has no .stage")
    if stage.n_players != 2:
        raise InvalidGame(f"risk dominance is for two players; the game has {stage.n_players}")
    strict = [e for e in equilibria if e.is_pure and _is_strict(stage, _profile(e), tolerance)]
    chosen = [
        e
        for e in strict
        if all(
            other is e
            or _losses(stage, _profile(e), _profile(other)) > _losses(stage, _profile(other), _profile(e))
            for other in strict
        )
    ]
    return _single(chosen, equilibria, "is pure, strict and risk-dominates each other strict one")


def _profile(equilibrium: Equilibrium) -> tuple[int, int]:
    first, second = (int(vector.argmax()) for vector in equilibrium.strategies)
    return first, second


def _is_strict(stage: StageGame, profile: tuple[int, int], tolerance: float) -> bool:
    i, j = profile
    first = np.delete(stage.payoffs[:, j, 0], i)
    second = np.delete(stage.payoffs[i, :, 1], j)
    own = stage.payoffs[i, j]
    return bool((first < own[0] - tolerance).all() and (second < own[1] - tolerance).all())


def _losses(stage: StageGame, kept: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the product of both players' losses from leaving one equilibrium alone for the other."""
    (i, j), (k, m) = kept, other
    first = stage.payoffs[i, j, 0] - stage.payoffs[k, j, 0]
    second = stage.payoffs[i, j, 1] - stage.payoffs[i, m, 1]
    return float(first * second)


def _largest(
    equilibria: Sequence[Equilibrium], values: Sequence[float], tolerance: float, what: str
) -> Equilibrium:
    best = max(values, default=0.0)
    chosen = [e for e, value in zip(equilibria, values, strict=True) if value >= best - tolerance]
    return _single(chosen, equilibria, f"has the largest {what}")


def _single(chosen: Sequence[Equilibrium], equilibria: Sequence[Equilibrium], condition: str) -> Equilibrium:
    if len(chosen) != 1:
        raise SeveralEquilibria(
            f"one equilibrium was asked for; of {len(equilibria)} found, {len(chosen) or 'none'} "
            f"{condition}. "
            "Choose from .equilibria, or by another rule"
        )
    return chosen[0]
