"""The pace of a spell: a slow plain program recomputes rows of a frozen challenger."""

import csv
import json
from datetime import date, timedelta
from math import exp, lgamma, log
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from negotiation.disputes import load_scenario
from negotiation.truce_panel.panel import OWN
from negotiation.truce_panel.spell_pace import BySpell, clocks_extended, pace_of_spell
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import looking_back_to, record_begins
from tests.us_china import SCENARIO

FROZEN = Path(__file__).parents[3] / "experiments" / "forecasts" / "2026-11-30-constant-rate-by-spell.json"
DAY = date(2026, 10, 11)
BACK = looking_back_to(SCENARIO, record_begins(SCENARIO) - timedelta(days=1))
# Texts of the record that stand on their own: signed, in force, and what each covers or leaves out.
SIGNED = [
    (date(2018, 12, 1), date(2018, 12, 1)), (date(2020, 1, 15), date(2020, 2, 14)),
    (date(2025, 5, 12), date(2025, 5, 14)), (date(2025, 10, 30), date(2025, 11, 10)),
]  # fmt: skip


def test_before_the_first_signing_nothing_changes():
    past, base = past_of(BACK, date(2018, 11, 1)), baseline("shrunk")
    windows = month_windows(date(2018, 11, 1), 2)
    assert pace_of_spell(BACK, past) is None
    found = BySpell("x", base).ahead(BACK, past, windows)
    assert found == pytest.approx(np.maximum(base.ahead(BACK, past, windows), 0.005))


def test_what_comes_later_changes_no_pace():
    early = past_of(BACK, date(2021, 3, 1))
    assert pace_of_spell(BACK, past_of(BACK, DAY).until(date(2021, 3, 1))) == pace_of_spell(BACK, early)


