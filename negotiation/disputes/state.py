"""The state of the world, z = (d, c, I, n, L, b, p), and how it moves.

The components are

- d, one side's dependence on what a curb withholds. It falls by itself, and faster while the curb is used.
- c, the other side's dependence on what a control withholds. It falls in the same way.
- I, the stocks against the curb. They run down while it is used and fill otherwise.
- n, the thirds left of a truce's term. At the end of the last third the truce is renewed with a probability,
  or else it ends.
- L, the authority under laws that can be lost. It is lost by chance and not regained.
- b, what both sides believe about the curb's harm, which becomes known only once the curb has been felt.
- p, whether controls were ever traded. Agreements change it, and play does not.

The files of a dispute say what moves each component and by which parameters. A component that a dispute does
not have never moves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from itertools import product

from negotiation.disputes.components import SILENT, SIZES, SYMBOLS
from negotiation.disputes.files.state_rules import (
    AuthorityRules,
    BeliefRules,
    ClockRules,
    DependenceRules,
    StateRules,
    StocksRules,
)
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.quantity import Parameters
from negotiation.errors import UnknownComponent, UnknownState

# What moves unless a game is asked to move something else.
MOVED = tuple(name for name in SIZES if name not in SILENT)


@dataclass(frozen=True)
class State:
    """A state of the world. Each component is at a step; 0 is the lowest.

    Parameters
    ----------
    curb_dependence : {0, 1, 2}, default 2
        Dependence on what the curb withholds: low, middle or full.
    control_dependence : {0, 1, 2}, default 2
        Dependence on what a control withholds: low, middle or full.
    stocks : {0, 1, 2}, default 0
        Stocks against the curb: empty, half full or full.
    clock : {0, 1, 2, 3}, default 0
        Remaining thirds of the truce's term; 0 if no truce is in force.
    authority : {0, 1}, default 1
        1 while authority under laws that can be lost is in force, 0 after it is lost.
    belief : {0, 1, 2}, default 0
        0 while nobody knows how much harm the curb does; 1 or 2 once it has turned out to be little or much.
    precedent : {0, 1}, default 0
        1 once controls have been traded for something; until then bargains leave them out.

    Raises
    ------
    UnknownState
        If the value of a component is not one of its steps.

    Examples
    --------
    >>> State(stocks=2).stocks_last
    True
    """

    curb_dependence: int = 2
    control_dependence: int = 2
    stocks: int = 0
    clock: int = 0
    authority: int = 1
    belief: int = 0
    precedent: int = 0

    def __post_init__(self) -> None:
        for component in fields(self):
            step = getattr(self, component.name)
            if step not in range(SIZES[component.name]):
                raise UnknownState(step, range(SIZES[component.name]), f"step of `{component.name}`")

    @property
    def label(self) -> str:
        """Label of the state: the symbol and step of each component, with belief and precedent only if not 0.

        Examples
        --------
        >>> State(stocks=1).label
        'd2 c2 I1 n0 L1'
        """
        steps = {name: getattr(self, name) for name in SYMBOLS}
        return " ".join(f"{SYMBOLS[n]}{step}" for n, step in steps.items() if step or n not in SILENT)

    @classmethod
    def from_label(cls, label: str) -> State:
        """Return the state with a given label.

        Parameters
        ----------
        label : str
            A label in the form of `State.label`.

        Returns
        -------
        State
            The state that has this label. Belief and precedent are 0 unless the label names them.

        Raises
        ------
        UnknownState
            If the text is not the label of a state.

        Examples
        --------
        >>> State.from_label("d0 c2 I0 n3 L1").clock
        3
        """
        names = {symbol: name for name, symbol in SYMBOLS.items()}
        parts = {names.get(part[:1], ""): part[1:] for part in str(label).split(" ")}
        if "" in parts or not all(step.isdecimal() for step in parts.values()):
            raise UnknownState(label, [cls().label])
        state = cls(**{name: int(step) for name, step in parts.items()})
        if state.label != label:
            raise UnknownState(label, [state.label])
        return state

    @property
    def paid(self) -> tuple[int, ...]:
        """The values on which payoffs depend: d, c, whether there are stocks, L and b."""
        return self.curb_dependence, self.control_dependence, self.stocks_last, self.authority, self.belief

    @property
    def stocks_last(self) -> bool:
        """Whether there are stocks, which replace what a curb withholds."""
        return self.stocks > 0


@dataclass(frozen=True)
class Motion:
    """The rules by which the state of a dispute moves, with the values of their parameters.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> load_scenario("us-china-2025").motion.rules.components[2:]
    ('stocks', 'clock', 'authority', 'belief', 'precedent')
    """

    # The components that the dispute has, and the parameters that move them.
    rules: StateRules
    # Values by name, `reaction_lag_days` among them; chances are per year, durations in days.
    parameters: Parameters
    # The low and the high harm that use may show; `None` if nothing is learned.
    learned: tuple[float, float] | None = None

    @property
    def lag(self) -> float:
        """Length of a period, in days."""
        return self.parameters["reaction_lag_days"]


def period_probability(annual: float, lag_days: float) -> float:
    """Return the chance in a period of `lag_days` of an event that has the chance `annual` in a year.

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
    motion: Motion,
    moving: Collection[str] = MOVED,
) -> dict[State, float]:
    """Return the distribution of the next period's state.

    Parameters
    ----------
    state : State
        State of the world in this period.
    curb_used, control_used : bool
        Whether a curb and whether a control is used in this period.
    motion : Motion
        Rules by which the state moves; see `Scenario.motion`.
    moving : collection of str, optional
        Components that move; by default all except "belief" and "precedent".

    Returns
    -------
    dict from State to float
        Probability of each state that is possible.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> moved = transition(State(), True, False, load_scenario("us-china-2025").motion)
    >>> round(sum(moved.values()), 12)
    1.0
    """
    result: dict[State, float] = {}
    felt = curb_used and not state.stocks_last
    moves = [
        component_transition(
            name, getattr(state, name), felt if name == "belief" else curb_used, control_used, motion
        )
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
    name: str, step: int, curb_used: bool, control_used: bool, motion: Motion
) -> dict[int, float]:
    """Return the probability of each possible next step of one component; components move independently.

    For "belief", `curb_used` says whether the curb is felt: used while there are no stocks. An unknown `name`
    raises `UnknownComponent`.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> component_transition("authority", 0, True, True, load_scenario("us-china-2025").motion)
    {0: 1.0}
    """
    if name not in SIZES:
        raise UnknownComponent(name, SIZES)
    rules = getattr(motion.rules, name)
    used = control_used if name == "control_dependence" else curb_used
    match rules:
        case DependenceRules():
            return _dependence(step, used, rules, motion)
        case StocksRules():
            return _stocks(step, used, rules, motion)
        case ClockRules():
            return _clock(step, rules, motion)
        case AuthorityRules():
            return _authority(step, rules, motion)
        case BeliefRules():
            return _belief(step, used, rules, motion)
    return {step: 1.0}


