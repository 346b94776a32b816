"""Modules that a measure imports when it runs are found by their files, and are not run for that."""

import sys

import measures
import pytest

from negotiation.lab import sources, space
from negotiation.lab.fingerprint import measure_hash, versions_of

LOUD = "raise RuntimeError('looking for a module is no reason to run it')\n"


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write modules of a user's own by their dotted names; forget those that were loaded."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sources, "STARTED", float("inf"))
    before = dict(sys.modules)

    def write(name, text):
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    yield write
    for name in set(sys.modules) - set(before):
        del sys.modules[name]
    sys.modules.update(before)


def experiment(measure):
    return measures.numbers(1).with_space(space.grid({"x": [1, 2]}), measure=measure)


WAYS = {
    "from t8_pack.deep import F": ("t8_pack.deep", "t8_pack.__init__"),
    "from t8_pack import deep": ("t8_pack.deep", "t8_pack.__init__"),
    "import t8_pack.deep": ("t8_pack.deep", "t8_pack.__init__"),
    "import t8_pack.inner.deep as d": ("t8_pack.inner.deep", "t8_pack.inner.__init__", "t8_pack.__init__"),
    "from t8_pack.inner import deep": ("t8_pack.inner.deep", "t8_pack.inner.__init__", "t8_pack.__init__"),
    "from t8_space.deep import F": ("t8_space.deep",),
    "from t8_space.inner.deep import F": ("t8_space.inner.deep",),
    "from t8_space.inner import deep": ("t8_space.inner.deep",),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_module_below_a_package_counts_before_it_is_loaded_and_is_not_run(way, written):
    for name in ("t8_pack.__init__", "t8_pack.deep", "t8_pack.inner.__init__", "t8_pack.inner.deep",
                 "t8_pack.inner.other", "t8_space.deep", "t8_space.inner.deep"):  # fmt: skip
        written(name, LOUD)
    written("t8_user", f"def measured(cell):\n    {way}\n    return {{'y': 1}}\n")
    asked = experiment(__import__("t8_user").measured)
    found = {measure_hash(asked)}
    for count, name in enumerate(WAYS[way], 2):
        written(name, LOUD + "F = 2\n")
        found.add(measure_hash(asked))
        assert len(found) == count, name
    written("t8_pack.inner.other", LOUD + "F = 2\n")  # nobody imports it
    assert measure_hash(asked) in found
    assert not [name for name in sys.modules if name.startswith(("t8_pack", "t8_space"))]


@pytest.mark.parametrize("way", ["from .deep import F", "from . import deep", "from .inner.deep import F"])
def test_a_module_counts_that_a_function_of_a_loaded_package_imports_from_beside_it(way, written):
    written("t8_pack.__init__", "")
    written("t8_pack.near", f"def late():\n    {way}\n")
    written("t8_pack.inner.__init__", "")
    deep = "t8_pack.inner.deep" if "inner" in way else "t8_pack.deep"
    written(deep, LOUD)
    written("t8_user", "import t8_pack.near\n\n\ndef measured(cell):\n    return {'y': 1}\n")
    asked = experiment(__import__("t8_user").measured)
    before = measure_hash(asked)
    written(deep, LOUD + "F = 2\n")
    assert measure_hash(asked) != before


def test_a_module_that_one_reaches_only_by_files_counts_like_what_it_imports(written):
    written("t8_pack.__init__", "")
    written("t8_pack.deep", "def late():\n    from .far import F\n    import typer\n")
    written("t8_pack.far", LOUD)
    written("t8_user", "def measured(cell):\n    from t8_pack.deep import late\n    return {'y': 1}\n")
    measure = __import__("t8_user").measured
    before = measure_hash(experiment(measure))
    assert "typer" in versions_of(measure)
    written("t8_pack.far", LOUD + "F = 2\n")
    assert measure_hash(experiment(measure)) != before


def test_what_else_was_loaded_of_a_package_does_not_count(written):
    written("t8_pack.__init__", "")
    written("t8_pack.deep", "F = 1\n")
    written("t8_pack.other", "F = 1\n")
    written("t8_user", "from t8_pack.deep import F\n\n\ndef measured(cell):\n    return {'y': F}\n")
    asked = experiment(__import__("t8_user").measured)
    before = measure_hash(asked)
    __import__("t8_pack.other")  # by somebody else in this process
    assert measure_hash(asked) == before


def test_a_users_file_with_the_name_of_a_standard_module_is_the_users(written):
    sys.modules.pop("this", None)
    sys.modules.pop("colorsys", None)
    written("colorsys", "F = 1\n")  # found first on the path, and loaded; the other one is not
    written("this", LOUD)
    written(
        "t8_user", "import colorsys as a\n\n\ndef measured(cell):\n    import this\n    import json, sys\n"
    )
    measure = __import__("t8_user").measured
    assert sources.is_users(sys.modules["colorsys"])
    below = sources.modules_below(sys.modules["t8_user"])
    assert [module.__name__ for module in below] == ["colorsys", "t8_user", "this"]
    assert {"colorsys", "this"} <= sources.foreign_names(sys.modules["t8_user"])
    assert not {"json", "sys"} & sources.foreign_names(sys.modules["t8_user"])
    found = {measure_hash(experiment(measure))}
    written("colorsys", "F = 2\n")
    found.add(measure_hash(experiment(measure)))
    written("this", LOUD + "F = 2\n")
    assert len(found | {measure_hash(experiment(measure))}) == 3
    assert not any(map(sources.is_users, (sys, sys.modules["time"], sys.modules["os"])))
