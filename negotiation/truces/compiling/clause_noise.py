"""Noise of a prescribed level: slips, ambiguity and misses, from the clauses in force on a day.

A level can be prescribed by several clauses of the agreement and of the papers that amend it. Each clause
gives its own verdict. The level looks broken if it looks broken under any clause, and a breach is missed if
all clauses miss it. With ambiguity a_c and miss m_c by clause,

    a = 1 - prod_c (1 - a_c),    m = prod_c m_c,
    p = eps (1 - m) + (1 - eps) a,    q = 1 - m

where a and m are the ambiguity and miss of the level, eps is the chance of a slip in a period, and p and q
are the chances of an alarm after compliance and after a breach. Compiled agreements and the claims about
noise use these chances.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from negotiation.disputes import Scenario
from negotiation.disputes.observation import (
    VERIFIABILITIES,
    Verifiability,
    ambiguity_chance,
    miss_chance,
    slip_chance,
)
from negotiation.game_theory.games.issue_signal import AlarmChances, alarm_chances
from negotiation.truces.record.agreement_text import AgreementText

# Verifiability of a level that no paper names: the grade that records give to what a text leaves out.
UNWRITTEN: Verifiability = "none"


@dataclass(frozen=True)
class Noise:
    """The chances in a period that a level is not implemented as meant, or not seen as it is.

    Examples
    --------
    >>> found = Noise(slip=0.5, ambiguity=0.25, miss=0.5)
    >>> found.false_alarm, found.detection
    (0.375, 0.5)
    """

    # Chance that an agency goes one level beyond what was meant.
    slip: float = 0.0
    # Chance that a level looks one step harsher than it is.
    ambiguity: float = 0.0
    # Chance that a level looks one step calmer than it is.
    miss: float = 0.0

    def __post_init__(self) -> None:
        _alarms(self.slip, self.ambiguity, self.miss)  # raises if an alarm would not be informative

    @property
    def false_alarm(self) -> float:
        """Chance p of an alarm when compliance was meant."""
        return float(_alarms(self.slip, self.ambiguity, self.miss).false_alarm)

    @property
    def detection(self) -> float:
        """Chance q of an alarm when a breach was meant."""
        return float(_alarms(self.slip, self.ambiguity, self.miss).detection)


@lru_cache(maxsize=4096)
def _alarms(slip: float, ambiguity: float, miss: float) -> AlarmChances:
    return alarm_chances(slip, ambiguity, miss)  # the same few clauses come up in every week of a forecast


def noise_of(
    scenario: Scenario, leg: str, regime: str, grades: Iterable[str], *, consultation: bool = False
) -> Noise:
    """Return the noise of a level, given its leg and the verifiabilities of the clauses that judge it.

    `regime` is the coordination of agencies. With `consultation`, clauses are misread only as often as
    clauses of the next better verifiability.
    """
    p, known = scenario.parameters, tuple(grades)
    # With consultation, the ambiguity of a clause is the ambiguity of the next better grade.
    better = dict(zip(VERIFIABILITIES[1:], VERIFIABILITIES, strict=False)) if consultation else {}
    return Noise(
        slip_chance(p, leg, regime),
        1.0 - prod(1.0 - ambiguity_chance(p, better.get(grade, grade)) for grade in known),
        prod(miss_chance(p, grade) for grade in known),
    )


def level_noise(
    papers: Sequence[AgreementText],
    scenario: Scenario,
    country: str,
    name: str,
    level: str,
) -> Noise:
    """Return the noise of one prescribed level under the papers in force.

    The last paper says how agencies are coordinated and whether there is a consultation.
    """
    grades = _grades(papers, (country, name, level)) or [UNWRITTEN]
    text, leg = papers[-1], scenario.instruments[name].leg
    return noise_of(scenario, leg, text.regime, grades, consultation=text.consultation)


def _grades(papers: Sequence[AgreementText], wanted: tuple[str, str, str]) -> list[str]:
    """Return the verifiabilities of the covered clauses that prescribe a level, or else of the readings.

    A reading says what a vague clause means. Readings count only if no clause prescribes the level
    explicitly. A term of a reading without a verifiability has the verifiability of its clause.
    """
    # Vague clauses count as well: the level is judged by every clause that prescribes it.
    written = [
        clause.verifiability
        for paper in papers
        for clause in paper.clauses
        if clause.covered and (clause.side, clause.instrument, clause.level) == wanted
    ]
    if written:
        return list(written)
    read: list[str] = []
    for paper in papers:
        graded = {clause.id: clause.verifiability for clause in paper.clauses}
        read += [
            term.verifiability or graded[reading.clause]
            for reading in paper.readings
            for term in reading.terms
            if (term.country, term.instrument, term.level) == wanted
        ]
    return read
