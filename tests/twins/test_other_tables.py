"""Tables that no other module here sets beside plain code; and that each table is in one of them."""

from functools import cache

import numpy as np
import pytest

import negotiation as ng
import negotiation.lab
import negotiation.truces
from negotiation.disputes import State
from negotiation.lab import Experiment, space
from negotiation.truces.claims import claims
from negotiation.truces.claims.table import claims_table
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.truces.theories.common.turning import Turn
from negotiation.truces.verdicts.authority import authority_loss
from negotiation.truces.verdicts.moving_states import truce_in_states
from negotiation.truces.verdicts.theory_verdicts import Turns
from tests.twins.plain_record import REPLAYED, Plain, entries


@cache
def plain():
    return Plain("us-china-2025")


@cache
def replayed(name):
    return ng.replay(name, draws=0)


@pytest.mark.parametrize("name", REPLAYED)
def test_clauses_of_a_truce(name):
    rows = entries(ng.truce(name).table())
    for row, one in zip(rows, plain().papers[name]["clauses"], strict=True):
        assert tuple(row.values()) == (
            one["id"], one["side"], one["record_instrument"], one.get("level"), one["covered"],
            one["verifiability"], one["observed"],
        )  # fmt: skip


@pytest.mark.parametrize("name", REPLAYED)
def test_verdicts_by_theory_and_what_holds_under_all(name):
    found = ng.verdict(name, theories=["each for itself", "moment", "custom in kind"], draws=4)
    rows = entries(found.table())
    legs = list(dict.fromkeys(row["leg"] for row in rows))
    for row, one in zip(rows, found.rows, strict=True):
        first = ""
        if one.departure:
            more = len(one.departure) - 1
            first = f"{one.player} {one.departure[0][0]}" + (f" +{more}" if more else "")
        assert row == {
            "leg": one.leg, "theory": one.theory, "verdict": f"{one.word} {one.share:.2f}",
            "margin": one.margin, "gain now": one.gain, "loss later": one.loss, "departure": first,
        }  # fmt: skip
    wide = found.by_theory()
    assert wide.columns == ("leg", "each for itself", "moment", "custom in kind")
    for line in wide.rows:
        own = [one for one in found.rows if one.leg == line[0]]
        assert line[1:] == tuple(f"{o.word} {o.share:.2f}" for o in own)
    assert wide.title.endswith("the share of 4 draws in which it does?")
    sets = found.identified_set().table()
    assert [line[0] for line in sets.rows] == legs
    for leg, word, under in sets.rows:
        own = [one for one in found.rows if one.leg == leg]
        holding = tuple(one.theory for one in own if one.word == "holds")
        assert under == holding
        none = all(one.word == "breaks" for one in own)
        assert word == ("all" if len(holding) == len(own) else "none" if none else "some")


def test_what_verdicts_turn_on():
    one, two = Turn(("a",), True, "below", (0.25,), 0.4), Turn(("b", "c"), False, "towards", (1.0, 2.5), 0.75)
    found = Turns("x", (("tariff", "moment", False, (one, two)), ("other", "moment", True, ())))
    assert entries(found.table()) == [
        {"leg": "tariff", "theory": "moment", "holds": False,
         "turns on": "a: holds below 0.25; holds in 0.40; b and c: breaks towards 1, 2.5; holds in 0.75"},
        {"leg": "other", "theory": "moment", "holds": True, "turns on": "no one or two parameters"},
    ]  # fmt: skip
    assert found.of("tariff", "moment") == (one, two)
    assert (one.other, two.other) == (0.4, 0.25)


@pytest.mark.parametrize("name", REPLAYED)
def test_legs_under_noise(name):
    here, found = plain(), replayed(name).noise
    for row, leg in zip(entries(found.verdicts.table()), found.verdicts.legs, strict=True):
        classes = list(leg.by_class.values())
        bound = next((d for d in classes if d.gain > 0), classes[0] if classes else None)
        decisive = bound
        if leg.outside and (bound is None or bound.gain <= 0):
            decisive = max(leg.outside, key=lambda move: move.gain)
        assert row["least margin, % GDP"] == (np.inf if decisive is None else -decisive.gain)
        assert row["closest departure"] == (None if decisive is None else str(decisive))
        moves = "; ".join(str(move) for move in leg.outside)
        if bound is not None and bound.gain > 0:
            where = "" if bound.where == "kept" else f" while {bound.where}"
            told = f"breaks{where}: {bound}"
        else:
            told = f"moved on outside the text: {moves}" if leg.outside else "holds"
        assert (row["leg"], row["under noise"], row["outside, moment"]) == (leg.leg, told, moves)
        free = any(
            here.legs[n] == leg.leg and (c, n) not in found.verdicts.compiled.plan.kept for c, n in here.pairs
        )
        checked = found.verdicts.custom
        assert row["outside, custom holds"] == (checked.holds if free and checked is not None else None)


