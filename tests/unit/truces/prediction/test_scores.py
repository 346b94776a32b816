"""Prequential scores: what predictors are handed, and means, differences and the table of scores made up."""

from datetime import date, timedelta

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.scores import Scores, prequential
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, Cells, cells_of
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.timeline import load_moves

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
