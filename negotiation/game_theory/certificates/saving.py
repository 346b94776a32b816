"""Save games and results to files, completely or not at all, and load them."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import Any

from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text, is_file
from negotiation.base.reading.writing import expect_a_file, whole
from negotiation.errors import CannotWrite, InvalidFile, shown
from negotiation.game_theory.certificates.forms import Kept, plain, restored, unsaved
from negotiation.game_theory.games.numerics import NUMERICS

FORMAT, VERSION = "negotiation", 1

# Characters of a line of a file, where it can be broken.
_LINE = 110


def save(obj: Kept, path: str | PathLike[str], *, overwrite: bool = False) -> None:
    """Write a game, a strategy, a result or a certificate to a JSON file.

    Parameters
    ----------
    obj : StageGame, RepeatedGame, StochasticGame, PublicSignal, Automaton, MarkovStrategy, PayoffSet, \
CriticalDiscountFactor, Verdict or Certificate
        The object to write. Rational numbers stay exact.
    path : str or path-like
        The file, such as "game.json". It is written completely or not at all.
    overwrite : bool, optional
        Whether an existing file may be replaced; False by default.

    Raises
    ------
    InvalidGame
        If objects of this kind cannot be saved.
    CannotWrite
        If the file exists and `overwrite` is False, or the file cannot be written.

    Notes
    -----
    The format is described in docs/format/index.md, and any program that reads JSON can use it.

    Examples
    --------
    >>> import tempfile
    >>> import negotiation as ng
    >>> game = ng.StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ng.save(game, f"{folder}/pennies.json")
    ...     ng.load(f"{folder}/pennies.json") == game
    True
    """
    if not isinstance(obj, Kept):
        raise unsaved(obj)
    target = Path(path)
    text = lines({"format": FORMAT, "version": VERSION} | plain(obj)) + "\n"
    expect_a_file(target, "what is saved")
    if target.exists() and not overwrite:
        raise CannotWrite(
            f"{target}: this file is there already; choose another name, or give overwrite=True (in the "
            "shell, --overwrite)"
        )
    with whole(target) as part:
        part.write_text(text, encoding="utf-8")


def load(path: str | PathLike[str]) -> Kept:
    """Return the object in a file that `save` wrote.

    Parameters
    ----------
    path : str or path-like
        The file. Any file in the format of docs/format/index.md is accepted. Files are not trusted: their
        size and the depth and length of their content are limited.

    Returns
    -------
    StageGame, RepeatedGame, StochasticGame, PublicSignal, Automaton, MarkovStrategy, PayoffSet, \
CriticalDiscountFactor, Verdict or Certificate
        The object, with its numbers restored to the bit. Only the form of the file is checked; use `verify`
        to check the content.

    Raises
    ------
    InvalidFile
        If there is no such file, or it is not in this format; the message names the field.

    Examples
    --------
    >>> load("us-china-2025")
    Traceback (most recent call last):
    negotiation.errors.InvalidFile: us-china-2025: there is no such file; for a dispute use load_scenario(...)
    """
    if not is_file(path):
        raise InvalidFile(f"{path}: there is no such file; for a dispute use load_scenario({str(path)!r})")
    given = json_values(file_text(path, NUMERICS.most_file_bytes), str(path), NUMERICS.most_file_values)
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        came = shown(given.get("format") if isinstance(given, dict) else given)
        raise InvalidFile(
            f'{path}: format: expected "{FORMAT}"; got {came}. Read a file of Gambit with as_game(path)'
        )
    if given.get("version") != VERSION:
        raise InvalidFile(
            f"{path}: version: expected {VERSION}; got {shown(given.get('version'))}. Save the object "
            "again with this version of the package"
        )
    return restored(
        {key: value for key, value in given.items() if key not in ("format", "version")}, str(path)
    )


def lines(value: Any, indent: int = 0) -> str:
    """Return JSON text with each list or object on one line if it fits, and otherwise broken into lines."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(short) + indent <= _LINE:
        return short
    rows = (
        [(f"{json.dumps(key, ensure_ascii=False)}: ", part) for key, part in value.items()]
        if isinstance(value, dict)
        else [("", part) for part in value]
    )
    inner = [" " * (indent + 1) + head + lines(part, indent + 1) for head, part in rows]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(inner) + "\n" + " " * indent + closing
