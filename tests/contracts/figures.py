"""One example or more of everything that has a figure, by the name of its class."""

from datetime import date
from functools import cache

import numpy as np

import negotiation as ng
from negotiation.disputes.step_effects import step_effects
from negotiation.game_theory.games.catalogue.dynamic_games import arms_race
from negotiation.truce_panel.answers import input_curbs, kept_by_answer
from negotiation.truce_panel.spells import spells_of
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.model import RandomMoves
from negotiation.truces.estimation.posterior import compared
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.studies.restraint_map import restraint_map
from negotiation.truces.verdicts.under_noise import noise_verdicts

EXAMPLES = {}


def example(function):
    """Keep a function that yields examples; they are made when they are first asked for."""
    EXAMPLES[function.__name__] = cache(lambda: tuple(function()))
    return function


@cache
def scenario():
    return ng.load_scenario("us-china-2025")


@cache
def replayed(name="2025-10-busan"):
    return ng.replay(name, scenario(), draws=2)


@cache
def dilemma():
    return ng.StageGame.from_matrices(
        [[9, 1], [10, 3]], [[9, 10], [1, 3]], players=("USA", "CHN"), actions=(("keep", "break"),) * 2
    )


@example
def Automaton():
    stage = dilemma()
    yield ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))
    yield ng.strategies.penance(stage, ("keep", "keep"), ("break", "break"), 3)
    yield ng.truce("2025-10-busan").compile(scenario())


@example
def Restraint():
    yield ng.restraint(gain=0.2, loss=0.525, harm=1, cost=1, cover=2, discount_factors=0.8)
    yield ng.restraint(gain=0.7, loss=35 / 12, harm=1, cost=1, cover=2, discount_factors=(0.9, 0.3))


@example
def RestraintMap():
    yield restraint_map(scenario(), draws=4)


@example
def Revealed():
    yield ng.revealed(scenario(), draws=8)


@example
def Regret():
    dilemma_ = ng.RepeatedGame(dilemma(), 0.9)
    best = ng.best_response(
        dilemma_, ng.strategies.grim_trigger(dilemma(), ("keep", "keep"), ("break", "break"))
    )
    yield ng.regret({"cooperate": "break", "punish": "keep"}, best)
    yield ng.regret([{"play": 0, "state": "cooperate", "action": "break"}], best)


@example
def Trace():
    busan = ng.truce("2025-10-busan")
    yield ng.simulate(busan.game(scenario()), busan.compile(scenario()), 26, rng=1)
    grim = ng.strategies.grim_trigger(dilemma(), ("keep", "keep"), ("break", "break"))
    yield ng.simulate(ng.RepeatedGame(dilemma(), 0.9), grim, 5)


@example
def Replay():
    yield replayed()
    yield replayed("2025-05-geneva")


@example
def TruceLifetime():
    yield replayed().noise.lifetime
    yield replayed("2025-05-geneva").noise.lifetime


@example
def ReadingPair():
    yield ng.truce("2025-05-geneva").compile(scenario())


@example
def NoiseSweep():
    from negotiation.truces.verdicts.under_noise import noise_sweep

    yield noise_sweep(ng.truce("2025-05-geneva"), scenario(), (0.1, 0.2))


@example
def Forecast():
    yield ng.forecast("2025-10-busan", scenario=scenario(), theories="all")


@example
def ForecastScores():
    made = ng.forecast("2025-10-busan", months=10, scenario=scenario(), theories="moment")
    yield made.score(questions="2026-second")


@cache
def _weeks():
    from datetime import date

    from negotiation.truces.prediction.baselines import baseline
    from negotiation.truces.prediction.series_scores import week_scores

    chosen = [baseline(name) for name in ("shrunk", "two pace", "self exciting")]
    return week_scores(chosen, scenario(), start=date(2025, 1, 6))


@example
def SeriesScores():
    yield _weeks()


@example
def Reliability():
    yield _weeks().reliability("self exciting")


@example
def WinSets():
    from negotiation.truces.studies.linkage import win_sets

    yield win_sets(scenario(), np.linspace(0, 1, 11))


@example
def Leverage():
    from negotiation.truces.studies.leverage import leverage

    yield leverage(scenario(), draws=2, rng=0)


@example
def LinkageGains():
    from negotiation.truces.studies.linkage import linkage_gains

    yield linkage_gains(scenario())


@example
def BargainSets():
    from negotiation.truces.studies.payoff_sets import bargain_sets

    yield bargain_sets(scenario())


@example
def ClaimsTable():
    from negotiation.truces.claims.table import claims_table

    yield claims_table(scenario(), draws=8, rng=0)


