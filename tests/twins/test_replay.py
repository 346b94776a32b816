"""Replays of both truces: each column of each table from the record's files and the game's own payoffs."""

import math
from functools import cache

import numpy as np
import pytest

import negotiation as ng
from negotiation.base.numeric import KNIFE_EDGE
from negotiation.disputes import Move, State, legality
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import predicted
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.past import past_of
from negotiation.truces.replay.first_named import first_named
from negotiation.truces.replay.placebos import in_play, known_then, placebo_scores
from negotiation.truces.replay.window_scores import window_scores
from tests.twins.plain_record import DAY, REPLAYED, Plain, days, entries, flat

DRAWS = 12


@cache
def plain():
    return Plain("us-china-2025")


@cache
def replayed(name):
    return ng.replay(name, draws=DRAWS, rng=3)


@pytest.fixture(params=REPLAYED, scope="module")
def name(request):
    return request.param


def window(name):
    paper = plain().papers[name]
    return paper["window_start"], min(paper["window_end"], plain().end)


@cache
def worth(levels, state):
    """Both sides' payoffs of a period at levels, by country."""
    here = plain()
    postures = here.scenario.calm()
    for pair, level in levels:
        postures = postures.after(pair[0], {pair[1]: level})
    stage = posture_game(here.scenario, {c: {} for c in here.sides}, postures, state)
    return {c: float(stage.payoffs[0, 0, i]) for i, c in enumerate(stage.players)}


def payoff(levels, country, state):
    return worth(tuple(sorted(levels.items())), state)[country]


# Moves


@pytest.mark.long
def test_each_column_of_the_moves(name):
    here, found = plain(), replayed(name)
    state = found.state
    start, end = window(name)
    rows = [row for row in here.own if start <= row.first <= end]
    table = entries(found.table())
    assert [row["id"] for row in table] == [row.id for row in rows]
    for got, row in zip(table, rows, strict=True):
        told = {
            "id": row.id, "announced": str(row.first), "country": row.actor,
            "instrument": row.instrument or row.record_instrument, "direction": row.direction,
            "status": row.status,
        }  # fmt: skip
        level = here.level(row)
        if level is None:
            told |= dict.fromkeys(
                ("from", "to", "legal", "mover's change, % GDP", "USD bn a period", "other's change, % GDP",
                 "static best level", "plays it")
            ) | {"note": row.reason or row.mapping_note}  # fmt: skip
            assert got == told
            continue
        pair = row.actor, row.instrument
        before = here.seen_by(row)
        after = {**before, pair: level}
        other = next(c for c in here.sides if c != row.actor)
        own, theirs = (payoff(after, c, state) - payoff(before, c, state) for c in (row.actor, other))
        gdp = here.scenario.parameters[f"{row.actor}.gdp"]
        lag = here.scenario.parameters["reaction_lag_days"]
        lawful = [x.label for x in here.scenario.levels(*pair, state)]
        values = [payoff({**before, pair: x}, row.actor, state) for x in lawful]
        best = lawful[int(np.argmax(values))]
        verdict = None
        if level != before[pair]:
            postures = here.scenario.calm()
            for key, label in before.items():
                postures = postures.after(key[0], {key[1]: label})
            move = Move(row.actor, {row.instrument: level}, row.first, row.starts)
            verdict = legality(here.scenario, postures, move, state)
        told |= {
            "from": before[pair], "to": level,
            "legal": None if verdict is None else verdict.legal,
            "mover's change, % GDP": pytest.approx(own, abs=1e-9),
            "USD bn a period": pytest.approx(own / 100 * gdp * lag / 365, abs=1e-6),
            "other's change, % GDP": pytest.approx(theirs, abs=1e-9),
            "static best level": best, "plays it": level == best,
            "note": "level unchanged" if verdict is None else verdict.reason,
        }  # fmt: skip
        assert got == told, row.id


