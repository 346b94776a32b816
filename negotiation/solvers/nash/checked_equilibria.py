"""Profiles that a solver proposes, as equilibria: each must pass the independent check in `verify.py`.

Cost: one check a profile, (n_1 x ... x n_N) products for each player.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from negotiation.checks.verify import payoffs_by_own_action, verify
from negotiation.games import StageGame
from negotiation.numeric import FloatArray, read_only
from negotiation.solvers.nash.equilibrium import Equilibrium, ExactProfile


def exact_equilibria(
    stage: StageGame, profiles: Iterable[ExactProfile], *, certify: bool
) -> list[Equilibrium | None]:
    """Return the profiles of a method that computes in rationals as checked equilibria, one for one.

    Unlike `nash_solution`, which takes floats, this merges nothing and rounds no probability to zero:
    different profiles are different equilibria, however close.

    Parameters
    ----------
    stage : StageGame
        The game, in its own payoffs.
    profiles : iterable of profiles of Fraction
        What the method found.
    certify : bool
        Whether each must also pass the check in exact arithmetic; `.exact` is then set.

    Returns
    -------
    list of Equilibrium or None
        `None` in the place of a profile that failed the check.

    Examples
    --------
    >>> from fractions import Fraction
    >>> stage = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> half = (Fraction(1, 2), Fraction(1, 2))
    >>> exact_equilibria(stage, [(half, half)], certify=True)[0].exact == (half, half)
    True
    """
    checked: list[Equilibrium | None] = []
    for profile in profiles:
        equilibrium = checked_equilibrium(stage, tuple(_float_vector(vector) for vector in profile))
        if equilibrium is not None and certify:
            verdict = verify(stage, [np.array(vector, dtype=object) for vector in profile], exact=True)
            equilibrium = replace(equilibrium, exact=profile) if verdict.holds else None
        checked.append(equilibrium)
    return checked


def listing_order(equilibrium: Equilibrium) -> tuple[float, ...]:
    """Return the key by which the equilibria of a solution are ordered."""
    return tuple(-round(p, 6) for vector in equilibrium.strategies for p in vector.tolist())


def checked_equilibrium(stage: StageGame, strategies: tuple[FloatArray, ...]) -> Equilibrium | None:
    """Return the profile as an equilibrium if `verify` finds no regret above the tolerance, else None."""
    verdict = verify(stage, strategies)
    if not verdict.holds:
        return None
    gain = 0.0 if verdict.deviation is None else float(verdict.deviation.gain)
    payoffs = np.array(
        [
            float(payoffs_by_own_action(stage.payoffs, strategies, i) @ strategies[i])
            for i in range(stage.n_players)
        ]
    )
    return Equilibrium(strategies, payoffs, max(0.0, gain), stage.players, stage.actions)


def _float_vector(vector: Sequence[Fraction]) -> FloatArray:
    result: FloatArray = np.array([float(p) for p in vector])
    read_only(result)
    return result
