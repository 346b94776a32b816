"""First breaks of made-up records, and the window, levels and papers with which a placebo is scored."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, UnknownTruce
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.weeks import pairs_of
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import LevelChange, postures_on, record_begins, record_ends
from negotiation.truces.replay import first_named as naming
from negotiation.truces.replay import placebos
from negotiation.truces.replay.first_named import FirstNamed, Named, _named, first_break, first_named
from negotiation.truces.replay.placebos import (
    PlaceboScores,
    _OfTheWhole,
    in_play,
    known_then,
    opening_of,
    placebo_scores,
    score_placebo,
)
from negotiation.world import load_scenario
from negotiation.world.dates import RecordDate
from tests.us_china import MOVES, SCENARIO, WHOLE

PAIRS = pairs_of(SCENARIO)
GENEVA = ng.truce("2025-05-geneva", SCENARIO)
EARLY = ng.truce("2018-12-buenos-aires", SCENARIO)
STEP = next(m for m in MOVES if m.instrument == "tariff" and m.status == "applied")
DAY = timedelta(1)


# --- first breaks ------------------------------------------------------------------------------------------


def row(when, **changes):
    announced = RecordDate.parse(str(when))
    move = STEP.model_copy(
        update={"announced": announced, "direction": "escalate", "id": str(when), **changes}
    )
    return LevelChange(move, announced.earliest, announced.earliest, "peak")


@pytest.mark.parametrize(
    "passed",
    [
        row(GENEVA.signed),  # on the day of the signing: before the truce
        row(GENEVA.signed + DAY, direction="hold"),
        row(GENEVA.signed + DAY, direction="de-escalate"),
        row(GENEVA.signed + DAY, status="threatened"),
        row(GENEVA.signed + DAY, instrument=None),
        row("2025-06"),  # a month, not a day
        row(GENEVA.window_end + DAY),
    ],
    ids=lambda one: f"{one.move.announced} {one.move.direction} {one.move.status} {one.move.instrument}",
)
@pytest.mark.parametrize("actor", SCENARIO.countries)
def test_what_is_no_break_is_passed_over(passed, actor, monkeypatch):
    found = row(GENEVA.signed + 40 * DAY, actor=actor, instrument="visa")
    later = row(GENEVA.signed + 50 * DAY)
    monkeypatch.setattr(naming, "level_changes", lambda _: (passed, found, later))
    assert first_break(SCENARIO, GENEVA) is found
    monkeypatch.setattr(naming, "level_changes", lambda _: (passed,))
    assert first_break(SCENARIO, GENEVA) is None


@pytest.mark.parametrize("day", [GENEVA.signed + DAY, GENEVA.window_end])
def test_the_first_and_the_last_day_of_a_window_count(day, monkeypatch):
    monkeypatch.setattr(naming, "level_changes", lambda _: (row(day),))
    assert first_break(SCENARIO, GENEVA).day == day


def named(shares, pair=("CHN", "tariff")):
    given = np.full(len(PAIRS), 0.01)
    for one, share in shares.items():
        given[PAIRS.index(one)] = share
    return _named(SCENARIO, GENEVA, date(2025, 6, 1), pair, "someone", given)


def test_of_shares_within_a_rounding_of_each_other_none_is_ahead():
    found = named({("USA", "tariff"): 0.3, ("CHN", "tariff"): 0.3 - 1e-13, ("USA", "visa"): 0.2})
    assert found.first == (("USA", "tariff"), ("CHN", "tariff"))
    assert (found.share, found.next_share, found.broken_share) == (0.3, 0.2, 0.3 - 1e-13)
    assert found.broken_place == 1
    behind = named({("USA", "tariff"): 0.3, ("USA", "visa"): 0.2, ("CHN", "tariff"): 0.2 - 1e-13})
    assert (behind.broken_place, behind.next_share) == (2, 0.2)
    assert named({("USA", "tariff"): 0.3, ("USA", "visa"): 0.2}).broken_place == 3
    assert (found.truce, found.day, found.broken, found.predictor) == (
        GENEVA.id, date(2025, 6, 1), ("CHN", "tariff"), "someone"
    )  # fmt: skip


class Given:
    """Gives steps up by pair, steps down that are no matter, and keeps the scenario that it was asked in."""

    def __init__(self, name, up):
        self.name, self.up, self.seen = name, up, []

    def predict(self, scenario, past):
        self.seen.append((scenario, past.as_of))
        down = np.linspace(0.3, 0.1, len(PAIRS))
        return np.stack([self.up, down, 1 - self.up - down], axis=1)


def test_truces_come_by_signing_and_predictors_in_their_order(monkeypatch):
    monkeypatch.setattr(naming, "agreements_of", lambda _: tuple(reversed(agreements_of(SCENARIO))))
    up = np.linspace(0.1, 0.2, len(PAIRS))
    one, two = Given("one", up), Given("two", up[::-1])
    rows = first_named(SCENARIO, [one, two]).rows
    signed = [text.id for text in sorted(agreements_of(SCENARIO), key=lambda t: t.signed)]
    assert [(r.truce, r.predictor) for r in rows] == [
        (name, who) for name in signed for who in ("one", "two")
    ]
    assert {r.first for r in rows if r.predictor == "one"} == {(PAIRS[-1],)}
    assert {r.first for r in rows if r.predictor == "two"} == {(PAIRS[0],)}
    assert rows[0].share == pytest.approx(0.2 / up.sum())
    assert one.seen == [(SCENARIO, r.day) for r in rows if r.predictor == "one"]
    assert rows[-1].day == record_ends(SCENARIO) + DAY


@pytest.mark.parametrize("actor", SCENARIO.countries)
def test_who_broke_a_truce_is_whoever_stepped_up(actor, monkeypatch):
    monkeypatch.setattr(naming, "level_changes", lambda _: (row(date(2025, 5, 20), actor=actor),))
    up = np.linspace(0.2, 0.1, len(PAIRS))
    found = first_named(SCENARIO, [Given("one", up)]).rows[0]
    at = PAIRS.index((actor, "tariff"))
    assert (found.truce, found.day, found.broken) == (GENEVA.id, date(2025, 5, 20), (actor, "tariff"))
    assert (found.broken_share, found.broken_place) == (pytest.approx(up[at] / up.sum()), 1 + at)


def test_a_row_is_told_by_its_words():
    told = Named("t", date(2025, 5, 13), ("USA", "visa"), "p", (("CHN", "tariff"),), 0.5, 0.25, 0.125, 4)
    quiet = replace(told, broken=None, first=(("CHN", "tariff"), ("USA", "visa")), broken_share=None)
    found = FirstNamed((told, quiet)).table()
    assert found.columns == (
        "truce", "broke", "predictor", "names first", "share", "next", "share of what broke", "its place",
    )  # fmt: skip
    assert found.rows == (
        ("t", "USA visa", "p", "CHN tariff", 0.5, 0.25, 0.125, 4),
        ("t", "nothing", "p", "a tie of 2", 0.5, 0.25, None, 4),
    )


def test_of_three_countries_nothing_is_asked():
    with pytest.raises(InvalidGame, match="what is named first"):
        first_named(load_scenario("us-china-netherlands-2023"), BASELINES[:1])


def test_baselines_and_theories_are_asked_unless_others_are_given(monkeypatch):
    monkeypatch.setattr(naming, "usual_predictors", lambda _: [Given("usual", np.full(len(PAIRS), 0.1))])
    assert {r.predictor for r in first_named(SCENARIO).rows} == {"usual"}
    assert first_named(SCENARIO, []).rows == ()


# --- placebos ----------------------------------------------------------------------------------------------


@pytest.fixture
def scored(monkeypatch):
    """What a placebo's scores are asked with."""
    told = {}
    monkeypatch.setattr(placebos, "cells_of", lambda *given: told.update(of=given) or "cells")
    monkeypatch.setattr(placebos, "prequential", lambda *given, **named: told.update(given=given, **named))
    return told


