"""Reads and writes files in Gambit's strategic-form (.nfg) format.

The format holds a title, labels, and payoffs as rational numbers; a game of rationals is read back exactly.
Both the payoff form and the outcome form are read; the payoff form with labelled actions is written.

The grammar follows the Gambit manual, "Game representation formats": a header `NFG 1 R "title"`, the
players, the actions (labelled, or only counted), an optional quoted comment, and the body. The body of the
payoff form lists all players' payoffs profile by profile; the outcome form lists outcomes, then one
outcome number for each profile, 0 meaning payoffs of zero. The first player's action varies fastest.

Numbers are integers, decimals, rationals or in scientific notation, and are kept exactly. Cost: linear in the
text, which is read word by word. Beside the text only its numbers are stored, and equal ones once. No memory
is allocated for a count in the header unless the text is long enough to have that many entries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import takewhile
from math import prod
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import ObjectArray
from negotiation.base.reading.text import file_text
from negotiation.errors import CannotWrite, InvalidFormat, InvalidGame, SizeLimit
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.stage import StageGame

_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:\\.|[^"\\])*")|(?P<mark>[{},])|(?P<word>[^\s{},"]+)|(?P<open>"))', re.DOTALL
)
_NUMBER = re.compile(
    r"(?P<whole>[+-]?[0-9]+)(?:/(?P<below>[0-9]+))?"
    r"|(?P<decimal>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE](?P<exponent>[+-]?[0-9]+))?"
)
_ESCAPE = re.compile(r'\\(["\\])')


class Token(NamedTuple):
    """One word, mark or quoted text of a file, and the number of characters before it."""

    kind: str
    text: str
    start: int


def parse_nfg(text: str, source: str = "text") -> StageGame:
    r"""Return the game that a text in Gambit's strategic form describes.

    Labels are kept if they are unique. Several empty labels are replaced by their positions, counted from 1
    as in Gambit; a repeated label gets the first of the endings "_2", "_3", ... that makes it unique. In
    quoted text `\"` stands for a quotation mark and `\\` for a backslash; any other backslash stands for
    itself.

    Examples
    --------
    >>> game = parse_nfg('NFG 1 R "Chicken" { "A" "B" } { 2 2 } 0 0  7 2  2 7  13/2 6')
    >>> game.payoff(("2", "1")).tolist(), game.exact_payoffs()[1, 1].tolist()
    ([7.0, 2.0], [Fraction(13, 2), Fraction(6, 1)])
    """
    reader = _Reader(text, source)
    title = _header(reader)
    players = _labels(_texts(reader, "player", NUMERICS.most_file_players))
    counts, actions = _actions(reader, len(players))
    if reader.peek().kind == "quoted":
        reader.take()
    body = _outcome_body if reader.peek().text == "{" else _payoff_body
    payoffs = _by_profile(body(reader, counts), counts)
    try:
        return StageGame(payoffs, players, actions or _numbered(counts), title or "stage game")
    except InvalidGame as error:
        raise InvalidFormat(f"{source}: {error}") from None


def _by_profile(values: list[Fraction], counts: tuple[int, ...]) -> ObjectArray:
    """Return payoffs in the order of the file as an array of shape (n_1, ..., n_N, N)."""
    flat = np.empty(len(values), dtype=object)
    flat[:] = values
    n_players = len(counts)
    # In the file the first player's action moves fastest, in an array the last index does.
    first_fastest = flat.reshape(*counts[::-1], n_players)
    return np.ascontiguousarray(first_fastest.transpose(*reversed(range(n_players)), n_players))


class _Reader:
    """The tokens of a text, taken one by one, and the numbers read so far."""

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.position = 0
        self.last = self.next = Token("", "", 0)
        self.digits = 0
        self.known: dict[str, Fraction] = {}
        self._advance()

    def _advance(self) -> None:
        match = _TOKEN.match(self.text, self.position)
        if match is None:  # what is left is white space
            self.next = Token("end", "the end of the text", len(self.text.rstrip()))
            return
        # The name of the group that matched is the kind of the token.
        kind = str(match.lastgroup)
        content = match[kind]
        # A quotation mark that nothing closes would swallow the rest of the file.
        if kind == "open":
            shown = self.text[match.start(kind) :][:40].splitlines()[0]
            line = self._line(match.start(kind))
            raise InvalidFormat(
                f"{self.source}, line {line}: expected a closing quotation mark; got {shown!r} to the end"
            )
        if kind == "quoted":
            content = _ESCAPE.sub(r"\1", content[1:-1])
        self.next = Token(kind, content, match.start(kind))
        self.position = match.end()

    def peek(self) -> Token:
        """Return the next token without taking it."""
        return self.next

    def take(self) -> Token:
        """Return the next token and move past it."""
        self.last = self.next
        self._advance()
        return self.last

    def left(self) -> int:
        """Return how many tokens are left, by one pass over the rest of the text."""
        # Without blanks at the end, and no further than a quotation mark that nothing closes: a search that
        # finds nothing begins anew at each character.
        rest = _TOKEN.finditer(self.text, self.position, len(self.text.rstrip()))
        more = sum(1 for _ in takewhile(lambda match: match.lastgroup != "open", rest))
        return more + (self.next.kind != "end")

    def room(self) -> int:
        """Return how many tokens the rest of the text can have at most, with one space between words."""
        return (len(self.text) - self.next.start + 1) // 2

    def expect(self, text: str, why: str) -> Token:
        """Return the next token and move past it; raise `InvalidFormat` if it is not this unquoted text."""
        token = self.take()
        if token.text != text or token.kind == "quoted":
            raise self.wrong(f"{text!r} {why}", token)
        return token

    def wrong(self, wanted: str, token: Token) -> InvalidFormat:
        """Return the error that names the line, what was expected and what was read."""
        shown = token.text if len(token.text) <= 60 else f"{token.text[:57]}..."
        got = shown if token.kind == "end" else repr(shown)
        return InvalidFormat(f"{self.source}, line {self._line(token.start)}: expected {wanted}; got {got}")

    def _line(self, start: int) -> int:
        return self.text.count("\n", 0, start) + 1


def _header(reader: _Reader) -> str:
    reader.expect("NFG", "at the start of a strategic-form file")
    reader.expect("1", "(the version of the format) after 'NFG'")
    kind = reader.take()
    if kind.kind != "word" or kind.text not in ("R", "D"):
        raise reader.wrong("'R' or 'D' (the kind of numbers) after the version", kind)
    title = reader.take()
    if title.kind != "quoted":
        raise reader.wrong("a quoted title", title)
    return title.text


def _texts(reader: _Reader, what: str, most: int) -> list[str]:
    """Return the quoted texts between braces, which label players or actions."""
    reader.expect("{", f"before the {what} labels")
    labels: list[str] = []
    while (token := reader.take()).kind == "quoted":
        labels.append(token.text)
        # Counted while reading, so that a hostile file is refused before it fills memory.
        if len(labels) > most:
            raise (
                _too_many_actions(reader) if what == "action" else reader.wrong(f"1 to {most} players", token)
            )
    if token.text != "}" or not labels:
        raise reader.wrong(f"a quoted {what} label{' or }' if labels else ''}", token)
    return labels


def _actions(reader: _Reader, n_players: int) -> tuple[tuple[int, ...], list[tuple[str, ...]]]:
    """Return how many actions each player has, and their labels (none if they are only counted)."""
    opening = reader.expect("{", "before the actions")
    counts: list[int] = []
    actions: list[tuple[str, ...]] = []
    if reader.peek().text == "{" and reader.peek().kind == "mark":
        while reader.peek().text == "{" and reader.peek().kind == "mark":
            actions.append(_labels(_texts(reader, "action", NUMERICS.most_file_actions)))
        counts = [len(row) for row in actions]
    else:
        while reader.peek().kind == "word":
            counts.append(_whole(reader, "a number of actions", 1, 10**9))
    reader.expect("}", "after the actions")
    if len(counts) != n_players:
        raise reader.wrong(f"actions for {n_players} players, not for {len(counts)}", opening)
    return tuple(counts), actions


def _payoff_body(reader: _Reader, counts: tuple[int, ...]) -> list[Fraction]:
    needed = prod(counts) * len(counts)
    _check_room(reader, counts, needed, "payoffs")
    values: list[Fraction] = []
    while len(values) < needed:
        if reader.next.kind == "end":
            raise _wrong_length(reader, needed, len(values), "payoffs")
        values.append(_number(reader))
    if reader.next.kind != "end":
        raise _wrong_length(reader, needed, needed + reader.left(), "payoffs")
    return values


def _outcome_body(reader: _Reader, counts: tuple[int, ...]) -> list[Fraction]:
    n_players, profiles = len(counts), prod(counts)
    reader.expect("{", "before the outcomes")
    # Outcome 0 is "no outcome" in Gambit's format: payoffs of zero.
    outcomes: list[list[Fraction]] = [[Fraction(0)] * n_players]
    while reader.peek().text == "{" and reader.peek().kind == "mark":
        reader.take()
        label = reader.take()
        if label.kind != "quoted":
            raise reader.wrong("a quoted outcome label", label)
        outcomes.append([_number(reader, comma=True) for _ in range(n_players)])
        reader.expect("}", f"after the {n_players} payoffs of an outcome")
    reader.expect("}", "after the outcomes")
    # The header says how long the body is: a header that lies is found before anything is allocated.
    _check_room(reader, counts, profiles, "outcome numbers")
    values: list[Fraction] = []
    for k in range(profiles):
        if reader.next.kind == "end":
            raise _wrong_length(reader, profiles, k, "outcome numbers")
        values += outcomes[_whole(reader, "an outcome number", 0, len(outcomes) - 1)]
    if reader.next.kind != "end":
        raise _wrong_length(reader, profiles, profiles + reader.left(), "outcome numbers")
    return values


def _check_room(reader: _Reader, counts: tuple[int, ...], needed: int, what: str) -> None:
    """Raise if the header announces more entries than the text can hold, or more actions than the limit."""
    # A bound that costs nothing first; the exact count is a pass through the text.
    if needed > reader.room() and (left := reader.left()) < needed:
        raise _wrong_length(reader, needed, left, what)
    if sum(counts) > NUMERICS.most_file_actions:
        raise _too_many_actions(reader)


def _wrong_length(reader: _Reader, needed: int, came: int, what: str) -> InvalidFormat:
    """Return the error for a body with another number of entries than the header announces."""
    if came < needed:
        while reader.next.kind != "end":
            reader.take()
    return reader.wrong(f"a body of {needed} {what}, not {came}", reader.next)


def _too_many_actions(reader: _Reader) -> SizeLimit:
    return SizeLimit(
        f"{reader.source} has more than {NUMERICS.most_file_actions:,} actions, the most that can be read. "
        "Remove dominated actions, or build the game with `StageGame`"
    )


def _whole(reader: _Reader, what: str, least: int, most: int) -> int:
    token = reader.take()
    digits = token.kind == "word" and token.text.isascii() and token.text.isdigit()
    if not digits or len(token.text) > 12 or not least <= int(token.text) <= most:
        raise reader.wrong(f"{what} from {least} to {most}", token)
    return int(token.text)


def _number(reader: _Reader, *, comma: bool = False) -> Fraction:
    token = reader.take()
    if comma and reader.peek().text == "," and reader.peek().kind == "mark":
        reader.take()
    # Payoffs repeat in large files: each text becomes a fraction once.
    known = reader.known.get(token.text) if token.kind == "word" else None
    if known is not None:
        return known
    value = _value(reader, token)
    if len(reader.known) < NUMERICS.most_known_numbers:
        reader.known[token.text] = value
    return value


def _value(reader: _Reader, token: Token) -> Fraction:
    """Return the number that a word stands for."""
    fits = token.kind == "word" and len(token.text) <= NUMERICS.longest_number
    match = _NUMBER.fullmatch(token.text) if fits else None
    if match is None:
        raise reader.wrong("a number such as 3, -1.5, 2/3 or 1e-3", token)
    exponent = match["exponent"] or "0"
    # The length is looked at before the number is made: int("9" * 10**6) takes minutes.
    if len(exponent.lstrip("+-0")) > 4 or abs(int(exponent)) > NUMERICS.most_exponent:
        raise reader.wrong(f"an exponent of at most {NUMERICS.most_exponent}", token)
    # 1e9000 is short to write and long to hold, so that exponents count as digits.
    reader.digits += len(token.text) + abs(int(exponent))
    if reader.digits > NUMERICS.most_file_digits:
        raise SizeLimit(
            f"{reader.source} has more than {NUMERICS.most_file_digits:,} digits, zeros of powers of ten "
            "included, which is more than can be read; round the payoffs"
        )
    if match["whole"] is None:
        before, _, after = match["decimal"].partition(".")
        power = int(exponent) - len(after)
        digits = int(before + after)
        return Fraction(digits * 10**power) if power >= 0 else Fraction(digits, 10**-power)
    if match["below"] is not None and int(match["below"]) == 0:
        raise reader.wrong("a denominator other than 0", token)
    return Fraction(int(match["whole"]), int(match["below"] or 1))


def _labels(texts: Sequence[str]) -> tuple[str, ...]:
    """Return unique labels by the rule of `parse_nfg`; the first use of a label is never changed."""
    taken = set(texts)
    seen: set[str] = set()
    endings: dict[str, int] = {}
    result: list[str] = []
    for position, text in enumerate(texts, start=1):
        made_up = not text and texts.count("") > 1
        label = str(position) if made_up else text
        # A label in the file comes before one that is made up: only its second use is renamed, while a
        # made-up one gives way to any.
        if label in (taken if made_up else seen):
            ending = endings.get(label, 2)
            while f"{label}_{ending}" in taken:
                ending += 1
            endings[label] = ending + 1
            label = f"{label}_{ending}"
        seen.add(text)
        taken.add(label)
        result.append(label)
    return tuple(result)


def _numbered(counts: Sequence[int]) -> list[tuple[str, ...]]:
    return [tuple(str(a) for a in range(1, count + 1)) for count in counts]


__all__ = ["numbers_in", "parse_nfg", "read_nfg", "write_nfg"]


def numbers_in(text: str, source: str) -> list[Fraction]:
    """Return the numbers of a text, separated by white space or commas, within the limits of a file.

    Examples
    --------
    >>> numbers_in("1/3, 0.5", "text")
    [Fraction(1, 3), Fraction(1, 2)]
    """
    reader = _Reader(text, source)
    values: list[Fraction] = []
    while reader.peek().kind != "end":
        values.append(_number(reader, comma=True))
    return values


def read_nfg(path: str | PathLike[str]) -> StageGame:
    """Return the game in a file in Gambit's strategic form (.nfg).

    Parameters
    ----------
    path : str or path-like
        File in UTF-8.

    Returns
    -------
    StageGame
        The game, with exact rational payoffs. Labels are kept if they are unique; several empty labels are
        replaced by positions counted from 1, and repeated labels get an ending such as "_2".

    Raises
    ------
    InvalidFormat
        If the file is not in the format, has more than 30 players, or has a payoff that no float can hold.
        The message names the file and, except for such a payoff, the line and the token.
    SizeLimit
        If the file is larger than 48 MiB, or has more than 200,000 actions or 268,435,456 digits. Below these
        limits reading takes less than 1 GiB of memory.
    InvalidFile
        If the file cannot be read or is not in UTF-8.

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
    """Write a game to a file in Gambit's strategic form (.nfg).

    Parameters
    ----------
    stage : StageGame
        The game; `StageGame.to_gambit` says how payoffs and labels are written.
    path : str or path-like
        File to write, in UTF-8; an existing file is replaced.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame.
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
        content = stage.to_gambit().encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidFormat(
            f"{path}: a label contains half a character, which UTF-8 does not have ({error}); rename it"
        ) from None
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written ({error.strerror}); choose another place") from None
