"""One-shot-deviation checks of automata: under perfect monitoring, with a public signal, in stochastic games.

If all players comply, play is a Markov chain on the automaton's states, with values

    V_i(s) = (1 - delta_i) u_i(a(s)) + delta_i sum over s' of T(s' | s, a(s)) V_i(s').

The automaton is an equilibrium if no departure of one player, to a profile a', is worth more than V_i(s):

    (1 - delta_i) u_i(a') + delta_i sum over s' of T(s' | s, a') V_i(s') <= V_i(s),

in every state that some history reaches, on the path or off it (one-shot-deviation principle; Abreu 1988).
Under perfect monitoring, transitions depend on the profile. With a public signal they depend on the signal
alone, T(s' | s, a) = sum over y of pi(y | a) P(s' | s, y), and the equilibrium is a perfect public
equilibrium (Fudenberg, Levine and Maskin 1994; Abreu, Pearce and Stacchetti 1990). In a stochastic game the
Markov chain is on the pairs (memory, state) that some history reaches from any state of the game.

The checks import no solver. Cost: one linear system for each player, and (states x players x actions)
comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from negotiation.base.numeric import Number, NumberArray, as_fraction
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import (
    Profile,
    PublicSignal,
    RepeatedGame,
    StageGame,
    StochasticGame,
    departures,
    own_units,
    ranges_by_player,
    unilateral_payoffs,
)
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, judge
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.public_states import public_states
from negotiation.game_theory.strategies.state_automaton import StateAutomaton
from negotiation.game_theory.strategies.state_chain import SEPARATOR, Chain, pair_values, reachable_pairs

# From a state and a profile, by position, to the lottery over next states.
After: TypeAlias = Callable[[str, tuple[int, ...]], Mapping[str, Number]]


@dataclass(frozen=True)
class _Play:
    """The play of an automaton in its reachable states, with the game's payoffs and discount factors.

    Shapes: `payoffs` (n_1, ..., n_N, N).
    """

    stage: StageGame
    actions: Mapping[str, Profile]
    states: tuple[str, ...]
    after: After
    payoffs: NumberArray
    deltas: Sequence[Number]
    exact: bool


def verify_automaton(game: RepeatedGame, automaton: Automaton, *, exact: bool = False) -> Verdict:
    """Check whether an automaton is a subgame perfect equilibrium of a repeated game."""

    def after(state: str, played: tuple[int, ...]) -> dict[str, Number]:
        """Return the lottery over next states, in floats or in rational numbers."""
        chances = automaton.next_states(state, game.stage.labels(played))
        return {s: as_fraction(p) if exact else float(p) for s, p in chances.items()}

    states = _reachable_states(game.stage, automaton)
    return _judged(game, automaton, states, after, "subgame perfect equilibrium", exact=exact)


def verify_public_automaton(game: RepeatedGame, automaton: Automaton, *, exact: bool = False) -> Verdict:
    """Check whether a public automaton is a perfect public equilibrium of a repeated game."""
    stage, signal = game.stage, game.monitoring
    if signal is None:
        raise InvalidStrategy(
            "a public automaton needs a game with a public signal, but the game has perfect monitoring; give "
            "the game monitoring=PublicSignal(...)"
        )
    states = public_states(stage, signal, automaton)
    moves = {state: _row(signal, automaton, state, exact) for state in states}
    chances = signal.exact_probabilities() if exact else _normalised(signal)
    # Many profiles have the same distribution of signals, and so of next states.
    known: dict[tuple[str, bytes], dict[str, Number]] = {}

    def after(state: str, played: tuple[int, ...]) -> dict[str, Number]:
        """Return the lottery over next states, in expectation over the signals after a profile."""
        key = state, chances[played].tobytes()
        if key not in known:
            expected = known[key] = {}
            for label, chance in zip(signal.signals, chances[played].tolist(), strict=True):
                if chance:
                    for successor, p in moves[state][label].items():
                        expected[successor] = expected.get(successor, 0) + chance * p
        return known[key]

    return _judged(game, automaton, states, after, "perfect public equilibrium", exact=exact)


def _judged(
    game: RepeatedGame,
    automaton: Automaton,
    states: tuple[str, ...],
    after: After,
    concept: str,
    *,
    exact: bool,
) -> Verdict:
    """Return the verdict on all one-shot deviations in the given states."""
    stage = game.stage
    measured = own_units(stage)
    play = _Play(
        stage,
        automaton.actions,
        states,
        after,
        stage.exact_payoffs() if exact else measured.payoffs[0],
        game.exact_discount_factors if exact else game.float_discount_factors,
        exact,
    )
    deviations = (
        deviation
        # Off the path too: players must be willing to carry out punishments.
        for i, values in enumerate(_values(play))
        for state in states
        for deviation in _deviations(play, state, i, values)
    )
    tolerances = dict(zip(stage.players, measured.tolerances(), strict=True))
    ranges = ranges_by_player([stage], exact)
    return judge(concept, deviations, tolerances, exact=exact, ranges=ranges)


def _values(play: _Play) -> list[dict[str, Number]]:
    """Return the average discounted value of each state, one dict for each player."""
    states = {state: k for k, state in enumerate(play.states)}
    kind = object if play.exact else np.float64
    move: NumberArray = np.zeros((len(states), len(states)), dtype=kind)
    flow: NumberArray = np.zeros((len(states), play.stage.n_players), dtype=kind)
    for state, k in states.items():
        played = play.stage.profile_index(play.actions[state])
        flow[k] = play.payoffs[played]
        for successor, chance in play.after(state, played).items():
            if chance:
                move[k, states[successor]] += chance
    values = discounted_values(move, flow, play.deltas)
    return [dict(zip(states, column, strict=True)) for column in values.T.tolist()]


def _deviations(play: _Play, state: str, player: int, values: Mapping[str, Number]) -> Iterator[Deviation]:
    """Yield the player's one-shot deviations in a state, with their gains."""
    stage, delta = play.stage, play.deltas[player]
    profile = play.actions[state]
    index = stage.profile_index(profile)
    own = unilateral_payoffs(play.payoffs, index, player)
    now = 1 - delta
    # The continuation payoff is computed once for each lottery, since most departures share it.
    later: dict[str | tuple[tuple[str, Number], ...], Number] = {}
    for a, action in enumerate(stage.actions[player]):
        if a == index[player]:
            continue
        chances = play.after(state, (*index[:player], a, *index[player + 1 :]))
        # A key that can be hashed: one state, or the whole lottery.
        lottery = next(iter(chances)) if len(chances) == 1 else tuple(chances.items())
        if lottery not in later:
            continuation: Number = sum(chance * values[s] for s, chance in chances.items() if chance)
            later[lottery] = delta * continuation
        # One departure, and compliance from then on: by the one-shot-deviation principle no other deviation
        # needs a check, since payoffs are bounded and discounted.
        gain = now * own[a] + later[lottery] - values[state]
        yield Deviation(stage.players[player], action, profile[player], gain, state)


