"""Pools of forecasters: nothing later enters, and none loses much to its best member."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.candidates import BetaBinomialShrinkage
from negotiation.truces.prediction.pools.logit_pool import LogitPool
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool, PrequentialSelection
from negotiation.truces.prediction.pools.resolved_months import resolved_months, said, said_before
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from tests.us_china import MOVES, turned

WORLD = load_scenario("us-china-2025").with_past_levels()
SOME = (baseline("shrunk"), baseline("coin"), baseline("two pace"))


def made():
    """New pools of each kind: nothing that was asked before is kept in them."""
    even, pool = BetaBinomialShrinkage(), LinearPool("pooled", SOME)
    joined = LogitPool("joined", even, pool)
    return (
        even, pool, joined, LinearPool("by pair", SOME, "pair"), LogitPool("put right", SOME[2]),
        BySeries(SOME[0]), PrequentialSelection("as it went", (joined, even)),
    )  # fmt: skip


@pytest.mark.long
@settings(max_examples=3)
@given(day=st.dates(date(2018, 6, 1), date(2019, 3, 1)))
def test_what_comes_later_changes_no_pool(day):
    windows = month_windows(date(day.year + day.month // 12, day.month % 12 + 1, 1), 12)
    cut = [m for m in MOVES if m.announced.latest < day]
    for one, again, third in zip(made(), made(), made(), strict=True):
        found = one.ahead(WORLD, past_of(WORLD, day, MOVES), windows)
        assert (found == again.ahead(WORLD, past_of(WORLD, day, turned(day)), windows)).all()
        assert (found == third.ahead(WORLD, past_of(WORLD, day, cut, ()), windows)).all()


@settings(max_examples=25)
@given(
    day=st.dates(date(2018, 3, 1), date(2025, 12, 1)),
    earlier=st.dates(date(2018, 3, 1), date(2025, 12, 1))
    | st.sampled_from([a.signed for a in agreements_of(WORLD)]),
)
def test_a_past_cut_shorter_is_the_past_of_that_day(day, earlier):
    first, last = sorted((earlier, day))
    assert past_of(WORLD, last).until(first) == past_of(WORLD, first)
    cut = [text for text in agreements_of(WORLD) if text.signed < first]
    assert list(past_of(WORLD, last).until(first).agreements) == cut


@dataclass(frozen=True)
class Guess:
    """Chances of its own for each month, drawn by a seed and sharpened or not."""

    seed: int
    sharp: float
    order: int = 0

    @property
    def name(self):
        return f"guess {self.seed} {self.sharp}"

    def ahead(self, scenario, past, windows):
        pairs = sum(len(scenario.held(country)) for country in scenario.countries)
        found = np.empty((len(windows), pairs, 2))
        for k, (first, _) in enumerate(windows):
            rng = np.random.default_rng((self.seed, first.toordinal()))
            found[k] = rng.beta(self.sharp, 5 * self.sharp, size=(pairs, 2))
        return found


@pytest.mark.long
@settings(max_examples=8)
@given(
    members=st.lists(
        st.builds(Guess, st.integers(0, 99), st.sampled_from([0.1, 1.0, 10.0])),
        min_size=1, max_size=5, unique=True,
    )
)  # fmt: skip
def test_a_pool_never_loses_more_than_the_logarithm_of_its_size_to_its_best_member(members):
    """Whatever they say and whatever comes: the theorem of `prequential.py`, on the record and on guesses."""
    past = past_of(WORLD, date(2025, 12, 1))
    over = resolved_months(WORLD, past)
    for by, rows in (("lead", (1, 2)), ("pair", (2,))):
        pool = LinearPool(f"pool by {by}", tuple(members), by)

        def lost(forecaster, rows=rows):
            chances = said_before(forecaster, WORLD, over)[:, 0]
            return -np.log(np.where(over.came[:, 0], chances, 1 - chances)).mean(axis=rows).sum(axis=0)

        best = np.min([lost(one) for one in members], axis=0)
        assert (lost(pool) <= best + np.log(len(members)) + 1e-9).all()
    assert said(pool, WORLD, past).shape == (12, 12, 2)
