"""Private readings: each of two sides plays its own reading of one agreement, and knows only its own.

A reading is an automaton for one side's own actions on the public history, so that the vector of all
automaton states is public whatever the readings are. Each side draws its reading independently of the other
side, and both sides know the prior of each draw (Harsanyi 1967). This module only defines the object. Its
values, beliefs and verdict are in `game_theory/solvers/readings/`, and its independent check is in
`game_theory/checks/readings.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number, is_probability_vector
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidProbabilities, InvalidStrategy, shown
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.strategies import Automaton


@dataclass(frozen=True, eq=False)
class PrivateReadings(Tabular):
    """The readings that each of two sides may hold, and their probabilities."""

    # Two players and a public signal.
    game: RepeatedGame
    # For each side its possible readings. The automaton is of the side's own actions: its profiles have one
    # label, and its transitions are keyed by signals and lead to one state each. A name that both sides have
    # is the same understanding of the agreement.
    readings: tuple[Mapping[str, Automaton], ...]
    # For each side the probability of each of its readings.
    priors: tuple[Mapping[str, Number], ...]

    def __init__(
        self,
        game: RepeatedGame,
        readings: Sequence[Mapping[str, Automaton]],
        priors: Sequence[Mapping[str, Number]],
    ) -> None:
        if game.stage.n_players != 2 or game.monitoring is None:
            raise InvalidGame(
                "private readings need a game of two players with `monitoring=` a PublicSignal; got "
                f"{game.stage.n_players} players and monitoring {shown(game.monitoring)}"
            )
        if len(readings) != 2 or len(priors) != 2:
            raise InvalidStrategy(
                f"expected readings and priors for both of {game.stage.players}; got readings for "
                f"{len(readings)} and priors for {len(priors)}"
            )
        for i, player in enumerate(game.stage.players):
            _check_prior(player, readings[i], priors[i])
            for name, automaton in readings[i].items():
                _check_reading(game, i, name, automaton)
        object.__setattr__(self, "game", game)
        object.__setattr__(self, "readings", tuple(dict(given) for given in readings))
        object.__setattr__(
            self, "priors", tuple({k: p[k] for k in r} for r, p in zip(readings, priors, strict=True))
        )

    @property
    def status(self) -> Status:
        """Always "complete", because nothing is computed."""
        return "complete"

    @property
    def signal(self) -> PublicSignal:
        """The public signal."""
        assert self.game.monitoring is not None  # noqa: S101 - checked when the object is made
        return self.game.monitoring

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Names of the readings of each side, in order."""
        return tuple(tuple(given) for given in self.readings)

    def joint(self, first: str, second: str) -> Automaton:
        """Return the joint automaton of two sides that hold the given readings.

        Parameters
        ----------
        first, second : str
            Names of the readings that the first and the second side hold.

        Returns
        -------
        Automaton
            The joint automaton. Its states are pairs of states of the two readings, joined by " / ".

        Raises
        ------
        InvalidStrategy
            If a side has no reading with that name.

        Examples
        --------
        >>> import negotiation as ng
        >>> pair = ng.truce("2025-05-geneva").compile()
        >>> pair.names
        (('licences flow', 'controls frozen'), ('licences flow', 'controls frozen'))
        >>> pair.joint(pair.names[0][0], pair.names[1][1]).states[0]
        'kept / kept'
        """
        return side_by_side(*self.pair(first, second), self.signal.signals)

    def pair(self, first: str, second: str) -> tuple[Automaton, Automaton]:
        """Return the automata of two readings, one of each side.

        Parameters
        ----------
        first, second : str
            Names of the readings that the first and the second side hold.

        Returns
        -------
        tuple of two Automaton
            The reading of each side.

        Raises
        ------
        InvalidStrategy
            If a side has no reading with that name.
        """
        for i, name in enumerate((first, second)):
            if name not in self.readings[i]:
                raise InvalidStrategy(
                    f"{self.game.stage.players[i]} has no reading {name!r}; it has {', '.join(self.names[i])}"
                )
        return self.readings[0][first], self.readings[1][second]

    def table(self) -> Table:
        """Return a table with one row for each side and reading: prior probability and number of states."""
        rows = tuple(
            (player, name, float(self.priors[i][name]), len(automaton.states))
            for i, player in enumerate(self.game.stage.players)
            for name, automaton in self.readings[i].items()
        )
        return Table("private readings", ("side", "reading", "prior", "states"), rows)


def side_by_side(first: Automaton, second: Automaton, signals: Sequence[str]) -> Automaton:
    """Return the joint automaton of two one-sided automata, with the pairs of states that signals lead to."""
    start = (_only(first.start), _only(second.start))
    actions: dict[str, tuple[str, ...]] = {}
    transitions: dict[str, dict[str | tuple[str, ...], str]] = {}
    frontier = [start]
    while frontier:
        pair = frontier.pop(0)
        label = " / ".join(pair)
        if label in actions:
            continue
        actions[label] = (*first.actions[pair[0]], *second.actions[pair[1]])
        following = {
            y: (_only(first.next_states(pair[0], y)), _only(second.next_states(pair[1], y))) for y in signals
        }
        transitions[label] = {y: " / ".join(after) for y, after in following.items()}
        frontier += following.values()
    return Automaton(actions, " / ".join(start), actions, transitions)


def _only(lottery: Mapping[str, Number]) -> str:
    return next(state for state, chance in lottery.items() if chance)


def _check_prior(player: str, readings: Mapping[str, Automaton], prior: Mapping[str, Number]) -> None:
    if not readings:
        raise InvalidStrategy(f"{player} has no reading; give at least one")
    if set(prior) != set(readings):
        raise InvalidProbabilities(
            f"the prior of {player} must give a probability to each of {', '.join(readings)} and to "
            f"nothing else; got {shown(dict(prior))}"
        )
    if not is_probability_vector(float(p) for p in prior.values()):
        raise InvalidProbabilities(
            f"the prior of {player} must not be negative and must sum to 1; got {shown(dict(prior))}"
        )


def _check_reading(game: RepeatedGame, player: int, name: str, automaton: Automaton) -> None:
    who = f"reading {name!r} of {game.stage.players[player]}"
    signal = game.monitoring
    assert signal is not None  # noqa: S101 - checked before
    if not automaton.is_deterministic() or len([p for p in automaton.start.values() if p]) != 1:
        raise InvalidStrategy(
            f"{who} must begin in one state and lead to one state after each signal; make any lottery "
            "a part of the signal"
        )
    for state in automaton.states:
        profile = automaton.actions[state]
        if len(profile) != 1:
            raise InvalidStrategy(
                f"{who} must name one action, of its own side; state {state!r} has {profile!r}"
            )
        game.stage.action_index(player, profile[0])
        for key in automaton.transitions[state]:
            if not isinstance(key, str):
                raise InvalidStrategy(
                    f"{who}: transitions must be keyed by signals; state {state!r} has {key!r}"
                )
            if key != "otherwise":
                signal.signal_index(key)
        for y in signal.signals:
            automaton.next_states(state, y)
    reached = automaton.reachable()
    lost = [state for state in automaton.states if state not in reached]
    if lost:
        raise InvalidStrategy(
            f"{who}: no signal leads to state {lost[0]!r}; remove it or add a transition to it"
        )
