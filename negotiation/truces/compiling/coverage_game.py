"""The game of an agreement: each side keeps its ceilings or goes harsher.

An agreement prescribes ceilings. In its game each side chooses, for every covered instrument, the prescribed
level or a harsher one; everything else stays as it was at the signing. Calmer than promised is no breach, so
calmer levels are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from negotiation.games import StageGame
from negotiation.solvers.nash.pure_equilibria import best_reply_mask
from negotiation.world import Postures, Scenario, State

Coverage = Mapping[tuple[str, str], str]
"""Prescribed level by (country, instrument)."""


def agreement_game(scenario: Scenario, terms: Coverage, in_force: Postures, state: State) -> StageGame:
    """Return the game in which each side keeps a covered instrument at its ceiling or goes harsher."""
    return scenario.stage_game(
        instruments={name for _, name in terms},
        levels=ceilings(scenario, terms, in_force),
        fixed=with_terms(in_force, terms),
        state=state,
    )


def with_terms(in_force: Postures, terms: Coverage) -> Postures:
    """Return the postures with the prescribed levels in place."""
    for (country, name), label in terms.items():
        in_force = in_force.after(country, {name: label})
    return in_force


def ceilings(
    scenario: Scenario, terms: Coverage, in_force: Postures
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the prescribed and harsher levels; the level in force alone where only the other is bound."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name in {name for _, name in terms}:
        for country in scenario.countries:
            if country not in scenario.instruments[name].levels:
                continue
            labels = scenario.instruments[name].labels(country)
            prescribed = terms.get((country, name))
            at = labels.index(prescribed or in_force[country][name])
            found[country, name] = labels[at:] if prescribed else labels[at : at + 1]
    return found


def agreement_profiles(stage: StageGame) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the positions of the prescribed profile and of the punishment.

    Menus begin with the prescribed level, so compliance is the first profile. The punishment is the pure
    stage equilibrium with the least total payoff. Without a pure equilibrium the profile with the least total
    payoff stands in, and the check of the trigger strategy then shows that the threat is not credible.
    """
    complied = (0,) * stage.n_players
    equilibria = np.argwhere(best_reply_mask(stage))
    if not len(equilibria):
        worst = np.unravel_index(int(stage.payoffs.sum(axis=-1).argmin()), stage.n_actions)
        return complied, tuple(int(a) for a in worst)
    totals = [float(stage.payoffs[tuple(row)].sum()) for row in equilibria]
    return complied, tuple(int(a) for a in equilibria[int(np.argmin(totals))])