def test_each_column_of_the_gains(name):
    here, found = plain(), replayed(name)
    rows = entries(found.moves.gains_table())
    expected = []
    for row in (r for r in here.own if window(name)[0] <= r.first <= window(name)[1]):
        if here.level(row) is None:
            continue
        before = here.seen_by(row)
        now = payoff(before, row.actor, found.state)
        for instrument in here.scenario.held(row.actor):
            pair = row.actor, instrument
            lawful = [x.label for x in here.scenario.levels(*pair, found.state)]
            values = [payoff({**before, pair: x}, row.actor, found.state) for x in lawful]
            expected.append(
                {
                    "id": row.id, "announced": str(row.first), "country": row.actor, "instrument": instrument,
                    "best level": lawful[int(np.argmax(values))],
                    "deviation gain, % GDP": pytest.approx(max(0.0, max(values) - now), abs=1e-9),
                }
            )  # fmt: skip
    assert rows == expected


def test_the_best_reply_over_all_instruments_is_as_good_as_any_single_or_double_change(name):
    here, found = plain(), replayed(name)
    for move in [m for m in found.moves.moves if m.best_reply][::6]:
        row = next(r for r in here.own if r.id == move.id)
        before = here.seen_by(row)
        reply = {(row.actor, n): x for n, x in posture_from_label(move.best_reply).items()}
        best = {**before, **reply}
        top = payoff(best, row.actor, found.state)
        assert set(reply) == {(row.actor, n) for n in here.scenario.held(row.actor)}
        for pair in reply:
            for level in here.scenario.levels(*pair, found.state):
                assert payoff({**best, pair: level.label}, row.actor, found.state) <= top + 1e-9


# The agreement's game: both truces, as written, as read, with everything covered


def coverages(name):
    here = plain()
    written = here.bound(here.papers[name])
    found = {"as written": written}
    for side in here.sides:
        read = dict(written)
        for reading in here.papers[name].get("readings", []):
            if reading["side"] == side:
                read |= {(t["country"], t["instrument"]): t["level"] for t in reading["terms"]}
        if read != written:
            found[f"as read by {side}"] = read
    return found


class Trigger:
    """Grim trigger on some terms: every departure of either side, counted out from the game's payoffs."""

    def __init__(self, scenario, terms, in_force, state):
        here = plain()
        self.scenario, self.terms, self.base = scenario, terms, {**in_force, **terms}
        self.delta = scenario.parameters["discount_factor_annual"] ** (
            scenario.parameters["reaction_lag_days"] / 365
        )
        names = sorted({n for _, n in terms})
        levels = {}
        for pair in here.pairs:
            if pair[1] in names:
                labels = here.labels(pair)
                at = labels.index(self.base[pair])
                levels[pair] = tuple(labels[at:]) if pair in terms else (labels[at],)
        postures = scenario.calm()
        for pair, label in self.base.items():
            postures = postures.after(pair[0], {pair[1]: label})
        self.stage = scenario.stage_game(instruments=set(names), levels=levels, fixed=postures, state=state)
        self.u, self.state, self.postures = np.asarray(self.stage.payoffs, float), state, postures
        self.spans = [float(np.ptp(self.u[..., i])) for i in (0, 1)]
        u, tol = self.u, [KNIFE_EDGE * s for s in self.spans]
        stable = (u[..., 0] >= u[..., 0].max(axis=0, keepdims=True) - tol[0]) & (
            u[..., 1] >= u[..., 1].max(axis=1, keepdims=True) - tol[1]
        )
        total = np.where(stable, u.sum(axis=-1), np.inf) if stable.any() else u.sum(axis=-1)
        self.off = np.unravel_index(int(total.argmin()), total.shape)

    def labels(self, i):
        return [posture_from_label(a) for a in self.stage.actions[i]]

    def kept(self, i):
        """Yield what each other action of a player changes while the truce is on, with its gain."""
        first, *others = self.labels(i)
        for k, one in enumerate(others, start=1):
            gain = self.u[k, 0, 0] - self.u[0, 0, 0] if i == 0 else self.u[0, k, 1] - self.u[0, 0, 1]
            yield {n: x for n, x in one.items() if x != first[n]}, float(gain)

    def stake(self, i):
        return float(self.u[0, 0, i] - self.u[*self.off, i])

    def margin(self, i, gain):
        return self.edge(-(1 - self.delta) * gain + self.delta * self.stake(i), i)

    def edge(self, margin, i):
        return 0.0 if abs(margin) <= KNIFE_EDGE * self.spans[i] else margin

    def over(self, i):
        """Yield what each other action changes once the truce is over, with its margin."""
        labels = self.labels(i)
        for k, one in enumerate(labels):
            changed = {n: x for n, x in one.items() if x != labels[self.off[i]][n]}
            if changed:
                at = (k, self.off[1]) if i == 0 else (self.off[0], k)
                gain = float(self.u[*at, i] - self.u[*self.off, i])
                yield changed, self.edge(-(1 - self.delta) * gain, i)

    def free(self, i):
        """Yield the gains of harsher lawful levels in each instrument that is not covered."""
        here = plain()
        country = here.sides[i]
        for instrument in self.scenario.held(country):
            pair = country, instrument
            if pair in self.terms:
                continue
            labels = here.labels(pair)
            lawful = {x.label for x in self.scenario.levels(*pair, self.state)}
            harsher = [x for x in labels[labels.index(self.base[pair]) + 1 :] if x in lawful]
            if not harsher:
                continue
            menu = {country: {instrument: (self.base[pair], *harsher)}}
            menu[next(c for c in here.sides if c != country)] = {}
            own = posture_game(self.scenario, menu, self.postures, self.state).payoffs[..., i].ravel()
            gains = [float(x - own[0]) for x in own[1:]]
            span = float(np.ptp(own))
            best = int(np.argmax(gains))
            margin = 0.0 if abs(gains[best]) <= KNIFE_EDGE * span else -(1 - self.delta) * gains[best]
            yield instrument, harsher[best], gains[best], margin


