"""What the explorer's sliders say, and the answers to it: an agreement in a world that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from negotiation.base.labelled.naming import namer
from negotiation.disputes import Scenario, State
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.thresholds.result import CriticalDiscountFactor
from negotiation.text_design.anatomy import Anatomy, Nearest, anatomy, nearest
from negotiation.text_design.numerics import NUMERICS
from negotiation.truces.prediction.forecast import EVERY_THEORY, forecast
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.record.agreement_text import scenario_for, truce_names
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theories, theory
from negotiation.truces.theories.common.theory_game import CORE, TermClock
from negotiation.truces.verdicts.agreements import Agreement, truce
from negotiation.truces.verdicts.lifetime import ANY, AS_IT_IS, Lifetime
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdicts
from negotiation.truces.verdicts.verdict import verdict

PATIENCE = "discount_factor_annual"
HAWKS = "security_weight"
# The parameters behind the sliders; the last is the end of the names of all that are meant.
SECURITY = (".security_value", ".security_ratio")

# What a look ahead, and a better text, are asked for: little, so that one waits seconds.
MONTHS, TEXTS = 3, 200


@dataclass(frozen=True)
class Setting:
    """One position of all sliders.

    Examples
    --------
    >>> found = Setting(security=0.3).verdicts
    >>> found.find("control", "moment").holds, Setting().verdicts.find("control", "moment").holds
    (True, False)
    """

    agreement: str = "2025-10-busan"
    # Discount factor of a year; the calibration's if not given.
    patience: float | None = None
    # Weight of security hawks, 0 to 1; the calibration's if not given.
    hawks: float | None = None
    # By what the values of security are multiplied, all of them.
    security: float = 1.0
    # Step of the dependence on what a curb withholds; that of the day of signing if not given.
    dependence: int | None = None
    # One clause more, as "USA chip_control": at most the level at which the instrument is calm.
    bound: str = ""
    # Which breach is answered where; the agreement's own if not given.
    linkage: LinkageKind | None = None
    # "memoryless", where each period may be the last, or "none".
    clock: TermClock = "memoryless"
    theory: str = "moment"

    @cached_property
    def scenario(self) -> Scenario:
        """The dispute with the parameters as they are set."""
        world = scenario_for(truce(self.agreement), None)
        known = world.parameters
        values = {name: self.security * x for name, x in known.items() if name.endswith(SECURITY)}
        chosen = {PATIENCE: self.patience, HAWKS: self.hawks}
        set_by_hand = {name: value for name, value in chosen.items() if value is not None}
        return world.with_parameters({**values, **set_by_hand})

    @cached_property
    def text(self) -> Agreement:
        """The agreement, with the clause that is added."""
        found = truce(self.agreement)
        if not self.bound:
            return found
        side, instrument = self.bound.split()
        calm = self.scenario.instrument(side, instrument).levels[side][0].label
        return found.with_clause(side, instrument, calm, scenario=self.scenario)

    @cached_property
    def state(self) -> State:
        """The state of the day of signing, with the dependence that is set."""
        day = state_of_the_day(truce(self.agreement), self.scenario).likely
        return day if self.dependence is None else replace(day, curb_dependence=self.dependence)

    @cached_property
    def verdicts(self) -> TheoryVerdicts:
        """What the theory says of each leg."""
        return verdict(self.text, self.scenario, theories=[self.theory], state=self.state)

    @cached_property
    def payoffs(self) -> PayoffSet:
        """The payoffs that the small game of the dispute allows at this patience."""
        stage = self.scenario.stage_game("small", state=self.state)
        return equilibrium_payoffs(RepeatedGame(stage, self.scenario.discount_factor))

    @cached_property
    def lifetimes(self) -> tuple[Lifetime, ...]:
        """How long each leg lasts if nobody breaks it: until an alarm calls it off; none if none does."""
        linkage = self.linkage or self.text.linkage.kind
        return tuple(
            found
            for found in self.text.survival(self.scenario, self.state)
            if (found.event, found.linkage, found.remedy) == ("broken off", linkage, AS_IT_IS)
            and found.leg != ANY
        )

    @property
    def lasting(self) -> str:
        """The lifetimes in a sentence."""
        if not self.lifetimes:
            return "With this linkage nothing is answered, and no alarm ends anything."
        days = ", ".join(f"{found.leg} after **{found.mean_days:.0f} days**" for found in self.lifetimes)
        return f"If nobody means to break it, false alarms call off, on average: {days}."

    @cached_property
    def threshold(self) -> CriticalDiscountFactor:
        """From which discount factor of a period on the text is an equilibrium, under noise."""
        return self.text.critical_discount_factor(
            self.scenario, linkage=self.linkage, clock=self.clock, state=self.state
        )

    @property
    def patience_words(self) -> str:
        """What the threshold supposes, and the patience beside it, in a sentence."""
        lag, delta = self.scenario.parameters["reaction_lag_days"], self.scenario.discount_factor
        return (
            f"Discount factors of a period of {lag:.0f} days, where patience is {delta:.3f} (the slider "
            "is of a year). A breach is answered as written, with slips and misreading; "
            f"clock: {self.clock}."
        )

    @cached_property
    def anatomy(self) -> Anatomy:
        """What each clause does under the theory, over draws from the calibration's ranges."""
        return anatomy(
            self.text, theories=[self.theory], draws=NUMERICS.draws, size=self._size, state=self.state
        )

    @cached_property
    def nearest(self) -> Nearest:
        """The nearest text that holds in nine of ten of the same draws."""
        return nearest(self.text, theories=[self.theory], texts=TEXTS, size=self._size, state=self.state)

    @property
    def improved(self) -> str:
        """What both come to, in sentences."""
        idle = ", ".join(one.clause for one in self.anatomy.idle) or "none"
        words = f"{self.anatomy.answer} Clauses without effect: {idle}. {self.nearest.answer}"
        return str(namer(self.scenario.names)(words))

    @property
    def _size(self) -> str | None:
        return CORE if CORE in self.scenario.definition.sizes else None

    @cached_property
    def ahead(self) -> Forecast:
        """Chances of moves in the next months under the theory; of all, where it has no continuous time."""
        known = theory(self.theory)
        asked = known.name if known.in_time else EVERY_THEORY
        return forecast(self.text, scenario=self.scenario, theories=asked, months=MONTHS)


