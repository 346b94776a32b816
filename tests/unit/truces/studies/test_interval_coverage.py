"""Places of the truth in posteriors: counted as they should be, and uniform where the posterior is known."""

import runpy
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta, binom, norm

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.studies.interval_coverage import (
    DENSITY,
    IntervalCoverage,
    Placed,
    interval_coverage,
    places_of,
)


@dataclass(frozen=True)
class Place:
    """A number seen with noise."""

    seen: tuple[float, ...] = (3.0, 3.4, 2.6)
    name: str = "place"
    priors: tuple[Prior, ...] = (Prior("at", -10.0, 10.0),)

    @property
    def observations(self):
        return tuple(map(str, self.seen))

    def log_densities(self, parameters):
        return norm.logpdf(np.array(self.seen), parameters[:, :1], 0.5)


def test_a_place_is_the_share_of_the_posterior_below_the_truth():
    found, spread = fit(Place(), particles=8192), 0.5 / np.sqrt(3)
    for truth in (2.6, 3.0, 3.5):
        at = np.array([truth])
        place, of_density = places_of(found, at, Place().log_densities(at[None]).sum())
        assert place == pytest.approx(norm.cdf(truth, 3.0, spread), abs=0.04)
        # The density falls with the distance from the mean: what is further off has less of it.
        assert of_density == pytest.approx(2 * norm.sf(abs(truth - 3.0) / spread), abs=0.06)


def test_an_interval_covers_what_lies_between_its_quantiles():
    found = fit(Place(), particles=512)
    low, high = found.quantile("at", 0.05), found.quantile("at", 0.95)
    for truth in np.linspace(low - 0.2, high + 0.2, 41):
        place = places_of(found, np.array([truth]), 0.0)[0]
        one = IntervalCoverage("place", ("at",), (Placed(0, 3, 512.0, 512.0, (place,)),))
        edge = min(abs(truth - low), abs(truth - high)) < 0.02
        assert edge or bool(one.covered[0, 0]) == (low <= truth <= high)


def test_the_table_counts_what_was_covered_with_its_exact_interval():
    places = [(0.01,), (0.04,), (0.5,), (0.96,), *(((k + 0.5) / 36,) for k in range(36))]
    found = IntervalCoverage("x", ("at",), tuple(Placed(k, 1, 9.0, 9.0, p) for k, p in enumerate(places)))
    hits = sum(0.05 < p < 0.95 for (p,) in places)
    ((name, share, low, high, by_bins, _),) = found.table().rows
    assert (name, share) == ("at", hits / 40)
    assert low == pytest.approx(beta.ppf(0.025, hits, 40 - hits + 1))
    assert high == pytest.approx(beta.ppf(0.975, hits + 1, 40 - hits))
    assert binom.sf(hits - 1, 40, low) == pytest.approx(0.025)
    assert 0.5 < by_bins <= 1.0
    # Places that gather at the ends are found.
    ends = IntervalCoverage(
        "x", ("at",), tuple(Placed(k, 1, 9.0, 9.0, (0.02 + 0.96 * (k % 2),)) for k in range(40))
    )
    assert ends.table().rows[0][1] == 0.0
    assert max(ends.table().rows[0][4:]) < 1e-6


@pytest.fixture(scope="module")
def model():
    return theory_record(
        ng.load_scenario("us-china-2025"), "each for itself", until=date(2025, 10, 1),
        since=date(2025, 5, 1), instruments=["tariff"], parameters=["pace.move_rate", "logit.precision"],
    )  # fmt: skip


def test_records_do_not_depend_on_how_many_there_are_or_on_a_stop(model):
    seen = []
    two = interval_coverage(model, records=2, particles=16, sweeps=1, progress=seen.append)
    three = interval_coverage(model, records=3, particles=16, sweeps=1, known=two.records[1:])
    assert [one.record for one in seen] == [0, 1]
    assert three.records[:2] == two.records
    assert three.quantities == ("pace.move_rate", "logit.precision", DENSITY)
    assert (np.abs(three.places - 0.5) <= 0.5).all()
    assert interval_coverage(model, records=1, particles=16, sweeps=1, seed=1).records != two.records[:1]
    with pytest.raises(InvalidGame, match="records 0"):
        interval_coverage(model, records=0)


def test_the_interval_of_few_draws_holds_another_draw_less_often():
    held_by = runpy.run_path(str(Path(__file__).parents[4] / "docs" / "interval_coverage.py"))["held_by"]
    rng = np.random.default_rng(8)
    held = []
    counts = range(40, 60)  # every place of the count within twenty, which the edges round
    for count in counts:
        below = (rng.random((20_000, count)) < rng.random((20_000, 1))).mean(axis=1)
        held.append((np.abs(below - 0.5) < 0.45).mean())
    assert np.mean(held) == pytest.approx(np.mean([held_by(count) for count in counts]), abs=0.003)
