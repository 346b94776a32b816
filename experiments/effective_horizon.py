"""From which effective horizon on best punishments hold what the truces keep.

Three paths of the core game. Busan's: its levels, for ever. Geneva's as the USA read it: tariffs at the
truce's rates, the H20 stopped as before the signing, licences flowing. Geneva's as it was played: the same
with the April licensing on. Each is asked of in three games: stocks that stand still, stocks that both know
will run down and fill, and a curb whose harm is not known before it is felt (`truces/studies/restraint.py`).
Setting 0 has the central values of the parameters, each other one a draw from their ranges.
"""

import negotiation as ng
from negotiation.lab import Cell
from negotiation.truces.studies.restraint import MOVING, STOCKS, restraint

GENEVA = {"tariff": "geneva"}
PATHS = {
    "busan": {
        "USA": {"tariff": "busan", "chip_control": "licensed"},
        "CHN": {**GENEVA, "rare_earth_curb": "licences_flow", "purchases": "buys"},
    },
    "geneva_flowing": {
        "USA": {**GENEVA, "chip_control": "h20_stopped"},
        "CHN": {**GENEVA, "rare_earth_curb": "licences_flow", "purchases": "boycott"},
    },
    "geneva_played": {
        "USA": {**GENEVA, "chip_control": "h20_stopped"},
        "CHN": {**GENEVA, "rare_earth_curb": "april_licensing", "purchases": "boycott"},
    },
}
NAMES = {
    "busan": "Busan's levels",
    "geneva_flowing": "Geneva's with licences flowing",
    "geneva_played": "Geneva's as played",
}


def held(cell: Cell) -> dict[str, bool]:
    """Return whether each path is held in one game, with stocks full and gone."""
    setting = int(cell.number("setting"))
    scenario = cell.scenario if setting == 0 else cell.scenario.draw(setting)
    game = str(cell["stocks"])
    found = restraint(scenario, PATHS, size="core", horizons=[cell.number("years")], games=[game])
    return {
        f"{row.path}_{STOCKS[row.stocks]}": bool(row.holds.all())
        for row in found
        if STOCKS[row.stocks] != "half"
    }


experiment = ng.Experiment(
    slug="effective_horizon",
    question="From which effective horizon on do best punishments hold what the truces keep?",
    scenario="us-china-2025",
    space=ng.space.grid(
        {"years": [1 / 12, 0.25, 1.0, 4.0], "setting": list(range(33)), "stocks": list(MOVING)}
    ),
    measure=held,
    batch=1,
    labels={
        "years": "effective horizon, years",
        "setting": "0 central values, else a draw",
        "stocks": "stocks",
        **{
            f"{path}_{stocks}": f"{name} held, stocks {stocks} at first"
            for path, name in NAMES.items()
            for stocks in ("full", "gone")
        },
    },
    shown=("busan_full", "geneva_flowing_full", "geneva_played_full"),
)
