"""Compile an agreement: the repeated game in which it is played, and the strategies that it implies.

The game has the bound instruments, each at its ceiling or harsher. Payoffs are expectations over slips, and a
public signal shows the alarms. Instruments that the text does not bind are outside the game. Under *moment*
they are at the best stage equilibrium of the residual game, and under *custom* they are as before the
signing. Agreements that the sides read differently give a `ReadingPair` (`readings.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.quantity import Quantity
from negotiation.errors import InvalidGame, UnknownName
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame
from negotiation.game_theory.strategies import Automaton
from negotiation.game_theory.strategies.public_states import require_reached
from negotiation.truces.compiling.clock import Clock, Term, plan_automaton
from negotiation.truces.compiling.coverage_game import agreement_game, best_stage_equilibrium
from negotiation.truces.compiling.intent_game import (
    QUIET,
    Pattern,
    alarm_patterns,
    intended_stage,
    joint_signal,
    menu_of,
)
from negotiation.truces.compiling.plan import (
    Plan,
    alarms_of,
    answer_levels,
    factors_of,
    least_equilibrium,
)
from negotiation.truces.compiling.terms import (
    Bound,
    bound_levels,
    check_agreement_fits,
    postures_before,
    unbound,
    with_terms,
    written_terms,
)
from negotiation.truces.record.agreement_text import AgreementText, Terms, base_of
from negotiation.truces.record.contract import LinkageKind, clock_periods
from negotiation.truces.record.state_trajectory import StateOfTheDay, state_of_the_day

Outside: TypeAlias = Literal["moment", "custom"]


@dataclass(frozen=True)
class TextChoices:
    """The choices of the compiler that the text leaves open."""

    # Levels of instruments that are not bound: "moment" or "custom".
    outside: Outside = "moment"
    # A kind of linkage in place of the agreement's own.
    linkage: LinkageKind | None = None
    clock: Clock = "counted"
    # State of the world; if `None`, the state on the day of signing.
    state: State | None = None

    def __post_init__(self) -> None:
        UnknownName.unless_in(self.outside, get_args(Outside), "value of `outside`")
        UnknownName.unless_in(self.clock, get_args(Clock), "clock")
        if self.linkage is not None:
            UnknownName.unless_in(self.linkage, get_args(LinkageKind), "linkage")

    def day(self, agreement: AgreementText, scenario: Scenario) -> StateOfTheDay:
        """Return the state of the world in which the payoffs of an agreement are computed."""
        return state_of_the_day(agreement, scenario, self.state)


@dataclass(frozen=True)
class Compiled:
    """A game with its signal, and the automaton of an agreement in it."""

    # Its `monitoring` is the signal of alarms.
    game: RepeatedGame
    automaton: Automaton
    plan: Plan
    # How each bound instrument is kept and seen.
    bound: tuple[Bound, ...]

    @property
    def signal(self) -> PublicSignal:
        """The signal of alarms."""
        assert self.game.monitoring is not None  # noqa: S101 - made with one
        return self.game.monitoring


def compiled_text(agreement: AgreementText, scenario: Scenario, choices: TextChoices) -> Compiled:
    """Return the compiled agreement with the levels that its clauses prescribe and others can check.

    Raises `InvalidGame` if there is no such level.
    """
    state = choices.day(agreement, scenario).likely
    check_agreement_fits(agreement, scenario, state)
    terms = written_terms(agreement)
    if not terms:
        raise InvalidGame(
            f"{agreement.id}: no clause prescribes a level that others can check, so there is nothing to "
            "compile; give a covered clause a `level` and a verifiability of high or medium"
        )
    in_force = outside_levels(agreement, scenario, terms, choices)
    return compiled_terms(agreement, scenario, terms, in_force, choices)


def compiled_terms(
    agreement: AgreementText,
    scenario: Scenario,
    terms: Terms,
    in_force: Postures,
    choices: TextChoices,
) -> Compiled:
    """Return the game and the automaton of given terms, with the contract and the clock of an agreement.

    `in_force` are the levels of instruments that the terms do not bind.
    """
    state = choices.day(agreement, scenario).likely
    bound = bound_levels(agreement, scenario, terms)
    stage = intended_stage(agreement_game(scenario, terms, in_force, state), bound)
    plan, ceilings = plan_of(agreement, scenario, stage, in_force, terms, choices)
    signal = joint_signal(*(alarm_patterns(stage, i, bound, ceilings) for i in range(stage.n_players)))
    automaton = plan_automaton(stage, plan, term_of(agreement, scenario, choices.clock), signals_of(signal))
    require_reached(stage, signal, automaton)
    return Compiled(RepeatedGame(stage, scenario.discount_factor, signal), automaton, plan, bound)


def plan_of(
    agreement: AgreementText,
    scenario: Scenario,
    stage: StageGame,
    in_force: Postures,
    terms: Terms,
    choices: TextChoices,
    prefix: str = "",
) -> tuple[Plan, dict[str, dict[Pair, str]]]:
    """Return the plan of the terms, and by alarm the ceilings above which it is raised.

    `prefix` begins the name of each alarm.
    """
    postures = with_terms(in_force, terms)
    kept = {(p, name): postures[p][name] for i, p in enumerate(stage.players) for name in menu_of(stage, i)}
    issues: dict[str, list[Pair]] = {}
    for key in terms:
        issues.setdefault(scenario.instruments[key[1]].leg, []).append(key)
    linkage = agreement.linkage
    kind = choices.linkage or linkage.kind
    # Named answers belong to the agreement's own kind of linkage; another kind has its default answers.
    if kind != linkage.kind:
        linkage = linkage.model_copy(update={"kind": kind, "answers": None})
    graph = linkage.graph(tuple(issues))
    alarms = alarms_of(graph, prefix)
    ceilings: dict[str, dict[Pair, str]] = {}
    for issue, alarm in alarms.items():
        ceilings.setdefault(alarm, {}).update({key: terms[key] for key in issues[issue]})
    plan = Plan(
        kept,
        answer_levels(stage, kept, terms, kind, issues),
        least_equilibrium(stage, kept, terms, list(terms)),
        factors_of(graph, prefix),
        alarms,
        agreement.punishment_periods(scenario.parameters["reaction_lag_days"]),
    )
    return plan, ceilings


def signals_of(signal: PublicSignal) -> dict[str, Pattern]:
    """Return the set of alarms behind each label of a signal that `joint_signal` made."""
    return {label: frozenset() if label == QUIET else frozenset(label.split("+")) for label in signal.signals}


def term_of(agreement: AgreementText, scenario: Scenario, clock: Clock) -> Term:
    """Return the term of an agreement; an amendment without a clock has the clock of the amended text."""
    base = base_of(agreement)
    days = agreement.clock_days or (base.clock_days if base else 0)
    # A text without a clock, in a dispute without one, has no chance of renewal.
    renewal: float | None = None  # by play, or no clock at all
    if isinstance(agreement.renewal, Quantity):
        renewal = agreement.renewal.value
    elif agreement.renewal == "calibration" and (scenario.definition.state.clock or days):
        renewal = scenario.renewal
    return Term(clock, clock_periods(days, scenario.parameters["reaction_lag_days"]), renewal)


def outside_levels(
    agreement: AgreementText, scenario: Scenario, terms: Terms, choices: TextChoices
) -> Postures:
    """Return the levels of all instruments, given the rule `choices.outside` for those that are not bound.

    Under "moment", instruments in play that are not bound are at the best pure stage equilibrium of the
    residual game. All other levels are as before the signing. Under "custom", or without such an equilibrium,
    all levels are as before the signing.
    """
    before = postures_before(agreement, scenario)
    if choices.outside == "custom":
        return before
    state = choices.day(agreement, scenario).likely
    kept = with_terms(before, terms)
    free = unbound(agreement, scenario, terms)
    if not free:
        return before
    names = {name for _, name in free}
    # In the residual game a bound instrument has one level; the other side may be free in it.
    held = {(c, name): (kept[c][name],) for c, name in terms if name in names}
    stage = scenario.stage_game(instruments=names, levels=held, fixed=kept, state=state)
    best = best_stage_equilibrium(np.asarray(stage.payoffs, dtype=np.float64))
    if best is None:
        return before
    for country, action in zip(stage.players, stage.labels(best), strict=True):
        changes = {n: level for n, level in posture_from_label(action).items() if (country, n) in free}
        before = before.after(country, changes)
    return before
