"""Read moves as people type them: the country, the instrument, and the level or rate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from negotiation.disputes import Postures, Scenario
from negotiation.errors import (
    InvalidOptions,
    UnknownCountry,
    UnknownInstrument,
    UnknownLevel,
    UnknownName,
    shown,
)

_BETWEEN = re.compile(r"[,;]")
_OTHER = re.compile(r"[^A-Za-z0-9]")

EXAMPLE = "USA tariff 60"


class Move(NamedTuple):
    """A country, its instrument, and the level to which the instrument moves."""

    country: str
    instrument: str
    level: str


def moves_given(
    world: Scenario, given: str | Iterable[str], kept: Postures
) -> tuple[Scenario, tuple[Move, ...]]:
    """Return the scenario, with the rates of the moves among its levels, and the moves that texts name.

    Countries are given by code or name, and instruments by name or title. Several moves in one text are
    separated by commas or semicolons. `kept` has the levels in force, which the moves must change. Raise
    `InvalidOptions`, `UnknownCountry`, `UnknownInstrument` or `UnknownLevel` if a text is not such a move.
    """
    texts: list[Any] = [given] if isinstance(given, str) or not hasattr(given, "__iter__") else list(given)
    if not all(isinstance(text, str) for text in texts):
        raise InvalidOptions(
            f"each move must be a text such as {EXAMPLE!r}, but the moves are {shown(given)}"
        )
    moves: dict[tuple[str, str], Move] = {}
    for text in (part for line in texts for part in _BETWEEN.split(line) if part.strip()):
        world, move = _move(world, " ".join(text.split()))
        country, name, level = move
        if (country, name) in moves:
            raise InvalidOptions(f"{country} {name} is moved twice; give one level for each instrument")
        if kept[country][name] == level:
            others = [label for label in world.instruments[name].labels(country) if label != level]
            raise InvalidOptions(
                f"{country} {name} is at {level!r} on that day already, so nothing would change; "
                f"give another level, {_allowed(world, country, name, others)}"
            )
        moves[country, name] = move
    if not moves:
        raise InvalidOptions(f"no move is named in {shown(given)}; give one or more, such as {EXAMPLE!r}")
    return world, tuple(moves.values())


def _move(world: Scenario, text: str) -> tuple[Scenario, Move]:
    """Return the scenario with the level of a move among its levels, and the move in a text."""
    countries = {alias: code for code in world.countries for alias in (code, world.names.get(code, code))}
    country, rest = _begun(text, countries)
    if country is None:
        raise _explained(UnknownCountry(text.split()[0], [*countries]), text)
    titles = {alias: name for name in world.held(country) for alias in (name, world.instruments[name].title)}
    name, tail = _begun(rest, titles)
    if name is None:
        typed = rest.rpartition(" ")[0] or rest
        raise _explained(UnknownInstrument(typed, world.held(country)), text)
    labels = world.instruments[name].labels(country)
    if not tail:
        raise InvalidOptions(f"{shown(text)} names no level; add {_allowed(world, country, name, labels)}")
    by_norm = {_plain(label): label for label in labels}
    if _plain(tail) in by_norm:
        return world, Move(country, name, by_norm[_plain(tail)])
    try:
        rate = float(tail.removesuffix("percent").rstrip("% "))
    except ValueError:
        error = UnknownLevel(tail, labels)
        if rates := _rates(world, country, name):
            error.args = (f"{error} Or give {rates}.",)
        raise _explained(error, text) from None
    return _with_rate(world, country, name, rate)


def _with_rate(world: Scenario, country: str, name: str, rate: float) -> tuple[Scenario, Move]:
    there = world.with_levels({f"{country} {name}": rate})
    levels = there.instruments[name].held_by(country)
    return there, Move(country, name, next(level.label for level in levels if level.value == rate))


def _allowed(world: Scenario, country: str, name: str, labels: Iterable[str]) -> str:
    rates = _rates(world, country, name)
    return f"one of: {', '.join(labels)}{f'; or {rates}' if rates else ''}"


def _rates(world: Scenario, country: str, name: str) -> str:
    """Return the allowed rates in words; empty if the payoffs of levels do not follow from rates."""
    bound = world.bindings.get(name)
    if bound is None or not bound.form.measured or bound.form.graded:
        return ""
    levels = world.instruments[name].held_by(country)
    least = levels[world.instruments[name].base_position(country)].value or 0.0
    known = ", ".join(f"{level.label} {level.value:g}" for level in levels if level.value is not None)
    return f"a rate in percent of at least {least:g} (rates of the levels: {known})"


def _begun(text: str, aliases: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the name for the longest alias with which a text begins, and the rest of the text.

    The name is None if no alias fits.
    """
    typed = f"{_plain(text)}_"
    for alias in sorted(aliases, key=len, reverse=True):
        if typed.startswith(f"{_plain(alias)}_"):
            return aliases[alias], text[len(alias) + 1 :]
    return None, text


def _plain(text: str) -> str:
    """Return a text in lower case, with an underscore for each character that is not a letter or digit."""
    return _OTHER.sub("_", text).lower()


def _explained(error: UnknownName, text: str) -> UnknownName:
    """Return the error with the text of the move in its message."""
    error.args = (f"in the move {shown(text)}: {error}",)
    return error


def in_words(world: Scenario, moves: Iterable[Move]) -> Iterator[str]:
    """Yield each move in words, such as "United States, tariff at 60 percent"."""
    for country, name, label in moves:
        instrument = world.instruments[name]
        level = instrument.level(country, label)
        rate = "" if level.value is None else f"{level.value:g} {level.unit.partition(',')[0]}".strip()
        is_named = level.value is not None and f"{level.value:g}" in level.name
        to = rate if level.hypothetical else f"{level.name}{f' ({rate})' if rate and not is_named else ''}"
        yield f"{world.names.get(country, country)}, {instrument.title} at {to}"
