"""Tables of a dispute print names and hold identifiers."""

import re

import pytest

import negotiation as ng
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


@pytest.mark.long
def test_tables_print_names_and_hold_identifiers(geneva):
    for table in shown(geneva):
        assert IDENTIFIER.findall(table.text(500, None)) == [], table.title
        assert "United States" in table.text(900)
        assert any(IDENTIFIER.search(str(cell)) for row in table.rows for cell in row), table.title
        assert "United States" not in table.to_pandas().to_csv()
