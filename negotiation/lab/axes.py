"""Spaces of a sweep: grids, lists, and their products. Random designs are in `designs`.

A space is a list of cells in a fixed order. Widening a space (more values, more draws) does not change the
cells that it shares with the old one, so results that were stored for them are reused.
"""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from itertools import product as cartesian
from math import isfinite, prod
from typing import Annotated, Any, Self

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    InstanceOf,
    SerializeAsAny,
    ValidationError,
    model_validator,
)

from negotiation.base.reading.faults import THE_WHOLE, field_faults
from negotiation.errors import InvalidExperiment, shown
from negotiation.lab.cell import Value, cell_values, is_finite, is_whole

# Largest number of cells of a space.
LARGEST_SPACE = 50_000_000
# Largest number of values of one name, and of cells that are written down: each takes some 100 bytes.
LARGEST_AXIS = 1_000_000

# Advice in the errors about these limits.
FEWER = "Give fewer values, points or replications, or sample the space with `space.draws`"


class Space(BaseModel):
    """List of cells: base class of the spaces of an experiment.

    `a * b` is the product of two spaces.

    Examples
    --------
    >>> from negotiation.lab import space
    >>> both = space.linspace("x", 0.0, 1.0, 2) * space.grid({"rule": ["grim", "penance"]})
    >>> both.cells()
    [{'x': 0.0, 'rule': 'grim'}, {'x': 0.0, 'rule': 'penance'}, {'x': 1.0, 'rule': 'grim'}, \
    {'x': 1.0, 'rule': 'penance'}]
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            first = next(iter(field_faults(error, type(self)))).removeprefix(f"{THE_WHOLE}: ")
            raise InvalidExperiment(f"{type(self).__name__}: {first}") from None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.names or "" in self.names:
            raise ValueError(f"a space needs names, none of them empty; got {shown(self.names)}")
        return self

    def cells(self) -> list[dict[str, Value]]:
        """Return the cells in order.

        Returns
        -------
        list of dict
            One dict from name to value per cell.

        Raises
        ------
        InvalidExperiment
            If the space has more than 50 million cells.
        MissingPackage
            If the space contains a Saltelli design, and SALib is not installed.

        Examples
        --------
        >>> grid({"x": [0, 1], "y": ["a"]}).cells()
        [{'x': 0, 'y': 'a'}, {'x': 1, 'y': 'a'}]
        """
        refuse_if_huge(len(self))
        return list(self.each())

    @abstractmethod
    def each(self) -> Iterator[dict[str, Value]]:
        """Yield the cells in order, one at a time.

        Yields
        ------
        dict from str to value
            The values of one cell by name.

        Examples
        --------
        >>> next(linspace("x", 0.0, 1.0, 1000).each())
        {'x': 0.0}
        """

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of cells."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Names of the varied quantities."""

    def describe(self) -> dict[str, object]:
        """Return a description of the space in plain values, for provenance.

        Returns
        -------
        dict
            `kind`, the name of the class, and the fields of the space.

        Examples
        --------
        >>> linspace("x", 0.0, 1.0, 3).describe()
        {'kind': 'Grid', 'axes': {'x': [0.0, 0.5, 1.0]}}
        """
        return {"kind": type(self).__name__, **self.model_dump(mode="json")}

    def __mul__(self, other: Space) -> Product:
        return product(self, other)


