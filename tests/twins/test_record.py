"""The record as the package follows it, against the record's files: every row, every day."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.disputes.state import component_transition
from negotiation.truces.record import state_trajectory, timeline
from negotiation.truces.record.agreement_text import agreement_text, agreements_of, truce_names
from negotiation.truces.record.past import past_of
from negotiation.truces.record.renewals import clock_end, earlier_ends, was_renewed
from tests.small_dispute import PAST_ROWS, write
from tests.twins.plain_record import DAY, DISPUTES, Plain, days, flat

SMALL = "a small dispute"
WORLDS = [*((name, False) for name in (*DISPUTES, SMALL)), ("us-china-2025", True), (SMALL, True)]


@cache
def plain(name, past=False):
    return Plain(name, past)


@pytest.fixture(
    params=WORLDS, ids=lambda one: f"{one[0]}{' with its past' if one[1] else ''}", scope="module"
)
def there(request, tmp_path_factory):
    name, past = request.param
    return plain(write(tmp_path_factory.mktemp("record"), table=PAST_ROWS) if name == SMALL else name, past)


def test_rows_stand_in_the_order_of_their_first_day_with_their_levels(there):
    assert [m.id for m in timeline.load_moves(there.scenario)] == [row.id for row in there.rows]
    found = timeline.level_changes(there.scenario)
    assert [(c.move.id, c.day, c.in_force, c.level) for c in found] == [
        (row.id, row.first, row.starts, there.level(row)) for row in there.own
    ]


def test_each_field_of_a_row_is_that_of_its_file(there):
    for move, row in zip(timeline.load_moves(there.scenario), there.rows, strict=True):
        for name, told in row.text.items():
            known = getattr(move, name)
            if name == "value":
                assert known == (float(told) if told else None)
            else:
                assert ("" if known is None else str(known)) == told, (move.id, name)


def test_the_record_begins_and_ends_on_the_days_of_its_files(there):
    assert timeline.record_begins(there.scenario) == there.begins
    assert timeline.record_ends(there.scenario) == there.end
    assert [(a.day, flat(a.postures)) for a in timeline.anchors(there.scenario)] == there.anchors
    assert timeline.initial_posture(there.scenario).day.earliest == there.anchors[-1][0]
    assert [one.day.earliest for one in timeline.recorded_postures(there.scenario)] == [
        d for d, _ in there.anchors
    ]


@pytest.mark.long
def test_the_levels_of_every_day(there):
    # Every day of the last year of the record and of the two weeks around each anchor; else each change.
    near = {day for at, _ in there.anchors for day in days(at, min(at + 14 * DAY, there.end))}
    near |= set(days(max(there.begins, there.end - 340 * DAY), there.end))
    for row in there.own:
        near |= {row.first + k * DAY for k in (-1, 0, 1)} | {row.starts + k * DAY for k in (-1, 0, 1)}
    for day in sorted(near):
        if there.begins <= day <= there.end:
            assert flat(timeline.postures_on(there.scenario, day)) == there.on(day), day


@pytest.mark.parametrize("cut", [0, 30, 61])
def test_the_table_of_levels_in_force(there, cut):
    start, end = there.begins + cut * DAY, there.end - cut * DAY
    changes = (
        {start} | {r.first for r in there.own} | {r.starts for r in there.own} | {d for d, _ in there.anchors}
    )
    expected, last = [], None
    for day in sorted(d for d in changes if start <= d <= end):
        levels = there.on(day)
        if levels != last:
            expected += [(str(day), c, n, levels[c, n]) for c, n in there.pairs]
        last = levels
    table = timeline.posture_timeline(there.scenario, start, end).table()
    assert table.columns == ("from", "country", "instrument", "level")
    assert list(table.rows) == expected


def test_what_each_mover_saw(there):
    rows = timeline.level_changes(there.scenario)
    for k, row in enumerate(there.own):
        if row.first >= there.begins:
            assert flat(timeline.announced_before(there.scenario, rows, k)) == there.seen_by(row), row.id


def test_what_was_public_before_each_week(there):
    every = list(days(there.begins, there.end + DAY))
    for day in [
        *every[:: max(1, len(every) // 60)],
        *(r.last + k * DAY for r in there.own[-12:] for k in (0, 1)),
    ]:
        past = past_of(there.scenario, day)
        seen = sorted((r for r in there.own if r.last < day), key=lambda row: row.last)
        assert [(s.move.id, s.day, s.level) for s in past.steps] == [
            (r.id, r.last, there.level(r)) for r in seen
        ]
        signed = sorted((p["signed"], n) for n, p in there.papers.items() if p["signed"] < day)
        assert [a.id for a in past.agreements] == [n for _, n in signed]
        assert flat(past.postures()) == there.public(day), day
        whole = [n for _, n in signed if "amends" not in there.papers[n]]
        assert (None if past.agreement() is None else past.agreement().id) == (whole[-1] if whole else None)
        if whole:
            mended = [n for _, n in signed if there.papers[n].get("amends") == whole[-1]]
            assert [a.id for a in past.amendments(past.agreement())] == mended


def test_an_earlier_day_of_a_past(there):
    past = past_of(there.scenario, there.end + DAY)
    every = list(days(there.begins + DAY, there.end))
    for day in [
        *every[:: max(1, len(every) // 80)],
        *(at + k * DAY for at, _ in there.anchors for k in (1, 2)),
    ]:
        assert flat(past.postures(before=day)) == flat(past_of(there.scenario, day).postures()), day
        assert flat(past.postures(before=day)) == there.public(day), day


def test_what_each_paper_binds(there):
    for name in truce_names(there.scenario):
        text, paper = agreement_text(name, there.scenario), there.papers[name]
        assert dict(text.covered()) == there.bound(paper)
        for side in there.sides:
            read = there.bound(paper)
            for one in paper.get("readings", []):
                if one["side"] == side:
                    read |= {(t["country"], t["instrument"]): t["level"] for t in one["terms"]}
            assert dict(text.as_read_by(side)) == read
        for field in ("signed", "in_force", "window_start", "window_end", "clock_days", "title", "summary"):
            assert getattr(text, field) == paper[field], (name, field)
        loose = [
            c["id"]
            for c in paper["clauses"]
            if c["covered"]
            and c["verifiability"] in ("high", "medium")
            and "level" not in c
            and (c["side"] != "both" or "instrument" in c)
        ]
        assert [c.id for c in text.clauses if c.binds_nothing] == loose


# Ends of clocks


def ending(papers):
    ends = [p["in_force"] + timedelta(p["clock_days"]) for p in papers if p["clock_days"]]
    return max(ends) if ends else None


def renewed(there, name, as_of, end, leg):
    """Whether a leg of a paper stayed bound beyond the end of its clock, from the files."""

    def sides(paper):
        return {c for c, n in there.bound(paper) if there.legs[n] == leg}

    for other, paper in there.papers.items():
        if other == name or paper.get("amends", name) != name:
            continue
        if as_of < paper["signed"] <= end and sides(paper):
            last = ending([paper])
            if last is None or last > end:
                return True
    held = []
    for side in sides(there.papers[name]):
        held.append(False)
        for row in there.rows:
            if (row.actor, row.direction, row.status) != (side, "hold", "applied") or not row.ended:
                continue
            if (side, row.instrument) not in there.pairs or there.legs[row.instrument] != leg:
                continue
            if row.ended == "never applied" or not as_of < row.last <= end:
                continue
            held[-1] |= type(row.when).parse(row.ended).latest > end
    return bool(held) and all(held)


def test_ends_of_clocks_and_what_was_renewed(there):
    texts = {text.id: text for text in agreements_of(there.scenario)}
    assert set(texts) == set(there.papers)
    names = sorted(texts, key=lambda n: there.papers[n]["signed"])
    for k, name in enumerate(names):
        chosen = names[k:]
        assert clock_end([texts[n] for n in chosen]) == ending([there.papers[n] for n in chosen])
        moves = timeline.load_moves(there.scenario)
        end = ending([there.papers[name]])
        for as_of in [] if end is None else [texts[name].signed, end - 30 * DAY, end - DAY]:
            for shift in (-2, -1, 0, 1, 2, 90):
                for leg in ("tariff", "control", "other"):
                    at = end + shift * DAY
                    found = was_renewed(there.scenario, texts[name], moves, as_of, at, leg)
                    assert found == renewed(there, name, as_of, at, leg), (name, as_of, at, leg)


def test_how_many_clocks_had_ended_by_each_day(there):
    marks = {ending([p]) for p in there.papers.values()} - {None}
    marks |= {p["signed"] for p in there.papers.values()} | {there.end}
    for day in sorted({m + k * DAY for m in marks for k in (-1, 0, 1)}):
        ended = found = 0
        known = {n: p for n, p in there.papers.items() if p["signed"] <= day}
        for name, paper in known.items():
            end = ending([paper])
            if end is None or end > day:
                continue
            for leg in {there.legs[n] for _, n in there.bound(paper)}:
                whole = paper.get("amends", name) if paper.get("amends", name) in known else name
                ended += 1
                found += renewed(there, whole, paper["signed"], end, leg)
        assert earlier_ends(there.scenario, day) == (found, ended), day


# Dependence and stocks


def in_use(there, levels, names):
    """Whether some holder has one of these instruments above its calmest level, at one that is not idle."""
    for (country, name), label in levels.items():
        if name in names:
            calm = there.scenario.calm()[country][name]
            level = next(x for x in there.ladders[country, name] if x["label"] == label)
            if there.place((country, name), label) > there.place((country, name), calm) and not level.get(
                "idle"
            ):
                return True
    return False


@cache
def used(here):
    definition = here.scenario.definition
    start = state_trajectory.state_begins(here.scenario)
    last, flags = None, []
    for day in days(start, here.end):
        levels = here.on(day)
        if levels != last:
            flag = tuple(
                in_use(here, levels, names) for names in (definition.curb_users, definition.control_users)
            )
        last = levels
        flags.append(flag)
    return start, flags


def test_days_of_use(there):
    start, flags = used(there)
    use = state_trajectory.recorded_use(there.scenario)
    assert list(use.days) == list(days(start, there.end))
    assert use.curb.tolist() == [a for a, _ in flags]
    assert use.control.tolist() == [b for _, b in flags]
    middle = start + (there.end - start) // 2
    part = state_trajectory.recorded_use(there.scenario, middle, there.end - 3 * DAY)
    assert list(part.days) == list(days(middle, there.end - 3 * DAY))
    assert part.curb.tolist() == [a for a, _ in flags[(middle - start).days : -3]]


def walked(there, flags, start, opening, anew):
    """The chances of each step of each component, day by day, by plain sums."""
    motion = there.scenario.with_parameters({"reaction_lag_days": 1.0}).motion
    found = {}
    for name in state_trajectory.COMPONENTS:
        chance = [1.0 if k == getattr(opening, name) else 0.0 for k in range(3)]
        rows = [chance]
        for k in range(1, len(flags)):
            curb, control = flags[k - 1]
            using = control if name == "control_dependence" else curb
            after = [0.0, 0.0, 0.0]
            for step in range(3):
                for to, p in component_transition(name, step, using, using, motion).items():
                    after[to] += chance[step] * p
            stated = anew.get(start + k * DAY)
            chance = after if stated is None else [float(j == getattr(stated, name)) for j in range(3)]
            rows.append(chance)
        found[name] = np.array(rows)
    return found


@pytest.mark.long
def test_dependence_and_stocks_of_every_day(there):
    start, flags = used(there)
    (_, opening), *later = state_trajectory.state_anchors(there.scenario)
    expected = walked(there, flags, start, opening, dict(later))
    path = state_trajectory.trajectory(there.scenario)
    for name in state_trajectory.COMPONENTS:
        assert path.distributions[name] == pytest.approx(expected[name], abs=1e-12)
    for day in (start, there.end, start + 50 * DAY):
        for name in state_trajectory.COMPONENTS:
            assert path.on(day)[name] == pytest.approx(expected[name][(day - start).days], abs=1e-12)
    rows = path.table().rows
    shown = [*(d for d in days(start, there.end) if d.day == 1), there.end]
    assert [row[0] for row in rows] == [str(day) for day in shown]
    for row, day in zip(rows, shown, strict=True):
        at = (day - start).days
        means = [sum(k * expected[name][at][k] for k in range(3)) for name in state_trajectory.COMPONENTS]
        assert row[1:] == pytest.approx((*means, expected["stocks"][at][0]), abs=1e-12)
    titles = [there.scenario.definition.state.title(name) for name in state_trajectory.COMPONENTS]
    assert path.table().columns == ("day", *(f"mean {t} (0 to 2)" for t in titles), "stocks gone")


def test_a_path_from_a_given_state_and_for_some_components():
    here = plain("us-china-2025")
    flags = (np.random.default_rng(3).random((40, 2)) < 0.5).tolist()
    start = date(2025, 3, 20)
    use = state_trajectory.Use(
        tuple(days(start, start + 39 * DAY)), *(np.array(side) for side in zip(*flags, strict=True))
    )
    opening = State(curb_dependence=1, control_dependence=0, stocks=2)
    draws = [here.scenario, here.scenario.draw(np.random.default_rng(1))]
    found = state_trajectory.trajectories(draws, use, opening, ("curb_dependence", "stocks"))
    assert set(found) == {"curb_dependence", "stocks"}
    for k, one in enumerate(draws):
        motion = one.with_parameters({"reaction_lag_days": 1.0}).motion
        for name in found:
            chance = np.eye(3)[getattr(opening, name)]
            for t in range(40):
                assert found[name][k, t] == pytest.approx(chance, abs=1e-12)
                matrix = state_trajectory.component_kernel(name, flags[t][0], motion)
                assert matrix.sum(axis=1) == pytest.approx(np.ones(3))
                chance = chance @ matrix
    # The control moves the dependence on it, and nothing else does.
    both = [
        state_trajectory.trajectories(draws[:1], replace(use, curb=c), opening, ("control_dependence",))
        for c in (use.curb, ~use.curb)
    ]
    assert (both[0]["control_dependence"] == both[1]["control_dependence"]).all()
