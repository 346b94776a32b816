"""Calls of somebody who knows the names, not the signatures: they work, or the error says what to type."""

import re

import numpy as np
import pytest

import negotiation as ng

A, B = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
ACTIONS = (("C", "D"), ("C", "D"))


@pytest.fixture(scope="module")
def names():
    stage = ng.StageGame.from_matrices(A, B, players=("USA", "CHN"), actions=ACTIONS)
    repeated = ng.RepeatedGame(stage, 0.75)
    return {
        "ng": ng,
        "np": np,
        "A": A,
        "B": B,
        "stage": stage,
        "plain": ng.StageGame.from_matrices(A, B),
        "repeated": repeated,
        "signalled": ng.RepeatedGame(stage, 0.75, ng.PublicSignal.revealing(stage)),
        "stochastic": ng.StochasticGame.from_stages({"one": stage}, np.ones((1, 2, 2, 1)), 0.75),
        "clock": ng.ContinuousTimeGame([[0.0]], [], 0.5),
        "grim": ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D")),
        "C": ("C", "C"),
        "D": ("D", "D"),
        "solution": ng.solve(stage),
        "payoffs": ng.equilibrium_payoffs(repeated),
        "scenario": ng.load_scenario("us-china-2025"),
        "busan": ng.truce("2025-10-busan"),
        "geneva": ng.truce("2025-05-geneva"),
    }


WORKS = {
    "ng.critical_discount_factor(repeated, grim).value": "Fraction(1, 7)",
    "ng.critical_discount_factor(repeated, C).value": "Fraction(1, 7)",
    "ng.critical_discount_factor(stage, {'CHN': 'C', 'USA': 'C'}).value": "Fraction(1, 7)",
    "ng.critical_discount_factor(busan.game(clock='none'), busan.compile(clock='none')).value"
    " == busan.critical_discount_factor(clock='none').value": "True",
    "busan.critical_discount_factor('us-china-2025').value == busan.critical_discount_factor().value": "True",
    "ng.solve(stage, 'lemke_howson').method": "'lemke_howson'",
    "ng.verify(stage, solution[0]).holds": "True",
    "ng.verify(stage, {'CHN': 'D', 'USA': 'C'}).deviation.player": "'USA'",
    "ng.verify(stage, [[0, 1], [0, 1]]).holds": "True",
    "ng.verify(busan.game(), busan.compile()).holds": "True",
    "ng.bargain(payoffs).payoffs.round(6).tolist()": "[9.0, 9.0]",
    "ng.replay(geneva, draws=0).agreement.id": "'2025-05-geneva'",
    "ng.forecast(busan, months=1, theories='moment').truce": "'2025-10-busan'",
    "ng.verdict(busan, remedy='as written', noise=True)['tariff'].holds": "True",
    "busan.survival().find('broken off', linkage='none').mean_days": "inf",
    "stage.profile({'CHN': 'D', 'USA': 'C'})": "('C', 'D')",
    "ng.strategies.StateAutomaton.from_markov(stochastic, {'one': C}).memories": "('always',)",
    "scenario.stochastic_game('small', moving='stocks').states"
    " == scenario.stochastic_game('small', moving=['stocks']).states": "True",
    "busan.continuous_game('moment', instruments='tariff').phases": "('kept', 'over', 'ended')",
}

