"""Margins on a path with dates: closed forms, and a loop over every period of it."""

from datetime import date

import numpy as np
import pytest

from negotiation.truces.theories import theory
from negotiation.truces.theories.common.dated import DatedBatch, dated_legs, values
from tests.unit.truces.theories.made_up import asked_about, scattered

DELTAS = (0.8, 0.95)
# Restraint that ends with the term: what follows a departure is worth the same whenever it begins.
WITH_A_TERM = ("moment", "shadow linkage", "renegotiation", "repeated negotiation")


def dated_about(seed, renewal, *lengths, kept_well=0.8):
    """Return a question on a path of so many periods a stretch; in later ones a tariff is eased."""
    paid = scattered(seed, kept_well)
    asked = asked_about(paid, delta=DELTAS, chance=(0.1, 0.3), money=(3.0, 2.0), renewal=renewal)
    eased = asked.keeping(asked.kept.after("USA", {"tariff": "january"}))
    begins = np.repeat(np.cumsum([0.0, *lengths])[:, None], len(DELTAS), axis=1)
    days = tuple(date(2025, 5, 12 + k) for k in range(len(lengths)))
    return DatedBatch((asked, eased)[: len(lengths)], days, begins, asked.renewal)


def judged(name, dated):
    one = theory(name)
    return one.judge(dated.batches[0]), dated_legs(one, dated, one.departures(dated.batches[0]))


@pytest.mark.parametrize("seed", range(3))
def test_a_stretch_is_worth_its_levels_and_what_is_left_of_the_end(seed):
    (asked,), name, n, phi = (dated := dated_about(seed, 0.3, 9.0)).batches, "shadow linkage", 9, 0.3
    after, paid = theory(name).ending.after(asked), asked.whole[:, 0, 0]
    first, end = values(dated, theory(name))
    for d, delta in enumerate(DELTAS):
        alone = paid[d] * (1 - delta**n)
        assert end[d] == pytest.approx((phi * alone + (1 - phi) * after[d]) / (1 - phi * delta**n))
        assert first[d] == pytest.approx(paid[d] + delta**n * (end[d] - paid[d]))


def period_by_period(name, dated, leg, d):
    """Return the margins of a leg in every period, from what the path is worth by plain recursion."""
    one, delta = theory(name), DELTAS[d]
    lengths = np.diff(dated.begins[:, d]).astype(int)
    stretch = [k for k, length in enumerate(lengths) for _ in range(length)]
    paid = [dated.batches[k].whole[d, 0, 0] for k in stretch]
    after, phi = one.ending.after(dated.batches[-1])[d], float(dated.renewal[d])
    with_pay = name == "repeated negotiation"
    # What is agreed lasts until all is bargained anew, whatever was kept.
    lasts = delta * (1.0 - float(dated.batches[0].chance[d])) if with_pay else delta
    ahead = [after]
    for _ in range(300):
        ahead = [phi * ahead[0] + (1 - phi) * after]
        for u in reversed(paid):
            ahead.insert(0, (1 - lasts) * u + lasts * ahead[0])
    money, found = dated.batches[0].money[d], []
    for t, k in enumerate(stretch):
        asked, least = dated.batches[k], np.inf
        for i, own in enumerate(one.departures(asked)):
            forgone = delta * (ahead[t + 1][i] - paid[t][i])
            if with_pay:
                both = ((ahead[t + 1] - paid[t]) * money).sum() / money[i]
                forgone = (1 - delta) * lasts / (1 - lasts) * both
            worth = own.gain[d] - own.loss[d] - np.where(own.answered[d], forgone, 0.0)
            into = asked.harsher_in(i, leg)
            if into.any():
                least = min(least, max(0.0, worth[~into].max()) - worth[into].max())
        found.append(least)
    return found


@pytest.mark.long
@pytest.mark.parametrize("lengths", [(6.0,), (1.0,), (4.0, 5.0), (3.0, 1.0), (1.0, 4.0)])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", WITH_A_TERM)
def test_the_first_and_the_last_period_of_each_stretch_decide(name, seed, lengths):
    dated = dated_about(seed, (0.0, 0.6, 0.9)[seed], *lengths)
    _, by_date = judged(name, dated)
    for leg in ("tariff", "control"):
        for d in range(len(DELTAS)):
            *before, last = period_by_period(name, dated, leg, d)
            assert by_date[leg].last[d] == pytest.approx(last)
            assert by_date[leg].margin[d] == pytest.approx(min(before, default=last))
            if d == 0 and before and len(set(np.round(before, 9))) > 1:
                first = before.index(min(before)) >= lengths[0]
                assert by_date[leg].day == dated.days[int(first)]
