"""What is left of a truce without its tariff authority: each number from the game of its own law."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.verdicts.authority import authority_loss

LONDON = ng.truce("2025-06-london")
# A text that only the scenario knows to which it was given, in a state other than the usual one.
GIVEN = LONDON.with_clause("USA", "tariff", "busan")
# Signed on the day on which the USA tightened its chip control, which does not count yet, and a day later,
# when it does.
LATER, LAST = (
    ng.truce("2025-05-geneva").model_copy(update={"id": f"2025-05-{day}", "signed": date(2025, 5, day)})
    for day in (13, 14)
)
WORLD = ng.load_scenario("us-china-2025").with_agreement(GIVEN).with_agreement(LATER).with_agreement(LAST)
WORN = State(curb_dependence=0, control_dependence=1, stocks=1)
NAMES = (GIVEN.id, LATER.id, LAST.id)


def in_state(scenario, state):
    """Return the scenario with other first steps of its state."""
    parts = scenario.definition.state
    changed = {
        name: getattr(parts, name).model_copy(update={"start": getattr(state, name)})
        for name in ("curb_dependence", "control_dependence", "stocks")
    }
    definition = scenario.definition.model_copy(update={"state": parts.model_copy(update=changed)})
    return replace(scenario, definition=definition)


@pytest.fixture(scope="module", params=[None, WORN], ids=["record", "worn"])
def found(request):
    scenario = WORLD if request.param is None else in_state(WORLD, request.param)
    return scenario, authority_loss(scenario, NAMES)


def game_of(scenario, name, authority):
    """The game of a truce: what is covered at its level or harsher, as far as the law allows."""
    text = ng.truce(name, scenario)
    state = replace(state_of_the_day(text, scenario).likely, authority=authority)
    before = postures_on(scenario, text.signed - timedelta(days=1))
    terms = dict(text.covered())
    if text.amends:  # where an amendment is silent, what it amends stands
        terms = dict(ng.truce(text.amends, scenario).covered()) | terms
    for (country, instrument), level in terms.items():
        before = before.after(country, {instrument: level})
    menus = {country: {} for country in scenario.countries}
    for country, instrument in terms:
        lawful = [level.label for level in scenario.levels(country, instrument, state)]
        order = scenario.instruments[instrument].labels(country)
        at = order.index(terms[country, instrument])
        menu = [label for label in lawful if order.index(label) >= at]
        # Where the law is gone the calmest lawful level is all there is.
        menus[country][instrument] = tuple(menu or lawful[-1:])
    return posture_game(scenario, menus, before, state)


def test_payoffs_worst_and_threshold_are_those_of_the_game_under_each_law(found):
    scenario, loss = found
    for row, cells in zip(loss, loss.table().rows, strict=True):
        stage = game_of(scenario, row.truce, int(row.in_force))
        u = np.asarray(stage.payoffs, dtype=float)
        for label, actions in zip(row.kept, stage.actions, strict=True):
            assert posture_from_label(actions[0]).items() <= posture_from_label(label).items()
        assert row.payoffs == pytest.approx(u[0, 0], abs=1e-12)
        bounds = equilibrium_payoffs(ng.RepeatedGame(stage, scenario.discount_factor))
        assert row.worst == pytest.approx(bounds.threats, abs=1e-9)
        assert row.status == bounds.status
        assert cells[6:8] == tuple(row.payoffs - row.worst)  # at stake
        # The trigger falls back on the worst pure equilibrium of a period.
        stable = [
            at for at in np.ndindex(u.shape[:2])
            if u[(*at, 0)] >= u[:, at[1], 0].max() - 1e-12 and u[(*at, 1)] >= u[at[0], :, 1].max() - 1e-12
        ]  # fmt: skip
        off = min(stable, key=lambda at: u[at].sum())
        needed = []
        for i in (0, 1):
            gain = float((u[:, 0, 0] if i == 0 else u[0, :, 1]).max() - u[0, 0, i])
            stake = float(u[0, 0, i] - u[(*off, i)])
            needed.append(0.0 if gain <= 1e-12 else gain / (gain + stake) if stake > 1e-12 else np.inf)
        if max(needed) < 1:
            assert float(row.trigger) == pytest.approx(max(needed), abs=1e-9)
        else:
            assert row.trigger is None
