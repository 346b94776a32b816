"""Small games of two players in families that are hard for one reason each.

A case carries its truth, payoffs as `Fraction` in plain units, and the game as a user would write it: the
truth times a unit plus a zero, one for each player, as floats or exactly. Referees look at the truth, the
package at the game. The same seed and number make the same case, whatever else is drawn.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from negotiation.game_theory.games import StageGame

SIZES = ((2, 2), (2, 2), (2, 3), (3, 2), (3, 3))
"""Two by two twice as often: there most answers have a closed form."""

Pair = tuple[Fraction, Fraction]
Table = np.ndarray
"""An object array of `Fraction`, shape (n, m, 2)."""


class Case(NamedTuple):
    """A game and what it stands for.

    Parameters
    ----------
    family : str
    number : int
        The number of the case in its run.
    truth : array of Fraction, shape (n, m, 2)
    unit, zero : pairs of Fraction
        By player: payoffs are the truth times the unit plus the zero, rounded where they are floats.
    exact : bool
        Whether the game is given as integers or `Fraction`.
    stage : StageGame
    """

    family: str
    number: int
    truth: Table
    unit: Pair
    zero: Pair
    exact: bool
    stage: StageGame

    @property
    def moved(self) -> bool:
        """Whether a player's payoffs are in another unit than the truth."""
        return self.unit != (1, 1) or self.zero != (0, 0)

    def plain(self) -> "Case":
        """Return the same game in the units of the truth, given in the same type of number."""
        return made(self.family, self.number, self.truth, exact=self.exact)

    def back(self, payoffs: object) -> list[tuple[float, float]]:
        """Return payoffs of the game in the units of the truth."""
        rows = np.asarray(payoffs, dtype=object).reshape(-1, 2)
        return [
            tuple(float((Fraction(x) - z) / u) for x, u, z in zip(row, self.unit, self.zero, strict=True))
            for row in rows
        ]

    def there(self, point: tuple[Fraction, Fraction]) -> tuple[float, float]:
        """Return a payoff pair of the truth in the units of the game."""
        return tuple(float(x * u + z) for x, u, z in zip(point, self.unit, self.zero, strict=True))

    def room(self) -> float:
        """Return what floats may hide of a payoff, as a share of the least range: of 1e13 there is much."""
        found = 1e-9
        for i in (0, 1):
            span = self.truth[..., i].max() - self.truth[..., i].min() or Fraction(1)
            far = max(abs(float(x * self.unit[i] + self.zero[i])) for x in self.truth[..., i].ravel())
            found = max(found, 16.0 * float(Fraction(np.spacing(far)) / (span * abs(self.unit[i]))))
        return found


def made(
    family: str,
    number: int,
    truth: Table,
    unit: Pair = (Fraction(1),) * 2,
    zero: Pair = (Fraction(0),) * 2,
    *,
    exact: bool,
) -> Case:
    """Return the case of a truth in some units."""
    shown = truth * np.array(unit, dtype=object) + np.array(zero, dtype=object)
    if exact and all(x.denominator == 1 for x in shown.ravel()):
        given = np.array([int(x) for x in shown.ravel()], dtype=object).reshape(shown.shape)
    else:
        given = shown if exact else shown.astype(np.float64)
    return Case(family, number, truth, unit, zero, exact, StageGame(given))


def _whole(rng: np.random.Generator, size: tuple[int, int], most: int = 9) -> Table:
    drawn = rng.integers(-most, most + 1, size=(*size, 2))
    return np.array([Fraction(int(x)) for x in drawn.ravel()], dtype=object).reshape(drawn.shape)


def _size(rng: np.random.Generator) -> tuple[int, int]:
    return SIZES[rng.integers(len(SIZES))]


def _either(rng: np.random.Generator) -> bool:
    return bool(rng.integers(2))


def generic(rng: np.random.Generator, number: int) -> Case:
    """Whole numbers, or floats with two decimals."""
    exact = _either(rng)
    truth = _whole(rng, _size(rng), 9 if exact else 999)
    return made("generic", number, truth if exact else truth / 100, exact=exact)


