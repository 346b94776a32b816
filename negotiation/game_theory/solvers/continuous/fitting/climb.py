"""The way up to a maximum of the likelihood on one branch: Newton's method in a trust region.

Steps use the information, minus the Hessian, by differences of the exact gradient (Conn, Gould and Toint
2000, chapter 7, by SciPy). Parameters that no game or no equilibrium goes with have no likelihood, which
shortens the step. Cost: as many gradients a step as there are parameters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, NegotiationError, NotIdentified
from negotiation.game_theory.solvers.continuous.fitting.likelihood import At, Likelihood, Scores
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS


class Top(NamedTuple):
    """Where a climb ended; `reason` is empty at a maximum and else says why it is none."""

    at: At
    scores: Scores
    # (P, P): of the parameters.
    information: FloatArray
    steps: int
    reason: str


class _Climb:
    """A climb, with what was found at the parameters that were tried."""

    def __init__(self, likelihood: Likelihood, begin: At) -> None:
        self.likelihood, self.best = likelihood, begin
        # Of each parameter: what is one in a step.
        sizes = np.maximum(abs(begin.theta), likelihood.sizes)
        self.scale: FloatArray = np.where(sizes != 0.0, sizes, 1.0)
        self.first: FloatArray = begin.theta / self.scale
        self._points: dict[bytes, At | None] = {begin.theta.tobytes(): begin}
        self._scores: dict[bytes, Scores] = {}
        self._information: dict[bytes, FloatArray] = {}

    def at(self, scaled: FloatArray) -> At | None:
        """Return the likelihood at parameters in steps, on the branch of the best so far."""
        theta = scaled * self.scale
        if theta.tobytes() not in self._points:
            found = self.likelihood.at(theta, self.best)
            self._points[theta.tobytes()] = found
            if found is not None and found.value > self.best.value:
                self.best = found
        return self._points[theta.tobytes()]

    def value(self, scaled: FloatArray) -> float:
        """Return minus the log likelihood."""
        found = self.at(scaled)
        return np.inf if found is None or not np.isfinite(found.value) else -found.value

    def known(self, scaled: FloatArray) -> Scores:
        """Return the gradient at parameters that have been accepted."""
        key = (scaled * self.scale).tobytes()
        if key not in self._scores:
            found = self.at(scaled)
            if found is None:
                raise InvalidGame(f"no gradient at the parameters: {self.likelihood.refused}")
            self._scores[key] = self.likelihood.scores(found)
        return self._scores[key]

    def slope(self, scaled: FloatArray) -> FloatArray:
        """Return the gradient of minus the log likelihood."""
        found: FloatArray = -self.known(scaled).gradient * self.scale
        return found

    def bend(self, scaled: FloatArray) -> FloatArray:
        """Return the information in steps: central differences of the gradient, made symmetric."""
        key = (scaled * self.scale).tobytes()
        if key not in self._information:
            found, least = np.empty((len(scaled), len(scaled))), self.likelihood.sizes / self.scale
            for p, row in enumerate(np.eye(len(scaled))):
                step = NUMERICS.difference * (max(abs(scaled[p]), least[p]) or 1.0)
                ends = [end for end in (scaled - step * row, scaled + step * row) if self.at(end) is not None]
                # At the end of what parameters may be, from the point itself.
                ends = ends if len(ends) == 2 else [scaled, *ends]
                if len(ends) < 2:
                    raise InvalidGame(f"no curvature at the parameters: {self.likelihood.refused}")
                found[p] = (self.slope(ends[1]) - self.slope(ends[0])) / (ends[1] - ends[0])[p]
            if not (abs(found) <= NUMERICS.steepest).all():
                raise InvalidGame("at the parameters the likelihood falls faster than doubles can follow")
            self._information[key] = (found + found.T) / 2.0
        return self._information[key]

    def arrived(self, scaled: FloatArray) -> bool:
        """Return whether a maximum is nearer than a small share of a standard error, or nothing rises."""
        slope, bend = self.slope(scaled), self.bend(scaled)
        if flat_direction(bend) is not None:
            return bool(abs(slope).max() <= NUMERICS.level)
        try:
            np.linalg.cholesky(bend)
        except np.linalg.LinAlgError:
            return False
        return float(slope @ np.linalg.solve(bend, slope)) <= NUMERICS.arrived

    def closer(self, scaled: FloatArray) -> FloatArray:
        """Return the parameters after one more step, where the likelihood itself shows no difference."""
        if flat_direction(self.bend(scaled)) is not None:
            return scaled
        after: FloatArray = scaled - np.linalg.solve(self.bend(scaled), self.slope(scaled))
        better = self.at(after) is not None and abs(self.slope(after)).max() < abs(self.slope(scaled)).max()
        return after if better else scaled

    def up(self, first: FloatArray) -> tuple[FloatArray, int]:
        """Return where SciPy's steps end, and their number."""
        options = {
            "initial_trust_radius": NUMERICS.first_radius,
            "max_trust_radius": NUMERICS.longest_radius,
            "maxiter": NUMERICS.most_climbs,
            "gtol": 0.0,
        }
        found = minimize(  # type: ignore[call-overload]
            self.value, first, jac=self.slope, hess=self.bend, method="trust-ncg", callback=self.heed,
            options=options,
        )  # fmt: skip
        return found.x, int(found.nit)

    def heed(self, scaled: FloatArray) -> None:
        """Stop SciPy at a maximum."""
        if self.arrived(scaled):
            raise StopIteration


