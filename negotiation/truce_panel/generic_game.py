"""The generic game of a truce: a dispute made from its card and from ranges that all truces share.

The rules are those of decision 67. A side has one instrument for each leg and coverage, which represents all
its measures of that part. The instrument's levels are *calm* (only if one of the measures is kept above its
calmest level), *kept* and *harsh*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import fsum, prod
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from negotiation.base.reading.models import FileModel, load_toml
from negotiation.disputes import Scenario, load_scenario
from negotiation.disputes.observation import OBSERVATION_DOMAINS
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.tables import LEGS, Leg, Measure, Tables, Truce
from negotiation.truces.verdicts.agreements import Agreement

FILE = Path(__file__).with_name("priors.toml")


class Range(FileModel):
    """A lower and an upper end, with a source or marked as an assumption."""

    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    unit: str = Field("share", min_length=1)
    source: str = ""
    assumption: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low <= self.high:
            raise ValueError(f"`low` must not exceed `high`; got {self.low}, {self.high}")
        if bool(self.source) == self.assumption:
            raise ValueError("a range needs either a `source` or `assumption = true`, but not both")
        return self


class FormRanges(FileModel):
    """Ranges of a kind of measure: gain, cost and loss, as shares of the trade under it, and this trade."""

    gain: Range
    cost: Range
    loss: Range
    trade: Range


class GameRanges(FileModel):
    """Ranges that all games share."""

    discount_factor_annual: Range
    reaction_lag_days: Range
    kept: Range
    leverage_only: Range
    flow: Range


class Priors(FileModel):
    """All ranges: of all games, and by form of measure. `unknown` has a form for each leg."""

    game: GameRanges
    unknown: Mapping[Leg, str]
    forms: Mapping[str, FormRanges]

    def of(self, form: str, leg: Leg) -> FormRanges:
        """Return the ranges of a form, or those for its leg if the form is not known."""
        return self.forms.get(form) or self.forms[self.unknown[leg]]


@cache
def priors() -> Priors:
    """Return the ranges of the package."""
    return load_toml(FILE, Priors)


# Disputes have no leg *trade*; purchases belong to the leg *other*.
GAME_LEG: Mapping[Leg, str] = {**{leg: leg for leg in LEGS}, "trade": "other"}
CALM, KEPT, HARSH = "calm", "kept", "harsh"
VERIFIABILITIES = ("high", "medium", "low")

Parts = Mapping[tuple[str, str], tuple[Measure, ...]]


def part_name(leg: str, covered: bool) -> str:
    """Return the name of the instrument that represents a part in the game."""
    return f"{leg}_{'bound' if covered else 'left_out'}"


def sides_of(tables: Tables, truce: Truce) -> tuple[str, str]:
    """Return the two sides, the larger first, so that the game does not depend on which one is `side_a`."""
    by_size = sorted((truce.side_a, truce.side_b), key=lambda side: (-_gdp(tables, truce, side), side))
    return by_size[0], by_size[1]


def parts_of(tables: Tables, truce: Truce) -> Parts:
    """Return the measures that each instrument represents, by instrument and holder, in a fixed order."""
    parts: dict[tuple[str, str], tuple[Measure, ...]] = {}
    for leg in LEGS:
        for covered in (True, False):
            for side in sides_of(tables, truce):
                own = [
                    measure
                    for measure in tables.instruments
                    if (measure.truce_id, measure.leg, measure.covered) == (truce.truce_id, leg, covered)
                    and side == (truce.side_a if measure.side == truce.side_a else truce.side_b)
                ]
                if own:
                    parts[part_name(leg, covered), side] = tuple(
                        sorted(own, key=lambda measure: measure.instrument)
                    )
    return parts


def scenario_of(tables: Tables, truce: Truce, ranges: Priors) -> Scenario:
    """Return the game of a truce's card, at the middle of all ranges."""
    sides, parts = sides_of(tables, truce), parts_of(tables, truce)
    day, year = truce.signed.isoformat(), str(truce.signed.year)

    def quantity(low: float, high: float, unit: str) -> dict[str, Any]:
        """Return a quantity in the middle of a range, as in a file of a scenario."""
        middle = min(max((low + high) / 2.0, low), high)
        return {
            "value": middle, "low": low, "high": high, "unit": unit, "date": year, "assumption": True,
        }  # fmt: skip

    parameters = {
        "discount_factor_annual": _quantity_of(ranges.game.discount_factor_annual, quantity),
        "reaction_lag_days": _quantity_of(ranges.game.reaction_lag_days, quantity),
        # These games do not use observation, nor how closely moves follow payoffs.
        **{
            name: quantity(0.0, 0.0, domain.measure or "share")
            for name, domain in OBSERVATION_DOMAINS.items()
        },
    }
    flow = _flow(tables, truce, ranges.game.flow)
    calmer = _calmer(parts)
    for (name, side), own in parts.items():
        for role, (low, high) in _roles(own, flow, ranges, calmer=(name, side) in calmer).items():
            unit = "USD bn a year" if role == "value" else "share of the value"
            graded = f".{KEPT}" if role == "strength" else ""
            parameters[f"{name}.{role}.{side}{graded}"] = quantity(low, high, unit)
    holders = {name: [side for side in sides if (name, side) in parts] for name, _ in parts}
    instruments = {
        name: _instrument(name, {side: (name, side) in calmer for side in held}, year)
        for name, held in holders.items()
    }
    everything = {
        "scenario": {
            "name": truce.truce_id, "title": truce.title, "countries": sides, "date": day,
            "sizes": {"small": {"instruments": list(instruments)}},
        },
        "countries": {
            side.lower(): {
                "iso3": side, "name": side,
                "facts": {"gdp": quantity(*(_gdp(tables, truce, side),) * 2, "USD bn a year")},
            }
            for side in sides
        },
        "instruments": instruments,
        "calibrations": {
            "central": {"name": "central", "title": "generic", "date": day, "parameters": parameters}
        },
    }  # fmt: skip
    return load_scenario(everything)


