"""A position of the explorer's sliders: an agreement, parameters set by hand, and the verdicts there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import isfinite

import numpy as np

from negotiation.disputes import Scenario, State
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import scenario_for, truce_names
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.legs import LegMargins
from negotiation.truces.verdicts.agreements import Agreement, truce
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdict, TheoryVerdicts
from negotiation.truces.verdicts.verdict import verdict

# The parameters behind the sliders: the annual discount factor, and what the rare-earth curb costs the
# United States.
PATIENCE = "discount_factor_annual"
HARM = "rare_earth_curb.harm"
# Significant digits of a margin that is shown: no parameter is known more precisely.
DIGITS = 4
# The end of the names of all parameters that the slider of security multiplies.
SECURITY = (".security_value", ".security_ratio")


@dataclass(frozen=True)
class Setting:
    """One position of all sliders.

    Examples
    --------
    >>> there = Setting("2025-05-geneva", harm=0.3, theory="each for itself")
    >>> [row.leg for row in there.verdicts], there.scenario.parameters["rare_earth_curb.harm"]
    (['tariff', 'control', 'other'], 0.3)
    """

    agreement: str = "2025-10-busan"
    # Annual discount factor; by default the calibration's.
    patience: float | None = None
    # Percent of US GDP that the rare-earth curb costs in a year; by default the calibration's.
    harm: float | None = None
    # The factor by which all values of security are multiplied.
    security: float = 1.0
    # Step of the dependence on what a curb withholds; by default the step on the day of signing.
    dependence: int | None = None
    # One more clause, such as "USA chip_control": the instrument stays at its calmest level.
    bound: str = ""
    theory: str = "moment"

    @cached_property
    def scenario(self) -> Scenario:
        """The dispute of the agreement, with the parameters of this position."""
        world = world_of(self.agreement)
        known = world.parameters
        values = {name: self.security * x for name, x in known.items() if name.endswith(SECURITY)}
        chosen = {PATIENCE: self.patience, HARM: self.harm}
        return world.with_parameters(
            {**values, **{name: value for name, value in chosen.items() if value is not None}}
        )

    @cached_property
    def text(self) -> Agreement:
        """The agreement, with the added clause if there is one."""
        text, world = truce(self.agreement), world_of(self.agreement)
        if not self.bound:
            return text
        side, instrument = self.bound.split()
        calm = world.instrument(side, instrument).levels[side][0].label
        return text.with_clause(side, instrument, calm, scenario=world)

    @cached_property
    def state(self) -> State:
        """The likely state on the day of signing, with the dependence of this position."""
        day = state_of_the_day(truce(self.agreement), world_of(self.agreement)).likely
        return day if self.dependence is None else replace(day, curb_dependence=self.dependence)

    @cached_property
    def verdicts(self) -> TheoryVerdicts:
        """The verdicts of the theory on the legs, with certificates."""
        return verdict(self.text, self.scenario, theories=[self.theory], state=self.state)


@lru_cache(maxsize=8)
def world_of(agreement: str) -> Scenario:
    """Return the dispute of an agreement, with the parameters of its calibration."""
    return scenario_for(agreement, None, to_judge=True)


def has_sliders(agreement: str) -> bool:
    """Return whether the dispute of an agreement has the parameters behind the sliders."""
    return {PATIENCE, HARM} <= world_of(agreement).quantities.keys()


def agreements() -> tuple[str, ...]:
    """Return the names of the agreements of disputes that have all sliders.

    Examples
    --------
    >>> "2025-10-busan" in agreements(), "2024-10-vientiane" in agreements()
    (True, False)
    """
    return tuple(filter(has_sliders, truce_names()))


@lru_cache(maxsize=256)
def placed(agreement: str, name: str, place: float) -> float:
    """Return a parameter's value at a place in its range: -1 is the low end, 0 the centre, 1 the high end.

    Examples
    --------
    >>> low, centre, high = (placed("2025-10-busan", "rare_earth_curb.harm", place) for place in (-1, 0, 1))
    >>> low < centre < high
    True
    """
    quantity = world_of(agreement).quantities[name]
    centre = float(quantity.value)
    end = float(quantity.high if place > 0 else quantity.low)
    # Rounded so that addresses and labels show the exact value; the central value stays as it is.
    return round(centre + abs(place) * (end - centre), 4) if place else centre


def judged(settings: Sequence[Setting]) -> dict[Setting, tuple[TheoryVerdict, ...]]:
    """Return the verdicts on the legs by setting, without the certificates that `verdict` adds.

    Settings with the same text and state differ only in numbers, so their games are solved together.
    """
    groups: dict[tuple[str, str, int | None], dict[Setting, None]] = {}
    for setting in settings:
        groups.setdefault((setting.agreement, setting.bound, setting.dependence), {})[setting] = None
    verdicts: dict[Setting, tuple[TheoryVerdict, ...]] = {}
    for group in groups.values():
        worlds = [*dict.fromkeys(replace(setting, theory="") for setting in group)]
        for start in range(0, len(worlds), NUMERICS.settings_at_once):
            part = worlds[start : start + NUMERICS.settings_at_once]
            names = dict.fromkeys(setting.theory for setting in group)
            verdicts.update((setting, rows) for setting, rows in _together(part, names) if setting in group)
    return verdicts


def _together(
    worlds: Sequence[Setting], theories: Iterable[str]
) -> Iterator[tuple[Setting, tuple[TheoryVerdict, ...]]]:
    """Yield the verdicts of theories at settings with the same text and state."""
    batch = _batch(worlds)
    for name in theories:
        legs = theory(name).judge(batch)
        for k, world in enumerate(worlds):
            rows = tuple(_row(name, batch, legs[leg], k) for leg in batch.scenario.legs)
            yield replace(world, theory=name), rows


def _batch(worlds: Sequence[Setting]) -> GameBatch:
    first, base = worlds[0], world_of(worlds[0].agreement)
    known = base.parameters

    def column(values: Iterable[float]) -> np.ndarray:
        """Return values, one per setting, as an array."""
        return np.array([*values], dtype=float)

    patient = {setting.patience: setting.scenario.discount_factor for setting in worlds}
    varied = {
        name: column(x * world.security for world in worlds)
        for name, x in known.items()
        if name.endswith(SECURITY)
    }
    for name, chosen in ((PATIENCE, "patience"), (HARM, "harm")):
        own = (getattr(setting, chosen) for setting in worlds)
        varied[name] = column(known[name] if value is None else value for value in own)
    delta = column(patient[setting.patience] for setting in worlds)
    return game_batch(first.text, base, first.state, varied=varied, delta=delta)


def _row(name: str, batch: GameBatch, margins: LegMargins, k: int) -> TheoryVerdict:
    """Return the verdict on a leg at one of the settings of a batch."""
    i, action, margin = int(margins.player[k]), int(margins.action[k]), float(margins.margin[k])
    player, money, breaking, departure = None, np.nan, (), ()
    if i >= 0:
        player, money = batch.players[i], float(batch.money[k, i])
        breaking, moves = batch.named(i, action, margins.leg), batch.departure(i, action)  # type: ignore[assignment]
        departure = tuple(sorted(moves, key=lambda move: f"{player} {move[0]}" not in breaking))  # type: ignore[assignment]
    wider = float(margins.any_harsher[k]), float(margins.any_change[k])
    return TheoryVerdict(
        margins.leg, name, margin, player, departure, float(margins.gain[k]), float(margins.loss[k]),
        bool(margins.by_path[k]), bool(margins.rational[k]), *wider, margin, margin, None, {}, breaking, (),
        False, None, money=money,
    )  # fmt: skip


def measures(row: TheoryVerdict) -> dict[str, str | float | None]:
    """Return what the page shows of a leg: its verdict, margin in USD million, and departure, by name.

    The margin is rounded to `DIGITS` digits, and None if nothing in the leg can be made harsher.
    """
    margin = float(f"{row.millions:.{DIGITS - 1}e}") if isfinite(row.millions) else None
    move, *more = row.departure or (("", ""),)
    others = f" and {len(more)} more" if more else ""
    return {
        f"{row.leg}_verdict": row.word,
        f"{row.leg}_margin": margin,
        f"{row.leg}_departure": f"{row.player} {'='.join(move)}{others}" if row.player else "",
    }
