"""What every command keeps: it fits eighty columns, speaks JSON where asked, and is quiet."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import typer

from negotiation.cli import app
from negotiation.truce_panel.panel import OWN
from tests import command
from tests.command import printed

EXPERIMENT = '''
"""A small experiment."""

import negotiation as ng


def measured(cell):
    """Return a square."""
    return {"square": cell["x"] ** 2}


experiment = ng.Experiment(
    slug="small", question="What is its square?", space=ng.space.grid({"x": range(3)}), measure=measured
)
'''

ACTION = "entity_listings=none port_fee=none precursor_enforcement=enforced purchases=boycott"
FROZEN = Path(__file__).parents[2] / "experiments" / "forecasts" / "2025-11-30-v2.json"
CALLS = {
    "ask": ["USA tariff 60", "--draws", "2"],
    "compare": ["geneva", "busan", "--draws", "0"],
    "data": [],
    "replay": ["geneva", "--draws", "2"],
    "verdict": ["geneva", "--draws", "2"],
    "design": ["us-china-2025", "--size", "small", "--theories", "moment", "--draws", "2", "--fresh", "4"],
    "forecast": ["busan", "--months", "2", "--by", "moment"],
    "estimate": [
        "--theory",
        "moment",
        "--since",
        "2025-05-01",
        "--until",
        "2025-06-01",
        "--instruments",
        "tariff",
        "--parameters",
        "pace.move_rate",
        "--particles",
        "16",
        "--islands",
        "2",
    ],
    "score": [str(FROZEN)],
    "solve": [],
    "verify": ["m.csv", "p.csv"],
    "certify": ["m.csv", "--overwrite"],
    "run": ["small"],
    "results": ["small"],
    "list": [],
    "new": ["mine"],
    "check": ["us-china-2025"],
    "explore": ["--print"],
    "panel": ["check", str(OWN)],
    "doctor": [],
    "play": ["--again", "play.json"],
}
"""A quick call of each command; the meta-test below asks for one of every command."""

NAMES = sorted(typer.main.get_command(app).commands)

ANSWER_FIRST = (
    "replay", "verdict", "design", "forecast", "score", "estimate", "panel", "check", "solve", "certify",
    "explore", "doctor",
)  # fmt: skip
"""Their first line is a sentence that answers."""

ON_A_TERMINAL = ("list", "doctor", "verdict", "solve", "results", "forecast")
"""Started on a terminal below."""

STARTED = sorted({*CALLS} - {*ON_A_TERMINAL, "replay"})
"""Started as processes of their own: all others but `replay`, of which the end-to-end tests start several."""


BATTLE = ",l,r\nu,2 1,0 0\nd,0 0,1 2\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with an experiment that has been run."""
    path = tmp_path_factory.mktemp("commands")
    (path / "experiments").mkdir()
    (path / "experiments" / "small.py").write_text(EXPERIMENT)
    (path / "m.csv").write_text(BATTLE)
    (path / "p.csv").write_text("NE,1,0,1,0\n")
    kept = {"state": "kept", "action": ACTION}
    saved = {
        "kind": "negotiation play",
        "agreement": "2025-10-busan",
        "side": "CHN",
        "theory": "custom in kind",
    }
    (path / "play.json").write_text(json.dumps(saved | {"seed": 0, "rounds": [kept]}))
    assert called(path, "run", *CALLS["run"]).returncode == 0
    return path


def started(folder, *arguments):
    """Return what a process of the command gives."""
    shutil.rmtree(folder / "mine", ignore_errors=True)  # made by `new`, which writes over nothing
    return command.started(*arguments, folder=folder, COLUMNS=None, NEGOTIATION_CACHE=folder / "cache")


def called(folder, *arguments):
    """Return what a call of the command gives within this process."""
    shutil.rmtree(folder / "mine", ignore_errors=True)
    return command.called(*arguments, folder=folder, COLUMNS=None, NEGOTIATION_CACHE=folder / "cache")


