"""Kept draws: what is written is read, and what is no such table is refused by its place."""

import numpy as np
import pytest

from negotiation.errors import CannotWrite, InvalidFile
from negotiation.truces.estimation.kept_draws import KeptDraws, read_draws, write_draws


def test_what_is_written_is_read_by_theory_with_its_own_parameters(tmp_path):
    rng = np.random.default_rng(5)
    given = {
        "moment": KeptDraws(("pace.move_rate", "a.b"), rng.lognormal(size=(4, 2)), 512),
        "moves at random": KeptDraws(("pace.rate",), rng.normal(size=(3, 1)), 0),
    }
    write_draws(tmp_path / "draws.csv", given)
    found = read_draws(tmp_path / "draws.csv")
    assert list(found) == list(given)
    for theory, one in given.items():
        assert found[theory].names == one.names
        assert found[theory].particles == one.particles
        np.testing.assert_allclose(found[theory].values, one.values, rtol=1e-7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1"),
        ("draw,a\n1,2\n", "line 1"),
        ("theory,particles,a,a\nx,1,2,2\n", "line 1"),
        ("theory,particles,a\nx,1\n", "line 2"),
        ("theory,particles,a\nx,1,big\n", "x, a: 'big'"),
        ("theory,particles,a\nx,1,inf\n", "x, a: 'inf'"),
        ("theory,particles,a\nx,1,2\nx,1,\n", "x, a: ''"),
        ("theory,particles,a\nx,few,2\n", "x, particles: 'few'"),
        ('theory,particles,a\n"x,1,2\n', "not CSV"),
    ],
)
def test_what_is_no_such_table_is_refused_by_its_place(tmp_path, text, words):
    path = tmp_path / "draws.csv"
    path.write_text(text)
    with pytest.raises(InvalidFile, match=r"draws\.csv") as refused:
        read_draws(path)
    assert words in str(refused.value)


def test_a_file_that_is_not_there_or_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InvalidFile, match=r"no\.csv"):
        read_draws(tmp_path / "no.csv")
    with pytest.raises(CannotWrite, match=r"no/draws\.csv"):
        write_draws(tmp_path / "no" / "draws.csv", {})
