"""The agreements of the record: their clauses, what they cover, and the readings that differ.

An agreement is a file `records/<yyyy-mm>-<place>.toml`, found by its name. A clause binds one side in one
instrument; a level that it prescribes is a ceiling. The text covers, as written, what its checkable clauses
prescribe; a vague clause covers nothing as written, and the readings say what each side takes it to mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self, TypeAlias

from pydantic import Field, model_validator

from negotiation.errors import UnknownTruce
from negotiation.truces.record.clauses import Clause, Reading
from negotiation.truces.record.contract import Contract
from negotiation.truces.record.moves import RECORDS, PostureEntry
from negotiation.world.files import load_toml, names_in, path_of

if TYPE_CHECKING:
    from negotiation.games import RepeatedGame
    from negotiation.strategies import Automaton
    from negotiation.truces.compiling.clock import Clock
    from negotiation.truces.compiling.compiler import Outside
    from negotiation.truces.compiling.readings import ReadingPair
    from negotiation.truces.record.contract import LinkageKind
    from negotiation.truces.verdicts.under_noise import NoiseVerdicts
    from negotiation.world import Scenario, State

Terms: TypeAlias = Mapping[tuple[str, str], str]
"""Level labels by country and instrument."""

_TRUCE_NAME = re.compile(r"\d{4}-\d{2}-[a-z][a-z0-9-]*")


class Agreement(Contract):
    """A dated agreement. Load one by name with `truce`.

    Examples
    --------
    >>> geneva = truce("2025-05-geneva")
    >>> str(geneva.in_force), geneva.clock_days, dict(geneva.covered())
    ('2025-05-14', 90, {('USA', 'tariff'): 'geneva', ('CHN', 'tariff'): 'geneva'})
    """

    id: str = Field(pattern=r"^\d{4}-\d{2}-[a-z][a-z0-9-]*$", description="name of the file")
    title: str = Field(min_length=1, description="name in prose")
    signed: date = Field(description="day of the agreement")
    in_force: date = Field(description="day from which its main terms were applied")
    window_start: date = Field(description="first day on which moves are set beside it")
    window_end: date = Field(description="last day on which moves are set beside it")
    amends: str | None = Field(None, description="name of the agreement that it amends")
    clock_days: int = Field(ge=0, description="days from `in_force` to its end; 0 where it has no clock")
    summary: str = Field(min_length=1, description="one sentence")
    clauses: tuple[Clause, ...] = Field(min_length=1, description="clauses and named gaps")
    readings: tuple[Reading, ...] = Field((), description="how the sides read a vague clause")
    placebo: bool = Field(
        False,
        description="whether the model was not built for it; it then enters nothing that is said of 2025",
    )
    before: tuple[PostureEntry, ...] = Field(
        (), description="levels in force at the signing, where the record of levels does not reach back to it"
    )

    @model_validator(mode="after")
    def _check_agreement(self) -> Self:
        if not self.window_start <= self.signed <= self.in_force <= self.window_end:
            raise ValueError("days must be in the order `window_start`, `signed`, `in_force`, `window_end`")
        ids = [clause.id for clause in self.clauses]
        if len(set(ids)) < len(ids) or any(reading.clause not in ids for reading in self.readings):
            raise ValueError("each clause has its own id, and a reading names one of them")
        checkable = {
            (clause.side, clause.instrument, clause.level) for clause in self.clauses if clause.checkable
        }
        if len(checkable) > len(self.covered()):
            raise ValueError("two clauses prescribe different levels for one instrument of one side")
        return self

    def compile(
        self,
        scenario: Scenario,
        *,
        outside: Outside = "moment",
        linkage: LinkageKind | None = None,
        clock: Clock = "counted",
        state: State | None = None,
    ) -> Automaton | ReadingPair:
        """Return the strategies that the agreement comes to, over the public signals of its alarms.

        Parameters
        ----------
        scenario : Scenario
            Payoffs, patience, laws, and what is seen.
        outside : {"moment", "custom"}, optional
            Instruments that the text does not bind: at a stage equilibrium of the residual game, or as they
            were before the signing.
        linkage : str, optional
            A kind of linkage in place of the agreement's own.
        clock : {"counted", "memoryless", "none"}, optional
            Whether states count the periods of the term, every period may end it, or nothing does.
        state : State, optional
            State of the world; the scenario's default if not given.

        Returns
        -------
        Automaton or ReadingPair
            A pair where readings differ; its clock is memoryless. To be verified in `game`.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel
            As named, with the clause.
        IllegalMove
            If the law forbids a level that a clause prescribes.
        InvalidProbabilities, InvalidGame, SizeLimit
            If an alarm would tell nothing, nothing is prescribed, or there are too many states.

        Examples
        --------
        >>> from negotiation.checks.verify import verify
        >>> from negotiation.world import load_scenario
        >>> scenario, busan = load_scenario("us-china-2025"), truce("2025-10-busan")
        >>> verify(busan.game(scenario), busan.compile(scenario)).concept
        'perfect public equilibrium'
        """
        from negotiation.truces.compiling.compiler import Choices, compiled_text
        from negotiation.truces.compiling.readings import reading_pair

        choices = Choices(outside, linkage, clock, state)
        if self.readings:
            return reading_pair(self, scenario, choices)
        return compiled_text(self, scenario, choices).automaton

    def game(
        self,
        scenario: Scenario,
        *,
        outside: Outside = "moment",
        linkage: LinkageKind | None = None,
        clock: Clock = "counted",
        state: State | None = None,
    ) -> RepeatedGame:
        """Return the repeated game, with the public signal of alarms, that the agreement is played in.

        Parameters
        ----------
        scenario, outside, linkage, clock, state
            As in `compile`.
        """
        from negotiation.truces.compiling.compiler import Choices, compiled_text
        from negotiation.truces.compiling.readings import reading_pair

        choices = Choices(outside, linkage, clock, state)
        if self.readings:
            return reading_pair(self, scenario, choices).game
        return compiled_text(self, scenario, choices).game

    def verdict(self, scenario: Scenario, state: State | None = None) -> NoiseVerdicts:
        """Return the verdict on the text under noise, by leg; readings are left aside.

        Parameters
        ----------
        scenario : Scenario
            Payoffs, patience, laws, and what is seen.
        state : State, optional
            State of the world; the scenario's default if not given.

        Examples
        --------
        >>> from negotiation.world import load_scenario
        >>> truce("2025-10-busan").verdict(load_scenario("us-china-2025"))["tariff"].words
        'holds'
        """
        from negotiation.truces.verdicts.under_noise import noise_verdicts

        return noise_verdicts(self, scenario, state)

    def covered(self) -> Terms:
        """Return the level that the text prescribes as written, from its `checkable` clauses."""
        return MappingProxyType(
            {
                (clause.side, str(clause.instrument)): str(clause.level)
                for clause in self.clauses
                if clause.checkable
            }
        )

    def as_read_by(self, side: str) -> Terms:
        """Return the terms as one side reads them: the text as written and what its readings add.

        Examples
        --------
        >>> truce("2025-05-geneva").as_read_by("USA")[("CHN", "rare_earth_curb")]
        'licences_flow'
        """
        terms = [term for reading in self.readings if reading.side == side for term in reading.terms]
        read = {(term.country, term.instrument): term.level for term in terms}
        return MappingProxyType({**self.covered(), **read})


def truce_names(*, placebos: bool = False) -> tuple[str, ...]:
    """Return the names of the agreements in the records, by date.

    Parameters
    ----------
    placebos : bool, optional
        Whether to name those as well that the model was not built for.

    Examples
    --------
    >>> truce_names()
    ('2025-05-geneva', '2025-06-london', '2025-08-stockholm', '2025-10-busan')
    >>> truce_names(placebos=True)[:2]
    ('2018-12-buenos-aires', '2020-01-phase-one')
    """
    names = tuple(name for name in names_in(RECORDS) if _TRUCE_NAME.fullmatch(name))
    return names if placebos else tuple(name for name in names if not _load(name).placebo)


def truce(name: str | Path) -> Agreement:
    """Return the agreement of a name, or of a file outside the package.

    Parameters
    ----------
    name : str or Path
        A name from `truce_names(placebos=True)`, or the path of an agreement's file (a `Path`, or a string
        that ends in ".toml").

    Raises
    ------
    UnknownTruce
        No agreement of this name is in the records; the nearest names are offered.
    InvalidFile
        The file of the agreement has a fault.

    Examples
    --------
    >>> truce("2025-10-busan").covered()[("USA", "entity_list")]
    'listed_only'
    >>> truce("geneva")
    Traceback (most recent call last):
    ...
    negotiation.errors.UnknownTruce: no truce 'geneva'; did you mean '2025-05-geneva'? Known: ...
    """
    if isinstance(name, Path) or name.endswith(".toml"):
        return load_toml(Path(name), Agreement)
    if name not in truce_names(placebos=True):
        raise UnknownTruce(name, truce_names(placebos=True))
    return _load(name)


@cache
def _load(name: str) -> Agreement:
    return load_toml(path_of(RECORDS, name, UnknownTruce), Agreement)
