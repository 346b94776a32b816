"""Which paths are held, as stored, is what the source computes, recomputed at the first draws."""

from pathlib import Path

import pandas as pd
import pytest

from negotiation.base.labelled.parquet import read_frame
from paper.machinery.parts import load_module
from tests.us_china import SCENARIO

PAPER = Path(__file__).parents[2] / "paper"
SOURCE = load_module(PAPER / "sources" / "restraint_by_horizon.py")
MOVING = load_module(PAPER / "sources" / "moving.py")
HELD = read_frame(PAPER / "data" / "restraint.parquet").set_index(["path", "game", "stocks", "horizon"])
VERDICTS = read_frame(PAPER / "data" / "moving_verdicts.parquet")
AGAIN = "run `python -m paper --full --only sources/restraint_by_horizon`"


@pytest.mark.long
@pytest.mark.parametrize(
    ("game", "horizons", "count"), [("still", None, 2), ("moving", None, 2), ("learned", ["3 months"], 1)]
)
def test_the_first_draws_come_out_again(game, horizons, count):
    years = {name: years for name, years in SOURCE.DRAWN.items() if horizons is None or name in horizons}
    for k, scenario in enumerate(SOURCE.drawn_scenarios(SCENARIO, count)):
        for place, letter in SOURCE.letters(scenario, [game], years).items():
            assert HELD.loc[place, "letters"][k] == letter, AGAIN


@pytest.mark.long
def test_the_verdicts_at_the_centre_come_out_again():
    by = ["truce", "moving", "leg", "theory"]
    # What draws say, and the word that hangs on it, is not computed again.
    drawn = ["share", "word"]
    now = MOVING.verdicts("2025-10-busan", "stocks").set_index(by).drop(columns=drawn).sort_index()
    stored = VERDICTS.set_index(by).drop(columns=drawn).sort_index().loc[("2025-10-busan", "stocks")]
    now = now.loc[("2025-10-busan", "stocks")]
    pd.testing.assert_frame_equal(now, stored, rtol=1e-4, check_dtype=False, obj=AGAIN)
