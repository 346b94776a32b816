"""Predictive checks of made-up records: what is drawn, counted, ranked and refused."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.truces.estimation.predictive_checks import (
    PredictiveChecks,
    predictive_checks,
    statistics_of,
)
from negotiation.truces.estimation.seen_moves import SeenMove, SeenSpell

DAY = 1 / 365


def moved(day, country="USA", instrument="tariff", up=True):
    return SeenMove(day * DAY, country, instrument, "peak", up)


def spell(days, *moves):
    return SeenSpell(days * DAY, moves)


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


@dataclass
class Model:
    """Draws a record of as many moves as its parameter says."""

    name: str = "made up"
    observations: tuple = ("x", "y")
    seen: tuple = (spell(100, moved(10), moved(20, "CHN", "visa")),)
    lots: list = field(default_factory=list)

    def drawn(self, row, rng):
        self.lots.append(rng.random())
        names = ["curb", "tariff"]
        return [spell(100, *(moved(k + 1, instrument=names[k % 2]) for k in range(int(row[0]))))]


def posterior(rows, **more):
    asked = []
    fields = {"model": "made up", "observations": ("x", "y"), **more}
    return SimpleNamespace(
        **fields, asked=asked, resampled=lambda count: asked.append(count) or np.array(rows)[:, None]
    )


def test_records_are_drawn_at_draws_and_set_beside_the_one_that_is_seen():
    model, given, told = Model(), posterior([0, 3, 2]), []
    found = predictive_checks(given, model, records=3, seed=4, progress=lambda *done: told.append(done))
    assert given.asked == [3]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert found.model == "made up"
    # Shares are of all instruments that move in any of the records.
    assert found.statistics[-3:] == ("share of curb", "share of tariff", "share of visa")
    assert found.statistics == tuple(statistics_of(model.seen, ["curb", "tariff", "visa"]))
    assert found.observed.tolist() == list(statistics_of(model.seen, ["curb", "tariff", "visa"]).values())
    assert found.drawn.shape == (3, 8)
    assert found.drawn[:, 0].tolist() == [0, 3, 2]
    np.testing.assert_allclose(found.drawn[:, -3], [np.nan, 2 / 3, 0.5])
    assert len(set(model.lots)) == 3
    again, other = Model(), Model()
    predictive_checks(posterior([0, 3, 2]), again, records=3, seed=4)
    predictive_checks(posterior([0, 3, 2]), other, records=3)
    assert again.lots == model.lots
    assert other.lots[0] == np.random.default_rng(0).random() != model.lots[0]


def test_one_record_may_be_drawn_and_nobody_need_be_told():
    found = predictive_checks(posterior([2]), Model(), records=1)
    assert found.drawn[:, 0].tolist() == [2]
    assert found.tail("moves") == 1.0


@pytest.mark.parametrize(
    "wrong", [{"model": "another"}, {"observations": ("x", "z")}, {"observations": ("x",)}]
)
def test_a_posterior_of_something_else_is_refused(wrong):
    given = posterior([1], **wrong)
    words = (
        f"posterior is of {given.model} and {len(given.observations)} observations, the model made up of 2"
    )
    with pytest.raises(InvalidGame, match=words):
        predictive_checks(given, Model(), records=1)
    with pytest.raises(InvalidNumber, match="records -1; one or more"):
        predictive_checks(posterior([1]), Model(), records=-1)


DRAWN = np.array([[1.0, np.nan, 5.0], [2.0, 0.5, 5.0], [2.0, np.nan, 5.0], [4.0, 1.0, 5.0], [8.0, 0.0, 5.0]])


@pytest.mark.parametrize(
    ("here", "tail"), [(2.0, 0.6), (1.0, 0.2), (8.0, 0.2), (0.5, 0.0), (9.0, 0.0), (3.0, 0.4), (4.0, 0.4)]
)
def test_a_tail_is_the_share_at_least_as_far_out_on_the_nearer_side(here, tail):
    found = PredictiveChecks("m", ("a", "b", "c"), np.array([here, 0.5, 5.0]), DRAWN)
    assert found.tail("a") == tail
    assert found.tail("b") == pytest.approx(2 / 3)  # of those that have one
    assert found.tail("c") == 1.0


def test_the_table_has_quantiles_of_what_was_drawn():
    found = PredictiveChecks("m", ("a", "b"), np.array([2.0, np.nan]), DRAWN[:, :2])
    table = found.table()
    assert found.status == "complete"
    assert table.title == "m: the record beside 5 drawn from the posterior"
    assert table.columns == ("statistic", "record", "5%", "50%", "95%", "tail")
    assert table.rows[0] == ("a", 2.0, pytest.approx(1.2), 2.0, pytest.approx(7.2), 0.6)
    assert table.rows[1][0] == "b"
    assert np.isnan([table.rows[1][1], table.rows[1][5]]).all()
    assert table.rows[1][3] == 0.5
    none = replace(found, drawn=np.full((5, 2), np.nan))
    assert np.isnan(none.quantiles("a")).all()
    assert len(none.quantiles("a")) == 3
    assert np.isnan(none.tail("a"))


def test_the_figure_is_drawn_on_the_axes_that_are_given():
    _, ax = plt.subplots()
    found = PredictiveChecks("m", ("a", "b"), np.array([2.0, 0.5]), DRAWN[:, :2])
    assert found.plot(ax) is ax
    assert any("tail 0.60" in text.get_text() for text in ax.texts)
    plt.close(ax.figure)
