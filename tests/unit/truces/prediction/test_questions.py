"""Questions and their outcomes: made from coded moves, read from a table, and answered each once."""

import csv
from datetime import date

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidFile, UnknownName
from negotiation.truces.prediction import forecast_scores as scored
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import above_floor
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow
from negotiation.truces.prediction.questions import question_set, question_sets

WORLD = load_scenario("us-china-2025")
SECOND = question_set(WORLD, "2026-second")
HALF = [ForecastRow(*one.key, 0.5, 0.0, 1.0) for one in SECOND.rows]
BUSAN = Forecast("2025-10-busan", date(2025, 11, 30), tuple(HALF))


@pytest.fixture(autouse=True)
def _quick_baselines(monkeypatch):
    monkeypatch.setattr(scored, "BASELINES", tuple(baseline(name) for name in ("hold", "coin", "shrunk")))


def written(path, rows, columns=("question", "probability")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def test_a_table_of_questions_says_the_same_as_the_set_that_it_was_written_from(tmp_path):
    table = SECOND.table()
    path = str(written(tmp_path / "own.csv", table.rows, table.columns))
    assert question_set(WORLD, path).rows == SECOND.rows
    one, other = (BUSAN.score(questions=name) for name in ("2026-second", path))
    assert (one.chances == other.chances).all()
    assert (one.on, other.on, one.until) == ("2026-second", "own.csv", date(2026, 9, 30))
    wrong = ("x", *table.rows[0][1:])
    for rows, told in (
        ([*table.rows, table.rows[7]], "occurs 2"), ([wrong], "the other fields give"), ([], "no question"),
    ):  # fmt: skip
        with pytest.raises(InvalidFile, match=told):
            question_set(WORLD, str(written(tmp_path / "wrong.csv", rows, table.columns)))
    with pytest.raises(UnknownName, match="2026-first"):
        question_set(WORLD, "2025-first")


def test_answers_are_taken_in_any_order_and_refused_by_their_row(tmp_path):
    given = [(one.question, k / 1000) for k, one in enumerate(SECOND.rows)]
    later = ("2027-01:USA:tariff:up", 0.5)  # of a month that is not asked: it waits
    found = SECOND.answers(written(tmp_path / "a.csv", [*given[::-1], later]))
    assert [row.probability for row in found] == [chance for _, chance in given]
    for rows, told in (
        ([("2025-12:USA:tarif:up", 0.1), *given[1:]], "b.csv: .*did you mean '2025-12:USA:tariff:up'"),
        (given[:-2], "2 of the 240 questions '2026-second', such as '2026-09:CHN:purchases:up'"),
        ([*given, given[3]], "b.csv: the question '.*' occurs 2 times"),
        ([(given[0][0], 1.01), *given[1:]], "line 2: probability: got '1.01'; expected at most 1"),
        ([(given[0][0], "nan"), *given[1:]], "line 2: probability: got 'nan'; expected a finite number"),
        ([(given[0][0], "likely"), *given[1:]], "line 2: probability: got 'likely'; expected a number"),
    ):
        with pytest.raises(InvalidFile, match=told):
            SECOND.answers(written(tmp_path / "b.csv", rows))


def test_codings_differ_in_what_came_alone_and_each_number_is_that_of_plain_code():
    found = [BUSAN.score(questions=name) for name in question_sets(WORLD)]
    assert (found[0].chances == found[1].chances).all()
    assert (found[0].came != found[1].came).sum() == 3
    second = found[1]
    chances, came = second.of_moves("shrunk")
    assert (chances == above_floor(chances)).all()
    log = -np.log(np.where(came, chances, 1 - chances))
    name, mean, brier, auc, expected, *parts = second.table().rows[-1]
    assert (name, mean, brier) == (
        "shrunk",
        pytest.approx(log.mean()),
        pytest.approx(((chances - came) ** 2).mean()),
    )
    pairs = chances[came][:, None] - chances[~came]
    assert auc == pytest.approx(((pairs > 1e-12) + 0.5 * (abs(pairs) <= 1e-12)).mean())
    assert expected == pytest.approx(chances.sum())
    assert parts == list(second.decomposition("shrunk")[:2])


def test_the_record_follows_the_second_coding():
    whole = load_scenario("us-china-2025", as_of=date(2026, 10, 10))
    by_record, by_questions = BUSAN.score(scenario=whole), BUSAN.score(questions="2026-second")
    assert by_record.rows == by_questions.rows
    assert (by_record.came == by_questions.came).all()
    assert (by_record.chances == by_questions.chances).all()
