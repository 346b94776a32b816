"""A new dispute works as it stands, and every fault that is put into it is named with its file and field."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation import replay, solve, truce, truce_names
from negotiation.disputes import load_scenario
from negotiation.errors import InvalidFile, InvalidGame
from negotiation.report.commands.check import run_check
from negotiation.report.commands.declared import CheckOptions, NewOptions
from negotiation.report.commands.new import new_files, run_new
from negotiation.report.commands.output import Output
from negotiation.testing.contracts import check_agreement, check_instrument, check_scenario
from negotiation.truces.record.faults import folder_faults

QUIET = Output(quiet=True)
TRUCE = "2024-06-harbour"
SEEDED = {
    "an unknown field": ("instruments/tariff.toml", "leg =", "log =", "log"),
    "an unknown form": ("instruments/tariff.toml", 'form = "levels"', 'form = "level"', "payoff.form"),
    "an unknown country": ("instruments/export_stop.toml", "levels.BBB", "levels.CCC", "levels"),
    "an unknown law": (
        "instruments/export_stop.toml", '"export law"', '"import law"', "levels.BBB.stopped.authority",
    ),
    "an unknown level of a size": ("scenario.toml", '["open", "stopped"]', '["open", "shut"]', "sizes.small"),
    "an unknown level of a move": ("record/moves.csv", "no licences,stopped", "no licences,shut", "level"),
    "an unknown level of a clause": (
        f"agreements/{TRUCE}.toml", 'level = "open"', 'level = "ajar"', "level",
    ),
    "an unknown level of the first day": ("record/initial_posture.toml", '"open"', '"ajar"', "level"),
    "words that the map has not": ("record/map.toml", "statement = []", "", "record_instrument"),
    "a missing parameter": (
        "calibrations/central.toml", '"tariff.own_gain"', '"tariff.gain"', "parameters.tariff.own_gain",
    ),
    "a parameter that nothing reads": (
        "instruments/tariff.toml", 'own_gain = "tariff.own_gain"\n', "", "parameters.tariff.own_gain",
    ),
    "two levels of one value": ("instruments/tariff.toml", "value = 2.0 ", "value = 20.0 ", "levels"),
    "a threat before a level": (
        "instruments/export_stop.toml",
        "[[levels.BBB]]\nlabel = \"open\"",
        "[[levels.BBB]]\nthreatened = true\nlabel = \"open\"",
        "levels",
    ),
    "a day that there is not": ("scenario.toml", "2024-12-31", "2024-12-32", None),
    "a date of a move that is none": ("record/moves.csv", "E002,2024-02-15", "E002,Tuesday", "announced"),
    "a move after the record": ("record/moves.csv", "E002,2024-02-15", "E002,2025-01-01", "announced"),
    "a move that may be after the record": (
        "record/moves.csv", "E002,2024-02-15", "E002,2024-12-01 to 2025-01-31", "announced",
    ),
    "days out of order": (f"agreements/{TRUCE}.toml", "in_force = 2024-06-10", "in_force = 2023-06-10", None),
    "a range upside down": ("calibrations/central.toml", "low = 0.8", "low = 0.98", "parameters"),
    "a value outside its domain": ("calibrations/central.toml", "high = 0.97", "high = 1.5", "parameters"),
    "a fact of no sense": ("countries/bbb.toml", "low = 900.0", "low = -900.0", "facts.gdp.low"),
    "no source and no assumption": (
        "countries/aaa.toml", "assumption = true ", "assumption = false ", "facts.gdp",
    ),
    "a level of no source": (
        "instruments/export_stop.toml", "assumption = true", "assumption = false", "levels.BBB.0",
    ),
    "an agreement that amends none": (
        f"agreements/{TRUCE}.toml", "signed =", 'amends = "2024-05-lake"\nsigned =', "amends",
    ),
    "another name than the folder's": ("scenario.toml", 'name = "mine"', 'name = "yours"', "name"),
    "an answer to a later move": ("record/moves.csv", "E001,2024-02-01", "E001,2024-02-29", "triggered_by"),
    "a lag in years": ("calibrations/central.toml", '"days"', '"years"', "parameters.reaction_lag_days.unit"),
    "a factor in percent": ("calibrations/central.toml", '"discount factor of a year"', '"percent"', "param"),
    "a level in another unit": ("instruments/tariff.toml", 'unit = "percent"', 'unit = "share"', "levels"),
    "an effect long before": ("record/moves.csv", "15,2024-02-20", "15,2022-09-20", "effective"),
    "an answer to itself": ("record/moves.csv", ",E001,,,", ",E002,,,", "triggered_by"),
    "a rise called a fall": ("record/moves.csv", "escalate,2 perc", "de-escalate,2 perc", "direction"),
    "a dispute without end": ("scenario.toml", "2024-12-31", "9999-12-31", "date"),
    "no TOML": ("laws.toml", "[[laws]]", "[[laws]", None),
    "no CSV": ("record/moves.csv", "E001,", 'E001",', None),
}  # fmt: skip
"""By kind of fault: in which file what becomes what, and which field has to be named (None: none)."""


@pytest.fixture
def good(tmp_path):
    return made(tmp_path)


def made(where, name="mine", codes=("AAA", "BBB")):
    for inside, text in new_files(name, codes).items():
        path = where / name / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return where / name


def seed(folder, kind):
    file, old, new, field = SEEDED[kind]
    text = (folder / file).read_text()
    assert old in text, f"{kind}: {file} has no {old!r}"
    (folder / file).write_text(text.replace(old, new, 1))
    return file, field


def names(faults, file, field):
    """Return the faults that name a file and a field: the field itself, or below it, or inside the row."""
    return [
        fault
        for fault in faults
        if fault.startswith(f"{file}:") and (field is None or f" {field}" in fault.replace("`", " "))
    ]


def test_a_new_dispute_has_no_fault_and_keeps_every_contract(good):
    assert folder_faults(good) == []
    world = load_scenario(good)
    check_scenario(good)
    for name in world.instruments:
        check_instrument(world.instruments[name], scenario=world, examples=5)
    assert truce_names(world) == (TRUCE,)
    check_agreement(truce(TRUCE, world), scenario=world)


@pytest.mark.long
@pytest.mark.parametrize("codes", [("AAA", "BBB", "CCC"), ("KOR", "JPN", "CHN", "USA")])
def test_a_new_dispute_of_more_countries_works_as_it_stands(tmp_path, codes):
    folder = made(tmp_path, codes=codes)
    assert folder_faults(folder) == []
    world = load_scenario(folder)
    assert world.countries == codes
    check_scenario(folder)
    deal = truce(TRUCE, world)
    assert {clause.side for clause in deal.clauses} == set(codes)
    check_agreement(deal, scenario=world)
    assert solve(world.stage_game()).equilibria
    with pytest.raises(InvalidGame, match="a replay is for disputes between two countries"):
        replay(TRUCE, world, draws=0)
    assert not re.search("replay|verdict", (folder / "README.md").read_text())


def test_a_new_dispute_is_replayed(good):
    world = load_scenario(good)
    found = replay(TRUCE, world, draws=4)
    legs = {row.leg: row for row in found.legs}
    assert set(legs) == {"tariff", "control"}


@given(st.lists(st.text("ABCXYZ", min_size=3, max_size=3), min_size=2, max_size=5, unique=True))
def test_it_has_the_countries_that_were_asked_for(codes):
    files = new_files("mine", tuple(codes))
    assert {f"countries/{code.lower()}.toml" for code in codes} <= set(files)
    assert len([name for name in files if name.startswith("countries/")]) == len(codes)
    assert "{{" not in "".join(files.values())


@pytest.mark.long
@pytest.mark.parametrize("kind", SEEDED)
def test_a_seeded_fault_is_refused_with_its_file_and_field(good, kind):
    file, field = seed(good, kind)
    found = folder_faults(good)
    assert names(found, file, field) or names(found, blamed(file, kind), field), found
    assert all(str(good) not in fault for fault in found)


def blamed(file, kind):
    """Return the file in which a fault shows where it does not show in the one that was changed."""
    if kind == "words that the map has not":
        return "record/moves.csv"
    return "calibrations/central.toml" if kind == "a parameter that nothing reads" else file


def test_faults_of_facts_record_and_agreements_are_told_in_one_run(good):
    kinds = (
        "an unknown law", "an unknown level of a size", "a missing parameter", "a value outside its domain",
        "a fact of no sense", "an unknown level of a move", "an unknown level of a clause",
        "an unknown level of the first day", "words that the map has not", "another name than the folder's",
    )  # fmt: skip
    seeded = {kind: seed(good, kind) for kind in kinds}
    found = folder_faults(good)
    for kind, (file, field) in seeded.items():
        assert names(found, blamed(file, kind), field), (kind, found)
    # What the instrument of the unknown law reads is not known, so that nothing is said to be extra.
    assert not [fault for fault in found if "is extra" in fault]


@pytest.mark.parametrize("name", ["notes.txt", "instruments/Ban.toml", "record/move.csv"])
def test_a_file_that_nothing_reads_is_named(good, name):
    (good / name).write_text("")
    assert names(folder_faults(good), name, None)


def test_a_row_that_maps_to_nothing_is_kept_and_reported_and_no_fault(good, capsys):
    assert run_check(Output(as_json=True), CheckOptions(str(good))) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["faults"] == []
    assert told["contents"]["moves"] == 7
    assert list(told["contents"]["moves without an instrument"]) == ["E004"]
    assert run_check(Output(), CheckOptions(str(good))) == 0
    said = capsys.readouterr().out
    assert "moves without an instrument: 1" in said
    assert re.search(r"  a statement.*: E004\n", said)


def test_faults_are_told_as_json_with_file_and_field(good, capsys):
    seed(good, "an unknown law")
    assert run_check(Output(as_json=True), CheckOptions(str(good))) == 2
    told = json.loads(capsys.readouterr().out)["faults"]
    assert [(one["file"], one["field"]) for one in told] == [
        ("instruments/export_stop.toml", "levels.BBB.stopped.authority")
    ]
    assert "allowed: export law, standing law" in told[0]["fault"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["..", "../mine", "-a", "a\n"])
def test_a_name_that_is_none_is_refused_and_nothing_is_written(here, name):
    with pytest.raises(InvalidFile, match="name of a dispute"):
        run_new(QUIET, NewOptions(name))
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("codes", ["AAA", "AAA,BBB,AAA", "aaa,bbb"])
def test_countries_that_are_none_are_refused(here, codes):
    with pytest.raises(InvalidFile, match="two or more different codes of three capital letters"):
        run_new(QUIET, NewOptions("mine", codes))
    assert list(here.iterdir()) == []


def test_a_code_is_offered_for_the_name_of_a_country(here):
    for codes, meant in (("EU,USA", "EUU"), ("USA,china", "CHN")):
        with pytest.raises(InvalidFile, match=f"did you mean '{meant}'"):
            run_new(QUIET, NewOptions("mine", codes))


def test_nothing_is_written_over(here):
    (here / "mine").mkdir()
    (here / "yours").symlink_to(here / "nowhere")
    for name in ("mine", "yours"):
        with pytest.raises(InvalidFile, match="already exists"):
            run_new(QUIET, NewOptions(name))
    assert list((here / "mine").iterdir()) == []