def _calmer(parts: Parts) -> Parts:
    """Return the parts that get a level calmer than the kept one; none if the game would be too large."""
    calmer = {key: own for key, own in parts.items() if any(_level(measure) for measure in own)}
    profiles = prod(3 if key in calmer else 2 for key in parts)
    return calmer if profiles <= NUMERICS.largest_game else {}


def agreement_of(tables: Tables, truce: Truce) -> Agreement:
    """Return the text of a truce in the terms of its game: its clauses bind covered parts to *kept*."""
    parts = parts_of(tables, truce)
    sourced = {
        "source_title": truce.source_title, "source_url": truce.source_url, "confidence": truce.confidence,
    }  # fmt: skip
    clauses = []
    for k, ((name, side), own) in enumerate(parts.items()):
        covered = own[0].covered
        seen = min((measure.verifiability for measure in own), key=VERIFIABILITIES.index)
        clauses.append(
            {
                "id": f"T{k:02d}", "side": side, "record_instrument": name, "instrument": name,
                "level": KEPT if covered else None, "obligation": "keep" if covered else "left out",
                "covered": covered, "verifiability": seen, "verifiability_note": "as on the card",
                "observed": "unknown", **sourced,
            }
        )  # fmt: skip
    before = [
        {"country": side, "instrument": name, "level": KEPT, "note": "as on the card", **sourced}
        for name, side in parts
    ]
    day = truce.signed.isoformat()
    content = {
        "id": f"{truce.signed:%Y-%m}-truce", "title": truce.title, "signed": day, "in_force": day,
        "window_start": day, "window_end": day, "clock_days": min(truce.clock_days, NUMERICS.longest_clock),
        "summary": truce.summary or truce.title, "clauses": clauses, "before": before,
    }  # fmt: skip
    return Agreement.model_validate(content)


def _quantity_of(interval: Range, quantity: Any) -> dict[str, Any]:
    field: dict[str, Any] = quantity(interval.low, interval.high, interval.unit)
    return field


