"""What somebody new to the package asks first, each in three steps at most."""

import pytest

import negotiation as ng


@pytest.mark.parametrize("name", ["entity_list.security_value", "chip_control.security_value"])
def test_the_least_patience_at_which_busan_holds_if_a_security_value_doubles(name):
    scenario, busan = ng.load_scenario("us-china-2025"), ng.truce("2025-10-busan")
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


def test_busan_with_chip_controls_covered_and_its_life():
    busan = ng.truce("2025-10-busan")
    wider = busan.with_clause("USA", "chip_control", "h20_stopped")
    lives = [
        truce.survival().find("broken off or run out", linkage="all_or_nothing") for truce in (busan, wider)
    ]

    assert lives[1].mean_days < lives[0].mean_days
    for truce, life in zip((busan, wider), lives, strict=True):
        # By play: the share of seeded paths that last six periods is the exact chance within 4 sigma.
        assert ("USA", "chip_control") in truce.covered() or truce is busan
        share, chance = share_lasting(truce, 6, paths=300), float(life.survival.curve[6])
        assert abs(share - chance) <= 4 * (chance * (1 - chance) / 300) ** 0.5


def share_lasting(truce, periods, paths):
    game, automaton = truce.game(), truce.compile()
    kept = 0
    for seed in range(paths):
        states = ng.simulate(game, automaton, periods + 1, rng=seed).states
        kept += all(state.endswith("kept") for state in states)
    return kept / paths
