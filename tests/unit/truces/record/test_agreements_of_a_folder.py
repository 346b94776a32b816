"""Which agreements a dispute has, where they lie and in which world they are looked at, on small folders."""

import tomllib
from datetime import date
from itertools import pairwise

import pytest

from negotiation.disputes import load_scenario
from negotiation.errors import UnknownTruce
from negotiation.truces.record.agreement_text import (
    AgreementText,
    agreement_file,
    agreement_text,
    agreements_of,
    read_agreement,
    scenario_for,
    truce_names,
)
from negotiation.truces.verdicts.agreements import Agreement
from tests.small_dispute import DEAL, EARLIER, LAKE, files, write

HARBOUR, LATER, EARLY = "2024-06-harbour", "2024-08-lake", "2023-05-fjord"
TEXT = files()[DEAL]


def renamed(name, **entries):
    """Return the text of the deal by another name; entries are put before its title."""
    more = "".join(f"{key} = {value}\n" for key, value in entries.items())
    return TEXT.replace(HARBOUR, name).replace("title =", f"{more}title =", 1)


@pytest.fixture
def folder(tmp_path):
    """Return a dispute with three agreements, of which the earliest is a placebo."""
    early = renamed(EARLY, placebo="true").replace("2024-06-", "2023-05-").replace("2024-12-31", "2023-12-31")
    lake = renamed(LATER).replace("2024-06-", "2024-08-")
    return write(tmp_path, (LAKE, None, lake), (f"agreements/{EARLY}.toml", None, early))


def test_names_stand_by_date_and_placebos_only_where_they_are_asked_for(folder):
    for dispute in (folder, str(folder), load_scenario(folder)):
        assert truce_names(dispute) == (HARBOUR, LATER)
        assert truce_names(dispute, placebos=True) == (EARLY, HARBOUR, LATER)
        assert tuple(text.id for text in agreements_of(dispute)) == (HARBOUR, LATER)
        assert tuple(text.id for text in agreements_of(dispute, placebos=True)) == (EARLY, HARBOUR, LATER)


def test_given_ones_stand_among_those_of_the_folder_by_name(folder):
    base = read_agreement(HARBOUR, Agreement, folder)
    world = load_scenario(folder)
    for name, placebo in (("2024-07-given", False), ("2024-01-sham", True)):
        world = world.with_agreement(base.model_copy(update={"id": name, "placebo": placebo}))
    assert truce_names(world) == (HARBOUR, "2024-07-given", LATER)
    assert truce_names(world, placebos=True) == (EARLY, "2024-01-sham", HARBOUR, "2024-07-given", LATER)
    assert agreement_text("2024-01-sham", world).placebo
    assert [text.id for text in agreements_of(world)] == [HARBOUR, "2024-07-given", LATER]
    with pytest.raises(UnknownTruce, match="2024-07-given"):
        agreement_file("2024-07-givne", world)
    with pytest.raises(UnknownTruce):
        agreement_text("2024-07-given", folder)


@pytest.mark.parametrize(
    "name", ["notes", "2024-6-lake", "2024-06-Lake", "24-06-lake", "2024-06-1st", "x2024-06-y"]
)
def test_a_file_of_another_name_is_no_agreement(folder, name):
    (folder / "agreements" / f"{name}.toml").write_text(renamed(HARBOUR), encoding="utf-8")
    assert truce_names(folder, placebos=True) == (EARLY, HARBOUR, LATER)
    with pytest.raises(UnknownTruce):
        agreement_file(name, folder)


def test_a_link_that_leads_out_of_the_folder_is_no_agreement(folder, tmp_path):
    (tmp_path / "2024-10-bay.toml").write_text(renamed("2024-10-bay"), encoding="utf-8")
    link = folder / "agreements" / "2024-10-bay.toml"
    link.symlink_to(tmp_path / "2024-10-bay.toml")
    assert truce_names(folder) == (HARBOUR, LATER)
    link.unlink()
    link.symlink_to(folder / LAKE)  # inside: its text says another name, but it is there
    assert agreement_file("2024-10-bay", folder) == link


