"""What a verdict under noise says, from made-up departures, and what it is asked of, part by part."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.posture_payoffs import ManyPostureGames, posture_game
from negotiation.truces.compiling.compiler import Choices
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories.common.departures import ANSWERING, KEPT, OVER
from negotiation.truces.verdicts import under_noise
from negotiation.truces.verdicts.noise_departures import Departure
from negotiation.truces.verdicts.under_noise import (
    LegUnderNoise,
    NoiseVerdicts,
    outside_moves,
)
from tests.us_china import SCENARIO

WORN = State(curb_dependence=0, control_dependence=0)


def departure(gain, where=KEPT, player="AAA", name="tariff"):
    return Departure(player, ((name, "peak"),), gain, where)


CALM, ANSWERED, ENDED = departure(-0.5), departure(0.25, ANSWERING, "BBB"), departure(-0.125, OVER)
SMALL, LARGE = departure(0.0625, player="BBB", name="fee"), departure(0.75, name="curb")


def leg(by_class=None, outside=(), name="tariff", covered=("AAA tariff",), custom=True):
    rows = {one.where: one for one in by_class or ()}
    return LegUnderNoise(name, covered, rows, outside, custom)


@pytest.mark.parametrize(
    ("found", "named", "text", "holds", "words"),
    [
        (leg(), None, True, True, "holds"),
        (leg((CALM, ENDED)), CALM, True, True, "holds"),
        (leg((CALM, departure(0.0, ANSWERING))), CALM, True, True, "holds"),
        (leg((departure(0.5), ANSWERED)), departure(0.5), False, False, "breaks: AAA tariff to peak"),
        (leg((CALM, ANSWERED, ENDED)), ANSWERED, False, False,
         "breaks while answering: BBB tariff to peak"),
        (leg((CALM, departure(1.0, OVER))), departure(1.0, OVER), False, False,
         "breaks while over: AAA tariff to peak"),
        # What is outside breaks it where the text does not, whatever comes closest in the text.
        (leg((CALM,), (SMALL, LARGE)), LARGE, True, False,
         "moved on outside the text: BBB fee to peak; AAA curb to peak"),
        (leg((), (SMALL,)), SMALL, True, False, "moved on outside the text: BBB fee to peak"),
        (leg((CALM, ANSWERED), (LARGE,)), ANSWERED, False, False,
         "breaks while answering: BBB tariff to peak"),
    ],
)  # fmt: skip
def test_a_leg_says_which_departure_breaks_it_and_where(found, named, text, holds, words):
    assert found.departure == named
    assert found.margin == (math.inf if named is None else -named.gain)
    assert (found.text_holds, found.holds, found.words) == (text, holds, words)
    assert found.outside_moves == tuple(str(move) for move in found.outside)


FIRST = leg((CALM, ANSWERED), (), "tariff", ("AAA tariff", "BBB tariff"), None)
SECOND = leg((CALM,), (SMALL, LARGE), "control", (), False)
THIRD = leg((), (), "other", ())


def verdicts(*legs, stopped=""):
    check = SimpleNamespace(explain=lambda: "It is none.", holds=False)
    return NoiseVerdicts("x", None, check, None, legs, "on the day", stopped, names={"BBB": "Brazil"})


def test_all_legs_hold_where_each_does_and_each_is_found_by_its_name():
    found = verdicts(FIRST, SECOND, THIRD)
    assert (found.holds, verdicts(THIRD, SECOND).holds) == (False, False)
    assert (verdicts(THIRD).holds, verdicts(THIRD, leg((CALM,))).holds) == (True, True)
    assert list(found) == [FIRST, SECOND, THIRD]
    assert found["control"] is SECOND


def test_it_is_explained_with_the_check_each_leg_and_what_stopped_it():
    found = verdicts(FIRST, THIRD, stopped="it was stopped").explain()
    assert found == (
        "x: It is none. tariff leg: breaks while answering: Brazil tariff to peak. other leg: holds. "
        "it was stopped"
    )
    assert verdicts(THIRD).explain() == "x: It is none. other leg: holds."


# Of a text: what is outside it, and the convention that keeps that


def outside(text, scenario):
    """What the text leaves free, as (country, instrument), and the levels with its terms in place."""
    base = ng.truce(text.amends, scenario).covered() if text.amends else {}
    terms = {**base, **text.covered()}
    kept = postures_before(text, scenario)
    for (country, name), level in terms.items():
        kept = kept.after(country, {name: level})
    free = [(c, n) for c in scenario.countries for n in scenario.held(c) if (c, n) not in terms]
    return terms, free, kept


@pytest.mark.parametrize("state", [None, WORN, State(stocks=2)], ids=["record", "worn", "stocked"])
@pytest.mark.parametrize("name", ["2025-05-geneva", "2025-06-london", "2025-10-busan"])
def test_what_is_outside_goes_to_a_residual_equilibrium_and_gains_against_the_level_in_force(
    monkeypatch, name, state
):
    text, there, asked = ng.truce(name), state or state_of_the_day(ng.truce(name), SCENARIO).likely, []
    # No payoff of a holder's own moves with the state in this dispute: so the state is looked at itself.
    monkeypatch.setattr(
        under_noise, "ManyPostureGames", lambda *given: asked.append(given[2]) or ManyPostureGames(*given)
    )
    _, free, kept = outside(text, SCENARIO)
    found = outside_moves(text, SCENARIO, Choices(state=state))
    assert asked == [there]
    went = {(one.player, one.changes[0][0]): one for one in found}
    assert set(went) <= set(free)
    assert [(one.player, one.changes[0][0]) for one in found] == [pair for pair in free if pair in went]
    assert all(one.gain > 0.0 for one in found)
    after = kept
    for (country, instrument), one in went.items():
        ((_, level),) = one.changes
        labels = SCENARIO.instruments[instrument].labels(country)
        assert labels.index(level) > labels.index(kept[country][instrument])
        after = after.after(country, {instrument: level})

    def worth(country, instrument, postures):
        labels = [level.label for level in SCENARIO.levels(country, instrument, there)]
        menus = {c: {} for c in SCENARIO.countries} | {country: {instrument: tuple(labels)}}
        own = posture_game(SCENARIO, menus, postures, there).payoffs[..., SCENARIO.countries.index(country)]
        return dict(zip(labels, np.ravel(own).tolist(), strict=True))

    for country, instrument in free:
        values = worth(country, instrument, after)
        now = values[kept[country][instrument]]
        if (country, instrument) in went:
            one = went[country, instrument]
            once = (1 - SCENARIO.discount_factor) * (values[one.changes[0][1]] - now)
            assert one.gain == pytest.approx(once, abs=1e-12)
            assert values[one.changes[0][1]] == pytest.approx(max(values.values()), abs=1e-9)
        else:
            # Nothing harsher pays where nothing goes harsher.
            labels = SCENARIO.instruments[instrument].labels(country)
            at = labels.index(kept[country][instrument])
            assert max((values[x] - now for x in values if labels.index(x) > at), default=0.0) <= 1e-9
