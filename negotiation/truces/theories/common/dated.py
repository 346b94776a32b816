"""Whether a leg holds on a path with dates: to the end of the clock, and in its last period.

A period of the path pays the payoffs of its levels; V_t is the value of the path from period t on. At the end
of N periods it is renewed with chance phi and begins again; otherwise the theory determines what follows,
with value W:

    V_t = (1 - delta) u_t + delta V_{t+1},    V_N = phi V_0 + (1 - phi) W.

delta is the discount factor of the agreement, which is lower if everything may be renegotiated. A departure
in period t is answered as the theory says. If the value of the answer does not depend on when it begins, the
departure forgoes V_{t+1} instead of a lasting level, so it costs less near the end. An answer that ends by
itself and returns to the path has an unchanged cost. Between two changes of levels V_t is monotone, so the
first and the last period of each stretch decide. The last period of the clock, in which a text unravels
unless renewal is likely, is reported separately. A term of one period has no other period and is judged in
that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.errors import InvalidDate
from negotiation.truces.compiling.term_path import TermPath, term_path
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.legs import Departures, margins_by_player
from negotiation.truces.theories.common.theory import Theory


@dataclass(frozen=True, eq=False)
class DatedBatch:
    """A batch of games for each stretch of a path."""

    # One per stretch; its kept levels are those in force then.
    batches: tuple[GameBatch, ...]
    # First day of each stretch.
    days: tuple[date, ...]
    # (K + 1, D): the first period of each stretch, and how many periods there are; the last stretch has one.
    begins: FloatArray
    # (D,): the chance of renewal.
    renewal: FloatArray


@dataclass(frozen=True, eq=False)
class DatedMargins:
    """The margin of one leg on a path with dates, at D settings."""

    # (D,): the least before the last period, or in it where the term has no other; that of the last period.
    margin: FloatArray
    last: FloatArray
    # At the first setting, the first day of the stretch in which the margin is least.
    day: date | None


def path_by_date(agreement: AgreementText, scenario: Scenario, *, as_it_came: bool) -> TermPath | None:
    """Return the path of an agreement; `None` if the text has no clock or sets no path."""
    try:
        path = term_path(agreement, scenario, as_it_came=as_it_came)
    except InvalidDate:
        return None
    return path if path.end is not None else None


def dated_batch(batch: GameBatch, path: TermPath) -> DatedBatch:
    """Return a batch of games for each stretch of a path that ends."""
    start, end = path.stretches[0].day, path.end
    assert end is not None  # noqa: S101 - a path without an end is none
    days = tuple(stretch.day for stretch in path.stretches)
    begins = np.round(np.array([(day - start).days for day in (*days, end)])[:, None] / batch.lag)
    # The last levels stand for a period at least, in which the path ends.
    begins[-1] = np.maximum(begins[-1], begins[-2] + 1.0)
    later = [batch.keeping(stretch.levels) for stretch in path.stretches[1:]]
    return DatedBatch((batch, *later), days, begins, batch.renewal)


def values(dated: DatedBatch, theory: Theory) -> list[FloatArray]:
    """Return the values of the path at the start of each stretch and at its end, each of shape (D, 2)."""
    final = dated.batches[-1]
    after = final.whole[:, 0, 0] if theory.ending is None else theory.ending.after(final)
    phi, delta = dated.renewal[:, None], _discount(theory, final)
    # V_0 is V_N times delta^N and more: once with nothing at the end, then with what solves both.
    alone = _backwards(dated, delta, np.zeros_like(after))[0]
    shrunk = (delta ** dated.begins[-1])[:, None]
    end = (phi * alone + (1.0 - phi) * after) / (1.0 - phi * shrunk)
    return _backwards(dated, delta, end)


def _discount(theory: Theory, batch: GameBatch) -> FloatArray:
    return batch.delta if theory.ending is None else theory.ending.lasting(batch)


def _backwards(dated: DatedBatch, delta: FloatArray, end: FloatArray) -> list[FloatArray]:
    path = [end]
    for k in reversed(range(len(dated.batches))):
        path.insert(0, _ahead(dated.batches[k], delta, path[0], dated.begins[k + 1] - dated.begins[k]))
    return path


def _ahead(batch: GameBatch, delta: FloatArray, later: FloatArray, periods: FloatArray) -> FloatArray:
    """Return the value of the path some periods before the end of a stretch, shape (D, 2)."""
    paid = batch.whole[:, 0, 0]
    worth: FloatArray = paid + (delta**periods)[:, None] * (later - paid)
    return worth


def dated_legs(theory: Theory, dated: DatedBatch, lasting: Sequence[Departures]) -> dict[str, DatedMargins]:
    """Return the margins of each leg by date; `lasting` are the departures if the first levels last."""
    path, delta = values(dated, theory), _discount(theory, dated.batches[0])
    margins: dict[str, FloatArray] = {}
    days: dict[str, date] = {}
    for k, batch in enumerate(dated.batches):
        own = lasting if k == 0 else theory.departures(batch)
        periods = dated.begins[k + 1] - dated.begins[k]
        # The last period of the whole path is reported separately.
        inside = periods - (k == len(dated.batches) - 1)
        for before in (periods - 1.0, np.ones(len(batch)) * (k == len(dated.batches) - 1)):
            there = (before >= 0.0) & (inside >= 1.0)
            by_leg = _at(theory, batch, own, _ahead(batch, delta, path[k + 1], np.maximum(before, 0.0)))
            for leg, each in by_leg.items():
                margin = np.where(there, each, np.inf)
                if leg not in margins or margin[0] < margins[leg][0]:
                    days[leg] = dated.days[k]
                margins[leg] = np.minimum(margins.get(leg, margin), margin)
    last = _at(theory, batch, own, path[-1])
    # A term of one period has no period before its last.
    only = dated.begins[-1] < 2.0
    return {
        leg: DatedMargins(margin=np.where(only, last[leg], margin), last=last[leg], day=days[leg])
        for leg, margin in margins.items()
    }


def _at(
    theory: Theory, batch: GameBatch, departures: Sequence[Departures], ahead: FloatArray
) -> dict[str, FloatArray]:
    """Return each leg's margin, shape (D,), if the path is worth `ahead`, shape (D, 2), from then on."""
    if theory.ending is not None:
        more = batch.delta[:, None] * theory.ending.forgone(batch, ahead - batch.whole[:, 0, 0])
        departures = [
            replace(own, loss=own.loss + np.where(own.answered, more[:, i : i + 1], 0.0))
            for i, own in enumerate(departures)
        ]
    # As in `margins_of`, a margin that is no number is passed over.
    return {
        leg: np.fmin.reduce([np.full(len(batch), np.inf), *margins_by_player(batch, departures, leg)])
        for leg in batch.scenario.legs
    }
