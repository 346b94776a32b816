"""Verdicts on both truces where the world moves, under the theories without payments that are solved so."""

import pandas as pd

import negotiation as ng

MAKES = ("moving_verdicts",)
THEORIES = ("each for itself", "shadow linkage")
"""Those without payments that are solved in a world that moves."""
TRUCES = ("2025-05-geneva", "2025-10-busan")
MOVES = {"stocks": (["stocks"], 32), "learned": (["stocks", "belief"], 0)}
"""What moves where verdicts are asked for, and the draws behind their shares; with learning a draw of the
paths says the same in less time."""


def compute(budget):
    """Return verdicts by truce, leg and theory, of what moves."""
    frames = [
        verdicts(truce, what, min(most, budget.replay_draws))
        for what, (_, most) in MOVES.items()
        for truce in TRUCES
    ]
    by = ["truce", "moving", "leg", "theory"]
    return {"moving_verdicts": pd.concat(frames).sort_values(by, ignore_index=True)}


def verdicts(truce, what, draws=0):
    """Return what the theories say of a truce in a world that moves, by leg."""
    scenario = ng.load_scenario("us-china-2025")  # as known on the day of the replays
    rows = [
        (
            truce, what, row.leg, row.theory, row.word, row.holds,
            None if row.player is None else row.margin, row.first, row.certified, row.share,
        )
        for row in ng.verdict(truce, scenario, theories=THEORIES, moving=MOVES[what][0], draws=draws)
    ]  # fmt: skip
    columns = [
        "truce", "moving", "leg", "theory", "word", "holds", "margin", "departure", "certified", "share",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
