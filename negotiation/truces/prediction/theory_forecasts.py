"""Theories as forecasters: noisy play of a theory's strategies, from the levels and the phase of the day.

The agreement in force on the day becomes games in continuous time under the theory: one of the core
instruments, which the theory links, and one of each other instrument. `games_of_the_day.py` determines what
is in force and with which levels. Each game starts at the levels last announced. Its phase follows from the
moves since the signing and the time between them, or is the final phase if the term is over. Before the first
agreement there are no phases, and every theory is "each for itself", so theories do not differ on such days.
Chances are exact transient probabilities (`window_chances.py`) at given values of the parameters. A step
within a level is no option of these games. The chance of a change of level is used for any move.

No theory makes a claim about the speed of the game, and central rates are assumptions. Time in the game is
therefore rescaled so that a year has as many moves as the past suggests. The hidden pace is filtered from the
record before the day (`baselines/two_pace.py`) and is the same for all theories. Multiplying all rates and
the discount rate by one factor changes no strategy, so this is the same game at another pace. With
`pace="central"` the game's own clock is used. At either pace, the ends of answers before the day are inferred
in calendar time.

Courts and clocks add moves of the law, with the chances that were public on the day. Dockets and moves of the
base forecaster are taken as independent. With the chance p of the base and chances q of the dockets, a move
has the chance 1 - (1 - p) times the product of 1 - q. `WithDockets` is no member of a pool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias, get_args

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.continuous.game import Pace
from negotiation.disputes.law import loss_by_cases
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.errors import UnknownName
from negotiation.truces.prediction.baselines.two_pace import paces_before
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.games_of_the_day import (
    NOTHING_ANSWERED,
    AskedGame,
    games_of,
)
from negotiation.truces.prediction.weeks import DOWN, UP
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.events import EventRecord, events_of, pairs_of
from negotiation.truces.record.past import Past
from negotiation.truces.record.renewals import clock_end
from negotiation.truces.theories import theories_by_name, theory
from negotiation.truces.theories.common.in_time import ENDED

POSITIONS = {"up": UP, "down": DOWN}


@dataclass(frozen=True)
class WithDockets(WeekAsWindow):
    """A forecaster to whose chances moves of the law are added."""

    base: Forecaster
    order: int = 6

    @property
    def name(self) -> str:
        """Name in tables."""
        return f"{self.base.name} and law"

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move up and of one down in each window, shape (windows, pairs, 2)."""
        chances = np.asarray(self.base.ahead(scenario, past, windows), dtype=np.float64)
        return with_law(chances, scenario, past, windows)


