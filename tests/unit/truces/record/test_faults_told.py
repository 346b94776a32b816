"""What is wrong with a small record and its agreements: where each fault is, what is wrong, and no other."""

import pytest

from negotiation.truces.record.faults import folder_faults
from tests.small_dispute import DEAL, EARLIER, LAKE, MAP, MOVES, POSTURE, files, row, write

UNSCORED = 'statement = []\n[unscored_truces]\n"2024-06-harbour" = "none"'
PLACEBO = (DEAL, "title =", "placebo = true\ntitle =")
CLOCK = "clock_days = 90"
READ = (
    '[[readings]]\nside = "AAA"\nclause = "T03"\nprior = 0.5\nprior_assumption = true\nbasis = "invented"\n'
    'source_title = "invented"\nconfidence = "low"\n\n[[readings.terms]]\n{}how = "added"\n\n[linkage]'
)


def term(country, instrument, level):
    return f'country = "{country}"\ninstrument = "{instrument}"\nlevel = "{level}"\n'


def clause(**fields):
    """Return the deal with fields of its third clause, on the export stop of BBB, changed or left out."""
    head, mark, tail = files()[DEAL].partition('id = "T03"')
    for name, new in fields.items():
        start = tail.index(f"\n{name} = ") + 1
        tail = tail[:start] + (f'{name} = "{new}"' if new else "") + tail[tail.index("\n", start) :]
    return DEAL, None, head + mark + tail


def lake(**fields):
    """Return a second agreement, which stands on its own unless told otherwise."""
    text = files()[DEAL].replace("2024-06-harbour", "2024-08-lake")
    extra = "".join(f'{name} = "{value}"\n' for name, value in fields.items())
    return LAKE, None, text.replace("title =", f"{extra}title =", 1)


CHANGES = {
    "a file that nothing reads": (
        [("record/move.csv", None, "")],
        ["record/move.csv: no file of this name is read (did you mean 'moves.csv'?)"],
    ),
    "hidden files": ([("record/.moves.csv", None, ""), ("agreements/.x.toml", None, "x")], []),
    "no first posture": (
        [(POSTURE, None, None)],
        [f"{POSTURE}: this file is missing; {name}" for name in ("earlier_posture.toml", "moves.csv")],
    ),
    "postures alone": ([(MOVES, None, None), (MAP, None, None)], []),
    "an agreement by another name with a fault": (
        [clause(level="shut"), (DEAL, 'id = "2024-06-harbour"', 'id = "2024-06-harbor"')],
        [f"{DEAL}: id: got '2024-06-harbor'; expected '2024-06-harbour'", f"{DEAL}: T03: level: got 'shut'"],
    ),
    # The map
    "a placebo that rows name and the map leaves to be": (
        [(MAP, "statement = []", UNSCORED), PLACEBO],
        [f"{MAP}: unscored_truces: got '2024-06-harbour'; {DEAL} describes it"],
    ),
    "words for nothing there is": (
        [(MAP, 'export_control = ["export_stop"]', 'export_control = ["export_stop", "export_stap"]')],
        [f"{MAP}: instruments.export_control: got 'export_stap' (did you mean 'export_stop'?)"],
    ),
    # Agreements
    "a clause on what its words do not stand for": (
        [clause(record_instrument="tariff")],
        [f"{DEAL}: T03: instrument: got 'export_stop' for 'tariff'; {MAP} allows: tariff"],
    ),
    "a clause of one who does not hold it": (
        [clause(side="AAA")],
        [f"{DEAL}: T03: instrument: got 'export_stop'; allowed: tariff"],
    ),
    "a clause of a level that had been left": (
        [clause(level="free")],
        [f"{DEAL}: T03: level: got 'free'; allowed: open, stopped"],
    ),
    "a clause of both on nothing there is": (
        [clause(side="both", level="", instrument="embargo", verifiability="low"), (MAP, None, None)],
        [f"{DEAL}: T03: instrument: got 'embargo'; allowed: export_stop, tariff"],
    ),
    "two readings": (
        [(DEAL, "[linkage]", READ.format(term("BBB", "export_stop", "shut"))),
         (DEAL, "[linkage]", READ.replace('"AAA"', '"BBB"').format(term("AAA", "tariff", "low")))],
        [f"{DEAL}: AAA reading: level: got 'shut'", f"{DEAL}: BBB reading: level: got 'low'"],
    ),
    "a clock that nothing renews": (
        [(DEAL, "clock_days = 0", CLOCK)],
        [f"{DEAL}: renewal: got 'calibration'; scenario.toml has no state.clock"],
    ),
    "a circle of two": (
        [lake(amends="2024-06-harbour"), (DEAL, "title =", 'amends = "2024-08-lake"\ntitle =')],
        [f"{DEAL}: amends: 2024-06-harbour amends 2024-08-lake amends 2024-06-harbour, a circle"],
    ),
    # Postures
    "a posture without an entry": (
        [(POSTURE, 'country = "AAA"', 'country = "BBB"')],
        [f"{POSTURE}: entries: BBB tariff is given 2 times", f"{POSTURE}: entries: AAA tariff is missing"],
    ),
    "a posture that rests on no row": (
        [(POSTURE, 'level = "open"', 'level = "open"\nmoves = ["E003", "E033"]'),
         (EARLIER, 'level = "free"', 'level = "free"\nmoves = ["E034"]')],
        [f"{POSTURE}: BBB export_stop: moves: got 'E033'", f"{EARLIER}: BBB export_stop: moves: got 'E034'"],
    ),
    "an earlier posture of the eve": ([(EARLIER, '"2021-01-01"', '"2023-12-31"')], []),
    "an earlier posture of a month that may reach the day": (
        [(EARLIER, '"2021-01-01"', '"2023-12 to 2024-01"')],
        [f"{EARLIER}: day: got 2024-01-31; expected a day before 2024-01-01"],
    ),
}  # fmt: skip
"""By what was done: changes of files, and all that is told of them."""