def test_one_from_before_the_games_is_looked_at_with_past_levels(folder):
    world = load_scenario(folder)
    assert scenario_for(EARLY, world) is world.with_past_levels()
    assert scenario_for(agreement_text(EARLY, folder), None).looks_back
    assert not scenario_for(HARBOUR, folder).looks_back
    text = agreement_text(HARBOUR, folder)
    first = date(2024, 1, 1)
    for signed, back in ((first, True), (date(2024, 1, 2), False)):
        assert scenario_for(text.model_copy(update={"signed": signed}), world).looks_back is back
    (folder / EARLIER).unlink()
    assert not scenario_for(EARLY, load_scenario(folder)).looks_back


def made(**changes):
    given = tomllib.loads(TEXT) | changes
    return AgreementText.model_validate({key: value for key, value in given.items() if value is not None})


def clause(k, **changes):
    found = {**tomllib.loads(TEXT)["clauses"][k], **changes}
    return {key: value for key, value in found.items() if value is not None}


DAYS = dict.fromkeys(("window_start", "signed", "in_force", "window_end"), date(2024, 6, 3))


def test_the_four_days_stand_in_order_and_may_be_one():
    assert made(**DAYS).signed == date(2024, 6, 3)
    order = [*DAYS]
    for earlier, later in pairwise(order):
        spread = {name: date(2024, 6, 4 + 2 * k) for k, name in enumerate(order)}
        assert made(**spread).id == HARBOUR
        spread[later], spread[earlier] = spread[earlier], spread[later]
        with pytest.raises(ValueError, match="`window_start`, `signed`, `in_force`, `window_end`"):
            made(**spread)


READING = {
    "side": "AAA", "clause": "T03", "prior": 0.5, "prior_assumption": True, "basis": "invented",
    "source_title": "invented", "confidence": "low",
    "terms": [{"country": "BBB", "instrument": "export_stop", "level": "stopped", "how": "added"}],
}  # fmt: skip
ONE_SIDE = "only a covered clause of one side with an instrument"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        *(({"clock_days": days}, "clock_days") for days in (36_526, -1)), ({"title": ""}, "title"),
        ({"summary": ""}, "summary"), ({"clauses": []}, "clauses"), ({"unread": 1}, "unread"),
        *(({"id": name}, "id") for name in ("2024-6-x", "2024-06-1")),
        ({"clauses": [clause(0), clause(1, id="T01")]}, "each clause needs an id of its own"),
        *(
            ({"clauses": [clause(0, **changes)]}, ONE_SIDE)
            for changes in (
                {"side": "both"}, {"instrument": None}, {"covered": False, "verifiability": "none"},
            )
        ),
        *(({"readings": [{**READING, "prior": prior}]}, "prior") for prior in (0.0, 1.01)),
        ({"readings": [{**READING, "clause": "T99"}]}, "each reading must be one of these ids"),
        ({"readings": [{**READING, "clause": "x"}]}, "clause"),
        ({"readings": [{**READING, "terms": []}]}, "terms"),
        ({"readings": [{**READING, "side": "both"}]}, "side"),
    ],
)  # fmt: skip
def test_what_an_agreement_may_not_say(changes, words):
    with pytest.raises(ValueError, match=words):
        made(**changes)


def test_two_clauses_may_prescribe_one_level_of_one_side_and_no_two():
    same = [clause(0), clause(0, id="T09", verifiability="medium")]
    assert dict(made(clauses=same).covered()) == {("AAA", "tariff"): "normal"}
    with pytest.raises(ValueError, match="different levels for one instrument of one side"):
        made(clauses=[clause(0), clause(0, id="T09", level="high")])
    unseen = {"verifiability": "low", "verifiability_note": "nobody is there to see"}
    vague = [clause(0), clause(0, id="T09", level="high", **unseen)]
    assert dict(made(clauses=vague).covered()) == {("AAA", "tariff"): "normal"}
    sides = [clause(0), clause(1, level="high"), clause(2)]
    assert dict(made(clauses=sides).covered()) == {
        ("AAA", "tariff"): "normal", ("BBB", "tariff"): "high", ("BBB", "export_stop"): "open",
    }  # fmt: skip
