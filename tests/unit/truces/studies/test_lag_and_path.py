"""Temptations at the reaction lag and punishments for good, against verdicts that take one day for both."""

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.studies.lag_and_path import lag_and_path
from negotiation.truces.verdicts.verdict import verdict

PLAIN, TRUCE = load_scenario("us-china-2025"), "2025-10-busan"
NAMES = ("each for itself", "shadow linkage")


def margins(found):
    return {(row.leg, row.theory): (row.margin, row.rational) for row in found}


@pytest.mark.long
def test_what_nothing_follows_is_judged_by_the_lag_and_what_is_rational_by_the_path():
    mixed = lag_and_path(TRUCE, PLAIN, theories=NAMES)
    lag, path = (
        margins(verdict(TRUCE, PLAIN.with_payoffs_after(when), theories=NAMES)) for when in ("lag", "path")
    )
    for k, leg in enumerate(mixed.legs):
        assert mixed.margin[k, 0] == lag[leg, NAMES[0]][0] != path[leg, NAMES[0]][0]
        assert mixed.rational[k, 1] == path[leg, NAMES[1]][1]


def test_where_payoffs_are_alike_on_every_day_it_is_the_verdict():
    still = load_scenario("japan-korea-2019")
    assert not still.playing("horizon")
    mixed = lag_and_path("2019-11-standstill", still, draws=8)
    expected = verdict("2019-11-standstill", still, draws=8)
    assert np.array_equal(mixed.drawn_margin, expected.drawn.margin)
    assert np.array_equal(mixed.drawn_rational, expected.drawn.rational)
