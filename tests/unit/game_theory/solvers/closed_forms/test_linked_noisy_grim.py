import pytest

from negotiation.errors import InvalidGame, UnknownName
from negotiation.game_theory.games import RepeatedGame, issue_signal
from negotiation.game_theory.solvers.closed_forms import noise_remedies
from negotiation.game_theory.solvers.closed_forms.noisy_grim import NoisyIssue, linked_noisy_grim
from negotiation.game_theory.solvers.closed_forms.renewal import staggered_clocks

TARIFFS = NoisyIssue(1, 6, 0.01, 1)


def test_linkage_rescues_and_noise_destroys():
    rescued = linked_noisy_grim({"tariffs": TARIFFS, "controls": NoisyIssue(2, 1, 0.05, 0.9)}, 0.6)
    assert not rescued.alone["controls"].holds
    assert rescued.sustained_linked > rescued.sustained_alone
    destroyed = linked_noisy_grim({"tariffs": TARIFFS, "controls": NoisyIssue(2, 1, 0.6, 0.9)}, 0.6)
    assert destroyed.alone["tariffs"].holds
    assert destroyed.sustained_linked == 0 < destroyed.sustained_alone
    assert "controls" in destroyed.worst
    assert destroyed.to_pandas()["issue"].tolist() == ["linked", "tariffs", "controls"]


def test_a_channel_can_make_a_clause_enforceable():
    found = noise_remedies.value_of_consultation(2, 2, 0.9, ambiguity=0.6, consulted=0.1)
    without, channel = found.arrangements.values()
    assert (without.holds, channel.holds) == (False, True)
    assert found.value == channel.value
    assert found.best == "consultation"


def test_slower_punishment_pays_until_it_no_longer_deters(dilemma):
    signal = issue_signal(dilemma, {"A": ["C"], "B": ["C"]}, slip=0.1)
    found = noise_remedies.value_of_slower_punishment(
        RepeatedGame(dilemma, 0.8, signal), ("C", "C"), ("D", "D"), "A", breaches=(1, 2, 3, 4)
    )
    assert [arrangement.holds for arrangement in found.arrangements.values()] == [True, True, False, False]
    # v = (1 - d)(1 + d p) 6 / ((1 - d)(1 + d p) + d^2 p^2) for two alarms in a row.
    assert found.arrangements["2 in a row"].value == pytest.approx(0.2 * 1.08 * 6 / (0.2 * 1.08 + 0.0064))
    with pytest.raises(InvalidGame, match="at least two numbers"):
        noise_remedies.value_of_slower_punishment(
            RepeatedGame(dilemma, 0.8, signal), ("C", "C"), ("D", "D"), "A", breaches=(1,)
        )
    with pytest.raises(InvalidGame, match="monitoring=PublicSignal"):
        noise_remedies.value_of_slower_punishment(RepeatedGame(dilemma, 0.8), ("C", "C"), ("D", "D"), "A")


def test_delegation_frees_the_tariffs_from_a_noisy_control():
    issues = {"tariffs": TARIFFS, "controls": NoisyIssue(2, 1, 0.6, 0.9)}
    found = noise_remedies.value_of_delegation(issues, "controls", 0.6)
    assert found.best == "delegated"
    assert found.value == pytest.approx(linked_noisy_grim(issues, 0.6).alone["tariffs"].value)
    with pytest.raises(UnknownName, match="did you mean 'controls'"):
        noise_remedies.value_of_delegation(issues, "control", 0.6)
    with pytest.raises(InvalidGame, match="at least two issues"):
        noise_remedies.value_of_delegation({"tariffs": TARIFFS}, "tariffs", 0.6)


def test_without_renewal_clocks_in_turn_unravel_too():
    for offset in range(6):
        assert not staggered_clocks((1, 1), (9, 9), 6, offset, 0.9, 0).holds


def test_unlike_issues_in_turn_hold_at_a_lower_renewal():
    found = [staggered_clocks((2, 0.2), (2, 2), 6, offset, 0.8, 0.2) for offset in range(6)]
    assert not found[0].holds
    assert found[2].holds
    assert found[0].table().title == "two clocks in turn: broken in phase 5"
