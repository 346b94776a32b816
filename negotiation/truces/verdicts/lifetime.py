"""The lifetime of a truce that nobody intends to break: false alarms, answers to them, and the clock.

A false alarm comes from a slip or from a misread clause. The agreement is compiled, and the distribution of
the time to an event is computed exactly from its automaton (`game_theory/solvers/closed_forms/survival.py`):

    first false alarm    in one leg, or in any;
    broken off           a leg is answered, because of its own alarm or, under linkage, that of another leg;
    ... or run out       the same, or the term ends and is not renewed.

Let p_k be the chance per period of a false alarm in leg k. If each issue is answered by itself, leg k is
broken off with chance p_k per period. If linkage is all or nothing, every leg is broken off with chance
1 - prod(1 - p_k). Two remedies are compared: a channel of consultation, with which each clause is misread no
more often than a clause of the next better verifiability; and coordinated agencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import floor
from typing import Literal, TypeAlias

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import read_only
from negotiation.base.reading.numbers import expect_number
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.errors import InvalidNumber, SizeLimit, UnknownName
from negotiation.game_theory.solvers.closed_forms.survival import Survival, survival
from negotiation.truces.compiling.clock import ENDED, Clock
from negotiation.truces.compiling.compiler import Compiled, TextChoices, compiled_text, signals_of
from negotiation.truces.compiling.plan import OFF
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.record.state_trajectory import state_of_the_day

Event: TypeAlias = Literal["first false alarm", "broken off", "broken off or run out"]

# In place of a leg: the first of all legs.
ANY = "any"

AS_IT_IS, CONSULTATION, COORDINATED = "as it is", "consultation channel", "coordinated agencies"
# Length of the curves; a median beyond is not given.
YEARS = 20

# Days at which survival is shown: the terms of Geneva and of Busan.
MARKS = (90, 365)


@dataclass(frozen=True, eq=False)
class Lifetime:
    """Distribution of the time to one event in the life of an agreement.

    Parameters
    ----------
    event : {"first false alarm", "broken off", "broken off or run out"}
        The event whose time is measured.
    linkage : str
        The linkage under which the agreement is compiled; empty for a first false alarm, which does not
        depend on it.
    leg : str
        "tariff", "control" or "other"; "any" for the first of them.
    remedy : {"as it is", "consultation channel", "coordinated agencies"}
        Remedy against false alarms.
    survival : Survival
        The exact distribution, in periods.
    lag_days : float
        Length of a period, in days.

    Examples
    --------
    >>> import negotiation as ng
    >>> busan = ng.truce("2025-10-busan")
    >>> lifetime = busan.survival().find("broken off", linkage="all_or_nothing")
    >>> round(lifetime.mean_days), round(lifetime.at(90), 3)
    (66, 0.239)
    """

    event: Event
    linkage: str
    leg: str
    remedy: str
    survival: Survival
    lag_days: float

    @property
    def mean_days(self) -> float:
        """Expected number of days to the event; infinite if it may never happen."""
        return self.survival.mean * self.lag_days

    @property
    def median_days(self) -> float | None:
        """Days by which the event has happened with probability 1/2; `None` if beyond 20 years."""
        median = self.survival.median
        return None if median is None else median * self.lag_days

    def at(self, days: float) -> float:
        """Return the chance that the event has not happened after some days.

        Parameters
        ----------
        days : float
            Days from the signing, from 0 to 20 years. Only whole periods count: a period that has begun but
            not ended is left out.

        Returns
        -------
        float
            The probability that it has not happened.

        Raises
        ------
        InvalidNumber
            If `days` is not a number, or is negative or beyond 20 years.
        """
        curve = self.survival.curve
        ends = len(curve) * self.lag_days
        if not 0.0 <= expect_number("`days`", days) < ends:
            raise InvalidNumber(f"`days` must be at least 0 and less than {ends:,g}; got {days}")
        return float(curve[floor(days / self.lag_days)])


NUMBERS = (
    "chance in the first period", "mean, periods", "mean, days", "median, days",
    *(f"not yet after {days} days" for days in MARKS),
)  # fmt: skip


def _numbers(lifetime: Lifetime) -> tuple[float | None, ...]:
    periods = lifetime.survival
    first, days = float(periods.hazard[0]), (lifetime.at(days) for days in MARKS)
    return first, periods.mean, lifetime.mean_days, lifetime.median_days, *days


@dataclass(frozen=True, eq=False)
class TruceLifetime(Tabular, Drawable):
    """Time that an agreement lasts if nobody intends to break it, by event, linkage, leg and remedy.

    Parameters
    ----------
    agreement : str
        Name of the agreement.
    linkage : str
        The agreement's own linkage.
    lifetimes : tuple of Lifetime
        One for each combination of event, linkage, leg and remedy that is computed.
    where : str
        The state of the world in which the text was compiled, in words.
    status : {"complete"}
        Always "complete".
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> busan = ng.truce("2025-10-busan")
    >>> lifetimes = busan.survival()
    >>> lifetimes.legs, lifetimes.linkage
    (('tariff', 'control', 'other'), 'all_or_nothing')
    """

    _figure = "truces.survival:survival_figure"

    agreement: str
    linkage: str
    lifetimes: tuple[Lifetime, ...]
    where: str
    status: Status = "complete"
    method: str = "absorbing Markov chain on the automaton's states"

    def __iter__(self) -> Iterator[Lifetime]:
        return iter(self.lifetimes)

    @property
    def legs(self) -> tuple[str, ...]:
        """The legs that the text covers."""
        return tuple(dict.fromkeys(x.leg for x in self.lifetimes if x.leg != ANY))

    def find(self, event: Event, leg: str = ANY, linkage: str = "", remedy: str = AS_IT_IS) -> Lifetime:
        """Return one lifetime.

        Parameters
        ----------
        event : {"first false alarm", "broken off", "broken off or run out"}
            The event.
        leg : {"any", "tariff", "control", "other"}, default "any"
            The leg in which it happens.
        linkage : {"", "none", "within_issue", "all_or_nothing"}, default ""
            The linkage; the empty string for a first false alarm. For "broken off or run out", "none" or the
            agreement's own linkage.
        remedy : {"as it is", "consultation channel", "coordinated agencies"}, default "as it is"
            Remedy against false alarms.

        Returns
        -------
        Lifetime
            The distribution of the time to the event. See `.mean_days`, `.median_days` and `.at(days)`.

        Raises
        ------
        UnknownName
            If this combination was not computed; the message lists those that were.

        Examples
        --------
        >>> import negotiation as ng
        >>> busan = ng.truce("2025-10-busan")
        >>> lifetimes = busan.survival()
        >>> [round(lifetimes.find("first false alarm", "control", remedy=remedy).mean_days)
        ...  for remedy in ("as it is", "consultation channel", "coordinated agencies")]
        [102, 215, 152]
        """
        wanted = (event, linkage, leg, remedy)
        for lifetime in self.lifetimes:
            if (lifetime.event, lifetime.linkage, lifetime.leg, lifetime.remedy) == wanted:
                return lifetime
        known = [f"{x.event} / {x.linkage} / {x.leg} / {x.remedy}" for x in self.lifetimes]
        raise UnknownName(" / ".join(map(str, wanted)), known, "lifetime")

    def table(self) -> Table:
        """Return one row for each event that ends the agreement, linkage and leg.

        Returns
        -------
        Table
            The chance of the event in the first period, the mean in periods and days, the median in days, and
            the chance that it has not happened after 90 and 365 days. First false alarms are in
            `alarms_table`.
        """
        lifetimes = [x for x in self if x.event != "first false alarm"]
        rows = tuple((x.event, x.linkage, x.leg, *_numbers(x)) for x in lifetimes)
        columns = ("event", "linkage", "leg", *NUMBERS)
        return Table(f"{self.agreement}: expected life if nobody breaks it, {self.where}", columns, rows)

    def _numbers(self) -> Table:
        rows: list[tuple[object, ...]] = []
        for x in self:
            which, (*numbers, _, _) = (x.event, x.linkage, x.leg, x.remedy), _numbers(x)
            rows.append((*which, None, *numbers, None))
            rows += [(*which, days, *(None for _ in numbers), x.at(days)) for days in MARKS]
        columns = ("event", "linkage", "leg", "remedy", "after days", *NUMBERS[: -len(MARKS)], "not yet")
        return Table("", columns, tuple(rows))

    def alarms_table(self) -> Table:
        """Return one row for each leg and remedy: the time to a first false alarm.

        Returns
        -------
        Table
            The same numbers as in `table`, from the chance in the first period to the chance of no alarm
            after 365 days.
        """
        lifetimes = [x for x in self if x.event == "first false alarm"]
        rows = tuple((x.leg, x.remedy, *_numbers(x)) for x in lifetimes)
        title = f"{self.agreement}: time to a first false alarm, {self.where}"
        return Table(title, ("leg", "remedy", *NUMBERS), rows)


def truce_lifetime(agreement: AgreementText, scenario: Scenario, state: State | None = None) -> TruceLifetime:
    """Return how long an agreement lasts under slips and misreading if nobody breaks it."""
    lifetimes: list[Lifetime] = []
    for remedy in (AS_IT_IS, CONSULTATION, COORDINATED):
        text = remedied(agreement, remedy)
        # Issue by issue and without a clock, so that the alarms of each leg are seen for themselves.
        apart = compiled_text(text, scenario, TextChoices(linkage="within_issue", clock="none", state=state))
        lifetimes += [
            _lifetime("first false alarm", "", leg, remedy, apart, scenario, alarms_in(apart, leg))
            for leg in (*apart.plan.alarms, ANY)
        ]
        if remedy == AS_IT_IS:
            lifetimes += _answered(agreement, scenario, apart, state)
    where = state_of_the_day(agreement, scenario, state).in_words(scenario)
    return TruceLifetime(agreement.id, agreement.linkage.kind, tuple(lifetimes), where)


def remedied(agreement: AgreementText, remedy: str) -> AgreementText:
    """Return the agreement with a remedy for false alarms in place."""
    changes = {CONSULTATION: ("consultation", True), COORDINATED: ("coordination", None)}
    return agreement.model_copy(update=dict([changes[remedy]] if remedy in changes else []))


def _answered(
    agreement: AgreementText, scenario: Scenario, apart: Compiled, state: State | None
) -> Iterator[Lifetime]:
    """Yield the times until a leg is broken off, by linkage, and until any is or the term ends."""
    own = agreement.linkage.kind
    kinds: tuple[LinkageKind, ...] = ("none", "within_issue", "all_or_nothing")
    for kind in kinds:
        linked = apart
        if kind != "within_issue":
            linked = compiled_text(agreement, scenario, TextChoices(linkage=kind, clock="none", state=state))
        for leg in (ANY,) if kind == "none" else (*apart.plan.alarms, ANY):
            yield _lifetime(
                "broken off", kind, leg, AS_IT_IS, linked, scenario, off=broken_states(linked, leg)
            )
    clock: Clock = "counted"
    for kind in dict.fromkeys(("none", own)):
        try:
            linked = compiled_text(agreement, scenario, TextChoices(linkage=kind, clock=clock, state=state))
        except SizeLimit:
            # The periods left times the answers are too many states: the result lacks this row.
            continue
        off = broken_states(linked, ANY)
        yield _lifetime("broken off or run out", kind, ANY, AS_IT_IS, linked, scenario, off=off)


def _lifetime(
    event: Event,
    linkage: str,
    leg: str,
    remedy: str,
    compiled: Compiled,
    scenario: Scenario,
    alarms: tuple[str, ...] = (),
    off: tuple[str, ...] = (),
) -> Lifetime:
    # Twenty years in periods, at least one; without states or signals that end it, it never ends.
    lag = scenario.parameters["reaction_lag_days"]
    periods = max(1, round(YEARS * 365 / lag))
    if not alarms and not off:
        time_to_event = _never(event, periods)
    else:
        time_to_event = survival(compiled.game, compiled.automaton, off=off, alarms=alarms, periods=periods)
    return Lifetime(event, linkage, leg, remedy, time_to_event, lag)


def _never(event: str, periods: int) -> Survival:
    curve = np.ones(periods + 1)
    read_only(curve)
    return Survival(curve, np.inf, 1.0, event)


def alarms_in(compiled: Compiled, leg: str) -> tuple[str, ...]:
    """Return the signals with an alarm in a leg, or in any leg."""
    patterns = signals_of(compiled.signal)
    if leg == ANY:
        return tuple(label for label, alarms in patterns.items() if alarms)
    return tuple(label for label, alarms in patterns.items() if compiled.plan.alarms.get(leg) in alarms)


def broken_states(compiled: Compiled, leg: str) -> tuple[str, ...]:
    """Return the states in which a leg, or any, is being answered or the agreement is over."""
    plan = compiled.plan
    lengths = range(1, plan.periods + 1) if plan.periods is not None else (OFF,)
    # A status is the periods of answer left in each factor, 0 where it is kept; labels name it in words.
    names = {plan.label(status): status for status in product(*((0, *lengths) for _ in plan.factors))}
    broken = []
    for state in compiled.automaton.states:
        if state == ENDED:
            broken.append(state)
            continue
        status = names[state.split(" left, ")[-1]]
        answered = [f.issues for left, f in zip(status, plan.factors, strict=True) if left]
        if any(leg == ANY or leg in issues for issues in answered):
            broken.append(state)
    return tuple(broken)
