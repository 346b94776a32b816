"""Which files, variables and libraries count for a number, in small folders that were made up."""

import os
import runpy
import sys
from hashlib import sha256
from pathlib import Path
from types import FunctionType

import measures
import pytest

from negotiation.errors import BrokenRun, InvalidFile
from negotiation.games import StageGame
from negotiation.lab import Experiment, distributions, fingerprint, inputs, space
from negotiation.lab.cell import canonical, digest
from negotiation.lab.distributions import installed_below, installed_version
from negotiation.lab.fingerprint import (
    bytes_hash,
    calibration_hash,
    context_of,
    files_hash,
    library_versions,
    measure_hash,
)
from negotiation.lab.inputs import (
    changed_meanwhile,
    check_inputs,
    held,
    inputs_hash,
    is_fact,
    new_reads,
    reads_of,
)
from negotiation.lab.scenarios import scenario_hash
from negotiation.reading.record import Reads, listing_hash
from negotiation.world import load_scenario


def _as_written():
    """Return `package_files` of the source: fixtures and modules of other tests put another in its place."""
    fresh = runpy.run_path(fingerprint.__file__)["package_files"]
    return FunctionType(fresh.__code__, vars(fingerprint))


PACKAGE_FILES = _as_written()


def hashed(content):
    return sha256(content.encode()).hexdigest()


