"""Equilibrium payoff sets of the core posture game, with and without curb and controls.

The core game is a dispute's game of the size "core"; the curb and the controls are the instruments that move
its state. Two switches give four sets of pure-strategy subgame-perfect payoffs, two where a dispute has only
one of the kinds, and one where it has neither:

- the curb in the game, or absent (fixed at its calmest level);
- the controls in the bargain, or outside it: then they stay at their holder's static best reply, as
  instruments do that no agreement covers.

The curb lowers the other side's worst equilibrium payoff: the difference is what it can threaten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import left_in
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.timeline import postures_on, record_ends
from negotiation.truces.replay.move_analysis import payoff_of


@dataclass(frozen=True)
class BargainVariant:
    """One variant of the core game and its payoff set."""

    # curb, controls: Whether the curb is in the game, and the controls in the bargain; `None` where the
    # dispute has none.
    curb: bool | None
    controls: bool | None
    # Bounds of the equilibrium payoffs, percent of GDP.
    payoffs: PayoffSet

    @property
    def name(self) -> str:
        """The variant in words."""
        curb = {None: "", True: "with the curb", False: "without the curb"}[self.curb]
        controls = {None: "", True: "controls in the bargain", False: "controls outside it"}[self.controls]
        return ", ".join(word for word in (curb, controls) if word) or "everything"


@dataclass(frozen=True, eq=False)
class BargainSets(Tabular, Drawable):
    """The payoff sets of the variants, and the payoffs of the agreements."""

    _figure = "nested_sets:payoff_sets_figure"

    # In the order with and without the curb, controls in and outside.
    variants: tuple[BargainVariant, ...]
    # Name of each agreement and the stage payoffs of both countries under its levels, over the core
    # instruments, the others at their calmest.
    truces: tuple[tuple[str, float, float], ...]
    players: tuple[str, ...]
    discount_factor: float
    status: Status = "complete"

    def __iter__(self) -> Iterator[BargainVariant]:
        return iter(self.variants)

    def table(self) -> Table:
        """Return one row for each variant: worst and best payoffs of both, and the gap of the bounds."""
        first, second = self.players
        columns = (
            "game", "profiles", f"worst for {first}, % GDP", f"best for {first}", f"worst for {second}",
            f"best for {second}", "vertices", "gap", "status",
        )  # fmt: skip
        rows = []
        for variant in self.variants:
            outer = variant.payoffs.outer
            profiles = variant.payoffs.game.stage.payoffs[..., 0].size
            ends = [f(outer[:, i]) for i in (0, 1) for f in (min, max)] if len(outer) else [None] * 4
            rows.append(
                (
                    variant.name, profiles, *(None if e is None else float(e) for e in ends), len(outer),
                    variant.payoffs.gap, variant.payoffs.status,
                )
            )  # fmt: skip
        return Table("equilibrium payoffs of the core game", columns, tuple(rows))


def bargain_sets(scenario: Scenario, state: State | None = None) -> BargainSets:
    """Return the payoff sets of the core game with and without curb and controls.

    `state` is the state of the world, by default the dispute's. Raises `InvalidGame` if the dispute has no
    size "core" with `instruments`, or more than two countries.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> [variant.payoffs.status for variant in bargain_sets(load_scenario("us-china-2025"))]
    ['complete', 'complete', 'complete', 'complete']
    """
    scenario.expect_two("a bargain set")
    now = scenario.state_given(state)
    users = scenario.definition.curb_users, scenario.definition.control_users
    curbs, held_back = ((True, False) if names else (None,) for names in users)
    variants = tuple(
        BargainVariant(
            curb,
            controls,
            _payoffs(scenario, now, curb=curb is not False, controls=controls is not False),
        )
        for controls in held_back
        for curb in curbs
    )
    statuses = {variant.payoffs.status for variant in variants}
    return BargainSets(
        variants,
        tuple(_truce_payoffs(scenario, text, now) for text in agreements_of(scenario)),
        scenario.countries,
        scenario.discount_factor,
        "complete" if statuses == {"complete"} else "partial",
    )


def core_instruments(scenario: Scenario) -> tuple[str, ...]:
    """Return the instruments of the core game, or raise `InvalidGame` if the dispute has no such size."""
    size = scenario.definition.sizes.get("core")
    if size is None or size.instruments is None:
        raise InvalidGame(
            f"{scenario.name!r} has no size 'core' with `instruments`; give [sizes.core] with `instruments` "
            "in scenario.toml"
        )
    return size.instruments


def _payoffs(scenario: Scenario, state: State, *, curb: bool, controls: bool) -> PayoffSet:
    curbs, held_back = scenario.definition.curb_users, scenario.definition.control_users
    names = [
        name
        for name in core_instruments(scenario)
        if (curb or name not in curbs) and (controls or name not in held_back)
    ]
    calm = scenario.calm()
    kept = left_in(scenario, scenario.definition.sizes["core"])
    fixed = calm if controls else uncovered(scenario, calm, state, kept)
    levels = {pair: labels for pair, labels in kept.items() if pair[1] in names}
    stage = scenario.stage_game(instruments=names, levels=levels, fixed=fixed, state=state)
    return equilibrium_payoffs(RepeatedGame(stage, scenario.discount_factor))


def uncovered(
    scenario: Scenario, postures: Postures, state: State, kept: Mapping[Pair, Sequence[str]] | None = None
) -> Postures:
    """Return the postures with each control at its holder's static best reply, among `kept` or all levels."""
    for country in scenario.countries:
        for name in scenario.definition.control_users:
            if name not in scenario.held(country):
                continue
            lawful = [level.label for level in scenario.levels(country, name, state)]
            labels = [label for label in (kept or {}).get((country, name), lawful) if label in lawful]
            own = scenario.effects(country, name, state).holder
            held = scenario.instruments[name]
            postures = postures.after(
                country, {name: max(labels, key=lambda label: own[held.position(country, label)])}
            )
    return postures


def _truce_payoffs(scenario: Scenario, text: AgreementText, state: State) -> tuple[str, float, float]:
    day: date = min(text.in_force, record_ends(scenario))
    postures, held = scenario.calm(), postures_on(scenario, day)
    for country in scenario.countries:
        core = {n: level for n, level in held[country].items() if n in core_instruments(scenario)}
        postures = postures.after(country, core)
    first, second = (payoff_of(scenario, postures, country, state) for country in scenario.countries)
    return text.id, first, second
