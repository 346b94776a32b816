"""Verdicts by leg on a text with a remedy for breaches, with or without slips and misreading.

The checkable clauses are compiled, and the strategies are checked as a perfect public equilibrium. The
question is the same as for every theory (`theories/common/legs`), in the game of the instruments that the
text binds, each at its level or harsher. A leg holds under two conditions. First, no player has a departure
that changes an instrument of the leg, alone or with others, and is worth more than every alternative. This
must hold while everything is kept, while an answer is being played, and once the agreement is over. Second,
nothing outside the text gains by going harsher at the stage equilibrium of the residual game. All legs meet
the first condition if and only if the text is an equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, prod
from typing import Literal, TypeAlias

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.labelled.naming import namer
from negotiation.base.numeric import KNIFE_EDGE, payoff_tolerances
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.observation import VERIFIABILITIES
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.truces.compiling.clock import Clock
from negotiation.truces.compiling.compiler import (
    Compiled,
    TextChoices,
    compiled_text,
    outside_levels,
)
from negotiation.truces.compiling.terms import postures_before, unbound, with_terms, written_terms
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.contract import Linkage, LinkageKind
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories.common.departures import KEPT, StateClass, spelled, without_knife_edge
from negotiation.truces.verdicts.noise_departures import (
    Departure,
    StateGains,
    calm_departures,
    closest_departures,
    deciding,
    state_gains,
)
from negotiation.truces.verdicts.theory_verdicts import ByLeg

# What the rows are called that say what goes harsher outside the text.
OUTSIDE = "outside the text"

# Slips and misreading, by the beginnings of the names of their parameters.
NOISE = ("slip.", "signal.")

RemedyName: TypeAlias = Literal["for ever", "for the term", "as written"]

# A breach is answered everywhere, and the answer does not end by itself.
GRIM: Mapping[str, object] = {
    "punishment": "grim", "linkage": Linkage(kind="all_or_nothing", assumption=True)
}  # fmt: skip


@dataclass(frozen=True)
class Remedy:
    """The assumed consequences of a breach of a text."""

    name: RemedyName
    # Whether the text's term is counted; without it the text lasts.
    clock: Clock
    # What a text is given in place of its own answer to a breach.
    given: Mapping[str, object]

    def words(self, agreement: AgreementText, scenario: Scenario, *, noise: bool) -> str:
        """Return the assumption in words."""
        beside = ", with slips and misreading" if noise else ""
        if self.given:
            return f"a breach is answered {self.name}{beside}"
        lag = scenario.parameters["reaction_lag_days"]
        periods = agreement.punishment_periods(lag)
        long = "for the term" if periods is None else f"for {periods} periods of {lag:.0f} days"
        return f"a breach is answered {long}, {agreement.linkage.kind.replace('_', ' ')}{beside}"


REMEDIES: Mapping[RemedyName, Remedy] = {
    one.name: one
    for one in (
        Remedy("for ever", "none", GRIM),
        Remedy("for the term", "counted", GRIM),
        Remedy("as written", "counted", {}),
    )
}


def without_noise(scenario: Scenario) -> Scenario:
    """Return a scenario without slips, in which everything is seen as it is."""
    return scenario.with_parameters({name: 0.0 for name in scenario.parameters if name.startswith(NOISE)})


@dataclass(frozen=True)
class LegUnderNoise:
    """The verdict of the compiled agreement on one leg."""

    leg: str
    # What the text binds in it, as "USA tariff".
    covered: tuple[str, ...]
    # The closest departure that changes an instrument of the leg, while everything is kept, while an answer
    # is being played, and once the agreement is over. Empty where the text binds nothing in it.
    by_class: Mapping[StateClass, Departure]
    # What goes harsher outside the text at the residual stage equilibrium, and what it gains.
    outside: tuple[Departure, ...]

    @property
    def departure(self) -> Departure | None:
        """The departure that breaks the leg or comes closest to breaking it; `None` if there is none.

        It is a departure from the text, in the class of states that decides (see `deciding`). If no departure
        from the text gains and something outside the text goes harsher, it is the most tempting such move.
        """
        bound = self._bound
        if self.outside and (bound is None or not bound.gains):
            return max(self.outside, key=lambda move: move.gain)
        return bound

    @property
    def _bound(self) -> Departure | None:
        return deciding(self.by_class)

    @property
    def margin(self) -> float:
        """Margin of `departure`, in percent of GDP; infinite without a departure."""
        return inf if self.departure is None else self.departure.margin

    @property
    def text_holds(self) -> bool:
        """Whether no departure from the text gains, in any class of states."""
        return self._bound is None or not self._bound.gains

    @property
    def outside_moves(self) -> tuple[str, ...]:
        """What goes harsher outside the text, in words."""
        return tuple(str(move) for move in self.outside)

    @property
    def holds(self) -> bool:
        """Whether the leg holds under the theory *moment*: its margin is not negative."""
        return self.margin >= 0.0

    @property
    def words(self) -> str:
        """The verdict in words."""
        if not self.text_holds:
            closest = self._bound
            assert closest is not None  # noqa: S101 - without a departure the text holds
            return (
                f"breaks: {closest}" if closest.where == KEPT else f"breaks while {closest.where}: {closest}"
            )
        if self.outside:
            return f"moved on outside the text: {'; '.join(self.outside_moves)}"
        return "holds"


@dataclass(frozen=True, eq=False)
class NoiseVerdicts(ByLeg[LegUnderNoise], Drawable):
    """Verdicts on an agreement under noise, by leg.

    Parameters
    ----------
    agreement : str
        Name of the agreement.
    compiled : Compiled
        The game and the strategies.
    verdict : Verdict
        The independent check of the whole strategy profile.
    legs : tuple of LegUnderNoise
        One verdict for each leg.
    supposes : str
        What is assumed to follow a breach, in words.
    where : str
        The assumed state of the world, in words.
    status : {"complete"}
        Always "complete": every leg is judged.
    names : mapping from str to str
        Print names of the identifiers.

    Examples
    --------
    >>> import negotiation as ng
    >>> busan = ng.truce("2025-10-busan")
    >>> for leg in ng.replay(busan, draws=0).noise.verdicts:
    ...     print(f"{leg.leg}: {leg.words}")
    tariff: holds
    control: moved on outside the text: USA chip_control to software_and_engines
    other: holds
    """

    _figure = "truces.verdicts:noise_verdicts_figure"

    agreement: str
    compiled: Compiled
    verdict: Verdict
    legs: tuple[LegUnderNoise, ...]
    supposes: str
    where: str
    status: Status = "complete"
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def holds(self) -> bool:
        """Whether every leg holds under the theory *moment*."""
        return all(leg.holds for leg in self.legs)

    def explain(self) -> str:
        """Return the verdict on the whole agreement and on each leg, in sentences.

        Returns
        -------
        str
            The result of the independent check of the whole, then the verdict on each leg, with print names
            in place of identifiers.
        """
        legs = " ".join(f"{leg.leg} leg: {leg.words}." for leg in self.legs)
        return str(namer(self.names)(f"{self.agreement}: {self.verdict.explain()} {legs}"))

    def table(self) -> Table:
        """Return one row for each leg: the verdict, the least margin and the closest departure.

        Returns
        -------
        Table
            The margin is in percent of GDP. The last column names the instruments outside the text that
            become harsher.
        """
        columns = (
            "leg",
            "covered",
            "under noise",
            "least margin, % GDP",
            "closest departure",
            "outside",
        )
        rows = tuple(
            (
                v.leg, v.covered, v.words, v.margin, None if v.departure is None else str(v.departure),
                "; ".join(v.outside_moves),
            )
            for v in self.legs
        )  # fmt: skip
        title = f"{self.agreement}: the text alone, {self.supposes}; {self.where}"
        return Table(title, columns, rows, self.names)

    def margins_table(self) -> Table:
        """Return the least margin of each leg in each class of states, with its departure.

        Returns
        -------
        Table
            Margins in percent of GDP. There are three classes of states: all terms are kept, an answer is
            being played, or the agreement has ended. For each leg, instruments outside the text that become
            harsher come last.
        """
        columns = ("leg", "states", "margin, % GDP", "by", "closest departure")
        rows = tuple(
            (v.leg, where, one.margin, one.player, spelled(one.changes))
            for v in self.legs
            for where, one in (*v.by_class.items(), *((OUTSIDE, move) for move in v.outside))
        )
        title = f"{self.agreement}: margins of the text alone by leg, {self.supposes}; {self.where}"
        return Table(title, columns, rows, self.names)


def noise_verdicts(agreement: AgreementText, scenario: Scenario, state: State | None = None) -> NoiseVerdicts:
    """Return the verdict on an agreement's text with its own remedy and with noise, by leg."""
    compiled, legs = text_legs(agreement, scenario, state, "as written")
    return NoiseVerdicts(
        agreement.id, compiled, verify(compiled.game, compiled.automaton), legs,
        REMEDIES["as written"].words(agreement, scenario, noise=True),
        state_of_the_day(agreement, scenario, state).in_words(scenario), names=agreement.names_in(scenario),
    )  # fmt: skip


