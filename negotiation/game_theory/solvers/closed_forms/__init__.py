"""Formulas for truces: noise, renewal, clocks, survival, restraint."""
