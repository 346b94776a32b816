"""How each public function of payoffs is asked, and how its answer is taken back into the first terms.

One row for each question: a function from the game in other terms (`Retold`) to an answer in the first ones,
with the games on which it is asked. What is not told by a row cannot depend on a player's unit, and says why.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

import negotiation as ng
from negotiation.game_theory.games.product import product_game
from negotiation.game_theory.solvers.nash.index import equilibrium_index
from negotiation.game_theory.solvers.payoff_sets.perfect.abreu_sannikov import abreu_sannikov
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import (
    abreu_pearce_stacchetti,
    judd_yeltekin_conklin,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.policy_iteration import policy_iteration
from negotiation.game_theory.solvers.payoff_sets.public.payoffs import public_perfect_payoffs
from negotiation.testing import strategies as ngst
from negotiation.testing.contracts.same_answers import Unordered

SMALL = ngst.stage_games(players=2, actions=(1, 3))
TINY = ngst.stage_games(players=2, actions=(1, 2))
THREE = ngst.stage_games(players=(2, 3), actions=(1, 2))
DILEMMAS = ngst.prisoners_dilemmas()
REPEATED = ngst.repeated_games(stages=SMALL)
OF_THREE = ngst.repeated_games(stages=THREE)
UNLIKE = ngst.repeated_games(stages=TINY, common=False)
SIGNALLED = ngst.repeated_games(stages=TINY, monitoring="any")
STOCHASTIC = ngst.stochastic_games(players=2, actions=(1, 2), states=(1, 2), form="dense")

FEW, SOME, MANY = 3, 6, 12
"""Games a rule: of what takes some tenths of a second, some hundredths, and less."""


class Row(NamedTuple):
    """A question, and on what it is asked."""

    ask: Any
    games: Any
    examples: int
    options: dict[str, Any]


ROWS: dict[str, list[Row]] = {}


def row(entry, games, examples=MANY, **options):
    """Enter a question under the name of the public function that it asks."""

    def entered(ask):
        ROWS.setdefault(entry, []).append(Row(ask, games, examples, options))
        return ask

    return entered


NO_PAYOFFS = {
    "catalogue": "games of others, in their units",
    "apply_move": "moves of instruments, which nobody is paid in",
    "legality": "moves of instruments, which nobody is paid in",
    "load_scenario": "facts with their own units",
    "as_game": "a game of others as it is, in their units",
    "read_nfg": "a file's game as it is; writing and reading are held to be inverse",
    "write_nfg": "a file's game as it is; writing and reading are held to be inverse",
    "certificate": "numbers of the game as it is; the kernel decides in exact arithmetic",
    "load": "a file's game as it is; writing and reading are held to be inverse",
    "save": "a file's game as it is; writing and reading are held to be inverse",
    "aftermath": "rows of a record, which nobody is paid in",
    "panel": "truces of others, with no game",
    "replay": "takes the name of a record; its games are solved by functions that have rows",
    "forecast": "takes the name of a record; its games are solved by functions that have rows",
    "run": "measures a function of the user",
    "estimate": "takes the name of a record, and chances of its moves",
    "truce": "a text of an agreement",
    "truce_names": "names of agreements",
    "restraint": "tests/properties/test_restraint.py tells its numbers in other units",
    "restraint_many": "is held to `restraint`",
    "alarm_clock": "tests/unit/game_theory/solvers/closed_forms/test_alarm_clock.py tells it in other units",
    "independent_signals": "chances alone",
    "issue_signal": "chances alone: of the game it takes the labels",
    "scenario_names": "names of disputes",
    "payoffs_with_public_transfers": "tests/properties/test_public_transfers.py tells games in other units, "
    "money being one for all",
    "payoffs_of_several": "tests/properties/test_transfers_of_several.py tells games in other units, money "
    "being one for all",
    "payoffs_with_seen_states": "tests/properties/test_seen_states.py tells games in other units, money "
    "being one for all",
    "negotiation_equilibrium": "tests/properties/test_negotiation.py tells its games in other units, money "
    "being one for all",
    "verdict": "takes the name of an agreement; its games are solved by functions that have rows",
    "ask": "takes the name of a dispute; payoffs and departures are those that `verdict` asks",
    "revealed": "takes the name of a dispute; payoffs and departures are those that `verdict` asks",
    "compare_verdicts": "sets answers beside each other, and solves nothing",
    "theories": "names of theories",
    "design": "takes the name of a dispute; each text is asked what `verdict` asks",
    "anatomy": "takes the name of an agreement; each text is asked what `verdict` asks",
    "logit_response": "tests/properties/test_continuous_time.py tells its games in other units",
    "transition_probabilities": "rates and given choices alone",
    "event_probabilities": "rates and given choices alone",
    "expected_event_times": "rates and given choices alone",
    "stationary_distribution": "rates and given choices alone",
    "log_likelihood": "rates and given choices alone",
    "fit": "a factory of the user; tests/properties/test_fit.py tells its games in other units",
    "simulate_moves": "rates and given choices alone",
}
"""Public functions without a row, and why nothing in them is paid."""


# --- games that are played once -----------------------------------------------------------------------------


def equilibria(told, found):
    """Return strategies and payoffs of equilibria."""
    return Unordered((told.mixed(e.strategies), told.shares(e.payoffs)) for e in found)


@row("solve", SMALL)
def solved(told):
    found = ng.solve(told.game)
    return {"found": equilibria(told, found), "status": found.status, "components": len(found.components)}


@row("solve", THREE)
def solved_pure(told):
    found = ng.solve(told.game, method="pure_equilibria")
    return {"found": equilibria(told, found), "status": found.status}


@row("solve_many", SMALL)
def solved_many(told):
    found = ng.solve_many([told.game.given_payoffs()])
    return {"found": equilibria(told, found[0]), "status": str(found.status[0])}


@row("equilibrium_index", SMALL)
def indices(told):
    found = ng.solve(told.game)
    return Unordered((told.mixed(e.strategies), equilibrium_index(told.game, e)) for e in found)


@row("correlated_equilibrium", THREE)
def best_correlated(told):
    found = [ng.correlated_equilibrium(told.game, p) for p in told.by_player(told.game.players)]
    best = [told.shares(f.payoffs)[i] for i, f in enumerate(found)]
    return {"best": best, "status": [f.status for f in found]}


@row("extreme_correlated_payoffs", SMALL)
def correlated_polygon(told):
    found = ng.extreme_correlated_payoffs(told.game)
    corners = Unordered(told.shares(found.vertices)) if len(found.vertices) else None
    return {"corners": corners, "least": told.shares(found.least), "status": found.status}


@row("logit_equilibrium", TINY, SOME, scaled=False)
def logit(told):
    found = ng.logit_equilibrium(told.game, precision=1.0)
    return {"played": told.mixed(found.strategies), "status": found.status}


@row("logit_branch", TINY, SOME, scaled=False)
def branch(told):
    found = ng.logit_branch(told.game, max_precision=1.0)
    return {"last": told.mixed(found.equilibria[-1].strategies), "status": found.status}


@row("minmax", THREE)
def pure_minmax(told):
    return told.shares(ng.minmax(told.game).values)


@row("minmax", SMALL)
def mixed_minmax(told):
    return told.shares(ng.minmax(told.game, mixed=True).values)


@row("best_replies", THREE)
def replies(told):
    found = ng.best_replies(told.game, told.profile((0,) * told.game.n_players))
    best = [
        Unordered(told.action(player, label) for label in labels)
        for player, labels in zip(told.game.players, found.best, strict=True)
    ]
    return {"best": told.by_player(best), "regrets": told.gains(found.regrets)}


def dominated(told, found):
    """Return which actions are dominated."""
    return Unordered((told.position(d.player), told.action(d.player, d.action)) for d in found)


@row("dominated_actions", SMALL)
def strictly_dominated(told):
    found = ng.dominated_actions(told.game)
    return {"actions": dominated(told, found.dominated), "status": found.status}


@row("dominated_actions", THREE)
def weakly_dominated(told):
    found = ng.dominated_actions(told.game, kind="weak")
    return {"actions": dominated(told, found.dominated), "status": found.status}


@row("iterated_elimination", SMALL)
def eliminated(told):
    found = ng.iterated_elimination(told.game)
    return {"actions": dominated(told, found.eliminated), "status": found.status}


@row("strategic_risk", DILEMMAS)
def risk(told):
    found = ng.strategic_risk(told.game)
    return {
        "value": found.value, "grim": found.grim_threshold, "defect": told.index(found.defect),
    }  # fmt: skip


@row("finite_horizon_payoffs", THREE, SOME)
def finite_payoffs(told):
    found = ng.finite_horizon_payoffs(told.game, 2)
    points = Unordered(told.shares(found.payoffs)) if len(found.payoffs) else None
    return {"payoffs": points, "status": found.status}


@row("finite_horizon_payoff_set", SMALL, SOME)
def finite_set(told):
    found = ng.finite_horizon_payoff_set(told.game, 2)
    points = Unordered(told.shares(found.vertices)) if len(found.vertices) else None
    return {"corners": points, "status": found.status}


def signal(told):
    """Return a signal that tells, in one of eight times falsely, whether all play their first actions."""
    first = _stage(told.first)
    cells = np.full((*first.n_actions, 2), Fraction(1, 8), dtype=object)
    kept = (0,) * first.n_players
    cells[..., 1] = Fraction(7, 8)
    cells[kept] = [Fraction(7, 8), Fraction(1, 8)]
    return told.signal(ng.PublicSignal(cells, ("kept", "broken")))


def _stage(game):
    return (
        game if isinstance(game, ng.StageGame) else game.stages[0] if hasattr(game, "stages") else game.stage
    )


@row("enforceability", THREE)
def enforceable(told):
    found = ng.enforceability(told.game, signal(told))
    return {
        "which": told.first_profiles(found.enforceable.reshape(told.game.n_actions)),
        "status": found.status,
    }


@row("full_rank", THREE)
def ranks(told):
    found = ng.full_rank(told.game, signal(told))
    pairs = Unordered(
        (Unordered(told.order[i] for i in pair), told.first_profiles(rank.reshape(told.game.n_actions)))
        for pair, rank in zip(found.pairs, found.pairwise.T, strict=True)
    )
    alone = [told.first_profiles(rank.reshape(told.game.n_actions)) for rank in found.individual.T]
    return {"alone": told.by_player(alone), "pairs": pairs}


@row("public_perfect_limit", SMALL, SOME)
def limit(told):
    found = ng.public_perfect_limit(told.game, signal(told))
    corners = Unordered(told.shares(found.vertices)) if len(found.vertices) else None
    return {"corners": corners, "status": found.status}


# --- games that are repeated --------------------------------------------------------------------------------


def corners(told):
    """Return the first and the last profile, in the terms told."""
    actions = _stage(told.first).n_actions
    return told.profile((0,) * len(actions)), told.profile(tuple(n - 1 for n in actions))


def grim(told):
    """Return the grim trigger that keeps the first actions by the threat of the last."""
    return ng.strategies.grim_trigger(_stage(told.game), *corners(told))


def verdict(told, found):
    """Return whether a strategy holds, and what the worst deviation gains of its player's range."""
    worst = found.deviation
    return found.holds, None if worst is None else told.gain(worst.player, worst.gain)


