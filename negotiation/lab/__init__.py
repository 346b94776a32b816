"""Experiments at scale that cannot lose work: a question, a space, a measure, and a store.

Public: the names in `__all__`. Everything else may change, and so may the form of a store:
read one with `stored`.

Names are loaded when they are first used: a worker process needs neither the store nor the statistics.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from negotiation.lab import space
    from negotiation.lab.cell import Cell
    from negotiation.lab.experiment import Experiment, experiment_slugs, load_experiment
    from negotiation.lab.result import Sweep
    from negotiation.lab.sensitivity import sobol_indices
    from negotiation.lab.shares import share
    from negotiation.lab.storing.stored import stored
    from negotiation.lab.sweep import run, store_path

__all__ = [
    "Cell",
    "Experiment",
    "Sweep",
    "experiment_slugs",
    "load_experiment",
    "run",
    "share",
    "sobol_indices",
    "space",
    "store_path",
    "stored",
]

_HOMES = {
    "cell": ("Cell",),
    "experiment": ("Experiment", "experiment_slugs", "load_experiment"),
    "result": ("Sweep",),
    "sensitivity": ("sobol_indices",),
    "shares": ("share",),
    "storing.stored": ("stored",),
    "sweep": ("run", "store_path"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name == "space":
        return import_module("negotiation.lab.space")
    if name in _HOME_OF:
        value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
