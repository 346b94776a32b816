"""What players agree on: bargaining rules, and the sets on which they choose.

Public: `bargain`, `Egalitarian`, `KalaiSmorodinsky`, `NashBargaining`, `Rubinstein`, and what they return;
the rest may change.
"""
