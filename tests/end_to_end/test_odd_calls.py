"""Odd calls of the commands end with a sentence that says what to do, and never with a traceback."""

import random
from pathlib import Path

import pytest

from tests.command import called

EXPERIMENT = """
import negotiation as ng

experiment = ng.Experiment(
    slug="small", question="What is it?", space=ng.space.grid({"x": [1]}), measure=lambda cell: {"x": 1}
)
"""
FILES = {
    "experiments/small.py": EXPERIMENT,
    "game.csv": ',l,r\nu,"9, 9","1, 10"\nd,"10, 1","3, 3"\n',
    "twice.csv": ',l,l\nu,"9, 9","1, 10"\nd,"10, 1","3, 3"\n',
    "rows.csv": ',l,r\nu,"9, 9","1, 10"\nu,"10, 1","3, 3"\n',
    "profile.csv": "player,action,probability\n0,d,1\n1,r,1\n",
    "doubled.csv": "player,action,probability,probability\n0,d,1,0\n1,r,1,0\n",
    "text.md": "# Not an agreement\n",
}
FROZEN = Path(__file__).parents[2] / "experiments" / "forecasts" / "2025-11-30-v2.json"
CALLS = {
    "design us-china-2025 --on 9999-12-31": "to 2027-10-10, a year after its sources were read",
    "design us-china-2025 --on 2030-01-01": "got 2030-01-01",
    "design us-china-2025 --on 1900-01-01": "signed from 2018-",
    "design us-china-2025 --size small --clock 1000000000": "at most 3,652 days of a clock",
    "verdict busan --draws 999999999999": "at most 262,144 draws",
    "verdict busan --draws 100000000000000000000": "at most 262,144 draws",
    "verdict busan --turns --noise": "leave out --remedy and --noise, or --turns",
    "certify busan --strategy profile.csv": "--strategy is for a game file; got the truce 'busan'",
    "certify game.csv --scenario us-china-2025": "--scenario is for the name of a truce; got the game file",
    "run small --scheduler tcp://127.0.0.1:1": "add --executor dask",
    "verdict text.md": "is a path, but its name does not end in .toml; expected the name of an agreement",
    "verdict .": "is a path, but its name does not end in .toml; expected the name of an agreement",
    "solve twice.csv": "twice.csv: the column 'l' is given twice",
    "solve rows.csv": "rows.csv: the row 'u' is given twice",
    "verify game.csv doubled.csv": "doubled.csv: the column 'probability' is given twice",
    "check loop": "ccc.toml: this is a link that leads back to itself",
    "replay 2025-05-genva": "UnknownTruce: no truce '2025-05-genva'; did you mean '2025-05-geneva'",
    "replay --scenario ./nowhere": "no such folder",
    "solve --size huge": "small, core, history, full",
    "solve --method guess": "pure_equilibria",
    "run smell": "did you mean 'small'",
    "run small --resume": "nothing to resume",
    "run small --executor grid": "InvalidExperiment: no executor 'grid'",
    f"score {FROZEN} --questions 2026": "did you mean '2026-first' or '2026-second'",
    "score any.csv --scenario japan-korea-2019": "japan-korea-2019 has no questions",
    "forecast busan --months 1 --by moment --instrument chips_control": "did you mean 'chip_control'?",
    "forecast busan --months 1 --by moment --country CHN --instrument chip": (
        "no moves of 'CHN chip_control'; it has moves of USA tariff"
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    assert called("new", "loop", folder=folder).returncode == 0
    link = folder / "loop" / "countries" / "ccc.toml"
    link.symlink_to(link)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_cannot_be_met_says_why(folder, call):
    done = called(*call.split(), folder=folder)
    said = " ".join((done.stdout + done.stderr).split())
    assert (done.returncode, CALLS[call] in said, "Traceback" in said) == (2, True, False), said


LONG = (
    "verdict", "replay", "explore", "forecast", "estimate", "solve", "certify", "check", "new", "results",
    "panel check", "panel predict", "panel score past", "panel score", "verify game.csv", "play", "design",
    "run", "score", "estimate --priors", "forecast busan --posterior", "solve --scenario",
    "verdict busan --scenario",
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("call", LONG)
def test_a_name_that_no_file_can_have_is_refused_in_words(folder, call):
    for name in ("x" * 5000, "a\0b"):
        done = called(*call.split(), name, folder=folder)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr


ODD = [
    "", " ", "-1", "0", "1", "2", "nan", "inf", "-inf", "1e309", "1e-320", "99999999999999999999", "-0",
    "0x10", "true", "None", "[]", "{}", "a,b", ",", ",,", "*", "?", "~", "..", ".", "/", "/dev/null",
    "/dev/zero", "loop", "loop/countries", "loop/countries/ccc.toml", "text.md", "game.csv", "twice.csv",
    "profile.csv", "experiments/small.py", "results", "busan", "2025-10-busan", "bussan",
    "us-china-2025", "USA", "CHN", "USA tariff", "tariff", "USA tariff busan", "moment", "core",
    "2025-10-30", "2025-13-01", "2025-10", "0001-01-01", "9999-12-31", "\x1b[31m", "\u202e", "\xe9",
    "\u540d", "x" * 5000, "--help", "-q", "--json", "=", "a=b", "small", "auto", "lemke_howson",
    "within_issue", "memoryless",
]  # fmt: skip
"""Words, numbers, days, paths and names, each of them out of place somewhere."""

COMMANDS = {
    # By command: how many arguments, and options that take a value. Those that would compute for long are
    # not given what could make them.
    "solve": (1, ("--method", "--size", "--scenario")),
    "verify": (2, ()),
    "certify": (1, ("--out",)),
    "check": (1, ()),
    "score": (1, ("--questions", "--scenario")),
    "list": (1, ("--experiments",)),
    "results": (1, ("--out",)),
    "run": (
        1,
        ("--workers", "--executor", "--scheduler", "--limit", "--batch", "--wait", "--out", "--experiments"),
    ),
    "new": (1, ("--countries",)),
    "panel check": (1, ()),
    "panel score": (2, ()),
}


def odd_call(chance):
    """Return the words of an odd call."""
    command = chance.choice(list(COMMANDS))
    arguments, options = COMMANDS[command]
    words = [chance.choice(ODD) for _ in range(max(0, arguments + chance.choice((-1, 0, 0, 0, 0, 1))))]
    for option in chance.sample(options, min(len(options), chance.randrange(3))):
        words += [option, chance.choice(ODD)]
    return [*command.split(), *words]


@pytest.mark.parametrize("seed", [pytest.param(k, marks=[pytest.mark.slow] if k else []) for k in range(15)])
def test_no_odd_call_ends_in_a_traceback(folder, seed):
    chance = random.Random(seed)  # noqa: S311
    for _ in range(40 if seed else 12):
        words = odd_call(chance)
        done = called(*words, folder=folder)  # an error that is not the package's own is raised here
        assert done.returncode in (0, 1, 2), words
        assert "Traceback" not in done.stderr, words
