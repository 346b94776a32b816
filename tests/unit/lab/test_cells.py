"""A cell's values, its name by its content, its random numbers and its scenario, from their definitions."""

from hashlib import sha256

import numpy as np
import pytest
from measures import refused

from negotiation.errors import InvalidExperiment
from negotiation.lab.cell import Cell, cell_values, is_finite, is_whole, parameter, plain
from tests.us_china import SCENARIO


def test_values_are_numbers_truth_values_texts_or_none():
    for value in (0, -3, 2.5, True, False, "", "US", "中国", None):
        found = plain(value)
        assert (found, type(found)) == (value, type(value))
    assert (plain(np.float32(0.5)), plain(np.str_("é"))) == (0.5, "é")
    assert plain(float("inf")) == float("inf")  # a measure may return it; a cell may not hold it
    assert refused(plain, b"x").endswith("got b'x' (bytes)")
    assert refused(plain, np.array([1])).endswith("(ndarray)")
    assert "'\\udc00'" in refused(plain, "\udc00")
    for sign in (1, -1):
        assert plain(sign * (2**10_000 - 1)) == sign * (2**10_000 - 1)
        assert "10,000 binary digits" in refused(plain, sign * 2**10_000)
    assert [is_whole(x) for x in (np.bool_(True), None, "3", -2)] == [False, False, False, True]
    numbers = (np.float32(1), np.int8(1), -1.5, -float("inf"), np.float64("nan"), np.bool_(True), None)
    assert [is_finite(x) for x in numbers] == [True, True, True, False, False, False, False]


def test_the_values_of_a_cell_keep_their_names_and_order_and_are_finite():
    found = cell_values({"b": np.int64(2), "a": -0.0, "c": None})
    assert (list(found.items()), type(found["b"])) == ([("b", 2), ("a", 0.0), ("c", None)], int)
    assert str(found["a"]) == "0.0"
    for name in ("", 3, None, np.str_("x")):
        assert (
            refused(cell_values, {"a": 1, name: 1})
            == f"the names in a cell must be non-empty texts; got {name!r}"
        )
    assert "surrogate" in refused(cell_values, {"\ud800": 1})
    for value in (float("inf"), -float("inf"), np.float64("nan")):
        assert refused(cell_values, {"a": 1, "pace": value}).startswith(f"the cell's 'pace' is {value},")


def test_a_cell_is_named_by_the_hash_of_its_sorted_json_and_its_replication():
    values = {"b": 1, "a": 0.5}
    for k in (0, 3):
        expected = sha256(f'[{{"a":0.5,"b":1}},{k}]'.encode()).hexdigest()[:32]
        assert Cell(values, k).id == expected
    assert Cell(values).text == '{"a":0.5,"b":1}'


def test_parameters_are_numbers_and_the_scenario_has_them():
    assert [(parameter("p", x), type(parameter("p", x))) for x in (1, 0.5)] == [(1.0, float), (0.5, float)]
    for value in (True, "1", None):
        assert refused(parameter, "pace", value) == (
            f"'pace' is a parameter of the scenario and must be a number; got {value!r}"
        )
    cell = Cell({"mine": "x", "security_weight": 1, "reaction_lag_days": 20.0}, base=SCENARIO)
    assert cell.parameters == {"security_weight": 1.0, "reaction_lag_days": 20.0}
    moved = {n: v for n, v in cell.scenario.parameters.items() if v != SCENARIO.parameters[n]}
    assert moved == cell.parameters
    assert cell.scenario is cell.scenario
    alone = Cell({"security_weight": "no number"})
    assert alone.parameters == {}
    with pytest.raises(InvalidExperiment, match="has no scenario"):
        _ = alone.scenario
    with pytest.raises(InvalidExperiment, match="'security_weight'"):
        _ = Cell({"security_weight": "x"}, base=SCENARIO).parameters
