"""The state of a dispute in `scenario.toml`: its components, and the rules that move each of them.

A field names a parameter of the calibration unless it is the title, the first step or the instruments.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from negotiation.base.reading.models import FileModel
from negotiation.disputes.components import SIZES
from negotiation.disputes.domains import ANY, POSITIVE, POSITIVE_SHARE, SHARE, Domain
from negotiation.disputes.files.names import Listed, ParameterName

_Users = Annotated[
    tuple[Listed, ...],
    Field(min_length=1, description="instruments whose use moves it"),
]


class DependenceRules(FileModel):
    """Dependence of one side on what the other can deny, in three steps; it falls faster under denial."""

    title: str = Field(min_length=1, description="who depends on what, in prose")
    instruments: _Users
    start: int = Field(2, ge=0, lt=SIZES["curb_dependence"], description="0 low to 2 full")
    shares: tuple[ParameterName, ParameterName, ParameterName] = Field(
        description="parameters: the share at low, middle and full dependence"
    )
    reference: ParameterName | None = Field(
        None, description="parameter: the share at which harms are stated; that of full dependence if absent"
    )
    fall: ParameterName = Field(description="parameter: chance a year of one step down")
    fall_in_use: ParameterName = Field(description="parameter: added chance a year under use")

    @property
    def read(self) -> tuple[ParameterName, ...]:
        """The parameters that scale a harm: the shares at the steps, and the share at which it is stated."""
        return (*self.shares, *(() if self.reference is None else (self.reference,)))

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain in which each parameter that it names must lie, by name."""
        falls, chance = (self.fall, self.fall_in_use), SHARE.of("chance a year")
        return {**dict.fromkeys(self.read, POSITIVE_SHARE.of("share")), **dict.fromkeys(falls, chance)}


class StocksRules(FileModel):
    """Stocks of what can be denied: they run down under use and fill without it."""

    title: str = Field(min_length=1, description="whose stocks of what, in prose")
    instruments: _Users
    start: int = Field(0, ge=0, lt=SIZES["stocks"], description="0 gone to 2 full")
    days_to_empty: ParameterName = Field(description="parameter: days until full stocks are gone")
    days_to_fill: ParameterName = Field(description="parameter: days until empty stocks are full")

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain in which each parameter that it names must lie, by name."""
        return dict.fromkeys((self.days_to_empty, self.days_to_fill), POSITIVE.of("days"))


class ClockRules(FileModel):
    """The term of a truce, in thirds."""

    title: str = Field(min_length=1, description="what it is, in prose")
    start: int = Field(0, ge=0, lt=SIZES["clock"], description="thirds of the term left; 0: no truce")
    term_days: ParameterName = Field(description="parameter: days of a term")
    renewal: ParameterName = Field(description="parameter: chance of renewal at the end of the term")

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain in which each parameter that it names must lie, by name."""
        return {self.term_days: POSITIVE.of("days"), self.renewal: SHARE.of("chance")}


