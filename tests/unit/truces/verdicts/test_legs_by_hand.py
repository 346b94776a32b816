"""What a verdict on a leg says of the game and of the record, told by entries that are all different."""

import math
from datetime import date

from negotiation.truces.verdicts.departures import JOINT, Incentive
from negotiation.truces.verdicts.legs import ALONE, LegVerdict, Step


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


def test_margins_are_those_of_the_closest_departures_and_without_one_there_is_no_bound():
    assert (BROKEN.margin, BROKEN.margin_alone) == (-2.0, 0.25)
    assert (HELD.margin, HELD.margin_alone) == (0.25, math.inf)
    assert (EMPTY.margin, EMPTY.margin_alone, EMPTY.model_holds) == (math.inf, math.inf, True)
    assert list(BROKEN.rows()) == [("kept", CALM), ("over", CHIP), (ALONE, CALM)]
    assert list(HELD.rows()) == [("kept", CALM)]
