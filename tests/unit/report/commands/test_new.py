"""What is said after the folder of a dispute is written: calls that work on it."""

import re

from negotiation.report.commands.check import run_check
from negotiation.report.commands.declared import CheckOptions, NewOptions
from negotiation.report.commands.new import run_new
from negotiation.report.commands.output import Output


def test_the_next_steps_are_named_and_are_commands_that_take_the_folder(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_new(Output(), NewOptions("harbours"))
    said = capsys.readouterr().out
    assert re.findall(r"negotiation (.*)", said) == ["check harbours", "replay --scenario harbours"]
    assert run_check(Output(quiet=True), CheckOptions("harbours")) == 0
    run_new(Output(), NewOptions("three", "AAA,BBB,CCC"))
    assert re.findall(r"negotiation (.*)", capsys.readouterr().out) == ["check three"]
