"""An agreement under a theory as a game in continuous time, and the play around the theory's strategies.

The checked strategies of a theory are translated into continuous time: a state becomes a public phase, a side
with a chance to move takes a step towards the aim of the phase, departures move the phase, and changes after
a period occur at the rate of periods. The values of the strategies solve one linear system, and forecasts use
the logit of these values, one step of quantal response. If the strategies are an equilibrium, play at high
precision agrees with them; otherwise it departs from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from scipy.linalg import expm
from scipy.sparse import csr_array

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.reading.numbers import expect_number
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.continuous.draft import Draft, drafted
from negotiation.disputes.continuous.game import Pace, aimed_choices, continuous_posture_game
from negotiation.disputes.continuous.nature import moving_components, reached
from negotiation.disputes.continuous.phases import Phases, QuietTimes
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import Levels, Menus, Size
from negotiation.disputes.menus import menus as levels_of
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.disputes.wide_table import WideMenus
from negotiation.errors import InvalidGame, InvalidOptions, InvalidRate, shown
from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker, OptionRows
from negotiation.game_theory.solutions.continuous_equilibrium import LogitResponse
from negotiation.game_theory.solutions.continuous_process import EventProbabilities
from negotiation.game_theory.solvers.continuous.logit_response import logit_response
from negotiation.game_theory.solvers.continuous.transient import event_probabilities
from negotiation.game_theory.strategies.move_choices import MoveChoices
from negotiation.truces.compiling.compiler import term_of
from negotiation.truces.record.agreement_text import AgreementText, Dispute, scenario_for
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.record.until_changed import OF_PARAMETERS
from negotiation.truces.theories import theories_by_name
from negotiation.truces.theories import theory as theory_named
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.in_time import Checks, Times, rule_of

# Whether the term of a text ends at a constant rate, or never.
TermClock: TypeAlias = Literal["memoryless", "none"]

# The default size, if the dispute has it; otherwise the largest affordable one.
CORE = "core"


@dataclass(frozen=True)
class GameOptions:
    """Options of a theory's game, apart from the agreement and the theory."""

    # A size of the dispute; "core" if neither it nor `instruments` is given.
    size: Size | None = None
    # Names, in place of a size; all their levels are in the game.
    instruments: tuple[str, ...] | None = None
    # Where the world begins; on the day of signing if not given.
    state: State | None = None
    # Components of the state that move.
    moving: tuple[str, ...] = ()
    # Whether the term ends at a constant rate, or never.
    clock: TermClock = "memoryless"
    # What a country pays a year from its departure until all is kept again, percent of GDP.
    breach_cost: float = 0.0
    quiet: QuietTimes | None = None
    # Of the instruments that are named, only these levels, and the kept ones.
    levels: Levels | None = None

    def __post_init__(self) -> None:
        if self.clock not in ("memoryless", "none"):
            raise InvalidOptions(f"`clock` is {shown(self.clock)}; allowed: 'memoryless', 'none'")
        if not 0.0 <= expect_number("`breach_cost`", self.breach_cost, InvalidRate) < float("inf"):
            raise InvalidRate(
                "`breach_cost`, in percent of GDP a year, must be a finite number of at least 0; got "
                f"{self.breach_cost}"
            )
        if not isinstance(self.quiet, QuietTimes | None):
            raise InvalidOptions(f"`quiet` must be a QuietTimes or None; got {shown(self.quiet)}")


