"""What became of Busan, against a plain program over the table of moves."""

import csv

import negotiation as ng
from tests.us_china import FOLDER, SCENARIO


def plain_steps(signed, until):
    """Return the applied steps of the table after a signing, as texts: row, day, side, instrument, way."""
    with (FOLDER / "record" / "moves.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        day = f"{row['announced'][:7]}-01" if len(row["announced"]) == 7 else row["announced"][:10]
        moved = row["instrument"] and row["status"] == "applied" and row["direction"] != "hold"
        if moved and signed < day <= until and row["actor"] in SCENARIO.countries:
            yield row | {"day": day}


def test_what_became_of_busan_is_what_the_table_says():
    found, text = ng.aftermath("2025-10-busan"), ng.truce("2025-10-busan")
    assert found.until == SCENARIO.definition.date == ng.aftermath(text, until=str(found.until)).until
    plain = [
        row
        for row in plain_steps(str(text.signed), str(found.until))
        if row["direction"] == "escalate" or row["day"] > str(text.in_force)
    ]
    assert [(s.row.move.id, s.pair) for s in found.steps] == [
        (row["id"], (row["actor"], row["instrument"])) for row in sorted(plain, key=lambda row: row["day"])
    ]
    up = [row for row in plain if row["direction"] == "escalate"]
    first = {
        leg: next((r["id"] for r in up if SCENARIO.instruments[r["instrument"]].leg == leg), None)
        for leg in SCENARIO.legs
    }
    assert {leg: step.row.move.id for leg, step in found.moved_on.items()} == first
    # Of all levels that steps up set, listings alone lies above what the text prescribes.
    assert {s.row.move.id for s in found.steps if s.breaks} == {
        r["id"] for r in up if r["level"] == "listings"
    }
    assert {leg: step and step.row.move.id for leg, step in found.broken.items()} == {
        "tariff": None, "control": None, "other": "E118",
    }  # fmt: skip
    for row in found.table().rows:
        own = [r["direction"] for r in plain if (r["actor"], r["instrument"]) == row[1:3]]
        assert row[4:6] == (own.count("escalate"), own.count("de-escalate"))
