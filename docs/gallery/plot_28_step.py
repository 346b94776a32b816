"""
What a tariff does to bystanders
================================

The US step from Geneva's tariff to the peak, kept for good, in a world of seven regions: USD bn a year.
"""

import negotiation as ng
from negotiation.disputes.step_effects import step_effects

step = step_effects(ng.load_scenario("us-china-2025", "sourced"), "USA", "tariff", "geneva", "peak")
axes = step.plot()

# %%
# The same in percent of each region's GDP:

step
