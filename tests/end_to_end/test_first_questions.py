"""What somebody new to the package asks first, each in three steps at most."""

import pytest

import negotiation as ng


@pytest.mark.long
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


@pytest.mark.long
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


def test_what_is_not_in_the_text_cannot_be_left_out():
    busan = ng.truce("2025-10-busan")
    with pytest.raises(
        ng.errors.InvalidFile, match="no clause on visa of USA that could be left out; it binds"
    ):
        busan.without_clause("USA", "visa")
    with pytest.raises(ng.errors.UnknownInstrument):
        busan.without_clause("USA", "rare_earth_curb")


def test_a_truce_simulated_under_noise_with_a_figure():
    busan = ng.truce("2025-10-busan")
    trace = ng.simulate(busan.game(), busan.compile(), 26, rng=0)
    axis = trace.plot()

    top, below = axis.child_axes
    assert [line.get_label() for line in top.get_lines()] == ["USA", "CHN"]
    assert [line.get_ydata().tolist() for line in top.get_lines()] == trace.payoffs.T.tolist()
    labels = [label.get_text() for label in below.get_yticklabels()]
    (marks,) = below.get_lines()
    assert [labels[int(y)] for y in marks.get_ydata()] == [seen.replace("_", " ") for seen in trace.signals]


def test_a_verdict_set_in_a_paper():
    verdict = ng.truce("2025-10-busan").verdict()
    lines = verdict.to_latex().splitlines()

    assert (lines[0], lines[-1]) == (f"% {verdict.table().named().title}", r"\end{tabular}")
    rows = [line for line in lines if line.endswith(r"\\") and "&" in line]
    assert len(rows) == 1 + len(verdict.legs)
    assert all(row.count(" & ") == len(verdict.table().columns) - 1 for row in rows)
    assert "_" not in "".join(rows).replace(r"\_", "")
