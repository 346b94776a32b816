"""What keeps an agreement: margins by player and instrument, in many settings of the parameters at once.

The strategy is grim trigger in the game of the agreement: the prescribed profile until anyone departs from
it, then the worst pure stage equilibrium of the same game for ever (`grim_trigger`). An instrument that is
not covered is not watched: a harsher level there is answered by nothing, and its margin is minus its static
gain (the variant *moment*). Only levels count that the law allows in the state.

Whether a leg holds is decided here alone, for verdicts, shares of draws, claims and pages. Two questions are
asked of a leg, under two names:

* `leg`: it **holds** if no player gains by a departure that changes an instrument of it, by itself or
  together with others of any leg. All legs hold exactly where the agreement is an equilibrium and nothing
  outside it tempts. A departure in several legs breaks each of them, though one alone may tempt.
* `alone`: the same over the departures that stay within the leg, the others being kept: what the leg does
  to the agreement by itself. Its margin is never below that of `leg` in the kept states.

A leg that is raised in answer to a breach of another is not broken by that: the leg that tempts is named.

What is not covered is asked one instrument at a time: nothing answers it, so it can be had with or without
keeping the text, and nothing ties it to the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerances
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import ManyPostureGames, many_posture_games
from negotiation.disputes.setup import Setup
from negotiation.game_theory.games import Profile, StageGame
from negotiation.truces.compiling.coverage_game import agreement_game, punishments, with_terms
from negotiation.truces.compiling.intent_game import menu_of
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Terms
from negotiation.truces.verdicts.departures import (
    OVER,
    Departures,
    Incentive,
    LegIncentives,
    changes_from,
    touched,
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
    # The player's covered departures that change an instrument of the leg: while the truce is kept, and once
    # it is over. Without an entry where it has none.
    touching: Mapping[Pair, tuple[Departures, ...]]
    # Those of the kept truce that change instruments of the leg alone.
    within: Mapping[Pair, Departures]

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

    def leg(self, leg: str) -> LegIncentives:
        """Return whether a leg holds, from every departure that changes an instrument of it."""
        touching = [each for (_, of), both in self.touching.items() if of == leg for each in both]
        return self._asked(leg, [*touching, *self.free(leg)])

    def alone(self, leg: str) -> LegIncentives:
        """Return whether a leg would hold if the others were kept: the departures that stay within it."""
        within = [each for (_, of), each in self.within.items() if of == leg]
        return self._asked(leg, [*within, *self.free(leg)])

    def bound(self, leg: str) -> LegIncentives:
        """Return whether what the text covers in a leg holds: as `leg`, what it leaves free aside."""
        touching = [each for (_, of), both in self.touching.items() if of == leg for each in both]
        return self._asked(leg, touching)

    def free(self, leg: str) -> tuple[Departures, ...]:
        """Return the departures in a leg's instruments that the text leaves free, one set an instrument."""
        legs = {name: group.leg for name, group in self.scenario.instruments.items()}
        return tuple(
            group
            for group in self.departures
            if not group.covered and leg in {legs[n] for n in group.instruments}
        )

    def holds(self, leg: str) -> BoolArray:
        """Return in which games a leg holds, shape (D,): those in which its `margin` is not negative."""
        return self.leg(leg).holds

    def margin(self, leg: str) -> FloatArray:
        """Return the margin of a leg, shape (D,); infinite where nothing in it can be made harsher."""
        return self.leg(leg).margin

    def covered_margin(self, player: str) -> FloatArray:
        """Return a player's margin over its best departure from what is covered, shape (D,)."""
        margins = [group.margin for group in self.departures if group.covered and group.player == player]
        least: FloatArray = np.min([np.full(len(self.punishments), np.inf), *margins], axis=0)
        return least

    def _asked(self, leg: str, groups: Sequence[Departures]) -> LegIncentives:
        return LegIncentives(leg, len(self.punishments), tuple(groups), self._annual)


