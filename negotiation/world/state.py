"""The state of the world, z = (d, c, I, n, L), and how it moves.

d is the USA's dependence on Chinese rare earths, c China's dependence on US chips and design software, I the
USA's stocks, n the truce clock, L the USA's tariff authority. Dependence falls with a base probability and
faster while the choke point is used; stocks fill while the curb is off and run down under it; the clock
counts down, and at 0 the truce is renewed with a probability; authority is lost from outside. Using leverage
spends it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from itertools import product

from negotiation.errors import UnknownComponent, UnknownState
from negotiation.world.numerics import NUMERICS
from negotiation.world.quantity import Parameters

CURB = "rare_earth_curb"
"""Its use moves dependence on rare earths, and stocks."""

CONTROLS = ("entity_list", "chip_control")
"""Their use moves dependence on chips and design software."""

SIZES: Mapping[str, int] = {
    "rare_earth_dependence": 3,
    "chip_dependence": 3,
    "stocks": 3,
    "clock": 4,
    "authority": 2,
}
"""Number of values of each component: at most 216 states."""

SYMBOLS: Mapping[str, str] = {
    "rare_earth_dependence": "d",
    "chip_dependence": "c",
    "stocks": "I",
    "clock": "n",
    "authority": "L",
}
"""The model's symbol of each component."""

DEPENDENCE_STEPS = ("low", "middle", "full")


@dataclass(frozen=True)
class State:
    """One state of the world; each component is a step, 0 the lowest.

    Parameters
    ----------
    rare_earth_dependence, chip_dependence : int
        0, 1 or 2: low, middle, full.
    stocks : int
        0 (gone), 1 (half), 2 (full).
    clock : int
        3, 2, 1: thirds of the truce's term left; 0: no truce in force.
    authority : int
        1 while the USA's emergency tariff authority is in force, 0 when it is lost.

    Raises
    ------
    UnknownState
        If a component is outside its steps.

    Examples
    --------
    >>> State(stocks=2).stocks_last
    True
    """

    rare_earth_dependence: int = 2
    chip_dependence: int = 2
    stocks: int = 0
    clock: int = 0
    authority: int = 1

    def __post_init__(self) -> None:
        for component in fields(self):
            step = getattr(self, component.name)
            if step not in range(SIZES[component.name]):
                raise UnknownState(f"{component.name}={step}", range(SIZES[component.name]))

    @property
    def label(self) -> str:
        """The state as a label: each component's symbol and step.

        Examples
        --------
        >>> State(stocks=1).label
        'd2 c2 I1 n0 L1'
        """
        return " ".join(f"{symbol}{getattr(self, name)}" for name, symbol in SYMBOLS.items())

    @classmethod
    def from_label(cls, label: str) -> State:
        """Return the state of a label, or raise `UnknownState`.

        Parameters
        ----------
        label : str
            As `State.label` writes it.

        Returns
        -------
        State
            With the five components that the label names.

        Examples
        --------
        >>> State.from_label("d0 c2 I0 n3 L1").clock
        3
        """
        steps = dict(zip(SYMBOLS, label.split(" "), strict=False))
        written = [f"{SYMBOLS[name]}{step[1:]}" for name, step in steps.items() if step[1:].isdecimal()]
        if " ".join(written) != label or len(written) != len(SYMBOLS):
            raise UnknownState(label, [cls().label])
        return cls(**{name: int(step[1:]) for name, step in steps.items()})

    @property
    def stocks_last(self) -> bool:
        """Whether stocks still stand in for what a curb withholds."""
        return self.stocks > 0

    def rare_earth_share(self, parameters: Parameters) -> float:
        """Return d as a share of imports.

        Parameters
        ----------
        parameters : Parameters
            Of a scenario.

        Returns
        -------
        float
            From 0 to 1.
        """
        return parameters[f"state.rare_earth_dependence.{DEPENDENCE_STEPS[self.rare_earth_dependence]}"]

    def chip_share(self, parameters: Parameters) -> float:
        """Return c as a share of use.

        Parameters
        ----------
        parameters : Parameters
            Of a scenario.

        Returns
        -------
        float
            From 0 to 1.
        """
        return parameters[f"state.chip_dependence.{DEPENDENCE_STEPS[self.chip_dependence]}"]


STATE_PARAMETERS = (
    *(f"state.rare_earth_dependence.{step}" for step in DEPENDENCE_STEPS),
    *(f"state.chip_dependence.{step}" for step in DEPENDENCE_STEPS),
    "state.diversification.base",
    "state.diversification.under_curb",
    "state.substitution.base",
    "state.substitution.under_control",
    "state.stock_days",
    "state.fill_days",
    "state.truce_days",
    "state.renewal_probability",
    "state.authority_loss",
)
"""Parameters that the motion reads; hazards are a year, durations in days."""