class Grid(Space):
    """All combinations of some values of each name. The last name varies fastest.

    Examples
    --------
    >>> grid({"x": [0, 1], "rule": ["grim", "penance"]}).cells()[:2]
    [{'x': 0, 'rule': 'grim'}, {'x': 0, 'rule': 'penance'}]
    """

    axes: Mapping[str, Annotated[tuple[Value, ...], Field(min_length=1)]] = Field(
        min_length=1, description="values by name, in any unit"
    )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the axes."""
        return tuple(self.axes)

    def __len__(self) -> int:
        return product_of(len(values) for values in self.axes.values())

    def each(self) -> Iterator[dict[str, Value]]:
        """Yield the cells in order, with the last name varying fastest.

        Yields
        ------
        dict from str to value
            The values of one cell by name.
        """
        for choice in cartesian(*self.axes.values()):
            yield cell_values(dict(zip(self.axes, choice, strict=True)))


class Listed(Space):
    """Cells that are given one by one.

    Examples
    --------
    >>> listed([{"x": 0, "y": 1}, {"x": 2, "y": 3}]).names
    ('x', 'y')
    """

    entries: tuple[Mapping[str, Value], ...] = Field(
        min_length=1, description="the cells, all with the same names"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        for entry in self.entries:
            if entry.keys() != self.entries[0].keys():
                raise ValueError(
                    f"one cell has the names {shown(list(entry))}, but all must have the names of the first "
                    f"cell, {shown(list(self.entries[0]))}; correct one of them"
                )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the cells."""
        return tuple(self.entries[0])

    def __len__(self) -> int:
        return len(self.entries)

    def each(self) -> Iterator[dict[str, Value]]:
        """Yield the cells in the order in which they were given.

        Yields
        ------
        dict from str to value
            The values of one cell by name.
        """
        yield from map(cell_values, self.entries)


