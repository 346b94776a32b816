"""All equilibria of N players on given supports, in exact numbers, and proven to be all.

Where one or two players mix, the conditions on either are linear (`support_cones`). Where more mix, mixtures
are eliminated until one unknown is left (`elimination`); where too many would be left for that, zeros are
isolated in balls (`isolated_zeros`). Cost: milliseconds; tenths of a second for three actions of three
players; some milliseconds a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import monotonic
from typing import Any, NamedTuple

from flint import arb

from negotiation.game_theory.exact.elimination import by_elimination, hidden_players
from negotiation.game_theory.exact.isolated_zeros import Enclosures, all_zeros
from negotiation.game_theory.exact.number_fields import Bounds
from negotiation.game_theory.exact.numerics import NUMERICS
from negotiation.game_theory.exact.polynomials import fraction
from negotiation.game_theory.exact.support_cones import Cones
from negotiation.game_theory.exact.support_game import Numbers, Part, SupportGame, Undecided, slopes, vector


class Found(NamedTuple):
    """All equilibria on supports, unless there is a doubt."""

    parts: list[Part]
    doubt: str = ""
    boxes: int = 0


def equilibria_on(
    payoffs: Sequence[Numbers], supports: Sequence[Sequence[int]], most_boxes: int, ends_at: float = inf
) -> Found:
    """Return the equilibria in which every player plays exactly a support, from whole payoffs.

    Examples
    --------
    >>> import numpy as np
    >>> pennies = np.array([[1, -1], [-1, 1]], dtype=object)
    >>> equilibria_on([pennies, -pennies], [[0, 1], [0, 1]], 0).parts[0].mixes[0][0][0]
    Fraction(1, 2)
    """
    game = SupportGame(payoffs, supports)
    try:
        if len(game.movers) <= 2:
            return Found(Cones(game).parts())
        if hidden_players(game):
            return Found(by_elimination(game))
    except Undecided as doubt:
        # What is no continuum by its signs is excluded in a few boxes.
        found = _by_boxes(game, min(most_boxes, NUMERICS.few_boxes), ends_at)
        return found._replace(doubt=str(doubt)) if found.doubt else found
    return _by_boxes(game, most_boxes, ends_at)


def _by_boxes(game: SupportGame, most_boxes: int, ends_at: float) -> Found:
    """Isolate the equilibria in balls."""

    def enclosed(point: Sequence[arb]) -> Enclosures:
        """Return what equals nought and what is no less, in balls at a point."""
        if monotonic() > ends_at:
            raise Undecided("the deadline came first")
        mixes = _mixes(game, point)
        found = Enclosures([], [], [], [])
        for i in range(len(mixes)):
            for gains, values, rows in (
                (game.equal, found.equal, found.equal_slopes),
                (game.below, found.below, found.below_slopes),
            ):
                if gains[i].size:
                    values += game.values(gains, i, mixes)
                    rows += slopes(gains[i], i, mixes)
        return found

    try:
        zeros = all_zeros(enclosed, sum(game.sizes) - len(game.sizes), most_boxes)
    except Undecided as doubt:
        return Found([], str(doubt))
    parts = []
    for root in zeros.found:
        mixes = _mixes(game, root)
        signs = [p for mix in mixes for p in mix] + [-value for value in game.deviations(mixes)]
        if any(s < 0 for s in signs):
            continue
        if not all(s > 0 for s in signs):
            return Found([], "a condition that may hold with equality", zeros.boxes)
        parts.append(Part(tuple(tuple(map(_ends, mix)) for mix in mixes), 0, True))
    return Found(parts, "" if zeros.decided else "mixtures that are not isolated", zeros.boxes)


def _mixes(game: SupportGame, point: Sequence[arb]) -> list[Any]:
    """Return everybody's probabilities from those that are free: all but the last of each."""
    mixes, at = [], 0
    for size in game.sizes:
        free = list(point[at : at + size - 1])
        mixes.append(vector([*free, 1 - sum(free, arb(0))]))
        at += size - 1
    return mixes


def _ends(value: arb) -> Bounds:
    middle, radius = fraction(value.mid().fmpq()), fraction(value.rad().fmpq())
    return middle - radius, middle + radius
