"""What prequential scores hand to predictors and take from the record, argument by argument."""

from datetime import date, timedelta

import numpy as np
import pytest

from negotiation.errors import InvalidGame, UnknownName
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.scores import Scores, prequential, truce_spells
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, Cells, cells_of
from negotiation.truces.record.agreement_text import agreement_text, agreements_of
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.moves import load_moves
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario
from negotiation.world.dates import RecordDate

WORLD = load_scenario("japan-korea-2019")
PAIRS = pairs_of(WORLD)
MONDAYS = tuple(date(2023, 4, 17) + timedelta(days=7 * k) for k in range(3))
STRETCH = cells_of(WORLD, MONDAYS[0], MONDAYS[-1] + timedelta(days=6))


class Asked:
    """Gives one row for everything, and remembers whom it was asked about."""

    def __init__(self, name, row):
        self.name, self.row, self.pasts = name, row, []

    def predict(self, scenario, past):
        assert scenario == WORLD
        self.pasts.append(past)
        return np.tile(self.row, (len(PAIRS), 1))


def pair():
    return Asked("one", [0.2, 0.1, 0.7]), Asked("two", [0.001, 0.399, 0.6])


def test_each_week_is_asked_of_what_was_public_before_its_monday():
    one, two = pair()
    seen = []
    found = prequential([one, two], WORLD, cells=STRETCH, progress=lambda *done: seen.append(done))
    assert (found.names, found.cells, found.status) == (("one", "two"), STRETCH, "complete")
    assert seen == [(1, 3), (2, 3), (3, 3)]
    for each in (one, two):
        assert each.pasts == [past_of(WORLD, monday) for monday in MONDAYS]
    assert found.chances.shape == (2, 3, len(PAIRS), 3)
    assert (found.chances[0] == [0.2, 0.1, 0.7]).all()
    least = NUMERICS.least_chance
    share = (1 - least) / 0.999
    assert found.chances[1, 2, 5] == pytest.approx([least, 0.399 * share, 0.6 * share])
    assert not found.chances.flags.writeable
    assert found.spells == ("before", "2019-11-standstill", "2023-03-tokyo")
    assert found.blocks.tolist() == [2, 2, 2]


def test_the_whole_record_is_scored_where_no_cells_are_given():
    one, _ = pair()
    found = prequential([one], WORLD)
    assert found.cells.weeks == cells_of(WORLD).weeks
    assert (found.cells.outcomes == cells_of(WORLD).outcomes).all()
    assert len(one.pasts) == len(found.cells.weeks)


def test_a_record_agreements_an_opening_and_a_floor_that_are_given_are_taken():
    row = load_moves(WORLD)[0].model_copy(
        update={"announced": RecordDate.parse("2023-04-20"), "actor": "KOR", "instrument": "gsomia",
                "level": "notice_suspended", "direction": "escalate", "status": "applied"}
    )  # fmt: skip
    text = agreement_text("2023-03-tokyo", WORLD).model_copy(
        update={"id": "2023-04-x", "signed": date(2023, 4, 24)}
    )
    opening = WORLD.calm().after("KOR", {"gsomia": "notice"})
    one, _ = pair()
    found = prequential(
        [one], WORLD, cells=STRETCH, moves=[row], agreements=[text], opening=opening, least=0.15
    )
    assert [len(past.steps) for past in one.pasts] == [0, 1, 1]
    # Signed on the second Monday, it is known and counts from the third on.
    assert [past.agreements for past in one.pasts] == [(), (), (text,)]
    assert (found.spells, found.blocks.tolist()) == (("before", "2023-04-x"), [0, 0, 1])
    assert {past.opening for past in one.pasts} == {opening}
    # What the record says is followed from there.
    levels = [past.postures()["KOR"]["gsomia"] for past in one.pasts]
    assert levels == ["notice", "notice_suspended", "notice_suspended"]
    assert found.chances.min() == 0.15
    assert found.chances[0, 0, 0] == pytest.approx([0.2 * 0.85 / 0.9, 0.15, 0.7 * 0.85 / 0.9])
    # Without cells, what came is that of the record that was given.
    whole = prequential([one], WORLD, moves=[row], agreements=[])
    assert np.argwhere(whole.cells.outcomes != NONE).tolist() == [
        [whole.cells.weeks.index(MONDAYS[0]), PAIRS.index(("KOR", "gsomia"))]
    ]
    assert whole.spells == ("before",)


def test_placebos_are_no_agreements_that_a_predictor_knows():
    china = load_scenario("us-china-2025")
    every = agreements_of(china.with_past_levels(), placebos=True)

    class Quiet:
        name = "quiet"

        def predict(self, scenario, past):
            return np.tile([0.1, 0.1, 0.8], (len(pairs_of(scenario)), 1))

    found = prequential([Quiet()], china, cells=cells_of(china, date(2025, 11, 24)))
    assert found.spells == ("before", *(text.id for text in agreements_of(china)))
    assert len(found.spells) - 1 < len(every)


