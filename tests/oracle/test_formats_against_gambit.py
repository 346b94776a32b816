import io
from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.formats import parse_nfg, read_nfg, write_nfg

gambit = pytest.importorskip("pygambit")

COUNTS = [(2, 2), (1, 3), (3, 1), (2, 3), (4,), (2, 3, 2), (2, 1, 2, 3)]


def random_stage(counts, seed):
    rng = np.random.default_rng(seed)
    size = (*counts, len(counts))
    top, bottom = rng.integers(-99, 100, size), rng.integers(1, 20, size)
    payoffs = np.empty(size, dtype=object)
    for index in np.ndindex(size):
        payoffs[index] = Fraction(int(top[index]), int(bottom[index]))
    players = [f'P{i} "q"' for i in range(len(counts))]
    return StageGame(payoffs, players, [[f"a{k} of {n}" for k in range(n)] for n in counts], name="A {game}")


def gambit_payoffs(game):
    arrays = game.to_arrays()
    return np.stack(arrays, axis=-1)


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("seed", range(5))
def test_gambit_reads_what_is_written(counts, seed, tmp_path):
    stage = random_stage(counts, seed)
    path = tmp_path / "game.nfg"
    write_nfg(stage, path)
    game = gambit.read_nfg(str(path))
    assert game.title == stage.name
    assert tuple(player.label for player in game.players) == stage.players
    assert tuple(tuple(s.label for s in player.strategies) for player in game.players) == stage.actions
    theirs = gambit_payoffs(game)
    ours = stage.exact_payoffs()
    assert all(Fraction(theirs[index]) == ours[index] for index in np.ndindex(ours.shape))


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("seed", range(5))
def test_what_gambit_writes_is_read(counts, seed):
    stage = random_stage(counts, seed)
    text = gambit.read_nfg(io.BytesIO(stage.to_gambit().encode())).to_nfg()
    assert '{ "_1" ' in text  # the outcome form
    again = parse_nfg(text)
    assert again == stage
    assert (again.exact_payoffs() == stage.exact_payoffs()).all()


def test_gambit_reads_floats_as_the_same_numbers(tmp_path):
    payoffs = np.random.default_rng(3).normal(size=(3, 2, 2)) * 1e-7
    path = tmp_path / "game.nfg"
    write_nfg(StageGame(payoffs), path)
    assert np.array_equal(gambit_payoffs(gambit.read_nfg(str(path))).astype(float), payoffs)
    assert np.array_equal(read_nfg(path).payoffs, payoffs)
