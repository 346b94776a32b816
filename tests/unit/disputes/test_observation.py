import pytest

from negotiation.disputes.observation import LEGS, VERIFIABILITIES, ambiguity_chance, miss_chance, slip_chance
from tests.us_china import SCENARIO


def at(end):
    return SCENARIO.with_parameters({n: getattr(q, end) for n, q in SCENARIO.quantities.items()}).parameters


@pytest.mark.parametrize("end", ["low", "value", "high"])
def test_what_is_harder_to_check_is_seen_worse(end):
    p = at(end)
    for chance in (ambiguity_chance, miss_chance):
        grades = [chance(p, grade) for grade in VERIFIABILITIES]
        assert grades == sorted(grades)
        assert all(0 <= x <= 1 for x in grades)


def test_hazards_scale_with_the_length_of_a_period():
    day, year = (SCENARIO.with_parameters({"reaction_lag_days": d}).parameters for d in (1.0, 365.0))
    for leg in LEGS:
        annual = year[f"slip.{leg}.fractured"]
        assert slip_chance(year, leg, "fractured") == pytest.approx(annual, abs=1e-12)
        survived = (1 - slip_chance(day, leg, "fractured")) ** 365
        assert survived == pytest.approx(1 - annual, abs=1e-9)
