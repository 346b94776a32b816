"""A name that no file can have ends no command in a traceback."""

import sys

import pytest

from negotiation import cli

LONG = "x" * 5000
WORDS = (
    ["results", f"{LONG}/../{LONG}"], ["results", "a\0b"], ["run", f"{LONG}.py"], ["check", "a\0b"],
    ["solve", "--scenario", LONG], ["score", f"{LONG}.csv"], ["estimate", "--priors", LONG],
    ["forecast", "2025-10-busan", "--posterior", LONG], ["verdict", "2025-10-busan", "--scenario", "a\0b"],
)  # fmt: skip


@pytest.mark.parametrize("words", WORDS, ids=lambda words: " ".join(word[:20] for word in words))
def test_a_name_that_no_file_can_have_is_told(words, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["negotiation", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.BAD_INPUT
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    assert told.err.strip()
    assert "--scenario" not in words or len(told.err) < 2000
    assert list(tmp_path.iterdir()) == []
