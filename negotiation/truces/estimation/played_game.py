"""A theory's play as the equilibrium of a game of one player with zero values, which any fit can use.

A theory plays the logit of its strategies' values, which is no equilibrium of its own game, but `fit` needs
equilibria. If there are no flows and each option pays the logarithm of its chance, at precision 1, values of
zero solve the equations, since log sum exp log sigma = 0. With a single player this is the only solution, and
the choices are sigma. Phases are hidden: only the levels after a move are seen.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Postures
from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker, OptionRows
from negotiation.game_theory.games.event_path import EventPath
from negotiation.game_theory.solutions.continuous_equilibrium import LogitResponse
from negotiation.game_theory.solvers.continuous.fitting.arrays import Factory
from negotiation.game_theory.solvers.continuous.logit_response import logit_response
from negotiation.truces.estimation.seen_moves import SeenSpell
from negotiation.truces.estimation.theory_record import MOVE_RATE, PRECISION, TheoryRecord
from negotiation.truces.theories.common.theory_game import TheoryGame


def theory_factory(record: TheoryRecord, spell: int = 0) -> Factory:
    """Return a function from the record's parameters, by name, to a spell's game as the theory plays it.

    The rate of chances to move and the precision are among the parameters. Neither changes a phase or an aim,
    so that a theory's computed answers are reused while only these two change.
    """
    names = [prior.name for prior in record.priors]

    @lru_cache(maxsize=1)
    def at_one(row: tuple[float, ...]) -> TheoryGame:
        """Return the spell's game at one point of the parameters."""
        return record.games_at(np.array(row))[spell]

    def made(**parameters: float) -> ContinuousTimeGame:
        """Return the game at these parameters, with their rate and precision."""
        ones = {**parameters, MOVE_RATE: 1.0, PRECISION: 1.0}
        theory_game = at_one(tuple(ones[name] for name in names))
        rate, precision = parameters[MOVE_RATE], parameters[PRECISION]
        makers = [
            DecisionMaker(maker.player, rate * maker.rate, maker.options, precision, maker.label)
            for maker in theory_game.game.makers
        ]
        game = theory_game.game
        game = ContinuousTimeGame(
            game.flows, makers, game.discount_rates, _nature(game), game.states, game.players
        )
        return played_game(game, logit_response(game, theory_game.strategies), len(theory_game.phases))

    return made


def played_game(game: ContinuousTimeGame, response: LogitResponse, phases: int) -> ContinuousTimeGame:
    """Return the game of one player whose equilibrium is a theory's play."""
    # Phases stand one after another, each with all levels.
    count = game.n_states // phases
    near = response.values if response.from_middle is None else response.from_middle
    levels = [levels_in(label) for label in game.states[:count]]
    makers = []
    for maker, owner, rows in zip(game.makers, game.owners, game.options, strict=True):
        worth = maker.precision * (rows.payoffs + near[rows.targets, owner])
        after = rows.targets % count
        shown = np.where(after != rows.sources % count, after, -1)
        options = OptionRows(rows.indptr, rows.targets, _logs_of_chances(worth, rows), shown, levels)
        makers.append(DecisionMaker(0, maker.rate, options, 1.0, maker.label))
    return ContinuousTimeGame(np.zeros((game.n_states, 1)), makers, 1.0, _nature(game), game.states)


def _nature(game: ContinuousTimeGame) -> csr_array:
    moves, size = game.nature, game.n_states
    return csr_array((moves.rates, (moves.sources, moves.targets)), shape=(size, size))


def _logs_of_chances(worth: FloatArray, rows: OptionRows) -> FloatArray:
    """Return log softmax in each state, finite even if the chance is too small for a double.

    `worth` and the result have shape (K,), one entry per option of `rows`.
    """
    high: FloatArray = worth - np.maximum.reduceat(worth, rows.indptr[:-1])[rows.sources]
    logs: FloatArray = high - np.log(np.add.reduceat(np.exp(high), rows.indptr[:-1]))[rows.sources]
    return logs


def levels_in(state: str) -> str:
    """Return the levels in the label of a state, without its phase."""
    return state.split(" | ")[0]


def seen_path(theory_game: TheoryGame, opening: Postures, seen: SeenSpell) -> EventPath:
    """Return moves from some levels in the first phase as dated events of the theory's played game."""
    now, events = opening, []
    for move in seen.moves:
        now = now.after(move.country, {move.instrument: move.level})
        events.append((move.at, levels_in(theory_game.state_of(now))))
    return EventPath(theory_game.state_of(opening), events, seen.years)
