"""
Moves one at a time
===================

In continuous time moves come at random dates. One country can raise tension at a price; nature calms it.
The chance of tension, starting calm.
"""

import numpy as np
from matplotlib.figure import Figure

import negotiation as ng

options = [[(0, 0.0), (1, 0.3, "up")], [(1, 0.0), (0, 0.0, "down")]]
usa = ng.DecisionMaker(player="USA", rate=12.0, options=options, precision=2.0)
game = ng.ContinuousTimeGame(
    [[0.0, 0.0], [-1.0, -2.0]], [usa], 0.1, states=("calm", "tense"), players=("USA", "CHN")
)
play = ng.markov_perfect_equilibria(game).equilibria[0]
years = np.linspace(0.0, 1.0, 40)
chances = ng.transition_probabilities(game, play, start="calm", years=years)
axes = Figure(figsize=(5.5, 3.6), layout="constrained").subplots()
axes.set_title("The chance of tension over time")
for state, row in zip(chances.states, chances.probabilities.T, strict=True):
    axes.plot(years, row, label=state)
axes.set_xlabel("years")
axes.set_ylabel("chance of the state")
_ = axes.legend()
