"""What counts for a hash: of code what runs, of other files every byte, and where a file lies."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.base.reading.hashes import files_hash, tree_text
from negotiation.base.reading.record import read_for
from negotiation.base.reading.text import file_text


def test_what_runs_counts_and_what_is_said_of_it_does_not():
    base = 'X = 3\n\n\ndef f(x):\n    "what"\n    return x + 1\n'
    said = (
        '"""A module."""\nX = 3\n"""What X is."""\n\ndef f(x):  # so\n    """Longer,\n    and better."""\n'
        '    if x:\n        "of a branch"\n    return (\n        x + 1\n    )\n'
    )
    same = said.replace('    if x:\n        "of a branch"\n', "")
    assert tree_text(base) == tree_text(same)
    assert tree_text(said) == tree_text(said.replace('"of a branch"', '"in other words"'))
    changes = {"x + 1": ("x + 2", "-x + 1", "x + 1 if (lambda: x)() else 0", "'a text that is given'"),
               "3": ("'3'",), "    return": ("    assert x\n    return",), "(x)": ("(x, y=0)",)}  # fmt: skip
    texts = [base, said, *(base.replace(old, new) for old, news in changes.items() for new in news)]
    assert len({tree_text(text) for text in texts}) == len(texts)


def same_numbers(*sources):
    return len({tree_text(source, numbers_only=True) for source in sources}) == 1


def test_for_numbers_alone_the_texts_of_errors_do_not_count_and_all_else_does():
    base = 'def f(x):\n    if x > 3:\n        raise ValueError("no")\n    return g("no")\n'
    said = base.replace('("no")\n    return', '(f"{x} is too large: " "at most 3")\n    return')
    assert tree_text(base) != tree_text(said)
    assert same_numbers(base, said)
    for old, new in (
        ("3", "4"),
        ("Value", "Type"),
        ('g("no")', 'g("yes")'),
        ("raise", "return"),
        ('o")\n', 'o"[:0])\n'),
    ):
        assert not same_numbers(base, base.replace(old, new, 1))


LOCALS = """
import math as mathematics
LIMIT = 3
def f(x, *rest, key=1):
    a = x + LIMIT
    b = [c * a for c in rest]
    def g(y):
        nonlocal a
        a, d = y, a
        return d
    class Held:
        b = a
    try:
        return g(b, key=key), Held.b, len(b), mathematics.pi
    except ValueError as error:
        return a.c, error
def h(k):
    b: int = k
    return b
"""


def test_for_numbers_alone_the_names_of_local_variables_do_not_count():
    renamed = LOCALS.replace("c * a for c", "part * a for part").replace(
        "a, d = y, a\n        return d", "a, old = y, a\n        return old"
    )
    renamed = renamed.replace("b: int = k\n    return b", "what: int = k\n    return what")
    assert tree_text(LOCALS) != tree_text(renamed)
    assert same_numbers(LOCALS, renamed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f(x", "def f(z"),  # a parameter
        ("c * a for c", "c * c for c"),  # another variable
        ("c * a for c", "a * a for a"),
        ("c * a for c", "LIMIT * a for LIMIT"),  # a variable of the module
        ("return d", "return a"),
        ("return d", "return LIMIT"),
        ("b = a\n", "c = a\n"),  # an attribute
        ("a.c", "a.d"),
        ("def g(", "def k("),
        ("as error", "as fault"),
        ("return b", "return k"),
        ("len(b)", "max(b)"),
    ],
)
def test_for_numbers_alone_what_a_name_means_counts(old, new):
    assert old in LOCALS
    assert not same_numbers(LOCALS, LOCALS.replace(old, new, 1))


NAMES = ("total", "part", "LIMIT", "x")
SUM = "def f(x):\n    total = LIMIT\n    for part in x:\n        total = total + part\n    return total\n"


@given(st.permutations(NAMES))
def test_programs_that_are_the_same_for_numbers_alone_run_the_same_bytecode(names):
    new = dict(zip(NAMES, names, strict=True))
    sources = ["LIMIT = 2\n" + text for text in (SUM, re.sub(r"\w+", lambda m: new.get(m[0], m[0]), SUM))]
    codes = [compile(source, "f", "exec").co_consts[1] for source in sources]
    runs = {(code.co_code, code.co_names, code.co_varnames[: code.co_argcount]) for code in codes}
    assert same_numbers(*sources) == (len(runs) == 1)


def test_files_count_by_their_names_and_by_what_counts_of_them(tmp_path):
    def hashed(**how):
        return files_hash(sorted(tmp_path.iterdir()), tmp_path, **how)

    program, facts = tmp_path / "a.py", tmp_path / "b.toml"
    program.write_text("x = 1\n")
    facts.write_text("x = 1\n")
    seen = [(hashed(), hashed(counted=Path.read_bytes))]
    for change in (
        lambda: program.write_text("x = 1  # one\n"),
        lambda: facts.write_text("x = 1  # one\n"),
        lambda: program.write_text("x = 2\n"),
        lambda: facts.rename(tmp_path / "c.toml"),
    ):
        change()
        seen.append((hashed(), hashed(counted=Path.read_bytes)))
    assert [one[0] == before[0] for before, one in pairwise(seen)] == [True, False, False, False]
    assert len({of_bytes for _, of_bytes in seen}) == 5
    # What ends one file begins no other.
    (tmp_path / "x").mkdir()
    parts = [[("a", "bc"), ("b", "")], [("a", "b"), ("b", "c")]]
    found = set()
    for part in parts:
        for name, text in part:
            (tmp_path / "x" / name).write_text(text)
        found.add(files_hash([tmp_path / "x" / name for name, _ in part], tmp_path / "x"))
    assert len(found) == 2


def test_a_file_that_is_read_counts_for_the_code_that_reads_it(tmp_path):
    path = tmp_path / "read.txt"
    path.write_text("text")
    file_text(path)
    assert str(path) in read_for([__file__])
    assert str(path) not in read_for([str(tmp_path / "other.py")])
