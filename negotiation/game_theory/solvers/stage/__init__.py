"""Solution concepts of stage games other than Nash equilibria.

Public: `best_replies`, `correlated_equilibrium`, `dominated_actions`, `extreme_correlated_payoffs`,
`iterated_elimination`, `logit_branch`, `logit_equilibrium`, `minmax`, and what they return; the rest may
change.
"""
