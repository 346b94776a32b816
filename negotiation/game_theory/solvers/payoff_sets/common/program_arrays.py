"""What the linear programs of `kernels/programs.py` are made of, as arrays: constraints and a convex set."""

from __future__ import annotations

from typing import NamedTuple

from negotiation.base.numeric import FloatArray, IntArray


class ConstraintArrays(NamedTuple):
    """The incentive constraints of every profile; padded with zeros.

    Constraint m of profile a asks that sum_y coefficients[a, m, y] w_i(y) is at least needed[a, m], where i
    is owners[a, m]. Under perfect monitoring there is one signal, and the coefficients are 1.
    """

    # (A,): signals of each profile.
    n_signals: IntArray
    # (A, Y): their probabilities.
    probabilities: FloatArray
    # (A,): incentive constraints of each profile.
    n_constraints: IntArray
    # (A, M): the player of each constraint.
    owners: IntArray
    # (A, M, Y): weights of the signals.
    coefficients: FloatArray
    # (A, M): right-hand sides.
    needed: FloatArray
    # (A, N): stage payoffs by row-major profile.
    payoffs: FloatArray
    # (N,): discount factors.
    deltas: FloatArray


class HalfPlanes(NamedTuple):
    """A convex set W of payoffs, all w with n_l . w <= b_l: half-planes, or half-spaces of more players."""

    # (L, N): outward, of length 1; where their cone is all of space, W is bounded.
    normals: FloatArray
    # (L,)
    levels: FloatArray
