"""The replays: margins under noise by states and linkage, readings and the path of their mismatch."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.replay.replay import replay
from negotiation.truces.theories.common.departures import spelled
from negotiation.truces.verdicts.moving_states import truce_in_states

MAKES = (
    "leg_margins", "coverage", "linkage", "readings", "mismatch", "noise_legs", "static_levels",
    "in_states",
)  # fmt: skip


def compute(budget):  # noqa: ARG001 - as every source is called
    """Return the tables of the replays of all agreements."""
    scenario = load_scenario("us-china-2025")
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in MAKES}
    for name in truce_names(scenario):
        result = replay(name, scenario, draws=0)
        tables = {key: table.to_pandas() for key, table in result.tables().items()}
        place = name.split("-")[2].capitalize()
        found["leg_margins"].append(margins(result, place))
        for key in ("coverage", "linkage", "readings", "mismatch"):
            if key in tables:
                found[key].append(_as_text(tables[key]).assign(place=place))
        if "noise" in tables:
            found["noise_legs"].append(_as_text(tables["noise"]).assign(place=place))
        found["static_levels"].append(static_levels(tables["moves"], place))
    in_states = pd.DataFrame({"size": ["small"], "margin": [truce_in_states(scenario).verdict.margin]})
    found["in_states"].append(in_states.assign(gain=-in_states["margin"]))
    # A column may be numbers in one agreement and words in another, so that it is looked at once more.
    return {name: _as_text(pd.concat(frames, ignore_index=True)) for name, frames in found.items()}


def margins(result, place):
    """Return the least margin of each leg by class of states, under noise."""
    legs = () if result.noise is None else result.noise.verdicts
    rows = [
        (place, leg.leg, states, row.margin, row.player, spelled(row.changes))
        for leg in legs
        for states, row in leg.by_class.items()
    ]
    return pd.DataFrame(rows, columns=["place", "leg", "states", "margin", "player", "departure"])


def static_levels(moves, place):
    """Return the moves with a level, and whether the mover went to its static best level."""
    names = {"mover's change, % GDP": "change", "static best level": "best", "plays it": "plays_it"}
    kept = moves[moves["instrument"].notna() & moves["to"].notna()]
    kept = kept[["id", "announced", "country", "instrument", "direction", "from", "to", *names]]
    return _as_text(kept.rename(columns=names)).assign(place=place)


def _as_text(frame):
    """Return a frame whose mixed columns are text, so that it can be stored."""
    out = frame.copy()
    for column in out.columns:
        if out[column].dtype == object:
            kinds = {type(v) for v in out[column] if v is not None}
            if len(kinds) > 1 or kinds & {tuple, list}:
                out[column] = [
                    None if v is None else ", ".join(map(str, v)) if isinstance(v, tuple) else str(v)
                    for v in out[column]
                ]
    return out