@pytest.mark.parametrize(
    ("signed", "first"),
    [
        ("2018-12-01", "2018-12-03"),
        ("2018-12-02", "2018-12-03"),
        ("2018-12-03", "2018-12-10"),
        ("2018-12-04", "2018-12-10"),
    ],
)
@pytest.mark.parametrize(
    ("ends", "last"),
    [("2019-05-05", "2019-05-05"), ("2019-05-06", "2019-05-12"), ("2019-05-11", "2019-05-12")],
)
def test_weeks_run_from_the_monday_after_the_signing_to_the_sunday_after_the_end(
    signed, first, ends, last, scored
):
    days = {"signed": date.fromisoformat(signed), "window_end": date.fromisoformat(ends)}
    score_placebo(EARLY.model_copy(update=days), SCENARIO, BASELINES[:1])
    world, start, end, moves = scored["of"]
    assert (start, end) == (date.fromisoformat(first), date.fromisoformat(last))
    # Levels are stated, so that what was in play then is scored, and moves are those of it alone.
    assert set(world.instruments) == {"tariff", "purchases"}
    assert moves == tuple(m for m in MOVES if m.instrument in ("tariff", "purchases"))


def test_who_is_asked_and_with_what(scored):
    theory = theory_forecasters(SCENARIO, ["moment"])[0]
    score_placebo(EARLY, SCENARIO, [BASELINES[1], theory])
    asked, world = scored["given"]
    assert asked == [BASELINES[1], _OfTheWhole(theory, SCENARIO)]
    assert (asked[1].name, scored["cells"]) == (theory.name, "cells")
    assert world.looks_back
    assert set(world.instruments) == {"tariff", "purchases"}
    assert scored["opening"] is None  # the record with past levels reaches back to it
    assert scored["moves"] == tuple(m for m in MOVES if m.instrument in ("tariff", "purchases"))


