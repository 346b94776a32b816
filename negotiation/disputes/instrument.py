"""The class `Instrument`: its levels by country, the laws that they rest on, and their payoffs.

An instrument comes from a file of a dispute, `instruments/<name>.toml`, which names a form of payoffs, or is
made in Python. Payoffs are arrays with one entry per level, in percent of GDP: to the country that holds the
instrument, to the country at which it is aimed, and to the bystanders that it affects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from negotiation.base.numeric import FloatArray
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.quantity import Parameters
from negotiation.disputes.state import State
from negotiation.errors import UnknownCountry, UnknownLevel

# The part of a truce that an instrument belongs to when verdicts are given by leg.
Leg = Literal["tariff", "control", "other"]

# Country and instrument.
Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Level:
    """One level of an instrument that a country holds.

    Parameters
    ----------
    label : str
        Identifier, unique within the instrument and country.
    meaning : str
        What the level is, in a phrase.
    date : str
        When it was first in force or announced, as dates are written in the record.
    source : str
        Title of the source; empty only if `assumption` is true.
    source_url : str, optional
        Address of the source; empty if it has none.
    value : float, optional
        Its size in `unit`; `None` if it has none.
    unit : str, optional
        Unit of `value`; empty if there is no value.
    authority : str, default "standing law"
        Name of the law on which it rests. The level exists only while that law is in force.
    lead_days : int, default 0
        Smallest number of days between announcement and effect that the law or the record shows.
    may_follow : tuple of str, optional
        Labels of the levels from which it can be reached in one move; `None` for any.
    threatened : bool, default False
        Whether it was announced but never applied.
    assumption : bool, default False
        Whether it is an assumption, without a dated source.
    past : bool, default False
        Whether it ended before the day of the dispute's games.
    idle : bool, default False
        Whether it moves no component of the state, like the calmest level.
    threshold : float, optional
        For a rule that adds affiliates to a list: the least joint stake of covered owners, in (0, 1].
    fee : float, optional
        If licences are sold: their price as a share of sales.
    hypothetical : bool, default False
        Whether it was given as a number (see `Scenario.with_levels`). Nothing in the record maps to it.
    title : str, optional
        Name in prose; empty if that is the label with spaces.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> level = scenario.instrument("USA", "tariff").level("USA", "busan")
    >>> level.label, level.date, level.name
    ('busan', '2025-11-10', 'Busan')
    """

    label: str
    meaning: str
    date: str
    source: str
    source_url: str = ""
    value: float | None = None
    unit: str = ""
    authority: str = "standing law"
    lead_days: int = 0
    may_follow: tuple[str, ...] | None = None
    threatened: bool = False
    assumption: bool = False
    past: bool = False
    idle: bool = False
    threshold: float | None = None
    fee: float | None = None
    hypothetical: bool = False
    title: str = ""

    @property
    def name(self) -> str:
        """Name in prose: the title, or the label with spaces."""
        return self.title or self.label.replace("_", " ")

    @property
    def when(self) -> RecordDate:
        """The date as a `RecordDate`."""
        return RecordDate.parse(self.date)


@dataclass(frozen=True)
class Effects:
    """Payoffs of all levels of an instrument, in percent of GDP.

    Parameters
    ----------
    holder : array, shape (levels,)
        Payoffs of the country that holds the instrument.
    other : array, shape (levels,)
        Payoffs of the country at which it is aimed.
    bystanders : mapping from country to array, shape (levels,)
        Payoffs of third countries and regions. Those not named are not affected.
    interests : mapping from str to array, shape (levels,)
        Gains of parts of the holder's economy to which its government may give extra weight, such as
        "revenue" and "rents" of a tariff. `holder` already includes them as the form of payoffs counts them.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> effects = scenario.effects("USA", "port_fee", scenario.default_state)
    >>> bool(effects.holder[0] == effects.other[0] == 0), bool(effects.other[-1] < 0)
    (True, True)
    """

    holder: FloatArray
    other: FloatArray
    bystanders: dict[str, FloatArray] = field(default_factory=dict)
    interests: dict[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True)
class Circumstances:
    """The situation on which the effects of an instrument may depend.

    Parameters
    ----------
    holder : str
        Code of the country that holds the instrument.
    other : str
        Code of the country at which it is aimed. All others are bystanders.
    parameters : Parameters
        Parameter values by name.
    state : State
        State of the world.
    days : float, optional
        Days since the step; by default the horizon of the calibration. Payoffs of a form without a horizon
        are the same on every day.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> situation = scenario.circumstances("USA", scenario.default_state)
    >>> situation.holder, situation.other
    ('USA', 'CHN')
    """

    holder: str
    other: str
    parameters: Parameters
    state: State
    days: float | None = None


@dataclass(frozen=True)
class Instrument:
    """An instrument of statecraft: its levels by country, and the payoffs of each level.

    Parameters
    ----------
    name : str
        Name, which is also the name of the file.
    title : str
        Name in prose.
    leg : {"tariff", "control", "other"}
        The leg of a truce to which it belongs.
    levels : mapping from country to tuple of Level
        Calmest first, for each country that holds it.
    effects : callable
        Takes `Circumstances` and returns `Effects`.
    parameters : callable
        Takes the code of a country that holds the instrument and returns the names of the parameters that
        `effects` and `intensity` read.
    intensity : callable, optional
        Takes `Circumstances` and returns the strength of each level, shape (levels,); `None` if levels have
        no strength.
    targets : mapping from country to country, optional
        The country at which each holder aims it; by default the other country of two.
    base : mapping from country to str, optional
        Label of the level relative to which payoffs are counted and above which the instrument is in use; by
        default the calmest level.
    agencies : mapping from country to str, optional
        The agency of each holder that decides on it; by default the country's first.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> scenario.instrument("USA", "chip_control").labels("USA")[:3]
    ('licensed', 'licensed_for_fee', 'h20_stopped')
    """

    name: str
    title: str
    leg: Leg
    levels: Mapping[str, tuple[Level, ...]]
    effects: Callable[[Circumstances], Effects]
    parameters: Callable[[str], tuple[str, ...]]
    intensity: Callable[[Circumstances], FloatArray] | None = field(default=None)
    targets: Mapping[str, str] = field(default_factory=dict)
    base: Mapping[str, str] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        # Levels in full would fill screens.
        held = "; ".join(f"{code}: {', '.join(x.label for x in own)}" for code, own in self.levels.items())
        return f"Instrument({self.name!r}, {self.leg} leg, {held})"

    def base_position(self, country: str) -> int:
        """Return the position of a country's base level.

        Parameters
        ----------
        country : str
            Code of the country.

        Returns
        -------
        int
            Position among `labels(country)`; 0 if no base is named.

        Raises
        ------
        UnknownCountry, UnknownLevel
            If a base is named for the country, but the country does not hold the instrument or that level.
        """
        return self.position(country, self.base[country]) if country in self.base else 0

    def held_by(self, country: str) -> tuple[Level, ...]:
        """Return the levels of a country.

        Parameters
        ----------
        country : str
            Code of the country.

        Returns
        -------
        tuple of Level
            The levels of the country, calmest first.

        Raises
        ------
        UnknownCountry
            If the country does not hold the instrument.
        """
        if country not in self.levels:
            raise UnknownCountry(country, self.levels)
        return self.levels[country]

    def labels(self, country: str) -> tuple[str, ...]:
        """Return the labels of a country's levels.

        Parameters
        ----------
        country : str
            Code of the country.

        Returns
        -------
        tuple of str
            One label per level, calmest first.

        Raises
        ------
        UnknownCountry
            If the country does not hold the instrument.
        """
        if country not in self._labels:
            raise UnknownCountry(country, self.levels)
        return self._labels[country]

    @cached_property
    def _labels(self) -> Mapping[str, tuple[str, ...]]:
        return {country: tuple(level.label for level in own) for country, own in self.levels.items()}

    def position(self, country: str, label: str) -> int:
        """Return the position of a level.

        Parameters
        ----------
        country : str
            Code of the country.
        label : str
            Label of the level.

        Returns
        -------
        int
            Position among `labels(country)`; 0 is the calmest.

        Raises
        ------
        UnknownCountry
            If the country does not hold the instrument.
        UnknownLevel
            If the country has no such level.
        """
        labels = self.labels(country)
        if label not in labels:
            raise UnknownLevel(label, labels)
        return labels.index(label)

    def level(self, country: str, label: str) -> Level:
        """Return a level by its label.

        Parameters
        ----------
        country : str
            Code of the country.
        label : str
            Label of the level.

        Returns
        -------
        Level
            The level, with its date, source and law.

        Raises
        ------
        UnknownCountry
            If the country does not hold the instrument.
        UnknownLevel
            If the country has no such level.
        """
        return self.held_by(country)[self.position(country, label)]

    def nearest(self, country: str, value: float, *, past: bool = True) -> Level:
        """Return the level whose value is nearest to a number; in a tie, the calmer level.

        Parameters
        ----------
        country : str
            Code of the country.
        value : float
            A number in the unit of the levels.
        past : bool, default True
            Whether past levels are considered.

        Returns
        -------
        Level
            A level with a value. Hypothetical levels are not considered.

        Raises
        ------
        UnknownCountry
            If the country does not hold the instrument.
        UnknownLevel
            If none of the levels considered has a value.
        """
        held = self.held_by(country)
        measured = [
            level
            for level in held
            if level.value is not None and (past or not level.past) and not level.hypothetical
        ]
        if not measured:
            raise UnknownLevel(str(value), self.labels(country), "level with a value near")
        return min(measured, key=lambda level: abs((level.value or 0.0) - value))
