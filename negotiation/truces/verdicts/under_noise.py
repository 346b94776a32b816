"""Verdicts by leg under noise: agencies slip, clauses are misread, and an alarm is answered.

The agreement is compiled as its checkable text has it, and checked as a perfect public equilibrium. A leg
holds if, while everything is kept, no player gains by a harsher level in it, on its own or by the departure
that tempts it most; if the answers are credible; and if nothing outside the text goes harsher. What is
outside has two variants: *moment*, the stage equilibrium of the residual game; *custom*, a convention of
its own, answered in kind, verified by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from negotiation.checks.verify import verify
from negotiation.drawing import draw
from negotiation.errors import SizeLimit, UnknownLeg
from negotiation.labelled import Table, Tabular
from negotiation.numeric import KNIFE_EDGE, FloatArray, payoff_tolerances
from negotiation.solutions.verdict import Verdict
from negotiation.solvers.values.value import value
from negotiation.status import Status
from negotiation.truces.compiling.compiler import (
    Choices,
    Compiled,
    compiled_terms,
    compiled_text,
    outside_levels,
)
from negotiation.truces.compiling.coverage_game import with_terms
from negotiation.truces.compiling.terms import postures_before, written_terms
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.world import Scenario, State
from negotiation.world.instrument import Pair
from negotiation.world.posture import posture_from_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CALM = "kept"


@dataclass(frozen=True)
class Departure:
    """A player's departure while everything is kept.

    Parameters
    ----------
    player : str
        Who departs.
    changes : tuple of (str, str)
        Instruments and the levels they go to.
    gain : float
        Value of departing less that of complying, percent of GDP, in average discounted payoffs; the largest
        over the states in which everything is kept.
    gains : bool
        Whether that is above a knife edge of the range of the player's own payoffs.
    """

    player: str
    changes: tuple[tuple[str, str], ...]
    gain: float
    gains: bool

    def __str__(self) -> str:
        to = ", ".join(f"{name} to {level}" for name, level in self.changes)
        return f"{self.player} {to}"


@dataclass(frozen=True)
class LegUnderNoise:
    """What the compiled agreement says of one leg.

    Parameters
    ----------
    leg : str
        tariff, control or other.
    covered : tuple of str
        What the text binds in it, as "USA tariff".
    margin : float
        Least margin of the departures within the leg, while everything is kept; infinite without one.
    departure : Departure or None
        The departure that breaks the leg, or that comes closest.
    text_holds : bool
        Whether no departure breaks what is bound, and the answers are credible.
    outside_moves : tuple of str
        What goes harsher outside the text at the residual stage equilibrium.
    custom_holds : bool or None
        Whether a convention that answers in kind holds what is outside; `None` where nothing is.
    """

    leg: str
    covered: tuple[str, ...]
    margin: float
    departure: Departure | None
    text_holds: bool
    outside_moves: tuple[str, ...]
    custom_holds: bool | None

    @property
    def holds(self) -> bool:
        """Whether the leg holds in the variant *moment*."""
        return self.text_holds and not self.outside_moves

    @property
    def words(self) -> str:
        """The verdict in words."""
        if not self.text_holds and self.departure is not None and self.departure.gains:
            return f"breaks: {self.departure}"
        if not self.text_holds:
            return "breaks: the answers are not credible"
        if self.outside_moves:
            return f"moved on outside the text: {'; '.join(self.outside_moves)}"
        return "holds"


@dataclass(frozen=True, eq=False)
class NoiseVerdicts(Tabular):
    """An agreement under noise, by leg.

    Parameters
    ----------
    agreement : str
        Its name.
    compiled : Compiled
        The game and the strategies.
    verdict : Verdict
        The independent check of the whole.
    custom : Verdict or None
        The independent check of the convention outside the text; `None` where all is in the text, or where
        its automaton would be too large.
    legs : tuple of LegUnderNoise
        By leg.
    stopped : str
        Why the convention was not checked; empty where it was.
    status : {"complete", "partial"}
        Partial where it was not.
    names : mapping from str to str
        What the identifiers in it are called in print.

    Examples
    --------
    >>> import negotiation as ng
    >>> busan = ng.truce("2025-10-busan")
    >>> for leg in busan.verdict():
    ...     print(f"{leg.leg}: {leg.words}")
    tariff: holds
    control: moved on outside the text: USA chip_control to all_critical_software
    other: holds
    """

    agreement: str
    compiled: Compiled
    verdict: Verdict
    custom: Verdict | None
    legs: tuple[LegUnderNoise, ...]
    stopped: str = ""
    status: Status = "complete"
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __iter__(self) -> Iterator[LegUnderNoise]:
        return iter(self.legs)

    def __getitem__(self, leg: str) -> LegUnderNoise:
        for found in self.legs:
            if found.leg == leg:
                return found
        raise UnknownLeg(leg, [found.leg for found in self.legs])

    @property
    def holds(self) -> bool:
        """Whether every leg holds, in the variant *moment*."""
        return all(found.holds for found in self.legs)

    def explain(self) -> str:
        """Return the verdict on the whole, and by leg, in sentences.

        Returns
        -------
        str
            The check of the whole, and the words of each leg.
        """
        legs = " ".join(f"{found.leg} leg: {found.words}." for found in self.legs)
        return " ".join(
            part for part in (f"{self.agreement}: {self.verdict.explain()}", legs, self.stopped) if part
        )

    def table(self) -> Table:
        """Return one row for each leg."""
        columns = (
            "leg", "covered", "under noise", "least margin, % GDP", "closest departure",
            "outside, moment", "outside, custom holds",
        )  # fmt: skip
        rows = tuple(
            (
                v.leg, v.covered, v.words, v.margin, None if v.departure is None else str(v.departure),
                "; ".join(v.outside_moves), v.custom_holds,
            )
            for v in self.legs
        )  # fmt: skip
        return Table(f"{self.agreement}: verdict by leg under noise", columns, rows, self.names)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the margin of each leg, with what the game says of it under noise.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where; axes of a new figure if not given.

        Returns
        -------
        matplotlib.axes.Axes
            Save the figure with `.figure.savefig(path)`.
        """
        return draw("noise verdicts", self, ax)


