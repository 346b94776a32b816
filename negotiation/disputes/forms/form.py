"""The class `Form`: an equation for the payoffs of levels, and the roles of its parameters.

A form refers to no country and no instrument. An instrument's file names the form and the parameter of each
role, and `Binding` joins the two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from negotiation.base.numeric import FloatArray
from negotiation.disputes.domains import ANY, NOT_NEGATIVE, POSITIVE, POSITIVE_SHARE, SHARE, Domain
from negotiation.disputes.instrument import Effects, Level
from negotiation.disputes.payoffs import control_gain
from negotiation.disputes.trade.table import Market

Feature: TypeAlias = Literal["dependence", "stocks", "threshold", "fee", "trade"]

# The role of the days since a step, in the forms whose payoffs depend on them.
HORIZON = "horizon"

# The role of the exponent of harm in dependence; needed where `dependence` is named, and only there.
CONVEXITY = "convexity"


@dataclass(frozen=True)
class Role:
    """The role of a parameter in a form.

    Examples
    --------
    >>> Role("harm", "percent of the other side's GDP").domain.allowed
    'any number'
    """

    name: str
    # Description of the parameter, with its unit.
    meaning: str
    domain: Domain = ANY
    # Whether an instrument may leave it out.
    optional: bool = False
    # Name of the parameter if none is given, such as "{holder}.gdp".
    default: str | None = None
    # Whether its name may hold {level}: each level then has an effect of its own.
    by_level: bool = False
    # The role without which this one is not read, if any.
    beside: str | None = None


class Case(Protocol):
    """The input of a form: the levels of one holder, and numbers by role."""

    @property
    def levels(self) -> tuple[Level, ...]:
        """The holder's levels, calmest first."""

    @property
    def base(self) -> int:
        """Position of the base level, relative to which payoffs count; only past levels are calmer."""

    @property
    def strength(self) -> FloatArray:
        """The strength of each level: 0 for the base, 1 for the reference."""

    @property
    def reference(self) -> int:
        """Position of the reference level."""

    @property
    def roles(self) -> Collection[str]:
        """The roles that the instrument fills."""

    @property
    def market(self) -> Market:
        """World trade; only for a form that takes "trade"."""

    @property
    def dependence(self) -> float | None:
        """The other side's share of dependence; None if the instrument names no component of the state."""

    @property
    def stocks_last(self) -> bool:
        """Whether stocks replace what a level withholds."""

    def value(self, role: str) -> float:
        """Return the value of the parameter in a role."""

    def effect(self, role: str) -> FloatArray:
        """Return the effect of a role at each level: a parameter by level, or one times the strengths."""

    def scaled_harm(self, greatest: float) -> float:
        """Return the harm at the current dependence and stocks.

        `greatest` is the harm without stocks at the share of dependence at which it is stated, which is full
        dependence unless the instrument names another share.
        """


@dataclass(frozen=True)
class Form:
    """An equation for the payoffs of an instrument's levels.

    Examples
    --------
    >>> from negotiation.disputes.forms.discovery import forms
    >>> forms()["fee"].roles[0].name
    'revenue'
    """

    # Name in instruments' files, which is also the name of the module.
    name: str
    # Use of the form, in a phrase.
    summary: str
    roles: tuple[Role, ...]
    # From a `Case` to `Effects`: payoffs of all levels to the holder and to the other side, in percent of
    # GDP.
    effects: Callable[[Case], Effects]
    # "dependence" and "stocks" if they may scale its harm, "threshold" if a level may be a rule, "fee" if
    # licences of a level may be sold, and "trade" if it reads the trade table of the dispute.
    takes: tuple[Feature, ...] = ()
    # Whether its levels have a strength.
    graded: bool = True
    # Whether every level needs a value.
    measured: bool = False
    # The measure of these values, one of `domains.MEASURES`, if the equation reads them.
    values: str | None = None
    # From a `Case` to strengths, if they follow from the levels' values.
    strength: Callable[[Case], FloatArray] | None = None
    # From the roles that an instrument fills to their faults together.
    check: Callable[[Collection[str]], Iterator[str]] | None = None
    # From a `Case` to the rate that is best for the holder, a fraction; for tariffs.
    best_rate: Callable[[Case], float] | None = None
    # From cases with the same levels to the effects of each, if computing many at once is faster.
    effects_of_many: Callable[[Sequence[Case]], list[Effects]] | None = None

    @property
    def by_name(self) -> Mapping[str, Role]:
        """Its roles by name."""
        return {role.name: role for role in self.roles}


GDP = Role("gdp", "GDP of the holder, USD bn a year", POSITIVE, default="{holder}.gdp")
OTHER_GDP = Role("other_gdp", "GDP of the other side, USD bn a year", POSITIVE, default="{other}.gdp")
HARM_EXPONENT = Role(CONVEXITY, "exponent of harm in dependence; 1 is linear", optional=True)
# The roles of an ownership rule; needed where a level has a `threshold`, and only there.
RULE = (
    Role("restructured_share", "q_full, share of majority-held affiliates sold down in the end", SHARE, True),
    Role("restructuring_half_life", "T_half, days until half of them are", POSITIVE, True),
    Role(HORIZON, "T, days after the rule took effect", NOT_NEGATIVE, True),
    Role(
        "restructuring_cost", "c, percent of the other side's GDP if all were sold down", NOT_NEGATIVE, True
    ),
)

# The role of a fee; needed where a level has a `fee`, and only there.
FEE_BORNE = Role("fee_borne", "mu, share of a fee for licences that falls on the buyers", SHARE, True)

SECURITY_KEPT = Role(
    "security_kept", "rho, worth of each further unit of x as a share of the one before; 1 is linear",
    POSITIVE_SHARE, optional=True,
)  # fmt: skip


# The role of k, which stands in place of sigma.
SECURITY_RATIO = "security_ratio"

SECURITY = (
    Role("security_weight", "theta, weight of security against business", SHARE),
    Role("security_value", "sigma, percent of GDP at x = 1", optional=True),
    Role(SECURITY_RATIO, "ratio k of the worth of the first unit to the business it costs", optional=True),
)


def security_gain(case: Case, x: FloatArray, business: float) -> FloatArray:
    """Return the holder's payoff from a denial of strengths x: weighted security less lost business.

    `business` is b, the business lost at x = 1, and theta is the weight of security. If the role
    `security_value` is given, the payoff is theta s(x) - (1 - theta) b x. If the ratio k is given instead, it
    is 2 [theta k b s(x) / s(1) - (1 - theta) b x]. At theta = 1/2 this is b [k s(x) / s(1) - x], so that lost
    business counts in full. The payoff is in percent of GDP and has the shape of `x`.
    """
    # Without the role `security_kept`, s(x) is linear.
    kept = case.value(SECURITY_KEPT.name) if SECURITY_KEPT.name in case.roles else 1.0
    weight = case.value("security_weight")
    if SECURITY_RATIO not in case.roles:
        return control_gain(x, weight, case.value("security_value"), business, kept)
    return 2.0 * control_gain(x, weight, case.value(SECURITY_RATIO) * business, business, kept)


def whole_security(roles: Collection[str]) -> Iterator[str]:
    """Yield a fault unless the worth of security is given in exactly one way."""
    if len({"security_value", SECURITY_RATIO} & set(roles)) != 1:
        yield f"give either `security_value` or `{SECURITY_RATIO}`"