def _dependence(step: int, used: bool, rules: DependenceRules, motion: Motion) -> dict[int, float]:
    """Return the distribution of the next step of dependence: one down, with a chance that use raises."""
    if step == 0:
        return {0: 1.0}
    p = motion.parameters
    annual = p[rules.fall] + (p[rules.fall_in_use] if used else 0.0)
    fall = period_probability(min(annual, NUMERICS.surest_year), motion.lag)
    return {step - 1: fall, step: 1.0 - fall}


def _stocks(step: int, used: bool, rules: StocksRules, motion: Motion) -> dict[int, float]:
    """Return the distribution of the next step of stocks: one down under use, otherwise one up.

    A step takes half of the days in which stocks empty or fill, on average.
    """
    days = motion.parameters[rules.days_to_empty if used else rules.days_to_fill]
    move = min(1.0, 2.0 * motion.lag / days)
    after = max(0, step - 1) if used else min(2, step + 1)
    return {step: 1.0} if after == step else {after: move, step: 1.0 - move}


def _clock(step: int, rules: ClockRules, motion: Motion) -> dict[int, float]:
    """Return the distribution of the next step of the clock.

    A step takes a third of the term on average. After step 1 the truce is renewed, at 3, or it ends, at 0,
    where the clock stays.
    """
    if step == 0:
        return {0: 1.0}
    tick = min(1.0, 3.0 * motion.lag / motion.parameters[rules.term_days])
    if step > 1:
        return {step - 1: tick, step: 1.0 - tick}
    renewed = motion.parameters[rules.renewal]
    return {3: tick * renewed, 0: tick * (1.0 - renewed), 1: 1.0 - tick}


def _authority(step: int, rules: AuthorityRules, motion: Motion) -> dict[int, float]:
    """Return the distribution of the next step of authority, which is lost with a chance and not regained."""
    if step == 0:
        return {0: 1.0}
    lost = period_probability(min(motion.parameters[rules.loss], NUMERICS.surest_year), motion.lag)
    return {0: lost, 1: 1.0 - lost}


def _belief(step: int, felt: bool, rules: BeliefRules, motion: Motion) -> dict[int, float]:
    """Return the distribution of the next belief: once the curb is felt, the harm turns out low or high.

    Both sides learn the same. The chance p that the harm is high satisfies h = p high + (1 - p) low, where h
    is the harm expected before.
    """
    if step or not felt or motion.learned is None:
        return {step: 1.0}
    low, high = motion.learned
    shown = min(1.0, motion.lag / motion.parameters[rules.days_felt])
    chance = (motion.parameters[rules.harm] - low) / (high - low) if high > low else 0.0
    beliefs = {0: 1.0 - shown, 1: shown * (1.0 - chance), 2: shown * chance}
    return {after: p for after, p in beliefs.items() if p > 0.0}
