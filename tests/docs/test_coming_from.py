"""The lines side by side for who comes from another library are run as they stand on the page."""

import re
from pathlib import Path

import pytest

import negotiation as ng

PAGE = (Path(__file__).parents[2] / "docs" / "related-software.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PEERS = ["nashpy", "pygambit", "quantecon"]


@pytest.mark.parametrize("peer", PEERS)
def test_lines_of_the_page_run(peer):
    pytest.importorskip(peer)
    (block,) = (block for block in BLOCKS if f"import {peer}\n" in block)
    names = {}
    exec(block, names)  # noqa: S102 - the page's own code
    assert names["found"].status == "complete"
    assert all(verdict.holds for verdict in names.get("checks", []))
    if peer == "quantecon":
        assert names["payoffs"].contains((9, 9))
        assert ng.as_game(names["again"]) == names["repeated"]
    if peer == "pygambit":
        assert ng.as_game(names["again"]) == names["game"]
