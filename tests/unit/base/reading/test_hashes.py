"""What counts for a hash: of code what runs, of other files every byte, and where a file lies."""

from itertools import pairwise
from pathlib import Path

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
