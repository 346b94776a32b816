"""The parameters on which each claim depends: Sobol indices of its margin over a Saltelli scheme.

At most twelve parameters of a claim are varied over their ranges: those whose ranks correlate most with its
margin over 512 draws. All others stay at their central values. The indices are shares of the variance under
this variation (Sobol 1993, Saltelli 2010, computed by SALib). Each claim costs base * (parameters + 2)
evaluations of its margin. All claims take a few minutes at a base of 256.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.parameter_draws import ParameterDraws, sobol_draws
from negotiation.errors import InvalidExperiment, shown
from negotiation.lab.cell import is_whole
from negotiation.lab.designs import parameter_ranges, saltelli
from negotiation.lab.sensitivity import SobolIndices, analysed
from negotiation.truces.claims import Claim, claim, claims
from negotiation.truces.claims.table import rank_correlations

BASE = 256
# Most parameters that a claim's scheme varies.
MOST = 12

# Draws by which they are chosen.
SCREENING = 512

# Least total index in some claim of a parameter that the figure shows.
SHOWN = 0.05


@dataclass(frozen=True, eq=False)
class ClaimIndices(Tabular, Drawable):
    """Sobol indices of every claim."""

    _figure = "truces.claims:claim_indices_figure"

    # One per claim, whose name is the measure; names and indices are empty if the claim has none.
    entries: tuple[SobolIndices, ...]
    # Base number of the Saltelli scheme.
    base: int
    method: str = "Saltelli 2010, SALib"

    @property
    def status(self) -> Status:
        """`complete`, or `partial` if a claim has no indices or a wide interval."""
        return "complete" if all(entry.status == "complete" for entry in self.entries) else "partial"

    @property
    def reason(self) -> str:
        """The claims without an index or with wide intervals, and why."""
        return "; ".join(f"{entry.measure}: {_note(entry)}" for entry in self.entries if _note(entry))

    def __iter__(self) -> Iterator[SobolIndices]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, name: str) -> SobolIndices:
        claim(name)
        for entry in self.entries:
            if entry.measure == name:
                return entry
        raise InvalidExperiment(
            f"there are no indices of the claim {name!r}; choose one of "
            f"{', '.join(entry.measure for entry in self.entries)}"
        )

    def table(self) -> Table:
        """Return one row for each claim and parameter, the largest total index of each claim first."""
        columns = ("claim", "parameter", "first order", "total", "+- total", "note")
        rows: list[tuple[object, ...]] = []
        for entry in self.entries:
            if not entry.names:
                rows.append((entry.measure, None, None, None, None, _note(entry)))
            for k in np.argsort(-entry.total, kind="stable").tolist():
                numbers = (float(array[k]) for array in (entry.first, entry.total, entry.total_interval))
                rows.append((entry.measure, entry.names[k], *numbers, _note(entry)))
        return Table(f"Sobol indices of the claims' margins, base {self.base}", columns, tuple(rows))

    def shown(self) -> tuple[tuple[str, ...], FloatArray]:
        """Return the parameters with a total index of at least 0.05 in some claim, and their total indices.

        The first element has their names, sorted. The second has their indices in all claims, shape (claims,
        parameters), NaN where the parameter was not varied for the claim.
        """
        totals = [dict(zip(entry.names, entry.total.tolist(), strict=True)) for entry in self.entries]
        names = tuple(sorted({name for each in totals for name, value in each.items() if value >= SHOWN}))
        grid = [[each.get(name, np.nan) for name in names] for each in totals]
        return names, np.reshape(grid, (len(totals), len(names)))


def claim_indices(
    scenario: Scenario,
    names: Iterable[str] | None = None,
    *,
    base: int = BASE,
    most: int = MOST,
    seed: int = 0,
) -> ClaimIndices:
    """Return Sobol indices of the margins of claims, by default of all that allow more than `base` draws."""
    if not is_whole(most) or most < 1:
        raise InvalidExperiment(f"`most` must be a whole number of at least 1; got {shown(most)}")
    every = [entry for entry in claims().values() if entry.draws is None or entry.draws > base]
    chosen = [claim(name) for name in names] if names is not None else every
    screening = sobol_draws(scenario, SCREENING, seed)
    return ClaimIndices(tuple(_index(entry, screening, base, most, seed) for entry in chosen), base)


def _index(claim: Claim, screening: ParameterDraws, base: int, most: int, seed: int) -> SobolIndices:
    scenario, margins = screening.scenario, claim.measure(screening)
    if not np.isfinite(margins).all():
        return _none(claim, "it does not apply at every draw")
    correlations = rank_correlations(claim, screening, margins)
    names = sorted(correlations, key=lambda name: -abs(correlations[name]))[:most]
    if not names:
        return _none(claim, "its margin does not vary")
    scheme = saltelli(base, parameter_ranges(names, scenario), seed=seed)
    points = scheme.scaled()
    values = claim.measure(ParameterDraws(scenario, {name: points[:, k] for k, name in enumerate(names)}))
    if np.ptp(values) == 0.0:
        return _none(claim, "its margin does not vary around the central values")
    return analysed(scheme, claim.name, values, seed=seed)


def _none(claim: Claim, reason: str) -> SobolIndices:
    none = np.empty(0)
    return SobolIndices(claim.name, (), none, none, none, none, 0.95, 0, "partial", reason)


def _note(entry: SobolIndices) -> str:
    return entry.reason if entry.status == "partial" else ""
