"""Rates of moves by theory: that theories differ, which do not, and that rates are those of the games."""

from itertools import combinations

import pytest

import negotiation as ng
from negotiation.truces.studies.theory_rates import UnknownSituation, theory_rates
from negotiation.truces.theories import UnknownTheory

BUSAN = ng.truce("2025-10-busan")


@pytest.fixture(scope="module")
def busan():
    return theory_rates(BUSAN)


def test_each_two_theories_say_something_else_of_busan(busan):
    assert len(busan.theories) >= 5
    for one, two in combinations(busan.theories, 2):
        assert busan.distance(one, two) > 0.5, (one, two)
    assert busan.alike() == tuple((name,) for name in busan.theories)


def test_rates_are_those_of_the_games(busan):
    game = BUSAN.continuous_game("custom in kind")
    step = ("CHN", "rare_earth_curb", "general_licences", "april_licensing")
    assert busan.situations[0] == "kept"
    k = busan.situations.index("CHN rare_earth_curb april_licensing")
    t = busan.theories.index("custom in kind")
    after = game.state_of(game.kept.after("CHN", {"rare_earth_curb": step[3]}), game.phase_after([step]))
    assert game.phases[2] in after  # China has departed in its issue, and is answered there
    assert dict(zip(busan.events, busan.rates[t, k], strict=True)) == game.intensities(after)


def test_theories_without_an_answer_and_a_stake_are_one_by_what_they_forecast():
    # With purchases alone in the game nothing that the text of Geneva binds is left.
    found = theory_rates("2025-05-geneva", instruments=["purchases"])
    groups = found.alike()
    assert sum(len(group) for group in groups) == len(found.theories)
    assert len(groups) < len(found.theories)
    for group in groups:
        for one, two in combinations(group, 2):
            assert found.distance(one, two) <= 1e-5


def test_rates_are_shown_and_wrong_names_refused(busan):
    table = busan.table("USA tariff geneva")
    assert table.columns == ("event", *busan.theories)
    assert all(any(row[1:]) for row in table.rows)
    assert len(busan.to_pandas()) == len(busan.table().rows)
    with pytest.raises(UnknownSituation):
        busan.table("peace")
    with pytest.raises(UnknownTheory):
        busan.distance("moment", "astrology")
