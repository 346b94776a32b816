"""What each player adds to a game in characteristic form, whichever coalitions can form.

The value of a player is the mean of what it adds over all orders in which the players can come together, each
coalition on the way being one that can form (Faigle and Kern 1992, Int. J. of Game Theory 21, for games under
precedence constraints). Where all coalitions can form it is the Shapley value (Shapley 1953, "A value for
n-person games"). Orders are counted as paths through the coalitions, so that nothing is enumerated. Cost: one
pass over the coalitions and their players.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import numpy as np

from negotiation.errors import InvalidGame
from negotiation.numeric import FloatArray

Coalition = frozenset[str]
Step = tuple[Coalition, str]
"""A coalition, and who joins it."""


def step_shares(names: Iterable[str], coalitions: Iterable[Coalition]) -> dict[Step, Fraction]:
    """Return the share of the orders in which a player joins a coalition, for every step that can be taken.

    Examples
    --------
    >>> chain = [frozenset(), frozenset("a"), frozenset("ab")]
    >>> shares = step_shares("ab", chain)
    >>> [("".join(coalition), player, int(share)) for (coalition, player), share in shares.items()]
    [('', 'a', 1), ('a', 'b', 1)]
    """
    players, known = tuple(names), set(coalitions)
    ordered = sorted(known, key=len)
    steps = [(s, k) for s in ordered for k in players if k not in s and s | {k} in known]
    everybody = frozenset(players)
    below = {s: int(not s) for s in ordered}
    for s, k in steps:
        below[s | {k}] += below[s]
    above = {s: int(s == everybody) for s in ordered}
    for s, k in reversed(steps):
        above[s] += above[s | {k}]
    orders = below.get(everybody, 0)
    if not orders:
        raise InvalidGame(
            "the players cannot come together one by one: among the coalitions there are the empty one, that "
            f"of all, and a way between them; got {len(ordered)} of {', '.join(players)}"
        )
    return {
        (s, k): Fraction(below[s] * above[s | {k}], orders) for s, k in steps if below[s] * above[s | {k}]
    }


def shapley_values(names: Iterable[str], worth: Mapping[Coalition, float]) -> FloatArray:
    """Return what each player adds, in the mean over all orders that can be, shape (players,)."""
    players = tuple(names)
    values = np.zeros(len(players))
    for (coalition, player), share in step_shares(players, worth).items():
        values[players.index(player)] += float(share) * (worth[coalition | {player}] - worth[coalition])
    return values