@row("verify", OF_THREE)
def verified(told):
    return verdict(told, ng.verify(told.game, grim(told)))


@row("verify", THREE)
def verified_profile(told):
    return [verdict(told, ng.verify(told.game, profile)) for profile in corners(told)]


@row("verify", SMALL)
def verified_mixed(told):
    uniform = [np.full(n, Fraction(1, n)) for n in told.game.n_actions]
    return verdict(told, ng.verify(told.game, uniform))


@row("verify", STOCHASTIC, SOME)
def verified_markov(told):
    kept = {state: corners(told)[0] for state in told.game.states}
    return ng.verify(told.game, ng.strategies.MarkovStrategy(kept)).holds


@row("value", OF_THREE)
def values(told):
    return told.shares(ng.value(told.game, grim(told)).payoffs)


@row("value", STOCHASTIC, SOME)
def state_values(told):
    kept = {state: corners(told)[0] for state in told.game.states}
    found = ng.value(told.game, ng.strategies.MarkovStrategy(kept))
    names = [told.state_label(state) for state in told.first.states]
    return [told.shares([found[s, p] for p in told.game.players]) for s in names]


def threshold(found):
    """Return a least discount factor, within its bracket, and whether it is proven."""
    return {"value": found.value, "intervals": list(found.intervals), "status": found.status}


