"""What a verdict on a leg says of the game and of the record, told by entries that are all different."""

import math
from datetime import date

import pytest

from negotiation.truces.verdicts.legs import RecordedLeg, Step
from tests.unit.truces.theory_rows import theory_row

STEPS = (
    Step(date(2025, 5, 13), "moved on", "AAA", "chip", "E041"),
    Step(date(2025, 6, 1), "mended", "BBB", "curb", "E050"),
)


def told(said, steps=STEPS, threats=("E060", "E061")):
    return RecordedLeg(said, ("AAA chip",), steps, threats, date(2025, 11, 10))


@pytest.mark.parametrize(
    ("said", "model", "agrees"),
    [
        (theory_row(margin=-2.0, share=0.1), "breaks, by USA: tariff to peak", True),
        (theory_row(margin=2.0, share=0.9), "holds", False),
        (theory_row(margin=2.0, share=0.8), "holds", False),
        (theory_row(margin=2.0, share=0.799), "open", None),
        (theory_row(margin=-2.0, share=0.2), "breaks, by USA: tariff to peak", True),
        (theory_row(margin=-2.0, share=0.201), "open", None),
        (theory_row(margin=-2.0, share=0.9), "open", None),
        (theory_row(margin=0.0), "open", None),
        (theory_row(margin=-2.0, rational=False), "not rational", None),
        (theory_row(margin=math.inf, player=None, departure=()), "holds", False),
    ],
)
def test_the_game_s_verdict_is_the_theory_s_and_is_held_against_the_record_where_it_is_one(
    said, model, agrees
):
    one = told(said)
    assert (one.model, one.agree) == (model, agrees)
    assert told(said, ()).agree == (None if agrees is None else not agrees)
    assert (one.margin, one.share, one.verdict.holds, one.theory) == (
        said.margin, said.share, said.margin >= 0, "moment",
    )  # fmt: skip
