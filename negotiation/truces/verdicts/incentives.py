"""What keeps an agreement: margins by player and instrument, in many settings of the parameters at once.

The strategy is grim trigger in the game of the agreement: the prescribed profile until anyone departs from
it, then the worst pure stage equilibrium of the same game for ever (`grim_trigger`). An instrument that is
not covered is not watched: a harsher level there is answered by nothing, and its margin is minus its static
gain (the variant *moment*). Only levels count that the law allows in the state.

Whether a leg holds is no question of one instrument: it is asked in `theories/common/legs`.

What is not covered is asked one instrument at a time: nothing answers it, so it can be had with or without
keeping the text, and nothing ties it to the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, IntArray, payoff_tolerances
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.disputes.setup import Setup
from negotiation.game_theory.games import Profile, StageGame
from negotiation.truces.compiling.coverage_game import agreement_game, punishments, with_terms
from negotiation.truces.compiling.intent_game import menu_of
from negotiation.truces.record.agreement_text import Terms
from negotiation.truces.verdicts.departures import (
    Departures,
    Incentive,
    changes_from,
    without_knife_edge,
)
from negotiation.truces.verdicts.grim_trigger import deviation_gains, grim_margin


@dataclass(frozen=True, eq=False)
class Incentives:
    """Every incentive of an agreement's terms, in D games."""

    # The scenario; its own parameter values are those of the first game where D is 1.
    scenario: Setup
    terms: Terms
    # The game of the covered instruments at the scenario's own values; its first profile is kept.
    stage: StageGame
    # (D, 2): positions of what is played after a departure.
    punishments: IntArray
    # By player and instrument, those that are covered first.
    departures: tuple[Departures, ...]

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
        return tuple(group.at(0, self._annual) for group in self.departures)

    @property
    def _annual(self) -> float:
        return self.scenario.parameters["discount_factor_annual"]


def incentives_of(scenario: Scenario, terms: Terms, in_force: Postures, state: State) -> Incentives:
    """Return every incentive of an agreement's terms at the scenario's own parameter values."""
    stage, base = agreement_game(scenario, terms, in_force, state), with_terms(in_force, terms)
    own = np.array([scenario.discount_factor])
    return _incentives(ManyPostureGames(scenario, {}, state), stage, terms, base, own)


def _incentives(
    games: ManyPostureGames, stage: StageGame, terms: Terms, base: Postures, delta: FloatArray
) -> Incentives:
    payoffs = games.payoffs({p: menu_of(stage, i) for i, p in enumerate(stage.players)}, base)
    off, scenario = punishments(payoffs), games.setup
    tolerances = payoff_tolerances(payoffs, KNIFE_EDGE)
    every = np.arange(len(payoffs))
    rows: list[Departures] = []
    for i, player in enumerate(stage.players):
        stake = payoffs[:, 0, 0, i] - payoffs[every, off[:, 0], off[:, 1], i]
        own = _Kept(player, stage.actions[i], deviation_gains(payoffs, i), stake, delta, tolerances[:, i])
        rows += own.by_instrument()
    rows += _uncovered(games, terms, base)
    return Incentives(scenario, terms, stage, off, tuple(rows))


@dataclass(frozen=True, eq=False)
class _Kept:
    """A player's departures from the kept profile of D games: gains by action, shape (D, n), and the rest."""

    player: str
    actions: tuple[str, ...]
    gains: FloatArray
    stake: FloatArray
    delta: FloatArray
    tolerance: FloatArray

    @property
    def prescribed(self) -> dict[str, str]:
        """The country's posture that is prescribed, by instrument."""
        return posture_from_label(self.actions[0])

    def by_instrument(self) -> Iterator[Departures]:
        """Yield the best departure in each covered instrument, and in several at once."""
        for name in self.prescribed:
            only = self.best_of([names == {name} for names in self.changed])
            if only is not None:
                yield only
        joint = self.best_of([len(names) > 1 for names in self.changed])
        if joint is not None:
            yield joint

    @cached_property
    def changed(self) -> list[frozenset[str]]:
        """The instruments that each action changes."""
        return [frozenset(name for name, _ in changes) for changes in changes_from(self.actions, 0)]

    def best_of(self, among: Sequence[bool]) -> Departures | None:
        """Return the best of the departures among some actions; `None` if there is none."""
        moves = changes_from(self.actions, 0)
        members = [a for a, wanted in enumerate(among) if wanted and moves[a]]
        if not members:
            return None
        best = self.gains[:, members].argmax(axis=1)
        gain = np.take_along_axis(self.gains[:, members], best[:, None], axis=1)[:, 0]
        margin = without_knife_edge(grim_margin(gain, self.stake, self.delta), self.tolerance)
        return Departures(
            self.player,
            True,
            self.prescribed,
            tuple(moves[a] for a in members),
            best,
            gain,
            self.stake,
            margin,
            self.tolerance,
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
            moves = tuple(((name, label),) for label in harsher)
            tolerance = payoff_tolerances(own, KNIFE_EDGE)[:, 0]
            margin = without_knife_edge(-gain, tolerance)
            yield Departures(
                player, False, {name: now}, moves, best, gain, np.zeros(len(gain)), margin, tolerance
            )
