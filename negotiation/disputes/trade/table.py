"""The trade table of a dispute, from its folder `trade/`. Each cell has a value, a range and a source.

`regions.csv` has the GDP of each region, `flows.csv` the sales of each region to each other, and `rates.csv`
tariffs by day. The first day of a rate is the day of the flows. Tariffs between the two sides are not in the
table, since the levels of their instruments give them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.faults import nearest_hint
from negotiation.base.reading.models import FileModel, load_csv, model_or_faults
from negotiation.disputes.dates import Day, RecordDate
from negotiation.disputes.domains import NOT_NEGATIVE, POSITIVE, Domain
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.quantity import Parameters, Quantity
from negotiation.errors import InvalidFile, shown

# In `rates.csv`: all exporters that have no row of their own.
OTHERS = "others"

TRADE_FILES = ("README.md", "flows.csv", "rates.csv", "regions.csv")

How = Literal["seen", "derived", "assumption"]


class _Cell(FileModel):
    """A number of the table: its range, its source, and how it was obtained."""

    low: float = Field(ge=0.0, allow_inf_nan=False, description="least plausible value")
    high: float = Field(ge=0.0, allow_inf_nan=False, description="greatest plausible value")
    source_title: str = Field(min_length=1, description="title of the source")
    source_url: str = Field(min_length=1, description="address of the source")
    how: How = Field(description="seen on the page, derived as the note says, or assumed")
    note: str = Field("", description="how the number was derived")

    @property
    @abstractmethod
    def number(self) -> float:
        """The central value."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low <= self.number <= self.high:
            raise ValueError(
                f"expected low <= value <= high; got low = {self.low}, value = {self.number}, high = "
                f"{self.high}"
            )
        return self

    def quantity(self, unit: str, day: str, since: date | None = None) -> Quantity:
        """Return the cell as a parameter."""
        return Quantity(
            value=self.number, low=self.low, high=self.high, unit=unit, date=RecordDate.parse(day),
            source=self.source_title, source_url=self.source_url, assumption=self.how == "assumption",
            note=self.note, since=since,
        )  # fmt: skip


class RegionRow(_Cell):
    """A region and its GDP."""

    region: str = Field(pattern=r"^[A-Z0-9]+$", description="name of the region")
    gdp_usd_bn: float = Field(gt=0.0, allow_inf_nan=False, description="GDP, USD bn a year")
    year: int = Field(description="year of the number")

    @property
    def number(self) -> float:
        """GDP, USD bn a year."""
        return self.gdp_usd_bn


class FlowRow(_Cell):
    """Sales of one region to another, before tariff."""

    exporter: str = Field(min_length=1, description="region that sells")
    importer: str = Field(min_length=1, description="region that buys")
    usd_bn: float = Field(ge=0.0, allow_inf_nan=False, description="USD bn a year")
    year: int = Field(description="year of the number")

    @property
    def number(self) -> float:
        """Sales, USD bn a year."""
        return self.usd_bn


class RateRow(_Cell):
    """The average tariff of one region on another, with the day from which it holds."""

    day: Day = Field(description="day from which it holds")
    importer: str = Field(min_length=1, description="region that levies it")
    exporter: str = Field(min_length=1, description=f"region that pays it, or {OTHERS!r}")
    percent: float = Field(ge=0.0, allow_inf_nan=False, description="percent of the value")

    @property
    def number(self) -> float:
        """The rate, percent of the value."""
        return self.percent


class Market(NamedTuple):
    """The trade of the world, and its tariffs while the holder of a tariff and the other side are at base."""

    regions: tuple[str, ...]
    # Positions of the two sides among the regions.
    holder: int
    other: int
    # (n, n): sales of the row to the column, USD bn a year, and the column's tariffs on the row, fractions:
    # the tariffs under the flows, and the tariffs of the day. Both have the base rates between the two sides.
    flows: FloatArray
    then: FloatArray
    now: FloatArray


_ROWS: Mapping[str, type[FileModel]] = {"regions": RegionRow, "flows": FlowRow, "rates": RateRow}


