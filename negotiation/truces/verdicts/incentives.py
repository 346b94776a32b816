"""What keeps an agreement: margins by player and instrument, in many settings of the parameters at once.

The strategy is grim trigger in the game of the agreement: the prescribed profile until anyone departs from
it, then the worst pure stage equilibrium of the same game for ever (`grim_trigger`). An instrument that is
not covered is not watched: a harsher level there is answered by nothing, and its margin is minus its static
gain (the variant *moment*). Only levels count that the law allows in the state.

Whether a leg holds is decided here alone, for verdicts, shares of draws and claims. A margin counts as none
within `KNIFE_EDGE` of the range of the player's own payoffs in the game.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from negotiation.games import Profile, StageGame
from negotiation.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerances
from negotiation.truces.compiling.coverage_game import agreement_game, punishments, with_terms
from negotiation.truces.compiling.intent_game import menu_of
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Terms
from negotiation.truces.verdicts.grim_trigger import deviation_gains, grim_margin, threshold
from negotiation.world import Postures, Scenario, State
from negotiation.world.instrument import Pair
from negotiation.world.observation import LEGS
from negotiation.world.periods import longest_reaction_lag
from negotiation.world.posture import posture_from_label
from negotiation.world.posture_payoffs import ManyPostureGames, many_posture_games
from negotiation.world.setup import Setup

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


@dataclass(frozen=True, eq=False)
class Departures:
    """The same in D games.

    Parameters
    ----------
    player, instrument, covered, prescribed
        As of an `Incentive`.
    deviations : tuple of str
        The departures that are compared.
    legs : tuple of frozenset of str
        The legs that each of them is in.
    best : array, shape (D,)
        Which gains most.
    gain, stake, margin, tolerance : array, shape (D,)
        Of the best one; the margin is negative where it is below minus the tolerance.
    """

    player: str
    instrument: str
    covered: bool
    prescribed: str
    deviations: tuple[str, ...]
    legs: tuple[frozenset[str], ...]
    best: IntArray
    gain: FloatArray
    stake: FloatArray
    margin: FloatArray
    tolerance: FloatArray

    @property
    def gains(self) -> BoolArray:
        """Whether the departure gains, shape (D,)."""
        found: BoolArray = self.margin < -self.tolerance
        return found

    def concerns(self, leg: str) -> BoolArray:
        """Return whether the best departure is in a leg, alone or among others, shape (D,)."""
        return np.array([leg in legs for legs in self.legs])[self.best]

    def first(self, discount_factor_annual: float) -> Incentive:
        """Return the incentive in the first game."""
        gain, stake = float(self.gain[0]), float(self.stake[0])
        needed = threshold(gain, stake, float(self.tolerance[0]))
        lag = longest_reaction_lag(needed, discount_factor_annual)
        deviation = self.deviations[int(self.best[0])]
        margin = float(self.margin[0])
        return Incentive(
            self.player, self.instrument, self.covered, self.prescribed, deviation, gain, stake, margin,
            needed, lag,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Incentives:
    """Every incentive of an agreement's terms, in D games.

    Parameters
    ----------
    scenario : Setup
        The scenario; its own parameter values are those of the first game where D is 1.
    terms : mapping
        Prescribed level by (country, instrument).
    stage : StageGame
        The game of the covered instruments at the scenario's own values; its first profile is kept.
    punishments : array, shape (D, 2)
        Positions of what is played after a departure.
    departures : tuple of Departures
        By player and instrument, those that are covered first.
    within : mapping from (player, leg) to array, shape (D,)
        Margin of the player's best departure in covered instruments of that leg alone, one or several;
        infinite where it has none.
    """

    scenario: Setup
    terms: Terms
    stage: StageGame
    punishments: IntArray
    departures: tuple[Departures, ...]
    within: Mapping[Pair, FloatArray]

    @property
    def kept(self) -> Profile:
        """What is played while the truce is on."""
        return self.stage.labels((0,) * self.stage.n_players)

    @property
    def off(self) -> Profile:
        """What is played after a departure, in the first game."""
        return self.stage.labels(tuple(self.punishments[0].tolist()))

    @cached_property
    def rows(self) -> tuple[Incentive, ...]:
        """The incentives in the first game, by player and instrument."""
        return tuple(one.first(self._annual) for one in self.departures)

    @property
    def _annual(self) -> float:
        return self.scenario.parameters["discount_factor_annual"]

    def holds(self, leg: str) -> BoolArray:
        """Return in which games a leg holds, shape (D,): none of its departures breaks it."""
        found: BoolArray = np.ones(len(self.punishments), dtype=np.bool_)
        for _, breaks in self._breaking(leg):
            found &= ~breaks
        return found

    def breaks(self, leg: str) -> tuple[Incentive, ...]:
        """Return the departures that break a leg in the first game, most tempting first."""
        found = [one.first(self._annual) for one, breaks in self._breaking(leg) if breaks[0]]
        return tuple(sorted(found, key=lambda row: row.margin))

    def margin(self, leg: str) -> FloatArray:
        """Return the least margin of a leg, shape (D,); infinite where nothing in it can be made harsher.

        Departures in several of its instruments at once count; those that reach into another leg do not.
        """
        found = [margin for (_, of), margin in self.within.items() if of == leg]
        least: FloatArray = np.min([*found, *(one.margin for one in self._free(leg))], axis=0)
        return least

    def covered_margin(self, player: str) -> FloatArray:
        """Return a player's margin over its best departure from what is covered, shape (D,)."""
        found = [one.margin for one in self.departures if one.covered and one.player == player]
        least: FloatArray = np.min([np.full(len(self.punishments), np.inf), *found], axis=0)
        return least

    def _free(self, leg: str) -> list[Departures]:
        return [one for one in self.departures if not one.covered and leg in one.legs[0]]

    def _breaking(self, leg: str) -> Iterator[tuple[Departures, BoolArray]]:
        """Yield each departure with the games in which it breaks a leg.

        Outside the coverage these are the departures in the leg's instruments that gain. Within it each
        player who gains by departing takes its most tempting departure, which breaks the legs of its
        instruments and, since the trigger is all-or-nothing, those in which the punishment is harsher than
        the agreement.
        """
        for one in self._free(leg):
            yield one, one.gains
        linked = self._punished(leg)
        for player in self.stage.players:
            own = [one for one in self.departures if one.covered and one.player == player]
            if not own:
                continue
            most = np.argmin([one.margin for one in own], axis=0)
            for k, one in enumerate(own):
                yield one, (most == k) & one.gains & (linked | one.concerns(leg))

    def _punished(self, leg: str) -> BoolArray:
        """Return in which games the punishment differs from the agreement in a leg, shape (D,)."""
        found: BoolArray = np.zeros(len(self.punishments), dtype=np.bool_)
        for i, actions in enumerate(self.stage.actions):
            legs = [_legs(self.scenario, changed) for changed in _changes(actions)]
            found |= np.array([leg in each for each in legs])[self.punishments[:, i]]
        return found


