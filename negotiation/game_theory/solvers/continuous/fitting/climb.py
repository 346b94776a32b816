"""Climb to a maximum of the likelihood on one branch, and a test whether the end is a maximum.

The climb is Newton's method in a trust region (Conn, Gould and Toint 2000, chapter 7), from SciPy. Steps use
the information, which is minus the Hessian, from differences of the exact gradient. At parameters without a
game or an equilibrium there is no likelihood, and the step is shortened. A likelihood that rises for ever
flattens, and steps end there too. The end is thus accepted as a maximum only if the likelihood falls on both
sides as its information predicts. Cost: two gradients per parameter for each step, and at the end two
likelihoods per parameter.
"""

from __future__ import annotations

from copy import copy
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.errors import InvalidGame, NegotiationError, NotIdentified
from negotiation.game_theory.solvers.continuous.fitting.likelihood import At, Likelihood, Scores
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS


class Top(NamedTuple):
    """The end of a climb; `reason` is empty at a maximum, and otherwise says why it is not one."""

    at: At
    scores: Scores
    # (P, P): of the parameters.
    information: FloatArray
    steps: int
    reason: str
    # (P,) each: a direction without curvature in scaled parameters, and the scale; None if there is curvature
    # in all directions.
    flat: tuple[FloatArray, FloatArray] | None = None
    # (P,): which parameters change in a direction without a maximum; None if there is no such direction.
    free: BoolArray | None = None


