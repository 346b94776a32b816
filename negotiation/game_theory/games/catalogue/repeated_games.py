"""Published games that are repeated, and what is seen of them."""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import Number
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stage import StageGame


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
    """Return a Cournot duopoly on a grid, in the manner of Judd, Yeltekin and Conklin (2003).

    The price is 6 less what is sold, and production costs nothing.
    """
    sold = np.linspace(0.0, 6.0, quantities)
    price = np.maximum(6.0 - sold[:, None] - sold, 0.0)
    return RepeatedGame(StageGame.from_matrices(price * sold[:, None], price * sold), delta)


def tournament() -> StageGame:
    """Return the dilemma of the tournaments of Axelrod (1984)."""
    return StageGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=(("C", "D"), ("C", "D")))


def price_wars(delta: Number = 0.8, noise: float = 0.5) -> RepeatedGame:
    """Return a duopoly that sees its price alone, in the manner of Green and Porter (1984).

    Each sells 3, 4 or 5, and expects a price of 12 less what both sell. Any price from 0 to 12 may come: each
    step away from the expected one is less likely than the step before.
    """
    sold = np.arange(3, 6)
    price = 12 - sold[:, None] - sold
    labels = [str(k) for k in sold.tolist()]
    stage = StageGame.from_matrices(price * sold[:, None], price * sold, actions=(labels, labels))
    seen = np.arange(13)
    likely = float(noise) ** np.abs(seen - price[..., None])
    signal = PublicSignal(likely / likely.sum(axis=-1, keepdims=True), [f"price {p}" for p in seen])
    return RepeatedGame(stage, delta, signal)
