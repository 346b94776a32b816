"""A dispute's record by plain code: its files read with the standard library, and nothing of `truces/`.

What the package derives from a record (levels in force, weeks, windows, pasts) is derived here once more, as
slowly and as plainly as can be, so that the two can be set side by side for every day and every row.
"""

import csv
import tomllib
from datetime import date, timedelta
from functools import cached_property

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.files.folder import scenario_folder

DAY = timedelta(days=1)
DISPUTES = ("us-china-2025", "japan-korea-2019", "australia-china-2020")


class Row:
    """A line of `moves.csv`, with the days that its texts stand for."""

    def __init__(self, line):
        self.text = dict(line)
        self.__dict__.update(line)
        self.when = RecordDate.parse(line["announced"])
        self.first, self.last = self.when.earliest, self.when.latest
        self.starts = RecordDate.parse(line["effective"]).earliest if line["effective"] else self.first


class Plain:
    """A dispute's files, and what follows from them."""

    def __init__(self, name, past=False):
        scenario = load_scenario(name)
        self.scenario = scenario.with_past_levels() if past else scenario
        self.folder, self.past, self._levels = scenario_folder(name), past, {}
        days = self._toml("scenario.toml")
        self.as_of = days.get("as_of", date.max)
        self.read = min(days["date"], self.as_of)
        with (self.folder / "record" / "moves.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in map(Row, csv.DictReader(file)) if row.last <= self.as_of]
        self.sides = tuple(self._toml("scenario.toml")["countries"])
        self.rows = sorted(rows, key=lambda row: row.first)
        self.own = [row for row in self.rows if row.actor in self.sides]
        self.end = max(self.read, max(row.first for row in self.rows))
        self.pairs = [(c, n) for c in self.sides for n in self.scenario.held(c)]

    def _toml(self, name):
        return tomllib.loads((self.folder / name).read_text(encoding="utf-8"))

    @cached_property
    def ladders(self):
        """The levels of each pair as they lie in its file, calmest first; past ones where they count."""
        found = {}
        for _, name in self.pairs:
            for country, levels in self._toml(f"instruments/{name}.toml")["levels"].items():
                found[country, name] = [x for x in levels if self.past or not x.get("past", False)]
        return found

    @cached_property
    def whole_ladders(self):
        return {(c, n): self._toml(f"instruments/{n}.toml")["levels"][c] for c, n in self.pairs}

    def labels(self, pair):
        return [level["label"] for level in self.ladders[pair]]

    def place(self, pair, label):
        return self.labels(pair).index(label)

    def leg(self, name):
        return self._toml(f"instruments/{name}.toml")["leg"]

    @cached_property
    def legs(self):
        return {name: self.leg(name) for _, name in self.pairs}

    @cached_property
    def anchors(self):
        """The postures that the record states, by day: the earlier one only with levels of the past."""
        names = [*(["earlier_posture.toml"] if self.past else []), "initial_posture.toml"]
        found = []
        for name in names:
            if not (self.folder / "record" / name).is_file():
                continue
            told = self._toml(f"record/{name}")
            levels = {}
            for pair in self.pairs:
                calm = [x["label"] for x in self.whole_ladders[pair] if not x.get("past", False)]
                levels[pair] = calm[0]
            for entry in told["entries"]:
                if (entry["country"], entry["instrument"]) in levels:
                    levels[entry["country"], entry["instrument"]] = entry["level"]
            found.append((RecordDate.parse(str(told["day"])).earliest, levels))
        return found

    @property
    def begins(self):
        return self.anchors[0][0]

    def level(self, row):
        """The level that a row sets, None where it sets none."""
        if row.id not in self._levels:
            self._levels[row.id] = self._level(row)
        return self._levels[row.id]

    def _level(self, row):
        pair = row.actor, row.instrument
        if not row.instrument or pair not in self.ladders:
            return None
        games = self.anchors[-1][0]
        if row.value:
            old = row.first < games
            known = [x for x in self.ladders[pair] if "value" in x and (old or not x.get("past", False))]
            return min(known, key=lambda x: abs(x["value"] - float(row.value)))["label"]
        if not row.level:
            return None
        if row.level in self.labels(pair):
            return row.level
        whole = [x["label"] for x in self.whole_ladders[pair]]
        calmer = [x for x in self.labels(pair) if whole.index(x) < whole.index(row.level)]
        return calmer[-1] if calmer else self.scenario.calm()[pair[0]][pair[1]]

    def followed(self, day):
        """The day and the levels from which the record is followed to a day."""
        known = [one for one in self.anchors if one[0] <= day]
        return known[-1] if known else self.anchors[0]

    def _apply(self, levels, rows, begins):
        levels = dict(levels)
        for row in rows:
            if row.status == "applied" and row.first >= begins and self.level(row) is not None:
                levels[row.actor, row.instrument] = self.level(row)
        return levels

    def on(self, day):
        """The levels in force on a day."""
        begins, levels = self.followed(day)
        return self._apply(levels, [r for r in self.own if r.first <= day and r.starts <= day], begins)

    def seen_by(self, row):
        """The levels as last announced before a row of the record."""
        begins, levels = self.followed(row.first)
        return self._apply(levels, self.own[: self.own.index(row)], begins)

    def public(self, day, opening_day=None):
        """The levels as surely announced before a day; the anchor is that of the past's own end."""
        begins, levels = self.anchors[0]
        for one in self.anchors:
            if one[0] < (opening_day or day):
                begins, levels = one
        levels = dict(levels)
        seen = sorted((r for r in self.own if r.last < day), key=lambda row: row.last)
        for row in seen:
            if row.status == "applied" and row.last >= begins and self.level(row) is not None:
                levels[row.actor, row.instrument] = self.level(row)
        return levels

    @cached_property
    def papers(self):
        """The agreements of the dispute by name, placebos left out."""
        found = {
            path.stem: self._toml(f"agreements/{path.name}")
            for path in sorted((self.folder / "agreements").glob("*.toml"))
        }
        known = {name: one for name, one in found.items() if one["signed"] <= self.as_of}
        return {name: one for name, one in known.items() if not one.get("placebo", False)}

    def bound(self, paper):
        """What the text of a paper prescribes: by country and instrument, from its checkable clauses."""
        return {
            (one["side"], one["instrument"]): one["level"]
            for one in paper["clauses"]
            if one["covered"] and "level" in one and one["verifiability"] in ("high", "medium")
        }


def flat(postures):
    """Postures as the package has them, by country and instrument."""
    return {(c, n): level for c, held in postures.items() for n, level in held.items()}


def days(first, last):
    while first <= last:
        yield first
        first += DAY


def entries(table):
    """Each row of a table as values by heading."""
    assert len(set(table.columns)) == len(table.columns)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
