"""A player's problem when all others follow a strategy: a Markov decision problem on public states.

A state is a state of the others' automaton, of the stochastic game, or a pair of both. In state s an action a
pays u(s, a). With probability p(y, t | s, a) the player then observes y and state t follows. The observation
y is the signal, or under perfect monitoring the profile. Cost: one pass through states and own actions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from scipy.sparse import csr_array

from negotiation.base.numeric import Number, NumberArray, as_fraction, is_exact
from negotiation.errors import InvalidGame, InvalidStrategy, SizeLimit, UnknownPlayer, UnknownState, shown
from negotiation.game_theory.games import Profile, RepeatedGame, StochasticGame, own_units
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.games.mixed_profiles import by_own_action
from negotiation.game_theory.games.own_units import least_and_above
from negotiation.game_theory.solvers.best_response.numerics import NUMERICS
from negotiation.game_theory.solvers.values.public_transitions import seen_transitions
from negotiation.game_theory.strategies import Automaton, MarkovStrategy
from negotiation.game_theory.strategies.automaton import as_lottery, reached_only
from negotiation.game_theory.strategies.public_states import check_signal_keys
from negotiation.game_theory.strategies.state_automaton import StateAutomaton
from negotiation.game_theory.strategies.state_chain import SEPARATOR, reachable_pairs

Game: TypeAlias = RepeatedGame | StochasticGame
Strategy: TypeAlias = Automaton | StateAutomaton | MarkovStrategy
# An observation: a profile (in a stochastic game followed by the next state), or the label of a signal.
Seen: TypeAlias = Profile | str
# A memory of the strategy and a state of the game; an empty text if there is none.
Node: TypeAlias = tuple[str, str]
# The chance of each pair of an observation and the position of the state that follows.
Outcomes: TypeAlias = Mapping[tuple[Seen, int], Number]


@dataclass(frozen=True, eq=False)
class Facing:
    """The decision problem of one player whose opponents follow given strategies."""

    game: Game
    # The whole profile; the player's own part is ignored.
    strategy: Strategy
    player: str
    # The public states that some play leads to, and the positions and chances of the first states.
    states: tuple[str, ...]
    start: Mapping[int, Number]
    # By state, the player's actions, and the action that the profile prescribes; None if that is mixed.
    actions: tuple[tuple[str, ...], ...]
    prescribed: tuple[str | None, ...]
    # Worth of one unit of payoff in billions of dollars per year; None if it is not given.
    usd_bn: float | None
    # Whether the problem is in rational numbers.
    exact: bool
    # By state and own action: expected payoffs less `least`, and the possible outcomes with their chances.
    flows: tuple[tuple[Number, ...], ...] = field(repr=False)
    outcomes: tuple[tuple[Outcomes, ...], ...] = field(repr=False)
    # The player's discount factor.
    delta: Number
    # The player's least payoff, and the range of the player's payoffs.
    least: Number
    scale: float

    @cached_property
    def offsets(self) -> list[int]:
        """The first row of each state; a row is a state and an own action. The last entry counts the rows."""
        return [0, *np.cumsum([len(row) for row in self.actions]).tolist()]

    @cached_property
    def rows(self) -> NumberArray:
        """The expected payoff of each row, less the least payoff; shape (rows,)."""
        return np.array([flow for row in self.flows for flow in row], dtype=object if self.exact else float)

    @cached_property
    def following(self) -> list[dict[int, Number]]:
        """The lottery over positions of the next state, for each row."""
        lotteries: list[dict[int, Number]] = []
        # Under a signal many actions look alike and share one table of outcomes.
        known: dict[int, dict[int, Number]] = {}
        for outcome in (each for row in self.outcomes for each in row):
            if id(outcome) not in known:
                lottery = known[id(outcome)] = {}
                for (_, state), p in outcome.items():
                    lottery[state] = lottery.get(state, 0) + p
            lotteries.append(known[id(outcome)])
        return lotteries

    @cached_property
    def _moves(self) -> csr_array:
        lengths = [len(lottery) for lottery in self.following]
        goals = [state for lottery in self.following for state in lottery]
        chances = [p for lottery in self.following for p in lottery.values()]
        shape = (len(lengths), len(self.states))
        return csr_array((chances, goals, np.cumsum([0, *lengths])), shape=shape)

    def q(self, values: NumberArray) -> NumberArray:
        """Return the value of each row if the next state is worth `values`, less the least payoff.

        Shapes: `values` (S,); returns (rows,).
        """
        later: NumberArray
        if self.exact:
            later = np.array([sum(p * values[t] for t, p in each.items()) for each in self.following])
        else:
            later = self._moves @ values
        total: NumberArray = (1 - self.delta) * self.rows + self.delta * later
        return total

    def row(self, state: int, action: str) -> int:
        """Return the row of an own action in the state at this position, or raise if it is not available."""
        if action not in self.actions[state]:
            allowed = ", ".join(map(repr, self.actions[state][:6]))
            raise InvalidStrategy(
                f"player {self.player!r} has no action {shown(action)} in state {self.states[state]!r}; "
                f"choose one of {allowed}{', ...' if len(self.actions[state]) > 6 else ''}"
            )
        return self.offsets[state] + self.actions[state].index(action)


def facing(
    game: Game,
    opponent: Strategy | Mapping[str, Sequence[Any]],
    player: str | None = None,
    start: str | None = None,
    usd_bn: float | None = None,
) -> Facing:
    """Return a player's problem when all others follow a strategy.

    The arguments are as in `best_response`. `usd_bn` is the worth of one unit of payoff in billions of US
    dollars per year.
    """
    if not isinstance(game, StochasticGame):
        expect_kind(game, RepeatedGame, "a best response")
    if callable(opponent):
        raise InvalidStrategy(
            "the opponent is a function, but a best response needs a strategy with known states. Give an "
            "Automaton in a repeated game, and a MarkovStrategy or a mapping from state to profile in a "
            "stochastic game. The regret of a function is regret(function, opponent)"
        )
    strategy: Any = MarkovStrategy(opponent) if isinstance(opponent, Mapping) else opponent
    stages = (game.stage,) if isinstance(game, RepeatedGame) else game.stages
    players = stages[0].players
    UnknownPlayer.unless_in(player := players[0] if player is None else player, players)
    i, exact = players.index(player), isinstance(strategy, Strategy) and _is_rational(game, strategy)
    play = public_play(game, strategy, exact, start)
    places = {node: k for k, node in enumerate(play.nodes)}
    own = tuple(stages[play.stage(node)].actions[i] for node in play.nodes)
    if sum(map(len, own)) > NUMERICS.most_rows or len(own) > NUMERICS.most_states:
        raise SizeLimit(
            f"the strategy has {len(own):,} states, in which player {player!r} has {sum(map(len, own)):,} "
            f"actions in total; at most {NUMERICS.most_states:,} states and {NUMERICS.most_rows:,} actions "
            "are allowed. Give a strategy with fewer states, or a game with fewer actions"
        )
    least, above = least_and_above(stages, exact)
    kind = object if exact else np.float64
    flows, outcomes = [], []
    for node, labels in zip(play.nodes, own, strict=True):
        s, lotteries = play.stage(node), play.choices(node)
        menus = zip(stages[s].actions, lotteries, strict=True)
        mixed = [np.array([each.get(label, 0) for label in menu], dtype=kind) for menu, each in menus]
        flows.append(tuple(by_own_action(above[s][..., i], mixed, i).tolist()))
        outcomes.append(tuple(_outcomes(play, node, lotteries, i, action) for action in labels))
    sure = [play.choices(node)[i] for node in play.nodes]
    deltas = game.exact_discount_factors if exact else game.float_discount_factors
    return Facing(
        game, strategy, player, tuple(map(play.label, play.nodes)),
        {places[node]: p for node, p in play.start.items()}, own,
        tuple(next(iter(row)) if len(row) == 1 else None for row in sure), usd_bn, exact,
        tuple(flows), tuple(outcomes), deltas[i], least.tolist()[i], own_units(*stages).ranges()[i],
    )  # fmt: skip


def _outcomes(
    play: PublicPlay, node: Node, lotteries: Sequence[Mapping[str, Number]], player: int, action: str
) -> Outcomes:
    """Return the possible outcomes of an own action in a node, over the others' mixed actions."""
    others = [lottery.items() for k, lottery in enumerate(lotteries) if k != player]
    mixed: dict[tuple[Seen, int], Number] = {}
    for rest in product(*others):
        labels = tuple(label for label, _ in rest)
        after = play.after(node, (*labels[:player], action, *labels[player:]))
        if all(len(lottery) == 1 for lottery in others):
            return after
        chance = prod(p for _, p in rest)
        for key, p in after.items():
            mixed[key] = mixed.get(key, 0) + chance * p
    return mixed


