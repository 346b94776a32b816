"""Reading Gambit's strategic-form (.nfg) format, in its payoff form and its outcome form.

The grammar is that of the Gambit manual, "Game representation formats": a header `NFG 1 R "title"`, the
players, the actions (labelled, or only counted), an optional quoted comment, and the body. The body of the
payoff form lists all players' payoffs profile by profile; that of the outcome form lists outcomes, then one
outcome number for each profile, 0 meaning payoffs of zero. The first player's action varies fastest.

Numbers are integers, decimals, rationals or scientific notation, and are kept exactly. Cost: linear in the
text; nothing is allocated by a count in the header before the body is known to have that many entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np

from negotiation.errors import InvalidFormat, InvalidGame
from negotiation.games.numerics import NUMERICS
from negotiation.games.stage import StageGame
from negotiation.numeric import ObjectArray

_TOKEN = re.compile(r'\s+|(?P<quoted>"(?:\\.|[^"\\])*")|(?P<mark>[{},])|(?P<word>[^\s{},"]+)', re.DOTALL)
_NUMBER = re.compile(
    r"(?P<whole>[+-]?[0-9]+)(?:/(?P<below>[0-9]+))?"
    r"|(?P<decimal>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE](?P<exponent>[+-]?[0-9]+))?"
)
_ESCAPE = re.compile(r'\\(["\\])')


@dataclass(frozen=True)
class Token:
    """One word, mark or quoted text of a file, with the line on which it begins (from 1)."""

    kind: str
    text: str
    line: int


def parse_nfg(text: str, source: str = "text") -> StageGame:
    r"""Return the game that a text in Gambit's strategic form describes.

    Labels are kept where they are unique. An empty label becomes its position, counted from 1 as in Gambit;
    a label already taken gets the first of the endings "_2", "_3", ... that makes it new. In quoted text
    `\"` stands for a quotation mark and `\\` for a backslash; any other backslash stands for itself.

    Parameters
    ----------
    text : str
        The whole file.
    source : str, optional
        What to call the text in an error.

    Returns
    -------
    StageGame
        With exact payoffs (`exact_payoffs`); its name is the title.

    Raises
    ------
    InvalidFormat
        If the text is not in the format; the message names the line and the token.

    Examples
    --------
    >>> game = parse_nfg('NFG 1 R "Chicken" { "A" "B" } { 2 2 } 0 0  7 2  2 7  13/2 6')
    >>> game.payoff(("2", "1")).tolist(), game.exact_payoffs()[1, 1].tolist()
    ([7.0, 2.0], [Fraction(13, 2), Fraction(6, 1)])
    """
    reader = _Reader(list(_tokens(text, source)), source)
    title = _header(reader)
    players = _labels(_texts(reader, "player"))
    if not 1 <= len(players) <= NUMERICS.most_file_players:
        raise reader.wrong(f"1 to {NUMERICS.most_file_players} players", reader.last())
    counts, actions = _actions(reader, len(players))
    if reader.peek().kind == "quoted":
        reader.take()
    body = _outcome_body if reader.peek().text == "{" else _payoff_body
    rows = body(reader, prod(counts), len(players))
    payoffs = np.empty((*counts, len(players)), dtype=object)
    for i in range(len(players)):
        payoffs[..., i] = rows[:, i].reshape(counts, order="F")
    try:
        return StageGame(payoffs, players, actions or _numbered(counts), title or "stage game")
    except InvalidGame as error:
        raise InvalidFormat(f"{source}: {error}") from None


class _Reader:
    """The tokens of a text, taken one by one."""

    def __init__(self, tokens: list[Token], source: str) -> None:
        self.tokens = tokens
        self.source = source
        self.position = 0

    def peek(self) -> Token:
        """Return the next token without taking it."""
        return self.tokens[self.position] if self.left() > 0 else self.end()

    def end(self) -> Token:
        """Return the token that stands for the end of the text."""
        return Token("end", "the end of the text", self.tokens[-1].line if self.tokens else 1)

    def last(self) -> Token:
        """Return the token taken last."""
        return self.tokens[self.position - 1] if self.position else self.peek()

    def take(self) -> Token:
        """Return the next token and move past it."""
        token = self.peek()
        self.position += 1
        return token

    def left(self) -> int:
        """Return how many tokens are left."""
        return len(self.tokens) - self.position

    def expect(self, text: str, why: str) -> Token:
        """Take a token that must have this text, or raise."""
        token = self.take()
        if token.text != text or token.kind == "quoted":
            raise self.wrong(f"{text!r} {why}", token)
        return token

    def wrong(self, wanted: str, token: Token) -> InvalidFormat:
        """Return the error that names the line, what is needed and what came."""
        shown = token.text if len(token.text) <= 60 else f"{token.text[:57]}..."
        got = shown if token.kind == "end" else repr(shown)
        return InvalidFormat(f"{self.source}, line {token.line}: {wanted} is needed; got {got}")


def _tokens(text: str, source: str) -> Iterator[Token]:
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:  # only an opening quotation mark fits nothing
            shown = text[position : position + 40].splitlines()[0]
            raise InvalidFormat(
                f"{source}, line {line}: a closing quotation mark is needed; got {shown!r} to the end"
            )
        if match.lastgroup is not None:
            found = match.group()
            content = _ESCAPE.sub(r"\1", found[1:-1]) if match.lastgroup == "quoted" else found
            yield Token(match.lastgroup, content, line)
        line += match.group().count("\n")
        position = match.end()


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


def _texts(reader: _Reader, what: str) -> list[str]:
    """Return the quoted texts between braces."""
    reader.expect("{", f"before the {what} labels")
    found: list[str] = []
    while (token := reader.take()).kind == "quoted":
        found.append(token.text)
    if token.text != "}" or not found:
        raise reader.wrong(f"a quoted {what} label{' or }' if found else ''}", token)
    return found


def _actions(reader: _Reader, n_players: int) -> tuple[tuple[int, ...], list[tuple[str, ...]]]:
    """Return how many actions each player has, and their labels (none where they are only counted)."""
    opening = reader.expect("{", "before the actions")
    counts: list[int] = []
    actions: list[tuple[str, ...]] = []
    if reader.peek().text == "{" and reader.peek().kind == "mark":
        while reader.peek().text == "{" and reader.peek().kind == "mark":
            actions.append(_labels(_texts(reader, "action")))
        counts = [len(row) for row in actions]
    else:
        while reader.peek().kind == "word":
            counts.append(_whole(reader, "a number of actions", 1, 10**9))
    reader.expect("}", "after the actions")
    if len(counts) != n_players:
        raise reader.wrong(f"actions for {n_players} players, not {len(counts)},", opening)
    return tuple(counts), actions


def _payoff_body(reader: _Reader, profiles: int, n_players: int) -> ObjectArray:
    _check_length(reader, profiles * n_players, "payoffs")
    values = [_number(reader) for _ in range(profiles * n_players)]
    rows = np.empty(len(values), dtype=object)
    rows[:] = values
    return rows.reshape(profiles, n_players)


def _outcome_body(reader: _Reader, profiles: int, n_players: int) -> ObjectArray:
    reader.expect("{", "before the outcomes")
    outcomes: list[list[Fraction]] = [[Fraction(0)] * n_players]
    while reader.peek().text == "{" and reader.peek().kind == "mark":
        reader.take()
        label = reader.take()
        if label.kind != "quoted":
            raise reader.wrong("a quoted outcome label", label)
        outcomes.append([_number(reader, comma=True) for _ in range(n_players)])
        reader.expect("}", f"after the {n_players} payoffs of an outcome")
    reader.expect("}", "after the outcomes")
    _check_length(reader, profiles, "outcome numbers")
    rows = np.empty((profiles, n_players), dtype=object)
    for k in range(profiles):
        rows[k] = outcomes[_whole(reader, "an outcome number", 0, len(outcomes) - 1)]
    return rows


def _check_length(reader: _Reader, needed: int, what: str) -> None:
    """Refuse a body that does not have the entries that the header announces, before any is stored."""
    if reader.left() != needed:
        where = reader.tokens[reader.position + needed] if reader.left() > needed else reader.end()
        raise reader.wrong(f"a body of {needed} {what}, not {reader.left()},", where)


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
    fits = token.kind == "word" and len(token.text) <= NUMERICS.longest_number
    match = _NUMBER.fullmatch(token.text) if fits else None
    if match is None:
        raise reader.wrong("a number such as 3, -1.5, 2/3 or 1e-3", token)
    if match["whole"] is not None:
        if match["below"] is not None and int(match["below"]) == 0:
            raise reader.wrong("a denominator other than 0", token)
        return Fraction(int(match["whole"]), int(match["below"] or 1))
    exponent = match["exponent"] or "0"
    if len(exponent.lstrip("+-0")) > 4 or abs(int(exponent)) > NUMERICS.most_exponent:
        raise reader.wrong(f"an exponent of at most {NUMERICS.most_exponent}", token)
    return Fraction(match["decimal"]) * Fraction(10) ** int(exponent)


def _labels(texts: Sequence[str]) -> tuple[str, ...]:
    """Return unique labels by the rule of `parse_nfg`; the first use of a label never changes it."""
    taken = set(texts)
    seen: set[str] = set()
    endings: dict[str, int] = {}
    result: list[str] = []
    for position, text in enumerate(texts, start=1):
        label = text or str(position)
        if label in (seen if text else taken):
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
