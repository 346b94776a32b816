"""Size limit of computations on automata."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The largest size that computations on automata accept."""

    # Most transitions (states times action profiles) that are stored: hundreds of megabytes.
    transitions: int = 1_000_000


NUMERICS = Numerics()