class PublicPlay(NamedTuple):
    """A strategy in a game of any kind: the play in each node, and the next nodes."""

    nodes: Sequence[Node]
    # The lottery over the first node.
    start: Mapping[Node, Number]
    label: Callable[[Node], str]
    # The position of the stage game, and by player the lottery over actions.
    stage: Callable[[Node], int]
    choices: Callable[[Node], list[dict[str, Number]]]
    # The possible outcomes of a profile in a node, with their chances.
    after: Callable[[Node, Profile], Outcomes]


def public_play(game: Game, strategy: Strategy, exact: bool, start: str | None = None) -> PublicPlay:
    """Return the public play of a strategy in a game; `start` is the first state, as in `best_response`."""
    if isinstance(game, RepeatedGame):
        return _repeated(game, strategy, exact, start)
    return _stochastic(game, strategy, exact, start)


def _repeated(game: RepeatedGame, strategy: Strategy, exact: bool, start: str | None) -> PublicPlay:
    """Return the public play of an automaton in a repeated game."""
    if not isinstance(strategy, Automaton):
        raise InvalidStrategy(
            "in a repeated game the opponents must follow an Automaton, such as "
            f"`strategies.grim_trigger(stage, cooperate, punish)`; got {type(strategy).__name__}"
        )
    automaton, signal, convert = reached_only(strategy), game.monitoring, as_fraction if exact else float
    if start is not None:
        UnknownState.unless_in(start, automaton.states)
    chances: NumberArray | None = None
    if signal is not None:
        rough = signal.probabilities / signal.probabilities.sum(axis=-1, keepdims=True)
        chances = signal.exact_probabilities() if exact else rough
    places = {state: k for k, state in enumerate(automaton.states)}
    # Profiles with the same chances of signals share one table of outcomes.
    alike: dict[Profile, tuple[Number, ...]] = {}
    known: dict[tuple[Node, tuple[Number, ...]], Outcomes] = {}
    follow: dict[Node, list[list[tuple[Seen, int, Number]]]] = {}

    def after(node: Node, profile: Profile) -> Outcomes:
        """Return the possible observations and next states after a profile in a node, with their chances."""
        if signal is None or chances is None:
            goals = seen_transitions(game, automaton, node[0], profile)
            return {(profile, places[goal]): convert(p) for goal, p in goals.items() if p}
        if profile not in alike:
            alike[profile] = tuple(chances[game.stage.profile_index(profile)].tolist())
        row = alike[profile]
        if (key := (node, row)) not in known:
            if node not in follow:
                follow[node] = [
                    [(seen, places[goal], convert(p))
                     for goal, p in automaton.next_states(node[0], seen).items() if p]
                    for seen in signal.signals
                ]  # fmt: skip
            known[key] = {
                (seen, goal): chance * p
                for chance, goals in zip(row, follow[node], strict=True) if chance
                for seen, goal, p in goals
            }  # fmt: skip
        return known[key]

    for state in automaton.states:
        game.stage.profile_index(automaton.actions[state])
        if signal is not None:
            check_signal_keys(automaton, state, signal)
    begins = as_lottery(automaton.initial if start is None else start)
    return PublicPlay(
        [(state, "") for state in automaton.states],
        {(state, ""): convert(p) for state, p in begins.items() if p},
        lambda node: node[0],
        lambda _: 0,
        lambda node: [{label: convert(1)} for label in automaton.actions[node[0]]],
        after,
    )


