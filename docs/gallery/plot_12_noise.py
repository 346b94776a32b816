"""
False alarms and the worth of an agreement
==========================================

Grim trigger under noise in closed form: a slip of either side can ring the alarm. What the agreement is
worth falls with the chance that kept promises look broken.
"""

import numpy as np
from matplotlib.figure import Figure

import negotiation as ng

false_alarms = np.linspace(0.001, 0.2, 60)
found = [
    ng.noisy_grim(gain=1.0, stake=2.0, discount_factor=0.9, false_alarm=p, detection=0.6)
    for p in false_alarms
]
axes = Figure(figsize=(5.5, 3.6), layout="constrained").subplots()
axes.set_title("What false alarms cost")
axes.plot(false_alarms, [float(one.value) for one in found])
axes.set_xlabel("chance of a false alarm in a period")
_ = axes.set_ylabel("value, share of the stake")