def noise_verdicts(agreement: AgreementText, scenario: Scenario, state: State | None = None) -> NoiseVerdicts:
    """Return the verdict on an agreement's text under noise, by leg.

    Parameters
    ----------
    agreement : AgreementText
        The agreement; its readings are left aside.
    scenario : Scenario
        Payoffs, patience, and what is seen.
    state : State, optional
        State of the world; the scenario's default if not given.

    Examples
    --------
    >>> from negotiation.truces.record.agreement_text import agreement_text
    >>> from negotiation.world import load_scenario
    >>> found = noise_verdicts(agreement_text("2025-05-geneva"), load_scenario("us-china-2025"))
    >>> found["tariff"].words, found["control"].holds
    ('holds', False)
    """
    choices = Choices(state=state)
    compiled = compiled_text(agreement, scenario, choices)
    verdict = verify(compiled.game, compiled.automaton)
    departures, credible = calm_departures(compiled)
    custom, stopped = _custom(agreement, scenario, choices)
    moves = outside_moves(agreement, scenario, choices)
    legs = tuple(_leg(scenario, compiled, leg, departures, credible, moves, custom) for leg in scenario.legs)
    status: Status = "partial" if stopped else "complete"
    names = agreement.names_in(scenario)
    return NoiseVerdicts(agreement.id, compiled, verdict, custom, legs, stopped, status, names)


def _custom(agreement: AgreementText, scenario: Scenario, choices: Choices) -> tuple[Verdict | None, str]:
    """Return the check of the convention outside the text, or why its automaton is not written out."""
    try:
        return custom_verdict(agreement, scenario, choices), ""
    except SizeLimit as limit:
        return None, f"the convention outside the text was not checked: {limit}"


def calm_departures(compiled: Compiled) -> tuple[tuple[Departure, ...], bool]:
    """Return every departure while everything is kept, and whether none gains in the other states.

    Parameters
    ----------
    compiled : Compiled
        The game and the strategies.
    """
    game, automaton, signal = compiled.game, compiled.automaton, compiled.signal
    stage, worth = game.stage, value(game, automaton)
    where = {state: k for k, state in enumerate(automaton.states)}
    tolerances = payoff_tolerances(stage.payoffs[None], KNIFE_EDGE)[0].tolist()
    found: list[Departure] = []
    credible = True
    for i, player in enumerate(stage.players):
        best: FloatArray | None = None
        for state in automaton.states:
            after = np.zeros(signal.n_signals)
            for y, label in enumerate(signal.signals):
                for target, chance in automaton.next_states(state, label).items():
                    after[y] += float(chance) * worth.values[where[target], i]
            index = stage.profile_index(automaton.actions[state])
            own = [slice(None) if j == i else a for j, a in enumerate(index)]
            delta = float(game.discount_factors[i])
            total = (1 - delta) * stage.payoffs[(*own, i)] + delta * signal.probabilities[tuple(own)] @ after
            gains = total - total[index[i]]
            if state.endswith(CALM):
                best = gains if best is None else np.maximum(best, gains)
            elif gains.max() > tolerances[i]:
                credible = False
        assert best is not None  # noqa: S101 - play begins in a state in which all is kept
        found += _departures(compiled, i, player, best, tolerances[i])
    return tuple(found), credible


