"""The spaces of a sweep under one name: `ng.space.grid`, `ng.space.draws` and so on."""

from negotiation.lab.axes import Space, grid, linspace, listed, product
from negotiation.lab.designs import draws, parameter_ranges, saltelli, sobol

__all__ = [
    "Space",
    "draws",
    "grid",
    "linspace",
    "listed",
    "parameter_ranges",
    "product",
    "saltelli",
    "sobol",
]
