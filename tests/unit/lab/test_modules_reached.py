"""Which modules a measure reaches, whose they are, and how a function is found; the lab's own names."""

import os
import sys

import pytest


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
