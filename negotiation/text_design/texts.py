"""The space of texts of a day: what may be bound, at which levels, for how long, and responses to alarms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from math import prod
from typing import NamedTuple, TypeGuard, cast, get_args

import numpy as np

from negotiation.base.reading.models import model_of
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_count, expect_number
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import Levels, Menus
from negotiation.disputes.observation import VERIFIABILITIES
from negotiation.errors import IllegalMove, InvalidGame, InvalidNumber, UnknownInstrument, UnknownName, shown
from negotiation.text_design.numerics import NUMERICS
from negotiation.truces.record.agreement_text import Terms, agreements_of
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.verdicts.agreements import Agreement

# Days of the window of a text without a clock, which only a replay reads.
WINDOW = 365
TITLE = "designed text"


class Text(NamedTuple):
    """A text: country, instrument and level of each clause, and the days of its clock (0 without one).

    `linkage` is its kind of linkage, or None if the text does not settle it. `consultation` says whether it
    has a channel of consultation.
    """

    clauses: tuple[tuple[str, str, str], ...]
    clock: int = 0
    linkage: LinkageKind | None = None
    consultation: bool = False

    @property
    def terms(self) -> dict[Pair, str]:
        """The levels by country and instrument."""
        return {(country, name): level for country, name, level in self.clauses}


@dataclass(frozen=True)
class Texts:
    """All texts of a day."""

    # By country and instrument that may be bound: the levels that a clause may prescribe.
    levels: Mapping[Pair, tuple[str, ...]]
    clocks: tuple[int, ...]
    linkages: tuple[LinkageKind | None, ...] = (None,)
    consultations: tuple[bool, ...] = (False,)

    def __len__(self) -> int:
        bound = prod(len(labels) + 1 for labels in self.levels.values()) - 1
        return 1 + bound * len(self.clocks) * len(self.linkages) * len(self.consultations)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of choices in each place: for each pair (0 is unbound), then for the other parts."""
        return (*(len(labels) + 1 for labels in self.levels.values()), *map(len, self._beside))

    @property
    def _beside(self) -> tuple[Sequence[int], Sequence[LinkageKind | None], Sequence[bool]]:
        return self.clocks, self.linkages, self.consultations

    def at(self, place: Sequence[int]) -> Text:
        """Return the text with the given choice in each place."""
        clauses = tuple(
            (*pair, labels[k - 1])
            for (pair, labels), k in zip(self.levels.items(), place[:-3], strict=True)
            if k
        )
        clock, linkage, talks = place[-3:]
        # Without clauses, the clock and the response to a breach have no meaning.
        if not clauses:
            return Text(())
        return Text(clauses, self.clocks[clock], self.linkages[linkage], self.consultations[talks])

    def __iter__(self) -> Iterator[Text]:
        return iter(dict.fromkeys(self.at(place) for place in product(*map(range, self.sizes))))

    def drawn(self, rng: np.random.Generator) -> tuple[int, ...]:
        """Return a random choice in each place."""
        return tuple(int(rng.integers(size)) for size in self.sizes)


def expect_share(robust: object) -> float:
    """Return the share of draws in which a text must hold, or raise if it is not above 0 and at most 1."""
    share = expect_number("`robust`", robust)
    if not 0.0 < share <= 1.0:
        raise InvalidNumber(f"`robust` must be a share of draws, above 0 and at most 1; got {shown(robust)}")
    return share


def texts_of(
    scenario: Scenario,
    menus: Menus,
    day: Postures,
    on: date,
    state: State,
    bind: Iterable[Pair | str] | None,
    levels: Levels | None,
    clocks: Iterable[int] | None,
    linkages: Iterable[str] = (),
    consultation: bool = False,
) -> Texts:
    """Return the space of texts, by default with every lawful level that is no harsher than the day's."""
    held = [(c, name) for c, menu in menus.items() for name in menu]
    wanted = held if bind is None else _pairs(bind, held, scenario)
    if not wanted:
        raise InvalidGame(f"there is nothing to bind: name in `bind` some of {_named(held)}")
    asked: object = {} if levels is None else levels
    if not isinstance(asked, Mapping) or not all(map(_is_pair, asked)):
        raise InvalidGame(
            f"`levels` must be a dict such as {{('USA', 'tariff'): ['busan']}}; got {shown(levels)}"
        )
    allowed: dict[Pair, tuple[str, ...]] = {}
    for country, name in wanted:
        lawful = [level.label for level in scenario.levels(country, name, state, on)]
        given = names_given((levels or {}).get((country, name)), "`levels` of a pair")
        if given is not None:
            allowed[country, name] = tuple(_lawful(country, name, x, lawful, on, scenario) for x in given)
            continue
        position, now = scenario.instruments[name].position, day[country][name]
        # A clause may freeze the level of the day, even if it is not among the game's levels.
        known = {*menus[country][name], now}
        calm = [x for x in lawful if x in known and position(country, x) <= position(country, now)]
        allowed[country, name] = tuple(reversed(calm))
    strangers = [pair for pair in levels or {} if pair not in allowed]
    if strangers:
        raise InvalidGame(
            f"`levels` may name only what the text may bind, but it names {_named(strangers)}; add this to "
            "`bind`, or leave it out"
        )
    if not any(allowed.values()):
        raise InvalidGame(
            f"there is nothing to bind: no level of {_named(wanted)} is lawful on {on}, in the game and no "
            "harsher than the level in force; give `levels`, or bind something else"
        )
    for kind in (kinds := cast("tuple[LinkageKind, ...]", tuple(dict.fromkeys(linkages)))):
        UnknownName.unless_in(kind, get_args(LinkageKind), "linkage")
    talks = (False, True) if consultation else (False,)
    return Texts(allowed, _days(clocks), kinds or (None,), talks)


