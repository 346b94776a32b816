"""An agreement as its text has it, at many parameter values: what its parts gain and stake, what it frees.

Payoffs add up over instruments but for the curb's interaction with tariffs at their peak. So the game of the
text splits into tariffs with the curb on one hand and each other instrument by itself on the other, and its
gains and stakes are the sums over these (`incentives_by_draw.pooled`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.compiling.coverage_game import ceilings, with_terms
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.verdicts.incentives_by_draw import (
    Terms,
    best_deviation,
    deviation_gains,
    grim_margin,
    pooled,
    terms,
)
from negotiation.world.parameter_draws import CURB, ParameterDraws

TOGETHER = ("tariff", CURB)
"""Instruments that interact."""


def issue_payoffs(draws: ParameterDraws, name: str) -> dict[tuple[str, ...], FloatArray]:
    """Return the payoffs of each part of an agreement's game as written, by its instruments.

    Parameters
    ----------
    draws : ParameterDraws
        D settings.
    name : str
        Name of the agreement.

    Returns
    -------
    dict from instruments to array, shape (D, n_1, n_2, 2)
        The first profile keeps everything.
    """
    agreement = agreement_text(name)
    covered, before = agreement.covered(), postures_before(agreement, draws.scenario)
    menu, fixed = ceilings(draws.scenario, covered, before), with_terms(before, covered)
    names = list(dict.fromkeys(instrument for _, instrument in covered))
    joined = tuple(n for n in names if n in TOGETHER)
    parts = [joined, *((n,) for n in names if n not in TOGETHER)]
    return {
        part: draws.payoffs({key: menu[key] for key in menu if key[1] in part}, fixed=fixed)
        for part in parts
        if part
    }


def text_terms(draws: ParameterDraws, name: str) -> Terms:
    """Return gains and stakes of everything that an agreement covers as written, under one trigger."""
    return pooled([terms(payoffs) for payoffs in issue_payoffs(draws, name).values()])


def leg_margins(draws: ParameterDraws, name: str, leg: str) -> dict[str, FloatArray]:
    """Return the margin of each player in one leg: departures within it, all stakes pooled.

    Departures of one player in several instruments of the leg at once are among them.

    Returns
    -------
    dict from player to array, shape (D,)
        Only players whom the text binds in the leg.
    """
    scenario, covered = draws.scenario, agreement_text(name).covered()
    stakes, delta = text_terms(draws, name).stakes, draws.discount_factor
    found: dict[str, FloatArray] = {}
    for i, player in enumerate(scenario.countries):
        bound = [n for c, n in covered if c == player and scenario.instruments[n].leg == leg]
        if bound:
            gain = _leg_gain(draws, name, i, bound)
            found[player] = grim_margin(gain, stakes[:, i], delta)
    return found


def _leg_gain(draws: ParameterDraws, name: str, player: int, bound: Iterable[str]) -> FloatArray:
    """Return the best joint gain of a player within some instruments: positive gains add up."""
    gains = np.stack([own_gains(draws, name, player, instrument).max(axis=1) for instrument in bound])
    joint: FloatArray = np.where(
        (gains > 0).any(axis=0), np.maximum(gains, 0.0).sum(axis=0), gains.max(axis=0)
    )
    return joint


def own_gains(draws: ParameterDraws, name: str, player: int, instrument: str) -> FloatArray:
    """Return what each harsher level of one covered instrument gains its holder, shape (D, levels - 1)."""
    agreement = agreement_text(name)
    covered, before = agreement.covered(), postures_before(agreement, draws.scenario)
    menu, fixed = ceilings(draws.scenario, covered, before), with_terms(before, covered)
    country = draws.scenario.countries[player]
    return deviation_gains(
        draws.payoffs({(country, instrument): menu[country, instrument]}, fixed=fixed), player
    )


def free_gains(draws: ParameterDraws, name: str, leg: str) -> Mapping[str, FloatArray]:
    """Return the gain of the best harsher level of each instrument of a leg that the text leaves free.

    Returns
    -------
    mapping from "country instrument" to array, shape (D,)
        Levels as they stood on the day before the signing; an instrument at its harshest is left out.
    """
    scenario, agreement = draws.scenario, agreement_text(name)
    covered = agreement.covered()
    stands = with_terms(postures_before(agreement, scenario), covered)
    found: dict[str, FloatArray] = {}
    for i, country in enumerate(scenario.countries):
        for instrument in scenario.held(country):
            if (country, instrument) in covered or scenario.instruments[instrument].leg != leg:
                continue
            labels = scenario.instruments[instrument].labels(country)
            harsher = labels[labels.index(stands[country][instrument]) :]
            if len(harsher) > 1:
                payoffs = draws.payoffs({(country, instrument): harsher}, fixed=stands)
                found[f"{country} {instrument}"] = best_deviation(payoffs, i)
    return found
