"""Which modules a measure reaches; those that it imports when it runs are found, and not run, for that."""

import os
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


REACHED = {
    "t7_root": (
        "import t7_plain as p\nfrom t7_names import thing\nfrom t7_made import f, C\nimport numpy\n"
        "import negotiation.disputes\nimport json\n\n\ndef late():\n    import t7_late\n"
    ),
    "t7_plain": "import t7_deep\n", "t7_names": "thing = 3\n", "t7_made": "from t7_home import f, C\n",
    "t7_home": "def f():\n    return 1\n\n\nclass C:\n    x = 1\n", "t7_deep": "x = 1\n",
    "t7_late": "x = 1\n", "t7_other": "x = 1\n", "t7_pack.__init__": "", "t7_pack.near": "x = 1\n",
    "t7_pack.far": "from .near import x\n", "t7_pack.inner": "from . import near\nfrom .near import x\n",
}  # fmt: skip


def test_each_module_that_is_reached_in_some_way_is_below_and_no_other(written, tmp_path, monkeypatch):
    for name, text in REACHED.items():
        written(name, text)
    root = __import__("t7_root")
    __import__("t7_other")
    found = [module.__name__ for module in sources.modules_below(root)]
    assert found == ["t7_deep", "t7_home", "t7_late", "t7_made", "t7_names", "t7_plain", "t7_root"]
    files = sources.files_below(root)
    assert files == {str(tmp_path / f"{name}.py") for name in found}
    assert len(sources.texts_below(root)) == 7
    assert sources.texts_below(root) == sorted(sources.texts_below(root))
    names = sources.foreign_names(root)
    assert names == {"numpy", "t7_plain", "t7_names", "t7_made", "t7_late", "t7_deep", "t7_home", "t7_root"}
    inner = __import__("t7_pack.inner", fromlist=["x"])
    below = [module.__name__ for module in sources.modules_below(inner)]
    assert below == ["t7_pack", "t7_pack.inner", "t7_pack.near"]
    far = __import__("t7_pack.far", fromlist=["x"])
    assert [module.__name__ for module in sources.modules_below(far)] == ["t7_pack.far", "t7_pack.near"]
    assert sources.foreign_names(far) == set()  # from here, by a point: no library
    assert (sources.modules_below(None), sources.files_below(None), sources.text_of(None)) == (
        [],
        set(),
        None,
    )
    # Edited since the process began: any of them, but not one whose text was kept.
    monkeypatch.setattr(sources, "STARTED", 1000.0)
    for name in found:
        os.utime(tmp_path / f"{name}.py", (999, 999))
    assert not sources.edited_since_start(root)
    os.utime(tmp_path / "t7_deep.py", (1000, 1000))
    assert not sources.edited_since_start(root)
    os.utime(tmp_path / "t7_deep.py", (1001, 1001))
    assert sources.edited_since_start(root)
    monkeypatch.setattr(sys.modules["t7_deep"], sources.SOURCE, "x = 1\n", raising=False)
    assert not sources.edited_since_start(root)
