"""Maximum likelihood estimates of the parameters of a game in continuous time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.reading.numbers import expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidNumber, UnknownParameter
from negotiation.game_theory.solutions.continuous_equilibrium import ContinuousEquilibrium


class Optimum(NamedTuple):
    """The end of a climb of the likelihood from one start."""

    estimate: Mapping[str, float]
    log_likelihood: float
    # How the equilibrium was found at the start whose branch was followed.
    branch: str
    # Empty at a maximum; otherwise why it is not one.
    reason: str


@dataclass(frozen=True, eq=False)
class Fit(Tabular):
    """Maximum likelihood estimates of the parameters of a game in continuous time.

    Parameters
    ----------
    estimate : mapping from str to float
        Parameter values, by name, at the highest maximum that was found or, if there is none, at the highest
        point.
    standard_errors : mapping from str to float
        Standard errors from the inverse of the observed information. NaN for parameters in a direction
        without a maximum or without information.
    cluster_errors : mapping from str to float
        Standard errors from the sandwich estimator by cluster, which allow paths of a cluster to be similar
        in ways that the game does not model. NaN where `standard_errors` is, and unless there are more
        clusters than parameters.
    covariance : array, shape (P, P)
        Inverse of the observed information, with the P parameters in the order of `estimate`. NaN where
        `standard_errors` is.
    log_likelihood : float
        Log likelihood at the estimate.
    equilibrium : ContinuousEquilibrium or None
        Equilibrium at the estimate, which has passed the independent check; `None` if it did not pass.
    branch : str
        How the equilibrium at the start was found, on whose branch the estimate lies.
    optima : tuple of Optimum
        The distinct points at which climbs ended: first maxima and then others, by descending likelihood.
        Each has `.estimate`, `.log_likelihood`, `.branch` and, if it is not a maximum, a `.reason`.
    clusters : int
        Number of clusters in the data.
    status : {"complete", "partial"}
        `complete`: the estimate is a maximum on its branch, to 1e-7 of a standard error, around which the
        likelihood falls as the standard errors predict. It is not proven that no other start leads higher.
        `partial`: no maximum was found, there is next to no information in some direction, another climb
        ended higher without a maximum, or the equilibrium has not passed the check. `reason` says which.
    method, reason : str
        The method, and further findings or why the answer is partial.

    Examples
    --------
    >>> import negotiation as ng
    >>> def market(rate):
    ...     maker = ng.DecisionMaker(0, rate, [[(0, 0.0, "sale")]], precision=1.0)
    ...     return ng.ContinuousTimeGame([[0.0]], [maker], 0.5)
    >>> sales = ng.EventPath("0", [(0.5, "sale"), (1.0, "sale"), (3.0, "sale"), (3.5, "sale")], years=4.0)
    >>> found = ng.fit(market, sales, start={"rate": 3.0})
    >>> round(found.estimate["rate"], 6), round(found.standard_errors["rate"], 6)
    (1.0, 0.5)
    >>> [round(end, 3) for end in found.interval("rate")]
    [0.31, 2.323]
    """

    estimate: Mapping[str, float]
    standard_errors: Mapping[str, float]
    cluster_errors: Mapping[str, float]
    covariance: FloatArray
    log_likelihood: float
    equilibrium: ContinuousEquilibrium | None
    branch: str
    optima: tuple[Optimum, ...]
    clusters: int
    status: Status
    method: str
    reason: str
    _profile: Callable[[str, float], tuple[float, float]]

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Return a confidence interval from the profile likelihood.

        Parameters
        ----------
        name : str
            Name of the parameter.
        level : float, optional
            Confidence level, between 0 and 1; 0.95 by default.

        Returns
        -------
        tuple of float
            Lower and upper end: the values at which twice the log likelihood, maximised over the other
            parameters, has fallen by the `level` quantile of the chi-squared distribution with one degree of
            freedom.
            An end is infinite if the log likelihood does not fall so far before parameters become invalid or
            the branch of the equilibrium ends.

        Raises
        ------
        UnknownParameter
            If there is no parameter with this name.
        InvalidNumber
            If the level is not between 0 and 1, or the parameter has no standard error.
        """
        UnknownParameter.unless_in(name, self.estimate)
        expect_level(level)
        if not np.isfinite(self.standard_errors[name]):
            raise InvalidNumber(f"{name} has no standard error, and so no interval: {self.reason}")
        return self._profile(name, level)

    def table(self) -> Table:
        """Return a table by parameter: estimate, errors, z test and normal 95 percent interval."""
        full = self._numbers()
        # z and its p-value are rounded to three digits.
        rows = tuple((*row[:3], *(_short(x) for x in row[3:5]), *row[5:]) for row in full.rows)
        return Table(full.title, full.columns, rows)

    def _numbers(self) -> Table:
        columns = ("parameter", "estimate", "error", "z", "P>|z|", "0.025", "0.975", "clustered")
        wide, rows = float(ndtri(0.975)), []
        for name, value in self.estimate.items():
            error = self.standard_errors[name]
            z = value / error if error > 0.0 else np.nan
            tail = 2.0 * float(ndtr(-abs(z)))
            ends = (value - wide * error, value + wide * error)
            cells = (value, error, z, tail, *ends, self.cluster_errors[name])
            rows.append((name, *(float(x) if np.isfinite(x) else None for x in cells)))
        title = (
            f"maximum likelihood: {self.status} ({self.reason}); log likelihood {self.log_likelihood:.8g}, "
            f"{self.clusters} clusters"
        )
        return Table(title, columns, tuple(rows))


def expect_level(level: float) -> None:
    """Raise `InvalidNumber` for a level that is not between 0 and 1."""
    if not 0.0 < expect_number("`level`", level) < 1.0:
        raise InvalidNumber(f"`level` must lie strictly between 0 and 1, such as 0.95; got {level!r}")


def _short(cell: object) -> object:
    return round(cell, 3) if isinstance(cell, float) else cell
