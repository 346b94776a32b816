"""
An agreement with an end date
=============================

An agreement that ends after some periods is kept only if renewal is likely enough. The least
probability, by length of the term and for three discount factors.
"""

from matplotlib.figure import Figure

import negotiation as ng

terms = range(1, 25)
axes = Figure(figsize=(5.5, 3.6), layout="constrained").subplots()
axes.set_title("Renewal that keeps an agreement with an end")
for delta in (0.8, 0.9, 0.95):
    least = [
        ng.least_renewal_probability(gain=1.0, stake=0.5, periods=n, discount_factor=delta) for n in terms
    ]
    axes.plot(terms, least, label=f"discount factor {delta}")
axes.set_xlabel("periods until the end date")
axes.set_ylabel("least probability of renewal")
_ = axes.legend()
