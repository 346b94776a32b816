"""Published values of repeated negotiation equilibria: RelationalContracts and its pages (Kranz)."""

import pytest

import negotiation as ng
from negotiation.game_theory.games.catalogue.dynamic_games import (
    arms_race,
    intensifying,
    mutual_gifts,
    paradise,
)


def known(name):
    return ng.catalogue()[name].known


def test_paradise_is_reached_where_little_is_bargained_anew():
    found = ng.negotiation_equilibrium(paradise(0.5), negotiation_probability=0.1)
    assert found.policy["work"] == ("C", "C")
    assert found.punishing("0")["work"] == ("D", "D")
    values = known("kranz-paradise")
    assert found.negotiated["work"] == pytest.approx(values["negotiated at rho 0.1"], abs=1e-9)
    assert found.punishments["work"] == pytest.approx(values["worst at rho 0.1"], abs=1e-9)
    assert found.joint_payoffs["rest"] == pytest.approx(values["joint at rest"], abs=1e-9)


def test_paradise_is_not_reached_by_the_impatient():
    found = ng.negotiation_equilibrium(paradise(0.2), negotiation_probability=0.1)
    assert found.policy["work"] == ("D", "D")
    assert found.negotiated["work"] == pytest.approx((0, 0), abs=1e-9)


def test_paradise_has_no_equilibrium_where_much_is_bargained_anew():
    found = ng.negotiation_equilibrium(paradise(0.5), negotiation_probability=0.5)
    assert (found.status, found.period, found.cycle) == ("partial", 2, ("work",))
    played = {
        ng.negotiation_equilibrium(paradise(0.5), negotiation_probability=0.5, horizon=T).policy["work"]
        for T in (500, 501)
    }
    assert played == {("C", "C"), ("D", "D")}


@pytest.mark.parametrize(
    ("delta", "value"),
    [(0.5, "negotiated by turns at rho 0.5"), (0.6, "negotiated by turns at rho 0.5 and delta 0.6")],
)
def test_paradise_is_agreed_on_by_turns(delta, value):
    expected = known("kranz-paradise")[value]
    ahead = [
        ng.negotiation_equilibrium(paradise(delta), negotiation_probability=0.5, horizon=T)
        for T in range(100, 100 + len(expected))
    ]
    for player in (0, 1):
        found = sorted((one.negotiated["work"][player] for one in ahead), reverse=True)
        assert found == pytest.approx(expected, abs=1e-9)
    for one in ahead:
        agreed = ("C", "C") if one.negotiated["work"][0] > 1.9 else ("D", "D")
        assert one.policy["work"] == agreed


def test_with_one_period_more_for_bargaining_paradise_is_agreed_on_as_printed():
    # Printed: at 100 periods the cycle at delta 0.6 starts with (D, D), at 102 with (C, C) twice.
    games = {T: paradise(0.6) for T in (100, 102, 101)}
    agreed = {
        T: ng.negotiation_equilibrium(game, negotiation_probability=0.5, horizon=T).policy["work"]
        for T, game in games.items()
    }
    assert agreed == {100: ("D", "D"), 101: ("C", "C"), 102: ("C", "C")}


@pytest.mark.parametrize(("chance", "choice"), [(0.1, "vulnerable"), (0.5, "not")])
def test_vulnerability_is_chosen_only_where_little_is_bargained_anew(chance, choice):
    found = ng.negotiation_equilibrium(mutual_gifts(0.3 / (1 - chance)), negotiation_probability=chance)
    assert found.policy["choice"][0] == choice
    assert found.policy["not"] == ("0.6", "0.6")
    assert found.policy["vulnerable"] == ("0.9", "0.9")


def test_vulnerability_lets_players_cooperate_more():
    found = ng.negotiation_equilibrium(mutual_gifts(0.3), negotiation_probability=0)
    values = known("kranz-vulnerability")
    assert found.joint_payoffs["not"] == pytest.approx(values["joint if not vulnerable"], abs=1e-9)
    assert found.joint_payoffs["vulnerable"] == pytest.approx(values["joint if vulnerable"], abs=1e-9)
    assert found.punishments["vulnerable"] == pytest.approx(values["worst if vulnerable"], abs=1e-9)
    assert found.policy["choice"][0] == "vulnerable"


def test_the_arms_race_with_a_thousand_periods():
    found = ng.negotiation_equilibrium(arms_race(), negotiation_probability=0.65, horizon=1000)
    for state, values in known("kranz-arms-race")["at rho 0.65 with 1,000 periods"].items():
        agreed, negotiated, worst, joint = values
        assert found.policy[state] == agreed
        assert found.negotiated[state] == pytest.approx(negotiated, abs=0.0051)
        assert found.punishments[state] == pytest.approx(worst, abs=0.0051)
        assert found.joint_payoffs[state] == pytest.approx(joint, abs=0.0051)


def test_without_bargaining_anew_all_weapons_are_destroyed():
    found = ng.negotiation_equilibrium(arms_race(), negotiation_probability=0)
    for state, profile in found.policy.items():
        arsenals = [int(own) for own in state.split("_")]
        assert profile == tuple("wd" if own else "w" for own in arsenals)


def test_without_bargaining_anew_both_make_themselves_vulnerable_at_once():
    game, static = intensifying(0.25)
    found = ng.negotiation_equilibrium(game, negotiation_probability=0, static=static)
    values = known("kranz-intensifying")
    assert found.policy["0_0"] == ("0.5", "0.5")
    assert found.static_policy["0_0"] == ("0.55", "0.55")
    assert found.joint_payoffs["0_0"] == pytest.approx(values["joint at rho 0 from 0_0"], abs=1e-9)
    assert found.static_policy["0.5_0.5"] == ("0.8", "0.8")
    assert found.joint_payoffs["0.5_0.5"] == pytest.approx(values["joint at rho 0 from 0.5_0.5"], abs=1e-9)
    assert found.punishments["0.5_0.5"] == pytest.approx(values["worst at rho 0 from 0.5_0.5"], abs=1e-9)


@pytest.mark.long
def test_with_bargaining_anew_they_do_so_in_steps():
    game, static = intensifying(0.25 / 0.3)
    found = ng.negotiation_equilibrium(game, negotiation_probability=0.7, static=static)
    assert found.status == "partial"
    assert found.period == 4
    # The published game ends otherwise (its states stand still in the end), in one of these four phases.
    phases = [
        ng.negotiation_equilibrium(game, negotiation_probability=0.7, static=static, horizon=T)
        for T in range(1000, 1004)
    ]
    (like,) = [phase for phase in phases if phase.static_policy["0_0"] == ("0.65", "0.65")]
    assert like.policy["0_0"] == ("0.05", "0.05")
    assert round(like.joint_payoffs["0_0"], 2) == 0.92
    assert like.policy["0.05_0.05"] == ("0.1", "0.15")
    assert like.static_policy["0.05_0.05"] == ("0.6", "0.6")
    assert round(like.joint_payoffs["0.1_0.15"], 2) == 0.94
    assert [round(v, 2) for v in like.punishments["0.1_0.15"]] == [0.36, 0.31]
