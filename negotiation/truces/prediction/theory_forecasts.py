"""Theories that forecast: the play around a theory's strategies, from the levels and the phase of the day.

The agreement in force on the day is written as games in continuous time under the theory: one of the core
instruments, which the theory links, and one of each other instrument by itself. Each starts at the levels as
last announced and in the phase to which the moves since the signing lead, or in that after the end where the
term has run out. Probabilities are exact transient ones (`event_probabilities`), at the central values of the
calibration. A step within a level is no option of these games, so that its chance is that of a change.

How fast a game runs is no theory's claim, and central rates are assumptions. Time in the game is therefore
stretched so that a year has as many moves as the past leads one to expect: the hidden pace is filtered from
the record before the day (`baselines/two_pace.py`), the same for all theories. Speeding up all rates and the
discounting by one factor changes no strategy, so that this is the same game at another pace. At
`pace="central"` the clock is the game's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, TypeAlias, get_args

import numpy as np

from negotiation.errors import InvalidGame, UnknownName
from negotiation.numeric import PROBABILITY_TOLERANCE, FloatArray
from negotiation.solvers.continuous.transient import event_probabilities
from negotiation.truces.prediction.baselines.two_pace import paces_before
from negotiation.truces.prediction.chances import Window, week_of
from negotiation.truces.prediction.weeks import WEEK
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.events import EventRecord, events_of
from negotiation.truces.record.past import Past
from negotiation.truces.record.renewals import clock_end
from negotiation.truces.theories import theories_by_name, theory
from negotiation.truces.theory_game import CORE, Asked, TheoryGame, theory_game
from negotiation.world import Scenario
from negotiation.world.continuous.game import Pace
from negotiation.world.menus import menus
from negotiation.world.periods import DAYS_A_YEAR

ThePace: TypeAlias = Literal["of the record", "central"]
PACES: tuple[str, ...] = get_args(ThePace)
ENDED = "ended"
WORDS = ("escalate", "de-escalate")
AFTER_BASELINES = 100


@dataclass(frozen=True, eq=False)
class TheoryForecaster:
    """A theory as a forecaster. It speaks only while an agreement is in force.

    Parameters
    ----------
    theory : str
        A name in `theories()`.
    world : Scenario
        The dispute at the levels of today; forecasts are handed levels of the time besides.
    pace : {"of the record", "central"}, optional
        Whether the game runs as fast as the record before the day, or at its own central rates.

    Raises
    ------
    UnknownName
        If there is no such theory or pace.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> TheoryForecaster("moment", load_scenario("us-china-2025"), "central").name
    'moment, central pace'
    """

    theory: str
    world: Scenario
    pace: ThePace = "of the record"
    _games: dict[str, tuple[TheoryGame, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        theory(self.theory)
        if self.pace not in PACES:
            raise UnknownName(self.pace, PACES)

    @property
    def name(self) -> str:
        """As in tables."""
        return self.theory if self.pace == "of the record" else f"{self.theory}, central pace"

    @property
    def order(self) -> int:
        """After the baselines, theories in their order."""
        return AFTER_BASELINES + theory(self.theory).order

    def games(self, agreement: AgreementText) -> tuple[TheoryGame, ...]:
        """Return the games of an agreement under the theory: of the core, and of each other instrument.

        Parameters
        ----------
        agreement : AgreementText
            The agreement in force.
        """
        if agreement.id not in self._games:
            linked, others = parts_of(self.world)
            asked = [Asked(size=CORE)] if linked else []
            asked += [Asked(instruments=(one,)) for one in others]
            self._games[agreement.id] = tuple(
                theory_game(agreement, self.theory, self.world, one, Pace()) for one in asked
            )
        return self._games[agreement.id]

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the exact chances of a move in each window, shape (windows, pairs, 2).

        Raises
        ------
        InvalidGame
            If no agreement is in force.
        """
        record = events_of(scenario, past)
        starts = self._starts(scenario, past, record)
        clock = self._clock(record, starts)
        chances = np.zeros((len(windows), len(record.pairs), 2))
        for w, (first, end) in enumerate(windows):
            begin, until = (clock((edge - past.as_of).days) for edge in (first, end))
            for found in starts:
                for event, chance in _chances(*found, begin, until).items():
                    country, instrument, word = event.split(" ")
                    chances[w, record.pairs.index((country, instrument)), WORDS.index(word)] = chance
        return chances

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of a week."""
        return week_of(self.ahead(scenario, past, [(past.as_of, past.as_of + WEEK)])[0])

    def _starts(self, scenario: Scenario, past: Past, record: EventRecord) -> list[tuple[TheoryGame, str]]:
        """Return the games of the agreement in force, each with the state in which it is on the day."""
        agreement = past.agreement()
        if agreement is None:
            raise InvalidGame(
                f"no agreement is in force on {past.as_of}, so that theories of agreements have nothing to "
                "say: forecast from a later day"
            )
        end = clock_end((agreement, *past.amendments(agreement)))
        over = end is not None and end < past.as_of
        moves = list(_since(scenario, record, agreement))
        starts = []
        for game in self.games(agreement):
            phase = ENDED if over and ENDED in game.phases else game.phase_after(moves)
            starts.append((game, game.state_of(past.postures(), phase)))
        return starts

    def _clock(self, record: EventRecord, starts: Sequence[tuple[TheoryGame, str]]) -> Callable[[int], float]:
        """Return the time of the game, in years, by days ahead."""
        if self.pace == "central":
            return lambda days: days / DAYS_A_YEAR
        paces, now = paces_before(record)
        resting, settles = float(paces.resting @ paces.rates), paces.rises + paces.falls
        ahead = float(now @ paces.rates) - resting
        moves = len(record.events) / max(len(np.unique(record.times)), 1)
        a_year = sum(
            -np.log1p(-min(chance, 1.0 - PROBABILITY_TOLERANCE))
            for found in starts
            for chance in _chances(*found, 0.0, 1.0).values()
        )
        return lambda days: float(
            moves * (resting * days - ahead * np.expm1(-settles * days) / settles) / max(a_year, 1.0)
        )


@cache
def parts_of(world: Scenario) -> tuple[bool, tuple[str, ...]]:
    """Return whether a dispute has core instruments, and the other instruments, each of which is by itself.

    Parameters
    ----------
    world : Scenario
        The dispute.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> parts_of(load_scenario("us-china-2025"))[1][:3]
    ('minerals_ban', 'entity_listings', 'port_fee')
    """
    linked = CORE in world.definition.sizes
    core = menus(world, CORE, None, {}, world.default_state) if linked else {}
    inside = {name for menu in core.values() for name in menu}
    return linked, tuple(name for name in world.instruments if name not in inside)


def _since(
    scenario: Scenario, record: EventRecord, agreement: AgreementText
) -> Iterator[tuple[str, str, str, str]]:
    """Return the moves after an agreement's signing: country, instrument, levels before and after."""
    for event in record.events:
        if event.day > agreement.signed:
            country, name = record.pairs[event.pair]
            labels = scenario.instruments[name].labels(country)
            yield country, name, labels[event.before], labels[event.after]


def _chances(game: TheoryGame, start: str, begin: float, until: float) -> dict[str, float]:
    """Return the chance that each event of a game comes between two times of it, in years."""
    found = event_probabilities(game.game, game.response, start=start, years=[until], begin=begin)
    return dict(zip(found.events, found.probabilities[:, 0].tolist(), strict=True))


def theory_forecasters(
    world: Scenario, names: Iterable[str] | None = None, pace: ThePace = "of the record"
) -> tuple[TheoryForecaster, ...]:
    """Return theories as forecasters, in their order.

    Parameters
    ----------
    world : Scenario
        The dispute.
    names : iterable of str, optional
        Names in `theories()`; all that have a form in continuous time if not given.
    pace : {"of the record", "central"}, optional
        How fast their games run.

    Raises
    ------
    UnknownName
        If there is no such theory or pace.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> [one.name for one in theory_forecasters(load_scenario("us-china-2025"))][:2]
    ['each for itself', 'moment']
    """
    every = [name for name, one in theories_by_name().items() if one.in_time]
    chosen = every if names is None else names
    return tuple(sorted((TheoryForecaster(name, world, pace) for name in chosen), key=lambda one: one.order))
