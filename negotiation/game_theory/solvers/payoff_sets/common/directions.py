"""Directions in which sets of payoffs are bounded: evenly spread or given normals, and always the axes."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS


def direction_array(directions: int | npt.ArrayLike) -> FloatArray:
    """Return unit normals sorted by angle, including the axes exactly, shape (L, 2).

    `directions` is the number of evenly spread normals, or an array of normals, shape (k, 2), to which the
    axes are added. Of normals that nearly agree one is kept.

    Examples
    --------
    >>> direction_array(4).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]
    >>> direction_array([[1.0, 1.0]]).round(3).tolist()
    [[1.0, 0.0], [0.707, 0.707], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]
    """
    axes = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]
    if isinstance(directions, (int, np.integer)):
        if directions < 4 or directions % 4:
            raise InvalidGame(f"the number of directions must be a positive multiple of 4; got {directions}")
        quarter = int(directions) // 4
        given = [(cos(0.5 * pi * k / quarter), sin(0.5 * pi * k / quarter)) for k in range(1, quarter)]
        normals = np.array([(x * p - y * q, x * q + y * p) for p, q in axes for x, y in given]).reshape(-1, 2)
    else:
        normals = np.asarray(directions, dtype=np.float64)
        if normals.ndim != 2 or normals.shape[1] != 2 or not np.isfinite(normals).all():
            raise InvalidGame(
                "directions must be pairs of finite numbers, shape (L, 2); got "
                f"{'numbers' if np.isfinite(normals).all() else 'numbers that are not all finite,'} of shape "
                f"{normals.shape}"
            )
        lengths = np.hypot(normals[:, 0], normals[:, 1])
        if not (lengths > 0.0).all():
            raise InvalidGame("a direction must not be zero; got a zero vector")
        normals = normals / lengths[:, None]
    every = np.concatenate([np.array(axes), normals])
    # The axes come first. Of directions that nearly agree the first is kept.
    angles = np.arctan2(every[:, 1], every[:, 0]) % (2.0 * pi)
    apart: list[int] = []
    for k, angle in enumerate(angles):
        away = np.abs((angles[apart] - angle + pi) % (2.0 * pi) - pi)
        if not apart or away.min() > NUMERICS.same_direction:
            apart.append(k)
    result: FloatArray = every[sorted(apart, key=lambda k: float(angles[k]))]
    return result