def text_legs(
    agreement: AgreementText, scenario: Scenario, state: State | None, remedy: RemedyName
) -> tuple[Compiled, tuple[LegUnderNoise, ...]]:
    """Return the agreement compiled with a remedy, and its verdict on each leg."""
    chosen, choices = REMEDIES[remedy], TextChoices(clock=REMEDIES[remedy].clock, state=state)
    given = agreement.model_copy(update=dict(chosen.given))
    compiled = compiled_text(given, scenario, choices)
    gains, moves = state_gains(compiled), outside_moves(agreement, scenario, choices)
    return compiled, tuple(_leg(scenario, compiled, gains, leg, moves) for leg in scenario.legs)


def _leg(
    scenario: Scenario,
    compiled: Compiled,
    gains: tuple[StateGains, ...],
    leg: str,
    moves: tuple[Departure, ...],
) -> LegUnderNoise:
    """Return the verdict on one leg."""
    members = frozenset(name for name, one in scenario.instruments.items() if one.leg == leg)
    covered = tuple(f"{one.country} {one.instrument}" for one in compiled.bound if one.issue == leg)
    closest = closest_departures(compiled, gains, members)
    return LegUnderNoise(
        leg, covered, closest, tuple(move for move in moves if move.changes[0][0] in members)
    )


