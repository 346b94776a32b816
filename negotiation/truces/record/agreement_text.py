"""The agreements of the record: their clauses, their coverage, and different readings.

An agreement is a file `agreements/<yyyy-mm>-<place>.toml` of a dispute, found by its name. A clause binds one
side in one instrument; a level that it prescribes is a ceiling. As written, the text covers what its
checkable clauses prescribe. A vague clause covers nothing as written; readings say how each side understands
it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Self, TypeAlias, TypeGuard, TypeVar
from warnings import warn

from pydantic import Field, PrivateAttr, model_validator

from negotiation.base.reading.models import load_toml
from negotiation.base.reading.names import names_in
from negotiation.disputes import Scenario, load_scenario, scenario_names
from negotiation.disputes.dates import Day
from negotiation.disputes.files.folder import SCENARIO, SCENARIOS, scenario_folder
from negotiation.disputes.instrument import Pair
from negotiation.disputes.loading import MAIN
from negotiation.errors import (
    InvalidDate,
    InvalidFile,
    InvalidGame,
    NegotiationError,
    UnboundClause,
    UnknownTruce,
)
from negotiation.truces.record.clauses import Clause, Reading
from negotiation.truces.record.contract import Contract
from negotiation.truces.record.moves import PostureEntry
from negotiation.truces.record.timeline import looking_back_to
from negotiation.truces.record.until_changed import kept_until_changed, kept_until_record_changes

# Level labels by country and instrument.
Terms: TypeAlias = Mapping[Pair, str]

# A scenario, or the name or the folder of one.
Dispute: TypeAlias = Scenario | str | Path

# The folder of a dispute in which its agreements lie.
AGREEMENTS = "agreements"

_TRUCE_NAME = re.compile(r"\d{4}-\d{2}-[a-z][a-z0-9-]*")


class AgreementText(Contract):
    """The recorded text of a dated agreement. Load one by name with `agreement_text`.

    Examples
    --------
    >>> geneva = agreement_text("2025-05-geneva")
    >>> str(geneva.in_force), geneva.clock_days, dict(geneva.covered())
    ('2025-05-14', 90, {('USA', 'tariff'): 'geneva', ('CHN', 'tariff'): 'geneva'})
    """

    id: str = Field(pattern=r"^\d{4}-\d{2}-[a-z][a-z0-9-]*$", description="name of the file")
    title: str = Field(min_length=1, description="name in prose")
    signed: Day = Field(description="day of the agreement")
    in_force: Day = Field(description="day from which its main terms were applied")
    window_start: Day = Field(description="first day on which moves are compared with it")
    window_end: Day = Field(description="last day on which moves are compared with it")
    amends: str | None = Field(None, description="name of the agreement that it amends")
    clock_days: int = Field(
        ge=0, le=36_525, description="days from `in_force` to its end, a century at most; 0 without a clock"
    )
    summary: str = Field(min_length=1, description="one sentence")
    clauses: tuple[Clause, ...] = Field(min_length=1, description="clauses and named gaps")
    readings: tuple[Reading, ...] = Field((), description="how the sides read a vague clause")
    placebo: bool = Field(
        False,
        description="whether the model was not built for it; it then enters no statement on 2025",
    )
    before: tuple[PostureEntry, ...] = Field(
        (), description="levels in force at the signing, if the record of levels does not reach back to it"
    )

    _home: Path | None = PrivateAttr(None)

    @property
    def home(self) -> Path | None:
        """Folder of the dispute to which the agreement belongs; `None` if it lies in no dispute's folder."""
        return self._home

    @model_validator(mode="after")
    def _check_agreement(self) -> Self:
        if not self.window_start <= self.signed <= self.in_force <= self.window_end:
            raise ValueError(
                "days must be in the order `window_start`, `signed`, `in_force`, `window_end`; got "
                f"{self.window_start}, {self.signed}, {self.in_force}, {self.window_end}"
            )
        ids = [clause.id for clause in self.clauses]
        wrong = [name for name in ids if ids.count(name) > 1]
        wrong += [reading.clause for reading in self.readings if reading.clause not in ids]
        if wrong:
            raise ValueError(
                "each clause needs an id of its own, and the `clause` of each reading must be one of these "
                f"ids; correct {', '.join(dict.fromkeys(wrong))}"
            )
        # More levels than pairs: two clauses that can be checked prescribe different levels of one pair.
        checkable = {
            (clause.side, str(clause.instrument), str(clause.level))
            for clause in self.clauses
            if clause.checkable
        }
        bound = self.covered()
        if len(checkable) > len(bound):
            side, name, level = next(one for one in sorted(checkable) if bound[one[:2]] != one[2])
            raise ValueError(
                "two clauses prescribe different levels for one instrument of one side: "
                f"{level!r} and {bound[side, name]!r} for {name} of {side}; give one level"
            )
        loose = [clause.id for clause in self.clauses if clause.binds_nothing]
        if loose:
            warn(
                f"{self.id}: {', '.join(loose)}: covered and open to checks, but without a `level`, so "
                "nothing is bound; give the highest level allowed, with `instrument` and one `side`, or set "
                "`covered` to false",
                UnboundClause,
                stacklevel=2,
            )
        unseen = [clause.id for clause in self.clauses if clause.goes_unseen]
        if unseen:
            warn(
                f"{self.id}: {', '.join(unseen)}: a `level` that others cannot check (only a `verifiability` "
                "of high or medium binds), so nothing is bound; say why in `verifiability_note`",
                UnboundClause,
                stacklevel=2,
            )
        return self

    def names_in(self, scenario: Scenario) -> Mapping[str, str]:
        """Return print names of the agreement, its recorded instruments and the dispute's identifiers.

        Parameters
        ----------
        scenario : Scenario
            The dispute.

        Returns
        -------
        mapping from str to str
            Print names by identifier, for use in tables.

        Examples
        --------
        >>> from negotiation.disputes import load_scenario
        >>> names = agreement_text("2025-10-busan").names_in(load_scenario("us-china-2025"))
        >>> names["2025-10-busan"], names["unreliable_entity_list"], names["USA"]
        ('Busan arrangement', 'unreliable entity list', 'United States')
        """
        # Later ones win: what the dispute calls a thing stands before the words of the record.
        recorded = {
            name: name.replace("_", " ") for clause in self.clauses if (name := clause.record_instrument)
        }
        return {**recorded, **scenario.names, self.id: self.title}

    def to_toml(self) -> str:
        """Return the agreement as the text of a file.

        Returns
        -------
        str
            TOML in the form of a dispute's files; `truce(path)` reads it.

        Examples
        --------
        >>> print(agreement_text("2025-05-geneva").to_toml().splitlines()[0])
        id = "2025-05-geneva"
        """
        return toml_text(self.model_dump(mode="json", exclude_none=True, exclude_defaults=True))

    def covered(self) -> Terms:
        """Return the level that the text prescribes for each instrument that it binds.

        Returns
        -------
        mapping from (country, instrument) to level
            Only levels of clauses that others can check. The mapping is read-only.

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
        """Return the levels that the text prescribes as one side reads it.

        Parameters
        ----------
        side : str
            Code of a country.

        Returns
        -------
        mapping from (country, instrument) to level
            The levels of `covered`, replaced or extended by the levels of the side's readings. The mapping is
            read-only.

        Examples
        --------
        >>> agreement_text("2025-05-geneva").as_read_by("USA")[("CHN", "rare_earth_curb")]
        'licences_flow'
        """
        terms = [term for reading in self.readings if reading.side == side for term in reading.terms]
        read = {(term.country, term.instrument): term.level for term in terms}
        return MappingProxyType({**self.covered(), **read})


TextKind = TypeVar("TextKind", bound=AgreementText)


def truce_names(dispute: Dispute | None = None, *, placebos: bool = False) -> tuple[str, ...]:
    """Return the names of the agreements on record, sorted, and so by month of signing.

    Parameters
    ----------
    dispute : Scenario, str or Path, optional
        A scenario, its name or its folder; by default every dispute of the package. For a `Scenario`, the
        names include agreements that were added to it, and exclude those signed after the day set by
        `as_of`.
    placebos : bool, default False
        Whether to include placebos: agreements for which the model was not built.

    Returns
    -------
    tuple of str
        Names that `truce` accepts.

    Raises
    ------
    UnknownScenario
        If there is no such dispute.
    InvalidFile
        If there is no such folder, or the file of an agreement has a fault.

    Examples
    --------
    >>> truce_names("us-china-2025")[:2]
    ('2025-05-geneva', '2025-06-london')
    >>> truce_names("us-china-2025", placebos=True)[:2]
    ('2018-12-buenos-aires', '2020-01-phase-one')
    """
    paths = [path for folder in _folders(dispute) for path in _files(folder) if _seen(path, dispute)]
    names = [path.stem for path in paths if placebos or not _on_record(path, AgreementText).placebo]
    given = [text.id for text in _given(dispute).values() if placebos or not text.placebo]
    return tuple(sorted([*names, *given]))


def agreements_of(dispute: Dispute | None, *, placebos: bool = False) -> tuple[AgreementText, ...]:
    """Return the texts of the agreements of a dispute, in the order of `truce_names`.

    Examples
    --------
    >>> [text.id for text in agreements_of("us-china-2025")][:1]
    ['2025-05-geneva']
    """
    return tuple(agreement_text(name, dispute) for name in truce_names(dispute, placebos=placebos))


def dispute_of(name: str | Path) -> str | Path:
    """Return the dispute of an agreement on record, or the folder of the dispute in which a file lies.

    A file outside every dispute's folder is assigned to the package's main dispute.

    Examples
    --------
    >>> dispute_of("2025-10-busan")
    'us-china-2025'
    """
    if _is_path(name):
        return _home_of(Path(name)) or MAIN
    return agreement_file(name).parents[1].name


def _is_path(name: object) -> TypeGuard[str | Path]:
    """Return whether a text is a path and not a name on record."""
    return isinstance(name, Path) or (isinstance(name, str) and name.endswith(".toml"))


def scenario_for(
    agreement: AgreementText | str | Path,
    scenario: Dispute | None,
    as_of: date | str | None = None,
    *,
    to_judge: bool = False,
) -> Scenario:
    """Return the scenario in which an agreement is examined: the given one, or the agreement's own dispute.

    A dispute that is left out, or given by name or folder, is taken as of its own day. If the agreement was
    signed later, or if `to_judge` is true, the scenario is as it was known at the end of the agreement's
    window, or on the last day to which sources were read if that is earlier. `as_of` overrides both. A given
    `Scenario` changes day only with `as_of`. For an agreement from before the day of the games, the scenario
    has past levels if the record reaches back.

    Examples
    --------
    >>> scenario_for("2025-10-busan", None).name
    'us-china-2025'
    >>> scenario_for("2018-12-buenos-aires", None).looks_back
    True
    >>> str(scenario_for("2026-09-washington", None).definition.as_of)
    '2026-10-10'
    >>> str(scenario_for("2025-05-geneva", None, to_judge=True).definition.as_of)
    '2025-11-10'
    """
    # A faulty agreement has no day; its faults are reported where it is read.
    world = _world_of(agreement, scenario)
    world = world if as_of is None else world.as_of(as_of)
    named = not isinstance(scenario, Scenario)
    try:
        text = agreement_text(agreement, world.folder if named and as_of is None else world)
    except NegotiationError:
        return world  # the fault of the agreement is reported where it is read
    if named and as_of is None and (to_judge or text.signed > world.definition.known):
        world = _as_known(world, min(text.window_end, world.definition.date))
    return looking_back_to(world, text.signed)


@kept_until_record_changes
def _as_known(world: Scenario, day: date) -> Scenario:
    """Return a dispute as it was known on a day, cached."""
    return world if day == world.definition.known else world.as_of(day)


def _world_of(agreement: AgreementText | str | Path, scenario: Dispute | None) -> Scenario:
    """Return the scenario that is given, or the agreement's own."""
    if isinstance(scenario, Scenario):
        return scenario
    if scenario is None:
        if isinstance(agreement, AgreementText):
            return load_scenario(agreement.home or MAIN)
        return load_scenario(dispute_of(agreement))
    if isinstance(scenario, str | Path):
        return load_scenario(scenario)
    raise InvalidGame(
        f"`scenario` must be a Scenario, its name or its folder; got {type(scenario).__name__}. Load one "
        f"with `load_scenario({MAIN!r})`, or leave the argument out"
    )


