"""A name that no file can have ends no command in a traceback."""

import sys

import pytest

from negotiation import cli

LONG = "x" * 5000
WORDS = (
    ["results", LONG], ["results", f"{LONG}.py"], ["results", f"{LONG}/../{LONG}"],
    ["results", "gain", "--out", LONG], ["results", "a\0b"], ["run", "claims", "--experiments", LONG],
    ["run", f"{LONG}.py"], ["check", LONG],
    ["check", f"./{LONG}"], ["check", "a\0b"], ["new", LONG], ["solve", LONG], ["solve", "--scenario", LONG],
    ["replay", f"{LONG}.toml"], ["verdict", f"{LONG}.toml"], ["score", LONG], ["score", f"{LONG}.csv"],
    ["forecast", "2025-10-busan", "--posterior", LONG], ["forecast", "2025-10-busan", "--posterior", "gone"],
    ["estimate", "--kept", f"{LONG}.npz", "--particles", "8", "--islands", "1"],
    ["estimate", "--priors", LONG], ["solve", "--scenario", "a\0b"],
    *(
        [name, "2025-10-busan", "--scenario", typed]
        for name in ("replay", "verdict")
        for typed in (LONG, "a\0b")
    ),
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


def test_a_folder_that_cannot_be_holds_no_experiments(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["negotiation", "list", "experiments", "--experiments", LONG])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert "none here" in capsys.readouterr().out
