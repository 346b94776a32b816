"""A truce in a stochastic game, kept while its clock runs.

The game is the small stochastic game of the dispute. Its state has the tariff authority, both dependences,
the stocks and the clock. While the clock is above 0, both sides keep the calmest levels that the law allows.
Once it is 0, they play a pure Markov perfect equilibrium. Any departure brings that equilibrium at once and
for ever. The strategy is checked by one-shot deviations in every memory and state that play can reach. The
worth of the truce is shown by state: with and without the tariff authority, and by the rest of the clock.
Cost: one Markov perfect equilibrium and one check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.errors import InvalidGame
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import Profile, StochasticGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.markov.equilibria import markov_perfect_equilibria
from negotiation.game_theory.solvers.values.value import value
from negotiation.game_theory.strategies import MarkovStrategy
from negotiation.game_theory.strategies.grim_trigger_in_states import grim_trigger_in_states
from negotiation.game_theory.strategies.state_automaton import StateAutomaton, pure_profiles

# The day after a truce is signed: its whole term ahead, stocks gone, authority in force.
SIGNED = State(clock=3, stocks=0)

TRUCE, OVER = "truce", "over"


@dataclass(frozen=True)
class StateMargin:
    """The margin of the truce in one state of the world."""

    state: State
    # What the truce prescribes in it.
    kept: Profile
    # Value of the truce less that of its end, by player, average discounted, percent of GDP.
    worth: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class TruceInStates(Tabular):
    """A truce as an automaton of a stochastic game, with its check."""

    # The small game from the day after the signing.
    game: StochasticGame
    # The truce, and what ends it.
    automaton: StateAutomaton
    verdict: Verdict
    # By state in which the clock runs.
    margins: tuple[StateMargin, ...]
    players: tuple[str, ...]
    status: Status = "complete"

    def __iter__(self) -> Iterator[StateMargin]:
        return iter(self.margins)

    def worth(self, **steps: int) -> tuple[float, ...]:
        """Return the least worth of the truce to each player over the states with these components."""
        worths = [m.worth for m in self.margins if all(getattr(m.state, k) == v for k, v in steps.items())]
        if not worths:
            raise InvalidGame(
                f"no state in which the clock runs has {steps}; choose the steps of a state in `margins`"
            )
        return tuple(min(column) for column in zip(*worths, strict=True))

    def table(self) -> Table:
        """Return one row for each state of the tariff authority and of the clock: the least worth."""
        # A dispute without laws that can be lost has no states without authority.
        reached = {(m.state.authority, m.state.clock) for m in self.margins}
        rows = [
            (
                "in force" if authority else "lost",
                clock,
                *self.worth(authority=authority, clock=clock),
            )
            for authority, clock in sorted(reached, reverse=True)
        ]
        columns = (
            "tariff authority",
            "thirds of the term left",
            *(f"worth to {p}, % GDP" for p in self.players),
        )
        holds = "holds" if self.verdict.holds else "does not hold"
        return Table(
            f"the truce over states {holds} (margin {float(self.verdict.margin):.3g}); least worth over "
            "dependence and stocks",
            columns,
            tuple(rows),
        )


def truce_in_states(scenario: Scenario, start: State = SIGNED) -> TruceInStates:
    """Return the truce of the small stochastic game, checked in every state that play can reach."""
    game = scenario.stochastic_game(state=start)
    # The clock moves no payoff: what is played once it has run out is played with any other step of it.
    unclocked = _fallback(scenario.stochastic_game(state=replace(start, clock=0)))
    over = {label: unclocked[replace(State.from_label(label), clock=0).label] for label in game.states}
    kept = {
        label: stage.labels((0,) * stage.n_players) if State.from_label(label).clock else over[label]
        for label, stage in zip(game.states, game.stages, strict=True)
    }
    automaton = grim_trigger_in_states(game, kept, over, names=(TRUCE, OVER))
    # Values of both memories in every state, from one linear system.
    values = value(game, automaton)
    margins = tuple(
        StateMargin(
            State.from_label(label),
            kept[label],
            tuple(values[TRUCE, label, p] - values[OVER, label, p] for p in game.players),
        )
        for label in game.states
        if State.from_label(label).clock
    )
    return TruceInStates(game, automaton, verify(game, automaton), margins, game.players)


def _fallback(game: StochasticGame) -> dict[str, Profile]:
    """Return the first certified pure Markov perfect equilibrium, by state."""
    solution = markov_perfect_equilibria(game, method="pure")
    for equilibrium in solution.equilibria:
        strategy = equilibrium.strategy
        if isinstance(strategy, MarkovStrategy):
            return pure_profiles(game, strategy)
    raise InvalidGame(
        "no pure Markov perfect equilibrium was found in the small game after the clock has ended, so "
        "nothing is known to follow the truce; give another `start`, or a scenario with other parameters"
    )
