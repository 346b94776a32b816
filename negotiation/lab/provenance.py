"""Provenance of numbers, stored with every artefact: commit, hashes, seed, versions, machine, command."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from negotiation._version import __version__
from negotiation.errors import printable
from negotiation.lab.experiment import Experiment
from negotiation.lab.fingerprint import PACKAGE, Context, versions_of
from negotiation.lab.scenarios import told

# From so many values on, a list is described by its length and ends.
LONG = 1_000


def provenance(experiment: Experiment, context: Context, *, workers: int, executor: str) -> dict[str, Any]:
    """Return what a reader needs to reproduce the numbers, by name, as values that JSON can hold."""
    commit, dirty = checkout()
    return {
        "experiment": experiment.slug,
        "question": experiment.question,
        "spec": experiment.spec_hash(),
        "space": shortened(experiment.space.describe()),
        "scenario": told(experiment.scenario),
        "context": context.id,
        "hashes": asdict(context),
        "seed": experiment.seed,
        "replications": experiment.replications,
        "negotiation": __version__,
        "commit": commit,
        "uncommitted changes": dirty,
        "versions": versions_of(experiment.function),
        "inputs": [printable(name) for name in (*experiment.inputs, *experiment.environment)],
        "axes": list(experiment.space.names),
        "blas": blas(),
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "workers": workers,
        "executor": executor,
        "command": _typed(),
        "started": now(),
    }


def _typed() -> str:
    """Return the command that started this process, with bytes that are not UTF-8 escaped."""
    typed = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return typed.encode("utf-8", "backslashreplace").decode()


def shortened(description: Any) -> Any:
    """Return a space's description, in which lists longer than `LONG` are replaced by length and ends.

    Examples
    --------
    >>> shortened({"kind": "Grid", "axes": {"x": list(range(5_000)), "y": [1, 2]}})["axes"]
    {'x': {'values': 5000, 'first': 0, 'last': 4999}, 'y': [1, 2]}
    """
    if isinstance(description, dict):
        return {name: shortened(value) for name, value in description.items()}
    if isinstance(description, (list, tuple)):
        if len(description) > LONG:
            return {"values": len(description), "first": description[0], "last": description[-1]}
        return [shortened(value) for value in description]
    return description


def now() -> str:
    """Return the current time in UTC as ISO 8601 text, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@lru_cache(maxsize=1)
def checkout() -> tuple[str | None, bool | None]:
    """Return the commit of the package's checkout, and whether there are uncommitted changes.

    Both are None if the package is installed outside a checkout, or there is no Git. Each is also
    None if Git fails to tell it.
    """
    git = shutil.which("git")
    if git is None or not (PACKAGE.parent / ".git").exists():
        return None, None

    def asked(*arguments: str) -> str | None:
        """Return the output of a Git command, or None if it fails."""
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [git, "-C", str(PACKAGE.parent), *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout.strip() if done.returncode == 0 else None

    commit, status = asked("rev-parse", "HEAD"), asked("status", "--porcelain")
    return commit, None if status is None else bool(status)


def blas() -> str:
    """Return the name and version of the BLAS library of NumPy, or "unknown"."""
    try:
        config: Any = np.show_config(mode="dicts")
        library = config["Build Dependencies"]["blas"]
        return f"{library['name']} {library['version']}"
    except (KeyError, TypeError):
        return "unknown"


def cpu() -> str:
    """Return the processor's name."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
