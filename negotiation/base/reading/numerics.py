"""The limits of files that are read. The limits of games are in `game_theory/games/numerics.py`."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of files of facts, records or settings."""

    # Bytes of a file: the longest of the package has 61 thousand.
    most_bytes: int = 1 << 20
    # Tables, lists and values in a file, counted together: ten times those of the longest of the package. A
    # model may find ten faults in each, of about a kilobyte while they are sorted out: 300 MB.
    most_values: int = 30_000
    # Tables and lists inside one another: records need five, and Python's own stack ends at about 200.
    most_depth: int = 32
    # Parts of a dotted key: the reader of TOML keeps every beginning of it, so its cost is their square.
    most_key_parts: int = 16
    # Characters of one part of a key: names have up to forty.
    longest_key: int = 200
    # Characters of a number: a double needs 24, and Python reads whole numbers of up to 4,300 digits.
    longest_number: int = 100
    # Faults of a file that are shown; the others are counted.
    most_shown_faults: int = 20
    # Faults after which no more are looked for: a file with so many is of another kind altogether.
    most_counted_faults: int = 1000


NUMERICS = Numerics()
