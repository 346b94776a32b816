"""Economic statecraft as games that are solved, certified and set beside the record.

The public names stand here once, by rank, as imports for type checkers and readers. The package reads them
from this file and loads a name's module when the name is first used, so that importing the package is quick,
without a compiled kernel, pandas or matplotlib. `__all__` holds those of the first two lists; those of the
third are found by the same route, as `negotiation.linking`, and in the namespaces of `negotiation.solvers`.
"""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation import errors as errors
from negotiation._version import __version__ as __version__

if TYPE_CHECKING:  # the first ten, in the order of the reference
    # isort: off
    from negotiation.game_theory.games import StageGame as StageGame
    from negotiation.game_theory.games import RepeatedGame as RepeatedGame
    from negotiation.game_theory.games import StochasticGame as StochasticGame
    from negotiation.game_theory.solvers.nash.solve import solve as solve
    from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import (
        equilibrium_payoffs as equilibrium_payoffs,
    )
    from negotiation.game_theory.solvers.thresholds.critical_discount_factor import (
        critical_discount_factor as critical_discount_factor,
    )
    from negotiation.game_theory.checks.verify import verify as verify
    from negotiation.disputes import load_scenario as load_scenario
    from negotiation.truces import replay as replay
    from negotiation.truces.verdicts.verdict import verdict as verdict
    # isort: on

if TYPE_CHECKING:  # more to remember
    from negotiation import solvers as solvers
    from negotiation import strategies as strategies
    from negotiation.disputes import Move as Move
    from negotiation.disputes import Scenario as Scenario
    from negotiation.disputes import State as State
    from negotiation.disputes import apply_move as apply_move
    from negotiation.disputes.files.folder import scenario_names as scenario_names
    from negotiation.errors import NegotiationError as NegotiationError
    from negotiation.game_theory.certificates.saving import load as load
    from negotiation.game_theory.certificates.saving import save as save
    from negotiation.game_theory.games import ContinuousTimeGame as ContinuousTimeGame
    from negotiation.game_theory.games import PublicSignal as PublicSignal
    from negotiation.game_theory.games.formats import read_nfg as read_nfg
    from negotiation.game_theory.games.formats import write_nfg as write_nfg
    from negotiation.game_theory.games.others import as_game as as_game
    from negotiation.game_theory.solvers.bargaining.bargain import bargain as bargain
    from negotiation.game_theory.solvers.continuous.fitting.fit import fit as fit
    from negotiation.game_theory.solvers.markov.equilibria import (
        markov_perfect_equilibria as markov_perfect_equilibria,
    )
    from negotiation.game_theory.solvers.nash.solve_many import solve_many as solve_many
    from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import (
        optimal_penal_code as optimal_penal_code,
    )
    from negotiation.game_theory.solvers.penal_codes.strategy_for import strategy_for as strategy_for
    from negotiation.game_theory.solvers.relational.negotiation import (
        negotiation_equilibrium as negotiation_equilibrium,
    )
    from negotiation.game_theory.solvers.stage.correlated_equilibrium import (
        correlated_equilibrium as correlated_equilibrium,
    )
    from negotiation.game_theory.solvers.stage.logit_equilibrium import logit_equilibrium as logit_equilibrium
    from negotiation.game_theory.solvers.stage.minmax import minmax as minmax
    from negotiation.game_theory.solvers.values.value import value as value
    from negotiation.game_theory.strategies import Automaton as Automaton
    from negotiation.lab import Experiment as Experiment
    from negotiation.lab import run as run
    from negotiation.lab import space as space
    from negotiation.text_design.design import design as design
    from negotiation.truce_panel import panel as panel
    from negotiation.truces import Agreement as Agreement
    from negotiation.truces import Replay as Replay
    from negotiation.truces import truce as truce
    from negotiation.truces import truce_names as truce_names
    from negotiation.truces.estimation.estimate import estimate as estimate
    from negotiation.truces.prediction.forecast import forecast as forecast
    from negotiation.truces.replay.aftermath import aftermath as aftermath
    from negotiation.truces.revealed.revealed import revealed as revealed
    from negotiation.truces.theories import theories as theories

if TYPE_CHECKING:  # more special ones, which the reference shows by namespace
    from negotiation.disputes import Postures as Postures
    from negotiation.disputes import legality as legality
    from negotiation.game_theory.certificates.claims import certificate as certificate
    from negotiation.game_theory.games import DecisionMaker as DecisionMaker
    from negotiation.game_theory.games import EventPath as EventPath
    from negotiation.game_theory.games.catalogue.published import catalogue as catalogue
    from negotiation.game_theory.games.issue_signal import independent_signals as independent_signals
    from negotiation.game_theory.games.issue_signal import issue_signal as issue_signal
    from negotiation.game_theory.games.product import product_game as product_game
    from negotiation.game_theory.play.simulate import simulate as simulate
    from negotiation.game_theory.play.simulate_moves import simulate_moves as simulate_moves
    from negotiation.game_theory.solutions.payoff_set import PayoffSet as PayoffSet
    from negotiation.game_theory.solvers.bargaining.rules import Egalitarian as Egalitarian
    from negotiation.game_theory.solvers.bargaining.rules import KalaiSmorodinsky as KalaiSmorodinsky
    from negotiation.game_theory.solvers.bargaining.rules import NashBargaining as NashBargaining
    from negotiation.game_theory.solvers.bargaining.rules import Rubinstein as Rubinstein
    from negotiation.game_theory.solvers.best_response.best_response import best_response as best_response
    from negotiation.game_theory.solvers.best_response.regret import exploitability as exploitability
    from negotiation.game_theory.solvers.best_response.regret import regret as regret
    from negotiation.game_theory.solvers.closed_forms.alarm_clock import alarm_clock as alarm_clock
    from negotiation.game_theory.solvers.closed_forms.noisy_grim import noisy_grim as noisy_grim
    from negotiation.game_theory.solvers.closed_forms.renewal import clock_values as clock_values
    from negotiation.game_theory.solvers.closed_forms.renewal import (
        least_renewal_probability as least_renewal_probability,
    )
    from negotiation.game_theory.solvers.closed_forms.restraint import restraint as restraint
    from negotiation.game_theory.solvers.closed_forms.restraint import restraint_many as restraint_many
    from negotiation.game_theory.solvers.closed_forms.strategic_risk import (
        basin_of_defection as basin_of_defection,
    )
    from negotiation.game_theory.solvers.closed_forms.strategic_risk import strategic_risk as strategic_risk
    from negotiation.game_theory.solvers.closed_forms.survival import survival as survival
    from negotiation.game_theory.solvers.continuous.likelihood import log_likelihood as log_likelihood
    from negotiation.game_theory.solvers.continuous.logit_response import logit_response as logit_response
    from negotiation.game_theory.solvers.continuous.stationary import (
        stationary_distribution as stationary_distribution,
    )
    from negotiation.game_theory.solvers.continuous.transient import (
        event_probabilities as event_probabilities,
    )
    from negotiation.game_theory.solvers.continuous.transient import (
        expected_event_times as expected_event_times,
    )
    from negotiation.game_theory.solvers.continuous.transient import (
        transition_probabilities as transition_probabilities,
    )
    from negotiation.game_theory.solvers.nash.index import equilibrium_index as equilibrium_index
    from negotiation.game_theory.solvers.payoff_sets.finite.payoff_set import (
        finite_horizon_payoff_set as finite_horizon_payoff_set,
    )
    from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import (
        finite_horizon_payoffs as finite_horizon_payoffs,
    )
    from negotiation.game_theory.solvers.payoff_sets.perfect.bounded_payoffs import (
        bounded_payoffs as bounded_payoffs,
    )
    from negotiation.game_theory.solvers.payoff_sets.public.enforceability import (
        enforceability as enforceability,
    )
    from negotiation.game_theory.solvers.payoff_sets.public.full_rank import full_rank as full_rank
    from negotiation.game_theory.solvers.payoff_sets.public.patient_limit import (
        public_perfect_limit as public_perfect_limit,
    )
    from negotiation.game_theory.solvers.stage.best_replies import best_replies as best_replies
    from negotiation.game_theory.solvers.stage.correlated_payoffs import (
        extreme_correlated_payoffs as extreme_correlated_payoffs,
    )
    from negotiation.game_theory.solvers.stage.dominance import dominated_actions as dominated_actions
    from negotiation.game_theory.solvers.stage.dominance import (
        iterated_elimination as iterated_elimination,
    )
    from negotiation.game_theory.solvers.stage.logit_equilibrium import logit_branch as logit_branch
    from negotiation.game_theory.solvers.thresholds.linking import (
        least_self_enforcing_link as least_self_enforcing_link,
    )
    from negotiation.game_theory.solvers.thresholds.linking import linking as linking
    from negotiation.game_theory.solvers.thresholds.renegotiation import (
        least_weakly_renegotiation_proof as least_weakly_renegotiation_proof,
    )
    from negotiation.game_theory.solvers.thresholds.renegotiation import (
        renegotiation_proofness as renegotiation_proofness,
    )
    from negotiation.text_design.anatomy import anatomy as anatomy
    from negotiation.truces.estimation.fitting import Sampler as Sampler
    from negotiation.truces.verdicts.compared_verdicts import compare_verdicts as compare_verdicts


def _homes() -> Iterator[dict[str, str]]:
    """Yield, for each list above, the module of each name."""
    for block in ast.parse(Path(__file__).read_text(encoding="utf-8")).body:
        if isinstance(block, ast.If):
            imports = [statement for statement in block.body if isinstance(statement, ast.ImportFrom)]
            yield {alias.name: str(found.module) for found in imports for alias in found.names}


# What others call a thing that is here under another name.
_CALLED_ELSEWHERE = {
    "NormalFormGame": "StageGame",
    "strategic_form_game": "StageGame",
}

_FIRST, _REMEMBERED, _SPECIAL = _homes()
_HOMES = _FIRST | _REMEMBERED | _SPECIAL

__all__ = [*_FIRST, *_REMEMBERED]


def __getattr__(name: str) -> object:
    if name not in _HOMES and name != "testing":  # which needs Hypothesis, and is in no list
        raise AttributeError(f"module 'negotiation' has no attribute {name!r}{_instead(name)}")
    home = _HOMES.get(name, __name__)
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
    if (Path(__file__).parent / "game_theory" / "strategies" / f"{name}.py").exists():
        return f"; it is negotiation.game_theory.strategies.{name}"
    if hasattr(errors, name):
        return f"; it is negotiation.errors.{name}"
    if name in _CALLED_ELSEWHERE:
        return f"; it is negotiation.{_CALLED_ELSEWHERE[name]}"
    if name.lower().startswith("nash"):
        return "; it is negotiation.solve"
    near = get_close_matches(name, _HOMES, n=errors.NEAREST)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def __dir__() -> list[str]:
    # What a user may want to type: neither the packages below nor what this file itself imports.
    return sorted({*_HOMES, *(name for name in globals() if name.startswith("__"))})
