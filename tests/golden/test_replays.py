import json

import pytest

from tests.golden.replay_verdicts import GOLDEN, current


def test_replays_are_what_they_were():
    # A change here is a change of what the project says: look at it, then run replay_verdicts.py.
    expected = json.loads(GOLDEN.read_text())
    assert_same(current(), expected, "replays")


def assert_same(found, expected, where):
    if isinstance(expected, dict):
        assert set(found) == set(expected), where
        for key, value in expected.items():
            assert_same(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for k, value in enumerate(expected):
            assert_same(found[k], value, f"{where}[{k}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), where
    else:
        assert found == expected, where
