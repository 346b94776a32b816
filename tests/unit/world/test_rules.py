from dataclasses import replace
from datetime import date

import pytest

from negotiation.errors import IllegalMove, UnknownCountry, UnknownInstrument
from negotiation.world import Move, Postures, State, apply_move, legality, load_scenario

SCENARIO = load_scenario("us-china-2025")
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


def test_a_legal_move_changes_what_it_names():
    move = Move("USA", {"tariff": "peak", "visa": "revocations"})
    assert legality(SCENARIO, CALM, move).reasons == ()
    after = apply_move(SCENARIO, CALM, move)
    assert after["USA"] == {**CALM["USA"], "tariff": "peak", "visa": "revocations"}
    assert after["CHN"] == CALM["CHN"]
    assert CALM["USA"]["tariff"] == "january"


@pytest.mark.parametrize("label", ["busan", "geneva", "peak", "threatened"])
def test_emergency_tariffs_fall_with_their_authority(label):
    move = Move("USA", {"tariff": label})
    reasons = refused(move, "USA tariff", repr(label), "IEEPA, has been lost", state=LOST)
    assert len(reasons) == 1
    assert legality(SCENARIO, CALM, move).legal


def test_lost_authority_leaves_the_way_back_and_other_laws():
    at_peak = CALM.after("USA", {"tariff": "peak"})
    assert legality(SCENARIO, at_peak, Move("USA", {"tariff": "january"}), LOST).legal
    assert legality(SCENARIO, CALM, Move("USA", {"chip_control": "h20_stopped"}), LOST).legal
    assert legality(SCENARIO, CALM, Move("CHN", {"tariff": "peak"}), LOST).legal


def test_emergency_tariffs_wait_for_their_law():
    move = Move("USA", {"tariff": "busan"}, announced=date(2025, 1, 31), effective=date(2025, 2, 4))
    refused(move, "IEEPA, dates from 2025-02-01")
    assert legality(SCENARIO, CALM, Move("USA", {"tariff": "busan"}, announced=date(2025, 2, 1))).legal


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


def test_a_ban_follows_a_licence():
    ban = Move("CHN", {"minerals_ban": "banned"})
    refused(ban, "may only follow licensed", "not 'free'")
    licensed = apply_move(SCENARIO, CALM, Move("CHN", {"minerals_ban": "licensed"}))
    banned = apply_move(SCENARIO, licensed, ban)
    assert banned["CHN"]["minerals_ban"] == "banned"
    assert apply_move(SCENARIO, banned, Move("CHN", {"minerals_ban": "free"})) == CALM


@pytest.mark.parametrize(("effective", "legal"), [(date(2025, 10, 13), False), (date(2025, 10, 14), True)])
def test_a_fee_takes_its_lead_time(effective, legal):
    move = Move("USA", {"port_fee": "usd_50"}, date(2025, 4, 30), effective)
    assert legality(SCENARIO, CALM, move).legal == legal
    if not legal:
        refused(move, "at least 167 days", "not 166")


def test_a_move_cannot_take_effect_before_it_is_announced():
    move = Move("USA", {"visa": "revocations"}, date(2025, 5, 28), date(2025, 5, 27))
    assert len(refused(move, "2025-05-27, before it is announced on 2025-05-28")) == 1


def test_a_move_to_where_it_is_already():
    refused(Move("CHN", {"purchases": "buys"}), "CHN purchases cannot go to 'buys': it is there already")


def test_a_move_that_changes_nothing():
    refused(Move("USA", {}), "at least one level")


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (Move("FRA", {"tariff": "peak"}), ["'FRA' is not a country", "USA, CHN"]),
        (Move("USA", {"visas": "open"}), ["no instrument 'visas'", "did you mean 'visa'"]),
        (Move("USA", {"purchases": "boycott"}), ["no instrument 'purchases'"]),
        (Move("CHN", {"tariff": "busan"}), ["no level 'busan'", "geneva, january, peak"]),
        (Move("CHN", {"rare_earth_curb": "october"}), ["did you mean 'october_package'"]),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(move, words):
    refused(move, *words)


def test_every_reason_is_given():
    move = Move("USA", {"tariff": "peak", "visa": "open", "entity": "x"})
    reasons = refused(move, "has been lost", "it is there already", "no instrument 'entity'", state=LOST)
    assert len(reasons) == 3


def test_one_illegal_change_stops_the_whole_move():
    refused(Move("CHN", {"purchases": "boycott", "minerals_ban": "banned"}), "minerals_ban")


@pytest.mark.parametrize(
    "postures", [Postures({}), Postures({"USA": CALM["USA"]}), Postures({"CHN": {"tariff": "january"}})]
)
def test_postures_that_do_not_say_where_things_stand(postures):
    refused(Move("CHN", {"purchases": "boycott"}), "postures do not say", postures=postures)


def test_postures_refuse_unknown_names():
    with pytest.raises(UnknownCountry, match="FRA"):
        CALM.after("FRA", {})
    with pytest.raises(UnknownInstrument, match="did you mean 'visa'"):
        CALM.after("USA", {"visas": "open"})


def test_postures_are_values():
    again = Postures({"CHN": dict(reversed(CALM["CHN"].items())), "USA": CALM["USA"]})
    assert again == CALM
    assert hash(again) == hash(CALM)
    assert CALM.after("USA", {"visa": "revocations"}) != CALM
    handed_out = CALM["USA"]
    handed_out["visa"] = "revocations"
    assert CALM["USA"]["visa"] == "open"
