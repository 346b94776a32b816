"""The kinds of files that the package reads: how a faulty one is made, and what is done with it.

Each kind writes a file and gives the uses that the public functions have for it, and the words of the
commands that take it. `heavy` uses take seconds, and have their turn at some of the files only.
"""

import contextlib
import json
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import negotiation as ng
from negotiation.base.reading.models import load_csv, load_toml
from negotiation.lab.experiment import load_experiment
from negotiation.lab.frozen_forecast import HASH, content_hash, read_frozen
from negotiation.truces.record.faults import folder_faults
from negotiation.truces.record.moves import InitialPosture, MoveRecord
from negotiation.truces.record.timeline import record_level
from tests.reliability._mutations import (
    ODD_TEXTS,
    csv_text,
    faulty_text,
    faulty_tree,
    json_text,
    odd,
    rows_of,
    toml_text,
)
from tests.us_china import FOLDER

ROOT = Path(__file__).parents[2]
FORECASTS = ROOT / "experiments" / "forecasts"


def nothing(*_):
    """Return no uses."""
    return []


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Parameters
    ----------
    write : callable
        From random numbers and a folder to the file that it wrote there.
    uses : callable
        From a file to functions without arguments, the cheap ones; each ends or raises.
    commands : callable
        From a file to lists of words for the command, with the folder of results.
    heavy : callable
        As `uses`, of those that take seconds.
    """

    write: Callable
    uses: Callable
    commands: Callable = nothing
    heavy: Callable = nothing


@cache
def world():
    return ng.load_scenario("us-china-2025")


@cache
def tree_of(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def pick(rng, values):
    values = list(values)
    return values[rng.integers(len(values))]


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def toml_like(paths, name):
    def write(rng, folder):
        source = pick(rng, paths)
        text = toml_text(faulty_tree(tree_of(source), rng)) if rng.integers(5) else source.read_text("utf-8")
        return written(folder, name, faulty_text(text, rng))

    return write


# --- agreements --------------------------------------------------------------------------------------------

AGREEMENTS = sorted((FOLDER / "agreements").glob("*.toml"))


def uses_of_an_agreement(path):
    agreement = ng.truce(path)
    return [
        lambda: str(agreement),
        lambda: agreement.compile(world()),
        lambda: agreement.compile(world(), clock="none", outside="custom"),
        lambda: agreement.game(world()),
        lambda: str(ng.verdict(agreement, world(), remedy="as written", noise=True)),
    ]


def heavy_uses_of_an_agreement(path):
    return [
        lambda: str(ng.replay(str(path), draws=0)),
        lambda: str(ng.forecast(str(path), months=1, theories="moment")),
    ]


def commands_on_an_agreement(path, out):
    forecast = ["forecast", str(path), "--draws", "0", "--paths", "1", "--months", "1"]
    replay = ["replay", str(path), "--draws", "0", "--out", str(out), "--verbose"]
    return [["verdict", str(path), "--draws", "0"], forecast, replay]


# --- facts of a dispute ------------------------------------------------------------------------------------


def use_world(scenario):
    return [
        lambda: scenario.stage_game("core"),
        lambda: scenario.stochastic_game(moving=["stocks"]),
        lambda: str(ng.solve(scenario.stage_game("small"))),
        lambda: ng.verdict("2025-10-busan", scenario, remedy="as written", noise=True),
    ]


def write_fact(pattern):
    """Return what writes a dispute's folder in which one of the files of a pattern has faults."""

    def write(rng, folder):
        copy = folder / FOLDER.name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(FOLDER, copy)
        source = pick(rng, sorted(FOLDER.glob(pattern)))
        return toml_like([source], source.name)(rng, (copy / source.relative_to(FOLDER)).parent)

    return write


def dispute_of(path):
    return next(folder for folder in path.parents if folder.name == FOLDER.name)


def uses_of_a_fact(path):
    folder_faults(dispute_of(path))
    return use_world(ng.load_scenario(dispute_of(path)))


def commands_on_a_fact(path, out):
    return [["solve", "--scenario", str(dispute_of(path))]]


# --- the record --------------------------------------------------------------------------------------------


def write_moves(rng, folder):
    rows = rows_of((FOLDER / "record" / "moves.csv").read_text(encoding="utf-8"))
    if rng.integers(4):
        for _ in range(rng.integers(1, 4)):
            row = rows[rng.integers(len(rows))]
            row[rng.integers(len(row))] = str(odd(rng, ODD_TEXTS))
    elif rng.integers(2):
        rows = faulty_tree(rows, rng)
    return written(folder, "moves.csv", faulty_text(csv_text(rows), rng))


