"""Restraint under a threat whose harm begins only after some time: a control against a curb with cover.

A control gains its user (the *target* of the threat) g per period and costs the other side (the *user* of the
threat) c. A curb costs its user kappa per period and harms the target by h per period once T periods of cover
are used up. Cover falls by one with the curb on, and rises by one, up to T, with the curb off. Restraint on
both is a subgame perfect path from full cover, for a common discount factor, iff M = delta c / ((1 - delta)
kappa) >= 1 and delta^(T+1) X h >= g, with C_(T+1) = 1, x_t = min(1, (M - 1) / (delta C_(t+1))), C_t = 1 +
delta x_t C_(t+1) and X = x_1 ... x_T. `kernels/frontier.py` has the computation for different discount
factors, and the proofs are in `docs/theory/threats-that-run-out.md`. Cost: O(T^2).

As periods get short, with cover of T days and horizons of H_U days for the target and H_C days for the user,
the largest gain that is deterred tends to h exp(-T/H_U - (kappa/c - 1) max(0, T - tau)/H_C). Here tau, the
days of cover up to which the target's patience alone decides, is the larger of -H_C ln(1 - c/kappa), the days
for which the user can bear its curb, and H_U ln(1 + (H_C/H_U) c/(kappa - c)). The two are equal for equal
horizons, and infinite for c >= kappa. For H_U > H_C the formula is exact if 2 H_C/H_U + kappa/c > 2 or T <=
tau; otherwise it is a lower bound.

A second case has no cover (`restraint_thresholds`). Each of two players has one weapon. Using the weapon
gives its user a gain (a cost if negative) and harms the other player, and payoffs add up. Restraint of both
for ever is a subgame perfect path iff the common discount factor is at least the larger of two thresholds,
where g_i is the gain of player i from its weapon and h_i is the harm that i suffers from the other's weapon:

    g_i > 0:                g_i / h_i             i is tempted, and must fear the other's weapon;
    g_i <= 0 and g_j > 0:   -g_i / (h_i - g_i)    i must be willing to punish at a cost;
    g_1, g_2 <= 0:          0                     nobody is tempted.

A threshold of 1 or more means that no discount factor suffices. With one tempted player, the punishment by a
reluctant player is sustained as in Abreu (1988): a player who does not punish faces the other's weapon for
ever. Cost: a few operations per case, on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, log
from typing import Literal, NamedTuple, TypedDict, Unpack, overload

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, FloatArray, Number, as_fraction, is_exact, read_only
from negotiation.base.reading.numbers import expect_count, expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidDiscountFactor, InvalidGame, NegotiationError, shown
from negotiation.game_theory.games import StochasticGame, check_discount_factor
from negotiation.game_theory.games.catalogue.dynamic_games import threats_that_run_out
from negotiation.game_theory.solvers.closed_forms.kernels.frontier import (
    Frontier,
    StockGame,
    fill,
    fill_largest_gains,
    largest_gains,
)
from negotiation.game_theory.solvers.closed_forms.numerics import NUMERICS
from negotiation.game_theory.strategies.automaton import OTHERWISE, Lottery
from negotiation.game_theory.strategies.state_automaton import StateAutomaton, StateKey

# By cover, for each memory of the curb from 1 on the lottery over the next memories; memory 0 is calm.
Renewals = list[list[dict[int, Number]]]


class _Numbers(NamedTuple):
    gain: Number
    loss: Number
    harm: Number
    cost: Number
    cover: int
    # Of the target and of the user.
    discount_factors: tuple[Number, Number]


class _Time(TypedDict, total=False):
    discount_factors: Number | Sequence[Number] | None
    horizons: float | Sequence[float] | None
    period: float | None


@dataclass(frozen=True, eq=False)
class Restraint(Tabular, Drawable):
    """Whether the threat of a curb keeps both sides at restraint, in periods of positive length.

    Parameters
    ----------
    holds : bool or None
        Whether restraint on control and curb is a subgame perfect path from full cover; `None` if no theorem
        decides.
    bounds : tuple of two numbers
        A gain that is certainly deterred, and a gain above which nothing is deterred, in payoffs of one
        period. They are equal unless the status is `partial`.
    binding : {"target", "user"} or None
        Whether the target's patience, or the cost that the user is willing to bear, limits the largest gain
        that is deterred; `None` if that is not decided.
    lottery : tuple of numbers, or None
        By remaining cover, from 0 up, the probability that the curb continues after a period of the curb in
        which the target complied. After a departure of the target the curb continues with certainty. `None`
        if `holds` is not true, or no such strategy keeps restraint.
    numbers : tuple
        The arguments: gain, loss, harm, cost, cover and the discount factors of target and user.
    status : {"complete", "partial"}
        `partial` if the bounds differ: the cover is at least two periods, the user cannot bear T + 1 periods
        of the curb, and the target is so much more patient that delta_U^2 (M - 1) > delta_C^2 M. Here T is
        the cover, delta_U and delta_C are the discount factors of target and user, and M is delta_C / (1 -
        delta_C) times the loss divided by the cost.
    method : str
        The theorem or computation that decides, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> from fractions import Fraction
    >>> found = ng.restraint(gain=Fraction(1, 2), loss=Fraction(5, 8), harm=1, cost=1, cover=1,
    ...                      discount_factors=Fraction(4, 5))
    >>> found.holds, found.threshold, found.lottery
    (True, {'target': Fraction(16, 25), 'user': Fraction(16, 25)}, (Fraction(5, 9), Fraction(5, 9)))
    >>> ng.verify(found.game, found.strategy, exact=True).holds
    True
    """

    _figure = "restraint:restraint_figure"

    holds: bool | None
    bounds: tuple[Number, Number]
    binding: Literal["target", "user"] | None
    lottery: tuple[Number, ...] | None
    numbers: _Numbers
    status: Status
    method: str

    @property
    def threshold(self) -> dict[str, Number]:
        """Largest gain that is deterred, by side.

        The entry "target" is the limit set by the target's patience alone. The entry "user" is the gain that
        is certainly deterred given both this limit and the cost that the user is willing to bear.
        """
        n = self.numbers
        return {
            "target": n.discount_factors[0] ** (n.cover + 1) * n.harm,
            "user": self.bounds[0],
        }

    @cached_property
    def game(self) -> StochasticGame:
        """The stochastic game, with one state for each number of periods of cover left."""
        return threats_that_run_out(*self.numbers)

    @cached_property
    def strategy(self) -> StateAutomaton | None:
        """An equilibrium with restraint on its path, in rational numbers.

        `verify` with `exact=True` certifies it. `None` if restraint fails or is not decided, or if the exact
        values of float arguments lie just beyond the threshold.
        """
        renewals = _renewals(_rational(self.numbers)) if self.holds else None
        return None if renewals is None else _automaton(renewals)

    def table(self) -> Table:
        """Return a table with one row for each side: the largest gain deterred, and whether it binds."""
        return _by_side(self)


@dataclass(frozen=True, eq=False)
class RestraintInDays(Tabular):
    """Whether the threat of a curb keeps both sides at restraint, in the limit of short periods.

    Parameters
    ----------
    holds : bool or None
        Whether the gain is deterred in games with ever shorter periods; `None` if no theorem decides.
    bounds : tuple of two floats
        Limits of the gain that is certainly deterred, and of the gain above which nothing is deterred, in
        payoffs of one period.
    binding : {"target", "user"} or None
        Whether the target's patience, or the cost that the user is willing to bear, limits the largest gain
        that is deterred; `None` if that is not decided.
    longest_cover : float or None
        Days of cover up to which the gain is certainly deterred; `None` if the gain exceeds the harm.
    harm : float
        Harm of a period of the curb without cover, as given.
    cover : float
        Cover in days.
    horizons : tuple of two floats
        Horizons H of the target and the user in days: the discount factor per day is exp(-1/H).
    status : {"complete", "partial"}
        `partial` if the bounds differ: the target's horizon H_U is so much longer than the user's horizon H_C
        that 2 H_C/H_U + kappa/c <= 2, and the cover exceeds H_U ln(1 + (H_C/H_U) c/(kappa - c)) days. Here
        kappa is the cost of the curb and c the loss, with kappa > c.

    Examples
    --------
    >>> answer = restraint(gain=0.1, loss=0.6, harm=1, cost=1, cover=60, horizons=45)
    >>> answer.binding, round(answer.longest_cover, 1)
    ('user', 78.7)
    """

    holds: bool | None
    bounds: tuple[float, float]
    binding: Literal["target", "user"] | None
    longest_cover: float | None
    harm: float
    cover: float
    horizons: tuple[float, float]
    status: Status

    @property
    def threshold(self) -> dict[str, float]:
        """Largest gain that is deterred, by side.

        The entry "target" is the limit set by the target's patience alone. The entry "user" is the gain that
        is certainly deterred given both this limit and the cost that the user is willing to bear.
        """
        return {"target": self.harm * exp(-self.cover / self.horizons[0]), "user": self.bounds[0]}

    def table(self) -> Table:
        """Return a table with one row for each side: the largest gain deterred, and whether it binds."""
        return _by_side(self)


def _by_side(answer: Restraint | RestraintInDays) -> Table:
    verdict = {True: "is kept", False: "fails", None: "is not decided"}[answer.holds]
    heads, rows = ["side", "largest gain deterred"], [list(each) for each in answer.threshold.items()]
    if answer.status == "partial":
        # For the user's side only a lower and an upper bound are proven.
        heads.append("none above")
        rows = [[*row, most] for row, most in zip(rows, (rows[0][1], answer.bounds[1]), strict=True)]
    cells = tuple((*row, row[0] == answer.binding) for row in rows)
    return Table(f"restraint {verdict}", (*heads, "binds"), cells)


@overload
def restraint(
    *,
    gain: Number,
    loss: Number,
    harm: Number,
    cost: Number,
    cover: int,
    discount_factors: Number | Sequence[Number],
) -> Restraint: ...


@overload
def restraint(
    *,
    gain: Number,
    loss: Number,
    harm: Number,
    cost: Number,
    cover: float,
    horizons: float | Sequence[float],
    period: None = None,
) -> RestraintInDays: ...


@overload
def restraint(
    *,
    gain: Number,
    loss: Number,
    harm: Number,
    cost: Number,
    cover: float,
    horizons: float | Sequence[float],
    period: float,
) -> Restraint: ...


def restraint(
    *, gain: Number, loss: Number, harm: Number, cost: Number, cover: float, **time: Unpack[_Time]
) -> Restraint | RestraintInDays:
    """Return whether the threat of a curb keeps two sides at restraint.

    One side, the target of the threat, can use a control, which benefits it at a cost to the other side.
    The other side, the user of the threat, can answer with a curb, which harms the target only after its
    cover is used up.

    Parameters
    ----------
    gain, loss : float or Fraction
        Gain of the target from a period of the control, and its cost to the user of the threat; positive.
    harm, cost : float or Fraction
        Harm to the target from a period of the curb once its cover is used up, positive, and the cost of the
        curb to its user, not negative.
    cover : int or float
        Time for which the target is covered against the curb: with discount factors, a number of periods from
        0 to 60; with horizons, a number of days.
    **time
        Either `discount_factors`, or `horizons` and optionally `period`.

        discount_factors : float or Fraction, or two of them
            Discount factors per period, in (0, 1): one for both sides, or one for the target and one for the
            user.
        horizons : float, or two of them
            Horizons H in days, positive: the discount factor per day is exp(-1/H). One for both sides, or one
            for the target and one for the user.
        period : float, optional
            Length of a period in days, which is the lag of reaction; the cover is a whole number of periods.
            By default the limit of short periods is computed. Requires `horizons`.

    Returns
    -------
    Restraint or RestraintInDays
        The answer, with `.holds`, `.threshold` and `.binding`. `Restraint`, for periods of positive length,
        also has `.lottery` and `.strategy`, and its numbers are rational if the arguments are.
        `RestraintInDays`, for the limit of short periods, also has `.longest_cover`.

    Raises
    ------
    InvalidGame
        If a payoff, the cover or the period is out of range, the cover is not a whole number of periods, or
        `period` is given without `horizons`.
    SizeLimit
        If the cover is longer than 60 periods.
    InvalidDiscountFactor
        If a discount factor is not strictly between 0 and 1, a horizon is not positive, not exactly one of
        `discount_factors` and `horizons` is given, or one of them has more or fewer than two entries.

    Notes
    -----
    Strategies use public lotteries; given their outcome, nobody mixes. If the target is no more patient than
    the user, mixing does not deter larger gains. The theorems are proved in
    `docs/theory/threats-that-run-out.md`.

    Examples
    --------
    Cover of two periods, and a curb that is costly for its user. At the common discount factor 0.8 the
    target's patience alone would let the threat deter gains of up to 0.512 of the harm. With the user's cost
    the limit is 0.391:

    >>> print(restraint(gain=0.2, loss=0.525, harm=1, cost=1, cover=2, discount_factors=0.8))
    restraint is kept
    side    largest gain deterred  binds
    target                  0.512  no
    user                 0.391111  yes

    Cover of sixty days, horizons of ninety days, and sides that can react at once:

    >>> restraint(gain=0.2, loss=0.525, harm=1, cost=1, cover=60, horizons=90, period=None).binding
    'target'
    """
    unknown = time.keys() - _Time.__annotations__
    if unknown:
        raise TypeError(f"restraint() got an unexpected keyword argument {min(unknown)!r}")
    factors, horizons, period = (time.get(name) for name in ("discount_factors", "horizons", "period"))
    if (factors is None) == (horizons is None):
        raise InvalidDiscountFactor(
            "`restraint` needs either `discount_factors` of a period or `horizons` in days, and got "
            f"{'neither' if factors is None else 'both'}: give one of them"
        )
    if horizons is None:
        if period is not None:
            raise InvalidGame(
                f"`period` applies only to `horizons` in days, but got {shown(period)} with discount "
                "factors; leave it out, or give horizons"
            )
        return _in_periods(_checked(gain, loss, harm, cost, cover, factors))
    days = _expect_days("cover", cover, InvalidGame, least_allowed=True)
    target, user = (
        _expect_days("horizons", each, InvalidDiscountFactor) for each in _pair(horizons, "horizons")
    )
    if period is None:
        return _in_short_periods(_checked(gain, loss, harm, cost, 0, 0.5), days, (target, user))
    length = _expect_days("period", period, InvalidGame)
    periods = round(days / length)
    if abs(periods * length - days) > KNIFE_EDGE * days:
        below = days // length * length
        raise InvalidGame(
            f"`cover` must be a multiple of `period`; got cover={shown(cover)} and period={shown(period)}, "
            f"in days: give a cover of {below:.15g} or {below + length:.15g}, or leave `period` out for the "
            "limit of short periods"
        )
    named = "exp(-period/horizon), which follows from `period` and `horizons`,"
    factors = [check_discount_factor(exp(-length / horizon), named) for horizon in (target, user)]
    return _in_periods(_checked(gain, loss, harm, cost, periods, factors))


def _expect_days(
    name: str, given: object, error: type[NegotiationError], *, least_allowed: bool = False
) -> float:
    days = expect_number(f"`{name}`", given, error)
    if not (0 < days < inf or (least_allowed and days == 0)):
        least = "not negative" if least_allowed else "positive"
        raise error(f"`{name}` must be in days, finite and {least}; got {shown(given)}")
    return days


def _in_short_periods(n: _Numbers, cover: float, horizons: tuple[float, float]) -> RestraintInDays:
    gain, loss, harm, cost = map(float, n[:4])
    deterred = short_period_gains(loss=loss, harm=harm, cost=cost, cover=cover, horizons=horizons)
    least, most = map(float, deterred)
    near = 1 + KNIFE_EDGE
    holds = True if gain <= least * near else None if gain <= most * near else False
    status: Status = "complete" if least == most else "partial"
    free, strain = (float(each) for each in _strain(loss, cost, *horizons))
    binding: Literal["target", "user"] | None = None
    if cover <= free or status == "complete":
        binding = "target" if cover <= free else "user"
    longest = None
    if gain <= harm:
        # Up to `free` days the exponent falls by 1/H_U a day, and from then on faster.
        patience, slope = log(harm / gain), 1 / horizons[0] + strain / horizons[1]
        longest = min(patience * horizons[0], free)
        longest += max(0.0, patience - longest / horizons[0]) / slope
    return RestraintInDays(holds, (least, most), binding, longest, harm, cover, horizons, status)


def short_period_gains(
    *,
    loss: npt.ArrayLike,
    harm: npt.ArrayLike,
    cost: npt.ArrayLike,
    cover: npt.ArrayLike,
    horizons: tuple[npt.ArrayLike, npt.ArrayLike],
) -> FloatArray:
    """Return the largest gains that threats deter in the limit of short periods, shape (2, ...).

    The first entry is a gain that is certainly deterred, the second a gain above which nothing is deterred,
    both in payoffs of one period, as are `loss`, `harm` and `cost`. Cover and the horizons of target and user
    are in days. All arguments broadcast to one shape (...).

    Examples
    --------
    >>> short_period_gains(loss=0.5, harm=1, cost=1, cover=[0, 30, 60], horizons=(45, 45)).round(3).tolist()
    [[1.0, 0.513, 0.139], [1.0, 0.513, 0.139]]
    """
    target, user = (np.asarray(each, dtype=np.float64) for each in horizons)
    days = np.asarray(cover, dtype=np.float64)
    free, strain = _strain(loss, cost, target, user)
    always = np.asarray(harm) * np.exp(-days / target)
    # The strain may be infinite, so it is set to 0 unless the cover exceeds `free`.
    least = always * np.exp(-np.where(days > free, strain, 0.0) * np.maximum(days - free, 0.0) / user)
    exact = (target <= user) | (2 * user / target + strain > 1)
    gains: FloatArray = np.stack(np.broadcast_arrays(least, np.where(exact, least, always)))
    return gains


def _strain(
    loss: npt.ArrayLike, cost: npt.ArrayLike, target: npt.ArrayLike, user: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the days of cover up to which patience alone decides, and the larger of kappa/c - 1 and 0."""
    c, kappa, own, other = (np.asarray(each, dtype=np.float64) for each in (loss, cost, target, user))
    strained = kappa > c
    with np.errstate(divide="ignore", invalid="ignore"):
        # -H_C ln(1 - c/kappa), and its counterpart for different horizons.
        borne = other * np.log1p(c / (kappa - c))
        pausing = own * np.log1p(other / own * c / (kappa - c))
    free: FloatArray = np.where(strained, np.maximum(borne, pausing), np.inf)
    strain: FloatArray = np.where(strained, kappa / c - 1, 0.0)
    return free, strain


