"""Tools for property-based tests: Hypothesis strategies, contracts for extensions, and a rule machine.

`strategies` generates games and disputes, `contracts` checks your own solvers, instruments, strategies,
agreements and scenarios, and `GameMachine` plays a whole dispute by its rules. This namespace requires
Hypothesis.

Public: these three names, and those that `strategies` and `contracts` list. The rest may change.
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
