"""Joint public automata of stochastic games: play depends on a memory and on the game's state.

With one memory, play depends on the state alone: Maskin, E., and Tirole, J. (2001), "Markov perfect
equilibrium", Journal of Economic Theory 100(2). For automata see Abreu, D. (1988), "On the theory of
infinitely repeated games with discounting", Econometrica 56(2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number, is_probability_vector
from negotiation.errors import InvalidStrategy, UnknownState, shown
from negotiation.game_theory.games import Profile, StochasticGame
from negotiation.game_theory.strategies.automaton import OTHERWISE, Lottery, Target, as_lottery
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy

# What was: (state, profile, next state), or (state, profile) whatever follows, or `OTHERWISE`.
StateKey: TypeAlias = tuple[str, Profile, str] | tuple[str, Profile] | str


@dataclass(frozen=True, eq=False)
class StateAutomaton(Tabular):
    """A strategy profile of a stochastic game as an automaton over public histories.

    It remembers one of finitely many *memories*. The profile played depends on the memory and the game's
    state. The next memory depends on the memory, the state, the profile just played, and the state that
    follows.

    Parameters
    ----------
    memories : iterable of str
        Unique labels of the memories.
    initial : str or mapping from memory to probability
        The memory with which play begins, whatever the game's first state, or a lottery over memories that is
        drawn publicly before play.
    actions : mapping from (memory, state) to profile
        The profile played with each memory in each state: one action label for each player.
    transitions : mapping from memory to mapping from key to target
        The next memory. A key is `(state, profile, next state)`, `(state, profile)` for all next states that
        are not named, or `OTHERWISE` for everything else. The most specific key applies. A target is a
        memory, or a lottery over memories.

    Raises
    ------
    InvalidStrategy
        If there is no memory, labels repeat, a memory has no transitions, a key has another form, or a
        lottery has a negative probability or does not sum to 1.
    UnknownState
        If a memory is named that is not among the memories.

    Examples
    --------
    >>> grim = StateAutomaton(
    ...     ["peace", "war"], "peace",
    ...     {("peace", "low"): ("C", "C"), ("peace", "high"): ("C", "C"),
    ...      ("war", "low"): ("D", "D"), ("war", "high"): ("D", "D")},
    ...     {"peace": {("low", ("C", "C")): "peace", ("high", ("C", "C")): "peace", OTHERWISE: "war"},
    ...      "war": {OTHERWISE: "war"}})
    >>> grim.next_memories("peace", "low", ("C", "D"), "high")
    {'war': Fraction(1, 1)}
    """

    memories: tuple[str, ...]
    initial: Target
    actions: Mapping[tuple[str, str], Profile]
    transitions: Mapping[str, Mapping[StateKey, Target]]

    def __init__(
        self,
        memories: Iterable[str],
        initial: Target,
        actions: Mapping[tuple[str, str], Iterable[str]],
        transitions: Mapping[str, Mapping[StateKey, Target]],
    ) -> None:
        labels = tuple(memories)
        if len(set(labels)) != len(labels) or not labels:
            raise InvalidStrategy(
                f"an automaton needs at least one memory, and unique labels; got {shown(labels)}"
            )
        object.__setattr__(self, "memories", labels)
        object.__setattr__(self, "initial", initial if isinstance(initial, str) else dict(initial))
        object.__setattr__(self, "actions", {key: tuple(profile) for key, profile in actions.items()})
        object.__setattr__(self, "transitions", {memory: dict(row) for memory, row in transitions.items()})
        self._check()

    def _check(self) -> None:
        try:
            named = [memory for memory, _ in self.actions]
        except (TypeError, ValueError):
            raise InvalidStrategy(
                f"`actions` must be keyed by (memory, state); got {shown(list(self.actions))}"
            ) from None
        for memory in (*named, *self.transitions):
            self._known(memory)
        missing = [memory for memory in self.memories if memory not in self.transitions]
        if missing:
            raise InvalidStrategy(f"`transitions` has no entry for memory {missing[0]!r}; add one")
        self._check_lottery(self.initial, "before play")
        for memory, row in self.transitions.items():
            for key, target in row.items():
                if key != OTHERWISE and (isinstance(key, str) or len(key) not in (2, 3)):
                    raise InvalidStrategy(
                        "a transition must be keyed by (state, profile, next state), (state, profile) or "
                        f"{OTHERWISE!r}; memory {memory!r} has {key!r}"
                    )
                self._check_lottery(target, f"in memory {memory!r} after {key!r}")

    def _check_lottery(self, target: Target, where: str) -> None:
        lottery = as_lottery(target)
        for memory in lottery:
            self._known(memory)
        if not is_probability_vector(float(p) for p in lottery.values()):
            raise InvalidStrategy(
                f"the lottery {where} must have non-negative probabilities that sum to 1; got "
                f"{shown(dict(lottery))}"
            )

    def _known(self, memory: str) -> None:
        UnknownState.unless_in(memory, self.memories)

    @classmethod
    def from_markov(
        cls, game: StochasticGame, strategy: MarkovStrategy | Mapping[str, Sequence[str]]
    ) -> StateAutomaton:
        """Return a pure Markov strategy as an automaton with one memory.

        Parameters
        ----------
        game : StochasticGame
            The game whose labels the strategy uses.
        strategy : MarkovStrategy, or mapping from state to profile
            The profile played in each state; it must be pure.

        Returns
        -------
        StateAutomaton
            An automaton with the single memory "always".

        Raises
        ------
        InvalidStrategy
            If the strategy is no mapping, mixes in some state, has no profile for a state, or does not name
            one action for each player.
        UnknownState, UnknownAction
            If the strategy names a state or an action that the game does not have.

        Examples
        --------
        >>> import negotiation as ng
        >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
        >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
        >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
        >>> always = ng.strategies.MarkovStrategy({state: ("D", "D") for state in game.states})
        >>> ng.strategies.StateAutomaton.from_markov(game, always).memories
        ('always',)
        """
        return cls(
            ["always"],
            "always",
            {("always", state): profile for state, profile in pure_profiles(game, strategy).items()},
            {"always": {OTHERWISE: "always"}},
        )

    @property
    def start(self) -> Lottery:
        """Lottery over the memory with which play begins; a single memory has probability 1."""
        return as_lottery(self.initial)

    def profile(self, memory: str, state: str) -> Profile:
        """Return the profile played with a memory in a state of the game.

        Parameters
        ----------
        memory : str
            Label of the current memory.
        state : str
            Label of the state of the game.

        Returns
        -------
        tuple of str
            One action label for each player.

        Raises
        ------
        UnknownState
            If the automaton has no memory with this label.
        InvalidStrategy
            If the memory has no profile for the state.

        Examples
        --------
        >>> import negotiation as ng
        >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
        >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
        >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
        >>> keep, war = ({state: pair for state in game.states} for pair in (("C", "C"), ("D", "D")))
        >>> grim = ng.strategies.grim_trigger_in_states(game, keep, war)
        >>> grim.profile("punish", "calm")
        ('D', 'D')
        """
        self._known(memory)
        if (memory, state) not in self.actions:
            raise InvalidStrategy(
                f"`actions` has no profile for memory {memory!r} and state {state!r}; add one"
            )
        return self.actions[memory, state]

    def next_memories(self, memory: str, state: str, profile: Profile, after: str) -> dict[str, Number]:
        """Return the lottery over the next memory.

        Parameters
        ----------
        memory : str
            Label of the current memory.
        state : str
            Label of the state in which the profile was played.
        profile : tuple of str
            The profile that was played.
        after : str
            Label of the state that followed.

        Returns
        -------
        dict from str to number
            Probability of each next memory.

        Raises
        ------
        UnknownState
            If the automaton has no memory with this label.
        InvalidStrategy
            If the memory has no transition for this state, profile and next state.

        Examples
        --------
        >>> import negotiation as ng
        >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
        >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
        >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
        >>> keep, war = ({state: pair for state in game.states} for pair in (("C", "C"), ("D", "D")))
        >>> grim = ng.strategies.grim_trigger_in_states(game, keep, war)
        >>> grim.next_memories("cooperate", "calm", ("D", "C"), "tense")
        {'punish': Fraction(1, 1)}
        """
        self._known(memory)
        row = self.transitions[memory]
        # From the most to the least that is said of what happened.
        for key in ((state, profile, after), (state, profile), OTHERWISE):
            if key in row:
                return dict(as_lottery(row[key]))
        raise InvalidStrategy(
            f"memory {memory!r} has no transition for {profile!r} in state {state!r}, followed by state "
            f"{after!r}; add one, or an {OTHERWISE!r} transition"
        )

    def table(self) -> Table:
        """Return a table by memory and state: the profile played, and the next memories after it."""
        rows = tuple(
            (
                ("> " if self.start.get(memory, 0) else "  ") + memory,
                state,
                ", ".join(profile),
                self._shown(memory, state, profile),
            )
            for (memory, state), profile in self.actions.items()
        )
        return Table("automaton with state", ("memory", "state", "actions", "next memory"), rows)

    def _numbers(self) -> Table:
        rows = (
            (
                memory,
                *(
                    (key, None, None)
                    if isinstance(key, str)
                    else (key[0], ", ".join(key[1]), (*key, None)[2])
                ),
                goal,
                p,
            )
            for memory, row in self.transitions.items()
            for key, target in row.items()
            for goal, p in as_lottery(target).items()
        )
        columns = ("memory", "state", "after", "next state", "next memory", "probability")
        return Table("", columns, tuple(rows))

    def _shown(self, memory: str, state: str, profile: Profile) -> str:
        row = self.transitions[memory]
        named: list[StateKey] = [
            key for key in row if not isinstance(key, str) and key[:2] == (state, profile)
        ]
        return "; ".join(
            f"{name}{'' if p == 1 else f' with {float(p):.4g}'}{f' if {key[2]}' if len(key) == 3 else ''}"
            for key in named or [OTHERWISE]
            if key in row
            for name, p in as_lottery(row[key]).items()
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StateAutomaton):
            return NotImplemented
        return (self.memories, self.initial, self.actions, self.transitions) == (
            other.memories,
            other.initial,
            other.actions,
            other.transitions,
        )

    def __hash__(self) -> int:
        return hash((self.memories, frozenset(self.start.items()), tuple(sorted(self.actions.items()))))


def pure_profiles(
    game: StochasticGame, strategy: MarkovStrategy | Mapping[str, Sequence[str]]
) -> dict[str, Profile]:
    """Return the profile that a pure Markov strategy, or a mapping from states, plays in each state.

    `InvalidStrategy` is raised if the strategy mixes in some state.

    Examples
    --------
    >>> import numpy as np
    >>> game = StochasticGame(np.zeros((1, 2, 2, 2)), np.ones((1, 2, 2, 1)), 0.5)
    >>> pure_profiles(game, MarkovStrategy({"0": ("1", [1, 0])}))
    {'0': ('1', '0')}
    """
    strategy = strategy if isinstance(strategy, MarkovStrategy) else MarkovStrategy(strategy)
    if not strategy.is_pure:
        raise InvalidStrategy(
            "the strategy mixes in some state, but an automaton plays pure actions; give one action for each "
            "player in every state"
        )
    return {
        state: stage.labels([int(vector.argmax()) for vector in row])
        for state, stage, row in zip(game.states, game.stages, strategy.mixed_actions(game), strict=True)
    }
