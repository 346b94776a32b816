"""Priors: the range of a parameter before the record is read.

The sampler works on the whole real line: a parameter at share s of its range (of the logarithms, where the
scale is logarithmic) has the coordinate whose normal distribution function is s, so that coordinates are
standard normal under the prior.

A file of priors is a list of tables `[[prior]]`, each with the parameter's name, the ends of its range, and
their source. A learned prior also has a middle and a spread, in the coordinates above.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtr, ndtri

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.models import FileModel, load_toml
from negotiation.disputes.quantity import Quantity
from negotiation.errors import CannotWrite, InvalidNumber, InvalidOptions, NegotiationError

SCALES = ("linear", "log")


@dataclass(frozen=True)
class Prior:
    """Uniform prior of a parameter, or of its logarithm.

    Parameters
    ----------
    name : str
        Name of the parameter.
    low, high : float
        Ends of the range, in the parameter's unit; `low` < `high`.
    scale : {"linear", "log"}, default "linear"
        Whether the parameter or its logarithm is uniform. Use "log" for rates and precisions.
    source : str, default ""
        Source of the range.

    Raises
    ------
    InvalidNumber
        If the ends are not finite or not in order, or a logarithmic range is not above zero.
    InvalidOptions
        If there is no such scale.

    Examples
    --------
    >>> round(Prior("move_rate", 0.5, 50.0, "log").at(0.5), 9)
    5.0
    """

    name: str
    low: float
    high: float
    scale: str = "linear"
    source: str = ""

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise InvalidOptions(
                f"{self.name}: `scale` is {self.scale!r}; allowed: {', '.join(map(repr, SCALES))}"
            )
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise InvalidNumber(
                f"{self.name}: `low` is {self.low} and `high` is {self.high}; expected two finite numbers, "
                "`low` below `high`"
            )
        if self.scale == "log" and self.low <= 0:
            raise InvalidNumber(
                f"{self.name}: `low` is {self.low}; with the scale 'log' it must be above zero"
            )

    @classmethod
    def of(cls, name: str, quantity: Quantity) -> Prior:
        """Return the prior of a number of a calibration: uniform on its range.

        Parameters
        ----------
        name : str
            Name of the parameter.
        quantity : Quantity
            The number, with its range and source.

        Returns
        -------
        Prior
            A prior that is uniform from the low to the high end of the range.

        Raises
        ------
        InvalidNumber
            If the range is a single point.
        """
        return cls(name, quantity.low, quantity.high, source=quantity.source or "assumption")

    def at(self, share: float | FloatArray) -> float | FloatArray:
        """Return the parameter value below which a share of the prior lies.

        Parameters
        ----------
        share : float or array
            From 0 to 1.

        Returns
        -------
        float or array
            In the parameter's unit, with the shape of `share`.
        """
        if self.scale == "log":
            value = np.exp(log(self.low) + np.asarray(share) * log(self.high / self.low))
        else:
            value = self.low + np.asarray(share) * (self.high - self.low)
        clipped = np.clip(value, self.low, self.high)  # rounding must not leave the range
        return float(clipped) if clipped.ndim == 0 else clipped

    def share(self, value: float | FloatArray) -> FloatArray:
        """Return the position of a value in the range, as a share.

        Parameters
        ----------
        value : float or array
            In the parameter's unit.

        Returns
        -------
        array
            From 0 to 1 within the range, with the shape of `value`.
        """
        number = np.asarray(value, dtype=np.float64)
        if self.scale == "log":
            return np.asarray(np.log(number / self.low) / log(self.high / self.low))
        return np.asarray((number - self.low) / (self.high - self.low))


@dataclass(frozen=True)
class LearnedPrior(Prior):
    """Normal prior on the coordinate of a parameter, learned from other data.

    The coordinate of a parameter at share s of its range is the standard normal quantile of s, so it is
    standard normal under a uniform prior.

    Parameters
    ----------
    name, low, high, scale, source
        As for `Prior`.
    middle : float, default 0
        Mean of the coordinate.
    spread : float, default 1
        Standard deviation of the coordinate.

    Raises
    ------
    InvalidNumber
        If `middle` is not finite, `spread` is not positive and finite, or as for `Prior`.
    InvalidOptions
        If there is no such scale.

    Examples
    --------
    >>> known = LearnedPrior("move_rate", 0.5, 50.0, "log", middle=0.0, spread=0.5)
    >>> round(known.at(0.5), 9), round(known.at(0.05), 2), round(Prior("x", 0.5, 50.0, "log").at(0.05), 2)
    (5.0, 1.29, 0.63)
    """

    middle: float = 0.0
    spread: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (np.isfinite([self.middle, self.spread]).all() and self.spread > 0):
            raise InvalidNumber(
                f"{self.name}: `middle` is {self.middle} and `spread` is {self.spread}; expected two finite "
                "numbers, `spread` above zero"
            )

    def at(self, share: float | FloatArray) -> float | FloatArray:
        """Return the parameter value below which a share of the prior lies.

        Parameters
        ----------
        share : float or array
            From 0 to 1.

        Returns
        -------
        float or array
            In the parameter's unit, with the shape of `share`.
        """
        return super().at(ndtr(self.middle + self.spread * ndtri(np.asarray(share))))


def parameters_at(priors: Sequence[Prior], coordinates: FloatArray) -> FloatArray:
    """Return the parameters at coordinates on the real line, in their own units.

    Shapes: `coordinates` (P, d) for P particles and d priors; returns (P, d).
    """
    # Standard normal coordinates under every prior, so that steps need no bounds and know no units.
    columns = [prior.at(ndtr(coordinates[:, k])) for k, prior in enumerate(priors)]
    return np.stack([np.asarray(column) for column in columns], axis=1)


class _Row(FileModel):
    """One prior in a file."""

    name: str = Field(min_length=1, description="the parameter")
    low: float = Field(allow_inf_nan=False, description="the lower end of its range")
    high: float = Field(allow_inf_nan=False, description="the upper end of its range")
    scale: Literal["linear", "log"] = Field(
        "linear", description=("whether the number or its logarithm is uniform")
    )
    source: str = Field(min_length=1, description="source of the range; assumption if it has none")
    middle: float | None = Field(None, allow_inf_nan=False, description="mean of its coordinate, if learned")
    spread: float | None = Field(None, allow_inf_nan=False, description="its standard deviation, if learned")

    @property
    def prior(self) -> Prior:
        """The prior that the table describes."""
        if self.middle is None or self.spread is None:
            return Prior(self.name, self.low, self.high, self.scale, self.source)
        return LearnedPrior(
            self.name, self.low, self.high, self.scale, self.source, self.middle, self.spread
        )  # fmt: skip

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.middle is None) != (self.spread is None):
            raise ValueError(f"{self.name}: only one of `middle` and `spread` is given; add the other one")
        try:
            _ = self.prior
        except NegotiationError as error:
            raise ValueError(str(error)) from None
        return self


class _File(FileModel):
    """All priors of a file, each parameter once."""

    prior: list[_Row] = Field(min_length=1, description="tables [[prior]]")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [row.name for row in self.prior]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"prior: more than one prior is given for {', '.join(twice)}; give each parameter one prior"
            )
        return self


def read_priors(path: str | Path) -> tuple[Prior, ...]:
    """Return the priors of a file."""
    return tuple(row.prior for row in load_toml(path, _File).prior)


def write_priors(path: str | Path, priors: Iterable[Prior]) -> None:
    """Write priors, such as `Posterior.as_priors` returns, to a file that `read_priors` reads."""
    tables = []
    for prior in priors:
        lines = ["[[prior]]", f"name = {_text(prior.name)}", f"low = {prior.low!r}", f"high = {prior.high!r}"]
        lines += [f"scale = {_text(prior.scale)}", f"source = {_text(prior.source or 'assumption')}"]
        if isinstance(prior, LearnedPrior):
            lines += [f"middle = {prior.middle!r}", f"spread = {prior.spread!r}"]
        tables.append("\n".join(lines) + "\n")
    try:
        Path(path).write_text("\n".join(tables), encoding="utf-8")
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def _text(words: str) -> str:
    """Return a text as a TOML string on one line, which has the form of a JSON string."""
    return json.dumps(words, ensure_ascii=False)
