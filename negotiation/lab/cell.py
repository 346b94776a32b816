"""One cell of a sweep: its values, its content hash, its own random numbers, and the row of its result.

A cell consists of the varied values, by name, and the number of its replication. Its identity is the hash of
that content, so it does not depend on its place in a sweep, on the worker that computes it, or on what else
is computed. Its random numbers come from the experiment's seed, spawned by that hash.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np
from pydantic import BeforeValidator

from negotiation.base.reading.hashes import ID_LENGTH, canonical, digest
from negotiation.disputes import Scenario
from negotiation.errors import InvalidExperiment, shown
from negotiation.game_theory.games import StageGame

# What a cell holds and a measure returns: plain values that JSON can carry.
Value: TypeAlias = bool | int | float | str | None

# Binary digits of the largest whole number: Python writes no much longer ones as text.
LARGEST_INTEGER = 10_000


def plain(value: object, name: str = "value") -> Value:
    """Return a value as plain Python, or raise `InvalidExperiment` if no store can hold it.

    NumPy scalars are converted, and -0.0 becomes 0.0. NaN and infinities are kept. `name` is the value's name
    in messages.

    Examples
    --------
    >>> plain(np.float64(0.5)), plain(np.int64(3)), plain("USA")
    (0.5, 3, 'USA')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidExperiment(
                f"{name}: the text {shown(value)} contains half a character (a surrogate), which no file can "
                "hold; remove it"
            ) from None
    if isinstance(value, int) and value.bit_length() > LARGEST_INTEGER:
        raise InvalidExperiment(
            f"{name}: a whole number may have at most {LARGEST_INTEGER:,} binary digits; got one of "
            f"{value.bit_length():,}"
        )
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise InvalidExperiment(
        f"{name}: expected a number, a truth value, a text or None; got {shown(value)} "
        f"({type(value).__name__})"
    )


def is_whole(value: object) -> bool:
    """Return whether a value is a whole number and not a truth value.

    Examples
    --------
    >>> is_whole(3), is_whole(True), is_whole(3.0)
    (True, False, False)
    """
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _whole(number: Any) -> Any:
    """Return a whole number; raise `ValueError` for anything else."""
    if not is_whole(number):
        raise ValueError("expected a whole number")
    if int(number).bit_length() > LARGEST_INTEGER:
        raise ValueError(f"at most {LARGEST_INTEGER:,} binary digits are allowed; give a smaller number")
    return number


# A field that takes no float, text or truth value in place of a whole number.
Whole: TypeAlias = Annotated[int, BeforeValidator(_whole)]


def is_finite(value: object) -> bool:
    """Return whether a value is a finite number and not a truth value."""
    return (is_whole(value) or isinstance(value, (float, np.floating))) and math.isfinite(value)  # type: ignore[arg-type]


def cell_values(values: Mapping[str, object]) -> dict[str, Value]:
    """Return a cell's values as plain Python, or raise `InvalidExperiment` for a faulty name or value.

    Examples
    --------
    >>> cell_values({"dependence": np.float64(0.5)})
    {'dependence': 0.5}
    """
    plain_values = {}
    for name, value in values.items():
        if type(name) is not str or not name:
            raise InvalidExperiment(f"the names in a cell must be non-empty texts; got {name!r}")
        plain(name, "name")
        plain_values[name] = plain(value, name)
        if isinstance(value, (float, np.floating)) and not math.isfinite(value):
            raise InvalidExperiment(f"the cell's {name!r} is {value}, but numbers in a cell must be finite")
    return plain_values


def identity_of(text: str, replication: int) -> str:
    """Return the hash of a cell, computed from the JSON text of its values and its replication."""
    return digest(f"[{text},{replication}]")