def table(name):
    with (OWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def on(text):
    return date.fromisoformat(text) if text else None


def plain_rows():
    """Return rows of the panel before the day: truce, cell, steps, years, as decision 68 says."""
    truces = {
        one["truce_id"]: one
        for one in table("truces")
        if on(one["signed"]) < DAY and {one["side_a"], one["side_b"]} != {"USA", "CHN"}
    }
    rows = []
    for one in table("outcomes"):
        if one["truce_id"] not in truces:
            continue
        truce = truces[one["truce_id"]]
        signed, step = on(truce["signed"]), on(one["first_harsher"])
        ends = [DAY - timedelta(days=1), on(truce["window_end"]), on(truce["ended"])]
        end = min(day for day in ends if day)
        event = step is not None and step <= end
        leg = "other" if one["leg"] == "trade" else one["leg"]
        days = ((step if event else end) - signed).days
        shock = (step, one["by_side"]) if event else None
        rows.append((one["truce_id"], leg, one["covered"] == "true", days, shock))
    shared = [row[4] for row in rows]
    found = []
    for name, leg, covered, days, shock in rows:
        weight = 1 / shared.count(shock) if shock else 1.0
        found.append((name, leg, covered, weight if shock else 0.0, weight * max(days, 0.5) / 365.25))
    return found


def columns(cells):
    """Return one row a cell: covered, the leg, and the leg if covered."""
    legs = ("tariff", "control", "other")
    rows = [[c, *[leg == o for o in legs], *[c and leg == o for o in legs]] for leg, c in cells]
    return np.array(rows, dtype=float)


def plain_panel():
    """Return rates by cell and the shape, by a search without slopes over the standardised columns."""
    rows = plain_rows()
    x = columns([row[1:3] for row in rows])
    centre, spread = x.mean(axis=0), x.std(axis=0)
    z = (x - centre) / spread
    names = sorted({row[0] for row in rows})
    own = np.array([[row[0] == name for row in rows] for name in names], dtype=float)
    steps, years = (np.array([row[k] for row in rows]) for k in (3, 4))

    def missed(theta):
        level, b, k = theta[0], theta[1:-1], exp(theta[-1])
        logs = level + z @ b
        found = steps @ logs
        for n, e in zip(own @ steps, own @ (years * np.exp(logs)), strict=True):
            found += lgamma(k + n) - lgamma(k) + k * log(k) - (k + n) * log(k + e)
        return 0.5 * ((level / 2) ** 2 + ((b / 0.5) ** 2).sum() + theta[-1] ** 2) - found

    best = minimize(missed, np.zeros(9), method="L-BFGS-B", options={"ftol": 1e-14, "maxfun": 20000}).x
    cells = [(leg, c) for leg in ("tariff", "control", "other") for c in (True, False)]
    rates = np.exp(best[0] + ((columns(cells) - centre) / spread) @ best[1:-1])
    return dict(zip(cells, rates, strict=True)), exp(best[-1])


def test_a_plain_program_finds_two_rows_of_the_frozen_challenger():
    scenario = load_scenario("us-china-2025", as_of=DAY - timedelta(days=1))
    back = looking_back_to(scenario, record_begins(scenario) - timedelta(days=1))
    record = events_of(back, past_of(back, DAY))
    moves = [(e.day, *record.pairs[e.pair], e.direction) for e in record.events]
    # The constant rates of the series, shrunk by the shape of largest likelihood.
    series = [(c, name, d) for c, name in record.pairs for d in (0, 1)]
    counts = [sum(move[1:] == one for move in moves) for one in series]
    mean, length = (sum(counts) + 0.5) / len(series), (DAY - record.begins).days

    def misfit(u):
        a = exp(u)
        return -sum(lgamma(a + n) - lgamma(a) + a * log(a) - (a + n) * log(a + mean) for n in counts)

    a = exp(minimize_scalar(misfit, bounds=(-6, 6), method="bounded", options={"xatol": 1e-9}).x)
    gained, known = [n + a for n in counts], (1 + a / mean) * length
    # The spells, and how many days of each had a move.
    rates, shape = plain_panel()
    constant = (len({move[0] for move in moves}) + 0.5) / length * 365.25
    ends = [signed for signed, _ in SIGNED[1:]] + [DAY]
    seen, years = [], []
    for (signed, force), end in zip(SIGNED, ends, strict=True):
        seen.append(len({d for d, _, _, way in moves if signed < d < end and not (d <= force and way == 1)}))
        years.append(((end - signed).days - 1) / 365.25)
    texts = ["2018-12-buenos-aires", "2020-01-phase-one", "2025-05-geneva", "2025-10-busan"]
    steps = []
    for name in texts:
        bound = set(agreement_text(name, back).covered())
        parts = {(back.instruments[pair[1]].leg, pair in bound) for pair in record.pairs}
        steps.append(sum(rates[part] for part in parts))
    earlier = sum(s * t for s, t in zip(steps[:-1], years[:-1], strict=True))
    factor = (sum(seen[:-1]) + constant) / (earlier + steps[-1]) * steps[-1] / constant
    k, b = shape + seen[-1], shape / factor + constant * years[-1]
    assert pace_of_spell(back, past_of(back, DAY)) == pytest.approx((k, b), rel=3e-4)
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert frozen["provenance"]["pace"]["shape"] == pytest.approx(k, rel=1e-4)
    for month, days, who in (
        ("2026-12", 31, ("USA", "tariff", 0)),
        ("2027-06", 30, ("CHN", "entity_listings", 0)),
    ):
        floored = [max(1 - (known / (known + days)) ** g, 0.005) for g in gained]
        hazards = [-log(1 - p) for p in floored]
        share = hazards[series.index(who)] / sum(hazards)
        total = sum(gained) / known * days
        chance = 1 - (b / (b + share * total)) ** k
        (row,) = [
            row for row in frozen["rows"]
            if (row["month"], row["actor"], row["instrument"], row["direction"]) == (month, *who[:2], "up")
        ]  # fmt: skip
        assert row["probability"] == pytest.approx(chance, rel=2e-3)


def test_an_extension_is_known_from_the_day_after_it():
    # The truce of Buenos Aires was extended on 24 February 2019, the first extension of that truce.
    day = date(2019, 2, 24)
    extended = [clocks_extended(day + timedelta(days=k), frozenset())[0] for k in (0, 1)]
    assert extended[1] == extended[0] + 1