def _in_periods(n: _Numbers) -> Restraint:
    game = _in_units(n, 0 if is_exact(n.gain) else KNIFE_EDGE)
    always, share = n.discount_factors[0] ** (n.cover + 1), n.gain / n.harm
    least, most = (n.gain * 0,) * 2 if game is None else largest_gains(game, *_room(n))
    near = 1 + _edge(n)
    holds = True if share <= least * near else None if share <= most * near else False
    binding: Literal["target", "user"] | None = None
    if least == always or most < always:
        binding = "target" if least == always else "user"
    renewals = _renewal_chances(_rational(n)) if holds else None
    lottery = None if renewals is None else tuple(_as_given(z, n) for z in renewals)
    status: Status = "complete" if least == most else "partial"
    closed = game is None or game.lasting or game.target >= game.user
    method = "closed form" if closed else "frontier over cover"
    return Restraint(holds, (least * n.harm, most * n.harm), binding, lottery, n, status, method)


def restraint_many(
    *,
    loss: npt.ArrayLike,
    harm: npt.ArrayLike,
    cost: npt.ArrayLike,
    cover: npt.ArrayLike,
    discount_factors: tuple[npt.ArrayLike, npt.ArrayLike],
) -> FloatArray:
    """Return the largest gains that the threat of a curb deters, in many games at once.

    Parameters
    ----------
    loss : array_like
        Cost of a period of the control to the user of the threat, positive. All arguments, including the two
        discount factors, broadcast together.
    harm : array_like
        Harm to the target from a period of the curb without cover, positive.
    cost : array_like
        Cost of a period of the curb to its user, not negative.
    cover : array_like of int
        Cover in periods, from 0 to 60.
    discount_factors : tuple of two array_like
        Discount factors per period of the target and of the user, in (0, 1).

    Returns
    -------
    array, shape (2, ...)
        For each game a gain that is certainly deterred, and a gain above which nothing is deterred, in
        payoffs of one period.

    Raises
    ------
    InvalidGame
        If a payoff or the cover is not numeric or out of range, or the shapes do not broadcast together.
    InvalidDiscountFactor
        If a discount factor is not a number strictly between 0 and 1, or there are not two.

    Examples
    --------
    >>> found = restraint_many(loss=0.525, harm=1, cost=1, cover=[0, 1, 2], discount_factors=(0.8, 0.8))
    >>> found.round(6).tolist()
    [[0.8, 0.64, 0.391111], [0.8, 0.64, 0.391111]]
    """
    try:
        target, user = discount_factors
    except (TypeError, ValueError):
        raise InvalidDiscountFactor(
            "`discount_factors` must have two entries, the target's and the user's; got "
            f"{shown(discount_factors)}"
        ) from None
    payoffs = {"`loss`": loss, "`harm`": harm, "`cost`": cost, "`cover`": cover}
    factors = {"the discount factor of the target": target, "the discount factor of the user": user}
    read = [_array(name, numbers, InvalidGame) for name, numbers in payoffs.items()]
    read += [_array(name, numbers, InvalidDiscountFactor) for name, numbers in factors.items()]
    try:
        given = np.broadcast_arrays(*read)
    except ValueError:
        raise InvalidGame(
            f"{', '.join(payoffs)} and the two `discount_factors` must have shapes that broadcast together; "
            f"got the shapes {', '.join(str(array.shape) for array in read)}"
        ) from None
    c, h, kappa, periods, patience, persistence = (array.ravel() for array in given)
    for name, array in (("loss", c), ("harm", h), ("cost", kappa)):
        wrong = ~((array >= 0) & (array < inf)) | ((array == 0) & (name != "cost"))
        if wrong.any():
            raise InvalidGame(_allowed(name, float(array[wrong][0])))
    if not np.isin(periods, np.arange(NUMERICS.most_cover + 1)).all():
        raise InvalidGame(
            f"`cover` must be whole numbers from 0 to {NUMERICS.most_cover}; got {shown(cover)}"
        )
    for name, array in (("target", patience), ("user", persistence)):
        if not ((array > 0) & (array < 1)).all():
            raise InvalidDiscountFactor(
                f"the discount factor of the {name} must lie strictly between 0 and 1; got "
                f"{array[~((array > 0) & (array < 1))][0]:g}"
            )
    thresholds = np.zeros((len(c), 2))
    if len(c):
        with np.errstate(divide="ignore", over="ignore"):
            budget = persistence * c / ((1 - persistence) * kappa)
        fill_largest_gains(budget, patience, persistence, periods.astype(np.intp), KNIFE_EDGE, thresholds)
    gains: FloatArray = (thresholds * h[:, None]).T.reshape(2, *given[0].shape)
    read_only(gains)
    return gains


