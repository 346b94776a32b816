"""What is wrong with a record that begins before the day of the games: each fault by file, field and name."""

import shutil

import pytest

from negotiation.truces.record.faults import folder_faults
from tests.us_china import FOLDER, SCENARIO

EARLIER, CLAUSES = "record/earlier_posture.toml", "agreements/2020-01-phase-one.toml"
PORT, TARIFF = (f'country = "CHN"\ninstrument = "{name}"' for name in ("port_fee", "tariff"))
LICENSED = ",escalate,free export,licensing of gallium and germanium,licensed,"
FAULTS = [
    (EARLIER, 'day = "2018-03-01"', 'day = "2025-02-01"', "day: 2025-02-01 came; a day before"),
    (EARLIER, "day = 2018-03-01", "day = 2025-04-01", "state.day: 2025-04-01 came; a day before"),
    (EARLIER, 'level = "chips_free"', 'level = "chips_fry"', "level: 'chips_fry' came"),
    (EARLIER, PORT, TARIFF, "nothing came for CHN port_fee"),
    ("record/initial_posture.toml", 'level = "january"', 'level = "phase_one"', "level: 'phase_one' came"),
    ("record/moves.csv", LICENSED, LICENSED.replace("licensed", "licenced"), "level: 'licenced' came"),
    (CLAUSES, 'level = "phase_one"', 'level = "phase_two"', "level: 'phase_two' came"),
    ("agreements/2025-10-busan.toml", 'level = "busan"', 'level = "phase_one"', "level: 'phase_one' came"),
]


def copied(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "us-china-2025")


@pytest.mark.parametrize(("name", "old", "new", "told"), FAULTS)
def test_a_fault_is_told(tmp_path, name, old, new, told):
    folder = copied(tmp_path)
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    assert [fault for fault in folder_faults(folder) if fault.startswith(name) and told in fault]


def test_a_past_level_is_set_by_no_row_of_2025(tmp_path):
    folder = copied(tmp_path)
    moves = folder / "record" / "moves.csv"
    text = moves.read_text()
    row = next(line for line in text.splitlines() if line.startswith("E041,"))
    moves.write_text(text.replace(row, row.replace(",ascend_guidance,", ",rules_of_2022,")))
    told = [fault for fault in folder_faults(folder) if "E041" in fault]
    allowed = ", ".join(SCENARIO.instruments["chip_control"].labels("USA"))
    left = "level: 'rules_of_2022' came, which had been left before 2025-01-20"
    assert told == [f"record/moves.csv: E041: {left}; allowed: {allowed}"]


def test_an_earlier_posture_needs_that_of_the_games(tmp_path):
    folder = copied(tmp_path)
    (folder / "record" / "initial_posture.toml").unlink()
    told = folder_faults(folder)
    assert "record/initial_posture.toml: nothing came; it is needed beside earlier_posture.toml" in told


def test_without_an_earlier_posture_the_record_begins_where_the_games_do(tmp_path):
    folder = copied(tmp_path)
    (folder / "record" / "earlier_posture.toml").unlink()
    told = folder_faults(folder)
    # What the two early truces name, there is nobody to know.
    assert told
    assert all(fault.startswith(("agreements/2018-12", "agreements/2020-01")) for fault in told)