def write(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml").replace("_csv", ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


# --- named inputs ------------------------------------------------------------------------------------------


def test_the_hash_of_inputs_is_of_their_names_and_contents_and_of_variables(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONE", "1")
    monkeypatch.delenv("TWO", raising=False)
    write(tmp_path, a_csv="a", d__c_csv="c", d__deep__b_csv="b")
    (tmp_path / "d" / "empty").mkdir()
    expected = [[["a.csv", [["", hashed("a")]]],
                 ["d", [["c.csv", hashed("c")], ["deep/b.csv", hashed("b")]]]],
                {"ONE": "1", "TWO": None}]  # fmt: skip
    assert inputs_hash(["a.csv", "d"], ["ONE", "TWO"]) == digest(canonical(expected))
    assert inputs_hash(["d", "a.csv"]) != inputs_hash(["a.csv", "d"])
    assert inputs_hash([]) == digest(canonical([[], {}]))
    with pytest.raises(InvalidFile, match="e: this input of the experiment is not there"):
        inputs_hash(["a.csv", "e"])
    (tmp_path / "large").write_bytes(b"x" * (inputs.BLOCK + 3))
    assert held("large") == sha256(b"x" * (inputs.BLOCK + 3)).hexdigest()


def test_inputs_are_compared_again_where_they_may_have_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONE", "1")
    monkeypatch.setattr(inputs, "_SEEN", {})
    write(tmp_path, a_csv="a", b_csv="b")
    paths, names = ("a.csv", "b.csv"), ("ONE",)
    asked = []
    real = inputs.inputs_hash
    monkeypatch.setattr(inputs, "inputs_hash", lambda *a: (asked.append(a), real(*a))[1])
    expected = real(paths, names)
    for count in (1, 1):  # hashed once: nothing says that they may differ
        check_inputs(paths, names, expected)
        assert len(asked) == count
    # Touched, and as it was: hashed anew, and in order.
    os.utime(tmp_path / "b.csv", (1, 1))
    check_inputs(paths, names, expected)
    assert len(asked) == 2
    for change in (lambda: (tmp_path / "b.csv").write_text("c"), lambda: monkeypatch.setenv("ONE", "2")):
        change()
        for _ in range(2):
            with pytest.raises(BrokenRun, match=r"began with \(a\.csv, b\.csv, ONE\)"):
                check_inputs(paths, names, expected)
        write(tmp_path, b_csv="b")
        monkeypatch.setenv("ONE", "1")
        check_inputs(paths, names, expected)
    # What another run began with is another question.
    with pytest.raises(BrokenRun, match="what the run began with"):
        check_inputs(paths, names, "another")
    with pytest.raises(BrokenRun):
        check_inputs(paths, (), expected)
    (tmp_path / "a.csv").unlink()
    with pytest.raises(BrokenRun, match=r"cannot be read any more: a\.csv"):
        check_inputs(paths, names, expected)
    check_inputs((), (), real([]))


# --- files that were read ----------------------------------------------------------------------------------


def test_reads_are_named_from_here_from_the_package_or_by_their_place(tmp_path, monkeypatch):
    here, there, package = tmp_path / "here", tmp_path / "there", tmp_path / "p" / "negotiation"
    for folder in (here, there, package):
        folder.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setattr(inputs, "PACKAGE", package)
    write(here, sub__a_toml="a")
    write(there, b_toml="b")
    write(package, world__x_toml="x", scenarios__d__record__m_csv="m", scenarios__d__instruments__i_toml="i",
          scenarios__d__agreements__t_toml="t")  # fmt: skip
    reads = Reads()
    facts = package / "scenarios" / "d" / "instruments"
    for path in (here / "sub" / "a.toml", there / "b.toml", package / "world" / "x.toml", facts / "i.toml",
                 package / "scenarios" / "d" / "record" / "m.csv", there / "gone.toml"):  # fmt: skip
        reads.note(str(path), f"hash of {path.name}", ())
    for folder in (here / "sub", there, facts, package / "world"):
        reads.note(f"{folder}/", f"names in {folder.name}", ())
    found = reads_of(reads)
    assert found == {
        "sub/a.toml": "hash of a.toml", f"{there}/b.toml": "hash of b.toml", "sub/": "names in sub",
        f"{there}/": "names in there",
        "<package>/negotiation/scenarios/d/instruments/i.toml": "hash of i.toml",
        "<package>/negotiation/scenarios/d/instruments/": "names in instruments",
    }  # fmt: skip
    # By these names it is found again what they hold now.
    for name in found:
        if name.endswith("/"):
            folder = facts if name.startswith("<") else here / "sub" if name == "sub/" else there
            assert held(name) == listing_hash(folder)
    assert held("<package>/negotiation/scenarios/d/instruments/i.toml") == hashed("i")
    assert [held(n) for n in ("sub/a.toml", f"{there}/b.toml", "none.toml", "none/")] == [
        hashed("a"), hashed("b"), "not there", "not there",
    ]  # fmt: skip
    reads.note(str(there / "b.toml"), "another hash", ())
    with pytest.raises(BrokenRun, match=r"there/b\.toml: this file did not stay the same"):
        reads_of(reads)
    (there / "b.toml").unlink()  # the measure's own, made and removed
    assert f"{there}/b.toml" not in reads_of(reads)


def test_what_code_read_when_it_was_loaded_is_among_the_reads_and_the_batch_says_it_last(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, a_toml="a", b_toml="b")
    asked = []
    before = {str(tmp_path / "a.toml"): "old", str(tmp_path / "b.toml"): "old"}
    monkeypatch.setattr(inputs, "read_for", lambda code: (asked.append(list(code)), before)[1])
    reads = Reads()
    reads.note(str(tmp_path / "b.toml"), "new", ())
    assert reads_of(reads, ["code.py"]) == {"a.toml": "old", "b.toml": "new"}
    assert asked == [["code.py"]]


def test_only_reads_that_are_new_are_kept_and_a_known_one_has_to_be_the_same():
    assert new_reads({"a": "1", "b": "2"}, {"b": "2", "c": "3"}) == {"c": "3"}
    assert new_reads({}, {"a": "1"}) == {"a": "1"}
    assert new_reads({"a": "1"}, {}) == {}
    with pytest.raises(BrokenRun, match=r"^b: this file did not stay the same"):
        new_reads({"a": "1", "b": "2"}, {"b": "3", "c": "3"})
    assert str(changed_meanwhile("x")).startswith("x: this file")


def test_facts_of_disputes_are_all_but_their_record_and_agreements():
    places = ("scenarios/d/laws.toml", "scenarios/d/countries/x.toml", "scenarios/d/record/m.csv",
              "scenarios/d/agreements/t.toml", "world/record/a.toml", "world/laws.toml", "s.py")  # fmt: skip
    assert [is_fact(Path(p)) for p in places] == [True, True, False, False, False, False, False]


# --- the package's code ------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Give the folder of a small package that stands for this one."""
    write(tmp_path, world__a_toml="a = 1", data_csv="1", scenarios__d__record__m_csv="1",
          scenarios__d__agreements__t_toml="t = 1", scenarios__d__instruments__i_toml="i = 1",
          report__r_toml="r = 1", testing__t_csv="1", labelled__l_toml="l = 1")  # fmt: skip
    for name in ("a.py", "world/report/deep.py", "lab/cell.py", "lab/pending.py", "lab/sub/cell.py",
                 "report/r.py", "testing/t.py", "labelled/l.py", "cli.py", "drawing.py", "world/cli.py",
                 "world/notes.txt"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""{name}."""\nx = 1  # {name}\n')
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path)
    monkeypatch.setattr(fingerprint, "package_files", PACKAGE_FILES)
    return tmp_path


HERE = ["a.py", "data.csv", "lab/cell.py", "scenarios/d/agreements/t.toml", "scenarios/d/record/m.csv",
        "world/a.toml", "world/cli.py", "world/report/deep.py"]  # fmt: skip


def package_hash():
    fingerprint.package_hash.cache_clear()
    return fingerprint.package_hash()


def test_numbers_depend_on_code_and_records_below_the_lab_and_on_what_a_cell_is(package):
    found = fingerprint.package_files()
    assert [path.relative_to(package).as_posix() for path in sorted(found)] == HERE
    before, bytes_before = package_hash(), bytes_hash()
    assert (len(before), len(bytes_before)) == (32, 32)
    for path in package.rglob("*.*"):
        inside, text = path.relative_to(package).as_posix(), path.read_text()
        path.write_text(text + ("\ny = 2\n" if path.suffix != ".csv" else "2"))
        assert (package_hash() != before) == (bytes_hash() != bytes_before) == (inside in HERE), inside
        path.write_text(text)
    assert (package_hash(), bytes_hash()) == (before, bytes_before)
    # A comment is no other code, and yet other bytes; a name is another code.
    (package / "a.py").write_text('"""Better."""\nx = 1\n')
    assert package_hash() == before
    assert bytes_hash() != bytes_before
    (package / "a.py").rename(package / "aa.py")
    assert package_hash() != before
    whole = sha256()
    for name in sorted([*HERE[1:], "aa.py"], key=Path):
        whole.update((package / name).read_bytes())
    assert bytes_hash() == whole.hexdigest()[:32]


def test_the_hash_of_the_code_is_worked_out_once(package):
    before = package_hash()
    (package / "a.py").write_text("x = 2\n")
    assert fingerprint.package_hash() == before != package_hash()


# --- measure, calibration, versions ------------------------------------------------------------------------


def asked(**fields):
    given = {"slug": "asked", "question": "?", "space": space.grid({"x": [1]}), "measure": measures.plain}
    return Experiment(**{**given, **fields})


def test_a_measure_counts_by_its_files_and_its_name(monkeypatch):
    monkeypatch.setattr(fingerprint, "edited_since_start", lambda _: False)
    assert measure_hash(asked()) == files_hash(measures.plain)
    assert files_hash(measures.plain) != files_hash(measures.in_batches)
    batched = asked(batch_measure=measures.in_batches)
    assert measure_hash(batched) == files_hash(measures.in_batches)
    monkeypatch.setattr(fingerprint, "texts_below", lambda module: [module.__name__])
    assert files_hash(measures.plain) == digest(canonical([["measures"], "plain"]))
    assert len({measure_hash(asked(measure=lambda _: {})) for _ in range(2)}) == 2
    monkeypatch.setattr(fingerprint, "edited_since_start", lambda module: module is measures)
    found = [measure_hash(asked()) for _ in range(2)]
    assert found[0] != found[1]
    assert all(each.startswith("unlike any other: ") for each in found)


def test_a_calibration_is_of_scenario_and_game(monkeypatch):
    world = load_scenario("us-china-2025")
    game = StageGame.from_matrices([[1, 2], [3, 4]], [[5, 6], [7, 8]], players=("A", "B"))
    raw = digest(game.payoffs.tobytes() + canonical([game.players, game.actions]).encode())
    for scenario, name, one, told in (
        (None, "", None, ""), (world, scenario_hash(world), None, ""),
        ("us-china-2025", scenario_hash(world), game, raw), (None, "", game, raw),
    ):  # fmt: skip
        found = calibration_hash(asked(scenario=scenario, game=one))
        assert found == digest(canonical([name, told]))
    full = asked(scenario=world, game=game, seed=4, environment=("HOME",))
    found = context_of(full)
    assert (found.seed, found.calibration, found.layout) == (4, calibration_hash(full), 1)
    assert found.inputs == inputs_hash((), ("HOME",)) != inputs_hash(())
    assert found.code == fingerprint.package_hash()
    assert found.versions == digest(canonical(fingerprint.versions_of(measures.plain)))


def test_versions_are_told_by_name_and_python_and_machine_are_no_libraries(monkeypatch):
    monkeypatch.setattr(fingerprint, "installed_version", lambda name: f"of {name}")
    found = library_versions(["typer", "python", "machine", "click", "numpy"])
    assert list(found) == ["python", "machine", *fingerprint.LIBRARIES, "click", "typer"]
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert (found["numpy"], found["typer"]) == ("of numpy", "of typer")


def test_what_a_distribution_needs_is_followed_to_its_end(monkeypatch):
    needs = {
        "one": ["Two_B>=1", "three.c ; python_version > '3'", "[bad"], "two-b": ["one", "gone"],
        "three-c": ["four (>2)"], "four": None, "lonely": ["four"],
    }  # fmt: skip
    monkeypatch.setattr(distributions, "requires", needs.get)
    versions = dict.fromkeys(needs, "1")
    monkeypatch.setattr(distributions, "installed_version", lambda name: versions.get(name, "not installed"))
    homes = {"first": ["One"], "both": ["Two_b", "lonely"], "absent": ["gone"]}
    monkeypatch.setattr(distributions, "_homes", lambda: homes)
    distributions._needed.cache_clear()
    try:
        whole = {"one", "two-b", "three-c", "four"}
        assert installed_below(["first"]) == whole
        assert installed_below(["both", "unknown"]) == whole | {"lonely"}
        assert installed_below(iter(["absent"])) == installed_below([]) == frozenset()
    finally:
        distributions._needed.cache_clear()
    monkeypatch.undo()
    assert installed_version("pytest") == pytest.__version__
    assert installed_version("no-such") == "not installed"
    assert "pytest" in distributions._homes()["pytest"]