# Between two positions of a slider.
STEP = 0.01

# Kinds of linkage for which a lifetime is known.
LINKAGES = ("none", "within_issue", "all_or_nothing")


@dataclass(frozen=True)
class Slider:
    """The range of one parameter."""

    low: float
    high: float
    # Where it stands at first: the central value.
    value: float

    @property
    def range(self) -> tuple[float, float, float]:
        """Both ends, and the step between positions."""
        return self.low, self.high, STEP


@dataclass(frozen=True)
class Choices:
    """What there is to choose for an agreement."""

    # patience, hawks: Of the discount factor of a year, and of the weight of hawks.
    patience: Slider
    hawks: Slider
    # The step of the day of signing.
    dependence: int
    # theories, outside, linkages: Theories of what the text leaves out, instruments that it leaves out, kinds
    # of linkage.
    theories: tuple[str, ...]
    outside: tuple[str, ...]
    linkages: tuple[str, ...]
    # The agreement's own, or the nearest to it that is among these.
    linkage: str


# The name or the file of the agreement that the page begins with.
FIRST = ["2025-10-busan"]


def has_sliders(agreement: str) -> bool:
    """Return whether the dispute of an agreement has all sliders."""
    return {PATIENCE, HAWKS} <= Setting(agreement).scenario.quantities.keys()


def agreements() -> tuple[str, ...]:
    """Return the names of the agreements of disputes that have all sliders, that which begins before them.

    Examples
    --------
    >>> "2025-10-busan" in agreements(), "2024-10-vientiane" in agreements()
    (True, False)
    """
    return tuple(dict.fromkeys([*FIRST, *filter(has_sliders, truce_names())]))


def choices(agreement: str) -> Choices:
    """Return what there is to choose for an agreement.

    Examples
    --------
    >>> found = choices("2025-10-busan")
    >>> found.hawks.low, found.hawks.value, found.hawks.high, found.outside
    (0.5, 0.5, 0.5, ('USA chip_control', 'USA visa'))
    """
    first = Setting(agreement)
    world, text = first.scenario, first.text
    covered = text.covered()
    held = ((country, name) for country in world.countries for name in world.held(country))
    outside = tuple(f"{country} {name}" for country, name in held if (country, name) not in covered)
    kind = text.linkage.kind
    return Choices(
        _slider(world, PATIENCE),
        _slider(world, HAWKS),
        first.state.curb_dependence,
        tuple(theory.name for theory in theories()),
        outside,
        LINKAGES,
        kind if kind in LINKAGES else "all_or_nothing",
    )


def _slider(world: Scenario, name: str) -> Slider:
    quantity = world.quantities[name]
    return Slider(float(quantity.low), float(quantity.high), float(quantity.value))
