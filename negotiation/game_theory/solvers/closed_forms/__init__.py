"""Closed forms for truces: noise, renewal, survival, restraint under threats, and strategic risk.

Public: `alarm_clock`, `basin_of_defection`, `clock_values`, `least_renewal_probability`, `noisy_grim`,
`restraint`, `restraint_many`, `strategic_risk`, `survival`, and what they return; the rest may change.
"""
