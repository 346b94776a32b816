import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.machinery.faults import PaperFault
from paper.machinery.numbers import (
    Number,
    as_json,
    collect,
    decimal,
    differences,
    groups_in,
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


def test_counts_dates_and_names_have_to_agree_exactly():
    lock = {"N": whole(5), "D": Number("2025-05-12", "12 May", 0.0)}
    assert differences({"N": whole(6), "D": Number("2025-05-13", "13 May", 0.0)}, lock) == [
        "D: 2025-05-13, locked 2025-05-12 (relative tolerance 0)",
        "N: 6, locked 5 (relative tolerance 0)",
    ]
    assert differences({}, lock) == ["D: locked, not computed", "N: locked, not computed"]
    assert differences(lock, {}) == ["D: computed, not locked", "N: computed, not locked"]


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


def test_names_are_letters_and_given_once():
    with pytest.raises(PaperFault, match="no name of a macro"):
        collect({"f": {"A1": whole(1)}})
    with pytest.raises(PaperFault, match="given twice"):
        collect({"f": {"A": whole(1)}, "g": {"A": whole(1)}})


GIVES = '''"""Numbers."""
from paper.machinery.numbers import reads, whole
@reads("{table}")
def counts(data):
    """Return them."""
    return {{"{name}": whole(len(data["{table}"]))}}
'''


def write_numbers(folder, files):
    (folder / "numbers").mkdir()
    for name, text in files.items():
        (folder / "numbers" / name).write_text(text)


def test_functions_of_one_name_in_two_files_both_give_their_numbers(tmp_path):
    write_numbers(
        tmp_path,
        {"b.py": GIVES.format(table="rows", name="Rows"), "a.py": GIVES.format(table="legs", name="Legs")},
    )
    groups = groups_in(tmp_path)
    assert list(groups) == ["a.counts", "b.counts"]
    found = {name: group({"rows": [1, 2, 3], "legs": [1]}) for name, group in groups.items()}
    assert {name: number.value for name, number in collect(found).items()} == {"Legs": 1, "Rows": 3}


def test_what_one_file_of_numbers_imports_from_another_is_taken_once(tmp_path, monkeypatch):
    (tmp_path / "elsewhere.py").write_text(GIVES.format(table="rows", name="Rows"))
    monkeypatch.syspath_prepend(tmp_path)
    own = GIVES.format(table="legs", name="Legs").replace("def counts", "def legs")
    write_numbers(tmp_path, {"a.py": "from elsewhere import counts\n" + own})
    assert list(groups_in(tmp_path)) == ["a.legs"]


def test_a_paper_whose_numbers_are_gone_says_where_they_have_to_be(tmp_path):
    with pytest.raises(PaperFault, match="paper/numbers"):
        groups_in(tmp_path)