def _array(name: str, given: npt.ArrayLike, error: type[NegotiationError]) -> FloatArray:
    try:
        if np.asarray(given).dtype != np.bool_:
            return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        pass
    raise error(f"{name} must be a number or an array of numbers; got {shown(given)}")


def _checked(
    gain: object, loss: object, harm: object, cost: object, cover: object, factors: object
) -> _Numbers:
    """Return the numbers of a game, all as `Fraction` or all as floats, or raise."""
    given = {"gain": gain, "loss": loss, "harm": harm, "cost": cost}
    for name, number in given.items():
        value = expect_number(f"`{name}`", number, InvalidGame)
        if not (0 <= value < inf) or (value == 0 and name != "cost"):
            raise InvalidGame(_allowed(name, number))
    periods = expect_count("periods of `cover`", cover, 0, most=NUMERICS.most_cover)
    deltas = [check_discount_factor(delta) for delta in _pair(factors, "discount_factors")]
    exact = all(map(is_exact, (*given.values(), *deltas)))
    read = as_fraction if exact else float
    g, c, h, kappa = (read(number) for number in given.values())  # type: ignore[arg-type]
    return _Numbers(g, c, h, kappa, periods, (read(deltas[0]), read(deltas[1])))


def _pair(given: object, what: str) -> list[object]:
    """Return the values of the target and of the user, which are equal if only one is given."""
    if not isinstance(given, (Sequence, np.ndarray)) or isinstance(given, str):
        return [given, given]
    if len(given) != 2:
        raise InvalidDiscountFactor(
            f"`{what}` must be one number for both sides, or two, the target's first; got {shown(given)}"
        )
    return list(given)


