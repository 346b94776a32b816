"""Published games of relational contracts, written out from their descriptions."""

from __future__ import annotations

from itertools import product

import numpy as np

from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.stochastic import StochasticGame
from negotiation.game_theory.games.transitions import SparseTransitions


def paradise(delta: float = 0.5) -> StochasticGame:
    """Return a dilemma that ends in a state of rest once both cooperate (Goldluecke and Kranz 2022)."""
    work = StageGame.from_matrices([[2, -10], [3, 0]], [[2, 3], [-10, 0]], actions=("CD", "CD"))
    rest = StageGame.from_matrices([[2]], [[2]])
    moves = SparseTransitions([{1: 1.0}, {0: 1.0}, {0: 1.0}, {0: 1.0}, {1: 1.0}], 2)
    return StochasticGame.from_stages({"work": work, "rest": rest}, moves, delta)


def mutual_gifts(delta: float = 0.3, harm: float = 1) -> StochasticGame:
    """Return the game in which one chooses once whether the other can harm him; then both give gifts."""
    effort = [k / 10 for k in range(11)]

    def gifts(second: list[float]) -> StageGame:
        """Return the stage in which efforts are given and the second player answers with one of these."""
        pay = [[(y - x * x / 2, x - max(y, 0) ** 2 / 2) for y in second] for x in effort]
        return StageGame(pay, actions=([str(x) for x in effort], [str(y) for y in second]))

    stages = {
        "choice": StageGame([[[0, 0]], [[0, 0]]], actions=(("vulnerable", "not"), ("-",))),
        "not": gifts(effort),
        "vulnerable": gifts([-harm, *effort]),
    }
    rows = [{2: 1.0}, {1: 1.0}] + [{1: 1.0}] * 121 + [{2: 1.0}] * 132
    return StochasticGame.from_stages(stages, SparseTransitions(rows, 3), delta)


def arms_race(
    delta: float = 0.99,
    most: int = 3,
    attack: float = 0.05,
    build: float = 0.01,
    keep: float = 0.3,
    success: float = 0.08,
) -> StochasticGame:
    """Return the race in which two sides build weapons, which cost, and harm the other if used."""
    states = list(product(range(most + 1), repeat=2))
    place = {state: k for k, state in enumerate(states)}
    stages, rows = {}, []
    for state in states:
        actions = [_arming(own, most) for own in state]
        payoffs = np.zeros((len(actions[0]), len(actions[1]), 2))
        for (i, one), (j, other) in product(enumerate(actions[0]), enumerate(actions[1])):
            both = (one, other)
            for k in (0, 1):
                harm = state[1 - k] * both[1 - k].startswith("a") + attack * state[k] * both[k].startswith(
                    "a"
                )
                payoffs[i, j, k] = -harm - build * both[k].endswith("b") - keep * state[k]
            moves = [_arsenal(own, act, success) for own, act in zip(state, both, strict=True)]
            rows.append(
                {place[x, y]: p * q for (x, p), (y, q) in product(moves[0].items(), moves[1].items())}
            )
        stages[f"{state[0]}_{state[1]}"] = StageGame(payoffs, actions=actions)
    return StochasticGame.from_stages(stages, SparseTransitions(rows, len(states)), delta)


def _arming(own: int, most: int) -> list[str]:
    attacks, arms = ["w", "a"][: 1 + (own > 0)], [*(["d"] * (own > 0)), "", *(["b"] * (own < most))]
    return [attack + arm for attack in attacks for arm in arms]


def _arsenal(own: int, act: str, success: float) -> dict[int, float]:
    if act.endswith("b"):
        return {own + 1: success, own: 1.0 - success}
    return {own - 1: 1.0} if act.endswith("d") else {own: 1.0}


def intensifying(
    delta: float = 0.25, steps: int = 10, efforts: int = 20
) -> tuple[StochasticGame, dict[str, StageGame]]:
    """Return the game in which both can make themselves more vulnerable for good, and its static gifts."""
    levels = [round(0.5 * k / steps, 10) for k in range(steps + 1)]
    effort = [round(k / efforts, 10) for k in range(efforts + 1)]
    stages, static, rows = {}, {}, []
    for i, j in product(range(steps + 1), repeat=2):
        state = f"{levels[i]:g}_{levels[j]:g}"
        actions = [f"{x:g}" for x in levels[i:]], [f"{x:g}" for x in levels[j:]]
        stages[state] = StageGame(np.zeros((len(actions[0]), len(actions[1]), 2)), actions=actions)
        rows += [{a * (steps + 1) + b: 1.0} for a in range(i, steps + 1) for b in range(j, steps + 1)]
        one, other = (sorted({-harm + 0.0, *effort}) for harm in (levels[j], levels[i]))
        pay = [[(y - max(x, 0) ** 2 / 2, x - max(y, 0) ** 2 / 2) for y in other] for x in one]
        static[state] = StageGame(pay, actions=([f"{x:g}" for x in one], [f"{y:g}" for y in other]))
    game = StochasticGame.from_stages(stages, SparseTransitions(rows, (steps + 1) ** 2), delta)
    return game, static


def intensifying_game(delta: float = 0.25) -> StochasticGame:
    """Return the game of `intensifying` without its static gifts."""
    return intensifying(delta)[0]


def intensifying_gifts(delta: float = 0.25) -> dict[str, StageGame]:
    """Return the static gifts of `intensifying`, by state."""
    return intensifying(delta)[1]
