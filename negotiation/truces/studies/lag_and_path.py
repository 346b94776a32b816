"""Verdicts with temptations as flows at the reaction lag and punishments as paths over many lags.

A verdict evaluates the payoffs of all steps at one time after the step, the calibration's horizon. But a
harsher step pays at once, before prices have moved, and the answer lasts. Here the gain of each departure is
its flow one reaction lag after the step, and the loss is the discounted average over a permanent path. No
strategies are checked, since in such a game payoffs depend on how long a level has been in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.base.reading.names import names_given
from negotiation.disputes import Scenario
from negotiation.truces.record.agreement_text import read_agreement
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import Theory, theories_by_name, theory
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.legs import LegMargins, legs_of
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.verdict import drawn_batches, sampled


@dataclass(frozen=True, eq=False)
class LagAndPath(Tabular):
    """Margins of each leg by theory, with temptations at the reaction lag and punishments along a path."""

    agreement: str
    legs: tuple[str, ...]
    theories: tuple[str, ...]
    # (L, T): at central values, in percent of GDP; and whether what is kept is rational there.
    margin: FloatArray
    rational: BoolArray
    # (L, T, D): the same in each draw.
    drawn_margin: FloatArray
    drawn_rational: BoolArray

    def share(self) -> FloatArray:
        """Return the share of draws in which a leg holds, of those where keeping is rational, shape (L, T).

        The share is NaN if keeping is rational in no draw.
        """
        of = self.drawn_rational.sum(-1)
        held = ((self.drawn_margin >= 0.0) & self.drawn_rational).sum(-1)
        share: FloatArray = np.divide(held, of, out=np.full(of.shape, np.nan), where=of > 0)
        return share

    def table(self) -> Table:
        """Return one row per leg and theory."""
        share, irrational = self.share(), 1.0 - self.drawn_rational.mean(-1)
        rows = tuple(
            (leg, name, float(self.margin[k, t]), bool(self.rational[k, t]), float(share[k, t]),
             float(irrational[k, t]))
            for k, leg in enumerate(self.legs) for t, name in enumerate(self.theories)
        )  # fmt: skip
        title = f"{self.agreement}: temptations one reaction lag after the step, punishments for good"
        heads = ("leg", "theory", "margin, % GDP", "rational", "holds in", "not rational in")
        return Table(title, heads, rows)


def lag_and_path(
    agreement: str | Agreement,
    scenario: Scenario,
    *,
    theories: Iterable[str] | None = None,
    draws: int = 1,
    rng: int | np.random.Generator = 0,
) -> LagAndPath:
    """Return margins with temptations one reaction lag after the step and punishments kept for good.

    Draws are the same as in `verdict` with the same seed and number of draws. Only the named theories are
    used, in the order of `theories()`; by default all. `UnknownTheory` is raised for an unknown name.
    """
    text = read_agreement(agreement, Agreement, scenario)
    day = state_of_the_day(text, scenario, None)
    known, names = theories_by_name(), names_given(theories)
    wanted = [theory(name) for name in (tuple(known) if names is None else names)]
    chosen = [each for each in known.values() if each in wanted]
    once, for_good = (
        game_batch(text, scenario.with_payoffs_after(when), day.likely) for when in ("lag", "path")
    )
    sample = sampled(scenario, day, draws, rng, None)
    shape = len(scenario.legs), len(chosen), draws
    margin, rational = np.empty(shape), np.empty(shape, dtype=np.bool_)
    pairs = zip(*(drawn_batches(each, sample, lambda *_: None) for each in (once, for_good)), strict=True)
    for (members, now, _), (_, later, _) in pairs:
        for t, each in enumerate(chosen):
            for k, leg in enumerate(_mixed(each, now, later).values()):
                margin[k, t, members], rational[k, t, members] = leg.margin, leg.rational
    central = [list(_mixed(each, once, for_good).values()) for each in chosen]
    return LagAndPath(
        text.id, tuple(scenario.legs), tuple(each.name for each in chosen),
        np.array([[legs[k].margin[0] for legs in central] for k in range(shape[0])]),
        np.array([[legs[k].rational[0] for legs in central] for k in range(shape[0])]),
        margin, rational,
    )  # fmt: skip


def _mixed(theory: Theory, once: GameBatch, for_good: GameBatch) -> dict[str, LegMargins]:
    """Return the margins of each leg, with gains from one batch, and losses and menus from the other."""
    pairs = zip(theory.departures(once), theory.departures(for_good), strict=True)
    return legs_of(for_good, tuple(replace(later, gain=now.gain) for now, later in pairs))
