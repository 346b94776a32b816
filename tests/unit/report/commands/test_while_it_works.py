"""What a command says while it works, in a log: nothing that takes a second is silent."""

import pytest

from negotiation.report.commands import output
from negotiation.report.commands.check import run_check
from negotiation.report.commands.declared import CheckOptions, ListOptions, SolveOptions
from negotiation.report.commands.listing import run_list
from negotiation.report.commands.output import Output
from negotiation.report.commands.solve import run_solve


@pytest.fixture
def impatient(monkeypatch):
    """Have a line come at once, and again as soon as something more is done."""
    monkeypatch.setattr(output, "PATIENCE", 0.0)
    monkeypatch.setattr(output, "AGAIN", 0.0)


@pytest.mark.parametrize(
    ("called", "options", "said"),
    [
        pytest.param(run_list, ListOptions(), "reading what there is", marks=pytest.mark.long),
        (run_list, ListOptions("agreements"), "reading what there is"),
        (run_check, CheckOptions("japan-korea-2019"), "reading japan-korea-2019"),
        (run_solve, SolveOptions(), "solving"),
    ],
)
def test_a_command_that_takes_a_second_says_what_it_does(impatient, capsys, called, options, said):
    called(Output(quiet=True), options)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert said in seen.err
