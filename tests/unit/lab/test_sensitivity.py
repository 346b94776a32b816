import measures
import numpy as np
import pytest

from negotiation.lab import run, sobol_indices, space


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
