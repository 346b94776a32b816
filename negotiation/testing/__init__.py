"""Property-based tests of game rules: the generators, contracts and rule machine that the project uses.

`strategies` has Hypothesis strategies, `contracts` the checks of a solver, instrument, strategy, agreement or
scenario of your own, and `GameMachine` plays the whole game by its rules. Hypothesis is needed here and
nowhere else in the package; nothing else in the package imports this.

Public: these three names and what `strategies` and `contracts` list. The rest may change.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

import lazy_loader  # type: ignore[import-untyped]

from negotiation.errors import MissingPackage

if find_spec("hypothesis") is None:
    raise MissingPackage(
        "negotiation.testing needs the package hypothesis, which is not installed; install it with "
        "`pip install hypothesis`, or from a checkout `pip install '.[dev]'`"
    )

if TYPE_CHECKING:
    from negotiation.testing import contracts as contracts
    from negotiation.testing import strategies as strategies
    from negotiation.testing.machine import GameMachine as GameMachine

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, ["contracts", "strategies"], {"machine": ["GameMachine"]}
)
