import pytest

import negotiation as ng
from negotiation.truces.verdicts.under_noise import calm_departures, noise_verdicts
from negotiation.world.observation import LEGS

SCENARIO = ng.load_scenario("us-china-2025")


@pytest.fixture(scope="module", params=ng.truce_names("us-china-2025"))
def found(request):
    return noise_verdicts(ng.truce(request.param), SCENARIO)


def test_every_leg_has_a_verdict_and_the_least_margin_is_that_of_the_check(found):
    assert [v.leg for v in found] == list(LEGS)
    departures, credible = calm_departures(found.compiled)
    worst = -max(d.gain for d in departures)
    if credible:
        assert (worst >= -1e-12) == found.verdict.holds
    if not found.verdict.holds and found.verdict.deviation.state.endswith("kept"):
        assert worst == pytest.approx(float(found.verdict.margin), abs=1e-12)
    assert min(v.margin for v in found) >= worst - 1e-12


def test_a_leg_that_breaks_names_its_departure(found):
    for verdict in found:
        if not verdict.text_holds and verdict.departure is not None:
            assert verdict.words.startswith("breaks: ")
        if verdict.holds:
            assert verdict.words == "holds"
            assert verdict.margin >= 0


def test_what_is_outside_is_not_bound(found):
    bound = {f"{one.country} {one.instrument}" for one in found.compiled.bound}
    for verdict in found:
        assert not {" ".join(move.split()[:2]) for move in verdict.outside_moves} & bound


def test_legs_of_the_two_truces_as_the_model_has_them():
    geneva, busan = (noise_verdicts(ng.truce(n), SCENARIO) for n in ("2025-05-geneva", "2025-10-busan"))
    assert geneva["tariff"].holds
    assert geneva.verdict.holds
    assert any("chip_control" in move for move in geneva["control"].outside_moves)
    assert busan.verdict.holds
    assert busan["tariff"].holds
    # To 30 November 2025 the record shows no such move: the game is wrong there so far.
    assert [move.split()[1] for move in busan["control"].outside_moves] == ["chip_control"]


def test_without_security_value_no_control_is_moved():
    calm = SCENARIO.with_parameters(
        {"security_weight": 0.2, "chip_control.security_value": 0.0, "entity_list.security_value": 0.0}
    )
    assert noise_verdicts(ng.truce("2025-05-geneva"), calm)["control"].outside_moves == ()


def test_a_convention_that_is_too_large_to_write_out_is_left_unchecked_and_that_is_said():
    # Three legs outside the text, each answered for thirteen periods: more states than are written out.
    found = noise_verdicts(ng.truce("2023-10-wine"), ng.load_scenario("australia-china-2020"))
    assert (found.custom, found.status) == (None, "partial")
    assert {leg.custom_holds for leg in found} == {None}
    assert "was not checked" in found.stopped
    assert found.stopped in found.explain()
