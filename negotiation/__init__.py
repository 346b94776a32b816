"""Economic statecraft as games that are solved, certified and set beside the record.

The public names stand here once, as imports for type checkers and readers. The package reads them from this
file and loads a name's module when the name is first used, so that importing the package is quick and loads
no compiled kernel, no pandas and no matplotlib. `__all__` holds those of the first list; those of the second,
which are more special, are found by the same route, as `negotiation.linking`.
"""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation import errors as errors
from negotiation._version import __version__ as __version__
from negotiation.drawing import register_drawer

if TYPE_CHECKING:  # names to remember
    from negotiation import strategies as strategies
    from negotiation.checks.verify import verify as verify
    from negotiation.errors import NegotiationError as NegotiationError
    from negotiation.games import ContinuousTimeGame as ContinuousTimeGame
    from negotiation.games import DecisionMaker as DecisionMaker
    from negotiation.games import EventPath as EventPath
    from negotiation.games import PublicSignal as PublicSignal
    from negotiation.games import RepeatedGame as RepeatedGame
    from negotiation.games import StageGame as StageGame
    from negotiation.games import StochasticGame as StochasticGame
    from negotiation.games.formats import read_nfg as read_nfg
    from negotiation.games.formats import write_nfg as write_nfg
    from negotiation.lab import Experiment as Experiment
    from negotiation.lab import run as run
    from negotiation.lab import space as space
    from negotiation.solutions.payoff_set import PayoffSet as PayoffSet
    from negotiation.solvers.bargaining.bargain import bargain as bargain
    from negotiation.solvers.bargaining.rules import Egalitarian as Egalitarian
    from negotiation.solvers.bargaining.rules import KalaiSmorodinsky as KalaiSmorodinsky
    from negotiation.solvers.bargaining.rules import NashBargaining as NashBargaining
    from negotiation.solvers.bargaining.rules import Rubinstein as Rubinstein
    from negotiation.solvers.closed_forms.renewal import (
        least_renewal_probability as least_renewal_probability,
    )
    from negotiation.solvers.continuous.likelihood import log_likelihood as log_likelihood
    from negotiation.solvers.continuous.logit_response import logit_response as logit_response
    from negotiation.solvers.continuous.stationary import stationary_distribution as stationary_distribution
    from negotiation.solvers.continuous.transient import event_probabilities as event_probabilities
    from negotiation.solvers.continuous.transient import transition_probabilities as transition_probabilities
    from negotiation.solvers.markov.equilibria import markov_perfect_equilibria as markov_perfect_equilibria
    from negotiation.solvers.nash.solve import solve as solve
    from negotiation.solvers.nash.solve_many import solve_many as solve_many
    from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs as equilibrium_payoffs
    from negotiation.solvers.payoff_sets.finite.payoffs import (
        finite_horizon_payoffs as finite_horizon_payoffs,
    )
    from negotiation.solvers.payoff_sets.public.patient_limit import (
        public_perfect_limit as public_perfect_limit,
    )
    from negotiation.solvers.penal_codes.optimal_penal_code import optimal_penal_code as optimal_penal_code
    from negotiation.solvers.penal_codes.strategy_for import strategy_for as strategy_for
    from negotiation.solvers.relational.negotiation import negotiation_equilibrium as negotiation_equilibrium
    from negotiation.solvers.stage.correlated_equilibrium import (
        correlated_equilibrium as correlated_equilibrium,
    )
    from negotiation.solvers.stage.logit_equilibrium import logit_equilibrium as logit_equilibrium
    from negotiation.solvers.stage.minmax import minmax as minmax
    from negotiation.solvers.thresholds.critical_discount_factor import (
        critical_discount_factor as critical_discount_factor,
    )
    from negotiation.solvers.values.value import value as value
    from negotiation.strategies import Automaton as Automaton
    from negotiation.truces import Agreement as Agreement
    from negotiation.truces import Replay as Replay
    from negotiation.truces import replay as replay
    from negotiation.truces import truce as truce
    from negotiation.truces import truce_names as truce_names
    from negotiation.truces.compared_verdicts import compare_verdicts as compare_verdicts
    from negotiation.truces.estimation.estimate import estimate as estimate
    from negotiation.truces.prediction.forecast import forecast as forecast
    from negotiation.truces.theories import theories as theories
    from negotiation.truces.theory_verdicts import verdict as verdict
    from negotiation.world import Move as Move
    from negotiation.world import Postures as Postures
    from negotiation.world import Scenario as Scenario
    from negotiation.world import State as State
    from negotiation.world import apply_move as apply_move
    from negotiation.world import legality as legality
    from negotiation.world import load_scenario as load_scenario
    from negotiation.world.loading import scenario_names as scenario_names

