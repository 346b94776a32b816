"""What studies and verdicts under noise report: closed forms, counts and medians by plain code."""

import math
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.parameter_draws import ParameterDraws, central_draw, sobol_draws
from negotiation.truces.claims import claims, coverage
from negotiation.truces.claims.noise import issue_numbers, linked_by_draw
from negotiation.truces.claims.small_game import small_levels
from negotiation.truces.claims.table import claims_table
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.verdicts.lifetime import truce_lifetime
from negotiation.truces.verdicts.mismatch import mismatch_path
from negotiation.truces.verdicts.noise_sweep import noise_sweep
from tests.truces.theories_of_the_truces import RULES, legs_of_the_record, score_rows, verdicts_of
from tests.twins.plain_record import DAY, REPLAYED, Plain, entries


def chances_of_alarm(there, papers, pair, level):
    """Of a false alarm and of one after a breach, from the grades of what prescribes a level."""
    p = there.scenario.parameters
    grades = [
        c.verifiability for a in papers for c in a.clauses
        if c.covered and (c.side, c.instrument, c.level) == (*pair, level)
    ]  # fmt: skip
    if not grades:
        for a in papers:
            for reading in a.readings:
                for term in reading.terms:
                    if (term.country, term.instrument, term.level) == (*pair, level):
                        clause = next(c for c in a.clauses if c.id == reading.clause)
                        grades.append(term.verifiability or clause.verifiability)
    grades = grades or ["none"]
    share = p["reaction_lag_days"] / 365
    regime = "coordinated" if papers[-1].coordination is None else papers[-1].coordination.regime
    slip = 1 - (1 - p[f"slip.{there.legs[pair[1]]}.{regime}"]) ** share
    clear, miss = 1.0, 1.0
    for grade in grades:
        clear *= (1 - p[f"signal.ambiguity.{grade}"]) ** share
        miss *= p[f"signal.miss.{grade}"]
    return slip * (1 - miss) + (1 - slip) * (1 - clear), 1 - miss


@cache
def plain():
    return Plain("us-china-2025")


@cache
def replayed(name):
    return ng.replay(name, draws=0)


@pytest.fixture(params=REPLAYED, scope="module")
def name(request):
    return request.param


# False alarms and how long a truce lasts


def alarms(name, grade=None, regime=None):
    """The chance a period of a false alarm by leg, from what the text binds; `grade`: a step better seen."""
    here, text = plain(), agreement_text(name)
    better = {"none": "low", "low": "medium", "medium": "high", "high": "high"}
    clear = {}
    for pair, level in text.covered().items():
        if grade is None:
            chance = chances_of_alarm(here, (text,), pair, level)[0]
        else:
            p = here.scenario.parameters
            share = p["reaction_lag_days"] / 365
            slip = 1 - (1 - p[f"slip.{here.legs[pair[1]]}.{text.regime}"]) ** share
            kept, miss = 1.0, 1.0
            for c in text.clauses:
                if c.covered and (c.side, c.instrument, c.level) == (*pair, level):
                    kept *= (1 - p[f"signal.ambiguity.{better[c.verifiability]}"]) ** share
                    miss *= p[f"signal.miss.{c.verifiability}"]
            chance = slip * (1 - miss) + (1 - slip) * (1 - kept)
        leg = here.legs[pair[1]]
        clear[leg] = clear.get(leg, 1.0) * (1 - chance)
    found = {leg: 1 - x for leg, x in clear.items()}
    found["any"] = 1 - math.prod(clear.values())
    return found


def geometric(chance):
    """First chance, mean and median in periods, and whether it has not come after so many days."""
    lag = plain().scenario.parameters["reaction_lag_days"]
    periods = max(1, round(20 * 365 / lag))
    median = next((t for t in range(periods + 1) if (1 - chance) ** t <= 0.5), None)
    after = [(1 - chance) ** math.floor(d / lag) for d in (90, 365)]
    return (chance, 1 / chance, lag / chance, None if median is None else median * lag, *after)