def _allowed(name: str, number: object) -> str:
    least = "not negative" if name == "cost" else "positive"
    return f"`{name}` must be a payoff of one period, finite and {least}; got {shown(number)}"


def _rational(n: _Numbers) -> _Numbers:
    gain, loss, harm, cost, target, user = map(as_fraction, (*n[:4], *n.discount_factors))
    return _Numbers(gain, loss, harm, cost, n.cover, (target, user))


def _as_given(number: Number, n: _Numbers) -> Number:
    return number if is_exact(n.gain) else float(number)


def _edge(n: _Numbers) -> Number:
    return 0 if is_exact(n.gain) else KNIFE_EDGE


def _in_units(n: _Numbers, edge: Number = 0) -> StockGame | None:
    """Return the game in units of harm and cost; None if the user would not bear a period of the curb."""
    target, user = n.discount_factors
    # Discounted cost of T + 1 periods of the curb, in units of its cost.
    enough = (1 - user ** (n.cover + 1)) / (1 - user)
    if n.cost * enough * (1 - user) * (1 - edge) <= user * n.loss:
        return StockGame(enough, True, target, user, n.cover, edge)
    budget = user * n.loss / ((1 - user) * n.cost)
    return None if budget < 1 - edge else StockGame(max(budget, 1), False, target, user, n.cover, edge)


