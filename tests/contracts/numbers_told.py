"""How a result is held to be told in numbers: none that `tidy` and `to_json` give stands inside a text."""

import json
import re
from fractions import Fraction

import numpy as np

from negotiation.base.labelled.numbers import LONG

# A decimal, a fraction, a number with a word after it: "0.97 C + 0.03 D", "1/7", "2 years"; or one alone, but
# for the labels of the games that have no others.
NUMBER = re.compile(r"\d\.\d|\d/\d|\d [^\W\d]|^(?![01]$)-?\d+$")

# What has digits and is no number: days, rows of a record, names of levels and files, the unit of a column.
NAMED = re.compile(r"\d{4}-\d\d(-\d\d)?|\bE\d+|\S*[_=]\S*|\(0 to \d\)")


def texts(value, labels=()):
    """Yield the texts within what JSON holds, a fraction alone and what stands under a label apart."""
    if isinstance(value, dict):
        yield from value
        for key, each in value.items():
            yield from () if key in labels else texts(each, labels)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each, labels)
    elif isinstance(value, str) and not re.fullmatch(r"-?\d+/\d+", value):
        yield value


def expect_numbers(result, labels=()):
    """Assert that no number of a result stands inside a text, and that exact ones are those in floats."""
    frame, document = result.tidy(), json.loads(result.to_json())
    assert tuple(frame.columns[: len(LONG)]) == LONG
    assert len(frame) == 0 or frame.quantity.notna().all()
    columns = [name for name in frame if name not in ("exact", *labels)]
    named = {x for name in columns for x in frame[name].unique() if isinstance(x, str)}
    rows = document if isinstance(document, list) else document["rows"]
    found = [text for text in {*named, *texts(rows, labels)} if NUMBER.search(NAMED.sub("#", text))]
    assert found == [], type(result).__name__
    exact = frame.exact.notna()
    near = [float(Fraction(text)) for text in frame.exact[exact]]
    assert np.allclose(frame.value[exact], near, rtol=1e-15)
