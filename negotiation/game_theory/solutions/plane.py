"""Distances and containment in the plane, for results and checks; not for inner loops."""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray


def distance_to_polygon(point: FloatArray, polygon: FloatArray) -> float:
    """Return the distance of a point from a convex polygon; 0 inside.

    Shapes: `point` (2,), `polygon` (k, 2).
    """
    edges = np.roll(polygon, -1, axis=0) - polygon
    offsets = point - polygon
    if len(polygon) > 2 and (edges[:, 0] * offsets[:, 1] - edges[:, 1] * offsets[:, 0] >= 0.0).all():
        return 0.0
    lengths = np.maximum((edges**2).sum(axis=1), np.finfo(np.float64).tiny)
    along = np.clip((edges * offsets).sum(axis=1) / lengths, 0.0, 1.0)
    return float(np.sqrt(((offsets - along[:, None] * edges) ** 2).sum(axis=1)).min())


def is_within(point: FloatArray, polygon: FloatArray, room: FloatArray) -> bool:
    """Return whether a point is in a convex polygon or nearer to it than a room given for each axis.

    Shapes: `point` (2,), `polygon` (k, 2), `room` (2,).
    """
    return distance_to_polygon(np.zeros(2), (polygon - point) / room) <= 1.0
