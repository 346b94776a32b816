"""What the explorer's page holds: verdicts under sliders, and truces to play.

Verdicts come from `experiments/look.py`. Each number is one of `ng.verdict` or `ng.regret`, to four
significant digits.
"""

from functools import cache
from pathlib import Path

import pandas as pd

import negotiation as ng
from negotiation.agents import match
from negotiation.base.reading.text import file_text
from negotiation.game_theory.solvers.best_response.best_response import solved
from negotiation.game_theory.solvers.best_response.regret import forgone
from negotiation.lab import space
from negotiation.lab.experiment import module_from_source

FILE = Path(__file__).parents[2] / "experiments" / "look.py"
PLACES = {"2025-05-geneva": "geneva", "2025-10-busan": "busan", "2026-09-washington": "washington"}
MAKES = (
    *(f"look_{place}" for place in PLACES.values()), "look_plays", "look_play_states",
    "look_play_outcomes",
)  # fmt: skip
HEAVY = True  # two minutes of one processor
FEW = 8
"""Draws of a budget below which one setting in two hundred, and one play, are computed."""

PLAYED = (
    ("2025-05-geneva", None, None),
    ("2025-10-busan", None, None),
    ("2025-05-geneva", "shadow linkage", "core"),
    ("2025-10-busan", "shadow linkage", "core"),
)
"""Truces that can be played: by the text alone under noise, or by a theory in a game of some size."""


def compute(budget):
    """Return all tables."""
    few = budget.replay_draws < FEW
    return settings(200 if few else 1) | plays(PLAYED[:1] if few else PLAYED)


@cache
def program():
    """Return the program of the experiment, read as other files are."""
    return module_from_source(file_text(FILE), str(FILE))


def settings(every):
    """Return by truce one row for each setting, of every so many settings."""
    experiment = program().experiment
    cells = [*experiment.space.cells()][::every]
    frame = ng.run(experiment.with_space(space.listed(cells))).to_pandas()
    names = [name for name in frame.columns if name in experiment.labels and name != "truce"]
    frame = frame.sort_values(["truce", *experiment.space.names[1:]], ignore_index=True)
    return {
        f"look_{place}": frame[frame["truce"] == truce][names].reset_index(drop=True)
        for truce, place in PLACES.items()
    }


def plays(played):
    """Return what each action pays and gives away in each state, the states, and what may follow."""
    rows, states, outcomes = [], [], []
    for truce, theory, size in played:
        for side in ("USA", "CHN"):
            seat = match(truce, side, theory=theory, size=size)
            facing, best = seat.facing, solved(seat.facing)
            less, tables = forgone(best) * facing.usd_bn, {}
            name = f"{truce} {theory or 'text'} {side}"
            for s, state in enumerate(facing.states):
                own, other = facing.prescribed[s], seat.automaton.actions[state][1 - seat.seat]
                states.append(
                    (
                        name,
                        s,
                        state,
                        own,
                        other,
                        float(facing.start.get(s, 0)),
                        float(facing.delta),
                        facing.usd_bn,
                    )
                )
                kept = facing.flows[s][facing.actions[s].index(own)]
                for a, action in enumerate(facing.actions[s]):
                    after = tuple((*key, float(p)) for key, p in facing.outcomes[s][a].items())
                    pays = float(facing.flows[s][a] - kept) * facing.usd_bn
                    table = tables.setdefault(_plain(after), len(tables))
                    rows.append((name, s, action, _short(pays), _short(less[facing.row(s, action)]), table))
            outcomes += [(name, k, *outcome) for table, k in tables.items() for outcome in table]
    return {
        "look_plays": pd.DataFrame(rows, columns=["play", "state", "action", "pays", "forgone", "outcome"]),
        "look_play_states": pd.DataFrame(
            states, columns=["play", "state", "label", "own", "other", "start", "delta", "usd_bn"]
        ),
        "look_play_outcomes": pd.DataFrame(outcomes, columns=["play", "outcome", "seen", "to", "chance"]),
    }


def _plain(after):
    """Return outcomes with a signal's name, or nothing where the profile is seen."""
    seen = ((shown if isinstance(shown, str) else "", to, p) for shown, to, p in after)
    return tuple(sorted(seen, key=lambda row: (-row[2], row[:2])))


def _short(number):
    """Return a number to four significant digits."""
    return float(f"{float(number):.3e}") + 0.0
