"""Prequential scores: each week is predicted from what was public before it, and scored when it is over.

The rules are those of `scoring_rules.py`. All cells count, quiet ones too; scores over the cells with a move
stand beside. Every predictor comes through `chances.predicted` and so has the same floor.
Uncertainty is by blocks of truce spells, of which there are few: the bootstrap over them says so rather than
hides it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from negotiation.errors import UnknownName
from negotiation.labelled import Table, Tabular
from negotiation.numeric import BoolArray, FloatArray, IntArray, read_only
from negotiation.status import Status
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import Predictor, predicted
from negotiation.truces.prediction.scoring_rules import (
    expect_different,
    expect_rule,
    outcome_scores,
    position,
)
from negotiation.truces.prediction.weeks import NONE, Cells, cells_of
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import past_of
from negotiation.world import Postures, Scenario
from negotiation.world.observation import LEGS

RESAMPLES = 2000
"""Of the bootstrap over spells."""

SHOWN = ("all", *LEGS)
"""What scores are shown for: everything, and each leg."""


@dataclass(frozen=True, eq=False)
class Scores(Tabular):
    """Scores of several predictors on the same cells."""

    cells: Cells
    names: tuple[str, ...]
    # (predictors, weeks, pairs, 3): what they gave up, down and none.
    chances: FloatArray
    # (weeks,): the truce spell of each week.
    blocks: IntArray
    spells: tuple[str, ...]
    status: Status = "complete"

    @property
    def log_scores(self) -> FloatArray:
        """Log score of each cell, shape (predictors, weeks, pairs), in nats."""
        return outcome_scores("log", self.chances, np.eye(3)[self.cells.outcomes])

    @property
    def brier_scores(self) -> FloatArray:
        """Brier score of each cell over the three outcomes, shape (predictors, weeks, pairs)."""
        return outcome_scores("brier", self.chances, np.eye(3)[self.cells.outcomes])

    def mean(self, name: str, *, leg: str = "all", rule: str = "log", moved: bool = False) -> float:
        """Return a predictor's mean score over the cells of a leg."""
        scores = self._scores(rule)[self._position(name)]
        return float(scores[self._mask(leg, moved)].mean())

    def difference(
        self,
        name: str,
        other: str,
        *,
        leg: str = "all",
        rule: str = "log",
        rng: int | np.random.Generator = 0,
    ) -> tuple[float, float, float]:
        """Return how much better one predictor is than another: mean difference and a 90 percent interval.

        Positive where the first is better. The interval resamples truce spells as whole blocks.
        """
        scores = self._scores(rule)
        gap = scores[self._position(other)] - scores[self._position(name)]
        mask = self._mask(leg, False)
        sums = np.array([gap[b][mask[b]].sum() for b in self._block_masks()])
        sizes = np.array([mask[b].sum() for b in self._block_masks()])
        generator = np.random.default_rng(rng)
        picks = generator.integers(0, len(sums), size=(RESAMPLES, len(sums)))
        means = sums[picks].sum(axis=1) / sizes[picks].sum(axis=1)
        low, high = np.quantile(means, (0.05, 0.95))
        return float(sums.sum() / sizes.sum()), float(low), float(high)

    def _block_masks(self) -> list[BoolArray]:
        return [self.blocks == b for b in range(len(self.spells)) if (self.blocks == b).any()]

    def _scores(self, rule: str) -> FloatArray:
        expect_rule(rule)
        return self.log_scores if rule == "log" else self.brier_scores

    def _position(self, name: str) -> int:
        return position(name, self.names)

    def _mask(self, leg: str, moved: bool) -> BoolArray:
        if leg not in SHOWN:
            raise UnknownName(leg, SHOWN)
        chosen = np.array([leg in ("all", one) for one in self.cells.legs])
        mask = np.broadcast_to(chosen, self.cells.outcomes.shape).copy()
        if moved:
            mask &= self.cells.outcomes != NONE
        return mask

    def table(self) -> Table:
        """Return one row for each predictor and leg: mean scores over all cells and over those that move."""
        present = [leg for leg in SHOWN if self._mask(leg, False).any()]
        rows = tuple(
            (
                name, leg, int(self._mask(leg, False).sum()), int(self._mask(leg, True).sum()),
                self.mean(name, leg=leg), self.mean(name, leg=leg, rule="brier"),
                self.mean(name, leg=leg, moved=True) if self._mask(leg, True).any() else None,
            )
            for name in self.names
            for leg in present
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
    """Return the scores of predictors, each week predicted from what was public before it."""
    scenario.expect_two("a score of predictions")
    names = tuple(predictor.name for predictor in predictors)
    expect_different(names)
    target = cells or cells_of(scenario, moves=moves)
    papers = list(agreements_of(scenario) if agreements is None else agreements)
    chances = np.empty((len(names), *target.outcomes.shape, 3))
    for w, week in enumerate(target.weeks):
        past = past_of(scenario, week, moves, papers)
        if opening is not None:
            past = replace(past, opening=opening)
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
    """Return the spell of each week: before any agreement, or under the last one signed by its Monday."""
    signed = sorted(agreements, key=lambda a: a.signed)
    spells = ("before", *(a.id for a in signed))
    blocks = np.array([sum(a.signed < week for a in signed) for week in weeks], dtype=np.intp)
    read_only(blocks)
    return blocks, spells