def with_law(chances: FloatArray, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
    """Return chances of moves to which moves of the law are added, shape (windows, pairs, 2).

    Shapes: `chances` (windows, pairs, 2).
    """
    none, pairs, seen = 1.0 - chances, pairs_of(scenario), past.as_of - timedelta(days=1)
    for docket in scenario.dockets:
        series = pairs.index((docket.country, docket.instrument)), POSITIONS[docket.direction]
        comes = [docket.comes(first, end, as_of=seen) for first, end in windows]
        none[(slice(None), *series)] *= 1.0 - np.array(comes)
    return 1.0 - none


ThePace: TypeAlias = Literal["of the record", "central"]
PACES: tuple[str, ...] = get_args(ThePace)
WORDS = ("escalate", "de-escalate")
AFTER_BASELINES = 100

# A game, and the chances of its states on the day.
Standing: TypeAlias = tuple[AskedGame, Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class TheoryForecaster(WeekAsWindow):
    """A theory as a forecaster for the agreement in force; without an agreement, nothing is answered.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> TheoryForecaster("moment", load_scenario("us-china-2025"), "central").name
    'moment, central pace'
    """

    theory: str
    # The dispute at the levels of today; forecasts also get the scenario with the levels of the time.
    world: Scenario
    # Whether the game runs as fast as the record before the day, or at its own central rates.
    pace: ThePace = "of the record"
    # Whether each agency of a country that has agencies decides for itself, all for the country's payoff.
    agencies: bool = False
    # How often sides get to move in its games, how well they choose, and what a move costs; as in the
    # calibration if not given.
    moves: Pace | None = None
    # Whether moves of courts and clocks are added, and both sides foresee that authority may be lost.
    law: bool = False

    def __post_init__(self) -> None:
        theory(self.theory)
        UnknownName.unless_in(self.pace, PACES, "pace")

    @property
    def name(self) -> str:
        """Name in tables."""
        central = self.pace == "central"
        switched = ("agencies" * self.agencies, "central pace" * central, "law" * self.law)
        return ", ".join((self.theory, *filter(None, switched)))

    @property
    def order(self) -> int:
        """Position in tables: after the baselines, in the order of the theories."""
        return AFTER_BASELINES + theory(self.theory).order

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the exact chances of a move up and of one down in each window, shape (windows, pairs, 2)."""
        if past.agreement() is not None:
            return self._ahead(scenario, past, windows)
        # All theories agree then, so that the chances are computed only once.
        own = (NOTHING_ANSWERED, self.world, self.pace, self.agencies, self.moves, self.law)
        key = (*own, scenario, tuple(windows))
        return past.once(key, lambda: self._ahead(scenario, past, windows)).copy()

    def _ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        record = events_of(scenario, past)
        starts = self.standing(scenario, past)
        clock = self._clock(record, starts)
        if self.law and clock(1) > 0.0:
            # A pending case has the same chance at the game's pace as by the calendar.
            lost = loss_by_cases(self.world.dockets, past.as_of - timedelta(days=1), clock)
            starts = starts if lost is None else self.standing(scenario, past, lost.value)
        spans = [tuple(clock((edge - past.as_of).days) for edge in window) for window in windows]
        # Chances are propagated from window to window, in the order in which they begin.
        order = sorted(range(len(spans)), key=spans.__getitem__)
        chances = np.zeros((len(windows), len(record.pairs), 2))
        for game, start in starts:
            ahead = game.ahead.chances(start, [(spans[w][0], spans[w][1]) for w in order])
            for e, event in enumerate(game.ahead.events):
                country, instrument, word = event.split(" ")
                chances[order, record.pairs.index((country, instrument)), WORDS.index(word)] = ahead[:, e]
        return with_law(chances, scenario, past, windows) if self.law else chances

    def standing(self, scenario: Scenario, past: Past, lost: float | None = None) -> tuple[Standing, ...]:
        """Return the games of the agreement in force, each with the chances of its states on the day.

        `lost` is the yearly chance that authority is lost; by default it cannot be lost.
        """
        agreement = past.agreement()
        if agreement is None:
            unanswered = games_of(NOTHING_ANSWERED, self.world, self.agencies, self.moves)
            games = unanswered.on(unanswered.without_agreement(past.as_of), past, lost)
            return tuple((game, {game.game.state_of(past.postures()): 1.0}) for game in games)
        end = clock_end((agreement, *past.amendments(agreement)))
        over = end is not None and end < past.as_of
        moves = list(_since(scenario, events_of(scenario, past), agreement))
        years = (past.as_of - agreement.signed).days / DAYS_A_YEAR
        standing = []
        for played in games_of(self.theory, self.world, self.agencies, self.moves).on(agreement, past, lost):
            # After the term, earlier moves do not matter; before it, the final phase is barred.
            phases = {ENDED: 1.0}
            if not (over and ENDED in played.game.phases):
                phases = played.game.phase_chances(moves, years, barred=(ENDED,))
            postures = past.postures()
            standing.append((played, {played.game.state_of(postures, each): p for each, p in phases.items()}))
        return tuple(standing)

    def _clock(self, record: EventRecord, starts: Sequence[Standing]) -> Callable[[int], float]:
        """Return the function that converts days ahead into years of game time."""
        if self.pace == "central":
            return lambda days: days / DAYS_A_YEAR
        paces, now = paces_before(record)
        resting, settles = float(paces.resting @ paces.rates), paces.rises + paces.falls
        ahead = float(now @ paces.rates) - resting
        # Moves a day with a move, times the integral of the mean rate of such days from the filtered pace:
        # resting d + (now - resting) (1 - exp(-s d)) / s with s = rises + falls.
        moves = len(record.events) / max(len(np.unique(record.times)), 1)
        a_year = sum(game.ahead.expected(start, 1.0) for game, start in starts)
        return lambda days: float(
            moves * (resting * days - ahead * np.expm1(-settles * days) / settles) / max(a_year, 1.0)
        )


def _since(
    scenario: Scenario, record: EventRecord, agreement: AgreementText
) -> Iterator[tuple[float, str, str, str, str]]:
    """Yield the moves after a signing: years since, country, instrument, level before and level after."""
    for event in record.events:
        if event.day > agreement.signed:
            country, name = record.pairs[event.pair]
            labels = scenario.instruments[name].labels(country)
            years = (event.day - agreement.signed).days / DAYS_A_YEAR
            yield years, country, name, labels[event.before], labels[event.after]


def theory_forecasters(
    world: Scenario,
    names: Iterable[str] | None = None,
    pace: ThePace = "of the record",
    *,
    law: bool = False,
) -> tuple[TheoryForecaster, ...]:
    """Return theories as forecasters, in their order; by default all with a form in continuous time.

    `world`, `pace` and `law` are as in `TheoryForecaster`. Raises `UnknownTheory` for an unknown name.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> [one.name for one in theory_forecasters(load_scenario("us-china-2025"))][:2]
    ['each for itself', 'moment']
    """
    every = [name for name, one in theories_by_name().items() if one.in_time]
    chosen = every if names is None else names
    return tuple(
        sorted(
            (TheoryForecaster(name, world, pace, law=law) for name in chosen), key=lambda theory: theory.order
        )
    )
