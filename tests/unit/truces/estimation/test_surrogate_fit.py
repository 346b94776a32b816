"""The surrogate for a density beside Gaussian processes worked out plainly, each point left out in turn."""

import numpy as np
import pytest

from negotiation.truces.estimation.surrogate import Evaluations, surrogate

FREE, BUMPS, TOP = 100.0, 10.0, 10


def kernel(one, other, metric, width):
    """Covariance of two points: a quadratic part, and bumps along the ten directions that matter most."""
    values, vectors = np.linalg.eigh(metric)
    top = vectors[:, np.argsort(-values)[:TOP]]
    inner = one @ metric @ other
    off = (one - other) @ top
    squares = np.array([top[:, k] @ metric @ top[:, k] for k in range(top.shape[1])])
    return FREE * (1 + inner + inner**2) + BUMPS * np.exp(-0.5 * (off**2) @ squares / width**2)


def plain_fit(at, column, noise, metric):
    """Return the fit, of any point, whose width and noise foretell each point from all others best."""
    trust = noise**-2.0
    mean = (trust @ column) / trust.sum()
    scale = np.sqrt(trust @ (column - mean) ** 2 / trust.sum())
    y, best = (column - mean) / scale, None
    for width in (0.5, 1.0):
        table = np.array([[kernel(a, b, metric, width) for b in at] for a in at])
        for level in (0.02, 0.2):
            whole = table + np.diag((level * noise) ** 2)
            off = []
            for k in range(len(at)):
                rest = np.delete(np.arange(len(at)), k)
                off.append(y[k] - table[k, rest] @ np.linalg.solve(whole[np.ix_(rest, rest)], y[rest]))
            score = trust @ np.array(off) ** 2
            if best is None or score < best[0]:
                best = (score, width, np.linalg.solve(whole, y))
    _, width, weights = best
    return lambda x: (
        mean + scale * sum(w * kernel(x, a, metric, width) for w, a in zip(weights, at, strict=True))
    )


def plain_metric(at, noise, fit):
    """Return the mean outer product of slopes at the points, less of those that are far below."""
    d, step, total = at.shape[1], 1e-5, 0.0
    for x, n in zip(at, noise, strict=True):
        slope = np.array([(fit(x + step * e) - fit(x - step * e)) / (2 * step) for e in np.eye(d)]) / n
        total = total + np.outer(slope, slope)
    return total / np.trace(total)


def plain(at, table, shares, metrics):
    """Return the surrogate, of any point, and the metrics that are learned."""
    d, height = at.shape[1], np.zeros(len(at))
    for t, share in enumerate(shares):
        if share > 0:
            height = height + share * table[:, t]
    noise = np.minimum(1 + (np.minimum(height.max() - height, 300.0) / 8.0) ** 2, 100.0)
    fits, learned = [], metrics.copy()
    for t, share in enumerate(shares):
        if share <= 0:
            continue
        column = np.maximum(table[:, t], table[:, t].max() - 300.0)
        for _ in range(1 if metrics[t].any() else 3):
            known = learned[t].any()
            metric = 0.95 * learned[t] + 0.05 * np.eye(d) / d if known else np.eye(d) / d
            fit = plain_fit(at, column, noise, metric)
            learned[t] = plain_metric(at, noise, fit)
        fits.append((share, fit))
    return lambda x: sum(share * fit(x) for share, fit in fits), learned


def seen(at):
    """Of a curve, of a line, of something not seen, and of a wave."""
    curve = -4 * (at[:, 1] - at[:, 0] ** 2) ** 2
    return np.stack([curve, 3 * at[:, 0] - at[:, 1], np.full(len(at), -np.inf), np.sin(2 * at[:, 0])], axis=1)


SHARES = np.array([1.0, 0.4, 0.0, 0.7])


@pytest.mark.long
def test_it_is_the_sum_of_gaussian_processes_whose_directions_are_learned():
    rng = np.random.default_rng(1)
    at = rng.standard_normal((18, 2))
    at[3] = [2.6, -2.0]  # far below the best
    table = seen(at)
    table[5, 0] = -np.inf
    none = Evaluations.none(at, table)
    found, after = surrogate(none, SHARES)
    told, metrics = plain(at, table, SHARES, none.metrics)
    points = rng.standard_normal((6, 2))
    np.testing.assert_allclose(found.at(points)[0], [told(x) for x in points], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(after.metrics, metrics, rtol=1e-3, atol=1e-5)
    assert not none.metrics.any()  # what was given stays as it was
    assert not after.metrics[2].any()  # nothing is learned of what was not seen
    np.testing.assert_array_equal(after.at, at)
    np.testing.assert_array_equal(after.table, table)
    # The next fit begins with these directions, and is one.
    again, later = surrogate(after, np.array([1.0, 1.0, 0.0, 0.2]))
    told, metrics = plain(at, table, np.array([1.0, 1.0, 0.0, 0.2]), after.metrics)
    np.testing.assert_allclose(again.at(points)[0], [told(x) for x in points], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(later.metrics, metrics, rtol=1e-3, atol=1e-5)


def test_bumps_stand_along_the_directions_that_matter_most():
    rng = np.random.default_rng(2)
    at = rng.standard_normal((16, 12))
    table = (np.sin(2 * at[:, 3]) + 0.3 * at[:, 1] ** 2)[:, None]
    weights = np.array([1.0, 3.0, 0.5, 9.0, 0.4, 0.3, 0.2, 0.6, 0.7, 0.1, 0.8, 0.9])
    known = Evaluations(at, table, np.diag(weights / weights.sum())[None])
    found, after = surrogate(known, np.ones(1))
    assert found.centres.shape == (1, 16, TOP)
    told, metrics = plain(at, table, np.ones(1), known.metrics)
    points = rng.standard_normal((4, 12))
    np.testing.assert_allclose(found.at(points)[0], [told(x) for x in points], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(after.metrics, metrics, rtol=1e-3, atol=1e-5)
