"""The limit of what is computed on automata."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """A size at which computations stop."""

    # Most transitions, states times action profiles, that are written out: hundreds of megabytes.
    transitions: int = 1_000_000


NUMERICS = Numerics()