ROWS = {
    "a value for levels that have none": (
        row("E08", "2024-07-01", "BBB", "export_stop", "", value="2", definition="mine"),
        ["value: got 2.0; the levels of 'export_stop' have no values; give a `level`"],
    ),
    "an instrument of another": (
        row("E08", "2024-07-01", "AAA", "export_stop", "open"),
        ["instrument: got 'export_stop'; allowed: tariff"],
    ),
    "words for another": (
        row("E08", "2024-07-01", "BBB", "tariff", "high", record_instrument="export_control"),
        [f"instrument: got 'tariff' for 'export_control'; {MAP} allows: export_stop"],
    ),
    "an answer to no row": (
        row("E08", "2024-07-01", "BBB", "tariff", "high", triggered_by="E09"),
        ["triggered_by: got 'E09'; no row has this id. Name another one, or none"],
    ),
    "a truce that nothing describes": (
        row("E08", "2024-07-01", "BBB", "tariff", "high", truce="2024-06-harbor"),
        ["truce: got '2024-06-harbor' (did you mean '2024-06-harbour'?); allowed: 2024-06-harbour"],
    ),
    "in the last month": (row("E08", "2024-12", "BBB", "tariff", "high"), []),
    "in a month that reaches beyond the last day": (
        row("E08", "2024-12 to 2025-01", "BBB", "tariff", "high"),
        ["announced: got 2024-12 to 2025-01; the record ends on 2024-12-31. Give a day up to it"],
    ),
    "a level that had been left, on the eve": (
        row("E08", "2023-12-31", "BBB", "export_stop", "free", way="de-escalate"), []
    ),
    "a level that had been left, in a month that reaches the first day": (
        row("E08", "2023-12 to 2024-01", "AAA", "tariff", "old", way="de-escalate"),
        ["level: got 'old', which was left before 2024-01-01; allowed: normal, high"],
    ),
}  # fmt: skip
"""By what was added: a row of the record, and all that is told of it."""


