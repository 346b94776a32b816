"""The setup of a dispute, from which games are made: its levels, their payoffs, and variants of it.

A variant is the same dispute with other parameters, instruments, agreements or levels, or on another day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

import numpy as np

from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.numbers import expect_day, expect_generator, expect_number
from negotiation.disputes.additions.fit import facts_of, readers_of
from negotiation.disputes.additions.instruments import (
    Given,
    Holdings,
    Rates,
    Signed,
    Source,
    with_one_agreement,
    with_one_less,
    with_one_more,
    with_rates,
    with_whole_ladders,
)
from negotiation.disputes.additions.making import WholeLadder
from negotiation.disputes.agencies.agency import Agency, agencies_of
from negotiation.disputes.components import SIZES
from negotiation.disputes.domains import FINITE, POSITIVE, Domain
from negotiation.disputes.files.laws import Docket, Law
from negotiation.disputes.files.quantities import Calibration, Country
from negotiation.disputes.files.scenario_file import SMALL, ScenarioFile
from negotiation.disputes.forms.binding import Binding, BoundCase
from negotiation.disputes.forms.form import HORIZON
from negotiation.disputes.instrument import Circumstances, Effects, Instrument, Level
from negotiation.disputes.law import loss_by_cases
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.observation import LEGS
from negotiation.disputes.periods import TIME_PARAMETERS, period_discount_factor
from negotiation.disputes.posture import Postures
from negotiation.disputes.quantity import Parameters, Quantity, on_day
from negotiation.disputes.state import Motion, State
from negotiation.disputes.trade.table import TradeTable
from negotiation.errors import (
    InvalidDate,
    InvalidGame,
    InvalidNumber,
    InvalidOptions,
    UnknownComponent,
    UnknownCountry,
    UnknownInstrument,
    shown,
)

# Days since a step, one reaction lag, the path of levels kept for good, or the calibration's horizon.
Days: TypeAlias = float | Literal["lag", "path"] | None


@dataclass(frozen=True, eq=False)
class Facts:
    """Countries, instruments and parameter values of a dispute, and ways to look them up."""

    # What is played: countries, state, sizes of games.
    definition: ScenarioFile
    laws: tuple[Law, ...]
    calibration: Calibration
    facts: Mapping[str, Country]
    # All instruments that the countries hold, tariffs first, then controls, then the rest.
    instruments: Mapping[str, Instrument]
    # Current values: facts as `<country>.<fact>`, and the calibration's parameters.
    parameters: Parameters
    # The forms of the instruments that come from files.
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    # Where its record and agreements lie; `None` if it was made from a dict.
    folder: Path | None = None
    # The ladders with their past levels, of the instruments that have some.
    whole: Mapping[str, WholeLadder] = field(default_factory=dict)
    # Whether past levels are among those of its instruments; see `with_past_levels`.
    looks_back: bool = False
    # Names of the parameters that `with_parameters` has set: draws hold them.
    set_by_hand: frozenset[str] = frozenset()
    # Agreements that were added to the folder's; see `with_agreement`.
    agreements: Mapping[str, Signed] = field(default_factory=dict)
    # Cases and clocks of the law that may move an instrument: nature's moves, with the chances of their day.
    dockets: tuple[Docket, ...] = ()
    # The trade table, where the dispute has one.
    trade: TradeTable | None = None
    # When a step's payoffs are taken where no days are named; see `paid_after`.
    payoff_days: Days = None
    # Payoffs that were made before, by country, instrument, state and days.
    paid: dict[tuple[str, str, State, Days], Effects] = field(default_factory=dict, init=False, repr=False)

    def __repr__(self) -> str:
        central = {name: quantity.value for name, quantity in self.quantities.items()}
        moved = [f"{name!r}: {x!r}" for name, x in self.parameters.items() if x != central.get(name)]
        shown, rest = moved[: NUMERICS.most_shown], len(moved) - NUMERICS.most_shown
        shown += [f"... {rest} more"] if rest > 0 else []
        values = f"moved={{{', '.join(shown)}}}" if moved else "at its central values"
        return f"{type(self).__name__}({self.name!r}, {values})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - asked for by shells
        printer.text(repr(self))

    @property
    def name(self) -> str:
        """Name of the dispute."""
        return self.definition.name

    @property
    def title(self) -> str:
        """Name in prose."""
        return self.definition.title

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names in prose of the dispute, its countries, instruments and levels, by identifier.

        Tables show them in place of the identifiers. A level has two identifiers: its label, and
        `<instrument>=<label>`.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> names = load_scenario("us-china-2025").names
        >>> names["USA"], names["rare_earth_curb"], names["chip_control=h20_stopped"]
        ('United States', 'rare-earth curb', 'chip control: H20 stopped')
        """
        levels = [
            (tool, level)
            for tool in self.instruments.values()
            for side in tool.levels.values()
            for level in side
        ]
        return {
            **{level.label: level.name for _, level in levels},
            **{f"{tool.name}={level.label}": f"{tool.title}: {level.name}" for tool, level in levels},
            **{name: tool.title for name, tool in self.instruments.items()},
            **{code: country.name for code, country in self.facts.items()},
            self.name: self.title,
        }

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries, in the order of the players."""
        return self.definition.countries

    @property
    def legs(self) -> tuple[str, ...]:
        """Names of the legs that have instruments, among "tariff", "control" and "other".

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> load_scenario("us-china-2025").legs, load_scenario("japan-korea-2019").legs
        (('tariff', 'control', 'other'), ('control', 'other'))
        """
        used = {instrument.leg for instrument in self.instruments.values()}
        return tuple(leg for leg in LEGS if leg in used)

    @cached_property
    def agencies(self) -> Mapping[str, tuple[Agency, ...]]:
        """The agencies by country, for each country that has some; any other country decides as one."""
        named = self.definition.agencies
        return {code: agencies_of(code, files, self.instruments) for code, files in named.items()}

    @property
    def default_state(self) -> State:
        """State of the world from which games begin, unless another is given."""
        return State(**self.definition.state.start)

    def state_given(self, state: State | None) -> State:
        """Return a given state, or the default state if there is none.

        Parameters
        ----------
        state : State or None
            State of the world.

        Returns
        -------
        State
            `state`, or `default_state` if it is `None`.

        Raises
        ------
        InvalidOptions
            If `state` is neither a `State` nor `None`.
        """
        if state is None or isinstance(state, State):
            return state or self.default_state
        raise InvalidOptions(f"`state` must be a State, such as State(stocks=1), or None; got {shown(state)}")

    @property
    def motion(self) -> Motion:
        """Rules by which the state of the world moves, at these parameter values."""
        rules = self.definition.state.belief
        learned = None if rules is None else self._range(rules.harm)
        return Motion(self.definition.state, self.parameters, learned)

    def _range(self, name: str) -> tuple[float, float]:
        """Return the range of a parameter as known on the day, widened to contain its value.

        If the range was published later, the range of the calibration that this one extends is used, where
        there is one. The value is the expected harm, which must lie between the two harms of the belief.
        """
        quantity, before = self.quantities[name], self.calibration.inherited.get(name)
        if quantity.known_from is not None and before and quantity.known_from > self.definition.known:
            quantity = before
        value = self.parameters[name]
        return min(quantity.low, value), max(quantity.high, value)

    @property
    def renewal(self) -> float:
        """Chance that a term is renewed. Raises `InvalidGame` if the dispute has no clock."""
        clock = self.definition.state.clock
        if clock is None:
            raise InvalidGame(
                f"{self.name!r} has no clock, so there is no chance of renewal; give [state.clock] in "
                "scenario.toml, or `renewal` in the agreement"
            )
        return self.parameters[clock.renewal]

    @property
    def discount_factor(self) -> float:
        """Discount factor of one period, which is one reaction lag."""
        return period_discount_factor(*(self.parameters[name] for name in TIME_PARAMETERS))

    @property
    def quantities(self) -> dict[str, Quantity]:
        """All facts and parameters by name, with their ranges and sources."""
        facts = {
            f"{code}.{name}": quantity
            for code, country in self.facts.items()
            for name, quantity in country.facts.items()
        }
        known, authority = dict(self.calibration.parameters), self.definition.state.authority
        if authority is not None and authority.loss in known:
            by_cases = loss_by_cases(self.dockets, self.definition.known)
            known[authority.loss] = by_cases or known[authority.loss]
        return {**facts, **known}

    def other(self, country: str) -> str:
        """Return the other country of a dispute of two.

        Parameters
        ----------
        country : str
            Code of the country.

        Returns
        -------
        str
            Code of the other country.

        Raises
        ------
        UnknownCountry
            If the dispute does not have the country.
        InvalidGame
            If the dispute has more than two countries.
        """
        others = self.others(country)
        self.expect_two("the other country")
        return others[0]

    def expect_two(self, use: str) -> None:
        """Raise an error if the dispute has more than two countries.

        Parameters
        ----------
        use : str
            The purpose for which two countries are needed. The message begins with this text.

        Raises
        ------
        InvalidGame
            If there are more than two countries. The message says what else can be computed for them.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> load_scenario("us-china-2025").expect_two("a replay")
        >>> load_scenario("us-china-netherlands-2023").expect_two("a replay")
        Traceback (most recent call last):
        ...
        negotiation.errors.InvalidGame: a replay is for disputes between two countries; \
