"""The claims and the share of parameter draws in which each holds.

Draws fill the ranges of the calibration (`parameter_draws`). A share has a Wilson interval (Wilson 1927). The
parameter that moves a claim most has the largest rank correlation with the margin over the draws, in absolute
value (Spearman 1904). This shows only monotone effects; `lab/claim_indices` has variance-based indices. Cost:
some 25 posture games per draw. Costly claims, on bargains and on repeated bargaining, are measured at fewer
draws.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.names import names_given
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.loading import MAIN
from negotiation.disputes.parameter_draws import ParameterDraws, central_draw, sobol_draws
from negotiation.errors import InvalidGame
from negotiation.truces.claims import Claim, UnknownClaim, claim, claims
from negotiation.truces.claims.definition import kept_with_draws

Outcome: TypeAlias = Literal["holds", "holds in most", "fails in most", "fails", "does not apply"]

ROBUST = 0.95
# Confidence level of the intervals.
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class ClaimResult:
    """The result of one claim at the central values and over the draws."""

    claim: Claim
    # Whether it holds at the central values; `None` if it does not apply there.
    central: bool | None
    # Name of the least inequality at the central values.
    central_binding: str
    # (draws,): the least inequality in each draw; NaN if the claim does not apply.
    margins: FloatArray
    # low, high: Ends of the 95 percent interval of the share; NaN if the claim applies in no draw.
    low: float
    high: float
    # The inequality that is most often the least one in draws in which the claim fails; "" if it never fails.
    fails_by: str
    # The parameter with the largest rank correlation with the margin; "" if the margin does not vary.
    mover: str
    # That rank correlation; NaN if the margin does not vary.
    correlation: float

    @property
    def applies(self) -> int:
        """Number of draws in which the claim applies."""
        return int(np.isfinite(self.margins).sum())

    @property
    def holding(self) -> int:
        """Number of draws in which the claim holds."""
        return int(self.claim.holds_at(self.margins).sum())

    @property
    def share(self) -> float:
        """Share of draws in which the claim holds, among those in which it applies; NaN if there are none."""
        return self.holding / self.applies if self.applies else float("nan")

    @property
    def outcome(self) -> Outcome:
        """The share in words.

        "holds" from 95 percent on, "holds in most" above a half, "fails in most" above 5 percent, and else
        "fails"; "does not apply" if the claim applies in no draw.
        """
        if not self.applies:
            return "does not apply"
        if self.share >= ROBUST:
            return "holds"
        if self.share > 0.5:
            return "holds in most"
        return "fails in most" if self.share > 1.0 - ROBUST else "fails"


@dataclass(frozen=True, eq=False)
class ClaimsTable(Tabular, Drawable):
    """Claims, each with its share of draws. Make one with `claims_table`."""

    _figure = "truces.claims:claims_figure"

    scenario: str
    # Number of draws; costly claims are measured only at the first draws, as `applies` shows.
    draws: int
    results: tuple[ClaimResult, ...]
    # "partial" if a claim applies in no draw.
    status: Status = "complete"
    method: str = "scrambled Sobol draws over the ranges of the calibration"

    def __getitem__(self, name: str) -> ClaimResult:
        found = {result.claim.name: result for result in self.results}
        UnknownClaim.unless_in(name, tuple(found), "checked claim")
        return found[name]

    def __iter__(self) -> Iterator[ClaimResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def table(self) -> Table:
        """Return one row for each claim."""
        columns = (
            "question", "claim", "statement", "at the central values", "binding there", "share of draws",
            "low", "high", "draws", "outcome", "fails by", "moved most by", "rank correlation",
        )  # fmt: skip
        rows = tuple(
            (
                r.claim.number, r.claim.name, r.claim.statement,
                "does not apply" if r.central is None else r.central,
                r.central_binding, r.share, r.low, r.high, r.applies, r.outcome, r.fails_by, r.mover,
                r.correlation,
            )
            for r in self.results
        )  # fmt: skip
        return Table(f"claims, {self.draws:,} draws from the ranges of {self.scenario}", columns, rows)

    def notes(self) -> Table:
        """Return one row for each claim, with the unit of its margin and the note on what it leaves out."""
        rows = tuple((r.claim.name, r.claim.unit, r.claim.notes) for r in self.results)
        return Table("what the claims leave out", ("claim", "unit of its margin", "note"), rows)


def claims_table(
    scenario: Scenario,
    draws: int = 4096,
    rng: int | np.random.Generator = 0,
    *,
    names: Iterable[str] | None = None,
) -> ClaimsTable:
    """Return claims with their verdicts at the central values and their shares of parameter draws.

    Parameters
    ----------
    scenario : Scenario
        The main scenario, with any calibration.
    draws : int, default 4096
        Number of parameter draws.
    rng : int or numpy.random.Generator, default 0
        Seed or generator of the draws.
    names : str or iterable of str, optional
        Names of the claims, or one name; all by default.

    Returns
    -------
    ClaimsTable
        One `ClaimResult` for each claim; see `.table()` and `.notes()`.

    Raises
    ------
    UnknownClaim
        If there is no claim with one of the names.
    InvalidOptions
        If `names` is neither a text nor an iterable.
    InvalidGame
        If `names` is empty, the scenario is not the main one, or `draws` is below 1.
    SizeLimit
        If `draws` is too large.
    InvalidNumber
        If `rng` is neither a seed nor a generator.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = claims_table(load_scenario("us-china-2025"), 64, names=["leverage_outweighs_gain"])
    >>> found["leverage_outweighs_gain"].central, found["leverage_outweighs_gain"].outcome
    (True, 'holds')
    """
    given = names_given(names, "`names`")
    chosen = tuple(claims().values()) if given is None else tuple(map(claim, given))
    if not chosen:
        raise InvalidGame("`names` is empty; name at least one claim, or leave `names` out for all of them")
    if scenario.name != MAIN:
        raise InvalidGame(f"`scenario` must be {MAIN!r}, the only one with claims; got {scenario.name!r}")
    drawn, central = sobol_draws(scenario, draws, rng), central_draw(scenario)
    results = tuple(claim_result(definition, drawn, central) for definition in chosen)
    complete = all(result.applies for result in results)
    return ClaimsTable(scenario.name, draws, results, "complete" if complete else "partial")


def claim_result(claim: Claim, draws: ParameterDraws, central: ParameterDraws) -> ClaimResult:
    """Return the result of one claim over the draws and at the one draw of the central values."""
    from scipy.stats import binomtest

    if claim.draws is not None and claim.draws < len(draws):
        draws = _first(draws, claim.draws)
    margins, at_centre = claim.measure(draws), claim.measure(central)
    read_only(margins)
    # Draws at which a claim does not apply (NaN) count neither as holding nor as failing.
    applies, holds = np.isfinite(margins), claim.holds_at(margins)
    failing = Counter(
        name for name, fails in zip(claim.binding(draws), applies & ~holds, strict=True) if fails
    )
    low, high = float("nan"), float("nan")
    if applies.any():
        counts = binomtest(int(holds.sum()), int(applies.sum()))
        interval = counts.proportion_ci(LEVEL, method="wilson")
        low, high = float(interval.low), float(interval.high)
    correlations = rank_correlations(claim, draws, margins)
    mover = max(correlations, key=lambda name: abs(correlations[name]), default="")
    return ClaimResult(
        claim=claim,
        central=None if np.isnan(at_centre[0]) else bool(claim.holds_at(at_centre)[0]),
        central_binding=claim.binding(central)[0],
        margins=margins,
        low=low,
        high=high,
        fails_by=failing.most_common(1)[0][0] if failing else "",
        mover=mover,
        correlation=correlations.get(mover, float("nan")),
    )


@kept_with_draws
def _first(draws: ParameterDraws, count: int) -> ParameterDraws:
    """Return the first `count` draws, cached, so that claims with the same number share their results."""
    return draws.take(np.arange(count))


def rank_correlations(claim: Claim, draws: ParameterDraws, margins: FloatArray) -> dict[str, float]:
    """Return Spearman's correlation of a claim's margin with each parameter that the claim reads.

    Only draws in which the claim applies count. Parameters that do not vary are left out, and the result is
    empty if there are fewer than two such draws or the margin does not vary. Shapes: `margins` (D,).
    """
    from scipy.stats import rankdata

    # A constant margin has no rank correlation.
    there = np.isfinite(margins)
    if there.sum() < 2 or np.ptp(margins[there]) == 0.0:
        return {}
    ranks = rankdata(margins[there])
    columns = {name: draws.number(name)[there] for name in claim.needs(draws.scenario)}
    return {
        name: float(np.corrcoef(ranks, rankdata(values))[0, 1])
        for name, values in columns.items()
        if np.ptp(values) > 0.0
    }
