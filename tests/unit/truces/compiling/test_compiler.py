from datetime import date

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.record.agreement_text import scenario_for
from negotiation.truces.verdicts.under_noise import noise_verdicts
from tests.us_china import AGREEMENTS, SCENARIO


def compiled(name, scenario=SCENARIO, **choices):
    return compiled_text(ng.truce(name), scenario, TextChoices(**choices))


@pytest.mark.parametrize("name", ["2025-08-stockholm", "2025-10-busan"])
def test_certain_renewal_is_no_clock(name):
    certain = SCENARIO.with_parameters({"state.renewal_probability": 1.0})
    values = [
        ng.value(found.game, found.automaton).payoffs
        for found in (compiled(name, certain, clock=clock) for clock in ("counted", "memoryless", "none"))
    ]
    np.testing.assert_allclose(values[0], values[2], atol=1e-10)
    np.testing.assert_allclose(values[1], values[2], atol=1e-10)


@pytest.mark.parametrize("name", ["2025-08-stockholm", "2025-06-london"])
def test_a_memoryless_clock_is_a_lower_discount_factor(name):
    # A game that ends with chance h into constant payoffs is the one without end at delta (1 - h), rescaled.
    ends, endless = compiled(name, clock="memoryless"), compiled(name, clock="none")
    delta, hazard = SCENARIO.discount_factor, 0.25 / 6
    patient = ng.RepeatedGame(endless.game.stage, delta * (1 - hazard), endless.signal)
    one, other = ng.verify(ends.game, ends.automaton), ng.verify(patient, endless.automaton)
    scale = (1 - delta) / (1 - delta * (1 - hazard))
    states = [s for s in ends.automaton.states if s != "ended"]
    assert states == list(endless.automaton.states)
    assert one.holds == other.holds
    if not one.holds:
        assert float(one.margin) == pytest.approx(scale * float(other.margin), rel=1e-9)


def test_renewal_by_play_ends_the_agreement_where_a_breach_is_being_answered(tmp_path):
    text = (AGREEMENTS / "2025-10-busan.toml").read_text().replace('"calibration"', '"by play"')
    path = tmp_path / "mine.toml"
    path.write_text(text)
    automaton = ng.truce(path).compile(SCENARIO)
    assert automaton.next_states("1 left, kept", "quiet") == {"26 left, kept": 1}
    assert automaton.next_states("1 left, kept", "alarm") == {"ended": 1}
    assert automaton.next_states("1 left, answer 3", "quiet") == {"ended": 1}


def edited(tmp_path, name, *pairs):
    text = (AGREEMENTS / f"{name}.toml").read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.long
def test_payoffs_are_of_the_day_of_signing_unless_a_state_is_given():
    early = ng.truce("2025-06-london").model_copy(update={"signed": date(2025, 5, 12)})
    on_the_day = ng.verdict(early, theories=["each for itself"])
    assert on_the_day.where.endswith("chip dependence full, stocks half")
    in_state = lambda state: early.game(clock="none", state=state).stage.payoffs.tolist()  # noqa: E731 - short
    assert in_state(None) == in_state(on_the_day.state.likely) != in_state(SCENARIO.default_state)
    written = {"remedy": "as written", "noise": True}
    for found in (ng.verdict(early, **written), early.survival()):
        assert on_the_day.where in found.table().title
    given = ng.verdict(early, state=SCENARIO.default_state, **written)
    assert "state given: rare earth dependence full" in given.table().title


def test_what_a_text_from_before_the_record_does_not_state_was_not_in_play():
    text = ng.truce("2018-12-buenos-aires")
    stated = {entry.instrument for entry in text.before}
    under_noise = noise_verdicts(text, scenario_for(text, None))
    moved = {name for leg in under_noise for move in leg.outside for name, _ in move.changes}
    assert moved <= stated == set(ng.verdict(text, theories=["moment"]).batch.menus["CHN"])


def test_outside_the_text_moment_is_a_stage_equilibrium_and_custom_is_the_day_before():
    moment, custom = (compiled("2025-10-busan", outside=o) for o in ("moment", "custom"))
    assert moment.game.stage.actions == custom.game.stage.actions
    difference = moment.game.stage.payoffs - custom.game.stage.payoffs
    # Payoffs add up, so that what is outside changes no incentive of the text.
    np.testing.assert_allclose(difference, np.broadcast_to(difference[0, 0], difference.shape), atol=1e-12)


@pytest.mark.long
def test_another_linkage_than_the_texts_own_does_not_take_its_answers(tmp_path):
    kind = 'kind = "all_or_nothing"'
    own = 'kind = "within_issue"\nanswers = { tariff = ["control"], control = ["tariff"] }'
    crossed = ng.truce(edited(tmp_path, "2025-10-busan", (kind, own)))
    plain = ng.truce("2025-10-busan")
    same = compiled_text(crossed, SCENARIO, TextChoices()).plan
    assert same.factors != compiled_text(plain, SCENARIO, TextChoices(linkage="within_issue")).plan.factors
    for other in ("proportionate", "all_or_nothing", "none"):
        found, meant = (compiled_text(t, SCENARIO, TextChoices(linkage=other)).plan for t in (crossed, plain))
        assert (found.factors, found.alarms, found.answers) == (meant.factors, meant.alarms, meant.answers)
