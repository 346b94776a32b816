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
from negotiation.solvers.relational.seen_states import payoffs_with_seen_states
from negotiation.solvers.relational.several_players import payoffs_of_several
from tests.properties.test_negotiation import plain_step
from tests.properties.test_public_transfers import plain
from tests.properties.test_transfers_of_several import plain as plain_in_states

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
    yield from with_states()
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


def with_states() -> Iterator[tuple[str, float, float | str, str]]:
    """Yield the rows of transfers in stochastic games of several players, and where states alone are seen."""
    rng = np.random.default_rng(SEED)
    for states, actions, players in ((5, 4, 2), (5, 3, 3), (5, 2, 4)):
        shape = (states, *(actions,) * players)
        payoffs, moves = rng.random((*shape, players)), rng.dirichlet(np.ones(states), size=shape)
        game = ng.StochasticGame(payoffs, moves, 0.8)
        name = f"{states} states, {players} players, {actions} actions each, with transfers"
        # Two players have a solver of their own where what is played is seen.
        answer = payoffs_of_several(game)
        taken = seconds(lambda game=game: payoffs_of_several(game))
        multiple = seconds(lambda p=payoffs, m=moves: plain_in_states(p, m, 0.8)) / taken
        yield name, taken, multiple, str(answer.status)
        told = payoffs_with_seen_states(game)
        taken = seconds(lambda game=game: payoffs_with_seen_states(game))
        yield f"the same, states alone seen: gap {told.gap:.1g}", taken, "", str(told.status)


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
    joined = at_once(game, static or {})
    taken = seconds(lambda: ng.negotiation_equilibrium(joined, negotiation_probability=0.7, horizon=HORIZON))
    yield f"the same as one choice, {joined.n_rows:,} profiles, {HORIZON} periods", taken, "", "complete"


def at_once(game: ng.StochasticGame, static: dict[str, ng.StageGame]) -> ng.StochasticGame:
    """Return the game in which static actions and moves are one simultaneous choice."""
    stages: dict[str, ng.StageGame] = {}
    rows: list[dict[int, float]] = []
    for s, (state, moves) in enumerate(zip(game.states, game.stages, strict=True)):
        gifts, counts = static[state], moves.n_actions
        paid = gifts.payoffs[:, None, :, None] + moves.payoffs[None, :, None, :]
        shape = [a * b for a, b in zip(gifts.n_actions, counts, strict=True)]
        stages[state] = ng.StageGame(paid.reshape(*shape, 2))
        following = np.empty(counts, dtype=object)
        for profile in np.ndindex(counts):
            targets, chances = game.transitions.row(
                int(game.offsets[s]) + int(np.ravel_multi_index(profile, counts))
            )
            following[profile] = dict(zip(targets.tolist(), chances.tolist(), strict=True))
        where = np.broadcast_to(following[None, :, None, :], paid.shape[:-1])
        rows += where.reshape(-1).tolist()
    moves_on = ng.games.SparseTransitions(rows, game.n_states)
    return ng.StochasticGame.from_stages(stages, moves_on, game.discount_factor)


if __name__ == "__main__":
    columns = ("solved", "seconds", "plain version, multiple", "status")
    print(Table("relational contracts, processor time", columns, tuple(rows())))
