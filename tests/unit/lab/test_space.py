from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidExperiment, UnknownParameter
from negotiation.lab import space
from negotiation.lab.cell import Cell, cell_values
from negotiation.lab.designs import Design, parameter_ranges
from tests.small_dispute import write

NAMES = st.sampled_from(["a", "b.c", "d"])
VALUES = st.one_of(st.booleans(), st.integers(-5, 5), st.floats(-5, 5), st.text(max_size=3), st.none())
CELLS = st.dictionaries(NAMES, VALUES, min_size=1)
RANGES = {"x": (0.0, 1.0), "y": (5.0, 6.0)}


@given(CELLS)
def test_a_cell_s_hash_depends_on_its_content_alone(values):
    content = cell_values(values)
    again = cell_values(dict(reversed(values.items())))
    assert Cell(content).id == Cell(again).id
    assert Cell(content).id != Cell(content, replication=1).id
    assert Cell(content).id != Cell({**content, "another": 1}).id


@given(CELLS, st.integers(0, 5))
def test_a_cell_s_random_numbers_come_from_its_content_and_the_seed(values, seed):
    draws = Cell(values, seed=seed).rng.random(3).tolist()
    assert draws == Cell(dict(reversed(values.items())), seed=seed).rng.random(3).tolist()
    assert draws != Cell(values, seed=seed + 1).rng.random(3).tolist()
    assert draws != Cell(values, 1, seed).rng.random(3).tolist()


@pytest.mark.parametrize("make", [space.draws, space.sobol])
def test_more_draws_begin_with_the_same_ones(make):
    assert make(9, RANGES, seed=4).cells() == make(21, RANGES, seed=4).cells()[:9]
    assert make(9, RANGES, seed=4).cells() != make(9, RANGES, seed=5).cells()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: space.linspace("a", 0, 1, -1), "`count` must be a whole number from 1 to 1,000,000; got -1"),
        (lambda: space.linspace("", 0, 1, 2), r"names, none of them empty; got \('',\)"),
        (lambda: space.linspace(3, 0, 1, 2), "`name` must be a text; got 3"),
        (lambda: space.listed([{}]), r"a space needs names.* got \(\)"),
        (lambda: space.product({}), "parts.0: got {}; expected an object of the kind Space"),
        (lambda: space.draws(10**9, {"x": (0, 1)}).cells(), "1,000,000,000 cells, but at most"),
        (lambda: space.grid({"x": count()}), "the axis 'x' has more than 1,000,000 entries"),
        (lambda: space.product(*huge()).cells(), "more than 9e\\+18 cells"),
    ],
)
def test_what_is_no_space_is_told(make, words):
    with pytest.raises(InvalidExperiment, match=words):
        make()


def huge():
    return [space.grid({name: range(10_000)}) for name in "abcde"]


def test_a_design_without_points_of_its_own_cannot_be_made():
    with pytest.raises(TypeError, match="points"):
        Design(ranges=RANGES, count=1)


def test_ranges_are_those_of_the_dispute_that_is_given_in_the_order_of_the_names(tmp_path):
    fixed = ("calibrations/central.toml", "0.1\nlow = 0.05\nhigh = 0.15", "0.1\nlow = 0.1\nhigh = 0.1")
    folder = write(tmp_path, fixed)
    world = load_scenario(folder)
    own = {name: (q.low, q.high) for name, q in world.quantities.items() if q.low < q.high}
    assert "tariff.own_gain" not in own
    assert own["tariff.other_loss"] == (0.2, 0.6)
    for source in (world, folder, str(folder)):
        assert parameter_ranges(scenario=source) == own
        for ranges in (None, {}):
            assert dict(space.draws(2, ranges, scenario=source).ranges) == own
    found = parameter_ranges(iter(["tariff.own_gain", "tariff.other_loss", "AAA.gdp"]), world)
    assert list(found.items()) == [
        ("tariff.own_gain", (0.1, 0.1)),
        ("tariff.other_loss", (0.2, 0.6)),
        ("AAA.gdp", (900.0, 1100.0)),
    ]
    assert parameter_ranges([], world) == {}
    with pytest.raises(UnknownParameter):
        parameter_ranges(["AAA.gdp", "security_weight"], world)
    assert dict(space.draws(2, {"x": (3, 4)}, scenario=folder).ranges) == {"x": (3, 4)}
