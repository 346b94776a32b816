"""The games that every theory judges: an agreement's levels, at many settings of the parameters.

While an agreement is kept, every instrument is at the level that the text prescribes or, outside the text, at
the level in force on the day of signing. Unless a size or instruments are named, the game has the largest
affordable size of the dispute, up to every instrument of both sides with every lawful level. For a text that
states the levels before its signing, it has the instruments in play. Menus begin with the kept level.
Ceilings are menus in which each side keeps a level or goes harsher. A text promises ceilings, so a calmer
level is no breach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerances
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.files.scenario_file import FULL
from negotiation.disputes.menus import Levels
from negotiation.disputes.menus import menus as levels_of
from negotiation.disputes.posture_payoffs import ManyPostureGames, Menu, many_posture_games, posture_labels
from negotiation.disputes.quantity import Quantity
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.penal_codes.held_path import worst_payoffs
from negotiation.game_theory.solvers.relational.one_state import one_state
from negotiation.truces.compiling.coverage_game import punishment_payoffs
from negotiation.truces.compiling.terms import in_play, postures_before, with_terms, written_terms
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import AgreementText, Terms
from negotiation.truces.record.renewals import chance_a_period, rounds_a_year

# Instruments, and the levels that they go to.
Changes = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class GameBatch:
    """An agreement in a state of the world, at D settings of the parameters."""

    agreement: AgreementText
    # Instruments and laws; the values of the parameters that do not vary.
    scenario: Scenario
    terms: Terms
    # Levels of everything while the agreement is kept.
    kept: Postures
    state: State
    # The levels of each instrument in the game that the law allows, the kept one first.
    menus: Mapping[str, Menu]
    games: ManyPostureGames
    # (D,): discount factors of a period.
    delta: FloatArray
    # rounds, chance: (D,): rounds of talks per year in which everything is renegotiated, and the chance that
    # one begins in a period.
    rounds: FloatArray
    chance: FloatArray
    # (D,): the chance that the text is renewed at the end of its term.
    renewal: FloatArray
    # (D,): days of a period.
    lag: FloatArray
    # Whose instruments are in the game; empty where they were named.
    size: str
    # The same game where other levels are kept: what depends on no text is taken from it.
    same_game: GameBatch | None = None

    def __len__(self) -> int:
        return len(self.delta)

    @property
    def players(self) -> tuple[str, ...]:
        """The countries."""
        return self.scenario.countries

    def at(self, scenario: Scenario) -> GameBatch:
        """Return the same game at one other setting of the parameters.

        Parts that depend on no parameter, levels and menus, are reused.
        """
        own = np.array([scenario.discount_factor])
        often = np.full(1, rounds_a_year(scenario).value)
        return replace(
            self,
            scenario=scenario,
            games=ManyPostureGames(scenario, {}, self.state, self.games.wide),
            delta=own,
            rounds=often,
            chance=chance_a_period(often, np.array([scenario.parameters["reaction_lag_days"]])),
            renewal=_renewal(self.agreement, scenario, None, 1),
            lag=_setting(scenario, None, "reaction_lag_days", 1),
        )

    def keeping(self, kept: Postures) -> GameBatch:
        """Return the same games with other levels kept."""
        menus = {player: kept_first(kept[player], menu) for player, menu in self.menus.items()}
        # A kept level that was in no menu makes the game another.
        same = all(kept[p][name] in labels for p, menu in self.menus.items() for name, labels in menu.items())
        return replace(self, kept=kept, menus=menus, same_game=(self.same_game or self) if same else None)

    def leg_of(self, instrument: str) -> str:
        """Return the leg of an instrument."""
        return self.scenario.instruments[instrument].leg

    def payoffs(self, menus: Mapping[str, Menu]) -> FloatArray:
        """Return the payoffs of the game of some menus, shape (D, n_1, n_2, 2); the first profile is kept."""
        return self.games.payoffs(menus, self.kept)

    @cached_property
    def whole(self) -> FloatArray:
        """The payoffs of the whole game, shape (D, n_1, n_2, 2)."""
        return self.payoffs(self.menus)

    @cached_property
    def money(self) -> FloatArray:
        """One percent of each player's GDP, USD bn, shape (D, 2)."""
        return self.games.money

    @cached_property
    def tolerances(self) -> FloatArray:
        """The tolerance of each player in the whole game, shape (D, 2)."""
        same = self.same_game
        return payoff_tolerances(self.whole, KNIFE_EDGE) if same is None else same.tolerances

    @cached_property
    def worst(self) -> FloatArray:
        """Each player's worst equilibrium payoff in the whole game, whatever is kept, shape (D, 2)."""
        same = self.same_game
        return worst_payoffs(self.whole, self.delta) if same is None else same.worst

    @cached_property
    def stake(self) -> FloatArray:
        """The cost per period of the worst equilibrium of the whole game to each player, shape (D, 2)."""
        lost: FloatArray = self.whole[:, 0, 0] - self.worst
        return lost

    @cached_property
    def lasting(self) -> FloatArray:
        """Delta (1 - rho), the discount factor of an agreement until it is renegotiated, shape (D,)."""
        lasting: FloatArray = self.delta * (1.0 - self.chance)
        return lasting

    @cached_property
    def threats(self) -> FloatArray:
        """The worst payoffs with payments of the whole game in USD bn, at `lasting`, shape (D, 2)."""
        same = self.same_game
        if same is not None:
            return same.threats
        return one_state(self.whole * self.money[:, None, None, :], self.lasting).threats

    @cached_property
    def stage_values(self) -> FloatArray:
        """The payoffs of the worst stage equilibrium of the whole game, shape (D, 2)."""
        same = self.same_game
        return punishment_payoffs(self.whole) if same is None else same.stage_values

    @cached_property
    def rational(self) -> BoolArray:
        """Whether keeping is worth at least the worst equilibrium to each player, shape (D, 2)."""
        sound: BoolArray = self.stake >= -self.tolerances
        return sound

    @cached_property
    def changes(self) -> tuple[tuple[Changes, ...], ...]:
        """By player and action of the whole game, the new levels of instruments that leave the kept ones."""
        return tuple(changes_in(self.menus[player]) for player in self.players)

    @cached_property
    def _steps(self) -> tuple[dict[str, IntArray], ...]:
        """By player and leg, the direction of each action in the k instruments of the leg, shape (k, n_i).

        It is 1 if the action makes the instrument harsher, 0 if it keeps its level, -1 if it makes it calmer.
        """
        by_player = []
        for player in self.players:
            menu, legs = self.menus[player], [self.leg_of(name) for name in self.menus[player]]
            ways = [[self._way(player, name, level) for level in labels] for name, labels in menu.items()]
            steps = np.array(list(product(*ways)), dtype=np.intp).T
            by_player.append({leg: steps[np.array(legs, dtype=object) == leg] for leg in self.scenario.legs})
        return tuple(by_player)

    def harsher_in(self, player: int, leg: str, instrument: str | None = None) -> BoolArray:
        """Return which actions make something in a leg, or an instrument, harsher, shape (n_i,)."""
        steps = self._steps[player][leg]
        if instrument is not None:
            members = [name for name in self.menus[self.players[player]] if self.leg_of(name) == leg]
            steps = steps[[name == instrument for name in members]]
        harsher: BoolArray = np.any(steps > 0, axis=0)
        return harsher

    def changing(self, player: int, leg: str) -> BoolArray:
        """Return which of a player's actions change something in a leg, shape (n_i,)."""
        changing: BoolArray = np.any(self._steps[player][leg], axis=0)
        return changing

    def changing_elsewhere(self, player: int, leg: str) -> BoolArray:
        """Return which of a player's actions change something outside a leg, shape (n_i,)."""
        others = [self.changing(player, of) for of in self.scenario.legs if of != leg]
        elsewhere: BoolArray = np.logical_or.reduce([np.zeros_like(self.calmer(player)), *others])
        return elsewhere

    def calmer(self, player: int) -> BoolArray:
        """Return which of a player's actions make something calmer, shape (n_i,)."""
        calmer: BoolArray = np.any(np.concatenate(list(self._steps[player].values())) < 0, axis=0)
        return calmer

    def is_harsher(self, player: str, name: str, level: str) -> bool:
        """Return whether a level is harsher than the kept one."""
        return self._way(player, name, level) > 0

    def _way(self, player: str, name: str, level: str) -> int:
        position = self.scenario.instruments[name].position
        return int(np.sign(position(player, level) - position(player, self.kept[player][name])))

    def departure(self, player: int, action: int) -> tuple[tuple[str, str], ...]:
        """Return the instruments and levels of an action, harsher ones first."""
        changed, name = self.changes[player][action], self.players[player]
        return tuple(sorted(changed.items(), key=lambda move: not self.is_harsher(name, *move)))

    def as_close(self, player: int, action: int, near: Iterable[int]) -> tuple[tuple[str, str], ...]:
        """Return the one differing instrument and level of each near action that differs in only one."""
        changes, kept = self.changes[player], self.kept[self.players[player]]
        close = []
        for k in near:
            # Listed only if one instrument differs: two that change together show nothing about either.
            other, this = changes[k], changes[action]
            apart = [name for name in (*this, *other) if this.get(name) != other.get(name)]
            if len(set(apart)) == 1:
                close.append((apart[0], other.get(apart[0], kept[apart[0]])))
        return tuple(sorted(close))

    def named(self, player: int, action: int, leg: str) -> tuple[str, ...]:
        """Return the instruments made harsher, as "USA tariff": those in a leg, or all if it has none."""
        name = self.players[player]
        moves = self.changes[player][action].items()
        harsher = [move[0] for move in moves if self.is_harsher(name, *move)]
        inside = [instrument for instrument in harsher if self.leg_of(instrument) == leg]
        return tuple(f"{name} {instrument}" for instrument in inside or harsher)

    def ceilings(self, leg: str | None = None, covered: bool | None = None) -> dict[str, Menu]:
        """Return menus of kept and harsher levels, mildest first: of a leg, of covered or uncovered pairs."""
        return {
            player: {
                name: (labels[0], *self._harsher(player, name, labels[1:]))
                for name, labels in self.menus[player].items()
                if (leg is None or self.leg_of(name) == leg)
                and (covered is None or ((player, name) in self.terms) == covered)
            }
            for player in self.players
        }

    def _harsher(self, player: str, name: str, levels: Sequence[str]) -> list[str]:
        """Return the levels that are harsher than the kept one, mildest first."""
        position = self.scenario.instruments[name].position
        harsher = [level for level in levels if self.is_harsher(player, name, level)]
        return sorted(harsher, key=lambda level: position(player, level))

    def stage(self, menus: Mapping[str, Menu]) -> StageGame:
        """Return the game of some menus at the first setting, with labels."""
        actions = [posture_labels(menus[p]) for p in self.players]
        return StageGame(self.payoffs(menus)[0], self.players, actions)

    def positions(self, player: int, menu: Menu) -> list[int]:
        """Return the positions, among the actions of the whole game, of the actions of a smaller menu."""
        where = {tuple(sorted(changed.items())): k for k, changed in enumerate(self.changes[player])}
        return [where[tuple(sorted(changed.items()))] for changed in changes_in(menu)]


