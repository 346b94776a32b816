"""What changes what is negotiated: each change from its own two equilibria, and counts over draws by hand."""

from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.posture import posture_from_label
from negotiation.truces.studies.negotiated_anew import (
    negotiated_anew,
    relation,
    with_clock,
    with_label,
    with_precedent,
    without_controls,
)
from tests.us_china import SCENARIO

HALF = replace(SCENARIO.default_state, stocks=1)
"""Not the state that is taken if none is given."""


@pytest.fixture(scope="module")
def found():
    return negotiated_anew(SCENARIO, chances=[0.2], size="small", state=HALF)


@pytest.fixture(scope="module")
def parts():
    """The relation with the controls, without them, and what is negotiated in the first."""
    whole = relation(SCENARIO, HALF, size="small")
    return whole, without_controls(SCENARIO, whole, HALF), solved(whole)


def solved(game, chance=0.2):
    return ng.negotiation_equilibrium(game, negotiation_probability=chance)


def told(found, name):
    (row,) = found.rows
    return row.changes[name][0]


def in_state(equilibrium, **components):
    return np.array(equilibrium.negotiated[replace(HALF, **components).label])


def test_controls_are_set_against_a_bargain_without_them(found, parts):
    _, outside, own = parts
    np.testing.assert_allclose(told(found, "controls"), in_state(own) - in_state(solved(outside)), atol=1e-9)


def test_dependence_is_set_against_low(found, parts):
    own = parts[2]
    np.testing.assert_allclose(told(found, "dependence"), in_state(own) - in_state(own, curb_dependence=0))


@pytest.mark.parametrize(("name", "stocks"), [("use, stocks full", 2), ("use, stocks gone", 0)])
def test_use_is_set_against_a_period_without_by_what_follows_each(found, parts, name, stocks):
    whole, _, own = parts
    label = replace(HALF, stocks=stocks).label
    first, second = whole.stage(label).actions
    means = []
    for curbed in (True, False):
        harsh = [
            x for x in second if (posture_from_label(x)["rare_earth_curb"] == "october_package") == curbed
        ]
        after = whole.next_states(label, (first[0], harsh[0]))
        means.append(sum(p * np.array(own.negotiated[s]) for s, p in after.items()))
    change = means[0] - means[1]
    assert np.abs(change).max() > 1e-3
    np.testing.assert_allclose(told(found, name), change, atol=1e-9)


def test_a_clock_of_a_year_is_set_against_none(found, parts):
    running = solved(with_clock(SCENARIO, HALF, 365.0, parts[2], "small"), 0.0)
    change = in_state(running, clock=3) - in_state(parts[2])
    np.testing.assert_allclose(told(found, "clock"), change, atol=1e-9)
    half = solved(with_clock(SCENARIO, HALF, 182.5, parts[2], "small"), 0.0)
    assert np.abs(in_state(half, clock=3) - in_state(running, clock=3)).max() > 1e-3


def test_authority_in_force_is_set_against_lost(found):
    game = relation(SCENARIO, HALF, moving=("curb_dependence", "stocks", "authority"), size="small")
    own = solved(game)
    np.testing.assert_allclose(
        told(found, "authority"), in_state(own) - in_state(own, authority=0), atol=1e-9
    )


def test_a_precedent_is_set_against_none_yet(found, parts):
    whole, outside, _ = parts
    own = solved(with_precedent(whole, outside))
    change = np.array(own.negotiated[with_label(HALF.label)]) - in_state(own)
    np.testing.assert_allclose(told(found, "precedent"), change, atol=1e-9)
