"""Families of solvers, one a namespace: a door to `negotiation.game_theory.solvers`."""

from negotiation.game_theory.solvers import bargaining as bargaining
from negotiation.game_theory.solvers import closed_forms as closed_forms
from negotiation.game_theory.solvers import continuous as continuous
from negotiation.game_theory.solvers import markov as markov
from negotiation.game_theory.solvers import nash as nash
from negotiation.game_theory.solvers import payoff_sets as payoff_sets
from negotiation.game_theory.solvers import penal_codes as penal_codes
from negotiation.game_theory.solvers import readings as readings
from negotiation.game_theory.solvers import relational as relational
from negotiation.game_theory.solvers import stage as stage
from negotiation.game_theory.solvers import thresholds as thresholds
from negotiation.game_theory.solvers import values as values

__all__ = [
    "bargaining",
    "closed_forms",
    "continuous",
    "markov",
    "nash",
    "payoff_sets",
    "penal_codes",
    "readings",
    "relational",
    "stage",
    "thresholds",
    "values",
]
