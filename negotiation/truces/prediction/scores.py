"""Prequential scores: each week is predicted from the public record before it, and scored when it is over.

The scoring rules are in `cell_scores.py`. All cells count, including those without a move; scores over the
cells with a move are also available. `chances.predicted` gives every predictor the same floor. Intervals
resample whole truce spells. There are few spells, so intervals are wide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario
from negotiation.disputes.observation import LEGS
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.cell_scores import (
    EVERY,
    RESAMPLES,
    RULES,
    CellScores,
    by_leg,
    expect_different,
    gap,
    mean_of_draws,
    outcome_scores,
)
from negotiation.truces.prediction.chances import Predictor, predicted
from negotiation.truces.prediction.weeks import NONE, Cells, cells_of
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import past_of


@dataclass(frozen=True, eq=False)
class Scores(Tabular):
    """Scores of several predictors on the same cells. Make them with `prequential`."""

    cells: Cells
    names: tuple[str, ...]
    # (predictors, weeks, pairs, 3): their chances of up, down and none.
    chances: FloatArray
    # (weeks,): the truce spell of each week, as a position in `spells`.
    blocks: IntArray
    spells: tuple[str, ...]
    status: Status = "complete"

    @cached_property
    def _cells(self) -> CellScores:
        came = self.cells.outcomes
        scores = {rule: outcome_scores(rule, self.chances, np.eye(3)[came]) for rule in RULES}
        labels = {"leg": by_leg(self.cells.legs), "moved": {"moved": came != NONE}}
        return CellScores(self.names, scores, labels, np.ones(came.shape, dtype=bool))

    def mean(self, name: str, *, leg: str = EVERY, rule: str = "log", moved: bool = False) -> float:
        """Return a predictor's mean score over the cells of a leg, only those with a move if `moved`."""
        return self._cells.mean(name, rule, leg=leg, moved="moved" if moved else None)

    def difference(
        self,
        name: str,
        other: str,
        *,
        leg: str = EVERY,
        rule: str = "log",
        rng: int | np.random.Generator = 0,
    ) -> tuple[float, float, float]:
        """Return the mean gain of one predictor over another, and the low and high end of its interval.

        The gain is positive if `name` is better. Only cells of the leg count, by default all. `rule` is "log"
        or "brier". The 90 percent interval resamples whole truce spells, with the seed or generator `rng`.
        """
        by_week = self._cells.sums(gap(name, other), rule, leg=leg)
        spells = np.unique(self.blocks)  # those that have weeks
        sums, sizes = (np.array([of[self.blocks == spell].sum() for spell in spells]) for of in by_week)
        picks = np.random.default_rng(rng).integers(0, len(spells), size=(RESAMPLES, len(spells)))
        return mean_of_draws(sums, sizes, picks)

    def table(self) -> Table:
        """Return one row for each predictor and leg, with mean scores over all cells and over moves."""
        counts = {
            leg: tuple(int(self._cells.chosen(leg=leg, moved=moved).sum()) for moved in (None, "moved"))
            for leg in (EVERY, *LEGS)
        }
        rows = tuple(
            (
                name, leg, *counts[leg], self.mean(name, leg=leg), self.mean(name, leg=leg, rule="brier"),
                self.mean(name, leg=leg, moved=True) if counts[leg][1] else None,
            )
            for name in self.names
            for leg in counts
            if counts[leg][0]
        )  # fmt: skip
        columns = ("predictor", "leg", "cells", "with a move", "log score", "Brier score", "log score, moves")
        return Table("prequential scores, smaller is better", columns, rows)


def prequential(
    predictors: Sequence[Predictor],
    scenario: Scenario,
    *,
    cells: Cells | None = None,
    moves: Sequence[MoveRecord] | None = None,
    agreements: Sequence[AgreementText] | None = None,
    opening: Postures | None = None,
    least: float = NUMERICS.least_chance,
    progress: Callable[[int, int], None] | None = None,
) -> Scores:
    """Return the scores of predictors, with each week predicted from the public record before it.

    By default the cells, moves and agreements are the dispute's own. `opening` replaces the levels from which
    the record is followed, and `least` is the floor of chances. `progress` is called after each week with the
    number of weeks done and their total. Raises `InvalidGame` if two predictors share a name, or if chances
    are not distributions.
    """
    scenario.expect_two("a score of predictions")
    names = tuple(predictor.name for predictor in predictors)
    expect_different(names)
    target = cells or cells_of(scenario, moves=moves)
    papers = list(agreements_of(scenario) if agreements is None else agreements)
    chances = np.empty((len(names), *target.outcomes.shape, 3))
    for w, week in enumerate(target.weeks):
        past = past_of(scenario, week, moves, papers)
        if opening is not None:
            past = replace(past, anchors=(*past.anchors[:-1], replace(past.anchors[-1], postures=opening)))
        for p, predictor in enumerate(predictors):
            chances[p, w] = predicted(predictor, scenario, past, least)
        if progress is not None:
            progress(w + 1, len(target.weeks))
    read_only(chances)
    blocks, spells = truce_spells(target.weeks, papers)
    return Scores(target, names, chances, blocks, spells)


def truce_spells(
    weeks: Sequence[date], agreements: Sequence[AgreementText]
) -> tuple[IntArray, tuple[str, ...]]:
    """Return the spell of each week, as positions of shape (weeks,), and the names of the spells.

    Spell 0 is "before" any agreement. Spell k is under the k-th agreement signed, which is the last one
    signed before the week's Monday.
    """
    signed = sorted(agreements, key=lambda a: a.signed)
    spells = ("before", *(a.id for a in signed))
    blocks = np.array([sum(a.signed < week for a in signed) for week in weeks], dtype=np.intp)
    read_only(blocks)
    return blocks, spells
