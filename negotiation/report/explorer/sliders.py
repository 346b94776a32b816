"""What the explorer's sliders range over, by agreement: from the calibration, its ranges and the text."""

from __future__ import annotations

from dataclasses import dataclass

from negotiation.disputes import Scenario
from negotiation.report.explorer.setting import HAWKS, PATIENCE, Setting
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.theories import theories

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
    (0.2, 0.5, 0.8, ('USA chip_control', 'USA visa'))
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
