"""What is bound, how well it is seen and what was in force before, on a small dispute and invented texts."""

from datetime import date

import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.observation import VERIFIABILITIES, slip_chance
from negotiation.errors import IllegalMove, InvalidDate, UnknownName
from negotiation.truces.compiling.clause_noise import level_noise
from negotiation.truces.compiling.compiler import TextChoices, outside_levels
from negotiation.truces.compiling.terms import (
    bound_levels,
    check_agreement_fits,
    postures_before,
    read_terms,
    stated_postures,
    written_terms,
)
from negotiation.truces.record.agreement_text import AgreementText, agreement_text, base_of, papers_of
from tests.small_dispute import DEAL, files, row, write

HARBOUR = "2024-06-harbour"
ROWS = [
    row("E001", "2022-06-01", "BBB", "tariff", "high"),
    row("E002", "2024-03-01", "AAA", "tariff", "high"),
    row("E003", "2024-06-02", "BBB", "export_stop", "stopped"),
    row("E004", "2024-06-03", "BBB", "tariff", "high"),
]
# Half a year is a period; each chance of a miss is its own.
MISSES = {"high": 0.125, "medium": 0.25, "low": 0.375, "none": 0.5}
CHANCES = {"reaction_lag_days": 182.5} | {f"signal.miss.{name}": value for name, value in MISSES.items()}
CHANCES |= {f"signal.ambiguity.{name}": 0.0 for name in MISSES}
CHANCES |= {"slip.tariff.coordinated": 0.36, "slip.tariff.fractured": 0.64, "slip.control.coordinated": 0.0,
            "slip.control.fractured": 0.19}  # fmt: skip


def later(name, signed, amends, **changes):
    """Return the text of a further paper."""
    text = files()[DEAL].replace(HARBOUR, name).replace("signed = 2024-06-03", f"signed = {signed}")
    text = text.replace("in_force = 2024-06-10", f"in_force = {signed}")
    text = text.replace("window_start = 2024-06-03", f"window_start = {signed}")
    text = text.replace("title =", f'amends = "{amends}"\ntitle =' if amends else "title =", 1)
    return f"agreements/{name}.toml", None, text


