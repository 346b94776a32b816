"""The class `Agreement`: a recorded text with the methods that make and judge its games."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import ClassVar
from warnings import warn

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.progress import Progress
from negotiation.base.reading.models import model_of
from negotiation.base.reading.names import names_given
from negotiation.disputes import Scenario, State
from negotiation.disputes.continuous.game import Agencies, Pace, Reach
from negotiation.disputes.continuous.phases import QuietTimes
from negotiation.disputes.menus import Size
from negotiation.disputes.observation import Verifiability
from negotiation.errors import InvalidFile
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import (
    CriticalDiscountFactor,
    critical_discount_factor,
)
from negotiation.game_theory.strategies import Automaton
from negotiation.truces.compiling.clock import Clock
from negotiation.truces.compiling.compiler import Compiled, Outside, TextChoices, compiled_text
from negotiation.truces.compiling.readings import ReadingPair, reading_pair
from negotiation.truces.compiling.term_path import TermPath, term_path
from negotiation.truces.compiling.terms import check_agreement_fits, stated_postures
from negotiation.truces.record.agreement_text import (
    AgreementText,
    Dispute,
    read_agreement,
    scenario_for,
    truce_names,
)
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.record.state_trajectory import under_law_of
from negotiation.truces.theories.common.theory_game import GameOptions, TermClock, TheoryGame, theory_game
from negotiation.truces.verdicts.lifetime import TruceLifetime, truce_lifetime
from negotiation.truces.verdicts.under_noise import NoiseVerdicts, noise_verdicts

# Source of a clause that was added to try what it would do.
ASSUMED = "assumed: not in the text"


class Agreement(Tabular, Drawable, AgreementText):
    """A dated agreement, its clauses, and the games that they define. Load one with `truce`.

    The fields are the same as in an agreement's file.

    Examples
    --------
    >>> geneva = truce("2025-05-geneva")
    >>> str(geneva.in_force), geneva.clock_days, dict(geneva.covered())
    ('2025-05-14', 90, {('USA', 'tariff'): 'geneva', ('CHN', 'tariff'): 'geneva'})
    """

    _figure: ClassVar = "truces.agreement:agreement_figure"

    def table(self) -> Table:
        """Return one row for each clause.

        Returns
        -------
        Table
            The clause, the side and instrument that it binds, the prescribed level, whether it is covered,
            how well others can check it, and what was observed.
        """
        rows = tuple(
            (
                clause.id, clause.side, clause.record_instrument, clause.level, clause.covered,
                clause.verifiability, clause.observed,
            )
            for clause in self.clauses
        )  # fmt: skip
        columns = ("clause", "side", "instrument", "level", "covered", "can be checked", "observed")
        names = self.names_in(scenario_for(self, None))
        return Table(f"{self.title}, signed {self.signed}", columns, rows, names)

    def joining(self, scenario: Scenario) -> Agreement:
        """Return a copy of the agreement that belongs to a scenario; see `Scenario.with_agreement`.

        Parameters
        ----------
        scenario : Scenario
            The scenario that the agreement must fit.

        Returns
        -------
        Agreement
            The same text, assigned to the scenario's dispute.

        Raises
        ------
        InvalidFile
            If an agreement of this name is on record, or the agreement that it amends is not.
        UnknownCountry, UnknownInstrument, UnknownLevel, IllegalMove
            If a clause does not fit the scenario.
        InvalidGame
            If `scenario` is not a Scenario, a name or a folder.

        Examples
        --------
        >>> from negotiation.disputes import load_scenario
        >>> wider = truce("2025-10-busan").with_clause("USA", "visa", "open")
        >>> wider.joining(load_scenario("us-china-2025")) == wider
        True
        """
        world = scenario_for(self, scenario)
        # All that lies there, later than its day too; one that was given as values has no folder.
        on_record = () if world.folder is None else truce_names(world.folder, placebos=True)
        if self.id in on_record:
            raise InvalidFile(
                f"the agreement {self.id!r} is already on record in {world.name!r}; give yours another `id`"
            )
        if self.amends is not None and self.amends not in on_record:
            raise InvalidFile(
                f"{self.id!r}: `amends` is {self.amends!r}, but an agreement given to {world.name!r} can "
                f"amend only one that is on record there: {', '.join(on_record) or 'none'}"
            )
        # A copy, since the same text may be given to several scenarios, each of which is then its home.
        joined = self.model_copy()
        joined._home = world.folder  # noqa: SLF001 - it is of this dispute now
        check_agreement_fits(joined, world, world.default_state)
        # Levels stated of the day before are read only where a game begins from them; so look now.
        if joined.before:
            stated_postures(joined, world)
        return joined

    def path(self, scenario: Dispute | None = None, *, as_it_came: bool = False) -> TermPath:
        """Return the levels in force by day, until the clock ends.

        Parameters
        ----------
        scenario : Scenario, str or Path, optional
            The dispute, its name or its folder; by default the agreement's own.
        as_it_came : bool, default False
            Whether to include measures that a side eased during the term, according to the record. This is
            hindsight.

        Returns
        -------
        TermPath
            The levels by date, with one stretch for each day on which some change.

        Raises
        ------
        InvalidDate
            If the text prescribes no level that others can check, or was signed after the record's end.
        UnknownScenario, InvalidFile, InvalidGame
            If there is no such dispute or folder, or `scenario` is not a Scenario, a name or a folder.
        UnknownCountry, UnknownInstrument, UnknownLevel
            If a clause does not fit the scenario.

        Examples
        --------
        >>> path = truce("2025-05-geneva").path(as_it_came=True)
        >>> [str(stretch.day) for stretch in path.stretches][:2]
        ['2025-05-12', '2025-06-27']
        """
        return term_path(self, scenario_for(self, scenario), as_it_came=as_it_came)

    def compile(
        self,
        scenario: Dispute | None = None,
        *,
        outside: Outside = "moment",
        linkage: LinkageKind | None = None,
        clock: Clock = "counted",
        state: State | None = None,
    ) -> Automaton | ReadingPair:
        """Return the strategies that the agreement implies, over the public signals of its alarms.

        Parameters
        ----------
        scenario : Scenario, str or Path, optional
            The scenario, its name or its folder; by default the agreement's own dispute.
        outside : {"moment", "custom"}, default "moment"
            Levels of the instruments that the text does not bind: "moment" sets them to a stage equilibrium
            of the residual game, "custom" leaves them as they were before the signing.
        linkage : {"none", "within_issue", "proportionate", "all_or_nothing"}, optional
            A kind of linkage in place of the agreement's own.
        clock : {"counted", "memoryless", "none"}, default "counted"
            "counted" counts the periods of the term in the states; "memoryless" lets every period end it with
            the same chance; with "none" nothing ends it.
        state : State, optional
            State of the world; by default the state on the day of signing.

        Returns
        -------
        Automaton or ReadingPair
            A `ReadingPair` if the sides read the text differently; its clock is memoryless unless `clock` is
            "none". Verify an `Automaton` in `game` with the same arguments.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel
            If a clause names a country, an instrument or a level that the scenario does not have; the message
            names the clause.
        IllegalMove
            If the law forbids a level that a clause prescribes.
        InvalidProbabilities
            If an alarm is not informative.
        InvalidGame
            If the text prescribes no level that others can check, the dispute has more than two countries, or
            `scenario` is not a Scenario, a name or a folder.
        InvalidStrategy
            If the sides read the text differently and it is renewed by play, unless `clock` is "none".
        SizeLimit
            If there are too many states.
        UnknownScenario, InvalidFile
            If there is no such dispute or folder.
        UnknownName
            If `outside`, `linkage` or `clock` is not one of its values.
        InvalidOptions
            If `state` is not a State.

        Examples
        --------
        >>> from negotiation.game_theory.checks.verify import verify
        >>> busan = truce("2025-10-busan")
        >>> verify(busan.game(), busan.compile()).concept
        'perfect public equilibrium'
        """
        compiled = self._compiled(scenario, TextChoices(outside, linkage, clock, state))
        return compiled.automaton if isinstance(compiled, Compiled) else compiled

    def game(
        self,
        scenario: Dispute | None = None,
        *,
        outside: Outside = "moment",
        linkage: LinkageKind | None = None,
        clock: Clock = "counted",
        state: State | None = None,
    ) -> RepeatedGame:
        """Return the repeated game of the agreement, with the public signal of alarms.

        Parameters
        ----------
        scenario, outside, linkage, clock, state
            As in `compile`.

        Returns
        -------
        RepeatedGame
            An action is a country's joint choice of levels of the instruments that the text binds. Payoffs
            are in percent of GDP.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel, IllegalMove
            If a clause does not fit the scenario, as for `compile`.
        InvalidProbabilities, InvalidGame, InvalidStrategy, SizeLimit, InvalidOptions
            As for `compile`.
        UnknownScenario, InvalidFile, UnknownName
            As for `compile`.

        Examples
        --------
        >>> game = truce("2025-05-geneva").game()
        >>> game.stage.players, game.stage.n_actions, game.monitoring.n_signals
        (('USA', 'CHN'), (24, 8), 9)
        """
        return self._compiled(scenario, TextChoices(outside, linkage, clock, state)).game

    def _compiled(self, scenario: Dispute | None, choices: TextChoices) -> Compiled | ReadingPair:
        world = scenario_for(self, scenario)
        if self.readings:
            return reading_pair(self, world, choices)
        return compiled_text(self, world, choices)

    def verdict(self, scenario: Dispute | None = None, state: State | None = None) -> NoiseVerdicts:
        """Return the verdict on the text alone with its own remedy, under noise, by leg.

        .. deprecated:: 0.1
            Use `negotiation.verdict(agreement, remedy="as written", noise=True)`, which gives the same
            margins. This method will be removed in the next release.

        Parameters
        ----------
        scenario : Scenario, str or Path, optional
            The scenario, its name or its folder; by default the agreement's own dispute.
        state : State, optional
            State of the world; by default the state on the day of signing.

        Returns
        -------
        NoiseVerdicts
            One row for each leg. See `.holds` and `.explain()`.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel, IllegalMove
            If a clause does not fit the scenario, as for `compile`.
        InvalidProbabilities, InvalidGame, InvalidFile, SizeLimit, UnknownScenario, InvalidOptions
            As for `compile`.

        Examples
        --------
        >>> import warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     result = truce("2025-10-busan").verdict()
        >>> result["tariff"].words, result.holds
        ('holds', False)
        """
        warn(
            "Agreement.verdict() is deprecated: use negotiation.verdict(agreement, remedy='as written', "
            "noise=True), which gives the same margins",
            DeprecationWarning,
            stacklevel=2,
        )
        return noise_verdicts(self, scenario_for(self, scenario, to_judge=True), state)

    def survival(self, scenario: Dispute | None = None, state: State | None = None) -> TruceLifetime:
        """Return how long the agreement lasts if only false alarms or its clock end it.

        Parameters
        ----------
        scenario : Scenario, str or Path, optional
            The scenario, its name or its folder; by default the agreement's own dispute.
        state : State, optional
            State of the world; by default the state on the day of signing.

        Returns
        -------
        TruceLifetime
            Exact distributions of the time to each event, by leg, linkage and remedy; `.find(...)` returns
            one.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel, IllegalMove
            If a clause does not fit the scenario, as for `compile`.
        InvalidProbabilities, InvalidGame, InvalidFile, SizeLimit, UnknownScenario, InvalidOptions
            As for `compile`.

        Examples
        --------
        The mean number of days until Busan's tariff leg is answered, by linkage:

        >>> lifetimes = truce("2025-10-busan").survival()
        >>> [round(lifetimes.find("broken off", "tariff", linkage).mean_days)
        ...  for linkage in ("within_issue", "all_or_nothing")]
        [1823, 66]
        """
        return truce_lifetime(self, scenario_for(self, scenario), state)

    def critical_discount_factor(
        self,
        scenario: Dispute | None = None,
        *,
        linkage: LinkageKind | None = None,
        clock: Clock = "memoryless",
        state: State | None = None,
        progress: Progress | None = None,
    ) -> CriticalDiscountFactor:
        """Return the discount factors per period at which keeping the text is an equilibrium under noise.

        Different readings of the text are ignored. As in `game`, instruments that the text does not bind are
        not in the game.

        Parameters
        ----------
        scenario : Scenario, str or Path, optional
            The scenario, its name or its folder; by default the agreement's own dispute. Its discount factor
            is not used; compare the result with `scenario.discount_factor`.
        linkage : {"none", "within_issue", "proportionate", "all_or_nothing"}, optional
            A kind of linkage in place of the agreement's own.
        clock : {"memoryless", "counted", "none"}, default "memoryless"
            As in `compile`. With "counted", keeping needs more patience in the last periods. The computation
            is exact and slow with many states: the counted year of Busan takes most of a minute.
        state : State, optional
            State of the world; by default the state on the day of signing.
        progress : callable, optional
            Called with the percentage done and 100. By default progress is logged.

        Returns
        -------
        CriticalDiscountFactor
            `.value` is the least such discount factor, or `None` if no patience is enough. `.binding` says
            who would depart, and how.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel, IllegalMove
            If a clause does not fit the scenario, as for `compile`.
        InvalidProbabilities, InvalidGame, SizeLimit, InvalidOptions
            As for `compile`.
        UnknownScenario, InvalidFile, UnknownName
            As for `compile`.

        Examples
        --------
        >>> critical = truce("2025-10-busan").critical_discount_factor()
        >>> round(critical.value, 4), critical.binding.player
        (0.2082, 'CHN')
        """
        text = compiled_text(self, scenario_for(self, scenario), TextChoices("moment", linkage, clock, state))
        return critical_discount_factor(
            text.game.stage, text.automaton, monitoring=text.signal, progress=progress
        )

    def continuous_game(
        self,
        theory: str,
        scenario: Dispute | None = None,
        *,
        size: Size | None = None,
        instruments: Iterable[str] | None = None,
        state: State | None = None,
        moving: Iterable[str] = (),
        clock: TermClock = "memoryless",
        breach_cost: float = 0.0,
        quiet: QuietTimes | None = None,
        precision: float | None = None,
        move_rate: float | None = None,
        adjustment: float = 0.0,
        reach: Reach = "adjacent",
        agencies: Agencies = False,
    ) -> TheoryGame:
        """Return the game of the agreement in continuous time, under a theory of what its text leaves out.

        Parameters
        ----------
        theory : str
            Name of a theory; see `theories()`.
        scenario : Scenario, str or Path, optional
            The scenario, its name or its folder; by default the agreement's own dispute.
        size : str, optional
            Size of the game, which sets its instruments and levels; "core" if neither `size` nor
            `instruments` is given. The levels that the agreement keeps are added.
        instruments : iterable of str, optional
            Names of instruments, in place of a size; all their levels are in the game.
        state : State, optional
            State of the world; by default the state on the day of signing.
        moving : iterable of str, optional
            Components of the state that move; none by default. Authority is lost at the rate that pending
            court cases implied on the day of signing, unless another rate is set.
        clock : {"memoryless", "none"}, default "memoryless"
            Whether the term ends at a constant rate, with the text's mean length including renewals, or
            never. It has no effect under "each for itself" and "custom in kind", in which nothing ends.
        breach_cost : float, default 0
            Cost to a country from its departure until everything is kept again, in percent of GDP a year; an
            assumption. If it is positive, phases enter payoffs, and Markov equilibria of the game depend on
            them.
        quiet : QuietTimes, optional
            Times in which chances to move are rarer; none by default.
        precision, move_rate, adjustment, reach, agencies
            As for `Scenario.continuous_game`.

        Returns
        -------
        TheoryGame
            See `.game`, `.strategies` and `.response`, the noisy play of these strategies.

        Raises
        ------
        UnknownTheory, UnknownScenario, InvalidFile
            If there is no such theory, dispute or folder.
        InvalidGame, SizeLimit, UnknownComponent, UnknownInstrument
            If there is no such size, component or instrument, the game is too large, the dispute has more
            than two countries, `scenario` is not a Scenario, a name or a folder, or the theory has payments
            and therefore no form in continuous time.
        InvalidOptions, InvalidRate
            If an option is not one of its values, or a number is out of its range.
        InvalidStrategy
            If the text is renewed by play, which has no rate; use `clock="none"`.

        Examples
        --------
        >>> game = truce("2025-10-busan").continuous_game("moment", instruments=["tariff", "entity_list"])
        >>> game
        TheoryGame(2025-10-busan under moment: 90 states, 3 phases)
        >>> [phase for phase in game.phases]
        ['kept', 'over', 'ended']
        """
        components = names_given(moving) or ()
        options = GameOptions(size, names_given(instruments), state, components, clock, breach_cost, quiet)
        pace = Pace(precision, move_rate, adjustment, reach, agencies)
        if "authority" in components:
            scenario = under_law_of(self.signed, scenario_for(self, scenario))
        return theory_game(self, theory, scenario, options, pace)

    def with_clause(
        self,
        side: str,
        instrument: str,
        level: str,
        *,
        verifiability: Verifiability = "high",
        scenario: Dispute | None = None,
    ) -> Agreement:
        """Return the agreement with one more clause, marked as an assumption.

        Parameters
        ----------
        side : str
            Code of the country that the clause binds.
        instrument : str
            The instrument. Clauses and gaps on this instrument of this side that do not prescribe `level` are
            removed, with their readings.
        level : str
            The harshest level that the clause allows.
        verifiability : {"high", "medium", "low", "none"}, default "high"
            How well others can check the clause. With "low" or "none" it binds nothing, and a warning says
            so.
        scenario : Scenario, str or Path, optional
            The scenario of the instruments and levels, its name or its folder; by default the agreement's own
            dispute.

        Returns
        -------
        Agreement
            A new agreement, whose name and title combine the names and titles of this agreement and the
            instrument.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel
            If the scenario does not have the country, instrument or level.
        IllegalMove
            If the law forbids the level.
        InvalidFile
            If the agreement with the clause is invalid, or there is no such folder; the message says which.
        UnknownScenario, InvalidGame
            If there is no such dispute, or `scenario` is not a Scenario, a name or a folder.

        Examples
        --------
        Busan leaves out chip controls. With a clause on them, it needs more patience:

        >>> wider = truce("2025-10-busan").with_clause("USA", "chip_control", "h20_stopped")
        >>> wider.covered()[("USA", "chip_control")], round(wider.critical_discount_factor().value, 4)
        ('h20_stopped', 0.3034)
        """
        world = scenario_for(self, scenario)
        world.instrument(side, instrument).level(side, level)  # refuses what is not there
        # Clauses with another level are removed; one with the same level stays beside the new clause.
        gone = {
            clause.id
            for clause in self.clauses
            if (clause.side, clause.instrument) == (side, instrument) and clause.level != level
        }
        used = {clause.id for clause in self.clauses} - gone
        added = {
            # Ids of the record count up from T01; what is added counts down from T99, so as not to meet.
            "id": next(name for k in range(99, -1, -1) if (name := f"T{k:02d}") not in used),
            "side": side,
            "record_instrument": instrument,
            "instrument": instrument,
            "level": level,
            "obligation": f"{instrument} at most at {level}",
            "covered": True,
            "verifiability": verifiability,
            "observed": "unknown",
            "source_title": ASSUMED,
            "confidence": "low",
        }
        return self._changed("with", instrument, world, gone, added)

    def without_clause(self, side: str, instrument: str, *, scenario: Dispute | None = None) -> Agreement:
        """Return the agreement without its clauses on one instrument of one side.

        Parameters
        ----------
        side : str
            Code of the country that is no longer bound.
        instrument : str
            The instrument, whose clauses and readings are removed.
        scenario : Scenario, str or Path, optional
            The scenario of the instruments, its name or its folder; by default the agreement's own dispute.

        Returns
        -------
        Agreement
            A new agreement, whose name and title combine the names and titles of this agreement, the side and
            the instrument.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the scenario does not have the country or instrument.
        InvalidFile
            If the agreement has no clause on the instrument, or is invalid without it, or there is no such
            folder.
        UnknownScenario, InvalidGame
            If there is no such dispute, or `scenario` is not a Scenario, a name or a folder.

        Examples
        --------
        Busan without China's purchases:

        >>> busan = truce("2025-10-busan")
        >>> less = busan.without_clause("CHN", "purchases")
        >>> ("CHN", "purchases") in busan.covered(), ("CHN", "purchases") in less.covered()
        (True, False)
        """
        world = scenario_for(self, scenario)
        world.instrument(side, instrument)  # refuses what is not there
        about = side, instrument
        gone = {clause.id for clause in self.clauses if (clause.side, clause.instrument) == about}
        if not gone:
            bound = ", ".join(f"{who} {what}" for who, what in self.covered()) or "nothing"
            raise InvalidFile(
                f"{self.id!r} has no clause on {instrument!r} of {side!r} that could be left out; it binds "
                f"{bound}"
            )
        return self._changed(f"without {side}", instrument, world, gone)

    def _changed(
        self, how: str, instrument: str, world: Scenario, gone: Collection[str], *added: dict[str, object]
    ) -> Agreement:
        """Return the agreement without some of its clauses and with others, named after the change."""
        words = f"{how} {world.instruments[instrument].title}"
        # Through the form of a file and back, so that the changed text is checked as one that was written.
        data = self.model_dump(mode="json", exclude_none=True)
        data["id"] = f"{self.id}-{how} {instrument}".lower().replace(" ", "-").replace("_", "-")
        data["title"] = f"{self.title} {words}"
        data["clauses"] = [*(clause for clause in data["clauses"] if clause["id"] not in gone), *added]
        data["readings"] = [reading for reading in data["readings"] if reading["clause"] not in gone]
        other = model_of(data, type(self), f"{self.id} {words}")
        other._home = self.home  # noqa: SLF001 - it is of the same dispute
        check_agreement_fits(other, world, world.default_state)
        return other


def truce(name: str | Path, scenario: Dispute | None = None) -> Agreement:
    """Return an agreement by its name or from a file.

    Parameters
    ----------
    name : str or Path
        A name from `truce_names(placebos=True)`, or the path of an agreement's file: a `Path`, or a string
        that ends in ".toml".
    scenario : Scenario, str or Path, optional
        The dispute of the agreement, its name or its folder. It is needed only for disputes outside the
        package, since names are unique within it.

    Returns
    -------
    Agreement
        The agreement. See `.clauses`, `.covered()`, `.compile()`, `.survival()`, `.with_clause(...)` and
        `.without_clause(...)`.

    Raises
    ------
    UnknownTruce
        If no agreement of this name is on record; the message suggests the nearest names.
    UnknownScenario
        If there is no such dispute.
    InvalidDate
        If the agreement was signed after the day as of which the scenario is known.
    InvalidFile
        If the file of the agreement is missing or has a fault, there is no such folder, or several disputes
        have an agreement of this name.

    Examples
    --------
    >>> truce("2025-10-busan").covered()[("USA", "entity_list")]
    'listed_only'
    >>> truce("geneva")
    Traceback (most recent call last):
    ...
    negotiation.errors.UnknownTruce: no truce 'geneva'; did you mean '2025-05-geneva'? Known: ...
    """
    return read_agreement(name, Agreement, scenario)
