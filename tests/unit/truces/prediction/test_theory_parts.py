"""Parts of theories: which can be on together, which theory they make, and their values over orders."""

from datetime import date
from itertools import permutations

import numpy as np
import pytest

from negotiation.truces.prediction.cell_scores import interval
from negotiation.truces.prediction.series_scores import SeriesScores
from negotiation.truces.prediction.theory_parts import TheoryParts, feasible_sets, with_parts
from tests.us_china import SCENARIO as NOW

CHAIN = ("answers", "custom", "everywhere", "harshest")
PACE, AGENCIES = "pace of the record", "agencies"
NAMES = (*CHAIN, PACE, AGENCIES)


@pytest.fixture(scope="module", params=["months", "weeks"])
def made_up(request):
    """Scores of drawn chances for every set of parts; of months the last is not known two ahead."""
    rng, leads = np.random.default_rng(3), 2 if request.param == "months" else 1
    predictors = {parts: with_parts(NOW, parts).name for parts in feasible_sets()}
    came = rng.random((30, leads, 3, 2)) < 0.2
    came[..., 1] &= ~came[..., 0]
    scores = SeriesScores(
        request.param, tuple(predictors.values()),
        tuple(date(2020 + k // 12, k % 12 + 1, 1) for k in range(30)),
        (("USA", "tariff"), ("CHN", "tariff"), ("USA", "chip_control")), ("tariff", "tariff", "control"),
        rng.uniform(0.05, 0.45, (len(predictors), *came.shape)), came,
        np.arange(30)[:, None] + np.arange(leads) < 30, (),
    )  # fmt: skip
    return TheoryParts(scores, predictors)


def test_values_are_means_over_the_orders_that_can_be(made_up):
    log = dict(zip(made_up.scores.names, made_up.scores.log_scores, strict=True))
    known, block = made_up.scores.known, 30 / 4
    orders = [o for o in permutations(NAMES) if tuple(x for x in o if x in CHAIN) == CHAIN]
    assert len(orders) == 30
    for leg, pairs in (("all", [0, 1, 2]), ("control", [2])):
        for part in NAMES:
            gain = np.zeros_like(log["moment"])
            for order in orders:
                at = order.index(part)
                before, after = frozenset(order[:at]), frozenset(order[: at + 1])
                gain += log[made_up.predictors[before]] - log[made_up.predictors[after]]
            gain = np.where(known[:, :, None], gain / len(orders), 0.0)[:, :, pairs]
            sizes = known.sum(axis=1).astype(float) * len(pairs)
            assert made_up.value(part, leg) == pytest.approx(interval(gain.sum(axis=(1, 2)), sizes, block))
    # Values share out what all parts gain, by the other rule too.
    whole, nothing = (made_up.predictors[frozenset(parts)] for parts in (NAMES, ()))
    for rule in ("log", "brier"):
        gained = made_up.scores.mean(nothing, rule=rule) - made_up.scores.mean(whole, rule=rule)
        assert sum(made_up.value(part, rule=rule)[0] for part in NAMES) == pytest.approx(gained)
