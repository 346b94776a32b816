"""Scores of many texts in the same games: games, worst equilibria and outside values are computed once.

A text determines which levels are kept and which of them are bound. The game of all instruments, the payoffs
of its worst equilibrium, its stage equilibria and its tolerances do not depend on the text. So for another
text only the margins of departures from its levels are computed. Whether a leg holds is decided by the same
function as in `verdict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from math import prod

import numpy as np
from scipy.special import betaincinv

from negotiation.base.interrupts import must_be_whole
from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, payoff_tolerances
from negotiation.base.progress import Progress, nobody
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import Menus
from negotiation.disputes.menus import menus as levels_of
from negotiation.disputes.wide_table import WideMenus
from negotiation.errors import IllegalMove
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.solvers.values.value import value
from negotiation.text_design.numerics import NUMERICS
from negotiation.text_design.texts import Text, agreement_of
from negotiation.truces.compiling.compiler import Compiled, TextChoices, compiled_text
from negotiation.truces.compiling.plan import profile_of
from negotiation.truces.compiling.term_path import Stretch, TermPath
from negotiation.truces.compiling.terms import with_terms
from negotiation.truces.record.state_trajectory import StateOfTheDay
from negotiation.truces.theories import Theory
from negotiation.truces.theories.common.dated import dated_batch
from negotiation.truces.theories.common.departures import without_knife_edge
from negotiation.truces.theories.common.game_batch import GameBatch, kept_first
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.noise_departures import closest_departures, state_gains
from negotiation.truces.verdicts.verdict import Judged, Sample, drawn_batches, judged_by, sampled


@dataclass(frozen=True, eq=False)
class Score:
    """The score of a text over draws, under K theories, of which the last may be noise, and for L legs."""

    draws: int
    # (K,): the number of draws in which all legs hold, by theory.
    held: IntArray
    # (K, L): the number of draws in which each leg holds.
    legs: IntArray
    # (K, 2): the gain of each side over the outcome without a text, in % GDP, summed over draws.
    gains: FloatArray

    def beside(self, legs: BoolArray, gains: FloatArray) -> Score:
        """Return the score with one more theory: which legs hold, shape (L, D), and gains, shape (2,)."""
        held = np.append(self.held, legs.all(axis=0).sum())
        by_leg = np.vstack([self.legs, legs.sum(axis=1)])
        return Score(self.draws, held, by_leg, np.vstack([self.gains, gains]))

    def __add__(self, other: Score) -> Score:
        return Score(
            self.draws + other.draws, self.held + other.held, self.legs + other.legs, self.gains + other.gains
        )

    @property
    def shares(self) -> FloatArray:
        """The share of draws in which all legs hold, by theory, shape (K,)."""
        shares: FloatArray = self.held / self.draws
        return shares

    @property
    def share(self) -> float:
        """The least share over theories."""
        return float(self.shares.min())

    @property
    def mean_gains(self) -> FloatArray:
        """The mean gain of each side, shape (K, 2)."""
        gains: FloatArray = self.gains / self.draws
        return gains

    @property
    def least_gains(self) -> FloatArray:
        """The least mean gain of each side under any theory, shape (2,)."""
        least: FloatArray = self.mean_gains.min(axis=0)
        return least

    @property
    def worths(self) -> FloatArray:
        """The product of the mean gains by theory, shape (K,); the lower gain if a side loses."""
        gains = self.mean_gains
        low = gains.min(axis=1)
        worths: FloatArray = np.where(low < 0.0, low, gains.prod(axis=1))
        return worths

    @property
    def worth(self) -> float:
        """The least of `worths` over theories."""
        return float(self.worths.min())

    def lower(self, compared: int) -> FloatArray:
        """Return lower bounds of the shares, simultaneous for `compared` texts, shape (K,).

        The bounds are exact and one-sided (Clopper and Pearson 1934). The level of each is the common level
        divided by the number of comparisons (Bonferroni).
        """
        alpha = NUMERICS.level / (compared * len(self.held))
        bounds: FloatArray = np.where(
            self.held > 0, betaincinv(np.maximum(self.held, 1), self.draws - self.held + 1, alpha), 0.0
        )
        return bounds


@dataclass(frozen=True, eq=False)
class Games:
    """The games of a day in some draws, which are computed once."""

    # The games at the levels in force on the day; the text binds nothing.
    day: GameBatch
    # The levels that the game has for any text, by country and instrument.
    menus: Menus
    # Games of texts, by the levels that a text adds to these: the first text with these levels.
    known: dict[tuple[str, ...], GameBatch] = field(default_factory=dict)
    # Positions of these draws in the sample, shape (D,).
    members: IntArray = field(default_factory=lambda: np.zeros(1, dtype=np.intp))
    # Scores of texts under the theories, which do not depend on the response to an alarm.
    scored: dict[Text, Score] = field(default_factory=dict)

    @classmethod
    def of(
        cls, batch: GameBatch, kept: Postures, levels: Mapping[Pair, Sequence[str]], members: IntArray
    ) -> Games:
        """Return the games of a batch, with other levels in force on the day."""
        scenario = batch.scenario
        own = levels_of(scenario, batch.size, None, {}, batch.state)
        wide = {
            c: {n: tuple(dict.fromkeys((kept[c][n], *xs, *levels.get((c, n), ())))) for n, xs in menu.items()}
            for c, menu in own.items()
        }
        games = replace(batch.games, wide=WideMenus(wide, kept))
        menus = {c: kept_first(kept[c], menu) for c, menu in own.items()}
        return cls(replace(batch, terms={}, kept=kept, menus=menus, games=games), own, members=members)

    def posed(self, text: Text) -> GameBatch:
        """Return the games of a text, as `game_batch` does, from existing games."""
        terms = text.terms
        kept = with_terms(self.day.kept, terms)
        menus = {c: kept_first(kept[c], menu) for c, menu in self.menus.items()}
        added = tuple(
            f"{c} {name} {kept[c][name]}"
            for c, menu in self.menus.items()
            for name, labels in menu.items()
            if kept[c][name] not in labels
        )
        batch = replace(self.day, terms=terms, kept=kept, menus=menus, same_game=self.known.get(added))
        self.known.setdefault(added, batch)
        return batch

    @cached_property
    def without(self) -> dict[str, FloatArray]:
        """A cache, filled by `score`: payoffs of each side per period without a text, (D, 2), by theory."""
        return {}

    @staticmethod
    def judged(batch: GameBatch, clock: int, theories: Sequence[Theory], on: date) -> list[dict[str, Judged]]:
        """Return the judgement of each leg of a text, by theory; on its path by date if it has a clock."""
        dated = None
        if clock:
            path = TermPath("", (Stretch(on, batch.kept, ()),), on + timedelta(days=clock))
            dated = dated_batch(batch, path)
        return [judged_by(theory, batch, dated) for theory in theories]

    def held(self, batch: GameBatch, clock: int, theories: Sequence[Theory], on: date) -> BoolArray:
        """Return whether each leg of a text holds, by theory, shape (K, L, D)."""
        judged = self.judged(batch, clock, theories, on)
        return np.array([[leg.held for leg in legs.values()] for legs in judged])

    def score(self, text: Text, theories: Sequence[Theory], on: date) -> Score:
        """Return the score of a text in these draws under the theories."""
        batch = self.posed(text)
        held = self.held(batch, text.clock, theories, on)
        paid = batch.whole[:, 0, 0]
        for theory in theories:
            if theory.name not in self.without:
                self.without[theory.name] = theory.without(self.day)
        gains = np.array([(paid - self.without[theory.name]).sum(axis=0) for theory in theories])
        return Score(held.shape[2], held.all(axis=1).sum(axis=1), held.sum(axis=2), gains)

    def noisy(self, agreement: Agreement) -> tuple[BoolArray, FloatArray]:
        """Return which legs of a text hold under noise, (L, D), and the sides' total gains, (2,)."""
        world, varied = self.day.scenario, self.day.games.varied
        judged = [
            under_noise(
                agreement, world.with_parameters({n: float(x[k]) for n, x in varied.items()}), self.day.state
            )
            for k in range(len(self.day))
        ]
        return np.array([legs for legs, _ in judged]).T, np.sum([gains for _, gains in judged], axis=0)


