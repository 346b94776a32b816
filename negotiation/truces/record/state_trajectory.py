"""Dependence and stocks over time: the state's distribution day by day, and on the day of a signing.

Given the record, the curb and the controls are in use on known days. Dependence d on rare earths, dependence
c on chips and the stocks I then move independently of one another, each a Markov chain on three steps, by the
motion of `disputes/state.py` with a period of one day. The opening steps are those that the record gives; for
the USA and China, full dependence and full stocks are assumed on the first day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.components import SIZES
from negotiation.disputes.law import loss_by_cases
from negotiation.disputes.state import Motion, component_transition
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.moves import InitialPosture
from negotiation.truces.record.timeline import (
    check_day,
    has_record,
    posture_timeline,
    record_begins,
    record_ends,
    recorded_postures,
)
from negotiation.truces.record.until_changed import kept_until_record_changes

# What is followed; a component that a dispute has not stays where it is.
COMPONENTS = ("curb_dependence", "control_dependence", "stocks")

# What moves each component faster, or the other way.
USERS: Mapping[str, str] = dict(zip(COMPONENTS, ("curb", "control", "curb"), strict=True))

# Steps of each component in words, the lowest first.
WORDS: Mapping[str, tuple[str, ...]] = {
    "curb_dependence": ("low", "middle", "full"),
    "control_dependence": ("low", "middle", "full"),
    "stocks": ("gone", "half", "full"),
}


def state_begins(scenario: Scenario) -> date:
    """Return the day from which dependence and stocks are followed, by default the record's first day."""
    return state_anchors(scenario)[0][0]


def opening_state(scenario: Scenario) -> State:
    """Return the state on the day of `state_begins`, as the record gives it.

    Components that the record omits are as in the scenario's default state.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> opening_state(load_scenario("us-china-2025")).label
    'd2 c2 I2 n0 L1'
    """
    return state_anchors(scenario)[0][1]


def state_anchors(scenario: Scenario) -> tuple[tuple[date, State], ...]:
    """Return the days from which dependence and stocks are followed, with the states that the record gives.

    If the record gives a new state, the distribution that had evolved from the earlier one is dropped.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> [str(day) for day, _ in state_anchors(load_scenario("us-china-2025").with_past_levels())]
    ['2018-03-01', '2025-04-01']
    """
    first, *later = recorded_postures(scenario)
    stated = [first, *(posture for posture in later if posture.state is not None)]
    return tuple(
        (record_begins(scenario) if each.state is None else each.state.day, _stated(scenario, each))
        for each in stated
    )


def _stated(scenario: Scenario, posture: InitialPosture) -> State:
    steps = {name: getattr(posture.state, name, None) for name in COMPONENTS}
    given = {name: step for name, step in steps.items() if step is not None}
    return replace(scenario.default_state, **given)


@dataclass(frozen=True, eq=False)
class Use:
    """The days on which the curb and a control were in use."""

    days: tuple[date, ...]
    # curb, control: (days,): whether they were in use on each.
    curb: FloatArray
    control: FloatArray

    def without(self, what: str, start: date, end: date) -> Use:
        """Return the same days with "curb" or "control" out of use from `start` to before `end`.

        Examples
        --------
        >>> use = Use((date(2025, 5, 1), date(2025, 5, 2)), np.array([True, True]), np.array([True, True]))
        >>> use.without("curb", date(2025, 5, 2), date(2025, 6, 1)).curb.tolist()
        [True, False]
        """
        outside = np.array([not start <= day < end for day in self.days])
        return replace(self, **{what: getattr(self, what) & outside})


