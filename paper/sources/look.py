"""What the explorer's page holds: verdicts under sliders, shares, answers about moves, and truces to play.

Verdicts come from `experiments/look.py`. Each number is one of `ng.verdict`, `ng.ask` or `ng.regret`, to
four significant digits.
"""

from functools import cache
from pathlib import Path

import pandas as pd

import negotiation as ng
from negotiation.agents import match
from negotiation.base.reading.text import file_text
from negotiation.disputes import load_scenario
from negotiation.game_theory.solvers.best_response.best_response import solved
from negotiation.game_theory.solvers.best_response.regret import forgone
from negotiation.lab import space
from negotiation.lab.experiment import module_from_source
from negotiation.report.commands.ask import answered, base_rates, would_pay
from negotiation.report.explorer.setting import HAWKS, Setting, placed

FILE = Path(__file__).parents[2] / "experiments" / "look.py"
PLACES = {"2025-05-geneva": "geneva", "2025-10-busan": "busan", "2026-09-washington": "washington"}
MAKES = (
    *(f"look_{place}" for place in PLACES.values()), "look_shares", "look_asks", "look_plays",
    "look_play_states", "look_play_outcomes",
)  # fmt: skip
HEAVY = True  # some twenty minutes of one processor
RATES = range(0, 155, 5)
"""Tariff rates in percent that are asked about."""

ASK_DRAWS = 64
PLAYED = (
    ("2025-05-geneva", None, None),
    ("2025-10-busan", None, None),
    ("2025-05-geneva", "shadow linkage", "core"),
    ("2025-10-busan", "shadow linkage", "core"),
)
"""Truces that can be played: by the text alone under noise, or by a theory in a game of some size."""


def compute(budget):
    """Return all tables; with few draws, of one setting in five hundred and of the first move."""
    few = budget.replay_draws < ASK_DRAWS
    tables = settings(500 if few else 1)
    tables["look_shares"] = shares(budget.replay_draws, 1 if few else None)
    tables["look_asks"] = asks(0 if few else ASK_DRAWS, 1 if few else None)
    return tables | plays(PLAYED[:1] if few else PLAYED)


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


def shares(draws, count):
    """Return the shares of draws in which legs hold by the hawks' weight, all else at central values."""
    rows = []
    weights = dict.fromkeys(cell["hawks"] for cell in program().experiment.space.cells())
    places = [(truce, hawks) for truce in PLACES for hawks in weights]
    for truce, hawks in places[:count]:
        there = Setting(truce, hawks=placed(truce, HAWKS, hawks))
        for row in ng.verdict(there.text, there.scenario, draws=draws):
            numbers = (round(x, 4) if x is not None else None for x in (row.share, *row.interval))
            rows.append((truce, hawks, row.theory, row.leg, row.word, *numbers, draws))
    heads = ["truce", "hawks", "theory", "leg", "verdict", "share", "low", "high", "draws"]
    return pd.DataFrame(rows, columns=heads)


def moves():
    """Return the moves that are asked about: every level, and tariff rates in steps of five."""
    world = load_scenario("us-china-2025")
    for country in world.countries:
        for name in world.held(country):
            for level in world.instrument(country, name).levels[country]:
                yield f"{country} {name} {level.label}"
        for rate in RATES:
            yield f"{country} tariff {rate}"


def asks(draws, count):
    """Return the sentences of the command `ask` about each move, and what theories say of it."""
    rows = []
    for move in [*moves()][-count if count else None :]:
        try:
            result = ng.ask(move, draws=draws)
        except (ng.errors.InvalidOptions, ng.errors.IllegalMove) as error:
            rows.append((move, "refused", str(error), None, None, None, None))
            continue
        lines = (*answered(result), *would_pay(result), *base_rates(result))
        rows += [(move, "line", line, None, None, None, None) for line in lines]
        rows += [
            (move, "leg", ", ".join(row.legs), row.theory, row.word, float(f"{row.margin:.3e}"), row.share)
            for row in result.legs
        ]
    return pd.DataFrame(rows, columns=["move", "kind", "text", "theory", "word", "margin", "share"])


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