def _room(n: _Numbers) -> tuple[Frontier, npt.NDArray[np.object_]]:
    cost, loss = np.empty((2, n.cover + 1, 2 * n.cover + 4), dtype=object)
    return Frontier(cost, loss, np.empty(n.cover + 1, dtype=np.intp)), np.empty(n.cover + 1, dtype=object)


def _renewal_chances(n: _Numbers) -> list[Number] | None:
    """Return z_0, ..., z_T, the largest that both sides accept at each cover; None if they do not deter."""
    game, g = _in_units(n), n.gain / n.harm
    if game is None or g >= 1:
        return None
    delta = game.target
    borne = (game.budget - 1) / (game.user * game.budget)
    chances: list[Number] = [min(borne, (delta - g) / (delta * (1 - g)))]
    loss = 1 / (1 - delta * chances[0])
    for _ in range(n.cover):
        if delta * loss < g:
            return None
        chances.append(min(borne, 1 - g / (delta * loss)))
        loss *= delta * chances[-1]
    return chances if delta * loss >= g else None


def _renewals(n: _Numbers) -> Renewals | None:
    """Return the lotteries over memories in an equilibrium with restraint on its path; None if not found."""
    chances = _renewal_chances(n)
    if chances is not None:
        return [[{}, {1: z, 0: 1 - z}] for z in chances]
    game = _in_units(n)
    if game is None or game.target > game.user:
        return None
    to, _ = _room(n)
    fill(n.gain / n.harm, game, to)
    if game.target * to.loss[n.cover, to.size[n.cover] - 1] < n.gain / n.harm:
        return None
    return [[{}, *(_next_on(to, game.user, s, i) for i in range(1, to.size[s]))] for s in range(n.cover + 1)]