def _home_of(path: Path) -> Path | None:
    """Return the folder of the dispute in which the file of an agreement lies, if it lies in one."""
    # The folder of the link counts for its name, that of the file for what lies around it.
    inside = path.parent.name == AGREEMENTS and (path.resolve().parents[1] / SCENARIO).is_file()
    return path.resolve().parents[1] if inside else None


def agreement_file(name: object, dispute: Dispute | None = None) -> Path:
    """Return the file of an agreement."""
    # A folder may be listed twice, by name and by path; each file counts once.
    paths = dict.fromkeys(path for folder in _folders(dispute) for path in _files(folder))
    there = [path for path in paths if path.stem == name]
    named = [path for path in there if _seen(path, dispute)]
    if there and not named:
        home = there[0].parents[1]
        raise InvalidDate(
            f"{name!r} was signed on {_on_record(there[0], AgreementText).signed}, but its dispute was "
            f"loaded as of {_as_of(dispute)}: give `scenario=load_scenario({home.name!r}, as_of=...)` "
            "with the day of signing or a later one"
        )
    if not named:
        raise UnknownTruce(name, sorted({path.stem for path in paths} | {*_given(dispute)}))
    if len(named) > 1:
        owners = ", ".join(repr(path.parents[1].name) for path in named)
        raise InvalidFile(
            f"several disputes have an agreement {name!r}: {owners}; choose one of them with `scenario=`"
        )
    return named[0]