def test_papers_of_before_and_its_own_are_known(scored):
    phase_one = ng.truce("2020-01-phase-one", SCENARIO)
    score_placebo(phase_one, SCENARIO, BASELINES[:1])
    assert [text.id for text in scored["agreements"]] == [EARLY.id, phase_one.id]
    score_placebo(EARLY, SCENARIO, BASELINES[:1])
    assert [text.id for text in scored["agreements"]] == [EARLY.id]


def test_where_the_record_does_not_reach_back_the_window_opens_with_the_stated_levels(scored, monkeypatch):
    begins = record_begins(WHOLE)
    for day, reached in ((begins, False), (begins + DAY, True), (begins - DAY, False)):
        text = EARLY.model_copy(update={"signed": day})
        score_placebo(text, SCENARIO, BASELINES[:1])
        world = known_then(WHOLE)
        expected = None if reached else opening_of(text, world, scored["moves"])
        assert scored["opening"] == expected, day
    # A placebo that states no levels is scored over everything, from the levels of the record.
    score_placebo(EARLY.model_copy(update={"before": ()}), SCENARIO, BASELINES[:1])
    assert set(scored["given"][1].instruments) == set(SCENARIO.instruments)
    assert scored["opening"] is None
    assert scored["moves"] == tuple(m for m in MOVES if m.instrument)
    score_placebo(EARLY.model_copy(update={"before": (), "signed": begins}), SCENARIO, BASELINES[:1])
    assert scored["opening"] is None


def test_a_window_opens_with_the_last_level_of_the_signing_days_that_both_sides_set():
    start = EARLY.signed + DAY
    while start.weekday():
        start += DAY
    then = known_then(WHOLE)
    stated = opening_of(EARLY, then, ())
    tariffs = {
        c: [x for x in then.instruments["tariff"].labels(c) if x != stated[c]["tariff"]] for c in stated
    }

    def move(actor, level, when, **changes):
        told = {"actor": actor, "level": level, "value": None, "announced": RecordDate.parse(str(when))}
        return STEP.model_copy(update={"instrument": "tariff", **told, **changes})

    found = opening_of(
        EARLY, then,
        [
            move("USA", tariffs["USA"][0], EARLY.signed), move("CHN", tariffs["CHN"][0], EARLY.signed),
            move("USA", tariffs["USA"][1], start - DAY), move("CHN", None, start - DAY),
            move("CHN", tariffs["CHN"][1], f"{EARLY.signed} to {start}"),  # it may be of the first week
        ],
    )  # fmt: skip
    assert (found["USA"]["tariff"], found["CHN"]["tariff"]) == (tariffs["USA"][1], tariffs["CHN"][0])
    assert found["CHN"]["purchases"] == stated["CHN"]["purchases"]


