"""The generic game of a truce: ranges as committed, shares by a plain program, and what changes nothing."""

import re
from dataclasses import replace
from hashlib import sha256
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.truce_panel.generic_game import priors
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.panel import OWN, Panel

PRIORS = OWN.parent / "priors.toml"
RECORD = Path(__file__).parents[3] / "docs/decisions/0067-a-generic-game-for-each-truce.md"
PANEL = ng.panel()
AIRCRAFT = "2021-06-aircraft-eu"
DRAWS = 16


def test_the_ranges_are_those_that_were_committed_before_outcomes_were_seen():
    named = re.search(r"`([0-9a-f]{64})`", RECORD.read_text(encoding="utf-8"))
    assert named
    assert named[1] == sha256(PRIORS.read_bytes()).hexdigest()


# By hand, from the card: what each side holds, at which strength it is kept, and what others can check.
HELD = {
    "USA": {"tariff_bound": 0.0, "tariff_left_out": "tariff_left_out.strength.USA.kept", "other_bound": 0.0},
    "EUU": {"tariff_bound": 0.0, "tariff_left_out": 0.0, "other_bound": 0.0},
}
BOUND = {("USA", "tariff_bound"), ("EUU", "tariff_bound")}


def plain_payoff(postures, numbers, gdp):
    """Return both sides' payoffs of two postures: strengths by part, percent of GDP."""
    payoffs = []
    for side, other in (("USA", "EUU"), ("EUU", "USA")):
        own = sum(
            (numbers[f"{part}.gain.{side}"] - numbers[f"{part}.cost.{side}"])
            * numbers[f"{part}.value.{side}"]
            * x
            for part, x in postures[side].items()
        )
        lost = sum(
            numbers[f"{part}.loss.{other}"] * numbers[f"{part}.value.{other}"] * x
            for part, x in postures[other].items()
        )
        payoffs.append(100.0 * (own - lost) / gdp[side])
    return payoffs


def plain_moment(numbers, levels, kept, bound, delta, gdp):
    """Return which parts the theory *moment* keeps, from stage payoffs of all postures, one at a time."""
    sides = ("USA", "EUU")

    def paid(changes):
        return plain_payoff({side: {**kept[side], **changes.get(side, {})} for side in sides}, numbers, gdp)

    # The game of what is bound: kept or harsher.
    held = {side: [part for part in levels[side] if (side, part) in bound] for side in sides}
    menus = {
        side: [
            dict(zip(held[side], choice, strict=True))
            for choice in product(*([x for x in levels[side][p] if x >= kept[side][p]] for p in held[side]))
        ]
        for side in sides
    }
    stable = []
    for own, other in product(menus["USA"], menus["EUU"]):
        here = paid({"USA": own, "EUU": other})
        best = max(paid({"USA": a, "EUU": other})[0] for a in menus["USA"])
        reply = max(paid({"USA": own, "EUU": b})[1] for b in menus["EUU"])
        if here[0] >= best - 1e-12 and here[1] >= reply - 1e-12:
            stable.append(here)
    over = min(stable, key=sum)
    now = paid({})
    found = {}
    for i, side in enumerate(sides):
        worth = []
        for choice in product(*levels[side].values()):
            move = dict(zip(levels[side], choice, strict=True))
            harsher = {part for part in move if move[part] > kept[side][part]}
            gain = (1 - delta) * (paid({side: move})[i] - now[i])
            breach = any((side, part) in bound for part in harsher)
            worth.append((gain - (delta * (now[i] - over[i]) if breach else 0.0), harsher))
        for part in levels[side]:
            most = max(v for v, harsher in worth if part in harsher)
            rest = max(v for v, harsher in worth if part not in harsher)
            found[part] = found.get(part, True) and most <= rest + 1e-12
    return found


