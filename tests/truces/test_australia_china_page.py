"""The tables of docs/explanation/australia-china-2020.md are those that the games give."""

from functools import cache
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.truces.record.timeline import level_changes, record_begins, record_ends
from negotiation.truces.replay.move_analysis import analyse_moves
from negotiation.truces.replay.placebos import score_placebo
from negotiation.truces.replay.window_scores import usual_predictors
from negotiation.truces.verdicts.moving_states import truce_in_states
from tests.truces.moment_by_draw import DRAWS, drawn, holding

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "australia-china-2020.md"
WORLD = ng.load_scenario("australia-china-2020")
TRUCES = ("2023-04-barley", "2023-10-wine")
PLACEBO = "2024-10-vientiane"
SIMPLE = ("hold", "coin", "shrunk", "two pace", "self exciting")
SCORED = (*SIMPLE, *(one.name for one in ng.theories() if one.in_time))
"""Predictors that the page shows."""


def table(marker):
    """The cells of the table of the page below a marker, without its head."""
    below = PAGE.read_text().split(f"<!-- {marker} -->\n", 1)[1]
    lines = below.split("\n\n", 1)[0].splitlines()
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


@cache
def replayed(truce):
    return ng.replay(truce, WORLD, draws=DRAWS)


def name_of(truce):
    return truce.split("-")[2]


def yes(flag):
    return {True: "yes", False: "no"}.get(flag, "open")


@pytest.mark.long
def test_verdicts_by_leg():
    rows = []
    for truce in TRUCES:
        for leg in replayed(truce).legs:
            who = f": {leg.verdict.first.replace('_', ' ')}" if leg.verdict.word == "breaks" else ""
            held = "held" if leg.record_held else "broke"
            words = f"{leg.verdict.word}{who}"
            rows.append((name_of(truce), leg.leg, words, f"{leg.share:.2f}", held, yes(leg.agree)))
    assert table("verdicts") == rows


@pytest.mark.long
def test_the_text_as_written_and_as_australia_read_it():
    rows = []
    for truce in TRUCES:
        for coverage in ("as written", "as read by AUS"):
            check = replayed(truce).check(coverage)
            value = check.critical.value
            least = "none" if value is None else f"{float(value):.2f}"
            rows.append((name_of(truce), coverage, yes(check.verdict.holds), least))
    assert table("coverage") == rows


@pytest.fixture(scope="module")
def goods():
    return {name for name, bound in WORLD.bindings.items() if bound.form.name == "transfer"}


@pytest.mark.long
def test_closings_and_openings_that_pay(goods):
    assert len(goods) == 8
    rows = []
    for worth in (0.0, 0.1, 0.3):
        world = WORLD.with_parameters({"goods.leverage": worth})
        begins, ends = record_begins(world), record_ends(world)
        moves = analyse_moves(world, level_changes(world), begins, ends, world.default_state).moves
        changed = [m for m in moves if m.instrument in goods and m.after not in (None, m.before)]
        cells = []
        for direction in ("escalate", "de-escalate"):
            own = [m.payoff_change for m in changed if m.direction == direction]
            cells.append(f"{sum(change > 0 for change in own)} of {len(own)}")
        rows.append((f"{worth:g}", *cells))
    assert table("moves") == rows
    assert WORLD.parameters["goods.leverage"] == 0.1


@pytest.mark.long
def test_the_sign_that_decides():
    values = drawn(WORLD).values
    worth, cost = values["goods.leverage"], values["goods.buyer_cost"]
    rows = []
    for words, where in (("worth above cost", worth > cost), ("cost above worth", worth <= cost)):
        cells = [words, f"{where.mean():.2f}"]
        for truce, leg in ((TRUCES[0], "control"), (TRUCES[1], "tariff"), (TRUCES[1], "control")):
            of_leg = tuple(n for n, one in WORLD.instruments.items() if one.leg == leg)
            cells.append(f"{holding(truce, WORLD, of_leg)[leg][where].mean():.2f}")
        rows.append(tuple(cells))
    assert table("sign") == rows


@pytest.mark.long
def test_scores():
    predictors = usual_predictors(WORLD)
    found = {name: replayed(name).score(predictors) for name in TRUCES}
    found[PLACEBO] = score_placebo(ng.truce(PLACEBO), WORLD, predictors)
    rows = [
        (
            name_of(truce), f"{scores.cells.moved} of {scores.cells.outcomes.size}",
            *(f"{scores.mean(name):.3f}" for name in SCORED),
        )
        for truce, scores in found.items()
    ]  # fmt: skip
    assert table("scores") == rows


@pytest.mark.long
def test_the_truce_over_moving_states():
    found = truce_in_states(WORLD)
    assert found.verdict.holds
    assert f"by {float(found.verdict.margin):.7f} percent of GDP" in PAGE.read_text()
