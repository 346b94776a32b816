"""Economic statecraft as games that are solved, certified and set beside the record.

The public names are loaded when they are first used, so that importing the package is quick and loads no
compiled kernel, no pandas and no matplotlib.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from negotiation.drawing import register_drawer

if TYPE_CHECKING:
    from negotiation import strategies
    from negotiation.errors import NegotiationError
    from negotiation.games import RepeatedGame, StageGame
    from negotiation.solvers.critical_discount_factor import critical_discount_factor
    from negotiation.solvers.minmax import minmax
    from negotiation.solvers.solve import solve
    from negotiation.solvers.value import value
    from negotiation.solvers.verify import verify
    from negotiation.strategies import Automaton
    from negotiation.truces import Agreement, Replay, replay, truce, truce_names
    from negotiation.world import Move, Postures, Scenario, State, apply_move, legality, load_scenario

__version__ = "0.1.0"

__all__ = [
    # games
    "RepeatedGame",
    "StageGame",
    # strategies
    "Automaton",
    "strategies",
    # solvers
    "critical_discount_factor",
    "minmax",
    "solve",
    "value",
    "verify",
    # the domain
    "Agreement",
    "Move",
    "Postures",
    "Replay",
    "Scenario",
    "State",
    "apply_move",
    "legality",
    "load_scenario",
    "replay",
    "truce",
    "truce_names",
    # errors
    "NegotiationError",
]

_HOMES = {
    "negotiation.errors": ("NegotiationError",),
    "negotiation.games": ("RepeatedGame", "StageGame"),
    "negotiation.solvers.critical_discount_factor": ("critical_discount_factor",),
    "negotiation.solvers.minmax": ("minmax",),
    "negotiation.solvers.solve": ("solve",),
    "negotiation.solvers.value": ("value",),
    "negotiation.solvers.verify": ("verify",),
    "negotiation.strategies": ("Automaton",),
    "negotiation.truces": ("Agreement", "Replay", "replay", "truce", "truce_names"),
    "negotiation.world": (
        "Move",
        "Postures",
        "Scenario",
        "State",
        "apply_move",
        "legality",
        "load_scenario",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

register_drawer("replay", "negotiation.report.figures:replay_figure")


def __getattr__(name: str) -> object:
    if name == "strategies":
        return import_module("negotiation.strategies")
    if name in _HOME_OF:
        found: object = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'negotiation' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
