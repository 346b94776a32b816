"""The data of a fit as rows of paths: dated moves, states at dates, and panels of either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from os import PathLike
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.numbers import expect_number
from negotiation.errors import InvalidGame, shown
from negotiation.game_theory.games.event_path import SeenPath
from negotiation.game_theory.solvers.continuous.generator import Start
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS

# An observed or simulated path, a table as a data frame or a mapping of columns, or a list of these.
Record: TypeAlias = SeenPath | Mapping[str, Iterable[Any]] | Any

FORM = (
    "data must be an EventPath, a table with the columns `years` (or `date`) and `event`, `state` or both, "
    "and optionally `path` and `weight`, or a list of these"
)


class Row(NamedTuple):
    """One observation: an event, the state right after it, both, or neither if nothing happened."""

    years: float
    event: str | None
    state: str | None


class Path(NamedTuple):
    """The rows of a path in order of time, from a start at time 0."""

    label: str
    cluster: str
    # Number of such paths in the cluster, and number of such clusters.
    weight: float
    times: float
    start: Start
    rows: tuple[Row, ...]
    # Whether events are observed when they happen; otherwise only states are.
    watched: bool


def paths_of(data: Record, cluster: str = "path") -> tuple[Path, ...]:
    """Return the paths of a record; those with the same entry in the column `cluster` form a cluster."""
    paths = _paths_of(data, cluster)
    if not any(path.rows for path in paths):
        raise InvalidGame(
            "a path of `data` must have a row after its first, since the first alone says nothing about any "
            f"parameter; of {len(paths)} path(s) none has one. Add later events, or a last row that says how "
            "long the path was observed"
        )
    return paths


def _paths_of(data: Record, cluster: str) -> tuple[Path, ...]:
    if hasattr(data, "times"):
        return (_of_events(cast("SeenPath", data), "0"),)
    if hasattr(data, "columns") or isinstance(data, Mapping):
        return tuple(_of_table(data, cluster, ""))
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise _no_data(data, "")
    paths: list[Path] = []
    for k, part in enumerate(data):
        if hasattr(part, "times") and cluster == "path":
            paths.append(_of_events(part, str(k)))
        elif hasattr(part, "columns") or isinstance(part, Mapping):
            paths += _of_table(part, cluster, f"{k} ")
        else:
            every = "" if cluster == "path" else "; with `cluster` every entry must be a table"
            raise _no_data(part, f" at place {k}{every}")
    return tuple(paths)


def _no_data(given: object, where: str) -> InvalidGame:
    """Return the error for data of another form, such as the name of a file."""
    if isinstance(given, (str, PathLike)):
        file = shown(str(given))
        return InvalidGame(
            f"data must be a table, not the name of its file; got {file}{where}. Read it with pandas first: "
            f"pd.read_csv({file})"
        )
    return InvalidGame(f"{FORM}; got {type(given).__name__}{where}")


def _of_events(path: SeenPath, label: str) -> Path:
    seen = zip(path.times.tolist(), path.events, strict=True)
    rows = [Row(t, event, None) for t, event in seen if event is not None]
    return Path(label, label, 1.0, 1.0, path.start, (*rows, Row(path.years, None, None)), True)


def _of_table(table: Any, cluster: str, before: str) -> list[Path]:
    """Return the paths of a table; the first row of each gives its initial state."""
    columns = _columns(table, cluster)
    count = len(columns["years" if "years" in columns else "date"])
    which = [_cell(columns, "path", k) if "path" in columns else "0" for k in range(count)]
    if None in which:
        raise InvalidGame(
            f"every row must name its path; row {which.index(None) + 1} has an empty cell in `path`"
        )
    labels = [str(label) for label in which]
    years = _years(columns)
    order = sorted(range(count), key=labels.__getitem__)  # stable: within a path rows stay as they are
    paths = []
    for label, group in groupby(order, key=labels.__getitem__):
        places = [*group]
        first, start = places[0], _cell(columns, "state", places[0])
        at = years[places] - years[first]
        _expect_order(label, at, [*columns])
        if start is None or _cell(columns, "event", first) is not None:
            raise InvalidGame(
                f"the first row of path {label!r} must give the state in which it begins, and no event; "
                f"got {shown({name: column[first] for name, column in columns.items()})}. If the first "
                "state is not known, give an EventPath whose start is a distribution"
            )
        rows = tuple(
            Row(float(t), _cell(columns, "event", k), _cell(columns, "state", k))
            for t, k in zip(at[1:], places[1:], strict=True)
        )
        weight = expect_number(
            f"the weight of path {label!r}", _shared(columns, "weight", label, places, 1.0), InvalidGame
        )
        if not (np.isfinite(weight) and weight >= 0.0):
            raise InvalidGame(
                f"the weight of path {label!r}, the number of paths it stands for, must be finite and not "
                f"negative; got {weight:g}"
            )
        # If each path is a cluster, its weight is the number of clusters.
        mine, counts = label, (1.0, weight)
        if cluster != "path":
            mine, counts = str(_shared(columns, cluster, label, places, None)), (weight, 1.0)
        paths.append(Path(before + label, before + mine, *counts, start, rows, "event" in columns))
    return paths


def _columns(table: Any, cluster: str) -> dict[str, list[Any]]:
    """Return the columns of a table that are used, all of one length, or raise if a column is wrong."""
    keys = [*getattr(table, "columns", table)]
    names = [str(key) for key in keys]
    if not {"years", "date"} & {*names} or not {"event", "state"} & {*names}:
        raise InvalidGame(f"{FORM}; got the columns {shown(names)}")
    if cluster != "path" and cluster not in names:
        raise InvalidGame(f"cluster must name a column of the table, {shown(names)}; got {shown(cluster)}")
    columns: dict[str, list[Any]] = {}
    for key, name in zip(keys, names, strict=True):
        if name not in ("years", "date", "event", "state", "path", "weight", cluster):
            continue
        if names.count(name) > 1:
            raise InvalidGame(f"column names must differ; the table has {name!r} twice")
        column = table[key]
        if (
            isinstance(column, (str, bytes))
            or not isinstance(column, Iterable)
            or getattr(column, "ndim", 1) != 1
        ):
            raise InvalidGame(
                f"the column {name!r} must be a list with one cell per row; got {shown(column)}"
            )
        columns[name] = [*column]
    if len({*map(len, columns.values())}) > 1:
        lengths = ", ".join(f"{name} {len(column)}" for name, column in columns.items())
        raise InvalidGame(f"all columns must have one cell per row, but their lengths differ: {lengths}")
    return columns


def _shared(
    columns: Mapping[str, Sequence[Any]], name: str, label: str, places: Sequence[int], default: Any
) -> Any:
    """Return the only entry of a path in a column, or the default if all its cells are empty."""
    cells = {_cell(columns, name, k): columns[name][k] for k in places} if name in columns else {}
    cells.pop(None, None)
    if len(cells) > 1:
        raise InvalidGame(
            f"all rows of a path must have the same entry in the column {name!r}, or none; path {label!r} "
            f"has {shown([*cells])}"
        )
    if not cells and default is None:
        raise InvalidGame(f"every path must have an entry in the column {name!r}; path {label!r} has none")
    return next(iter(cells.values()), default)


def _expect_order(label: str, at: FloatArray, names: Sequence[str]) -> None:
    """Raise if the rows of a path are not in order of time, for example because they are several paths.

    Shapes: `at` (rows,).
    """
    if not np.isfinite(at).all():
        raise InvalidGame(f"the times of path {label!r} must be finite; got {shown(at.tolist())}")
    falls = np.flatnonzero(np.diff(at) < 0.0)
    if not len(falls):
        return
    k, column = int(falls[0]), "years" if "years" in names else "date"
    fall = f"from row {k + 1} to the next they fall by {at[k] - at[k + 1]:.4g} years"
    if "path" not in names:
        raise InvalidGame(
            "the table has no column `path`, so all rows belong to a single path, whose times must not "
            f"decrease; but {fall}. If there are several paths, add the column; if there is only one, sort "
            f"its rows by {column}"
        )
    raise InvalidGame(
        f"the times of path {label!r} must not decrease, but {fall}; sort the table by {column}, for example "
        f"with table.sort_values(['path', {column!r}])"
    )


def _years(columns: Mapping[str, Sequence[Any]]) -> FloatArray:
    """Return the times of rows in years; dates are converted by the mean length of a year."""
    try:
        if "years" in columns:
            return np.array([float(x) for x in columns["years"]])
        seconds = np.array([np.datetime64(str(x)).astype("datetime64[s]") for x in columns["date"]])
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidGame(
            f"every row must have a {'number in `years`' if 'years' in columns else 'day in `date`'}"
            f"{'' if 'years' in columns else ', such as 2025-04-02'}: {error}"
        ) from None
    in_years: FloatArray = seconds.astype(np.int64) / (86_400.0 * NUMERICS.days_a_year)
    return in_years


def _cell(columns: Mapping[str, Sequence[Any]], name: str, place: int) -> str | None:
    """Return the text of a cell of a table, or None if it is missing or empty."""
    cell = columns[name][place] if name in columns else None
    # Of the missing values of pandas one is not equal to itself, and another cannot be compared.
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    if np.ndim(cell):
        raise InvalidGame(f"a cell must be a name or a number; row {place + 1} of {name!r} has {shown(cell)}")
    if cell != cell or cell == "":
        return None
    # A column of whole numbers becomes one of doubles if a cell is missing.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