ADVISES = {
    "ng.critical_discount_factor(stage, 'C')": "one label for each player",
    "ng.critical_discount_factor(stage, {'usa': 'C', 'CHN': 'C'})": "did you mean 'USA'?",
    "ng.critical_discount_factor(stage, grim, monitoring=3)": "`monitoring` needs a PublicSignal",
    "ng.least_weakly_renegotiation_proof(stage, C)": "strategies.grim_trigger",
    "ng.best_response(repeated, C)": "must follow an Automaton",
    "ng.exploitability(grim, game=3)": "needs a RepeatedGame; got int",
    "ng.regret([3], grim, game=repeated)": "'play' is missing",
    "ng.regret(lambda seen: (1, 0, 0), grim, game=repeated)": "one probability for each of ('C', 'D')",
    "ng.regret(grim, ng.best_response(repeated, grim), player='CHN')": "must be 'USA'",
    "ng.best_replies(stage, 3)": "one action label, or one probability vector, for each of",
    "ng.correlated_equilibrium(stage, {'USA': 'x'})": "the weight of 'USA' in `objective` must be a number",
    "ng.minmax(stage, mixed=3)": "`mixed` must be True or False",
    "ng.solve(repeated)": "take its `.stage`, or use `equilibrium_payoffs`",
    "ng.solve(stochastic)": "`markov_perfect_equilibria`",
    "ng.solve(A, B)": "`StageGame.from_matrices(A, B)`",
    "ng.solve_many([stage, stage])": "np.stack([stage.payoffs for stage in stages])",
    "ng.solve_many(stage)": "np.stack([stage.payoffs for stage in stages])",
    "ng.equilibrium_payoffs(stage)": "`RepeatedGame(stage, discount_factor)`",
    "ng.equilibrium_payoffs(A)": "`RepeatedGame(StageGame.from_matrices(A, B), discount_factor)`",
    "ng.markov_perfect_equilibria(scenario)": "`scenario.stochastic_game()`",
    "ng.stationary_distribution(scenario, grim)": "`scenario.continuous_game()`",
    "ng.verify(stage, grim)": "`verify(RepeatedGame(stage, discount_factor), automaton)`",
    "ng.verify(repeated, C)": "`critical_discount_factor(game, profile)`",
    "ng.verify(repeated, {'USA': 'C', 'CHN': 'C'})": "`critical_discount_factor(game, profile)`",
    "ng.value(stage, grim)": "`RepeatedGame(stage, discount_factor)`",
    "ng.value(repeated, C)": "strategies.grim_trigger",
    "ng.bargain(stage)": "`RepeatedGame(stage, discount_factor)`",
    "ng.bargain(repeated, 'nash')": "NashBargaining()",
    "ng.bargain(payoffs, disagreement=3)": "`disagreement` must be the name of a point",
    "ng.Rubinstein((0.5,))": "`discount_factors` must be two numbers; got (0.5,)",
    "ng.NashBargaining(3)": "`weights` must be two positive, finite numbers; got 3",
    "ng.survival(repeated, 'grim', off='punish')": "must be an Automaton; got 'grim'",
    "ng.enforceability(stage, 3)": "needs a PublicSignal; got int",
    "ng.equilibrium_payoffs(stochastic, directions='x')": "number of directions must be a whole number",
    "ng.value(repeated, grim)['punish']": "write values[state, player]",
    "ng.restraint(gain=1, loss=1, harm=1, cost=1, cover=1, horizons=1e20, period=1)": "from `period` and",
    "ng.restraint_many(loss=1, harm=1, cost=1, cover=1, discount_factors=(0.5, 'x'))": "factor of the user",
    "ng.markov_perfect_equilibria(clock, initial='x')": "`initial` must be an equilibrium, or an array",
    "ng.event_probabilities(clock, [], start='0', years=1, begin=[0, 1])": "`begin` must be a number",
    "ng.replay('geneva')": "did you mean '2025-05-geneva'",
    "ng.truce('Busan')": "did you mean '2025-10-busan'",
    "ng.forecast('busan')": "did you mean '2025-10-busan'",
    "ng.strategy_for(repeated, (9, 9))": "`equilibrium_payoffs(game)`",
    "ng.strategy_for(stage, (9, 9))": "`equilibrium_payoffs(RepeatedGame(stage, discount_factor))`",
    "ng.optimal_penal_code(payoffs)": "take its `.game`",
    "ng.logit_equilibrium(stage, 'high')": "got 'high'",
    "ng.strategies.grim_trigger(repeated, C, D)": "take its `.stage`",
    "ng.strategies.tit_for_tat(repeated)": "take its `.stage`",
    "ng.strategies.tit_for_tat('C', 'D')": "needs a StageGame",
    "ng.strategies.grim_trigger_in_states(stage, {}, {})": "`StochasticGame.from_stages",
    "ng.strategies.grim_trigger_in_states(stochastic, [C], [D])": "must map at least one state",
    "ng.strategies.StateAutomaton(['m'], 'm', {'m': C}, {'m': {}})": "keyed by (memory, state); got ['m']",
    "ng.simulate(repeated, C, 2)": "must be an Automaton; got tuple",
    "ng.write_nfg('a.nfg', stage)": "needs a StageGame",
    "ng.run('tariffs')": "`negotiation run NAME`",
    "ng.run(ng.solve)": "`Experiment(",
    "ng.load_scenario('us-china')": "did you mean 'us-china-2025'",
    "ng.verdict(busan, 'us-china')": "did you mean 'us-china-2025'",
    "ng.compare_verdicts(busan)": "{'as it is': verdict(...)",
    "ng.compare_verdicts({'a': busan, 'b': busan})": "a result of `negotiation.verdict`",
    "ng.verdict(busan, theories='moment')['chips']": "Known: control under moment",
    "ng.verdict(busan, remedy='forever')": "did you mean 'for ever'",
    "ng.verdict(busan, noise=True, theories='shadow linkage')": "remedy='for ever' and noise=False",
    "ng.replay(geneva, draws=0).check('as written by USA')": "or 'as written'",
    "stage.payoff((0, 0))": "positions are not names",
    "stage.payoff(5)": "one action for each of ('USA', 'CHN'); got 5",
    "stage.action_index(-1, 'C')": "from 0 to 1; got -1",
    "stage.labels((0.5, 0))": "`profile_index`",
    "ng.StageGame(np.stack([A, B], axis=-1), players='EU')": "got the text 'EU'",
    "ng.StageGame.from_matrices(A, B, actions='CD')": "got the text 'CD'",
    "ng.StochasticGame([stage.payoffs], np.ones((1, 2, 2, 1)), 0.5, players='EU')": "got the text 'EU'",
    "ng.PublicSignal(np.ones((2, 2, 2)) / 2, signals='ab')": "got the text 'ab'",
    "ng.StageGame(A, B)": "`StageGame.from_matrices(A, B)`",
    "ng.StageGame.from_matrices([[1, 2], [3]], B)": "not all of one length",
    "ng.ContinuousTimeGame([[0, 0], [0]], [], 0.5)": "not all of one length",
    "ng.RepeatedGame(stage, delta=0.9)": "write RepeatedGame(stage, discount_factor, monitoring=...)",
    "ng.StochasticGame([stage.payoffs], np.ones((1, 2, 2, 1)))": "'discount_factor'",
    "ng.truce(None)": "not a value of type NoneType",
    "ng.forecast(2025)": "labels are text",
    "ng.load_scenario(2025)": "labels are text",
}


