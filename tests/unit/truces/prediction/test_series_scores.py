"""Scores over the record by weeks and months: by hand, same rows for all, intervals, reliability, AUC."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidGame, UnknownName
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.reliability import discrimination, reliability
from negotiation.truces.prediction.resampling import interval, stationary_draws
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.prediction.series_scores import month_scores, week_scores
from negotiation.truces.prediction.weeks import DOWN, UP, cells_of
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.events import pairs_of
from negotiation.world import load_scenario
from negotiation.world.dates import RecordDate
from tests.us_china import MOVES

SCENARIO = load_scenario("us-china-2025")
PAIRS = pairs_of(SCENARIO)


class Fixed:
    """Gives the same chances for everything."""

    order = 0

    def __init__(self, up, down, name="fixed"):
        self.up, self.down, self.name = up, down, name

    def predict(self, scenario, past):
        return np.tile([self.up, self.down, 1 - self.up - self.down], (len(PAIRS), 1))

    def ahead(self, scenario, past, windows):
        return np.tile([self.up, self.down], (len(windows), len(PAIRS), 1))


@pytest.fixture(scope="module")
def months():
    return month_scores(
        [Fixed(0.2, 0.1), Fixed(0.1, 0.1, "other")], SCENARIO, start=date(2025, 3, 1), leads=3
    )


@pytest.fixture(scope="module")
def weeks():
    return week_scores([Fixed(0.2, 0.1), Fixed(0.1, 0.1, "other")], SCENARIO, start=date(2025, 3, 3))


def test_months_say_what_the_record_says(months):
    names = {"escalate": UP, "de-escalate": DOWN}
    happened = {
        (f"{m.announced.earliest:%Y-%m}", m.actor, m.instrument, names[m.direction])
        for m in MOVES
        if m.instrument and m.status == "applied" and m.direction != "hold"
    }
    assert months.origins == tuple(date(2025, k, 1) for k in range(3, 12))
    for t, lead in product(range(9), range(3)):
        assert months.known[t, lead] == (3 + t + lead <= 11)
        for (k, pair), d in product(enumerate(PAIRS), (UP, DOWN)):
            label = f"2025-{3 + t + lead:02d}"
            assert months.came[t, lead, k, d] == (months.known[t, lead] and (label, *pair, d) in happened)


def test_log_and_brier_scores_by_hand(months, weeks):
    rows = months.came[months.known]
    ups, downs, size = int(rows[..., UP].sum()), int(rows[..., DOWN].sum()), rows[..., UP].size
    log = ups * np.log(0.2) + (size - ups) * np.log(0.8) + downs * np.log(0.1) + (size - downs) * np.log(0.9)
    assert months.mean("fixed") == pytest.approx(-log / (2 * size))
    brier = ups * 0.64 + (size - ups) * 0.04 + downs * 0.81 + (size - downs) * 0.01
    assert months.mean("fixed", rule="brier") == pytest.approx(brier / (2 * size))
    ups, downs = (int(weeks.came[..., d].sum()) for d in (UP, DOWN))
    size = weeks.came[..., UP].size
    none = size - ups - downs
    log = ups * np.log(0.2) + downs * np.log(0.1) + none * np.log(0.7)
    assert weeks.mean("fixed") == pytest.approx(-log / size)
    brier = ups * (0.64 + 0.01 + 0.49) + downs * (0.04 + 0.81 + 0.49) + none * (0.04 + 0.01 + 0.09)
    assert weeks.mean("fixed", rule="brier") == pytest.approx(brier / size)


def test_weeks_are_the_cells_of_the_record(weeks):
    cells = cells_of(SCENARIO.with_past_levels(), date(2025, 3, 3))
    assert weeks.origins == cells.weeks
    assert (weeks.came[:, 0, :, UP] == (cells.outcomes == UP)).all()
    found = prequential([Fixed(0.2, 0.1)], SCENARIO.with_past_levels(), cells=cells)
    for rule in ("log", "brier"):
        assert weeks.mean("fixed", rule=rule) == pytest.approx(found.mean("fixed", rule=rule))
        assert weeks.mean("fixed", leg="tariff", rule=rule) == pytest.approx(
            found.mean("fixed", leg="tariff", rule=rule)
        )


def test_parts_add_up_to_the_whole(months):
    rows = {name: sum(name == one for _, one in PAIRS) for _, name in PAIRS}
    parts = sum(count * months.mean("fixed", instrument=name) for name, count in rows.items())
    assert parts / len(PAIRS) == pytest.approx(months.mean("fixed"))
    sizes = months.known.sum(axis=0)
    leads = sum(size * months.mean("fixed", lead=k + 1) for k, size in enumerate(sizes)) / sizes.sum()
    assert leads == pytest.approx(months.mean("fixed"))
    mean, low, high = months.difference("fixed", "other", leg="control")
    assert mean == pytest.approx(months.mean("other", leg="control") - months.mean("fixed", leg="control"))
    assert low <= mean <= high
    assert months.difference("fixed", "fixed") == (0.0, 0.0, 0.0)
    back = months.difference("other", "fixed", leg="control")
    assert back == pytest.approx((-mean, -high, -low))


def test_what_is_unknown_is_named(months):
    for wrong in ({"leg": "tarif"}, {"instrument": "tarif"}, {"lead": 4}, {"rule": "logg"}):
        with pytest.raises(UnknownName):
            months.mean("fixed", **wrong)
    with pytest.raises(UnknownName):
        months.mean("fixd")
    with pytest.raises(InvalidGame, match="different names"):
        week_scores([Fixed(0.1, 0.1), Fixed(0.1, 0.1)], SCENARIO)
    for start in (date(2025, 3, 2), date(2025, 12, 1)):
        with pytest.raises(InvalidGame, match="first day of a month"):
            month_scores([Fixed(0.1, 0.1)], SCENARIO, start=start)


def test_the_record_after_an_origin_changes_no_chance_of_it():
    day = date(2025, 9, 1)
    other = {"escalate": "de-escalate", "de-escalate": "escalate", "hold": "hold"}
    turned = [
        m if m.announced.latest < day else m.model_copy(update={"direction": other[m.direction]})
        for m in MOVES
    ]
    chosen = [baseline("two pace"), baseline("mirror"), baseline("self exciting")]
    one, two = (
        month_scores(chosen, SCENARIO, start=date(2025, 7, 1), leads=2, moves=moves)
        for moves in (MOVES, turned)
    )
    assert (one.chances[:, :3] == two.chances[:, :3]).all()
    assert (one.came[:, 0] != two.came[:, 0]).any()


def test_the_table_fits_and_has_a_row_for_each_predictor(months, weeks):
    for found in (months, weeks):
        assert [row[0] for row in found.table().rows] == ["fixed", "other"]
        assert max(map(len, str(found.table()).splitlines())) <= 80


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=30))
def test_discrimination_counts_pairs(rows):
    chances = np.array([value / 5 for value, _ in rows])
    came = np.array([flag for _, flag in rows])
    hits, misses = chances[came], chances[~came]
    if not len(hits) or not len(misses):
        assert np.isnan(discrimination(chances, came))
        return
    pairs = [(h > m) + 0.5 * (h == m) for h in hits for m in misses]
    assert discrimination(chances, came) == pytest.approx(np.mean(pairs))


def test_reliability_counts_every_row_once_and_its_means_are_those_of_all():
    rng = np.random.default_rng(2)
    chances = np.concatenate([rng.random(500) ** 3, [0.0, 1.0, 0.05]])
    came = rng.random(503) < chances
    found = reliability("p", chances, came)
    assert sum(found.rows) == 503
    kept = np.array(found.rows) > 0
    rows = np.array(found.rows)[kept]
    assert rows @ np.array(found.given)[kept] == pytest.approx(chances.sum())
    assert rows @ np.array(found.came)[kept] == pytest.approx(came.sum())
    # What comes as often as it is said lies near the diagonal.
    assert np.abs(np.array(found.given)[kept] - np.array(found.came)[kept]).max() < 0.1


def test_blocks_follow_the_record_and_every_origin_is_drawn_as_often():
    picks = stationary_draws(40, 8.0, np.random.default_rng(1), 4000)
    follows = (np.diff(picks, axis=1) - 1) % 40 == 0
    # A new block begins with chance 1/8, and then follows by chance in one case of forty.
    assert follows.mean() == pytest.approx(1 - 1 / 8 + 1 / 8 / 40, abs=0.005)
    assert np.bincount(picks.ravel(), minlength=40) / picks.size == pytest.approx(
        np.full(40, 1 / 40), rel=0.05
    )


def test_an_interval_of_independent_origins_covers_as_often_as_it_says():
    rng, hits = np.random.default_rng(6), 0
    for k in range(300):
        _, low, high = interval(rng.normal(size=90), np.ones(90), 1.0, k)
        hits += low <= 0 <= high
    assert 0.84 < hits / 300 < 0.95


def test_an_interval_of_origins_that_hang_together_is_wider_with_blocks():
    noise = np.random.default_rng(3).normal(size=200)
    walk = np.convolve(noise, np.ones(12), "same")
    short, long = (interval(walk, np.ones(200), block, 0) for block in (1.0, 24.0))
    assert long[2] - long[1] > 1.5 * (short[2] - short[1])


def test_week_origins_are_mondays_a_week_apart(weeks):
    assert {b - a for a, b in zip(weeks.origins, weeks.origins[1:], strict=False)} == {timedelta(days=7)}


def test_scores_stand_side_by_side_where_rows_are_the_same(months, weeks):
    third = month_scores([Fixed(0.3, 0.3, "third")], SCENARIO, start=date(2025, 3, 1), leads=3)
    found = months.beside(third)
    assert found.names == ("fixed", "other", "third")
    assert [found.mean(name) for name in found.names] == [
        *map(months.mean, months.names),
        third.mean("third"),
    ]
    assert months.beside(months.beside(third), ["third"]).names == found.names
    with pytest.raises(InvalidGame, match="of the same rows"):
        months.beside(weeks)
    with pytest.raises(InvalidGame, match="different names"):
        months.beside(months)
    with pytest.raises(UnknownName):
        months.beside(third, ["fourth"])


def test_a_combination_of_scores_is_drawn_together(months):
    gap = months.difference("fixed", "other", rng=3)
    assert months.combination({"fixed": -1.0, "other": 1.0}, rng=3) == gap
    assert months.combination({"fixed": -0.5, "other": 0.5}, rng=3) == pytest.approx([x / 2 for x in gap])
    assert months.combination({"fixed": 1.0}, leg="tariff")[0] == pytest.approx(
        months.mean("fixed", leg="tariff")
    )
    assert months.difference("fixed", "fixed") == (0.0, 0.0, 0.0)


def test_weeks_are_asked_with_the_agreements_of_the_record_and_above_the_stated_floor():
    class Asked(Fixed):
        def predict(self, scenario, past):
            seen.append(past.agreements)
            return super().predict(scenario, past)

    seen = []
    found = week_scores([Asked(0.001, 0.2)], SCENARIO, start=date(2025, 11, 17))
    known = tuple(text.id for text in agreements_of(SCENARIO.with_past_levels()))
    assert [tuple(text.id for text in papers) for papers in seen] == [known] * 2
    assert found.chances[0, 1, 0, 3, UP] == NUMERICS.least_chance == 0.005


def test_what_came_after_the_record_ends_is_in_no_month():
    row = next(m for m in MOVES if m.instrument == "tariff" and m.status == "applied")
    days = ("2025-11-30", "2025-12-01", "2025-12-31", "2026-01-05")
    moves = [row.model_copy(update={"announced": RecordDate.parse(day), "level": None}) for day in days]
    found = month_scores([Fixed(0.2, 0.1)], SCENARIO, start=date(2025, 10, 1), leads=3, moves=moves)
    assert found.known.tolist() == [[True, True, False], [True, False, False]]
    assert np.argwhere(found.came)[:, :2].tolist() == [[0, 1], [1, 0]]
    assert found.unplaced == ()