def _stochastic(game: StochasticGame, strategy: Strategy, exact: bool, start: str | None) -> PublicPlay:
    """Return the public play of a strategy in a stochastic game that begins in a given state."""
    if start is None and game.n_states > 1:
        raise InvalidGame(
            f"the state in which play begins is missing; give start=..., one of {shown(game.states)}"
        )
    first, convert = start or game.states[0], as_fraction if exact else float
    game.state_index(first)
    moves = {
        (state, profile): {t: convert(p) for t, p in game.next_states(state, profile).items() if p}
        for state, stage in zip(game.states, game.stages, strict=True)
        for profile in product(*stage.actions)
    }
    if isinstance(strategy, StateAutomaton):
        pairs = reachable_pairs(game, strategy, exact).pairs
        return PublicPlay(
            [*pairs],
            {(memory, first): convert(p) for memory, p in strategy.start.items() if p},
            SEPARATOR.join,
            lambda node: game.state_index(node[1]),
            lambda node: [{label: convert(1)} for label in strategy.profile(*node)],
            lambda node, profile: {
                ((*profile, t), pairs[memory, t]): p * convert(q)
                for t, p in moves[node[1], profile].items()
                for memory, q in strategy.next_memories(*node, profile, t).items()
                if q
            },
        )
    if not isinstance(strategy, MarkovStrategy):
        raise InvalidStrategy(
            "in a stochastic game the opponents must follow a MarkovStrategy, a StateAutomaton or a mapping "
            f"from state to profile; got a value of type {type(strategy).__name__}"
        )
    mixed = {
        state: [
            {label: p for label, p in zip(labels, _normal(vector, exact), strict=True) if p}
            for labels, vector in zip(stage.actions, row, strict=True)
        ]
        for state, stage, row in zip(game.states, game.stages, strategy.mixed_actions(game), strict=True)
    }
    return PublicPlay(
        [("", state) for state in game.states],
        {("", first): convert(1)},
        lambda node: node[1],
        lambda node: game.state_index(node[1]),
        lambda node: mixed[node[1]],
        lambda node, profile: {
            ((*profile, t), game.state_index(t)): p for t, p in moves[node[1], profile].items()
        },
    )


def _normal(vector: NumberArray, exact: bool) -> list[Number]:
    """Return probabilities as fractions if `exact`, otherwise as floats, divided by their sum."""
    entries = [max(as_fraction(p) if exact else float(p), 0) for p in vector.tolist()]
    return [p / sum(entries) for p in entries]


def _is_rational(game: Game, strategy: Strategy) -> bool:
    """Return whether all numbers are rational and the states few enough for rational arithmetic."""
    given: list[object]
    if isinstance(strategy, MarkovStrategy):
        vectors = [c for row in strategy.play.values() for c in row if not isinstance(c, str)]
        given, states = [p for vector in vectors for p in vector.tolist()], 1
    else:
        rows = [target for row in strategy.transitions.values() for target in row.values()]
        given = [p for target in (strategy.initial, *rows) for p in as_lottery(target).values()]
        states = len(strategy.states if isinstance(strategy, Automaton) else strategy.memories)
    states *= 1 if isinstance(game, RepeatedGame) else game.n_states
    return states <= NUMERICS.exact_states and game.is_rational and all(map(is_exact, given))
