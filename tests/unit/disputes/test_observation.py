import pytest

from negotiation.disputes.observation import (
    LEGS,
    REGIMES,
    VERIFIABILITIES,
    ambiguity_chance,
    miss_chance,
    slip_chance,
)
from negotiation.errors import UnknownParameter
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


@pytest.mark.parametrize("end", ["low", "value", "high"])
@pytest.mark.parametrize("leg", LEGS)
def test_agencies_that_are_not_coordinated_slip_more(end, leg):
    first, second = (slip_chance(at(end), leg, regime) for regime in REGIMES)
    assert first <= second < 1


def test_an_alarm_tells_something_at_every_corner_of_the_ranges():
    q = SCENARIO.quantities
    for grade in VERIFIABILITIES:
        worst = {f"signal.{kind}.{grade}": q[f"signal.{kind}.{grade}"].high for kind in ("ambiguity", "miss")}
        p = SCENARIO.with_parameters({**worst, "reaction_lag_days": q["reaction_lag_days"].high}).parameters
        assert ambiguity_chance(p, grade) + miss_chance(p, grade) < 1


def test_hazards_scale_with_the_length_of_a_period():
    day, year = (SCENARIO.with_parameters({"reaction_lag_days": d}).parameters for d in (1.0, 365.0))
    for leg in LEGS:
        annual = year[f"slip.{leg}.fractured"]
        assert slip_chance(year, leg, "fractured") == pytest.approx(annual, abs=1e-12)
        survived = (1 - slip_chance(day, leg, "fractured")) ** 365
        assert survived == pytest.approx(1 - annual, abs=1e-9)


def test_unknown_legs_and_grades_offer_the_known_ones():
    with pytest.raises(UnknownParameter, match=r"slip\.control\.fractured"):
        slip_chance(SCENARIO.parameters, "controls", "fractured")
    with pytest.raises(UnknownParameter, match=r"signal\.miss\.high"):
        miss_chance(SCENARIO.parameters, "hi")
