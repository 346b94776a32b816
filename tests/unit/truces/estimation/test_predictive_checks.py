"""Records drawn from a posterior: in law where it is known, and statistics of a record counted by hand."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from scipy.stats import chisquare, nbinom, poisson

import negotiation as ng
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.model import RandomMoves
from negotiation.truces.estimation.predictive_checks import PredictiveChecks, predictive_checks, statistics_of
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.seen_moves import SeenMove, SeenSpell
from negotiation.truces.estimation.theory_record import theory_record

YEARS, DAY = 2.0, 1 / 365


def moved(day, country="USA", instrument="tariff", up=True):
    return SeenMove(day * DAY, country, instrument, "peak", up)


def spell(days, *moves):
    return SeenSpell(days * DAY, moves)


@dataclass(frozen=True)
class Stream:
    """Moves at a steady rate, seen for two years, their number alone; the prior is flat and wide."""

    count: int
    name: str = "stream"
    priors: tuple[Prior, ...] = (Prior("rate", 0.0, 60.0),)
    observations: tuple[str, ...] = ("two years",)

    @property
    def seen(self):
        times = (np.arange(self.count) + 0.5) / self.count * YEARS
        return (SeenSpell(YEARS, tuple(moved(365 * t) for t in times.tolist())),)

    def drawn(self, row, rng):
        times = np.sort(rng.random(rng.poisson(row[0] * YEARS))) * YEARS
        return (SeenSpell(YEARS, tuple(moved(365 * t) for t in times.tolist())),)

    def log_densities(self, parameters):
        return poisson.logpmf(self.count, parameters * YEARS)


@pytest.mark.long
def test_the_number_of_moves_has_its_law():
    """A flat prior and n moves make a gamma posterior; over as long again the number is negative binomial."""
    model = Stream(30)
    found = predictive_checks(fit(model, particles=8192, lag=False), model, records=2000, seed=1)
    law = nbinom(31, 0.5)
    counts = found.drawn[:, found.statistics.index("moves")]
    edges = [-1, 20, 24, 28, 32, 36, 40, 46, 10**6]
    expected = 2000 * np.diff(law.cdf(edges))
    # The draws repeat some of the particles: somewhat wider than by chance alone.
    assert chisquare(np.histogram(counts, np.array(edges) + 0.5)[0], expected).pvalue > 1e-4
    np.testing.assert_allclose(found.quantiles("moves"), law.ppf([0.05, 0.5, 0.95]), atol=2.0)
    assert found.tail("moves") == pytest.approx(min(law.cdf(30), law.sf(29)), abs=0.05)
    assert found.observed[0] == 30


@pytest.mark.long
def test_what_a_model_does_not_describe_lies_in_the_tail():
    """Moves of one day, twenty at a time, from a model in which they come one by one."""

    class Bursts(Stream):
        @property
        def seen(self):
            return (SeenSpell(YEARS, tuple(moved(365 * (1.0 + k * 1e-4)) for k in range(self.count))),)

    found = predictive_checks(fit(Bursts(20), particles=512, lag=False), Bursts(20), records=200)
    assert found.tail("longest quiet time, days") < 0.01
    assert found.tail("moves") > 0.3
    assert found.tail("share of tariff") == 1.0  # the same in all: neither above nor below


def test_spells_are_counted_each_for_itself():
    found = statistics_of(
        [
            spell(20, moved(2), moved(19, "CHN", up=False)),
            spell(60, moved(5, "CHN"), moved(6, "CHN", "curb")), spell(8),
        ],
        ["tariff", "curb"],
    )  # fmt: skip
    told = {
        "moves": 4, "share up": 0.75, "longest quiet time, days": 54.0, "days to first move": 5.0,
        "share answered in 14 days": 0.0, "share of tariff": 0.75, "share of curb": 0.25,
    }  # fmt: skip
    assert found == pytest.approx(told)
    assert list(found) == list(told)
    nothing = statistics_of([spell(365)], ["tariff"])
    assert nothing["moves"] == 0
    assert nothing["longest quiet time, days"] == nothing["days to first move"] == 365.0
    shares = ["share up", "share answered in 14 days", "share of tariff"]
    assert all(np.isnan(nothing[name]) for name in shares)


@pytest.mark.parametrize(
    ("moves", "share"),
    [
        ((moved(0), moved(14, "CHN")), 0.5),  # two weeks to the day are in time
        ((moved(0), moved(14.01, "CHN")), 0.0),
        ((moved(0), moved(1), moved(2, "CHN")), 2 / 3),  # not only the next move may be the answer
        ((moved(0, "CHN"), moved(1), moved(2, "CHN")), 2 / 3),
        ((moved(0), moved(0, "CHN")), 0.5),
        ((moved(0), moved(1)), 0.0),
        ((moved(0), moved(30, "CHN"), moved(40)), 1 / 3),
    ],
)
def test_a_move_is_answered_by_a_later_one_of_somebody_else_in_two_weeks(moves, share):
    assert statistics_of([spell(100, *moves)], [])["share answered in 14 days"] == pytest.approx(share)
    # What comes under the next agreement is no answer.
    parts = [spell(100, one) for one in moves]
    assert statistics_of(parts, [])["share answered in 14 days"] == 0.0


DRAWN = np.array([[1.0, np.nan, 5.0], [2.0, 0.5, 5.0], [2.0, np.nan, 5.0], [4.0, 1.0, 5.0], [8.0, 0.0, 5.0]])


def test_a_tail_is_the_share_at_least_as_far_out_on_the_nearer_side():
    tails = {2.0: 0.6, 1.0: 0.2, 8.0: 0.2, 0.5: 0.0, 9.0: 0.0, 3.0: 0.4, 4.0: 0.4}
    for here, tail in tails.items():
        found = PredictiveChecks("m", ("a", "b", "c"), np.array([here, 0.5, 5.0]), DRAWN)
        assert (found.tail("a"), found.tail("c")) == (tail, 1.0)
        assert found.tail("b") == pytest.approx(2 / 3)  # of those that have one


@pytest.fixture(scope="module")
def record():
    return theory_record(
        ng.load_scenario("us-china-2025"), "each for itself", until=date(2025, 12, 1), since=date(2025, 1, 1),
        size="small", parameters=("pace.move_rate",),
    )  # fmt: skip


@pytest.mark.long
def test_moves_at_random_come_at_their_rate_and_alike(record):
    model, rng = RandomMoves(record), np.random.default_rng(2)
    years = sum(spell.years for spell in model.seen)
    counts = [sum(len(s.moves) for s in model.drawn(np.array([30.0]), rng)) for _ in range(200)]
    assert np.mean(counts) == pytest.approx(30.0 * years, abs=4 * np.sqrt(30.0 * years / 200))
    assert np.var(counts) == pytest.approx(30.0 * years, rel=0.3)
    # The first move of a spell is any of those that are lawful at the signing.
    firsts = [model.drawn(np.array([100.0]), rng)[0].moves[0][1:4] for _ in range(600)]
    lawful = record.waits_and_choices[0][1][0]
    kinds, times = np.unique(["|".join(one) for one in firsts], return_counts=True)
    assert len(kinds) == lawful
    assert chisquare(times).pvalue > 1e-3
