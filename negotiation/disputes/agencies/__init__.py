"""The agencies of a country: the instruments that each decides on, and its payoffs.

Public: what `Scenario.agency_payoffs` returns. The rest may change.
"""
