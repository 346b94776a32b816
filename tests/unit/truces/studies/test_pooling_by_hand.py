"""Pooling on a few points whose densities are made up: means, errors and what is shared, by hand."""

from dataclasses import dataclass
from math import log

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import norm

from negotiation.errors import InvalidGame
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.studies import pooling as module
from negotiation.truces.studies.pooling import CLOSE, POOLED, RHOS, Pooling, densities_at, even_points

POINTS = np.arange(12.0).reshape(2, 2, 3) / 6 - 1
ONE = np.array([[0.1, 0.3], [0.2, 0.6]])
TWO = np.array([[0.4, 0.2], [0.2, 0.8]])
THREE = np.array([[0.5, 0.5], [0.3, 0.1]])
FOUND = Pooling("t", POINTS, {"one": np.log(ONE), "two": np.log(TWO), "three": np.log(THREE)})


def jackknife(number, sets=2):
    """Return a number from all sets, and its error from those with one set left out."""
    every = list(range(sets))
    without = [number([s for s in every if s != k]) for k in every]
    mean = sum(without) / sets
    return number(every), ((sets - 1) / sets * sum((x - mean) ** 2 for x in without)) ** 0.5


@pytest.mark.parametrize(("name", "table"), [("one", ONE), ("two", TWO), ("three", THREE)])
def test_a_dispute_alone_has_its_mean_density_and_the_jackknifes_error(name, table):
    assert FOUND.alone(name) == pytest.approx(jackknife(lambda sets: log(table[sets].mean())))


@pytest.mark.parametrize(
    ("held_out", "others"), [("one", ["two"]), ("one", ["two", "three"]), ("three", ["one"])]
)
def test_a_gain_is_what_the_others_posterior_says_above_the_prior(held_out, others):
    tables = {"one": ONE, "two": TWO, "three": THREE}
    taught = np.prod([tables[name] for name in others], axis=0)

    def gain(sets):
        weights = taught[sets] / taught[sets].sum()
        return log((weights * tables[held_out][sets]).sum()) - log(tables[held_out][sets].mean())

    assert FOUND.gain(held_out, others) == pytest.approx(jackknife(gain))


def given_common(table, common, axes, rho):
    """Mean density of points drawn about what is common, weighted by how likely each point is so."""
    total, weights = 0.0, 0.0
    for point, density in zip(POINTS.reshape(-1, 3), table.ravel(), strict=True):
        weight = 1.0
        for axis, middle in zip(axes, common, strict=True):
            weight *= norm.pdf(point[axis], rho**0.5 * middle, (1 - rho) ** 0.5) / norm.pdf(point[axis])
        total += weight * density
        weights += weight
    return total / weights


@pytest.mark.parametrize(
    ("shared", "rho"),
    [(POOLED, 0.6), (POOLED[1:2], 0.3), (POOLED[2:], 0.9), (POOLED[::2], 0.0), (POOLED, None)],
)
def test_a_gain_in_part_weighs_what_is_common_by_what_the_others_say_of_it(monkeypatch, shared, rho):
    few = np.array([[0.5, -1.0, 0.2], [-0.4, 0.1, 1.5]])
    monkeypatch.setattr(module, "even_points", lambda *asked: {(1, 1024, 1): few[None]}[asked])
    axes = [POOLED.index(name) for name in shared]
    both, taught = 0.0, 0.0
    for value in (0.0, 0.3, 0.6, 0.9) if rho is None else (rho,):
        for common in few[:, axes]:
            one, two, three = (given_common(table, common, axes, value) for table in (ONE, TWO, THREE))
            both += one * two * three
            taught += two * three
    found = FOUND.gain_in_part("one", ["two", "three"], shared, rho)[0]
    assert found == pytest.approx(log(both / taught) - log(ONE.mean()))


def test_a_gain_in_part_has_the_error_of_leaving_sets_out():
    found = FOUND.gain_in_part("one", ["two"], POOLED[:1], 0.3)
    parts = [
        Pooling("t", POINTS[[k]], {n: v[[k]] for n, v in FOUND.densities.items()}) for k in (0, 1)
    ]  # fmt: skip
    values = [one.gain_in_part("one", ["two"], POOLED[:1], 0.3) for one in parts]
    assert found[1] == pytest.approx(abs(values[0][0] - values[1][0]) / 2)
    assert all(np.isnan(error) for _, error in values)  # one set has none


