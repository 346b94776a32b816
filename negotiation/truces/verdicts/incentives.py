"""What keeps an agreement: margins by player and instrument, under the grim trigger on what it covers.

The strategy is grim trigger in the game of the agreement: the prescribed profile until anyone departs from
it, then the worst pure stage equilibrium of the same game for ever. With stage payoff u, prescribed profile
a and punishment b, a departure of player i to a_i' leaves the margin

    (1 - delta) [u_i(a) - u_i(a_i', a_-i)] + delta [u_i(a) - u_i(b)],

and needs delta >= g / (g + S), with temptation g = u_i(a_i', a_-i) - u_i(a) and stake S = u_i(a) - u_i(b).

An instrument that is not covered is not watched: a harsher level there is answered by nothing, and its margin
is minus its static gain (the variant *moment*).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.games import Profile, StageGame, unilateral_payoffs
from negotiation.numeric import KNIFE_EDGE, FloatArray, payoff_tolerance
from negotiation.truces.compiling.coverage_game import (
    Coverage,
    agreement_game,
    agreement_profiles,
    with_terms,
)
from negotiation.world import Postures, Scenario, State
from negotiation.world.periods import longest_reaction_lag
from negotiation.world.posture import posture_from_label
from negotiation.world.posture_game import posture_game

JOINT = "joint"
"""Name of a departure in several instruments at once."""


@dataclass(frozen=True)
class Incentive:
    """The best departure of one player in one instrument, or in several at once.

    Parameters
    ----------
    player, instrument : str
        Who, and in which instrument; `joint` for several.
    covered : bool
        Whether the agreement covers it.
    prescribed, deviation : str
        The level prescribed (or in force), and the most tempting harsher one.
    temptation : float
        g, gain of a period in percent of GDP; negative where departing costs.
    stake : float
        S, loss of a period once the truce is off; 0 where it is not covered.
    margin : float
        Value of complying less that of departing, average discounted, percent of GDP.
    threshold : float or None
        Discount factor from which on it does not pay; `None` where no patience is enough.
    reaction_lag : float or None
        The threshold as the longest reaction lag, in days.
    """

    player: str
    instrument: str
    covered: bool
    prescribed: str
    deviation: str
    temptation: float
    stake: float
    margin: float
    threshold: float | None
    reaction_lag: float | None


@dataclass(frozen=True)
class Incentives:
    """Every incentive under one coverage, and the two profiles of the trigger.

    Parameters
    ----------
    terms : mapping
        Prescribed level by (country, instrument).
    stage : StageGame
        The game of the covered instruments.
    kept, off : profiles
        What is played while the truce is on, and after a departure.
    rows : tuple of Incentive
        By player and instrument.
    """

    terms: Coverage
    stage: StageGame
    kept: Profile
    off: Profile
    rows: tuple[Incentive, ...]


def incentives_of(scenario: Scenario, terms: Coverage, in_force: Postures, state: State) -> Incentives:
    """Return every incentive of an agreement's terms.

    Parameters
    ----------
    scenario : Scenario
        Payoffs and patience.
    terms : mapping
        Prescribed level by (country, instrument).
    in_force : Postures
        Levels of everything else.
    state : State
        The state of the world.
    """
    stage = agreement_game(scenario, terms, in_force, state)
    kept, off = agreement_profiles(stage)
    rows = (
        *covered_incentives(scenario, stage, kept, off),
        *uncovered_incentives(scenario, terms, in_force, state),
    )
    return Incentives(terms, stage, stage.labels(kept), stage.labels(off), rows)


def covered_incentives(
    scenario: Scenario, stage: StageGame, complied: tuple[int, ...], punished: tuple[int, ...]
) -> list[Incentive]:
    """Return the best departure in each covered instrument, and in several at once, for each player."""
    rows: list[Incentive] = []
    for i, player in enumerate(stage.players):
        own = np.array(unilateral_payoffs(stage.payoffs, complied, i), dtype=np.float64)
        stake = float(own[0] - stage.payoffs[(*punished, i)])
        postures = [posture_from_label(label) for label in stage.actions[i]]
        changed = [tuple(n for n, level in p.items() if level != postures[0][n]) for p in postures]
        groups = {name: [a for a, c in enumerate(changed) if c == (name,)] for name in postures[0]}
        groups[JOINT] = [a for a, c in enumerate(changed) if len(c) > 1]
        for name, members in groups.items():
            if members:
                best = members[int(np.argmax(own[members]))]
                rows.append(_covered_row(scenario, stage, player, name, postures, best, own, stake))
    return rows


def _covered_row(
    scenario: Scenario,
    stage: StageGame,
    player: str,
    name: str,
    postures: list[dict[str, str]],
    best: int,
    own: FloatArray,
    stake: float,
) -> Incentive:
    tolerance = payoff_tolerance(stage.payoffs, KNIFE_EDGE)
    gain, delta = float(own[best] - own[0]), scenario.discount_factor
    margin = -(1.0 - delta) * gain + delta * stake
    needed = threshold(gain, stake, tolerance)
    changes = {n: level for n, level in postures[best].items() if level != postures[0][n]}
    if name == JOINT:
        prescribed, deviation = "all kept", " ".join(f"{n}={level}" for n, level in changes.items())
    else:
        prescribed, deviation = postures[0][name], changes[name]
    lag = longest_reaction_lag(needed, scenario.parameters["discount_factor_annual"])
    return Incentive(player, name, True, prescribed, deviation, gain, stake, margin, needed, lag)


def threshold(gain: float, stake: float, tolerance: float) -> float | None:
    """Return the discount factor from which on a departure does not pay, g / (g + S).

    Parameters
    ----------
    gain, stake : float
        Temptation g and stake S.
    tolerance : float
        Gains and stakes of this size count as none.

    Returns
    -------
    float or None
        0 where there is no temptation; `None` where no patience is enough.

    Examples
    --------
    >>> threshold(1.0, 3.0, 0.0), threshold(-1.0, 3.0, 0.0), threshold(1.0, 0.0, 0.0)
    (0.25, 0.0, None)
    """
    if gain <= tolerance:
        # A departure that costs now but would raise the payoff for ever after is not deterred by patience.
        return 0.0 if stake >= -tolerance else None
    if stake <= tolerance:
        return None
    return gain / (gain + stake)


def uncovered_incentives(
    scenario: Scenario, terms: Coverage, in_force: Postures, state: State
) -> list[Incentive]:
    """Return the best harsher level of each instrument that the terms leave free, answered by nothing."""
    base = with_terms(in_force, terms)
    rows: list[Incentive] = []
    for player in scenario.countries:
        for name in scenario.held(player):
            if (player, name) in terms:
                continue
            row = _uncovered_row(scenario, player, name, base, state)
            if row is not None:
                rows.append(row)
    return rows


def _uncovered_row(
    scenario: Scenario, player: str, name: str, base: Postures, state: State
) -> Incentive | None:
    lawful = [level.label for level in scenario.levels(player, name, state)]
    labels = scenario.instruments[name].labels(player)
    now = base[player][name]
    harsher = [label for label in lawful if labels.index(label) > labels.index(now)]
    if not harsher:
        return None
    menus = {player: {name: (now, *harsher)}, scenario.other(player): {}}
    stage = posture_game(scenario, menus, base, state)
    i = stage.player_index(player)
    own = stage.payoffs[..., i].ravel()
    best = 1 + int(np.argmax(own[1:]))
    gain = float(own[best] - own[0])
    tolerance = payoff_tolerance(stage.payoffs, KNIFE_EDGE)
    needed = threshold(gain, 0.0, tolerance)
    lag = longest_reaction_lag(needed, scenario.parameters["discount_factor_annual"])
    return Incentive(player, name, False, now, harsher[best - 1], gain, 0.0, -gain, needed, lag)
