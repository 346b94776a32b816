"""Joint public automata: the finite description of a strategy profile of a repeated game."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number, is_probability_vector
from negotiation.errors import InvalidStrategy, UnknownState, shown
from negotiation.game_theory.games import Profile

# Transition key that stands for every action profile (or signal) not named in the same state.
OTHERWISE = "otherwise"

CERTAIN = Fraction(1)

Key: TypeAlias = Profile | str
Lottery: TypeAlias = Mapping[str, Number]
Target: TypeAlias = str | Lottery


@dataclass(frozen=True, eq=False)
class Automaton(Tabular, Drawable):
    """A strategy profile of a repeated game as an automaton over public histories.

    Parameters
    ----------
    states : iterable of str
        Unique state labels.
    initial : str or mapping from state to probability
        The state in which play begins, or a lottery over states that is drawn publicly before play.
    actions : mapping from state to profile
        The profile played in each state: one action label for each player.
    transitions : mapping from state to mapping from key to target
        The next state, by state and by what players have just observed. A key is the profile of action labels
        that was played or, with a public signal, the label of the signal; `OTHERWISE` covers all other keys.
        A target is a state, or a lottery over states (public randomisation).

    Raises
    ------
    InvalidStrategy
        If there is no state, labels repeat, a state is missing from `actions` or `transitions`, or a lottery
        has a negative probability or does not sum to 1.
    UnknownState
        If the initial state, a target, or a key of `actions` or `transitions` is not among the states.

    Examples
    --------
    >>> grim = Automaton(["peace", "war"], "peace",
    ...                  {"peace": ("C", "C"), "war": ("D", "D")},
    ...                  {"peace": {("C", "C"): "peace", OTHERWISE: "war"}, "war": {OTHERWISE: "war"}})
    >>> grim.next_states("peace", ("D", "C"))
    {'war': Fraction(1, 1)}
    """

    _figure = "automaton:automaton_figure"

    states: tuple[str, ...]
    initial: Target
    actions: Mapping[str, Profile]
    transitions: Mapping[str, Mapping[Key, Target]]

    def __init__(
        self,
        states: Iterable[str],
        initial: Target,
        actions: Mapping[str, Iterable[str]],
        transitions: Mapping[str, Mapping[Key, Target]],
    ) -> None:
        labels = tuple(states)
        if len(set(labels)) != len(labels) or not labels:
            raise InvalidStrategy(
                f"an automaton needs at least one state, and unique labels; got {shown(labels)}"
            )
        for what, keys in (("actions", actions), ("transitions", transitions)):
            missing = [state for state in labels if state not in keys]
            if missing:
                raise InvalidStrategy(f"`{what}` has no entry for state {missing[0]!r}; add one")
            extra = [state for state in keys if state not in labels]
            if extra:
                raise UnknownState(extra[0], labels)
        object.__setattr__(self, "states", labels)
        object.__setattr__(self, "initial", initial if isinstance(initial, str) else dict(initial))
        object.__setattr__(self, "actions", {state: tuple(actions[state]) for state in labels})
        object.__setattr__(self, "transitions", {state: dict(transitions[state]) for state in labels})
        self._check_targets()

    def _check_targets(self) -> None:
        known = set(self.states)
        self._check_lottery(self.initial, "before play")
        for state, row in self.transitions.items():
            checked: set[int] = set()
            for key, target in row.items():
                # Most targets are single states, or a lottery that stands for many keys.
                # An automaton of a large game has one lottery object under thousands of keys.
                if id(target) not in checked and not (isinstance(target, str) and target in known):
                    self._check_lottery(target, f"in state {state!r} after {key!r}")
                    checked.add(id(target))

    def _check_lottery(self, target: Target, where: str) -> None:
        lottery = as_lottery(target)
        for state in lottery:
            UnknownState.unless_in(state, self.states)
        if not is_probability_vector(float(p) for p in lottery.values()):
            raise InvalidStrategy(
                f"the lottery {where} must have non-negative probabilities that sum to 1; got "
                f"{shown(dict(lottery))}"
            )

    @property
    def start(self) -> Lottery:
        """Lottery over the state in which play begins; a single state has probability 1."""
        return as_lottery(self.initial)

    def next_states(self, state: str, key: Key) -> dict[str, Number]:
        """Return the lottery over the next state.

        Parameters
        ----------
        state : str
            Label of the current state.
        key : tuple of str or str
            The profile that was played, or the signal that was seen.

        Returns
        -------
        dict from str to number
            Probability of each next state.

        Raises
        ------
        UnknownState
            If the automaton has no state with this label.
        InvalidStrategy
            If the state names neither the key nor `OTHERWISE`.

        Examples
        --------
        >>> from negotiation.game_theory.games import StageGame
        >>> from negotiation.game_theory.strategies import grim_trigger
        >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> grim_trigger(stage, ("C", "C"), ("D", "D")).next_states("cooperate", ("C", "D"))
        {'punish': Fraction(1, 1)}
        """
        if state not in self.transitions:
            raise UnknownState(state, self.states)
        row = self.transitions[state]
        # What is named comes before "otherwise".
        target = row.get(key, row.get(OTHERWISE))
        if target is None:
            raise InvalidStrategy(
                f"state {state!r} has no transition for {key!r}; add one, or an {OTHERWISE!r} transition"
            )
        return dict(as_lottery(target))

    def is_deterministic(self) -> bool:
        """Return whether no transition is a lottery over several states.

        Returns
        -------
        bool
            True if every transition leads to a single state, whether or not `initial` is a lottery.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> ng.strategies.tit_for_tat(stage).is_deterministic()
        True
        """
        return all(
            len([p for p in as_lottery(target).values() if p]) == 1
            for row in self.transitions.values()
            for target in row.values()
        )

    def reachable(self) -> tuple[str, ...]:
        """Return the states that can be reached from the initial state.

        Returns
        -------
        tuple of str
            Labels of the states that some history leads to, in the order of `states`. Initial states are
            included.

        Examples
        --------
        >>> spare = Automaton(["a", "b"], "a", {"a": ("C",), "b": ("D",)},
        ...                   {"a": {OTHERWISE: "a"}, "b": {OTHERWISE: "b"}})
        >>> spare.reachable()
        ('a',)
        """
        frontier = [state for state, p in self.start.items() if p > 0]
        reached = set(frontier)
        while frontier:
            for target in self.transitions[frontier.pop()].values():
                new = {state for state, p in as_lottery(target).items() if p > 0} - reached
                frontier.extend(new)
                reached |= new
        return tuple(state for state in self.states if state in reached)

    def renamed(self, names: Mapping[str, str]) -> Automaton:
        """Return the same automaton with its states renamed.

        Parameters
        ----------
        names : mapping from str to str
            The new label of every state, by its old label.

        Returns
        -------
        Automaton
            The same automaton with the new labels.

        Raises
        ------
        KeyError
            If a state has no new label.
        InvalidStrategy
            If the new labels repeat.

        Examples
        --------
        >>> one = Automaton(["s"], "s", {"s": ("C", "C")}, {"s": {OTHERWISE: "s"}})
        >>> one.renamed({"s": "peace"}).initial
        'peace'
        """
        return Automaton(
            [names[state] for state in self.states],
            _renamed(self.initial, names),
            {names[state]: profile for state, profile in self.actions.items()},
            {
                names[state]: {key: _renamed(target, names) for key, target in row.items()}
                for state, row in self.transitions.items()
            },
        )

    def table(self) -> Table:
        """Return the automaton as a table with one row for each transition."""
        rows = tuple(
            (
                self._mark(state) + state,
                ", ".join(self.actions[state]),
                key if isinstance(key, str) else ", ".join(key),
                "; ".join(
                    name if p == 1 else f"{name} with {float(p):.4g}"
                    for name, p in as_lottery(target).items()
                ),
            )
            for state in self.states
            for key, target in self.transitions[state].items()
        )
        return Table("automaton", ("state", "actions", "after", "next state"), rows)

    def _numbers(self) -> Table:
        rows = (
            (state, ", ".join(self.actions[state]), key if isinstance(key, str) else ", ".join(key), goal, p)
            for state in self.states
            for key, target in self.transitions[state].items()
            for goal, p in as_lottery(target).items()
        )
        return Table("", ("state", "actions", "after", "next state", "probability"), tuple(rows))

    def _mark(self, state: str) -> str:
        chance = self.start.get(state, 0)
        return "> " if chance == 1 else f"> {float(chance):.4g} " if chance else "  "

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Automaton):
            return NotImplemented
        return (self.states, self.initial, self.actions, self.transitions) == (
            other.states,
            other.initial,
            other.actions,
            other.transitions,
        )

    def __hash__(self) -> int:
        return hash((self.states, frozenset(self.start.items()), tuple(sorted(self.actions.items()))))


def _renamed(target: Target, names: Mapping[str, str]) -> Target:
    return names[target] if isinstance(target, str) else {names[s]: p for s, p in target.items()}


def as_lottery(target: Target) -> Lottery:
    """Return a target as a lottery: a single state has probability 1.

    Examples
    --------
    >>> as_lottery("war")
    {'war': Fraction(1, 1)}
    """
    return {target: CERTAIN} if isinstance(target, str) else target


def reached_only(automaton: Automaton) -> Automaton:
    """Return an automaton without its unreachable states."""
    reached = automaton.reachable()
    actions, transitions = automaton.actions, automaton.transitions
    return Automaton(
        reached, automaton.initial, {s: actions[s] for s in reached}, {s: transitions[s] for s in reached}
    )
