"""A small fixed part of what the page on reliability measures, and the machinery of the page itself."""

import pytest

from tests.command import heed_interrupts, python
from tests.reliability import interrupts
from tests.reliability._budget import Budget
from tests.reliability._numbers import ROOT
from tests.reliability._page import measured, section, section_names, trespasses

SMALL = Budget(0.05)
FEWER = {"fuzzed_files": Budget(0.002)}
"""Six files of a kind: a full run has ten times as many cases as others."""


@pytest.mark.long
@pytest.mark.parametrize("name", section_names())
def test_a_small_part_of_each_section_shows_nothing_that_must_not_be(name):
    table = measured(name, FEWER.get(name, SMALL))
    assert table.rows
    assert trespasses(name, table) == []


@pytest.mark.parametrize("name", section_names())
def test_each_section_says_what_is_done_and_what_must_not_happen(name):
    module = section(name)
    assert module.__doc__
    assert module.TITLE
    assert module.FORBIDDEN


@pytest.mark.long
def test_three_interrupts_end_with_130_and_a_sentence(tmp_path):
    interrupts.prepare(tmp_path)
    moments = [interrupts.FIRST, 1.0, 1.4]  # while the command is loaded, and while it compiles
    found = interrupts.interrupted("verdict busan --draws 4", moments, tmp_path)
    assert found == (3, 3, 0, 0, 0, 0)


def test_ctrl_c_after_the_end_of_a_command_leaves_its_status():
    late = "import atexit, os, signal; atexit.register(os.kill, os.getpid(), signal.SIGINT)"
    code = f"{late}\nfrom negotiation.__main__ import main\nmain()"
    done = python("-c", code, "--version", cwd=ROOT, preexec_fn=heed_interrupts)
    assert (done.returncode, done.stderr) == (0, "")