def test_the_time_to_a_first_false_alarm(name):
    found = truce_lifetime(agreement_text(name), plain().scenario)
    rows = found.alarms_table()
    assert rows.columns == (
        "leg", "remedy", "chance in the first period", "mean, periods", "mean, days", "median, days",
        "not yet after 90 days", "not yet after 365 days",
    )  # fmt: skip
    own = alarms(name)
    by = {(row[0], row[1]): row[2:] for row in rows.rows}
    assert {leg for leg, _ in by} == set(own)
    assert {remedy for _, remedy in by} == {"as it is", "consultation channel", "coordinated agencies"}
    for leg, chance in own.items():
        assert by[leg, "as it is"] == pytest.approx(geometric(chance)), leg
        better = alarms(name, grade="better")[leg]
        assert by[leg, "consultation channel"] == pytest.approx(geometric(better)), leg


def test_the_time_until_a_leg_is_answered(name):
    text = agreement_text(name)
    found = truce_lifetime(text, plain().scenario)
    own = alarms(name)
    table = found.table()
    assert table.columns[:3] == ("event", "linkage", "leg")
    broken = {(r[1], r[2]): r[3:] for r in table.rows if r[0] == "broken off"}
    legs = [leg for leg in own if leg != "any"]
    assert list(broken) == [
        ("none", "any"), *(("within_issue", leg) for leg in (*legs, "any")),
        *(("all_or_nothing", leg) for leg in (*legs, "any")),
    ]  # fmt: skip
    assert broken["none", "any"][1] == math.inf
    assert broken["none", "any"][-2:] == (1.0, 1.0)
    for leg in (*legs, "any"):
        assert broken["within_issue", leg] == pytest.approx(geometric(own[leg])), leg
        assert broken["all_or_nothing", leg] == pytest.approx(geometric(own["any"])), leg
    # Without answers the clock alone ends it: after each term with the chance that it is not renewed.
    here = plain()
    lag = here.scenario.parameters["reaction_lag_days"]
    term = max(1, round(text.clock_days / lag))
    row = next(r for r in table.rows if r[:2] == ("broken off or run out", "none"))
    assert row[4] == pytest.approx(term / (1 - here.scenario.renewal))
    assert row[5] == pytest.approx(lag * term / (1 - here.scenario.renewal))
    for days, told in ((90, row[7]), (365, row[8])):
        assert told == pytest.approx(here.scenario.renewal ** (math.floor(days / lag) // term))


def test_alarms_and_margins_by_the_chance_of_misreading(name):
    here, text = plain(), agreement_text(name)
    found = noise_sweep(text, here.scenario, (0.0, 0.3, 0.8))
    for row, chance in zip(entries(found.table()), (0.0, 0.3, 0.8), strict=True):
        at = Plain("us-china-2025")
        grades = ("high", "medium", "low", "none")
        at.scenario = at.scenario.with_parameters({f"signal.ambiguity.{g}": chance for g in grades})
        clear = {}
        for pair, level in text.covered().items():
            leg = here.legs[pair[1]]
            clear[leg] = clear.get(leg, 1.0) * (1 - chances_of_alarm(at, (text,), pair, level)[0])
        assert row["misread in a year"] == chance
        for leg, x in clear.items():
            assert row[f"false alarm a period, {leg}"] == pytest.approx(1 - x)
        assert row["false alarm a period, any"] == pytest.approx(1 - math.prod(clear.values()))
        # Pooling punishes more and more often; without answers every departure that gains is taken.
        assert row["margin, none, % GDP"] <= row["margin, all_or_nothing, % GDP"] + 1e-12
    assert list(found.table().columns[-3:]) == [
        "margin, none, % GDP", "margin, within_issue, % GDP", "margin, all_or_nothing, % GDP",
    ]  # fmt: skip


@pytest.mark.long
def test_tables_under_noise_say_what_their_parts_say(name):
    found = replayed(name)
    noise = found.noise
    for row, leg in zip(entries(noise.leg_table(found.legs)), noise.verdicts, strict=True):
        record = found.legs[leg.leg]
        holds = leg.margin >= 0
        assert row["leg"] == leg.leg
        assert row["covered"] == tuple(
            f"{c} {n}" for c, n in agreement_text(name).covered() if plain().legs[n] == leg.leg
        )
        assert row["least margin, % GDP"] == leg.margin
        assert row["the record says"] == record.record
        assert row["agree"] == (holds == (not record.steps))
        assert row["outside, moment"] == "; ".join(str(m) for m in leg.outside)
        for move in leg.outside:
            assert move.gain > 0
    kinds = ("none", "within_issue", "proportionate", "all_or_nothing")
    for row, kind, check in zip(entries(noise.linkage_table()), kinds, noise.linkages, strict=True):
        assert (row["linkage"], row["states"]) == (kind, check.states)
        assert row["holds under noise"] == (None if check.verdict is None else check.verdict.holds)
        for where in ("kept", "answering", "over"):
            told = check.by_class.get(where)
            assert row[f"margin {where}, % GDP"] == (None if told is None else told.margin)
        margins = [(k, v.margin) for k, v in check.by_class.items()]
        breaking = [one for one in margins if one[1] < 0]
        if margins:
            assert (row["where"], row["margin, % GDP"]) == (breaking or margins)[0]
    margins = [(r["leg"], r["states"], r["margin, % GDP"]) for r in entries(noise.verdicts.margins_table())]
    expected = []
    for leg in noise.verdicts:
        expected += [(leg.leg, k, v.margin) for k, v in leg.by_class.items()]
        expected += [(leg.leg, "outside the text", m.margin) for m in leg.outside]
    assert margins == expected


def test_the_recorded_moves_beside_a_path_of_readings():
    here, text = plain(), ng.truce("2025-05-geneva")
    pair = text.compile()
    lag = here.scenario.parameters["reaction_lag_days"]
    for periods in (None, 5, 14):
        found = mismatch_path(pair, periods=periods)
        length = periods or min(round((text.window_end - text.signed).days / lag), round(365 / lag))
        starts = [text.signed + round(k * lag) * DAY for k in range(length + 1)]
        assert list(found.days) == starts[:-1]
        rows = entries(found.table())
        assert [row["from"] for row in rows] == [str(day) for day in starts[:-1]]
        for k, row in enumerate(rows):
            groups = {}
            for r in here.own:
                if (
                    r.instrument
                    and r.direction != "hold"
                    and r.when.precision == "day"
                    and starts[k] <= r.first < starts[k + 1]
                ):
                    key = (r.actor, r.instrument, "up" if r.direction == "escalate" else "down")
                    groups.setdefault(key, []).append(
                        r.id + (" threatened" if r.status == "threatened" else "")
                    )
            told = "; ".join(f"{' '.join(key)} ({', '.join(ids)})" for key, ids in groups.items())
            assert row["the record shows"] == told, starts[k]
            assert row["the readings prescribe"] == "; ".join(str(m) for m in found.moves if m.period == k)
        last = max((m.period for m in found.moves), default=-1)
        assert found.stops == (last + 1 if last + 1 < length else None)


@pytest.mark.long
def test_scores_of_theories_are_counted():
    here = plain()
    by_truce = legs_of_the_record(verdicts_of(draws=8))
    legs = [leg for of_one in by_truce.values() for leg in of_one]
    theories = list(dict.fromkeys(row.theory for row, _ in legs))
    rows = {row[0]: row[1:] for row in score_rows(by_truce)}
    assert list(rows) == [*theories, *RULES]
    assert len(legs) == 12 * len(theories)
    for theory in theories:
        right = decided = said = named = 0
        over = []
        for row, first in legs:
            if row.theory == theory:
                held = first is None
                over += [row.share if held else 1 - row.share] if row.share is not None else []
                if row.word not in ("holds", "breaks"):
                    continue
                decided += 1
                right += (row.margin >= 0) == held
                if not held and row.margin < 0:
                    said += 1
                    names = next(iter(row.named), "") or (row.breaking or ("",))[0]
                    named += names == f"{first.country} {first.instrument}"
        assert rows[theory] == (right, decided, pytest.approx(np.mean(over)), named, said)
    held = [(row.leg, first is None) for row, first in legs if row.theory == theories[0]]
    for rule, (tariff, rest) in {
        "tariffs hold, the rest moves": (1, 0), "everything holds": (1, 1), "everything moves": (0, 0),
        "a coin": (0.5, 0.5),
    }.items():  # fmt: skip
        chance = [(tariff if leg == "tariff" else rest, h) for leg, h in held]
        assert rows[rule][:2] == (sum(c if h else 1 - c for c, h in chance), 12)
    # What moved a leg on first, by the record itself.
    for name in REPLAYED:
        firsts = {row.leg: first for row, first in by_truce[name]}
        paper = here.papers[name]
        for leg in ("tariff", "control", "other"):
            moves = [
                r for r in here.own
                if r.instrument and here.legs[r.instrument] == leg and r.when.precision == "day"
                and (r.direction, r.status) == ("escalate", "applied")
                and paper["signed"] < r.first <= min(paper["window_end"], here.end)
            ]  # fmt: skip
            told = firsts[leg] and (firsts[leg].country, firsts[leg].instrument)
            assert told == ((moves[0].actor, moves[0].instrument) if moves else None)


def test_the_table_of_claims_is_counted_from_their_inequalities():
    from scipy import stats

    here = plain()
    names = [n for n, c in claims().items() if c.draws is None][:12]
    names = list(dict.fromkeys([*names, "restraint_not_renegotiation_proof"]))
    found = claims_table(here.scenario, 32, rng=4, names=names)
    draws = sobol_draws(here.scenario, 32, 4)
    for row, name in zip(entries(found.table()), names, strict=True):
        one = claims()[name]
        told = one.inequalities(draws)
        least = [min(v[k] for v in told.values()) for k in range(32)]
        there = [x for x in least if math.isfinite(x)]
        holding = [x >= 0 if one.weak else x > 0 for x in there]
        assert (row["question"], row["claim"], row["statement"]) == (one.number, name, one.statement)
        assert row["draws"] == len(there)
        assert row["share of draws"] == pytest.approx(sum(holding) / len(there))
        ends = stats.binomtest(sum(holding), len(there)).proportion_ci(0.95, method="wilson")
        assert (row["low"], row["high"]) == pytest.approx((ends.low, ends.high))
        share = sum(holding) / len(there)
        word = (
            "holds"
            if share >= 0.95
            else "holds in most"
            if share > 0.5
            else "fails in most"
            if share > 0.05
            else "fails"
        )
        assert row["outcome"] == word
        failing = [
            min(told, key=lambda n: told[n][k]) for k in range(32)
            if math.isfinite(least[k]) and not (least[k] >= 0 if one.weak else least[k] > 0)
        ]  # fmt: skip
        if failing:
            assert failing.count(row["fails by"]) == max(failing.count(n) for n in failing)
        else:
            assert row["fails by"] == ""
        if row["moved most by"]:
            values = [draws.number(row["moved most by"])[k] for k in range(32) if math.isfinite(least[k])]
            rho = stats.spearmanr(there, values).statistic
            assert row["rank correlation"] == pytest.approx(rho)
            for other in one.needs(here.scenario):
                column = [draws.number(other)[k] for k in range(32) if math.isfinite(least[k])]
                if np.ptp(column) > 0:
                    assert abs(stats.spearmanr(there, column).statistic) <= abs(rho) + 1e-12
    assert date(2025, 11, 30) == here.end


def test_each_side_weighs_a_channel_against_its_own_stake():
    scenario = plain().scenario
    draws = ParameterDraws(scenario, {"discount_factor_annual": np.array([1e-200, 1e-100, 0.9])})
    told = claims()["consultation_pays"].inequalities(draws)
    stakes = issue_numbers(draws)["control"].stakes
    assert np.abs(stakes[:, 0] - stakes[:, 1]).min() > 1e-3
    worth = [linked_by_draw(draws, grade) for grade in ("medium", "low")]
    for i, side in enumerate(scenario.countries):
        for k in range(3):
            alone = [w[k][i].alone["control"] for w in worth]
            medium, low = (float(one.value) if one.holds else 0.0 for one in alone)
            assert told[side][k] == pytest.approx(medium - low - stakes[k, i] / 10, abs=1e-12)


def test_payoffs_of_a_day_weigh_each_step_by_its_chance(monkeypatch):
    draws = central_draw(plain().scenario)
    day = coverage.DAYS["Geneva"]
    chance = {
        "curb_dependence": (0.1, 0.2, 0.7),
        "control_dependence": (0.3, 0.1, 0.6),
        "stocks": (0.2, 0.3, 0.5),
    }
    known = {(day, name): np.array([steps]) for name, steps in chance.items()}
    monkeypatch.setattr(coverage, "_chances", lambda _: known)
    levels = small_levels(draws)
    full = np.array(draws.payoffs(levels, state=coverage.FULL))
    expected = full.copy()
    for step in range(3):
        gone = draws.payoffs(levels, state=replace(coverage.FULL, curb_dependence=step, stocks=0))
        expected += chance["curb_dependence"][step] * chance["stocks"][0] * (gone - full)
        other = draws.payoffs(levels, state=replace(coverage.FULL, control_dependence=step))
        expected += chance["control_dependence"][step] * (other - full)
    assert coverage.payoffs_on(draws, day) == pytest.approx(expected, abs=1e-12)
    assert np.abs(expected - full).max() > 0
