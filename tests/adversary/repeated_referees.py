"""Slow plain programs for repetition, in `Fraction`: grim trigger, finite horizons, two states."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

Profile = tuple[int, int]
ONE = Fraction(1)


def at(truth, profile: Profile, player: int, action: int | None = None) -> Fraction:
    """Return what a player gets at a profile, having perhaps left it for another action."""
    if action is not None:
        profile = (action, profile[1]) if player == 0 else (profile[0], action)
    return truth[(*profile, player)]


def actions(truth, player: int) -> range:
    return range(truth.shape[player])


def grim_holds(truth, cooperate: Profile, punish: Profile, deltas: Sequence[Fraction]) -> bool:
    """Return whether grim trigger is subgame perfect."""
    for i, delta in enumerate(deltas):
        for state in {cooperate, punish}:
            value = at(truth, state, i)
            for action in actions(truth, i):
                if action == state[i]:
                    continue
                later = at(truth, punish, i)
                if (1 - delta) * at(truth, state, i, action) + delta * later > value:
                    return False
    return True


def grim_interval(truth, cooperate: Profile, punish: Profile) -> tuple[Fraction, Fraction] | None:
    """Return the least and greatest discount factors in (0, 1), or their limits, at which grim trigger holds.

    Each deviation asks for (1 - x) u + x P <= R, which is linear in x.
    """
    low, high = Fraction(0), ONE
    for i in (0, 1):
        punished = at(truth, punish, i)
        for state in (cooperate, punish):
            value = at(truth, state, i)
            for action in actions(truth, i):
                if action == state[i]:
                    continue
                gain, slope = at(truth, state, i, action) - value, at(truth, state, i, action) - punished
                # gain - x slope <= 0
                if slope > 0:
                    low = max(low, gain / slope)
                elif slope < 0:
                    high = min(high, gain / slope)
                elif gain > 0:
                    return None
    return (low, high) if low <= high and low < 1 and high > 0 else None


def grim_renegotiation_proof(truth, cooperate: Profile, punish: Profile, deltas: Sequence[Fraction]) -> bool:
    """Return whether grim trigger holds and neither value is better for both players."""
    if not grim_holds(truth, cooperate, punish, deltas):
        return False
    return not any(
        all(at(truth, one, i) > at(truth, other, i) for i in (0, 1))
        for one, other in ((cooperate, punish), (punish, cooperate))
    )


def finite_payoffs(truth, periods: int, delta: Fraction) -> set[tuple[Fraction, Fraction]]:
    """Return all pure-strategy subgame-perfect payoffs of so many periods, as averages."""
    later: set[tuple[Fraction, Fraction]] = {(Fraction(0), Fraction(0))}
    for _ in range(periods):
        worst = [min(w[i] for w in later) for i in (0, 1)] if later else []
        found = set()
        for profile in product(actions(truth, 0), actions(truth, 1)):
            tempted = [
                max(at(truth, profile, i, action) for action in actions(truth, i)) + delta * worst[i]
                for i in (0, 1)
                if later
            ]
            for after in later:
                total = tuple(at(truth, profile, i) + delta * after[i] for i in (0, 1))
                if all(total[i] >= tempted[i] for i in (0, 1)):
                    found.add(total)
        later = found
    weight = sum(delta**k for k in range(periods))
    return {(x / weight, y / weight) for x, y in later}


def pure_markov(
    truths: Sequence, moves: dict[tuple[int, int, int], Sequence[Fraction]], delta: Fraction
) -> set[tuple[Profile, Profile]]:
    """Return all pure Markov perfect equilibria of two states.

    Parameters
    ----------
    truths : two arrays of payoffs
    moves : mapping from (state, action, action) to the chances of the two states
    """
    cells = [list(product(actions(t, 0), actions(t, 1))) for t in truths]
    return {pair for pair in product(*cells) if _is_markov(truths, moves, delta, pair)}


def _is_markov(truths, moves, delta: Fraction, pair: tuple[Profile, Profile]) -> bool:
    stay = [moves[(s, *pair[s])] for s in (0, 1)]
    for i in (0, 1):
        now = [at(truths[s], pair[s], i) for s in (0, 1)]
        # v = (1 - delta) now + delta stay v, by Cramer's rule.
        a, b = 1 - delta * stay[0][0], -delta * stay[0][1]
        c, d = -delta * stay[1][0], 1 - delta * stay[1][1]
        det = a * d - b * c
        values = [
            (1 - delta) * (now[0] * d - b * now[1]) / det,
            (1 - delta) * (a * now[1] - c * now[0]) / det,
        ]
        for s in (0, 1):
            for action in actions(truths[s], i):
                left = (action, pair[s][1]) if i == 0 else (pair[s][0], action)
                after = sum(p * v for p, v in zip(moves[(s, *left)], values, strict=True))
                if (1 - delta) * at(truths[s], pair[s], i, action) + delta * after > values[s]:
                    return False
    return True
