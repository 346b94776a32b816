"""Random and low-discrepancy designs: draws, Sobol sequences, Saltelli's scheme.

Longer draws and Sobol sequences begin with the same points as shorter ones. Saltelli (2002, 2010) arranges a
Sobol sequence so that variance-based indices can be computed from it. SALib, an optional dependency, makes
the arrangement and computes the indices.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from sys import float_info
from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.names import names_given
from negotiation.disputes import Scenario
from negotiation.disputes.loading import MAIN
from negotiation.errors import MissingPackage
from negotiation.lab.axes import Space
from negotiation.lab.cell import Value, Whole
from negotiation.lab.scenarios import world_of

Ranges = Mapping[str, tuple[float, float]]
Dispute = Scenario | str | Path


class Design(Space):
    """Space of points in a box of ranges: base class of the designs."""

    ranges: Ranges = Field(min_length=1, description="low and high by name, in its unit")
    count: Whole = Field(
        gt=0, le=10**12, description="number of points; for Saltelli's scheme the base number"
    )
    seed: Whole = Field(0, ge=0, description="seed of the design, apart from the experiment's")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name, (low, high) in self.ranges.items():
            if not (np.isfinite([low, high]).all() and low <= high):
                raise ValueError(
                    f"the range of {name!r} must be two finite numbers with low <= high; got {low}, {high}"
                )
            if not np.isfinite(high - low):
                raise ValueError(
                    f"the range of {name!r} may be at most {float_info.max:.1e} wide, the largest float; got "
                    f"{low}, {high}"
                )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the ranges."""
        return tuple(self.ranges)

    def __len__(self) -> int:
        return self.count

    @abstractmethod
    def points(self) -> FloatArray:
        """Return the points in the unit cube, shape (cells, names)."""

    def each(self) -> Iterator[dict[str, Value]]:
        """Yield the points in the box of the ranges, in order.

        Yields
        ------
        dict from str to float
            The coordinates of one point by name, in the units of the ranges.
        """
        for row in self.scaled():
            yield dict(zip(self.ranges, row.tolist(), strict=True))

    def scaled(self) -> FloatArray:
        """Return the points, scaled from the unit cube to the box of the ranges.

        Returns
        -------
        array, shape (cells, names)
            One row per cell and one column per name, in the units of the ranges.

        Raises
        ------
        MissingPackage
            If this is a Saltelli design, and SALib is not installed.
        """
        low, high = np.array(list(self.ranges.values()), dtype=np.float64).T
        points: FloatArray = low + self.points() * (high - low)
        return points


class Draws(Design):
    """Independent uniform draws from a box of ranges.

    Examples
    --------
    >>> box = {"gain": (0.0, 2.0), "stake": (1.0, 3.0)}
    >>> [round(cell["gain"], 3) for cell in draws(3, box, seed=1).cells()]
    [1.024, 0.288, 0.624]
    """

    def points(self) -> FloatArray:
        """Return the draws in the unit cube.

        Returns
        -------
        array, shape (count, k)
            One row per draw and one column for each of the k ranges. A longer sequence begins with the same
            draws.
        """
        return np.random.default_rng(self.seed).random((self.count, len(self.ranges)))


class Sobol(Design):
    """First points of a scrambled Sobol sequence in a box of ranges.

    The points are best balanced if their number is a power of two.

    Examples
    --------
    >>> box = {"gain": (0.0, 2.0), "stake": (1.0, 3.0)}
    >>> [round(cell["gain"], 3) for cell in sobol(4, box, seed=1).cells()]
    [0.572, 1.164, 1.676, 0.087]
    """

    def points(self) -> FloatArray:
        """Return the points in the unit cube.

        Returns
        -------
        array, shape (count, k)
            One row per point and one column for each of the k ranges. A longer sequence begins with the same
            points.
        """
        from scipy.stats import qmc

        rng = np.random.default_rng(self.seed)
        # Drawn as a power of two, of which the first are taken: SciPy warns of other counts.
        power = int(np.ceil(np.log2(self.count)))
        points: FloatArray = qmc.Sobol(len(self.ranges), rng=rng).random_base2(power)[: self.count]
        return points


class Saltelli(Design):
    """Saltelli's scheme in a box of ranges, for first-order and total Sobol indices.

    With base number `count` and k ranges, the design has ``count * (k + 2)`` cells.

    Examples
    --------
    >>> box = {"gain": (0.0, 2.0), "stake": (1.0, 3.0)}
    >>> len(saltelli(4, box))
    16
    """

    @model_validator(mode="after")
    def _power(self) -> Self:
        if self.count & (self.count - 1):
            raise ValueError(f"`count` must be a power of two for Saltelli's scheme; got {self.count}")
        return self

    def __len__(self) -> int:
        return self.count * (len(self.ranges) + 2)

    def problem(self) -> dict[str, object]:
        """Return the description of the scheme that SALib expects, over the unit cube.

        Returns
        -------
        dict
            The keys are `num_vars` (number of ranges), `names` and `bounds` (0 and 1 for each name).

        Examples
        --------
        >>> box = {"gain": (0.0, 2.0), "stake": (1.0, 3.0)}
        >>> saltelli(4, box).problem()["names"]
        ['gain', 'stake']
        """
        names = list(self.ranges)
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def points(self) -> FloatArray:
        """Return the points of the scheme in the unit cube. SALib computes them.

        Returns
        -------
        array, shape (count * (k + 2), k)
            One row per point and one column for each of the k ranges.

        Raises
        ------
        MissingPackage
            If SALib is not installed.
        """
        sample = salib("sample.sobol")
        points: FloatArray = sample.sample(
            self.problem(), self.count, calc_second_order=False, seed=self.seed
        )
        return points