class Product(Space):
    """All combinations of one cell from each of several spaces. The last space varies fastest.

    Examples
    --------
    >>> len(linspace("x", 0.0, 1.0, 3) * grid({"y": [1, 2]}))
    6
    """

    parts: tuple[SerializeAsAny[InstanceOf[Space]], ...] = Field(
        min_length=1, description="the spaces that are combined"
    )

    @model_validator(mode="after")
    def _apart(self) -> Self:
        names = self.names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"{twice[0]!r} is varied by more than one of the spaces; rename it in all but one of them"
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts."""
        return tuple(name for part in self.parts for name in part.names)

    def describe(self) -> dict[str, object]:
        """Return a description of the space in plain values, for provenance.

        Returns
        -------
        dict
            `kind`, which is "Product", and `parts`, the list of descriptions of the combined spaces.
        """
        return {"kind": type(self).__name__, "parts": [part.describe() for part in self.parts]}

    def __len__(self) -> int:
        return product_of(len(part) for part in self.parts)

    def each(self) -> Iterator[dict[str, Value]]:
        """Yield the combined cells in order, with the last space varying fastest.

        Yields
        ------
        dict from str to value
            The values of one cell by name.
        """
        for choice in cartesian(*(part.cells() for part in self.parts)):
            yield {name: value for part in choice for name, value in part.items()}


def refuse_if_huge(cells: int) -> None:
    """Raise `InvalidExperiment` if there are too many cells, replications included."""
    if cells > LARGEST_SPACE:
        raise InvalidExperiment(
            f"with replications counted, there are {cells:,} cells, but at most {LARGEST_SPACE:,} are "
            f"allowed. {FEWER}"
        )


def product_of(counts: Iterable[int]) -> int:
    """Return the product of some counts, or raise `InvalidExperiment` if it exceeds `sys.maxsize`."""
    count = prod(counts)
    if count > sys.maxsize:
        raise InvalidExperiment(
            f"the space has more than {sys.maxsize:.0e} cells, but at most {LARGEST_SPACE:,} are allowed. "
            f"{FEWER}"
        )
    return count


def grid(axes: Mapping[str, Iterable[object]]) -> Grid:
    """Return the space of all combinations of the given values.

    Parameters
    ----------
    axes : mapping from str to iterable
        The values by name: finite numbers, truth values, strings or `None`.

    Returns
    -------
    Grid
        A space in which the last name varies fastest.

    Raises
    ------
    InvalidExperiment
        If `axes` is not a mapping or is empty, a name is empty or not a text, a name has no values or more
        than a million, or a value has another type, is not finite or has more than 10,000 binary digits.

    Examples
    --------
    >>> len(grid({"threshold": (0.25, 0.5), "seed": range(3)}))
    6
    """
    if not isinstance(axes, Mapping):
        raise InvalidExperiment(f"`grid` expects values by name, such as {{'x': (1, 2)}}; got {shown(axes)}")
    values = {}
    for name, axis in axes.items():
        if isinstance(axis, (str, bytes)) or not isinstance(axis, Iterable):
            raise InvalidExperiment(
                f"the axis {shown(name)} must be a list of values; got {shown(axis)}. Put a single value "
                "in brackets"
            )
        values[name] = tuple(cell_values({name: v})[name] for v in _no_more(axis, f"the axis {shown(name)}"))
    return Grid(axes=values)


def _no_more(values: Iterable[Any], what: str) -> list[Any]:
    """Return values as a list, or raise if there are too many, since some iterables never end."""
    listed = list(islice(values, LARGEST_AXIS + 1))
    if len(listed) > LARGEST_AXIS:
        raise InvalidExperiment(
            f"{what} has more than {LARGEST_AXIS:,} entries, the largest number that is allowed. {FEWER}"
        )
    return listed


def linspace(name: str, low: float, high: float, count: int) -> Grid:
    """Return the space of evenly spaced values of one name, including both ends.

    Parameters
    ----------
    name : str
        Name of the varied quantity.
    low, high : float
        The first and the last value. With a `count` of 1 the value is `low`.
    count : int
        Number of values, from 1 to 1,000,000.

    Returns
    -------
    Grid
        A space with one name.

    Raises
    ------
    InvalidExperiment
        If `name` is empty or not a text, `count` is out of range, an end is not a finite number, or the ends
        are too far apart for floats.

    Examples
    --------
    >>> linspace("dependence", 0.0, 1.0, 3).cells()
    [{'dependence': 0.0}, {'dependence': 0.5}, {'dependence': 1.0}]
    """
    if not isinstance(name, str):
        raise InvalidExperiment(f"linspace: `name` must be a text; got {shown(name)}")
    if not is_whole(count) or not 1 <= count <= LARGEST_AXIS:
        raise InvalidExperiment(
            f"linspace: `count` must be a whole number from 1 to {LARGEST_AXIS:,}; got {shown(count)}"
        )
    for end in (low, high):
        # A whole number beyond the largest float cannot be an end either.
        if (is_whole(end) and abs(end) > sys.float_info.max) or not is_finite(end):
            raise InvalidExperiment(
                f"linspace: `low` and `high` must be finite numbers; got {shown(low)} and {shown(high)}"
            )
    if not isfinite(float(high) - float(low)):
        raise InvalidExperiment(
            f"linspace: `low` and `high` may differ by at most {sys.float_info.max:.1e}, the largest float; "
            f"got {shown(low)} and {shown(high)}"
        )
    return Grid(axes={name: tuple(np.linspace(low, high, count).tolist())})


def listed(entries: Iterable[Mapping[str, object]]) -> Listed:
    """Return the space of the given cells.

    Parameters
    ----------
    entries : iterable of mappings
        One mapping from name to value per cell, all with the same names. The values are of the types that
        `grid` accepts.

    Returns
    -------
    Listed
        A space with the cells in the order given.

    Raises
    ------
    InvalidExperiment
        If there are no cells or more than a million, a cell is empty or not a mapping, a name is empty or not
        a text, the names differ between cells, or a value has another type, is not finite or has more than
        10,000 binary digits.

    Examples
    --------
    >>> listed([{"agreement": "2025-05-geneva"}, {"agreement": "2025-10-busan"}]).names
    ('agreement',)
    """
    if isinstance(entries, (Mapping, str)) or not isinstance(entries, Iterable):
        raise InvalidExperiment(f"`listed` expects cells such as [{{'x': 1}}]; got {shown(entries)}")
    given = _no_more(entries, "the list of cells")
    for entry in given:
        if not isinstance(entry, Mapping):
            raise InvalidExperiment(
                f"a cell must be a mapping from names to values, such as {{'x': 1}}; got {shown(entry)}"
            )
    return Listed(entries=tuple(cell_values(entry) for entry in given))


def product(*spaces: Space) -> Product:
    """Return the space of all combinations of one cell from each space.

    `a * b` is the same as `product(a, b)`.

    Parameters
    ----------
    *spaces : Space
        Spaces without a name in common.

    Returns
    -------
    Product
        A space in which the last of `spaces` varies fastest.

    Raises
    ------
    InvalidExperiment
        If no space is given, an argument is not a space, or two spaces have a name in common.

    Examples
    --------
    >>> len(linspace("x", 0, 1, 3) * linspace("y", 0, 1, 4))
    12
    """
    return Product(parts=spaces)