def parameter(name: str, value: Value) -> float:
    """Return the value of a scenario's parameter as a float, or raise `InvalidExperiment`.

    Examples
    --------
    >>> parameter("security_weight", 1)
    1.0
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidExperiment(
            f"{name!r} is a parameter of the scenario and must be a number; got {shown(value)}"
        )
    return float(value)


@dataclass(frozen=True, eq=False)
class Cell(Mapping[str, Value]):
    """Argument of a measure: a mapping from name to varied value, with the experiment's scenario and game.

    Parameters
    ----------
    values_by_name : mapping from str to value
        The varied values.
    replication : int, default 0
        Number of the replication, from 0.
    seed : int, default 0
        The experiment's seed.
    base : Scenario, optional
        The experiment's scenario, at its own parameter values. `scenario` is made from it.
    game : StageGame, optional
        The experiment's game.

    Examples
    --------
    >>> cell = Cell({"dependence": 0.5}, seed=7)
    >>> cell["dependence"], cell.rng.random() == Cell({"dependence": 0.5}, seed=7).rng.random()
    (0.5, True)
    >>> Cell({"a": 1, "b": 2}).id == Cell({"b": 2, "a": 1}).id != Cell({"a": 1, "b": 2}, replication=1).id
    True
    """

    values_by_name: Mapping[str, Value]
    replication: int = 0
    seed: int = 0
    base: Scenario | None = field(default=None, repr=False)
    game: StageGame | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        # Read-only: the identity is that of the values as they were when the cell was made.
        object.__setattr__(self, "values_by_name", MappingProxyType(dict(self.values_by_name)))

    def __reduce__(self) -> tuple[type[Cell], tuple[object, ...]]:
        given = (dict(self.values_by_name), self.replication, self.seed, self.base, self.game)
        return type(self), given

    def __getitem__(self, name: str) -> Value:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    @cached_property
    def text(self) -> str:
        """The values as a JSON text with sorted keys."""
        return canonical(dict(self.values_by_name))

    @cached_property
    def id(self) -> str:
        """Hash of the values and the replication, which identifies the cell."""
        return identity_of(self.text, self.replication)

    @property
    def seed_sequence(self) -> np.random.SeedSequence:
        """The seed of this cell: the experiment's seed, spawned by the cell's hash."""
        words = tuple(int(self.id[k : k + 8], 16) for k in range(0, ID_LENGTH, 8))
        return np.random.SeedSequence(self.seed, spawn_key=words)

    @property
    def rng(self) -> np.random.Generator:
        """New generator from the cell's seed, with the same numbers each time."""
        return np.random.default_rng(self.seed_sequence)

    @cached_property
    def scenario(self) -> Scenario:
        """The experiment's scenario with the cell's parameter values; an error if there is no scenario."""
        if self.base is None:
            raise InvalidExperiment(
                "the cell's experiment has no scenario; give it one, such as scenario='us-china-2025'"
            )
        return self.base.with_parameters(self.parameters)

    @property
    def parameters(self) -> dict[str, float]:
        """The cell's values that are parameters of the scenario, by name; empty without a scenario."""
        known = self.base.parameters if self.base is not None else {}
        return {name: parameter(name, value) for name, value in self.items() if name in known}

    def number(self, name: str) -> float:
        """Return a varied value as a float.

        Parameters
        ----------
        name : str
            Name of the value.

        Returns
        -------
        float
            The value; whole numbers and truth values are converted.

        Raises
        ------
        InvalidExperiment
            If the cell has no value of this name, or the value is a text or `None`.

        Examples
        --------
        >>> Cell({"x": 2}, 0, 0).number("x")
        2.0
        """
        value = self.values_by_name.get(name)
        if not isinstance(value, (int, float)):
            raise InvalidExperiment(
                f"the cell has no number named {shown(name)}; its values are "
                f"{shown(dict(self.values_by_name))}"
            )
        return float(value)


BOOKKEEPING = ("status", "error")
# Columns of the tables: an axis cannot have such a name, and a measure that has one is renamed.
RESERVED = ("replication", *BOOKKEEPING)


def last_line(error: str | None) -> str | None:
    r"""Return the last line of an error's text, which describes the error; None if there is no text.

    Examples
    --------
    >>> last_line("Traceback (most recent call last):\n  ...\nValueError: too much")
    'ValueError: too much'
    """
    lines = (error or "").strip().splitlines()
    return lines[-1] if lines else None


class Row(NamedTuple):
    """The stored result of one cell: its measures as JSON or its error, its status and its time."""

    cell_id: str
    status: str
    cell: str
    replication: int
    measures: str | None
    error: str | None
    seconds: float
