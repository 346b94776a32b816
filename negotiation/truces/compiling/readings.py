"""Agreements with different readings: each side's understanding as an automaton in one game.

Each reading on record is an understanding of the whole agreement, so each gives both sides a plan. A side
holds its own reading with the prior of the record, and the remaining probability is spread evenly over the
other readings. The game has every instrument that some reading binds. Instruments that a reading does not
bind are at its outside levels. The public signal shows the alarms that each side raised under each reading.
The clock is a chance per period that the agreement ends, which discounts later payoffs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.numeric import IntArray
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.errors import InvalidProbabilities
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.readings.numerics import NUMERICS
from negotiation.game_theory.solvers.readings.verdict import ReadingVerdict, reading_verdict
from negotiation.game_theory.strategies import Automaton
from negotiation.truces.compiling.clock import Term, plan_automaton
from negotiation.truces.compiling.compiler import TextChoices, outside_levels, plan_of, term_of
from negotiation.truces.compiling.intent_game import (
    Pattern,
    alarm_patterns,
    clear_patterns,
    intended_stage,
    sided_label,
    sided_signal,
)
from negotiation.truces.compiling.plan import Plan
from negotiation.truces.compiling.terms import (
    Bound,
    bound_levels,
    check_agreement_fits,
    read_terms,
    with_terms,
    written_terms,
)
from negotiation.truces.record.agreement_text import AgreementText, Terms


@dataclass(frozen=True, eq=False, init=False)
class ReadingPair(PrivateReadings, Drawable):
    """Private readings of an agreement. `Agreement.compile` returns one if its sides read it differently.

    Parameters
    ----------
    game : RepeatedGame
        The repeated game of the two countries, with the public signal of alarms.
    readings : tuple of two mappings from str to Automaton
        Each country's strategy by reading, as in `PrivateReadings`.
    priors : tuple of two mappings from str to float
        Each country's prior over readings, as in `PrivateReadings`.
    agreement : AgreementText
        The agreement.
    scenario : Scenario
        The scenario, which gives the payoffs.
    plans : mapping from str to Plan
        Plan of both sides under each reading.
    alarms : mapping from str to frozenset of str
        The alarms behind each public signal.
    clear : array of int, shape (n_1, n_2)
        Index of the signal that appears without slips and misreading, for each pair of actions.

    Examples
    --------
    >>> import negotiation as ng
    >>> pair = ng.truce("2025-05-geneva").compile()
    >>> pair.held
    ('licences flow', 'controls frozen')
    """

    _figure = "truces.noise:readings_figure"

    agreement: AgreementText
    scenario: Scenario
    plans: Mapping[str, Plan]
    alarms: Mapping[str, Pattern]
    clear: IntArray

    def __init__(
        self,
        game: RepeatedGame,
        readings: tuple[Mapping[str, Automaton], ...],
        priors: tuple[Mapping[str, float], ...],
        agreement: AgreementText,
        scenario: Scenario,
        plans: Mapping[str, Plan],
        alarms: Mapping[str, Pattern],
        clear: IntArray,
    ) -> None:
        super().__init__(game, readings, priors)
        object.__setattr__(self, "agreement", agreement)
        object.__setattr__(self, "scenario", scenario)
        object.__setattr__(self, "plans", dict(plans))
        object.__setattr__(self, "alarms", dict(alarms))
        object.__setattr__(self, "clear", clear)

    @property
    def held(self) -> tuple[str, ...]:
        """The reading that each side holds by the record, or the first reading if the record names none."""
        own = {reading.side: reading.label for reading in self.agreement.readings}
        return tuple(own.get(player, self.names[i][0]) for i, player in enumerate(self.game.stage.players))

    def verdict(self, depth: int = NUMERICS.depth) -> ReadingVerdict:
        """Return whether, and in which sense, the readings are an equilibrium.

        Parameters
        ----------
        depth : int, default 26
            Number of periods for which beliefs are followed.

        Returns
        -------
        ReadingVerdict
            The verdict and its margin. See `.holds`, `.margin` and `.explain()`.

        Raises
        ------
        InvalidGame
            If `depth` is not a whole number of at least 0.
        """
        return reading_verdict(self, depth=depth)


def reading_pair(agreement: AgreementText, scenario: Scenario, choices: TextChoices) -> ReadingPair:
    """Return the readings of an agreement as automata in one game, with a memoryless clock or none."""
    scenario.expect_two("an agreement that its sides read differently")
    state = choices.day(agreement, scenario).likely
    check_agreement_fits(agreement, scenario, state)
    terms = _readings_terms(agreement)
    outside = {name: outside_levels(agreement, scenario, levels, choices) for name, levels in terms.items()}
    bound = _bound(agreement, scenario, terms)
    stage = intended_stage(_common_game(scenario, terms, outside, state), bound)
    plans: dict[str, Plan] = {}
    ceilings: dict[str, dict[Pair, str]] = {}
    # Names of alarms begin with the reading that is broken, so that the ceilings of all readings differ.
    for name, levels in terms.items():
        plans[name], limits = plan_of(agreement, scenario, stage, outside[name], levels, choices, name)
        ceilings |= limits
    patterns = [alarm_patterns(stage, i, bound, ceilings) for i in (0, 1)]
    signal, alarms = sided_signal(stage.players, patterns[0], patterns[1])
    # A chance h that the term ends discounts what comes later: delta (1 - h) in a game without an end.
    term = term_of(agreement, scenario, "none" if choices.clock == "none" else "memoryless")
    game = RepeatedGame(stage, scenario.discount_factor * (1.0 - term.hazard()), signal)
    readings = tuple(
        {name: own_automaton(stage, i, plan, alarms) for name, plan in plans.items()} for i in (0, 1)
    )
    priors = tuple(_prior(agreement, player, tuple(plans)) for player in stage.players)
    clear = _clear_signals(stage, bound, ceilings, signal)
    return ReadingPair(game, readings, priors, agreement, scenario, plans, alarms, clear)


def _clear_signals(
    stage: StageGame,
    bound: Sequence[Bound],
    ceilings: Mapping[str, Terms],
    signal: PublicSignal,
) -> IntArray:
    """Return the index of the signal after each profile without slips and misreading, shape (n_1, n_2)."""
    patterns = [clear_patterns(stage, i, bound, ceilings) for i in (0, 1)]
    return np.array(
        [
            [signal.signal_index(sided_label(stage.players, pattern, other)) for other in patterns[1]]
            for pattern in patterns[0]
        ],
        dtype=np.intp,
    )


def own_automaton(stage: StageGame, player: int, plan: Plan, alarms: Mapping[str, Pattern]) -> Automaton:
    """Return the automaton of one side's own actions under a plan, without a clock."""
    both = plan_automaton(stage, plan, Term("none", None, None), alarms)
    own = {state: (profile[player],) for state, profile in both.actions.items()}
    return Automaton(both.states, both.initial, own, both.transitions)