def uses_of_moves(path):
    moves = load_csv(path, MoveRecord)

    def levels():
        for move in moves:
            with contextlib.suppress(ng.NegotiationError):  # one faulty move hides no other
                record_level(world(), move)

    return [levels]


def uses_of_a_posture(path):
    load_toml(path, InitialPosture)
    return []


# --- forecasts ---------------------------------------------------------------------------------------------


def write_forecast(rng, folder):
    content = json.loads((FORECASTS / "2025-11-30.json").read_text(encoding="utf-8"))
    content["rows"] = content["rows"][:: int(rng.integers(1, 40))]
    content = faulty_tree(content, rng)
    if rng.integers(4):
        with contextlib.suppress(TypeError):
            content[HASH] = content_hash(json.loads(json_text(content)))
    return written(folder, "2025-11-30.json", faulty_text(json_text(content), rng))


def uses_of_a_forecast(path):
    found = read_frozen(path).forecast
    return [lambda: str(found), lambda: found.to_pandas()]


# --- games -------------------------------------------------------------------------------------------------

WORDS = (
    "1", "-1", "0", "2/3", "1/0", "1e5", "1e-400", "1e401", "0.1", ".5", "5.", "x", "nan", "inf", "1e308",
    "{", "}", '"a"', '""', ",", "9" * 5000, "1_0", "0x1", "+3", "--1", "10000000000", "\x1b[2J",
    '"\x1b[31m"', "é", '"',
)  # fmt: skip


def write_game(rng, folder):
    counts = [int(rng.integers(1, 4)) for _ in range(int(rng.integers(1, 4)))]
    total = 1
    for count in counts:
        total *= count
    quoted = [json.dumps(pick(rng, ODD_TEXTS)[:300], ensure_ascii=False) for _ in range(8)]
    players = [pick(rng, quoted) for _ in counts]
    if rng.integers(2):
        actions = [str(count) for count in counts]
    else:
        actions = ["{ " + " ".join(pick(rng, quoted) for _ in range(count)) + " }" for count in counts]
    numbers = [str(rng.integers(-5, 6)) for _ in range(total * len(counts))]
    if rng.integers(4) == 0:
        outcomes = ['{ "o" ' + ", ".join(pick(rng, WORDS[:3]) for _ in counts) + " }" for _ in range(3)]
        numbers = ["{", *outcomes, "}", *(str(rng.integers(0, 4)) for _ in range(total))]
    words = ["NFG", "1", "R", pick(rng, quoted), "{", *players, "}", "{", *actions, "}", '""', *numbers]
    for _ in range(int(rng.integers(0, 3))):
        k = int(rng.integers(len(words)))
        words[k : k + int(rng.integers(0, 2))] = [pick(rng, WORDS)]
    return written(folder, "game.nfg", faulty_text(pick(rng, (" ", "\n")).join(words), rng))


def uses_of_a_game(path):
    game = ng.read_nfg(path)
    return [
        lambda: str(game.table()),
        lambda: ng.write_nfg(game, path.with_name("again.nfg")),
        lambda: str(ng.solve(game)),
        lambda: ng.minmax(game),
    ]


# --- experiments -------------------------------------------------------------------------------------------

EXPERIMENT = """\
import negotiation as ng
from math import inf, nan
space = ng.space


def measure(cell):
    return {measured}


experiment = ng.Experiment({fields})
"""


