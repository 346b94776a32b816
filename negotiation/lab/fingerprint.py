"""What a number depends on besides its cell: code, calibration, versions and seed, each as a hash.

Code is the package's modules below the lab, with what they read (records), and the measure: the texts of its
file and of the user's files that it imports. Where files do not say what runs (a function typed at a prompt
or made by another one, a file edited since the process began), the measure is like no other: its numbers are
kept and never used again. The calibration is hashed as it was loaded.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from uuid import uuid4

import negotiation
from negotiation.lab.cell import canonical, digest
from negotiation.lab.experiment import Experiment, module_of
from negotiation.lab.sources import edited_since_start, texts_below, tree_text
from negotiation.world import Scenario, load_scenario

PACKAGE = Path(negotiation.__file__).parent
ABOVE = ("lab", "report", "testing", "cli.py", "drawing.py", "labelled.py")
"""What no number depends on: figures, tables, commands, and the lab, whose own part is `LAYOUT`."""

CALIBRATED = ("calibrations", "countries")
LAYOUT = 1
"""Changed when seeds or identities of cells are made in another way: then every number is computed anew."""

LIBRARIES = ("numpy", "scipy", "numba", "nashpy", "highspy", "python-flint")


@dataclass(frozen=True)
class Context:
    """The hashes that a number depends on, besides its cell.

    Parameters
    ----------
    code : str
        Of the package's modules and records below the lab.
    experiment : str
        Of the measure's file and of the user's files that it imports.
    calibration : str
        Of the scenario or game.
    versions : str
        Of Python's and the numerical libraries' versions.
    seed : int
        The experiment's.
    layout : int
        `LAYOUT`.
    """

    code: str
    experiment: str
    calibration: str
    versions: str
    seed: int
    layout: int = LAYOUT

    @property
    def id(self) -> str:
        """Hash of all of them."""
        return digest(canonical(asdict(self)))

    def differences(self, other: Context) -> tuple[str, ...]:
        """Return the names of what differs."""
        mine, theirs = asdict(self), asdict(other)
        return tuple(name for name in mine if mine[name] != theirs[name])


def context_of(experiment: Experiment) -> Context:
    """Return what the experiment's numbers depend on besides their cells."""
    return Context(
        code=package_hash(),
        experiment=measure_hash(experiment),
        calibration=calibration_hash(experiment),
        versions=digest(canonical(library_versions())),
        seed=experiment.seed,
    )


def measure_hash(experiment: Experiment) -> str:
    """Return the hash of the measure's files, or one that never comes again if they do not say what runs."""
    if not experiment.is_importable() or edited_since_start(module_of(experiment)):
        return f"unlike any other: {uuid4().hex}"
    return files_hash(experiment.function)


def files_hash(function: Callable[..., object]) -> str:
    """Return the hash of a measure's name and of the texts of its files, as they are on disk now."""
    texts = texts_below(sys.modules.get(function.__module__))
    return digest(canonical([texts, function.__qualname__]))


def package_files() -> list[Path]:
    """Return the files of the package on which numbers may depend, calibrations apart."""
    found = []
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml"), *PACKAGE.rglob("*.csv")]):
        parts = path.relative_to(PACKAGE).parts
        if parts[0] not in ABOVE and not set(parts) & set(CALIBRATED):
            found.append(path)
    return found


@lru_cache(maxsize=1)
def package_hash() -> str:
    """Return the hash of the package's code and records, docstrings and comments left out."""
    total = sha256()
    for path in package_files():
        total.update(path.relative_to(PACKAGE).as_posix().encode())
        text = path.read_text(encoding="utf-8")
        total.update((tree_text(text) if path.suffix == ".py" else text).encode())
    return total.hexdigest()[:32]


def bytes_hash() -> str:
    """Return a quick hash of the same files, byte for byte: whether they are the same on two machines."""
    total = sha256()
    for path in package_files():
        total.update(path.read_bytes())
    return total.hexdigest()[:32]


def calibration_hash(experiment: Experiment) -> str:
    """Return the hash of the experiment's scenario and game."""
    game = "" if experiment.game is None else _game_hash(experiment)
    world = "" if experiment.scenario is None else scenario_hash(load_scenario(experiment.scenario))
    return digest(canonical([world, game]))


def scenario_hash(scenario: Scenario) -> str:
    """Return the hash of a scenario's facts, parameters, laws and levels."""
    countries = {code: country.model_dump(mode="json") for code, country in scenario.facts.items()}
    return digest(canonical([scenario.calibration.model_dump(mode="json"), countries]))


def _game_hash(experiment: Experiment) -> str:
    stage = experiment.game
    assert stage is not None  # noqa: S101 - asked for only where there is one
    return digest(stage.payoffs.tobytes() + canonical([stage.players, stage.actions]).encode())


def library_versions() -> dict[str, str]:
    """Return the versions on which the last bits of a number may depend."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
