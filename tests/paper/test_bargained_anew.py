"""What is negotiated anew, as stored, is what the study finds, recomputed where that is cheap."""

from pathlib import Path

import pandas as pd
import pytest

from negotiation.base.labelled.parquet import read_frame
from negotiation.disputes.parameter_draws import central_draw
from negotiation.truces.claims import claims
from negotiation.truces.record.renewals import chance_a_period, rounds_a_year
from negotiation.truces.studies.negotiated_anew import negotiated_anew
from paper.machinery.parts import load_module
from tests.us_china import SCENARIO

PAPER = Path(__file__).parents[2] / "paper"
SOURCE = load_module(PAPER / "sources" / "anew.py")
BY = ["table", "what", "chance", "side"]
KEPT = read_frame(PAPER / "data" / "anew.parquet").set_index(BY)
AGAIN = "run `python -m paper --full --only sources/anew`"
FEW = ["dependence", "use, stocks full", "use, stocks gone"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "options"),
    [("anew_small_centre", {"size": "small"}), ("anew_centre", {"chances": [0.0], "changes": FEW})],
)
def test_at_the_central_values_what_costs_little_is_as_kept(table, options):
    now = SOURCE.rows_of(table, negotiated_anew(SCENARIO, **options)).set_index(BY)
    pd.testing.assert_frame_equal(
        now, KEPT.loc[now.index], rtol=1e-4, atol=1e-6, check_dtype=False, obj=AGAIN
    )


def test_the_pace_of_past_talks_is_near_the_one_that_is_shown():
    rounds, lag = rounds_a_year(SCENARIO), SCENARIO.parameters["reaction_lag_days"]
    low, pace, high = (float(chance_a_period(r, lag)) for r in (rounds.low, rounds.value, rounds.high))
    assert low < SOURCE.PACE < high
    stored = read_frame(PAPER / "data" / "pace.parquet").set_index("what").loc["pace"]
    assert stored.to_dict() == pytest.approx({"value": pace, "low": low, "high": high}, rel=1e-4)
    assert abs(SOURCE.PACE - pace) < 0.05


@pytest.mark.long
def test_the_claims_have_their_central_verdicts_and_their_own_draws():
    kept = read_frame(PAPER / "data" / "claims.parquet").query("number == 10").set_index("claim")
    own = {name: one for name, one in claims().items() if one.number == 10}
    assert set(kept.index) == set(own)
    centre = central_draw(SCENARIO)
    for name, one in own.items():
        assert kept.loc[name, "central"] == bool(one.holds(centre)[0]), name
        assert kept.loc[name, "draws"] == one.draws