@cache
def trigger(name, coverage):
    here = plain()
    in_force = here.on(here.papers[name]["signed"] - DAY)
    terms = (
        {**in_force, **coverages(name)["as written"]}
        if coverage == "everything"
        else coverages(name)[coverage]
    )
    return Trigger(here.scenario, terms, in_force, here.scenario.default_state)


def test_the_coverages(name):
    found = replayed(name)
    assert [c.coverage for c in found.checks] == [*coverages(name), "everything"]
    here = plain()
    everything = {**here.on(here.papers[name]["signed"] - DAY), **coverages(name)["as written"]}
    for check in found.checks:
        expected = everything if check.coverage == "everything" else coverages(name)[check.coverage]
        assert dict(check.incentives.terms) == expected


def lag_of(threshold):
    if threshold == "none" or threshold >= 1:
        return "none"
    if threshold <= 0:
        return math.inf
    return 365 * math.log(threshold) / math.log(plain().scenario.parameters["discount_factor_annual"])


def needed(gain, stake, tol):
    if gain <= tol:
        return 0.0 if stake >= -tol else "none"
    return "none" if stake <= tol else gain / (gain + stake)


def test_each_column_of_the_incentives(name):
    here, found = plain(), replayed(name)
    rows = entries(found.incentive_table())
    assert {row["coverage"] for row in rows} == {c.coverage for c in found.checks}
    for coverage in {row["coverage"] for row in rows} - {"everything"}:
        game = trigger(name, coverage)
        own = [row for row in rows if row["coverage"] == coverage]
        expected = {}
        for i, country in enumerate(here.sides):
            best = {}
            for changed, gain in game.kept(i):
                key = next(iter(changed)) if len(changed) == 1 else "joint"
                if key not in best or gain > best[key][1]:
                    best[key] = changed, gain
            for key, (changed, gain) in best.items():
                stake = game.stake(i)
                threshold = needed(gain, stake, KNIFE_EDGE * game.spans[i])
                alone = len(changed) == 1
                several = " ".join(f"{n}={x}" for n, x in changed.items())
                expected[country, key, True] = {
                    "prescribed": game.base[country, key] if alone else "all kept",
                    "best departure": changed[key] if alone else several,
                    "temptation, % GDP": gain, "stake, % GDP": stake,
                    "margin, % GDP": game.margin(i, gain), "critical discount factor": threshold,
                    "longest reaction lag, days": lag_of(threshold),
                }  # fmt: skip
            for instrument, level, gain, margin in game.free(i):
                threshold = 0.0 if margin >= 0 else "none"
                expected[country, instrument, False] = {
                    "prescribed": game.base[country, instrument], "best departure": level,
                    "temptation, % GDP": gain, "stake, % GDP": 0.0, "margin, % GDP": margin,
                    "critical discount factor": threshold, "longest reaction lag, days": lag_of(threshold),
                }  # fmt: skip
        assert {(r["player"], r["instrument"], r["covered"]) for r in own} == set(expected)
        for row in own:
            for column, value in expected[row["player"], row["instrument"], row["covered"]].items():
                close = value if isinstance(value, str) else pytest.approx(value, abs=1e-9)
                assert row[column] == close, (row["player"], row["instrument"], column)