PAPERS = (
    later("2024-07-one", "2024-07-01", HARBOUR),
    later("2024-08-two", "2024-08-01", HARBOUR),
    later("2024-06-zero", "2024-07-15", HARBOUR),
    later("2024-08-same", "2024-08-01", HARBOUR),
    later("2024-07-bay", "2024-07-05", None),
    later("2024-07-pier", "2024-07-20", "2024-07-bay"),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = write(tmp_path_factory.mktemp("terms"), *PAPERS, table=ROWS)
    return load_scenario(folder).with_parameters(CHANCES)


@pytest.fixture(scope="module")
def deal(world):
    return agreement_text(HARBOUR, world)


def changed(text, k, **changes):
    """Return an agreement with one of its clauses changed."""
    clauses = [one.model_copy(update=changes) if n == k else one for n, one in enumerate(text.clauses)]
    return text.model_copy(update={"clauses": tuple(clauses)})


def with_reading(text, clause, *terms, side="AAA", grades=(None,)):
    reading = {
        "side": side, "clause": clause, "prior": 1.0, "prior_assumption": True, "basis": "invented",
        "source_title": "invented", "confidence": "low",
        "terms": [{"country": c, "instrument": n, "level": x, "how": "added",
                   **({} if grade is None else {"verifiability": grade})}
                  for (c, n, x), grade in zip(terms, grades, strict=True)],
    }  # fmt: skip
    given = text.model_dump() | {"readings": [*text.model_dump()["readings"], reading]}
    found = AgreementText.model_validate(given)
    found._home = text.home
    return found


# Papers and their noise


@pytest.mark.parametrize(
    ("name", "papers"),
    [
        (HARBOUR, [HARBOUR]),
        ("2024-07-one", [HARBOUR, "2024-07-one"]),
        ("2024-06-zero", [HARBOUR, "2024-07-one", "2024-06-zero"]),
        # By day and not by name, without the other of its own day.
        ("2024-08-two", [HARBOUR, "2024-07-one", "2024-06-zero", "2024-08-two"]),
        ("2024-07-bay", ["2024-07-bay"]),
        ("2024-07-pier", ["2024-07-bay", "2024-07-pier"]),  # not those that amend another
    ],
)
def test_the_papers_in_force_at_a_signing_by_day(world, name, papers):
    text = agreement_text(name, world)
    assert [one.id for one in papers_of(text)] == papers
    assert (base_of(text) and base_of(text).id) == (None if len(papers) == 1 else papers[0])


def miss(papers, world, *wanted):
    return level_noise(papers, world, *wanted).miss


def test_each_clause_that_prescribes_the_very_level_is_a_verdict_and_no_other_is(world, deal):
    wanted = ("AAA", "tariff", "normal")
    assert miss([deal], world, *wanted) == 0.125
    assert miss([deal, deal], world, *wanted) == 0.125**2
    assert miss([changed(deal, 0, verifiability="low")], world, *wanted) == 0.375  # covered, though vague
    for k, grade in enumerate(VERIFIABILITIES):
        assert miss([changed(deal, 0, verifiability=grade)], world, *wanted) == MISSES[grade], k
    for wrong in ({"covered": False}, {"side": "BBB"}, {"instrument": "export_stop"}, {"level": "high"}):
        assert miss([changed(deal, 0, **wrong)], world, *wanted) == 0.5, wrong  # as what nobody wrote
    assert miss([deal], world, "BBB", "export_stop", "open") == 0.25


def test_readings_are_verdicts_by_their_clause_or_by_themselves_where_nothing_is_written(world, deal):
    stopped = ("BBB", "export_stop", "stopped")
    one = with_reading(deal, "T03", stopped)  # T03 can be checked: medium
    assert miss([one], world, *stopped) == 0.25
    assert miss([with_reading(deal, "T01", stopped)], world, *stopped) == 0.125
    assert miss([with_reading(deal, "T03", stopped, grades=("low",))], world, *stopped) == 0.375
    assert (
        miss([with_reading(one, "T03", stopped, side="BBB", grades=("high",))], world, *stopped)
        == 0.25 * 0.125
    )
    assert miss([one, with_reading(deal, "T01", stopped)], world, *stopped) == 0.25 * 0.125  # of each paper
    second = with_reading(deal, "T03", ("AAA", "tariff", "high"), stopped, grades=("high", "low"))
    assert miss([second], world, *stopped) == 0.375
    assert miss([second], world, "AAA", "tariff", "high") == 0.125
    # What the text prescribes in so many words is no reading's.
    assert (
        miss([with_reading(deal, "T01", ("BBB", "export_stop", "open"))], world, "BBB", "export_stop", "open")
        == 0.25
    )
    # A clause that does not cover it prescribes nothing, so that the reading counts.
    bare = changed(one, 2, covered=False, level="stopped")
    assert miss([bare], world, *stopped) == 0.25


def test_a_slip_is_that_of_the_leg_and_of_the_coordination(world, deal):
    assert slip_chance(world.parameters, "tariff", "coordinated") == pytest.approx(0.2)  # 1 - sqrt(0.64)
    slips = {one.key: one.noise.slip for one in bound_levels(deal, world, written_terms(deal))}
    assert slips == pytest.approx(
        {("AAA", "tariff"): 0.2, ("BBB", "tariff"): 0.2, ("BBB", "export_stop"): 0.0}
    )
    torn = {"regime": "fractured", "source_title": "invented", "confidence": "low"}
    fractured = AgreementText.model_validate(deal.model_dump() | {"coordination": torn})
    fractured._home = deal.home
    slips = {one.key: one.noise.slip for one in bound_levels(fractured, world, written_terms(deal))}
    assert slips == pytest.approx(
        {("AAA", "tariff"): 0.4, ("BBB", "tariff"): 0.4, ("BBB", "export_stop"): 0.1}
    )


def test_terms_are_the_texts_then_what_it_amends_then_the_readings(world, deal):
    assert written_terms(deal) == {
        ("AAA", "tariff"): "normal", ("BBB", "tariff"): "normal", ("BBB", "export_stop"): "open",
    }  # fmt: skip
    amended = changed(agreement_text("2024-07-one", world), 1, level="high")
    alone = amended.model_copy(update={"clauses": amended.clauses[1:2]})
    assert written_terms(alone) == written_terms(deal) | {("BBB", "tariff"): "high"}
    read = with_reading(
        alone, "T02", ("BBB", "export_stop", "stopped"), ("AAA", "tariff", "high"), grades=(None, None)
    )
    assert read_terms(read, read.readings[0]) == {
        ("AAA", "tariff"): "high", ("BBB", "tariff"): "high", ("BBB", "export_stop"): "stopped",
    }  # fmt: skip


# Levels before


def levels(postures):
    return postures["AAA"]["tariff"], postures["BBB"]["tariff"], postures["BBB"]["export_stop"]


def stating(text, *entries, **changes):
    fields = {"source_title": "invented", "confidence": "low", "note": "invented"}
    before = [{"country": c, "instrument": n, "level": x, **fields} for c, n, x in entries]
    return AgreementText.model_validate(text.model_dump() | {"before": before} | changes)


def on(text, signed):
    days = ("window_start", "signed", "in_force", "window_end")
    return text.model_copy(update=dict.fromkeys(days, signed))


def test_levels_before_are_those_of_the_day_before_and_of_the_last_day_at_most(world, deal):
    back, first = world.with_past_levels(), date(2024, 1, 1)
    assert levels(postures_before(deal, world)) == ("high", "normal", "stopped")  # of 2 June
    assert levels(postures_before(on(deal, date(2024, 6, 4)), world)) == ("high", "high", "stopped")
    assert levels(postures_before(on(deal, date(2024, 6, 2)), world)) == ("high", "normal", "open")
    assert levels(postures_before(on(deal, date(2026, 1, 1)), world)) == ("high", "high", "stopped")
    assert levels(postures_before(on(deal, date(2024, 1, 2)), world)) == ("normal", "normal", "open")
    for signed in (first, date(2023, 6, 1)):
        with pytest.raises(InvalidDate, match=f"was signed on {signed}, .* begins on 2024-01-01 .*; state"):
            postures_before(on(deal, signed), world)
    assert levels(postures_before(on(deal, first), back)) == ("old", "high", "free")
    with pytest.raises(InvalidDate, match="begins on 2021-01-01"):
        postures_before(on(deal, date(2021, 1, 1)), back)


def test_levels_that_are_stated_count_unless_the_record_reaches_back_with_past_levels(world, deal):
    back = world.with_past_levels()
    told = stating(deal, ("BBB", "export_stop", "stopped"), ("BBB", "tariff", "high"))
    assert levels(stated_postures(told, world)) == ("normal", "high", "stopped")
    assert levels(postures_before(told, world)) == ("normal", "high", "stopped")
    assert levels(postures_before(told, back)) == ("high", "normal", "stopped")
    first = date(2021, 1, 1)
    assert levels(postures_before(on(told, first), back)) == ("normal", "high", "stopped")
    assert levels(postures_before(on(told, date(2021, 1, 2)), back)) == ("old", "normal", "free")
    for entry, words in (
        (("CCC", "tariff", "high"), "country 'CCC'"), (("AAA", "export_stop", "open"), "'export_stop'"),
        (("AAA", "tariff", "old"), "'old'"),
    ):  # fmt: skip
        with pytest.raises(UnknownName, match=f"{HARBOUR}, before: .*{words}"):
            stated_postures(stating(deal, entry), world)
    assert levels(stated_postures(stating(deal, ("AAA", "tariff", "old")), back)) == ("old", "normal", "open")


# What fits


@pytest.mark.parametrize(
    ("k", "changes", "words"),
    [
        (0, {"side": "CCC"}, "clause T01: .*'CCC'"),
        (1, {"instrument": "embargo"}, "clause T02: .*'embargo'"),
        (0, {"instrument": "export_stop", "level": "open"}, "clause T01: .*'export_stop'.*tariff"),
        (2, {"level": "shut"}, "clause T03: .*'shut'"),
        (2, {"side": "both", "level": None, "instrument": "embargo"}, "clause T03: .*'embargo'"),
        (2, {"covered": False, "level": None, "instrument": "embargo"}, "clause T03: .*'embargo'"),
    ],
)
def test_a_clause_that_does_not_fit_is_named(world, deal, k, changes, words):
    with pytest.raises(UnknownName, match=f"{HARBOUR}, {words}"):
        check_agreement_fits(changed(deal, k, **changes), world, world.default_state)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("since = 2024-06-10", None), ("since = 2024-06-11", "dates from 2024-06-11; lawful: open"),
        ("until = 2024-06-10", None), ("until = 2024-06-09", "ended on 2024-06-09; lawful: open"),
    ],
)  # fmt: skip
def test_a_law_is_in_force_when_the_agreement_is(tmp_path, term, words):
    """The deal is signed on the 3rd and in force from the 10th; the harsher level rests on the export law."""
    law = ("laws.toml", "[[laws]]", f'[[laws]]\nsource = "invented"\n{term}')
    other = load_scenario(write(tmp_path, law))
    stop = changed(agreement_text(HARBOUR, other), 2, level="stopped")
    if words is None:
        assert check_agreement_fits(stop, other, other.default_state) is None
    else:
        with pytest.raises(IllegalMove, match=f"T03: BBB export_stop cannot be held at 'stopped': .*{words}"):
            check_agreement_fits(stop, other, other.default_state)


# Outside


def test_outside_is_a_stage_equilibrium_of_what_is_free_or_as_it_was(world, deal):
    """BBB gains by a high tariff, whatever the others do, and loses by an export stop."""
    one = deal.model_copy(update={"clauses": deal.clauses[:1]})
    terms = written_terms(one)
    assert levels(outside_levels(one, world, terms, TextChoices("custom"))) == ("high", "normal", "stopped")
    assert levels(outside_levels(one, world, terms, TextChoices("moment"))) == ("high", "high", "open")
    assert outside_levels(one, world, terms, TextChoices()) == outside_levels(
        one, world, terms, TextChoices("moment")
    )
    his = deal.model_copy(update={"clauses": deal.clauses[1:2]})  # AAA's tariff is free, and so is the stop
    assert levels(outside_levels(his, world, written_terms(his), TextChoices())) == ("high", "normal", "open")
    whole = written_terms(deal)
    assert levels(outside_levels(deal, world, whole, TextChoices())) == ("high", "normal", "stopped")
