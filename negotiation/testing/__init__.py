"""Property-based tests of game rules: the generators, contracts and rule machine that the project uses.

`strategies` has Hypothesis strategies, `contracts` the checks of a solver, instrument, strategy, agreement or
scenario of your own, and `GameMachine` plays the whole game by its rules. Hypothesis is needed here and
nowhere else in the package; nothing else in the package imports this.

Public: these three names and what `strategies` and `contracts` list. The rest may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from negotiation.testing.hypothesis_needed import require_hypothesis

require_hypothesis()

if TYPE_CHECKING:
    from negotiation.testing import contracts, strategies
    from negotiation.testing.machine import GameMachine

__all__ = ["GameMachine", "contracts", "strategies"]


def __getattr__(name: str) -> object:
    if name == "GameMachine":
        from negotiation.testing.machine import GameMachine

        return GameMachine
    if name in ("contracts", "strategies"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no {name!r}; there are {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__]
