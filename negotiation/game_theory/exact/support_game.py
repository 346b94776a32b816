"""A game on given supports: gains from one action over another, against mixtures of any kind of number.

A mixture is a vector over a support, of integers, polynomials, elements of a number field or balls, so that
the same sums give equations, signs and enclosures. It need not sum to 1, since gains are linear in each
mixture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from flint import arb, arb_mat

from negotiation.game_theory.exact.number_fields import Bounds
from negotiation.game_theory.exact.polynomials import rational

# Entries are whole numbers, polynomials or balls.
Numbers: TypeAlias = np.ndarray


class SupportPart(NamedTuple):
    """A point of the set of equilibria on supports, and the set's dimension there."""

    # By player, the lower and the upper bound of the probability of each action of the support.
    mixes: tuple[tuple[Bounds, ...], ...]
    dimension: int
    # Whether the point is isolated, its equations have full rank, and no other action is as good.
    regular: bool


class Undecided(Exception):
    """Raised if the equilibria on supports cannot all be determined; the message says why."""


class SupportGame:
    """A game restricted to supports: gains of own actions over the first one of the support.

    `payoffs`, `equal` and `below` have an array for each player, with one axis per player in order. `equal`
    has the gains from the other actions of the player's support, and `below` the gains from the actions
    outside the support.
    """

    def __init__(self, payoffs: Sequence[Numbers], supports: Sequence[Sequence[int]]) -> None:
        self.supports, self.sizes = supports, [len(s) for s in supports]
        self.movers = [i for i, size in enumerate(self.sizes) if size > 1]
        # By player: the gain of an action of the support, or outside, over the first action of the support.
        equal, below = [], []
        for i, u in enumerate(payoffs):
            axes = [range(n) if j == i else supports[j] for j, n in enumerate(u.shape)]
            own = np.moveaxis(u[np.ix_(*axes)], i, 0)
            gains = own - own[supports[i][0]]
            equal.append(np.moveaxis(gains[list(supports[i][1:])], 0, i))
            below.append(np.moveaxis(np.delete(gains, list(supports[i]), axis=0), 0, i))
        self.equal, self.below = equal, below

    def one_each(self) -> list[Any]:
        """Return by player the vector (1) if the player has one action, and None otherwise."""
        return [vector([1]) if size == 1 else None for size in self.sizes]

    def values(self, gains: list[Numbers], k: int, point: Sequence[Any]) -> list[Any]:
        """Return the gains of player k against the others' mixtures, one for each action in `gains`."""
        if not gains[k].size:
            return []
        return list(contracted(gains[k], {j: v for j, v in enumerate(point) if j != k}).ravel())

    def deviations(self, point: Sequence[Any]) -> list[Any]:
        """Return the gains of all players from all actions outside the supports, player by player."""
        return [value for k in range(len(point)) for value in self.values(self.below, k, point)]

    def point(self, mixes: Mapping[int, Any]) -> list[Any]:
        """Return by player the given mixture, or (1) if the player has one action, or None."""
        return [mixes.get(k, own) for k, own in enumerate(self.one_each())]

    def linear(self, player: int, mover: int, mixes: Mapping[int, Any], gains: list[Numbers]) -> Numbers:
        """Return the matrix that maps the mover's mixture to a player's gains, given the other mixtures."""
        return to_matrix(contracted(gains[player], mixes), player, mover, mixes)

    def has_full_rank(self, mixes: Sequence[Sequence[Bounds]]) -> bool:
        """Return whether the Jacobian of all indifference conditions is proven to be regular."""
        balls = [vector([arb(rational((a + b) / 2), rational((b - a) / 2)) for a, b in mix]) for mix in mixes]
        rows = [row for i, gains in enumerate(self.equal) if gains.size for row in slopes(gains, i, balls)]
        return len(rows) == len(rows[0]) and bool(arb_mat(rows).det() != 0)


def vector(values: Sequence[Any]) -> Numbers:
    """Return values as an object array, in which each polynomial is one entry."""
    result: Numbers = np.empty(len(values), dtype=object)
    for k, value in enumerate(values):
        result[k] = value
    return result


def to_matrix(gains: Numbers, player: int, mover: int, gone: Iterable[int] = ()) -> Numbers:
    """Return gains as a matrix by own action and mover's action.

    All other players have a single action, or are in `gone` and have no axis in `gains`.
    """
    left = [k for k in range(gains.ndim + len(tuple(gone))) if k not in gone]
    squeezed = gains.squeeze(tuple(at for at, k in enumerate(left) if k not in (player, mover)))
    return squeezed if player < mover else squeezed.T


def contracted(gains: Numbers, mixes: Mapping[int, Any]) -> Numbers:
    """Return expected gains against the mixtures of some players, without these players' axes."""
    for k in sorted(mixes, reverse=True):
        gains = np.tensordot(gains, mixes[k], axes=([k], [0]))
    return gains


def slopes(gains: Numbers, player: int, mixes: Sequence[Any]) -> list[list[Any]]:
    """Return the derivatives of gains by all players' free probabilities, one row per action in `gains`."""
    rows: list[list[Any]] = [[] for _ in range(gains.shape[player])]
    for j, mix in enumerate(mixes):
        if j == player:
            parts = [[arb(0)] * (len(mix) - 1)] * len(rows)
        else:
            others = {k: v for k, v in enumerate(mixes) if k not in (player, j)}
            both = contracted(gains, others)
            both = both if player < j else both.T
            parts = (both[:, :-1] - both[:, -1:]).tolist()
        for row, part in zip(rows, parts, strict=True):
            row += part
    return rows