def incentives_of(scenario: Scenario, terms: Terms, in_force: Postures, state: State) -> Incentives:
    """Return every incentive of an agreement's terms at the scenario's own parameter values.

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
    stage, base = agreement_game(scenario, terms, in_force, state), with_terms(in_force, terms)
    own = np.array([scenario.discount_factor])
    return _incentives(ManyPostureGames(scenario, {}, state), stage, terms, base, own)


def incentives_by_draw(
    scenario: Scenario,
    varied: Mapping[str, FloatArray],
    discount_factors: FloatArray,
    terms: Terms,
    in_force: Postures,
    state: State,
) -> Incentives:
    """Return every incentive of an agreement's terms at D settings of the parameters.

    Parameters
    ----------
    scenario : Scenario
        Instruments, laws, and the parameters that do not vary.
    varied : mapping from parameter to array, shape (D,)
        The parameters that do, at least one.
    discount_factors : array, shape (D,)
        Of a period.
    terms : mapping
        Prescribed level by (country, instrument).
    in_force : Postures
        Levels of everything else.
    state : State
        The state of the world.

    Examples
    --------
    >>> from negotiation.truces.compiling.terms import postures_before
    >>> from negotiation.truces.record.agreement_text import agreement_text
    >>> from negotiation.world import load_scenario
    >>> scenario, geneva = load_scenario("us-china-2025"), agreement_text("2025-05-geneva")
    >>> found = incentives_by_draw(
    ...     scenario, {"security_weight": np.array([0.2, 0.8])}, np.full(2, scenario.discount_factor),
    ...     geneva.covered(), postures_before(geneva, scenario), scenario.default_state,
    ... )
    >>> found.holds("tariff").tolist(), found.holds("control").tolist()
    ([True, True], [True, False])
    """
    stage = agreement_game(scenario, terms, in_force, state)
    base = with_terms(in_force, terms)
    parts = []
    for start in range(0, len(discount_factors), NUMERICS.draws_at_once):
        part = slice(start, start + NUMERICS.draws_at_once)
        games = many_posture_games(scenario, {name: v[part] for name, v in varied.items()}, state)
        parts.append(_incentives(games, stage, terms, base, discount_factors[part]))
    return _joined(parts)


def _incentives(
    games: ManyPostureGames, stage: StageGame, terms: Terms, base: Postures, delta: FloatArray
) -> Incentives:
    payoffs = games.payoffs({p: menu_of(stage, i) for i, p in enumerate(stage.players)}, base)
    off, scenario = punishments(payoffs), games.setup
    tolerances = payoff_tolerances(payoffs, KNIFE_EDGE)
    every = np.arange(len(payoffs))
    rows: list[Departures] = []
    within: dict[Pair, FloatArray] = {}
    for i, player in enumerate(stage.players):
        stake = payoffs[:, 0, 0, i] - payoffs[every, off[:, 0], off[:, 1], i]
        gains = deviation_gains(payoffs, i)
        rows += _covered(scenario, player, stage.actions[i], gains, stake, delta, tolerances[:, i])
        legs = [_legs(scenario, changed) for changed in _changes(stage.actions[i])]
        for leg in LEGS:
            members = [a for a, each in enumerate(legs) if each == {leg}]
            gain = gains[:, members].max(axis=1, initial=-np.inf)
            within[player, leg] = grim_margin(gain, stake, delta)
    rows += _uncovered(games, terms, base)
    return Incentives(scenario, terms, stage, off, tuple(rows), within)


def _covered(
    scenario: Setup,
    player: str,
    actions: tuple[str, ...],
    gains: FloatArray,
    stake: FloatArray,
    delta: FloatArray,
    tolerance: FloatArray,
) -> Iterator[Departures]:
    """Yield a player's best departure in each covered instrument, and in several at once."""
    kept, changes = posture_from_label(actions[0]), _changes(actions)
    groups = {name: [a for a, each in enumerate(changes) if list(each) == [name]] for name in kept}
    groups[JOINT] = [a for a, each in enumerate(changes) if len(each) > 1]
    for name, members in groups.items():
        if not members:
            continue
        best = gains[:, members].argmax(axis=1)
        gain = np.take_along_axis(gains[:, members], best[:, None], axis=1)[:, 0]
        joint = name == JOINT
        yield Departures(
            player,
            name,
            True,
            "all kept" if joint else kept[name],
            tuple(_text(changes[a]) if joint else changes[a][name] for a in members),
            tuple(_legs(scenario, changes[a]) for a in members),
            best,
            gain,
            stake,
            grim_margin(gain, stake, delta),
            tolerance,
        )


