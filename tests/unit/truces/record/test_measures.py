"""What was measured month by month: shown as far as it was public, and no part of the state of a day."""

import shutil
from datetime import date

import pytest

import negotiation as ng
from negotiation.truces.record.faults import folder_faults
from negotiation.truces.record.measures import measures
from negotiation.truces.record.state_trajectory import state_of_the_day
from tests.us_china import SCENARIO

LATEST = SCENARIO.as_of(SCENARIO.definition.date)


@pytest.mark.parametrize(
    "day", [date(2025, 5, 12), date(2025, 10, 22), date(2025, 11, 30), date(2026, 5, 25)]
)
def test_a_number_is_known_from_the_day_on_which_it_was_public(day):
    known = measures(SCENARIO.as_of(day))
    assert set(known) == {one for one in measures(LATEST) if one.known <= day}
    months = [one.date.latest for one in known]
    assert months == sorted(months)


def test_the_state_of_a_day_is_the_same_without_them_and_a_fault_is_told(tmp_path):
    folder = tmp_path / "us-china-2025"
    shutil.copytree(SCENARIO.folder, folder)
    file = folder / "record" / "measures.toml"
    text = file.read_text()
    file.write_text(text.replace("low = 302.4", "low = 902.4").replace("value = 353.0", "value = 3.0"))
    (fault,) = folder_faults(folder)
    assert fault.startswith("record/measures.toml: measures")
    assert "low <= value <= high" in fault
    file.unlink()
    busan = ng.truce("2025-10-busan")
    with_them, without = (state_of_the_day(busan, one) for one in (SCENARIO, ng.load_scenario(folder)))
    assert with_them.likely == without.likely
    assert with_them.chances["stocks"].tolist() == without.chances["stocks"].tolist()
