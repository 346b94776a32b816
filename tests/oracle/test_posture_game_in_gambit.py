import pytest

import negotiation as ng

gambit = pytest.importorskip("pygambit")


@pytest.mark.parametrize("size", ["small", "core"])
def test_posture_game_opens_in_gambit_with_the_same_equilibria(tmp_path, size):
    stage = ng.load_scenario("us-china-2025").stage_game(size)
    path = tmp_path / "posture.nfg"
    ng.write_nfg(stage, path)
    game = gambit.read_nfg(str(path))
    assert [player.label for player in game.players] == list(stage.players)
    for player, labels in zip(game.players, stage.actions, strict=True):
        assert [strategy.label for strategy in player.strategies] == list(labels)
    pure = gambit.nash.enumpure_solve(game).equilibria
    ours = {equilibrium.support for equilibrium in ng.solve(stage, method="pure_equilibria")}
    theirs = {
        tuple(tuple(s.label for s in player.strategies if profile[s] == 1) for player in game.players)
        for profile in pure
    }
    assert ours == theirs


@pytest.mark.parametrize("size", ["small", "core", "full"])
def test_posture_games_are_solved_completely(size):
    solution = ng.solve(ng.load_scenario("us-china-2025").stage_game(size))
    assert solution.status == "complete"
    supports = [equilibrium.support for equilibrium in solution]
    # No source gives China a payoff of its own listings, so that it is free to make them.
    free = {"entity_listings=none", "entity_listings=listings"} if size == "full" else set()
    assert all(len(labels) == 1 for support in supports for labels in support)
    rest = {tuple(frozenset(labels[0].split()) - free for labels in support) for support in supports}
    assert len(rest) == 1
    assert len(solution) == max(1, len(free))
