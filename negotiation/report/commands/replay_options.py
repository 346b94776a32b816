"""The options of the command `replay`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReplayOptions:
    """Options of the command `replay`, as typed."""

    # Names of agreements, or paths of their files.
    truces: tuple[str, ...]
    # Name, or path of a folder; the dispute of the first truce if not given.
    scenario: str | None = None
    out: Path = Path("results")
    draws: int = 256
    seed: int = 0
    # Also score baselines, theories and claims, and look ahead, with few draws.
    predict: bool = False
    # Also the same with all draws, over the whole record, what parts of theories add, and moving states.
    full: bool = False
    verbose: bool = False
    fresh: bool = False
    # Day as of which the dispute is known, and parameters that are set.
    as_of: str | None = None
    settings: tuple[str, ...] = ()
