"""Bargaining rules, which pick a point of a convex set of payoffs.

A rule takes the individually rational part of the set, as gains over the disagreement point, and returns one
point of its Pareto frontier. The set need not be comprehensive, that is, players need not be able to dispose
of payoffs. The point is on the Pareto frontier in any case.

Nash (1950), "The bargaining problem"; Kalai and Smorodinsky (1975); Kalai (1977) for the egalitarian rule;
Rubinstein (1982), "Perfect equilibrium in a bargaining model": all in Econometrica. Cost: one pass over the
edges; for alternating offers, a bisection with two interpolations per step.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, Number, as_float
from negotiation.errors import InvalidDiscountFactor, InvalidGame, shown
from negotiation.game_theory.games import check_discount_factor
from negotiation.game_theory.solvers.bargaining.numerics import NUMERICS


class BargainingRule(Protocol):
    """The interface of a bargaining rule."""

    @property
    def name(self) -> str:
        """Name of the rule, as tables show it."""

    def agree(self, gains: FloatArray, discount_factors: tuple[Number, ...]) -> FloatArray:
        """Return the gains agreed on.

        `gains` are the vertices of the Pareto frontier of the gains over disagreement, from the best point
        for the second player to the best point for the first.

        Shapes: `gains` (k, 2); returns (2,).
        """


class _Rule(ABC):
    """Base class of the bargaining rules of this module."""

    def agree(self, gains: FloatArray, discount_factors: tuple[Number, ...]) -> FloatArray:
        """Return the gains agreed on.

        Parameters
        ----------
        gains : array, shape (k, 2)
            Vertices of the Pareto frontier of the gains over disagreement, from the best point for the second
            player to the best point for the first; not negative.
        discount_factors : tuple of numbers
            The players' discount factors. Only `Rubinstein` uses them, unless it has its own.

        Returns
        -------
        array, shape (2,)
            The gains agreed on.

        Examples
        --------
        >>> frontier, patience = np.array([[0.0, 6.0], [3.0, 4.0], [4.0, 0.0]]), (0.9, 0.8)
        >>> for rule in (NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Rubinstein()):
        ...     print(rule.name, rule.agree(frontier, patience).round(4).tolist())
        Nash [3.0, 4.0]
        Kalai-Smorodinsky [2.7692, 4.1538]
        egalitarian [3.2, 3.2]
        Rubinstein, first player proposes [3.1818, 3.2727]
        """
        return self._agreed(gains, discount_factors)

    @abstractmethod
    def _agreed(self, gains: FloatArray, discount_factors: tuple[Number, ...]) -> FloatArray:
        """Return the point that the rule picks."""


@dataclass(frozen=True)
class NashBargaining(_Rule):
    """The Nash bargaining solution: the largest product of gains, each to the power of the player's weight.

    Parameters
    ----------
    weights : pair of float, optional
        Bargaining power of each player, positive; (1.0, 1.0) by default.

    Raises
    ------
    InvalidGame
        If the weights are not two positive, finite numbers.

    Notes
    -----
    Nash, J. F. (1950), "The bargaining problem", Econometrica 18(2).

    Examples
    --------
    >>> NashBargaining().agree(np.array([[0.0, 4.0], [2.0, 0.0]]), (0.9, 0.9)).tolist()
    [1.0, 2.0]
    """

    weights: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        weights: object = self.weights
        given = tuple(weights) if isinstance(weights, Iterable) else ()
        if len(given) != 2 or not all(0 < as_float(w) < np.inf for w in given):
            raise InvalidGame(f"`weights` must be two positive, finite numbers; got {shown(self.weights)}")

    @property
    def name(self) -> str:
        """Name of the rule, as tables show it."""
        return "Nash" if self.weights == (1.0, 1.0) else f"Nash, weights {self.weights}"

    def _agreed(self, gains: FloatArray, _: tuple[Number, ...]) -> FloatArray:
        return _largest_product(gains, self.weights)


@dataclass(frozen=True)
class KalaiSmorodinsky(_Rule):
    """The Kalai-Smorodinsky solution: both players get the same share of their largest possible gains.

    Notes
    -----
    Kalai, E., and Smorodinsky, M. (1975), "Other solutions to Nash's bargaining problem", Econometrica 43(3).

    Examples
    --------
    >>> KalaiSmorodinsky().agree(np.array([[0.0, 4.0], [2.0, 0.0]]), (0.9, 0.9)).tolist()
    [1.0, 2.0]
    """

    @property
    def name(self) -> str:
        """Name of the rule, as tables show it."""
        return "Kalai-Smorodinsky"

    def _agreed(self, gains: FloatArray, _: tuple[Number, ...]) -> FloatArray:
        return _along(gains, gains.max(axis=0))


@dataclass(frozen=True)
class Egalitarian(_Rule):
    """The egalitarian solution: the largest equal gains of both players.

    If one player can gain more without harming the other, the point on the Pareto frontier is chosen.

    Notes
    -----
    Kalai, E. (1977), "Proportional solutions to bargaining situations", Econometrica 45(7).

    Examples
    --------
    >>> Egalitarian().agree(np.array([[0.0, 4.0], [2.0, 0.0]]), (0.9, 0.9)).round(9).tolist()
    [1.333333333, 1.333333333]
    """

    @property
    def name(self) -> str:
        """Name of the rule, as tables show it."""
        return "egalitarian"

    def _agreed(self, gains: FloatArray, _: tuple[Number, ...]) -> FloatArray:
        return _along(gains, np.ones(2))


@dataclass(frozen=True)
class Rubinstein(_Rule):
    """The outcome of alternating offers, in which more patient players get more.

    Player i accepts an offer if it gives i at least delta_i times the gain that i would get by proposing
    next.

    Parameters
    ----------
    discount_factors : pair of numbers, optional
        Discount factor of each player per round of offers; by default the discount factors of the game.
    proposer : int, optional
        Position of the player who makes the first offer, 0 or 1; 0 by default.

    Raises
    ------
    InvalidDiscountFactor
        If a discount factor is not strictly between 0 and 1, or there are not two.
    InvalidGame
        If the proposer is neither 0 nor 1.

    Notes
    -----
    As both players become patient, the outcome tends to the Nash solution with the weights 1 / ln(1 /
    delta_i). Rubinstein, A. (1982), "Perfect equilibrium in a bargaining model", Econometrica 50(1).

    Examples
    --------
    A cake of size 1 and discount factors of 1/2: the proposer gets 2/3.

    >>> Rubinstein((0.5, 0.5)).agree(np.array([[0.0, 1.0], [1.0, 0.0]]), (0.9, 0.9)).round(9).tolist()
    [0.666666667, 0.333333333]
    """

    discount_factors: tuple[float, float] | None = None
    proposer: int = 0

    def __post_init__(self) -> None:
        given: object = self.discount_factors
        if given is not None and (not isinstance(given, Sequence) or len(given) != 2):
            raise InvalidDiscountFactor(f"`discount_factors` must be two numbers; got {shown(given)}")
        for delta in given or ():
            check_discount_factor(delta, "of a round of offers")
        if self.proposer not in (0, 1):
            raise InvalidGame(f"`proposer` must be 0 or 1; got {shown(self.proposer)}")

    @property
    def name(self) -> str:
        """Name of the rule, as tables show it."""
        return f"Rubinstein, {'first' if self.proposer == 0 else 'second'} player proposes"

    def _agreed(self, gains: FloatArray, discount_factors: tuple[Number, ...]) -> FloatArray:
        first, second = (float(d) for d in self.discount_factors or discount_factors)
        low, high = float(gains[0, 0]), float(gains[-1, 0])
        # The proposer x that solves x = what 2 accepts against y, y = what 1 accepts against x.
        for _ in range(NUMERICS.halvings):
            middle = (low + high) / 2
            answer = _at_first(gains, first * middle)
            # Player 2 accepts at least delta_2 times its own proposal's payoff: too greedy an x gives less.
            if _at_first(gains, middle)[1] < second * answer[1]:
                high = middle
            else:
                low = middle
        proposal = _at_first(gains, (low + high) / 2)
        return proposal if self.proposer == 0 else _at_first(gains, first * proposal[0])


def _largest_product(frontier: FloatArray, weights: tuple[float, float]) -> FloatArray:
    """Return the point of a frontier with the largest weighted product of gains.

    The points of the edge from p to q are p + t e with e = q - p and 0 <= t <= 1. The derivative of the
    product in t vanishes where w_1 e_1 (p_2 + t e_2) + w_2 e_2 (p_1 + t e_1) = 0, which is linear in t.
    """
    best, worth = frontier[0], -np.inf
    for p, q in zip(frontier, [*frontier[1:], frontier[-1]], strict=True):
        edge = q - p
        slope = (weights[0] + weights[1]) * edge[0] * edge[1]
        rise = weights[0] * edge[0] * p[1] + weights[1] * edge[1] * p[0]
        inner = -rise / slope if slope else 0.0
        for t in (0.0, min(max(inner, 0.0), 1.0), 1.0):
            point = p + t * edge
            with np.errstate(divide="ignore"):
                product = weights[0] * np.log(point[0]) + weights[1] * np.log(point[1])
            if product > worth:
                best, worth = point, float(product)
    if worth == -np.inf:
        # One player gains nothing anywhere: take the point of the frontier that is best for the other.
        best = frontier[int(frontier.sum(axis=1).argmax())]
    return np.array(best, dtype=np.float64)


def _along(frontier: FloatArray, direction: FloatArray) -> FloatArray:
    """Return the point of a frontier that maximises the smaller ratio of gain to direction."""
    size = float(frontier.max(initial=0.0))
    live = direction > KNIFE_EDGE * size
    if not live.all():
        return np.array(frontier[int(frontier.sum(axis=1).argmax())], dtype=np.float64)
    shares = frontier / direction
    # Along the frontier the first share rises and the second falls, so they cross at most once.
    ahead = np.flatnonzero(shares[:, 0] >= shares[:, 1])
    if not len(ahead):
        return np.array(frontier[-1], dtype=np.float64)
    k = int(ahead[0])
    if k == 0:
        return np.array(frontier[0], dtype=np.float64)
    before, after = shares[k - 1, 1] - shares[k - 1, 0], shares[k, 0] - shares[k, 1]
    t = before / (before + after)
    return np.array((1 - t) * frontier[k - 1] + t * frontier[k], dtype=np.float64)


def _at_first(frontier: FloatArray, first: float) -> FloatArray:
    """Return the point of a frontier that is best for player 2 and gives player 1 at least a given gain."""
    if first <= frontier[0, 0]:
        return np.array(frontier[0], dtype=np.float64)
    second = float(np.interp(first, frontier[:, 0], frontier[:, 1]))
    return np.array([min(first, float(frontier[-1, 0])), second])