def period_probability(annual: float, lag_days: float) -> float:
    """Return the chance in a period of an event with this chance in a year.

    Examples
    --------
    >>> period_probability(0.0, 14.0), round(period_probability(0.19, 182.5), 6)
    (0.0, 0.1)
    """
    return float(1.0 - (1.0 - annual) ** (lag_days / 365.0))


def transition(
    state: State,
    curb_used: bool,
    control_used: bool,
    p: Parameters,
    moving: Collection[str] = tuple(SIZES),
) -> dict[State, float]:
    """Return the distribution of the next period's state.

    Parameters
    ----------
    state : State
        The state now.
    curb_used, control_used : bool
        Whether China's curb (r > 0) and a US control (x > 0) are in use.
    p : Parameters
        With the `STATE_PARAMETERS` and `reaction_lag_days`.
    moving : collection of str, optional
        The components that move; the others stay where they are. All by default.

    Returns
    -------
    dict from State to float
        Probabilities, positive and summing to 1; the components move independently.

    Examples
    --------
    >>> from negotiation.world.loading import load_scenario
    >>> moved = transition(State(), True, False, load_scenario("us-china-2025").parameters)
    >>> round(sum(moved.values()), 12)
    1.0
    """
    result: dict[State, float] = {}
    moves = [
        component_transition(name, getattr(state, name), curb_used, control_used, p)
        if name in moving
        else {getattr(state, name): 1.0}
        for name in SIZES
    ]
    for steps in product(*(after.items() for after in moves)):
        chance = 1.0
        for _, probability in steps:
            chance *= probability
        if chance > 0.0:
            after = replace(state, **dict(zip(SIZES, (step for step, _ in steps), strict=True)))
            result[after] = result.get(after, 0.0) + chance
    return result


def component_transition(
    name: str, step: int, curb_used: bool, control_used: bool, p: Parameters
) -> dict[int, float]:
    """Return the distribution of one component's next step; components move independently.

    Parameters
    ----------
    name : str
        A component of the state.
    step : int
        Its step now.
    curb_used, control_used, p
        As for `transition`.

    Raises
    ------
    UnknownComponent
        If there is no such component.

    Examples
    --------
    >>> from negotiation.world.loading import load_scenario
    >>> p = load_scenario("us-china-2025").parameters
    >>> component_transition("authority", 0, True, True, p)
    {0: 1.0}
    """
    match name:
        case "rare_earth_dependence":
            return _dependence(step, curb_used, "diversification", p)
        case "chip_dependence":
            return _dependence(step, control_used, "substitution", p)
        case "stocks":
            return _stocks(step, curb_used, p)
        case "clock":
            return _clock(step, p)
        case "authority":
            return _authority(step, p)
    raise UnknownComponent(name, SIZES)


def _dependence(step: int, used: bool, kind: str, p: Parameters) -> dict[int, float]:
    """Return where dependence goes: down one step with a hazard that use raises."""
    if step == 0:
        return {0: 1.0}
    use = "under_curb" if kind == "diversification" else "under_control"
    annual = p[f"state.{kind}.base"] + (p[f"state.{kind}.{use}"] if used else 0.0)
    fall = period_probability(min(annual, NUMERICS.surest_year), p["reaction_lag_days"])
    return {step - 1: fall, step: 1.0 - fall}


def _stocks(step: int, curb_used: bool, p: Parameters) -> dict[int, float]:
    """Return where stocks go: down under a curb, up without one, a half in half the days."""
    days = p["state.stock_days"] if curb_used else p["state.fill_days"]
    move = min(1.0, 2.0 * p["reaction_lag_days"] / days)
    after = max(0, step - 1) if curb_used else min(2, step + 1)
    return {step: 1.0} if after == step else {after: move, step: 1.0 - move}


def _clock(step: int, p: Parameters) -> dict[int, float]:
    """Return where the clock goes: down a third in a third of the days; from its last third it is renewed.

    At the end of the last third the truce is renewed, back to 3, or ends, at 0, where it stays.
    """
    if step == 0:
        return {0: 1.0}
    tick = min(1.0, 3.0 * p["reaction_lag_days"] / p["state.truce_days"])
    if step > 1:
        return {step - 1: tick, step: 1.0 - tick}
    renewed = p["state.renewal_probability"]
    return {3: tick * renewed, 0: tick * (1.0 - renewed), 1: 1.0 - tick}


def _authority(step: int, p: Parameters) -> dict[int, float]:
    """Return where authority goes: lost with a hazard, and not regained."""
    if step == 0:
        return {0: 1.0}
    lost = period_probability(p["state.authority_loss"], p["reaction_lag_days"])
    return {0: lost, 1: 1.0 - lost}
