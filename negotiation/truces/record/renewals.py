"""Ends of clocks: when an agreement runs out, and whether its restraint of a leg went on after that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from negotiation.disputes import Scenario
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import MoveRecord, load_moves


def clock_end(papers: Sequence[AgreementText]) -> date | None:
    """Return the last day of the clocks of an agreement and its amendments; `None` where none has a clock.

    Examples
    --------
    >>> from negotiation.truces.record.agreement_text import agreement_text
    >>> clock_end([agreement_text("2025-05-geneva"), agreement_text("2025-06-london")])
    datetime.date(2025, 8, 12)
    """
    ends = [paper.in_force + timedelta(days=paper.clock_days) for paper in papers if paper.clock_days]
    return max(ends, default=None)


def was_renewed(
    scenario: Scenario,
    agreement: AgreementText,
    moves: Sequence[MoveRecord],
    as_of: date,
    end: date,
    leg: str,
) -> bool:
    """Return whether a leg stayed bound beyond the end of an agreement's clock.

    It did where a paper signed after `as_of` and by the end, an amendment or an agreement that stands on its
    own, binds the leg for longer; or where every side that the agreement binds there announced by the end, in
    a row that holds the instrument, that it goes on beyond it.
    """
    for paper in agreements_of(scenario):
        # What amends another agreement says nothing of this one.
        follows = paper.amends in (None, agreement.id) and paper.id != agreement.id
        if not follows or not as_of < paper.signed <= end or leg not in _bound(scenario, paper):
            continue
        own_end = clock_end([paper])
        if own_end is None or own_end > end:
            return True
    # In a leg in which nobody is bound there is nothing that could go on.
    sides = _bound(scenario, agreement).get(leg, set())
    return bool(sides) and all(_goes_on(scenario, moves, as_of, end, leg, side) for side in sides)


def earlier_ends(scenario: Scenario, as_of: date) -> tuple[int, int]:
    """Return how many legs of agreements were bound beyond their clocks' ends by a day, and how many ended.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> earlier_ends(load_scenario("us-china-2025"), date(2025, 11, 30))
    (2, 2)
    """
    counts = ends_by_leg(scenario, as_of).values()
    return sum(renewed for renewed, _ in counts), sum(ended for _, ended in counts)


def ends_by_leg(scenario: Scenario, as_of: date) -> dict[str, tuple[int, int]]:
    """Return the same by leg, for the legs in which a clock ran out.

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
            # An amendment's clock is that of what it amends: whoever is bound there has to go on.
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