'us-china-netherlands-2023' has 3 (USA, CHN, NLD). Use its games, `stage_game` and `stochastic_game`, or \
`target` to see at whom an instrument is aimed
        """
        _, _, *further = self.countries
        if further:
            raise InvalidGame(
                f"{use} is for disputes between two countries; {self.name!r} has {len(self.countries)} "
                f"({', '.join(self.countries)}). Use its games, `stage_game` and `stochastic_game`, or "
                "`target` to see at whom an instrument is aimed"
            )

    def others(self, country: str) -> tuple[str, ...]:
        """Return the other countries of the dispute.

        Parameters
        ----------
        country : str
            Code of the country.

        Returns
        -------
        tuple of str
            Codes in the order of the players.

        Raises
        ------
        UnknownCountry
            If the dispute does not have the country.
        """
        self._expect_country(country)
        return tuple(code for code in self.countries if code != country)

    def _expect_country(self, country: str) -> None:
        if country not in self.countries:
            raise UnknownCountry(country, self.countries)

    def target(self, country: str, name: str) -> str:
        """Return the country at which an instrument of a country is aimed.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.

        Returns
        -------
        str
            Code of the target that the instrument's file names; by default the other of two countries.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, or the country does not hold the instrument.
        InvalidGame
            If the dispute has more than two countries and the file names no target.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> load_scenario("us-china-2025").target("CHN", "rare_earth_curb")
        'USA'
        """
        named = self.instrument(country, name).targets
        return named[country] if country in named else self.other(country)

    def held(self, country: str) -> tuple[str, ...]:
        """Return the names of the instruments that a country holds.

        Parameters
        ----------
        country : str
            Code of the country.

        Returns
        -------
        tuple of str
            Names in the order of `instruments`.

        Raises
        ------
        UnknownCountry
            If the dispute does not have the country.
        """
        self._expect_country(country)
        return tuple(name for name, instrument in self.instruments.items() if country in instrument.levels)

    def instrument(self, country: str, name: str) -> Instrument:
        """Return an instrument that a country holds.

        Parameters
        ----------
        country : str
            Code of the country.
        name : str
            Name of the instrument.

        Returns
        -------
        Instrument
            The instrument, with its levels, effects and parameters.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, or the country does not hold the instrument.
        """
        self._expect_country(country)
        instrument = self.instruments.get(name)
        if instrument is None or country not in instrument.levels:
            raise UnknownInstrument(name, self.held(country))
        return instrument

    def usd_bn(self, country: str, percent: float) -> float:
        """Convert a payoff from percent of GDP to USD billion per period.

        Parameters
        ----------
        country : str
            Code of the country whose GDP counts.
        percent : float
            A payoff as a flow, in percent of GDP.

        Returns
        -------
        float
            USD billion in one reaction lag.

        Raises
        ------
        InvalidNumber
            If `percent` is not a number.
        UnknownCountry
            If the dispute does not have the country.
        """
        self._expect_country(country)
        lag = self.parameters["reaction_lag_days"]
        return expect_number("`percent`", percent) / 100.0 * self.parameters[f"{country}.gdp"] * lag / 365.0


@dataclass(frozen=True, eq=False, repr=False)
class Setup(Facts):
    """The setup of a dispute, with its payoffs and its variants; a `Scenario` also makes games."""

    def levels(
        self, country: str, name: str, state: State | None = None, day: date | None = None
    ) -> tuple[Level, ...]:
        """Return the levels of an instrument whose law is in force.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.
        state : State, optional
            State of the world; by default the dispute's.
        day : date or str, optional
            Day on which the law must be in force; by default no day is checked.

        Returns
        -------
        tuple of Level
            The levels whose law is in force, calmest first.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, or the country does not hold the instrument.
        InvalidOptions
            If `state` is not a State.
        InvalidDate
            If `day` is neither a date nor a text such as "2025-10-30".
        """
        held = self.instrument(country, name).held_by(country)
        return tuple(level for level in held if not self.missing_laws(level, state, day))

    def missing_laws(self, level: Level, state: State | None = None, *days: date | None) -> tuple[str, ...]:
        """Return the reasons why the law of a level is not in force.

        Parameters
        ----------
        level : Level
            The level.
        state : State, optional
            State of the world; by default the dispute's.
        *days : date, str or None
            Days on which the law must be in force. `None` is ignored.

        Returns
        -------
        tuple of str
            One phrase for each reason; empty if the law is in force.

        Raises
        ------
        InvalidOptions
            If `state` is not a State.
        InvalidDate
            If one of `days` is neither a date nor a text such as "2025-10-30".
        """
        reasons: list[str] = []
        known = [expect_day(day) for day in days if day is not None]
        for law in self.laws:
            if law.name != level.authority:
                continue
            if law.lost_with_state and self.state_given(state).authority == 0:
                reasons.append(f"its legal authority, {law.name}, has been lost")
            if law.since is not None and any(day < law.since for day in known):
                reasons.append(f"its legal authority, {law.name}, dates from {law.since}")
            if law.until is not None and any(day > law.until for day in known):
                reasons.append(f"its legal authority, {law.name}, ended on {law.until}")
        return tuple(reasons)

    def effects(self, country: str, name: str, state: State, days: Days = None) -> Effects:
        """Return the payoffs of an instrument's levels relative to its base level.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.
        state : State
            State of the world.
        days : float, "lag" or "path", optional
            Days since the step. "lag" is one reaction lag, and "path" is the discounted average over the
            periods of a level that is kept for good. By default the days of `with_payoffs_after`, or the
            horizon of the calibration.

        Returns
        -------
        Effects
            Arrays with one entry per level, in percent of GDP: `.holder`, `.other`, `.bystanders` by third
            country or region, and `.interests`.

        Raises
        ------
        InvalidGame
            If parameters or facts are too large or too small for the instrument's equations.
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, or the country does not hold the instrument.
        InvalidOptions
            If `state` is not a State, or `days` is neither a number of at least 0 nor "lag" or "path".
        """
        return effects_of_many([self], country, name, state, days)[0]

    def best_rate(self, country: str, name: str, days: float | None = None) -> float:
        """Return the tariff rate that is best for a country while the other side keeps its base level.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.
        days : float, optional
            Days since the step; by default the horizon of the calibration.

        Returns
        -------
        float
            The rate, as a fraction of the price.

        Raises
        ------
        InvalidGame
            If the instrument's form of payoffs has no best rate.
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, the country does not hold the instrument, or the
            instrument was made in Python and has no form.
        """
        case = self.case(country, name, days=days)
        if case.binding.form.best_rate is None:
            raise InvalidGame(
                f"{country} {name}: the form {case.binding.form.name!r} has no best rate; ask for the best "
                "rate of a tariff instead"
            )
        return case.binding.form.best_rate(case)

    def strength(self, country: str, name: str, state: State) -> FloatArray:
        """Return the strength of each level of an instrument.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.
        state : State
            State of the world.

        Returns
        -------
        array, shape (levels,)
            Calmest level first; zeros if the instrument's form has no strengths.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, or the country does not hold the instrument.
        InvalidOptions
            If `state` is not a State.
        """
        instrument = self.instrument(country, name)
        if instrument.intensity is None:
            return np.zeros(len(instrument.held_by(country)))
        return instrument.intensity(self.circumstances(country, state, name))

    def circumstances(
        self, country: str, state: State, name: str | None = None, days: float | None = None
    ) -> Circumstances:
        """Return the situation on which the effects of a country's instrument may depend.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        state : State
            State of the world.
        name : str, optional
            Name of the instrument, which decides who is the target. It is needed only if there are more than
            two countries.
        days : float, optional
            Days since the step; by default the horizon of the calibration.

        Returns
        -------
        Circumstances
            The holder, the target, the parameters, the state and the days.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, or the country does not hold the instrument.
        InvalidGame
            If there are more than two countries and no instrument is given.
        InvalidOptions
            If `state` is not a State.
        """
        state = self.state_given(state)
        other = self.other(country) if name is None else self.target(country, name)
        return Circumstances(country, other, self._believed(state), state, days)

    def _believed(self, state: State) -> Parameters:
        """Return the parameters as both sides believe them to be in a state."""
        rules = self.definition.state.belief
        if rules is None or not state.belief:
            return self.parameters
        return self.parameters.with_values({rules.harm: self._range(rules.harm)[state.belief - 1]})

    def playing(self, *roles: str) -> tuple[str, ...]:
        """Return the names of the parameters that play given roles in the instruments' forms of payoffs.

        Parameters
        ----------
        *roles : str
            Roles of forms, such as "security_weight".

        Returns
        -------
        tuple of str
            Each name once; empty if no instrument has such a role.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> load_scenario("us-china-2025", "central").playing("rent_weight")
        ('tariff.rent_weight.USA', 'tariff.rent_weight.CHN')
        """
        played = (name for role in roles for bound in self.bindings.values() for name in bound.playing(role))
        return tuple(dict.fromkeys(played))

    def case(
        self, country: str, name: str, state: State | None = None, days: float | None = None
    ) -> BoundCase:
        """Return the input of an instrument's form of payoffs in one situation.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.
        state : State, optional
            State of the world; by default the dispute's.
        days : float, optional
            Days since the step; by default the horizon of the calibration.

        Returns
        -------
        BoundCase
            Levels, strengths and parameter values by role.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the dispute does not have the country, the country does not hold the instrument, or the
            instrument was made in Python and has no form.
        InvalidOptions
            If `state` is not a State.
        """
        self.instrument(country, name)
        if name not in self.bindings:
            raise UnknownInstrument(name, self.bindings)
        there = self.circumstances(country, self.state_given(state), name, days)
        return BoundCase(self.bindings[name], there)

    def share(self, component: str, state: State) -> float:
        """Return the share that corresponds to the step of a dependence in a state.

        Parameters
        ----------
        component : {"curb_dependence", "control_dependence"}
            A component of the state.
        state : State
            State of the world.

        Returns
        -------
        float
            The share, from 0 to 1.

        Raises
        ------
        UnknownComponent
            If `component` is not a dependence of this dispute.
        InvalidOptions
            If `state` is not a State.
        """
        shares = self.definition.state.shares(component) if component in SIZES else ()
        if not shares:
            known = [name for name in self.definition.state.components if name.endswith("dependence")]
            raise UnknownComponent(component, known)
        return self.parameters[shares[getattr(self.state_given(state), component)]]

    def calm(self) -> Postures:
        """Return the postures in which every instrument is at its base: the calmest level that is not past.

        Returns
        -------
        Postures
            The levels of all countries.
        """
        return Postures(
            {
                country: {name: self._base(country, name) for name in self.held(country)}
                for country in self.countries
            }
        )

    def _base(self, country: str, name: str) -> str:
        ladder = self.instruments[name]
        return ladder.labels(country)[ladder.base_position(country)]

    def is_used(self, country: str, name: str, level: str) -> bool:
        """Return whether an instrument at a level is in use, so that it moves the state.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.
        level : str
            Label of the level.

        Returns
        -------
        bool
            True above the base, except at idle levels.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel
            If the dispute does not have the country, or the country does not hold the instrument or level.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> labels = scenario.instrument("CHN", "rare_earth_curb").labels("CHN")
        >>> [scenario.is_used("CHN", "rare_earth_curb", label) for label in labels]
        [False, False, True, True]
        """
        ladder = self.instrument(country, name)
        above = ladder.position(country, level) > ladder.base_position(country)
        return above and not ladder.level(country, level).idle

    def in_use(self, postures: Mapping[str, Mapping[str, str]], names: Collection[str]) -> bool:
        """Return whether any country uses any of the given instruments.

        Parameters
        ----------
        postures : mapping from country to mapping from instrument to level label
            The levels in force.
        names : collection of str
            Names of the instruments.

        Returns
        -------
        bool
            True if a country has one of them at a level that moves the state; see `is_used`.

        Raises
        ------
        KeyError
            If the postures have no level of one of the instruments for a country that holds it.
        UnknownLevel
            If a country does not have the level that the postures give.
        """
        return any(
            self.is_used(country, name, postures[country][name])
            for country in self.countries
            for name in self.held(country)
            if name in names
        )

    def calm_but(self, fixed: Mapping[str, Mapping[str, str]] | None) -> Postures:
        """Return the calmest postures, except for some given levels.

        Parameters
        ----------
        fixed : mapping from country to mapping from instrument to level label, or None
            The given levels, whose labels are not checked.

        Returns
        -------
        Postures
            The levels of all countries.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the dispute has no such country or instrument.
        """
        postures = self.calm()
        for country, posture in (fixed or {}).items():
            postures = postures.after(country, posture)
        return postures

    def with_parameters(self, changes: Mapping[str, float | tuple[float, float, float]]) -> Self:
        """Return the same scenario with some parameter values changed.

        Random draws keep these values fixed, so that shares of draws refer to the remaining uncertainty. A
        parameter that is given with a range is drawn from that range.

        Parameters
        ----------
        changes : mapping from str to float or to tuple of three floats
            New values by name, in the parameter's unit, or tuples of the value and the low and high end of
            its range. They may lie outside the range of the calibration.

        Returns
        -------
        Scenario
            A new scenario; this one does not change.

        Raises
        ------
        UnknownParameter
            If the scenario has no parameter of a name.
        InvalidNumber
            If a value or an end of a range is not a number or is outside the domain of the equations, or a
            tuple is not a value with the low and the high end of a range that contains it.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> patient = scenario.with_parameters({"discount_factor_annual": 0.99})
        >>> patient.discount_factor > scenario.discount_factor
        True
        >>> scenario.with_parameters({"security_weight": (0.7, 0.6, 0.8)}).quantities["security_weight"].low
        0.6
        """
        ranges = {name: given for name, given in changes.items() if isinstance(given, tuple)}
        numbers = {
            name: expect_number(f"the parameter {name!r}", ranges[name][0] if ranges.get(name) else given)
            for name, given in changes.items()
        }
        changed = self.parameters.with_values(numbers)
        for name, value in [
            *numbers.items(),
            *((n, expect_number(f"an end of {n}'s range", x)) for n, r in ranges.items() for x in r[1:]),
        ]:
            for domain in (FINITE, *self._domains.get(name, ())):
                if not domain.holds(value):
                    raise InvalidNumber(f"every number for {name!r} must be {domain.allowed}; got {value}")
        by_hand = (self.set_by_hand | numbers.keys()) - ranges.keys()
        there = self._with_ranges(ranges) if ranges else self
        return replace(there, parameters=changed, set_by_hand=by_hand)

    def _with_ranges(self, ranges: Mapping[str, tuple[float, ...]]) -> Self:
        """Return the same scenario with the ranges of some parameters or facts given by hand."""
        known, made = self.quantities, dict[str, Quantity]()
        for name, ends in ranges.items():
            if len(ends) != 3 or not ends[1] <= ends[0] <= ends[2]:
                raise InvalidNumber(
                    f"the parameter {name!r} must be a number, or a value with the low and the high end of a "
                    f"range that contains it, in this order; got {shown(ends)}"
                )
            value, low, high = ends
            given = {"value": value, "low": low, "high": high, "dated": (), "since": None, "source": ""}
            given |= {"assumption": True, "note": "given by hand"}
            made[name] = known[name].model_copy(update=given)
        facts = {
            code: country.model_copy(
                update={"facts": {n: made.get(f"{code}.{n}", old) for n, old in country.facts.items()}}
            )
            for code, country in self.facts.items()
        }
        own = {n: made.get(n, old) for n, old in self.calibration.parameters.items()}
        return replace(self, facts=facts, calibration=self.calibration.model_copy(update={"parameters": own}))

    @cached_property
    def _domains(self) -> dict[str, list[Domain]]:
        """The domains in which each parameter and fact must lie, by name."""
        read = {name: list(each) for name, (_, each) in readers_of(self.definition, self.bindings).items()}
        for name in facts_of(self.facts):
            if name.endswith((".gdp", ".imports")):
                read.setdefault(name, []).append(POSITIVE)
        return read

    def with_past_levels(self) -> Self:
        """Return the same scenario with the past levels: those that ended before the day of its games.

        Payoffs are relative to the same levels, and sizes select the same games. Moves and levels in force
        can then be followed from the first day of the record.

        Returns
        -------
        Scenario
            The scenario with past levels, which is this one if it already has them. This one does not change.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> before = scenario.with_past_levels()
        >>> scenario.instrument("USA", "chip_control").labels("USA")[0]
        'licensed'
        >>> before.instrument("USA", "chip_control").labels("USA")[:2], before.calm() == scenario.calm()
        (('chips_free', 'rules_of_2022'), True)
        """
        return self if self.looks_back else self._looking_back

    @cached_property
    def _looking_back(self) -> Self:
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters, self.trade)
        return replace(self, **vars(with_whole_ladders(held, self.whole)), looks_back=True)

    def of_size(self, size: str | None, instruments: Iterable[str] | None = None) -> Self:
        """Return the scenario with the levels that a size of games needs.

        Parameters
        ----------
        size : str or None
            Name of a size; `None` for "small".
        instruments : iterable of str, optional
            Names of instruments, in place of a size.

        Returns
        -------
        Scenario
            With past levels if the size has them; otherwise this scenario.
        """
        # Named instruments are taken as they are: only a size says that it looks back.
        selection = None if instruments is not None else self.definition.sizes.get(size or SMALL)
        return self.with_past_levels() if selection is not None and selection.past else self

    def present_level(self, country: str, name: str, level: str) -> str:
        """Return the level that replaces a past level in a scenario without past levels.

        Parameters
        ----------
        country : str
            Code of the country that holds the instrument.
        name : str
            Name of the instrument.
        level : str
            Label of a level, past levels included.

        Returns
        -------
        str
            `level` itself if the scenario has it, or if the instrument has no past levels (a label is then
            not checked); otherwise the harshest level that is calmer, or the calmest level.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel
            If the dispute does not have the country or the country does not have the instrument, or if the
            instrument has past levels and the country never had the level.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> load_scenario("us-china-2025").present_level("USA", "chip_control", "rules_of_2022")
        'licensed'
        """
        known = self.instrument(country, name).labels(country)
        if level in known or name not in self.whole:
            return level
        whole = self.whole[name].instrument
        # A level that is not there stands at the harshest calmer one, as where a law is lost.
        calmer = whole.labels(country)[: whole.position(country, level)]
        return next((label for label in reversed(calmer) if label in known), known[0])

    def as_of(self, day: date | str) -> Self:
        """Return the same scenario as it was known on a day.

        The scenario then has no rows of the record that were announced later and no agreements that were
        signed later. Dated numbers have their value of that day, and authority is lost at the rate that
        followed from pending court cases.

        Parameters
        ----------
        day : date or str
            A day on which every dated number has a value, and not after the `date` in `scenario.toml`. A
            string is written as "2025-10-30".

        Returns
        -------
        Scenario
            A new scenario; this one does not change. A dated number takes its value of the day even if it was
            set by hand.

        Raises
        ------
        InvalidDate
            If `day` is not a date or is after the `date` in `scenario.toml`, or if a number has no value yet
            on that day.

        Examples
        --------
        >>> from datetime import date
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> full = "state.rare_earth_dependence.full"
        >>> [scenario.as_of(date(year, 7, 1)).parameters[full] for year in (2019, 2023, 2025)]
        [0.8, 0.74, 0.7]
        """
        day = expect_day(day)
        if day > self.definition.date:
            raise InvalidDate(
                f"{self.name!r} as of {day}: sources were read only up to {self.definition.date}, the "
                "`date` of its scenario.toml; give that day or an earlier one"
            )
        definition = self.definition.model_copy(update={"as_of": day})
        facts = {
            code: country.model_copy(update={"facts": on_day(country.facts, day)})
            for code, country in self.facts.items()
        }
        known = self.calibration.model_copy(
            update={
                "parameters": on_day(self.calibration.parameters, day),
                "inherited": on_day(self.calibration.inherited, day),
            }
        )
        there = replace(self, definition=definition, facts=facts, calibration=known)
        before = self.quantities
        moved = {n: new.value for n, new in there.quantities.items() if new.dated or new != before[n]}
        by_hand = self.set_by_hand - moved.keys()
        return replace(there, parameters=self.parameters.with_values(moved), set_by_hand=by_hand)

    def with_instrument(self, instrument: Source, parameters: Mapping[str, Given] | None = None) -> Self:
        """Return the same scenario with one more instrument.

        Parameters
        ----------
        instrument : str, Path, mapping or Instrument
            The path of its file (`<name>.toml`, as in the folder of a dispute), a dict with the content of
            such a file and a `name`, or an `Instrument` made in Python.
        parameters : mapping from str to number, mapping or Quantity, optional
            The parameters that the instrument reads and this scenario does not have. A number is an
            assumption without a range. A mapping has the fields of a parameter in a calibration's file.

        Returns
        -------
        Scenario
            A new scenario; this one does not change. The sizes that list their instruments do not include
            the new one, so use the size "full", or name it: `stage_game(instruments=[...])`.

        Raises
        ------
        InvalidFile
            If the file cannot be read; a field, country, law or form is not known; the name is taken; or a
            parameter is missing, is not read by the instrument, or exists already. The message lists all
            faults.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> ban = {
        ...     "name": "investment_ban", "title": "investment ban", "leg": "control",
        ...     "payoff": {"form": "levels", "parameters": {"other_loss": "ban.harm"}},
        ...     "levels": {"USA": [
        ...         {"label": label, "meaning": label, "date": day, "assumption": True}
        ...         for label, day in (("open", "2025-01-01"), ("banned", "2025-06-01"))
        ...     ]},
        ... }
        >>> scenario = load_scenario("us-china-2025").with_instrument(ban, {"ban.harm": 0.03})
        >>> scenario.effects("USA", "investment_ban", scenario.default_state).other.tolist()
        [0.0, -0.03]
        """
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters, self.trade)
        holdings = with_one_more(held, instrument, parameters or {}, self.definition, self.laws)
        return replace(self, **vars(holdings))

    def with_levels(self, rates: Rates) -> Self:
        """Return the same scenario with further levels, given as rates.

        Parameters
        ----------
        rates : mapping from str to float or to sequence of float
            Rates by country and instrument, in the unit of the instrument's levels, such as ``{"USA tariff":
            60}``.

        Returns
        -------
        Scenario
            A new scenario; this one does not change. The level for a rate of 60 is called "at_60". A rate
            that is already a level adds nothing. No move of the record is mapped to a new level.

        Raises
        ------
        UnknownInstrument, UnknownCountry
            If there is no such instrument, or the country does not hold it.
        InvalidOptions
            If the instrument's levels are not rates, or a rate is below the base level or not finite.
        InvalidNumber
            If a rate is not a number.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025").with_levels({"USA tariff": 60})
        >>> scenario.instrument("USA", "tariff").labels("USA")
        ('january', 'busan', 'geneva', 'at_60', 'peak', 'threatened')
        """
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters, self.trade)
        return replace(self, **vars(with_rates(held, rates, self.definition.known)))

    def with_payoffs_after(self, days: Days) -> Self:
        """Return the same scenario with payoffs some days after a step.

        Parameters
        ----------
        days : float, "lag", "path" or None
            As in `effects`; `None` for the horizon of the calibration.

        Returns
        -------
        Scenario
            A new scenario; this one does not change.

        Raises
        ------
        InvalidOptions
            If `days` is neither a number of at least 0 nor "lag", "path" or None.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025", "sourced")
        >>> at_once, for_good = (
        ...     scenario.with_payoffs_after(when).effects("USA", "tariff", scenario.default_state).other[-1]
        ...     for when in ("lag", "path")
        ... )
        >>> bool(for_good < at_once < 0)
        True
        """
        _expect_days(days)
        return replace(self, payoff_days=days)

    def with_agreement(self, agreement: Signed) -> Self:
        """Return the same scenario with one more agreement, which can be used by its name.

        Parameters
        ----------
        agreement : Agreement
            The agreement, such as the result of `truce(path)` or of `Agreement.with_clause`.

        Returns
        -------
        Scenario
            A new scenario; this one does not change. All functions that take the new scenario know the
            agreement by its name.

        Raises
        ------
        InvalidFile
            If `agreement` is not an agreement, its name is taken, or it amends an agreement that is not on
            record.
        UnknownCountry, UnknownInstrument, UnknownLevel, IllegalMove
            If a clause does not fit the scenario.

        Examples
        --------
        >>> import negotiation as ng
        >>> scenario = ng.load_scenario("us-china-2025")
        >>> wider = ng.truce("2025-10-busan").with_clause("USA", "chip_control", "h20_stopped")
        >>> more = scenario.with_agreement(wider)
        >>> ng.truce_names(more)[-1], ng.truce("2025-10-busan-with-chip-control", more) == wider
        ('2025-10-busan-with-chip-control', True)
        """
        return replace(self, agreements=with_one_agreement(self.agreements, agreement, self))

    def without(self, name: str) -> Self:
        """Return the same scenario without an instrument and the parameters that only it reads.

        Parameters
        ----------
        name : str
            Name of the instrument.

        Returns
        -------
        Scenario
            A new scenario; this one does not change.

        Raises
        ------
        UnknownInstrument
            If there is no instrument of that name.
        InvalidFile
            If `scenario.toml` names the instrument in a size of games, in the state or in the interaction, or
            if it is the only instrument.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> "visa" in load_scenario("us-china-2025").without("visa").instruments
        False
        """
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters, self.trade)
        return replace(self, **vars(with_one_less(held, name, self.definition)))

    def draw(self, rng: int | np.random.Generator) -> Self:
        """Return the same scenario at one random draw of the parameters.

        Parameters
        ----------
        rng : int or numpy.random.Generator
            Seed or generator.

        Returns
        -------
        Scenario
            A new scenario; this one does not change. Each parameter is drawn from its range, uniformly or by
            the quantiles that its file gives. Parameters that `with_parameters` has set without a range keep
            their values. In the new scenario all parameters count as set, so a further draw has no effect.

        Raises
        ------
        InvalidNumber
            If `rng` is neither a seed nor a generator.
        """
        generator = expect_generator(rng)
        ranges = self.quantities
        places = generator.uniform(size=len(ranges))
        drawn = {name: float(q.at(x)) for (name, q), x in zip(ranges.items(), places, strict=True)}
        return self.with_parameters({n: value for n, value in drawn.items() if n not in self.set_by_hand})


def effects_of_many(
    setups: Sequence[Setup], country: str, name: str, state: State, days: Days = None
) -> list[Effects]:
    """Return the payoffs of an instrument's levels in each setup, relative to its base level.

    The setups are one dispute at several settings of the parameters. See `Setup.effects`.
    """
    if days is None:
        days = setups[0].payoff_days
    key = (country, name, state, days)
    fresh = [setup for setup in setups if key not in setup.paid]
    if fresh:
        at = fresh[0].instrument(country, name).base_position(country)
        for setup, effects in zip(fresh, _paid(fresh, country, name, state, days), strict=True):
            setup.paid[key] = _against_base(effects, at)
    return [setup.paid[key] for setup in setups]


def _expect_days(days: object) -> None:
    if not (float(days) >= 0.0 if isinstance(days, Real) else days in (None, "lag", "path")):
        raise InvalidOptions(f"`days` must be a number >= 0, 'lag', 'path' or None; got {shown(days)}")


def _paid(setups: Sequence[Setup], country: str, name: str, state: State, days: Days) -> Sequence[Effects]:
    """Return payoffs in each setup: some days or one reaction lag after the step, or averaged over a path."""
    _expect_days(days)
    bound = setups[0].bindings.get(name)
    lasts = days == "path" and bound is not None and HORIZON not in bound.names
    if lasts or not isinstance(days, str):
        return _flows(setups, country, name, state, [None if isinstance(days, str) else days] * len(setups))
    lags = [setup.parameters["reaction_lag_days"] for setup in setups]
    if days == "lag":
        return _flows(setups, country, name, state, lags)
    periods = np.unique(np.geomspace(1, NUMERICS.longest_path, NUMERICS.path_days).astype(int))
    by_period = [
        _flows(setups, country, name, state, [float(k) * lag for lag in lags]) for k in periods.tolist()
    ]
    # The flow of period k is the one after k reaction lags. It stays the same until the next period that is
    # computed, and powers of the discount factor are its weights.
    return [
        _weighed(
            [flows[i] for flows in by_period],
            -np.diff(np.append(setup.discount_factor ** (periods - 1.0), 0.0)),
        )
        for i, setup in enumerate(setups)
    ]


def _flows(
    setups: Sequence[Setup], country: str, name: str, state: State, days: Sequence[float | None]
) -> Sequence[Effects]:
    instrument, bound = setups[0].instrument(country, name), setups[0].bindings.get(name)
    circumstances = [
        setup.circumstances(country, state, name, x) for setup, x in zip(setups, days, strict=True)
    ]
    try:
        # A parameter of 1e-320 passes every domain, and payoffs would overflow without a word.
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            if bound is not None and instrument.effects == bound.effects:
                return bound.effects_of_many(circumstances)
            return [instrument.effects(each) for each in circumstances]
    except ArithmeticError as error:
        raise InvalidGame(
            f"{country} {name}: the payoffs of its levels cannot be computed ({error}): a parameter "
            "or fact is too large or too small for floats; give it a more moderate size"
        ) from None


def _weighed(flows: Sequence[Effects], weights: FloatArray) -> Effects:
    """Return a weighted sum of payoffs."""

    def total(values: Iterable[FloatArray]) -> FloatArray:
        """Return the weighted sum of one array per flow."""
        summed: FloatArray = np.tensordot(weights, list(values), 1)
        return summed

    first = flows[0]
    return Effects(
        total(flow.holder for flow in flows), total(flow.other for flow in flows),
        {key: total(flow.bystanders[key] for flow in flows) for key in first.bystanders},
        {key: total(flow.interests[key] for flow in flows) for key in first.interests},
    )  # fmt: skip


def _against_base(effects: Effects, at: int) -> Effects:
    """Return payoffs as differences from the base level, also those of bystanders and interests."""
    thirds, parts = (
        {code: values - values[at] for code, values in named.items()}
        for named in (effects.bystanders, effects.interests)
    )
    changes = Effects(effects.holder - effects.holder[at], effects.other - effects.other[at], thirds, parts)
    # They are kept and handed out again: nobody may write into them.
    for values in (changes.holder, changes.other, *thirds.values(), *parts.values()):
        read_only(values)
    return changes