class _Climb:
    """One stage of a climb, with the results at all parameters tried."""

    def __init__(self, likelihood: Likelihood, begin: At, least: FloatArray | float = 0.0) -> None:
        self.likelihood, self.best = likelihood, begin
        # Scale of each parameter: scaled parameters are theta / scale.
        sizes = np.maximum(np.maximum(abs(begin.theta), likelihood.sizes), least)
        self.scale: FloatArray = np.where(sizes != 0.0, sizes, 1.0)
        self.first: FloatArray = begin.theta / self.scale
        self._points: dict[bytes, At | None] = {begin.theta.tobytes(): begin}
        self._scores: dict[bytes, Scores] = {}
        self._information: dict[bytes, FloatArray] = {}

    def at(self, scaled: FloatArray) -> At | None:
        """Return the likelihood at scaled parameters, on the branch of the best point so far, or None."""
        theta = scaled * self.scale
        if theta.tobytes() not in self._points:
            point = self.likelihood.at(theta, self.best)
            self._points[theta.tobytes()] = point
            if point is not None and point.value > self.best.value:
                self.best = point
        return self._points[theta.tobytes()]

    def value(self, scaled: FloatArray) -> float:
        """Return minus the log likelihood; infinity if there is none."""
        point = self.at(scaled)
        return np.inf if point is None or not np.isfinite(point.value) else -point.value

    def known(self, scaled: FloatArray) -> Scores:
        """Return the likelihood and its gradient at scaled parameters, or raise if there is none."""
        key = (scaled * self.scale).tobytes()
        if key not in self._scores:
            point = self.at(scaled)
            if point is None:
                raise InvalidGame(
                    f"the likelihood has no gradient at these parameters: {self.likelihood.refused}"
                )
            self._scores[key] = self.likelihood.scores(point)
        return self._scores[key]

    def slope(self, scaled: FloatArray) -> FloatArray:
        """Return the gradient of minus the log likelihood by scaled parameters, shape (P,)."""
        gradient: FloatArray = -self.known(scaled).gradient * self.scale
        return gradient

    def bend(self, scaled: FloatArray) -> FloatArray:
        """Return the information in scaled parameters, from differences of the gradient, shape (P, P)."""
        key = (scaled * self.scale).tobytes()
        if key not in self._information:
            curvature, least = np.empty((len(scaled), len(scaled))), self.likelihood.sizes / self.scale
            for p, row in enumerate(np.eye(len(scaled))):
                step = NUMERICS.difference * (max(abs(scaled[p]), least[p]) or 1.0)
                ends = [end for end in (scaled - step * row, scaled + step * row) if self.at(end) is not None]
                # At the boundary of the allowed parameters, a one-sided difference.
                ends = ends if len(ends) == 2 else [scaled, *ends]
                if len(ends) < 2:
                    raise InvalidGame(
                        f"the likelihood has no curvature at these parameters: {self.likelihood.refused}"
                    )
                curvature[p] = (self.slope(ends[1]) - self.slope(ends[0])) / (ends[1] - ends[0])[p]
            if not (abs(curvature) <= NUMERICS.steepest).all():
                raise InvalidGame(
                    "at these parameters the curvature of the likelihood is too large for double precision"
                )
            self._information[key] = (curvature + curvature.T) / 2.0
        return self._information[key]

    def arrived(self, scaled: FloatArray) -> bool:
        """Return whether a maximum is within a small share of a standard error, or the gradient is zero."""
        slope, bend = self.slope(scaled), self.bend(scaled)
        if flat_direction(bend) is not None:
            return bool(abs(slope).max() <= NUMERICS.level)
        try:
            np.linalg.cholesky(bend)
        except np.linalg.LinAlgError:
            return False
        return float(slope @ np.linalg.solve(bend, slope)) <= NUMERICS.arrived

    def rising(self, scaled: FloatArray) -> str:
        """Return in words the direction in which the likelihood rises most."""
        up = -self.slope(scaled)
        ways = [
            f"as {name} {'rises' if rise > 0.0 else 'falls'}"
            for name, rise in zip(self.likelihood.names, up.tolist(), strict=True)
            if abs(rise) > NUMERICS.moved * abs(up).max()
        ]
        return f"where the likelihood still rises {' and '.join(ways)}"

    def closer(self, scaled: FloatArray) -> FloatArray:
        """Return the scaled parameters after one more Newton step, if it reduces the gradient."""
        if flat_direction(self.bend(scaled)) is not None:
            return scaled
        after: FloatArray = scaled - np.linalg.solve(self.bend(scaled), self.slope(scaled))
        better = self.at(after) is not None and abs(self.slope(after)).max() < abs(self.slope(scaled)).max()
        return after if better else scaled

    def up(self, most: int) -> tuple[FloatArray, int]:
        """Return the end of at most `most` steps of SciPy, in scaled parameters, and the number of steps."""
        options = {
            "initial_trust_radius": NUMERICS.first_radius,
            "max_trust_radius": NUMERICS.longest_radius,
            "maxiter": most,
            "gtol": 0.0,
        }
        optimum = minimize(  # type: ignore[call-overload]
            self.value, self.first, jac=self.slope, hess=self.bend, method="trust-ncg",
            callback=self.stop_at_maximum, options=options,
        )  # fmt: skip
        return optimum.x, int(optimum.nit)

    def stop_at_maximum(self, scaled: FloatArray) -> None:
        """Raise `StopIteration`, which stops SciPy, at a maximum."""
        if self.arrived(scaled):
            raise StopIteration


def climb(likelihood: Likelihood, begin: At) -> Top:
    """Return the end of a climb along the branch of a point, starting from that point."""
    stage = _Climb(likelihood, begin)
    end, steps, reason = stage.first, 0, ""
    if not len(end):
        return Top(begin, Scores(begin.value, np.empty(0), np.empty((0, 0))), np.empty((0, 0)), 0, "")
    stage.bend(end)  # a start without a gradient is refused with a reason
    try:
        # Each stage scales parameters by where it begins, so that steps to a far maximum are not too short.
        while not stage.arrived(end) and steps < NUMERICS.most_climbs:
            if steps:
                stage = _Climb(likelihood, stage.at(end) or stage.best, stage.scale)
            end, taken = stage.up(NUMERICS.climbs_a_stage)
            steps += max(taken, 1)
        if stage.arrived(end):
            end = stage.closer(end)
        else:
            reason = f"no maximum after {steps} steps, {stage.rising(end)}"
            reason += f"; refused on the way: {likelihood.refused}" if likelihood.refused else ""
    except NegotiationError as error:
        reason = f"the climb reached a point without derivatives: {error}"
        unknown = np.full((len(end), len(end)), np.nan)
        return Top(stage.best, Scores(np.nan, unknown[0], unknown[:0]), unknown, steps, reason)
    bend, scale = stage.bend(end), stage.scale
    direction = None if reason else flat_direction(bend)
    flat = None if direction is None else (direction, scale)
    at = stage.at(end) or stage.best
    return Top(at, stage.known(end), bend / np.outer(scale, scale), steps, reason, flat)


