"""How often theories and the record say the same of a leg, beside rules that solve nothing.

A leg of the record held or was moved on. A theory that says so of more legs than "tariffs hold, the rest
moves" has told something; one that says so of as many has not, by this count. Beside the count stands what
each theory names first where it says that a leg breaks, with the share of draws that name it, and what was
moved first. Four truces of one dispute are few: the count orders nothing finely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from negotiation.labelled import Table, Tabular
from negotiation.status import Status
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.timeline import level_changes, record_begins
from negotiation.truces.theory_verdicts import TheoryVerdict, TheoryVerdicts, verdict
from negotiation.truces.verdicts.legs import Step, record_steps
from negotiation.world import Scenario

RULES: dict[str, tuple[float, float]] = {
    "tariffs hold, the rest moves": (1.0, 0.0),
    "everything holds": (1.0, 1.0),
    "everything moves": (0.0, 0.0),
    "a coin": (0.5, 0.5),
}
"""Rules that solve nothing: the chances with which each says that a tariff leg and another leg hold."""


@dataclass(frozen=True)
class ScoredLeg:
    """One leg of one truce: what the record shows and what a theory says."""

    truce: str
    leg: str
    found: TheoryVerdict
    # The first step by which the record moved the leg on; `None` where it held.
    first: Step | None

    @property
    def right(self) -> bool:
        """Whether theory and record say the same."""
        return self.found.holds == (self.first is None)

    @property
    def names(self) -> str:
        """What the theory names first if it says that the leg breaks, as "USA tariff"; else nothing.

        Over draws, the instrument that the largest share of them names; without draws, that of the departure.
        """
        if self.found.holds:
            return ""
        if self.found.named:
            return next(iter(self.found.named))
        return self.found.breaking[0] if self.found.breaking else ""

    @property
    def names_right(self) -> bool:
        """Whether that is what was moved first."""
        return self.first is not None and self.names == f"{self.first.country} {self.first.instrument}"


@dataclass(frozen=True, eq=False)
class TheoryScores(Tabular):
    """How often each theory says of a leg what the record shows."""

    legs: tuple[ScoredLeg, ...]
    # Number of parameter draws behind the shares.
    draws: int
    # What the identifiers in it are called in print.
    names: dict[str, str] = field(default_factory=dict, repr=False)
    status: Status = "complete"

    def __iter__(self) -> Iterator[ScoredLeg]:
        return iter(self.legs)

    def of(self, theory: str) -> tuple[ScoredLeg, ...]:
        """Return the legs as one theory sees them."""
        return tuple(one for one in self.legs if one.found.theory == theory)

    def table(self) -> Table:
        """Return one row for each theory and rule: legs that it is right about, and what it names first."""
        rows: list[tuple[object, ...]] = []
        theories = tuple(dict.fromkeys(one.found.theory for one in self.legs))
        for name in theories:
            own = self.of(name)
            moved = [one for one in own if one.first is not None and not one.found.holds]
            expected = None
            if self.draws:
                shares = [(one.found.share or 0.0, one.first is None) for one in own]
                expected = sum(share if held else 1.0 - share for share, held in shares)
            rows.append(
                (
                    name, sum(one.right for one in own), len(own), expected,
                    sum(one.names_right for one in moved), len(moved),
                )
            )  # fmt: skip
        every = self.of(theories[0]) if theories else ()
        for rule, (tariff, rest) in RULES.items():
            says = [(tariff if one.leg == "tariff" else rest, one.first is None) for one in every]
            right = sum(chance if held else 1.0 - chance for chance, held in says)
            rows.append((rule, right, len(every), right, None, None))
        columns = (
            "theory or rule", "right", "legs", "right, over draws", "first right", "breaks said rightly",
        )  # fmt: skip
        title = "legs of which theory and record say the same"
        return Table(title, columns, tuple(rows), self.names)

    def first_table(self) -> Table:
        """Return one row for each truce, leg and theory: what is named first, and what was moved first."""
        rows = []
        for one in self.legs:
            share = one.found.named.get(one.names) if one.names else None
            first = "" if one.first is None else f"{one.first.country} {one.first.instrument}"
            rows.append((one.truce, one.leg, one.found.theory, one.right, one.names, share, first))
        columns = ("truce", "leg", "theory", "right", "names first", "share", "moved first")
        return Table("what theories name first, and what was moved first", columns, tuple(rows), self.names)


def theory_scores(scenario: Scenario, draws: int = 0, rng: int | np.random.Generator = 0) -> TheoryScores:
    """Return how often each theory and the record say the same of a leg of the dispute's agreements.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> found = theory_scores(load_scenario("us-china-2025"))
    >>> [row[1:3] for row in found.table().rows if row[0] == "tariffs hold, the rest moves"]
    [(10.0, 12)]
    """
    names = [text.id for text in agreements_of(scenario) if text.signed > record_begins(scenario)]
    verdicts = [verdict(name, scenario, draws=draws, rng=rng) for name in names]
    legs = tuple(scored for found in verdicts for scored in scored_legs(scenario, found))
    return TheoryScores(legs, draws, dict(scenario.names))


def scored_legs(scenario: Scenario, found: TheoryVerdicts) -> Iterator[ScoredLeg]:
    """Yield what theories say of an agreement's legs, each with what the record shows."""
    changes = level_changes(scenario)
    for row in found:
        steps = record_steps(scenario, found.asked.agreement, changes, row.leg)
        yield ScoredLeg(found.agreement, row.leg, row, steps[0] if steps else None)
