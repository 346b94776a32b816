"""Rates as numbers: levels beside a ladder."""

import shutil

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.files.folder import SCENARIOS
from negotiation.errors import InvalidFile, InvalidNumber, InvalidOptions, UnknownCountry, UnknownInstrument
from negotiation.truces.record.timeline import recorded_postures

LADDER = load_scenario("us-china-2025")


@pytest.mark.parametrize("calibration", ["central", "sourced"])
def test_a_rate_has_its_place_and_moves_no_other_level(calibration):
    there = load_scenario("us-china-2025", calibration)
    wider = there.with_levels({"USA tariff": (60, 30.5, 51.1), "CHN tariff": 100})
    labels = wider.instrument("USA", "tariff").labels("USA")
    assert labels == ("january", "at_30_5", "busan", "geneva", "at_60", "peak", "threatened")
    assert wider.instrument("CHN", "tariff").labels("CHN") == ("january", "geneva", "at_100", "peak")
    state = there.default_state
    before, after = there.effects("USA", "tariff", state), wider.effects("USA", "tariff", state)
    old = [labels.index(label) for label in there.instrument("USA", "tariff").labels("USA")]
    np.testing.assert_allclose(after.holder[old], before.holder, atol=1e-12)
    np.testing.assert_allclose(after.other[old], before.other, atol=1e-12)
    assert after.other[5] < after.other[4] < after.other[3]


def test_nothing_in_the_record_snaps_to_a_rate():
    wider = LADDER.with_levels({"USA tariff": [50, 120], "CHN tariff": 140})
    assert recorded_postures(wider) == recorded_postures(LADDER)
    assert wider.instrument("USA", "tariff").nearest("USA", 121.0).label == "peak"


@pytest.mark.parametrize(
    ("rates", "error", "words"),
    [
        ({"USA tariff": 10}, InvalidOptions, "at least 20.8, the value of the base level 'january'; got 10"),
        ({"USA tariff": float("inf")}, InvalidOptions, "a rate must be finite"),
        ({"USA tariff": float("nan")}, InvalidOptions, "a rate must be finite"),
        ({"USA tariff": "60"}, InvalidNumber, "USA tariff: a rate must be a number"),
        ({"USA tariff": None}, InvalidNumber, "USA tariff: a rate must be a number; got None"),
        ({"USA visa": 60}, InvalidOptions, "open, revocations"),
        ({"USA tarif": 60}, UnknownInstrument, "tariff"),
        ({"tariff": 60}, UnknownInstrument, "no country and instrument 'tariff'; did you mean 'USA tariff'"),
        ({"FRA tariff": 60}, UnknownCountry, "USA"),
    ],
)
def test_what_is_no_rate_is_refused(rates, error, words):
    with pytest.raises(error, match=words):
        LADDER.with_levels(rates)


def test_a_file_may_have_rates(tmp_path):
    folder = tmp_path / "us-china-2025"
    shutil.copytree(SCENARIOS / "us-china-2025", folder)
    path = folder / "scenario.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + '\n[rates]\n"USA tariff" = [60]\n', encoding="utf-8")
    assert "at_60" in load_scenario(folder).instrument("USA", "tariff").labels("USA")
    path.write_text(text + '\n[rates]\n"USA tariff" = [6]\n', encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"scenario\.toml: rates: USA tariff: a rate must be finite"):
        load_scenario(folder)
