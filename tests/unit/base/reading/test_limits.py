"""What no file may do: take long, take much memory, or end in anything but one of the named errors."""

import json
import os
import tomllib

import pytest

from negotiation.base.reading.models import load_csv
from negotiation.base.reading.numerics import NUMERICS
from negotiation.base.reading.plain_values import json_values, toml_values
from negotiation.base.reading.text import file_text, is_file
from negotiation.errors import InvalidFile, SizeLimit
from negotiation.truces.record.moves import MoveRecord

DEEP, PARTS, LONG = NUMERICS.most_depth, NUMERICS.most_key_parts, NUMERICS.longest_number


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a = " + "[" * 5000 + "]" * 5000, "nest them less deeply"),
        ('a = ["""x"""", ' + "[" * 5000, "nest them less deeply"),
        (".".join("a" * 20_000) + " = 1", "dotted key"),
        ("\n\na = " + "9" * 5000, "line 3: got a number or word of 5,000 characters"),
        ("a = 0x" + "f" * 5000, "a number or word of 5,002 characters"),
        ('"' + "a" * 5000 + '" = 1', "a key of 5,000 characters"),
        ("a = [" + "1," * 50_000 + "]", "has more than 30,000 values"),
        ("a = 2025-02-30", "2025-02-30|not TOML"),
        ("\x00", "is not TOML"),
    ],
)
def test_toml_beyond_a_limit_is_refused_with_a_sentence(text, word):
    with pytest.raises(InvalidFile, match=word):
        toml_values(text, "file.toml")


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * DEEP + "]" * DEEP,
        ".".join("a" * PARTS) + " = 1.5",
        "a = " + "9" * LONG,
        "a = '" + "[" * 5000 + "'  # " + "[" * 5000,
        'a = """' + "[.\n" * 5000 + '"""\nb = 1',
        'a = "x\\"' + "[" * 5000 + '"',
    ],
)
def test_toml_at_a_limit_is_read_as_the_standard_reader_reads_it(text):
    assert toml_values(text, "file.toml") == tomllib.loads(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[" * 100_000, "nest them less deeply"),
        ('{"a": ' + "9" * 5000 + "}", "a number or word of 5,000 characters"),
        ('{"a": -Infinity}', "got -Infinity; expected a finite number"),
        ('{"a": 1, "b": {"c": 1, "c": 1}}', "'c' occurs twice in one object"),
        ("[" + "1," * 50_000 + "1]", "more than 30,000 values"),
        ('["\\ud800"]', "half a character"),
    ],
)
def test_json_beyond_a_limit_is_refused_with_a_sentence(text, word):
    with pytest.raises(InvalidFile, match=word):
        json_values(text, "file.json")


def test_json_at_the_limits_is_read_as_the_standard_reader_reads_it():
    text = "[" * DEEP + '"[[[[\\"' + "[" * 5000 + '", 1e-999, ' + "9" * LONG + "]" * DEEP
    assert json_values(text, "file.json") == json.loads(text)


def test_a_file_that_is_too_long_or_endless_or_no_file_is_refused(tmp_path):
    path = tmp_path / "long.toml"
    path.write_bytes(b"#" * (NUMERICS.most_bytes + 1))
    with pytest.raises(SizeLimit, match="more than 1,048,576 bytes"):
        file_text(path)
    os.mkfifo(tmp_path / "pipe.toml")
    for other in (tmp_path / "pipe.toml", "/dev/zero", tmp_path, tmp_path / ("x" * 5000), "a\x00b"):
        with pytest.raises(InvalidFile, match="cannot be read"):
            file_text(other)
        assert not is_file(other)
    path.write_bytes(b"\xef\xbb\xbfa = 1")
    assert file_text(path) == "a = 1"


def test_a_table_of_another_kind_altogether_is_refused_in_a_few_lines(tmp_path):
    path = tmp_path / "moves.csv"
    for text in ("," * 500_000, "a," * 200_000, ",".join(MoveRecord.model_fields) + "\n" + "\n" * 500_000):
        path.write_text(text)
        with pytest.raises(InvalidFile) as caught:
            load_csv(path, MoveRecord)
        assert len(str(caught.value)) < 20_000
