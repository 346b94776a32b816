import measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from negotiation.lab import run, sobol_indices, space
from negotiation.lab.shares import interval

NEAR = 1e-9
LEVELS = st.floats(0.5, 0.99)
COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ishigami(cells):
    x, y, z = (np.array([cell[name] for cell in cells]) for name in "xyz")
    heights = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    return [{"height": float(height), "high": bool(height > 0), "flat": 1.0} for height in heights]


def swept(tmp_path, design):
    experiment = measures.numbers(1).with_space(design, measure=None, batch_measure=ishigami, slug="ishigami")
    return run(experiment, store=tmp_path)


BOX = dict.fromkeys("xyz", (-np.pi, np.pi))


@pytest.mark.long
def test_sobol_indices_of_the_ishigami_function(tmp_path):
    pytest.importorskip("SALib")
    sweep = swept(tmp_path, space.saltelli(1024, BOX))
    found = sobol_indices(sweep, "height")
    # Ishigami and Homma (1990), a = 7, b = 0.1.
    for index, width, exact in (
        (found.first, found.first_interval, (0.3139, 0.4424, 0.0)),
        (found.total, found.total_interval, (0.5576, 0.4424, 0.2437)),
    ):
        assert (np.abs(index - exact) <= width + 0.01).all()
    assert found.status == "complete"
    assert found.reason == f"the widest interval of a total index is +-{found.total_interval.max():.2g} (x)"
    assert found.table().rows[0][0] == "x"
    assert found.plot().lines
    again = sobol_indices(sweep, "height")
    assert again.first_interval.tolist() == found.first_interval.tolist()


@pytest.mark.long
def test_intervals_are_as_wide_as_the_level_that_was_asked_for(tmp_path):
    pytest.importorskip("SALib")
    sweep = swept(tmp_path, space.saltelli(256, BOX))
    wide, usual, narrow = (sobol_indices(sweep, "height", level=level) for level in (0.99, 0.95, 0.5))
    assert sobol_indices(sweep, "height").total_interval.tolist() == usual.total_interval.tolist()
    # The same resamples: half widths are to one another as the quantiles of the normal distribution.
    for found in (wide, narrow):
        ratio = stats.norm.ppf(0.5 + found.level / 2) / stats.norm.ppf(0.975)
        assert found.total_interval == pytest.approx(ratio * usual.total_interval, rel=1e-9)
        assert found.first_interval == pytest.approx(ratio * usual.first_interval, rel=1e-9)
        assert found.total.tolist() == usual.total.tolist()
    fewer, other = (
        sobol_indices(sweep, "height", **asked).total_interval for asked in ({"resamples": 50}, {"seed": 1})
    )
    assert (fewer != usual.total_interval).all()
    assert (other != usual.total_interval).all()


@given(COUNTS, LEVELS)
def test_intervals_hold_the_share_and_grow_with_the_level(counts, level):
    for method in ("wilson", "clopper_pearson"):
        low, high = interval(*counts, level=level, method=method)
        assert 0 <= low <= counts[0] / counts[1] + 1e-12
        assert counts[0] / counts[1] - 1e-12 <= high <= 1
        wide = interval(*counts, level=(1 + level) / 2, method=method)
        assert wide[0] <= low + NEAR
        assert high <= wide[1] + NEAR


@given(COUNTS, LEVELS)
def test_intervals_are_scipy_s(counts, level):
    for method, theirs in (("wilson", "wilson"), ("clopper_pearson", "exact")):
        known = stats.binomtest(*counts).proportion_ci(level, theirs)
        ours = list(interval(*counts, level=level, method=method))
        assert ours == pytest.approx([known.low, known.high], abs=NEAR)
