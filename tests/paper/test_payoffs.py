"""Where payoffs come from, as stored, is what the program finds; the groups are those of the calibration."""

from pathlib import Path

import pandas as pd

from negotiation.base.labelled.parquet import read_frame
from negotiation.disputes import load_scenario
from paper.machinery.parts import load_module

PAPER = Path(__file__).parents[2] / "paper"
SOURCE = load_module(PAPER / "sources" / "payoffs.py")
AGAIN = "run `python -m paper --full --only sources/payoffs`"


def test_origins_are_as_kept():
    kept = read_frame(PAPER / "data" / "payoffs_origins.parquet")
    pd.testing.assert_frame_equal(SOURCE.origins(), kept, check_dtype=False, obj=AGAIN)


def test_the_groups_that_are_replaced_are_all_that_the_calibration_replaces():
    groups = {one for names in SOURCE.REPLACED.GROUPS.values() for one in names or ()}
    sourced, central = (load_scenario("us-china-2025", name) for name in ("sourced", "central"))
    changed = {
        name.partition(".")[0]
        for name, one in sourced.quantities.items()
        if not name.startswith("trade.") and central.quantities.get(name) != one
    }
    assert groups == changed


def test_a_group_that_is_replaced_moves_nothing_else():
    central = SOURCE.REPLACED.world("central")
    fees = SOURCE.REPLACED.world("port fees")
    moved = {name for name, value in fees.parameters.items() if central.parameters.get(name) != value}
    assert moved == {"port_fee.own_burden.USA", "port_fee.foreign_burden.USA"}
