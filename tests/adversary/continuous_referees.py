"""Slow plain programs for games in continuous time: elimination in `Fraction`, powers in long integers."""

from fractions import Fraction

import numpy as np

from tests.adversary.stage_referees import solved

ZERO, ONE, BITS = Fraction(0), Fraction(1), 1500
"""Of the long integers so many bits are after the point: what is below 1e-400 is lost."""

NEVER = Fraction(1, 10**300)
"""A rate at which nothing happens in any time that matters, so that singular systems have a solution."""


def solution(matrix: list, right: list) -> list:
    """Return the solution of a linear system."""
    return solved([[*row, x] for row, x in zip(matrix, right, strict=True)])


def _ended(rates: list) -> list:
    """Return a generator with its sign turned, whose play ends at a rate that is next to nothing."""
    return [[NEVER * (s == t) - q for t, q in enumerate(row)] for s, row in enumerate(rates)]


def stationary(rates: list, start: list) -> list:
    """Return the share of time in each state in the long run, from a start."""
    spent = solution(list(map(list, zip(*_ended(rates), strict=True))), start)
    return [NEVER * time for time in spent]


def without(rates: list, shown: list) -> list:
    """Return the generator without moves that show an event, `shown[s][t]`, which t = s may do too."""
    return [[q - x for q, x in zip(*pair, strict=True)] for pair in zip(rates, shown, strict=True)]


def event_times(rates: list, shown: list) -> list:
    """Return the expected time to an event from each state, None where it may never come."""
    found = solution(_ended(without(rates, shown)), [ONE] * len(rates))
    return [time if time < 10**150 else None for time in found]


def moved(shares: list, rates: list, time: Fraction) -> list:
    """Return a row times the exponential of a generator times a time, by scaling and squaring."""
    n = range(len(rates))
    halves = int(2 * len(rates) * time * max(abs(q) for row in rates for q in row)).bit_length() + 1
    small = np.array([[int(q * time / 2**halves * 2**BITS) for q in row] for row in rates], dtype=object)
    term = total = np.array([[int(s == t) << BITS for t in n] for s in n], dtype=object)
    for k in range(1, 400):
        term = ((term @ small) >> BITS) // k
        total = total + term
    for _ in range(halves):
        total = (total @ total) >> BITS
    return [sum(shares[s] * Fraction(int(total[s, t]), 1 << BITS) for s in n) for t in n]


def worth(flows: list, rho: Fraction, makers: list, nature: list, play: list, owned: list) -> list:
    """Return a player's values of play; a maker is rates and options (target, payoff), by state."""
    matrix, right = [[-q for q in row] for row in nature], list(flows)
    for s in range(len(flows)):
        matrix[s][s] += rho
        for (rates, options), chances, own in zip(makers, play, owned, strict=True):
            for chance, (target, paid) in zip(chances[s], options[s], strict=True):
                matrix[s][s] += rates[s] * chance
                matrix[s][target] -= rates[s] * chance
                right[s] += rates[s] * chance * paid * own
    return solution(matrix, right)


def best_values(flows: list, rho: Fraction, makers: list, nature: list) -> tuple[list, bool]:
    """Return the values of the one who moves and whether best options tie, by improving policies."""
    play = [[[ONE] + [ZERO] * (len(o) - 1) for o in options] for _, options in makers]
    while True:
        value, gains, tie = worth(flows, rho, makers, nature, play, [1] * len(play)), False, False
        for (_, options), rows in zip(makers, play, strict=True):
            for s, row in enumerate(options):
                paid = [p + value[t] for t, p in row]
                tie |= paid.count(max(paid)) > 1
                if max(paid) > paid[rows[s].index(ONE)]:
                    gains, rows[s] = True, [ONE * (j == paid.index(max(paid))) for j in range(len(row))]
        if not gains:
            return value, tie
