"""How often clauses are misread, against linkage: the noise that stakes bring with them when they are pooled.

All-or-nothing linkage answers any false alarm everywhere, 1 - prod(1 - p_k) a period, where issue by issue
each is answered in its own. Here the chance a year that a kept clause looks broken is set alike for every
clause, and the false alarms and incentive margins of one agreement follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.observation import VERIFIABILITIES
from negotiation.truces.compiling.compiler import Choices, Compiled, compiled_text
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.verdicts.noise_departures import calm_departures

KINDS: tuple[LinkageKind, ...] = ("none", "within_issue", "all_or_nothing")
CHANCES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class NoisePoint:
    """An agreement at one chance of misreading."""

    # Chance a year that a clause, though kept, looks broken; the same for all.
    chance: float
    # Chance a period of a false alarm, by leg, and "any" for all together.
    alarms: tuple[tuple[str, float], ...]
    # Least margin while everything is kept, by linkage, percent of GDP.
    margins: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class NoiseSweep(Tabular, Drawable):
    """False alarms and margins of an agreement, by chance of misreading."""

    _figure = "truces.noise:noise_figure"

    agreement: str
    points: tuple[NoisePoint, ...]
    status: Status = "complete"

    def table(self) -> Table:
        """Return one row for each chance."""
        first = self.points[0]
        columns = (
            "misread in a year", *(f"false alarm a period, {leg}" for leg, _ in first.alarms),
            *(f"margin, {kind}, % GDP" for kind, _ in first.margins),
        )  # fmt: skip
        rows = tuple((p.chance, *(x for _, x in p.alarms), *(x for _, x in p.margins)) for p in self.points)
        return Table(f"{self.agreement}: misreading against linkage", columns, rows)


def noise_sweep(
    agreement: AgreementText, scenario: Scenario, chances: Sequence[float] = CHANCES
) -> NoiseSweep:
    """Return the false alarms and margins of an agreement as its clauses are misread more often."""
    points = []
    for chance in chances:
        at = scenario.with_parameters({f"signal.ambiguity.{grade}": chance for grade in VERIFIABILITIES})
        compiled = {
            kind: compiled_text(agreement, at, Choices(linkage=kind, clock="memoryless")) for kind in KINDS
        }
        margins = tuple(
            (kind, -max(d.gain for d in calm_departures(text))) for kind, text in compiled.items()
        )
        points.append(NoisePoint(chance, false_alarms(compiled[KINDS[0]]), margins))
    return NoiseSweep(agreement.id, tuple(points))


def false_alarms(compiled: Compiled) -> tuple[tuple[str, float], ...]:
    """Return the chance a period of a false alarm by leg, and of any, from the clauses alone."""
    quiet: dict[str, float] = {}
    for clause in compiled.bound:
        quiet[clause.issue] = quiet.get(clause.issue, 1.0) * (1.0 - clause.noise.false_alarm)
    return (*((leg, 1.0 - q) for leg, q in quiet.items()), ("any", 1.0 - prod(quiet.values())))
