"""Repeated negotiation: both can pay each other, and from time to time all is bargained anew.

Every period all is bargained anew with the chance that the rounds of talks on record give, whatever was
agreed before (Goldluecke and Kranz 2022). Until then levels are kept, and a departure is answered by the
worst equilibrium of the whole game, which ends when all is bargained anew as well. Purchases and other
payments move money between the sides, in USD, so a text holds iff what both have together by keeping it
covers what each would have by departing:

    sum over i of G_i(a_i) <= delta (1 - rho) / (1 - delta (1 - rho)) (U(kept) - c_1 - c_2),

with G_i a period's gain of a departure, U(kept) what both get together, and c_i the worst payoff of the game
at the discount factor delta (1 - rho). How bargaining weighs the sides does not matter for it. The state
stays as on the day of signing, as under the other theories.
"""

from __future__ import annotations

import numpy as np

from negotiation.checks.negotiation import verify_kept
from negotiation.games import StageGame, StochasticGame, Transitions
from negotiation.numeric import BoolArray, FloatArray
from negotiation.solvers.relational.negotiation import negotiation_equilibrium
from negotiation.solvers.relational.one_state import one_state
from negotiation.truces.theories.machinery.legs import departure_gains
from negotiation.truces.theories.machinery.question import Question
from negotiation.truces.theories.machinery.theory import Play, Theory


def margins(asked: Question) -> tuple[FloatArray, ...]:
    """Return the margin of every departure, shape (D, n_i): what is left once the other has its best one.

    The most that a player can be given is what both have by keeping everything, less what the best departure
    is worth to the other. Not to pay what was agreed, and change nothing, is a departure too. Where that
    alone would pay, nothing holds, and of the departures that are worth less the least bad one of each leg
    stands for it.
    """
    money = asked.money[:, None, None, :]
    paid = asked.whole * money
    lasting = asked.delta * (1.0 - asked.chance)
    found = one_state(paid, lasting)
    stake = lasting / (1.0 - lasting) * (paid[:, 0, 0].sum(axis=-1) - found.threats.sum(axis=-1))
    gains = [departure_gains(paid, i) for i in (0, 1)]
    each = []
    for i in (0, 1):
        left = stake - gains[1 - i].max(axis=1)
        own = np.where(
            (left >= 0.0)[:, None], left[:, None] - gains[i], left[:, None] - np.maximum(gains[i], 0.0)
        )
        idle = (left < 0.0)[:, None] & (gains[i] <= 0.0) & ~_least_bad(asked, i, gains[i])
        own = np.where(idle, np.inf, own)
        each.append((1.0 - asked.delta)[:, None] * own / asked.money[:, i : i + 1])
    return tuple(each)


def _least_bad(asked: Question, player: int, gains: FloatArray) -> BoolArray:
    """Return which departures gain most among those that change something in a leg, shape (D, n_i)."""
    chosen = np.zeros(gains.shape, dtype=np.bool_)
    for leg in asked.scenario.legs:
        inside = [k for k, changed in enumerate(asked.changes[player]) if leg in map(asked.leg_of, changed)]
        if inside:
            best = np.array(inside)[gains[:, inside].argmax(axis=1)]
            chosen[np.arange(len(gains)), best] = True
    return chosen


def plays(asked: Question) -> tuple[Play, ...]:
    """Return the equilibrium of the whole game in USD, and whether the kept levels can be kept in it."""
    stage = asked.stage(asked.menus)
    paid = StageGame(stage.payoffs * asked.money[0], stage.players, stage.actions)
    profiles = int(np.prod(paid.n_actions))
    nowhere = np.zeros(profiles, dtype=np.intp)
    still = Transitions(np.arange(profiles + 1, dtype=np.intp), nowhere, np.ones(profiles), 1)
    game = StochasticGame.from_stages({asked.state.label: paid}, still, float(asked.delta[0]))
    found = negotiation_equilibrium(game, negotiation_probability=float(asked.chance[0]))
    checked = verify_kept(game, found, {asked.state.label: paid.labels((0, 0))})
    return (Play(asked.scenario.legs, game, None, checked),)


THEORY = Theory(
    name="repeated negotiation",
    order=6,
    statement="Both can pay each other, and all is bargained anew at the pace of past rounds of talks.",
    phases="none",
    outside="kept as it was until all is bargained anew",
    off_path="the worst equilibrium with payments, until all is bargained anew",
    margins=margins,
    plays=plays,
    in_time=False,
)
