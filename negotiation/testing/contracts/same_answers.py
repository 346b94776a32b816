"""The contract of every function of a game: its answer does not depend on the terms in which it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.testing.contracts.retold import Ask, Bounds, Game, Retold, Terms, Unordered
from negotiation.testing.contracts.rules import EXAMPLES, Rule, require
from negotiation.testing.numerics import NUMERICS

# Units of one player: only one of them is a power of two, so that floats are rounded by the others.
SCALES = tuple(Fraction(text) for text in ("1e-9", "3e-7", "1/3", "0.7", "1", "10", "1e6", "1e9"))

# Shifts in units of that player, so that floats resolve what is left of the range.
SHIFTS = tuple(Fraction(text) for text in ("0", "-7", "1/3", "1000"))

# The names of the rules, to be left out by.
RULES = ("unit", "floats", "labels", "actions", "players")


def check_same_answers(
    ask: Ask,
    *,
    games: st.SearchStrategy[Any],
    examples: int = EXAMPLES,
    without: Sequence[str] = (),
    scaled: bool = True,
) -> None:
    """Check that the terms in which a game is told change nothing in an answer.

    One player's payoffs are multiplied by 1e-9 to 1e9 and shifted, exactly and in floats; labels are changed,
    so that they sort the other way round; actions and states come in the reverse order; and the first player
    is called last.
    """
    scales = SCALES if scaled else (Fraction(1),)
    unit = st.builds(_in_unit, st.integers(0, 2), st.sampled_from(scales), st.sampled_from(SHIFTS))
    rules = {
        "unit": ("the unit of one player changes nothing", unit),
        "floats": (
            "floats give the same answer in any unit",
            unit.map(lambda terms: terms._replace(floats=True)),
        ),
        "labels": ("labels change nothing", st.just(Terms(renamed=True))),
        "actions": ("the order of actions and states changes nothing", st.just(Terms(turned=True))),
        "players": ("the order of the players changes nothing", st.just(Terms(moved=True))),
    }
    asked = [
        Rule(says, st.tuples(games, terms), lambda drawn: _fault(ask, *drawn))
        for name, (says, terms) in rules.items()
        if name not in without
    ]
    require(f"the question {getattr(ask, '__name__', ask)!r}", asked, examples)


def _in_unit(player: int, scale: Fraction, shift: Fraction) -> Terms:
    return Terms(player, scale, shift * scale)


def _fault(ask: Ask, game: Game, terms: Terms) -> str | None:
    one, other = ask(Retold(game, Terms())), ask(Retold(game, terms))
    where = difference(one, other)
    return None if where is None else f"{terms}: {where}"


def difference(one: Any, other: Any, where: str = "the answer") -> str | None:
    """Return in words where two answers differ, or None.

    Examples
    --------
    >>> difference({"value": 0.5}, {"value": 0.75})
    "the answer['value'] is 0.5 in the first terms and 0.75 in the others"
    >>> difference(Unordered([1, 2]), Unordered([2, 1]))
    """
    told = f"{where} is {one!r} in the first terms and {other!r} in the others"
    if isinstance(one, Bounds) and isinstance(other, Bounds):
        apart = _outside(one.inner, other.outer) or _outside(other.inner, one.outer)
        return f"{where}: {apart}" if apart else None
    if isinstance(one, Unordered) and isinstance(other, Unordered):
        return None if _is_matched(one, other) else told
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(f"{where}[{key!r}]", one[key], other[key]) for key in one]
    elif isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)) and len(one) == len(other):
        pairs = [(f"{where}[{k}]", a, b) for k, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        return None if _is_one(one, other) else told
    return next((d for name, a, b in pairs if (d := difference(a, b, name)) is not None), None)


def _is_one(one: Any, other: Any) -> bool:
    if isinstance(one, str) or one is None or isinstance(other, str) or other is None:
        return bool(one == other)
    try:
        first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    return first.shape == second.shape and bool(
        np.isclose(first, second, rtol=NUMERICS.answer, atol=NUMERICS.answer, equal_nan=True).all()
    )


def _is_matched(one: Unordered, other: Unordered) -> bool:
    left = list(other)
    for part in one:
        twin = next((k for k, item in enumerate(left) if difference(part, item) is None), None)
        if twin is None:
            return False
        del left[twin]
    return not left


def _outside(inner: FloatArray, outer: FloatArray) -> str | None:
    for vertex in inner:
        if not len(outer) or distance_to_polygon(vertex, outer) > NUMERICS.answer:
            return f"{vertex.tolist()} is proven in some terms, and outside {outer.tolist()} in others"
    return None