@pytest.mark.parametrize(("share", "place"), [(0.0, 0), (0.08, 0), (0.09, 1), (0.34, 2), (0.51, 3), (1.0, 3)])
def test_a_quantile_is_of_the_dispute_and_the_parameter(share, place):
    turned = POINTS[:, :, ::-1] * -1.0  # the first coordinate falls where the last rises
    found = Pooling("t", turned, FOUND.densities)
    order = turned.reshape(-1, 3)
    # Weights 1/12, 3/12, 2/12 and 6/12 along the points as they stand; turned, from the end.
    falling = POINTS.reshape(-1, 3)
    assert FOUND.quantile("one", POOLED[0], share) == falling[place, 0]
    assert FOUND.quantile("one", POOLED[2], share) == falling[place, 2]
    back = {0.0: 3, 0.08: 3, 0.09: 3, 0.34: 3, 0.51: 2, 1.0: 0}[share]
    assert found.quantile("one", POOLED[1], share) == order[back, 1]


def test_the_table_asks_each_dispute_of_all_others(monkeypatch):
    asked = []

    def told(kind):
        def gain(self, held_out, others, *rest):
            asked.append((kind, held_out, tuple(others), *map(str, rest)))
            return float(len(asked)), -float(len(asked))

        return gain

    monkeypatch.setattr(Pooling, "gain", told("all"))
    monkeypatch.setattr(Pooling, "gain_in_part", told("part"))
    table = FOUND.table()
    assert FOUND.status == "complete"
    others = {"one": ("two", "three"), "two": ("one", "three"), "three": ("one", "two")}
    for k, name in enumerate(others):
        mine = asked[5 * k : 5 * k + 5]
        assert mine[0] == ("all", name, others[name])
        assert mine[1:4] == [("part", name, others[name], str([one]), str(CLOSE)) for one in POOLED]
        assert mine[4] == ("part", name, others[name])
    shared = ("all three", *POOLED, "in part")
    assert [row[:2] for row in table.rows] == [(name, one) for name in others for one in shared]
    assert [row[2:] for row in table.rows] == [(float(k), -float(k)) for k in range(1, 16)]
    assert table.columns == ("held out", "shared", "gain", "error")
    assert table.title == "t: gains from others"


def test_points_are_sets_of_their_own_by_seed():
    points = even_points(3, 64, 5)
    assert points.shape == (3, 64, 3)
    np.testing.assert_array_equal(even_points(2, 64, 5), points[:2])
    assert not np.array_equal(even_points(1, 64, 6)[0], points[0])
    for one in points:  # each coordinate has one point in each sixty-fourth of its distribution
        for axis in range(3):
            assert len(set(np.floor(norm.cdf(one[:, axis]) * 64))) == 64
    assert RHOS == (0.0, 0.3, 0.6, 0.9)


@dataclass
class Sum:
    """Two of the shared parameters, in another order than that of the points, each told apart."""

    priors: tuple = (Prior(POOLED[2], 0.0, 1.0), Prior(POOLED[0], 0.0, 1.0))
    name: str = "sum"
    observations: tuple = ("x", "y")

    def log_densities(self, parameters):
        return ndtri(parameters) * np.array([[10.0, 1.0]])


def test_densities_are_sums_over_the_record_at_the_models_own_coordinates():
    points = np.random.default_rng(1).standard_normal((2, 5, 3))
    np.testing.assert_allclose(densities_at(Sum(), points), 10 * points[..., 2] + points[..., 0])
    odd = Sum(priors=(Prior("b", 0.0, 1.0), Prior(POOLED[0], 0.0, 1.0), Prior("a", 0.0, 1.0)))
    with pytest.raises(InvalidGame, match=r"sum estimates b, a; choose `parameters` among pace\.move_rate, "):
        densities_at(odd, points)


def test_the_error_of_three_sets_is_the_jackknifes():
    wide = np.array([[0.1, 0.3, 0.5], [0.2, 0.6, 0.9], [0.7, 0.2, 0.1]])
    found = Pooling("t", np.zeros((3, 3, 3)), {"one": np.log(wide)})
    assert found.alone("one") == pytest.approx(jackknife(lambda sets: log(wide[sets].mean()), 3))
