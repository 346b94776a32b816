"""Three numbers of a theory and two rows of the frozen forecast, by a slow plain program.

It reads moves, ladders and days of signing from the files, walks the options of the solved game by the labels
of its states, and shares nothing else with what it is set beside.
"""

import csv
import json
import math
import runpy
import tomllib
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import expm

from negotiation.disputes.files.folder import scenario_folder

ROOT = Path(__file__).parents[2]
FOLDER = scenario_folder("us-china-2025")
LAST = date(2026, 10, 1)
PARTS = 5


def lines():
    with (FOLDER / "record" / "moves.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days_of(text):
    """First and last day of an announcement, by its first word: 2025-05 or 2025-05-12."""
    parts = [int(x) for x in text.split(" ")[0].split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    year, month = parts
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(after.toordinal() - 1)


def ladder(name, country):
    levels = tomllib.loads((FOLDER / "instruments" / f"{name}.toml").read_text(encoding="utf-8"))["levels"]
    return [one for one in levels[country] if not one.get("past", False)]


def level_of(row):
    """The level that a row sets; of an average the nearest."""
    if not row["value"]:
        return row["level"]
    levels = ladder(row["instrument"], row["actor"])
    return min(levels, key=lambda one: abs(one["value"] - float(row["value"])))["label"]


def signed_days():
    found = {}
    for path in (FOLDER / "agreements").glob("*.toml"):
        text = tomllib.loads(path.read_text(encoding="utf-8"))
        if text["signed"] >= date(2025, 1, 1):
            found[text["signed"]] = "amends" not in text
    return found


class Levels:
    """States of a game by what their labels say."""

    def __init__(self, game, phases):
        self.game, self.count = game, len(game.states) // phases
        self.by_label = {label.split(" | ")[0]: k for k, label in enumerate(game.states[: self.count])}
        self.labels = [self.read(label) for label in game.states[: self.count]]
        self.allowed = {pair: {one[pair] for one in self.labels} for pair in self.labels[0]}
        self.ladders = {
            (country, name): [one["label"] for one in ladder(name, country)] for country, name in self.allowed
        }

    @staticmethod
    def read(label):
        found = {}
        for side in label.split(" | ")[0].split("; "):
            country, _, rest = side.partition(": ")
            found |= {(country, x.split("=")[0]): x.split("=")[1] for x in rest.split(" ")}
        return found

    def state(self, levels):
        """The state at some levels: one that is not in the game stands at the harshest that is calmer."""
        there = {}
        for pair, allowed in self.allowed.items():
            order = self.ladders[pair]
            calmer = [x for x in order[: order.index(levels[pair]) + 1] if x in allowed]
            there[pair] = calmer[-1] if calmer else next(x for x in order if x in allowed)
        return self.labels.index(there)


def paths_of(levels, begins, ends, opening, signed):
    """Every path of a spell: [(day, what, moves)], what one of look, signed, move; moves in their order."""
    now, moves = dict(opening), []
    for row in sorted(lines(), key=lambda row: days_of(row["announced"])[1]):
        first, last = days_of(row["announced"])
        pair = row["actor"], row["instrument"]
        if not (begins <= last < ends and row["status"] == "applied" and pair in levels.allowed):
            continue
        before = levels.state(now)
        now[pair] = level_of(row) or now[pair]
        if levels.state(now) != before:
            moves.append((max(first, date.fromordinal(begins.toordinal() + 1)), last, pair, now[pair]))
    choices = []
    for first, last, *_ in moves:
        long = (last - first).days + 1
        middles = [math.floor((k + 0.5) * long / PARTS) for k in range(PARTS)]
        several = last not in signed and first < last
        choices.append([date.fromordinal(first.toordinal() + m) for m in middles] if several else [last])
    for days in product(*choices):
        events = [(day, "signed") for day in signed if begins <= day < ends] + [(ends, "look")]
        own = [(day, pair, level) for day, (_, _, pair, level) in zip(days, moves, strict=True)]
        events += [(day, (pair, level)) for day, pair, level in own if day not in signed]
        yield sorted(events, key=lambda one: one[0]), own


def along(levels, choices, phases, begins, opening, path, factor):
    """Logarithms of a path's marks and times."""
    game, now, phase, here_day = levels.game, dict(opening), np.eye(phases)[0], begins
    events, own = path
    marks = times = 0.0
    for day, what in events:
        state = levels.state(now)
        drift, out = np.zeros((phases, phases)), []
        for p in range(phases):
            s = state + p * levels.count
            for j in range(game.nature.indptr[s], game.nature.indptr[s + 1]):
                target = int(game.nature.targets[j])
                drift[p, p] -= game.nature.rates[j]
                if target % levels.count == state:
                    drift[p, target // levels.count] += game.nature.rates[j]
            for m, rows in enumerate(game.options):
                for j in range(rows.indptr[s], rows.indptr[s + 1]):
                    target = int(rows.targets[j])
                    if target % levels.count != state:
                        hazard = game.rates[m][s] * choices[m].flat[j]
                        drift[p, p] -= factor * hazard
                        out.append((p, target, hazard))
        phase = phase @ expm(drift * (day - here_day).days / 365.0)
        times += math.log(phase.sum())
        phase, here_day = phase / phase.sum(), day
        if what == "signed":
            now |= {pair: level for when, pair, level in own if when == day}
            phase = np.eye(phases)[0]
        elif what != "look":
            now[what[0]] = what[1]
            after, every = np.zeros(phases), sum(phase[p] * hazard for p, _, hazard in out)
            for p, target, hazard in out:
                if target % levels.count == levels.state(now):
                    after[target // levels.count] += phase[p] * hazard
            marks += math.log(after.sum() / every)
            times += math.log(factor * every)
            phase = after / after.sum()
    return marks, times


@pytest.mark.slow
def test_three_numbers_of_a_theory_at_one_draw():
    source = runpy.run_path(str(ROOT / "paper" / "sources" / "evidence_given.py"))
    common = source["asked"]()
    model = source["Model"]("moment", common, 3)
    row, signed = model.rows[2], signed_days()
    assert set(signed) == set(common.signed)
    begins = [*sorted(day for day, alone in signed.items() if alone), LAST]
    ours, theirs = np.zeros(3), np.zeros(3)
    for s in (0, 1):
        opening = {
            (country, name): level
            for country, levels in model.record.spells[s].opening.items()
            for name, level in levels.items()
        }
        factors, weights = common.factors[s]
        paced = [model.played(row, s, 1.0), model.played(row, s, common.hazards[s])]
        for n, ((game, choices), phases) in enumerate(paced):
            levels = Levels(game, phases)
            paths = list(paths_of(levels, begins[s], begins[s + 1], opening, signed))
            grid, share = (factors, weights) if n else (np.ones(1), np.ones(1))
            shown = source["path_terms"]((game, choices), phases, model.paths(set(signed))[s], grid)
            said = source["numbers"](shown, share)
            logs = np.array(
                [
                    [along(levels, choices, phases, begins[s], opening, path, z) for z in grid]
                    for path in paths
                ]
            )
            share = share / len(paths)
            if n == 0:
                theirs[0] += said.marks
                ours[0] += math.log((np.exp(logs[..., 0]) * share).sum())
            theirs[2 - n] += said.times
            ours[2 - n] += math.log((np.exp(logs[..., 1]) * share).sum())
    assert ours == pytest.approx(theirs, abs=1e-7)


def test_two_events_of_the_frozen_forecast_follow_from_the_file_of_moves():
    kept = ROOT / "experiments" / "forecasts" / "2026-11-30-constant-rate-by-spell.json"
    frozen = {one["id"]: one for one in json.loads(kept.read_text(encoding="utf-8"))["provenance"]["events"]}
    rates = sorted(
        (days_of(row["announced"])[1], float(row["value"]))
        for row in lines()
        if (row["actor"], row["instrument"], row["status"]) == ("USA", "tariff", "applied") and row["value"]
    )
    rates = [(day, rate) for day, rate in rates if day <= date(2026, 10, 10)]
    first, seen = rates[0][0].year * 12 + rates[0][0].month, 2026 * 12 + 10
    ends = [date(m // 12, m % 12 + 1, 1) for m in range(first, seen)]  # the day after month m
    values = [[rate for day, rate in rates if day < end][-1] for end in ends]
    ahead = 2027 * 12 + 11 - seen + 1
    pairs = list(zip(values, values[ahead:], strict=False))
    now = rates[-1][1]
    up = sum(b - a > 41.0 - now for a, b in pairs) / len(pairs)
    down = sum(b - a < 31.0 - now for a, b in pairs) / len(pairs)
    assert up == pytest.approx(frozen["us-rate-above-41"]["probability"])
    assert down == pytest.approx(frozen["us-rate-below-31"]["probability"])
