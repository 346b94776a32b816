import json

import pytest

from tests.golden.replay_tables import GOLDEN, TRUCES, of_replay


@pytest.mark.parametrize(
    "name",
    [name if name == "2025-06-london" else pytest.param(name, marks=pytest.mark.long) for name in TRUCES],
)
def test_replays_are_what_they_were(name):
    # A change here is a change of what the project says: look at it, then run replay_tables.py.
    stored = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert {table.split("/")[0] for table in stored} == set(TRUCES)
    of_this = {table: rows for table, rows in stored.items() if table.startswith(f"{name}/")}
    assert differences(of_replay(name), of_this) == []


def differences(now, stored):
    """Return a line for each table or column that is not as it was stored."""
    wrong = [f"{name}: stored or computed, but not both" for name in sorted(set(now) ^ set(stored))]
    for name in sorted(set(now) & set(stored)):
        wrong += [
            f"{name}, {column}: {stored[name].get(column)} became {now[name].get(column)}"
            for column in {**stored[name], **now[name]}
            if not alike(now[name].get(column), stored[name].get(column))
        ]
    return wrong


def alike(now, stored):
    """Return whether two columns are equal, numbers within rounding."""
    if now is None or stored is None or len(now) != len(stored):
        return False
    return all(
        x == pytest.approx(y, rel=1e-9, abs=1e-12) if isinstance(y, float) else x == y
        for x, y in zip(now, stored, strict=True)
    )


def test_a_changed_number_and_a_lost_column_are_seen():
    stored = {"geneva/verdicts": {"leg": ["tariff"], "margin": [0.25]}}
    moved = {"geneva/verdicts": {"leg": ["tariff"], "margin": [0.25 + 1e-8]}}
    lost = {"geneva/verdicts": {"leg": ["tariff"]}}
    assert differences(stored, stored) == []
    assert differences(moved, stored) == ["geneva/verdicts, margin: [0.25] became [0.25000001]"]
    assert differences(lost, stored) == ["geneva/verdicts, margin: [0.25] became None"]