def write_experiment(rng, folder):
    def value():
        sane = repr(pick(rng, (0.25, 0.5, 3, 1, "USA", True)))
        return sane if rng.integers(12) else repr(odd(rng, list(ODD_TEXTS)))

    def number():
        return pick(rng, (0.0, 0.25, 1.5, 3)) if rng.integers(12) else value()

    def axis():
        return pick(rng, (f"[{value()}, {value()}]", f"range({rng.integers(5)})", "[0.5]", value()))

    def name():
        return pick(rng, ("'x'", "'y'", "'security_weight'", "'status'", "'=z'", "'\\x1b[2J'", value()))

    def made_large():
        large = pick(rng, (10**6, 10**12, 10**30))
        ranges = "{'x': (0.0, 1.0)}"
        return pick(
            rng,
            (
                f"space.linspace('x', 0, 1, {large})",
                f"space.sobol({large}, {ranges})",
                f"space.saltelli({large}, {ranges})",
                f"space.draws({large}, {ranges})",
                "space.grid({'x': __import__('itertools').count()})",
                "space.listed({'x': k} for k in __import__('itertools').count())",
            ),
        )

    def made(depth=0):
        ranges = f"{{{name()}: ({number()}, {number()})}}"
        second = pick(rng, ("'x'", name()))
        count, seed = pick(rng, (4, 5, 6, value())), pick(rng, (0, 1, 2, value()))
        choices = [
            f"space.grid({{{name()}: {axis()}, {name()}: {axis()}}})",
            f"space.linspace({name()}, {number()}, {number()}, {count})",
            f"space.listed([{{'x': {value()}}}, {{{second}: {value()}}}])",
            f"space.draws({count}, {ranges}, seed={seed})",
            f"space.sobol({count}, {ranges})",
            pick(rng, (f"space.grid({value()})", "space.grid({'x': range(10**9)})", made_large())),
        ]
        if depth < 2:
            choices += [f"space.product({made(depth + 1)}, {made(depth + 1)})"]
            choices += [value()] if rng.integers(4) == 0 else []
        return pick(rng, choices)

    fields = {"slug": "'fuzzed'", "question": "'What?'", "measure": "measure", "space": made()}
    if rng.integers(4) == 0:
        fields["scenario"] = "'us-china-2025'"
    for extra in ("scenario", "seed", "replications", "batch", "labels", "shown", "question", "slug", "game"):
        if rng.integers(16) == 0:
            fields[extra] = value()
    says = ", ".join(f"{field}={given}" for field, given in fields.items())
    measured = pick(
        rng, ("{'n': len(cell)}", "{'n': cell.rng.random()}", f"{{{name()}: {value()}}}", value(), "1 / 0")
    )
    text = EXPERIMENT.format(measured=measured, fields=says)
    return written(folder, "fuzzed.py", faulty_text(text, rng))


def uses_of_an_experiment(path):
    experiment = load_experiment(path)
    if experiment.n_cells > 2000:
        return [experiment.spec_hash, lambda: experiment.label("x")]
    return [lambda: str(ng.run(experiment, store=path.parent / "store.duckdb", limit=20))]


def commands_on_an_experiment(path, out):
    listed = ["list", "experiments", "--experiments", str(path.parent)]
    return [listed, ["run", str(path), "--limit", "5", "--out", str(out)]]


# --- words of the command ----------------------------------------------------------------------------------


def write_words(rng, folder):
    text = pick(rng, [*ODD_TEXTS, "nope.toml", "2025-05-geneve", "us-china-2024", str(folder), "/dev/null"])
    return written(folder, "words.txt", (text + pick(rng, ("", ".toml", ".py", ".nfg"))).encode())


def uses_of_words(path):
    word = path.read_text(encoding="utf-8")
    for read in (ng.truce, ng.read_nfg, ng.replay, ng.forecast, load_experiment):
        with contextlib.suppress(ng.NegotiationError):
            read(word)
    ng.load_scenario(word)
    return []


def commands_with_words(path, out):
    word = path.read_text(encoding="utf-8")
    options = (("forecast", "--as-of"), ("solve", "--scenario"), ("solve", "--size"), ("solve", "--method"))
    return [
        # "geneva" is the beginning of a name: what it means is computed, as quickly as can be.
        ["replay", "--draws", "0", "--out", str(out), "--", word],
        ["verdict", "--draws", "0", "--", word],
        ["forecast", "--draws", "0", "--paths", "1", "--months", "1", "--", word],
        *([name, "--", word] for name in ("solve", "list")),
        *([name, "--out", str(out), "--", word] for name in ("results", "run")),
        *([*start, word] for start in options),
    ]


KINDS = {
    "agreement (TOML)": Kind(
        toml_like(AGREEMENTS, "2025-05-fuzzed.toml"), uses_of_an_agreement, commands_on_an_agreement,
        heavy_uses_of_an_agreement,
    ),
    "calibration (TOML)": Kind(write_fact("calibrations/*.toml"), uses_of_a_fact, commands_on_a_fact),
    "country (TOML)": Kind(write_fact("countries/*.toml"), uses_of_a_fact),
    "instrument (TOML)": Kind(write_fact("instruments/*.toml"), uses_of_a_fact),
    "scenario and laws (TOML)": Kind(write_fact("*.toml"), uses_of_a_fact),
    "initial posture (TOML)": Kind(
        toml_like([FOLDER / "record" / "initial_posture.toml"], "initial_posture.toml"), uses_of_a_posture
    ),
    "dated moves (CSV)": Kind(write_moves, uses_of_moves),
    "frozen forecast (JSON)": Kind(write_forecast, uses_of_a_forecast),
    "game (.nfg)": Kind(write_game, uses_of_a_game, lambda path, _: [["solve", str(path)]]),
    "experiment (Python)": Kind(write_experiment, uses_of_an_experiment, commands_on_an_experiment),
    "names and options": Kind(write_words, uses_of_words, commands_with_words),
}  # fmt: skip
