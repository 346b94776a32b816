"""Times relational contracts: sets with transfers, with and without noise, and negotiation equilibria.

`python -m benchmarks.relational` from the root. Processor time is measured, so that a busy machine does not
count. Beside some rows stands what the slow plain versions of the tests take for the same, as a multiple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import process_time

import numpy as np

import negotiation as ng
from negotiation.labelled import Table
from tests.properties.test_negotiation import plain_step
from tests.properties.test_public_transfers import plain

SEED = 20251030
GAMES, STATES, ACTIONS = 200, 5, 4
HORIZON = 1000


def seconds(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


def stochastic_games(count: int) -> list[ng.StochasticGame]:
    """Return random games in which every state may follow on every profile."""
    rng = np.random.default_rng(SEED)
    shape = (STATES, ACTIONS, ACTIONS)
    return [
        ng.StochasticGame(rng.random((*shape, 2)), rng.dirichlet(np.ones(STATES), size=shape), 0.8)
        for _ in range(count)
    ]


def noisy_game(actions: int, signals: int, players: int = 2) -> ng.RepeatedGame:
    rng = np.random.default_rng(SEED)
    counts = (actions,) * players
    chances = rng.dirichlet(np.ones(signals), size=counts)
    return ng.RepeatedGame(ng.StageGame(rng.random((*counts, players))), 0.9, ng.PublicSignal(chances))


def rows() -> Iterator[tuple[str, float, float | str, str]]:
    """Yield what was solved, its seconds, the multiple that a plain version takes, and the status."""
    ng.equilibrium_payoffs(stochastic_games(1)[0], transfers=True)
    games = stochastic_games(GAMES)
    found = [ng.equilibrium_payoffs(game, transfers=True) for game in games]
    taken = seconds(lambda: [ng.equilibrium_payoffs(game, transfers=True) for game in games])
    statuses = {str(one.status) for one in found}
    yield f"{GAMES} games of {STATES} states, 4x4, with transfers", taken, "", ", ".join(statuses)
    for actions, signals, players in ((2, 3, 2), (4, 4, 2), (8, 6, 2), (2, 3, 3), (3, 4, 3)):
        game = noisy_game(actions, signals, players)
        answer = ng.equilibrium_payoffs(game, transfers=True)
        taken = seconds(lambda game=game: ng.equilibrium_payoffs(game, transfers=True))
        multiple: float | str = ""
        if actions**players <= 16 and game.monitoring is not None:
            chances = game.monitoring.probabilities
            multiple = seconds(lambda g=game, c=chances: plain(g.stage.payoffs, c, 0.9)) / taken
        name = f"{players} players, {actions} actions each, {signals} signals, with transfers"
        yield name, taken, multiple, str(answer.status)
    yield from negotiations()


def negotiations() -> Iterator[tuple[str, float, float | str, str]]:
    race = ng.catalogue()["kranz-arms-race"].game()
    assert isinstance(race, ng.StochasticGame)
    ng.negotiation_equilibrium(race, negotiation_probability=0.65, horizon=2)
    taken = seconds(lambda: ng.negotiation_equilibrium(race, negotiation_probability=0.65, horizon=HORIZON))
    zero = ([0] * race.n_states, [[0, 0]] * race.n_states)
    step = seconds(lambda: plain_step(race, zero, 0.65, 0.5))
    yield f"arms race, 16 states, {HORIZON} periods", taken, step * HORIZON / taken, "complete"
    entry = ng.catalogue()["kranz-intensifying"]
    game = entry.game(delta=0.25 / 0.3)
    assert isinstance(game, ng.StochasticGame)
    static = entry.parts(delta=0.25 / 0.3) if entry.parts else None
    taken = seconds(
        lambda: ng.negotiation_equilibrium(game, negotiation_probability=0.7, static=static, horizon=HORIZON)
    )
    yield f"intensifying, {game.n_states} states, {HORIZON} periods", taken, "", "complete"


if __name__ == "__main__":
    columns = ("solved", "seconds", "plain version, multiple", "status")
    print(Table("relational contracts, processor time", columns, tuple(rows())))
