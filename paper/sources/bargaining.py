"""Payoff sets of the core game with and without curb and controls, and bargains over them."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.truces.studies.payoff_sets import bargain_sets

MAKES = ("payoff_sets", "truce_payoffs", "set_summary", "bargains")


def compute(budget):
    """Return vertices of the sets, the truces' stage payoffs, and what each rule picks."""
    del budget
    scenario = load_scenario("us-china-2025")
    sets = bargain_sets(scenario)
    vertices = [
        (variant.curb, variant.controls, k, float(usa), float(chn))
        for variant in sets
        for k, (usa, chn) in enumerate(variant.payoffs.outer)
    ]
    summary = [
        (
            v.curb, v.controls, v.payoffs.game.stage.payoffs[..., 0].size, float(v.payoffs.threats[0]),
            float(v.payoffs.threats[1]), float(v.payoffs.gap * v.payoffs.size), str(v.payoffs.status),
        )
        for v in sets
    ]  # fmt: skip
    truces = [(name.split("-")[2].capitalize(), usa, chn) for name, usa, chn in sets.truces]
    gains = linkage_gains(scenario)
    bargains = [
        (
            one.disagreement, one.rule, table, *map(float, found.disagreement), *map(float, found.payoffs),
            found.agreed,
        )
        for one in gains
        for table, found in (("linked", one.linked), ("unlinked", one.unlinked))
    ]  # fmt: skip
    columns = ["disagreement", "rule", "table", "point_usa", "point_chn", "usa", "chn", "agreed"]
    return {
        "payoff_sets": pd.DataFrame(vertices, columns=["curb", "controls", "vertex", "usa", "chn"]),
        "truce_payoffs": pd.DataFrame(truces, columns=["place", "usa", "chn"]),
        "set_summary": pd.DataFrame(
            summary, columns=["curb", "controls", "profiles", "threat_usa", "threat_chn", "gap", "status"]
        ),
        "bargains": pd.DataFrame(bargains, columns=columns),
    }
