"""How likely a harsher step is by some day after signing: exact chances at given parameters.

A leg is moved on by a step towards a harsher level of one of its instruments, whoever takes it, wherever the
level stands. The same is asked of what the text covers, of what it leaves out, and of each side's steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.continuous.game import DIRECTIONS
from negotiation.disputes.instrument import Pair
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker, OptionRows
from negotiation.game_theory.solvers.continuous.transient import event_probabilities
from negotiation.game_theory.strategies.move_choices import MoveChoices
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.theories.common.theory_game import TheoryGame

# A game, and how it is played.
Played: TypeAlias = tuple[ContinuousTimeGame, Sequence[MoveChoices]]

STEP = "harsher step"


def groups_of(agreement: AgreementText, scenario: Scenario, pairs: Iterable[Pair]) -> dict[str, set[Pair]]:
    """Return whose steps are asked after: by leg, in the text or not, and by country."""
    terms, found = written_terms(agreement), dict[str, set[Pair]]()
    for leg in (*scenario.legs, "covered", "not covered", *scenario.countries):
        found[leg] = set()
    for country, name in pairs:
        for group in (
            scenario.instruments[name].leg,
            "covered" if (country, name) in terms else "not covered",
            country,
        ):
            found[group].add((country, name))
    return {group: members for group, members in found.items() if members}


def chances_of_steps(
    played: Played, groups: Mapping[str, Iterable[Pair]], start: str, days: Sequence[float] | FloatArray
) -> dict[str, FloatArray]:
    """Return by group the chance that at least one of its harsher steps comes by each day.

    Returns shape (days,).
    """
    game, choices = played
    years = np.asarray(days, dtype=np.float64) / DAYS_A_YEAR
    found = {}
    for group, pairs in groups.items():
        shown = _showing(game, set(pairs))
        asked = shown.events and event_probabilities(shown, choices, start=start, years=years, events=[STEP])
        found[group] = asked.probabilities[0] if asked else np.zeros(len(years))
    return found


def as_theory(found: TheoryGame) -> Played:
    """Return a game as its theory plays it."""
    return found.game, found.response.choice_probabilities


def at_random(game: ContinuousTimeGame, rate: float) -> Played:
    """Return a game in which all moves come at one rate, each that leads elsewhere as likely as any other."""
    # All moves together come at the rate: a maker has as large a part of it as it has moves to choose from.
    leaving = [(rows.targets != rows.sources).astype(np.float64) for rows in game.options]
    counts = np.stack(
        [np.add.reduceat(some, rows.indptr[:-1]) for some, rows in zip(leaving, game.options, strict=True)]
    )
    rates = rate * counts / np.maximum(counts.sum(axis=0), 1.0)
    choices = []
    for some, own, rows in zip(leaving, counts, game.options, strict=True):
        stuck = (own == 0.0)[rows.sources]  # whoever has nothing else stays
        first = np.zeros(len(some))
        first[rows.indptr[:-1]] = 1.0
        flat = np.where(stuck, first, some / np.maximum(own, 1.0)[rows.sources])
        choices.append(MoveChoices(flat, rows.indptr))
    makers = [
        DecisionMaker(one.player, own, one.options, one.precision, one.label)
        for one, own in zip(game.makers, rates, strict=True)
    ]
    return _with(game, makers), choices


def at_factor(played: Played, factor: float) -> Played:
    """Return a game with so many times the chances to move, played as before."""
    game, choices = played
    makers = [
        DecisionMaker(one.player, factor * own, rows, one.precision, one.label)
        for one, own, rows in zip(game.makers, game.rates, game.options, strict=True)
    ]
    return _with(game, makers), choices


def _showing(game: ContinuousTimeGame, pairs: set[Pair]) -> ContinuousTimeGame:
    """Return a game whose options show one event: a harsher step in one of some instruments."""
    makers = []
    for maker, rows in zip(game.makers, game.options, strict=True):
        counts = [_is_step(name, pairs) for name in rows.event_names]
        among = np.array([*counts, False])[rows.events]  # no event is -1: the last
        names = (STEP,) if among.any() else ()
        options = OptionRows(rows.indptr, rows.targets, rows.payoffs, np.where(among, 0, -1), names)
        makers.append(DecisionMaker(maker.player, maker.rate, options, maker.precision, maker.label))
    return _with(game, makers)


def _is_step(event: str, pairs: set[Pair]) -> bool:
    country, name, direction = event.split(" ")
    return direction == DIRECTIONS[0] and (country, name) in pairs


def _with(game: ContinuousTimeGame, makers: Sequence[DecisionMaker]) -> ContinuousTimeGame:
    moves = game.nature
    nature = csr_array((moves.rates, (moves.sources, moves.targets)), shape=(game.n_states, game.n_states))
    return ContinuousTimeGame(game.flows, makers, game.discount_rates, nature, game.states, game.players)