@example
def ClaimIndices():
    from negotiation.lab.claim_indices import claim_indices

    yield claim_indices(scenario(), ["clocks_honest", "busan_free_control"], base=8, most=4)


def _store():
    from pathlib import Path
    from tempfile import mkdtemp

    return Path(mkdtemp())


def _swept(measure, design, **options):
    experiment = ng.Experiment(
        slug="sweep", question="How high is the wave over the shore, and when?", measure=measure,
        space=design, **options,
    )  # fmt: skip
    return ng.run(experiment, store=_store())


def _wave(cell):
    height = float(np.sin(cell["x"]) + 0.5 * (cell["y"] if "y" in dict(cell) else 0.0))
    return {"height": height, "high": height > 0.4}


@example
def Sweep():
    x = np.linspace(0, 3, 10).tolist()
    yield _swept(_wave, ng.space.grid({"x": x}), labels={"x": "place", "height": "height, m"})
    yield _swept(_wave, ng.space.grid({"x": x, "y": x}), shown=("height",))
    yield _swept(_wave, ng.space.draws(30, {"x": (0, 3), "y": (0, 1)}), shown=("height",))
    yield _swept(_wave, ng.space.draws(30, {"x": (0, 3), "y": (0, 1)}), shown=("high",))


@example
def SobolIndices():
    from negotiation.lab import sobol_indices

    yield sobol_indices(_swept(_wave, ng.space.saltelli(32, {"x": (0, 3), "y": (0, 1)})), "height")


@example
def StageGame():
    yield dilemma()
    yield scenario().stage_game("small")
    yield ng.StageGame.from_matrices(
        np.arange(35).reshape(5, 7) % 11 - 4.25, np.arange(35).reshape(5, 7)[::-1] % 9, name="five by seven"
    )
    rng = np.random.default_rng(1)
    yield ng.StageGame(rng.normal(size=(30, 25, 2)), name="thirty by twenty-five")


@example
def RepeatedGame():
    yield ng.RepeatedGame(dilemma(), 0.5)
    chances = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
    yield ng.RepeatedGame(dilemma(), (0.5, 0.7), ng.PublicSignal(chances, ("good", "bad")))


@example
def StochasticGame():
    yield wandering()
    rng = np.random.default_rng(0)
    turning = rng.dirichlet(np.ones(4), (4, 3, 4))
    yield ng.StochasticGame(rng.normal(size=(4, 3, 4, 2)), turning, 0.8)
    ahead = np.zeros((15, 2, 2, 15))
    for s in range(15):
        ahead[s, 0, :, s], ahead[s, 1, :, (s + 1) % 15] = 1.0, 1.0
    yield ng.StochasticGame(rng.integers(0, 9, (15, 2, 2, 2)), ahead, 0.8)


@example
def Verdict():
    stage = dilemma()
    grim = ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))
    for delta in (0.9, 0.1):
        yield ng.verify(ng.RepeatedGame(stage, delta), grim)
    from fractions import Fraction

    yield ng.verify(ng.RepeatedGame(stage, Fraction(1, 7)), grim, exact=True)


@example
def PublicPerfectLimit():
    chances = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
    yield ng.public_perfect_limit(dilemma(), ng.PublicSignal(chances, ("good", "bad")))
    blind = [[[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]]]
    yield ng.public_perfect_limit(dilemma(), ng.PublicSignal(blind, ("good", "bad")))


@example
def BargainingSolution():
    for delta in (0.75, 0.1):
        yield ng.bargain(ng.RepeatedGame(dilemma(), delta))


@example
def NashSolution():
    yield ng.solve(dilemma())
    yield ng.solve(ng.StageGame.from_matrices(np.eye(3), np.eye(3)[::-1]))
    yield ng.solve(ng.StageGame(np.random.default_rng(0).integers(0, 9, (2, 2, 2, 3))))


@example
def LogitBranch():
    yield ng.logit_branch(dilemma(), 3.0)
    yield ng.logit_branch(ng.StageGame(np.random.default_rng(0).normal(size=(3, 7, 2))), 9.0)


@example
def CorrelatedPayoffs():
    yield ng.extreme_correlated_payoffs(ng.StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]]))
    yield ng.extreme_correlated_payoffs(dilemma())
    yield ng.extreme_correlated_payoffs(clubs().stages[0])


@example
def FiniteHorizonPayoffs():
    stage = ng.StageGame.from_matrices([[4, 0, 0], [5, 1, 0], [0, 0, 3]], [[4, 5, 0], [0, 1, 0], [0, 0, 3]])
    yield ng.finite_horizon_payoffs(stage, 5)
    yield ng.finite_horizon_payoffs(clubs().stages[0], 2)
    yield ng.finite_horizon_payoffs(ng.StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), 2)


