import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solvers.closed_forms.survival import Survival
from negotiation.truces.compiling.compiler import Choices, compiled_text
from negotiation.truces.verdicts.lifetime import (
    ANY,
    Lifetime,
    alarms_in,
    broken_states,
    truce_lifetime,
)
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


@pytest.mark.parametrize("name", TRUCES)
@pytest.mark.parametrize("linkage", ["within_issue", "all_or_nothing"])
def test_the_exact_curves_lie_within_the_error_of_simulation(name, linkage):
    compiled = compiled_text(ng.truce(name), SCENARIO, Choices(linkage=linkage, clock="none"))
    lifetime = truce_lifetime(ng.truce(name), SCENARIO)
    events = {
        "alarm": (lifetime.find("first false alarm"), {"alarms": alarms_in(compiled, ANY)}),
        "tariff": (
            lifetime.find("broken off", "tariff", linkage),
            {"off": broken_states(compiled, "tariff")},
        ),
    }
    for exact, event in events.values():
        times = times_to_event(compiled.game, compiled.automaton, **event, periods=60, runs=40_000, seed=3)
        assert lies_within_error(exact.survival.curve[:61], times)


def test_simulation_of_the_counted_clock_agrees_too():
    agreement = ng.truce("2025-10-busan")
    compiled = compiled_text(agreement, SCENARIO, Choices(clock="counted"))
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


def test_curves_reach_twenty_years_ahead():
    curve = truce_lifetime(ng.truce(TRUCES[1]), SCENARIO).find("first false alarm").survival.curve
    assert len(curve) == 1 + round(20 * 365 / SCENARIO.parameters["reaction_lag_days"])
