"""Payoffs with a source beside assumed ones: verdicts, claims, why 2025, and what Busan is worth.

One group of payoffs is replaced at a time, and all together; draws are the same in everything that both
calibrations read. It takes some ten minutes.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pandas as pd

import negotiation as ng
from negotiation.disputes.step_effects import payoff_origins
from negotiation.lab.experiment import load_experiment
from negotiation.truces.claims import claims
from negotiation.truces.claims.table import claims_table
from negotiation.truces.studies.turning_weights import assumed_parts, turning_ratios

MAKES = (
    "payoffs_replaced",
    "payoffs_claims",
    "payoffs_why",
    "payoffs_stakes",
    "payoffs_origins",
    "payoffs_rest",
)
EXPERIMENT = Path(__file__).parents[2] / "experiments" / "payoffs_replaced.py"
_SPEC = spec_from_file_location("payoffs_replaced", EXPERIMENT)
REPLACED = module_from_spec(_SPEC)
_SPEC.loader.exec_module(REPLACED)

WHY = ("leverage_outweighs_gain", "stocks_explain_2023", "dependence_explains_2023", "weapon_of_2023")
"""Why controls became tradable in 2025 and not in 2023."""
READ = ("central", "rare-earth curb", "minerals ban", "controls and visas", "state", "all")
"""The groups that these claims read."""
BUSAN, LIVES = "2025-10-busan", "precursor_enforcement.share_averted"
MOST, COSTLY = 256, 24
REHEARSED = 66
"""Every so many-th cell of the experiment shows that it runs."""


def compute(budget):
    """Return verdicts, claims, the answers to why 2025, stakes in Busan, and where payoffs come from."""
    draws, experiment = min(MOST, budget.claim_draws), load_experiment(EXPERIMENT)
    if budget.verdict_draws < REPLACED.DRAWS:  # a rehearsal
        experiment = experiment.with_space(ng.space.listed(experiment.space.cells()[::REHEARSED]))
    return {
        "payoffs_replaced": ng.run(experiment).to_pandas(),
        "payoffs_why": why(min(2 * MOST, budget.claim_draws), budget.seed),
        "payoffs_claims": all_claims(draws, min(COSTLY, budget.bargain_draws), budget.seed),
        "payoffs_stakes": stakes(),
        "payoffs_origins": origins(),
        "payoffs_rest": rests_on(budget.seed),
    }


def why(draws, seed):
    """Return the claims about 2025 and 2023 under each replacement."""
    rows = [
        (name, result.claim.name, bool(result.central), result.share, result.low, result.high)
        for name in READ
        for result in claims_table(REPLACED.world(name), draws, seed, names=WHY)
    ]
    return pd.DataFrame(rows, columns=["replaced", "claim", "central", "share", "low", "high"])


def all_claims(draws, few, seed):
    """Return every claim before and after all replacements."""
    costly = [name for name, claim in claims().items() if claim.draws is not None]
    cheap = [name for name in claims() if name not in costly]
    rows = [
        (name, result.claim.name, result.central, result.share, result.applies, result.outcome)
        for name in ("central", "all")
        for names, count in ((cheap, draws), (costly, few))
        for result in claims_table(REPLACED.world(name), count, seed, names=names)
    ]
    frame = pd.DataFrame(rows, columns=["replaced", "claim", "central", "share", "draws", "outcome"])
    frame["central"] = frame["central"].astype("boolean")
    return frame


def stakes():
    """Return what a period of the worst equilibrium costs the United States beside Busan, a year.

    With the lives that the enforcement of precursors averts, and without them.
    """
    rows = []
    for name in REPLACED.GROUPS:
        for lives in (True, False):
            world = REPLACED.world(name, REPLACED.SIGNED[BUSAN])
            world = world if lives else world.with_parameters({LIVES: 0.0})
            asked = ng.verdict(BUSAN, world, theories=["moment"]).batch
            percent = float(asked.stake[0, 0])
            rows.append((name, lives, percent, percent * float(asked.money[0, 0])))
    return pd.DataFrame(rows, columns=["replaced", "lives", "percent", "usd_bn"])


def origins():
    """Return what each level is worth to either side and where that comes from, in both calibrations."""
    rows = [
        (name, r.holder, r.instrument, r.level, r.side, r.percent, r.usd_bn, r.standing, r.mover)
        for name in ("central", "all")
        for r in payoff_origins(REPLACED.world(name))
    ]
    columns = [
        "replaced", "holder", "instrument", "level", "side", "percent", "usd_bn", "standing", "mover",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def rests_on(seed):
    """Return where controls turn their leg, and what part of a margin's variance is assumed."""
    rows = []
    for name in ("central", "all"):
        for truce, day in REPLACED.SIGNED.items():
            found = ng.verdict(truce, REPLACED.world(name, day), theories=["moment"])
            parts = assumed_parts(found, rng=seed)
            rows += [(name, truce, f"{leg} leg", "assumed", part, None, None) for leg, part in parts.items()]
            rows += [
                (name, truce, r.instrument, "ratio", r.ratio, r.turning, r.worth)
                for r in turning_ratios(found)
            ]
    columns = ["replaced", "truce", "of", "what", "value", "turning", "usd_bn"]
    return pd.DataFrame(rows, columns=columns)
