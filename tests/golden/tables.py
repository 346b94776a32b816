"""Whether every table of the replay and of the paper still says the same, to twelve digits.

`python tests/golden/tables.py` computes the tables of all paper programs with few draws and compares their
columns with the hashes in `tables.json`. `--keep FOLDER` stores these tables and those of the replays, and
`--against FOLDER` shows the values that differ from tables stored before. `--write` accepts what there is
now, after a decision record has said why it differs. The replays have their own test, `test_replays.py`.
"""

import argparse
import json
import sys
from hashlib import sha256
from pathlib import Path

import pandas as pd

import negotiation as ng
from negotiation.disputes import load_scenario

HERE = Path(__file__).parent
HASHES = HERE / "tables.json"
SOURCES = HERE.parents[1] / "paper" / "sources"
DRAWS = 64
DIGITS = 12


class Budget:
    """The number of draws behind each table: enough to be sensitive, few enough to wait for."""

    seed = 0
    replay_draws = DRAWS
    verdict_draws = 8
    leverage_draws = 16
    claim_draws = DRAWS
    bargain_draws = 4
    map_points = 5
    ownership_graphs = 1


def replay_tables():
    """Yield the tables of every agreement's replay, without those of its figures."""
    scenario = load_scenario("us-china-2025")
    for name in ng.truce_names(scenario):
        for table, found in ng.replay(name, scenario, draws=DRAWS, rng=0).tables().items():
            yield f"replay/{name}/{table}", found.to_pandas()


def paper_tables():
    """Yield what each program behind the paper stores; measured times are left out."""
    for path in sorted(SOURCES.glob("*.py")):
        if path.stem == "speed":
            continue
        names = {"__name__": f"golden_{path.stem}", "__file__": str(path)}
        exec(compile(path.read_text(), str(path), "exec"), names)  # noqa: S102 - our own program
        for table, found in names["compute"](Budget()).items():
            yield f"paper/{path.stem}/{table}", found


def text(value):
    """Return a cell as text: floats to twelve digits, with one zero and one word for what is missing."""
    if isinstance(value, (list, tuple)):
        return "(" + ", ".join(text(each) for each in value) + ")"
    if isinstance(value, float):
        return "none" if value != value else f"{value + 0.0:.{DIGITS}g}"
    if hasattr(value, "tolist") and not isinstance(value, str):
        return text(value.tolist())
    return "none" if value is None or value is pd.NaT or value is pd.NA else str(value)


def hashes(frame):
    """Return a short hash of each column of a table."""
    return {
        str(column): sha256("\n".join(map(text, frame[column].tolist())).encode()).hexdigest()[:12]
        for column in frame.columns
    }


def differences(found, kept):
    """Return one line for each table or column that is not as it was."""
    lines = [f"{name}: is gone" for name in kept if name not in found]
    for name, columns in found.items():
        if name not in kept:
            lines.append(f"{name}: is new")
        elif columns != kept[name]:
            changed = [c for c in {**kept[name], **columns} if columns.get(c) != kept[name].get(c)]
            lines.append(f"{name}: {', '.join(changed)}")
    return lines


def shown(name, frame, old):
    """Return the rows in which a table differs from the one that was kept."""
    if list(frame.columns) != list(old.columns) or len(frame) != len(old):
        return f"--- {name}: {old.shape} {list(old.columns)} became {frame.shape} {list(frame.columns)}"
    before, now = old.map(text), frame.map(text).reset_index(drop=True)
    rows = [
        f"  {row} {column}: {before.loc[row, column]} -> {now.loc[row, column]}"
        for column in now.columns
        for row in now.index
        if before.loc[row, column] != now.loc[row, column]
    ]
    return "\n".join([f"--- {name}", *rows]) if rows else ""


def main():
    """Compute, compare, and say what differs; exit with 1 where something does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="accept the tables as they are now")
    parser.add_argument("--keep", type=Path, help="store the tables in this folder too")
    parser.add_argument("--against", type=Path, help="show what differs from the tables kept there")
    options = parser.parse_args()
    found = {}
    for source in (replay_tables, paper_tables):
        for name, frame in source():
            if source is paper_tables:
                found[name] = hashes(frame)
            as_text = frame.map(text)
            if options.against and (options.against / f"{name}.pickle").is_file():
                old = pd.read_pickle(options.against / f"{name}.pickle")  # noqa: S301 - written by us
                print(shown(name, as_text, old) or end_of(name))
            if options.keep:
                (options.keep / name).parent.mkdir(parents=True, exist_ok=True)
                as_text.to_pickle(options.keep / f"{name}.pickle")
    if options.write:
        HASHES.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    lines = differences(found, json.loads(HASHES.read_text()))
    print("\n".join(lines) or f"{len(found)} tables are as they were")
    sys.exit(bool(lines))


def end_of(name):
    """Return the line for a table that did not change."""
    return f"    {name}: as it was"


if __name__ == "__main__":
    main()
