"""What somebody new to the package asks first, each in three steps at most."""

import pytest

import negotiation as ng


@pytest.mark.long
@pytest.mark.parametrize("name", ["entity_list.security_value", "chip_control.security_value"])
def test_the_least_patience_at_which_busan_holds_if_a_security_value_doubles(name):
    scenario, busan = ng.load_scenario("us-china-2025", "central"), ng.truce("2025-10-busan")
    doubled = scenario.with_parameters({name: 2 * scenario.parameters[name]})
    found = busan.critical_discount_factor(doubled)

    # The check, which shares no code with the solver, turns at it.
    game, automaton = busan.game(doubled, clock="memoryless"), busan.compile(doubled, clock="memoryless")
    at = [0.01, 0.5, 0.99] if found.value is None else [float(found.value) + x for x in (-1e-6, 1e-6)]
    holds = [ng.verify(ng.RepeatedGame(game.stage, delta, game.monitoring), automaton).holds for delta in at]
    assert holds == ([False] * 3 if found.value is None else [False, True])
    # What the text covers takes more patience if security is worth more; what it leaves out does not count.
    before = busan.critical_discount_factor(scenario).value
    if name in {f"{instrument}.security_value" for _, instrument in busan.covered()}:
        assert found.value is None or found.value > before
    else:
        # What is not bound adds the same to all payoffs: the answer may differ in its last digits.
        assert found.value == pytest.approx(before, abs=1e-9)


@pytest.mark.long
def test_which_clause_of_busan_asks_for_most_patience():
    busan = ng.truce("2025-10-busan")
    asked = {bound: busan.without_clause(*bound) for bound in busan.covered()}
    least = {bound: less.critical_discount_factor(clock="none").value for bound, less in asked.items()}

    for bound, less in asked.items():
        assert set(busan.covered()) - set(less.covered()) == {bound}
        assert less.title.startswith(busan.title)
        # The check, which shares no code with the solver, turns at each of them.
        game, play = less.game(clock="none"), less.compile(clock="none")
        if least[bound] is not None and 0 < least[bound] < 1:
            for step, holds in ((-1e-6, False), (1e-6, True)):
                near = ng.RepeatedGame(game.stage, float(least[bound]) + step, game.monitoring)
                assert ng.verify(near, play).holds is holds
    assert len(set(least.values())) > 1