class AuthorityRules(FileModel):
    """The authority under laws that can be lost."""

    title: str = Field(min_length=1, description="whose authority for what, in prose")
    start: int = Field(1, ge=0, lt=SIZES["authority"], description="1 in force, 0 lost")
    loss: ParameterName = Field(description="parameter: chance a year that it is lost")

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain in which each parameter that it names must lie, by name."""
        return {self.loss: SHARE.of("chance a year")}


class BeliefRules(FileModel):
    """The belief about a harm that only use shows: unknown, low or high."""

    title: str = Field(min_length=1, description="what is learned, in prose")
    instruments: _Users
    start: int = Field(0, ge=0, lt=SIZES["belief"], description="0 untested, 1 low, 2 high")
    harm: ParameterName = Field(
        description="parameter: the harm; its value is the mean before use, its range ends are what use shows"
    )
    days_felt: ParameterName = Field(description="parameter: days of use, stocks gone, until it is known")

    @property
    def domains(self) -> dict[str, Domain]:
        """The domain in which each parameter that it names must lie, by name."""
        return {self.harm: ANY, self.days_felt: POSITIVE.of("days")}


class PrecedentRules(FileModel):
    """Whether controls were ever traded; agreements of the record change it, and play does not."""

    title: str = Field(min_length=1, description="what there is a precedent for, in prose")
    instruments: Annotated[
        tuple[Listed, ...],
        Field(
            min_length=1, description="controls; an agreement that binds the level of one makes the precedent"
        ),
    ]
    start: int = Field(0, ge=0, lt=SIZES["precedent"], description="1 once a control has been traded")

    @property
    def domains(self) -> dict[str, Domain]:
        """Empty, since the component names no parameter."""
        return {}


Rules = DependenceRules | StocksRules | ClockRules | AuthorityRules | BeliefRules | PrecedentRules


class StateRules(FileModel):
    """The components of the state that a dispute has. A missing component never moves.

    Examples
    --------
    >>> StateRules().components, StateRules().start["curb_dependence"]
    ((), 2)
    """

    curb_dependence: DependenceRules | None = Field(None, description="dependence on the curb's holder")
    control_dependence: DependenceRules | None = Field(None, description="dependence on the control's holder")
    stocks: StocksRules | None = Field(None, description="stocks against the curb")
    clock: ClockRules | None = Field(None, description="the term of a truce")
    authority: AuthorityRules | None = Field(None, description="authority under laws that can be lost")
    belief: BeliefRules | None = Field(None, description="what is known of a harm that only use shows")
    precedent: PrecedentRules | None = Field(None, description="whether controls were ever traded")

    @property
    def present(self) -> dict[str, Rules]:
        """The rules of the components that the dispute has, by name."""
        by_name = {name: getattr(self, name) for name in SIZES}
        return {name: rules for name, rules in by_name.items() if rules is not None}

    @property
    def components(self) -> tuple[str, ...]:
        """The components that the dispute has."""
        return tuple(self.present)

    @property
    def start(self) -> dict[str, int]:
        """The step of each component in the state from which games begin, by default."""
        # Where a component that the dispute has not stays: dependence is full and the law in force.
        steps = {**dict.fromkeys(SIZES, 0), "curb_dependence": 2, "control_dependence": 2, "authority": 1}
        return steps | {name: rules.start for name, rules in self.present.items()}

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that the components name."""
        return tuple(dict.fromkeys(name for rules in self.present.values() for name in rules.domains))

    def shares(self, component: str) -> tuple[str, ...]:
        """Return the names of the shares at the steps of a dependence; none if the dispute lacks it."""
        return getattr(getattr(self, component), "shares", ())

    def reference(self, component: str) -> str | None:
        """Return the name of the share at which harms are stated; None for the share of full dependence."""
        return getattr(getattr(self, component), "reference", None)

    def scaling(self, component: str) -> tuple[str, ...]:
        """Return the parameters that scale harm by a dependence; none if the dispute lacks it."""
        return getattr(getattr(self, component), "read", ())

    def users(self, component: str) -> tuple[str, ...]:
        """Return the instruments whose use moves a component; none if it moves without them."""
        return getattr(getattr(self, component), "instruments", ())

    def title(self, component: str) -> str:
        """Return the name of a component in prose."""
        rules = getattr(self, component)
        return component.replace("_", " ") if rules is None else rules.title


class StateSteps(FileModel):
    """One state: a step for each component."""

    curb_dependence: int = Field(ge=0, lt=SIZES["curb_dependence"], description="0 low to 2 full")
    control_dependence: int = Field(ge=0, lt=SIZES["control_dependence"], description="0 low to 2 full")
    stocks: int = Field(ge=0, lt=SIZES["stocks"], description="0 gone to 2 full")
    clock: int = Field(ge=0, lt=SIZES["clock"], description="thirds of the term left; 0: no truce")
    authority: int = Field(ge=0, lt=SIZES["authority"], description="1 in force, 0 lost")
    belief: int = Field(0, ge=0, lt=SIZES["belief"], description="0 untested, 1 low, 2 high")
    precedent: int = Field(0, ge=0, lt=SIZES["precedent"], description="1 once a control has been traded")
