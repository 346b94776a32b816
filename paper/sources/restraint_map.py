"""The map of cover and horizon: where the smallest game keeps restraint, and days of the record on it."""

from dataclasses import asdict
from datetime import date

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.studies.restraint_map import (
    GAME_COVERS,
    GAME_HORIZONS,
    restraint_in_game,
    restraint_map,
)

MAKES = ("restraint_map", "restraint_grid", "restraint_limits", "restraint_values", "restraint_in_game")
PLACES = {"small": (GAME_COVERS, GAME_HORIZONS), "core": (GAME_COVERS[::5], GAME_HORIZONS[::2])}
"""Covers and horizons by size of the dispute's own game: a place of the core game takes half a second."""
RECORD_ENDS = date(2026, 10, 10)


def compute(budget):
    """Return days of the record, the grid, its two limits, the payoffs; and the dispute's own game by size.

    Of the last: at which shares of places the smallest game says the same, and alone keeps restraint.
    """
    scenario = load_scenario("us-china-2025").as_of(RECORD_ENDS)
    found = restraint_map(scenario, draws=budget.leverage_draws, rng=budget.seed)
    rows = [{**asdict(point), "day": str(point.day)} for point in found.points]
    grid = [
        (horizon, cover, found.share[i, j], found.central[i, j])
        for i, horizon in enumerate(found.horizons)
        for j, cover in enumerate(found.covers)
    ]
    limits = {"cover": found.covers, "target": found.target, "user": found.user}
    values = [(name, *three, found.draws) for name, three in found.numbers.items()]
    games = []
    for size, (covers, horizons) in PLACES.items():
        game = restraint_in_game(scenario, size, covers=covers, horizons=horizons)
        undecided = int((game.kept % 1 > 0).sum())
        games.append((size, game.kept.size, undecided, *game.compared(found.numbers)))
    columns = ["size", "places", "undecided", "alike", "smallest_alone"]
    return {
        "restraint_in_game": pd.DataFrame(games, columns=columns),
        "restraint_map": pd.DataFrame(rows),
        "restraint_grid": pd.DataFrame(grid, columns=["horizon", "cover", "share", "central"]),
        "restraint_limits": pd.DataFrame(limits),
        "restraint_values": pd.DataFrame(values, columns=["name", "value", "low", "high", "draws"]),
    }