def test_each_column_of_the_coverages(name):
    found = replayed(name)
    for row, check in zip(entries(found.coverage_table()), found.checks, strict=True):
        assert row["coverage"] == check.coverage
        assert row["discount factor"] == pytest.approx(plain().scenario.discount_factor)
        if check.coverage == "everything":
            continue
        game = trigger(name, check.coverage)
        assert row["instruments"] == len(game.terms)
        margins = [game.margin(i, gain) for i in (0, 1) for _, gain in game.kept(i)]
        margins += [m for i in (0, 1) for _, m in game.over(i)]
        assert row["holds"] == (min(margins) >= 0)
        worst = [
            needed(gain, game.stake(i), KNIFE_EDGE * game.spans[i])
            for i in (0, 1)
            for _, gain in game.kept(i)
        ]
        if "none" in worst or min(m for i in (0, 1) for _, m in game.over(i)) < 0:
            assert row["critical discount factor"] == "none"
        else:
            assert row["critical discount factor"] == pytest.approx(max(worst), abs=1e-9)


def test_each_column_of_the_verdicts(name):
    here, found = plain(), replayed(name)
    paper = here.papers[name]
    end = min(paper["window_end"], here.end)
    legs = [row["leg"] for row in entries(found.legs.table())]
    assert legs == [x for x in ("tariff", "control", "other") if x in here.legs.values()]
    for row in entries(found.legs.table()):
        leg = row["leg"]
        verdict = found.legs[leg]
        own = [
            r for r in here.own
            if r.instrument and here.legs[r.instrument] == leg and r.when.precision == "day"
            and paper["signed"] < r.first <= end
        ]  # fmt: skip
        turns = []
        for r in own:
            kind = {"escalate": "moved on", "de-escalate": "mended"}.get(r.direction)
            if r.status != "applied" or kind is None or (kind == "mended" and not turns):
                continue
            if turns and turns[-1][0] == kind:
                continue
            turns.append((kind, r))
        threatened = [r.id for r in own if r.status == "threatened"]
        told = "; ".join(f"{k} {r.first} by {r.actor} ({r.instrument}, {r.id})" for k, r in turns)
        if not turns:
            told = f"held to {end}" + (f" (threatened: {', '.join(threatened)})" if threatened else "")
        said = found.theories.find(leg, "moment")
        assert verdict.verdict is said
        decided = said.word in ("holds", "breaks")
        assert row["agreement"] == name
        assert row["the record says"] == told
        assert row["agree"] == (((said.word == "holds") == (not turns)) if decided else None)
        assert row["margin, % GDP"] == said.margin
        assert row["share that holds"] == said.share
        moves = ", ".join(f"{n} to {x}" for n, x in said.departure)
        assert row["the game says"] == (
            f"breaks, by {said.player}: {moves}" if said.word == "breaks" else said.word
        )
        covered = tuple(f"{c} {n}" for c, n in coverages(name)["as written"] if here.legs[n] == leg)
        assert row["covered as written"] == covered
        assert verdict.threats == tuple(threatened)
        assert verdict.until == end