def held(likelihood: Likelihood, near: At, place: int, value: float) -> At | None:
    """Return the highest point with one parameter fixed at a value, on the branch of a point nearby."""
    theta, name = near.theta.copy(), likelihood.names[place]
    theta[place] = value
    there = likelihood.at(theta, near)
    if there is None:
        return None
    rest = copy(likelihood)
    rest.names = tuple(other for other in likelihood.names if other != name)
    rest.factory = partial(likelihood.factory, **{name: value})
    try:
        top = climb(rest, At(np.delete(theta, place), there.equations, there.point, there.value)).at
    except NegotiationError:
        return None
    return At(np.insert(top.theta, place, value), top.equations, top.point, top.value)


def checked(likelihood: Likelihood, top: Top) -> Top:
    """Return the top of a climb, with a reason if the likelihood does not fall around it as at a maximum.

    With the other parameters at their best values, the log likelihood falls by about 1/2 at one standard
    error, and by t^2 / 2 at t standard errors. If the log likelihood rises for ever, it does not fall on one
    side. If the information is close to 0, it falls by far more on both sides. `NotIdentified` is raised if
    the likelihood is flat in some direction.
    """
    if top.reason or not len(top.at.theta):
        return top
    if top.flat is not None:
        return _checked_flat(likelihood, top, *top.flat)
    covariance = np.linalg.inv(top.information)
    errors = np.sqrt(np.diag(covariance))
    # Each parameter changes by its standard error, and the others to their best values given this change. A
    # direction about which nothing is known has the largest variance, so parameters move along it. A short
    # step first shows at little cost whether the likelihood falls by far too much.
    for step, reach in product((covariance / errors).T, (1.0 / 16.0, 1.0)):
        sides = [_Side.along(likelihood, top.at, sign * step, reach) for sign in (1.0, -1.0)]
        least = min(sides, key=lambda side: side.share)
        if not NUMERICS.least_share <= least.share <= NUMERICS.most_share:
            return _without_maximum(likelihood, top, least, abs(step) > NUMERICS.moved * errors)
    return top


class _Side(NamedTuple):
    """The fall of the log likelihood on one side of a top."""

    lost: float
    # The predicted fall at a maximum; NaN if it is not known.
    due: float
    # (P,): the change of the parameters.
    step: FloatArray

    @property
    def share(self) -> float:
        """The fall as a share of the predicted fall; 0 if no parameters on this side are allowed."""
        return self.lost / self.due if self.lost == self.lost else 0.0

    @classmethod
    def along(cls, likelihood: Likelihood, at: At, step: FloatArray, reach: float) -> _Side:
        """Return the fall at `reach` times the step, halved until the parameters are allowed."""
        for length in reach * 0.5 ** np.arange(NUMERICS.most_halvings):
            there = likelihood.at(at.theta + length * step, at)
            if there is not None:
                return cls(at.value - there.value, length**2 / 2.0, length * step)
        return cls(np.nan, 0.5, step)

    @classmethod
    def beside(cls, likelihood: Likelihood, at: At, place: int, step: float) -> _Side:
        """Return the fall after a step of one parameter, halved until allowed, with the others optimal."""
        for length in 0.5 ** np.arange(NUMERICS.most_halvings):
            there = held(likelihood, at, place, at.theta[place] + length * step)
            if there is not None:
                return cls(at.value - there.value, np.nan, there.theta - at.theta)
        return cls(np.nan, np.nan, np.eye(len(at.theta))[place] * step)


