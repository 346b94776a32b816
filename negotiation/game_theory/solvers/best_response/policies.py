"""Policies of a player: an automaton, actions by public state, or a function of observations.

A function takes an `Observation` and returns an action, or a probability for each action. If it has a method
`remember(observation, action, seen)`, that method returns the next memory; otherwise the function sees only
the public state. If there are finitely many memories, the policy is evaluated exactly, over infinitely many
rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from negotiation.base.numeric import Number, as_fraction, is_probability_vector
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.best_response.facing import Facing, Seen
from negotiation.game_theory.strategies import Automaton, MarkovStrategy
from negotiation.game_theory.strategies.automaton import as_lottery
from negotiation.game_theory.strategies.state_automaton import StateAutomaton
from negotiation.game_theory.strategies.state_chain import SEPARATOR

# Whatever a policy remembers of a play.
Memory: TypeAlias = Any


class Observation(NamedTuple):
    """The information that a policy has before it acts.

    Parameters
    ----------
    facing : Facing
        The game, the player and the strategy of the others.
    state : str
        Label of the public state.
    actions : tuple of str
        Labels of the player's actions in that state.
    prescribed : str or None
        The player's action in that state in the profile that the others follow; `None` if it is mixed.
    memory : object
        The last value that the policy's method `remember` returned; `None` before play, and for a policy
        without that method. For an Automaton, the label of its state.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> ng.regret(lambda seen: seen.prescribed, grim, game=ng.RepeatedGame(stage, 0.9)).value
    0.0
    """

    facing: Facing
    state: str
    actions: tuple[str, ...]
    prescribed: str | None
    memory: Memory = None


Choice: TypeAlias = str | Mapping[str, Number]
Policy: TypeAlias = (
    Automaton | StateAutomaton | MarkovStrategy | Mapping[str, Any] | Callable[[Observation], Choice]
)
Lottery: TypeAlias = Mapping[Any, Number]


@dataclass(frozen=True)
class Followed:
    """A policy as lotteries: over the first memory, over actions, and over the next memory.

    `choose` takes an observation; `after` takes the observation, the own action and what the player saw next.
    """

    start: Lottery
    choose: Callable[[Observation], Lottery]
    after: Callable[[Observation, str, Seen], Lottery]


def followed(policy: Policy, problem: Facing) -> Followed:
    """Return a policy of the player who faces a problem as lotteries, or raise if it does not fit."""
    if isinstance(policy, (Automaton, StateAutomaton)) and policy == problem.strategy:
        # Both follow the same public lotteries, so the public state determines the prescribed action.
        return _by_state(lambda seen: {str(seen.prescribed): 1})
    if isinstance(policy, Automaton) and isinstance(problem.game, RepeatedGame):
        return _automaton(policy, problem)
    if isinstance(policy, MarkovStrategy):
        return _markov(policy, problem)
    if isinstance(policy, Mapping):
        missing = [state for state in problem.states if state not in policy]
        if missing:
            raise InvalidStrategy(
                f"a policy by public state must have an action for each state; {missing[0]!r} is missing. "
                "Use `best_response(...).strategy` as a model"
            )
        return _by_state(lambda seen: _lottery(policy[seen.state], seen))
    if callable(policy):
        remember = getattr(policy, "remember", None)
        return Followed(
            {None: 1},
            lambda seen: _lottery(policy(seen), seen),
            lambda seen, action, after: {remember(seen, action, after) if remember else None: 1},
        )
    raise InvalidStrategy(
        "a policy must be an Automaton for a RepeatedGame, a MarkovStrategy for a StochasticGame, the "
        "strategy that the others follow, a mapping from public state to action, or a function of an "
        f"observation; got a value of type {type(policy).__name__} for a {type(problem.game).__name__}"
    )


def observation(problem: Facing, state: int, memory: Hashable) -> Observation:
    """Return the observation of a policy with a memory in the state at this position."""
    return Observation(
        problem, problem.states[state], problem.actions[state], problem.prescribed[state], memory
    )


def _by_state(choose: Callable[[Observation], Lottery]) -> Followed:
    return Followed({None: 1}, choose, lambda *_: {None: 1})


def _automaton(policy: Automaton, problem: Facing) -> Followed:
    """Return the player's part of an automaton, which moves by observations and draws its own lotteries."""
    i = problem.game.players.index(problem.player) if not isinstance(problem.game, RepeatedGame) else (
        problem.game.stage.player_index(problem.player)
    )  # fmt: skip
    return Followed(
        as_lottery(policy.initial),
        lambda seen: {policy.actions[str(seen.memory)][i]: 1},
        lambda seen, _, after: policy.next_states(str(seen.memory), after),
    )


def _markov(policy: MarkovStrategy, problem: Facing) -> Followed:
    """Return the player's part of a Markov strategy, by the state of the stochastic game."""
    if isinstance(problem.game, RepeatedGame):
        raise InvalidStrategy(
            "a MarkovStrategy is a policy for a StochasticGame; for a RepeatedGame give an Automaton, or a "
            "mapping from public state to action"
        )
    i, game = problem.game.players.index(problem.player), problem.game
    mixed = policy.mixed_actions(game)

    def choose(seen: Observation) -> Lottery:
        """Return the strategy's mixed action in the state of the game."""
        row = mixed[game.state_index(seen.state.rsplit(SEPARATOR, 1)[-1])][i]
        return {label: p for label, p in zip(seen.actions, row.tolist(), strict=True) if p}

    return _by_state(choose)


def _lottery(choice: Any, seen: Observation) -> Lottery:
    """Return a policy's choice as a lottery over actions, or raise if it is none."""
    if isinstance(choice, str):
        return {choice: 1}
    listed = isinstance(choice, Sequence) or getattr(choice, "ndim", 0) == 1
    if listed and len(choice) == len(seen.actions):
        choice = dict(zip(seen.actions, choice, strict=True))
    if not isinstance(choice, Mapping) or not is_probability_vector(choice.values()):
        raise InvalidStrategy(
            f"in state {seen.state!r} a policy must choose an action, or one probability for each of "
            f"{shown(seen.actions)}, with sum 1; got {shown(choice)}"
        )
    return {action: p for action, p in choice.items() if p}


def in_numbers(lottery: Lottery, exact: bool) -> dict[Any, Number]:
    """Return a lottery in rational numbers or in doubles."""
    return {key: as_fraction(p) if exact else float(p) for key, p in lottery.items() if p}
