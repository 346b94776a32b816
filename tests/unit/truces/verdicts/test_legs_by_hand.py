"""What a verdict on a leg says of the game and of the record, told by entries that are all different."""

import math
from datetime import date

import pytest

from negotiation.errors import UnknownLeg
from negotiation.truces.verdicts.departures import JOINT, Incentive
from negotiation.truces.verdicts.legs import ALONE, MARGINS, LegVerdict, Step, Verdicts


def incentive(player, changes, margin):
    name = changes[0][0] if len(changes) == 1 else JOINT
    return Incentive(player, name, True, "low", changes[0][1], changes, 0.5, 0.25, margin, 0.75, 9.0)


CHIP = incentive("AAA", (("chip", "full"),), -2.0)
BOTH = incentive("BBB", (("curb", "full"), ("fee", "some")), -1.0)
AGAIN = incentive("AAA", (("fee", "some"),), -0.5)
CALM = incentive("BBB", (("fee", "some"),), 0.25)
STEPS = (
    Step(date(2025, 5, 13), "moved on", "AAA", "chip", "E041"),
    Step(date(2025, 6, 1), "mended", "BBB", "curb", "E050"),
)


def verdict(leg="control", closest=CHIP, breaks=(CHIP, BOTH, AGAIN), alone=CALM, steps=STEPS, **changes):
    given = {
        "covered": ("AAA chip", "BBB curb"), "by_class": {"kept": CALM, "over": CHIP}, "share": 0.75,
        "draws": 4, "record_held": not steps, "threats": ("E060", "E061"), "until": date(2025, 11, 10),
    } | changes  # fmt: skip
    return LegVerdict(
        leg, given["covered"], closest, breaks, given["by_class"], alone, given["share"], given["draws"],
        given["record_held"], steps, given["threats"], given["until"],
    )  # fmt: skip


BROKEN = verdict()
HELD = verdict("tariff", CALM, (), None, (), by_class={"kept": CALM}, covered=(), share=None)
EMPTY = verdict("other", None, (), None, (), by_class={}, threats=())


def test_the_game_s_verdict_names_who_departs_once_each_and_what_tempts_most():
    assert BROKEN.model == "breaks at once, by AAA, BBB; first AAA chip to full"
    assert verdict(breaks=(BOTH, CHIP)).model == (
        "breaks at once, by BBB, AAA; first BBB curb to full, fee to some"
    )
    assert (HELD.model, EMPTY.model) == ("holds", "holds")
    assert BROKEN.theory == "moment"


def test_the_record_s_verdict_tells_its_turns_or_how_long_it_held_and_what_was_threatened():
    assert BROKEN.record == ("moved on 2025-05-13 by AAA (chip, E041); mended 2025-06-01 by BBB (curb, E050)")
    assert HELD.record == "held to 2025-11-10 (threatened: E060, E061)"
    assert EMPTY.record == "held to 2025-11-10"


@pytest.mark.parametrize(("margin", "holds"), [(-0.1, False), (0.0, True), (0.1, True)])
@pytest.mark.parametrize("held", [False, True])
def test_game_and_record_agree_where_both_hold_or_neither_does(margin, holds, held):
    found = verdict(closest=incentive("AAA", (("chip", "full"),), margin), steps=() if held else STEPS)
    assert (found.margin, found.model_holds) == (margin, holds)
    assert found.agree == (holds == held)


def test_margins_are_those_of_the_closest_departures_and_without_one_there_is_no_bound():
    assert (BROKEN.margin, BROKEN.margin_alone) == (-2.0, 0.25)
    assert (HELD.margin, HELD.margin_alone) == (0.25, math.inf)
    assert (EMPTY.margin, EMPTY.margin_alone, EMPTY.model_holds) == (math.inf, math.inf, True)
    assert list(BROKEN.rows()) == [("kept", CALM), ("over", CHIP), (ALONE, CALM)]
    assert list(HELD.rows()) == [("kept", CALM)]


FOUND = Verdicts("x", (BROKEN, HELD, EMPTY), {"chip": "chip control"})


def test_legs_are_found_by_name_and_what_is_none_is_told_with_those_that_are():
    assert (len(FOUND), list(FOUND)) == (3, [BROKEN, HELD, EMPTY])
    assert FOUND["tariff"] is HELD
    with pytest.raises(UnknownLeg, match="visas") as error:
        FOUND["visas"]
    for leg in ("control", "tariff", "other"):
        assert leg in str(error.value)


def test_what_things_are_called_in_print_makes_no_other_verdict():
    assert Verdicts("x", FOUND.legs) == FOUND
    assert Verdicts("y", FOUND.legs, FOUND.names) != FOUND
    assert Verdicts("x", FOUND.legs[1:], FOUND.names) != FOUND


def test_each_column_of_the_table_of_verdicts():
    table = FOUND.table()
    assert (table.title, dict(table.names)) == ("x: verdict by leg", {"chip": "chip control"})
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert rows[0] == {
        "agreement": "x", "leg": "control", "the game says": BROKEN.model, "holds in share of draws": 0.75,
        "the record says": BROKEN.record, "agree": True, "least margin, % GDP": -2.0,
        "covered as written": ("AAA chip", "BBB curb"), "closest departure": "AAA chip to full",
    }  # fmt: skip
    assert [(row["holds in share of draws"], row["closest departure"]) for row in rows[1:]] == [
        (None, "BBB fee to some"), (0.75, None),
    ]  # fmt: skip


def test_each_column_of_the_table_of_margins():
    table = FOUND.margins_table()
    assert (table.title, table.columns) == ("x: margins by leg", MARGINS)
    assert dict(table.names) == {"chip": "chip control"}
    assert table.rows == (
        ("control", "kept", 0.25, "BBB", "fee to some"),
        ("control", "over", -2.0, "AAA", "chip to full"),
        ("control", ALONE, 0.25, "BBB", "fee to some"),
        ("tariff", "kept", 0.25, "BBB", "fee to some"),
    )
    assert MARGINS == ("leg", "states", "margin, % GDP", "by", "closest departure")
