"""Published games that are played once or repeated, under perfect monitoring or with a public signal."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from negotiation.base.numeric import Number
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stage import StageGame


def battle_of_the_sexes() -> StageGame:
    """Return the game of Luce and Raiffa (1957), section 5.3."""
    return StageGame.from_matrices([[2, -1], [-1, 1]], [[1, -1], [-1, 2]], name="battle of the sexes")


def chicken() -> StageGame:
    """Return the game of Aumann (1974) whose correlated equilibria pay more than its mixed one."""
    return StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]], name="chicken")


def stag_hunt() -> StageGame:
    """Return the game of Aumann (1990), where an announcement to cooperate carries no information."""
    return StageGame.from_matrices([[9, 0], [8, 7]], [[9, 8], [0, 7]], name="stag hunt")


def fictitious_play_cycles() -> StageGame:
    """Return the game of Shapley (1964) in which fictitious play does not converge."""
    return StageGame.from_matrices(np.eye(3, dtype=int), np.roll(np.eye(3, dtype=int), 1, axis=1))


def pennies() -> StageGame:
    """Return matching pennies, one of the examples of von Neumann (1928)."""
    return StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], name="matching pennies")


def pennies_with_a_prize(prize: int = 9) -> StageGame:
    """Return the game of Ochs (1995): a match at the top left pays the first player a prize."""
    return StageGame.from_matrices([[prize, 0], [0, 1]], [[0, 1], [1, 0]])


def matching_pennies(top_left: int = 320) -> StageGame:
    """Return the asymmetric game of matching pennies of Goeree and Holt (2001), in cents."""
    return StageGame.from_matrices([[top_left, 40], [40, 80]], [[40, 80], [80, 40]])


def travelers_dilemma(least: int = 2, most: int = 100, reward: int = 2) -> StageGame:
    """Return the game of Basu (1994): both are paid the lower of two numbers, plus or minus a reward."""
    claims = np.arange(least, most + 1)
    mine, other = claims[:, None], claims[None, :]
    pay = np.minimum(mine, other) + reward * np.sign(other - mine)
    labels = [str(k) for k in claims.tolist()]
    return StageGame.from_matrices(pay, pay.T, actions=(labels, labels))


def three_pennies() -> StageGame:
    """Return the three-player matching pennies of Jordan (1993).

    The first and the second player want to match the next one. The third wants not to match the first.
    """
    sides = np.ndindex(2, 2, 2)
    pay = [[1 if a == b else -1, 1 if b == c else -1, 1 if c != a else -1] for a, b, c in sides]
    return StageGame(np.array(pay).reshape(2, 2, 2, 3))


def three_who_match() -> StageGame:
    """Return the game of Fudenberg and Maskin (1986), example 3: all get 1 if all do the same, else 0."""
    pay = [[int(a == b == c)] * 3 for a, b, c in np.ndindex(2, 2, 2)]
    return StageGame(np.array(pay).reshape(2, 2, 2, 3))


def least_effort(most: int = 7) -> StageGame:
    """Return the game of Van Huyck, Battalio and Beil (1990) for two players, with payoffs in dollars."""
    effort = [Fraction(k) for k in range(1, most + 1)]
    rows = [[min(a, b) / 5 - a / 10 + Fraction(3, 5) for b in effort] for a in effort]
    pay = np.array(rows, dtype=object)
    labels = [str(k) for k in range(1, most + 1)]
    return StageGame.from_matrices(pay, pay.T, actions=(labels, labels))


def hawks_and_doves(value: int = 2, cost: int = 3) -> StageGame:
    """Return the contest of Maynard Smith (1982)."""
    pay = np.array([[Fraction(value - cost, 2), value], [0, Fraction(value, 2)]], dtype=object)
    return StageGame.from_matrices(pay, pay.T, actions=(("hawk", "dove"), ("hawk", "dove")))


def three_with_nine() -> StageGame:
    """Return the game of McKelvey and McLennan (1996) with as many equilibria as 2x2x2 can have."""
    return _first_fastest("9 8 12 0 0 0 0 0 0 9 8 2 0 0 0 3 4 6 3 4 6 0 0 0", (2, 2, 2))


def three_irrational() -> StageGame:
    """Return the game of Nau, Gomez Canovas and Hansen (2004), section 4: one equilibrium, irrational."""
    return _first_fastest("3 0 2 0 1 0 0 2 0 1 0 0 1 0 0 0 3 0 0 1 0 2 0 3", (2, 2, 2))


def three_on_a_curve() -> StageGame:
    """Return the game of Nau, Gomez Canovas and Hansen (2004), section 5: a curve of mixed equilibria."""
    return _first_fastest("0 0 2 3 0 0 0 3 0 0 0 0 1 1 0 0 0 0 0 0 0 0 0 3", (2, 2, 2))


def three_on_a_segment() -> StageGame:
    """Return the game of Nau, Gomez Canovas and Hansen (2004), section 6: a line segment of equilibria."""
    first = "2 0 0 0 2 1 0 1 1 1 0 2 1 0 2 0 1 1 0 2 1 2 0 0 "
    return _first_fastest(first + "1 0 1 0 2 0 0 1 2 2 0 1 2 0 1 0 1 2 0 2 0 1 0 1", (2, 2, 4))


def gambit_three_by_three() -> StageGame:
    """Return a game that comes with Gambit, with three actions for each player; payoffs in thousandths."""
    return _first_fastest(
        """
        1131 1210 2426 1358 2234 2238 1655 1347 2747
        1576 5634 5675 1478 2544 1973 1436 4864 5267
        1735 4043 7247 3830 1335 1734 1428 1521 4248
        2429 2326 2422 5255 5334 2643 2243 3518 3062
        2455 6523 4225 7486 4483 5764 7566 4655 7076
        4943 7362 4382 4434 4271 4120 4533 5231 5458
        3222 3024 1223 2873 4452 4549 4564 4326 1762
        5277 4837 5645 4995 5754 4383 4423 1759 2705
        4642 1897 4042 4976 7324 7723 4486 4882 2537
        """,
        (3, 3, 3),
    )


def _first_fastest(payoffs: str, counts: tuple[int, int, int]) -> StageGame:
    """Return a game of three players from payoffs by profile; the first player's action varies fastest."""
    return StageGame(np.array(payoffs.split(), dtype=int).reshape(*counts[::-1], 3).transpose(2, 1, 0, 3))