def outside_moves(
    agreement: AgreementText, scenario: Scenario, choices: TextChoices
) -> tuple[Departure, ...]:
    """Return what goes harsher outside the text at the stage equilibrium of the residual game.

    The gain of each, in percent of GDP, is that of going there once from the level in force, averaged over
    time, while bound levels are kept and the rest of the residual equilibrium is played. Moves without a
    gain, within a knife edge, are left out.
    """
    terms, before = written_terms(agreement), postures_before(agreement, scenario)
    after = with_terms(outside_levels(agreement, scenario, terms, choices), terms)
    games = ManyPostureGames(scenario, {}, choices.day(agreement, scenario).likely)
    moves: list[Departure] = []
    for country, name in unbound(agreement, scenario, terms):
        i, position = scenario.countries.index(country), scenario.instruments[name].position
        now, then = before[country][name], after[country][name]
        if position(country, then) <= position(country, now):
            continue
        menus: dict[str, Mapping[str, Sequence[str]]] = {c: {} for c in scenario.countries}
        menus[country] = {name: (now, then)}
        # Against everybody's residual levels: each step up is a reply to all the others.
        own = games.payoffs(menus, after)[..., i].reshape(1, 2, 1)
        gain = without_knife_edge(own[0, 1] - own[0, 0], payoff_tolerances(own, KNIFE_EDGE)[0])
        if gain[0] > 0.0:
            # Of one departure, as all margins are; nothing follows it.
            once = (1.0 - scenario.discount_factor) * float(gain[0])
            moves.append(Departure(country, ((name, then),), once, at_once=once))
    return tuple(moves)


SWEPT: tuple[LinkageKind, ...] = ("none", "within_issue", "all_or_nothing")
CHANCES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class NoisePoint:
    """An agreement at one chance of misreading."""

    # Chance a year that a clause, though kept, looks broken; the same for all.
    chance: float
    # Chance a period of a false alarm, by leg, and "any" for all together.
    alarms: tuple[tuple[str, float], ...]
    # Least margin while everything is kept, by linkage, percent of GDP.
    margins: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class NoiseSweep(Tabular, Drawable):
    """False alarms and margins of an agreement, by chance of misreading."""

    _figure = "truces.noise:noise_figure"

    agreement: str
    points: tuple[NoisePoint, ...]
    status: Status = "complete"

    def table(self) -> Table:
        """Return one row for each chance."""
        first = self.points[0]
        columns = (
            "misread in a year", *(f"false alarm a period, {leg}" for leg, _ in first.alarms),
            *(f"margin, {kind}, % GDP" for kind, _ in first.margins),
        )  # fmt: skip
        rows = tuple((p.chance, *(x for _, x in p.alarms), *(x for _, x in p.margins)) for p in self.points)
        return Table(f"{self.agreement}: misreading against linkage", columns, rows)


def noise_sweep(
    agreement: AgreementText, scenario: Scenario, chances: Sequence[float] = CHANCES
) -> NoiseSweep:
    """Return the false alarms and margins of an agreement as its clauses are misread more often."""
    points = []
    for chance in chances:
        at = scenario.with_parameters({f"signal.ambiguity.{grade}": chance for grade in VERIFIABILITIES})
        compiled = {
            kind: compiled_text(agreement, at, TextChoices(linkage=kind, clock="memoryless"))
            for kind in SWEPT
        }
        margins = tuple(
            (kind, -max(d.gain for d in calm_departures(text))) for kind, text in compiled.items()
        )
        points.append(NoisePoint(chance, false_alarms(compiled[SWEPT[0]]), margins))
    return NoiseSweep(agreement.id, tuple(points))


def false_alarms(compiled: Compiled) -> tuple[tuple[str, float], ...]:
    """Return the chance per period of a false alarm, by leg and for "any", from the clauses alone."""
    quiet: dict[str, float] = {}
    for clause in compiled.bound:
        quiet[clause.issue] = quiet.get(clause.issue, 1.0) * (1.0 - clause.noise.false_alarm)
    return (*((leg, 1.0 - q) for leg, q in quiet.items()), ("any", 1.0 - prod(quiet.values())))
