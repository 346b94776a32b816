"""From which day and state dependence and stocks are followed, and what moves them, on small inputs."""

from datetime import date, timedelta

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.record.state_trajectory import Use, state_anchors, state_begins
from tests.small_dispute import EARLIER, POSTURE, write

STATE = '[state]\nday = {}\nnote = "invented"\n{}\n\n[[entries]]'
FIRST = date(2025, 3, 1)


def world(where, now=None, earlier=None):
    told = ((POSTURE, now), (EARLIER, earlier))
    return load_scenario(
        write(where, *((name, "[[entries]]", STATE.format(*one)) for name, one in told if one))
    )


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