def three_by_three(delta: Number = 0.3) -> RepeatedGame:
    """Return the game of Abreu and Sannikov (2014)."""
    first, second = [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 1, 0], [13, 4, -4], [3, 0, -15]]
    return RepeatedGame(StageGame.from_matrices(first, np.transpose(second)), delta)


def experiment(reward: int = 32) -> StageGame:
    """Return the dilemma of the experiments of Dal Bo and Frechette (2011)."""
    return StageGame.from_matrices(
        [[reward, 12], [50, 25]], [[reward, 50], [12, 25]], actions=(("C", "D"), ("C", "D"))
    )


def partnership(delta: Number = 0.9, alarm: Number = 0.1, after_breach: Number = 0.6) -> RepeatedGame:
    """Return a partners' dilemma with one common signal, as in Abreu, Milgrom and Pearce (1991)."""
    stage = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]], actions=(("C", "D"), ("C", "D")))
    fine, bad = [1 - alarm, alarm], [1 - after_breach, after_breach]
    chances = np.array([[fine, bad], [bad, bad]])
    return RepeatedGame(stage, delta, PublicSignal(chances, ("good", "bad")))


def duopoly(delta: Number = 0.8, quantities: int = 15) -> RepeatedGame:
    """Return a Cournot duopoly on a grid, similar to the one in Judd, Yeltekin and Conklin (2003).

    Each firm sells one of `quantities` amounts from 0 to 6. The price is 6 less what both sell, but at least
    0. Production has no cost.
    """
    sold = np.linspace(0.0, 6.0, quantities)
    price = np.maximum(6.0 - sold[:, None] - sold, 0.0)
    return RepeatedGame(StageGame.from_matrices(price * sold[:, None], price * sold), delta)


def tournament() -> StageGame:
    """Return the dilemma of the tournaments of Axelrod (1984)."""
    return StageGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))


def price_wars(delta: Number = 0.8, noise: float = 0.5) -> RepeatedGame:
    """Return a duopoly in which firms observe only the price, as in Green and Porter (1984).

    Each firm sells 3, 4 or 5. The most likely price is 12 less what both sell, and payoffs are computed at
    that price. All whole prices from 0 to 12 are possible: each step away from the most likely price
    multiplies the probability by `noise`.
    """
    sold = np.arange(3, 6)
    price = 12 - sold[:, None] - sold
    labels = [str(k) for k in sold.tolist()]
    stage = StageGame.from_matrices(price * sold[:, None], price * sold, actions=(labels, labels))
    seen = np.arange(13)
    likely = float(noise) ** np.abs(seen - price[..., None])
    signal = PublicSignal(likely / likely.sum(axis=-1, keepdims=True), [f"price {p}" for p in seen])
    return RepeatedGame(stage, delta, signal)
