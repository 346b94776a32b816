"""Japan and South Korea as a test case: what the solved game says by leg, in which share of draws.

Verdicts and bands were written down from the calibration's ranges before the game was first solved.
"""

import re
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.replay.window_scores import usual_predictors
from tests.truces.moment_by_draw import drawn, gaining, holding

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "japan-korea-2019.md"


@pytest.fixture(scope="module")
def standstill():
    return ng.replay("2019-11-standstill", draws=256)


@pytest.fixture(scope="module")
def tokyo():
    return ng.replay("2023-03-tokyo", draws=256)


def words():
    """Return the page on one line, as it reads."""
    return " ".join(PAGE.read_text().split())


def rows(name):
    """Return the rows of a marked table of the page."""
    block = re.search(rf"<!-- begin: {name} -->\n(.*?)<!-- end: {name} -->", PAGE.read_text(), re.DOTALL)
    return [
        tuple(cell.strip() for cell in line.strip("|\n").split("|")) for line in block[1].splitlines()[2:]
    ]


@pytest.mark.long
def test_the_page_has_the_verdicts_as_they_are(standstill, tokyo):
    found = [
        (
            found.agreement.title,
            leg.leg,
            leg.model.replace("_", " "),
            f"{leg.share:.2f}",
            re.sub(r"moved on (\S+) by (\w+)", r"harsher step by \2 on \1", leg.record.replace("_", " ")),
            {True: "yes", False: "no"}.get(leg.agree, "open"),
        )
        for found in (standstill, tokyo)
        for leg in found.legs
    ]
    assert rows("verdicts") == found


def test_the_page_has_the_incentives_as_they_are(tokyo):
    joint = {
        row.player: row for row in tokyo.check().incentives.rows if row.covered and row.instrument == "joint"
    }
    most = {
        player: max(
            (row for row in tokyo.check().incentives.rows if row.covered and row.player == player),
            key=lambda row: row.temptation,
        )
        for player in ("JPN", "KOR")
    }
    assert most["KOR"] is joint["KOR"]
    korea, japan = most["KOR"], most["JPN"]
    assert f"gain {korea.temptation:.4f} percent of its GDP a period" in words()
    assert (
        f"has {korea.stake:.4f} at stake; Japan would gain {japan.temptation:.3f} and has {japan.stake:.4f}"
        in words()
    )
    threshold, delta = float(tokyo.check().critical.value), tokyo.discount_factor
    assert f"discount factor of {threshold:.2f} a period; the calibration has {delta:.3f}" in words()


def test_the_page_says_what_decides_as_it_is(tokyo):
    name, world = tokyo.agreement.id, tokyo.scenario
    p, holds = drawn(world).values, holding(name, world)["other"]
    assert holds.mean() == tokyo.legs["other"].share
    pays = p["whitelist_jpn.own_gain"] > p["whitelist_jpn.own_cost"]
    assert (
        f"It is in {pays.mean():.0%} of draws, and in {holds[pays].mean():.0%} of those the other leg holds; "
        "in the remaining draws it never does."
    ) in words()
    assert not holds[~pays].any()
    gains = gaining(name, world)
    assert (
        f"Korea gains by departing in {gains['KOR'].mean():.0%} of draws, Japan in {gains['JPN'].mean():.0%}."
    ) in words()
    below = p["labour_claims.own_gain"] < 0
    assert (
        f"the leg holds in {holds[below].mean():.0%} of the draws in which it is negative, and in "
        f"{holds[~below].mean():.0%} of the others"
    ) in words()


@pytest.mark.long
def test_the_page_has_the_scores_of_predictions_as_they_are(tokyo):
    scores = prequential(usual_predictors(tokyo.scenario), tokyo.scenario)
    theories = scores.names[scores.names.index("each for itself") :]
    shown = ("hold", "coin", "shrunk", "two pace", "self exciting", *theories)
    assert rows("scores") == [(name, f"{scores.mean(name):.4f}") for name in shown]
    assert min(scores.names, key=scores.mean) == "self exciting"
    assert all(0 < scores.mean("hold") - scores.mean(name) < 0.004 for name in theories)
    row = scores.table().rows[0]
    cells, moves = int(row[2]), int(row[3])
    weeks = len(scores.cells.weeks)
    assert f"In {weeks} weeks and 8 instruments {moves} of {cells} cells have a move" in words()
    assert f"here one in {cells / moves:.0f}" in words()
