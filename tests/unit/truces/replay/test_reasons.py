"""Why a replay says what it says: which leg, side, number and word each sentence takes."""

import math
from types import SimpleNamespace

from negotiation.truces.replay.reasons import reasons
from negotiation.truces.verdicts.legs import RecordedLeg
from tests.unit.truces.theory_rows import theory_row

NAMES = {"USA": "the USA", "CHN": "China", "chip_control": "chip control", "none_sold": "nothing sold"}


def leg(name, margin, share=0.25, player="USA", changes=(("chip_control", "none_sold"),), by_path=False):
    """A leg whose closest departure has this margin."""
    who = {"player": None, "departure": ()} if margin is None else {"player": player, "departure": changes}
    said = theory_row(
        name, math.inf if margin is None else margin, share=share, by_path=by_path, money=100.0, **who
    )
    return RecordedLeg(said, (), (), (), None)


class Lifetimes:
    """Keeps what it is asked for."""

    def __init__(self):
        self.asked = []

    def find(self, event, **where):
        self.asked.append((event, where))
        return SimpleNamespace(mean_days=123.4)


def replay_of(*legs, critical=0.98765, noise=True, names=NAMES):
    life = Lifetimes()
    asked = []

    def check(coverage):
        asked.append(coverage)
        return SimpleNamespace(critical=SimpleNamespace(value=critical))

    return SimpleNamespace(
        agreement=SimpleNamespace(id="2031-02-new-york", linkage=SimpleNamespace(kind="within_issue")),
        legs=legs, names=names, discount_factor=0.91234, check=check, asked=asked, life=life,
        noise=SimpleNamespace(lifetime=life) if noise else None,
    )  # fmt: skip


def test_the_leg_that_breaks_most_and_the_one_that_holds_least_are_named():
    found = replay_of(
        leg("one", -0.1), leg("two", 0.7, share=0.9), leg("three", -0.345, share=0.031),
        leg("four", 0.0123, share=0.987), leg("five", -0.2), leg("six", 0.3, share=0.9),
    )  # fmt: skip
    assert reasons(found) == (
        (
            "New York's three leg breaks: the USA: chip control to nothing sold brings the USA USD 34.5 "
            "billion a year (0.34 percent of GDP) more than anything calmer there and is answered too little "
            "(it holds in 3 percent of draws)."
        ),
        (
            "New York's four leg holds: the most tempting departure, the USA: chip control to nothing sold, "
            "would leave the USA USD 1.23 billion a year (0.012 percent of GDP) short of its best step that "
            "is no harsher there (it holds in 99 percent of draws)."
        ),
        (
            "If the text covered every instrument, a grim trigger would keep New York's levels from a "
            "discount factor of 0.988 a period on, answered for ever and without a clock; it is 0.912."
        ),
        (
            "Slips and misreading alone would have New York answer a first false alarm after 123 days on "
            "average."
        ),
    )
    assert found.asked == ["everything"]
    assert found.life.asked == [("broken off", {"linkage": "within_issue"})]
