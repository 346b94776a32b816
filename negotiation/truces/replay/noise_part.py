"""The part of a replay about noise and readings: verdicts by leg and linkage, lifetime, the mismatch path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from negotiation.base.labelled import Table
from negotiation.disputes import Scenario, State
from negotiation.errors import SizeLimit
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.readings.path import Play
from negotiation.game_theory.solvers.readings.verdict import ReadingVerdict
from negotiation.truces.compiling.clock import Clock
from negotiation.truces.compiling.compiler import Choices, Outside, compiled_text
from negotiation.truces.compiling.readings import ReadingPair, reading_pair
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.theories.common.departures import CLASSES, StateClass
from negotiation.truces.verdicts.legs import Verdicts
from negotiation.truces.verdicts.lifetime import TruceLifetime, truce_lifetime
from negotiation.truces.verdicts.mismatch import MismatchPath, mismatch_path
from negotiation.truces.verdicts.noise_departures import (
    Departure,
    closest_departures,
    deciding,
    state_gains,
)
from negotiation.truces.verdicts.under_noise import NoiseVerdicts, noise_verdicts

KINDS: tuple[LinkageKind, ...] = get_args(LinkageKind)
OUTSIDE: tuple[Outside, ...] = get_args(Outside)
WAYS: tuple[Play, ...] = get_args(Play)
# Periods for which a replay follows beliefs; `ReadingPair.verdict(depth)` goes further.
BELIEF_DEPTH = 3


@dataclass(frozen=True)
class LinkageCheck:
    """The check of an agreement's text under one linkage."""

    kind: str
    # Size of the automaton, its clock memoryless.
    states: int
    # The independent check; `None` where the automaton would be too large.
    verdict: Verdict | None
    # The closest departure while everything is kept, while an answer is being played, and once the agreement
    # is over.
    by_class: Mapping[StateClass, Departure] = field(default_factory=dict)

    @property
    def departure(self) -> Departure | None:
        """The departure that breaks the text, or that comes closest while it is kept."""
        return deciding(self.by_class)


@dataclass(frozen=True, eq=False)
class UnderNoise:
    """An agreement under noise, as a replay shows it."""

    # By leg, with the agreement's own linkage.
    verdicts: NoiseVerdicts
    linkages: tuple[LinkageCheck, ...]
    # How long the text lasts under slips and misreading if nobody breaks it.
    lifetime: TruceLifetime
    # The verdict on private readings; `None` where the record names none.
    readings: ReadingVerdict | None
    # Linkage, what is outside, way to play, and the path; the agreement's own first.
    paths: tuple[tuple[str, str, str, MismatchPath], ...]

    @property
    def path(self) -> MismatchPath | None:
        """The path of naive readings with the agreement's own linkage; `None` without readings."""
        return self.paths[0][3] if self.paths else None

    def leg_table(self, record: Verdicts) -> Table:
        """Return one row for each leg: the verdict under noise beside the record's."""
        own = self.verdicts.table()
        rows = tuple(
            (*row, record[leg.leg].record, leg.holds == record[leg.leg].record_held)
            for row, leg in zip(own.rows, self.verdicts, strict=True)
        )
        return Table(own.title, (*own.columns, "the record says", "agree"), rows, own.names)

    def linkage_table(self) -> Table:
        """Return one row for each linkage: whether the text holds under it, and what breaks it.

        The margin is that of the kept states, unless a departure gains in others alone.
        """
        rows = []
        for check in self.linkages:
            closest, by_class = check.departure, check.by_class
            rows.append(
                (
                    check.kind, check.states, None if check.verdict is None else check.verdict.holds,
                    None if closest is None else closest.margin, None if closest is None else closest.where,
                    None if closest is None else str(closest),
                    *(by_class[where].margin if where in by_class else None for where in CLASSES),
                )
            )  # fmt: skip
        columns = (
            "linkage", "states", "holds under noise", "margin, % GDP", "where", "breaking or closest",
            *(f"margin {where}, % GDP" for where in CLASSES),
        )  # fmt: skip
        return Table(
            f"{self.verdicts.agreement}: the text under noise, by linkage",
            columns,
            tuple(rows),
            self.verdicts.names,
        )

    def path_table(self) -> Table:
        """Return one row for each linkage, variant and way to play: the moves of the path, where it stops."""
        rows = tuple(
            (
                linkage, outside, play,
                "; ".join(f"{move.period}: {move}" for move in path.moves[:6])
                + (f"; and {len(path.moves) - 6} more" if len(path.moves) > 6 else ""),
                path.stops,
            )
            for linkage, outside, play, path in self.paths
        )  # fmt: skip
        columns = ("linkage", "outside the readings", "play", "moves, by period", "nothing moves from period")
        return Table(f"{self.verdicts.agreement}: paths of the readings", columns, rows, self.verdicts.names)

    def tables(self, record: Verdicts) -> dict[str, Table]:
        """Return every table by name; those of the readings only where there are readings."""
        tables = {
            "noise": self.leg_table(record),
            "noise_margins": self.verdicts.margins_table(),
            "linkage": self.linkage_table(),
            "life": self.lifetime.table(),
            "false_alarms": self.lifetime.alarms_table(),
        }
        if self.readings is not None and self.path is not None:
            tables |= {
                "readings": self.readings.table(),
                "mismatch": self.path.table(),
                "mismatch_variants": self.path_table(),
            }
        return tables


def under_noise(agreement: AgreementText, scenario: Scenario, state: State | None = None) -> UnderNoise:
    """Return an agreement under noise: verdicts by leg and linkage, and what its readings come to."""
    verdicts = noise_verdicts(agreement, scenario, state)
    linkages = tuple(_linkage(agreement, scenario, kind, state) for kind in KINDS)
    lifetime = truce_lifetime(agreement, scenario, state)
    if not agreement.readings:
        return UnderNoise(verdicts, linkages, lifetime, None, ())
    own = reading_pair(agreement, scenario, Choices(state=state))
    # The text's own linkage first; without any linkage readings differ in nothing that is answered.
    kinds = (agreement.linkage.kind, *(k for k in KINDS if k not in ("none", agreement.linkage.kind)))
    paths = []
    for kind in kinds:
        for outside in OUTSIDE:
            choices = Choices(outside, kind, state=state)
            same = (kind, outside) == (kinds[0], "moment")
            pair = own if same else reading_pair(agreement, scenario, choices)
            paths += [(kind, outside, play, path) for play, path in _paths(pair)]
    return UnderNoise(verdicts, linkages, lifetime, own.verdict(BELIEF_DEPTH), tuple(paths))


def _paths(pair: ReadingPair) -> list[tuple[str, MismatchPath]]:
    return [(play, mismatch_path(pair, play)) for play in WAYS]


def _linkage(
    agreement: AgreementText, scenario: Scenario, kind: LinkageKind, state: State | None
) -> LinkageCheck:
    clock: Clock = "counted" if agreement.renewal == "by play" else "memoryless"
    choices = Choices("moment", kind, clock, state)
    try:
        compiled = compiled_text(agreement, scenario, choices)
    except SizeLimit:
        return LinkageCheck(kind, 0, None)
    verdict = verify(compiled.game, compiled.automaton)
    by_class = closest_departures(compiled, state_gains(compiled), frozenset(scenario.instruments))
    return LinkageCheck(kind, len(compiled.automaton.states), verdict, by_class)
