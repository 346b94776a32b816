"""Compiled GMRES on the derivative of a game in continuous time.

Saad and Schultz (1986), SIAM J. Sci. Stat. Comput. 7(3), with restarts and the pivots (what leaves a state
for good) as right preconditioner, so that the residual is the true one. A generator less a discount rate is
diagonally dominant, and after the pivots its products contract. Cost: one product and as many inner products
as there are vectors in the basis, a step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.compiling import njit
from negotiation.numeric import FloatArray
from negotiation.solvers.continuous.kernels.equations import Moves, Slope, multiply


class Limits(NamedTuple):
    """When to stop: the share of the right side that may be left, vectors of the basis, products."""

    left: float
    basis: int
    products: int


class Arnoldi(NamedTuple):
    """The basis of a Krylov space, and the triangular system that it makes."""

    basis: FloatArray
    triangle: FloatArray
    cosines: FloatArray
    sines: FloatArray
    right: FloatArray


@njit(cache=True)
def extend(space: Arnoldi, k: int, vector: FloatArray) -> None:
    """Take the next vector into the basis, and rotate its column of the triangle."""
    column = space.triangle[k]
    for j in range(k + 1):
        column[j] = np.dot(space.basis[j], vector)
        vector -= column[j] * space.basis[j]
    length = np.sqrt(np.dot(vector, vector))
    for j in range(k):
        upper = space.cosines[j] * column[j] + space.sines[j] * column[j + 1]
        column[j + 1] = space.cosines[j] * column[j + 1] - space.sines[j] * column[j]
        column[j] = upper
    whole = np.hypot(column[k], length)
    if whole == 0.0:
        whole = 1.0
    space.cosines[k], space.sines[k] = column[k] / whole, length / whole
    column[k] = whole
    space.right[k + 1] = -space.sines[k] * space.right[k]
    space.right[k] = space.cosines[k] * space.right[k]
    if length > 0.0:
        space.basis[k + 1] = vector / length
    else:
        space.basis[k + 1] = 0.0


@njit(cache=True)
def combine(space: Arnoldi, count: int, found: FloatArray) -> None:
    """Fill the combination of the basis that solves the triangular system."""
    weights = space.right[:count].copy()
    for k in range(count - 1, -1, -1):
        weights[k] /= space.triangle[k, k]
        for j in range(k):
            weights[j] -= space.triangle[k, j] * weights[k]
    found[:] = 0.0
    for k in range(count):
        found += weights[k] * space.basis[k]


@njit(cache=True)
def gmres(
    moves: Moves, slope: Slope, reply: bool, right: FloatArray, limits: Limits, solution: FloatArray
) -> tuple[float, int]:
    """Fill a solution, beginning at zero; return the share of the right side left, and the products."""
    shape, size = right.shape, right.size
    goal = np.sqrt(np.dot(right.ravel(), right.ravel()))
    solution[:] = 0.0
    if goal == 0.0:
        return 0.0, 0
    space = Arnoldi(
        np.empty((limits.basis + 1, size)),
        np.zeros((limits.basis, limits.basis + 1)),
        np.empty(limits.basis),
        np.empty(limits.basis),
        np.zeros(limits.basis + 1),
    )
    product, step = np.empty(shape), np.empty(size)
    rest, products = right.ravel().copy(), 0
    left = goal
    while left > limits.left * goal and products < limits.products:
        space.basis[0] = rest / left
        space.right[:] = 0.0
        space.right[0] = left
        count = 0
        while count < limits.basis and products < limits.products:
            multiply(moves, slope, reply, space.basis[count].reshape(shape) / slope.pivots, product)
            products += 1
            extend(space, count, product.ravel())
            count += 1
            if abs(space.right[count]) <= limits.left * goal:
                break
        combine(space, count, step)
        solution += step.reshape(shape) / slope.pivots
        multiply(moves, slope, reply, solution, product)
        rest = right.ravel() - product.ravel()
        before, left = left, np.sqrt(np.dot(rest, rest))
        if not left < before:
            break
    return left / goal, products
