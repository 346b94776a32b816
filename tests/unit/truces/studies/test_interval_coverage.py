"""Places of the truth in posteriors: counted as they should be, and uniform where the posterior is known."""

import runpy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import beta, binom, chi2, kstwo, norm

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.priors import Prior, parameters_at
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.studies import interval_coverage as covering
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


@dataclass(frozen=True)
class Weighed:
    """A posterior of two parameters, of which some draws are at the truth."""

    draws: np.ndarray
    log_densities: np.ndarray
    weights: np.ndarray


def test_what_lies_at_the_truth_counts_half_and_each_draw_by_its_weight():
    found = Weighed(
        np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 5.0], [2.0, 9.0]]),
        # Two observations a record: the density is of both together.
        np.array([[-1.0, -1.0], [-3.0, 0.0], [0.0, -1.0], [-2.0, 0.0]]),
        np.array([0.5, 0.25, 0.125, 0.125]),
    )
    places = places_of(found, np.array([2.0, 6.0]), -2.0)
    assert places.tolist() == [0.5 + 0.375 / 2, 0.625 + 0.25 / 2, 0.25 + 0.625 / 2]


@pytest.mark.parametrize(
    ("place", "covered"), [(0.0499, False), (0.0501, True), (0.9499, True), (0.9501, False), (0.5, True)]
)
def test_the_central_nine_tenths_are_covered(place, covered):
    found = IntervalCoverage("x", ("a", "b"), (Placed(0, 1, 9.0, 8.0, (place, 0.01)),))
    assert found.covered.tolist() == [[covered, False]]


def test_each_row_of_the_table_is_of_its_own_quantity():
    places = np.random.default_rng(3).beta(1.5, 1.0, size=(40, 2)) ** [1.0, 2.0]
    found = IntervalCoverage(
        "a theory", ("a", DENSITY), tuple(Placed(k, 1, 9.0, 8.0, tuple(row)) for k, row in enumerate(places))
    )
    table = found.table()
    assert table.title == "a theory: 90% intervals on 40 simulated records"
    assert table.columns == ("quantity", "covered", "from", "to", "p chi2", "p KS")
    for row, name, column in zip(table.rows, ("a", DENSITY), places.T, strict=True):
        assert row[:2] == (name, np.mean((column > 0.05) & (column < 0.95)))
        # Ten bins of four places each would be even.
        counts = np.bincount((column * 10).astype(int), minlength=10)
        assert row[4] == pytest.approx(chi2.sf(((counts - 4.0) ** 2 / 4.0).sum(), 9))
        steps, order = np.arange(41) / 40, np.sort(column)
        largest = max((steps[1:] - order).max(), (order - steps[:-1]).max())
        assert row[5] == pytest.approx(kstwo.sf(largest, 40))
    assert table.rows[0][4:] != table.rows[1][4:]


class Drawn:
    """A theory of two parameters whose records are the numbers that they were drawn with."""

    name = "two numbers"
    priors = (Prior("a", -1.0, 1.0), Prior("b", 2.0, 4.0))

    def __init__(self, record=(None, ())):
        self.truth, self.seen = record

    def drawn(self, truth, rng):
        moves = tuple(SimpleNamespace(moves=(0,) * int(n)) for n in rng.integers(1, 9, size=2))
        return truth, moves

    def of(self, record):
        return Drawn(record)

    def log_densities(self, parameters):
        assert parameters.tolist() == [self.truth.tolist()]  # at the truth, of the record drawn at it
        return np.array([[-1.0, -2.5]])


@pytest.fixture
def fits(monkeypatch):
    """What is fitted and how, in place of the sampler."""
    asked = []

    def told(model, **given):
        asked.append((model, given))
        draws = np.column_stack([model.truth[0] + [-0.5, 0.5, 0.5, 0.5], model.truth[1] + [-1, -1, -1, 1]])
        densities = np.array([[-4.0, 0.0], [0.0, -3.0], [-9.0, 0.0], [-9.0, 9.0]])
        return SimpleNamespace(
            draws=draws, log_densities=densities, weights=np.array([0.25] * 4), effective=3.5 + len(asked),
            independent=np.array([9.0, 1.0, 2.0]),
        )  # fmt: skip

    monkeypatch.setattr(covering, "fit", told)
    return asked


