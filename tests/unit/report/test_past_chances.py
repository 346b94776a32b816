"""Stored chances of past months: the forecast is the same with them; those of other files are not used."""

import lzma
from datetime import date

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.lab.scenarios import scenario_hash
from negotiation.report import past_chances
from negotiation.report.past_chances import DISPUTE, STORED, is_current, put_past_chances, write_past_chances
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.record.agreement_text import scenario_for

TRUCE, DAY = "2018-12-buenos-aires", date(2018, 12, 1)


def changed(source, target, **parts):
    """Write a stored file with some parts replaced."""
    with lzma.open(source) as file, np.load(file) as stored:
        content = dict(stored) | parts
    with lzma.open(target, "wb", preset=0) as file:
        np.savez(file, **content)
    return content


def world():
    """Return the dispute as an object of its own, of which nothing has been asked."""
    return scenario_for(TRUCE, load_scenario(DISPUTE))


def chances(of):
    """Return a forecast's chances and the ends of its bands."""
    return np.array(
        [(row.probability, row.low, row.high) for row in forecast(TRUCE, DAY, 1, scenario=of).rows]
    )


def with_stored(path):
    """Return the same with stored chances."""
    of = world()
    assert put_past_chances(of, path)
    return chances(of)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a forecast without stored chances, and the file of what was said for it."""
    path, of = tmp_path_factory.mktemp("stored") / "chances.npz.xz", world()
    fresh = chances(of)
    write_past_chances([of], path, DAY)
    return fresh, path


@pytest.mark.long
def test_a_forecast_is_the_same_with_stored_chances_which_are_what_it_reads(made, tmp_path):
    fresh, path = made
    assert [*(past_chances._read(path) or ())] == [scenario_hash(world())]
    np.testing.assert_allclose(with_stored(path), fresh, rtol=0.0, atol=1e-12)
    other, key = tmp_path / "other.npz.xz", scenario_hash(world())
    there = changed(path, other)[key]
    # The first member called likely what it called unlikely.
    changed(path, other, **{key: np.concatenate([1.0 - there[:1], there[1:]])})
    assert np.abs(with_stored(other) - fresh).max() > 1e-3


@pytest.mark.long
def test_stored_chances_of_other_files_or_damaged_ones_are_not_used(tmp_path):
    other = tmp_path / "other.npz.xz"
    changed(STORED, other, files="those of before")
    assert not is_current(other)
    assert not put_past_chances(load_scenario(DISPUTE), other)
    other.write_bytes(STORED.read_bytes()[:-100])
    assert not is_current(other)
    assert not is_current(tmp_path / "none")


@pytest.mark.slow
def test_the_file_of_the_package_is_current():
    """`python docs/past_chances.py --write` makes it again."""
    assert is_current()
