"""The panel's pace: days before a day alone, and the rates of largest posterior density."""

from datetime import date

import numpy as np
import pytest
from scipy.special import gammaln

from negotiation.truce_panel.panel import OWN
from negotiation.truce_panel.spell_pace import fitted_pace, pace_before, until
from negotiation.truce_panel.spells import spells_of
from negotiation.truce_panel.tables import Tables, read_tables

TABLES = read_tables(OWN)
PAIR = frozenset({"USA", "CHN"})


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2025, 11, 30)])
def test_nothing_from_the_day_on_enters_nor_a_truce_of_the_two_sides(day):
    cut = until(TABLES, day, PAIR)
    assert all(one.signed < day and {one.side_a, one.side_b} != PAIR for one in cut.truces)
    assert len(cut.truces) == sum(
        one.signed < day and {one.side_a, one.side_b} != PAIR for one in TABLES.truces
    )
    signed = {one.truce_id: one.signed for one in cut.truces}
    for one in spells_of(cut):
        assert one.days < (day - signed[one.card.truce_id]).days
    # Outcomes of that day and later may be anything.
    later = tuple(
        one.model_copy(update={"first_harsher": date(2030, 1, 1), "by_side": "USA"})
        if one.first_harsher is None or one.first_harsher >= day
        else one
        for one in TABLES.outcomes
    )
    other = Tables(TABLES.truces, TABLES.instruments, later, TABLES.sides, TABLES.trade)
    assert fitted_pace(until(other, day, PAIR)) == fitted_pace(cut)


def log_posterior(log_rates, shape, spells):
    """Return the likelihood part alone, truce by truce, for the slow check below."""
    total = 0.0
    for truce in {one.card.truce_id for one in spells}:
        own = [one for one in spells if one.card.truce_id == truce]
        rate = [
            np.exp(log_rates["other" if s.card.leg == "trade" else s.card.leg, s.card.covered]) for s in own
        ]
        expected = sum(s.weight * max(s.days, 0.5) / 365.25 * r for s, r in zip(own, rate, strict=True))
        came = sum(s.weight * s.event for s in own)
        total += sum(s.weight * s.event * np.log(r) for s, r in zip(own, rate, strict=True))
        total += gammaln(shape + came) - gammaln(shape) + shape * np.log(shape)
        total -= (shape + came) * np.log(shape + expected)
    return total


def test_the_shape_has_the_largest_density_at_its_rates():
    spells = spells_of(until(TABLES, date(2026, 10, 11), PAIR))
    pace = pace_before(date(2026, 10, 11), PAIR)
    log_rates = {cell: np.log(rate) for cell, rate in pace.rates.items()}
    tried = pace.shape * np.exp(np.linspace(-0.3, 0.3, 7))
    found = [log_posterior(log_rates, k, spells) - 0.5 * np.log(k) ** 2 for k in tried]
    assert int(np.argmax(found)) == 3
