"""Experiments at scale that cannot lose work: a question, a space, a measure, and a store."""

from negotiation.lab import space
from negotiation.lab.cell import Cell
from negotiation.lab.experiment import Experiment, experiment_slugs, load_experiment
from negotiation.lab.result import Sweep
from negotiation.lab.sensitivity import sobol_indices
from negotiation.lab.shares import share
from negotiation.lab.stored import stored
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
