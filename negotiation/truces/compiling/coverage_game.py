"""The game of an agreement: each side keeps its ceilings or goes harsher.

An agreement prescribes ceilings. In its game each side chooses, for every covered instrument, the prescribed
level or a harsher one. Everything else stays at a given level. A calmer level than promised is no breach, so
calmer levels are left out.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerances
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.game_theory.games import StageGame
from negotiation.truces.compiling.terms import with_terms
from negotiation.truces.record.agreement_text import Terms


def agreement_game(scenario: Scenario, terms: Terms, in_force: Postures, state: State) -> StageGame:
    """Return the game in which each side keeps a covered instrument at its ceiling or goes harsher.

    `in_force` are the levels of everything else.
    """
    return scenario.stage_game(
        instruments={name for _, name in terms},
        levels=ceilings(scenario, terms, in_force),
        fixed=with_terms(in_force, terms),
        state=state,
    )


def ceilings(scenario: Scenario, terms: Terms, in_force: Postures) -> dict[Pair, tuple[str, ...]]:
    """Return the levels of each country in each covered instrument: the prescribed one and harsher ones.

    A country that is not bound in the instrument has only its level in force.
    """
    menus: dict[Pair, tuple[str, ...]] = {}
    for name in {name for _, name in terms}:
        for country in scenario.countries:
            if country not in scenario.instruments[name].levels:
                continue
            labels = scenario.instruments[name].labels(country)
            prescribed = terms.get((country, name))
            at = labels.index(prescribed or in_force[country][name])
            menus[country, name] = labels[at:] if prescribed else labels[at : at + 1]
    return menus


def agreement_profiles(stage: StageGame) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the positions of the prescribed profile and of the punishment.

    Menus begin with the prescribed level, so compliance is the first profile. The punishment is as in
    `punishments`. If it is not an equilibrium, the check of the trigger strategy shows that the threat is not
    credible.
    """
    off = punishments(np.asarray(stage.payoffs, dtype=np.float64)[None])[0]
    return (0,) * stage.n_players, tuple(off.tolist())


def punishments(payoffs: FloatArray) -> IntArray:
    """Return the positions of the worst pure stage equilibrium in each of many games, shape (D, N).

    The worst equilibrium has the least total payoff. If a game has no pure stage equilibrium, the profile
    with the least total payoff is used.

    Shapes: `payoffs` (D, n_1, ..., n_N, N).

    Examples
    --------
    >>> punishments(np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float)).tolist()
    [[1, 1]]
    """
    least = []
    stable = pure_stage_equilibria(payoffs).reshape(len(payoffs), -1)
    for game, equilibria in zip(payoffs.reshape(*stable.shape, -1), stable, strict=True):
        # All profiles are candidates in a game without a pure equilibrium, and only equilibria in others.
        among = np.flatnonzero(equilibria if equilibria.any() else ~equilibria)
        least.append(among[game[among].sum(axis=-1).argmin()])
    return np.stack(np.unravel_index(least, payoffs.shape[1:-1]), axis=-1)


def pure_stage_equilibria(payoffs: FloatArray) -> BoolArray:
    """Return which profiles are pure stage equilibria in each of many games, shape (D, n_1, ..., n_N).

    A reply counts as best within `KNIFE_EDGE` of the range of the player's own payoffs. Shapes: `payoffs`
    (D, n_1, ..., n_N, N).

    Examples
    --------
    >>> pure_stage_equilibria(np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float)).tolist()
    [[[False, False], [False, True]]]
    """
    count, n_players = len(payoffs), payoffs.shape[-1]
    tolerances = payoff_tolerances(payoffs, KNIFE_EDGE).reshape(count, *(1,) * n_players, n_players)
    stable = np.ones(payoffs.shape[:-1], dtype=np.bool_)
    for i in range(n_players):
        own = payoffs[..., i]
        stable &= own >= own.max(axis=1 + i, keepdims=True) - tolerances[..., i]
    return stable


def best_stage_equilibrium(payoffs: FloatArray) -> tuple[int, ...] | None:
    """Return the position of the pure stage equilibrium with the greatest total payoff; None without one.

    Shapes: `payoffs` (n_1, ..., n_N, N).

    Examples
    --------
    >>> best_stage_equilibrium(np.array([[(9, 9), (1, 10)], [(10, 1), (3, 3)]], dtype=float))
    (1, 1)
    """
    equilibria = np.argwhere(pure_stage_equilibria(payoffs[None])[0]).tolist()
    if not equilibria:
        return None
    return max((tuple(index) for index in equilibria), key=lambda index: float(payoffs[index].sum()))


def punishment_payoffs(payoffs: FloatArray) -> FloatArray:
    """Return the payoffs of the worst pure stage equilibrium in each of many games, shape (D, N).

    See `punishments`. Shapes: `payoffs` (D, n_1, ..., n_N, N).

    Examples
    --------
    >>> punishment_payoffs(np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float)).tolist()
    [[3.0, 3.0]]
    """
    worst: FloatArray = payoffs[(np.arange(len(payoffs)), *punishments(payoffs).T)]
    return worst
