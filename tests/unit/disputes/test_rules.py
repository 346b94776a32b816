from dataclasses import replace
from datetime import date

import pytest

from negotiation.disputes import Move, Postures, State, apply_move, legality
from negotiation.errors import IllegalMove
from tests.us_china import SCENARIO

CALM = SCENARIO.calm()
LOST = State(authority=0)


def refused(move, *words, postures=CALM, state=None):
    before = Postures(postures)
    verdict = legality(SCENARIO, postures, move, state)
    assert not verdict.legal
    for word in words:
        assert word in verdict.reason
    with pytest.raises(IllegalMove) as caught:
        apply_move(SCENARIO, postures, move, state)
    assert verdict.reason in str(caught.value)
    assert "Nothing was changed" in str(caught.value)
    assert postures == before
    return verdict.reasons


BAN = Move("CHN", {"minerals_ban": "banned"})
EARLY = Move("USA", {"tariff": "busan"}, announced=date(2025, 1, 31), effective=date(2025, 2, 4))
FEE = Move("USA", {"port_fee": "usd_50"}, date(2025, 4, 30), date(2025, 10, 13))
BACKWARDS = Move("USA", {"visa": "revocations"}, date(2025, 5, 28), date(2025, 5, 27))
THREE = Move("USA", {"tariff": "peak", "visa": "open", "entity": "x"})
REASONS = [
    (Move("USA", {"tariff": "peak"}), ["USA tariff cannot go to 'peak': its legal authority, IEEPA, has"]),
    (EARLY, ["IEEPA, has been lost", "IEEPA, dates from 2025-02-01"]),
    (BAN, ["may only follow licensed or banned, not 'free'"]),
    (FEE, ["at least 167 days from announcement to effect, not 166"]),
    (BACKWARDS, ["2025-05-27, before it is announced on 2025-05-28"]),
    (Move("CHN", {"purchases": "buys"}), ["CHN purchases cannot go to 'buys': it is at that level already"]),
    (Move("USA", {}), ["at least one level"]),
    (Move("FRA", {"tariff": "peak"}), ["'FRA' is not a country of the scenario (USA, CHN)"]),
    (Move("USA", {"visas": "open"}), ["no instrument 'visas'; did you mean 'visa'"]),
    (Move("USA", {"purchases": "boycott"}), ["no instrument 'purchases'"]),
    (Move("CHN", {"tariff": "busan"}), ["no level 'busan'"]),
    (Move("CHN", {"rare_earth_curb": "october"}), ["did you mean 'october_package'"]),
    (THREE, ["has been lost", "it is at that level already", "no instrument 'entity'"]),
]


@pytest.mark.parametrize(("move", "words"), REASONS)
def test_every_reason_against_a_move_is_given(move, words):
    reasons = refused(move, state=LOST)
    assert len(reasons) == len(words)
    for word, reason in zip(words, reasons, strict=True):
        assert word in reason


def test_a_law_that_ends_before_the_move_takes_effect():
    ended = SCENARIO.laws[0].model_copy(update={"until": date(2025, 11, 5)})
    scenario = replace(SCENARIO, laws=(ended, *SCENARIO.laws[1:]))

    def at(announced, effective):
        move = Move("USA", {"tariff": "peak"}, announced, effective)
        return legality(scenario, scenario.calm(), move).reason

    assert at(date(2025, 11, 1), date(2025, 11, 5)) == ""
    assert "IEEPA, ended on 2025-11-05" in at(date(2025, 11, 1), date(2025, 11, 6))
    assert "IEEPA, ended on 2025-11-05" in at(date(2025, 11, 6), date(2025, 11, 6))
    assert "IEEPA, ended on 2025-11-05" in at(None, date(2025, 11, 6))