def climb(likelihood: Likelihood, begin: At) -> Top:
    """Return where the likelihood is highest on the branch of a point, from that point on."""
    way = _Climb(likelihood, begin)
    first = way.first
    if not len(first):
        return Top(begin, Scores(begin.value, np.empty(0), np.empty((0, 0))), np.empty((0, 0)), 0, "")
    way.bend(first)  # what has no gradient is refused, with a reason, where nothing has been found yet
    end, steps, reason = first, 0, ""
    try:
        if not way.arrived(first):
            end, steps = way.up(first)
        if way.arrived(end):
            end = way.closer(end)
        else:
            reason = f"no maximum after {steps} steps"
            reason += f"; refused on the way: {likelihood.refused}" if likelihood.refused else ""
    except NegotiationError as error:
        reason = f"the climb came to a point without derivatives: {error}"
        unknown = np.full((len(first), len(first)), np.nan)
        return Top(way.best, Scores(np.nan, unknown[0], unknown[:0]), unknown, steps, reason)
    bend = way.bend(end)
    flat = flat_direction(bend)
    if flat is not None and not reason:
        raise NotIdentified(_flat(likelihood.names, flat * way.scale, way.scale))
    at = way.at(end) or way.best
    return Top(at, way.known(end), bend / np.outer(way.scale, way.scale), steps, reason)


def flat_direction(information: FloatArray) -> FloatArray | None:
    """Return a direction in which the likelihood does not bend, None where it bends in all, shape (P,)."""
    bends = abs(np.diag(information))
    still = bends <= NUMERICS.flat**2 * bends.max()
    if still.any():
        found: FloatArray = still.astype(np.float64)
        return found
    sizes = np.sqrt(bends)
    roots, directions = np.linalg.eigh(information / np.outer(sizes, sizes))
    if abs(roots[0]) > NUMERICS.flat:
        return None
    flat: FloatArray = directions[:, 0] / sizes / abs(directions[:, 0] / sizes).max()
    return flat


def flat_at(likelihood: Likelihood, at: At) -> str:
    """Return a direction in which the likelihood does not bend at a point, in words; empty without one."""
    way = _Climb(likelihood, at)
    try:
        flat = flat_direction(way.bend(way.first))
    except NegotiationError:  # as at the end of what parameters may be
        return ""
    return "" if flat is None else _flat(likelihood.names, flat * way.scale, way.scale)


def _flat(names: tuple[str, ...], direction: FloatArray, scale: FloatArray) -> str:
    """Return a flat direction in words: the parameters that move in it, the one that moves most first.

    Shapes: `direction` and `scale` (P,).
    """
    direction = direction / abs(direction / scale).max()
    moved = [
        p for p in np.argsort(-abs(direction / scale)) if abs(direction[p] / scale[p]) > NUMERICS.level**0.5
    ]
    shown = ", ".join(f"{names[p]} by {direction[p]:+.4g}" for p in moved)
    return (
        f"the record says nothing of one direction of the parameters: moving {shown} at once leaves the "
        "likelihood as it is. Fix one of them in the factory, or give a record in which they differ"
    )