@row("critical_discount_factor", THREE)
def grim_threshold(told):
    return threshold(ng.critical_discount_factor(told.game, grim(told)))


@row("critical_discount_factor", DILEMMAS, FEW)
def profile_threshold(told):
    return threshold(ng.critical_discount_factor(told.game, corners(told)[0]))


@row("critical_discount_factor", STOCHASTIC, FEW)
def policy_threshold(told):
    kept = {state: corners(told)[0] for state in told.game.states}
    return threshold(ng.critical_discount_factor(told.game, kept))


@row("renegotiation_proofness", REPEATED)
def renegotiation(told):
    found = ng.renegotiation_proofness(told.game, grim(told))
    return found.holds, found.offending is None


@row("least_weakly_renegotiation_proof", SMALL)
def renegotiation_threshold(told):
    found = ng.least_weakly_renegotiation_proof(told.game, grim(told))
    return {"value": found.value, "intervals": list(found.intervals), "status": found.status}


@row("best_response", OF_THREE)
def responded(told):
    found = [ng.best_response(told.game, grim(told), p) for p in told.game.stage.players]
    return told.gains([float(one.value - one.worst) for one in found])


@row("exploitability", OF_THREE)
def exploited(told):
    found = ng.exploitability(grim(told), game=told.game)
    return told.gains([float(one.value) for one in found.regrets])


