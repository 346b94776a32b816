"""Numbers are computed anew when a file, a variable or a library on which they depend is another one."""

import importlib.metadata
import os
import shutil
import sys
from functools import cache, partial
from pathlib import Path
from types import ModuleType

import measures
import pytest

import negotiation as ng
from negotiation.base.reading.record import recording
from negotiation.base.reading.text import file_text
from negotiation.disputes.files.folder import scenario_folder
from negotiation.errors import BrokenRun
from negotiation.lab import Experiment, fingerprint, load_experiment, run, space
from negotiation.lab.fingerprint import context_of, installed_below
from negotiation.lab.inputs import inputs_hash, reads_of
from negotiation.lab.sources import SOURCE, foreign_names
from negotiation.truces.record.timeline import recorded_postures
from tests.command import python
from tests.us_china import AGREEMENTS
from tests.us_china import RECORD as RECORD_FOLDER

RECORD = (AGREEMENTS / "2025-05-geneva.toml").read_text("utf-8")


def characters(cell):
    """Return something of a file that this function reads by itself."""
    return {"characters": len(Path(os.environ["DATA"]).read_text()) * cell["x"]}


def experiment(measure, **fields):
    return Experiment(
        slug="reading", question="?", measure=measure, space=space.grid({"x": [1, 2]}), **fields
    )


def test_the_value_of_a_variable_counts(monkeypatch):
    hashes = set()
    for value in ("one", "two", "one"):
        monkeypatch.setenv("DATA", value)
        hashes.add(inputs_hash([], ["DATA"]))
    assert len(hashes) == 2


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """Give the path of an agreement of the user's."""
    path = tmp_path / "mine.toml"
    path.write_text(RECORD)
    monkeypatch.setenv("TRUCE", str(path))
    return path


def reading(cell):
    return {"length": len(file_text(os.environ["TRUCE"])) * cell["x"]}


@pytest.mark.long
def test_an_edit_of_a_file_that_the_package_reads_is_seen(tmp_path, mine):
    first = run(experiment(reading), store=tmp_path)
    assert run(experiment(reading), store=tmp_path).computed == 0
    mine.write_text(RECORD + "# more\n")
    second = run(experiment(reading), store=tmp_path)
    assert second.computed == 2
    assert second.column("length")[0] == first.column("length")[0] + 7
    assert "2 rows of an earlier" in second.stale
    assert "mine.toml" in second.stale
    # Taken back, the old rows count again.
    mine.write_text(RECORD)
    third = run(experiment(reading), store=tmp_path)
    assert (third.computed, third.frame == (first.frame)) == (0, True)


@pytest.mark.long
def test_workers_see_the_environment_of_now_and_bring_what_they_read(tmp_path, mine, monkeypatch):
    # Once processes have been started, the server that starts them keeps the environment of then.
    monkeypatch.delenv("TRUCE")
    assert run(experiment(reading), store=tmp_path / "without", workers=2).failed == 2
    monkeypatch.setenv("TRUCE", str(mine))
    found = run(experiment(reading), store=tmp_path, workers=2)
    assert (found.computed, found.failed) == (2, 0)
    mine.write_text(RECORD + "# more\n")
    assert run(experiment(reading), store=tmp_path, workers=2).computed == 2
    assert run(experiment(reading), store=tmp_path, workers=2).computed == 0


KEPT = """
import negotiation as ng

TRUCE = ng.truce("{path}")


def measured(cell):
    return {{"days": (TRUCE.{field}) * cell["x"]}}


experiment = ng.Experiment(slug="kept", question="?", measure=measured, space=ng.space.grid({{"x": [1, 2]}}))
"""


@pytest.mark.long
def test_what_was_read_when_the_measures_file_was_loaded_counts_too(tmp_path, mine):
    path = tmp_path / "kept.py"
    path.write_text(KEPT.format(path=mine, field="clauses[0].confidence"))
    first = run(load_experiment(path), store=tmp_path)
    assert (first.computed, first.failed) == (2, 0)
    assert run(load_experiment(path), store=tmp_path).computed == 0
    mine.write_text(RECORD + "# more\n")
    # Loaded before the edit, the module holds what the file held then: computed anew, and kept as such.
    assert run(load_experiment(path), store=tmp_path).computed == 2
    assert run(load_experiment(path), store=tmp_path).computed == 2
    for name in [name for name in sys.modules if "kept" in name]:
        del sys.modules[name]
    assert run(load_experiment(path), store=tmp_path).computed == 2
    assert run(load_experiment(path), store=tmp_path).computed == 0


