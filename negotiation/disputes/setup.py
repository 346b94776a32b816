"""A dispute in the form from which games are made: the levels that exist, their worth, and variants.

A variant is the same dispute with other parameters, instruments, agreements or levels, or on another day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
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
    """Countries, instruments and parameters as they were read."""

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
        """What people call the dispute, its countries, instruments, levels, and levels of instruments.

        Tables print these in place of the identifiers.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> names = load_scenario("us-china-2025").names
        >>> names["USA"], names["rare_earth_curb"], names["chip_control=h20_stopped"]
        ('United States', 'rare-earth curb', 'chip control: H20 stopped')
        """
        levels = [
            (one, level)
            for one in self.instruments.values()
            for side in one.levels.values()
            for level in side
        ]
        return {
            **{level.label: level.name for _, level in levels},
            **{f"{one.name}={level.label}": f"{one.title}: {level.name}" for one, level in levels},
            **{name: one.title for name, one in self.instruments.items()},
            **{code: country.name for code, country in self.facts.items()},
            self.name: self.title,
        }

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries, in the order of the players."""
        return self.definition.countries

    @property
    def legs(self) -> tuple[str, ...]:
        """The legs in which there are instruments: tariff, control, other.

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
        """The agencies of each country that has some; a country that is not named decides as one."""
        named = self.definition.agencies
        return {code: agencies_of(code, files, self.instruments) for code, files in named.items()}

    @property
    def default_state(self) -> State:
        """The state of the stationary game."""
        return State(**self.definition.state.start)

    def state_given(self, state: State | None) -> State:
        """Return the state that is given, or the default.

        Parameters
        ----------
        state : State, optional
            Of the world.

        Returns
        -------
        State
            As given, `default_state` without one.

        Raises
        ------
        InvalidOptions
            If what is given is no state.
        """
        if state is None or isinstance(state, State):
            return state or self.default_state
        raise InvalidOptions(
            f"a state of the world must be a `State`, such as State(stocks=1); got {shown(state)}"
        )

    @property
    def motion(self) -> Motion:
        """How the state moves at these parameters."""
        rules = self.definition.state.belief
        learned = None if rules is None else self._range(rules.harm)
        return Motion(self.definition.state, self.parameters, learned)

    def _range(self, name: str) -> tuple[float, float]:
        """Return the range of a parameter as it was known, and as far as its value lies outside of that.

        What came out later is no part of a belief, but what is expected has to lie between its ends.
        """
        quantity, before = self.quantities[name], self.calibration.inherited.get(name)
        if quantity.known_from is not None and before and quantity.known_from > self.definition.known:
            quantity = before
        value = self.parameters[name]
        return min(quantity.low, value), max(quantity.high, value)

    @property
    def renewal(self) -> float:
        """The chance that a term is renewed, or `InvalidGame` where the dispute has no clock."""
        clock = self.definition.state.clock
        if clock is None:
            raise InvalidGame(
                f"{self.name!r} has no clock, so no chance of renewal: give [state.clock] in scenario.toml, "
                "or `renewal` in the agreement"
            )
        return self.parameters[clock.renewal]

    @property
    def discount_factor(self) -> float:
        """The discount factor of a period (the reaction lag)."""
        return period_discount_factor(*(self.parameters[name] for name in TIME_PARAMETERS))

    @property
    def quantities(self) -> dict[str, Quantity]:
        """All facts and parameters with their ranges and sources, by name."""
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
            Code of the other one.

        Raises
        ------
        UnknownCountry
            If it is none of the dispute's.
        InvalidGame
            If there are several others.
        """
        others = self.others(country)
        self.expect_two("the other country")
        return others[0]

    def expect_two(self, use: str) -> None:
        """Refuse a dispute of more than two countries.

        Parameters
        ----------
        use : str
            What the dispute is wanted for, to begin the message with.

        Raises
        ------
        InvalidGame
            If there are more than two countries; the message says what can be asked of them.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> load_scenario("us-china-2025").expect_two("a replay")
        >>> load_scenario("us-china-netherlands-2023").expect_two("a replay")
        Traceback (most recent call last):
        ...
        negotiation.errors.InvalidGame: a replay is for disputes between two countries; \
'us-china-netherlands-2023' has 3 (USA, CHN, NLD): ask its games, `stage_game` and `stochastic_game`, or \
`target` for whom an instrument is aimed at
        """
        _, _, *further = self.countries
        if further:
            raise InvalidGame(
                f"{use} is for disputes between two countries; {self.name!r} has {len(self.countries)} "
                f"({', '.join(self.countries)}): ask its games, `stage_game` and `stochastic_game`, or "
                "`target` for whom an instrument is aimed at"
            )

    def others(self, country: str) -> tuple[str, ...]:
        """Return the other countries, or raise `UnknownCountry`.

        Parameters
        ----------
        country : str
            Code of the country.

        Returns
        -------
        tuple of str
            In the order of the players.
        """
        self._expect_country(country)
        return tuple(code for code in self.countries if code != country)

    def _expect_country(self, country: str) -> None:
        if country not in self.countries:
            raise UnknownCountry(country, self.countries)

    def target(self, country: str, name: str) -> str:
        """Return the country at which a country's instrument is aimed.

        Parameters
        ----------
        country : str
            Code of the country that holds it.
        name : str
            Name of the instrument.

        Returns
        -------
        str
            Code of the country that the instrument's file names; of two countries the other.

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
            In the order of `instruments`.
        """
        self._expect_country(country)
        return tuple(name for name, instrument in self.instruments.items() if country in instrument.levels)

    def instrument(self, country: str, name: str) -> Instrument:
        """Return an instrument that the country holds, or raise `UnknownInstrument`.

        Parameters
        ----------
        country : str
            Code of the country.
        name : str
            Name of the instrument.

        Returns
        -------
        Instrument
            Its levels, effects and parameters.
        """
        self._expect_country(country)
        instrument = self.instruments.get(name)
        if instrument is None or country not in instrument.levels:
            raise UnknownInstrument(name, self.held(country))
        return instrument

    def usd_bn(self, country: str, percent: float) -> float:
        """Return a payoff in percent of GDP as USD bn a period.

        Parameters
        ----------
        country : str
            Code of the country.
        percent : float
            A payoff of the model.

        Returns
        -------
        float
            USD bn in one reaction lag.

        Raises
        ------
        InvalidNumber
            If the payoff is no number.
        """
        lag = self.parameters["reaction_lag_days"]
        return expect_number("a payoff", percent) / 100.0 * self.parameters[f"{country}.gdp"] * lag / 365.0