@dataclass(frozen=True, eq=False)
class Trajectory(Tabular):
    """The distributions of the two dependences and of stocks on each day."""

    days: tuple[date, ...]
    # (days, 3): probabilities of the steps 0, 1 and 2; components are independent given the recorded use.
    distributions: Mapping[str, FloatArray]
    titles: Mapping[str, str]
    status: Status = "complete"

    def on(self, day: date) -> dict[str, FloatArray]:
        """Return each component's distribution on a day, shape (3,)."""
        k = (day - self.days[0]).days
        return {name: distribution[k] for name, distribution in self.distributions.items()}

    def table(self) -> Table:
        """Return mean steps and the chance of empty stocks on the first of each month and the last day."""
        rows = tuple(
            (
                str(day),
                *(float(self.on(day)[name] @ np.arange(3)) for name in COMPONENTS),
                float(self.on(day)["stocks"][0]),
            )
            for day in (*month_starts(self.days), self.days[-1])
        )
        columns = ("day", *(f"mean {self.titles[name]} (0 to 2)" for name in COMPONENTS), "stocks gone")
        return Table("dependence and stocks under the recorded moves", columns, rows)


def recorded_use(scenario: Scenario, start: date | None = None, end: date | None = None) -> Use:
    """Return the days on which the record has the curb and a control in use.

    An instrument is in use at any level above its calmest that is not idle. By default the days run from
    `state_begins` to the end of the record.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> use = recorded_use(load_scenario("us-china-2025"))
    >>> str(use.days[int(use.curb.argmax())]), str(use.days[int(use.control.argmax())])
    ('2025-04-04', '2025-04-15')
    """
    start = check_day(scenario, state_begins(scenario) if start is None else start)
    end = check_day(scenario, record_ends(scenario) if end is None else end)
    timeline = posture_timeline(scenario, start, end)
    days = tuple(start + timedelta(k) for k in range((end - start).days + 1))
    # Of each day the place of the last change on it or before it; the first is the day of the start.
    place = np.searchsorted(np.array(timeline.days), np.array(days), side="right") - 1
    users = scenario.definition.curb_users, scenario.definition.control_users
    curb, control = (np.array([scenario.in_use(p, names) for p in timeline.postures]) for names in users)
    return Use(days, curb[place], control[place])


def trajectory(scenario: Scenario, use: Use | None = None, opening: State | None = None) -> Trajectory:
    """Return the distribution of dependence and stocks on each day.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> path = trajectory(load_scenario("us-china-2025"))
    >>> [round(float(path.on(date(2025, m, 1))["stocks"][0]), 2) for m in (4, 6, 7)]
    [0.0, 0.46, 0.62]
    """
    use = use or recorded_use(scenario)
    distributions = {name: path[0] for name, path in trajectories([scenario], use, opening).items()}
    for path in distributions.values():
        read_only(path)
    titles = {name: scenario.definition.state.title(name) for name in COMPONENTS}
    return Trajectory(use.days, distributions, titles)


def trajectories(
    scenarios: Sequence[Scenario],
    use: Use,
    opening: State | None = None,
    components: Sequence[str] = COMPONENTS,
    moves: Mapping[str, FloatArray] | None = None,
) -> dict[str, FloatArray]:
    """Return each component's distribution on each day at D settings of the parameters, shape (D, days, 3).

    `moves` are the matrices of `daily_moves`, computed if not given. Without `opening`, the states are those
    of `state_anchors`.
    """
    moves = daily_moves(scenarios) if moves is None else moves
    anew: dict[date, State] = {}
    if opening is None:
        (_, opening), *later = state_anchors(scenarios[0])
        anew = dict(later)
    paths: dict[str, FloatArray] = {}
    for name in components:
        using = use.curb if USERS[name] == "curb" else use.control
        # The use of a day moves the next one; where the record states the step, what came before is dropped.
        path = np.zeros((len(use.days), len(scenarios), SIZES[name]))
        path[0, :, getattr(opening, name)] = 1.0
        for k in range(1, len(use.days)):
            if use.days[k] in anew:
                path[k, :, getattr(anew[use.days[k]], name)] = 1.0
            else:
                path[k] = np.einsum("di,dij->dj", path[k - 1], moves[name][int(using[k - 1])])
        paths[name] = path.transpose(1, 0, 2)
    return paths


def daily_moves(scenarios: Sequence[Scenario]) -> dict[str, FloatArray]:
    """Return each component's transition matrices of a day, shape (2, D, 3, 3): out of use, then in use."""
    daily = [scenario.with_parameters({"reaction_lag_days": 1.0}).motion for scenario in scenarios]
    return {
        name: np.stack([[component_kernel(name, used, motion) for motion in daily] for used in (False, True)])
        for name in COMPONENTS
    }


