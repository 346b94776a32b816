"""Chip control: US export controls on chips, their use, and the software and engines behind them.

Levels are cumulative. The strength x is 1 for the stop of the H20, whose lost sales are known; the strengths
of the other levels relative to it are assumptions.
"""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.instrument import Circumstances, Effects, Instrument, Level
from negotiation.world.payoffs import control_gain, control_harm, share_of_gdp

LEVELS = (
    Level(
        "licensed",
        "chips below the 2023 thresholds sold under licence",
        "2025-01-20",
        "euroasia24, H20 restrictions and earlier controls since Oct 2022 (Apr 2025)",
        "https://euroasia24.com/?p=23530",
        authority="ECRA",
    ),
    Level(
        "h20_stopped",
        "the H20 stopped",
        "2025-04-09",
        "Tom's Hardware, Nvidia writes off $5.5 billion (Apr 2025)",
        "https://www.tomshardware.com/tech-industry/artificial-intelligence/nvidia-writes-off-usd5-5-billion-in-gpus-as-us-govt-chokes-off-supply-of-h20s-to-china",
        authority="ECRA",
    ),
    Level(
        "ascend_guidance",
        "and guidance that using Ascend chips anywhere may break US law",
        "2025-05-13",
        "Crowell & Moring, Commerce rescinds AI Diffusion rule and issues Huawei guidance (May 19 2025)",
        "https://www.crowell.com/en/insights/client-alerts/us-department-of-commerce-rescinds-biden-administrations-ai-diffusion-export-control-rule-and-issues-new-guidance-on-huawei-chips-for-ai-purposes-and-diligence-expectations",
        authority="ECRA",
    ),
    Level(
        "software_and_engines",
        "and design software, engines and ethane",
        "2025-05-23",
        "Chambers, Technology transfers in response to US export controls (EDA letters of May 23 2025)",
        "https://chambers.com/articles/technology-transfers-in-response-to-us-export-controls",
        authority="ECRA",
    ),
    Level(
        "all_critical_software",
        "and all critical software",
        "2025-10-10",
        "International Trade Today / Export Compliance Daily topic page, Oct 2025 headlines",
        "http://stage.exportcompliancedaily.com/topic/customs_duty",
        authority="ECRA",
        threatened=True,
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that the chip control reads."""
    return (
        "security_weight",
        "chip_control.security_value",
        "chip_control.lost_sales",
        "chip_control.surplus_share",
        "chip_control.harm",
        "control_convexity",
        "state.chip_dependence.full",
        f"{holder}.gdp",
        *(f"chip_control.strength.{level.label}" for level in LEVELS[2:]),
    )


def intensity(circumstances: Circumstances) -> FloatArray:
    """Return x of each level: 0, 1 and the assumed strengths of the levels above."""
    p = circumstances.parameters
    return np.array([0.0, 1.0, *(p[f"chip_control.strength.{level.label}"] for level in LEVELS[2:])])


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of each level to the USA and to China."""
    p, x = circumstances.parameters, intensity(circumstances)
    lost = p["chip_control.lost_sales"] * p["chip_control.surplus_share"]
    business = float(share_of_gdp(lost, p[f"{circumstances.holder}.gdp"]))
    gain = control_gain(x, p["security_weight"], p["chip_control.security_value"], business)
    harm = control_harm(
        x,
        p["chip_control.harm"],
        circumstances.state.chip_share(p),
        p["state.chip_dependence.full"],
        p["control_convexity"],
    )
    return Effects(gain, harm)


INSTRUMENT = Instrument(
    "chip_control", "chip control", "control", {"USA": LEVELS}, effects, parameters, intensity
)
