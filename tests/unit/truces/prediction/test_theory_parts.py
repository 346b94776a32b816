"""Parts of theories: which can be on together, which theory they make, and their values over orders."""

from datetime import date
from itertools import permutations

import numpy as np
import pytest

from negotiation.truces.prediction.resampling import interval
from negotiation.truces.prediction.series_scores import SeriesScores
from negotiation.truces.prediction.theory_parts import (
    PARTS,
    TheoryParts,
    feasible_sets,
    scores_over_the_record,
    theory_parts,
    with_parts,
)
from negotiation.truces.theories import theories_by_name
from tests.us_china import SCENARIO as NOW

CHAIN = ("answers", "custom", "everywhere", "harshest")
THEORIES = ("each for itself", "moment", "custom in kind", "renegotiation", "shadow linkage")
PACE, AGENCIES = "pace of the record", "agencies"
NAMES = (*CHAIN, PACE, AGENCIES)


def test_parts_that_are_on_make_the_theory_its_pace_and_its_makers():
    assert PARTS == NAMES
    sets = feasible_sets()
    assert len(sets) == len(set(sets)) == 20
    for links in range(5):
        for free in ((), (PACE,), (AGENCIES,), (PACE, AGENCIES)):
            on = frozenset((*CHAIN[:links], *free))
            assert on in sets
            found = with_parts(NOW, on)
            assert (found.theory, found.world, found.moves) == (THEORIES[links], NOW, None)
            assert found.agencies is (AGENCIES in free)
            assert found.pace == ("of the record" if PACE in free else "central")
    # Every theory with a form in continuous time is one of them, and no other is.
    assert set(THEORIES) == {name for name, one in theories_by_name().items() if one.in_time}


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


def test_the_table_is_its_values_and_what_is_lost(made_up):
    table, whole = made_up.table(), made_up.predictors[frozenset(NAMES)]
    assert table.columns == (
        "part", "value", "low", "high", "value, tariff", "value, control", "lost if left out", "lost, low",
        "lost, high",
    )  # fmt: skip
    assert table.title == (
        f"what parts of theories add by {made_up.scores.form}: nats a cell, positive is better"
    )
    for k, (name, row) in enumerate(zip(NAMES, table.rows, strict=True)):
        by_leg = (made_up.value(name, leg)[0] for leg in ("tariff", "control"))
        # With a link of the chain go those that need it.
        kept = {*CHAIN[:k], PACE, AGENCIES} if k < 4 else set(NAMES) - {name}
        lost = made_up.scores.difference(whole, made_up.predictors[frozenset(kept)])
        assert row == (name, *made_up.value(name), *by_leg, *lost)


@pytest.mark.long
def test_switches_make_a_difference_to_forecasts_of_a_month():
    seen = []
    found = theory_parts(NOW, "months", start=date(2025, 11, 1), progress=lambda *done: seen.append(done))
    assert (len(found.scores.names), seen) == (20, [(1, 1)])
    chances = dict(zip(found.scores.names, found.scores.chances[:, 0, 0], strict=True))
    everything = frozenset(NAMES)
    for part in NAMES[-3:]:
        here, there = (found.predictors[parts] for parts in (everything, everything - {part}))
        assert np.abs(chances[here] - chances[there]).max() > 0.001, part


class Asked:
    """Gives even chances, and remembers which agreements were known."""

    name, order = "asked", 0

    def ahead(self, scenario, past, windows):
        self.known = {text.id for text in past.agreements}
        return np.full((len(windows), 12, 2), 0.5)

    def predict(self, scenario, past):
        self.known = {text.id for text in past.agreements}
        return np.tile([0.25, 0.25, 0.5], (12, 1))


@pytest.mark.parametrize(("form", "start"), [("weeks", date(2025, 11, 24)), ("months", date(2025, 11, 1))])
def test_scores_are_of_the_form_and_with_every_agreement_of_the_record(form, start):
    one = Asked()
    assert scores_over_the_record([one], NOW, form, start=start).form == form
    assert {"2018-12-buenos-aires", "2020-01-phase-one", "2025-10-busan"} <= one.known