@row("regret", OF_THREE)
def regretted(told):
    last = told.profile(tuple(count - 1 for count in told.first.stage.n_actions))
    players = told.game.stage.players
    found = [
        ng.regret(lambda _, a=a: a, grim(told), game=told.game, player=p)
        for p, a in zip(players, last, strict=True)
    ]
    return {
        "regret": told.gains([float(one.value) for one in found]),
        "share": told.by_player([one.share for one in found]),
    }


@row("basin_of_defection", ngst.repeated_games(stages=DILEMMAS))
def basin(told):
    found = ng.basin_of_defection(told.game)
    return {"beliefs": told.by_player(found.beliefs), "dominant": found.risk_dominant}


@row("survival", OF_THREE)
def survived(told):
    return ng.survival(told.game, grim(told), off=("punish",), periods=6).curve


@row("simulate", OF_THREE)
def simulated(told):
    found = ng.simulate(told.game, grim(told), 5)
    return [told.index(profile) for profile in found.profiles], told.shares(found.payoffs)


@row("equilibrium_payoffs", REPEATED, SOME)
def repeated_set(told):
    return told.bounds(ng.equilibrium_payoffs(told.game))


@row("equilibrium_payoffs", UNLIKE, SOME)
def unlike_set(told):
    return told.bounds(ng.equilibrium_payoffs(told.game))


@row("equilibrium_payoffs", STOCHASTIC, FEW)
def stochastic_sets(told):
    found = ng.equilibrium_payoffs(told.game)
    return [told.bounds(found[told.state_label(state)]) for state in told.first.states]


@row("public_perfect_payoffs", SIGNALLED, FEW)
def public_set(told):
    return told.bounds(public_perfect_payoffs(told.game))


@row("abreu_sannikov", REPEATED, SOME)
def twist_set(told):
    return told.bounds(abreu_sannikov(told.game))


@row("judd_yeltekin_conklin", REPEATED, FEW)
def directions_set(told):
    return told.bounds(judd_yeltekin_conklin(told.game))


@row("abreu_pearce_stacchetti", REPEATED, SOME)
def operator_set(told):
    return told.bounds(abreu_pearce_stacchetti(told.game))


@row("policy_iteration", UNLIKE, SOME)
def policy_set(told):
    return told.bounds(policy_iteration(told.game))


@row("bounded_payoffs", OF_THREE, FEW)
def half_spaces(told):
    found = ng.bounded_payoffs(told.game)
    inner = told.shares(found.inner) if len(found.inner) else np.empty((0, len(told.order)))
    outside = [p for p in ng.bounded_payoffs(told.first).inner if found.contains(_there(told, p)) is False]
    return {"empty": found.is_empty, "any": bool(len(inner)), "outside": len(outside)}


def _there(told, payoff):
    """Return a payoff in the first terms in those told."""
    paid = [Fraction(x) for x in payoff.tolist()]
    own = told.terms.player % len(paid)
    paid[own] = paid[own] * told.terms.scale + told.terms.shift
    return [float(paid[i]) for i in told.order]


