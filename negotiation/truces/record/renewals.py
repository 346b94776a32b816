"""Ends of clocks, whether a leg stayed bound after them, and how often everything is renegotiated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.disputes.quantity import Quantity
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.timeline import has_record, load_moves, record_begins, record_ends
from negotiation.truces.record.until_changed import but_for_parameters

# Name of the rate where it is varied beside parameters.
ROUNDS = "rounds_a_year"


def clock_end(papers: Sequence[AgreementText]) -> date | None:
    """Return the last day of the clocks of an agreement and its amendments; `None` without a clock.

    Examples
    --------
    >>> from negotiation.truces.record.agreement_text import agreement_text
    >>> clock_end([agreement_text("2025-05-geneva"), agreement_text("2025-06-london")])
    datetime.date(2025, 8, 12)
    """
    ends = [paper.in_force + timedelta(days=paper.clock_days) for paper in papers if paper.clock_days]
    return max(ends, default=None)


def text_in_force(world: Scenario, day: date) -> AgreementText | None:
    """Return the last paper of the agreement in force on a day; `None` if none is in force.

    Only the last agreement signed by the day that amends no other counts, with its amendments signed by the
    day. It is in force until the latest end of the clocks of these papers. If none has a clock, it is in
    force until the latest end of their windows.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> world = load_scenario("us-china-2025")
    >>> text_in_force(world, date(2025, 7, 1)).id, text_in_force(world, date(2025, 3, 1))
    ('2025-06-london', None)
    """
    signed = [text for text in agreements_of(world, placebos=True) if text.signed <= day]
    own = [text for text in signed if text.amends is None]
    if not own:
        return None
    whole = max(own, key=lambda text: text.signed)
    papers = [whole, *sorted((t for t in signed if t.amends == whole.id), key=lambda t: t.signed)]
    end = clock_end(papers) or max(paper.window_end for paper in papers)
    return papers[-1] if day <= end else None


def was_renewed(
    scenario: Scenario,
    agreement: AgreementText,
    moves: Sequence[MoveRecord],
    as_of: date,
    end: date,
    leg: str,
) -> bool:
    """Return whether a leg stayed bound beyond the end of an agreement's clock.

    It did if an amendment of the agreement or a separate agreement, signed after `as_of` and by `end`, binds
    the leg beyond `end`. It also did if every side that the agreement binds in the leg announced, after
    `as_of` and by `end`, that it keeps an instrument of the leg beyond `end`: an applied row with the
    direction "hold" and a later `ended`.
    """
    for paper in agreements_of(scenario):
        # A paper that amends another agreement does not concern this one.
        follows = paper.amends in (None, agreement.id) and paper.id != agreement.id
        if not follows or not as_of < paper.signed <= end or leg not in _bound(scenario, paper):
            continue
        own_end = clock_end([paper])
        if own_end is None or own_end > end:
            return True
    # A leg in which no side is bound cannot stay bound.
    sides = _bound(scenario, agreement).get(leg, set())
    return bool(sides) and all(_goes_on(scenario, moves, as_of, end, leg, side) for side in sides)


def earlier_ends(scenario: Scenario, as_of: date) -> tuple[int, int]:
    """Return how many legs stayed bound after a clock's end, and how many clocks of legs ended, by a day.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> earlier_ends(load_scenario("us-china-2025"), date(2025, 11, 30))
    (2, 2)
    """
    counts = ends_by_leg(scenario, as_of).values()
    return sum(renewed for renewed, _ in counts), sum(ended for _, ended in counts)


def ends_by_leg(scenario: Scenario, as_of: date) -> dict[str, tuple[int, int]]:
    """Return the two counts of `earlier_ends` by leg, for the legs in which a clock ran out.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> ends_by_leg(load_scenario("us-china-2025"), date(2025, 11, 30))
    {'tariff': (2, 2)}
    """
    moves, counts = load_moves(scenario), dict[str, tuple[int, int]]()
    known = {paper.id: paper for paper in agreements_of(scenario) if paper.signed <= as_of}
    for paper in known.values():
        end = clock_end([paper])
        if end is None or end > as_of:
            continue
        for leg in _bound(scenario, paper):
            # An amendment's clock is that of the amended agreement, whose bound sides must continue.
            whole = known.get(paper.amends or "", paper)
            renewed, ended = counts.get(leg, (0, 0))
            counts[leg] = renewed + was_renewed(scenario, whole, moves, paper.signed, end, leg), ended + 1
    return counts


def _bound(scenario: Scenario, paper: AgreementText) -> dict[str, set[str]]:
    """Return, by leg, the countries that a paper binds in it."""
    sides: dict[str, set[str]] = {}
    for country, name in paper.covered():
        sides.setdefault(scenario.instruments[name].leg, set()).add(country)
    return sides


def _goes_on(
    scenario: Scenario, moves: Sequence[MoveRecord], as_of: date, end: date, leg: str, side: str
) -> bool:
    return any(
        move.actor == side
        and move.instrument in scenario.held(side)
        and scenario.instruments[str(move.instrument)].leg == leg
        and (move.direction, move.status) == ("hold", "applied")
        and as_of < move.announced.latest <= end
        and move.ended is not None
        and not move.ended.never_applied
        and move.ended.latest > end
        for move in moves
    )


@but_for_parameters
def rounds_a_year(scenario: Scenario) -> Quantity:
    """Return how many rounds of talks a year end in an agreement, by the dispute's record.

    Each agreement signed within the record counts as one round in which everything was renegotiated. It is
    assumed that rounds come at a constant rate, and that talks without an agreement change nothing. With n
    rounds in T years, the rate is (n + 1/2) / T. Its range is the central 95 percent of the gamma
    distribution with shape n + 1/2 and rate T (Jeffreys's prior for a Poisson process). For a dispute without
    a record of moves, the rounds of its last year are counted.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = rounds_a_year(load_scenario("us-china-2025"))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.assumption
    (5.23, 1.57, 11.06, True)
    """
    from scipy.special import gammaincinv

    ends = record_ends(scenario)
    begins = record_begins(scenario) if has_record(scenario) else ends - timedelta(days=DAYS_A_YEAR)
    signed = [text.id for text in agreements_of(scenario) if begins < text.signed <= ends]
    years = (ends - begins).days / DAYS_A_YEAR
    shape = len(signed) + 0.5
    # Quantiles of the gamma distribution without `scipy.stats`, which takes a third of a second to load.
    low, high = (float(gammaincinv(shape, chance) * (1.0 / years)) for chance in NUMERICS.rounds_interval)
    return Quantity(
        value=shape / years,
        low=low,
        high=high,
        unit="rounds of talks a year",
        date=str(ends),
        source=f"record of {scenario.name}, {begins} to {ends}: {', '.join(signed) or 'no agreement'}",
        assumption=True,
        note="an agreement signed counts as a round, and rounds as coming at a constant rate",
    )


def chance_a_period(rounds: FloatArray, lag_days: FloatArray) -> FloatArray:
    """Return rho, the chance that a round of talks begins in a period of `lag_days` at `rounds` per year.

    Examples
    --------
    >>> chance_a_period(np.array([0.0, 5.0]), np.array([14.0, 73.0])).round(4).tolist()
    [0.0, 0.6321]
    """
    chance: FloatArray = -np.expm1(-rounds * lag_days / DAYS_A_YEAR)
    return chance
