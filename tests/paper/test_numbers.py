import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.machinery.numbers import (
    Number,
    as_json,
    collect,
    decimal,
    differences,
    macros,
    percent,
    read_lock,
    significant,
    whole,
)

VALUES = st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6)


@given(VALUES, st.floats(1e-9, 0.1), st.floats(-0.9, 0.9))
def test_a_number_within_its_locked_tolerance_passes(value, tolerance, part):
    now = Number(value * (1 + part * tolerance), "x", 0.0)
    assert differences({"A": now}, {"A": Number(value, "x", tolerance)}) == []


@given(VALUES, st.floats(1e-9, 0.01), st.floats(2.0, 100.0), st.sampled_from([-1, 1]))
def test_a_number_beyond_its_locked_tolerance_is_named(value, tolerance, times, sign):
    moved = value + sign * times * tolerance * max(abs(value), 1.0)
    found = differences({"A": Number(moved, "x", 1.0)}, {"A": Number(value, "x", tolerance)})
    assert len(found) == 1
    assert found[0].startswith("A: ")


@given(st.dictionaries(st.from_regex(r"[A-Z][A-Za-z]{0,5}", fullmatch=True), VALUES, max_size=5))
def test_the_lock_reads_back_what_was_written(values):
    numbers = collect({"group": {name: decimal(value) for name, value in values.items()}})
    assert list(numbers) == sorted(values)
    assert macros(numbers).count(r"\newcommand") == len(values)


def test_a_lock_on_disk_gives_the_same_numbers(tmp_path):
    numbers = {"A": decimal(math.pi), "B": whole(12345), "C": Number("x", "y", 0.0)}
    path = tmp_path / "lock.json"
    path.write_text(as_json(numbers))
    assert read_lock(path) == numbers
    assert read_lock(tmp_path / "none.json") == {}


@given(VALUES)
def test_printed_digits_are_those_of_the_value(value):
    text = significant(value, 3).text.strip("$").replace(r"\times 10^{", "e").replace("}", "")
    assert float(text) == pytest.approx(value, rel=5e-3)
    assert float(percent(value, 3).text.strip("$")) == pytest.approx(100 * value, abs=1e-3)
