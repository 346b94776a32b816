"""Random faults in files: in the tree of their values, in the rows of a table, and in the text itself."""

import copy
import csv
import io
import json
import math
from datetime import date, datetime, timedelta

ODD_TEXTS = (
    "", " ", "x" * 5000, "\x1b[31mred", "\x9b2J", "=1+1", "@sum", "../../etc/passwd", "\u202eevil",
    "a\nb", "$\\frac{$",
    "é中", "2025-02-30", "0001-01-01", "9999-12-31", "0000", "2025-05 to 2024-01", "never applied",
    "2025-05-12", "2025", "USA", "CHN", "FRA", "both", "tariff", "chip_control", "rare_earth_curb",
    "visa", "peak", "geneva", "banned", "grim", "by play", "calibration", "within_issue", "proportionate",
    "days", "periods", "high", "low", "T01", "complied", "up", "renewed", "2026-13", "nan", "inf",
    "1e999", "-1", "true", "[key]", "{0}", "%s", "\\", '"',
)  # fmt: skip
ODD_VALUES = (
    0, -1, 1, 2, 0.5, 10**18, -(10**18), 10**30, 10**90, -0.0, 1e308, -1e308, 1e-320, 5e-324, math.nan,
    math.inf, -math.inf, True, False, [], {}, [[]], [{}], {"value": 1}, {"": {}}, date(1, 1, 1),
    date(9999, 12, 31), date(2025, 5, 12), datetime(2025, 5, 12, 1, 2, 3),
)  # fmt: skip
ODD_LINES = (
    "a = " + "[" * 2000, "a = " + "{a=" * 2000, ".".join("a" * 3000) + " = 1",
    "[" + ".".join("a" * 3000) + "]", "n = " + "9" * 5000, "n = 0x" + "f" * 5000, "n = 1e99999",
    '"' + "k" * 5000 + '" = 1', 's = "' + "x" * 50_000, "[[a]]\n[a]", "[clauses]", "[[clauses]]", "\x00",
    "\ufeff", "\r", "\x1b[2J", "]", "}", '"""', "a = 2025-13-45", "[" * 2000, '{"a":' * 2000, "1e-400",
    "1/0", "-" * 5000, "NaN", "-Infinity", "," * 5000, '"\\ud800"', "\x85",
)  # fmt: skip


def odd(rng, others):
    """Return a value that does not belong where it is put."""
    kind = rng.integers(4)
    if kind == 0:
        return ODD_TEXTS[rng.integers(len(ODD_TEXTS))]
    if kind == 1:
        return copy.deepcopy(ODD_VALUES[rng.integers(len(ODD_VALUES))])
    if kind == 2 and others:
        return copy.deepcopy(others[rng.integers(len(others))])
    deep = [1]
    for _ in range(int(rng.choice([3, 30, 200]))):
        deep = [deep] if rng.integers(2) else {"a": deep}
    return deep


def near(value, rng):
    """Return a value of the same kind that could stand in its place."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return type(value)(value * rng.choice([0, 0.5, 0.99, 1.01, 2, 10, -1]))
    if isinstance(value, date):
        return value + timedelta(int(rng.integers(-40, 40)))
    return value


def places(tree):
    """Return every (holder, key) of a tree."""
    found, waiting = [], [tree]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            found.append((holder, key))
            if isinstance(holder[key], (dict, list)):
                waiting.append(holder[key])
    return found


def faulty_tree(tree, rng):
    """Return a copy of a tree with some things changed in it, in half of the cases only to what could be."""
    tree = copy.deepcopy(tree)
    gentle = rng.integers(2)
    for _ in range(rng.integers(1, 4)):
        spots = places(tree)
        if not spots:
            return tree
        holder, key = spots[rng.integers(len(spots))]
        others = [one[k] for one, k in spots[:200]]
        if gentle:
            kin = [other for other in others if type(other) is type(holder[key]) is str]
            holder[key] = kin[rng.integers(len(kin))] if kin and rng.integers(2) else near(holder[key], rng)
            continue
        what = rng.integers(6)
        if what == 0:
            del holder[key]
        elif what == 1 and isinstance(holder, dict):
            name = str(odd(rng, []))[:6000] if rng.integers(2) else str(key)[:-1]
            holder[name] = holder.pop(key)
        elif what == 2 and isinstance(holder, list):
            holder += [copy.deepcopy(holder[key]) for _ in range(int(rng.choice([1, 3, 300])))]
        else:
            holder[key] = odd(rng, others)
    return tree


def faulty_text(text, rng):
    """Return a text's bytes, in a quarter of the cases with something wrong in the text itself."""
    data = text.encode("utf-8", "surrogatepass")
    if rng.integers(4) or not data:
        return data
    at = int(rng.integers(len(data)))
    what = rng.integers(6)
    if what == 0:
        return data[:at]
    if what == 1:
        return data[:at] + bytes(rng.integers(0, 256, int(rng.integers(1, 9)), dtype="uint8")) + data[at:]
    if what == 2:
        return data[:at] + data[at + int(rng.integers(1, 20)) :]
    lines = data.split(b"\n")
    k = int(rng.integers(len(lines)))
    if what == 3:
        return b"\n".join([*lines[: k + 1], *lines[k:]])
    if what == 4:
        return b"\r\n".join(lines)
    line = ODD_LINES[rng.integers(len(ODD_LINES))].encode("utf-8", "surrogatepass")
    return b"\n".join([*lines[:k], line, *lines[k:]])


def toml_text(tree):
    """Return a tree as TOML, its inner tables inline."""
    return "\n".join(f"{_key(name)} = {_toml(value)}" for name, value in tree.items())


def _key(name):
    return json.dumps(str(name), ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)} = {_toml(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return _key(value)


def json_text(tree):
    """Return a tree as JSON, with what JSON does not have as the standard library writes it."""
    return json.dumps(tree, default=str, indent=1)


def rows_of(text):
    """Return the rows of a CSV."""
    return list(csv.reader(io.StringIO(text, newline="")))


def csv_text(rows):
    """Return rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([row if isinstance(row, list) else [str(row)] for row in rows])
    return out.getvalue()
