"""The probability that a part of a truce is kept: log-linear Weibull hazards under normal priors.

A part that is still kept after t years is broken at the rate k t^(k-1) exp(k b'x) per year. It is kept for t
years with probability exp(-(t exp(b'x))^k). The coefficients b and the shape k maximise the posterior
density, so that the priors shrink the effects of cells with few rows towards zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidOptions, UnknownName, shown
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.spells import Card, Spell, columns
from negotiation.truce_panel.tables import LEGS

YEAR = 365.25
MODELS = ("one rate", "coverage", "coverage by leg", "card")
# Chosen in decision 66 before any model was fitted.
HEADLINE = "coverage by leg"


def with_theory(theory: str) -> str:
    """Return the name of the headline model with a theory's shares."""
    return f"{HEADLINE} + {theory}"


class UnknownModel(UnknownName):
    """Raised if there is no model of this name."""

    noun = "model"


@dataclass(frozen=True)
class Keeping:
    """Fitted model of how long parts of truces are kept. Make one with `Panel.keeping`.

    Parameters
    ----------
    model : str
        Name of the model.
    centre, spread : array, shape (columns,)
        Mean and standard deviation of each column over the rows to which the model was fitted. The spread of
        a constant column is 1.
    coefficients : array, shape (1 + columns,)
        The intercept, then one coefficient per standardised column.
    shape : float
        Shape of the Weibull hazard. If it is below 1, the hazard falls with time.

    Notes
    -----
    A part is kept for t years with probability exp(-(t exp(b'x))^k), where k is the shape, b are the
    coefficients and x are the standardised columns. Shape and coefficients maximise the posterior density
    under normal priors.

    Examples
    --------
    >>> import negotiation as ng
    >>> [round(float(x), 2) for x in ng.panel().keeping("coverage").coefficients]
    [-1.77, -0.49]
    """

    model: str
    centre: FloatArray
    spread: FloatArray
    coefficients: FloatArray
    shape: float

    def kept(
        self, cards: Sequence[Card], days: FloatArray | Sequence[float], shares: FloatArray | None = None
    ) -> FloatArray:
        """Return the probability that each part is kept for given numbers of days.

        Parameters
        ----------
        cards : sequence of Card
            Cards of the parts, with everything that the model may use.
        days : sequence of float
            Numbers of days from signing.
        shares : array, shape (cards,), optional
            A theory's shares for the parts; needed if and only if the model was fitted with such shares.

        Returns
        -------
        array, shape (cards, days)
            Probabilities, which fall as the days increase.

        Raises
        ------
        InvalidOptions
            If `shares` is missing for a model with a theory's shares, has another length than `cards`, or is
            given for a model without them.

        Examples
        --------
        >>> import negotiation as ng
        >>> from negotiation.truce_panel.spells import cards_of
        >>> found = ng.panel()
        >>> found.keeping().kept(cards_of(found.tables)[:1], [90, 365]).round(2).tolist()
        [[0.92, 0.78]]
        """
        x = design(self.model, cards)
        wanted = (len(cards),) if len(self.centre) > x.shape[1] else None
        if wanted != (None if shares is None else np.shape(shares)):
            must = f"have shape {wanted}, one number for each card, for" if wanted else "be left out for"
            raise InvalidOptions(f"`shares` must {must} this model; got {shown(shares)}")
        x = (_with_shares(x, shares) - self.centre) / self.spread
        rate = np.exp(self.coefficients[0] + x @ self.coefficients[1:])
        years = np.asarray(days, dtype=np.float64) / YEAR
        chances: FloatArray = np.exp(-((rate[:, None] * years) ** self.shape))
        return chances


