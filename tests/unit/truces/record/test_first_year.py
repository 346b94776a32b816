"""What came in the ten months after November 2025, as two codings have it and as the record does."""

import tomllib

from negotiation.truces.record.timeline import load_moves
from tests.us_china import FOLDER, MOVES, SCENARIO

WAY = {"escalate": "up", "de-escalate": "down"}

# By month, side, instrument and direction: the row, and the codings that count it.
CODED = {
    tuple(one[key] for key in ("month", "actor", "instrument", "direction")): (one["event"], one["codings"])
    for one in tomllib.loads((FOLDER / "questions" / "2026.toml").read_text(encoding="utf-8"))["moves"]
}

LATER = [move for move in load_moves(SCENARIO.as_of(SCENARIO.definition.date)) if move not in MOVES]


def test_applied_steps_of_the_ten_months_are_those_of_the_second_coding():
    steps = {
        (str(move.announced)[:7], move.actor, move.instrument, WAY[move.direction]): move.id
        for move in LATER
        if move.instrument and move.status == "applied" and move.direction != "hold"
    }
    assert steps == {key: row for key, (row, codings) in CODED.items() if "second" in codings}
    # Where the codings differ the row says so, in both of them.
    notes = {move.id: move.mapping_note for move in LATER}
    apart = {row: codings[0] for row, codings in CODED.values() if len(codings) == 1}
    assert len(apart) == 3
    assert {row for row, note in notes.items() if "coding alone" in note} == {*apart}
    assert all(f"the {which} coding alone counts it" in notes[row] for row, which in apart.items())