def _roles(
    own: Sequence[Measure], flow: tuple[float, float], ranges: Priors, *, calmer: bool
) -> dict[str, tuple[float, float]]:
    """Return the range of each parameter of the instrument that represents some measures.

    The parameters are value (USD bn per year), gain, cost and loss (shares of the value) and, if it has a
    calmer level, the strength of the kept level.
    """
    forms = [ranges.of(measure.form, measure.leg) for measure in own]
    alone = ranges.game.leverage_only
    # The gain of an owner from a measure that is only leverage is a share of the gain from others.
    parts = [
        (alone.low, alone.high) if measure.own_benefit == "leverage_only" else (1.0, 1.0) for measure in own
    ]
    trade = [
        (measure.exposure_usd_bn,) * 2
        if measure.exposure_usd_bn
        else (of.trade.low * flow[0], of.trade.high * flow[1])
        for measure, of in zip(own, forms, strict=True)
    ]
    roles = {
        "value": (fsum(low for low, _ in trade), fsum(high for _, high in trade)),
        "gain": (
            _mean([of.gain.low * part[0] for of, part in zip(forms, parts, strict=True)]),
            _mean([of.gain.high * part[1] for of, part in zip(forms, parts, strict=True)]),
        ),
        "cost": _mean_range(forms, "cost"),
        "loss": _mean_range(forms, "loss"),
    }
    if calmer:
        above = _mean([float(_level(measure) > 0) for measure in own])
        roles["strength"] = ranges.game.kept.low * above, ranges.game.kept.high * above
    return roles


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _mean_range(forms: Sequence[FormRanges], role: str) -> tuple[float, float]:
    of = [getattr(form, role) for form in forms]
    return _mean([interval.low for interval in of]), _mean([interval.high for interval in of])


def _level(measure: Measure) -> int:
    """Return the position, from calm to harsh, of the level at which a measure is kept."""
    return measure.levels.index(measure.agreed or measure.at_signing)


def _instrument(name: str, calmer: Mapping[str, bool], year: str) -> dict[str, Any]:
    """Return an instrument as in a scenario's file; `calmer` says by holder whether it has a calm level."""
    payoff: dict[str, Any] = {
        "form": "transfer",
        "parameters": {
            "value": "{instrument}.value.{holder}", "loss_share": "{instrument}.loss.{holder}",
            "buyer_cost": "{instrument}.cost.{holder}", "leverage": "{instrument}.gain.{holder}",
        },
    }  # fmt: skip
    if any(calmer.values()):
        payoff |= {"strength": "{instrument}.strength.{holder}.{level}", "reference": HARSH}
    return {
        "title": name.replace("_", " "),
        "leg": next(in_game for leg, in_game in GAME_LEG.items() if name.startswith(f"{leg}_")),
        "payoff": payoff,
        "levels": {
            side: [
                {"label": label, "meaning": label, "date": year, "assumption": True}
                for label in ((CALM, KEPT, HARSH) if calm else (KEPT, HARSH))
            ]
            for side, calm in calmer.items()
        },
    }


def _gdp(tables: Tables, truce: Truce, side: str) -> float:
    """Return a side's GDP in USD bn in the year nearest to the signing, or the other's, or a default."""
    for code in (side, *({truce.side_a, truce.side_b} - {side})):
        own = [
            (abs(side.year - truce.signed.year), side.year, side.gdp_usd_bn)
            for side in tables.sides
            if side.side == code
        ]
        if own:
            return min(own)[2]
    return NUMERICS.middling_gdp


def _flow(tables: Tables, truce: Truce, missing: Range) -> tuple[float, float]:
    """Return the range of the trade of two sides in USD bn per year.

    It is the mean over the recorded directions of the largest flow. Without a record, it is the range
    `missing` times the smaller GDP.
    """
    pairs = ((truce.side_a, truce.side_b), (truce.side_b, truce.side_a))
    flows = [
        max(amounts)
        for pair in pairs
        if (amounts := [flow.usd_bn for flow in tables.trade if (flow.exporter, flow.importer) == pair])
    ]
    if flows:
        return (_mean(flows),) * 2
    smaller = min(_gdp(tables, truce, side) for side in pairs[0])
    return missing.low * smaller, missing.high * smaller
