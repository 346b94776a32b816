"""The value of a choice to the country that made it, in each draw of the parameters.

Let u_i(l) be the payoff of a level l to country i, in percent of GDP, and d the discount factor. The value of
a choice depends on its class:

    static     u_i(chosen) - u_i(alternative) + value to i of the other side's step in return, if there is one
    answer     (1 - d) [u_i(chosen) - u_i(alternative)] + d [value to i of undoing the other side's move]
    agreement  value under the theory of the departure to the harsher level, or minus it if i refrained

A choice pays in a draw if its value is not negative. Under a theory in which nothing is answered outside a
text, the value of an answer is u_i(chosen) - u_i(alternative).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.state_trajectory import state_of_the_day, state_on
from negotiation.truces.record.timeline import postures_on, record_begins
from negotiation.truces.revealed.choices import Choice, Step
from negotiation.truces.theories import Theory
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.legs import Departures


def gains(
    choices: Sequence[Choice],
    draws: ParameterDraws,
    theories: Sequence[Theory],
    texts: Mapping[str, AgreementText],
) -> FloatArray:
    """Return the value of each choice under each theory in each draw, shape (T, C, D).

    Values are average discounted, in percent of the GDP of the country that chose. `texts` are the agreements
    by name.
    """
    worth = np.empty((len(theories), len(choices), len(draws)))
    by_text: dict[str, list[int]] = {}
    for c, choice in enumerate(choices):
        if choice.under is None:
            for t, theory in enumerate(theories):
                worth[t, c] = _outside_a_text(choice, draws, theory)
        else:
            by_text.setdefault(choice.under, []).append(c)
    # One batch of games for all theories and choices under a text, for some draws at a time.
    for name, members in by_text.items():
        text = texts[name]
        there = draws.as_of(text.signed)
        for start in range(0, len(draws), NUMERICS.draws_at_once):
            some = np.arange(start, min(start + NUMERICS.draws_at_once, len(draws)))
            batch = _kept_or_harsher(text, there.take(some))
            for t, theory in enumerate(theories):
                departures = theory.departures(batch)
                for c in members:
                    worth[t, c, some] = _of_keeping(choices[c], batch, departures)
    return worth


def _outside_a_text(choice: Choice, draws: ParameterDraws, theory: Theory) -> FloatArray:
    """Return the value of a static choice or an answer, shape (D,), in percent of GDP."""
    own = difference(draws, choice.step, choice.country, choice.day)
    if choice.returned is None or (choice.kind == "answer" and not theory.answers_outside):
        return own
    returned = difference(draws, choice.returned, choice.country, choice.day)
    if choice.kind == "static":
        return own + returned
    delta = draws.as_of(choice.day).discount_factor
    return (1.0 - delta) * own + delta * returned


def difference(draws: ParameterDraws, step: Step, country: str, day: date) -> FloatArray:
    """Return a country's payoff from the level of a step minus its payoff from the other, shape (D,).

    Payoffs are in percent of the country's GDP, with everything else as it was on the day.
    """

    def made() -> FloatArray:
        """Return the payoffs of all levels of the instrument, shape (D, levels)."""
        # Before the record of levels begins, everything is as on its first day.
        there, since = draws.as_of(day), max(day, record_begins(draws.scenario))
        return there.of_levels(
            country, step.country, step.instrument, state=state_on(there.scenario, day).likely,
            fixed=postures_on(there.scenario.as_of(since), since),
        )  # fmt: skip

    payoffs = draws.kept(("payoffs of levels", country, step.country, step.instrument, day), made)
    labels = draws.scenario.instruments[step.instrument].labels(step.country)
    worth: FloatArray = payoffs[:, labels.index(step.level)] - payoffs[:, labels.index(step.other)]
    return worth


def _kept_or_harsher(text: AgreementText, draws: ParameterDraws) -> GameBatch:
    """Return the games of the instruments that a text binds, at the bound levels or harsher, by draw."""
    scenario, terms = draws.scenario, written_terms(text)
    levels = {}
    for (country, name), bound in terms.items():
        labels = scenario.instruments[name].labels(country)
        # Levels that are calmer than promised are not part of the comparison.
        levels[country, name] = labels[labels.index(bound) :]
    return game_batch(
        text, scenario, state_of_the_day(text, scenario).likely, varied=draws.values,
        delta=draws.discount_factor, instruments=tuple({name for _, name in terms}), levels=levels,
    )  # fmt: skip


def _of_keeping(choice: Choice, batch: GameBatch, departures: Sequence[Departures]) -> FloatArray:
    """Return the value of the departure that a choice makes, or minus it if it refrains, shape (D,)."""
    step, i = choice.step, batch.players.index(choice.country)
    labels = batch.scenario.instruments[step.instrument].labels(choice.country)
    harsher = max((step.level, step.other), key=labels.index)
    departing: FloatArray = departures[i].value[:, batch.changes[i].index({step.instrument: harsher})]
    return departing if step.level == harsher else -departing