def ties(rng: np.random.Generator, number: int) -> Case:
    """Payoffs 0, 1 and 2 alone."""
    return made("ties", number, _whole(rng, _size(rng), 1) + 1, exact=_either(rng))


def dominated(rng: np.random.Generator, number: int) -> Case:
    """One action no better than another, or no better than the mean of two."""
    truth = _whole(rng, _size(rng), 6)
    own = truth[..., 0] if _either(rng) else truth[..., 1].T
    less = rng.integers(0, 3, size=own.shape[1])
    better = own[1] if len(own) == 2 or _either(rng) else (own[1] + own[2]) / 2
    own[0] = better - [Fraction(int(x)) for x in less]
    return made("dominated", number, truth, exact=_either(rng))


def symmetric(rng: np.random.Generator, number: int) -> Case:
    """The same game from either side."""
    size = int(rng.integers(2, 4))
    truth = _whole(rng, (size, size), 6)
    truth[..., 1] = truth[..., 0].T
    return made("symmetric", number, truth, exact=_either(rng))


def zero_sum(rng: np.random.Generator, number: int) -> Case:
    """What one gains the other loses."""
    truth = _whole(rng, _size(rng), 5)
    truth[..., 1] = -truth[..., 0]
    return made("zero-sum", number, truth, exact=_either(rng))


def perturbed(rng: np.random.Generator, number: int) -> Case:
    """Small whole numbers, each moved by a few times 1e-9."""
    size = _size(rng)
    truth = _whole(rng, size, 3) + _whole(rng, size, 4) / 10**9
    return made("perturbed by 1e-9", number, truth, exact=_either(rng))


def scaled(rng: np.random.Generator, number: int) -> Case:
    """One player's payoffs times a power of ten, of two, or neither."""
    base = (generic, ties, symmetric)[rng.integers(3)](rng, number)
    powers = Fraction(10) ** int(rng.integers(-12, 13)), Fraction(2) ** int(rng.integers(-40, 41))
    factors = (*powers, powers[0] * Fraction(int(rng.integers(1, 50)), int(rng.integers(1, 50))))
    unit, own = [Fraction(1)] * 2, int(rng.integers(2))
    unit[own] = factors[rng.integers(3)]
    return made("one player scaled", number, base.truth, tuple(unit), exact=_either(rng))


def shifted(rng: np.random.Generator, number: int) -> Case:
    """Whole numbers, one player's up to 1e13 from zero."""
    truth = _whole(rng, _size(rng), (2, 9)[rng.integers(2)])
    zero, own = [Fraction(0)] * 2, int(rng.integers(2))
    zero[own] = Fraction(
        int(rng.choice([-1, 1])) * (10 ** int(rng.integers(3, 14)) - int(rng.integers(0, 9)))
    )
    return made("one player shifted", number, truth, zero=tuple(zero), exact=True)


def rational(rng: np.random.Generator, number: int) -> Case:
    """Fractions with denominators up to 7, exactly or as floats."""
    truth = _whole(rng, _size(rng), 12)
    below = rng.integers(1, 8, size=truth.shape)
    parts = [x / int(d) for x, d in zip(truth.ravel(), below.ravel(), strict=True)]
    return made("rational", number, np.array(parts, dtype=object).reshape(truth.shape), exact=_either(rng))


FAMILIES: tuple[Callable[[np.random.Generator, int], Case], ...] = (
    generic, ties, dominated, symmetric, zero_sum, perturbed, scaled, shifted, rational,
)  # fmt: skip


def case(seed: int, number: int) -> tuple[Case, np.random.Generator]:
    """Return a case of a run, its family by turns, and the generator for what else is drawn about it."""
    rng = np.random.default_rng([seed, number])
    return FAMILIES[number % len(FAMILIES)](rng, number), rng


def key(found: Case) -> tuple[object, ...]:
    """Return what tells a game from another: its payoffs, and whether they are exact."""
    return (found.exact, found.truth.shape, tuple(found.truth.ravel()), found.unit, found.zero)
