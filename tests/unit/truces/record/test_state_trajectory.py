from datetime import date, timedelta

import numpy as np

from negotiation.truces.record.state_trajectory import Use, recorded_use, trajectory
from negotiation.world import load_scenario

FIRST = date(2025, 4, 28)
DAYS = tuple(FIRST + timedelta(days=k) for k in range(8))
ALL = np.ones(len(DAYS), dtype=bool)


def test_a_stretch_without_use_begins_on_its_first_day_and_ends_before_the_day_after_it():
    use = Use(DAYS, ALL, ALL)
    found = use.without("curb", date(2025, 4, 30), date(2025, 5, 3))
    unused = [day.isoformat() for day, used in zip(DAYS, found.curb, strict=True) if not used]
    assert unused == ["2025-04-30", "2025-05-01", "2025-05-02"]
    assert found.control.all()
    assert use.curb.all()


def test_the_april_regime_with_general_licences_is_no_use_of_the_curb():
    """From 7 November 2025 stocks fill again, as they did under London's licences."""
    scenario = load_scenario("us-china-2025")
    use = recorded_use(scenario)
    used = dict(zip(use.days, use.curb.tolist(), strict=True))
    assert used[date(2025, 6, 1)]
    assert not used[date(2025, 8, 1)]
    assert used[date(2025, 11, 6)]
    assert not used[date(2025, 11, 7)]
    path = trajectory(scenario, use)
    gone = [float(path.on(day)["stocks"][0]) for day in (date(2025, 11, 7), date(2025, 11, 30))]
    assert gone[1] < gone[0]
