"""Leverage and the control's gain over the record, the months of curb, and the loss of tariff authority."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.studies.leverage import leverage
from negotiation.truces.verdicts.authority import authority_loss

MAKES = ("leverage", "leverage_state", "curb_months", "authority")
COMPONENTS = {"curb_dependence": "rare_earths", "control_dependence": "chips", "stocks": "stocks"}


def compute(budget):
    """Return leverage by day, the state behind it, and what each month of curb did."""
    scenario = load_scenario("us-china-2025")
    found = leverage(scenario, draws=budget.leverage_draws, rng=budget.seed)
    frame = pd.DataFrame({"day": [str(day) for day in found.days]})
    for name in ("leverage", "lasting", "gain", "threshold"):
        frame[name] = found.central[name]
        if name in found.low:
            frame[f"{name}_low"], frame[f"{name}_high"] = found.low[name], found.high[name]
    frame["share"], frame["binding"] = found.share, list(found.binding)
    path = found.trajectory
    state = pd.DataFrame({"day": [str(day) for day in path.days]})
    for name, short in COMPONENTS.items():
        shares = path.distributions[name]
        state[short] = shares @ [k / (shares.shape[1] - 1) for k in range(shares.shape[1])]
    use = {str(day): bool(used) for day, used in zip(found.use.days, found.use.curb, strict=True)}
    state["curb"] = [use.get(day, False) for day in state["day"]]
    months = [(str(m.month), m.days, m.change, m.change_stocks_gone, m.low, m.high) for m in found.months]
    lost = authority_loss(scenario, truce_names(scenario)).to_pandas()
    lost.columns = [
        "truce", "authority", "truce_usa", "truce_chn", "worst_usa", "worst_chn", "stake_usa", "stake_chn",
        "critical",
    ]  # fmt: skip
    lost["critical"] = lost["critical"].astype(str)
    columns = ["month", "days", "change", "change_stocks_gone", "low", "high"]
    return {
        "leverage": frame,
        "leverage_state": state,
        "curb_months": pd.DataFrame(months, columns=columns),
        "authority": lost,
    }
