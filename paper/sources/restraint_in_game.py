"""Where the dispute's own game keeps restraint, beside the smallest game, by its size."""

from datetime import date

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.studies.restraint_map import (
    GAME_COVERS,
    GAME_HORIZONS,
    restraint_in_game,
    restraint_map,
)

MAKES = ("restraint_in_game",)
PLACES = {"small": (GAME_COVERS, GAME_HORIZONS), "core": (GAME_COVERS[::5], GAME_HORIZONS[::2])}
"""Covers and horizons by size of the dispute's own game: a place of the core game takes half a second."""
RECORD_ENDS = date(2026, 10, 10)


def compute(_):
    """Return by size at which shares of places both games agree, and the smallest alone keeps restraint."""
    scenario = load_scenario("us-china-2025").as_of(RECORD_ENDS)
    numbers = restraint_map(scenario, draws=1).numbers
    games = []
    for size, (covers, horizons) in PLACES.items():
        game = restraint_in_game(scenario, size, covers=covers, horizons=horizons)
        undecided = int((game.kept % 1 > 0).sum())
        games.append((size, game.kept.size, undecided, *game.compared(numbers)))
    columns = ["size", "places", "undecided", "alike", "smallest_alone"]
    return {"restraint_in_game": pd.DataFrame(games, columns=columns)}
