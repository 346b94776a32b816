"""
An experiment in a few lines
============================

How strongly must security hawks weigh for the chip control to pay? A sweep over one parameter of the
calibration.
"""

from tempfile import mkdtemp

import negotiation as ng

LEVELS = {
    ("USA", "chip_control"): ("licensed", "h20_stopped"),
    ("CHN", "rare_earth_curb"): ("licences_flow", "october_package"),
}


def gain(cell):
    """Return what the chip control is worth to the United States in a period."""
    stage = cell.scenario.stage_game(instruments=["chip_control", "rare_earth_curb"], levels=LEVELS)
    flows = "rare_earth_curb=licences_flow"
    held, used = (stage.payoff((f"chip_control={level}", flows)) for level in ("licensed", "h20_stopped"))
    return {"gain": float(used[0] - held[0])}


experiment = ng.Experiment(
    slug="hawks",
    question="How much must security be worth, over what it costs, for the chip control to pay?",
    scenario="us-china-2025",
    space=ng.space.linspace("chip_control.security_ratio", 0.0, 6.0, 13),
    measure=gain,
    labels={
        "chip_control.security_ratio": "worth over cost of the control",
        "gain": "gain of a period, percent of GDP",
    },
)
axes = ng.run(experiment, store=mkdtemp()).plot()