def _uncovered(games: ManyPostureGames, terms: Terms, base: Postures) -> Iterator[Departures]:
    """Yield the best harsher level of each instrument that the terms leave free, answered by nothing."""
    scenario = games.setup
    for i, player in enumerate(scenario.countries):
        for name in scenario.held(player):
            labels, now = scenario.instruments[name].labels(player), base[player][name]
            lawful = {level.label for level in scenario.levels(player, name, games.state)}
            harsher = tuple(label for label in labels[labels.index(now) + 1 :] if label in lawful)
            if (player, name) in terms or not harsher:
                continue
            menus = {player: {name: (now, *harsher)}, scenario.other(player): {}}
            own = games.payoffs(menus, base)[..., i].reshape(-1, 1 + len(harsher), 1)
            gains = own[:, 1:, 0] - own[:, :1, 0]
            best = gains.argmax(axis=1)
            gain = np.take_along_axis(gains, best[:, None], axis=1)[:, 0]
            legs = (frozenset({scenario.instruments[name].leg}),) * len(harsher)
            tolerance = payoff_tolerances(own, KNIFE_EDGE)[:, 0]
            yield Departures(
                player, name, False, now, harsher, legs, best, gain, np.zeros(len(gain)), -gain, tolerance
            )


@lru_cache(maxsize=64)
def _changes(actions: tuple[str, ...]) -> list[dict[str, str]]:
    """Return, for each action, the instruments that differ from the first and the levels they go to."""
    postures = [posture_from_label(label) for label in actions]
    return [{n: level for n, level in one.items() if level != postures[0][n]} for one in postures]


def _text(changed: Mapping[str, str]) -> str:
    return " ".join(f"{name}={level}" for name, level in changed.items())


def _legs(scenario: Setup, names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(scenario.instruments[name].leg for name in names)


def _joined(parts: Sequence[Incentives]) -> Incentives:
    """Return the incentives of all games in one."""
    rows = zip(*(part.departures for part in parts), strict=True)
    return replace(
        parts[0],
        punishments=np.concatenate([part.punishments for part in parts]),
        departures=tuple(map(_joined_departures, rows)),
        within={key: np.concatenate([part.within[key] for part in parts]) for key in parts[0].within},
    )


def _joined_departures(parts: Sequence[Departures]) -> Departures:
    return replace(
        parts[0],
        best=np.concatenate([part.best for part in parts]),
        gain=np.concatenate([part.gain for part in parts]),
        stake=np.concatenate([part.stake for part in parts]),
        margin=np.concatenate([part.margin for part in parts]),
        tolerance=np.concatenate([part.tolerance for part in parts]),
    )
