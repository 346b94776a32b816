"""Each part of a scenario and of its instruments makes another hash; what is only said of it does not."""

import sys
from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.instrument import Effects, Instrument, Level
from negotiation.lab import scenarios, sources
from negotiation.lab.scenarios import _instrument_content, scenario_hash
from negotiation.truces.studies.turning_weights import weighing
from tests.us_china import CENTRAL as WORLD

NAME = next(n for n, one in WORLD.instruments.items() if {"USA", "CHN"} <= set(one.levels))


def with_(name, **changes):
    """Return the scenario with an instrument changed."""
    one = replace(WORLD.instruments[name], **changes)
    return replace(WORLD, instruments={**WORLD.instruments, name: one})


def bound(name, **changes):
    """Return the scenario with the form of an instrument bound in another way."""
    one = replace(WORLD.bindings[name], **changes)
    return replace(WORLD, bindings={**WORLD.bindings, name: one})


def test_each_part_of_a_scenario_counts():
    law = WORLD.laws[-1]
    others = [
        replace(WORLD, definition=WORLD.definition.model_copy(update={"title": "another"})),
        replace(WORLD, calibration=WORLD.calibration.model_copy(update={"name": "another"})),
        replace(WORLD, laws=WORLD.laws[:-1]),
        replace(WORLD, laws=(*WORLD.laws[:-1], law.model_copy(update={"note": "another"}))),
        replace(WORLD, facts=dict(list(WORLD.facts.items())[:1])),
        replace(WORLD, instruments={n: i for n, i in WORLD.instruments.items() if n != NAME}),
        WORLD.with_past_levels(),
    ]
    found = [scenario_hash(one) for one in (WORLD, *others)]
    assert len(set(found)) == len(found)
    # Neither the order of instruments nor that of countries and moved values makes another scenario.
    turned = replace(WORLD, instruments=dict(reversed(WORLD.instruments.items())),
                     facts=dict(reversed(WORLD.facts.items())), folder=None)  # fmt: skip
    assert scenario_hash(turned) == scenario_hash(WORLD)
    two = {"security_weight": 0.4, "reaction_lag_days": 20.0}
    moved = [WORLD.with_parameters(dict(pairs)) for pairs in (two.items(), reversed(two.items()))]
    assert scenario_hash(moved[0]) == scenario_hash(moved[1])
    one = WORLD.with_parameters({"security_weight": 0.4})
    assert len({scenario_hash(each) for each in (WORLD, moved[0], one)}) == 3


def test_each_part_of_an_instrument_counts_for_each_country():
    one = WORLD.instruments[NAME]
    levels = [
        {**one.levels, code: (*one.levels[code][:-1], replace(one.levels[code][-1], lead_days=999))}
        for code in ("USA", "CHN")
    ]
    changed = [
        *(with_(NAME, levels=each) for each in levels),
        with_(NAME, levels={**one.levels, "USA": one.levels["USA"][:-1]}),
        with_(NAME, leg=next(leg for leg in ("tariff", "control", "other") if leg != one.leg)),
        with_(NAME, agencies={}),
        with_(NAME, agencies={**one.agencies, "USA": "another"}),
    ]
    assert len({scenario_hash(each) for each in (WORLD, *changed)}) == 7
    assert scenario_hash(with_(NAME, title="what it is called")) == scenario_hash(WORLD)


