"""A posture game in parts against the same game as a whole, and what links instruments."""

import numpy as np
import pytest

import negotiation as ng
from tests.us_china import CENTRAL

CASES = [
    {"size": "core", "moving": [], "agencies": "instruments"},
    {"size": "core", "moving": [], "agencies": True},
    {"size": "core", "moving": [], "agencies": "instruments", "precision": 300.0, "reach": "any"},
    {"size": "small", "moving": ["stocks"], "agencies": "instruments"},
    {
        "instruments": ["tariff", "rare_earth_curb", "purchases", "visa"],
        "moving": ["stocks", "authority"],
        "agencies": "instruments",
        "adjustment": 0.002,
    },
    {
        "instruments": ["tariff", "visa", "port_fee", "purchases"],
        "moving": ["authority"],
        "agencies": "instruments",
        "fixed": {"CHN": {"rare_earth_curb": "october_package"}},
    },
]


def names(options):
    return [str(options.get(key)) for key in ("size", "moving", "agencies")]


@pytest.mark.long
@pytest.mark.parametrize("options", CASES, ids=lambda options: " ".join(names(options)))
def test_parts_are_the_whole(options):
    given = dict(options)
    size = given.pop("size", None)
    joint = CENTRAL.continuous_game(size, **given)
    whole = ng.markov_perfect_equilibria(joint, starts=1)[0]
    factored = CENTRAL.factored_game(size, **given)
    assert factored.n_states == joint.n_states
    found = factored.solve()
    assert len(factored.parts) > 1
    rng = np.random.default_rng(7)
    here = [label for label in joint.states if label.split(" | ")[1:] == joint.states[0].split(" | ")[1:]]
    for label in rng.choice(here, size=min(40, len(here)), replace=False):
        postures = CENTRAL.calm()
        for part in str(label).split(" | ")[0].split("; "):
            country, levels = part.split(": ")
            postures = postures.after(country, dict(one.split("=") for one in levels.split(" ")))
        for player in joint.players:
            assert found.value(postures, player) == pytest.approx(whole.value(label, player), abs=1e-8)
        assert found.intensities(postures) == pytest.approx(whole.intensities(label), abs=1e-7)


def test_links_are_read_off_the_payoffs():
    parts = CENTRAL.factored_game("full", moving=[], agencies="instruments").parts
    linked = {pair for part in parts if len(part.instruments) > 1 for pair in part.instruments}
    # What a tariff leaves of the harm of the curb, and of the other tariff, enters one payoff.
    assert linked == {("USA", "tariff"), ("CHN", "tariff"), ("CHN", "rare_earth_curb")}
    assert sum(len(part.instruments) for part in parts) == 12
    # The curb and the controls drive the state of the world, and the law of tariffs goes with it.
    names = ["tariff", "chip_control", "rare_earth_curb", "visa"]
    moving = CENTRAL.factored_game(instruments=names, agencies="instruments").parts
    core = max(moving, key=lambda part: len(part.instruments)).instruments
    assert {("USA", "tariff"), ("USA", "chip_control"), ("CHN", "rare_earth_curb")} <= set(core)
    assert all(
        ("visa" in str(part.instruments)) == (part.instruments == (("USA", "visa"),)) for part in moving
    )


def test_one_maker_among_several_instruments_links_them():
    assert len(CENTRAL.factored_game("core", moving=[]).parts) == 1
    by_agency = CENTRAL.factored_game("full", moving=[], agencies=True).parts
    assert (("USA", "chip_control"), ("USA", "entity_list")) in {part.instruments for part in by_agency}
