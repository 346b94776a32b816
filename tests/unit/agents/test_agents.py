"""Matches, scripted agents, the bench, and environments of others."""

import io
import json
import time

import numpy as np
import pytest

import negotiation as ng
from negotiation.agents import bench, disguised, match
from negotiation.agents.matches import Board, Match, Rounds
from negotiation.agents.scripted import AGENTS
from negotiation.agents.thirty_matches import matches
from negotiation.errors import InvalidGame, InvalidOptions
from negotiation.game_theory.games import PublicSignal
from negotiation.game_theory.solvers.best_response.facing import facing
from negotiation.game_theory.solvers.best_response.policies import observation
from tests import command

STAGE = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
GRIM = ng.strategies.grim_trigger(STAGE, ("C", "C"), ("D", "D"))


def dilemma(delta=0.9, **options):
    return Match("dilemma", facing(ng.RepeatedGame(STAGE, delta, **options), GRIM))


@pytest.mark.long
def test_a_truce_is_played_in_its_own_game_with_dollars():
    played = match("2025-10-busan", "CHN")
    busan = ng.truce("2025-10-busan")
    best = ng.best_response(busan.game(), busan.compile(), "CHN")
    assert ng.regret(best.strategy, played.facing).value == pytest.approx(0.0, abs=1e-12)
    scenario = ng.load_scenario("us-china-2025")
    # One percent of GDP for a period of `reaction_lag_days`, in a year of such periods.
    a_period = scenario.usd_bn("CHN", 1.0)
    assert played.facing.usd_bn == pytest.approx(a_period * 365 / scenario.parameters["reaction_lag_days"])
    assert played.record[0] in played.facing.actions[0]
    with pytest.raises(InvalidGame, match="no strategy in a repeated game"):
        match("2025-10-busan", theory="each for itself", size="small")
    with pytest.raises(InvalidGame, match="there is no size 'xx'"):
        match("2025-10-busan", size="xx")


@pytest.mark.long
@pytest.mark.parametrize("name", AGENTS)
def test_in_disguise_agents_give_away_the_same_share(name):
    for played in (dilemma(), match("2025-10-busan", "USA", theory="shadow linkage", size="small")):
        plain, hidden = (
            ng.regret(AGENTS[name](each), each.facing) for each in (played, disguised(played, 3))
        )
        if name != "on record":  # a disguised match has no record
            assert hidden.share == pytest.approx(plain.share, abs=1e-9)
        assert plain.status == "complete"
        assert hidden.usd_bn is None


def test_agents_do_what_their_names_say():
    # Against a side that departs in the second round alone.
    once = ng.strategies.Automaton(
        "abc", "a", {"a": ("C", "C"), "b": ("C", "D"), "c": ("C", "C")},
        {"a": {"otherwise": "b"}, "b": {"otherwise": "c"}, "c": {"otherwise": "c"}},
    )  # fmt: skip
    played = Match("once", facing(ng.RepeatedGame(STAGE, 0.9), once))
    follow = {
        "tit for tat": "CCDC",
        "grim": "CCDD",
        "two tats": "CCCCC",
        "always harsher": "DDDD",
        "win stay": "CCDD",
    }
    for name, wanted in follow.items():
        agent, state, memory, done = AGENTS[name](played), "a", None, ""
        for _ in wanted:
            seen = observation(played.facing, "abc".index(state), memory)
            action = agent(seen)
            memory = agent.remember(seen, action, (action, once.actions[state][1]))
            state, done = next(iter(once.next_states(state, "otherwise"))), done + action
        assert done == wanted, name


def test_the_bench_has_thirty_matches_and_twelve_agents():
    assert (len([*matches()]), len(AGENTS)) == (30, 12)


@pytest.mark.parametrize(
    ("given", "said"), [({"limit": 0}, "limit"), ({"limit": "a"}, "limit"), ({"agents": {}}, "agents")]
)
def test_a_bench_of_no_match_or_agent_is_refused(given, said):
    with pytest.raises(InvalidOptions, match=f"`{said}`,? (must be a whole number of at least 1|is empty)"):
        bench(**given)


def test_the_bench_is_the_same_twice_and_scores_what_regret_says():
    found, again = bench(limit=3), bench(limit=3)
    assert found.to_json() == again.to_json()
    third = [*matches()][2]()
    harsh = found.agents.index("always harsher")
    assert found.plain[harsh, 2, 0] == pytest.approx(
        ng.regret(AGENTS["always harsher"](third), third.facing).share
    )
    kept = found.agents.index("always calm")
    assert np.all(found.plain[kept, :, 3] == 0.0)


def alarmed():
    """Return a match in which a departure raises an alarm that does not say whose it is."""
    signal = PublicSignal([[[1, 0], [0, 1]], [[0, 1], [0, 1]]], ("quiet", "alarm"))
    trigger = ng.strategies.grim_trigger(STAGE, ("C", "C"), ("D", "D"), alarm="alarm")
    return Match("seen", facing(ng.RepeatedGame(STAGE, 0.9, monitoring=signal), trigger))


def test_rounds_follow_the_signal_and_the_strategy():
    table = Rounds(Board(alarmed()), 0)
    assert table.play(("C", "C")).tolist() == [9, 9]
    assert table.play(("D", "C")).tolist() == [10, 1]
    assert (table.state, table.last[1]) == ("punish", "alarm")
    assert "the signal was alarm" in table.text(0)
    assert table.array(0).sum() == 3