if TYPE_CHECKING:  # more special ones
    from negotiation.games.catalogue.published import catalogue as catalogue
    from negotiation.games.independent_signals import independent_signals as independent_signals
    from negotiation.games.issue_signal import issue_signal as issue_signal
    from negotiation.games.product import product_game as product_game
    from negotiation.play.simulate import simulate as simulate
    from negotiation.play.simulate_moves import simulate_moves as simulate_moves
    from negotiation.solvers.closed_forms.noisy_grim import noisy_grim as noisy_grim
    from negotiation.solvers.closed_forms.renewal import clock_values as clock_values
    from negotiation.solvers.closed_forms.strategic_risk import basin_of_defection as basin_of_defection
    from negotiation.solvers.closed_forms.strategic_risk import strategic_risk as strategic_risk
    from negotiation.solvers.closed_forms.survival import survival as survival
    from negotiation.solvers.continuous.transient import expected_event_times as expected_event_times
    from negotiation.solvers.nash.index import equilibrium_index as equilibrium_index
    from negotiation.solvers.payoff_sets.finite.payoff_set import (
        finite_horizon_payoff_set as finite_horizon_payoff_set,
    )
    from negotiation.solvers.payoff_sets.perfect.bounded_payoffs import bounded_payoffs as bounded_payoffs
    from negotiation.solvers.payoff_sets.public.enforceability import enforceability as enforceability
    from negotiation.solvers.payoff_sets.public.full_rank import full_rank as full_rank
    from negotiation.solvers.stage.best_replies import best_replies as best_replies
    from negotiation.solvers.stage.correlated_payoffs import (
        extreme_correlated_payoffs as extreme_correlated_payoffs,
    )
    from negotiation.solvers.stage.dominance import dominated_actions as dominated_actions
    from negotiation.solvers.stage.iterated_elimination import iterated_elimination as iterated_elimination
    from negotiation.solvers.stage.logit_equilibrium import logit_branch as logit_branch
    from negotiation.solvers.thresholds.linking import (
        least_self_enforcing_link as least_self_enforcing_link,
    )
    from negotiation.solvers.thresholds.linking import linking as linking
    from negotiation.solvers.thresholds.renegotiation import (
        least_weakly_renegotiation_proof as least_weakly_renegotiation_proof,
    )
    from negotiation.solvers.thresholds.renegotiation import (
        renegotiation_proofness as renegotiation_proofness,
    )


def _homes() -> Iterator[dict[str, str]]:
    """Yield, for each list above, the module of each name."""
    for block in ast.parse(Path(__file__).read_text(encoding="utf-8")).body:
        if isinstance(block, ast.If):
            imports = [statement for statement in block.body if isinstance(statement, ast.ImportFrom)]
            yield {alias.name: str(found.module) for found in imports for alias in found.names}


_REMEMBERED, _SPECIAL = _homes()
_HOMES = _REMEMBERED | _SPECIAL

__all__ = list(_REMEMBERED)

