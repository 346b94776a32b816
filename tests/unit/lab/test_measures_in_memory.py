"""What a number depends on: the measure as it is in memory, and the user's files that it reaches."""

import os
import subprocess
import sys
import types
from functools import lru_cache, partial
from pathlib import Path

import measures
import numpy as np
import pandas as pd
import pytest

from negotiation.errors import BrokenRun
from negotiation.lab import Cell, load_experiment, run, space
from negotiation.lab.fingerprint import measure_hash
from negotiation.lab.in_memory import reading

HELPER = "def scaled(x):\n    return FACTOR * x\n\n\nFACTOR = 2\n"
EXPERIMENT = '''
import negotiation as ng
from {helper} import scaled


def measured(cell):
    """Return it."""
    return {{"scaled": scaled(cell["x"])}}


experiment = ng.Experiment(
    slug="{slug}", question="?", measure=measured, space=ng.space.grid({{"x": [1, 2]}})
)
'''


KINDS = """
import abc, collections, dataclasses, datetime, enum, fractions, logging, pydantic, re, threading, typing
from negotiation.lab.in_memory import reading
class Colour(enum.Enum):
    RED = 1
    BLUE = 2
@dataclasses.dataclass(frozen=True)
class P:
    x: int = 1
    y: list = dataclasses.field(default_factory=list)
class M(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)
    a: frozenset[str] = frozenset({"q", "r", "s"})
    @pydantic.field_validator("a")
    @classmethod
    def v(cls, x): return x
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
class S:
    __slots__ = ("a",)
LOG, RE, LOCK, D = logging.getLogger("a"), re.compile("a+"), threading.Lock(), collections.defaultdict(list)
T, F, W = typing.Union[int, str], fractions.Fraction(1, 3), datetime.date(2020, 1, 1)
m, p, s = M(), P(), S()
s.a = {"x", "y", "z"}
def f(cell):
    return Colour.RED, P, M, A, S, LOG, RE, LOCK, D, T, F, W, m, p, s
first = reading(f)
assert first == reading(f)
print(first)
"""


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
    assert run(experiment(one), store=tmp_path).computed == 0


def test_what_a_typed_function_calls_and_reads_counts_too():
    texts = [
        f"K, L = {{'a': {k}}}, [1]\ndef g(x): return x + {j}\ndef f(cell): return {{'y': g(K['a'])}}"
        for j in (1, 2) for k in (1, 2)
    ]  # fmt: skip
    assert len({reading(typed(text)) for text in [*texts, *texts]}) == 4


def test_functions_that_are_made_differ_by_what_they_close_over(tmp_path):
    def make(more):
        return lambda cell: {"y": cell["x"] + more}

    assert run(experiment(make(1)), store=tmp_path).column("y").tolist() == [2, 3]
    assert run(experiment(make(100)), store=tmp_path).column("y").tolist() == [101, 102]
    assert run(experiment(make(1)), store=tmp_path).computed == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.arange(5_000), np.where(np.arange(5_000) == 2_500, 0, np.arange(5_000))),
        ({"a": [1, 2.0]}, {"a": [1, 2]}),
        (True, 1),
        (partial(pow, 2), partial(pow, 3)),
        (lru_cache(lambda x: x + 1), lru_cache(lambda x: x + 2)),
        (10**5_000, 10**5_000 + 1),
        ({"a", "b"}, {"a", "c"}),
        (Cell({"x": 1}), Cell({"x": 2})),
        (types.SimpleNamespace(a=1), types.SimpleNamespace(a=2)),
        (pd.DataFrame({"a": range(500)}), pd.DataFrame({"a": [*range(250), 0, *range(251, 500)]})),
        (np.random.default_rng(1), np.random.default_rng(2)),
        (Path("a"), Path("b")),
    ],
    ids=[
        "array",
        "dict",
        "type",
        "partial",
        "cached",
        "whole",
        "set",
        "mapping",
        "namespace",
        "frame",
        "rng",
        "path",
    ],
)
def test_values_of_many_kinds_are_told_apart(one, other):
    def make(value):
        return lambda: value

    assert reading(make(one)) == reading(make(one)) != reading(make(other))