def component_kernel(name: str, used: bool, motion: Motion) -> FloatArray:
    """Return one component's transition matrix of a period, shape (3, 3), under use or without it."""
    matrix = np.zeros((SIZES[name], SIZES[name]))
    for step in range(SIZES[name]):
        for after, chance in component_transition(name, step, used, used, motion).items():
            matrix[step, after] = chance
    return matrix


def month_starts(days: tuple[date, ...]) -> tuple[date, ...]:
    """Return the days that are the first of a month.

    Examples
    --------
    >>> [str(day) for day in month_starts((date(2025, 4, 30), date(2025, 5, 1)))]
    ['2025-05-01']
    """
    return tuple(day for day in days if day.day == 1)


@dataclass(frozen=True)
class StateOfTheDay:
    """Dependence and stocks on a day, as far as the record shows."""

    # The likeliest step of each component.
    likely: State
    # (3,): the chance of each step; components are independent given the recorded moves. Empty where the
    # state is given or the record does not reach back.
    chances: Mapping[str, FloatArray]
    # Which state it is, in words.
    called: str = "state of the day"

    def in_words(self, scenario: Scenario) -> str:
        """Return a description of the state, with the components that a dispute has.

        Examples
        --------
        >>> from negotiation.disputes import load_scenario
        >>> StateOfTheDay(State(stocks=1), {}).in_words(load_scenario("us-china-2025"))
        'state of the day: rare earth dependence full, chip dependence full, stocks half'
        """
        rules = scenario.definition.state
        steps = ", ".join(
            f"{getattr(rules, name).title} {words[getattr(self.likely, name)]}"
            for name, words in WORDS.items()
            if name in rules.components
        )
        return f"{self.called}: {steps or 'none'}"

    def drawn(self, count: int, rng: np.random.Generator) -> list[State]:
        """Return `count` draws of the state."""
        if not self.chances:
            return [self.likely] * count
        steps = {name: rng.choice(len(p), size=count, p=p).tolist() for name, p in self.chances.items()}
        return [replace(self.likely, **{name: steps[name][k] for name in steps}) for k in range(count)]


def state_of_the_day(
    agreement: AgreementText, scenario: Scenario, given: State | None = None
) -> StateOfTheDay:
    """Return the state on the day of signing, or the state that is given instead."""
    if given is not None:
        return StateOfTheDay(scenario.state_given(given), {}, "state given")
    # A text that states the levels of its day needs no record. Without a record, the state is the default.
    if agreement.before and not has_record(scenario):
        return StateOfTheDay(scenario.default_state, {}, "before the record")
    return state_on(scenario, agreement.signed)


def state_on(scenario: Scenario, day: date) -> StateOfTheDay:
    """Return the state on a day: the default before `state_begins`, and the record's last after its end."""
    if day < state_begins(scenario):
        return StateOfTheDay(scenario.default_state, {}, "before the record")
    chances = _recorded(scenario).on(min(day, record_ends(scenario)))
    steps = {name: int(chances[name].argmax()) for name in COMPONENTS}
    return StateOfTheDay(replace(scenario.default_state, **steps), chances)


def under_law_of(day: date, scenario: Scenario) -> Scenario:
    """Return a dispute with the rate of losing authority that was public on a day, unless set by hand.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> world = load_scenario("us-china-2025")
    >>> under_law_of(date(2025, 10, 31), world).parameters["state.authority_loss"]
    0.3
    """
    rules = scenario.definition.state.authority
    known = scenario.calibration.parameters
    if rules is None or rules.loss not in known:
        return scenario
    if rules.loss in scenario.set_by_hand:
        return scenario
    then = loss_by_cases(scenario.dockets, day) or known[rules.loss]
    return replace(scenario, parameters=scenario.parameters.with_values({rules.loss: then.value}))


@kept_until_record_changes
def _recorded(scenario: Scenario) -> Trajectory:
    """Return the trajectory under the recorded moves, cached for all days."""
    return trajectory(scenario)