def test_every_command_has_a_call_here():
    assert sorted(CALLS) == NAMES


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_output_fits_eighty_columns_and_is_one_document_or_nothing_where_asked(folder, capfd, name):
    seen = (started if name in STARTED else called)(folder, name, *CALLS[name])
    assert seen.returncode == 0, seen.stderr
    first = seen.stdout.splitlines()[0]
    assert name not in ANSWER_FIRST or re.fullmatch(r"\S.{10,79}\.", first), first
    # A path is one line however long, so that it can be copied.
    long = [line for line in seen.stdout.splitlines() if len(line.rstrip()) > 80 and str(folder) not in line]
    assert not [line for line in long if " in results" not in line]
    assert json.loads(printed(called(folder, name, *CALLS[name], "--json")))
    quiet = called(folder, name, *CALLS[name], "--quiet")
    assert (quiet.returncode, quiet.stdout) == (0, ""), quiet.stderr
    assert capfd.readouterr().out == ""  # nor by libraries that write on their own


def test_a_game_of_a_file_is_solved_in_fractions_where_asked(tmp_path):
    (tmp_path / "m.csv").write_text(BATTLE)
    (row, *_) = [
        one
        for one in json.loads(called(tmp_path, "solve", "m.csv", "--exact", "--json").stdout)["equilibria"]
        if len(one["0"]) == 2
    ]
    assert (row["0"], row["1"]) == ({"u": "2/3", "d": "1/3"}, {"l": "1/3", "r": "2/3"})


@pytest.mark.long
def test_help_fits_eighty_columns_and_no_other_option_is_taken(folder):
    for name in ("", *NAMES):
        done = called(folder, *filter(None, [name]), "--help")
        assert done.returncode == 0
        lines = done.stdout.splitlines()
        assert max(map(len, lines)) <= 80
        assert name == "" or max(len(line) for line in lines if line.strip().startswith("--")) > 20
        assert name == "" or lines[-1].startswith(f"  Example: negotiation {name}")
        assert name != "solve" or '"9, 10"' in done.stdout  # what a cell of a table is
    for name in NAMES:
        done = called(folder, name, "--no-such-option")
        assert done.returncode == 2
        assert "no-such-option" in done.stderr
        assert "Traceback" not in done.stderr


SEVERAL = """
import json, os, sys
from negotiation.cli import main

for words, variables in json.loads(sys.argv[1]):
    os.environ.pop("NO_COLOR", None)
    os.environ.update(variables)
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as leaving:
        assert not leaving.code, words
    print(end="\\f", flush=True)
"""
"""Calls of the command one after the other, with a form feed after each."""


def on_a_terminal(folder, wide, calls):
    """Return what each of several calls of the command writes on a terminal, on either stream."""
    kept = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR"}}
    kept |= {"TERM": "xterm-256color", "NEGOTIATION_CACHE": str(folder / "cache")}
    words = ("-c", SEVERAL, json.dumps(calls))
    status, written = command.on_a_terminal(*words, folder=folder, wide=wide, **kept)
    assert status == 0, written
    *each, rest = written.split("\f")
    assert (len(each), rest) == (len(calls), "")
    return each


def colours(text):
    """Yield the colours that a text sets, by their codes; of a palette or by light their first number."""
    for codes in re.findall(r"\x1b\[([\d;]*)m", text):
        numbers = [int(code or 0) for code in codes.split(";")]
        while numbers:
            first = numbers.pop(0)
            if first in {38, 48}:
                del numbers[: {5: 2, 2: 4}[numbers[0]]]
            if 30 <= first <= 49 or 90 <= first <= 107:
                yield first


FADED = {33, 37, *range(40, 50), *range(90, 108)}
"""Yellow, white, bright colours, backgrounds: not to be read on a light terminal, or not on a dark one."""


@pytest.mark.long
@pytest.mark.parametrize("wide", [80, 120])
def test_a_terminal_of_any_colour_shows_what_a_command_says(folder, wide):
    calls = [((name, *CALLS[name]), more) for name in ON_A_TERMINAL for more in ({}, {"NO_COLOR": "1"})]
    written = on_a_terminal(folder, wide, calls)
    for (words, more), seen in zip(calls, written, strict=True):
        assert not (more and [*colours(seen)]), words
        assert not FADED & {*colours(seen)}, words
        plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen).replace("\r\n", "\n")
        assert plain.strip(), words
        assert max(len(line.rpartition("\r")[2].rstrip()) for line in plain.split("\n")) <= wide, words
