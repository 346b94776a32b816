from datetime import date, timedelta

import numpy as np

from negotiation.truces.record.state_trajectory import Use

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