def test_a_docstring_a_name_and_an_address_change_no_reading():
    class Thing:
        pass

    def make(thing):
        def f():
            """One."""
            return thing

        return f

    def make_undocumented(thing):
        def f():
            return thing

        return f

    assert reading(make(Thing())) == reading(make_undocumented(Thing()))


def test_a_function_that_calls_itself_can_be_read():
    text = "def f(n):\n    return g(n)\ndef g(n):\n    return f(n - {})"
    assert reading(typed(text.format(1))) == reading(typed(text.format(1))) != reading(typed(text.format(2)))


@pytest.mark.parametrize(
    "program",
    [
        "import measures; from negotiation.lab.in_memory import reading; print(reading(measures.deadly))",
        KINDS,
    ],
)
def test_a_reading_is_the_same_in_every_process(program):
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(measures.__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
            text=True,
            check=True,
            capture_output=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert program == KINDS or told == {reading(measures.deadly)}


@pytest.fixture
def helper(tmp_path, monkeypatch):
    """Give the path of a module of the user's that can be imported, by a name of its own."""
    path = tmp_path / f"helper_{abs(hash(str(tmp_path)))}.py"
    path.write_text(HELPER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield path
    sys.modules.pop(path.stem, None)


def test_a_measure_that_was_loaded_before_its_file_was_edited_is_not_the_file_s(tmp_path, helper):
    text = "import measures\n\n\ndef measured(cell):\n    return {'y': K * cell['x']}\n\n\nK = TABLE['k']\n"
    helper.write_text("TABLE = {'k': 2}\n" + text)
    old = __import__(helper.stem)
    helper.write_text("TABLE = {'k': 3}\n" + text)
    assert run(experiment(old.measured), store=tmp_path).column("y").tolist() == [2, 4]
    del sys.modules[helper.stem]
    new = __import__(helper.stem)
    assert run(experiment(new.measured), store=tmp_path).column("y").tolist() == [3, 6]
    helper.write_text("TABLE = {'k': 4}\n" + text)
    with pytest.raises(BrokenRun, match="edited since it was loaded"):
        run(experiment(new.measured), store=tmp_path / "pool", workers=2)


def test_a_change_of_a_file_that_the_measure_imports_is_seen(tmp_path, helper):
    slug = helper.stem.replace("helper", "using")
    path = tmp_path / f"{slug}.py"
    path.write_text(EXPERIMENT.format(helper=helper.stem, slug=slug))
    first = run(load_experiment(path), store=tmp_path)
    assert first.column("scaled").tolist() == [2, 4]
    helper.write_text(HELPER.replace("= 2", "= 3"))
    for name in [helper.stem, *(name for name in sys.modules if slug in name)]:
        del sys.modules[name]
    second = run(load_experiment(path), store=tmp_path)
    assert second.column("scaled").tolist() == [3, 6]
    assert second.stale.startswith("2 rows of an earlier code of the measure are kept")


@pytest.mark.parametrize("way", ["import {} as h", "from {} import FACTOR", "def late():\n    import {}"])
def test_each_way_to_import_a_file_is_seen_and_its_comments_are_not(helper, way):
    user = helper.with_name(helper.stem.replace("helper", "user") + ".py")
    user.write_text(f"{way.format(helper.stem)}\n\n\ndef measured(cell):\n    return {{'y': 1}}\n")
    measure = __import__(user.stem).measured
    before = measure_hash(experiment(measure))
    helper.write_text("# A comment.\n" + HELPER)
    assert measure_hash(experiment(measure)) == before
    helper.write_text(HELPER + "\n\nMORE = 1\n")
    assert measure_hash(experiment(measure)) != before
