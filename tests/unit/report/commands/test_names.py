import sys

import pytest

from negotiation import cli
from negotiation.errors import UnknownTruce
from negotiation.report.commands.names import completed

KNOWN = ("2025-05-geneva", "2025-06-london", "2025-10-busan")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2025-05-geneva", KNOWN[0]), ("lon", KNOWN[1]), ("2025-1", KNOWN[2]), ("b", KNOWN[2])],
)
def test_the_beginning_of_one_name_alone_is_enough(typed, meant):
    assert completed(typed, KNOWN, UnknownTruce) == meant


@pytest.mark.parametrize(
    ("typed", "offered"), [("2025", KNOWN), ("2025-0", KNOWN[:2]), ("", KNOWN), ("x", KNOWN)]
)
def test_a_beginning_of_several_offers_these(typed, offered):
    with pytest.raises(UnknownTruce) as error:
        completed(typed, KNOWN, UnknownTruce)
    assert error.value.known == offered


def test_a_whole_name_wins_over_longer_ones_that_begin_so():
    assert completed("core", ("core", "core-large"), UnknownTruce) == "core"


@pytest.mark.parametrize("name", ["x" * 5000, "a\x00b", "x" * 300 + "/" + "y" * 300])
@pytest.mark.parametrize("words", [["solve"], ["replay", "2025-10-busan"], ["verdict", "2025-10-busan"]])
def test_a_dispute_that_no_folder_can_be_named_is_bad_input(capsys, monkeypatch, name, words):
    monkeypatch.setattr(sys, "argv", ["negotiation", *words, "--scenario", name])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == cli.BAD_INPUT
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert len(said.err) < 2000
