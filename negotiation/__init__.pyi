"""The public names of `negotiation`, each listed once, for lazy_loader and for type checkers."""

from . import agents as agents
from . import errors as errors
from . import solvers as solvers
from . import strategies as strategies
from .asking.ask import ask as ask
from .asking.base_rate import forecast as forecast
from .disputes import Scenario as Scenario
from .disputes import State as State
from .disputes import load_scenario as load_scenario
from .disputes.files.folder import scenario_names as scenario_names
from .errors import NegotiationError as NegotiationError
from .game_theory.certificates.claims import certificate as certificate
from .game_theory.certificates.saving import load as load
from .game_theory.certificates.saving import save as save
from .game_theory.checks.verify import verify as verify
from .game_theory.games import ContinuousTimeGame as ContinuousTimeGame
from .game_theory.games import DecisionMaker as DecisionMaker
from .game_theory.games import EventPath as EventPath
from .game_theory.games import PublicSignal as PublicSignal
from .game_theory.games import RepeatedGame as RepeatedGame
from .game_theory.games import StageGame as StageGame
from .game_theory.games import StochasticGame as StochasticGame
from .game_theory.games.catalogue.published import catalogue as catalogue
from .game_theory.games.formats import read_nfg as read_nfg
from .game_theory.games.formats import write_nfg as write_nfg
from .game_theory.games.others import as_game as as_game
from .game_theory.play.simulate import simulate as simulate
from .game_theory.play.simulate_moves import simulate_moves as simulate_moves
from .game_theory.solvers.bargaining.bargain import bargain as bargain
from .game_theory.solvers.bargaining.rules import Egalitarian as Egalitarian
from .game_theory.solvers.bargaining.rules import KalaiSmorodinsky as KalaiSmorodinsky
from .game_theory.solvers.bargaining.rules import NashBargaining as NashBargaining
from .game_theory.solvers.bargaining.rules import Rubinstein as Rubinstein
from .game_theory.solvers.best_response.best_response import best_response as best_response
from .game_theory.solvers.best_response.regret import exploitability as exploitability
from .game_theory.solvers.best_response.regret import regret as regret
from .game_theory.solvers.closed_forms.alarm_clock import alarm_clock as alarm_clock
from .game_theory.solvers.closed_forms.noisy_grim import noisy_grim as noisy_grim
from .game_theory.solvers.closed_forms.renewal import clock_values as clock_values
from .game_theory.solvers.closed_forms.renewal import least_renewal_probability as least_renewal_probability
from .game_theory.solvers.closed_forms.restraint import restraint as restraint
from .game_theory.solvers.closed_forms.restraint import restraint_many as restraint_many
from .game_theory.solvers.closed_forms.strategic_risk import basin_of_defection as basin_of_defection
from .game_theory.solvers.closed_forms.strategic_risk import strategic_risk as strategic_risk
from .game_theory.solvers.closed_forms.survival import survival as survival
from .game_theory.solvers.continuous.fitting.fit import fit as fit
from .game_theory.solvers.continuous.likelihood import log_likelihood as log_likelihood
from .game_theory.solvers.continuous.logit_response import logit_response as logit_response
from .game_theory.solvers.continuous.stationary import stationary_distribution as stationary_distribution
from .game_theory.solvers.continuous.transient import event_probabilities as event_probabilities
from .game_theory.solvers.continuous.transient import expected_event_times as expected_event_times
from .game_theory.solvers.continuous.transient import transition_probabilities as transition_probabilities
from .game_theory.solvers.markov.equilibria import markov_perfect_equilibria as markov_perfect_equilibria
from .game_theory.solvers.nash.solve import solve as solve
from .game_theory.solvers.nash.solve_many import solve_many as solve_many
from .game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs as equilibrium_payoffs
from .game_theory.solvers.payoff_sets.finite.payoff_set import (
    finite_horizon_payoff_set as finite_horizon_payoff_set,
)
from .game_theory.solvers.payoff_sets.finite.payoffs import finite_horizon_payoffs as finite_horizon_payoffs
from .game_theory.solvers.payoff_sets.perfect.bounded_payoffs import bounded_payoffs as bounded_payoffs
from .game_theory.solvers.payoff_sets.public.enforceability import enforceability as enforceability
from .game_theory.solvers.payoff_sets.public.full_rank import full_rank as full_rank
from .game_theory.solvers.payoff_sets.public.patient_limit import public_perfect_limit as public_perfect_limit
from .game_theory.solvers.penal_codes.optimal_penal_code import optimal_penal_code as optimal_penal_code
from .game_theory.solvers.penal_codes.strategy_for import strategy_for as strategy_for
from .game_theory.solvers.relational.negotiation import negotiation_equilibrium as negotiation_equilibrium
from .game_theory.solvers.stage.best_replies import best_replies as best_replies
from .game_theory.solvers.stage.correlated_equilibrium import correlated_equilibrium as correlated_equilibrium
from .game_theory.solvers.stage.correlated_payoffs import (
    extreme_correlated_payoffs as extreme_correlated_payoffs,
)
from .game_theory.solvers.stage.dominance import dominated_actions as dominated_actions
from .game_theory.solvers.stage.dominance import iterated_elimination as iterated_elimination
from .game_theory.solvers.stage.logit_equilibrium import logit_branch as logit_branch
from .game_theory.solvers.stage.logit_equilibrium import logit_equilibrium as logit_equilibrium
from .game_theory.solvers.stage.minmax import minmax as minmax
from .game_theory.solvers.thresholds.critical_discount_factor import (
    critical_discount_factor as critical_discount_factor,
)
from .game_theory.solvers.thresholds.linking import least_self_enforcing_link as least_self_enforcing_link
from .game_theory.solvers.thresholds.linking import linking as linking
from .game_theory.solvers.thresholds.renegotiation import (
    least_weakly_renegotiation_proof as least_weakly_renegotiation_proof,
)
from .game_theory.solvers.thresholds.renegotiation import renegotiation_proofness as renegotiation_proofness
from .game_theory.solvers.values.value import value as value
from .game_theory.strategies import Automaton as Automaton
from .lab import Experiment as Experiment
from .lab import run as run
from .lab import space as space
from .text_design.design import design as design
from .truce_panel import panel as panel
from .truces.estimation.estimate import estimate as estimate
from .truces.record.agreement_text import truce_names as truce_names
from .truces.replay.aftermath import aftermath as aftermath
from .truces.replay.replay import replay as replay
from .truces.revealed.revealed import revealed as revealed
from .truces.theories import theories as theories
from .truces.verdicts.agreements import truce as truce
from .truces.verdicts.compared_verdicts import compare_verdicts as compare_verdicts
from .truces.verdicts.verdict import verdict as verdict

__version__: str