@pytest.mark.long
@pytest.mark.parametrize("what", CHANGES)
def test_all_that_is_told_of_a_change(tmp_path, what):
    changes, told = CHANGES[what]
    found = folder_faults(write(tmp_path, *changes))
    assert [fault[: len(start)] for fault, start in zip(found, told, strict=True)] == told


@pytest.mark.parametrize("what", ROWS)
def test_all_that_is_told_of_a_row(tmp_path, what):
    line, told = ROWS[what]
    found = folder_faults(write(tmp_path, more=[line]))
    assert found == [f"{MOVES}: E08: {one}" for one in told]


def test_a_row_that_is_there_three_times_is_told_once_and_each_faulty_row_is_told(tmp_path):
    line = row("E08", "2024-07-01", "BBB", "tariff", "high")
    found = folder_faults(write(tmp_path / "three", more=[line] * 3))
    assert found == [f"{MOVES}: id: 'E08' is used 3 times; it must be unique"]
    lines = [row(f"E{k}", f"2025-0{k - 80}-01", "BBB", "tariff", "highest") for k in (81, 82, 83)]
    found = folder_faults(write(tmp_path / "each", more=lines))
    assert [fault.split(": ")[1] for fault in found] == ["E81", "E81", "E82", "E82", "E83", "E83"]


def test_early_agreements_are_held_to_the_levels_of_their_time_where_the_record_reaches_back(tmp_path):
    (name, _, text), left = clause(level="free"), f"{DEAL}: T03: level: got 'free'; allowed: open, stopped"
    for signed, told in (("2023-06-01", []), ("2024-01-01", []), ("2024-01-02", [left])):
        early = text.replace("2024-06-03", signed)  # in force in June
        for more, expected in (((), told), (((EARLIER, None, None),), [left])):
            folder = write(tmp_path / f"{signed} {len(more)}", (name, None, early), *more)
            assert folder_faults(folder) == expected, signed


def test_what_a_file_that_cannot_be_read_would_say_is_held_against_nothing(tmp_path):
    broken = ("instruments/export_stop.toml", 'leg = "control"', 'leg = "controls"')
    found = folder_faults(write(tmp_path, broken, more=[row("E08", "2024-07-01", "CCC", "tariff", "high")]))
    assert {fault.split(": ")[0] for fault in found} == {broken[0], MOVES}
    assert [fault for fault in found if "got 'export_stop'" in fault] == []
    assert f"{MOVES}: E08: country: got 'CCC'; allowed: AAA, BBB" in found


def test_a_faulty_file_is_told_line_by_line_by_its_name_in_the_folder(tmp_path):
    bad = row("E08", "soon", "BBB", "tariff", "high", status="planned")
    folder = write(tmp_path, (MAP, "[instruments]", "[instruments"), more=[bad])
    found = folder_faults(folder)
    assert [fault.split(": ")[0] for fault in found] == [MAP, MOVES, MOVES]
    assert "announced: got 'soon'" in found[1] or "announced: got 'soon'" in found[2]
    assert not any(str(folder) in fault or fault.startswith(f"{MAP}: {MAP}") for fault in found)


@pytest.mark.long
@pytest.mark.parametrize("name", [MOVES, MAP, POSTURE, EARLIER, DEAL])
@pytest.mark.parametrize("there", [True, False])
def test_a_link_that_leads_away_is_told_whether_or_not_it_leads_somewhere(tmp_path, name, there):
    folder, outside = write(tmp_path), tmp_path / "outside"
    if there:
        (folder / name).rename(outside)
    else:
        (folder / name).unlink()
    (folder / name).symlink_to(outside)
    told = f"{name}: leads out of the folder, to {outside.resolve()}; put the file itself there"
    assert told in folder_faults(folder)
    inside = write(tmp_path / "second")
    (inside / name).rename(inside / "README.md")
    (inside / name).symlink_to(inside / "README.md")
    assert folder_faults(inside) == []


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    (told,) = folder_faults(tmp_path / "nowhere")
    assert "nowhere" in told