def _reachable_states(stage: StageGame, automaton: Automaton) -> tuple[str, ...]:
    """Return the states that some history reaches, in the automaton's order.

    Histories may contain any action profile, on the path or off it. An `OTHERWISE` transition is followed
    only if some profile has no transition of its own.
    """
    total = prod(stage.n_actions)
    frontier = [state for state, p in automaton.start.items() if p > 0]
    reached = set(frontier)
    while frontier:
        state = frontier.pop()
        row = automaton.transitions[state]
        named = _named_profiles(stage, automaton, state)
        if len(named) < total and OTHERWISE not in row:
            raise InvalidStrategy(
                f"state {state!r} has transitions for {len(named)} of {total} action profiles and no "
                f"{OTHERWISE!r} transition; add one"
            )
        for key, target in row.items():
            # If every profile is named, "otherwise" is never followed.
            if key == OTHERWISE and len(named) == total:
                continue
            successors = {target} if isinstance(target, str) else {s for s, p in target.items() if p > 0}
            frontier.extend(successors - reached)
            reached |= successors
    return tuple(state for state in automaton.states if state in reached)


def _named_profiles(stage: StageGame, automaton: Automaton, state: str) -> set[tuple[int, ...]]:
    keys = [key for key in automaton.transitions[state] if key != OTHERWISE]
    if any(isinstance(key, str) for key in keys):
        raise InvalidStrategy(
            f"under perfect monitoring transitions must be keyed by action profiles; state {state!r} has "
            f"{next(key for key in keys if isinstance(key, str))!r}. For signals, give the game "
            "monitoring=PublicSignal(...)"
        )
    for profile in (automaton.actions[state], *keys):
        if len(profile) != stage.n_players:
            raise InvalidStrategy(
                f"a profile must name one action for each of {stage.players}; state {state!r} has "
                f"{shown(profile)}"
            )
    return {stage.profile_index(key) for key in keys}


def _row(signal: PublicSignal, automaton: Automaton, state: str, exact: bool) -> dict[str, dict[str, Number]]:
    """Return the lottery over next states after each signal that has a transition."""
    named = automaton.transitions[state]
    return {
        label: {
            s: as_fraction(p) if exact else float(p) for s, p in automaton.next_states(state, label).items()
        }
        for label in signal.signals
        if label in named or OTHERWISE in named
    }


def _normalised(signal: PublicSignal) -> NumberArray:
    chances: NumberArray = signal.probabilities / np.sum(signal.probabilities, axis=-1, keepdims=True)
    return chances


def verify_state_automaton(
    game: StochasticGame, automaton: StateAutomaton, *, exact: bool = False
) -> Verdict:
    """Check whether a state automaton is a subgame perfect equilibrium of a stochastic game."""
    chain = reachable_pairs(game, automaton, exact)
    values = pair_values(chain)
    deviations = (
        deviation
        for memory, state in chain.pairs
        for i in range(game.n_players)
        for deviation in _state_deviations(chain, values, memory, state, i)
    )
    measured = own_units(*game.stages)
    tolerances = dict(zip(game.players, measured.tolerances(), strict=True))
    ranges = ranges_by_player(game.stages, exact)
    return judge("subgame perfect equilibrium", deviations, tolerances, exact=exact, ranges=ranges)


def _state_deviations(chain: Chain, values: NumberArray, memory: str, state: str, i: int) -> list[Deviation]:
    """Return the player's one-shot deviations at a pair (memory, state), with their gains."""
    stage, delta = chain.game.stage(state), chain.deltas[i]
    profile = chain.automaton.profile(memory, state)
    here = values[chain.pairs[memory, state], i]
    deviations: list[Deviation] = []
    for action, other in departures(profile, i, stage.actions[i]):
        later = sum(
            chance * values[chain.pairs[pair], i]
            for pair, chance in chain.after(memory, state, other).items()
        )
        gain = (1 - delta) * chain.payoff(state, other)[i] + delta * later - here
        gain = gain if chain.exact else float(gain)
        deviations.append(
            Deviation(stage.players[i], action, profile[i], gain, f"{memory}{SEPARATOR}{state}")
        )
    return deviations