@dataclass(frozen=True, eq=False, repr=False)
class Setup(Facts):
    """Countries, instruments and parameters; a `Scenario` makes games of them."""

    def levels(
        self, country: str, name: str, state: State | None = None, day: date | None = None
    ) -> tuple[Level, ...]:
        """Return the levels that exist: those whose law is in force in a state and on a day.

        Parameters
        ----------
        country, name : str
            Who, and which instrument.
        state : State, optional
            The default state if not given.
        day : date, optional
            Laws are also checked against this day, if given.

        Returns
        -------
        tuple of Level
            Calmest first.
        """
        held = self.instrument(country, name).held_by(country)
        return tuple(level for level in held if not self.missing_laws(level, state, day))

    def missing_laws(self, level: Level, state: State | None = None, *days: date | None) -> tuple[str, ...]:
        """Return every reason why the law of a level is not in force, in the state or on one of the days.

        Parameters
        ----------
        level : Level
            The level.
        state : State, optional
            The default state if not given.
        *days : date or None
            Days on which the law is to be in force.

        Returns
        -------
        tuple of str
            Empty where the law is in force.
        """
        found: list[str] = []
        known = [day for day in days if day is not None]
        for law in self.laws:
            if law.name != level.authority:
                continue
            if law.lost_with_state and self.state_given(state).authority == 0:
                found.append(f"its legal authority, {law.name}, has been lost")
            if law.since is not None and any(day < law.since for day in known):
                found.append(f"its legal authority, {law.name}, dates from {law.since}")
            if law.until is not None and any(day > law.until for day in known):
                found.append(f"its legal authority, {law.name}, ended on {law.until}")
        return tuple(found)

    def effects(self, country: str, name: str, state: State, days: Days = None) -> Effects:
        """Return the payoffs of an instrument's levels, against its base, in percent of GDP.

        Parameters
        ----------
        country : str
            Code of the country.
        name : str
            Name of the instrument.
        state : State
            State of the world.
        days : float, "lag" or "path", optional
            Days since the step, or one reaction lag, or a path: the average over discounted periods of
            levels that are kept for good. The horizon of the calibration if not given.

        Returns
        -------
        Effects
            `.holder` and `.other`, one entry a level, `.bystanders` by third country or region, and
            `.interests`.

        Raises
        ------
        InvalidGame
            If parameters or facts are too large or too small for the instrument's equations.
        """
        return effects_of_many([self], country, name, state, days)[0]

    def best_rate(self, country: str, name: str, days: float | None = None) -> float:
        """Return the tariff that is best for a country while the other side keeps its base, a fraction.

        Parameters
        ----------
        country, name : str
            Who, and which instrument.
        days : float, optional
            Days since the step; the horizon of the calibration if not given.

        Returns
        -------
        float
            A fraction of the price.

        Raises
        ------
        InvalidGame
            If the instrument's form knows no rates.
        """
        case = self.case(country, name, days=days)
        if case.binding.form.best_rate is None:
            raise InvalidGame(
                f"{country} {name}: the form {case.binding.form.name!r} has no best rate; ask for a tariff's"
            )
        return case.binding.form.best_rate(case)

    def strength(self, country: str, name: str, state: State) -> FloatArray:
        """Return the strength of an instrument's levels; zeros where it has none.

        Parameters
        ----------
        country : str
            Code of the country.
        name : str
            Name of the instrument.
        state : State
            State of the world.

        Returns
        -------
        array, shape (levels,)
            Calmest first.
        """
        instrument = self.instrument(country, name)
        if instrument.intensity is None:
            return np.zeros(len(instrument.held_by(country)))
        return instrument.intensity(self.circumstances(country, state, name))

    def circumstances(
        self, country: str, state: State, name: str | None = None, days: float | None = None
    ) -> Circumstances:
        """Return what an instrument of a country may depend on.

        Parameters
        ----------
        country : str
            Code of the country.
        state : State
            State of the world.
        name : str, optional
            The instrument, which decides who is the other; between two countries it makes no difference.
        days : float, optional
            Days since the step; the horizon of the calibration if not given.

        Returns
        -------
        Circumstances
            Holder, other, parameters, state and days.
        """
        other = self.other(country) if name is None else self.target(country, name)
        return Circumstances(country, other, self._believed(state), state, days)

    def _believed(self, state: State) -> Parameters:
        """Return the parameters as both sides believe them to be in a state."""
        rules = self.definition.state.belief
        if rules is None or not state.belief:
            return self.parameters
        return self.parameters.with_values({rules.harm: self._range(rules.harm)[state.belief - 1]})

    def playing(self, *roles: str) -> tuple[str, ...]:
        """Return the names of the parameters that play roles in the forms of the instruments.

        Parameters
        ----------
        roles : str
            Roles of forms, "security_weight" say.

        Returns
        -------
        tuple of str
            Each name once; none where no instrument has such a role.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> load_scenario("us-china-2025", "central").playing("rent_weight")
        ('tariff.rent_weight.USA', 'tariff.rent_weight.CHN')
        """
        found = (name for role in roles for bound in self.bindings.values() for name in bound.playing(role))
        return tuple(dict.fromkeys(found))

    def case(
        self, country: str, name: str, state: State | None = None, days: float | None = None
    ) -> BoundCase:
        """Return what the form of an instrument is given.

        Parameters
        ----------
        country, name : str
            Who, and which instrument.
        state : State, optional
            The default state if not given.
        days : float, optional
            Days since the step; the horizon of the calibration if not given.

        Returns
        -------
        BoundCase
            Levels, strengths, and numbers by role.

        Raises
        ------
        UnknownInstrument
            If the country does not hold it, or it comes from no file.
        """
        self.instrument(country, name)
        if name not in self.bindings:
            raise UnknownInstrument(name, self.bindings)
        there = self.circumstances(country, self.state_given(state), name, days)
        return BoundCase(self.bindings[name], there)

    def share(self, component: str, state: State) -> float:
        """Return the share at which a dependence stands.

        Parameters
        ----------
        component : str
            "curb_dependence" or "control_dependence".
        state : State
            In which state.

        Returns
        -------
        float
            From 0 to 1.

        Raises
        ------
        UnknownComponent
            If it is no dependence of this dispute.
        """
        shares = self.definition.state.shares(component) if component in SIZES else ()
        if not shares:
            known = [name for name in self.definition.state.components if name.endswith("dependence")]
            raise UnknownComponent(component, known)
        return self.parameters[shares[getattr(state, component)]]

    def calm(self) -> Postures:
        """Return the postures with everything at its base: the calmest level that is not past.

        Returns
        -------
        Postures
            Of all countries.
        """
        return Postures(
            {
                country: {name: self._base(country, name) for name in self.held(country)}
                for country in self.countries
            }
        )

    def _base(self, country: str, name: str) -> str:
        one = self.instruments[name]
        return one.labels(country)[one.base_position(country)]

    def is_used(self, country: str, name: str, level: str) -> bool:
        """Return whether a level of an instrument moves the state: any above its base that is not idle.

        Parameters
        ----------
        country, name, level : str
            Who, which instrument, and at which level.

        Returns
        -------
        bool
            False at the base, at past levels that are calmer, and at idle ones.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> labels = scenario.instrument("CHN", "rare_earth_curb").labels("CHN")
        >>> [scenario.is_used("CHN", "rare_earth_curb", label) for label in labels]
        [False, False, True, True]
        """
        one = self.instrument(country, name)
        above = one.position(country, level) > one.base_position(country)
        return above and not one.level(country, level).idle

    def in_use(self, postures: Mapping[str, Mapping[str, str]], names: Collection[str]) -> bool:
        """Return whether one of these instruments is at a level that moves the state, whoever holds it.

        Parameters
        ----------
        postures : mapping from country to mapping from instrument to level label
            The levels in force.
        names : collection of str
            Names of instruments.

        Returns
        -------
        bool
            Whether any of them is in use.
        """
        return any(
            self.is_used(country, name, postures[country][name])
            for country in self.countries
            for name in self.held(country)
            if name in names
        )

    def calm_but(self, fixed: Mapping[str, Mapping[str, str]] | None) -> Postures:
        """Return the postures with everything at its calmest level but what is fixed.

        Parameters
        ----------
        fixed : mapping or None
            Levels by country and instrument.

        Returns
        -------
        Postures
            Of all countries.
        """
        postures = self.calm()
        for country, posture in (fixed or {}).items():
            postures = postures.after(country, posture)
        return postures

    def with_parameters(self, changes: Mapping[str, float | tuple[float, float, float]]) -> Self:
        """Return the same scenario with some parameter values changed.

        Draws of parameters hold these values: shares are then over what is unknown of the others. A parameter
        that is given with a range of its own is drawn from that.

        Parameters
        ----------
        changes : mapping from str to float, or to three floats
            New values by name, or each with the low and the high end of its range. They may lie outside the
            range of the calibration.

        Returns
        -------
        Scenario
            This one does not change.

        Raises
        ------
        UnknownParameter
            If a name is not among the parameters.
        InvalidNumber
            If a value is no number, or one that the equations cannot take, or lies outside its own range.

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
            name: expect_number(f"the parameter {name}", given[0] if isinstance(given, tuple) else given)
            for name, given in changes.items()
        }
        changed = self.parameters.with_values(numbers)
        for name, value in [
            *numbers.items(),
            *((name, end) for name, ends in ranges.items() for end in ends),
        ]:
            for domain in (FINITE, *self._domains.get(name, ())):
                if not domain.holds(value):
                    raise InvalidNumber(f"the parameter {name} must be {domain.allowed}; got {value}")
        by_hand = (self.set_by_hand | numbers.keys()) - ranges.keys()
        there = self._with_ranges(ranges) if ranges else self
        return replace(there, parameters=changed, set_by_hand=by_hand)

    def _with_ranges(self, ranges: Mapping[str, tuple[float, float, float]]) -> Self:
        """Return the same scenario with the ranges of some parameters or facts given by hand."""
        known, made = self.quantities, dict[str, Quantity]()
        for name, (value, low, high) in ranges.items():
            if not low <= value <= high:
                raise InvalidNumber(
                    f"the range of {name} has to hold its value; got {value} with {low} to {high}: give the "
                    "value, the low end and the high end, in this order"
                )
            given = {"value": value, "low": low, "high": high, "dated": (), "since": None, "source": ""}
            given |= {"assumption": True, "note": "given by hand"}
            made[name] = known[name].model_copy(update=given)
        facts = {
            code: country.model_copy(
                update={"facts": {n: made.get(f"{code}.{n}", one) for n, one in country.facts.items()}}
            )
            for code, country in self.facts.items()
        }
        own = {n: made.get(n, one) for n, one in self.calibration.parameters.items()}
        return replace(self, facts=facts, calibration=self.calibration.model_copy(update={"parameters": own}))

    @cached_property
    def _domains(self) -> dict[str, list[Domain]]:
        """Where each parameter and fact has to lie."""
        read = {name: list(each) for name, (_, each) in readers_of(self.definition, self.bindings).items()}
        for name in facts_of(self.facts):
            if name.endswith((".gdp", ".imports")):
                read.setdefault(name, []).append(POSITIVE)
        return read

    def with_past_levels(self) -> Self:
        """Return the same scenario with the levels that had been left before the day of its games.

        Payoffs count against the same levels as before, and sizes mean the same games. What is followed in
        the record, moves and levels in force, then reaches back to the first day that the record has.

        Returns
        -------
        Scenario
            This one does not change.

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
        """Return the scenario that has the levels of a size: with past levels where the size has them.

        Parameters
        ----------
        size : str or None
            Name of a size; "small" if neither it nor `instruments` is given.
        instruments : iterable of str, optional
            Names, in place of a size.

        Returns
        -------
        Scenario
            This one, if past levels are not asked for or are there.
        """
        # Named instruments are taken as they are: only a size says that it looks back.
        found = None if instruments is not None else self.definition.sizes.get(size or SMALL)
        return self.with_past_levels() if found is not None and found.past else self

    def present_level(self, country: str, name: str, level: str) -> str:
        """Return the level that stands for a past one where there are no past levels.

        Parameters
        ----------
        country, name, level : str
            Who, which instrument, and at which level of its whole ladder.

        Returns
        -------
        str
            A level that there is as it is; for another the harshest that is calmer, or the base.

        Raises
        ------
        UnknownLevel
            If the whole ladder has no such level.

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
        return next((one for one in reversed(calmer) if one in known), known[0])

    def as_of(self, day: date | str) -> Self:
        """Return the same scenario as it was known on a day: its record, agreements and dated numbers.

        Rows of the record that were announced later and agreements that were signed later are not seen;
        numbers that moved between years are as they held on the day, and authority is lost at the rate that
        public chances of pending cases give.

        Parameters
        ----------
        day : date or str
            From the first row of the record, and the first value of every dated number, to the `date` of
            `scenario.toml`.

        Returns
        -------
        Scenario
            This one does not change; the value of the day replaces a value that was set by hand.

        Raises
        ------
        InvalidDate
            If a number has no value yet on that day, or the record does not go so far. Whether a row had
            been announced by the day is checked where the record is read.

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
                f"{self.name!r} as of {day}: sources were read to {self.definition.date}, the `date` of its "
                "scenario.toml; give that day or one before"
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
        moved = {n: one.value for n, one in there.quantities.items() if one.dated or one != before[n]}
        by_hand = self.set_by_hand - moved.keys()
        return replace(there, parameters=self.parameters.with_values(moved), set_by_hand=by_hand)

    def with_instrument(self, instrument: Source, parameters: Mapping[str, Given] | None = None) -> Self:
        """Return the same scenario with an instrument more.

        Parameters
        ----------
        instrument : str, Path, mapping or Instrument
            The path of its file (`<name>.toml`, as in the folder of a dispute), a dict of what would be in
            the file with its `name`, or an `Instrument` that was made in Python.
        parameters : mapping from str to number, mapping or Quantity, optional
            Those parameters that it reads and this scenario has not. A number is taken as an assumption
            without a range; a mapping has the fields that a parameter has in a calibration's file.

        Returns
        -------
        Scenario
            This one does not change. Sizes of games are as they were: name the instrument where a game is
            made, `stage_game(instruments=[...])`.

        Raises
        ------
        InvalidFile
            With every fault: a field, country, law or form that is not known; a name that is taken; a
            parameter that is missing, that the instrument does not read, or that is there already.

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
        found = with_one_more(held, instrument, parameters or {}, self.definition, self.laws)
        return replace(self, **vars(found))

    def with_levels(self, rates: Rates) -> Self:
        """Return the same scenario with levels that are given as rates, beside the ladder's own.

        Parameters
        ----------
        rates : mapping from str to number or numbers
            By country and instrument, in the unit of the ladder: ``{"USA tariff": 60}``.

        Returns
        -------
        Scenario
            This one does not change. The level of a rate of 60 is called "at_60"; a rate that the ladder has
            adds nothing. Nothing in the record snaps to such a level.

        Raises
        ------
        UnknownInstrument, UnknownCountry
            If nobody holds the instrument.
        InvalidOptions
            If its levels are no rates, or a rate is below the level from which payoffs count.
        InvalidNumber
            If a rate is no number of at least 0.

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
        """Return the same scenario with the payoffs of a step some days after it.

        Parameters
        ----------
        days : float, "lag", "path" or None
            As in `effects`; None for the horizon of the calibration.

        Returns
        -------
        Scenario
            This one does not change.

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
        return replace(self, payoff_days=days)

    def with_agreement(self, agreement: Signed) -> Self:
        """Return the same scenario with an agreement more, which is known by its name.

        Parameters
        ----------
        agreement : Agreement
            What `truce` returns of a file, or an agreement with another clause.

        Returns
        -------
        Scenario
            This one does not change. Whatever is given the scenario knows the agreement: `truce`,
            `truce_names`, `replay`, scores and forecasts.

        Raises
        ------
        InvalidFile
            If it is none; if there is one of its name, on record or given before; if what it amends is not on
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
        """Return the same scenario without an instrument, and without the parameters that it alone reads.

        Parameters
        ----------
        name : str
            Name of an instrument.

        Returns
        -------
        Scenario
            This one does not change.

        Raises
        ------
        UnknownInstrument
            If there is none of that name.
        InvalidFile
            If `scenario.toml` names it: in a size of games, the state or the interaction.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> "visa" in load_scenario("us-china-2025").without("visa").instruments
        False
        """
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters, self.trade)
        return replace(self, **vars(with_one_less(held, name, self.definition)))

    def draw(self, rng: int | np.random.Generator) -> Self:
        """Return the scenario at one random draw of each parameter; what was set is held.

        Parameters
        ----------
        rng : int or numpy.random.Generator
            Seed or generator.

        Returns
        -------
        Scenario
            This one does not change.
        """
        generator = expect_generator(rng)
        ranges = self.quantities
        places = generator.uniform(size=len(ranges))
        drawn = {name: float(q.at(x)) for (name, q), x in zip(ranges.items(), places, strict=True)}
        return self.with_parameters({n: value for n, value in drawn.items() if n not in self.set_by_hand})


