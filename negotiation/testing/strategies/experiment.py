"""Random experiments: small spaces of plain values and a measure that every worker finds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from negotiation.lab import Experiment, space
from negotiation.lab.axes import Space
from negotiation.lab.cell import Cell


def numbers_of(cell: Cell) -> dict[str, Any]:
    """Return what drawn experiments measure: the sum of a cell's numbers, and a random number of the cell."""
    total = sum(value for value in cell.values() if isinstance(value, (int, float)))
    return {"total": float(total), "noise": float(cell.rng.random())}


def spaces() -> st.SearchStrategy[Space]:
    """Return the strategy for experimental spaces: a grid of one or two names, or a list of its cells.

    Returns
    -------
    SearchStrategy
        Spaces of type `Space`.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(spaces(), lambda space: len(space) > 1).cells()
    [{'x0': 0}, {'x0': 1}]
    """
    value = st.one_of(st.integers(0, 9), st.sampled_from((0.5, -1.5)), st.sampled_from(("low", "high")))
    names = st.integers(1, 2).map(lambda n: [f"x{k}" for k in range(n)])
    axis = st.lists(value, min_size=1, max_size=3, unique=True)
    grids = names.flatmap(
        lambda drawn: st.tuples(*(axis for _ in drawn)).map(
            lambda values: space.grid(dict(zip(drawn, values, strict=True)))
        )
    )
    return st.one_of(grids, grids.map(lambda grid: space.listed(grid.cells())))


def experiments() -> st.SearchStrategy[Experiment]:
    """Return the strategy for experiments that run quickly.

    Returns
    -------
    SearchStrategy
        Experiments of type `Experiment`.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(experiments(), lambda experiment: experiment.n_cells > 1).n_cells
    2
    """
    return st.builds(
        Experiment,
        slug=st.sampled_from(("drawn", "another")),
        question=st.just("What is drawn?"),
        space=spaces(),
        measure=st.just(numbers_of),
        seed=st.integers(0, 99),
        replications=st.integers(1, 2),
        batch=st.integers(1, 4),
    )