@example
def OptimalPenalCode():
    yield ng.optimal_penal_code(ng.RepeatedGame(dilemma(), 0.75))
    pennies = ng.StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    for stage in (ng.catalogue()["abreu-sannikov-2014"].game().stage, pennies):
        yield ng.optimal_penal_code(ng.RepeatedGame(stage, 0.5))


@cache
def in_continuous_time(name, **parameters):
    return ng.catalogue()[name].game(**parameters)


@example
def ContinuousEquilibrium():
    yield ng.markov_perfect_equilibria(in_continuous_time("doraszelski-judd-2012"))[0]
    yield ng.markov_perfect_equilibria(in_continuous_time("pakes-mcguire-1994"))[0]
    yield ng.markov_perfect_equilibria(in_continuous_time("rust-1987", bins=20))[0]


@example
def ChosenPlay():
    from negotiation.game_theory.solutions.continuous_equilibrium import ChosenPlay

    found = ng.markov_perfect_equilibria(in_continuous_time("doraszelski-judd-2012"))[0]
    yield ChosenPlay(found.game, found.values, found.choice_probabilities, found.residuals, found.found_by)


@example
def LogitResponse():
    yield ng.logit_response(in_continuous_time("doraszelski-judd-2012"), [[0] * 4] * 2)


@cache
def played():
    found = ng.markov_perfect_equilibria(in_continuous_time("doraszelski-judd-2012"))[0]
    return found.game, found


@example
def TransitionProbabilities():
    yield ng.transition_probabilities(*played(), start="00", years=[0.25, 0.5, 1, 2, 4])
    yield ng.transition_probabilities(*played(), start="00", years=1.0)


@example
def EventProbabilities():
    game, found = played()
    yield ng.event_probabilities(game, found, start="00", years=[0.25, 0.5, 1, 2])


@example
def StationaryDistribution():
    yield ng.stationary_distribution(*played())
    large = ng.markov_perfect_equilibria(in_continuous_time("rust-1987", bins=20))[0]
    yield ng.stationary_distribution(large.game, large)


@example
def ContinuousEquilibria():
    from dataclasses import replace

    yield ng.markov_perfect_equilibria(in_continuous_time("doraszelski-judd-2012"))
    found = ng.markov_perfect_equilibria(in_continuous_time("pakes-mcguire-1994", top=1))
    yield replace(found, equilibria=found.equilibria * 2)
    yield replace(found, equilibria=(), status="failed")


@example
def PayoffSet():
    for delta in (0.3, 0.5, 0.9):
        yield ng.equilibrium_payoffs(ng.RepeatedGame(dilemma(), delta))


@example
def TransferPayoffSet():
    yield ng.equilibrium_payoffs(ng.RepeatedGame(dilemma(), 0.5), transfers=True)


@example
def TransferSimplex():
    pay = [[2 * sum(a) - 3 * a[i] for i in range(3)] for a in np.ndindex(2, 2, 2)]
    stage = ng.StageGame(np.array(pay).reshape(2, 2, 2, 3), players=("USA", "CHN", "JPN"))
    yield ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.5), transfers=True)


@cache
def clubs():
    """Return a stochastic game of three who share the costs of a good, in three states of its worth."""
    pay = np.array([[2 * sum(a) - 3 * a[i] for i in range(3)] for a in np.ndindex(2, 2, 2)])
    give = pay.reshape(2, 2, 2, 3)
    moves = np.full((3, 2, 2, 2, 3), 0.0)
    moves[..., 0], moves[:, 1, 1, 1] = 1.0, (0.0, 0.2, 0.8)
    return ng.StochasticGame(
        [give, 2 * give, 3 * give], moves, 0.5, states=("low", "middle", "high"),
        players=("USA", "CHN", "JPN"), actions=(("keep", "give"),) * 3,
    )  # fmt: skip


@example
def StateTransferSimplex():
    yield ng.equilibrium_payoffs(clubs(), transfers=True)["low"]


@example
def StateTransferSimplices():
    yield ng.equilibrium_payoffs(clubs(), transfers=True)
    yield ng.equilibrium_payoffs(clubs(), transfers=True, observed="states")


@cache
def wandering():
    """Return a stochastic game of two states: rich ones follow calm."""
    payoffs = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]])
    chances = np.full((2, 2, 2, 2), 0.5)
    chances[:, 0, 0] = (0.1, 0.9)
    return ng.StochasticGame(
        [payoffs, 2 * payoffs], chances, 0.6, states=("poor", "rich"), players=("USA", "CHN"),
        actions=(("keep", "break"),) * 2,
    )  # fmt: skip


@example
def StatePayoffSet():
    yield ng.equilibrium_payoffs(wandering())["rich"]


