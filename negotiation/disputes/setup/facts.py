"""What a dispute consists of: countries, instruments, laws and a calibration, and what follows by reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from negotiation.base.reading.numbers import expect_number
from negotiation.disputes.additions.agreements import Signed
from negotiation.disputes.additions.making import WholeLadder
from negotiation.disputes.agencies.agency import Agency, agencies_of
from negotiation.disputes.files.laws import Docket, Law
from negotiation.disputes.files.quantities import Calibration, Country
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.instrument import Effects, Instrument
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.observation import LEGS
from negotiation.disputes.periods import TIME_PARAMETERS, period_discount_factor
from negotiation.disputes.quantity import Parameters, Quantity
from negotiation.disputes.setup.law import loss_by_cases
from negotiation.disputes.state import Motion, State
from negotiation.errors import InvalidGame, InvalidOptions, UnknownCountry, UnknownInstrument, shown


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
    # Those that it was given beside those of its folder; see `with_agreement`.
    agreements: Mapping[str, Signed] = field(default_factory=dict)
    # Cases and clocks of the law that may move an instrument: nature's moves, with the chances of their day.
    dockets: tuple[Docket, ...] = ()
    _effects: dict[tuple[str, str, State], Effects] = field(default_factory=dict, init=False, repr=False)

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
        ('United States', 'rare-earth curb', 'chip control: h20 stopped')
        """
        levels = [
            (one, level.label)
            for one in self.instruments.values()
            for side in one.levels.values()
            for level in side
        ]
        return {
            **{label: label.replace("_", " ") for _, label in levels},
            **{f"{one.name}={label}": f"{one.title}: {label.replace('_', ' ')}" for one, label in levels},
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
            f"a state of the world is a `State`, such as State(stocks=1); got {shown(state)}"
        )

    @property
    def motion(self) -> Motion:
        """How the state moves at these parameters."""
        rules = self.definition.state.belief
        learned = None if rules is None else self._range(rules.harm)
        return Motion(self.definition.state, self.parameters, learned)

    def _range(self, name: str) -> tuple[float, float]:
        """Return the range of a parameter in the calibration."""
        quantity = self.quantities[name]
        return quantity.low, quantity.high

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
        if country not in self.countries:
            raise UnknownCountry(country, self.countries)
        return tuple(code for code in self.countries if code != country)

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
        self.others(country)
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
        if name not in self.held(country):
            raise UnknownInstrument(name, self.held(country))
        return self.instruments[name]

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
