"""In which parameter draws the game says that a leg holds: the rules of `verdicts.py`, all draws at once.

The rules are those of `model_breaks`: a leg breaks by a harsher level outside the coverage that gains, or by
the departure from it that tempts a player most, where that departure is in the leg or its punishment reaches
the leg. Payoffs of all draws are made together; no game is built one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.games import StageGame
from negotiation.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerance
from negotiation.truces.compiling.coverage_game import Coverage, with_terms
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.timeline import RECORD_ENDS, level_changes
from negotiation.truces.verdicts.incentives import Incentives
from negotiation.truces.verdicts.legs import (
    LEGS,
    LegVerdict,
    Verdicts,
    least_margin,
    model_breaks,
    record_steps,
    threats,
)
from negotiation.world import Postures, Scenario, State
from negotiation.world.posture import posture_from_label
from negotiation.world.posture_payoffs import ManyPostureGames, many_posture_games

AT_ONCE = 64
"""Draws whose games are held in memory together."""


def verdicts_of(
    scenario: Scenario,
    agreement: AgreementText,
    incentives: Incentives,
    in_force: Postures,
    state: State,
    draws: int,
    rng: int | np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> Verdicts:
    """Return the verdicts by leg: at the central values, in parameter draws, and of the record.

    Parameters
    ----------
    scenario : Scenario
        Its ranges are drawn from, each parameter uniformly and by itself.
    agreement : AgreementText
        Gives the window that is looked at in the record.
    incentives : Incentives
        At the central values.
    in_force : Postures
        Levels of everything that is not covered.
    state : State
        The state of the world.
    draws : int
        Number of draws; 0 for none.
    rng : int or numpy.random.Generator
        Seed or generator of the draws.
    progress : callable, optional
        Called with the number of draws done and their total.
    """
    generator = np.random.default_rng(rng)
    central = {leg: model_breaks(scenario, incentives, leg, KNIFE_EDGE) for leg in LEGS}
    drawn = [scenario.draw(generator) for _ in range(draws)]
    holding = legs_holding(drawn, incentives, in_force, state)
    if progress is not None and draws:
        progress(draws, draws)
    changes = level_changes(scenario)
    legs: list[LegVerdict] = []
    for leg in LEGS:
        steps = record_steps(scenario, agreement, changes, leg)
        names = [f"{c} {name}" for c, name in incentives.terms if scenario.instruments[name].leg == leg]
        legs.append(
            LegVerdict(
                leg,
                tuple(names),
                not central[leg],
                central[leg],
                least_margin(scenario, incentives.rows, leg),
                float(holding[leg].mean()) if draws else None,
                draws,
                not steps,
                steps,
                threats(scenario, agreement, changes, leg),
                min(agreement.window_end, RECORD_ENDS),
            )
        )
    return Verdicts(agreement.id, tuple(legs))


def legs_holding(
    scenarios: Sequence[Scenario], incentives: Incentives, in_force: Postures, state: State
) -> dict[str, BoolArray]:
    """Return, by leg, in which settings of the parameters the game says that it holds, shape (D,).

    Parameters
    ----------
    scenarios : sequence of Scenario
        D settings of the parameters of one scenario.
    incentives : Incentives
        At the central values; gives the terms and the actions of the game.
    in_force : Postures
        Levels of everything that is not covered.
    state : State
        The state of the world.
    """
    if not scenarios:
        return {leg: np.ones(0, dtype=np.bool_) for leg in LEGS}
    first = scenarios[0]
    varied = {
        name: np.array([one.parameters[name] for one in scenarios])
        for name, quantity in first.quantities.items()
        if quantity.low < quantity.high or any(one.parameters[name] != quantity.value for one in scenarios)
    }
    # Without a parameter that varies all settings are alike, and any stands for itself.
    varied = varied or {name: np.full(len(scenarios), x) for name, x in list(first.parameters.items())[:1]}
    parts = []
    for start in range(0, len(scenarios), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        games = many_posture_games(first, {name: v[part] for name, v in varied.items()}, state)
        delta = np.array([one.discount_factor for one in scenarios[part]])
        parts.append(_holding(games, incentives, in_force, delta))
    return {leg: np.concatenate([part[leg] for part in parts]) for leg in LEGS}


def _holding(
    games: ManyPostureGames, incentives: Incentives, in_force: Postures, delta: FloatArray
) -> dict[str, BoolArray]:
    stage, terms = incentives.stage, incentives.terms
    base = with_terms(in_force, terms)
    payoffs = games.payoffs(_menus(stage), base)
    off = punishments(payoffs)
    sides = [_side(games.scenario, stage, i, payoffs, off, delta) for i in range(stage.n_players)]
    free = _free_breaks(games, terms, base)
    holds: dict[str, BoolArray] = {}
    for leg in LEGS:
        linked = np.any([side.punished[leg] for side in sides], axis=0)
        broken = free.get(leg, np.zeros(len(delta), dtype=np.bool_))
        for side in sides:
            broken = broken | (side.gains & (linked | side.departs[leg]))
        holds[leg] = ~broken
    return holds


def _menus(stage: StageGame) -> dict[str, dict[str, list[str]]]:
    """Return the levels of the game by country and instrument, calmest first."""
    found: dict[str, dict[str, list[str]]] = {}
    for player, actions in zip(stage.players, stage.actions, strict=True):
        menu: dict[str, dict[str, None]] = {}
        for action in actions:
            for name, level in posture_from_label(action).items():
                menu.setdefault(name, {})[level] = None
        found[player] = {name: list(levels) for name, levels in menu.items()}
    return found


def punishments(payoffs: FloatArray) -> IntArray:
    """Return each game's punishment as positions of actions, shape (D, 2), as `agreement_profiles` does.

    Parameters
    ----------
    payoffs : array, shape (D, n_1, n_2, 2)
        The games.
    """
    tolerance = np.array([payoff_tolerance(one, KNIFE_EDGE) for one in payoffs])[:, None, None]
    stable = np.ones(payoffs.shape[:-1], dtype=np.bool_)
    for i in range(2):
        own = payoffs[..., i]
        stable &= own >= own.max(axis=1 + i, keepdims=True) - tolerance
    totals = payoffs.sum(axis=-1)
    # Without a pure equilibrium the least total payoff of all profiles stands in.
    allowed = stable | ~stable.any(axis=(1, 2), keepdims=True)
    flat = np.where(allowed, totals, np.inf).reshape(len(payoffs), -1).argmin(axis=1)
    return np.stack(np.unravel_index(flat, totals.shape[1:]), axis=-1)


@dataclass(frozen=True, eq=False)
class _Side:
    """By draw, shape (D,): whether the player gains by departing, in which legs, and where it punishes."""

    gains: BoolArray
    departs: Mapping[str, BoolArray]
    punished: Mapping[str, BoolArray]


def _side(
    scenario: Scenario, stage: StageGame, i: int, payoffs: FloatArray, off: IntArray, delta: FloatArray
) -> _Side:
    """Return the most tempting departure of one player in each draw; the agreed profile is the first."""
    own = payoffs[:, :, 0, 0] if i == 0 else payoffs[:, 0, :, 1]
    draws = np.arange(len(own))
    stake = own[:, 0] - payoffs[draws, off[:, 0], off[:, 1], i]
    postures = [posture_from_label(label) for label in stage.actions[i]]
    changed = [tuple(n for n, level in p.items() if level != postures[0][n]) for p in postures]
    groups = [[a for a, c in enumerate(changed) if c == (name,)] for name in postures[0]]
    groups.append([a for a, c in enumerate(changed) if len(c) > 1])
    groups = [members for members in groups if members]
    if not groups:
        # The law has left nothing harsher: nobody can depart, nor be punished by this side.
        never = np.zeros(len(own), dtype=np.bool_)
        return _Side(never, dict.fromkeys(LEGS, never), dict.fromkeys(LEGS, never))
    best = np.stack([np.array(m)[own[:, m].argmax(axis=1)] for m in groups], axis=1)
    gain = own[draws[:, None], best] - own[:, :1]
    margins = -(1.0 - delta)[:, None] * gain + (delta * stake)[:, None]
    least = margins.argmin(axis=1)
    chosen = best[draws, least]
    legs = {
        leg: np.array([any(scenario.instruments[n].leg == leg for n in names) for names in changed])
        for leg in LEGS
    }
    return _Side(
        margins[draws, least] < -KNIFE_EDGE,
        {leg: where[chosen] for leg, where in legs.items()},
        {leg: where[off[:, i]] for leg, where in legs.items()},
    )


def _free_breaks(games: ManyPostureGames, terms: Coverage, base: Postures) -> dict[str, BoolArray]:
    """Return, by leg, in which draws some harsher level that the terms leave free gains."""
    scenario = games.scenario
    found: dict[str, BoolArray] = {}
    for i, player in enumerate(scenario.countries):
        for name in scenario.held(player):
            if (player, name) in terms:
                continue
            labels = scenario.instruments[name].labels(player)
            now = base[player][name]
            lawful = [level.label for level in scenario.levels(player, name, games.state)]
            harsher = [label for label in lawful if labels.index(label) > labels.index(now)]
            if not harsher:
                continue
            menus = {player: {name: (now, *harsher)}, scenario.other(player): {}}
            own = games.payoffs(menus, base)[..., i].reshape(-1, 1 + len(harsher))
            leg = scenario.instruments[name].leg
            # The margin of a departure that nothing answers is minus its gain.
            breaks = -(own[:, 1:].max(axis=1) - own[:, 0]) < -KNIFE_EDGE
            found[leg] = found[leg] | breaks if leg in found else breaks
    return found
