"""Published stochastic games."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np

from negotiation.base.numeric import Number
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.stochastic import StochasticGame
from negotiation.game_theory.games.transitions import SparseTransitions


def big_match(delta: Number = 0.9) -> StochasticGame:
    """Return the game of Gillette (1957), as Blackwell and Ferguson (1968) solved it.

    The second player chooses 0 or 1, the first guesses; a guess of 1 is the last, and its result is paid for
    ever.
    """
    paid = {"play": [[1, 0], [0, 1]], "won": [[1]], "lost": [[0]]}
    stages = {state: StageGame.from_matrices(pay, -np.array(pay)) for state, pay in paid.items()}
    moves = SparseTransitions([{0: 1}, {0: 1}, {2: 1}, {1: 1}, {1: 1}, {2: 1}], 3)
    return StochasticGame.from_stages(stages, moves, delta)


def two_dilemmas(delta: Number = 0.7) -> StochasticGame:
    """Return the dilemma in two states of Abreu, Brooks and Sannikov (2016).

    In the second state all get 2 more. If both do the same, play changes its state with chance 2/3, else with
    1/2.
    """
    poor = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]], actions=("CD", "CD"))
    rich = StageGame(poor.payoffs + 2, actions=poor.actions)
    third, half = Fraction(1, 3), Fraction(1, 2)
    rows = [
        {s: third, 1 - s: 2 * third} if same else {0: half, 1: half} for s in (0, 1) for same in (1, 0, 0, 1)
    ]
    return StochasticGame.from_stages({"poor": poor, "rich": rich}, SparseTransitions(rows, 2), delta)


def reserves(delta: Number = Fraction(2, 3), most: int = 20, least: int = 3, more: int = 1) -> StochasticGame:
    """Return the duopoly of Goldluecke and Kranz (2018), whose firms sell water out of reserves.

    A firm sells at most what it has, at a price of `most` less what both sell. Then some flows in: any amount
    from `least` to `least + more`, with the same chance; what is above `most` is lost.
    """
    inflows = range(least, least + more + 1)
    share = 1 / len(inflows) ** 2
    stages: dict[str, StageGame] = {}
    rows: list[dict[int, Number]] = []
    for one, other in product(range(most + 1), repeat=2):
        mine, theirs = np.arange(one + 1)[:, None], np.arange(other + 1)[None, :]
        price = np.maximum(most - mine - theirs, 0)
        labels = [[str(k) for k in range(own + 1)] for own in (one, other)]
        stages[f"{one}_{other}"] = StageGame.from_matrices(price * mine, price * theirs, actions=labels)
        for sold in product(range(one + 1), range(other + 1)):
            row: dict[int, Number] = {}
            for first, second in product(inflows, repeat=2):
                left = [
                    min(own - gone + new, most)
                    for own, gone, new in zip((one, other), sold, (first, second), strict=True)
                ]
                state = left[0] * (most + 1) + left[1]
                row[state] = row.get(state, 0.0) + share
            rows.append(row)
    return StochasticGame.from_stages(stages, SparseTransitions(rows, (most + 1) ** 2), delta)


def capacities(delta: Number = 0.8, steps: int = 3, cost: Number = Fraction(1, 2)) -> StochasticGame:
    """Return a duopoly with capacities that firms build, in the manner of Yeltekin, Cai and Judd (2017).

    A firm sells all that it can, at a price of 4 less what both sell, not below 0. A step of capacity costs
    something, is there in the next period, and stays.
    """
    stages: dict[str, StageGame] = {}
    rows: list[dict[int, Number]] = []
    for state in product(range(steps), repeat=2):
        sold = [Fraction(1 + k, 2) for k in state]
        price = max(4 - sum(sold), Fraction(0))
        actions = [("keep", "build") if k + 1 < steps else ("keep",) for k in state]
        payoffs = np.empty((len(actions[0]), len(actions[1]), 2), dtype=object)
        for built in np.ndindex(payoffs.shape[:2]):
            payoffs[built] = [price * sold[i] - cost * built[i] for i in (0, 1)]
            rows.append({(state[0] + built[0]) * steps + state[1] + built[1]: 1})
        stages[f"{state[0]}_{state[1]}"] = StageGame(payoffs, actions=actions)
    return StochasticGame.from_stages(stages, SparseTransitions(rows, steps**2), delta)


def threats_that_run_out(
    gain: Number = Fraction(1, 2),
    loss: Number = Fraction(5, 8),
    harm: Number = 1,
    cost: Number = 1,
    cover: int = 1,
    delta: Number | tuple[Number, Number] = Fraction(4, 5),
) -> StochasticGame:
    """Return the game of a control and of a curb that harms once cover is used up.

    The target of the threat gains by its control what costs the user of the threat `loss`; the curb costs its
    user `cost`. A state is the number of periods of cover that are left: the curb takes one, a period without
    it gives one back.
    """
    stages: dict[str, StageGame] = {}
    rows: list[dict[int, Number]] = []
    for left in range(cover + 1):
        payoffs = np.empty((2, 2, 2), dtype=object)
        for control, curb in product((0, 1), repeat=2):
            payoffs[control, curb] = gain * control - harm * curb * (left == 0), -loss * control - cost * curb
            rows.append({max(left - 1, 0) if curb else min(left + 1, cover): 1})
        stages[str(left)] = StageGame(
            payoffs, players=("target", "user"), actions=(("restraint", "control"), ("calm", "curb"))
        )
    return StochasticGame.from_stages(stages, SparseTransitions(rows, cover + 1), delta)
