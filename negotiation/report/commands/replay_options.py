"""The options of the command `replay`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReplayOptions:
    """Options of the command `replay`, as typed.

    Parameters
    ----------
    truces : tuple of str
        Names of agreements, or paths of their files.
    scenario : str or None
        Name, or path of a folder; the dispute of the first truce if not given.
    out : Path
        Folder for tables and figures.
    draws, seed : int
        Behind the shares.
    predict : bool
        Also score baselines, theories and claims, and look ahead, with few draws.
    full : bool
        Also the same with all draws, over the whole record, what parts of theories add, and moving states.
    verbose : bool
        Print the details.
    fresh : bool
        Compute anew what is kept.
    """

    truces: tuple[str, ...]
    scenario: str | None = None
    out: Path = Path("results")
    draws: int = 256
    seed: int = 0
    predict: bool = False
    full: bool = False
    verbose: bool = False
    fresh: bool = False
