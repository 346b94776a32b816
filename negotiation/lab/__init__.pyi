"""The public names of the lab, each listed once, for lazy_loader and for type checkers."""

from . import space as space
from .cell import Cell as Cell
from .experiment import Experiment as Experiment
from .experiment import experiment_slugs as experiment_slugs
from .experiment import load_experiment as load_experiment
from .result import Sweep as Sweep
from .sensitivity import sobol_indices as sobol_indices
from .shares import share as share
from .storing.stored import stored as stored
from .sweep import run as run
from .sweep import store_path as store_path
