"""Which files of the package count for a number, in a small folder that was made up."""

import runpy
from types import FunctionType

import pytest

from negotiation.lab import fingerprint
from negotiation.lab.fingerprint import bytes_hash


def _as_written():
    """Return `package_files` of the source: fixtures and modules of other tests put another in its place."""
    fresh = runpy.run_path(fingerprint.__file__)["package_files"]
    return FunctionType(fresh.__code__, vars(fingerprint))


PACKAGE_FILES = _as_written()


def write(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml").replace("_csv", ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


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