def _next_on(to: Frontier, user: Number, s: int, i: int) -> dict[int, Number]:
    """Return the lottery over vertices at the next cover that generates vertex i at cover s."""
    w, before = (to.cost[s, i] - 1) / user, max(s - 1, 0)
    costs = to.cost[before, : to.size[before]]
    j = min(int(np.searchsorted(costs, w, side="right")), len(costs) - 1)
    above = (w - costs[j - 1]) / (costs[j] - costs[j - 1])
    return {j: above, j - 1: 1 - above}


def _automaton(renewals: Renewals) -> StateAutomaton:
    """Return the automaton that starts calm, with the given lotteries while the curb is on.

    After a departure of the target play moves to the last memory at the next cover, which harms the target
    most. After a departure of the user, or of both, the memory is "lapsed": the control without the curb for
    ever.
    """
    full, most = len(renewals) - 1, max(map(len, renewals))
    actions = {}
    memories = ("calm", "lapsed", *(f"curb {i}" for i in range(1, most)))
    table: dict[str, dict[StateKey, str | Lottery]] = {name: {OTHERWISE: "lapsed"} for name in memories}
    for s, lotteries in enumerate(renewals):
        state, up, down = str(s), min(s + 1, full), max(s - 1, 0)
        actions["lapsed", state] = ("control", "calm")
        actions["calm", state] = ("restraint", "calm")
        table["calm"][state, ("restraint", "calm")] = "calm"
        table["calm"][state, ("control", "calm")] = f"curb {len(renewals[up]) - 1}"
        for i, after in enumerate(lotteries):
            if i:
                name = f"curb {i}"
                actions[name, state] = ("restraint", "curb")
                table[name][state, ("restraint", "curb")] = {
                    "calm" if j == 0 else f"curb {j}": p for j, p in after.items() if p
                }
                table[name][state, ("control", "curb")] = f"curb {len(renewals[down]) - 1}"
    return StateAutomaton(table, "calm", actions, table)


