"""Kept particles: what was written comes back, and a file that is damaged or of something else is refused."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

import negotiation
from negotiation.errors import CannotWrite, InvalidFile
from negotiation.truces.estimation import fitting
from negotiation.truces.estimation.fitting import FIELDS, load, save
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.sampler import Island


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "kept.npz"
    islands = [Island(*(np.arange(4.0).reshape(2, 2) + k + j for j in range(len(FIELDS)))) for k in range(2)]
    save(path, islands, "this")
    return path, islands


def test_what_was_kept_comes_back(kept):
    path, islands = kept
    for one, two in zip(load(path, "this", 2), islands, strict=True):
        for name in FIELDS:
            assert np.array_equal(getattr(one, name), getattr(two, name))
    assert load(path.with_name("none.npz"), "this", 2) is None
    with pytest.raises(InvalidFile, match="another model, record, size or seed"):
        load(path, "that", 2)
    with pytest.raises(InvalidFile, match="cannot be read as kept particles"):
        load(path, "this", 3)


def test_a_file_that_was_cut_short_is_refused_by_name(kept):
    path, _ = kept
    whole = path.read_bytes()
    for share in (0.0, 0.001, 0.1, 0.5, 0.9, 0.999):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(
            InvalidFile, match=r"kept\.npz: cannot be read as kept particles .*; move it away"
        ):
            load(path, "this", 2)


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_and_nobody_waits_for_it(tmp_path, make):
    make(tmp_path / "kept.npz")
    with pytest.raises(InvalidFile, match=r"kept\.npz: .*\(it is not a regular file\); move it away"):
        load(tmp_path / "kept.npz", "this", 2)


def test_bytes_that_were_turned_are_refused_or_change_nothing(kept):
    path, islands = kept
    whole = path.read_bytes()
    for at in range(0, len(whole), 29):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        try:
            found = load(path, "this", 2)
        except InvalidFile:
            continue
        assert all(
            np.array_equal(getattr(one, name), getattr(two, name))
            for one, two in zip(found, islands, strict=True)
            for name in FIELDS
        )


def test_a_disk_that_fills_up_leaves_what_was_kept_before(kept, monkeypatch):
    path, islands = kept
    before, begun = path.read_bytes(), []

    def fill(file, **arrays):
        file.write(b"half of it")
        begun.append(Path(file.name))
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(fitting.np, "savez", fill)
    with pytest.raises(CannotWrite, match=r"kept\.npz: cannot be written \(No space left\); free the place"):
        save(path, islands[:1], "this")
    assert path.read_bytes() == before
    assert begun[0].parent == path.parent  # from elsewhere it could not take the place at once
    assert [one.name for one in path.parent.iterdir()] == ["kept.npz"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"of": None}, r"\('of is not a file in the archive'\)"),
        ({"version": None}, "it is of version 1; expected version 3"),
        ({"version": np.array(2)}, "it is of version 2;"),
        ({"version": np.array("new")}, "it is of version new;"),
        ({"version": np.array([3])}, r"it is of version \[3\];"),
        ({"scores_1": None, "more_0": np.zeros(1)}, "arrays are missing or unexpected: more_0, scores_1"),
        # Sparse bytes are small to keep, and large when they are read.
        pytest.param(
            {"scores_1": np.zeros(NUMERICS.most_kept_bytes // 8)},
            r"268,\d+,\d+ bytes when unpacked; the limit is 268,435,456",
            marks=pytest.mark.long,
        ),
        # Reading objects could run anything.
        ({"coordinates_1": np.array([{}, {}], dtype=object)}, "pickle"),
    ],
)
def test_an_archive_of_other_arrays_is_refused_by_what_is_wrong_with_it(kept, changes, words):
    path, _ = kept
    with np.load(path) as whole:
        arrays = {name: whole[name] for name in whole.files} | changes
    np.savez_compressed(path, **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(InvalidFile, match=rf"kept\.npz: cannot be read as kept particles .*{words}"):
        load(path, "this", 2)
    with path.open("wb") as file:  # a single array is no archive
        np.save(file, np.zeros(3))
    with pytest.raises(InvalidFile, match=r"kept\.npz: cannot be read as kept particles"):
        load(path, "this", 2)


def test_a_header_that_promises_more_than_there_is_takes_no_room(kept):
    path, _ = kept
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["scores_0.npy"] = parts["scores_0.npy"].replace(b"(2, 2), }      ", b"(2, 99999999), }")
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(InvalidFile, match=r"scores_0\.npy says that it has the shape \(2, 99999999\)"):
        load(path, "this", 2)


@pytest.mark.long
def test_what_was_kept_by_other_code_is_not_gone_on_from(tmp_path):
    package = tmp_path / "negotiation"
    shutil.copytree(Path(negotiation.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    kernel = package / "game_theory" / "solvers" / "continuous" / "kernels" / "equations.py"

    def named():
        code = (
            "from types import SimpleNamespace as N\n"
            "from negotiation.truces.estimation.fitting import identity\n"
            "print(identity(N(name='a', priors=(), observations=()), 64, 2, 0))"
        )
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        return subprocess.check_output([sys.executable, "-c", code], env=environment, cwd=tmp_path)

    before = named()
    kernel.write_text(f"{kernel.read_text()}\n# A comment changes no number.\n")
    assert named() == before
    kernel.write_text(f"{kernel.read_text()}\nMORE = 1.0\n")
    assert named() != before
