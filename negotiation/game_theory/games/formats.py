"""Files in Gambit's strategic-form (.nfg) format: reading, writing, and the text of each.

The format carries a title, labels and payoffs, the latter as rationals; a game of rationals comes back
exactly. Reading is in `nfg_reading`; writing gives the payoff form with labelled actions.
"""

from __future__ import annotations

from fractions import Fraction
from os import PathLike
from pathlib import Path

import numpy as np

from negotiation.base.reading.text import file_text
from negotiation.errors import CannotWrite, InvalidFormat
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.games.nfg_reading import parse_nfg
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.stage import StageGame

__all__ = ["parse_nfg", "read_nfg", "to_nfg", "write_nfg"]


def read_nfg(path: str | PathLike[str]) -> StageGame:
    """Return the game in a file of Gambit's strategic form.

    Parameters
    ----------
    path : str or path
        A file in UTF-8.

    Returns
    -------
    StageGame
        As by `parse_nfg`.

    Raises
    ------
    InvalidFormat
        If the file is not in the format; the message names the file, the line and the token.
    SizeLimit
        If the file is larger than 48 MiB, or has more actions or digits than are read
        (`game_theory/games/numerics.py`); below these limits reading takes less than 1 GiB of memory.
    InvalidFile
        If the file cannot be read, or is not in UTF-8.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "pennies.nfg"
    ...     write_nfg(StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), path)
    ...     read_nfg(path)
    StageGame(2 x 2, players=('0', '1'))
    """
    return parse_nfg(file_text(path, NUMERICS.most_file_bytes), str(path))


def write_nfg(stage: StageGame, path: str | PathLike[str]) -> None:
    """Write a game to a file in Gambit's strategic form, as by `to_nfg`.

    Parameters
    ----------
    stage : StageGame
        The game.
    path : str or path
        The file, in UTF-8; one that exists is replaced.

    Raises
    ------
    InvalidFormat
        If a label cannot be written in UTF-8.
    CannotWrite
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], name="dilemma")
    >>> with TemporaryDirectory() as folder:
    ...     write_nfg(stage, f"{folder}/dilemma.nfg")
    ...     read_nfg(f"{folder}/dilemma.nfg") == stage
    True
    """
    expect_kind(stage, StageGame, "a file in Gambit's strategic form")
    try:
        content = to_nfg(stage).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidFormat(f"{path}: a label cannot be written in UTF-8; {error}") from None
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def to_nfg(stage: StageGame) -> str:
    r"""Return a game as text in Gambit's strategic form, which `parse_nfg` turns back into the same game.

    Rational payoffs are written as p/q, floats by the shortest decimal that is the same double. Gambit
    itself takes only labels of printable ASCII without leading, trailing or double spaces, and doubles a
    backslash when it reads one; `parse_nfg` takes any label.
    """
    players = " ".join(_quoted(player) for player in stage.players)
    actions = "\n".join("{ " + " ".join(_quoted(label) for label in row) + " }" for row in stage.actions)
    payoffs = stage.given_payoffs()
    rows = np.stack([payoffs[..., i].ravel(order="F") for i in range(stage.n_players)], axis=1)
    body = "\n".join(" ".join(_written(value) for value in row) for row in rows.tolist())
    return f'NFG 1 R {_quoted(stage.name)} {{ {players} }}\n\n{{ {actions}\n}}\n""\n\n{body}\n'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written(value: float | Fraction) -> str:
    if isinstance(value, Fraction):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
