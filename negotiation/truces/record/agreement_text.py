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
from typing import Self, TypeAlias, TypeVar
from warnings import warn

from pydantic import Field, model_validator

from negotiation.errors import UnboundClause, UnknownTruce
from negotiation.reading.models import load_toml
from negotiation.reading.names import names_in, path_of
from negotiation.truces.record.clauses import Clause, Reading
from negotiation.truces.record.contract import Contract
from negotiation.truces.record.moves import RECORDS, PostureEntry
from negotiation.world.instrument import Pair

Terms: TypeAlias = Mapping[Pair, str]
"""Level labels by country and instrument."""

_TRUCE_NAME = re.compile(r"\d{4}-\d{2}-[a-z][a-z0-9-]*")


class AgreementText(Contract):
    """The text of a dated agreement: what is on record of it. Load one by name with `agreement_text`.

    Warns
    -----
    UnboundClause
        If a clause is covered and open to checks but prescribes no level: it binds nothing.

    Examples
    --------
    >>> geneva = agreement_text("2025-05-geneva")
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
    clock_days: int = Field(
        ge=0, le=36_525, description="days from `in_force` to its end, a century at most; 0 without a clock"
    )
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
        loose = [clause.id for clause in self.clauses if clause.binds_nothing]
        if loose:
            warn(
                f"{self.id}: {', '.join(loose)}: covered and open to checks, but without a `level`, so "
                "nothing is bound; give the highest level allowed, with `instrument` and one `side`, or set "
                "`covered` to false",
                UnboundClause,
                stacklevel=2,
            )
        return self

    def covered(self) -> Terms:
        """Return the level that the text prescribes as written, from its `checkable` clauses.

        Returns
        -------
        mapping from (country, instrument) to level
            Read-only.

        Examples
        --------
        >>> agreement_text("2025-10-busan").covered()["CHN", "tariff"]
        'geneva'
        """
        return MappingProxyType(
            {
                (clause.side, str(clause.instrument)): str(clause.level)
                for clause in self.clauses
                if clause.checkable
            }
        )

    def as_read_by(self, side: str) -> Terms:
        """Return the terms as one side reads them: the text as written and what its readings add.

        Parameters
        ----------
        side : str
            Code of a country.

        Returns
        -------
        mapping from (country, instrument) to level
            Read-only.

        Examples
        --------
        >>> agreement_text("2025-05-geneva").as_read_by("USA")[("CHN", "rare_earth_curb")]
        'licences_flow'
        """
        terms = [term for reading in self.readings if reading.side == side for term in reading.terms]
        read = {(term.country, term.instrument): term.level for term in terms}
        return MappingProxyType({**self.covered(), **read})


TextKind = TypeVar("TextKind", bound=AgreementText)


def _names_on_record() -> tuple[str, ...]:
    return tuple(name for name in names_in(RECORDS) if _TRUCE_NAME.fullmatch(name))


def truce_names(*, placebos: bool = False) -> tuple[str, ...]:
    """Return the names of the agreements in the records, by date.

    Parameters
    ----------
    placebos : bool, optional
        Whether to name those as well that the model was not built for.

    Returns
    -------
    tuple of str
        What `truce` takes.

    Examples
    --------
    >>> truce_names()
    ('2025-05-geneva', '2025-06-london', '2025-08-stockholm', '2025-10-busan')
    >>> truce_names(placebos=True)[:2]
    ('2018-12-buenos-aires', '2020-01-phase-one')
    """
    names = _names_on_record()
    return names if placebos else tuple(name for name in names if not agreement_text(name).placebo)


def read_agreement(name: str | Path, kind: type[TextKind]) -> TextKind:
    """Return the agreement of a name, or of a file outside the package, as an object of some kind.

    Parameters
    ----------
    name : str or Path
        A name from `truce_names(placebos=True)`, or the path of an agreement's file (a `Path`, or a string
        that ends in ".toml").
    kind : type
        `AgreementText`, or a class derived from it.

    Raises
    ------
    UnknownTruce
        No agreement of this name is in the records; the nearest names are offered.
    InvalidFile
        The file of the agreement has a fault.
    """
    if isinstance(name, Path) or name.endswith(".toml"):
        return load_toml(Path(name), kind)
    known = _names_on_record()
    if name not in known:
        raise UnknownTruce(name, known)
    return load_toml(path_of(RECORDS, name, UnknownTruce), kind)


@cache
def agreement_text(name: str) -> AgreementText:
    """Return the text of an agreement of the records.

    Examples
    --------
    >>> agreement_text("2025-10-busan").covered()[("USA", "entity_list")]
    'listed_only'
    """
    return read_agreement(name, AgreementText)