def incentives_of(scenario: Scenario, terms: Terms, in_force: Postures, state: State) -> Incentives:
    """Return every incentive of an agreement's terms at the scenario's own parameter values."""
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

    Shapes: `varied` (D,), `discount_factors` (D,).
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
    touching: dict[Pair, tuple[Departures, ...]] = {}
    within: dict[Pair, Departures] = {}
    for i, player in enumerate(stage.players):
        stake = payoffs[:, 0, 0, i] - payoffs[every, off[:, 0], off[:, 1], i]
        own = _Kept(player, stage.actions[i], deviation_gains(payoffs, i), stake, delta, tolerances[:, i])
        rows += own.by_instrument()
        # What the other does once the truce is over is given; so the best replies are to that.
        after = payoffs[every, :, off[:, 1], i] if i == 0 else payoffs[every, off[:, 0], :, i]
        gains = after - np.take_along_axis(after, off[:, i, None], axis=1)
        for leg in scenario.legs:
            members = frozenset(name for name, one in scenario.instruments.items() if one.leg == leg)
            kept = own.best_of([bool(names & members) for names in own.changed])
            if kept is not None:
                hits = touched(stage.actions[i], members)
                touching[player, leg] = (kept, _over(own, hits, off[:, i], gains))
            alone = own.best_of([names <= members for names in own.changed])
            if alone is not None:
                within[player, leg] = alone
    rows += _uncovered(games, terms, base)
    return Incentives(scenario, terms, stage, off, tuple(rows), touching, within)


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


def _over(own: _Kept, hits: BoolArray, off: IntArray, gains: FloatArray) -> Departures:
    """Return the best departure from the punishment that changes a leg: it gains once, and nothing follows.

    Shapes: `hits` (n, n), `off` (D,), `gains` (D, n).
    """
    # The punishment differs from game to game, and so does what leaves it: moves are pairs of both.
    allowed = np.where(hits[off], gains, -np.inf)
    best = allowed.argmax(axis=1)
    gain = np.take_along_axis(allowed, best[:, None], axis=1)[:, 0]
    pairs, position = np.unique(np.stack([off, best], axis=1), axis=0, return_inverse=True)
    moves = tuple(changes_from(own.actions, start)[a] for start, a in pairs.tolist())
    margin = without_knife_edge(-(1.0 - own.delta) * gain, own.tolerance)
    nothing = np.zeros(len(gain))
    return Departures(
        own.player, True, own.prescribed, moves, position.ravel(), gain, nothing, margin, own.tolerance, OVER
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


def _joined(parts: Sequence[Incentives]) -> Incentives:
    """Return the incentives of all games in one."""
    first = parts[0]
    return replace(
        first,
        punishments=np.concatenate([part.punishments for part in parts]),
        departures=_all_joined([part.departures for part in parts]),
        touching={key: _all_joined([part.touching[key] for part in parts]) for key in first.touching},
        within={key: _departures_joined([part.within[key] for part in parts]) for key in first.within},
    )


def _all_joined(parts: Sequence[tuple[Departures, ...]]) -> tuple[Departures, ...]:
    return tuple(_departures_joined(rows) for rows in zip(*parts, strict=True))


def _departures_joined(parts: Sequence[Departures]) -> Departures:
    """Return the same set in all games; each part may have moves of its own."""
    moves = tuple(dict.fromkeys(move for part in parts for move in part.moves))
    # Positions of a part's own list become positions of the list of all.
    where = {move: k for k, move in enumerate(moves)}
    positions = [np.array([where[move] for move in part.moves]) for part in parts]
    return replace(
        parts[0],
        moves=moves,
        best=np.concatenate([at[part.best] for at, part in zip(positions, parts, strict=True)]),
        gain=np.concatenate([part.gain for part in parts]),
        stake=np.concatenate([part.stake for part in parts]),
        margin=np.concatenate([part.margin for part in parts]),
        tolerance=np.concatenate([part.tolerance for part in parts]),
    )
