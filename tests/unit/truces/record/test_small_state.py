"""From which day and state dependence and stocks are followed, and what moves them, on small inputs."""

from datetime import date, timedelta

import numpy as np
import pytest

from negotiation.disputes import State, load_scenario
from negotiation.errors import InvalidDate
from negotiation.truces.record.state_trajectory import (
    COMPONENTS,
    Use,
    daily_moves,
    opening_state,
    recorded_use,
    state_anchors,
    state_begins,
    trajectories,
    trajectory,
)
from tests.small_dispute import EARLIER, POSTURE, row, write
from tests.us_china import SCENARIO as MAIN

STATE = '[state]\nday = {}\nnote = "invented"\n{}\n\n[[entries]]'
FIRST = date(2025, 3, 1)


def world(where, now=None, earlier=None):
    told = ((POSTURE, now), (EARLIER, earlier))
    return load_scenario(
        write(where, *((name, "[[entries]]", STATE.format(*one)) for name, one in told if one))
    )


def test_the_state_is_that_of_the_record_and_else_the_disputes_own(tmp_path):
    plain = world(tmp_path / "none")
    default = plain.default_state
    assert (state_begins(plain), opening_state(plain)) == (date(2024, 1, 1), default)
    some = world(tmp_path / "some", now=("2024-02-01", "curb_dependence = 0\nstocks = 1"))
    assert state_begins(some) == date(2024, 2, 1)
    found = opening_state(some)
    assert (default.curb_dependence, default.control_dependence, default.stocks) == (2, 2, 0)
    assert (found.curb_dependence, found.control_dependence, found.stocks) == (0, 2, 1)


def test_a_state_is_given_anew_only_where_the_later_posture_gives_one(tmp_path):
    early, late = ("2021-03-01", "stocks = 1"), ("2024-02-01", "stocks = 0")
    for name, now, earlier, days in (
        ("both", late, early, [date(2021, 3, 1), date(2024, 2, 1)]),
        ("early", None, early, [date(2021, 3, 1)]),
        ("late", late, None, [date(2021, 1, 1), date(2024, 2, 1)]),
        ("neither", None, None, [date(2021, 1, 1)]),
    ):
        here = world(tmp_path / name, now, earlier)
        back = here.with_past_levels()
        assert [day for day, _ in state_anchors(back)] == days, name
        assert state_begins(back) == days[0]
        assert [day for day, _ in state_anchors(here)] == [date(2024, 2, 1) if now else date(2024, 1, 1)]


def test_days_of_use_are_those_of_the_record_and_none_where_nothing_is_a_curb(tmp_path):
    rows = [row("E001", "2024-02-10", "BBB", "export_stop", "stopped")]
    here = load_scenario(write(tmp_path, table=rows))
    use = recorded_use(here)
    assert (use.days[0], use.days[-1], len(use.days)) == (date(2024, 1, 1), date(2024, 12, 31), 366)
    assert not use.curb.any()
    assert not use.control.any()
    part = recorded_use(here, date(2024, 2, 9), date(2024, 2, 9))
    assert part.days == (date(2024, 2, 9),)
    for start, end in ((date(2023, 12, 31), None), (None, date(2025, 1, 1))):
        with pytest.raises(InvalidDate):
            recorded_use(here, start, end)


def days(count):
    return tuple(FIRST + timedelta(k) for k in range(count))


@pytest.mark.parametrize("what", ["curb", "control"])
def test_a_stretch_without_use_is_taken_from_what_was_used_and_from_that_alone(what):
    used = np.array([True, True, False, True])
    use = Use(days(4), used, used)
    found = use.without(what, FIRST + timedelta(1), FIRST + timedelta(3))
    assert getattr(found, what).tolist() == [True, False, False, True]
    other = {"curb": "control", "control": "curb"}[what]
    assert getattr(found, other).tolist() == used.tolist()
    assert found.days == use.days


def test_the_curb_moves_rare_earths_and_stocks_and_the_control_moves_chips():
    """One day of use of one of them, against a day of none: what differs on the next day."""
    none, full = np.zeros(2, dtype=bool), np.ones(2, dtype=bool)
    opening = State(curb_dependence=2, control_dependence=2, stocks=1)

    def after(curb, control):
        found = trajectories([MAIN], Use(days(2), curb, control), opening)
        assert set(found) == set(COMPONENTS)
        assert all(path.shape == (1, 2, 3) for path in found.values())
        assert [path[0, 0].argmax() for path in found.values()] == [2, 2, 1]
        return {name: path[0, 1] for name, path in found.items()}

    calm, curbed, controlled = after(none, none), after(full, none), after(none, full)
    assert {name for name in calm if not np.allclose(calm[name], curbed[name])} == {
        "curb_dependence",
        "stocks",
    }
    assert {name for name in calm if not np.allclose(calm[name], controlled[name])} == {"control_dependence"}
    assert curbed["stocks"][0] > 0 == calm["stocks"][0]  # used, they empty
    assert calm["stocks"][2] > 0 == curbed["stocks"][2]  # and else they fill
    for name in ("curb_dependence", "control_dependence"):
        assert (curbed if name == "curb_dependence" else controlled)[name][2] < calm[name][2] < 1.0


def test_the_use_of_a_day_counts_for_the_next_and_that_of_the_last_for_none():
    opening = State(curb_dependence=2, control_dependence=2, stocks=2)
    used = np.array([False, True, False])
    path = trajectories([MAIN], Use(days(3), used, ~used), opening)["stocks"][0]
    assert path[1].tolist() == [0.0, 0.0, 1.0]
    assert path[2][2] < 1.0
    last = trajectories([MAIN], Use(days(3), np.array([False, False, True]), used), opening)["stocks"][0]
    assert last[2].tolist() == [0.0, 0.0, 1.0]


def test_moves_that_are_given_are_followed():
    moves = {
        name: np.stack([np.eye(3)[None, ::-1]] * 2) for name in COMPONENTS
    }  # full becomes gone, and back
    opening = State(curb_dependence=2, control_dependence=1, stocks=0)
    use = Use(days(4), np.ones(4, dtype=bool), np.ones(4, dtype=bool))
    found = trajectories([MAIN], use, opening, moves=moves)
    steps = {name: path[0].argmax(axis=-1).tolist() for name, path in found.items()}
    assert steps == {
        "curb_dependence": [2, 0, 2, 0], "control_dependence": [1, 1, 1, 1], "stocks": [0, 2, 0, 2],
    }  # fmt: skip
    shapes = {name: one.shape for name, one in daily_moves([MAIN] * 3).items()}
    assert shapes == dict.fromkeys(COMPONENTS, (2, 3, 3, 3))


def test_a_trajectory_has_its_days_and_cannot_be_written_to():
    use = Use(days(40), np.ones(40, dtype=bool), np.zeros(40, dtype=bool))
    path = trajectory(MAIN, use, State(curb_dependence=1, control_dependence=0, stocks=2))
    assert [path.on(FIRST)[name].argmax() for name in COMPONENTS] == [1, 0, 2]
    assert path.on(FIRST + timedelta(39))["stocks"] == pytest.approx(path.distributions["stocks"][39])
    rows = path.table().rows
    assert [one[0] for one in rows] == ["2025-03-01", "2025-04-01", "2025-04-09"]
    assert rows[0][1:] == (1.0, 0.0, 2.0, 0.0)
    with pytest.raises(ValueError, match="read-only"):
        path.distributions["stocks"][0, 0] = 1.0