def restraint_thresholds(gains: npt.ArrayLike, harms: npt.ArrayLike) -> FloatArray:
    """Return each player's least discount factor for restraint on both sides, infinite if there is none.

    `gains` are the gains of the players from their own weapon, and `harms` the harms that they suffer from
    the other's weapon, not negative.

    Shapes: `gains` (..., 2), `harms` (..., 2); returns (..., 2).

    Examples
    --------
    The first player gains 0.03 and fears 0.4; the second pays 0.02 to punish and fears 0.1.

    >>> restraint_thresholds([0.03, -0.02], [0.4, 0.1]).round(6).tolist()
    [0.075, 0.166667]
    """
    gain, harm = np.broadcast_arrays(np.asarray(gains, dtype=np.float64), np.asarray(harms, dtype=np.float64))
    if gain.ndim < 1 or gain.shape[-1] != 2:
        raise InvalidGame(
            f"`gains` and `harms` must broadcast to shape (..., 2), for two players; got shape {gain.shape}"
        )
    if not np.isfinite(gain).all() or not np.isfinite(harm).all() or (harm < 0).any():
        raise InvalidGame(
            "`gains` and `harms` must be finite, and `harms` must not be negative; got gains "
            f"{shown(gain.tolist())} and harms {shown(harm.tolist())}"
        )
    tempted = gain > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        fear = np.where(gain < harm, gain / harm, np.inf)
        will = np.where(harm > 0, -gain / (harm - gain), np.inf)
    will = np.where(gain == 0, 0.0, will)
    thresholds: FloatArray = np.where(tempted, fear, np.where(tempted[..., ::-1], will, 0.0))
    return thresholds