def _departures(
    compiled: Compiled, i: int, player: str, gains: FloatArray, tolerance: float
) -> Iterator[Departure]:
    actions = compiled.game.stage.actions[i]
    kept = {name: level for (country, name), level in compiled.plan.kept.items() if country == player}
    for action, gain in zip(actions, gains.tolist(), strict=True):
        changes = tuple((n, x) for n, x in posture_from_label(action).items() if x != kept[n])
        if changes:
            yield Departure(player, changes, gain, gain > tolerance)


def _leg(
    scenario: Scenario,
    compiled: Compiled,
    leg: str,
    departures: tuple[Departure, ...],
    credible: bool,
    moves: tuple[tuple[Pair, str], ...],
    custom: Verdict | None,
) -> LegUnderNoise:
    """Return the verdict on one leg.

    A player who gains by departing takes the departure that tempts it most, which breaks the legs of its
    instruments and those in which its alarm is answered by harsher levels.
    """
    legs = {name: scenario.instruments[name].leg for _, name in compiled.plan.kept}
    within = [d for d in departures if {legs[name] for name, _ in d.changes} == {leg}]
    breaking = [d for d in _most_tempting(departures) if d.gains and leg in _hit(compiled, legs, d)]
    closest = max(breaking or within, key=lambda d: d.gain, default=None)
    covered = tuple(f"{one.country} {one.instrument}" for one in compiled.bound if one.issue == leg)
    outside = tuple(text for (_, name), text in moves if scenario.instruments[name].leg == leg)
    free = any(
        (c, n) not in compiled.plan.kept and scenario.instruments[n].leg == leg
        for c in scenario.countries
        for n in scenario.held(c)
    )
    return LegUnderNoise(
        leg,
        covered,
        -max((d.gain for d in within), default=-float("inf")),
        closest,
        not breaking and (credible or not covered),
        outside,
        custom.holds if custom is not None and free else None,
    )


def _most_tempting(departures: tuple[Departure, ...]) -> Iterator[Departure]:
    for player in dict.fromkeys(d.player for d in departures):
        yield max((d for d in departures if d.player == player), key=lambda d: d.gain)


def _hit(compiled: Compiled, legs: Mapping[str, str], departure: Departure) -> set[str]:
    """Return the legs that a departure breaks: those it is in, and those that change in the answer to it."""
    own = {legs[name] for name, _ in departure.changes}
    plan = compiled.plan
    found = set(own)
    for factor in plan.factors:
        if any(_raises(plan.alarms, leg) & factor.alarms for leg in own):
            changed = {
                k for issue in factor.issues for k, x in plan.answers[issue].items() if plan.kept[k] != x
            }
            found |= {legs[name] for _, name in changed}
    return found


def _raises(alarms: Mapping[str, str], leg: str) -> frozenset[str]:
    return frozenset({alarms[leg]}) if leg in alarms else frozenset()


def outside_moves(
    agreement: AgreementText, scenario: Scenario, choices: Choices
) -> tuple[tuple[Pair, str], ...]:
    """Return what goes harsher outside the text at the stage equilibrium of the residual game.

    Parameters
    ----------
    agreement, scenario, choices : AgreementText, Scenario, Choices
        As for `outside_levels`.
    """
    terms, before = written_terms(agreement), postures_before(agreement, scenario)
    after = outside_levels(agreement, scenario, terms, choices)
    found: list[tuple[Pair, str]] = []
    for country in scenario.countries:
        for name in scenario.held(country):
            position = scenario.instruments[name].position
            now, then = before[country][name], after[country][name]
            if (country, name) not in terms and position(country, then) > position(country, now):
                found.append(((country, name), f"{country} {name} to {then}"))
    return tuple(found)


def custom_verdict(agreement: AgreementText, scenario: Scenario, choices: Choices) -> Verdict | None:
    """Return the check of a convention that keeps what is outside the text as it was, answered in kind.

    Each breach of it is answered by one step in the same issue, for as long as the agreement's own answers
    last; it has no clock and is not linked to the text. Its levels are taken to be published.

    Parameters
    ----------
    agreement, scenario, choices : AgreementText, Scenario, Choices
        Length of an answer, coordination, payoffs.
    """
    terms, before = written_terms(agreement), postures_before(agreement, scenario)
    kept = with_terms(before, terms)
    outside = {
        (c, name): kept[c][name]
        for c in scenario.countries
        for name in scenario.held(c)
        if (c, name) not in terms
    }
    if not outside:
        return None
    own = Choices("custom", "proportionate", "none", choices.state)
    compiled = compiled_terms(agreement, scenario, outside, kept, own, "high")
    return verify(compiled.game, compiled.automaton)
