"""Games that are hard on solvers: no pure equilibrium, constant payoffs, three players, blind signals."""

import numpy as np

import negotiation as ng

LABELS = (("C", "D"), ("C", "D"))
DILEMMA = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=LABELS)
PENNIES = ng.StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], actions=LABELS)
CONSTANT = ng.StageGame(np.full((2, 2, 2), 3.0), actions=LABELS)
SHARE = np.array([[[sum(s) + 1 - 2 * s[i] for i in range(3)] for s in np.ndindex(2, 2, 2)]])
THREE = ng.StageGame(SHARE.reshape(2, 2, 2, 3), actions=(*LABELS, ("C", "D")))
"""A public good of three players: each gives up 2 to add 1 to everybody's payoff; action 0 gives nothing."""
STAGES = {"dilemma": DILEMMA, "empty set": PENNIES, "constant": CONSTANT, "three players": THREE}


def blind(stage):
    return ng.PublicSignal(np.ones((*stage.n_actions, 1)), ("dark",))


def games():
    for name, stage in STAGES.items():
        yield name, stage
        yield f"{name}, repeated", ng.RepeatedGame(stage, 0.9)
        yield f"{name}, unlike discounting", ng.RepeatedGame(stage, (0.9,) * (stage.n_players - 1) + (0.5,))
        yield f"{name}, blind signal", ng.RepeatedGame(stage, 0.9, blind(stage))
        yield f"{name}, one state", ng.StochasticGame([stage.payoffs], np.ones((1, *stage.n_actions, 1)), 0.9)


GAMES = dict(games())