def test_paths_of_readings():
    found = replayed("2025-05-geneva").noise
    rows = entries(found.path_table())
    for row, (linkage, outside, play, path) in zip(rows, found.paths, strict=True):
        assert (row["linkage"], row["outside the readings"], row["play"]) == (linkage, outside, play)
        told = "; ".join(f"{move.period}: {move}" for move in path.moves[:6])
        more = len(path.moves) - 6
        assert row["moves, by period"] == told + (f"; and {more} more" if more > 0 else "")
        assert row["nothing moves from period"] == path.stops
    assert rows[0]["linkage"] == ng.truce("2025-05-geneva").linkage.kind
    assert found.path is found.paths[0][3]
    assert replayed("2025-10-busan").noise.path is None


def test_the_least_worth_of_a_truce_over_states():
    found = truce_in_states(
        plain().scenario, State(curb_dependence=0, control_dependence=1, stocks=1, clock=2, authority=1)
    )
    worth = {}
    for margin in found.margins:
        key = ("lost", "in force")[margin.state.authority], margin.state.clock
        worth.setdefault(key, []).append(margin.worth)
        assert margin.state.clock > 0
    rows = found.table().rows
    assert {row[:2] for row in rows} == set(worth)
    assert [row[1] for row in rows if row[0] == "in force"] == [3, 2, 1]
    for row in rows:
        assert row[2:] == tuple(min(w[i] for w in worth[row[:2]]) for i in (0, 1))
    several = [w for w in worth.values() if len({x[0] for x in w}) > 1]
    assert several  # else least and greatest would be the same


def test_truces_with_and_without_authority():
    names = (*REPLAYED, "2025-06-london")  # an amendment, whose tariffs stand in another text
    found = authority_loss(plain().scenario, names)
    rows = entries(found.table())
    assert [(r["truce"], r["tariff authority"]) for r in rows] == [
        (name, word) for name in names for word in ("in force", "lost")
    ]
    for row, one in zip(rows, found.rows, strict=True):
        for i, side in enumerate(("USA", "CHN")):
            assert row[f"truce for {side}, % GDP"] == one.payoffs[i]
            assert row[f"worst for {side}, % GDP"] == one.worst[i]
            assert row[f"at stake for {side}"] == one.payoffs[i] - one.worst[i]
    kept = [one for one in found.rows if one.in_force]
    for one in kept:
        # With the authority in force it is the truce as replayed.
        game = replayed(one.truce).check()
        assert one.payoffs == pytest.approx(game.incentives.stage.payoff(game.incentives.kept))
        assert one.trigger == game.critical.value


def test_gains_by_linkage():
    found = linkage_gains(plain().scenario)
    rows = iter(entries(found.table()))
    for one in found.bargains:
        for i, side in enumerate(("USA", "CHN")):
            row = next(rows)
            assert (row["disagreement"], row["rule"], row["player"]) == (one.disagreement, one.rule, side)
            assert row["disagreement with, % GDP"] == one.linked.disagreement[i]
            assert row["disagreement without, % GDP"] == one.unlinked.disagreement[i]
            assert row["gain by linkage, % GDP"] == pytest.approx(
                row["controls on it, % GDP"] - row["controls off the table, % GDP"]
            )
            # A bargain gives nobody less than disagreement does.
            assert row["controls on it, % GDP"] >= row["disagreement with, % GDP"] - 1e-9
            assert one.on(State(precedent=1)) is one.linked
            assert one.on(State(precedent=0)) is one.unlinked
    assert next(rows, None) is None
    war = found.under("trade war")
    assert all(np.array_equal(one.linked.disagreement, one.unlinked.disagreement) for one in war)


def measured(cell):
    return {"y": cell["x"]}


def test_what_an_experiment_asks_and_what_theories_and_claims_say():
    varied = space.grid({"x": [1, 2], "z": [0]})
    one = Experiment(
        slug="asked", question="What?", measure=measured, space=varied, replications=3, seed=7,
        scenario="us-china-2025",
    )  # fmt: skip
    assert dict(one.table().rows) == {
        "question": "What?", "varied": ("x", "z"), "cells": 6, "scenario": "us-china-2025", "game": None,
        "seed": 7,
    }  # fmt: skip
    for row, theory in zip(ng.theories().table().rows, ng.theories().found, strict=True):
        assert row == (theory.name, theory.phases, theory.outside, theory.off_path)
    names = ["leverage_outweighs_gain", "clocks_honest"]
    told = claims_table(plain().scenario, 4, names=names).notes()
    assert list(told.rows) == [(n, claims()[n].unit, claims()[n].notes) for n in names]