def test_what_was_in_play_is_what_placebos_alone_state(monkeypatch):
    entry = SimpleNamespace(instrument="visa")
    texts = [
        SimpleNamespace(placebo=True, before=(SimpleNamespace(instrument="purchases"),)),
        SimpleNamespace(placebo=True, before=(SimpleNamespace(instrument="chip_control"), entry)),
        SimpleNamespace(placebo=False, before=(SimpleNamespace(instrument="tariff"),)),
    ]
    monkeypatch.setattr(placebos, "agreements_of", lambda _, placebos: texts if placebos else [])
    assert in_play(SCENARIO) == tuple(
        name for name in SCENARIO.instruments if name in ("chip_control", "visa", "purchases")
    )
    then = known_then(SCENARIO)
    assert tuple(then.instruments) == in_play(SCENARIO)
    assert then.countries == SCENARIO.countries


def test_placebos_alone_are_scored_by_those_that_are_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(placebos, "score_placebo", lambda *given: asked.append(given) or "scores")
    monkeypatch.setattr(placebos, "usual_predictors", lambda world: f"usual of {world.name}")
    found = placebo_scores(SCENARIO)
    assert list(found.scores) == ["2018-12-buenos-aires", "2020-01-phase-one"]
    assert [(text.id, world, who) for text, world, who in asked] == [
        (name, SCENARIO, "usual of us-china-2025") for name in found.scores
    ]
    asked.clear()
    placebo_scores(SCENARIO, [])
    assert [who for *_, who in asked] == [[], []]
    assert found["2020-01-phase-one"] == "scores"
    with pytest.raises(UnknownTruce, match="2018-12-buenos-aires"):
        found["2018-12-buenos-airs"]


class Scores:
    """Scores of two predictors that tell what they were asked."""

    names = ("one", "two")

    def __init__(self, moved):
        self.cells = SimpleNamespace(weeks=(1, 2, 3), outcomes=np.zeros((3, 4)), moved=moved)

    def mean(self, name, **asked):
        return (name, *sorted(asked.items()))


def test_each_placebo_and_predictor_has_a_row_and_a_quiet_one_no_score_of_moves():
    found = PlaceboScores({"a": Scores(2), "b": Scores(0)}).table()
    assert found.columns == (
        "placebo", "predictor", "weeks", "cells", "with a move", "log score", "Brier score",
        "log score, moves",
    )  # fmt: skip
    assert found.rows == tuple(
        (
            name, who, 3, 12, moved, (who,), (who, ("rule", "brier")),
            (who, ("moved", True)) if moved else None,
        )
        for name, moved in (("a", 2), ("b", 0)) for who in ("one", "two")
    )  # fmt: skip


def test_a_theory_that_is_asked_about_the_whole_is_read_on_what_is_scored():
    then, day = known_then(WHOLE), date(2019, 5, 6)
    everything = pairs_of(WHOLE)
    given = np.arange(3.0 * len(everything)).reshape(-1, 3)
    seen = []

    class Theory:
        name = "a theory"

        def predict(self, scenario, past):
            seen.append((scenario, past))
            return given

    past = past_of(then, day, agreements=[EARLY])
    found = _OfTheWhole(Theory(), SCENARIO).predict(then, past)
    assert found.tolist() == [given[everything.index(pair)].tolist() for pair in pairs_of(then)]
    world, known = seen[0]
    assert world.looks_back
    assert tuple(world.instruments) == tuple(WHOLE.instruments)
    assert (known.as_of, known.agreements) == (day, (EARLY,))
    assert known.postures()["USA"]["tariff"] == postures_on(WHOLE, day - DAY)["USA"]["tariff"]