def changes_in(menu: Menu) -> tuple[Changes, ...]:
    """Return, for each action of a menu, the new levels of the instruments that leave their first level.

    Examples
    --------
    >>> changes_in({"tariff": ("geneva", "peak"), "visa": ("open",)})
    ({}, {'tariff': 'peak'})
    """
    return _changes(_key(menu))


# Menus that can be kept by.
_Key: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


def _key(menu: Menu) -> _Key:
    return tuple((name, tuple(labels)) for name, labels in menu.items())


# Every theory asks for the same menus, and so do the draws of most states.
@lru_cache(maxsize=32)
def _changes(menu: _Key) -> tuple[Changes, ...]:
    return tuple(
        {name: level for (name, labels), level in zip(menu, choice, strict=True) if level != labels[0]}
        for choice in product(*(labels for _, labels in menu))
    )


def game_batch(
    agreement: AgreementText,
    scenario: Scenario,
    state: State,
    size: str | None = None,
    *,
    varied: Mapping[str, FloatArray] | None = None,
    delta: FloatArray | None = None,
    instruments: Sequence[str] | None = None,
    levels: Levels | None = None,
    rounds: FloatArray | None = None,
    most: int = NUMERICS.largest_game,
) -> GameBatch:
    """Return the games of an agreement at D settings of the parameters.

    `varied` has the values of parameters, `delta` the discount factors of a period, and `rounds` the rounds
    of talks a year, each of shape (D,). Without them, the scenario's own values are the only setting.
    `instruments`, with `levels` of some, replace `size`. `most` is the largest number of action profiles.
    Raises `InvalidGame` if the size is not known, and `SizeLimit` if the game has too many profiles.
    """
    scenario.expect_two("a theory of an agreement")
    terms = written_terms(agreement)
    kept = with_terms(postures_before(agreement, scenario), terms)
    games = many_posture_games(scenario, varied, state) if varied else ManyPostureGames(scenario, {}, state)
    own = np.array([scenario.discount_factor]) if delta is None else delta
    often = np.full(len(own), rounds_a_year(scenario).value) if rounds is None else rounds
    lag = _setting(scenario, varied, "reaction_lag_days", len(own))
    chance = chance_a_period(often, lag)
    if instruments is None and not size and agreement.before:
        # A text from before the record of all levels states what was in play: the rest did not exist yet.
        instruments = in_play(agreement, scenario)
    if instruments is None:
        chosen, menus = _largest(scenario, kept, state, size or None, most)
    else:
        named = levels_of(scenario, None, instruments, levels or {}, state)
        chosen, menus = "", {c: kept_first(kept[c], menu) for c, menu in named.items()}
    renewal = _renewal(agreement, scenario, varied, len(own))
    return GameBatch(
        agreement, scenario, terms, kept, state, menus, games, own, often, chance, renewal, lag, chosen
    )