def design(model: str, cards: Sequence[Card]) -> FloatArray:
    """Return the columns of a model, shape (cards, columns)."""
    UnknownModel.unless_in(model, MODELS)
    covered = np.array([[card.covered] for card in cards], dtype=np.float64).reshape(len(cards), 1)
    legs = np.array([[card.leg == leg for leg in LEGS] for card in cards], dtype=np.float64)
    legs = legs.reshape(len(cards), len(LEGS))
    blocks = [covered, np.hstack([legs, covered * legs]), columns(tuple(cards))]
    # Each model has the columns of the one before it and one more block.
    return np.hstack([covered[:, :0], *blocks[: MODELS.index(model)]])


def _with_shares(x: FloatArray, shares: FloatArray | None) -> FloatArray:
    return x if shares is None else np.hstack([x, np.asarray(shares)[:, None]])


def keeping(model: str, spells: Sequence[Spell], shares: FloatArray | None = None) -> Keeping:
    """Return the model with the largest posterior density on spells, with a theory's shares if given.

    The coefficient of the shares is at most 0, so that a larger share never lowers the probability that a
    part is kept. Shapes: `shares` (spells,).
    """
    fitted = _fitted(model, spells, shares)
    if shares is not None and fitted.coefficients[-1] > 0.0:
        # In a column of zeros nothing varies, so that its coefficient is at the mode of its prior, 0.
        return _fitted(model, spells, np.zeros(len(spells)))
    return fitted


def _fitted(model: str, spells: Sequence[Spell], shares: FloatArray | None) -> Keeping:
    x = _with_shares(design(model, [spell.card for spell in spells]), shares)
    centre = x.mean(axis=0) if len(x) else np.zeros(x.shape[1])
    spread = x.std(axis=0) if len(x) else np.ones(x.shape[1])
    spread[spread == 0.0] = 1.0
    rows = np.hstack([np.ones((len(x), 1)), (x - centre) / spread])
    # A step on the day of signing counts as in the middle of that day, since the density at 0 may be
    # infinite.
    time = np.maximum([spell.days for spell in spells], 0.5) / YEAR
    event, weight = (
        np.array([float(getattr(spell, name)) for spell in spells]) for name in ("event", "weight")
    )
    deviations = np.array([NUMERICS.level_prior, *[NUMERICS.effect_prior] * x.shape[1], NUMERICS.shape_prior])

    def parts(theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return the shape, the cumulative hazard of each row, and the logarithm of this hazard."""
        k = float(np.exp(theta[-1]))
        log_hazard = k * (rows @ theta[:-1] + np.log(time))
        # The search may step far beyond what any row allows. The limit prevents overflow there.
        return k, np.exp(np.minimum(log_hazard, NUMERICS.largest_exponent)), log_hazard

    def missed(theta: FloatArray) -> tuple[float, FloatArray]:
        """Return minus the log posterior density, and its gradient."""
        k, hazard, log_hazard = parts(theta)
        log_density = weight @ (event * (theta[-1] + log_hazard - np.log(time)) - hazard)
        by_shape = weight @ (event * (1.0 + log_hazard) - log_hazard * hazard)
        slopes = np.append(rows.T @ (weight * k * (event - hazard)), by_shape)
        return float(0.5 * np.sum((theta / deviations) ** 2) - log_density), theta / deviations**2 - slopes

    def curvature(theta: FloatArray) -> FloatArray:
        """Return the Hessian of minus the log posterior density."""
        k, hazard, log_hazard = parts(theta)
        both = rows.T @ (weight * k * (hazard - event + log_hazard * hazard))
        last = weight @ (log_hazard * (hazard - event) + log_hazard**2 * hazard)
        solution = np.block([[(rows.T * (weight * k**2 * hazard)) @ rows, both[:, None]], [both, last]])
        return solution + np.diag(deviations**-2.0)

    begin: FloatArray = np.zeros(rows.shape[1] + 1)
    solution = minimize(
        missed, begin, jac=True, hess=curvature, method="trust-exact", options={"gtol": NUMERICS.least_slope}
    ).x
    return Keeping(model, centre, spread, solution[:-1], float(np.exp(solution[-1])))