def test_each_record_has_a_truth_moves_and_a_fit_of_its_own(fits):
    heard = []
    found = interval_coverage(
        Drawn(), records=3, particles=64, islands=4, seed=7, sweeps=5, progress=heard.append
    )
    assert list(found.records) == heard
    assert (found.model, found.quantities, found.status) == ("two numbers", ("a", "b", DENSITY), "complete")
    # A draw in four lies below the first truth, three below the second, two below its density of -3.5.
    assert found.places.tolist() == [[0.25, 0.75, 0.5]] * 3
    for k, ((model, given), placed) in enumerate(zip(fits, found.records, strict=True)):
        assert {n: given[n] for n in ("particles", "islands", "sweeps", "lag")} == {
            "particles": 64, "islands": 4, "sweeps": 5, "lag": False,
        }  # fmt: skip
        assert placed.record == k
        assert (placed.effective, placed.independent) == (4.5 + k, 2.0)  # of the middle one
        assert placed.moves == sum(len(spell.moves) for spell in model.seen)
        assert -1 < model.truth[0] < 1
        assert 2 < model.truth[1] < 4
    assert len({given["seed"] for _, given in fits}) == 3
    assert len({tuple(model.truth) for model, _ in fits}) == 3


def test_truths_and_fits_are_those_of_the_seed_whatever_was_known(fits):
    found = interval_coverage(Drawn(), records=4, seed=7)
    first = [(tuple(model.truth), given["seed"]) for model, given in fits]
    assert [(given["particles"], given["islands"], given["sweeps"]) for _, given in fits] == [
        (128, 1, None)
    ] * 4
    fits.clear()
    heard = []
    again = interval_coverage(
        Drawn(), records=4, seed=7, known=(found.records[2], found.records[0]), progress=heard.append
    )
    assert [one.record for one in heard] == [1, 3]
    assert [(tuple(model.truth), given["seed"]) for model, given in fits] == [first[1], first[3]]
    assert [one.record for one in again.records] == [0, 1, 2, 3]
    assert (again.records[0], again.records[2]) == (found.records[0], found.records[2])
    # A run that goes on from what is known needs the truths that it began with.
    for k, (truth, _) in enumerate(first):
        normal = np.random.default_rng([7, 0, k]).standard_normal((1, 2))
        assert truth == tuple(parameters_at(Drawn.priors, normal)[0])
    fits.clear()
    interval_coverage(Drawn(), records=1, seed=8)
    assert fits[0][0].truth.tolist() != list(first[0][0])
    assert fits[0][1]["seed"] != first[0][1]
    # Truths and fits do not share a stream, or the one would know of the other.
    assert first[0][1] != int(np.random.default_rng([7, 0, 0]).integers(2**31))


def test_without_more_said_there_are_a_hundred_records_of_the_seed_nought(fits):
    found = interval_coverage(Drawn())
    assert [one.record for one in found.records] == list(range(100))
    for k in (0, 1, 99):
        normal = np.random.default_rng([0, 0, k]).standard_normal((1, 2))
        assert fits[k][0].truth.tolist() == parameters_at(Drawn.priors, normal)[0].tolist()
        # A fit's seed is drawn from a stream of its own, so that a run that was stopped goes on with it.
        assert fits[k][1]["seed"] == int(np.random.default_rng([0, 1, k]).integers(2**31))


def test_a_record_s_moves_are_drawn_after_its_truth_and_what_is_known_beyond_them_is_left_out(fits):
    one = interval_coverage(Drawn(), records=1, seed=3).records
    rng = np.random.default_rng([3, 0, 0])
    rng.standard_normal((1, 2))
    assert one[0].moves == int(rng.integers(1, 9, size=2).sum())
    further = one[0]._replace(record=7)
    assert interval_coverage(Drawn(), records=1, seed=3, known=(further, *one)).records == one
