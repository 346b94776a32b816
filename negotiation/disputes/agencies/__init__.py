"""The agencies of a country: which instruments each decides on, and its payoff from a posture.

Public: what `Scenario.agency_payoffs` returns. The rest may change.
"""
