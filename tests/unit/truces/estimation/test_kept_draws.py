"""Kept draws: what is written is read, and what is no such table is refused by its place."""

import numpy as np
import pytest

from negotiation.errors import InvalidFile
from negotiation.truces.prediction.forecast import KeptDraws, read_draws, write_draws


def test_draws_are_written_with_a_row_each_and_empty_where_a_theory_has_no_such_parameter(tmp_path):
    given = {
        "moment": KeptDraws(("b", "a"), np.array([[1 / 3, 2.0], [4.0, 123456.789]]), 512),
        "at random": KeptDraws(("c", "a"), np.array([[5e-9, 6.0]]), 0),
    }
    write_draws(tmp_path / "draws.csv", given)
    assert (tmp_path / "draws.csv").read_text().splitlines() == [
        "theory,particles,b,a,c", "moment,512,0.33333333,2,", "moment,512,4,123456.79,",
        "at random,0,,6,5e-09",
    ]  # fmt: skip
    assert b"\r" not in (tmp_path / "draws.csv").read_bytes()
    found = read_draws(tmp_path / "draws.csv")
    # Read by the order of the file's columns, each number with its own name.
    assert found["moment"].names == ("b", "a")
    assert found["at random"].names == ("a", "c")
    assert found["at random"].values.tolist() == [[6.0, 5e-9]]
    assert [one.particles for one in found.values()] == [512, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1"),
        ("draw,a\n1,2\n", "line 1: missing column 'theory'"),
        ("theory\nx\n", "line 1: missing column 'particles'"),
        ("theory,particles,a,a\nx,1,2,2\n", "line 1: column 'a' is there twice"),
        ("theory,particles,a\nx,1\n", "line 2: got 2 cells; expected 3"),
        ("theory,particles,a\nx,1,2\nx,1,2,5\n", "line 3: got 4 cells; expected 3"),
        ("theory,particles,a\nx,1,big\n", "line 2: a: "),
        ("theory,particles,a\nx,1,inf\n", "line 2: a: "),
        ("theory,particles,a,b\nx,1,2,3\nx,1,2,nan\n", "line 3: b: "),
        ("theory,particles,a\nx,1,2\nx,1,\n", "different parameters"),
        ("theory,particles,a\nx,few,2\n", "line 2: particles: "),
        ('theory,particles,a\n"x,1,2\n', "not CSV"),
    ],
)
def test_what_is_no_such_table_is_refused_by_its_place(tmp_path, text, words):
    path = tmp_path / "draws.csv"
    path.write_text(text)
    with pytest.raises(InvalidFile, match=r"draws\.csv") as refused:
        read_draws(path)
    assert words in str(refused.value)
    write_draws(path, {})
    assert read_draws(path) == {}
