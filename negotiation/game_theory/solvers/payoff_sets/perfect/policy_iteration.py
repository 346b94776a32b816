"""Bounds of pure-strategy subgame-perfect payoffs of two players who discount differently.

Monitoring is perfect and there is public randomisation. The set is the fixed point of the operator of Abreu,
Pearce and Stacchetti (1990), found by policy iteration. If discount factors differ, the set usually has
infinitely many extreme points (Lehrer and Pauzner 1999): chains f_a f_a ... f_a(v) that converge to the
payoff of a profile. The boundary is swept by direction (`kernels/orbit_sweeps.py`), and the few points at
which constraints cut it are found by policy iteration (`kernels/orbit_policies.py`), once with constraints
and continuations drawn in and once pushed out a little. Each bound is then certified, independently of how it
was found (`kernels/orbit_certificates.py`, `kernels/orbit_escapes.py`). If a certificate fails, the whole
operator is iterated. For the method see docs/explanation/unlike-discounting.md.

The cost is about five sweeps of vertices times profiles, and vertices grow as 1 / (1 - delta).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, read_only
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import each_on_own_range
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS as SHARED
from negotiation.game_theory.solvers.payoff_sets.perfect.abreu_sannikov import doubted
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import abreu_pearce_stacchetti
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS

Row = TypeVar("Row", FloatArray, IntArray)


@Takes("a payoff set", (RepeatedGame,), (2,), "refused")
@each_on_own_range
def policy_iteration(
    game: RepeatedGame, *, limit: int = SHARED.iterations, stop: BoolArray | None = None
) -> PayoffSet:
    """Return bounds of the equilibrium payoffs of two players with different discount factors."""
    stop = never() if stop is None else stop
    payoff_set, reason = (None, "") if game.is_common else _certified(game, limit, stop)
    if payoff_set is not None:
        return payoff_set
    whole = doubted(abreu_pearce_stacchetti(game, limit=limit, stop=stop))
    return replace(whole, reason=f"{reason}; {whole.reason}") if reason else whole


def _certified(game: RepeatedGame, limit: int, stop: BoolArray) -> tuple[PayoffSet | None, str]:
    """Return both bounds if they are certified and meet, and a reason if the limit was reached."""
    from negotiation.game_theory.solvers.payoff_sets.common.stage import shifted_stage
    from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_bounds import (
        CERTIFIED,
        LIMIT,
        orbit_bounds,
    )
    from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_certificates import Rules

    stage, shift = shifted_stage(np.ascontiguousarray(game.stage.payoffs))
    # The more patient player comes first.
    deltas = np.array(game.float_discount_factors)
    order = np.argsort(-deltas, kind="stable")
    deltas = deltas[order]
    payoffs, gains = stage.payoffs[:, order].copy(), stage.gains[:, order].copy()
    # Who has nothing to gain needs no threat, not even within the set.
    needed = np.where(gains > 0.0, (1.0 - deltas) / deltas * gains, -np.inf)
    rules = Rules(payoffs, deltas, needed, (payoffs + gains).min(axis=0), stage.size)
    orbit = orbit_bounds(rules, KNIFE_EDGE * stage.size, int(limit), stop)
    if orbit.how_far == LIMIT:
        return None, f"policy iteration stopped at the limit of {limit} step{'s' if limit > 1 else ''}"
    if orbit.how_far != CERTIFIED or orbit.gap > NUMERICS.meet * stage.size:
        return None, ""
    # Swapped axes turn counter-clockwise into clockwise; the lowest vertex is no longer the first.
    turn = -1 if order[0] == 1 else 1
    outer, inner, continuations = (
        np.ascontiguousarray(points[::turn, ::turn]) + shift
        for points in (orbit.outer, orbit.inner, orbit.continuations)
    )
    first = _leftmost(inner)
    # Both bounds from their leftmost vertex on, and what belongs to inner vertices turned with them.
    arrays = (
        _from(outer, _leftmost(outer)),
        _from(inner, first),
        np.maximum(rules.floor[order] + shift, outer.min(axis=0)),
        _from(orbit.owners[::turn], first),
        _from(continuations, first),
    )
    read_only(*arrays)
    reason = "both bounds certified: what the outer one generates is inside it and what is larger shrinks"
    return PayoffSet(
        game, *arrays, "complete", "policy_iteration", reason, int(orbit.steps), 0.0, stage.size,
        float(orbit.gap),
    ), ""  # fmt: skip


def _leftmost(polygon: FloatArray) -> int:
    """Return the position of the leftmost vertex; the lower one if there are two."""
    leftmost = np.flatnonzero(polygon[:, 0] == polygon[:, 0].min())
    return int(leftmost[polygon[leftmost, 1].argmin()])


def _from(array: Row, first: int) -> Row:
    """Return the array rotated to begin at a position."""
    return np.concatenate((array[first:], array[:first])) if first else np.ascontiguousarray(array)
