"""What a command says while it works, in a log: nothing that takes a second is silent."""

import pytest

from negotiation.report.commands import output
from negotiation.report.commands.check import run_check
from negotiation.report.commands.listing import run_list
from negotiation.report.commands.output import Output
from negotiation.report.commands.solve import run_solve


@pytest.fixture
def impatient(monkeypatch):
    """Have a line come at once, and again as soon as something more is done."""
    monkeypatch.setattr(output, "PATIENCE", 0.0)
    monkeypatch.setattr(output, "AGAIN", 0.0)


@pytest.mark.parametrize(
    ("called", "said"),
    [
        pytest.param(
            lambda out, here: run_list(out, None, here), "reading what there is", marks=pytest.mark.long
        ),
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