@dataclass(frozen=True, eq=False)
class Bench:
    """The setting in which texts of a day are scored: the dispute, the day, the theories."""

    scenario: Scenario
    on: date
    theories: tuple[Theory, ...]
    # The state of the day, and the game at the central values of some text of the day.
    day: StateOfTheDay
    batch: GameBatch
    # The levels in force on the day, and those that a clause may prescribe.
    kept: Postures
    levels: Mapping[Pair, Sequence[str]]
    # Whether texts are also judged under noise, where the response to an alarm matters.
    noise: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the theories, and of noise if it is used."""
        return (*(theory.name for theory in self.theories), *((UNDER_NOISE,) if self.noise else ()))

    def agreement(self, text: Text, number: int = 1) -> Agreement:
        """Return a text as an agreement of the day."""
        beside = text.linkage, text.consultation
        return agreement_of(text.terms, text.clock, self.scenario, self.on, number, *beside)

    def _score(self, text: Text, written: Agreement | None, games: Games) -> Score:
        if not self.noise:
            return games.score(text, self.theories, self.on)
        alone = Text(text.clauses, text.clock)
        if alone not in games.scored:
            games.scored[alone] = games.score(alone, self.theories, self.on)
        score = games.scored[alone]
        if written is not None:
            return score.beside(*games.noisy(written))
        # A text without clauses cannot be broken, and nothing is gained by it.
        return score.beside(np.ones((len(self.scenario.legs), score.draws), dtype=np.bool_), np.zeros(2))

    def games(self, sample: Sample, report: Progress = nobody) -> Iterator[Games]:
        """Yield the games of the draws in blocks; each call computes them again."""
        profiles = prod(len(labels) for menu in self.batch.menus.values() for labels in menu.values())
        at_once = min(max(1, NUMERICS.payoffs_at_once // profiles), NUMERICS.draws_at_once)
        for members, drawn, _ in drawn_batches(self.batch, sample, report, at_once):
            yield Games.of(drawn, self.kept, self.levels, members)

    def sample(self, count: int, rng: int | np.random.Generator) -> Sample:
        """Return parameter draws for the day."""
        return sampled(self.scenario, self.day, count, rng, None)

    def held(self, texts: Sequence[Text], sample: Sample, report: Progress | None = None) -> BoolArray:
        """Return whether all legs of each text hold, by theory and draw, shape (texts, K, D)."""
        held = np.empty((len(texts), len(self.theories), len(sample.states)), dtype=np.bool_)
        for some in self.games(sample, report or nobody):
            for k, text in enumerate(texts):
                batch = some.posed(text)
                legs = some.held(batch, text.clock, self.theories, self.on)
                held[k][:, some.members] = legs.all(axis=1)
        return held

    def scores(self, texts: Iterable[Text], games: Iterable[Games]) -> tuple[dict[Text, Score], bool]:
        """Return the score of each text, and whether all games were used.

        After an interrupt, only the games in which every text was scored count.
        """
        wanted = {text: self.agreement(text) if self.noise and text.clauses else None for text in texts}
        total: dict[Text, Score] = {}
        try:
            for some in games:
                scored = {text: self._score(text, written, some) for text, written in wanted.items()}
                total = {
                    text: total[text] + score if text in total else score for text, score in scored.items()
                }
        except KeyboardInterrupt:
            if must_be_whole():
                raise
            return total, False
        return total, True


# The name of noise beside the theories.
UNDER_NOISE = "the text under noise"


def compiled(text: Agreement, scenario: Scenario, state: State | None) -> Compiled:
    """Return a compiled text. Each period may be the last, since a term with a known end would unravel."""
    return compiled_text(text, scenario, TextChoices(clock="memoryless", state=state))


def under_noise(text: Agreement, scenario: Scenario, state: State | None) -> tuple[list[bool], FloatArray]:
    """Return whether each leg of a text holds under noise, and each side's gain over its end, shape (2,)."""
    try:
        automaton = compiled(text, scenario, state)
    except IllegalMove:
        # Nobody can keep a level that the law of this draw forbids.
        return [False] * len(scenario.legs), np.zeros(2)
    gains, held = state_gains(automaton), []
    for leg in scenario.legs:
        members = frozenset(
            name for name, instrument in scenario.instruments.items() if instrument.leg == leg
        )
        held.append(
            not any(instrument.gains for instrument in closest_departures(automaton, gains, members).values())
        )
    stage, start = automaton.game.stage, automaton.automaton.states.index(str(automaton.automaton.initial))
    ended = stage.payoff(profile_of(stage, {**automaton.plan.kept, **automaton.plan.ended}))
    more = value(automaton.game, automaton.automaton).values[start] - np.asarray(ended, dtype=np.float64)
    return held, without_knife_edge(more, payoff_tolerances(stage.payoffs[None], KNIFE_EDGE)[0])


def agrees(text: Agreement, scenario: Scenario) -> bool:
    """Return whether the independent check of a compiled text agrees with its legs at the central values."""
    held = all(under_noise(text, scenario, None)[0])
    try:
        automaton = compiled(text, scenario, None)
    except IllegalMove:
        return not held
    return verify(automaton.game, automaton.automaton).holds == held
