"""The levels that exist in a state and on a day, what each is worth, and which are calm or in use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray, read_only
from negotiation.disputes.components import SIZES
from negotiation.disputes.forms.binding import BoundCase
from negotiation.disputes.instrument import Circumstances, Effects, Level
from negotiation.disputes.posture import Postures
from negotiation.disputes.quantity import Parameters
from negotiation.disputes.setup.facts import Facts
from negotiation.disputes.state import State
from negotiation.errors import InvalidGame, UnknownComponent, UnknownInstrument


@dataclass(frozen=True, eq=False, repr=False)
class Levels(Facts):
    """The levels of a dispute's instruments, and their payoffs."""

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

    def effects(self, country: str, name: str, state: State) -> Effects:
        """Return the payoffs of an instrument's levels, against its base, in percent of GDP.

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
        Effects
            `.holder` and `.other`, one entry a level, and `.bystanders` by third country.

        Raises
        ------
        InvalidGame
            If parameters or facts are too large or too small for the instrument's equations.
        """
        key = (country, name, state)
        if key not in self._effects:
            try:
                # A parameter of 1e-320 passes every domain; what it does to payoffs is told by name.
                with np.errstate(divide="raise", over="raise", invalid="raise"):
                    raw = self.instrument(country, name).effects(self.circumstances(country, state, name))
            except ArithmeticError as error:
                raise InvalidGame(
                    f"{country} {name}: the payoffs of its levels cannot be computed ({error}): a parameter "
                    "or fact is too large or too small for floats; give it a more moderate size"
                ) from None
            # Payoffs are differences from the base, for all that an instrument concerns.
            at = self.instrument(country, name).base_position(country)
            thirds = {code: values - values[at] for code, values in raw.bystanders.items()}
            changes = Effects(raw.holder - raw.holder[at], raw.other - raw.other[at], thirds)
            # They are kept and handed out again: nobody may write into them.
            for values in (changes.holder, changes.other, *thirds.values()):
                read_only(values)
            self._effects[key] = changes
        return self._effects[key]

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

    def circumstances(self, country: str, state: State, name: str | None = None) -> Circumstances:
        """Return what an instrument of a country may depend on.

        Parameters
        ----------
        country : str
            Code of the country.
        state : State
            State of the world.
        name : str, optional
            The instrument, which decides who is the other; between two countries it makes no difference.

        Returns
        -------
        Circumstances
            Holder, other, parameters and state.
        """
        other = self.other(country) if name is None else self.target(country, name)
        return Circumstances(country, other, self._believed(state), state)

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
        >>> load_scenario("us-china-2025").playing("rent_weight")
        ('tariff.rent_weight.USA', 'tariff.rent_weight.CHN')
        """
        found = (name for role in roles for bound in self.bindings.values() for name in bound.playing(role))
        return tuple(dict.fromkeys(found))

    def case(self, country: str, name: str, state: State | None = None) -> BoundCase:
        """Return what the form of an instrument is given.

        Parameters
        ----------
        country, name : str
            Who, and which instrument.
        state : State, optional
            The default state if not given.

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
        return BoundCase(self.bindings[name], self.circumstances(country, self.state_given(state), name))

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
