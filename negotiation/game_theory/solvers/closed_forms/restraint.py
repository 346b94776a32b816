"""When a threat that runs out keeps two sides at restraint: a control against a curb, and cover in between.

A control gains its user (the *target* of the threat) g a period and costs the other side (the *user* of the
threat) c. A curb costs its user kappa a period and harms the target by h once T periods of cover are used up;
cover falls by one with the curb on, and rises by one, up to T, with it off. Restraint on both is a subgame
perfect path from full cover, for a common discount factor, iff M = delta c / ((1 - delta) kappa) >= 1 and
delta^(T+1) X h >= g, with C_(T+1) = 1, x_t = min(1, (M - 1) / (delta C_(t+1))), C_t = 1 + delta x_t C_(t+1)
and X = x_1 ... x_T. For unlike ones `kernels/frontier.py` says what is computed; the proofs are in
`docs/theory/threats-that-run-out.md`. Cost: O(T^2).

A second case has no cover (`mutual_restraint_threshold`). Each of two players has one weapon. Using it gives
its user a gain (negative: a cost) and does the other a harm; payoffs add. Restraint of both for ever is a
subgame-perfect path iff the common discount factor reaches the larger of two thresholds, with g_i the gain to
player i from using its own weapon and h_i the harm that it suffers from the other's:

    g_i > 0:                g_i / h_i             i is tempted, and must fear the other's weapon;
    g_i <= 0 and g_j > 0:   -g_i / (h_i - g_i)    i must be willing to punish at a cost;
    g_1, g_2 <= 0:          0                     nobody is tempted.

With one tempted player the punishment by a player who would rather not is upheld as in Abreu (1988): whoever
does not punish faces the other's weapon for ever. Cost: a few operations a case; works on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, FloatArray, Number, as_fraction, is_exact, read_only
from negotiation.base.reading.numbers import expect_count, expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidDiscountFactor, InvalidGame, shown
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


@dataclass(frozen=True, eq=False)
class Restraint(Tabular, Drawable):
    """Whether a threat that runs out keeps both sides at restraint.

    Parameters
    ----------
    holds : bool or None
        Whether restraint on control and curb is a subgame perfect path from full cover; `None` where no
        theorem decides.
    bounds : tuple of two numbers
        A gain that is deterred for certain, and one above which none is: the same number but in a `partial`
        answer.
    binding : {"target", "user"} or None
        Who limits the largest gain that is deterred: the target's patience, or what the user can be brought
        to bear for the threat; `None` where that is not decided.
    lottery : tuple of numbers, or None
        By cover from 0 up, the chance z_s that the curb goes on after a period of it in which the target
        complied; after a departure it goes on surely. `None` where no such strategy keeps restraint.
    numbers : tuple
        The game as given: gain, loss, harm, cost, cover and discount factors.
    status : {"complete", "partial"}
        Partial where the bounds differ: where cover is of two periods and more, the user cannot bear T + 1
        periods of the curb, and the target is so much more patient that delta_U^2 (M - 1) > delta_C^2 M.
    method : str
        What decided.

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
        """Largest gain deterred: by the target's patience alone, and for certain with the user's limits."""
        n = self.numbers
        return {
            "target": n.discount_factors[0] ** (n.cover + 1) * n.harm,
            "user": self.bounds[0],
        }

    @cached_property
    def game(self) -> StochasticGame:
        """The game, with a state for each number of periods of cover that are left."""
        return threats_that_run_out(*self.numbers)

    @cached_property
    def strategy(self) -> StateAutomaton | None:
        """An equilibrium with restraint on its path; `None` where restraint fails or is not decided.

        Also `None` where floats stand on the edge of what is deterred and their exact values beyond it.

        In rational numbers of the game as given, so that `verify` certifies it with `exact=True`.
        """
        renewals = _renewals(_rational(self.numbers)) if self.holds else None
        return None if renewals is None else _automaton(renewals)

    def table(self) -> Table:
        """Return one row for each side."""
        said = {True: "is kept", False: "fails", None: "is not decided"}[self.holds]
        heads, rows = ["side", "largest gain deterred"], [list(each) for each in self.threshold.items()]
        if self.status == "partial":
            # What is proven of the user's side is a lower and an upper bound.
            heads.append("none above")
            rows = [[*row, most] for row, most in zip(rows, (rows[0][1], self.bounds[1]), strict=True)]
        cells = tuple((*row, row[0] == self.binding) for row in rows)
        return Table(f"restraint {said}", (*heads, "binds"), cells)


