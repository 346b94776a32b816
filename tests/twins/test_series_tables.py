"""Scores by series, reliability, games and rates of theories, simulated records: once more by plain code."""

import math
import runpy
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import negotiation as ng
from tests.twins.plain_record import Plain

INSTRUMENTS = ["tariff", "entity_list"]
SCORES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "scores.py"))


@cache
def plain(name, past=False):
    return Plain(name, past)


# --- games and rates of theories ---------------------------------------------------------------------------


@cache
def theory_game(theory):
    return ng.truce("2025-10-busan").continuous_game(theory, instruments=INSTRUMENTS)


def kept_by_busan():
    """What the text prescribes, and else the levels of the day before it was signed."""
    here = plain("us-china-2025")
    paper = here.papers["2025-10-busan"]
    signed = date.fromisoformat(str(paper["signed"]))
    return here.on(signed - timedelta(days=1)) | here.bound(paper)


def flow_of(game, levels, player):
    """What a player's flow is at some levels in the first phase."""
    postures = game.kept
    for (country, name), level in levels.items():
        postures = postures.after(country, {name: level})
    state = game.game.states.index(game.state_of(postures))
    return float(game.game.flows[state, game.game.players.index(player)])


def own_choices(game, country):
    """Every combination of a country's levels in the game."""
    found = [{}]
    for (c, name), labels in game.ladders.items():
        if c == country:
            found = [{**one, (c, name): label} for one in found for label in labels]
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    "theory", ["each for itself", "moment", "custom in kind", "shadow linkage", "renegotiation"]
)
def test_what_phases_aim_at(theory):
    game, kept = theory_game(theory), kept_by_busan()
    aims = {phase: {} for phase in game.phases}
    first = game.phases[0]
    for phase, country, name, level in game.table().rows:
        aims["" if phase == "always" else phase][country, name] = level
    for phase in game.phases[1:]:
        # Only what is another level than in the first phase is told.
        assert all(level != aims[first][pair] for pair, level in aims[phase].items())
    assert set(aims[first]) == set(game.ladders)
    if theory != "each for itself":
        assert aims[first] == {pair: kept[pair] for pair in game.ladders}
    for phase in game.phases:
        whole = aims[first] | aims[phase]
        assert whole == {pair: levels[game.phases.index(phase)] for pair, levels in game.rule.aims.items()}
    if "ended" in game.phases:
        over = aims[first] | aims["ended"]
        for country in ("USA", "CHN"):
            best = flow_of(game, over, country)
            for choice in own_choices(game, country):
                assert flow_of(game, over | choice, country) <= best + 1e-9
    assert game.table().title == f"2025-10-busan under {theory}: what phases aim at"


def plain_rates(game, state):
    """How often a year each event comes in a state: values by one dense system, choices by their logit."""
    play = game.game
    size, count = len(play.states), len(play.players)
    values = np.zeros((size, count))
    for i in range(count):
        system, right = np.zeros((size, size)), np.zeros(size)
        for s in range(size):
            system[s, s] += play.discount_rates[i]
            right[s] += play.flows[s, i]
            for maker, rows, choice in zip(play.makers, play.options, game.strategies, strict=True):
                for place, chance in zip(range(rows.indptr[s], rows.indptr[s + 1]), choice[s], strict=True):
                    rate = float(np.broadcast_to(maker.rate, size)[s]) * chance
                    system[s, s] += rate
                    system[s, rows.targets[place]] -= rate
                    right[s] += rate * rows.payoffs[place] * (position(play, maker) == i)
        for one, other, rate in zip(play.nature.sources, play.nature.targets, play.nature.rates, strict=True):
            system[one, one] += rate
            system[one, other] -= rate
        values[:, i] = np.linalg.solve(system, right)
    found, s = dict.fromkeys(play.events, 0.0), play.states.index(state)
    for maker, rows in zip(play.makers, play.options, strict=True):
        own = range(rows.indptr[s], rows.indptr[s + 1])
        worth = [
            maker.precision * (rows.payoffs[k] + values[rows.targets[k], position(play, maker)]) for k in own
        ]
        weights = [math.exp(x - max(worth)) for x in worth]
        for k, weight in zip(own, weights, strict=True):
            if rows.events[k] >= 0:
                rate = float(np.broadcast_to(maker.rate, size)[s])
                found[rows.event_names[rows.events[k]]] += rate * weight / sum(weights)
    return found


def position(play, maker):
    return maker.player if isinstance(maker.player, int) else play.players.index(maker.player)


@pytest.mark.parametrize("theory", ["moment", "custom in kind"])
def test_rates_of_theories(theory):
    game, here, kept = theory_game(theory), plain("us-china-2025"), kept_by_busan()
    states = [game.start]
    for pair, labels in game.ladders.items():
        ladder = here.labels(pair)
        harsher = [x for x in ladder if x in labels and ladder.index(x) > ladder.index(kept[pair])]
        if harsher:
            step = (*pair, kept[pair], harsher[0])
            after = game.kept.after(pair[0], {pair[1]: harsher[0]})
            states.append(game.state_of(after, game.phase_after([step])))
    assert len(set(states)) == 4
    for state in states:
        assert game.intensities(state) == pytest.approx(plain_rates(game, state), rel=1e-6, abs=1e-12)