def salib(module: str) -> Any:
    """Return a module of SALib, or raise `MissingPackage`."""
    from importlib import import_module

    try:
        return import_module(f"SALib.{module}")
    except ImportError:
        raise MissingPackage(
            "Saltelli designs and Sobol indices need SALib, which is not installed. Run `pip install SALib`, "
            "or in a checkout `pip install '.[sensitivity]'`"
        ) from None


def parameter_ranges(names: Iterable[str] | None = None, scenario: Dispute = MAIN) -> Ranges:
    """Return the ranges of a scenario's parameters.

    Parameters
    ----------
    names : str or iterable of str, optional
        Names of parameters and facts; by default all that have a range.
    scenario : Scenario, str or Path, default "us-china-2025"
        A scenario, its name or its folder.

    Returns
    -------
    dict from str to (low, high)
        Low and high end by name, in the parameter's unit. The designs accept this form.

    Raises
    ------
    InvalidOptions
        If `names` is neither a text nor an iterable.
    UnknownParameter
        If a name is not a parameter or fact of the scenario.
    UnknownScenario
        If there is no scenario of this name.
    InvalidFile
        If the folder of the scenario does not exist or has a faulty file.

    Examples
    --------
    >>> parameter_ranges(["discount_factor_annual"])
    {'discount_factor_annual': (0.8, 0.97)}
    """
    world = world_of(scenario)
    quantities = world.quantities
    given = names_given(names)
    chosen = [n for n, q in quantities.items() if q.low < q.high] if given is None else given
    for name in chosen:
        world.parameters[name]
    return {name: (quantities[name].low, quantities[name].high) for name in chosen}


def draws(count: int, ranges: Ranges | None = None, *, seed: int = 0, scenario: Dispute = MAIN) -> Draws:
    """Return the space of independent uniform draws from ranges.

    Parameters
    ----------
    count : int
        Number of points.
    ranges : mapping from str to (low, high), optional
        Low and high end by name; by default the ranges of the scenario, as in `parameter_ranges`.
    seed : int, default 0
        Seed. The same seed gives the same points to the bit.
    scenario : Scenario, str or Path, default "us-china-2025"
        A scenario, its name or its folder; used only if no ranges are given.

    Returns
    -------
    Draws
        A space of `count` cells. A longer sequence begins with the same cells.

    Raises
    ------
    InvalidExperiment
        If `count` is not a whole number from 1 to 10**12, `seed` is not a whole number of at least 0, a name
        is empty or not a text, or a range is not a finite pair with low <= high.
    UnknownScenario
        If no ranges are given, and there is no scenario of this name.
    InvalidFile
        If no ranges are given, and the folder of the scenario does not exist or has a faulty file.

    Examples
    --------
    >>> small, large = draws(2, seed=1), draws(5, seed=1)
    >>> small.cells() == large.cells()[:2]
    True
    """
    return Draws(ranges=ranges or parameter_ranges(scenario=scenario), count=count, seed=seed)


def sobol(count: int, ranges: Ranges, *, seed: int = 0) -> Sobol:
    """Return the space of the first points of a scrambled Sobol sequence in a box.

    Parameters
    ----------
    count : int
        Number of points, preferably a power of two.
    ranges : mapping from str to (low, high)
        Low and high end by name.
    seed : int, default 0
        Seed. The same seed gives the same points to the bit.

    Returns
    -------
    Sobol
        A space of `count` cells. A longer sequence begins with the same cells.

    Raises
    ------
    InvalidExperiment
        If `count` is not a whole number from 1 to 10**12, `seed` is not a whole number of at least 0, there
        are no ranges, a name is empty or not a text, or a range is not a finite pair with low <= high.

    Examples
    --------
    >>> sobol(3, {"x": (0, 1), "y": (5, 6)}).cells() == sobol(8, {"x": (0, 1), "y": (5, 6)}).cells()[:3]
    True
    """
    return Sobol(ranges=ranges, count=count, seed=seed)


def saltelli(count: int, ranges: Ranges, *, seed: int = 0) -> Saltelli:
    """Return Saltelli's scheme in a box, for variance-based sensitivity with `sobol_indices`.

    Parameters
    ----------
    count : int
        Base number of points, a power of two.
    ranges : mapping from str to (low, high)
        Low and high end by name.
    seed : int, default 0
        Seed. The same seed gives the same points to the bit.

    Returns
    -------
    Saltelli
        A space of ``count * (k + 2)`` cells for k ranges.

    Raises
    ------
    InvalidExperiment
        If `count` is not a power of two up to 10**12, `seed` is not a whole number of at least 0, there are
        no ranges, a name is empty or not a text, or a range is not a finite pair with low <= high.

    References
    ----------
    Saltelli (2002), Computer Physics Communications 145. Saltelli et al. (2010), Computer Physics
    Communications 181.

    Examples
    --------
    >>> len(saltelli(8, {"x": (0, 1), "y": (0, 1)}))
    32
    """
    return Saltelli(ranges=ranges, count=count, seed=seed)
