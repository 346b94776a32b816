"""What is asked of a run or of its results and cannot be: refused in words, before anything is written."""

import math
from itertools import product

import measures
import pytest

from negotiation.errors import InvalidExperiment, InvalidFile, UnknownExperiment
from negotiation.lab import run, stored
from negotiation.lab.sweep import store_path
from negotiation.report.commands.declared import ResultsOptions
from negotiation.report.commands.output import Output
from negotiation.report.commands.sweep import show_results


@pytest.mark.parametrize("wait", ["1", math.nan, -0.5, True])
def test_a_wait_is_a_number_of_seconds(tmp_path, wait):
    with pytest.raises(InvalidExperiment, match="`wait` must be a number of seconds, 0 or more; got "):
        run(measures.numbers(2), store=tmp_path, wait=wait)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "error"),
    [("store", InvalidFile), ("progress", InvalidExperiment), ("notice", InvalidExperiment)],
)
def test_an_option_of_another_kind_is_named(tmp_path, option, error):
    with pytest.raises(error, match=f"`{option}` must be a .*; got 3"):
        run(measures.numbers(2), **{"store": tmp_path, option: 3})
    with pytest.raises(InvalidExperiment, match="must be an Experiment or a name; got 3"):
        stored(3)


@pytest.mark.parametrize("store", ["r\udcff", "r\udcff/s.duckdb"])
def test_a_folder_whose_name_is_not_utf_8_is_no_place_of_a_store(tmp_path, monkeypatch, store):
    monkeypatch.chdir(tmp_path)
    for attempt in (
        lambda: store_path("s", store),
        lambda: run(measures.numbers(2), store=store),
        lambda: stored("s", store),
    ):
        with pytest.raises(InvalidFile, match=r"r\\udcff.*cannot be the place of a store.*UTF-8"):
            attempt()
    assert list(tmp_path.iterdir()) == []


KNOWN = {"results": "numbers, others", "python": "numbers", "nowhere": "none"}


@pytest.mark.long
def test_results_of_no_name_say_which_there_are(tmp_path):
    def shown(name, folder):
        show_results(Output(), ResultsOptions(name, folder))

    for place in ("results/numbers", "results", "python"):
        run(measures.numbers(1), store=tmp_path / place)
    run(measures.numbers(1).model_copy(update={"slug": "others"}), store=tmp_path / "results" / "others")
    (tmp_path / "results" / "empty").mkdir()
    for name, (folder, known) in product(("", " "), KNOWN.items()):
        for attempt in (shown, stored):
            with pytest.raises(UnknownExperiment, match=rf"no experiment '{name}'[;.] .*Known: {known}\.$"):
                attempt(name, tmp_path / folder)


EVIL = "\x1b[31mEVIL\x1b]0;title\x07\nand more"


def test_names_that_a_store_tells_reach_no_terminal_as_they_are(tmp_path, capsys):
    import duckdb

    from negotiation.report.commands.sweep import _notice

    run(measures.numbers(3), store=tmp_path)
    with duckdb.connect(str(tmp_path / "numbers.duckdb")) as connection:
        for change in (
            "cells SET context = 'o'",
            "contexts SET context = 'o', base = 'o'",
            "runs SET context = 'o'",
        ):
            connection.execute(f"UPDATE {change}")
        connection.execute("INSERT INTO reads VALUES ('o', ?, 'x')", [EVIL])
    told = []
    found = run(measures.numbers(3), store=tmp_path, notice=told.append)
    words = r"3 rows of an earlier \x1b[31mEVIL\x1b]0;title\x07\nand more are kept and marked stale"
    assert told == [found.stale] == [words]
    assert words in found.reason
    assert "\x1b" not in str(found)
    _notice(EVIL)
    assert (
        capsys.readouterr().err
        == r"\x1b[31mEVIL\x1b]0;title\x07\nand more; their cells are computed again" + "\n"
    )
