"""One step of quantal response in continuous time: logit choices given the values of some strategies.

The values of the strategies, Vbar, solve one linear system, and the response is
sigma = softmax(mu (psi + Vbar)), where mu is the precision and psi the payoffs of the options. At high
precision the response is near the strategies if they are an equilibrium, and far from them if they are not.
Cost: one sparse system.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import read_only
from negotiation.errors import InvalidGame
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solutions.continuous_equilibrium import LogitResponse
from negotiation.game_theory.solvers.continuous.equilibria import split_choices
from negotiation.game_theory.solvers.continuous.kernels.equations import choose
from negotiation.game_theory.solvers.continuous.newton import Equations
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import in_units
from negotiation.game_theory.strategies.move_choices import MoveStrategies, move_choices


def logit_response(game: ContinuousTimeGame, strategies: MoveStrategies) -> LogitResponse:
    """Return the logit response to the values of given strategies.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game, with finite precisions.
    strategies : ContinuousEquilibrium, LogitResponse or sequence
        An equilibrium or response; or for each decision maker a sequence with, for each state, the position
        of an option or a probability for each option.

    Returns
    -------
    LogitResponse
        The response, with the values of the given strategies as `.values`. The values do not include shocks,
        because the strategies do not respond to shocks.

    Raises
    ------
    InvalidGame
        If the game is not a `ContinuousTimeGame`, or the precision of a decision maker is infinite, so that
        there are no shocks.
    InvalidRate
        If rates differ by so much that double precision cannot represent the values.
    InvalidStrategy
        If the strategies do not fit the game.

    Examples
    --------
    >>> from negotiation.game_theory.games.continuous_time import DecisionMaker
    >>> maker = DecisionMaker(0, 1.0, [[(0, 0), (1, 0)], [(1, 0)]], precision=1.0)
    >>> game = ContinuousTimeGame([[0.0], [1.0]], [maker], 0.5)
    >>> found = logit_response(game, [[1, 0]])
    >>> found.values.round(6).ravel().tolist(), found.choice_probabilities[0][0].round(6).tolist()
    ([1.333333, 2.0], [0.339244, 0.660756])
    """
    expect_kind(game, ContinuousTimeGame, "a logit response")
    if np.isinf(game.precisions).any():
        raise InvalidGame(
            "a logit response needs shocks, but a decision maker has an infinite precision; give each "
            "DecisionMaker a finite precision"
        )
    given = move_choices(game, strategies)
    setting = in_units(game)
    equations = Equations(setting)
    chances = np.concatenate([np.empty(0), *(choices.flat for choices in given)])
    inside = equations.valued(chances, shocks=False)
    # `gaps` still has the residuals of the values under the given strategies.
    left = equations.bounds(inside) * game.units + setting.far
    choices = setting.no_choices()
    choose(setting.moves, 1.0, inside, choices)
    values, near = setting.values(inside), inside * game.units
    read_only(values, near)
    name = f"one linear system, to {NUMERICS.solved:g} of a unit"
    return LogitResponse(game, values, split_choices(game, choices), left, name, given, from_middle=near)