def _setting(
    scenario: Scenario, varied: Mapping[str, FloatArray] | None, name: str, count: int
) -> FloatArray:
    return (varied or {}).get(name, np.full(count, scenario.parameters[name]))


def _renewal(
    agreement: AgreementText, scenario: Scenario, varied: Mapping[str, FloatArray] | None, count: int
) -> FloatArray:
    """Return the chance of renewal, shape (D,): from the text or the calibration, otherwise 1."""
    clock = scenario.definition.state.clock
    if isinstance(agreement.renewal, Quantity):
        return np.full(count, agreement.renewal.value)
    if agreement.renewal == "calibration" and clock is not None:
        return _setting(scenario, varied, clock.renewal, count)
    return np.ones(count)


def _largest(
    scenario: Scenario, kept: Postures, state: State, size: str | None, most: int
) -> tuple[str, dict[str, dict[str, tuple[str, ...]]]]:
    """Return the given size, or the largest affordable one, and its menus."""
    definition = scenario.definition.sizes
    known = (*definition, FULL)
    if size is not None and size not in known:
        raise InvalidGame(f"there is no size {size!r}; allowed: {', '.join(map(repr, known))}")
    # Levels that had been left before the time of the dispute are in a game only if it is named.
    present = [name for name in known if name not in definition or not definition[name].past]
    made = {
        name: {c: kept_first(kept[c], menu) for c, menu in levels_of(scenario, name, None, {}, state).items()}
        for name in (present if size is None else [size])
    }
    counts = {
        name: prod(len(labels) for menu in menus.values() for labels in menu.values())
        for name, menus in made.items()
    }
    # The largest that fits and not the last: sizes of a dispute need not contain one another.
    fitting = [name for name, count in counts.items() if count <= most]
    if not fitting:
        sizes = ", ".join(f"{name}: {count:,}" for name, count in counts.items())
        raise SizeLimit(
            f"the game would have too many action profiles ({sizes}); at most {most:,} can be solved. Choose "
            "a smaller size, or give the dispute a size with fewer `instruments`"
        )
    best = max(fitting, key=counts.__getitem__)
    return best, made[best]


def kept_first(kept: Mapping[str, str], menu: Menu) -> dict[str, tuple[str, ...]]:
    """Return a menu with the kept levels first."""
    return {name: (kept[name], *(x for x in labels if x != kept[name])) for name, labels in menu.items()}