@row("optimal_penal_code", REPEATED, SOME)
def penal_code(told):
    found = ng.optimal_penal_code(told.game)
    if not len(found.payoffs):
        return found.status
    worst = [told.shares(p)[told.position(i)] for i, p in zip(found.players, found.payoffs, strict=True)]
    return {"worst": told.by_player(worst), "status": found.status}


@row("strategy_for", ngst.repeated_games(stages=TINY), SOME)
def strategy(told):
    found = ng.equilibrium_payoffs(told.game)
    if not len(found.inner):
        return None
    middle = found.inner.mean(axis=0)
    automaton = ng.strategy_for(found, middle)
    missed = told.gains(ng.value(told.game, automaton).payoffs - middle)
    return ng.verify(told.game, automaton).holds, missed


@row("bargain", ngst.repeated_games(stages=DILEMMAS), SOME)
def bargained(told):
    found = ng.bargain(told.game)
    return {"payoffs": told.shares(found.payoffs), "agreed": found.agreed, "status": found.status}


@row("markov_perfect_equilibria", STOCHASTIC, FEW)
def markov(told):
    found = ng.markov_perfect_equilibria(told.game)
    pure = [e for e in found if e.is_pure]
    kept = found.equilibria if found.status == "complete" else pure

    def played(e):
        by_state = [told.mixed(e.mixed_actions[told.states.index(s)]) for s in range(told.game.n_states)]
        return by_state, told.shares(e.values)[[told.states.index(s) for s in range(told.game.n_states)]]

    return {"found": Unordered(played(e) for e in kept), "status": found.status, "pure": found.pure_complete}


# --- issues, and closed forms of a dilemma ------------------------------------------------------------------


@row("product_game", TINY)
def product(told):
    joint = product_game(told.game, told.game)
    return Unordered(told.shares(e.payoffs / 2) for e in ng.solve(joint, method="pure_equilibria"))


def links(told, function):
    """Ask of two issues, the second of which is the first with the actions exchanged."""
    issues = [told.game, told.game]
    return function(
        issues,
        [corners(told)[0], corners(told)[1]],
        [corners(told)[1], corners(told)[0]],
        discount_factor=Fraction(3, 5),
    )


@row("linking", TINY, SOME)
def linked(told):
    found = links(told, ng.linking)
    return {"effect": found.effect, "linked": threshold(found.linked), "holds": found.linked_verdict.holds}


@row("least_self_enforcing_link", TINY, SOME)
def least_link(told):
    found = links(told, ng.least_self_enforcing_link)
    return Unordered(len(s) for s in found.sets)


def stakes(told):
    """Return, in the first order, each player's gain by defection and loss by punishment in a dilemma."""
    (kept, broken), stage = corners(told), told.game
    if ng.verify(stage, kept).holds:
        kept, broken = broken, kept
    found = []
    for i in range(2):
        alone = tuple(broken[j] if j == i else kept[j] for j in range(2))
        paid = [stage.exact_payoffs()[stage.profile_index(p)][i] for p in (alone, kept, broken)]
        found.append((paid[0] - paid[1], paid[1] - paid[2]))
    return [pair if not told.terms.floats else tuple(map(float, pair)) for pair in told.by_player(found)]


@row("noisy_grim", DILEMMAS)
def noisy(told):
    found = [ng.noisy_grim(*pair, Fraction(1, 10), Fraction(9, 10), Fraction(4, 5)) for pair in stakes(told)]
    return [(f.holds, f.critical_discount_factor) for f in found]


@row("clock_values", DILEMMAS)
def clock(told):
    found = [ng.clock_values(*pair, 3, Fraction(4, 5), Fraction(1, 2)) for pair in stakes(told)]
    return [(f.holds, f.least_renewal) for f in found]


@row("least_renewal_probability", DILEMMAS)
def renewal(told):
    return [ng.least_renewal_probability(*pair, 3, Fraction(4, 5)) for pair in stakes(told)]


@row("bargain", ngst.repeated_games(stages=SMALL), SOME)
def worst_disagreement(told):
    try:
        found = ng.bargain(told.game, disagreement="worst stage equilibrium")
    except ng.NegotiationError:
        return None
    return told.shares(found.disagreement)
