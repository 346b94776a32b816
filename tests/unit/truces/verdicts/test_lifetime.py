from itertools import pairwise

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidNumber
from negotiation.game_theory.solvers.closed_forms.survival import Survival
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.record.contract import Linkage
from negotiation.truces.verdicts.lifetime import (
    ANY,
    AS_IT_IS,
    CONSULTATION,
    COORDINATED,
    Lifetime,
    broken_states,
    truce_lifetime,
)
from negotiation.truces.verdicts.under_noise import false_alarms
from tests.properties.simulated_plays import curve, times_to_event
from tests.us_china import SCENARIO

TRUCES = ("2025-05-geneva", "2025-10-busan")
ERRORS = 4.5
"""Standard errors within which a simulated curve must lie: a chance below 1e-5 at each point."""


@pytest.fixture(scope="module", params=TRUCES)
def lifetime(request):
    return truce_lifetime(ng.truce(request.param), SCENARIO)


def test_linkage_pools_false_alarms(lifetime):
    quiet = np.ones_like(lifetime.find("first false alarm").survival.curve)
    for leg in lifetime.legs:
        apart = lifetime.find("broken off", leg, "within_issue").survival.curve
        assert apart == pytest.approx(lifetime.find("first false alarm", leg).survival.curve)
        quiet = quiet * apart
    for leg in (*lifetime.legs, ANY):
        pooled = lifetime.find("broken off", leg, "all_or_nothing").survival.curve
        assert pooled == pytest.approx(quiet)  # period by period 1 - prod(1 - p_k)


def test_without_linkage_nothing_but_the_clock_ends_it(lifetime):
    assert lifetime.find("broken off", linkage="none").survival.never == 1
    clock = lifetime.find("broken off or run out", linkage="none").survival
    term = 6 if lifetime.agreement == "2025-05-geneva" else 26
    renewal = SCENARIO.parameters["state.renewal_probability"]
    assert clock.curve == pytest.approx(renewal ** (np.arange(len(clock.curve)) // term))
    assert clock.mean == pytest.approx(term / (1 - renewal))


@pytest.mark.long
def test_simulation_of_the_counted_clock_agrees_too():
    agreement = ng.truce("2025-10-busan")
    compiled = compiled_text(agreement, SCENARIO, TextChoices(clock="counted"))
    broken = broken_states(compiled, ANY)
    times = times_to_event(compiled.game, compiled.automaton, off=broken, periods=40, runs=40_000, seed=5)
    lifetime = truce_lifetime(agreement, SCENARIO)
    exact = lifetime.find("broken off or run out", linkage="all_or_nothing").survival
    assert lies_within_error(exact.curve[:41], times)


def lies_within_error(exact, times):
    error = np.sqrt(exact * (1 - exact) / len(times))
    return (np.abs(curve(times, len(exact) - 1) - exact) <= ERRORS * error + 1e-12).all()


@pytest.mark.parametrize(
    ("days", "chance"),
    [(0, 1.0), (9.9, 1.0), (10, 0.9), (16, 0.9), (19.9, 0.9), (20, 0.7), (29, 0.7), (30, 0.4)],
)
def test_survival_at_a_day_is_that_at_the_end_of_the_last_whole_period(days, chance):
    found = Survival(np.array([1.0, 0.9, 0.7, 0.4]), np.inf, 1.0, "broken off")
    assert Lifetime("broken off", "none", "any", "as it is", found, 10.0).at(days) == chance


@pytest.mark.long
def test_curves_reach_twenty_years_ahead():
    curve = truce_lifetime(ng.truce(TRUCES[1]), SCENARIO).find("first false alarm").survival.curve
    assert len(curve) == 1 + round(20 * 365 / SCENARIO.parameters["reaction_lag_days"])


LONDON = ng.truce("2025-06-london")
IN_KIND = LONDON.model_copy(update={"linkage": Linkage(kind="proportionate", assumption=True)})
"""Three legs that are answered one by one."""


def chances(text, scenario):
    """The chance a period of a false alarm, by leg and in any."""
    return dict(false_alarms(compiled_text(text, scenario, TextChoices(linkage="within_issue"))))


def test_each_remedy_has_the_false_alarms_of_its_own_clauses_and_agencies():
    in_kind = truce_lifetime(IN_KIND, SCENARIO)
    p = SCENARIO.parameters
    grades = [f"signal.ambiguity.{grade}" for grade in ("high", "medium", "low", "none")]
    better = SCENARIO.with_parameters({worse: p[name] for name, worse in pairwise(grades)})
    worlds = {
        AS_IT_IS: (IN_KIND, SCENARIO),
        CONSULTATION: (IN_KIND, better),
        COORDINATED: (IN_KIND.model_copy(update={"coordination": None}), SCENARIO),
    }
    found = [(x.leg, x.remedy, x.linkage) for x in in_kind if x.event == "first false alarm"]
    legs = (*in_kind.legs, ANY)
    assert len(in_kind.legs) > 1
    assert found == [(leg, remedy, "") for remedy in worlds for leg in legs]
    first = {}
    for remedy, (text, world) in worlds.items():
        for leg, chance in chances(text, world).items():
            told = in_kind.find("first false alarm", leg, remedy=remedy)
            assert told.survival.curve == pytest.approx((1 - chance) ** np.arange(len(told.survival.curve)))
            assert told.survival.mean == pytest.approx(1 / chance)
            first[remedy, leg] = chance
    # The remedies differ from one another and from none, else it would not matter which is which.
    assert len({round(first[remedy, ANY], 12) for remedy in worlds}) == (3 if LONDON.coordination else 2)


@pytest.mark.parametrize(
    ("curve", "median"), [([1.0, 0.6, 0.5, 0.2], 14.0), ([1.0, 0.9], None), ([0.5, 0.1], 0.0)]
)
def test_the_median_is_of_days_none_beyond_the_curve_and_zero_where_it_has_come_before(curve, median):
    found = Lifetime("broken off", "none", "any", "as it is", Survival(np.array(curve), 3.0, 0.0, "x"), 7.0)
    assert (found.median_days, found.mean_days) == (median, 21.0)


@pytest.mark.parametrize("days", [-1.0, float("nan"), 1e6])
def test_days_outside_the_curve_are_refused(days):
    survival = ng.truce("2025-10-busan").survival()
    with pytest.raises(InvalidNumber, match="`days` must be at least 0 and less than 7,"):
        survival.find("broken off", linkage="all_or_nothing").at(days)