@pytest.mark.long
def test_legs_under_theories_stand_beside_the_record(name):
    found = replayed(name)
    rows = found.verdicts.rows
    assert [(r.leg, r.theory) for r in rows] == [(t.leg, t.theory) for t in found.theories]
    for row, told, line in zip(rows, found.theories, entries(found.verdicts.table()), strict=True):
        held = not found.legs[row.leg].steps
        decided = told.word in ("holds", "breaks")
        agree = ((told.word == "holds") == held) if decided else None
        assert line == {
            "leg": told.leg, "theory": told.theory, "verdict": told.word, "margin, % GDP": told.margin,
            "share that holds": told.share, "the record": "held" if held else "moved on", "agree": agree,
        }  # fmt: skip
        assert row.verdict is told
        assert found.verdicts.find(row.leg, row.theory) is row
    names = list(dict.fromkeys(r.theory for r in rows))
    table = found.verdicts.by_theory()
    assert table.columns == ("leg", "the record", *names)
    assert [line[0] for line in table.rows] == [leg.leg for leg in found.legs]
    for line in table.rows:
        own = [r for r in rows if r.leg == line[0]]
        assert line[1] == ("moved on" if found.legs[line[0]].steps else "held")
        assert list(line[2:]) == [r.verdict.words for r in own]


def test_what_each_theory_says_is_told_column_by_column(name):
    found = replayed(name)
    assert found.theories.draws == DRAWS
    table = entries(found.theories.detail())
    for line, row in zip(table, found.theories, strict=True):
        assert line["departure"] == ", ".join(f"{n} to {x}" for n, x in row.departure)
        assert (line["kept"], line["answering"], line["over"]) == tuple(
            row.by_class.get(k) for k in ("kept", "answering", "over")
        )
        assert line["named"] == ", ".join(f"{n} {x:.2f}" for n, x in row.named.items())
        assert (line["holds"], line["margin, % GDP"], line["player"]) == (
            row.margin >= 0,
            row.margin,
            row.player,
        )
        assert (line["certified"], line["share"]) == (row.certified, row.share)


def test_every_table_goes_into_its_file(name):
    found = replayed(name)
    tables = found.tables()
    assert tables["verdicts"].rows == found.legs.table().rows
    assert tables["coverage"].rows == found.coverage_table().rows
    assert tables["incentives"].rows == found.incentive_table().rows
    assert tables["moves"].rows == found.moves.table().rows
    assert tables["deviation_gains"].rows == found.moves.gains_table().rows
    assert tables["postures"].rows == found.timeline.table().rows
    assert tables["theories"].rows == found.theories.detail().rows
    assert tables["definitions"].rows == found.theories.by_definition().rows
    noise = found.noise
    assert tables["noise"].rows == noise.leg_table(found.legs).rows
    assert tables["noise_margins"].rows == noise.verdicts.margins_table().rows
    assert tables["linkage"].rows == noise.linkage_table().rows
    assert tables["life"].rows == noise.lifetime.table().rows
    assert tables["false_alarms"].rows == noise.lifetime.alarms_table().rows
    if noise.readings is not None:
        assert tables["readings"].rows == noise.readings.table().rows
        assert tables["mismatch"].rows == noise.path.table().rows
        assert tables["mismatch_variants"].rows == noise.path_table().rows
    # No file is another's under a second name.
    assert len({(one.columns, one.rows) for one in tables.values()}) == len(tables)
    assert (found.timeline.days[0], flat(found.timeline.postures[-1])) == (
        plain().begins,
        plain().on(plain().end),
    )


# Windows, what is named first, placebos


def test_weeks_of_a_window(name):
    here = plain()
    paper = here.papers[name]
    first = next(d for d in days(paper["signed"], paper["signed"] + 7 * DAY) if d.weekday() == 0)
    last = min(paper["window_end"], here.end)
    weeks = [d for d in days(first, last - 6 * DAY) if d.weekday() == 0]
    found = window_scores(agreement_text(name), here.scenario, BASELINES[:2])
    assert list(found.cells.weeks) == weeks
    assert found.names == ("hold", "coin")


