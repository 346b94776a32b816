"""What the explorer's page says of moves, and in which share of draws a leg holds where its sliders begin."""

import pandas as pd

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.report.commands.ask import answered, base_rates, would_pay

MAKES = ("look_asks", "look_shares")
HEAVY = True  # some four minutes of one processor
TRUCES = ("2025-05-geneva", "2025-10-busan", "2026-09-washington")
RATES = range(0, 155, 5)
"""Tariff rates in percent that are asked about, from the lowest level of the ladder on."""

FEW = 8
"""Draws of a budget below which one truce and one move are asked about."""


def compute(budget):
    """Return both tables."""
    few = budget.replay_draws < FEW
    return {
        "look_shares": shares(TRUCES[:1] if few else TRUCES, budget.replay_draws, budget.seed),
        "look_asks": asks([*moves()][-1 if few else 0 :]),
    }


def shares(truces, draws, seed):
    """Return the share of draws in which each leg holds under each theory, as `verdict` says it."""
    rows = [
        (truce, row.theory, row.leg, row.word, row.share, *row.interval, draws)
        for truce in truces
        for row in ng.verdict(truce, draws=draws, rng=seed)
    ]
    return pd.DataFrame(rows, columns=["truce", "theory", "leg", "verdict", "share", "low", "high", "draws"])


def moves():
    """Return the moves that are asked about: every level, and tariff rates in steps of five."""
    world = load_scenario("us-china-2025")
    for country in world.countries:
        for name in world.held(country):
            for level in world.instrument(country, name).levels[country]:
                yield f"{country} {name} {level.label}"
        least = min(level.value for level in world.instrument(country, "tariff").levels[country])
        yield from (f"{country} tariff {rate}" for rate in RATES if rate >= least)


def asks(moves):
    """Return the sentences of the command `ask` about each move at central values, and what theories say."""
    rows = []
    for move in moves:
        try:
            result = ng.ask(move, draws=0)
        except (ng.errors.InvalidOptions, ng.errors.IllegalMove) as error:
            rows.append((move, "refused", str(error), None, None, None))
            continue
        lines = (*answered(result), *would_pay(result), *base_rates(result))
        rows += [(move, "line", line, None, None, None) for line in lines]
        rows += [
            (move, "leg", ", ".join(row.legs), row.theory, row.word, float(f"{row.margin:.3e}"))
            for row in result.legs
        ]
    return pd.DataFrame(rows, columns=["move", "kind", "text", "theory", "word", "margin"])
