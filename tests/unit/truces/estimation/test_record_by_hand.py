"""A theory's record of tariffs alone, or of made-up spells: its priors, waits, levels and games by hand."""

from datetime import date

import numpy as np
import pytest

from negotiation.truces.estimation.theory_record import theory_record
from tests.us_china import SCENARIO

UNTIL, SINCE = date(2025, 12, 1), date(2025, 1, 1)


def tariffs(theory="each for itself", **options):
    return theory_record(SCENARIO, theory, until=UNTIL, since=SINCE, instruments=["tariff"], **options)


@pytest.fixture(scope="module")
def record():
    return tariffs()


def test_moves_of_other_instruments_are_no_observations(record):
    assert record.observations == (
        "2025-05-12 USA tariff geneva", "2025-05-12 CHN tariff geneva", "2025-10-30 quiet since",
        "2025-10-30 USA tariff busan", "2025-12-01 quiet since",
    )  # fmt: skip
    # Five levels of one tariff and three of the other: four and two to go to, wherever both stand.
    ladders = [len(labels) for labels in record.openings[0][0].ladders.values()]
    assert ladders == [5, 3]
    (first, counts), (second, later) = record.waits_and_choices
    assert counts == (6, 6, 6)
    assert later == (6, 6)
    np.testing.assert_allclose(first, [0.0, 0.0, 171 / 365])
    np.testing.assert_allclose(second, [0.0, 32 / 365])
    assert [[m[1:] for m in spell.moves] for spell in record.seen] == [
        [("USA", "tariff", "geneva", False), ("CHN", "tariff", "geneva", False)],
        [("USA", "tariff", "busan", False)],
    ]
    assert [spell.years for spell in record.seen] == pytest.approx([171 / 365, 32 / 365])


@pytest.mark.long
def test_priors_are_the_pace_the_precision_and_what_payoffs_read(record):
    names = [prior.name for prior in record.priors]
    assert names[:3] == ["pace.move_rate", "pace.adjustment", "logit.precision"]
    assert names[3:] == sorted(names[3:])
    plain = SCENARIO.stage_game(instruments=["tariff"]).payoffs
    moved = set()
    for name, quantity in SCENARIO.quantities.items():
        for value in (quantity.low, quantity.high):
            world = SCENARIO.with_parameters({name: value})
            other = world.stage_game(instruments=["tariff"]).payoffs
            if (other != plain).any() or world.discount_factor != SCENARIO.discount_factor:
                moved.add(name)
    assert {"discount_factor_annual", "reaction_lag_days", "tariff.trade_elasticity"} <= moved <= set(names)
    rest = set(names[3:]) - moved  # of what levels of tariffs may read, and who weighs security
    assert all(name.startswith("tariff.") or name == "security_weight" for name in rest)
    for prior in record.priors[3:]:
        quantity = SCENARIO.quantities[prior.name]
        assert (prior.low, prior.high, prior.scale) == (quantity.low, quantity.high, "linear")
        assert prior.low < prior.high
    precision, own = SCENARIO.quantities["logit.precision"], record.priors[2]
    assert (own.low, own.high, own.scale) == (precision.low, precision.high, "log")
    assert own.source == (precision.source or "assumption")