register_drawer("stage game", "negotiation.report.figures.bimatrix:stage_game_figure")
register_drawer("repeated game", "negotiation.report.figures.games:repeated_game_figure")
register_drawer("stochastic game", "negotiation.report.figures.games:stochastic_game_figure")
register_drawer("equilibria", "negotiation.report.figures.equilibria:equilibria_figure")
register_drawer("logit branch", "negotiation.report.figures.equilibria:logit_branch_figure")
register_drawer("payoff set", "negotiation.report.figures.payoff_sets:payoff_set_figure")
register_drawer("public limit", "negotiation.report.figures.payoff_sets:public_limit_figure")
register_drawer("bargaining solution", "negotiation.report.figures.payoff_sets:bargaining_solution_figure")
register_drawer("payoff sets by state", "negotiation.report.figures.payoff_sets:state_sets_figure")
register_drawer("transfer simplex", "negotiation.report.figures.projections:transfer_simplex_figure")
register_drawer("transfer simplices by state", "negotiation.report.figures.relations:state_transfers_figure")
register_drawer("payoff bounds", "negotiation.report.figures.projections:payoff_bounds_figure")
register_drawer("finite horizon set", "negotiation.report.figures.payoff_sets:finite_horizon_figure")
register_drawer("threshold", "negotiation.report.figures.threshold:threshold_figure")
register_drawer("markov equilibrium", "negotiation.report.figures.markov:markov_figure")
register_drawer("continuous play", "negotiation.report.figures.continuous:continuous_play_figure")
register_drawer("continuous equilibria", "negotiation.report.figures.continuous:continuous_equilibria_figure")
register_drawer("correlated payoffs", "negotiation.report.figures.payoff_points:correlated_payoffs_figure")
register_drawer(
    "finite horizon payoffs", "negotiation.report.figures.payoff_points:finite_horizon_payoffs_figure"
)
register_drawer("penal code", "negotiation.report.figures.payoff_points:penal_code_figure")
register_drawer("negotiation equilibrium", "negotiation.report.figures.relations:negotiation_figure")
register_drawer("markov equilibria", "negotiation.report.figures.markov:markov_equilibria_figure")
register_drawer("agreement", "negotiation.report.figures.truces.agreement:agreement_figure")
register_drawer("estimates compared", "negotiation.report.figures.truces.posterior:comparison_figure")
register_drawer("posterior", "negotiation.report.figures.truces.posterior:posterior_figure")
register_drawer("predictive checks", "negotiation.report.figures.truces.predictive:predictive_figure")
register_drawer("verdict", "negotiation.report.figures.truces.verdicts:verdict_figure")
register_drawer("verdicts", "negotiation.report.figures.truces.verdicts:verdicts_figure")
register_drawer("noise verdicts", "negotiation.report.figures.truces.verdicts:noise_verdicts_figure")
register_drawer("theory verdicts", "negotiation.report.figures.truces.theories:theory_verdicts_figure")
register_drawer("verdicts compared", "negotiation.report.figures.truces.theories:compared_verdicts_figure")
register_drawer("trace", "negotiation.report.figures.trace:trace_figure")
register_drawer("automaton", "negotiation.report.figures.automaton:automaton_figure")
register_drawer("replay", "negotiation.report.figures.truces.replay:replay_figure")
register_drawer("coverage", "negotiation.report.figures.truces.noise:coverage_figure")
register_drawer("readings", "negotiation.report.figures.truces.noise:readings_figure")
register_drawer("noise", "negotiation.report.figures.truces.noise:noise_figure")
register_drawer("payoff sets", "negotiation.report.figures.nested_sets:payoff_sets_figure")
register_drawer("sweep", "negotiation.report.figures.sweep:sweep_figure")
register_drawer("sobol indices", "negotiation.report.figures.sweep:sobol_figure")
register_drawer("forecast", "negotiation.report.figures.truces.predictions:forecast_figure")
register_drawer("reliability", "negotiation.report.figures.truces.scores:reliability_figure")
register_drawer("expected moves", "negotiation.report.figures.truces.scores:expected_figure")
register_drawer("leverage", "negotiation.report.figures.truces.leverage:leverage_figure")
register_drawer("claims", "negotiation.report.figures.truces.claims:claims_figure")
register_drawer("claim indices", "negotiation.report.figures.truces.claims:claim_indices_figure")
register_drawer("linkage gains", "negotiation.report.figures.bargaining:linkage_figure")
register_drawer("win sets", "negotiation.report.figures.bargaining:win_sets_figure")
register_drawer("lifetime", "negotiation.report.figures.truces.survival:survival_figure")


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'negotiation' has no attribute {name!r}{_instead(name)}")
    home = _HOMES[name]
    # A name of this package itself is a package below it.
    found: object = (
        import_module(f"{home}.{name}") if home == __name__ else getattr(import_module(home), name)
    )
    globals()[name] = found
    return found


def _instead(name: str) -> str:
    """Return where a name that is not here is found, or which names are near it."""
    if name.startswith("_"):
        return ""  # asked for by shells and import machinery, not by a reader
    if (Path(__file__).parent / "strategies" / f"{name}.py").exists():
        return f"; it is negotiation.strategies.{name}"
    if hasattr(errors, name):
        return f"; it is negotiation.errors.{name}"
    near = get_close_matches(name, _HOMES, n=errors.NEAREST)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def __dir__() -> list[str]:
    # What a user may want to type: neither the packages below nor what this file itself imports.
    return sorted({*_HOMES, *(name for name in globals() if name.startswith("__"))})
