"""Models of a record: priors, and the density of each observation given the earlier ones.

The simplest model, `RandomMoves`, is the benchmark that a theory must beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.seen_moves import SeenSpell, random_spell
from negotiation.truces.estimation.theory_record import PACE_PRIORS, TheoryRecord


@dataclass(frozen=True, eq=False)
class RandomMoves:
    """Random moves at one rate, with all lawful moves equally likely."""

    # Whose moves are explained; its theory plays no part.
    record: TheoryRecord

    @property
    def name(self) -> str:
        """Name in tables."""
        return "moves at random"

    @property
    def priors(self) -> tuple[Prior, ...]:
        """The prior of the rate, as wide as the prior of chances to move."""
        pace = PACE_PRIORS[0]
        return (Prior("pace.rate", pace.low, pace.high, pace.scale, pace.source),)

    @property
    def observations(self) -> tuple[str, ...]:
        """Names of the observations of the record."""
        return self.record.observations

    @property
    def seen(self) -> tuple[SeenSpell, ...]:
        """The record's moves, by spell."""
        return self.record.seen

    def drawn(self, row: FloatArray, rng: np.random.Generator) -> tuple[SeenSpell, ...]:
        """Return random moves drawn at a rate, with all lawful moves equally likely.

        `row`, shape (1,), has the rate per year.
        """
        return tuple(
            random_spell(game, opening, seen.years, float(row[0]), rng)
            for (game, opening), seen in zip(self.record.openings, self.seen, strict=True)
        )

    def log_densities(self, parameters: FloatArray) -> FloatArray:
        """Return the log density of each observation, given all earlier ones.

        Shapes: `parameters` (P, 1), for P particles; returns (P, T), for T observations.
        """
        rate, parts = parameters[:, :1], []
        for waits, counts in self.record.waits_and_choices:
            # exp(-rate wait) rate / count at each move, exp(-rate wait) at the end: a Poisson stream, and any
            # of the moves that were lawful then.
            quiet = -rate * np.array(waits)
            quiet[:, :-1] += np.log(rate) - np.log(counts[:-1])
            parts.append(quiet)
        return np.hstack(parts)


class RecordModel(Protocol):
    """A model of a sequence of observations with unknown parameters."""

    @property
    def name(self) -> str:
        """Name in tables."""

    @property
    def priors(self) -> Sequence[Prior]:
        """One prior for each parameter."""

    @property
    def observations(self) -> Sequence[str]:
        """Names of the observations, in order."""

    def log_densities(self, parameters: FloatArray) -> FloatArray:
        """Return the log density of each observation, given all earlier ones.

        Shapes: `parameters` (P, d), for P particles and d priors; returns (P, T), for T observations.
        """
