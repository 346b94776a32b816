"""Numbers of results and tables: rows of a long data frame, and values for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from numbers import Real
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from negotiation.base.labelled.cells import Mixture, format_cell
from negotiation.base.numeric import as_float, is_exact

if TYPE_CHECKING:
    import pandas as pd

# The first columns of every long data frame; other labels of a table's rows follow.
LONG = ("player", "state", "action", "quantity", "value", "lower", "upper", "exact")

# Columns of tables that count or place the other numbers of their row.
COUNTERS = (
    "equilibrium", "game", "period", "periods", "phase", "precision", "round", "years", "from years",
    "after days",
)  # fmt: skip


@runtime_checkable
class Rows(Protocol):
    """A table, without its printing: rows of cells in the order of the columns."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""

    @property
    def rows(self) -> tuple[tuple[object, ...], ...]:
        """One tuple per row."""


def scalars(result: object) -> dict[str, Any]:
    """Return the public fields of a dataclass that are numbers, by name; no fields for other objects."""
    held = {f.name: getattr(result, f.name) for f in fields(result)} if is_dataclass(result) else {}
    return {name: x for name, x in held.items() if isinstance(x, Real) and not name.startswith("_")}


def tidied(result: object, table: Rows) -> pd.DataFrame:
    """Return the numbers of a result (or None) and of its table as a long data frame, one row per number."""
    import pandas as pd

    rows = [*long_rows(result, table)]
    others = dict.fromkeys(name for row in rows for name in row if name not in LONG)
    numbers = dict.fromkeys(("value", "lower", "upper"), "float64")
    return pd.DataFrame(rows, columns=[*LONG, *others]).astype(numbers)


def long_rows(result: object, table: Rows) -> Iterator[dict[str, object]]:
    """Yield a row for each number among the fields of a result, and for each number of its table.

    Examples
    --------
    >>> from negotiation.base.labelled import Table
    >>> table = Table("t", ("state", "share"), (("war", Fraction(1, 4)),))
    >>> list(long_rows(None, table))
    [{'state': 'war', 'row': 0, 'quantity': 'share', 'value': 0.25, 'exact': '1/4'}]
    """
    single = scalars(result)
    bracket: dict[str, object] = {
        name: as_float(single.pop(name)) for name in ("lower", "upper") if name in single
    }
    if bracket:
        single.setdefault("value", math.nan)  # only its bounds are known
    for name, number in single.items():
        if len(table.rows) == 1 and name in table.columns:
            continue  # the table has it, with its player
        bounds = bracket if name == "value" else {}
        yield {"quantity": name} | _number(number) | bounds
    players = _players(result)
    for k, cells in enumerate(records(table)):
        named = {c: x for c, x in cells.items() if x is not None and _names_the_row(c, x)}
        texts = {c: x if isinstance(x, Real) else format_cell(x) for c, x in named.items()}
        where = {f"{c} label" if c in LONG[3:] else c: x for c, x in texts.items()} | {"row": k}
        for column, cell in cells.items():
            if column in named:
                continue
            whose, quantity = ("", column) if "player" in where else _of_player(column, players)
            of = where | ({"player": whose} if whose else {})
            if isinstance(cell, Mixture):
                for label, chance in cell.chances.items():
                    yield (
                        of
                        | {"action" if whose else column: label, "quantity": "probability"}
                        | _number(chance)
                    )
            elif isinstance(cell, Real):
                yield of | {"quantity": quantity} | _number(cell)


def _names_the_row(column: str, cell: object) -> bool:
    return column in COUNTERS or not isinstance(cell, (Real, Mixture))


def _number(number: Any) -> dict[str, object]:
    exact = {"exact": str(Fraction(number))} if is_exact(number) and not isinstance(number, bool) else {}
    return {"value": as_float(number), **exact}


def _of_player(column: str, players: tuple[str, ...]) -> tuple[str, str]:
    """Return the player and the quantity of a column such as "payoff USA", "USA negotiates" or "USA"."""
    for player in sorted(players, key=len, reverse=True):
        if column == player:
            return player, "payoff"
        if column.endswith(f" {player}"):
            return player, column.removesuffix(player).strip().removesuffix(" of").removesuffix(" to")
        if column.startswith(f"{player} "):
            return player, column.removeprefix(player).strip()
    return "", column


def _players(result: object) -> tuple[str, ...]:
    game = getattr(result, "game", None)
    for holder in (result, getattr(result, "stage", None), game, getattr(game, "stage", None)):
        players = getattr(holder, "players", None)
        if isinstance(players, tuple):
            return players
    return ()


def records(table: Rows) -> list[dict[str, object]]:
    """Return the rows of a table as dicts by column; counters in digits become integers."""
    return [
        {
            name: int(cell) if name in COUNTERS and isinstance(cell, str) and cell.isdecimal() else cell
            for name, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]


def plain(value: object) -> object:
    """Return a value for JSON: tables as lists of dicts, fractions as "p/q", NaN and infinity as None.

    Examples
    --------
    >>> from negotiation.base.labelled import Table
    >>> plain(Table("t", ("a", "b"), ((1.0, float("nan")), (Fraction(1, 3), Mixture({"C": 0.5, "D": 0.5})))))
    [{'a': 1.0, 'b': None}, {'a': '1/3', 'b': {'C': 0.5, 'D': 0.5}}]
    """
    if isinstance(value, Mixture):
        return plain(value.chances)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Rows):
        return [plain(record) for record in records(value)]
    return str(value)
