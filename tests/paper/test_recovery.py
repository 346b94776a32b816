"""The run of decision 75 in small, and what is stored of it."""

from pathlib import Path

import numpy as np
import pytest

from negotiation.base.labelled.parquet import read_frame
from paper.machinery.parts import load_module

PAPER = Path(__file__).parents[2] / "paper"
SOURCE = load_module(PAPER / "sources" / "recovery.py")


def test_stored_records_are_chosen_once_each():
    found = read_frame(PAPER / "data" / "recovery.parquet")
    by = found.groupby(["moves", "truth"])
    assert (by["count"].sum() == by["records"].first()).all()
    assert set(found["truth"]) == set(SOURCE.NAMES)
    assert (found["low"] <= found["share"]).all()
    assert (found["share"] <= found["high"]).all()


@pytest.mark.long
def test_a_small_version_of_the_run():
    found = SOURCE.everything(2, 1, 1, truths=("moment", SOURCE.RANDOM), moves=(4,))
    assert found.keys() == set(SOURCE.MAKES)
    assert found["recovery"]["count"].sum() == 4
    for name, table in found.items():
        assert [*table] == [*read_frame(PAPER / "data" / f"{name}.parquet")]


@pytest.mark.long
def test_a_fit_is_no_worse_than_the_truth():
    seen = SOURCE.drawn("custom in kind", 30.0, 14, [7])
    own = SOURCE.record_of("custom in kind").of((seen,))
    true = own.log_densities(np.array([[SOURCE.RATE, 30.0]])).sum()
    assert SOURCE.fitted("custom in kind", seen)[1] > true
