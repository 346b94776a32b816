"""Kept particles: what was written comes back, and a file that is damaged or of something else is refused."""

import numpy as np
import pytest

from negotiation.errors import InvalidFile
from negotiation.truces.estimation.checkpoints import FIELDS, load, save
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


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_short_is_refused_by_name(kept, share):
    path, _ = kept
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InvalidFile, match=r"kept\.npz: cannot be read as kept particles .*; move it away"):
        load(path, "this", 2)


def test_bytes_that_were_turned_are_refused_or_change_nothing(kept):
    path, islands = kept
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
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
