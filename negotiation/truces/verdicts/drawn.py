"""Verdicts on legs over draws of the parameters: arrays by leg, theory and draw."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from negotiation.base.numeric import BoolArray, FloatArray, IntArray

# A draw in which keeping is not rational is left out of a share, or counts as one in which the leg breaks.
Counted: TypeAlias = Literal["left out", "as broken"]

# The margins of a leg: that of the verdict, those of two wider questions, and two by date.
MARGINS = ("margin", "any_harsher", "any_change", "dated", "last")

HOLDS, BREAKS, OPEN, NOT_RATIONAL = "holds", "breaks", "open", "not rational"

# What words in the tables mean; screens print each where the word stands, once.
OPEN_MEANS = "Open: the margin is exactly zero, or fewer than four fifths of the draws agree with the centre."
NOT_RATIONAL_MEANS = (
    "Not rational: at the central values keeping is worth less to a side than the worst it can be held to."
)


def share_means(draws: int, counted: Counted = "left out") -> str:
    """Return a sentence that explains what a share counts."""
    lost = "are left out" if counted == "left out" else "count as broken"
    return (
        f"Share: the part of {draws} draws of the parameters in which the leg holds; draws in which keeping "
        f"is not rational {lost}."
    )


@dataclass(frozen=True, eq=False)
class Drawn:
    """Verdicts on legs in each draw of the parameters.

    Arrays have shape (L, T, D): one entry per leg, theory and draw, draws in the order in which they were
    drawn. `of` picks one leg under one theory, whose arrays have shape (D,).

    Examples
    --------
    >>> import negotiation as ng
    >>> drawn = ng.verdict("2025-05-geneva", theories=["moment"], draws=8).drawn
    >>> drawn.margin.shape, drawn.share().round(2).tolist()
    ((3, 1, 8), [[1.0], [0.12], [0.0]])
    """

    # Margin of the verdict, and of its wider questions, as in `TheoryVerdict`.
    margin: FloatArray
    any_harsher: FloatArray
    any_change: FloatArray
    dated: FloatArray
    last: FloatArray
    # Whether keeping is worth no less to either side than the worst that it can be held to.
    rational: BoolArray
    # Tuples of what the closest departure makes harsher, as "USA tariff"; empty where the leg does not break.
    breaking: NDArray[np.object_]
    counted: Counted = "left out"

    def of(self, leg: int, theory: int) -> Drawn:
        """Return the draws of one leg under one theory, by their positions."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)[:-1]}
        return replace(self, **{name: array[leg, theory] for name, array in arrays.items()})

    @property
    def draws(self) -> IntArray:
        """Number of draws behind each share, shape (L, T)."""
        every = np.ones_like(self.rational) if self.counted == "as broken" else self.rational
        return np.asarray(every.sum(axis=-1))

    @property
    def irrational(self) -> FloatArray:
        """Share of all draws in which keeping is not rational, shape (L, T)."""
        return np.asarray(1.0 - self.rational.mean(axis=-1))

    def hits(self, question: str = "margin") -> IntArray:
        """Return the number of draws in which the leg holds, by one of `MARGINS`, shape (L, T)."""
        return np.asarray(((getattr(self, question) >= 0.0) & self.rational).sum(axis=-1))

    def share(self, question: str = "margin") -> FloatArray:
        """Return the share of the draws in which the leg holds, by one of `MARGINS`, shape (L, T)."""
        shares = np.full(self.draws.shape, np.nan)
        np.divide(self.hits(question), self.draws, out=shares, where=self.draws > 0)
        return shares

    def interval(self) -> FloatArray:
        """Return the exact 95 percent intervals of the shares, shape (L, T, 2)."""
        return np.stack(_intervals(self.hits(), self.draws), axis=-1)

    def named(self) -> dict[str, float]:
        """Return the share of the draws in which a leg breaks by each instrument, the largest first."""
        counts = Counter(name for names in self.breaking.ravel().tolist() for name in names)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {name: count / int(self.draws.sum()) for name, count in ordered}


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Return the exact 95 percent interval of a share (Clopper and Pearson 1934).

    Examples
    --------
    >>> [round(end, 3) for end in share_interval(11, 12)]
    [0.615, 0.998]
    """
    low, high = _intervals(hits, of)
    return float(low), float(high)


def _intervals(hits: ArrayLike, of: ArrayLike) -> tuple[FloatArray, FloatArray]:
    hits, of = np.asarray(hits), np.asarray(of)
    # The functions of no hit, and of nothing but hits, have a parameter of zero: these ends are 0 and 1.
    low = betaincinv(np.maximum(hits, 1), of - hits + 1, 0.025)
    high = betaincinv(hits + 1, np.maximum(of - hits, 1), 0.975)
    return np.where(hits > 0, low, 0.0), np.where(hits < of, high, 1.0)