def counting(cell):
    """Return how much lies in a dispute's folder, as the package finds it."""
    world = ng.load_scenario(Path(os.environ["DISPUTE"]))
    earlier = len(recorded_postures(world.with_past_levels()))
    return {"there": (len(ng.truce_names(world)) + len(world.instruments) + earlier) * cell["x"]}


ADDED = {
    "an agreement": ("agreements/2023-03-tokyo.toml", "agreements/2024-01-more.toml", "2023-03-tokyo"),
    "an instrument": ("instruments/{first}", "instruments/one_more.toml", ""),
    "an earlier posture": ("record/initial_posture.toml", "record/earlier_posture.toml", ""),
}


@pytest.mark.long
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_file_more_in_a_disputes_folder_is_seen(tmp_path, monkeypatch, elsewhere):
    folder = tmp_path / "japan-korea-2019"
    shutil.copytree(scenario_folder("japan-korea-2019"), folder)
    first = min(path.name for path in (folder / "instruments").iterdir())
    monkeypatch.setenv("DISPUTE", str(folder))
    if not elsewhere:  # names are as seen from the current folder
        monkeypatch.chdir(folder)
    there = run(experiment(counting), store=tmp_path)
    assert (there.computed, there.failed) == (2, 0)
    assert run(experiment(counting), store=tmp_path).computed == 0
    for what, (source, target, name) in ADDED.items():
        text = (folder / source.format(first=first)).read_text()
        (folder / target).write_text(text.replace(f'id = "{name}"', f'id = "{Path(target).stem}"'))
        again = run(experiment(counting), store=tmp_path)
        assert again.computed == 2, what
        assert again.column("there").tolist() == [there.column("there")[k] + k + 1 for k in (0, 1)], what
        assert f"{Path(target).parent}/" in again.stale, what
        # Taken away, the old rows count again.
        (folder / target).unlink()
        assert run(experiment(counting), store=tmp_path).computed == 0, what


def editing(cell):
    """Read a file that is edited between two cells."""
    path = Path(os.environ["TRUCE"])
    path.write_text(RECORD + "#" * cell["x"])
    return reading(cell)


@pytest.mark.long
def test_a_file_that_is_edited_while_a_run_reads_it_ends_the_run(tmp_path, mine):
    for batch in (2, 1):
        with pytest.raises(BrokenRun, match=r"mine\.toml: this file changed"):
            run(experiment(editing), store=tmp_path / str(batch), batch=batch)


def scratch(cell):
    """Read a file that the measure makes for itself and removes."""
    path = Path(os.environ["TRUCE"]).with_name("scratch.toml")
    path.write_text("#" * cell["x"])
    text = file_text(path)
    path.unlink()
    return {"length": len(text)}


def test_files_that_a_measure_makes_and_removes_are_no_inputs(tmp_path, mine):
    assert run(experiment(scratch), store=tmp_path).column("length").tolist() == [1, 2]
    assert run(experiment(scratch), store=tmp_path).computed == 0


@pytest.mark.long
@pytest.mark.parametrize("folder", [False, True])
def test_an_edit_of_a_named_input_is_seen(tmp_path, monkeypatch, folder):
    data = tmp_path / "data" / "numbers.csv"
    data.parent.mkdir()
    data.write_text("1\n")
    monkeypatch.setenv("DATA", str(data))
    named = experiment(characters, inputs=[data.parent if folder else str(data)])
    assert run(named, store=tmp_path).column("characters").tolist() == [2, 4]
    assert run(named, store=tmp_path).computed == 0
    data.write_text("10\n")
    again = run(named, store=tmp_path)
    assert (again.computed, again.column("characters").tolist()) == (2, [3, 6])
    assert again.stale.startswith("2 rows of an earlier inputs")
    if folder:
        (data.parent / "more.csv").touch()
        assert run(named, store=tmp_path).computed == 2