@pytest.mark.long
def test_an_environment_passes_the_tests_of_pettingzoo_and_is_quick_enough():
    pytest.importorskip("pettingzoo")
    from pettingzoo.test import parallel_api_test

    from negotiation.agents import parallel_env

    parallel_api_test(parallel_env(dilemma()), num_cycles=300)
    for name in ng.scenario_names():
        parallel_api_test(parallel_env(name, max_rounds=30), num_cycles=60)
    alone = parallel_env("2025-10-busan", opponent="USA", theory="moment", seed=1)
    parallel_api_test(alone, num_cycles=50)
    observations, infos = alone.reset(seed=4)
    assert list(observations) == ["CHN"]
    assert observations["CHN"]["action_mask"].all()
    assert "You are CHN" in infos["CHN"]["text"]
    begun = time.process_time()
    for _ in range(150):
        alone.step({"CHN": 0})
    assert 150 / (time.process_time() - begun) > 1000


def test_lawful_actions_alone_are_offered_in_each_state():
    pytest.importorskip("pettingzoo")
    from negotiation.agents import parallel_env

    world = ng.load_scenario("us-china-2025")
    game = world.stochastic_game(size="small")
    env = parallel_env(game, seed=3, max_rounds=400)
    observations, infos = env.reset()
    assert "The state is: d" in infos["CHN"]["text"]
    menus, taken = env.board.menus, set()
    luck = np.random.default_rng(0)
    while env.agents:
        state = infos["USA"]["state"]
        for menu, player, row in zip(menus, env.agents, game.stage(state).actions, strict=True):
            mask = observations[player]["action_mask"]
            assert [label for label, lawful in zip(menu, mask, strict=True) if lawful] == [*row]
        moves = {p: int(luck.choice(np.flatnonzero(observations[p]["action_mask"]))) for p in env.agents}
        profile = [menu[moves[p]] for p, menu in zip(env.agents, menus, strict=True)]
        payoffs = game.stage(state).payoff(profile)
        observations, rewards, _, _, infos = env.step(moves)
        assert [*rewards.values()] == payoffs.tolist()
        assert infos["USA"]["state"] in game.next_states(state, profile)
        taken.add(len(game.stage(state).actions[0]))
    # The law takes tariffs away in some states.
    assert taken == {2, 4}
    with pytest.raises(InvalidGame, match="leave `theory` out"):
        parallel_env("japan-korea-2019", theory="moment")


def test_a_game_of_openspiel_is_played_to_its_end():
    pyspiel = pytest.importorskip("pyspiel")
    from negotiation.agents import openspiel_game

    game = openspiel_game(dilemma(), max_rounds=4)
    luck = np.random.default_rng(0)
    state = game.new_initial_state()
    actions = [[0, 0], [0, 1], [1, 1], [1, 1]]
    while not state.is_terminal():
        if state.is_chance_node():
            outcomes, chances = zip(*state.chance_outcomes(), strict=True)
            assert sum(chances) == pytest.approx(1.0)
            state.apply_action(int(luck.choice(outcomes, p=chances)))
        else:
            assert state.current_player() == pyspiel.PlayerId.SIMULTANEOUS
            state.apply_actions(actions.pop(0))
    assert state.returns() == pytest.approx(
        [9 + 0.9 * 1 + 0.81 * 3 + 0.729 * 3, 9 + 0.9 * 10 + 0.81 * 3 + 0.729 * 3]
    )


def test_under_a_public_signal_a_player_of_openspiel_knows_its_own_actions_and_no_others():
    pyspiel = pytest.importorskip("pyspiel")
    from negotiation.agents import openspiel_game

    game = openspiel_game(alarmed(), max_rounds=2)
    assert game.get_type().information == pyspiel.GameType.Information.IMPERFECT_INFORMATION
    seen = {}
    for actions in ([0, 1], [1, 0], [1, 1]):  # an alarm each time
        state = game.new_initial_state()
        state.apply_actions(actions)
        state.apply_action(0)
        seen[tuple(actions)] = [state.information_state_string(player) for player in (0, 1)]
    assert seen[1, 0][0] == seen[1, 1][0] != seen[0, 1][0]
    assert seen[0, 1][1] == seen[1, 1][1] != seen[1, 0][1]


@pytest.mark.long
def test_a_person_plays_is_scored_and_sees_the_play_again(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("1\nnonsense\n\n0\n"))
    asked = ("play", "busan", "--as", "CHN", "--theory", "shadow linkage", "--rounds", "3", "--out", tmp_path)
    said = command.called(*asked).stdout
    assert "round 3" in said
    assert "gave away" in said
    saved = tmp_path / "2025-10-busan-CHN-0.json"
    assert saved.with_suffix(".png").stat().st_size > 5000
    again = json.loads(command.called("play", "--again", saved, "--out", tmp_path, "--json").stdout)
    assert [row["action"] for row in json.loads(saved.read_text())["rounds"]] == [
        r["action"] for r in again["rounds"]
    ]
    assert again["regret"] > 0
    written = saved.read_text()
    for old, new, said in (
        ("negotiation play", "something", "kind"),
        ("2025-10-busan", "../busan", "agreement"),
        (again["rounds"][1]["state"], "elsewhere", "was saved in the state"),
    ):
        saved.write_text(written.replace(old, new, 2))
        refused = command.called("play", "--again", saved)
        assert (refused.returncode, said in refused.stderr) == (2, True)