@pytest.mark.long
@pytest.mark.parametrize("call", WORKS)
def test_a_call_whose_meaning_is_clear_works(names, call):
    assert repr(eval(call, dict(names))) == WORKS[call]  # noqa: S307


@pytest.mark.parametrize(
    "call", [pytest.param(c, marks=[pytest.mark.long] * ("ng.verify(" not in c)) for c in ADVISES]
)
def test_another_call_is_told_what_to_type(names, call):
    with pytest.raises(ng.NegotiationError, match=re.escape(ADVISES[call])):
        eval(call, dict(names))  # noqa: S307


POINTS = [
    ("ng", "grim_trigger", "negotiation.game_theory.strategies.grim_trigger"),
    ("ng", "UnknownAction", "negotiation.errors.UnknownAction"),
    ("ng", "StageGames", "'StageGame'"),
    ("ng", "critical_discount_factors", "'critical_discount_factor'"),
    ("ng", "equilibrium_payoff", "'equilibrium_payoffs'"),
    ("ng", "nash_equilibria", "it is negotiation.solve"),
    ("ng", "nash", "it is negotiation.solve"),
    ("scenario", "game", "scenario.stage_game()"),
    ("scenario", "repeated_game", "agreement.game(scenario)"),
    ("scenario", "instrument_names", "'instruments'"),
    ("scenario", "parameter", "'parameters'"),
]


def test_a_name_that_is_not_there_is_pointed_to(names):
    for whose, name, said in POINTS:
        with pytest.raises(AttributeError, match=re.escape(said)):
            getattr(names[whose], name)
        assert not hasattr(names[whose], name)


@pytest.mark.parametrize("name", sorted(set(ng.strategies.__all__) - {"OTHERWISE", "Automaton"}))
def test_every_strategy_says_which_game_it_takes(names, name):
    make = getattr(ng.strategies, name)
    if isinstance(make, type):
        return
    rest = [names["C"]] * 5
    for count in range(6):
        try:
            make(names["repeated"], *rest[:count])
        except TypeError as error:
            assert "required positional" in str(error)  # noqa: PT017
        except ng.NegotiationError as error:
            assert "a strategy needs a " in str(error)  # noqa: PT017
            return
    pytest.fail("was not refused")
