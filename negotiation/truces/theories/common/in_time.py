"""A theory's strategies as public phases of the game in continuous time.

A state of a strategy becomes a phase that aims at the strategy's play there. A departure in an instrument
moves the phase as the strategy says. While everything is kept, aims are ceilings, as in the text: a calmer
level is no departure. A lottery after a period becomes rates, by the number of periods per year. Strategies
for different instruments are combined. Instruments without a strategy aim at the best stage equilibrium of
their game and have no phase. If a theory's restraint ends with the term, one more phase follows the term: all
instruments aim at the best stage equilibrium of the whole game, and nothing is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negotiation.base.numeric import Number
from negotiation.disputes.continuous.phases import Phases, side_by_side
from negotiation.disputes.instrument import Pair
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import Menu
from negotiation.errors import InvalidGame
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.strategies import Automaton
from negotiation.truces.compiling.coverage_game import best_stage_equilibrium
from negotiation.truces.theories.common.departures import KEPT, OVER
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.theory import Play, Theory

# The phase after the end of the term.
ENDED = "ended"

# A state of a strategy, and who departed last, where that matters.
Node = tuple[str, str | None]


@dataclass(frozen=True)
class Times:
    """Rates per year: periods, ends of the term, and the cost of a breach."""

    periods: float
    # How often a year the term ends and is not renewed.
    ends: float = 0.0
    # What a country pays a year from its departure until everything is kept again.
    breach_cost: float = 0.0


@dataclass(frozen=True, eq=False)
class Checks:
    """The checks of the aims of phases, computed on demand."""

    plays: tuple[Play, ...]
    # The game of what no strategy is about.
    rest: StageGame | None
    profile: tuple[str, ...]

    @cached_property
    def hold(self) -> bool:
        """Whether all checks pass, including that of the resting levels."""
        rests = self.rest is None or verify(self.rest, self.profile).holds
        return rests and all(play.verdict.holds for play in self.plays)


def rule_of(theory: Theory, batch: GameBatch, times: Times) -> tuple[Phases, Checks]:
    """Return a theory as phases, and the checks of their aims."""
    plays = theory.plays(batch)
    strategies = [play for play in plays if play.strategy is not None]
    by_issue = len(strategies) > 1
    rules = [_rule(play, batch, times, "+".join(play.legs) if by_issue else "") for play in strategies]
    ruled = {pair for rule in rules for pair in rule.aims}
    left = {p: {n: x for n, x in menu.items() if (p, n) not in ruled} for p, menu in batch.menus.items()}
    levels, rest, profile = resting(batch, left)
    rule = side_by_side([*rules, Phases(aims={pair: (level,) for pair, level in levels.items()})])
    if theory.ending is not None and times.ends > 0.0:
        rule = _ending(rule, resting(batch, batch.menus)[0], times.ends)
    return rule, Checks(tuple(strategies), rest, profile)


def resting(
    batch: GameBatch, menus: Mapping[str, Menu]
) -> tuple[dict[Pair, str], StageGame | None, tuple[str, ...]]:
    """Return the levels of the best pure stage equilibrium of some menus, with the game and the profile.

    If there is no pure equilibrium, the kept levels are used instead. If the menus are empty, there are no
    levels and no profile, and the game is `None`.
    """
    if not any(menus.values()):
        return {}, None, ()
    stage = batch.stage(menus)
    at = best_stage_equilibrium(np.asarray(stage.payoffs, dtype=np.float64)) or (0,) * stage.n_players
    profile = stage.labels(at)
    levels = {
        (country, name): level
        for country, label in zip(menus, profile, strict=True)
        for name, level in posture_from_label(label).items()
    }
    return levels, stage, profile


def _rule(play: Play, batch: GameBatch, times: Times, issue: str) -> Phases:
    """Return one strategy as phases, named by its issue if it has one."""
    walk = _walked(play, batch.players, blaming=times.breach_cost > 0.0)
    place = {node: k for k, node in enumerate(walk.plays)}
    kept = next(iter(walk.plays.values()))
    aims = {pair: [played[pair] for played in walk.plays.values()] for pair in kept}
    harsher = {pair: [place[walk.led[node, pair]] for node in place] for pair in aims}
    # While all is kept aims are ceilings: to go below one is no departure.
    calmer = {
        pair: [k if node[0] == KEPT else row[k] for k, node in enumerate(place)]
        for pair, row in harsher.items()
    }
    rates = np.zeros((len(place), len(place)))
    for node, lottery in walk.on.items():
        for after, chance in lottery.items():
            if after != node:
                rates[place[node], place[after]] += times.periods * chance
    flows = {
        player: np.array([-times.breach_cost * (blamed == player) for _, blamed in place])
        for player in batch.players
    }
    labels = _labels(walk, batch.players)
    if issue:
        labels = tuple(f"{issue} {label}" for label in labels) if len(labels) > 1 else ("",)
    return Phases(labels, aims, harsher, calmer, rates, flows if times.breach_cost else {})


@dataclass(frozen=True)
class _Walk:
    """The phases of a strategy: actions, the phases after departures, and the phases after a period."""

    plays: dict[Node, dict[Pair, str]]
    led: dict[tuple[Node, Pair], Node]
    on: dict[Node, dict[Node, float]]


def _walked(play: Play, players: tuple[str, ...], blaming: bool) -> _Walk:
    """Return the phases of a strategy that can be reached.

    A departure whose answer is random leads to a separate phase, in which nothing changes before the draw.
    """
    strategy = _strategy(play)
    walk = _Walk({}, {}, {})
    queue: list[tuple[Node, str, Mapping[str, Number]]] = []
    read: dict[str, dict[str, str]] = {}

    def postures(label: str) -> dict[str, str]:
        """Return the cached levels of an action."""
        if label not in read:
            read[label] = dict(posture_from_label(label))
        return read[label]

    def reach(state: str, blamed: str | None) -> Node:
        """Return a node, and queue it if it is new."""
        node = (state, None if state == KEPT or not blaming else blamed)
        # The queue grows while it is read: every node that is met is looked at once, in order of discovery.
        if node not in (known for known, _, _ in queue):
            queue.append((node, state, strategy.next_states(state, strategy.actions[state])))
        return node

    reach(next(iter(strategy.start)), None)
    for node, state, lottery in queue:
        blamed = node[1]
        walk.on[node] = {reach(after, blamed): float(chance) for after, chance in lottery.items() if chance}
        levels = [postures(label) for label in strategy.actions[state]]
        walk.plays[node] = {
            (p, name): level for p, own in zip(players, levels, strict=True) for name, level in own.items()
        }
        for pair in walk.plays[node]:
            i = players.index(pair[0])
            goals = _departed(play, state, i, pair[1], postures)
            # A sure answer begins at once; a drawn one waits in a phase of its own that plays what was
            # played.
            if len(goals) == 1:
                walk.led[node, pair] = reach(next(iter(goals)), pair[0])
                continue
            drawn = (f"{state}, {pair[0]} departed", pair[0] if blaming else None)
            if drawn not in (known for known, _, _ in queue):
                queue.append((drawn, state, goals))
            walk.led[node, pair] = drawn
    return walk


def _strategy(play: Play) -> Automaton:
    if play.strategy is None:
        raise InvalidGame(
            f"the play of the legs {', '.join(play.legs)} has no `strategy`, so it has no phases; give the "
            "`Play` of the theory a `strategy`"
        )
    return play.strategy


def _stage(play: Play) -> StageGame:
    if isinstance(play.game, RepeatedGame):
        return play.game.stage
    if isinstance(play.game, StageGame):
        return play.game
    raise InvalidGame(
        "a theory has phases only if the `game` of each play is a StageGame or a RepeatedGame; got a "
        f"{type(play.game).__name__}. Give such a game, or set `in_time` of the theory to False"
    )


def _departed(
    play: Play, state: str, player: int, name: str, postures: Callable[[str], Mapping[str, str]]
) -> Mapping[str, Number]:
    """Return the lottery after a departure in one instrument; the same state if it has no other level."""
    strategy, stage = _strategy(play), _stage(play)
    played = strategy.actions[state]
    own = postures(played[player])
    for action in stage.actions[player]:
        other = postures(action)
        if {n for n in own if own[n] != other[n]} == {name}:
            return strategy.next_states(state, (*played[:player], action, *played[player + 1 :]))
    return {state: 1}


def _labels(walk: _Walk, players: tuple[str, ...]) -> tuple[str, ...]:
    """Return short names of phases: kept, over, and the answers to each country, numbered."""
    nodes = list(walk.plays)
    answers: dict[Node, str] = {}
    for player in players:
        begun = [goal for (_, pair), goal in walk.led.items() if pair[0] == player]
        orbit = list(dict.fromkeys(begun))
        for node in orbit:
            orbit += [after for after in walk.on[node] if after not in orbit]
        for node in orbit:
            both = node in answers
            answers[node] = "answer" if both else f"answer {player}"
    labels: list[str] = []
    for node in nodes:
        plain = node[0] if node[0] in (KEPT, OVER) else answers.get(node, node[0])
        label = plain if node[1] is None or node[1] in plain else f"{plain}, {node[1]} departed"
        taken = sum(earlier == label or earlier.startswith(f"{label} ") for earlier in labels)
        labels.append(f"{label} {taken + 1}" if taken else label)
    return tuple(labels)


def _ending(rule: Phases, aims: Mapping[Pair, str], ends: float) -> Phases:
    """Return a rule with one more phase, after the end of the term, in which nothing is answered."""
    count = len(rule)
    rates = np.zeros((count + 1, count + 1))
    rates[:count, :count] = rule.rates
    rates[:count, count] = ends
    return Phases(
        (*(label or KEPT for label in rule.labels), ENDED),
        {pair: (*rule.aims.get(pair, (level,) * count), level) for pair, level in aims.items()},
        {pair: (*goals, count) for pair, goals in rule.harsher.items()},
        {pair: (*goals, count) for pair, goals in rule.calmer.items()},
        rates,
        {country: np.append(paid, 0.0) for country, paid in rule.flows.items()},
        np.append(rule.speeds, 1.0),
    )
