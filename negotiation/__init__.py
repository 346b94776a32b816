"""Economic statecraft as games that are solved, certified and set beside the record.

The public names are loaded when they are first used, so that importing the package is quick and loads no
compiled kernel, no pandas and no matplotlib. `__all__` holds those to remember; more special ones are found
by the same route, as `negotiation.linking`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from negotiation.drawing import register_drawer

if TYPE_CHECKING:
    from negotiation import strategies
    from negotiation.checks.verify import verify
    from negotiation.errors import NegotiationError
    from negotiation.games import PublicSignal, RepeatedGame, StageGame, StochasticGame
    from negotiation.games.formats import read_nfg, write_nfg
    from negotiation.games.independent_signals import independent_signals as independent_signals
    from negotiation.games.issue_signal import issue_signal as issue_signal
    from negotiation.games.product import product_game as product_game
    from negotiation.lab import Experiment, run, space
    from negotiation.play import simulate as simulate
    from negotiation.solutions.payoff_set import PayoffSet
    from negotiation.solvers.bargaining.bargain import bargain
    from negotiation.solvers.bargaining.rules import (
        Egalitarian,
        KalaiSmorodinsky,
        NashBargaining,
        Rubinstein,
    )
    from negotiation.solvers.closed_forms.noisy_grim import noisy_grim as noisy_grim
    from negotiation.solvers.closed_forms.renewal import clock_values as clock_values
    from negotiation.solvers.closed_forms.renewal import least_renewal_probability
    from negotiation.solvers.closed_forms.strategic_risk import basin_of_defection as basin_of_defection
    from negotiation.solvers.closed_forms.strategic_risk import strategic_risk as strategic_risk
    from negotiation.solvers.closed_forms.survival import survival as survival
    from negotiation.solvers.markov.equilibria import markov_perfect_equilibria
    from negotiation.solvers.nash.index import equilibrium_index as equilibrium_index
    from negotiation.solvers.nash.solve import solve
    from negotiation.solvers.nash.solve_many import solve_many
    from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    from negotiation.solvers.payoff_sets.finite.payoff_set import (
        finite_horizon_payoff_set as finite_horizon_payoff_set,
    )
    from negotiation.solvers.payoff_sets.finite.payoffs import finite_horizon_payoffs
    from negotiation.solvers.payoff_sets.perfect.bounded_payoffs import bounded_payoffs as bounded_payoffs
    from negotiation.solvers.payoff_sets.public.enforceability import enforceability as enforceability
    from negotiation.solvers.payoff_sets.public.full_rank import full_rank as full_rank
    from negotiation.solvers.payoff_sets.public.patient_limit import public_perfect_limit
    from negotiation.solvers.penal_codes.optimal_penal_code import optimal_penal_code
    from negotiation.solvers.penal_codes.strategy_for import strategy_for
    from negotiation.solvers.stage.best_replies import best_replies as best_replies
    from negotiation.solvers.stage.correlated_equilibrium import correlated_equilibrium
    from negotiation.solvers.stage.correlated_payoffs import (
        extreme_correlated_payoffs as extreme_correlated_payoffs,
    )
    from negotiation.solvers.stage.dominance import dominated_actions as dominated_actions
    from negotiation.solvers.stage.iterated_elimination import iterated_elimination as iterated_elimination
    from negotiation.solvers.stage.logit_equilibrium import logit_branch as logit_branch
    from negotiation.solvers.stage.logit_equilibrium import logit_equilibrium
    from negotiation.solvers.stage.minmax import minmax
    from negotiation.solvers.thresholds.critical_discount_factor import critical_discount_factor
    from negotiation.solvers.thresholds.least_link import (
        least_self_enforcing_link as least_self_enforcing_link,
    )
    from negotiation.solvers.thresholds.linking import linking as linking
    from negotiation.solvers.thresholds.renegotiation import (
        renegotiation_proofness as renegotiation_proofness,
    )
    from negotiation.solvers.thresholds.renegotiation_threshold import (
        least_weakly_renegotiation_proof as least_weakly_renegotiation_proof,
    )
    from negotiation.solvers.values.value import value
    from negotiation.strategies import Automaton
    from negotiation.truces import Agreement, Replay, replay, truce, truce_names
    from negotiation.truces.prediction.forecast import forecast
    from negotiation.world import Move, Postures, Scenario, State, apply_move, legality, load_scenario

__version__ = "0.1.0"

__all__ = [
    # games
    "PublicSignal",
    "RepeatedGame",
    "StageGame",
    "StochasticGame",
    "read_nfg",
    "write_nfg",
    # strategies
    "Automaton",
    "strategies",
    # solvers
    "Egalitarian",
    "KalaiSmorodinsky",
    "NashBargaining",
    "PayoffSet",
    "Rubinstein",
    "bargain",
    "correlated_equilibrium",
    "critical_discount_factor",
    "equilibrium_payoffs",
    "finite_horizon_payoffs",
    "least_renewal_probability",
    "logit_equilibrium",
    "markov_perfect_equilibria",
    "minmax",
    "optimal_penal_code",
    "public_perfect_limit",
    "solve",
    "solve_many",
    "strategy_for",
    "value",
    "verify",
    # the domain
    "Agreement",
    "Move",
    "Postures",
    "Replay",
    "Scenario",
    "State",
    "apply_move",
    "forecast",
    "legality",
    "load_scenario",
    "replay",
    "truce",
    "truce_names",
    # experiments
    "Experiment",
    "run",
    "space",
    # errors
    "NegotiationError",
]

_HOMES = {
    "negotiation.lab": ("Experiment", "run", "space"),
    "negotiation.errors": ("NegotiationError",),
    "negotiation.games": ("PublicSignal", "RepeatedGame", "StageGame", "StochasticGame"),
    "negotiation.games.independent_signals": ("independent_signals",),
    "negotiation.games.issue_signal": ("issue_signal",),
    "negotiation.games.product": ("product_game",),
    "negotiation.games.formats": ("read_nfg", "write_nfg"),
    "negotiation.solvers.bargaining.bargain": ("bargain",),
    "negotiation.solvers.bargaining.rules": (
        "Egalitarian",
        "KalaiSmorodinsky",
        "NashBargaining",
        "Rubinstein",
    ),
    "negotiation.solvers.stage.best_replies": ("best_replies",),
    "negotiation.solvers.payoff_sets.perfect.bounded_payoffs": ("bounded_payoffs",),
    "negotiation.solvers.stage.correlated_equilibrium": ("correlated_equilibrium",),
    "negotiation.solvers.stage.correlated_payoffs": ("extreme_correlated_payoffs",),
    "negotiation.solvers.thresholds.critical_discount_factor": ("critical_discount_factor",),
    "negotiation.solvers.stage.dominance": ("dominated_actions",),
    "negotiation.solvers.payoff_sets.public.enforceability": ("enforceability",),
    "negotiation.solvers.nash.index": ("equilibrium_index",),
    "negotiation.solvers.payoff_sets.equilibrium_payoffs": ("equilibrium_payoffs",),
    "negotiation.solvers.payoff_sets.public.full_rank": ("full_rank",),
    "negotiation.solvers.stage.iterated_elimination": ("iterated_elimination",),
    "negotiation.solvers.stage.logit_equilibrium": ("logit_branch", "logit_equilibrium"),
    "negotiation.solvers.markov.equilibria": ("markov_perfect_equilibria",),
    "negotiation.solvers.stage.minmax": ("minmax",),
    "negotiation.solvers.closed_forms.noisy_grim": ("noisy_grim",),
    "negotiation.solvers.penal_codes.strategy_for": ("strategy_for",),
    "negotiation.solvers.penal_codes.optimal_penal_code": ("optimal_penal_code",),
    "negotiation.solvers.payoff_sets.public.patient_limit": ("public_perfect_limit",),
    "negotiation.solvers.payoff_sets.finite.payoffs": ("finite_horizon_payoffs",),
    "negotiation.solvers.payoff_sets.finite.payoff_set": ("finite_horizon_payoff_set",),
    "negotiation.solvers.thresholds.linking": ("linking",),
    "negotiation.solvers.thresholds.renegotiation": ("renegotiation_proofness",),
    "negotiation.solvers.closed_forms.renewal": ("clock_values", "least_renewal_probability"),
    "negotiation.solvers.closed_forms.strategic_risk": ("basin_of_defection", "strategic_risk"),
    "negotiation.solvers.thresholds.renegotiation_threshold": ("least_weakly_renegotiation_proof",),
    "negotiation.solvers.thresholds.least_link": ("least_self_enforcing_link",),
    "negotiation.solutions.payoff_set": ("PayoffSet",),
    "negotiation.solvers.nash.solve": ("solve",),
    "negotiation.solvers.closed_forms.survival": ("survival",),
    "negotiation.play": ("simulate",),
    "negotiation.truces.prediction.forecast": ("forecast",),
    "negotiation.solvers.nash.solve_many": ("solve_many",),
    "negotiation.solvers.values.value": ("value",),
    "negotiation.checks.verify": ("verify",),
    "negotiation.strategies": ("Automaton",),
    "negotiation.truces": ("Agreement", "Replay", "replay", "truce", "truce_names"),
    "negotiation.world": (
        "Move",
        "Postures",
        "Scenario",
        "State",
        "apply_move",
        "legality",
        "load_scenario",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

register_drawer("automaton", "negotiation.report.automaton_figure:automaton_figure")
register_drawer("replay", "negotiation.report.figures:replay_figure")
register_drawer("coverage", "negotiation.report.noise_figures:coverage_figure")
register_drawer("readings", "negotiation.report.noise_figures:readings_figure")
register_drawer("noise", "negotiation.report.noise_figures:noise_figure")
register_drawer("payoff sets", "negotiation.report.payoff_figure:payoff_sets_figure")
register_drawer("sweep", "negotiation.report.sweep_figure:sweep_figure")
register_drawer("sobol indices", "negotiation.report.sweep_figure:sobol_figure")
register_drawer("ablation", "negotiation.report.prediction_figures:ablation_figure")
register_drawer("forecast", "negotiation.report.prediction_figures:forecast_figure")
register_drawer("leverage", "negotiation.report.leverage_figure:leverage_figure")
register_drawer("claims", "negotiation.report.claims_figure:claims_figure")
register_drawer("claim indices", "negotiation.report.claims_figure:claim_indices_figure")
register_drawer("linkage gains", "negotiation.report.bargain_figures:linkage_figure")
register_drawer("win sets", "negotiation.report.bargain_figures:win_sets_figure")
register_drawer("life", "negotiation.report.survival_figure:survival_figure")


def __getattr__(name: str) -> object:
    if name == "strategies":
        return import_module("negotiation.strategies")
    if name in _HOME_OF:
        found: object = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'negotiation' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_HOME_OF})
