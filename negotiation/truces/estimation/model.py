"""What can be estimated: priors, and the density of each observation given those before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from negotiation.base.numeric import FloatArray
from negotiation.truces.estimation.priors import Prior


class RecordModel(Protocol):
    """A model of a sequence of observations with parameters that are not known."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def priors(self) -> Sequence[Prior]:
        """One a parameter."""

    @property
    def observations(self) -> Sequence[str]:
        """What each observation is called, in order."""

    def log_densities(self, parameters: FloatArray) -> FloatArray:
        """Return the log density of each observation, given all before it.

        Shapes: `parameters` (P, d); returns (P, T).
        """
