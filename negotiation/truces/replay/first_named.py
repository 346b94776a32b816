"""The instrument that each predictor names first, on the eve of each truce's first break.

A truce's first break is the first applied step up that either side announced after the signing, within the
agreement's window, in any instrument, whether or not the text covers it. From the record before that day,
each predictor gives the chance of a step up in the coming week for every instrument. Shares are these chances
over their sum. Equal shares are shown as a tie. Without a break, the day is the one after the record's end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import PROBABILITY_TOLERANCE, FloatArray
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Pair
from negotiation.truces.prediction.chances import Predictor, predicted
from negotiation.truces.prediction.weeks import UP, pairs_of
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import LevelChange, level_changes, record_ends
from negotiation.truces.replay.window_scores import usual_predictors


@dataclass(frozen=True)
class Named:
    """One predictor's answer before one truce's first break."""

    truce: str
    # The day of the break, of which nothing is seen; the day after the record's end where there was none.
    day: date
    # Who stepped up first, in what.
    broken: Pair | None
    predictor: str
    # Country and instrument with the largest chance of a step up; several where they are level.
    first: tuple[Pair, ...]
    # Shares in the chances of all steps up: of each that is named first, and of the largest behind them.
    share: float
    next_share: float
    # Of the one that did step up.
    broken_share: float | None
    # Its place among all, from 1; the best place of those level with it.
    broken_place: int | None


@dataclass(frozen=True)
class FirstNamed(Tabular):
    """Each predictor's first named instrument before each truce's first break. See `first_named`."""

    rows: tuple[Named, ...]
    status: Status = "complete"

    def table(self) -> Table:
        """Return one row for each truce and predictor."""
        columns = (
            "truce", "broke", "predictor", "names first", "share", "next", "share of what broke", "its place",
        )  # fmt: skip
        rows = tuple(
            (
                row.truce, " ".join(row.broken or ("nothing",)), row.predictor, _words(row.first), row.share,
                row.next_share, row.broken_share, row.broken_place,
            )
            for row in self.rows
        )  # fmt: skip
        return Table("what is named first before each truce's first break", columns, rows)


def first_named(scenario: Scenario, predictors: Sequence[Predictor] | None = None) -> FirstNamed:
    """Return the instrument that each predictor names first before each truce's first break."""
    scenario.expect_two("a look at what is named first")
    chosen = usual_predictors(scenario) if predictors is None else predictors
    return FirstNamed(tuple(_all_named(scenario, chosen)))


def first_break(scenario: Scenario, agreement: AgreementText) -> LevelChange | None:
    """Return the first step up after an agreement's signing, to the end of its window, or `None`.

    Rows without a known day are skipped.
    """
    for row in level_changes(scenario):
        move = row.move
        up = move.instrument is not None and (move.direction, move.status) == ("escalate", "applied")
        if up and move.announced.precision == "day" and agreement.signed < row.day <= agreement.window_end:
            return row
    return None


def _all_named(scenario: Scenario, predictors: Sequence[Predictor]) -> Iterator[Named]:
    for agreement in sorted(agreements_of(scenario), key=lambda text: text.signed):
        broke = first_break(scenario, agreement)
        day = record_ends(scenario) + timedelta(days=1) if broke is None else broke.day
        pair = None if broke is None else (broke.move.actor, str(broke.move.instrument))
        past = past_of(scenario, day)
        for predictor in predictors:
            chances = predicted(predictor, scenario, past)[:, UP]
            yield _named(scenario, agreement, day, pair, predictor.name, chances / chances.sum())


def _named(
    scenario: Scenario, agreement: AgreementText, day: date, pair: Pair | None, name: str, shares: FloatArray
) -> Named:
    pairs = pairs_of(scenario)
    # Shares within a rounding of the largest are level: none of them is named alone.
    level = shares >= shares.max() - PROBABILITY_TOLERANCE
    behind = float(shares[~level].max()) if not level.all() else 0.0
    own = None if pair is None else float(shares[pairs.index(pair)])
    place = None if own is None else 1 + int((shares > own + PROBABILITY_TOLERANCE).sum())
    first = tuple(pairs[k] for k in np.flatnonzero(level))
    return Named(agreement.id, day, pair, name, first, float(shares.max()), behind, own, place)


def _words(first: tuple[Pair, ...]) -> str:
    return " ".join(first[0]) if len(first) == 1 else f"a tie of {len(first)}"
