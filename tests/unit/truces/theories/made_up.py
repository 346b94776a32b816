"""Questions about games that are made up: payoffs by profile, as no formula of the package has made them.

Instruments, their legs and the order of their levels are those of the dispute of the US and China.
"""

from itertools import product
from random import Random

import numpy as np

import negotiation as ng
from negotiation.disputes import Postures
from negotiation.truces.theories.common.game_batch import GameBatch
from tests.us_china import CENTRAL

BUSAN = ng.truce("2025-10-busan")

SIDES = ("USA", "CHN")
MENUS = {
    "USA": {"tariff": ("geneva", "january", "peak"), "entity_list": ("listed_only", "affiliates_rule")},
    "CHN": {"rare_earth_curb": ("general_licences", "october_package", "licences_flow", "april_licensing")},
}
"""The kept level first, then calmer and harsher ones in no order."""
TERMS = {("USA", "tariff"): "geneva", ("CHN", "rare_earth_curb"): "general_licences"}
LEGS = {"tariff": "tariff", "entity_list": "control", "rare_earth_curb": "control", "visa": "other"}
CALMER = {("tariff", "january"), ("rare_earth_curb", "licences_flow")}


class MadeUpGames:
    """Stands for the games of the posture payoffs: `paid(d, levels)` gives both sides' payoffs."""

    wide = None

    def __init__(self, paid, settings, money=(1.0, 1.0)):
        self.paid, self.settings = paid, settings
        self.money = np.tile(np.array(money, dtype=float), (settings, 1))

    def payoffs(self, menus, fixed):
        found = []
        for d in range(self.settings):
            for profile in product(*(list(actions_of(menus[side])) for side in SIDES)):
                levels = {
                    (side, name): {**fixed[side], **own}[name]
                    for side, own in zip(SIDES, profile, strict=True)
                    for name in fixed[side]
                }
                found.append(self.paid(d, levels))
        shape = [len(list(actions_of(menus[side]))) for side in SIDES]
        return np.array(found, dtype=float).reshape(self.settings, *shape, 2)


def actions_of(menu):
    """Each action of a menu, as the level of each of its instruments."""
    for choice in product(*menu.values()):
        yield dict(zip(menu, choice, strict=True))


def scattered(seed, kept_well=0.0, menus=None):
    """Payoffs that follow no rule; what is kept pays both so much more."""
    menus = MENUS if menus is None else menus
    names = [(side, name) for side in SIDES for name in menus[side]]
    first = tuple(menus[side][name][0] for side, name in names)

    def paid(d, levels):
        here = tuple(levels[pair] for pair in names)
        rng = Random(f"{seed} {d} {here}")  # noqa: S311 - no secret
        more = kept_well if here == first else 0.0
        return rng.uniform(-1.0, 1.0) + more, rng.uniform(-1.0, 1.0) + more

    return paid


def asked_about(
    paid, menus=None, delta=(0.9,), terms=None, money=(1.0, 1.0), chance=None, scenario=CENTRAL, renewal=0.5
):
    """Return a question about a game that is made up, everything kept at the first levels of the menus."""
    menus = MENUS if menus is None else menus
    kept = Postures({side: dict(scenario.calm()[side]) for side in SIDES})
    for side in SIDES:
        kept = kept.after(side, {name: labels[0] for name, labels in menus[side].items()})
    delta = np.array(delta, dtype=float)
    chance = np.full(len(delta), 0.25) if chance is None else np.array(chance, dtype=float)
    games = MadeUpGames(paid, len(delta), money)
    return GameBatch(
        BUSAN, scenario, TERMS if terms is None else terms, kept, scenario.default_state, menus, games, delta,
        np.full(len(delta), 5.0), chance, np.full(len(delta), renewal), np.full(len(delta), 14.0), "made up",
    )  # fmt: skip


def all_payoffs(asked, paid, d=0):
    """Payoffs by profile of the whole game: from the levels of each side to what both get."""
    found = {}
    for one in actions_of(asked.menus["USA"]):
        for other in actions_of(asked.menus["CHN"]):
            levels = {("USA", n): x for n, x in one.items()} | {("CHN", n): x for n, x in other.items()}
            found[tuple(one.values()), tuple(other.values())] = paid(d, levels)
    return found