def _readings_terms(agreement: AgreementText) -> dict[str, dict[Pair, str]]:
    """Return the terms of each reading; with a single uncertain reading, also the text as written."""
    terms = {reading.label: read_terms(agreement, reading) for reading in agreement.readings}
    if len(terms) == 1 and any(reading.prior < 1 for reading in agreement.readings):
        terms["as written"] = written_terms(agreement)
    return terms


def _common_game(
    scenario: Scenario,
    terms: Mapping[str, Terms],
    outside: Mapping[str, Postures],
    state: State,
) -> StageGame:
    """Return the posture game of all instruments that some reading binds.

    The levels of each begin at the calmest level that some reading prescribes or leaves outside.
    """
    keys = {key for levels in terms.values() for key in levels}
    names = {name for _, name in keys}
    levels: dict[Pair, tuple[str, ...]] = {}
    first = next(iter(outside.values()))
    for country in scenario.countries:
        for name in names & set(scenario.held(country)):
            labels = scenario.instruments[name].labels(country)
            if (country, name) not in keys:
                levels[country, name] = (first[country][name],)
                continue
            # A reading that does not bind it has its outside level, which may be calmer than any ceiling.
            played = [with_terms(outside[k], meant)[country][name] for k, meant in terms.items()]
            levels[country, name] = labels[min(labels.index(label) for label in played) :]
    return scenario.stage_game(instruments=names, levels=levels, fixed=first, state=state)


def _bound(agreement: AgreementText, scenario: Scenario, terms: Mapping[str, Terms]) -> tuple[Bound, ...]:
    """Return how each bound instrument is kept and seen; if readings differ, with the noisiest observation.

    The noise of an observation is its ambiguity plus its miss.
    """
    worst: dict[Pair, Bound] = {}
    for levels in terms.values():
        for obligation in bound_levels(agreement, scenario, levels):
            known = worst.get(obligation.key)
            if known is None or _blur(obligation) > _blur(known):
                worst[obligation.key] = obligation
    return tuple(worst.values())


def _blur(obligation: Bound) -> float:
    return obligation.noise.ambiguity + obligation.noise.miss


def _prior(agreement: AgreementText, side: str, names: tuple[str, ...]) -> dict[str, float]:
    """Return the prior of each reading of a side: from the record for its own, and even over the others.

    Without other readings, the priors are scaled to sum to 1.
    """
    # The record has a side's prior only for its own readings; the rest is spread evenly.
    own = {reading.label: reading.prior for reading in agreement.readings if reading.side == side}
    if sum(own.values()) > 1.0:
        raise InvalidProbabilities(
            f"{agreement.id}: the priors of the readings of {side} sum to {sum(own.values())}; "
            "the sum must be at most 1. Lower the `prior` of a reading"
        )
    rest = [name for name in names if name not in own]
    left = 1.0 - sum(own.values())
    if not rest:
        return {name: own[name] / sum(own.values()) for name in names}
    return {name: own.get(name, left / len(rest)) for name in names}
