"""A dispute and its variants: with other parameters, instruments, agreements, levels, or on another day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

import numpy as np

from negotiation.base.reading.numbers import expect_generator, expect_number
from negotiation.disputes.additions.agreements import Signed, with_one_agreement
from negotiation.disputes.additions.instruments import (
    Given,
    Holdings,
    Source,
    with_one_less,
    with_one_more,
)
from negotiation.disputes.additions.past import with_whole_ladders
from negotiation.disputes.files.scenario_file import SMALL
from negotiation.disputes.quantity import on_day
from negotiation.disputes.setup.levels import Levels
from negotiation.errors import InvalidDate


@dataclass(frozen=True, eq=False, repr=False)
class Setup(Levels):
    """Countries, instruments and parameters; a `Scenario` makes games of them."""

    def with_parameters(self, changes: Mapping[str, float]) -> Self:
        """Return the same scenario with some parameter values changed.

        Parameters
        ----------
        changes : mapping from str to float
            New values by name.

        Returns
        -------
        Scenario
            This one does not change.

        Raises
        ------
        UnknownParameter
            If a name is not among the parameters.
        InvalidNumber
            If a value is no number.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> patient = scenario.with_parameters({"discount_factor_annual": 0.99})
        >>> patient.discount_factor > scenario.discount_factor
        True
        """
        numbers = {name: expect_number(f"the parameter {name}", value) for name, value in changes.items()}
        return replace(self, parameters=self.parameters.with_values(numbers))

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
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters)
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

    def as_of(self, day: date) -> Self:
        """Return the same scenario as it was known on a day: its record, agreements and dated numbers.

        Rows of the record that were announced later and agreements that were signed later are not seen;
        numbers that moved between years are as they held on the day.

        Parameters
        ----------
        day : date
            From the first row of the record, and the first value of every dated number, to the `date` of
            `scenario.toml`.

        Returns
        -------
        Scenario
            This one does not change; a value that was set by hand gives way to that of the day.

        Raises
        ------
        InvalidDate
            If a number has no value yet on that day, or the record was not read so far. That no row had
            been announced by the day is told where the record is asked for.

        Examples
        --------
        >>> from datetime import date
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> full = "state.rare_earth_dependence.full"
        >>> [scenario.as_of(date(year, 7, 1)).parameters[full] for year in (2019, 2023, 2025)]
        [0.8, 0.74, 0.7]
        """
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
        known = self.calibration.model_copy(update={"parameters": on_day(self.calibration.parameters, day)})
        there = replace(self, definition=definition, facts=facts, calibration=known)
        moved = {name: one.value for name, one in there.quantities.items() if one.dated}
        return replace(there, parameters=self.parameters.with_values(moved))

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
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters)
        found = with_one_more(held, instrument, parameters or {}, self.definition, self.laws)
        return replace(self, **vars(found))

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
        held = Holdings(self.instruments, self.bindings, self.calibration, self.parameters)
        return replace(self, **vars(with_one_less(held, name, self.definition)))

    def draw(self, rng: int | np.random.Generator) -> Self:
        """Return the scenario at one random draw, each parameter uniform on its range, independently.

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
        values = generator.uniform([q.low for q in ranges.values()], [q.high for q in ranges.values()])
        return self.with_parameters(dict(zip(ranges, values.tolist(), strict=True)))