def test_namesakes_and_disputes_of_three_are_refused():
    one, two = pair()
    with pytest.raises(InvalidGame, match="different names"):
        prequential([one, two, Asked("one", [0.1, 0.1, 0.8])], WORLD)
    with pytest.raises(InvalidGame, match="a score of predictions is for disputes between two"):
        prequential([one], load_scenario("us-china-netherlands-2023"))
    assert one.pasts == []


# Scores that are made up

LEGS = ("tariff", "other", "tariff")
OUTCOMES = np.array([[UP, NONE, NONE], [NONE, NONE, DOWN], [NONE, NONE, UP], [NONE, NONE, NONE]])
CHANCES = np.random.default_rng(3).dirichlet([1, 1, 4], (2, 4, 3))
MADE = Scores(
    Cells(tuple(date(2024, 1, 1) + timedelta(days=7 * k) for k in range(4)),
          (("A", "x"), ("A", "y"), ("B", "x")), LEGS, OUTCOMES, ()),
    ("p", "q"), CHANCES, np.array([0, 2, 2, 3]), ("before", "unseen", "first", "second"),
)  # fmt: skip


def each(name, rule, leg, moved):
    """Return the scores of the cells that count, by week."""
    rows = CHANCES[MADE.names.index(name)]
    for w in range(4):
        for k in range(3):
            at = OUTCOMES[w, k]
            if leg in ("all", LEGS[k]) and not (moved and at == NONE):
                log = -np.log(rows[w, k, at])
                brier = sum((rows[w, k, j] - (j == at)) ** 2 for j in range(3))
                yield w, log if rule == "log" else brier


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("rule", ["log", "brier"])
def test_means_are_over_the_cells_of_the_leg(rule, moved):
    for name in ("p", "q"):
        for leg in ("all", "tariff", "other"):
            scores = [score for _, score in each(name, rule, leg, moved)]
            if scores:
                found = MADE.mean(name, leg=leg, rule=rule, moved=moved)
                assert found == pytest.approx(np.mean(scores))
    assert MADE.mean("p") == MADE.mean("p", leg="all", rule="log", moved=False)


@pytest.mark.parametrize(("leg", "rule"), [("all", "log"), ("tariff", "brier"), ("other", "log")])
def test_spells_are_drawn_whole_and_one_without_weeks_is_not_drawn(leg, rule):
    blocks = ([0], [1, 2], [3])
    gaps = [[] for _ in blocks]
    for (w, one), (_, two) in zip(each("p", rule, leg, False), each("q", rule, leg, False), strict=True):
        gaps[next(b for b, weeks in enumerate(blocks) if w in weeks)].append(two - one)
    picks = np.random.default_rng(6).integers(0, 3, size=(2000, 3))
    means = [np.mean([x for b in row for x in gaps[b]]) for row in picks.tolist()]
    expected = (np.mean([x for own in gaps for x in own]), *np.quantile(means, (0.05, 0.95)))
    assert MADE.difference("p", "q", leg=leg, rule=rule, rng=6) == pytest.approx(expected)
    assert MADE.difference("p", "q", leg=leg, rule=rule, rng=np.random.default_rng(6)) == pytest.approx(
        expected
    )
    assert MADE.difference("p", "q") == MADE.difference("p", "q", leg="all", rule="log", rng=0)


def test_the_table_has_a_row_for_each_predictor_and_leg_that_is_there():
    table = MADE.table()
    assert table.title == "prequential scores, smaller is better"
    assert table.columns == (
        "predictor", "leg", "cells", "with a move", "log score", "Brier score", "log score, moves",
    )  # fmt: skip
    counts = {"all": (12, 3), "tariff": (8, 3), "other": (4, 0)}
    assert [row[:4] for row in table.rows] == [
        (name, leg, *counts[leg]) for name in ("p", "q") for leg in ("all", "tariff", "other")
    ]
    for name, leg, _, moves, log, brier, moved in table.rows:
        assert (log, brier) == (MADE.mean(name, leg=leg), MADE.mean(name, leg=leg, rule="brier"))
        assert moved == (MADE.mean(name, leg=leg, moved=True) if moves else None)


def test_what_is_not_there_is_named_with_what_is():
    for wrong, known in ({"leg": "curb"}, "control"), ({"rule": "rank"}, "brier"):
        for call in (lambda: MADE.mean("p", **wrong), lambda: MADE.difference("p", "q", **wrong)):  # noqa: B023
            with pytest.raises(UnknownName, match=known):
                call()
    for call in (
        lambda: MADE.mean("r"),
        lambda: MADE.difference("r", "p"),
        lambda: MADE.difference("p", "r"),
    ):
        with pytest.raises(UnknownName, match="p, q"):
            call()


def test_spells_go_by_the_day_of_signing_whatever_the_order():
    text = agreement_text("2023-03-tokyo", WORLD)
    three = [text.model_copy(update={"id": f"x{k}", "signed": date(2023, 5, 20 - k)}) for k in (0, 5, 9)]
    days = [date(2023, 5, d) for d in (1, 11, 12, 15, 16, 20, 21)]
    blocks, spells = truce_spells(days, three)
    assert spells == ("before", "x9", "x5", "x0")
    assert blocks.tolist() == [0, 0, 1, 1, 2, 2, 3]
    assert not blocks.flags.writeable
    assert truce_spells([], [])[1] == ("before",)
