"""Under each heading of a table stands what the heading says, told by numbers that are all different."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.truces.replay.move_analysis import AnalysedMove, AnalysedMoves, DeviationGain
from negotiation.truces.studies.leverage import GONE, Leverage, MonthOfCurb
from negotiation.truces.studies.linkage import LinkageGains, LinkedBargain
from negotiation.truces.studies.payoff_sets import BargainSets, BargainVariant
from negotiation.truces.studies.win_sets import WinSets
from negotiation.truces.verdicts.authority import AuthorityLoss, TruceUnderLaw
from negotiation.truces.verdicts.coverage_check import AgreementCheck
from negotiation.truces.verdicts.noise_sweep import NoisePoint, NoiseSweep
from negotiation.truces.verdicts.under_noise import NoiseVerdicts


def entries(table):
    """Return each row as values by heading; headings that come twice would hide one another."""
    assert len(set(table.columns)) == len(table.columns)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_a_truce_with_and_without_authority():
    rows = [
        TruceUnderLaw("a", True, ("x", "y"), np.array([5.0, 7.0]), np.array([2.0, -1.0]), 0.25, "complete"),
        TruceUnderLaw("a", False, ("x", "y"), np.array([5.0, 7.0]), np.array([5.5, 6.0]), None, "complete"),
    ]
    kept, lost = entries(AuthorityLoss(("AAA", "BBB"), tuple(rows)).table())
    assert kept == {
        "truce": "a",
        "tariff authority": "in force",
        "truce for AAA, % GDP": 5.0,
        "truce for BBB, % GDP": 7.0,
        "worst for AAA, % GDP": 2.0,
        "worst for BBB, % GDP": -1.0,
        "at stake for AAA": 3.0,  # what the truce gives above the worst that can follow
        "at stake for BBB": 8.0,
        "critical discount factor, trigger": 0.25,
    }
    assert (lost["tariff authority"], lost["critical discount factor, trigger"]) == ("lost", "none")
    assert (lost["at stake for AAA"], lost["at stake for BBB"]) == (-0.5, 1.0)


def test_an_incentive():
    row = SimpleNamespace(
        player="AAA", instrument="tariff", covered=True, prescribed="low", deviation="high", temptation=1.0,
        stake=2.0, margin=3.0, threshold=None, reaction_lag=9.0,
    )  # fmt: skip
    check = AgreementCheck("as written", SimpleNamespace(rows=(row,)), None, None, None)
    assert entries(check.table()) == [
        {
            "coverage": "as written",
            "player": "AAA",
            "instrument": "tariff",
            "covered": True,
            "prescribed": "low",
            "best departure": "high",
            "temptation, % GDP": 1.0,
            "stake, % GDP": 2.0,
            "margin, % GDP": 3.0,
            "critical discount factor": "none",
            "longest reaction lag, days": 9.0,
        }
    ]


@pytest.mark.parametrize(("after", "plays_it"), [("high", False), ("low", True), (None, None)])
def test_a_move(after, plays_it):
    move = AnalysedMove(
        "E001", date(2025, 5, 1), "AAA", "tariff", "escalate", "applied", "middle", after, "a note", True,
        1.0, 2.0, 3.0, "low", "tariff=low", (DeviationGain("curb", "none", 4.0),),
    )  # fmt: skip
    table = AnalysedMoves((move,))
    assert entries(table.table()) == [
        {
            "id": "E001",
            "announced": "2025-05-01",
            "country": "AAA",
            "instrument": "tariff",
            "direction": "escalate",
            "status": "applied",
            "from": "middle",
            "to": after,
            "legal": True,
            "mover's change, % GDP": 1.0,
            "USD bn a period": 3.0,
            "other's change, % GDP": 2.0,
            "static best level": "low",
            "plays it": plays_it,
            "note": "a note",
        }
    ]
    assert entries(table.gains_table()) == [
        {
            "id": "E001",
            "announced": "2025-05-01",
            "country": "AAA",
            "instrument": "curb",
            "best level": "none",
            "deviation gain, % GDP": 4.0,
        }
    ]


def test_leverage_of_a_day_and_of_a_month():
    def numbers(first):
        names = ("leverage", "lasting", GONE, "gain", "threshold")
        return {name: np.array([first + k / 8]) for k, name in enumerate(names)}

    month = MonthOfCurb(date(2025, 4, 1), 27, 1.0, 2.0, 3.0, 4.0)
    found = Leverage(
        ("AAA", "BBB"), (date(2025, 4, 30),), numbers(0.0), numbers(-1.0), numbers(1.0), np.array([0.75]),
        ("BBB",), (month,), None, None, 1, (),
    )  # fmt: skip
    assert entries(found.table()) == [
        {
            "day": "2025-04-30",
            "leverage, % GDP": 0.0,
            "low": -1.0,
            "high": 1.0,
            "stocks gone: leverage": 0.25,
            "lasting leverage, % GDP": 0.125,
            "lasting, low": -0.875,
            "lasting, high": 1.125,
            "control's gain, % GDP": 0.375,
            "gain, low": -0.625,
            "gain, high": 1.375,
            "share of draws with lasting leverage above gain": 0.75,
            "critical discount factor": 0.5,
            "threshold, low": -0.5,
            "threshold, high": "none",  # no patience is enough
            "binding": "BBB",
        }
    ]
    assert entries(found.months_table()) == [
        {
            "month": "2025-04",
            "days of curb": 27,
            "change of leverage, % GDP": 1.0,
            "stocks gone: change, % GDP": 2.0,
            "low": 3.0,
            "high": 4.0,
        }
    ]


def test_a_bargain():
    with_them, without = (
        SimpleNamespace(payoffs=np.array(agreed), disagreement=np.array(apart))
        for agreed, apart in (([5.0, 7.0], [1.0, 2.0]), ([4.5, 9.0], [3.0, 4.0]))
    )
    bargain = LinkedBargain("trade war", "Nash", with_them, without)
    first, second = entries(LinkageGains(("AAA", "BBB"), None, None, (bargain,)).table())
    assert first == {
        "disagreement": "trade war",
        "rule": "Nash",
        "player": "AAA",
        "disagreement without, % GDP": 3.0,
        "disagreement with, % GDP": 1.0,
        "controls off the table, % GDP": 4.5,
        "controls on it, % GDP": 5.0,
        "gain by linkage, % GDP": 0.5,
    }
    assert (second["player"], second["gain by linkage, % GDP"]) == ("BBB", -2.0)


def test_a_payoff_set():
    payoffs = SimpleNamespace(
        outer=np.array([[1.0, 8.0], [4.0, 2.0], [3.0, 9.0]]), gap=0.5, status="complete",
        game=SimpleNamespace(stage=SimpleNamespace(payoffs=np.zeros((3, 4, 2)))),
    )  # fmt: skip
    found = BargainSets((BargainVariant(True, False, payoffs),), (), ("AAA", "BBB"), 0.9)
    assert entries(found.table()) == [
        {
            "game": "with the curb, controls outside it",
            "profiles": 12,
            "worst for AAA, % GDP": 1.0,
            "best for AAA": 4.0,
            "worst for BBB": 2.0,
            "best for BBB": 9.0,
            "vertices": 3,
            "gap": 0.5,
            "status": "complete",
        }
    ]


def test_a_win_set_and_where_the_first_side_turns():
    found = WinSets(
        ("AAA", "BBB"), np.array([0.0, 0.5, 1.0]), 16, np.array([[9, 8], [7, 6], [5, 4]]),
        np.array([3, 2, 1]), np.array([2, 1, 0]), np.array([[True, False], [True, False], [False, True]]),
        np.array([[-1.0, -2.0], [-3.0, -4.0], [-5.0, -6.0]]), "stage equilibrium",
    )  # fmt: skip
    assert entries(found.table())[2] == {
        "hawk weight": 1.0,
        "AAA ratifies": 5,
        "BBB ratifies": 4,
        "both ratify": 1,
        "better for one or both": 0,
        "AAA ratifies full calm": False,
        "BBB ratifies full calm": True,
        "no agreement, AAA, % GDP": -5.0,
        "no agreement, BBB, % GDP": -6.0,
    }
    assert found.turning_weight == 1.0


def test_a_leg_under_noise():
    moves = ("BBB curb to full", "AAA curb to full")
    leg = SimpleNamespace(
        leg="tariff", covered=("AAA tariff",), words="holds", margin=0.5, departure="AAA tariff to high",
        outside_moves=moves, custom_holds=False,
    )  # fmt: skip
    assert entries(NoiseVerdicts("a", None, None, None, (leg,)).table()) == [
        {
            "leg": "tariff",
            "covered": ("AAA tariff",),
            "under noise": "holds",
            "least margin, % GDP": 0.5,
            "closest departure": "AAA tariff to high",
            "outside, moment": "BBB curb to full; AAA curb to full",
            "outside, custom holds": False,
        }
    ]


def test_a_chance_of_misreading():
    point = NoisePoint(0.25, (("tariff", 0.5), ("any", 0.75)), (("none", 1.0), ("all_or_nothing", 2.0)))
    assert entries(NoiseSweep("a", (point,)).table()) == [
        {
            "misread in a year": 0.25,
            "false alarm a period, tariff": 0.5,
            "false alarm a period, any": 0.75,
            "margin, none, % GDP": 1.0,
            "margin, all_or_nothing, % GDP": 2.0,
        }
    ]
