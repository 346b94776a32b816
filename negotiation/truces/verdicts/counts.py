"""In how many draws of the parameters a leg holds under a theory, and what breaks it in the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from scipy.special import betaincinv

from negotiation.truces.theories.common.dated import DatedMargins
from negotiation.truces.theories.common.legs import LegMargins
from negotiation.truces.theories.common.question import Question


@dataclass(frozen=True)
class Counts:
    """In how many draws of the parameters a leg holds under a theory.

    Examples
    --------
    >>> counts = Counts(8, 6, 5, 5, 6, 4, 0)
    >>> counts.share, [round(end, 2) for end in counts.interval]
    (0.75, [0.35, 0.97])
    """

    # Those in which what is kept is individually rational; the others count for nothing.
    draws: int
    # Of these, those in which the leg holds.
    holds: int
    # any_harsher, any_change: Of these, those in which no departure gains that makes something in the leg
    # harsher, or changes it.
    any_harsher: int
    any_change: int
    # dated, last: Of these, those in which it holds by date: before the last period of the clock, and in it.
    dated: int
    last: int
    # Draws in which what is kept is worth less to a side than the worst that it can be held to.
    irrational: int

    @property
    def share(self) -> float | None:
        """Share of the draws in which the leg holds; `None` without any."""
        return self.holds / self.draws if self.draws else None

    @property
    def interval(self) -> tuple[float, float]:
        """The exact interval of 95 percent of the share (Clopper and Pearson 1934)."""
        return share_interval(self.holds, self.draws)


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Return the exact interval of 95 percent of a share.

    Examples
    --------
    >>> [round(end, 3) for end in share_interval(11, 12)]
    [0.615, 0.998]
    """
    low = float(betaincinv(hits, of - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 0.975)) if hits < of else 1.0
    return low, high


@dataclass
class Drawn:
    """What is counted over draws: of one leg under one theory."""

    draws: int = 0
    every: int = 0
    holds: int = 0
    any_harsher: int = 0
    any_change: int = 0
    dated: int = 0
    last: int = 0
    breaking: Counter[str] = field(default_factory=Counter)

    def add(self, asked: Question, found: LegMargins, dated: DatedMargins) -> None:
        """Count some draws more; those in which what is kept is not rational are neither for nor against."""
        sound = found.rational
        self.dated += int(((dated.margin >= 0.0) & sound).sum())
        self.last += int(((dated.last >= 0.0) & sound).sum())
        self.every += len(sound)
        self.draws += int(sound.sum())
        self.holds += int((found.holds & sound).sum())
        self.any_harsher += int(((found.any_harsher >= 0.0) & sound).sum())
        self.any_change += int(((found.any_change >= 0.0) & sound).sum())
        # In each draw in which the leg breaks, what its closest departure makes harsher there.
        for k in np.flatnonzero(~found.holds & sound).tolist():
            self.breaking.update(asked.named(int(found.player[k]), int(found.action[k]), found.leg))

    @property
    def counts(self) -> Counts:
        """The counts."""
        held = (self.holds, self.any_harsher, self.any_change, self.dated, self.last)
        return Counts(self.draws, *held, self.every - self.draws)

    @property
    def named(self) -> dict[str, float]:
        """Shares by instrument, the largest first."""
        ordered = sorted(self.breaking.items(), key=lambda item: (-item[1], item[0]))
        return {name: count / self.draws for name, count in ordered}