def _checked_flat(likelihood: Likelihood, top: Top, direction: FloatArray, scale: FloatArray) -> Top:
    """Return a top without curvature in one direction, or raise `NotIdentified` if it is flat there.

    Shapes: `direction` and `scale` (P,).
    """
    place = int(np.argmax(abs(direction)))
    size = max(scale[place], abs(top.at.theta[place]))
    sides = [_Side.beside(likelihood, top.at, place, sign * size) for sign in (1.0, -1.0)]
    level = NUMERICS.level + NUMERICS.finest * abs(top.at.value)
    seen = [side for side in sides if side.lost == side.lost]
    if all(abs(side.lost) <= level for side in seen):
        raise NotIdentified(_flat(likelihood.names, direction * scale, scale))
    moves = abs(direction) > NUMERICS.moved * abs(direction).max()
    return _without_maximum(likelihood, top, min(seen, key=lambda side: side.lost), moves)


def _without_maximum(likelihood: Likelihood, top: Top, side: _Side, moves: BoolArray) -> Top:
    """Return a top with the reason why a maximum is not proven in one direction.

    Shapes: `moves` (P,).
    """
    moved = ", ".join(f"{likelihood.names[p]} by {side.step[p]:+.3g}" for p in np.flatnonzero(moves))
    due = f", not by about {side.due:.2g}" if np.isfinite(side.due) else ""
    if np.isnan(side.lost):
        reason = f"no maximum is shown: parameters next to the estimate are refused, moving {moved}"
    elif side.lost > np.nan_to_num(side.due, nan=NUMERICS.level):
        reason = (
            "the record has next to no information in one direction of the parameters: "
            f"moving {moved}, the log likelihood falls by {side.lost:.3g}{due}"
        )
    else:
        changes = f"rises by {-side.lost:.3g}" if side.lost < 0.0 else f"falls by {side.lost:.3g}"
        reason = (
            "there is no maximum in one direction of the parameters, where the likelihood may rise for ever: "
            f"moving {moved}, the log likelihood {changes}{due}"
        )
    return top._replace(reason=reason, free=moves)


def flat_direction(information: FloatArray) -> FloatArray | None:
    """Return a direction without curvature of the likelihood, shape (P,), or None if there is none."""
    bends = abs(np.diag(information))
    still = bends <= NUMERICS.flat**2 * bends.max()
    if still.any():
        direction: FloatArray = still.astype(np.float64)
        return direction
    sizes = np.sqrt(bends)
    roots, directions = np.linalg.eigh(information / np.outer(sizes, sizes))
    if abs(roots[0]) > NUMERICS.flat:
        return None
    flat: FloatArray = directions[:, 0] / sizes / abs(directions[:, 0] / sizes).max()
    return flat


def flat_at(likelihood: Likelihood, at: At) -> str:
    """Return in words a direction without curvature of the likelihood at a point; empty if there is none."""
    way = _Climb(likelihood, at)
    try:
        flat = flat_direction(way.bend(way.first))
    except NegotiationError:  # as at the boundary of the allowed parameters
        return ""
    return "" if flat is None else _flat(likelihood.names, flat * way.scale, way.scale)


def _flat(names: tuple[str, ...], direction: FloatArray, scale: FloatArray) -> str:
    """Return a flat direction in words: the parameters that move in it, from the one that moves most.

    Shapes: `direction` and `scale` (P,).
    """
    direction = direction / abs(direction / scale).max()
    moved = [p for p in np.argsort(-abs(direction / scale)) if abs(direction[p] / scale[p]) > NUMERICS.moved]
    shown = ", ".join(f"{names[p]} by {direction[p]:+.4g}" for p in moved)
    return (
        f"the record says nothing of one direction of the parameters: moving {shown} at once leaves the "
        "likelihood as it is. Fix one of them in the factory, or give a record in which they differ"
    )
