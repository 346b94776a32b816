"""What a command says while it works, in a log: nothing that takes a second is silent."""

import pytest

from negotiation.base.labelled import Table
from negotiation.report.commands import output
from negotiation.report.commands.check import run_check
from negotiation.report.commands.listing import KINDS, overview, run_list
from negotiation.report.commands.output import Output
from negotiation.report.commands.solve import run_solve
from negotiation.report.commands.verdict import run_verdict


@pytest.fixture
def impatient(monkeypatch):
    """Have a line come at once, and again as soon as something more is done."""
    monkeypatch.setattr(output, "PATIENCE", 0.0)
    monkeypatch.setattr(output, "AGAIN", 0.0)


@pytest.mark.parametrize(
    ("called", "said"),
    [
        (lambda out, here: run_list(out, None, here), "reading what there is"),
        (lambda out, here: run_list(out, "agreements", here), "reading what there is"),
        (lambda out, _: run_check(out, "japan-korea-2019"), "reading japan-korea-2019"),
        (lambda out, _: run_solve(out, None, "us-china-2025", "small", "auto"), "solving"),
    ],
)
def test_a_command_that_takes_a_second_says_what_it_does(impatient, capsys, tmp_path, called, said):
    called(Output(quiet=True), tmp_path)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert said in seen.err


@pytest.mark.long
def test_a_verdict_tells_of_all_theories_too(impatient, capsys):
    run_verdict(Output(quiet=True), "2025-05-geneva", None, 8, 0, turns=False, clauses=False)
    lines = set(capsys.readouterr().err.splitlines())
    done = {int(line.split(", ")[1].split()[0]) for line in lines if ", " in line}
    assert max(done) == 8
    assert any(0 < one < 8 for one in done)


def test_the_first_screen_of_a_list_is_one_screen_and_says_where_the_rest_is(capsys, tmp_path):
    run_list(Output(), None, tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert all(any(line.split()[:1] == [kind] for line in lines) for kind in KINDS)
    assert lines[-1] == "one kind: negotiation list agreements; every name: negotiation list all"


def test_every_name_is_listed_where_all_are_asked_for(capsys, tmp_path):
    run_list(Output(), "all", tmp_path)
    every = capsys.readouterr().out
    for kind, name in {"agreements": "2025-10-busan", "theories": "moment", "instruments": "tariff"}.items():
        run_list(Output(), kind, tmp_path)
        one = capsys.readouterr().out
        assert name in one
        assert one.strip() in every


def test_an_overview_counts_names():
    table = Table("claims", ("name", "what it is"), (("a", ""), ("b", ""), ("c", "")))
    none = Table("methods", ("name", "what it is"), ())
    assert overview({"claims": table, "methods": none}).rows == (
        ("claims", 3, "a, ...", "replay --predict"),
        ("methods", 0, "none here", "solve --method"),
    )
