"""The stage game of postures: a country's action is a posture over the instruments in the game."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod

from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.posture import posture_label
from negotiation.disputes.posture_payoffs import ManyPostureGames, Menu
from negotiation.disputes.setup import Setup
from negotiation.disputes.state import State
from negotiation.errors import SizeLimit
from negotiation.game_theory.games import StageGame


def posture_game(
    setup: Setup, menus: Mapping[str, Menu], fixed: Mapping[str, Mapping[str, str]], state: State
) -> StageGame:
    """Return the stage game in which each country chooses a posture from its menu."""
    countries = setup.countries
    counts = [prod(len(labels) for labels in menus[country].values()) for country in countries]
    if prod(counts) > NUMERICS.largest_game:
        raise SizeLimit(
            f"the game would have {prod(counts):,} action profiles ({' x '.join(map(str, counts))}); at most "
            f"{NUMERICS.largest_game:,} are built: choose fewer instruments or levels"
        )
    payoffs = ManyPostureGames(setup, {}, state).payoffs(menus, fixed)[0]
    actions = [_labels(menus[country]) for country in countries]
    name = f"{setup.name}: posture game, percent of GDP"
    return StageGame(payoffs, countries, actions, name, setup.names)


def _labels(menu: Menu) -> list[str]:
    return [posture_label(dict(zip(menu, choice, strict=True))) for choice in product(*menu.values())]
