"""Which games are asked for on a day, with which levels, at whose pace, and what is kept of them."""

from datetime import date

import pytest

from negotiation.truces.prediction.games_of_the_day import games_of, no_agreement
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from tests.us_china import SCENARIO as NOW

BACK = NOW.with_past_levels()
TEXTS = agreements_of(BACK, placebos=True)


def games(day, theory="moment"):
    """Return the games of a day."""
    past = past_of(BACK, day, None, TEXTS)
    return games_of(theory, NOW).on(past.agreement() or no_agreement(day), past)


@pytest.mark.parametrize(
    ("day", "lawful", "not_yet"),
    [
        (date(2018, 6, 1), ("ordinary", "three_lists", "list_4a"), ("peak", "threatened", "busan")),
        (date(2019, 1, 1), ("ordinary", "three_lists", "list_4a"), ("peak", "threatened", "busan")),
        (date(2025, 1, 25), ("phase_one", "january"), ("peak", "threatened", "busan")),
        (date(2025, 3, 1), ("phase_one", "january", "peak", "threatened"), ()),
        (date(2025, 6, 1), ("january", "peak"), ("ordinary", "phase_one")),
    ],
    ids=str,
)
def test_a_tariff_is_an_option_only_while_its_law_is(day, lawful, not_yet):
    core, *_ = games(day)
    levels = core.game.ladders["USA", "tariff"]
    assert set(lawful) <= set(levels)
    assert not set(not_yet) & set(levels)


def test_port_fees_are_no_game_before_there_is_a_law_for_one():
    def fees(day):
        return {pair for one in games(day) for pair in one.game.ladders if pair[1] == "port_fee"}

    assert ("USA", "port_fee") in fees(date(2025, 6, 1))
    # China needs no act of its own for a fee; the United States cannot move theirs.
    before = [one.game for one in games(date(2019, 1, 1)) if ("USA", "port_fee") in one.game.ladders]
    assert all(one.ladders["USA", "port_fee"] == ("none",) for one in before)