@example
def StateTransferSet():
    yield ng.equilibrium_payoffs(wandering(), transfers=True)["rich"]


@example
def StatePayoffSets():
    yield ng.equilibrium_payoffs(wandering())
    yield ng.equilibrium_payoffs(wandering(), transfers=True)


@example
def PayoffBounds():
    payoffs = np.random.default_rng(3).integers(0, 9, (2, 2, 2, 3))
    yield ng.bounded_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), 0.9))


@example
def FiniteHorizonSet():
    stage = ng.StageGame.from_matrices([[4, 0, 0], [5, 1, 0], [0, 0, 3]], [[4, 5, 0], [0, 1, 0], [0, 0, 3]])
    yield ng.finite_horizon_payoff_set(stage, 5)
    yield ng.finite_horizon_payoff_set(dilemma(), 2)


@example
def CriticalDiscountFactor():
    stage = dilemma()
    yield ng.critical_discount_factor(stage, ("keep", "keep"))
    yield ng.critical_discount_factor(
        stage, ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))
    )
    yield ng.critical_discount_factor(stage, ng.strategies.tit_for_tat(stage))
    yield ng.critical_discount_factor(stage, ("keep", "break"))
    kind = type(ng.critical_discount_factor(stage, ("keep", "break")))
    three = ((0.2, 0.35), (0.5, 0.5), (0.7, 1.0))
    yield kind(three, 0.2, 0.18, 0.2, None, "partial", reason="tried on a grid")


@example
def MarkovEquilibria():
    yield ng.markov_perfect_equilibria(wandering())
    hunt = np.array([[[4, 4], [0, 3]], [[3, 0], [3, 3]]])
    yield ng.markov_perfect_equilibria(ng.StochasticGame([hunt, hunt], np.full((2, 2, 2, 2), 0.5), 0.5))


@example
def NegotiationEquilibrium():
    for game, rho in ((wandering(), 0.3), (arms_race(), 0.65), (arms_race(), 0.0), (arms_race(most=5), 0.3)):
        yield ng.negotiation_equilibrium(game, negotiation_probability=rho, horizon=50)
    pennies = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    one = ng.StochasticGame([pennies], np.ones((1, 2, 2, 1)), 0.5)
    yield ng.negotiation_equilibrium(one, negotiation_probability=0.5)


@example
def MarkovEquilibrium():
    yield ng.markov_perfect_equilibria(wandering())[0]


@example
def Agreement():
    for name in ng.truce_names():
        yield ng.truce(name)


@example
def Verdicts():
    yield replayed().legs
    yield replayed("2025-05-geneva").legs


@cache
def _estimates():
    """Give fits of two models of one record, of few numbers and particles."""
    record = theory_record(
        scenario(), "each for itself", until=date(2025, 12, 1), since=date(2025, 1, 1), size="small",
        parameters=("pace.move_rate", "logit.precision"),
    )  # fmt: skip
    return [fit(model, particles=32, islands=2, lag=False) for model in (record, RandomMoves(record))]


@example
def Posterior():
    yield from _estimates()


@example
def Comparison():
    yield compared(_estimates())


@example
def TheoryVerdicts():
    yield ng.verdict("2025-10-busan", scenario(), size="core")


@example
def ComparedVerdicts():
    geneva = ng.verdict("2025-05-geneva", scenario(), size="core", theories=["moment", "each for itself"])
    busan = ng.verdict("2025-10-busan", scenario(), size="core")
    yield ng.compare_verdicts({"Geneva": geneva, "Busan": busan})
    yield ng.compare_verdicts({"signed in Geneva": geneva, "once more": geneva})


@example
def Asked():
    yield ng.ask("USA tariff 60", draws=2)
    yield ng.ask(
        "USA tariff 60, CHN rare_earth_curb october_package",
        ng.load_scenario("us-china-2025", "sourced"),
        draws=0,
    )


@example
def Panel():
    yield ng.panel()
    yield ng.panel()["2006-09-lumber"]


@example
def InputCurbs():
    yield input_curbs()


@example
def KeptByAnswer():
    yield kept_by_answer(spells_of(ng.panel().among("first 47").tables))


@example
def SurvivalCurves():
    for by in ("coverage", "leg and coverage"):
        yield ng.panel().survival(by)
    yield ng.panel()["2006-09-lumber"].survival()


@example
def NoiseVerdicts():
    yield noise_verdicts(ng.truce("2025-10-busan"), scenario())


@example
def StepEffects():
    yield step_effects(ng.load_scenario("us-china-2025", "sourced"), "USA", "tariff", "geneva", "peak")
    yield step_effects(scenario(), "CHN", "tariff", "geneva", "peak", 14)