def restraint(
    *,
    gain: Number,
    loss: Number,
    harm: Number,
    cost: Number,
    cover: int,
    discount_factors: Number | Sequence[Number],
) -> Restraint:
    """Return whether restraint on a control is kept by the threat of a curb that takes time to harm.

    Lotteries are public; given them nobody mixes.

    Parameters
    ----------
    gain, loss : float or Fraction
        What a period of the control gains its user, the target of the threat, and costs the other side, the
        threat's user; positive.
    harm, cost : float or Fraction
        What a period of the curb harms the target once its cover is used up, positive, and what it costs its
        user, positive or 0.
    cover : int
        Periods of the curb before it harms, T, from 0 to 60.
    discount_factors : float or Fraction, or two of them
        Of a period: one for both sides, or that of the target and that of the user.

    Returns
    -------
    Restraint
        `.holds`, `.threshold`, `.binding`, `.lottery`, `.strategy`; rational where the input is.

    Raises
    ------
    InvalidGame
        If a payoff or the cover is none of these.
    InvalidDiscountFactor
        If a discount factor is not strictly between 0 and 1.

    Examples
    --------
    A stock of two periods, and a user whom the threat strains: at the common discount factor 0.8 it could be
    credible up to a gain of 0.512 of the harm, and is up to 0.391.

    >>> print(restraint(gain=0.2, loss=0.525, harm=1, cost=1, cover=2, discount_factors=0.8))
    restraint is kept
    side    largest gain deterred  binds
    target                  0.512  no
    user                 0.391111  yes
    """
    n = _checked(gain, loss, harm, cost, cover, discount_factors)
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
    """Return the largest gains that threats deter in many games at once, in floats.

    Parameters
    ----------
    loss, harm, cost, cover : array_like
        As for `restraint`; shapes that broadcast to one.
    discount_factors : tuple of two array_like
        Of the target and of the user.

    Returns
    -------
    array, shape (2, ...)
        The bounds of each game: a gain that is deterred, and one above which none is.

    Raises
    ------
    InvalidGame, InvalidDiscountFactor
        As for `restraint`.

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
            f"two discount factors, that of the target and that of the user; got {shown(discount_factors)}"
        ) from None
    arguments = {"loss": loss, "harm": harm, "cost": cost, "cover": cover, "target": target, "user": user}
    read = [_array(name, numbers) for name, numbers in arguments.items()]
    try:
        given = np.broadcast_arrays(*read)
    except ValueError as error:
        raise InvalidGame(f"{', '.join(arguments)} have shapes that broadcast to one: {error}") from None
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
            raise InvalidDiscountFactor(f"the discount factor of the {name} lies strictly between 0 and 1")
    thresholds = np.zeros((len(c), 2))
    if len(c):
        with np.errstate(divide="ignore", over="ignore"):
            budget = persistence * c / ((1 - persistence) * kappa)
        fill_largest_gains(budget, patience, persistence, periods.astype(np.intp), KNIFE_EDGE, thresholds)
    gains: FloatArray = (thresholds * h[:, None]).T.reshape(2, *given[0].shape)
    read_only(gains)
    return gains


def _array(name: str, given: npt.ArrayLike) -> FloatArray:
    try:
        if np.asarray(given).dtype != np.bool_:
            return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        pass
    raise InvalidGame(f"`{name}` must be a number or an array of numbers; got {shown(given)}")


def _checked(
    gain: object, loss: object, harm: object, cost: object, cover: object, factors: object
) -> _Numbers:
    """Return the numbers of a game, all rational or all floats, or raise."""
    given = {"gain": gain, "loss": loss, "harm": harm, "cost": cost}
    for name, number in given.items():
        value = expect_number(f"`{name}`", number, InvalidGame)
        if not (0 <= value < inf) or (value == 0 and name != "cost"):
            raise InvalidGame(_allowed(name, number))
    periods = expect_count("periods of `cover`", cover, 0, most=NUMERICS.most_cover)
    pair = (
        list(factors)
        if isinstance(factors, (Sequence, np.ndarray)) and not isinstance(factors, str)
        else None
    )
    if pair is not None and len(pair) != 2:
        raise InvalidDiscountFactor(
            f"expected one discount factor for both sides, or two with the target's first; got {len(pair)}"
        )
    deltas = [check_discount_factor(delta) for delta in (pair or [factors, factors])]
    exact = all(map(is_exact, (*given.values(), *deltas)))
    read = as_fraction if exact else float
    g, c, h, kappa = (read(number) for number in given.values())  # type: ignore[arg-type]
    return _Numbers(g, c, h, kappa, periods, (read(deltas[0]), read(deltas[1])))


def _allowed(name: str, number: object) -> str:
    least = "not negative" if name == "cost" else "positive"
    return f"`{name}` must be a payoff of one period, finite and {least}; got {number!r}"


def _rational(n: _Numbers) -> _Numbers:
    gain, loss, harm, cost, target, user = map(as_fraction, (*n[:4], *n.discount_factors))
    return _Numbers(gain, loss, harm, cost, n.cover, (target, user))


def _as_given(number: Number, n: _Numbers) -> Number:
    return number if is_exact(n.gain) else float(number)


def _edge(n: _Numbers) -> Number:
    return 0 if is_exact(n.gain) else KNIFE_EDGE


def _in_units(n: _Numbers, edge: Number = 0) -> StockGame | None:
    """Return the game with harm and cost as units, or None where the user would not bear one period."""
    target, user = n.discount_factors
    # Of T + 1 periods of the curb, its cost being 1.
    enough = (1 - user ** (n.cover + 1)) / (1 - user)
    if n.cost * enough * (1 - user) * (1 - edge) <= user * n.loss:
        return StockGame(enough, True, target, user, n.cover, edge)
    budget = user * n.loss / ((1 - user) * n.cost)
    return None if budget < 1 - edge else StockGame(max(budget, 1), False, target, user, n.cover, edge)


def _room(n: _Numbers) -> tuple[Frontier, npt.NDArray[np.object_]]:
    cost, loss = np.empty((2, n.cover + 1, 2 * n.cover + 4), dtype=object)
    return Frontier(cost, loss, np.empty(n.cover + 1, dtype=np.intp)), np.empty(n.cover + 1, dtype=object)


def _renewal_chances(n: _Numbers) -> list[Number] | None:
    """Return z_0, ..., z_T, each the lesser of what the user bears and what the target complies under."""
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
    """Return how the curb goes on in an equilibrium with restraint on its path, in rational numbers."""
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
    """Return the lottery over vertices at the next cover that vertex i at cover s was made from."""
    w, before = (to.cost[s, i] - 1) / user, max(s - 1, 0)
    costs = to.cost[before, : to.size[before]]
    j = min(int(np.searchsorted(costs, w, side="right")), len(costs) - 1)
    above = (w - costs[j - 1]) / (costs[j] - costs[j - 1])
    return {j: above, j - 1: 1 - above}


def _automaton(renewals: Renewals) -> StateAutomaton:
    """Return the automaton: calm; the curb, by cover and memory; and the control for ever.

    A departure of the target is answered by the last memory of the cover that follows, which harms it most;
    one of the user, or of both, by the control for ever and no curb.
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
    """Return each player's least discount factor for restraint on both sides, shape (..., 2).

    Shapes: `gains` (..., 2), `harms` (..., 2); returns (..., 2).

    Examples
    --------
    The first player gains 0.03 and fears 0.4; the second pays 0.02 to punish and fears 0.1.

    >>> restraint_thresholds([0.03, -0.02], [0.4, 0.1]).round(6).tolist()
    [0.075, 0.166667]
    """
    gain, harm = np.broadcast_arrays(np.asarray(gains, dtype=np.float64), np.asarray(harms, dtype=np.float64))
    if gain.ndim < 1 or gain.shape[-1] != 2:
        raise InvalidGame(f"expected gains and harms of two players, shape (..., 2); got {gain.shape}")
    if not np.isfinite(gain).all() or not np.isfinite(harm).all() or (harm < 0).any():
        raise InvalidGame("gains and harms must be finite, and a harm must not be negative")
    tempted = gain > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        fear = np.where(gain < harm, gain / harm, np.inf)
        will = np.where(harm > 0, -gain / (harm - gain), np.inf)
    will = np.where(gain == 0, 0.0, will)
    thresholds: FloatArray = np.where(tempted, fear, np.where(tempted[..., ::-1], will, 0.0))
    return thresholds
