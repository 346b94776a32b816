"""Formulas for truces: noise, renewal, clocks, survival, restraint.

Public: `alarm_clock`, `basin_of_defection`, `clock_values`, `least_renewal_probability`, `noisy_grim`,
`restraint`, `restraint_many`, `strategic_risk`, `survival`, and what they return; the rest may change.
"""
