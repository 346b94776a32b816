"""Tariffs in a world of trade: verdicts and claims beside the linear game, at three shares of the long run.

Draws are the same under all settings in everything that both calibrations read. It takes some ten minutes.
"""

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.disputes.step_effects import step_effects
from negotiation.disputes.trade.equilibrium import Trade, equilibrium
from negotiation.truces.claims import claims
from negotiation.truces.claims.table import claims_table
from negotiation.truces.revealed.revealed import revealed
from negotiation.truces.studies.lag_and_path import lag_and_path
from negotiation.truces.studies.negotiated_anew import negotiated_anew
from negotiation.truces.studies.turning_weights import INTERESTS, turning_weights

MAKES = (
    "trade_verdicts", "trade_claims", "trade_steps", "trade_sums", "trade_weights", "trade_static",
    "trade_anew", "trade_lag", "trade_words", "headline",
)  # fmt: skip
DISPUTE, SIDES = "us-china-2025", ("USA", "CHN")
SEEN, WAIT = "tariff.observed_pass_through", "tariff.observed_days"
SETTINGS = {
    "linear": ("central", {}),
    "s = 0": ("sourced", {f"{SEEN}.{side}": 1.0 for side in SIDES}),
    "rule": ("sourced", {}),
    # No price is as low as that, so that the whole of the way is gone on the first day.
    "s = 1": ("sourced", {f"{what}.{side}": 1e-6 for side in SIDES for what in (SEEN, WAIT)}),
}
TRUCES = {"2025-05-geneva": "Geneva", "2025-10-busan": "Busan"}
MOST = 128
"""Draws of a verdict or a claim: four settings take as long as one table of all draws."""
COSTLY = 32
"""Draws of the claims that need bargains and payoff sets."""
DAYS = (14.0, 365.0, 1825.0, None)
STEPS = {
    "USA": (("busan", "geneva"), ("geneva", "peak"), ("peak", "threatened")),
    "CHN": (("january", "geneva"), ("geneva", "peak")),
}
HEADLINE = 512
"""Draws behind the sentences that lead, with choices and without."""
ANEW, PACE = ("controls", "authority"), 0.15
"""What is set against its absence, at a chance near the pace of past talks."""
ELASTICITIES = (1.0, 2.0, 4.0)


def compute(budget):
    """Return verdicts, claims, steps by day and region, sums beside joint steps, and weights."""
    return {
        "trade_verdicts": verdicts(min(MOST, budget.verdict_draws), budget.seed),
        "trade_claims": all_claims(
            min(MOST, budget.claim_draws), min(COSTLY, budget.bargain_draws), budget.seed
        ),
        "trade_steps": steps(),
        "trade_sums": sums(),
        "trade_weights": weights(),
        "trade_anew": anew(),
        "trade_lag": at_lag(min(MOST, budget.verdict_draws), budget.seed),
        "trade_words": words(),
        "headline": headline(min(HEADLINE, budget.claim_draws), budget.seed),
        "trade_static": static_weights(min(MOST, budget.verdict_draws), budget.seed),
    }


def scenario(setting, *, whole=False):
    """Return the scenario of a setting, with tariffs alone replaced or the whole calibration."""
    calibration, values = SETTINGS[setting]
    # What other payoffs of the calibration change is in `payoffs.py`.
    only = ("tariff",) if calibration == "sourced" and not whole else None
    world = ng.load_scenario(DISPUTE, calibration, replaced=only)
    return world.with_parameters(values) if values else world