@dataclass(frozen=True, eq=False, repr=False)
class TheoryGame(Tabular):
    """Game of an agreement under a theory, in continuous time. Get one with `Agreement.continuous_game`.

    Parameters
    ----------
    agreement : str
        Name of the agreement.
    theory : str
        Name of the theory.
    game : ContinuousTimeGame
        The game of levels and phases; phases move as the theory says. Options pay only the cost of a move,
        because the strategies do not respond to shocks. Use `markov_game` for equilibria.
    strategies : tuple of MoveChoices
        The theory's strategies without noise, one for each decision maker.
    rule : Phases
        The phases: the levels at which they aim, and what moves them.

    Examples
    --------
    >>> import negotiation as ng
    >>> game = ng.truce("2025-10-busan").continuous_game("renegotiation")
    >>> game.phases
    ('kept', 'answer USA', 'answer CHN', 'ended')
    >>> game.phase_after([("USA", "entity_list", "listed_only", "affiliates_rule")])
    'answer USA'
    """

    agreement: str
    theory: str
    game: ContinuousTimeGame
    strategies: tuple[MoveChoices, ...]
    rule: Phases
    _checks: Checks = field(repr=False)
    _draft: Draft = field(repr=False)
    _pace: Pace = field(repr=False)

    @property
    def certified(self) -> bool:
        """Whether the strategies, played by periods, pass their independent check.

        Instruments that they leave out must also be at a stage equilibrium. Checked on first use.
        """
        return self._checks.hold

    @cached_property
    def markov_game(self) -> ContinuousTimeGame:
        """The same game with options evened as in `Scenario.continuous_game`, for computing equilibria.

        Markov perfect equilibria depend on phases only if payoffs or the pace do, with `breach_cost` or
        `quiet`.
        """
        return continuous_posture_game(self._draft, replace(self._pace, evened=True))

    @property
    def phases(self) -> tuple[str, ...]:
        """Labels of the public phases; play begins in the first."""
        return self.rule.labels

    @cached_property
    def response(self) -> LogitResponse:
        """Noisy play: logit choices at the values of the strategies. The theory's forecasts use it."""
        return logit_response(self.game, self.strategies)

    def state_of(self, postures: Postures, phase: str | None = None, state: State | None = None) -> str:
        """Return the state of the game with given levels.

        Parameters
        ----------
        postures : Postures
            The levels in force. A level outside the game is replaced by the harshest calmer level in it, or
            by the calmest.
        phase : str, optional
            The phase; by default the first.
        state : State, optional
            State of the world, if it moves; by default the state at the start.

        Returns
        -------
        str
            Label of the state.

        Raises
        ------
        UnknownState
            If there is no such phase, or no such state of the world in the game.
        UnknownLevel
            If an instrument does not have the given level.
        """
        return self.game.states[self._draft.state_index(postures, phase, state)]

    def phase_after(self, moves: Iterable[tuple[str, str, str, str]], phase: str | None = None) -> str:
        """Return the phase after some moves.

        Parameters
        ----------
        moves : iterable of (country, instrument, level before, level after)
            Moves in order. Instruments outside the game are ignored.
        phase : str, optional
            The phase before the moves; by default the first.

        Returns
        -------
        str
            The phase to which the moves lead. Phases also change by themselves, as an answer or the term
            ends; these changes are ignored here, and `log_likelihood` infers them from observations.

        Raises
        ------
        UnknownState
            If there is no such phase.
        UnknownLevel
            If a move names a level that its instrument does not have.
        """
        self._draft.state_index(self._draft.fixed, phase)  # refuses what is no phase
        now = 0 if phase is None else self.phases.index(phase)
        for country, name, before, after in moves:
            now = self._moved((country, name), now, before, after)
        return self.phases[now]

    def _moved(self, pair: Pair, phase: int, before: str, after: str) -> int:
        """Return the phase after one move, unchanged if the instrument is not in the game."""
        if pair not in self.rule.aims:
            return phase
        country, name = pair
        position = self._draft.setup.instruments[name].position
        aim, left, went = (position(country, x) for x in (self.rule.aims[pair][phase], before, after))
        return self.rule.after(pair, phase, aim=aim, before=left, after=went)

    def phase_chances(
        self, moves: Iterable[tuple[float, str, str, str, str]], years: float, *, barred: Sequence[str] = ()
    ) -> dict[str, float]:
        """Return the chance of each phase at a time, given the moves until then.

        Play begins in the first phase at time 0. Phases change by themselves at their rates, and with moves
        as the rule says. How likely the moves are in each phase is ignored.

        Parameters
        ----------
        moves : iterable of (years, country, instrument, level before, level after)
            Moves in order, with their times in calendar years. Instruments outside the game are ignored.
        years : float
            The time of the chances, in calendar years; not before the last move.
        barred : sequence of str, optional
            Phases that play is known not to have entered; none by default.

        Returns
        -------
        dict from str to float
            Chance by phase, for the phases that are possible.

        Raises
        ------
        UnknownLevel
            If a move names a level that its instrument does not have.
        """
        rates = np.array(self.rule.rates, dtype=np.float64)
        # A phase that is known not to have come is left out of the generator: chances are given that it did
        # not.
        rates[:, [self.phases.index(phase) for phase in barred if phase in self.phases]] = 0.0
        np.fill_diagonal(rates, 0.0)
        generator = rates - np.diag(rates.sum(axis=1))
        chances, at = np.eye(len(self.phases))[0], 0.0
        for time, country, name, before, after in moves:
            if (country, name) not in self.rule.aims:
                continue
            # Phases go on by themselves up to the move, and each then jumps to where the move leads from it.
            chances, at = chances @ expm(generator * (time - at)), time
            moved = np.zeros_like(chances)
            for phase, chance in enumerate(chances):
                moved[self._moved((country, name), phase, before, after)] += chance
            chances = moved
        chances = np.clip(chances @ expm(generator * (years - at)), 0.0, None)
        shares = (chances / chances.sum()).tolist()
        return {phase: share for phase, share in zip(self.phases, shares, strict=True) if share > 0.0}

    @property
    def kept(self) -> Postures:
        """Levels of all instruments, in the game or not, while the agreement is kept."""
        return self._draft.fixed

    @property
    def start(self) -> str:
        """Label of the state in which everything is kept, in the first phase."""
        return self.state_of(self.kept)

    @property
    def ladders(self) -> dict[Pair, tuple[str, ...]]:
        """Levels of each instrument in the game, calmest first, in the state of the world at the start."""
        return dict(zip(self._draft.pairs, self._draft.blocks[0].levels, strict=True))

    def breaches(
        self, years: float | Sequence[float] | FloatArray, start: str | None = None
    ) -> EventProbabilities:
        """Return the chances of phase-changing departures, by instrument, under the noisy play of `response`.

        Parameters
        ----------
        years : float or sequence of float
            Times ahead in years, in increasing order.
        start : str, optional
            A state of the game; by default the state in which everything is kept.

        Returns
        -------
        EventProbabilities
            Chances of at least one such departure within each time, by events such as "USA tariff breach".

        Raises
        ------
        InvalidGame
            If no move changes the phase, as under a theory without answers, or if `years` has a number that
            is negative, infinite or out of order.
        UnknownState
            If the game has no state with the label `start`.
        SizeLimit
            If the times are so long that too many moves are expected.
        """
        game, count = self.game, self._draft.n_levels
        makers = []
        for maker, rows in zip(game.makers, game.options, strict=True):
            # States are phase times world and levels, the phase first: another quotient is another phase.
            moved = rows.sources // count != rows.targets // count
            # Events come in pairs, up and down in one instrument.
            names = [name.rsplit(" ", 1)[0] + " breach" for name in rows.event_names[::2]]
            leaving = np.where(moved, rows.events // 2, -1)
            broken = sorted({int(k) for k in leaving if k >= 0})
            place = {k: j for j, k in enumerate(broken)}
            events = np.array([place.get(int(k), -1) for k in leaving], dtype=np.intp)
            options = OptionRows(rows.indptr, rows.targets, rows.payoffs, events, [names[k] for k in broken])
            makers.append(DecisionMaker(maker.player, maker.rate, options, maker.precision, maker.label))
        renamed = ContinuousTimeGame(
            game.flows, makers, game.discount_rates, self._draft_nature(), game.states, game.players
        )
        if not renamed.events:
            raise InvalidGame(
                f"under the theory {self.theory!r} no move changes the phase of {self.agreement!r}, so there "
                "are no breaches; make the game with another `theory`, whose strategies answer departures"
            )
        choices = self.response.choice_probabilities
        return event_probabilities(renamed, choices, start=start or self.start, years=years)

    def _draft_nature(self) -> csr_array:
        nature, size = self.game.nature, self.game.n_states
        return csr_array((nature.rates, (nature.sources, nature.targets)), shape=(size, size))

    def intensities(self, state: str) -> dict[str, float]:
        """Return the rate of each event in a state, under the noisy play of `response`.

        Parameters
        ----------
        state : str
            Label of a state of the game.

        Returns
        -------
        dict from str to float
            Rate per year by event.

        Raises
        ------
        UnknownState
            If the game has no such state.
        """
        return self.response.intensities(state)

    def table(self) -> Table:
        """Return the level at which each phase aims, for each country and instrument.

        Returns
        -------
        Table
            All levels of the first phase, then those in which another phase differs from it.
        """
        rows = [
            (phase or "always", country, name, levels[p])
            for p, phase in enumerate(self.phases)
            for (country, name), levels in self.rule.aims.items()
            if p == 0 or levels[p] != levels[0]
        ]
        title = f"{self.agreement} under {self.theory}: what phases aim at"
        return Table(title, ("phase", "country", "instrument", "level"), tuple(rows))

    def __repr__(self) -> str:
        return (
            f"TheoryGame({self.agreement} under {self.theory}: {self.game.n_states} states, "
            f"{len(self.phases)} phases)"
        )


def theory_game(
    agreement: AgreementText, theory: str, scenario: Dispute | None, options: GameOptions, pace: Pace
) -> TheoryGame:
    """Return an agreement under a theory in continuous time; see `Agreement.continuous_game`."""
    world = scenario_for(agreement, scenario)
    return GamesOfTheory(agreement, theory, world, options).at(world, pace)


class GamesOfTheory:
    """An agreement under a theory in continuous time, at successive settings of the parameters.

    Parts that depend on no parameter are computed once: levels in force, menus, joint levels and the moves
    between them.
    """

    def __init__(self, agreement: AgreementText, theory: str, world: Scenario, options: GameOptions) -> None:
        chosen = theory_named(theory)
        if not chosen.in_time:
            known = ", ".join(other.name for other in theories_by_name().values() if other.in_time)
            raise InvalidGame(
                f"the theory {theory!r} has payments, so it has no form in continuous time; use `verdict` "
                f"for the legs, or choose one of: {known}"
            )
        size = options.size
        if size is None and options.instruments is None and CORE in world.definition.sizes:
            size = CORE
        # Unlike `Scenario.continuous_game` the world stays as it is by default.
        components = moving_components(world, options.moving)
        start = state_of_the_day(agreement, world, options.state).likely
        about = game_batch(
            agreement, world, start, size, instruments=options.instruments, levels=options.levels
        )
        menus = {z: _menus(world, about, options, z) for z in reached(start, world.motion, components)}
        wide = WideMenus(about.menus, about.kept)
        self.agreement, self.options, self._theory, self._world = agreement, options, chosen, world
        self._about = replace(about, games=ManyPostureGames(world, {}, start, wide))
        self._draft = drafted(world, menus, about.kept, components)
        self._settled = options.state is not None and not components

    def at(self, world: Scenario, pace: Pace) -> TheoryGame:
        """Return the game at one setting of the parameters."""
        if world is not self._world and not self._fits(world):
            return GamesOfTheory(self.agreement, self._theory.name, world, self.options).at(world, pace)
        about = self._about if world is self._world else self._about.at(world)
        # The chance a period that the term ends and is not renewed, times so many periods a year.
        ends = 0.0
        if self.options.clock == "memoryless":
            ends = term_of(self.agreement, world, "memoryless").hazard()
        periods = DAYS_A_YEAR / world.parameters["reaction_lag_days"]
        times = Times(periods, ends * periods, self.options.breach_cost)
        rule, checks = rule_of(self._theory, about, times)
        if self.options.quiet is not None:
            rule = rule.beside(self.options.quiet.phases)
        draft = self._draft._replace(setup=world, phases=rule)
        # Not evened: a strategy answers to no shocks, so that more options are worth no more.
        plain = replace(pace, evened=False)
        game = continuous_posture_game(draft, plain, about.games)
        play = aimed_choices(draft, plain)
        return TheoryGame(self.agreement.id, self._theory.name, game, play, rule, checks, draft, plain)

    def _fits(self, world: Scenario) -> bool:
        """Return whether a dispute differs only in parameters that change neither levels nor states."""
        # With a state of the day, or one that moves, parameters decide which states and levels there are.
        return self._settled and all(
            value is getattr(world, attribute.name)
            for attribute in fields(self._world)
            if attribute.init and attribute.name not in OF_PARAMETERS
            for value in [getattr(self._world, attribute.name)]
        )


def _menus(world: Scenario, about: GameBatch, options: GameOptions, state: State) -> Menus:
    """Return the levels in the game in a state of the world, including kept levels while they are lawful."""
    menus = levels_of(world, about.size or None, options.instruments, options.levels or {}, state)
    for country, menu in menus.items():
        for name, labels in menu.items():
            kept = about.kept[country][name]
            if kept not in labels and kept in {level.label for level in world.levels(country, name, state)}:
                menu[name] = (kept, *labels)
    return menus
