"""What the linear programs of `kernels/programs.py` are made of, as arrays: constraints and a convex set."""

from __future__ import annotations

from typing import NamedTuple

from negotiation.numeric import FloatArray, IntArray


class ConstraintArrays(NamedTuple):
    """The incentive constraints of every profile; padded with zeros.

    Constraint m of profile a asks that sum_y coefficients[a, m, y] w_i(y) is at least needed[a, m], where i
    is owners[a, m]. Under perfect monitoring there is one signal, and the coefficients are 1.

    Parameters
    ----------
    n_signals : array of int, shape (A,)
        Signals of each profile.
    probabilities : array, shape (A, Y)
        Their probabilities.
    n_constraints : array of int, shape (A,)
        Incentive constraints of each profile.
    owners : array of int, shape (A, M)
        The player of each constraint.
    coefficients : array, shape (A, M, Y)
        Weights of the signals.
    needed : array, shape (A, M)
        Right-hand sides.
    payoffs : array, shape (A, N)
        Stage payoffs by row-major profile.
    deltas : array, shape (N,)
        Discount factors.
    """

    n_signals: IntArray
    probabilities: FloatArray
    n_constraints: IntArray
    owners: IntArray
    coefficients: FloatArray
    needed: FloatArray
    payoffs: FloatArray
    deltas: FloatArray


class HalfPlanes(NamedTuple):
    """A convex set W of payoffs, all w with n_l . w <= b_l: half-planes, or half-spaces of more players.

    Parameters
    ----------
    normals : array, shape (L, N)
        Outward, of length 1; where their cone is all of space, W is bounded.
    levels : array, shape (L,)
    """

    normals: FloatArray
    levels: FloatArray