def verdicts(draws, seed):
    """Return what each theory says of each leg, by setting."""
    rows = []
    for setting in SETTINGS:
        for truce, place in TRUCES.items():
            rows += [
                (setting, place, row.leg, row.theory, row.word, row.margin, row.first, row.share,
                 *row.interval, int(row.drawn.draws), float(row.drawn.irrational))
                for row in ng.verdict(truce, scenario(setting), draws=draws, rng=seed)
            ]  # fmt: skip
    columns = [
        "setting", "place", "leg", "theory", "word", "margin", "departure", "share", "low", "high", "draws",
        "irrational",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def headline(draws, seed):
    """Return shares of draws by setting: of all, of those that choices leave, and under both conventions."""
    rows = []
    for setting in SETTINGS:
        world = scenario(setting, whole=True)
        choices = revealed(world, draws=draws, rng=seed)
        for truce, place in TRUCES.items():
            consistent = {row.leg: (row.consistent, row.effective) for row in choices.verdicts(truce).rows}
            for row in ng.verdict(truce, world, draws=draws, rng=seed):
                share, lost, theory = float(row.share), float(row.drawn.irrational), row.theory
                chosen = consistent[row.leg] if theory == "moment" else (np.nan, np.nan)
                counted = share * (1.0 - lost)
                rows.append((setting, place, row.leg, theory, row.word, share, counted, lost, *chosen))
    columns = [
        "setting", "place", "leg", "theory", "word", "share", "counted", "irrational", "consistent",
        "effective",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def at_lag(draws, seed):
    """Return verdicts with temptations one reaction lag after the step and punishments kept for good."""
    frames = []
    for setting in ("linear", "rule"):
        for truce, place in TRUCES.items():
            found = lag_and_path(truce, scenario(setting), draws=draws, rng=seed).table()
            frame = pd.DataFrame(
                found.rows, columns=["leg", "theory", "margin", "rational", "share", "irrational"]
            )
            frames.append(frame.assign(setting=setting, place=place, draws=draws))
    return pd.concat(frames, ignore_index=True)


def words():
    """Return what each theory says of each leg of every agreement at central values, by setting."""
    rows = [
        (setting, truce, row.leg, row.theory, row.word, row.margin)
        for setting in SETTINGS
        for truce in ng.truce_names(scenario(setting))
        for row in ng.verdict(truce, scenario(setting))
    ]
    return pd.DataFrame(rows, columns=["setting", "truce", "leg", "theory", "word", "margin"])


def all_claims(draws, few, seed):
    """Return every claim at the central values and its share of draws, by setting."""
    costly = [name for name, claim in claims().items() if claim.draws is not None]
    cheap = [name for name in claims() if name not in costly]
    rows = []
    for setting in SETTINGS:
        world = scenario(setting)
        for names, count in ((cheap, draws), (costly, few)):
            rows += [
                (setting, r.claim.name, r.central, r.share, r.low, r.high, r.applies, r.outcome)
                for r in claims_table(world, count, seed, names=names)
            ]
    frame = pd.DataFrame(
        rows, columns=["setting", "claim", "central", "share", "low", "high", "draws", "outcome"]
    )
    frame["central"] = frame["central"].astype("boolean")
    return frame


def steps():
    """Return what each step does to each region, by setting and day, at central values."""
    rows = []
    for setting in SETTINGS:
        world = scenario(setting)
        for side, pairs in STEPS.items():
            for (start, end), days in ((pair, days) for pair in pairs for days in DAYS):
                step = step_effects(world, side, "tariff", start, end, days)
                when = "for good" if days is None else f"{days:g}"
                rows += [
                    (setting, side, start, end, when, who, share, step.usd_bn[who])
                    for who, share in step.percent.items()
                ]
    columns = ["setting", "side", "start", "end", "days", "region", "percent", "usd_bn"]
    return pd.DataFrame(rows, columns=columns)


def sums():
    """Return the joint step of both sides to the peak beside the sum of both, percent of GDP, at s = 1."""
    world = scenario("rule")
    market = world.trade.market(world.parameters, SIDES, (20.8, 21.2))
    rates = np.repeat(market.now[None], 4, axis=0)
    rates[:, 1, 0] = np.array([51.1, 126.5, 51.1, 126.5]) / 100.0
    rates[:, 0, 1] = np.array([32.6, 32.6, 147.6, 147.6]) / 100.0
    rows = []
    for e in ELASTICITIES:
        start, own, other, joint = equilibrium(Trade(market.flows, market.then), rates, e).payoffs
        apart, together = own + other - 2 * start, joint - start
        rows += [
            (e, region, apart[k], together[k], apart[k] / together[k] - 1.0)
            for k, region in enumerate(market.regions)
        ]
    return pd.DataFrame(rows, columns=["elasticity", "region", "sum", "joint", "difference"])


def anew():
    """Return what is negotiated more where all is bargained anew, at central values, by setting."""
    rows = []
    for setting in SETTINGS:
        for row in negotiated_anew(scenario(setting), changes=ANEW, chances=[PACE], size="small"):
            rows += [
                (setting, name, side, row.median(name, i)) for name in ANEW for i, side in enumerate(SIDES)
            ]
    return pd.DataFrame(rows, columns=["setting", "what", "side", "usd_bn"])


def weights():
    """Return the least weights that turn the verdicts on tariffs, at central values."""
    rows = []
    for setting in SETTINGS:
        for truce, place in TRUCES.items():
            turned = turning_weights(truce, scenario(setting))
            rows += [(setting, place, theory, what, x) for (theory, what), x in turned.weights.items()]
    return pd.DataFrame(rows, columns=["setting", "place", "theory", "interest", "weight"])


def static_weights(draws, seed):
    """Return the least weight at which a step pays by itself: shares of draws and quantiles, by setting."""
    rows = []
    for setting in SETTINGS:
        world = scenario(setting)
        there = list(sobol_draws(world, draws, seed))
        for side, pairs in STEPS.items():
            labels = world.instrument(side, "tariff").labels(side)
            paid = [one.effects(side, "tariff", one.default_state) for one in there]
            for start, end in pairs:
                a, b = labels.index(start), labels.index(end)
                own = np.array([one.holder[b] - one.holder[a] for one in paid])
                for what in INTERESTS:
                    more = np.array([one.interests[what][b] - one.interests[what][a] for one in paid])
                    weight = -own / np.where(more > 0, more, np.nan)
                    least = np.where(own >= 0, 0.0, np.nan_to_num(weight, nan=np.inf))
                    rows.append(
                        (setting, side, start, end, what, (own > 0).mean(), draws, np.isfinite(least).mean(),
                         (least > 0.1).mean(), float(np.quantile(least, 0.5, method="lower")))
                    )  # fmt: skip
    columns = [
        "setting", "side", "start", "end", "interest", "pays", "draws", "some_weight", "above_tenth",
        "median",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
