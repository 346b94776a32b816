"""Why a replay says what it says: which leg, side, number and word each sentence takes."""

import math
from types import SimpleNamespace

import pytest

from negotiation.truces.replay.reasons import reasons, spoken
from negotiation.truces.verdicts.legs import LegVerdict
from tests.unit.truces.theory_rows import theory_row

NAMES = {"USA": "the USA", "CHN": "China", "chip_control": "chip control", "none_sold": "nothing sold"}


def leg(name, margin, share=0.25, player="USA", changes=(("chip_control", "none_sold"),), by_path=False):
    """A leg whose closest departure has this margin."""
    who = {"player": None, "departure": ()} if margin is None else {"player": player, "departure": changes}
    said = theory_row(name, math.inf if margin is None else margin, share=share, by_path=by_path, **who)
    return LegVerdict(name, (), said, True, (), (), None)


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
            "New York's three leg breaks: the USA: chip control to nothing sold brings the USA 0.34 percent "
            "of GDP more than anything calmer there and is answered too little (it holds in 3 percent of "
            "draws)."
        ),
        (
            "New York's four leg holds: the most tempting departure, the USA: chip control to nothing sold, "
            "would cost the USA 0.012 percent of GDP in all (it holds in 99 percent of draws)."
        ),
        (
            "With everything covered the trigger would hold New York from a discount factor of 0.988 a "
            "period on; it is 0.912."
        ),
        "Slips and misreading alone would have New York broken off after 123 days on average.",
    )
    assert found.asked == ["everything"]
    assert found.life.asked == [("broken off", {"linkage": "within_issue"})]


def test_what_the_text_leaves_out_is_answered_by_nothing():
    first, *_ = reasons(replay_of(leg("other", -0.1, by_path=True, player="CHN")))
    assert first == (
        "New York's other leg breaks: China: chip control to nothing sold brings China 0.1 percent of GDP "
        "more than anything calmer there and is outside the text, so nothing answers it (it holds in 25 "
        "percent of draws)."
    )


def test_several_changes_at_once_are_told_with_whoever_makes_them():
    changes = (("chip_control", "none_sold"), ("port_fee", "usd_50"))
    told, *_ = reasons(replay_of(leg("control", 0.5, share=None, player="CHN", changes=changes)))
    assert told == (
        "New York's control leg holds: the most tempting departure, China: chip control to nothing sold, "
        "port fee to usd 50, would cost China 0.5 percent of GDP in all."
    )


@pytest.mark.parametrize(("share", "said"), [(None, ""), (1.0, " (it holds in 100 percent of draws)")])
def test_a_leg_in_which_nothing_could_be_made_harsher_holds(share, said):
    told, *_ = reasons(replay_of(leg("tariff", None, share=share)))
    assert told == f"New York's tariff leg holds: nothing in it could be made harsher{said}."


def test_where_no_patience_keeps_the_text_and_where_there_is_no_noise():
    found = reasons(replay_of(leg("tariff", 0.2, share=None), critical=None, noise=False))
    assert len(found) == 2
    assert found[1] == "With everything covered no patience would keep New York's text."
    (only,) = reasons(replay_of(critical=0.0, noise=False))
    assert "from a discount factor of 0.000 a period on; it is 0.912." in only


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2025-05-geneva", "Geneva"),
        ("2018-12-buenos-aires", "Buenos Aires"),
        ("2020-01-phase-one", "Phase One"),
    ],
)
def test_an_agreement_is_called_by_its_place(name, said):
    assert spoken(name) == said


def test_nothing_is_said_of_a_leg_that_the_draws_leave_open():
    told = reasons(replay_of(leg("tariff", 0.2, share=0.5), noise=False))
    assert [one for one in told if "leg" in one] == []
