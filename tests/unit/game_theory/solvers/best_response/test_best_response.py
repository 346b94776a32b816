"""Best responses and regret: by hand, against a plain twin that tries every policy, and by properties."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, InvalidStrategy, SizeLimit
from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.game_theory.solvers.best_response.facing import facing
from negotiation.game_theory.solvers.best_response.regret import Regret
from negotiation.strategies import OTHERWISE, Automaton, MarkovStrategy, StateAutomaton

STAGE = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
GRIM = ng.strategies.grim_trigger(STAGE, ("C", "C"), ("D", "D"))


def solve(rows, right):
    """Return the solution of a linear system in fractions, by elimination as it is taught."""
    rows = [[*row, x] for row, x in zip(rows, right, strict=True)]
    for k in range(len(rows)):
        pivot = next(r for r in range(k, len(rows)) if rows[r][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r in range(len(rows)):
            if r != k:
                rows[r] = [x - rows[r][k] * y for x, y in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]


def chance(rng, count):
    weights = rng.integers(0, 4, count)
    weights[rng.integers(count)] += 1
    return [Fraction(int(w), int(weights.sum())) for w in weights]


def fractions(array):
    found = np.empty(array.shape, dtype=object)
    found.flat = [Fraction(int(x), 7) for x in array.flat]
    return found


def any_case(seed):
    """Return a game, the others' strategy, a player, a start, and plain tables of the player's problem.

    The tables have, by state, what each own action pays and the lottery over the next state; the lottery over
    the state in which play begins comes last.
    """
    rng = np.random.default_rng(seed)
    kind = ("perfect", "signal", "markov", "states")[seed % 4]
    n, i, delta = tuple(rng.integers(1, 4, 2)), int(rng.integers(2)), Fraction(int(rng.integers(1, 10)), 10)
    count = int(rng.integers(1, 4))
    names = [f"s{k}" for k in range(count)]
    if kind in ("perfect", "signal"):
        stage = StageGame(fractions(rng.integers(-9, 9, (*n, 2))))
        plays = {s: [stage.actions[j][rng.integers(n[j])] for j in (0, 1)] for s in names}
        signal = None
        if kind == "signal":
            told = np.empty((*n, 2), dtype=object)
            for a in np.ndindex(*n):
                told[a] = chance(rng, 2)
            signal = PublicSignal(told, ("y", "z"))
        keys = ("y", "z") if signal else [*product(*stage.actions)]
        then = {s: {key: dict(zip(names, chance(rng, count), strict=True)) for key in keys} for s in names}
        # Every state is within reach of the first, so that none is left out.
        then[names[0]][keys[0]] = dict.fromkeys(names, Fraction(1, count))
        game = ng.RepeatedGame(stage, delta, monitoring=signal)
        other, pays, goes = Automaton(names, names[0], plays, then), [], []
        for s in names:
            pays.append([])
            goes.append([])
            for action in stage.actions[i]:
                profile = (action, plays[s][1]) if i == 0 else (plays[s][0], action)
                at = stage.profile_index(profile)
                pays[-1].append(stage.exact_payoffs()[at][i])
                seen = zip(keys, told[at], strict=True) if signal else [(profile, Fraction(1))]
                row = [Fraction(0)] * count
                for key, p in seen:
                    for k, goal in enumerate(names):
                        row[k] += p * then[s][key][goal]
                goes[-1].append(row)
        return game, other, stage.players[i], None, pays, goes, [1] + [0] * (count - 1)
    payoffs = fractions(rng.integers(-9, 9, (count, *n, 2)))
    moves = np.empty((count, *n, count), dtype=object)
    for at in np.ndindex(count, *n):
        moves[at] = chance(rng, count)
    game = ng.StochasticGame(payoffs, moves, delta, states=names)
    first = names[-1]
    if kind == "markov":
        mixed = {s: [np.array(chance(rng, m), dtype=object) for m in n] for s in names}
        pays, goes = [], []
        for k, s in enumerate(names):
            rows = [[(p, (k, *((a, b) if i == 0 else (b, a)))) for b, p in enumerate(mixed[s][1 - i])]
                    for a in range(n[i])]  # fmt: skip
            pays.append([sum(p * payoffs[(*at, i)] for p, at in row) for row in rows])
            goes.append([[sum(p * moves[(*at, t)] for p, at in row) for t in range(count)] for row in rows])
        start = [int(s == first) for s in names]
        return game, MarkovStrategy(mixed), game.players[i], first, pays, goes, start
    memories = ("m", "w")
    acts = {
        (m, s): [game.stages[0].actions[j][rng.integers(n[j])] for j in (0, 1)]
        for m in memories
        for s in names
    }
    then = {
        m: {(s, a): dict(zip(memories, chance(rng, 2), strict=True)) for s in names
            for a in product(*game.stages[0].actions)}
        for m in memories
    }  # fmt: skip
    other = StateAutomaton(memories, {"m": Fraction(1, 3), "w": Fraction(2, 3)}, acts, then)
    pairs = [(m, s) for m in memories for s in names]
    pays, goes = [], []
    for m, s in pairs:
        pays.append([])
        goes.append([])
        for action in game.stages[0].actions[i]:
            profile = (action, acts[m, s][1]) if i == 0 else (acts[m, s][0], action)
            at = (names.index(s), *game.stages[0].profile_index(profile))
            pays[-1].append(payoffs[at][i])
            goes[-1].append([then[m][s, profile][m2] * moves[at][names.index(s2)] for m2, s2 in pairs])
    start = [Fraction(1, 3) if m == "m" else Fraction(2, 3) for m, s in pairs]
    return (
        game,
        other,
        game.players[i],
        first,
        pays,
        goes,
        [p * (s == first) for p, (m, s) in zip(start, pairs, strict=True)],
    )


def plain_value(pays, goes, start, delta, policy):
    """Return what a policy, a lottery over actions for each state, is worth before play."""
    states = range(len(pays))
    flow = [sum(p * x for p, x in zip(policy[s], pays[s], strict=True)) for s in states]
    move = [
        [sum(p * row[t] for p, row in zip(policy[s], goes[s], strict=True)) for t in states] for s in states
    ]
    system = [[Fraction(s == t) - delta * move[s][t] for t in states] for s in states]
    values = solve(system, [(1 - delta) * x for x in flow])
    return sum(p * v for p, v in zip(start, values, strict=True))


@pytest.mark.parametrize("seed", [pytest.param(k, marks=[pytest.mark.long] * (k > 7)) for k in range(60)])
def test_the_best_response_and_regret_are_those_of_trying_every_policy_to_the_digit(seed):
    game, other, player, start, pays, goes, begin = any_case(seed)
    delta = game.exact_discount_factors[0]
    sure = [[[Fraction(a == b) for b in range(len(row))] for a in range(len(row))] for row in pays]
    worths = [plain_value(pays, goes, begin, delta, policy) for policy in product(*sure)]
    found = ng.best_response(game, other, player, start=start)
    assert (found.value, found.worst, found.exact) == (max(worths), min(worths), True)
    rng = np.random.default_rng(seed)
    mixed = [chance(rng, len(row)) for row in pays]
    given = plain_value(pays, goes, begin, delta, mixed)
    policy = dict(zip(found.facing.states, mixed, strict=True))
    assert ng.regret(policy, found).value == max(worths) - given
    assert ng.regret(found.strategy, found).value == 0


def test_an_agent_that_is_always_harsher_gives_away_what_is_said_on_the_page():
    # Grim trigger: 9 for ever, or 10 once and 3 ever after. Delta of one half.
    best = ng.best_response(ng.RepeatedGame(STAGE, Fraction(1, 2)), GRIM)
    found = ng.regret(lambda _: "D", best)
    assert (best.value, found.value) == (9, 9 - (Fraction(10, 2) + Fraction(3, 2)))
    assert ng.best_response(ng.RepeatedGame(STAGE, Fraction(1, 7)), GRIM).value == 9
    assert ng.best_response(ng.RepeatedGame(STAGE, Fraction(1, 8)), GRIM).strategy["cooperate"] == "D"


def test_what_a_policy_remembers_is_followed():
    class Tit:
        def __call__(self, seen):
            return seen.memory or "C"

        def remember(self, seen, action, shown):
            return shown[1]

    game = ng.RepeatedGame(STAGE, Fraction(9, 10))
    other = Automaton(
        "ab", "a", {"a": ("C", "D"), "b": ("C", "C")}, {"a": {OTHERWISE: "b"}, "b": {OTHERWISE: "a"}}
    )
    by_function = ng.regret(Tit(), other, game=game)
    by_automaton = ng.regret(ng.strategies.tit_for_tat(STAGE), other, game=game)
    assert by_function.value == by_automaton.value > 0
    # C against D, then D against C, and so on: 1 and 10 in turn, where D yields 3 and 10.
    assert by_function.value == Fraction(2) / (1 + Fraction(9, 10))
    assert sum(by_function.lost.values()) == by_function.value


def test_lotteries_that_a_profile_draws_in_public_are_drawn_once():
    # Both change together from peace to war: apart they would meet each other's war in peace.
    plays = {"peace": ("C", "C"), "war": ("D", "D")}
    then = {state: {OTHERWISE: {"peace": Fraction(1, 2), "war": Fraction(1, 2)}} for state in plays}
    both, game = Automaton(plays, "peace", plays, then), ng.RepeatedGame(STAGE, Fraction(1, 2))
    best = ng.best_response(game, both)
    assert best.value - ng.regret(both, best).value == Fraction(ng.value(game, both)["peace", "0"])


def test_a_profile_is_an_equilibrium_exactly_where_nobody_gives_anything_away():
    for delta in (Fraction(1, 8), Fraction(1, 7), Fraction(1, 2)):
        game = ng.RepeatedGame(STAGE, delta)
        assert (ng.exploitability(GRIM, game=game).value == 0) == ng.verify(game, GRIM).holds


def test_estimates_say_so_and_hold_the_regret():
    best = ng.best_response(ng.RepeatedGame(STAGE, 0.9), GRIM)

    def random(seen):
        return dict.fromkeys(seen.actions, 1 / len(seen.actions))

    exact, drawn = ng.regret(random, best), ng.regret(random, best, plays=400, rng=1)
    assert (exact.status, drawn.status) == ("complete", "partial")
    assert drawn.low <= exact.value <= drawn.high
    assert drawn.value == ng.regret(random, best, plays=400, rng=1).value
    assert "estimate" in drawn.reason


def test_recorded_plays_are_scored_as_the_sum_of_what_each_round_forgoes():
    best = ng.best_response(ng.RepeatedGame(STAGE, 0.5), GRIM)
    rows = [{"play": 1, "state": "cooperate", "action": "D"}, {"play": 1, "state": "punish", "action": "C"}]
    found = ng.regret(rows, best)
    # 9 against (10 + 3) / 2; then half of 3 against (1 + 3) / 2.
    assert found.value == pytest.approx(2.5 + 0.5 * 1.0)
    assert (found.status, found.high) == ("partial", np.inf)
    with pytest.raises(InvalidStrategy, match="row 0 of the recorded plays: 'state' is missing"):
        ng.regret([{"play": 1}], best)


def test_what_is_wrong_is_said():
    game = ng.RepeatedGame(STAGE, 0.5)
    with pytest.raises(InvalidGame, match="no game is given"):
        ng.regret(GRIM, GRIM)
    with pytest.raises(
        InvalidStrategy, match="has no action 'X' in state 'cooperate'; choose one of 'C', 'D'"
    ):
        ng.regret(lambda _: "X", GRIM, game=game)
    with pytest.raises(InvalidStrategy, match="'punish' is missing"):
        ng.regret({"cooperate": "C"}, GRIM, game=game)
    with pytest.raises(InvalidStrategy, match="the opponent is a function"):
        ng.best_response(game, lambda _: "C")

    class Counter:
        def __call__(self, seen):
            return "C"

        def remember(self, seen, action, shown):
            return (seen.memory or 0) + 1

    with pytest.raises(SizeLimit, match="plays=1000"):
        ng.regret(Counter(), GRIM, game=game)
    assert isinstance(ng.regret(Counter(), GRIM, game=game, plays=2), Regret)
    several = ng.StochasticGame(np.zeros((2, 1, 1, 2)), np.full((2, 1, 1, 2), 0.5), 0.5)
    with pytest.raises(InvalidGame, match="start="):
        ng.best_response(several, {"0": ("0", "0"), "1": ("0", "0")})


def test_doubles_and_fractions_agree():
    for seed in range(40):
        game, other, player, start, *_ = any_case(seed)
        exact = facing(game, other, player, start)
        rough = ng.best_response(rounded(game), other, player, start=start)
        assert not rough.exact
        assert rough.value == pytest.approx(
            float(ng.best_response(game, other, player, start=start).value), abs=1e-9
        )
        assert exact.exact


def rounded(game):
    if isinstance(game, ng.StochasticGame):
        return ng.StochasticGame.from_stages(
            dict(zip(game.states, (StageGame(s.payoffs) for s in game.stages), strict=True)),
            game.transitions, game.discount_factor,
        )  # fmt: skip
    return ng.RepeatedGame(StageGame(game.stage.payoffs), game.discount_factor, monitoring=game.monitoring)
