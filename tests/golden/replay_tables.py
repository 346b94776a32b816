"""Store each table of the replays, after a look at what changed: `python tests/golden/replay_tables.py`."""

import json
from pathlib import Path

import negotiation as ng

GOLDEN = Path(__file__).parent / "replays.json"
DRAWS = 64
TRUCES = ng.truce_names(ng.load_scenario("us-china-2025"))


def of_replay(name):
    """Return the cells of each table of a replay, by column."""
    return {
        f"{name}/{table}": {column: list(map(cell, values)) for column, values in rows.to_pandas().items()}
        for table, rows in ng.replay(name, draws=DRAWS, rng=0).tables().items()
    }


def cell(value):
    """Return a cell as JSON holds it: a number, or text."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value == value:
        return value
    return value if isinstance(value, (bool, int)) else str(value)


def lines(tables):
    """Return the text of the file: one line for each column, so that a change is seen beside its column."""
    text = ",\n".join(
        f" {json.dumps(name)}: {{\n"
        + ",\n".join(f"  {json.dumps(column)}: {json.dumps(values)}" for column, values in columns.items())
        + "\n }"
        for name, columns in tables.items()
    )
    return f"{{\n{text}\n}}\n"


if __name__ == "__main__":
    found = {table: rows for name in TRUCES for table, rows in of_replay(name).items()}
    GOLDEN.write_text(lines(found), encoding="utf-8")