def effects_of_many(
    setups: Sequence[Setup], country: str, name: str, state: State, days: Days = None
) -> list[Effects]:
    """Return the payoffs of an instrument's levels in each setup, against its base; see `Setup.effects`.

    The setups are one dispute at several settings of the parameters.
    """
    if days is None:
        days = setups[0].payoff_days
    key = (country, name, state, days)
    fresh = [one for one in setups if key not in one.paid]
    if fresh:
        at = fresh[0].instrument(country, name).base_position(country)
        for one, effects in zip(fresh, _paid(fresh, country, name, state, days), strict=True):
            one.paid[key] = _against_base(effects, at)
    return [one.paid[key] for one in setups]


def _paid(setups: Sequence[Setup], country: str, name: str, state: State, days: Days) -> Sequence[Effects]:
    """Return payoffs in each setup, some days after the step, one reaction lag after it, or along a path."""
    bound = setups[0].bindings.get(name)
    lasts = days == "path" and bound is not None and HORIZON not in bound.names
    if lasts or not isinstance(days, str):
        return _flows(setups, country, name, state, [None if isinstance(days, str) else days] * len(setups))
    lags = [one.parameters["reaction_lag_days"] for one in setups]
    if days == "lag":
        return _flows(setups, country, name, state, lags)
    periods = np.unique(np.geomspace(1, NUMERICS.longest_path, NUMERICS.path_days).astype(int))
    by_period = [
        _flows(setups, country, name, state, [float(k) * lag for lag in lags]) for k in periods.tolist()
    ]
    # The flow of the k-th period is the one after k reaction lags; to the next one followed it stays, and
    # delta weighs it.
    return [
        _weighed(
            [flows[i] for flows in by_period],
            -np.diff(np.append(one.discount_factor ** (periods - 1.0), 0.0)),
        )
        for i, one in enumerate(setups)
    ]


def _flows(
    setups: Sequence[Setup], country: str, name: str, state: State, days: Sequence[float | None]
) -> Sequence[Effects]:
    instrument, bound = setups[0].instrument(country, name), setups[0].bindings.get(name)
    circumstances = [one.circumstances(country, state, name, x) for one, x in zip(setups, days, strict=True)]
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
        total(one.holder for one in flows), total(one.other for one in flows),
        {key: total(one.bystanders[key] for one in flows) for key in first.bystanders},
        {key: total(one.interests[key] for one in flows) for key in first.interests},
    )  # fmt: skip


def _against_base(effects: Effects, at: int) -> Effects:
    """Return payoffs as differences from the base, for all that an instrument concerns."""
    thirds, parts = (
        {code: values - values[at] for code, values in named.items()}
        for named in (effects.bystanders, effects.interests)
    )
    changes = Effects(effects.holder - effects.holder[at], effects.other - effects.other[at], thirds, parts)
    # They are kept and handed out again: nobody may write into them.
    for values in (changes.holder, changes.other, *thirds.values(), *parts.values()):
        read_only(values)
    return changes
