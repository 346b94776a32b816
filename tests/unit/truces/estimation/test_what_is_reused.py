"""What a record keeps from one row of parameters to the next changes no number."""

import pickle
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.disputes.wide_table import WideMenus
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.theories.common.game_batch import game_batch
from tests.us_china import SCENARIO

THEORIES = ("each for itself", "moment", "custom in kind", "shadow linkage", "renegotiation")
INSTRUMENTS = ("tariff", "rare_earth_curb")
ROWS = 4


def fresh(theory):
    """Return a record that has explained nothing yet."""
    return theory_record(
        SCENARIO, theory, until=date(2025, 12, 1), since=date(2025, 1, 1), instruments=INSTRUMENTS
    )


def rows_of(record, seed):
    return parameters_at(
        record.priors, np.random.default_rng(seed).standard_normal((ROWS, len(record.priors)))
    )


USED = {theory: fresh(theory) for theory in THEORIES}
"""Records that go on explaining rows, over all examples."""


@pytest.mark.long
@settings(max_examples=12, deadline=None)
@given(st.sampled_from(THEORIES), st.integers(0, 10_000), st.permutations(range(ROWS)), st.booleans())
def test_a_record_that_explained_other_rows_says_what_a_fresh_one_says(theory, seed, order, pickled):
    rows = rows_of(USED[theory], seed)
    if pickled:
        USED[theory] = pickle.loads(pickle.dumps(USED[theory]))  # noqa: S301 - its own
    found = USED[theory].log_densities(rows[order])
    for k, mine in zip(order, found, strict=True):
        assert mine.tolist() == fresh(theory).log_densities(rows[k : k + 1])[0].tolist()


@pytest.mark.parametrize("agreement", ["2025-05-geneva", "2025-10-busan"])
def test_payoffs_read_from_a_wider_table_are_the_sums_to_the_bit(agreement):
    asked = game_batch(agreement_text(agreement), SCENARIO, SCENARIO.default_state, "core")
    wide = replace(
        asked, games=ManyPostureGames(SCENARIO, {}, asked.state, WideMenus(asked.menus, asked.kept))
    )
    reversed_menus = {
        country: {name: labels[::-1] for name, labels in reversed(list(menu.items()))}
        for country, menu in asked.menus.items()
    }
    legs = [asked.ceilings(leg) for leg in SCENARIO.legs]
    for menus in (asked.menus, asked.ceilings(covered=True), *legs, reversed_menus):
        assert wide.payoffs(menus).tolist() == asked.payoffs(menus).tolist()
    # What stands at another level than in the table, or is not in it, is summed.
    calm = SCENARIO.calm()
    other = {country: {"tariff": menu["tariff"][:1]} for country, menu in asked.menus.items()}
    assert wide.games.payoffs(other, calm).tolist() == asked.games.payoffs(other, calm).tolist()