def test_what_is_named_first_before_each_first_break():
    here = plain()
    found = first_named(here.scenario, BASELINES)
    rows = iter(entries(found.table()))
    signed = sorted(here.papers, key=lambda n: here.papers[n]["signed"])
    for name in signed:
        paper = here.papers[name]
        broke = next(
            (r for r in here.own if r.instrument and (r.direction, r.status) == ("escalate", "applied")
             and r.when.precision == "day" and paper["signed"] < r.first <= paper["window_end"]), None,
        )  # fmt: skip
        day = here.end + DAY if broke is None else broke.first
        for one in BASELINES:
            row = next(rows)
            ups = predicted(one, here.scenario, past_of(here.scenario, day))[:, 0]
            shares = {pair: float(x / ups.sum()) for pair, x in zip(here.pairs, ups, strict=True)}
            top = max(shares.values())
            level = [pair for pair, x in shares.items() if x >= top - 1e-9]
            rest = [x for pair, x in shares.items() if pair not in level]
            pair = None if broke is None else (broke.actor, broke.instrument)
            assert (row["truce"], row["predictor"]) == (name, one.name)
            assert row["broke"] == ("nothing" if pair is None else " ".join(pair))
            assert row["names first"] == (" ".join(level[0]) if len(level) == 1 else f"a tie of {len(level)}")
            assert row["share"] == pytest.approx(top)
            assert row["next"] == pytest.approx(max(rest, default=0.0))
            own = None if pair is None else shares[pair]
            assert row["share of what broke"] == (None if own is None else pytest.approx(own))
            ahead = None if own is None else 1 + sum(x > own + 1e-9 for x in shares.values())
            assert row["its place"] == ahead
    assert next(rows, None) is None


@pytest.mark.long
def test_scores_of_the_placebos():
    here = Plain("us-china-2025", past=True)
    found = placebo_scores(here.scenario, BASELINES)
    assert list(found.scores) == ["2018-12-buenos-aires", "2020-01-phase-one"]
    assert in_play(here.scenario) == ("tariff", "purchases")
    rows = iter(entries(found.table()))
    for name, scores in found.scores.items():
        text = agreement_text(name)
        first = next(d for d in days(text.signed + DAY, text.signed + 8 * DAY) if d.weekday() == 0)
        weeks = [d for d in days(first, text.window_end) if d.weekday() == 0]
        assert list(scores.cells.weeks) == weeks
        moved = scores.cells.outcomes != 2
        for p, one in enumerate(BASELINES):
            row = next(rows)
            given = np.take_along_axis(scores.chances[p], scores.cells.outcomes[..., None], axis=-1)[..., 0]
            hits = np.eye(3)[scores.cells.outcomes]
            assert row == {
                "placebo": name, "predictor": one.name, "weeks": len(weeks), "cells": moved.size,
                "with a move": int(moved.sum()), "log score": pytest.approx(float(-np.log(given).mean())),
                "Brier score": pytest.approx(float(((scores.chances[p] - hits) ** 2).sum(axis=-1).mean())),
                "log score, moves": pytest.approx(float(-np.log(given[moved]).mean())),
            }  # fmt: skip
        assert {n for _, n in scores.cells.pairs} <= {*known_then(here.scenario).instruments, *here.legs}


def test_a_state_that_is_given_is_the_one_that_is_used():
    here = plain()
    state = State(curb_dependence=0, control_dependence=1, stocks=1)
    found = ng.replay("2025-05-geneva", state=state, draws=0)
    row = next(m for m in found.moves.moves if m.payoff_change)
    told = next(r for r in here.own if r.id == row.id)
    before = here.seen_by(told)
    after = {**before, (told.actor, told.instrument): here.level(told)}
    expected = payoff(after, told.actor, state) - payoff(before, told.actor, state)
    assert row.payoff_change == pytest.approx(expected, abs=1e-9)
    assert (found.state, found.theories.state.likely) == (state, state)
    assert found.theories.draws == 0
    assert found.legs.legs[0].share is None
