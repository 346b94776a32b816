"""What a number depends on: the files of its measure; where they do not tell, it is computed anew."""

import sys
import types

import measures
import pytest

from negotiation.errors import BrokenRun
from negotiation.lab import run, space, worker

HELPER = "def scaled(x):\n    return FACTOR * x\n\n\nFACTOR = 2\n"


def experiment(measure):
    return measures.numbers(1).with_space(space.grid({"x": [1, 2]}), measure=measure)


def typed(text):
    """Return the function `f` of a prompt: its module has no file."""
    module = types.ModuleType("typed_at_a_prompt")
    exec(text, vars(module))  # noqa: S102
    module.f.__module__ = module.__name__
    return module.f


def test_a_function_that_is_typed_again_is_another_measure(tmp_path):
    one, two = (typed(f"def f(cell):\n    return {{'y': cell['x'] + {k}}}") for k in (1, 100))
    assert run(experiment(one), store=tmp_path).column("y").tolist() == [2, 3]
    assert run(experiment(two), store=tmp_path).column("y").tolist() == [101, 102]


@pytest.fixture
def helper(tmp_path, monkeypatch):
    """Give the path of a module of the user's that can be imported, by a name of its own."""
    path = tmp_path / f"helper_{abs(hash(str(tmp_path)))}.py"
    path.write_text(HELPER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield path
    sys.modules.pop(path.stem, None)


def test_a_measure_whose_file_was_edited_since_the_process_began_is_computed_anew(tmp_path, helper):
    text = "def measured(cell):\n    return {'y': K * cell['x']}\n\n\nK = "
    helper.write_text(f"{text}2\n")
    old = __import__(helper.stem)
    helper.write_text(f"{text}3\n")
    assert run(experiment(old.measured), store=tmp_path).column("y").tolist() == [2, 4]
    del sys.modules[helper.stem]
    new = __import__(helper.stem)
    assert run(experiment(new.measured), store=tmp_path).column("y").tolist() == [3, 6]
    assert run(experiment(new.measured), store=tmp_path).computed == 2


def test_workers_refuse_a_file_that_was_edited_while_they_started(tmp_path, helper, monkeypatch):
    helper.write_text("def measured(cell):\n    return {'y': cell['x']}\n")
    measure = __import__(helper.stem).measured
    monkeypatch.setattr(worker, "function_hash", lambda _: "of another text")
    with pytest.raises(BrokenRun, match="edited in the meantime"):
        run(experiment(measure), store=tmp_path, workers=2)
