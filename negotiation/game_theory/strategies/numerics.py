"""The limits of strategies, in one place."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the size of an automaton, and the reasons for their sizes."""

    # Transitions, states times action profiles, that are written out: some hundred megabytes.
    most_transitions: int = 1_000_000


NUMERICS = Numerics()