def read_agreement(
    name: str | Path | AgreementText, kind: type[TextKind], dispute: Dispute | None = None
) -> TextKind:
    """Return an agreement, given its name or the path of its file, as an object of the class `kind`.

    An object of that class is returned unchanged.
    """
    if isinstance(name, kind):
        return name
    if _is_path(name):
        return _read(Path(name), kind)
    # What a scenario was given is not looked for in its folder; there it would have been refused.
    given = _given(dispute).get(str(name))
    return given if isinstance(given, kind) else _on_record(agreement_file(name, dispute), kind)


def _read(path: Path, kind: type[TextKind]) -> TextKind:
    agreement = load_toml(path, kind)
    agreement._home = _home_of(path)  # noqa: SLF001 - where it lies is known here alone
    return agreement


_on_record = kept_until_changed(_read)


def agreement_text(name: str | Path | AgreementText, dispute: Dispute | None = None) -> AgreementText:
    """Return the text of an agreement, given its name or a file; a text is returned unchanged.

    Examples
    --------
    >>> agreement_text("2025-10-busan").covered()[("USA", "entity_list")]
    'listed_only'
    """
    return read_agreement(name, AgreementText, dispute)


def base_of(agreement: AgreementText) -> AgreementText | None:
    """Return the agreement that this one amends; `None` if it amends none."""
    return agreement_text(agreement.amends, agreement.home) if agreement.amends else None


