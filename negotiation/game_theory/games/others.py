"""Games of other libraries, data frames and files, recognised by attributes without any import."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import product
from math import prod
from os import PathLike
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from negotiation.base.reading.text import file_text
from negotiation.errors import InvalidFormat, InvalidGame, InvalidStrategy, shown
from negotiation.game_theory.games.formats import numbers_in, parse_nfg, read_nfg
from negotiation.game_theory.games.kinds import OTHERS
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stage import StageGame

_PAID = "payoff "

_KNOWN = (
    "a game of pygambit, nashpy, QuantEcon.py or OpenSpiel, two matrices or data frames, a data frame with "
    f"the columns PLAYER and {_PAID}PLAYER for each player, or the path of a .nfg or .csv file"
)


def as_game(game: object, second: object = None) -> StageGame | RepeatedGame:
    r"""Return a game from another library, from data frames or from a file as a game of this package.

    Labels and rational payoffs are kept. Players and actions without labels are numbered from 0, in games of
    Gambit from 1.

    Parameters
    ----------
    game : object
        One of the following. A `StageGame` or `RepeatedGame` is returned unchanged.

        - A pygambit `Game` (an extensive game becomes its reduced strategic form), a nashpy `Game`, a
          QuantEcon.py `NormalFormGame`, `PolymatrixGame` or `RepeatedGame`, or an OpenSpiel matrix game.
        - The payoff matrix of the row player, shape (n_1, n_2), with `second`. The index and columns of a
          data frame name the actions.
        - An array of payoffs, shape (n_1, ..., n_N, N), as `StageGame` accepts it.
        - A data frame with one row per profile, as `StageGame.to_pandas()` returns it.
        - The path of a Gambit file (.nfg), or of a table (.csv). A table has one row per profile, or it has
          the actions of the first player in its rows and of the second in its columns, two payoffs in each
          cell ("9, 10"), and optionally the players' names in its corner (`USA\CHN`).
    second : matrix, data frame or path, optional
        Payoffs of the column player, in the same form as the matrix `game`; each cell of a .csv file then has
        one payoff.

    Returns
    -------
    StageGame or RepeatedGame
        The game: a `RepeatedGame` if a repeated game is given, otherwise a `StageGame`.

    Raises
    ------
    InvalidGame
        If the object cannot be read as a game.
    InvalidFormat, InvalidFile
        If a file is not in its format, or cannot be read.
    SizeLimit
        If a file is beyond the limits of `read_nfg`.

    Examples
    --------
    >>> import nashpy
    >>> as_game(nashpy.Game([[9, 1], [10, 3]], [[9, 10], [1, 3]])).payoff(("1", "0"))
    array([10.,  1.])
    """
    if isinstance(game, (StageGame, RepeatedGame)):
        return game
    if isinstance(game, (str, PathLike)):
        return _from_file(game, second)
    if second is not None:
        return StageGame.from_matrices(cast("npt.ArrayLike", game), cast("npt.ArrayLike", second))
    for name in OTHERS:
        if hasattr(game, name):
            module_name: StageGame | RepeatedGame = _READ[name](game)
            return module_name
    if hasattr(game, "columns"):
        frame: Any = game
        columns = [str(column) for column in frame.columns]
        return _of_profiles(columns, [list(frame[column]) for column in frame.columns], "the data frame")
    if isinstance(game, (list, tuple)) or hasattr(game, "dtype"):
        return StageGame(cast("npt.ArrayLike", game))
    raise InvalidGame(f"`game` must be {_KNOWN}; got {type(game).__name__}")


def _of_gambit(game: Any) -> StageGame | RepeatedGame:
    text = game.to_nfg()
    # QuantEcon.py calls so what makes a strategic-form game of a polymatrix game.
    return parse_nfg(text, "the game of Gambit") if isinstance(text, str) else as_game(text)


def _of_openspiel(game: Any) -> StageGame:
    rows = [game.row_action_name(k) for k in range(game.num_rows())]
    columns = [game.col_action_name(k) for k in range(game.num_cols())]
    return StageGame.from_matrices(game.row_utilities(), game.col_utilities(), actions=(rows, columns))


# In QuantEcon.py each player's own payoff array has that player's action first; `payoff_profile_array` has
# the players in their order.
_READ: dict[str, Callable[[Any], Any]] = {
    "payoff_matrices": lambda game: StageGame.from_matrices(*game.payoff_matrices),
    "sg": lambda game: RepeatedGame(StageGame(game.sg.payoff_profile_array), game.delta),
    "payoff_profile_array": lambda game: StageGame(game.payoff_profile_array),
    "row_utilities": _of_openspiel,
    "to_nfg": _of_gambit,
}


def _of_profiles(columns: list[str], cells: list[list[Any]], source: str) -> StageGame:
    """Return the game of a long table, from its columns and the cells of each."""
    table = dict(zip(columns, cells, strict=True))
    players = [column.removeprefix(_PAID) for column in columns if column.startswith(_PAID)]
    if not players or not set(players) <= set(columns):
        raise InvalidGame(
            f"{source}: expected for each player a column PLAYER of actions and a column {_PAID}PLAYER; "
            f"got {shown(columns)}. For two matrices write `as_game(A, B)`, for a zero-sum game "
            "`as_game(A, -A)`"
        )
    labels = [[str(label) for label in table[player]] for player in players]
    actions = [list(dict.fromkeys(row)) for row in labels]
    paid = zip(*(table[_PAID + player] for player in players), strict=True)
    by_profile = dict(zip(zip(*labels, strict=True), paid, strict=True))
    shape = [len(row) for row in actions]
    if not prod(shape) == len(by_profile) == len(labels[0]):
        raise InvalidGame(
            f"{source}: expected one row for each of {prod(shape):,} profiles; got {len(labels[0]):,} rows "
            f"for {len(by_profile):,} profiles"
        )
    payoffs = [by_profile[profile] for profile in product(*actions)]
    array = np.array(payoffs, dtype=object).reshape(*shape, len(players))
    # By way of lists, so that floats stay floats and only what is rational is kept exactly.
    return StageGame(array.tolist(), players, actions)


def _from_file(path: str | PathLike[str], second: object) -> StageGame:
    if Path(path).suffix.lower() == ".csv":
        return _of_csv(path, second)
    if Path(path).suffix.lower() == ".json":
        raise InvalidGame(
            f"{path}: expected a .nfg or .csv file; use `load` for a .json file that `save` wrote"
        )
    if second is not None:
        raise InvalidGame(
            f"{path}: a Gambit file has the payoffs of all players; leave out `second`, {shown(second)}"
        )
    return read_nfg(path)


def _of_csv(path: str | PathLike[str], second: object) -> StageGame:
    head, *rows = _csv_rows(path)
    if any(column.startswith(_PAID) for column in head):
        cells: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in head]
        for k, column in enumerate(head):
            if column.startswith(_PAID):
                cells[k] = _numbers([[cell] for cell in cells[k]], 1, path)
        return _of_profiles(head, cells, str(path))
    _expect_once([row[0] for row in rows], "row", path)
    each = 2 if second is None else 1
    values = _numbers([row[1:] for row in rows], each, path)
    payoffs = np.array(values, dtype=object).reshape(len(rows), len(head) - 1, each)
    players, actions = head[0].split("\\"), ([row[0] for row in rows], head[1:])
    if second is not None:
        if not isinstance(second, (str, PathLike)):
            raise InvalidGame(
                f"{path}: `second` must be the path of a .csv file, too; got {type(second).__name__}"
            )
        other_head, *others = _csv_rows(second)
        if (other_head[1:], [row[0] for row in others]) != (head[1:], actions[0]):
            raise InvalidGame(f"{path} and {second} must have the same rows and columns, in the same order")
        theirs = np.array(_numbers([row[1:] for row in others], 1, second), dtype=object)
        payoffs = np.concatenate([payoffs, theirs.reshape(payoffs.shape)], axis=-1)
    return StageGame(payoffs, players if len(players) > 1 else (), actions)


def _csv_cells(path: str | PathLike[str]) -> list[list[str]]:
    text = file_text(path, NUMERICS.most_file_bytes)
    head = text.partition("\n")[0]
    delimiter = next((mark for mark in "\t;" if mark in head), ",")
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise InvalidFormat(
            f"{path} is not a table of comma-separated values ({error}); save it as one"
        ) from None
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _csv_rows(path: str | PathLike[str]) -> list[list[str]]:
    """Return the cells of a table, whose header has unique names and whose rows are as long as the header."""
    rows = _csv_cells(path)
    _expect_once(rows[0] if rows else (), "column", path)
    wrong = next((k for k, row in enumerate(rows, 1) if len(row) != len(rows[0])), None)
    if len(rows) < 2 or wrong is not None:
        came = (
            f"{len(rows)} rows"
            if wrong is None
            else f"{len(rows[0])} cells in the header and {len(rows[wrong - 1])} in row {wrong}"
        )
        raise InvalidFormat(f"{path}: expected a header, and rows with as many cells as it has; got {came}")
    return rows


def _expect_once(names: Sequence[str], what: str, path: str | PathLike[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidFormat(
            f"{path}: the {what} {shown(twice)} is given twice; give each {what} one name of its own"
        )


def _numbers(rows: Sequence[Sequence[str]], each: int, path: str | PathLike[str]) -> list[Any]:
    """Return the numbers of the rows below the header, with a given number of them in each cell."""
    for k, row in enumerate(rows, 2):
        for cell in row:
            if len(re.split(r"[\s,;]+", cell)) != each:
                wanted = "one number" if each == 1 else "two payoffs, as in '9, 10',"
                raise InvalidFormat(
                    f"{path}, row {k}: expected {wanted} in each cell; got {shown(cell)}. "
                    "In a payoff matrix, the first row and the first column hold the labels of actions"
                )
    # A line of text for each row, so that a message about a number names its row.
    return numbers_in("\n" + "\n".join(" ".join(row).replace(";", ",") for row in rows), str(path))


def gambit_profile(stage: StageGame, profile: Any) -> list[list[Any]]:
    """Return the probabilities in a mixed or behaviour strategy profile of Gambit, by player and action."""
    mixed = profile.as_strategy() if hasattr(profile, "as_strategy") else profile
    try:
        return [
            [mixed[player][action] for action in actions]
            for player, actions in zip(stage.players, stage.actions, strict=True)
        ]
    except (KeyError, IndexError, ValueError) as error:
        raise InvalidStrategy(
            f"the Gambit profile belongs to a game with other labels ({error}); check the profile in its own "
            "game, `as_game(profile.game)`"
        ) from None


def read_profiles(path: str | PathLike[str], stage: StageGame) -> list[list[list[Any]]]:
    """Return the mixed profiles in a table (.csv), as rational numbers: by profile, player and action.

    The table may have the columns player, action, probability and, for several profiles, equilibrium, as
    `tidy` of a solution writes them. Or it has only numbers, as Gambit's programs print them: one profile in
    each row, possibly after a word, or one player in each row.
    """
    rows = _csv_cells(path)
    head, counts = rows[0] if rows else [], stage.n_actions
    if "player" in head:
        return _labelled_profiles(_csv_rows(path), stage, path)
    cells = [row[1:] if row and row[0].isalpha() else row for row in rows]
    if [len(row) for row in cells] == list(counts):
        cells = [[cell for row in cells for cell in row]]
    if not cells or {len(row) for row in cells} != {sum(counts)}:
        raise InvalidFormat(
            f"{path}: expected a header with player, action, probability, or {sum(counts)} probabilities "
            f"in each row, or a row of probabilities for each of {stage.players}; got rows of "
            f"{sorted({len(row) for row in cells})} cells"
        )
    ends = np.cumsum(counts)[:-1]
    flat = np.array(_numbers(cells, 1, path), dtype=object).reshape(len(cells), -1)
    return [[_summing_to_one(part.tolist()) for part in np.split(row, ends)] for row in flat]


def _labelled_profiles(
    rows: list[list[str]], stage: StageGame, path: str | PathLike[str]
) -> list[list[list[Any]]]:
    body = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    if {"quantity", "value", "exact"} <= set(rows[0]):  # as `tidy` has it
        body = [
            cells | {"probability": cells["exact"] or cells["value"]}
            for cells in body
            if cells["quantity"] == "probability"
        ]
    if not body or not {"action", "probability"} <= body[0].keys():
        raise InvalidFormat(
            f"{path}: expected the columns player, action and probability, and at least one row; got the "
            f"columns {shown(rows[0])}"
        )
    chances = _numbers([[cells["probability"]] for cells in body], 1, path)
    by_label: dict[str, list[list[Any]]] = {}
    for cells, chance in zip(body, chances, strict=True):
        profile = by_label.setdefault(cells.get("equilibrium", ""), [[0] * n for n in stage.n_actions])
        i = stage.player_index(cells["player"])
        profile[i][stage.action_index(i, cells["action"])] += chance
    return [[_summing_to_one(vector) for vector in profile] for profile in by_label.values()]


def _summing_to_one(vector: list[Any]) -> list[Any]:
    """Return probabilities divided by their sum if they are merely rounded; else unchanged."""
    total = sum(vector)
    return [p / total for p in vector] if 0 < abs(total - 1) <= NUMERICS.rounded_sum else vector