def _days(clocks: object) -> tuple[int, ...]:
    """Return the days of the clocks, each once; 0, for no end, by default."""
    days = (0,) if clocks is None else clocks
    if not isinstance(days, Iterable) or not (each := tuple(days)):
        raise InvalidNumber(
            f"`clocks` must be a list of days, such as [90] (0 for no end); got {shown(clocks)}"
        )
    longest = NUMERICS.longest_clock
    return tuple(dict.fromkeys(expect_count("days of a clock", day, least=0, most=longest) for day in each))


def _pairs(bind: Iterable[Pair | str], held: Collection[Pair], scenario: Scenario) -> list[Pair]:
    given: object = (bind,) if isinstance(bind, str) else bind
    chosen: dict[Pair, None] = {}
    for one in given if isinstance(given, Iterable) else (given,):
        if not isinstance(one, str) and not _is_pair(one):
            raise InvalidGame(
                f"`bind` must name instruments, such as 'tariff' or ('USA', 'tariff'); got {shown(one)}"
            )
        called = one if isinstance(one, str) else " ".join(one)
        wanted = [pair for pair in held if called in (pair[1], " ".join(pair))]
        if not wanted:
            country, _, name = called.rpartition(" ")
            UnknownInstrument.unless_in(name, scenario.instruments)
            if country:
                scenario.instrument(country, name)
            who = [country] if country else [c for c in scenario.countries if name in scenario.held(c)]
            raise InvalidGame(
                f"{_named((c, name) for c in who)} cannot be bound, because it is not in the game and so "
                f"cannot be broken; choose from {_named(held)}, or another `size`"
            )
        chosen |= dict.fromkeys(wanted)
    return list(chosen)


def _is_pair(given: object) -> TypeGuard[Pair]:
    return isinstance(given, tuple) and len(given) == 2 and all(isinstance(part, str) for part in given)


def _lawful(
    country: str, name: str, label: str, lawful: Collection[str], on: date, scenario: Scenario
) -> str:
    level = scenario.instrument(country, name).level(country, label)
    if label not in lawful:
        missing = "; ".join(scenario.missing_laws(level, None, on)) or "its law is not in force"
        raise IllegalMove(
            f"{country} {name} cannot be held at {label!r} on {on}: {missing}. The lawful "
            f"levels are: {', '.join(lawful) or 'none'}"
        )
    return label


def _named(pairs: Iterable[Pair]) -> str:
    return ", ".join(f"{country} {name}" for country, name in pairs)


def agreement_of(
    terms: Terms,
    clock: int,
    scenario: Scenario,
    on: date,
    number: int = 1,
    linkage: LinkageKind | None = None,
    consultation: bool = False,
) -> Agreement:
    """Return a text as an agreement, whose clauses are assumptions that can be checked."""
    grades = _grades(scenario, on)
    clauses = [
        {
            "id": f"D{k:02d}",
            "side": country,
            "record_instrument": name,
            "instrument": name,
            "level": level,
            "obligation": f"{name} at most at {level}",
            "covered": True,
            "verifiability": grades.get((country, name), "high"),
            "observed": "unknown",
            "source_title": "designed, in no text",
            "confidence": "low",
        }
        for k, ((country, name), level) in enumerate(terms.items(), 1)
    ]
    data: dict[str, object] = {
        "id": f"{on:%Y-%m}-design-{number}",
        "title": f"{TITLE} {number}",
        "signed": on,
        "in_force": on,
        "window_start": on,
        "window_end": on + timedelta(days=clock or WINDOW),
        "clock_days": clock,
        "summary": "A text that was searched for, and that nobody has signed.",
        "clauses": clauses,
        "consultation": consultation,
    }
    if linkage is not None:
        data["linkage"] = {"kind": linkage, "assumption": True}
    return model_of(data, Agreement, f"{TITLE} {number}").joining(scenario)


def _grades(scenario: Scenario, on: date) -> dict[Pair, str]:
    """Return the grade of instruments, by side, that are hard to check according to a clause on record."""
    grades: dict[Pair, str] = {}
    for text in agreements_of(scenario, placebos=True):
        for clause in text.clauses if text.signed <= on else ():
            for side in scenario.countries if clause.side == "both" else (clause.side,):
                if clause.covered and clause.instrument and clause.verifiability != VERIFIABILITIES[0]:
                    grades[side, clause.instrument] = VERIFIABILITIES[1]
    return grades
