"""A posture game in parts against the same game as a whole, and what links instruments."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidOptions, UnknownPlayer
from tests.us_china import SCENARIO

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


@pytest.mark.parametrize("options", CASES, ids=lambda options: " ".join(names(options)))
def test_parts_are_the_whole(options):
    given = dict(options)
    size = given.pop("size", None)
    joint = SCENARIO.continuous_game(size, **given)
    whole = ng.markov_perfect_equilibria(joint, starts=1)[0]
    factored = SCENARIO.factored_game(size, **given)
    assert factored.n_states == joint.n_states
    found = factored.solve()
    assert len(factored.parts) > 1
    rng = np.random.default_rng(7)
    here = [label for label in joint.states if label.split(" | ")[1:] == joint.states[0].split(" | ")[1:]]
    for label in rng.choice(here, size=min(40, len(here)), replace=False):
        postures = SCENARIO.calm()
        for part in str(label).split(" | ")[0].split("; "):
            country, levels = part.split(": ")
            postures = postures.after(country, dict(one.split("=") for one in levels.split(" ")))
        for player in joint.players:
            assert found.value(postures, player) == pytest.approx(whole.value(label, player), abs=1e-8)
        assert found.intensities(postures) == pytest.approx(whole.intensities(label), abs=1e-7)


def test_links_are_read_off_the_payoffs():
    parts = SCENARIO.factored_game("full", moving=[], agencies="instruments").parts
    linked = {pair for part in parts if len(part.instruments) > 1 for pair in part.instruments}
    # What a tariff leaves of the harm of the curb, and of the other tariff, enters one payoff.
    assert linked == {("USA", "tariff"), ("CHN", "tariff"), ("CHN", "rare_earth_curb")}
    assert sum(len(part.instruments) for part in parts) == 12
    # The curb and the controls drive the state of the world, and the law of tariffs goes with it.
    names = ["tariff", "chip_control", "rare_earth_curb", "visa"]
    moving = SCENARIO.factored_game(instruments=names, agencies="instruments").parts
    core = max(moving, key=lambda part: len(part.instruments)).instruments
    assert {("USA", "tariff"), ("USA", "chip_control"), ("CHN", "rare_earth_curb")} <= set(core)
    assert all(
        ("visa" in str(part.instruments)) == (part.instruments == (("USA", "visa"),)) for part in moving
    )


def test_one_maker_among_several_instruments_links_them():
    assert len(SCENARIO.factored_game("core", moving=[]).parts) == 1
    by_agency = SCENARIO.factored_game("full", moving=[], agencies=True).parts
    assert (("USA", "chip_control"), ("USA", "entity_list")) in {part.instruments for part in by_agency}


def test_parts_are_shown_and_wrong_calls_refused():
    game = SCENARIO.factored_game("core", moving=[], agencies="instruments")
    assert game.table().rows[0][1:] == (60, 3)
    found = game.solve()
    assert found.table().rows[0][1] == 60
    with pytest.raises(UnknownPlayer):
        found.value(SCENARIO.calm(), "EU")
    with pytest.raises(InvalidOptions, match="agencies"):
        SCENARIO.factored_game("core", agencies="ministries")


def test_an_agency_that_minds_its_own_instruments_alone_chooses_as_for_the_country_where_nobody_answers():
    joint = SCENARIO.continuous_game("core", moving=[], agencies=True)
    levels = [
        {
            (part.split(": ")[0], *one.split("=")[:1]): one.split("=")[1]
            for part in label.split("; ")
            for one in part.split(": ")[1].split(" ")
        }
        for label in joint.states
    ]
    where = {tuple(found.values()): s for s, found in enumerate(levels)}
    held = {a.name: a.instruments for a in SCENARIO.agencies["USA"]}
    flows, players, makers = [joint.flows[:, 1]], ["CHN"], []
    for maker, rows in zip(joint.makers, joint.options, strict=True):
        if maker.player == "CHN":
            makers.append(ng.DecisionMaker("CHN", maker.rate, rows, maker.precision, maker.label))
            continue
        own = held[maker.label.removeprefix("USA ")]
        alone = [
            where[tuple(x if c == "USA" and n in own else levels[0][c, n] for (c, n), x in found.items())]
            for found in levels
        ]
        flows.append(joint.flows[alone, 0])
        players.append(maker.label)
        makers.append(ng.DecisionMaker(maker.label, maker.rate, rows, maker.precision, maker.label))
    own_payoffs = ng.ContinuousTimeGame(
        np.stack(flows, axis=1), makers, joint.discount_rates[0], states=joint.states, players=players
    )
    assert own_payoffs.n_players == 3
    one, two = (ng.markov_perfect_equilibria(game, starts=1)[0] for game in (joint, own_payoffs))
    apart = {
        maker.label: float(abs(a.flat - b.flat).max())
        for maker, a, b in zip(joint.makers, one.choice_probabilities, two.choice_probabilities, strict=True)
    }
    # Tariffs change what Chinese tariffs and the curb are worth to China, and what China does then matters
    # to the United States; to whoever minds tariffs alone it does not.
    assert apart["USA commerce"] < 1e-9
    assert 1e-5 < apart["USA white_house"] < 0.05
    assert apart["CHN"] < apart["USA white_house"]
