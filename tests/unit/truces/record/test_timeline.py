from datetime import date

import pytest

from negotiation.truces.record.timeline import (
    postures_on,
)
from tests.us_china import SCENARIO

WHOLE = SCENARIO.with_past_levels()


@pytest.mark.parametrize(
    ("day", "country", "instrument", "level"),
    [
        (date(2025, 1, 20), "USA", "tariff", "january"),
        (date(2025, 5, 11), "USA", "tariff", "peak"),
        (date(2025, 5, 13), "USA", "tariff", "peak"),  # signed on the 12th, in force on the 14th
        (date(2025, 5, 14), "USA", "tariff", "geneva"),
        (date(2025, 5, 13), "USA", "chip_control", "ascend_guidance"),
        # Licences for the H20 were promised in July; none was issued before the arrangement of August.
        (date(2025, 7, 14), "USA", "chip_control", "ascend_guidance"),
        (date(2025, 8, 31), "USA", "chip_control", "licensed_for_fee"),
        (date(2025, 10, 13), "USA", "port_fee", "none"),  # adopted in April, collected from 14 October
        (date(2025, 10, 14), "USA", "port_fee", "usd_50"),
        (date(2025, 10, 9), "CHN", "rare_earth_curb", "october_package"),
        (date(2025, 11, 30), "CHN", "precursor_enforcement", "enforced"),
        # Five rows of the October package were to take effect on 8 November; the suspension did on the 7th.
        (date(2025, 11, 8), "CHN", "rare_earth_curb", "general_licences"),
        (date(2025, 11, 30), "USA", "tariff", "busan"),
        (date(2018, 3, 22), "USA", "tariff", "ordinary"),
        (date(2018, 9, 24), "USA", "tariff", "three_lists"),
        (date(2019, 8, 31), "USA", "tariff", "list_3_raised"),
        (date(2019, 9, 1), "USA", "tariff", "list_4a"),  # a threat made smaller in August changes nothing
        (date(2020, 2, 14), "USA", "tariff", "phase_one"),
        (date(2020, 2, 14), "CHN", "tariff", "phase_one"),
        (date(2022, 10, 6), "USA", "chip_control", "chips_free"),
        (date(2022, 10, 7), "USA", "chip_control", "rules_of_2022"),
        (date(2024, 12, 1), "USA", "chip_control", "rules_of_2023"),
        (date(2024, 12, 2), "USA", "chip_control", "licensed"),
        (date(2023, 7, 31), "CHN", "minerals_ban", "free"),
        (date(2025, 1, 19), "CHN", "tariff", "phase_one"),  # no row raises the average to that of 2025
        (date(2025, 1, 20), "CHN", "tariff", "january"),
    ],
)
def test_levels_in_force(day, country, instrument, level):
    for world in (WHOLE, SCENARIO) if day >= date(2025, 1, 20) else (WHOLE,):
        assert postures_on(world, day)[country][instrument] == level
