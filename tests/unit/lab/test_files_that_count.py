"""Which files, variables and libraries count for a number, in small folders that were made up."""

import os
import runpy
from hashlib import sha256
from types import FunctionType

import pytest

from negotiation.base.reading.record import Reads, listing_hash
from negotiation.errors import BrokenRun
from negotiation.lab import fingerprint, inputs
from negotiation.lab.fingerprint import (
    bytes_hash,
)
from negotiation.lab.inputs import (
    check_inputs,
    held,
    reads_of,
)


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
    write(package, world__x_toml="x", disputes__scenarios__d__record__m_csv="m",
          disputes__scenarios__d__instruments__i_toml="i",
          disputes__scenarios__d__agreements__t_toml="t")  # fmt: skip
    reads = Reads()
    facts = package / "disputes" / "scenarios" / "d" / "instruments"
    for path in (here / "sub" / "a.toml", there / "b.toml", package / "world" / "x.toml", facts / "i.toml",
                 package / "disputes/scenarios/d/record/m.csv", there / "gone.toml"):  # fmt: skip
        reads.note(str(path), f"hash of {path.name}", ())
    for folder in (here / "sub", there, facts, package / "world"):
        reads.note(f"{folder}/", f"names in {folder.name}", ())
    found = reads_of(reads)
    assert found == {
        "sub/a.toml": "hash of a.toml", f"{there}/b.toml": "hash of b.toml", "sub/": "names in sub",
        f"{there}/": "names in there",
        "<package>/negotiation/disputes/scenarios/d/instruments/i.toml": "hash of i.toml",
        "<package>/negotiation/disputes/scenarios/d/instruments/": "names in instruments",
    }  # fmt: skip
    # By these names it is found again what they hold now.
    for name in found:
        if name.endswith("/"):
            folder = facts if name.startswith("<") else here / "sub" if name == "sub/" else there
            assert held(name) == listing_hash(folder)
    assert held("<package>/negotiation/disputes/scenarios/d/instruments/i.toml") == hashed("i")
    assert [held(n) for n in ("sub/a.toml", f"{there}/b.toml", "none.toml", "none/")] == [
        hashed("a"), hashed("b"), "not there", "not there",
    ]  # fmt: skip
    reads.note(str(there / "b.toml"), "another hash", ())
    with pytest.raises(BrokenRun, match=r"there/b\.toml: this file did not stay the same"):
        reads_of(reads)
    (there / "b.toml").unlink()  # the measure's own, made and removed
    assert f"{there}/b.toml" not in reads_of(reads)


# --- the package's code ------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Give the folder of a small package that stands for this one."""
    write(tmp_path, world__a_toml="a = 1", data_csv="1", disputes__scenarios__d__record__m_csv="1",
          disputes__scenarios__d__agreements__t_toml="t = 1",
          disputes__scenarios__d__instruments__i_toml="i = 1",
          report__r_toml="r = 1", testing__t_csv="1", base__labelled__l_toml="l = 1")  # fmt: skip
    for name in ("a.py", "world/report/deep.py", "lab/cell.py", "lab/pending.py", "lab/sub/cell.py",
                 "report/r.py", "testing/t.py", "base/labelled/l.py", "cli.py", "base/drawing.py",
                 "world/cli.py", "world/notes.txt"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""{name}."""\nx = 1  # {name}\n')
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path)
    monkeypatch.setattr(fingerprint, "package_files", PACKAGE_FILES)
    return tmp_path


HERE = ["a.py", "data.csv", "disputes/scenarios/d/agreements/t.toml", "disputes/scenarios/d/record/m.csv",
        "lab/cell.py", "world/a.toml", "world/cli.py",
        "world/report/deep.py"]  # fmt: skip


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


# --- measure, calibration, versions ------------------------------------------------------------------------
