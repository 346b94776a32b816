"""Hashes of what a number depends on besides its cell: code, calibration, versions, inputs and seed.

Code means the package's modules below the lab, with the records that they read, and the measure: the texts of
its file and of the user's files that it imports. Versions are those of Python, of the numerical libraries, of
the installed packages that these files import, and of their dependencies. Inputs are the files and
environment variables that the experiment names. Other files that the package's own loaders read are recorded
while they are read (`reading.record`) and stored with the rows. If files do not determine what runs (a
function typed at a prompt or made by another function, a file edited since the process began), the measure
gets a unique hash: its numbers are stored and never reused. The calibration is hashed as it was loaded.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from uuid import uuid4

from negotiation.base.reading.hashes import canonical, digest, files_hash, installed_version
from negotiation.game_theory.games import StageGame
from negotiation.lab.experiment import Experiment, module_of
from negotiation.lab.inputs import PACKAGE as PACKAGE
from negotiation.lab.inputs import inputs_hash, is_fact
from negotiation.lab.scenarios import scenario_hash, world_of
from negotiation.lab.sources import edited_since_start, foreign_names, texts_below

# Modules on which no number depends: figures, tables, commands, and the lab except `WITHIN`.
ABOVE = ("lab", "report", "testing", "cli.py", "base/drawing.py", "base/labelled")

# What a measure is given: its values, its scenario and its random numbers.
WITHIN = ("lab/cell.py",)

# Change this when batches or rows are made differently: every number is then computed again.
LAYOUT = 1

# Libraries with which the modules below the lab compute, or read the input of computations.
LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "nashpy", "highspy", "python-flint", "pydantic")


@dataclass(frozen=True)
class Context:
    """Hashes of everything that a number depends on, besides its cell."""

    # Hash of the package's modules and records below the lab.
    code: str
    # Hash of the measure's file and of the user's files that it imports.
    experiment: str
    calibration: str
    # Hash of the versions of Python, of the numerical libraries and of what the measure's files import.
    versions: str
    # Hash of the files and environment variables that the experiment names.
    inputs: str
    seed: int
    layout: int = LAYOUT

    @property
    def id(self) -> str:
        """Hash of all parts."""
        return digest(canonical(asdict(self)))

    def differences(self, other: Mapping[str, object]) -> tuple[str, ...]:
        """Return the names of the parts that differ from the parts of another context."""
        return tuple(name for name, part in asdict(self).items() if part != other.get(name))


def context_of(experiment: Experiment) -> Context:
    """Return the hashes of everything that an experiment's numbers depend on, besides their cells."""
    return Context(
        code=package_hash(),
        experiment=measure_hash(experiment),
        calibration=calibration_hash(experiment),
        versions=digest(canonical(versions_of(experiment.function))),
        inputs=inputs_hash(experiment.inputs, experiment.environment),
        seed=experiment.seed,
    )


def measure_hash(experiment: Experiment) -> str:
    """Return the hash of the measure's files, or a unique one if they do not determine what runs."""
    if not experiment.is_importable() or edited_since_start(module_of(experiment)):
        return f"unlike any other: {uuid4().hex}"
    return function_hash(experiment.function)


def function_hash(function: Callable[..., object]) -> str:
    """Return the hash of a measure's name and of its files as they are on disk now."""
    texts = texts_below(sys.modules.get(function.__module__))
    return digest(canonical([texts, function.__qualname__]))


def package_files() -> list[Path]:
    """Return the files of the package on which numbers may depend, except the facts of disputes."""
    # In an order of their own, as a file system lists them in any. TOML and CSV are records; facts of
    # disputes are left out here, since a scenario's are hashed as they were loaded and others are seen when
    # read.
    paths = sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml"), *PACKAGE.rglob("*.csv")])
    places = [(path, path.relative_to(PACKAGE)) for path in paths]
    return [path for path, inside in places if counts(inside) and not is_fact(inside)]


def counts(inside: Path) -> bool:
    """Return whether numbers may depend on a file of the package, given its path in the package."""
    return not any(map(inside.is_relative_to, ABOVE)) or inside.as_posix() in WITHIN


@lru_cache(maxsize=1)
def package_hash() -> str:
    """Return the hash of the package's code and records, without docstrings and comments."""
    return files_hash(package_files(), PACKAGE)


def bytes_hash() -> str:
    """Return a quick hash of the bytes of `package_files`, to compare two machines."""
    return files_hash(package_files(), PACKAGE, Path.read_bytes)


def calibration_hash(experiment: Experiment) -> str:
    """Return the hash of the experiment's scenario and game."""
    world = "" if experiment.scenario is None else scenario_hash(world_of(experiment.scenario))
    game, stage = "", experiment.game
    if stage is not None:
        content = stage.payoffs.tobytes() + canonical([stage.players, stage.actions]).encode()
        game = digest(content + _beyond_floats(stage))
    return digest(canonical([world, game]))


def _beyond_floats(stage: StageGame) -> bytes:
    """Return the rational payoffs that floats do not represent exactly, with their positions."""
    if not stage.is_rational:
        return b""
    # Two games of other rationals may have the same floats, and other answers at a knife edge.
    pairs = zip(stage.given_payoffs().ravel().tolist(), stage.payoffs.ravel().tolist(), strict=True)
    # In hexadecimal digits: Python writes no long decimal ones.
    finer = [[k, f"{x.numerator:x}/{x.denominator:x}"] for k, (x, near) in enumerate(pairs) if x != near]
    return canonical(finer).encode() if finer else b""


def versions_of(function: Callable[..., object]) -> dict[str, str]:
    """Return the versions in `library_versions`, and of what a measure's files import, by name."""
    imported = foreign_names(sys.modules.get(function.__module__))
    return library_versions(installed_below(imported))


def library_versions(more: Iterable[str] = ()) -> dict[str, str]:
    """Return the versions of Python, the machine type, the numerical libraries and `more`, by name."""
    system = {"python": platform.python_version(), "machine": platform.machine()}
    names = [*LIBRARIES, *sorted(name for name in more if name not in system)]
    return system | {name: installed_version(name) for name in names}


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def installed_below(modules: Iterable[str]) -> frozenset[str]:
    """Return the names of the distributions of top-level modules and of their installed dependencies.

    Examples
    --------
    >>> sorted(installed_below(["pydantic"]) & {"pydantic", "pydantic-core"})
    ['pydantic', 'pydantic-core']
    """
    names = set(modules)
    if not names:
        return frozenset()
    homes = _homes()
    installed: set[str] = set()
    waiting = [_plain(home) for name in names for home in homes.get(name, ())]
    while waiting:
        name = waiting.pop()
        if name not in installed and installed_version(name) != "not installed":
            installed.add(name)
            waiting += _needed(name)
    return frozenset(installed)


# The distributions of each top-level name; namespaces have several.
_homes = lru_cache(maxsize=1)(packages_distributions)


@lru_cache(maxsize=256)
def _needed(name: str) -> tuple[str, ...]:
    """Return the names of the distributions that a distribution requires, without its extras."""
    names = []
    for text in requires(name) or ():
        needed, _, condition = text.partition(";")
        match = _NAME.match(needed.strip())
        if match and "extra" not in condition:
            names.append(_plain(match.group()))
    return tuple(names)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
