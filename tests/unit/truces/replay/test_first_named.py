"""Who is named first before a truce's first break: by hand, ties as ties, nothing of the day itself seen."""

from datetime import date

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.prediction.baselines.hold import Hold
from negotiation.truces.prediction.weeks import pairs_of
from negotiation.truces.replay.first_named import first_break, first_named
from tests.us_china import SCENARIO

PAIRS = pairs_of(SCENARIO)


class Given:
    """Gives some pairs a larger chance of a step up than the rest."""

    name = "given"

    def __init__(self, **chances):
        self.chances, self.seen = chances, []

    def predict(self, scenario, past):
        self.seen.append(past.as_of)
        up = np.array([self.chances.get(f"{c}_{n}", 0.01) for c, n in PAIRS])
        return np.stack([up, np.zeros(len(PAIRS)), 1 - up], axis=1)


@pytest.mark.parametrize(
    ("name", "day", "actor", "instrument"),
    [
        ("2025-05-geneva", "2025-05-13", "USA", "chip_control"),
        ("2025-06-london", "2025-09-12", "USA", "entity_list"),
        ("2025-08-stockholm", "2025-09-12", "USA", "entity_list"),
    ],
)
def test_the_first_break_is_the_first_step_up_after_the_signing(name, day, actor, instrument):
    found = first_break(SCENARIO, ng.truce(name))
    assert (str(found.day), found.move.actor, found.move.instrument) == (day, actor, instrument)


def test_shares_are_of_the_chances_of_all_steps_up():
    given = Given(USA_chip_control=0.05, USA_tariff=0.14)
    row = first_named(SCENARIO, [given]).rows[0]
    total = 0.05 + 0.14 + 0.01 * (len(PAIRS) - 2)
    assert row.broken == ("USA", "chip_control")
    assert row.first == (("USA", "tariff"),)
    assert (row.share, row.next_share) == pytest.approx((0.14 / total, 0.05 / total))
    assert (row.broken_share, row.broken_place) == (pytest.approx(0.05 / total), 2)


def test_what_is_level_is_a_tie():
    given = Given(USA_chip_control=0.05, CHN_tariff=0.05)
    row = first_named(SCENARIO, [given]).rows[0]
    assert set(row.first) == {("USA", "chip_control"), ("CHN", "tariff")}
    assert row.broken_place == 1
    one = first_named(SCENARIO, [Hold()])
    assert (len(one.rows[0].first), one.rows[0].next_share, one.rows[0].broken_place) == (12, 0.0, 1)
    assert one.table().rows[0][3] == "a tie of 12"


def test_the_day_of_the_break_is_not_seen_and_without_one_the_record_is():
    given = Given()
    rows = first_named(SCENARIO, [given]).rows
    assert given.seen == [date(2025, 5, 13), date(2025, 9, 12), date(2025, 9, 12), date(2025, 12, 1)]
    assert [row.day for row in rows] == given.seen
    assert (rows[-1].broken, rows[-1].broken_share, rows[-1].broken_place) == (None, None, None)
