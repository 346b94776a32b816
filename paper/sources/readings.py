"""The two readings of Geneva: the beliefs at which each is followed, and the path of the mismatch."""

import numpy as np
import pandas as pd

from negotiation.solvers.readings.obedience_set import obedience_sets
from negotiation.truces.agreements import truce
from negotiation.truces.record.timeline import level_changes
from negotiation.truces.verdicts.mismatch import mismatch_path
from negotiation.world import load_scenario

MAKES = ("obedience", "mismatch_moves", "recorded_moves")
BELIEFS = 41
LINKAGES = ("all_or_nothing", "proportionate")


def compute(budget):
    """Return gains by belief, the model's moves on the naive path, and the recorded ones."""
    del budget
    scenario, geneva = load_scenario("us-china-2025"), truce("2025-05-geneva")
    pair = geneva.compile(scenario, clock="memoryless")
    moves = []
    for linkage in LINKAGES:
        other = geneva.compile(scenario, clock="memoryless", linkage=linkage)
        for play in ("naive", "bayesian"):
            path = mismatch_path(other, play)
            moves += [
                (
                    linkage,
                    play,
                    m.period,
                    str(path.days[m.period]),
                    m.country,
                    m.instrument,
                    str(m),
                    m.harsher,
                )
                for m in path.moves
            ]
    columns = ["linkage", "play", "period", "day", "country", "instrument", "move", "harsher"]
    return {
        "obedience": obedience(pair),
        "mismatch_moves": pd.DataFrame(moves, columns=columns),
        "recorded_moves": recorded(scenario, geneva),
    }


def obedience(pair):
    """Return what the best departure gains at the start, by side, reading and belief."""
    found = obedience_sets(pair)
    rows = []
    for one in found.sets:
        if one.state != found.sets[0].state:
            continue
        i = pair.game.stage.players.index(one.player)
        departures = one.gains[(one.gains != 0).any(axis=1)]
        prior = float(pair.priors[1 - i][one.others[0]])
        for belief in np.linspace(0.0, 1.0, BELIEFS):
            gain = float((departures @ [belief, 1.0 - belief]).max())
            rows.append((one.player, one.reading, one.others[0], float(belief), gain, prior))
    return pd.DataFrame(rows, columns=["player", "reading", "other", "belief", "gain", "prior"])


def recorded(scenario, agreement):
    """Return the recorded moves of the window, dated to a day."""
    rows = [
        (row.move.id, str(row.day), row.move.actor, row.move.instrument, row.move.direction, row.move.status)
        for row in level_changes(scenario)
        if row.move.instrument is not None
        and row.move.direction != "hold"
        and row.move.announced.precision == "day"
        and agreement.signed <= row.day <= agreement.window_end
    ]
    columns = ["id", "day", "country", "instrument", "direction", "status"]
    return pd.DataFrame(rows, columns=columns)
