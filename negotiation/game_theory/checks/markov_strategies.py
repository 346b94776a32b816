"""Check of a Markov strategy in a stochastic game: its values, best replies to it, and gains from deviations.

The values of the profile solve V_i = (1 - delta_i) u_i + delta_i P V_i, one linear system for each player.
Given the others' play, a player faces a Markov decision problem. Policy iteration (Howard 1960) solves it and
gives the most that any deviation gains, however long it lasts. No player gains by any deviation if and only
if none gains by a one-shot deviation in any state (one-shot-deviation principle; Maskin and Tirole 2001). The
checks import no solver. Cost: one pass through the payoffs and transitions for each player, then a few linear
systems of the size of the state space.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import (
    KNIFE_EDGE,
    REGRET_TOLERANCE,
    Number,
    NumberArray,
    read_only,
)
from negotiation.base.status import Status
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games import StochasticGame, own_units, ranges_by_player
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, judge
from negotiation.game_theory.strategies.decision_problem import Problem, decision_problems
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy


@dataclass(frozen=True, eq=False)
class MarkovCertificate(Tabular):
    """Values of a Markov strategy and of best replies to it."""

    # (S, N): average discounted payoffs of the profile from each state; `Fraction` objects in an exact check.
    values: NumberArray
    # (S, N): values of each player's best reply to the others' Markov play.
    best_replies: NumberArray
    # (S, N): what the best reply gains over the profile, from values less the player's least payoff.
    gains: NumberArray
    # Bellman residual: the largest distance of a value from the maximum over the player's actions of the
    # right-hand side of the Bellman equation at the values.
    residual: Number
    states: tuple[str, ...]
    players: tuple[str, ...]
    # Whether everything was computed in rational numbers.
    exact: bool
    status: Status = "complete"

    @property
    def regret(self) -> Number:
        """The largest gain from a best reply, of any player in any state; at least 0, up to rounding."""
        largest: Number = max(self.gains.ravel().tolist())
        return largest

    def table(self) -> Table:
        """Return a table with one row for each state: values, and gains from best replies."""
        rows = tuple(
            (state, *(float(v) for v in self.values[s]), *(float(g) for g in self.gains[s]))
            for s, state in enumerate(self.states)
        )
        columns = ("state", *(f"value {p}" for p in self.players), *(f"gain {p}" for p in self.players))
        return Table("values of a Markov strategy, and gains from best replies", columns, rows)


def verify_markov_strategy(game: StochasticGame, strategy: MarkovStrategy, *, exact: bool = False) -> Verdict:
    """Check whether a Markov strategy is a Markov perfect equilibrium.

    Examples
    --------
    >>> payoffs = [[[[2, 2], [0, 3]], [[3, 0], [1, 1]]], [[[4, 4], [0, 6]], [[6, 0], [1, 1]]]]
    >>> game = StochasticGame(payoffs, np.full((2, 2, 2, 2), 0.5), 0.5, states=("low", "high"))
    >>> verify_markov_strategy(game, MarkovStrategy({"low": ("1", "1"), "high": ("1", "1")})).holds
    True
    """
    problems = decision_problems(game, strategy, exact)
    deviations: list[Deviation] = []
    for i, problem in enumerate(problems):
        values = problem.values(problem.own)
        for s, state in enumerate(game.states):
            prescribed = np.flatnonzero(problem.own[s])
            label = game.stages[s].actions[i][prescribed[0]] if len(prescribed) == 1 else "mixed"
            for action, value in zip(game.stages[s].actions[i], problem.q(s, values).tolist(), strict=True):
                if action == label and len(prescribed) == 1:
                    continue
                deviations.append(Deviation(game.players[i], action, label, value - values.item(s), state))
    patience = 1.0 - max(game.float_discount_factors)
    relative = KNIFE_EDGE if strategy.is_pure else REGRET_TOLERANCE * patience
    measured = own_units(*game.stages)
    tolerances = dict(zip(game.players, measured.tolerances(relative), strict=True))
    ranges = ranges_by_player(game.stages, exact)
    return judge("Markov perfect equilibrium", deviations, tolerances, exact=exact, ranges=ranges)


def verify_best_replies(
    game: StochasticGame, strategy: MarkovStrategy, *, exact: bool = False
) -> MarkovCertificate:
    """Return the values of a Markov strategy and of best replies to it.

    Examples
    --------
    >>> game = StochasticGame([[[[2, 2], [0, 3]], [[3, 0], [1, 1]]]], np.ones((1, 2, 2, 1)), 0.5)
    >>> found = verify_best_replies(game, MarkovStrategy({"0": ("0", "0")}), exact=True)
    >>> found.values[0].tolist(), found.regret
    ([Fraction(2, 1), Fraction(2, 1)], Fraction(1, 1))
    """
    problems = decision_problems(game, strategy, exact)
    own, best, gains, residuals = [], [], [], []
    for problem in problems:
        values = problem.values(problem.own)
        residuals += [abs(max(problem.q(s, values).tolist()) - v) for s, v in enumerate(values.tolist())]
        replies = _best_reply_values(problem, values)
        own.append(values + problem.least)
        best.append(replies + problem.least)
        gains.append(replies - values)
    values, replies, gained = (np.stack(arrays, axis=1) for arrays in (own, best, gains))
    for arrays in (values, replies, gained):
        read_only(arrays)
    return MarkovCertificate(values, replies, gained, max(residuals), game.states, game.players, exact)


def _best_reply_values(problem: Problem, values: NumberArray) -> NumberArray:
    """Return the values of a best reply by policy iteration, from the values of the profile."""
    best = values
    exact = values.dtype == object
    for _ in range(NUMERICS.policies):
        greedy = [int(np.argmax(problem.q(s, best))) for s in range(len(values))]
        rows = [_unit(len(problem.flows[s]), a, exact) for s, a in enumerate(greedy)]
        after = problem.values(rows)
        gained = max((after - best).tolist())
        best = np.maximum(best, after)
        # Each policy improves on the one before until one is best; in floats the rest is rounding.
        if gained <= (0 if exact else NUMERICS.policy_gain * max(np.abs(best).tolist())):
            break
    return best


def _unit(size: int, position: int, exact: bool) -> NumberArray:
    vector: NumberArray = np.zeros(size, dtype=object if exact else np.float64)
    vector[position] = 1
    return vector
