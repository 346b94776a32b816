"""The two readings of Geneva: the path of their mismatch, and the record beside it."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.record.timeline import level_changes
from negotiation.truces.verdicts.agreements import truce
from negotiation.truces.verdicts.mismatch import mismatch_path

MAKES = ("mismatch_moves", "recorded_moves")
LINKAGES = ("all_or_nothing", "proportionate")


def compute(budget):
    """Return the model's moves on the naive path, and the recorded ones."""
    del budget
    scenario, geneva = load_scenario("us-china-2025"), truce("2025-05-geneva")
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
        "mismatch_moves": pd.DataFrame(moves, columns=columns),
        "recorded_moves": recorded(scenario, geneva),
    }


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