@dataclass(frozen=True)
class TradeTable:
    """Regions, and the names and numbers of all cells.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> load_scenario("us-china-2025", "sourced").trade.regions[:3]
    ('USA', 'CHN', 'EU27')
    """

    regions: tuple[str, ...]
    quantities: Mapping[str, Quantity]
    # By exporter and importer, the names of the rate under the flows and of the rate of the day.
    rated: Mapping[tuple[str, str], tuple[str, str]]

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain of each cell, by name."""
        return {
            name: (POSITIVE if name.startswith("trade.gdp") else NOT_NEGATIVE).of(cell.unit)
            for name, cell in self.quantities.items()
        }

    def flows(self, parameters: Parameters) -> FloatArray:
        """Return the sales of the row to the column, USD bn a year, (n, n); home sales on the diagonal."""
        n, (names, gdps) = len(self.regions), self._names
        sales = np.zeros((n, n))
        sales[~np.eye(n, dtype=bool)] = [parameters[name] for name in names]
        return sales + np.diag(np.array([parameters[name] for name in gdps]) - sales.sum(1))

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        """The names of all flows, row by row, and of all GDPs."""
        flows = [f"trade.flow.{j}.{i}" for j, i in permutations(self.regions, 2)]
        return flows, [f"trade.gdp.{j}" for j in self.regions]

    def rates(self, parameters: Parameters) -> tuple[FloatArray, FloatArray]:
        """Return the tariffs of the column on the row, fractions, (n, n): under the flows, and of the day."""
        then, now = np.zeros((2, len(self.regions), len(self.regions)))
        for (exporter, importer), (old, new) in self.rated.items():
            at = self.regions.index(exporter), self.regions.index(importer)
            then[at], now[at] = parameters[old] / 100.0, parameters[new] / 100.0
        return then, now

    def market(self, parameters: Parameters, sides: tuple[str, str], rates: tuple[float, float]) -> Market:
        """Return the market of a holder and the other side, whose base rates on each other are in percent."""
        then, now = self.rates(parameters)
        h, o = (self.regions.index(side) for side in sides)
        for levied in (then, now):
            levied[o, h], levied[h, o] = (rate / 100.0 for rate in rates)
        return Market(self.regions, h, o, self.flows(parameters), then, now)


def read_trade(folder: Path) -> TradeTable:
    """Return the trade table of a folder, or raise `InvalidFile` with every fault."""
    regions = load_csv(folder / "regions.csv", RegionRow, may_lack=("note",))
    flows = load_csv(folder / "flows.csv", FlowRow, may_lack=("note",))
    rates = load_csv(folder / "rates.csv", RateRow, may_lack=("note",))
    return trade_table(regions, flows, rates)


def table_of_values(content: object) -> TradeTable:
    """Return the table of a mapping from "regions", "flows" and "rates" to rows, or raise `InvalidFile`."""
    if not isinstance(content, Mapping) or set(content) != set(_ROWS):
        raise InvalidFile(
            f"trade: got {shown(content)}; expected a mapping with exactly the keys {', '.join(_ROWS)}, each "
            "with a list of rows"
        )
    rows: dict[str, list[FileModel]] = {}
    faults: list[str] = []
    for name, model in _ROWS.items():
        for number, values in enumerate(content[name] if isinstance(content[name], Sequence) else (), 1):
            row = model_or_faults(values, model, f"trade/{name}")
            if isinstance(row, model):
                rows.setdefault(name, []).append(row)
            else:
                faults += [f"trade/{name}: row {number}: {fault}" for fault in row]
    if faults:
        raise InvalidFile("; ".join(faults))
    return trade_table(*(rows.get(name, []) for name in _ROWS))  # type: ignore[arg-type]


def trade_table(
    regions: Sequence[RegionRow], flows: Sequence[FlowRow], rates: Sequence[RateRow]
) -> TradeTable:
    """Return the table with some rows, or raise `InvalidFile` with every fault."""
    faults = [*_region_faults(regions, flows), *_pair_faults(regions, flows), *_rate_faults(regions, rates)]
    if faults:
        raise InvalidFile("; ".join(faults))
    names = tuple(row.region for row in regions)
    cells = {f"trade.gdp.{row.region}": row.quantity("USD bn a year", str(row.year)) for row in regions}
    for row in flows:
        cells[f"trade.flow.{row.exporter}.{row.importer}"] = row.quantity("USD bn a year", str(row.year))
    rated: dict[tuple[str, str], tuple[str, str]] = {}
    for (exporter, importer), series in _series(rates).items():
        old, new, quantities = _rate_cells(exporter, importer, series)
        cells |= quantities
        own = {row.exporter for row in rates if row.importer == importer}
        payers = (
            [exporter] if exporter != OTHERS else [name for name in names if name not in {*own, importer}]
        )
        rated |= {(payer, importer): (old, new) for payer in payers}
    return TradeTable(names, cells, rated)


def _series(rates: Iterable[RateRow]) -> dict[tuple[str, str], list[RateRow]]:
    """Return the rates of each exporter and importer, ordered by day."""
    series: dict[tuple[str, str], list[RateRow]] = {}
    for row in sorted(rates, key=lambda row: row.day):
        series.setdefault((row.exporter, row.importer), []).append(row)
    return series


def _rate_cells(
    exporter: str, importer: str, series: Sequence[RateRow]
) -> tuple[str, str, dict[str, Quantity]]:
    """Return the names of a rate under the flows and of the day, and the quantities by name."""
    old, new = f"trade.base_rate.{exporter}.{importer}", f"trade.rate.{exporter}.{importer}"
    first = series[0].quantity("percent", str(series[0].day))
    # A rate that did not change is one number, so that a draw does not change it either.
    if len({(row.percent, row.low, row.high) for row in series}) == 1:
        return new, new, {new: first}
    # Before the first day the rate of that day holds.
    begins = [date(NUMERICS.first_year, 1, 1), *(row.day for row in series[1:])]
    dated = tuple(
        row.quantity("percent", str(row.day), since) for row, since in zip(series, begins, strict=True)
    )
    return old, new, {old: first, new: dated[0].model_copy(update={"dated": dated[1:]})}


def _region_faults(regions: Sequence[RegionRow], flows: Sequence[FlowRow]) -> Iterator[str]:
    for region, times in Counter(row.region for row in regions).items():
        if times > 1:
            yield f"trade/regions.csv: {region!r} has {times} rows, but a region has one; remove the others"
    for line, row in enumerate(regions, 2):
        # The ends of all ranges are compared, since one draw may reach them together.
        sold = sum(flow.high for flow in flows if flow.exporter == row.region)
        if sold >= row.low:
            yield (
                f"trade/regions.csv: line {line}: the GDP of {row.region!r} may be {row.low:g} USD bn, but "
                f"its exports in flows.csv add up to as much as {sold:g}; exports are below GDP, so correct "
                "the GDP, the flows or their ranges"
            )


def _unknown(where: str, field: str, name: str, known: Sequence[str]) -> str:
    return (
        f"{where}: {field}: there is no region {name!r}{nearest_hint(name, known)}; the regions in "
        f"regions.csv are {', '.join(known)}: correct the name or add a region"
    )


def _pair_faults(regions: Sequence[RegionRow], flows: Sequence[FlowRow]) -> Iterator[str]:
    names = list(dict.fromkeys(row.region for row in regions))
    for line, row in enumerate(flows, 2):
        where = f"trade/flows.csv: line {line}"
        for field in ("exporter", "importer"):
            if getattr(row, field) not in names:
                yield _unknown(where, field, getattr(row, field), names)
        if row.exporter == row.importer:
            yield (
                f"{where}: {row.exporter!r} sells to itself; home sales are GDP less exports, so remove the "
                "row"
            )
    times = Counter((row.exporter, row.importer) for row in flows)
    for exporter, importer in permutations(names, 2):
        if times[exporter, importer] != 1:
            yield (
                f"trade/flows.csv: {times[exporter, importer] or 'no'} rows for what {exporter} sells to "
                f"{importer}; every pair of regions has one row: "
                f"{'add it' if not times[exporter, importer] else 'remove the others'}"
            )


def _rate_faults(regions: Sequence[RegionRow], rates: Sequence[RateRow]) -> Iterator[str]:
    names = list(dict.fromkeys(row.region for row in regions))
    for line, row in enumerate(rates, 2):
        where = f"trade/rates.csv: line {line}"
        if row.importer not in names:
            yield _unknown(where, "importer", row.importer, names)
        if row.exporter not in (*names, OTHERS):
            yield _unknown(where, "exporter", row.exporter, [*names, OTHERS])
        if row.exporter == row.importer:
            yield f"{where}: {row.exporter!r} levies a tariff on itself; remove the row"
    times = Counter((row.day, row.exporter, row.importer) for row in rates)
    for (day, exporter, importer), count in times.items():
        if count > 1:
            yield (
                f"trade/rates.csv: {count} rates of {importer} on {exporter} hold from {day}; remove all but "
                "one"
            )
