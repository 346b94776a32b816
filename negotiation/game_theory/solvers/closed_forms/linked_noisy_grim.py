"""Several noisy issues under all-or-nothing linkage, against each by itself.

Any alarm is answered in every issue. Stakes are pooled, and so are false alarms: P = 1 - prod(1 - p_k). A
breach of the issues in D gains the sum of their g and is detected with Q_D = 1 - prod in D (1 - q_k) prod
outside (1 - p_k), so that each set D is a noisy issue of `noisy_grim` with the whole stake; the least margin
is the linkage's. Without noise the whole set binds: delta >= sum g / (sum S + sum g) (Bernheim and Whinston
1990). Cost: 2^K closed forms for K issues.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import inf, prod

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.game_theory.solvers.closed_forms.noisy_grim import NoisyGrim, checked_noise, noisy_grim
from negotiation.game_theory.solvers.closed_forms.numerics import NUMERICS


@dataclass(frozen=True)
class NoisyIssue:
    """One side's numbers in one issue."""

    # What a breach gains in its period, g, not negative.
    gain: Number
    # What a period without cooperation costs, S, not negative.
    stake: Number
    # false_alarm, detection: Probability of an alarm after compliance, p, and after a breach, q.
    false_alarm: Number
    detection: Number

    def __post_init__(self) -> None:
        checked_noise(self.gain, self.stake, self.false_alarm, self.detection)


@dataclass(frozen=True)
class LinkedNoisyGrim(Tabular):
    """Noisy issues linked, and by themselves."""

    # Value, least margin and critical discount factor under all-or-nothing linkage.
    linked: NoisyGrim
    # The issues whose joint breach has the least margin.
    worst: tuple[str, ...]
    # Each issue with its own alarm and its own punishment.
    alone: Mapping[str, NoisyGrim]
    status: Status = "complete"
    method: str = "closed forms for all sets of issues"

    @property
    def sustained_linked(self) -> Number:
        """Value of the linked issues in equilibrium: nothing where some breach pays."""
        return self.linked.value if self.linked.holds else self.linked.value * 0

    @property
    def sustained_alone(self) -> Number:
        """Value of the issues by themselves in equilibrium: the sum over those that deter."""
        return sum(found.value for found in self.alone.values() if found.holds)

    def table(self) -> Table:
        """Return one row for the linkage and one for each issue by itself."""
        rows = (
            _row("linked", self.linked, ", ".join(self.worst)),
            *(_row(name, found, name) for name, found in self.alone.items()),
        )
        columns = ("issue", "value", "margin", "deters", "critical discount factor", "worst breach")
        return Table("issues under all-or-nothing linkage, and alone", columns, rows)


def linked_noisy_grim(
    issues: Mapping[str, NoisyIssue], discount_factor: Number, periods: float = inf
) -> LinkedNoisyGrim:
    """Return what all-or-nothing linkage of noisy issues is worth, against each by itself."""
    if not issues:
        raise InvalidGame("linkage needs at least one issue; got none")
    if len(issues) > NUMERICS.most_linked_issues:
        raise SizeLimit(
            f"{len(issues)} issues have 2^{len(issues)} joint breaches; "
            f"at most {NUMERICS.most_linked_issues} issues"
        )
    stake = sum(issue.stake for issue in issues.values())
    silence = prod(1 - issue.false_alarm for issue in issues.values())
    least: tuple[NoisyGrim, tuple[str, ...]] | None = None
    thresholds: list[Number | None] = []
    for names in _breaches(issues):
        gain = sum(issues[name].gain for name in names)
        missed = prod(
            1 - (issue.detection if name in names else issue.false_alarm) for name, issue in issues.items()
        )
        found = noisy_grim(gain, stake, 1 - silence, 1 - missed, discount_factor, periods)
        thresholds.append(found.critical_discount_factor)
        if least is None or found.margin < least[0].margin:
            least = found, names
    if least is None:
        raise InvalidGame("linkage needs at least one issue; got none")
    (binding, worst) = least
    possible = [t for t in thresholds if t is not None]
    linked = NoisyGrim(
        binding.value,
        binding.margin,
        binding.holds,
        max(possible) if len(possible) == len(thresholds) else None,
        binding.expected_life,
    )
    alone = {
        name: noisy_grim(
            issue.gain, issue.stake, issue.false_alarm, issue.detection, discount_factor, periods
        )
        for name, issue in issues.items()
    }
    return LinkedNoisyGrim(linked, worst, alone)


def _breaches(issues: Mapping[str, NoisyIssue]) -> Iterator[tuple[str, ...]]:
    """Yield every set of issues that can be broken together."""
    for size in range(1, len(issues) + 1):
        yield from combinations(issues, size)


def _row(name: str, found: NoisyGrim, worst: str) -> tuple[object, ...]:
    threshold = found.critical_discount_factor
    return (
        name,
        float(found.value),
        float(found.margin),
        found.holds,
        None if threshold is None else float(threshold),
        worst,
    )