def test_each_part_of_a_binding_counts_and_targets_where_there_are_some():
    here = WORLD.bindings[NAME]
    form = next(b.form for b in WORLD.bindings.values() if b.form.name != here.form.name)
    changes = [
        {"form": form}, {"names": {**here.names, "role": "another"}}, {"strength": "another"},
        {"reference": "another"}, {"component": "another"}, {"shares": ("another",)},
        {"reference_share": "another"}, {"stocks": not here.stocks}, {"base": {"USA": "another"}},
        {"targets": {"USA": "JPN"}}, {"targets": {"USA": "KOR"}}, {"bystanders": {"JPN": "gain"}},
    ]  # fmt: skip
    found = [scenario_hash(bound(NAME, **change)) for change in changes]
    assert len({scenario_hash(WORLD), *found}) == len(changes) + 1
    # Which countries there are, and what levels it has, is said elsewhere.
    assert scenario_hash(bound(NAME, countries=("A", "B"))) == scenario_hash(WORLD)
    plain = _instrument_content(WORLD, NAME)
    decided = [{"agencies": WORLD.instruments[NAME].agencies}]
    assert (plain[:2], plain[3], plain[5:]) == ([NAME, WORLD.instruments[NAME].leg], here.form.name, decided)
    assert _instrument_content(bound(NAME, targets={"USA": "JPN"}), NAME)[5:] == [
        {"USA": "JPN"},
        {},
        *decided,
    ]
    assert len(_instrument_content(with_(NAME, agencies={}), NAME)) == 5


def effects(circumstances):
    return Effects(np.zeros(2), np.zeros(2))


def more_effects(circumstances):
    return Effects(np.zeros(2), np.ones(2))


def parameters(country):
    return ()


def made(**changes):
    """Return the scenario with an instrument that was made in Python."""
    levels = {"USA": tuple(Level(n, n, "2025-01-01", "", assumption=True) for n in ("none", "some"))}
    given = {"name": "made", "title": "made", "leg": "other", "levels": levels, "effects": effects,
             "parameters": parameters}  # fmt: skip
    one = Instrument(**{**given, **changes})
    return replace(WORLD, instruments={**WORLD.instruments, "made": one})


@pytest.mark.long
def test_an_instrument_that_was_made_counts_by_the_code_of_its_functions(monkeypatch):
    monkeypatch.setattr(sources, "STARTED", float("inf"))  # as if nobody had just written this file
    same = {scenario_hash(made()) for _ in range(2)}
    assert len(same) == 1
    others = [made(effects=more_effects), made(parameters=more_effects), made(intensity=effects),
              made(intensity=more_effects), made(targets={"USA": "JPN"}), made(leg="control"),
              made(base={"USA": "some"}), made(agencies={"USA": "some"})]  # fmt: skip
    assert len(same | {scenario_hash(one) for one in others}) == 9
    told_ = _instrument_content(made(), "made")
    assert (told_[3][1], told_[4][1], told_[5], len(told_)) == ("effects", "parameters", None, 6)
    # Where no file says what a function is, it is like no other.
    nameless = made(effects=lambda _: effects(_))
    assert len({scenario_hash(nameless) for _ in range(3)}) == 3
    assert str(scenarios._code(lambda _: _)).startswith("unlike any other: ")
    monkeypatch.setattr(sources, "STARTED", 0.0)
    assert len({scenario_hash(made()) for _ in range(2)}) == 2
    assert sys.modules[__name__].effects is effects


def test_agreements_that_it_was_given_count():
    text = ng.truce("2025-10-busan", WORLD)
    given = [
        WORLD.with_agreement(text.with_clause("USA", "chip_control", level))
        for level in ("licensed", "h20_stopped")
    ]
    named_ = replace(given[0], agreements={"another": next(iter(given[0].agreements.values()))})
    assert len({scenario_hash(one) for one in (WORLD, *given, named_)}) == 4
    assert scenario_hash(replace(given[0], agreements={})) == scenario_hash(WORLD)


def test_cells_of_a_trade_table_and_weights_on_interests_count():
    there = ng.load_scenario("us-china-2025", "sourced")
    others = [
        ng.load_scenario("us-china-2025", "sourced"),
        there.with_parameters({"trade.flow.CHN.USA": 440.0}),
        there.with_parameters({"tariff.horizon": 14.0}),
        there.with_levels({"USA tariff": 60}),
        weighing(there, "tariff", "revenue", 0.1),
    ]
    first, *rest = [scenario_hash(one) for one in others]
    assert scenario_hash(there) == first
    assert len({first, *rest}) == len(others)