def test_a_share_is_that_of_a_plain_program_over_stage_payoffs():
    world = PANEL.scenario(AIRCRAFT)
    draws = sobol_draws(world, DRAWS, NUMERICS.draw_seed)
    counts = {}
    for k in range(DRAWS):
        numbers = dict(world.parameters) | {name: float(values[k]) for name, values in draws.values.items()}
        kept = {side: {part: numbers.get(x, x) for part, x in own.items()} for side, own in HELD.items()}
        levels = {
            side: {part: sorted({0.0, x, 1.0}) for part, x in own.items()} for side, own in kept.items()
        }
        delta = numbers["discount_factor_annual"] ** (numbers["reaction_lag_days"] / 365.0)
        gdp = {side: numbers[f"{side}.gdp"] for side in HELD}
        for part, holds in plain_moment(numbers, levels, kept, BOUND, delta, gdp).items():
            counts[part] = counts.get(part, 0) + holds
    shares = {
        f"{row.card.leg}_{'bound' if row.card.covered else 'left_out'}": row.share
        for row in PANEL[AIRCRAFT].theories(draws=DRAWS).rows
        if row.theory == "moment"
    }
    assert shares == {part: count / DRAWS for part, count in counts.items()}


def test_what_the_card_says_is_what_the_game_has():
    world, ranges = PANEL.scenario(AIRCRAFT), priors()
    # 7.5 bn of US duties and 4 bn of European ones, both suspended, the calmest of their two levels.
    assert world.quantities["tariff_bound.value.USA"].value == 7.5
    assert world.quantities["tariff_bound.value.EUU"].value == 4.0
    assert world.instruments["tariff_bound"].labels("USA") == ("kept", "harsh")
    tariff = ranges.forms["tariff"]
    assert world.quantities["tariff_bound.loss.USA"].high == tariff.loss.high
    # The European list left out is leverage alone, so that little of a tariff's gain is its own.
    leverage = [
        m.own_benefit for m in PANEL[AIRCRAFT].instruments if m.instrument == "euu_2025_list_with_aircraft"
    ]
    assert leverage == ["leverage_only"]
    assert (
        world.quantities["tariff_left_out.gain.EUU"].high == tariff.gain.high * ranges.game.leverage_only.high
    )


def shares_of(panel):
    return np.array([[row.share, row.rational] for row in panel.theories(draws=DRAWS).rows])


@pytest.mark.parametrize(
    "name",
    [
        "2007-12-polish-meat",
        *(pytest.param(x, marks=pytest.mark.long) for x in (AIRCRAFT, "2020-01-phase-one")),
    ],
)
def test_shares_do_not_depend_on_order_names_or_unit(name):
    tables = PANEL[name].tables
    expected = shares_of(Panel(tables))
    turned = replace(tables, **{key: tuple(reversed(getattr(tables, key))) for key in vars(tables)})
    assert (shares_of(Panel(turned)) == expected).all()
    in_millions = replace(
        tables,
        sides=tuple(one.model_copy(update={"gdp_usd_bn": one.gdp_usd_bn * 1000}) for one in tables.sides),
        trade=tuple(one.model_copy(update={"usd_bn": one.usd_bn * 1000}) for one in tables.trade),
        instruments=tuple(
            one.model_copy(update={"exposure_usd_bn": one.exposure_usd_bn and one.exposure_usd_bn * 1000})
            for one in tables.instruments
        ),
    )
    assert shares_of(Panel(in_millions)) == pytest.approx(expected)
    (truce,) = tables.truces
    if {one.side for one in tables.instruments} == {truce.side_a, truce.side_b}:
        swapped = truce.model_copy(update={"side_a": truce.side_b, "side_b": truce.side_a})
        assert (shares_of(Panel(replace(tables, truces=(swapped,)))) == expected).all()
    renamed = replace(
        tables,
        instruments=tuple(
            one.model_copy(update={"instrument": f"m{k}"}) for k, one in enumerate(tables.instruments)
        ),
    )
    assert shares_of(Panel(renamed)) == pytest.approx(expected)
