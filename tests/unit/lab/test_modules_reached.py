"""Which modules a measure reaches, whose they are, and how a function is found; the lab's own names."""

import os
import sys
import types
from hashlib import sha256

import measures
import pytest

from negotiation.lab import space


@pytest.fixture
def user(tmp_path, monkeypatch):
    """Write modules of a user's own, and give a function that imports one of them."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)

    def written(**texts):
        for name, text in texts.items():
            path = tmp_path / f"{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    yield written
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_each_module_that_is_reached_in_some_way_is_below_and_no_other(user, tmp_path, monkeypatch):
    from negotiation.lab import sources

    user(t7_root="import t7_plain as p\nfrom t7_names import thing\nfrom t7_made import f, C\nimport numpy\n"
                 "import negotiation.disputes\nimport json\n\n\ndef late():\n    import t7_late\n",
         t7_plain="import t7_deep\n", t7_names="thing = 3\n", t7_made="from t7_home import f, C\n",
         t7_home="def f():\n    return 1\n\n\nclass C:\n    x = 1\n", t7_deep="x = 1\n", t7_late="x = 1\n",
         t7_other="x = 1\n",
         **{"t7_pack/__init__": "", "t7_pack/near": "x = 1\n",
            "t7_pack/far": "from .near import x\n",
            "t7_pack/inner": "from . import near\nfrom .near import x\n"})  # fmt: skip
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


def test_a_text_that_is_half_written_or_compiled_counts_as_it_is(user, tmp_path):
    from negotiation.lab import sources

    user(t7_half="x = 1\n")
    half = __import__("t7_half")
    (tmp_path / "t7_half.py").write_text("def (\n")
    assert sources.texts_below(half) == ["def (\n"]
    assert sources.foreign_names(half) == set()
    compiled = types.ModuleType("t7_compiled")
    (tmp_path / "t7_compiled.so").write_bytes(b"code")
    compiled.__file__ = str(tmp_path / "t7_compiled.so")
    assert sources.texts_below(compiled) == [sha256(b"code").hexdigest()]
    assert sources.text_of(compiled) is None
    typed = types.ModuleType("t7_typed")
    assert (sources.texts_below(typed), sources.files_below(typed)) == ([""], set())
    typed.__dict__[sources.SOURCE] = "y = 2  # two"
    assert sources.text_of(typed) == "y = 2  # two"


def test_whose_a_module_is(tmp_path):
    import json
    import platform

    import numpy as np

    import negotiation
    from negotiation.lab import sources

    assert [sources.is_users(m) for m in (None, json, platform, np, negotiation, pytest, measures)] == [
        True, False, False, False, False, False, True,
    ]  # fmt: skip
    for place, users in (("site-packages/a.py", False), ("dist-packages/a.py", False), ("mine/a.py", True)):
        path = tmp_path / place
        path.parent.mkdir()
        path.touch()
        module = types.ModuleType("t7_placed")
        module.__file__ = str(path)
        assert sources.is_users(module) is users
    module.__file__ = json.__file__  # of Python's own, under another name
    assert not sources.is_users(module)
    module.__name__ = "negotiation.other"
    assert not sources.is_users(module)
    module.__name__ = "negotiations"
    module.__file__ = str(tmp_path / "mine" / "a.py")
    assert sources.is_users(module)


class Holder:
    @staticmethod
    def inside():
        return 1


def test_a_function_is_found_by_its_module_and_name(monkeypatch):
    from negotiation.lab.sources import is_findable

    assert is_findable(measures.plain)
    assert is_findable(Holder.inside)
    other = types.FunctionType(measures.plain.__code__, {}, "plain")
    other.__module__ = "measures"
    assert not is_findable(other)  # another one of the same name
    for no_function in (3, None, lambda: 1):
        assert not is_findable(no_function)
    main = types.ModuleType("__main__")
    main.f = types.FunctionType(measures.plain.__code__, {}, "f")
    main.f.__module__, main.f.__qualname__ = "__main__", "f"
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert not is_findable(main.f)
    main.__file__ = __file__
    assert is_findable(main.f)
    main.__file__ = "<stdin>"
    assert not is_findable(main.f)


def test_the_labs_names_are_loaded_when_they_are_first_used():
    import negotiation.lab as lab

    for name in lab.__all__:
        assert getattr(lab, name).__name__.rpartition(".")[2] == name
    assert lab.space.grid is space.grid
    with pytest.raises(AttributeError, match=r"'negotiation\.lab' has no attribute 'others'"):
        _ = lab.others
    assert set(lab.__all__) <= set(dir(lab))
    assert dir(lab) == sorted(dir(lab))
    assert sorted(space.__all__) == space.__all__
    assert all(hasattr(space, name) for name in space.__all__)
