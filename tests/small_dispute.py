"""A small invented dispute, to be changed file by file: what `negotiation new` writes, and a past.

Two countries. Both hold a tariff with values; BBB alone holds an export stop, which has none. Each tariff of
AAA and the export stop have one level that had been left before the day of the games, 1 January 2024.
"""

from pathlib import Path

from negotiation.report.commands.new import new_files

DEAL = "agreements/2024-06-harbour.toml"
LAKE = "agreements/2024-08-lake.toml"
MOVES, POSTURE, EARLIER = "record/moves.csv", "record/initial_posture.toml", "record/earlier_posture.toml"
MAP = "record/map.toml"
SOURCED = 'assumption = true\nnote = "invented"\nsource_title = "invented"\nconfidence = "low"\n'
CALIBRATION = "calibrations/central.toml"
OLD = '[[levels.{holder}]]\nlabel = "{label}"\nmeaning = "long ago"\ndate = "2020-01-01"\npast = true\n'
OLD += "{value}assumption = true\n\n"
STRENGTH = '\n[parameters."{name}"]\nvalue = -0.5\nlow = -0.6\nhigh = -0.4\nunit = "share of the harshest"\n'
STRENGTH += 'date = "2024"\nassumption = true\nnote = "invented"\n'
PASTS = (
    ("tariff", "AAA", "normal", "high", {"label": "old", "value": 'value = 1.0\nunit = "percent"\n'}),
    ("export_stop", "BBB", "open", "stopped", {"label": "free", "value": ""}),
)


def entry(country, instrument, level):
    """Return an entry of a posture."""
    return f'[[entries]]\ncountry = "{country}"\ninstrument = "{instrument}"\nlevel = "{level}"\n{SOURCED}\n'


def quantity(value, unit, low=None, high=None):
    """Return a number of a file, assumed, with a range where one is given."""
    low, high = value if low is None else low, value if high is None else high
    return {"value": value, "low": low, "high": high, "unit": unit, "date": "2024", "assumption": True}


def files():
    """Return the text of each file by its path in the folder."""
    found = new_files("mine", ("AAA", "BBB"))
    for name, holder, calm, harshest, old in PASTS:
        path, form = f"instruments/{name}.toml", 'form = "levels"\n'
        base = f'[base]\n{holder} = "{calm}"\n\n'
        strength = f'strength = "{name}.strength.{{level}}"\nreference = "{harshest}"\n'
        before, first, after = found[path].replace(form, form + strength, 1).partition(f"[[levels.{holder}]]")
        found[path] = before + base + OLD.format(holder=holder, **old) + first + after
        found[CALIBRATION] += STRENGTH.format(name=f"{name}.strength.{old['label']}")
    found[EARLIER] = 'day = "2021-01-01"\n\n' + "".join(
        (entry("AAA", "tariff", "old"), entry("BBB", "tariff", "normal"), entry("BBB", "export_stop", "free"))
    )
    return found


def row(name, day, actor, instrument, level, *, way="escalate", **cells):
    """Return a line of the table of moves; `cells` are further columns."""
    words = {"tariff": "tariff", "export_stop": "export_control"}
    given = {
        "id": name, "announced": day, "actor": actor, "agency": "a ministry", "direction": way,
        "record_instrument": words.get(instrument, "statement"), "instrument": instrument, "level": level,
        "status": "applied", "source_title": "invented", "confidence": "low", **cells,
    }  # fmt: skip
    columns = files()[MOVES].splitlines()[0].split(",")
    assert set(given) <= set(columns)
    return ",".join(given.get(column, "") for column in columns) + "\n"


DE, PIIE = {"way": "de-escalate"}, {"definition": "average"}
PAST_ROWS = [
    row("E001", "2022-03-10", "AAA", "tariff", "high", effective="2022-04-01"),
    row("E002", "2022-05", "BBB", "export_stop", "open"),
    row("E003", "2022-06-01", "BBB", "tariff", "high", status="threatened"),
    row("E004", "2022-07-01", "CCC", "", "", reason="of another"),
    row("E005", "2023-12-31", "AAA", "tariff", "", value="1.4", **DE, **PIIE),
    row("E006", "2024-01-01", "AAA", "tariff", "", value="1.4", **DE, **PIIE),
    row("E007", "2024-02-10", "BBB", "tariff", "high", effective="2024-03-01"),
    row("E008", "2024-02-10", "AAA", "tariff", "high"),
    row("E009", "2024-02-20", "AAA", "", "", reason="talks", way="hold"),
    row("E010", "2024-04", "BBB", "tariff", "normal", **DE),
    row("E011", "2024-05-05", "BBB", "export_stop", "stopped", effective="2024-04-20"),
    row("E012", "2024-06-01", "BBB", "export_stop", "stopped", way="hold"),
    row("E013", "2024-06-20", "BBB", "tariff", "high", status="threatened"),
]
"""A past with a row of each kind: late, early, threatened, of another, valued, known to a month."""


def write(where, *changes, more=(), table=None):
    """Write the dispute and return its folder.

    `changes` are (file, old text, new text), of which the old one has to be there; a file without an old text
    gets the new one for the whole, and none at all if that is `None`. `more` are lines after the table of
    moves, `table` are lines in place of its own.
    """
    found = files()
    if table is not None:
        found[MOVES] = found[MOVES].splitlines(keepends=True)[0] + "".join(table)
    found[MOVES] += "".join(more)
    for name, old, new in changes:
        assert old is None or old in found[name], (name, old)
        found[name] = new if old is None else found[name].replace(old, new, 1)
    folder = Path(where) / "mine"
    for name, text in found.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder
