"""Contracts that extensions of the package must fulfil, as functions for tests.

A check raises `BrokenContract`, with the broken rule and the smallest example that was found, and otherwise
returns nothing. Checks use the same examples on every run. Public: the names in `__all__`. The rest may
change.
"""

from negotiation.testing.contracts.agreement import check_agreement
from negotiation.testing.contracts.form import check_form
from negotiation.testing.contracts.instrument import check_instrument
from negotiation.testing.contracts.payoff_sets import (
    check_repeated_solver,
    check_signal_solver,
    check_stochastic_solver,
)
from negotiation.testing.contracts.same_answers import check_same_answers
from negotiation.testing.contracts.scenario import check_scenario
from negotiation.testing.contracts.solver import check_solver
from negotiation.testing.contracts.strategy import check_strategy

__all__ = [
    "check_agreement",
    "check_form",
    "check_instrument",
    "check_repeated_solver",
    "check_same_answers",
    "check_scenario",
    "check_signal_solver",
    "check_solver",
    "check_stochastic_solver",
    "check_strategy",
]