def papers_of(agreement: AgreementText) -> tuple[AgreementText, ...]:
    """Return an agreement's base, the earlier amendments of the base, and the agreement, by day of signing.

    Examples
    --------
    >>> [paper.id for paper in papers_of(agreement_text("2025-08-stockholm"))]
    ['2025-05-geneva', '2025-06-london', '2025-08-stockholm']
    """
    base = base_of(agreement)
    if base is None:
        return (agreement,)
    others = agreements_of(agreement.home, placebos=True)
    earlier = [paper for paper in others if paper.amends == base.id and paper.signed < agreement.signed]
    return (base, *sorted(earlier, key=lambda paper: paper.signed), agreement)


def _given(dispute: Dispute | None) -> dict[str, AgreementText]:
    """Return the agreements given to a scenario in addition to those of its folder."""
    given = dispute.agreements if isinstance(dispute, Scenario) else {}
    return {name: text for name, text in given.items() if isinstance(text, AgreementText)}


def _folders(dispute: Dispute | None) -> tuple[Path, ...]:
    """Return the folders of disputes to search."""
    if dispute is None:
        return tuple(scenario_folder(name) for name in scenario_names())
    folder = dispute.folder if isinstance(dispute, Scenario) else scenario_folder(dispute)
    if folder is not None and not folder.is_dir():
        raise InvalidFile(f"{folder}: there is no such folder; check the path of the dispute")
    return () if folder is None else (folder,)


def _as_of(dispute: Dispute | None) -> date | None:
    """Return the `as_of` day of a scenario; `None` if every agreement in the folder counts."""
    return dispute.definition.as_of if isinstance(dispute, Scenario) else None


def _seen(path: Path, dispute: Dispute | None) -> bool:
    """Return whether an agreement had been signed by the day of its dispute."""
    as_of = _as_of(dispute)
    return as_of is None or _on_record(path, AgreementText).signed <= as_of


def _files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a dispute's agreements, without links that lead out of its folder."""
    return _of_the_package(folder) if folder.parent == SCENARIOS else _listed(folder)


def _listed(folder: Path) -> tuple[Path, ...]:
    paths = [folder / AGREEMENTS / f"{name}.toml" for name in names_in(folder / AGREEMENTS)]
    inside = folder.resolve()
    return tuple(p for p in paths if _TRUCE_NAME.fullmatch(p.stem) and p.resolve().is_relative_to(inside))


_of_the_package = cache(_listed)


def toml_text(data: Mapping[str, object]) -> str:
    """Return a table of plain values, lists and further tables as TOML.

    Examples
    --------
    >>> print(toml_text({"a": 1, "b": {"c": "d"}, "e": [{"f": True}]}))
    a = 1
    <BLANKLINE>
    [b]
    c = "d"
    <BLANKLINE>
    [[e]]
    f = true
    <BLANKLINE>
    """
    return "\n".join([*_lines(data, ()), ""])


def _lines(data: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    # Plain values first: what stands after the head of a table belongs to it.
    later = []
    for name, value in data.items():
        if isinstance(value, Mapping) or _is_tables(value):
            later.append((name, value))
        else:
            yield f"{_key(name)} = {_plain(value)}"
    for name, value in later:
        there = (*path, name)
        head = ".".join(map(_key, there))
        if isinstance(value, Mapping):
            yield from ("", f"[{head}]", *_lines(value, there))
            continue
        for table in value:
            yield from ("", f"[[{head}]]", *_lines(table, there))


def _is_tables(value: object) -> TypeGuard[Sequence[Mapping[str, object]]]:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _plain(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_plain, value))}]"
    # The strings of JSON without escapes of surrogates, its numbers and its words for truth are TOML's.
    return json.dumps(value, ensure_ascii=False)