@pytest.mark.long
def test_each_file_of_the_packages_disputes_is_covered_by_its_hash_or_seen_when_it_is_read(monkeypatch):
    # A measure may load another dispute than its experiment's: its numbers follow from all that is in there.
    monkeypatch.undo()
    hashed = {path.relative_to(fingerprint.PACKAGE.parent).as_posix() for path in _package_files()}
    disputes = fingerprint.PACKAGE / "disputes" / "scenarios"
    files = [path for path in sorted(disputes.rglob("*")) if path.suffix in (".toml", ".csv")]
    with recording() as reads:
        for path in files:
            file_text(path)
    seen = {name.removeprefix("<package>/") for name in reads_of(reads)}
    names = {path.relative_to(fingerprint.PACKAGE.parent).as_posix() for path in files}
    assert {Path(name).parent.name for name in names} >= {"instruments", "countries", "record", "agreements"}
    assert hashed & names | seen == names
    assert not hashed & seen


@pytest.mark.long
def test_the_dated_record_is_part_of_the_code(monkeypatch):
    monkeypatch.undo()
    files = set(_package_files())
    assert {path for folder in (RECORD_FOLDER, AGREEMENTS) for path in folder.iterdir()} <= files
    assert RECORD_FOLDER / "moves.csv" in files


@cache
def _package_files():
    """Return the package's files as the lab finds them, which the fixture of these tests replaces."""
    code = "from negotiation.lab.fingerprint import package_files as f; print(*f(), sep='\\n')"
    done = python("-c", code, check=True)
    return tuple(Path(line) for line in done.stdout.splitlines())


def test_libraries_count_that_the_measures_files_import_and_what_these_need(tmp_path, monkeypatch):
    user = tmp_path / f"user_{abs(hash(str(tmp_path)))}.py"
    user.write_text("def measured(cell):\n    import typer\n    return {'x': 1}\n")
    monkeypatch.syspath_prepend(tmp_path)
    measured = __import__(user.stem).measured
    versions = fingerprint.versions_of(measured)
    assert versions["typer"] == importlib.metadata.version("typer")
    assert "click" in versions or "rich" in versions  # what typer needs
    assert "typer" not in fingerprint.versions_of(measures.plain)
    assert {"numpy", "scipy", "numba", "llvmlite", "python", "machine"} <= set(versions)
    before = context_of(experiment(measured)).versions
    real, hashes = fingerprint.installed_version, {before}
    for other in ("typer", "rich"):
        another = partial(lambda other, name: "9.9" if name == other else real(name), other)
        monkeypatch.setattr(fingerprint, "installed_version", another)
        hashes.add(context_of(experiment(measured)).versions)
    assert len(hashes) == 3
    assert installed_below([]) == frozenset()


def test_the_name_of_a_file_in_a_folder_of_inputs_counts_like_what_is_in_it(tmp_path):
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_text("1")
    (folder / "b.csv").write_text("2")
    found = {inputs_hash([str(folder)])}
    (folder / "b.csv").rename(folder / "c.csv")  # in the same place of the order
    found.add(inputs_hash([str(folder)]))
    (folder / "c.csv").rename(folder / "deep" / "c.csv")
    found.add(inputs_hash([str(folder)]))
    (folder / "deep" / "c.csv").write_text("3")
    found.add(inputs_hash([str(folder)]))
    assert len(found) == 4


def test_what_extras_need_does_not_count_though_it_is_installed(monkeypatch):
    needs = {
        "mine": ["Alpha_One >= 1", 'beta; extra == "tests"', 'gamma[fast]<2 ; python_version >= "3"'],
        "alpha-one": ['beta (>=2) ; (python_version >= "3") and extra == "all"', "delta"],
    }
    monkeypatch.setattr(fingerprint, "requires", needs.get)
    monkeypatch.setattr(fingerprint, "installed_version", lambda _: "1")
    monkeypatch.setattr(fingerprint, "_homes", lambda: {"mine": ["Mine"]})
    fingerprint._needed.cache_clear()
    try:
        assert installed_below(["mine"]) == {"mine", "alpha-one", "gamma", "delta"}
    finally:
        fingerprint._needed.cache_clear()


def test_a_library_counts_by_whatever_part_of_it_is_imported():
    lines = ("import typer", "import typer.testing as t", "from typer import Typer",
             "from typer.testing import CliRunner")  # fmt: skip
    for line in lines:
        user = ModuleType("user")
        vars(user)[SOURCE] = f"def measured(cell):\n    {line}\n"
        assert foreign_names(user) == {"typer"}, line
