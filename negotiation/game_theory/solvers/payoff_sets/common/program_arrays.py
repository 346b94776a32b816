"""Arrays for the linear programs of `kernels/programs.py`: incentive constraints and a convex set."""

from __future__ import annotations

from typing import NamedTuple

from negotiation.base.numeric import FloatArray, IntArray


class ConstraintArrays(NamedTuple):
    """The incentive constraints of every profile, padded with zeros.

    Constraint m of profile a requires that sum_y coefficients[a, m, y] w_i(y) is at least needed[a, m], where
    player i is owners[a, m]. Under perfect monitoring there is one signal, and the coefficients are 1.
    """

    # (A,): number of signals of each profile.
    n_signals: IntArray
    # (A, Y): probabilities of the signals.
    probabilities: FloatArray
    # (A,): number of incentive constraints of each profile.
    n_constraints: IntArray
    # (A, M): the player of each constraint.
    owners: IntArray
    # (A, M, Y): weights of the continuation payoffs after the signals.
    coefficients: FloatArray
    # (A, M): right-hand sides.
    needed: FloatArray
    # (A, N): stage payoffs by row-major profile.
    payoffs: FloatArray
    # (N,): discount factors.
    deltas: FloatArray


class HalfPlanes(NamedTuple):
    """A convex set W of payoffs, all w with n_l . w <= b_l: half-planes, or half-spaces of more players."""

    # (L, N): the outward normals n_l. W is bounded if they span the whole space as a cone.
    normals: FloatArray
    # (L,): the levels b_l.
    levels: FloatArray
