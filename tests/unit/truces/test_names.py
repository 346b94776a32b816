"""Tables of a dispute print names and hold identifiers."""

import re

import pytest

import negotiation as ng
from negotiation.report.commands.replay_screen import leg_table
from negotiation.report.commands.sections import Part, Section, read_part
from tests.us_china import SCENARIO

IDENTIFIER = re.compile(r"\b[a-z0-9]+_[a-z_0-9]+\b|\b\w+=\w+|2025-05-geneva")


@pytest.fixture(scope="module")
def geneva():
    return ng.replay("2025-05-geneva", SCENARIO, draws=0)


def shown(geneva):
    stage = SCENARIO.stage_game("small")
    yield stage.table()
    yield from (each.table() for each in ng.solve(stage))
    yield geneva.agreement.table()
    yield geneva.legs.table()
    yield geneva.noise.verdicts.table()
    yield geneva.moves.table().only(["country", "instrument", "from", "to", "static best level"])
    yield geneva.incentive_table()
    yield geneva.coverage_table()
    yield ng.forecast("2025-10-busan", months=1, theories="moment").table()


def test_tables_print_names_and_hold_identifiers(geneva):
    for table in shown(geneva):
        assert IDENTIFIER.findall(table.text(500, None)) == [], table.title
        assert "United States" in table.text(900)
        assert any(IDENTIFIER.search(str(cell)) for row in table.rows for cell in row), table.title
        assert "United States" not in table.to_pandas().to_csv()


def test_a_kept_part_is_shown_with_its_names(geneva, tmp_path):
    part = Part((Section("moves", (geneva.moves.table(),)),), geneva.legs.table())
    part.write(tmp_path)
    again = read_part(tmp_path)
    assert str(again.sections[0].tables[0]) == str(part.sections[0].tables[0])
    shown = " ".join(leg_table("t", again).text(600).split())
    for name, level in geneva.legs["control"].verdict.departure[:1]:
        assert f"{name} to {level}".replace("_", " ") in shown


def test_an_agreement_with_a_clause_more_has_a_title_of_its_own():
    wider = ng.truce("2025-10-busan").with_clause("USA", "chip_control", "h20_stopped")
    assert wider.names_in(SCENARIO)[wider.id] == "Busan arrangement with chip control"
