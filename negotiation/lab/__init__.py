"""Experiments at scale that cannot lose work: a question, a space, a measure, and a store.

Public: the names in `__all__`. Everything else may change, and so may the form of a store:
read one with `stored`.

Names are loaded when they are first used: a worker process needs neither the store nor the statistics.
"""

from typing import TYPE_CHECKING

import lazy_loader  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from negotiation.lab import space as space
    from negotiation.lab.cell import Cell as Cell
    from negotiation.lab.experiment import Experiment as Experiment
    from negotiation.lab.experiment import experiment_slugs as experiment_slugs
    from negotiation.lab.experiment import load_experiment as load_experiment
    from negotiation.lab.result import Sweep as Sweep
    from negotiation.lab.sensitivity import sobol_indices as sobol_indices
    from negotiation.lab.shares import share as share
    from negotiation.lab.storing.stored import stored as stored
    from negotiation.lab.sweep import run as run
    from negotiation.lab.sweep import store_path as store_path

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    ["space"],
    {
        "cell": ["Cell"],
        "experiment": ["Experiment", "experiment_slugs", "load_experiment"],
        "result": ["Sweep"],
        "sensitivity": ["sobol_indices"],
        "shares": ["share"],
        "storing.stored": ["stored"],
        "sweep": ["run", "store_path"],
    },
)
