"""A seeded fault: one place, and the suites that ought to find it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A textual change of one place of the package, and where it ought to be found."""

    name: str
    file: str
    old: str
    new: str
    suites: tuple[str, ...]
