"""How a result is held to be told in numbers: none that `tidy` and `to_json` give stands inside a text."""

import json
import re
from fractions import Fraction

import numpy as np

from negotiation.base.labelled.numbers import LONG

# A decimal, a fraction, a number with a word after it: "0.97 C + 0.03 D", "1/7", "2 years"; or one alone, but
# for the labels of the games that have no others.
NUMBER = re.compile(r"\d\.\d|\d/\d|\d [^\W\d]|^(?![01]$)-?\d+$")


def texts(value):
    """Yield the texts within what JSON holds, a fraction alone apart."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str) and not re.fullmatch(r"-?\d+/\d+", value):
        yield value


def expect_numbers(result):
    """Assert that no number of a result stands inside a text, and that exact ones are those in floats."""
    frame, document = result.tidy(), json.loads(result.to_json())
    assert tuple(frame.columns[: len(LONG)]) == LONG
    assert len(frame) == 0 or frame.quantity.notna().all()
    named = {x for name in frame if name != "exact" for x in frame[name] if isinstance(x, str)}
    assert [text for text in {*named, *texts(document["rows"])} if NUMBER.search(text)] == []
    exact = frame.exact.notna()
    near = [float(Fraction(text)) for text in frame.exact[exact]]
    assert np.allclose(frame.value[exact], near, rtol=1e-15)
