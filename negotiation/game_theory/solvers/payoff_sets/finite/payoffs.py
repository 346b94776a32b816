"""All pure-strategy subgame-perfect payoffs of a finitely repeated game, by backward induction over sets.

In the last period the payoffs are those of the pure stage equilibria. With t periods to go, profile a can be
followed by a continuation v in the set for t - 1 periods iff no player i gains by a deviation that is
punished by i's worst continuation:

    u_i(a) + delta v_i >= max_{a_i'} u_i(a_i', a_-i) + delta min_w w_i

and u(a) + delta v is then a payoff for t periods (Benoit and Krishna 1985, Econometrica 53(4); Abreu 1988 for
the worst continuation as the punishment). The sets are finite because there is no public randomisation; with
public randomisation they are polygons (`finite_horizon_payoff_set`). If there is a single stage equilibrium,
play unravels to its repetition. Two stage equilibria that pay a player differently can support other play
before the last periods. The cost of each period is profiles times payoffs of the set. The sets grow with the
horizon, and exponentially if few sums of payoffs coincide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TypeAlias

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, Number, NumberArray, is_exact, read_only
from negotiation.base.reading.numbers import expect_count
from negotiation.base.status import Status
from negotiation.game_theory.games import StageGame, check_discount_factor, own_units, unilateral_payoffs
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.plain_payoffs import has_exact_payoffs, plain_stage
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS

Point: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FiniteHorizonPayoffs(Tabular, Drawable):
    """The subgame-perfect payoffs of a finitely repeated game in pure strategies.

    Parameters
    ----------
    payoffs : array, shape (k, N)
        Average discounted payoffs per period, in lexicographic order. `Fraction` objects if payoffs and
        discount factor are rational, otherwise floats. Empty if the stage game has no pure equilibrium.
    players : tuple of str
        Labels of the players.
    periods : int
        Number of periods T.
    discount_factor : int, float or Fraction
        The discount factor, in (0, 1].
    sizes : tuple of int
        Number of payoffs for 1, ..., T periods.
    status : {"complete", "partial"}
        `partial` if a set was cut to the limit. The payoffs are then equilibrium payoffs, but others may be
        missing.
    reason : str
        Whether these are all payoffs, or why the answer is partial.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> A, B = [[4, 0, 0], [5, 1, 0], [0, 0, 3]], [[4, 5, 0], [0, 1, 0], [0, 0, 3]]
    >>> stage = ng.StageGame.from_matrices(A, B)
    >>> print(ng.finite_horizon_payoffs(stage, 2))
    subgame-perfect payoffs of 2 periods: complete (all payoffs)
      0    1
      1    1
    1.5    4
      2    2
      3    3
    3.5  3.5
      4  1.5
    """

    _figure = "payoff_points:finite_horizon_payoffs_figure"

    payoffs: NumberArray
    players: tuple[str, ...]
    periods: int
    discount_factor: Number
    sizes: tuple[int, ...]
    status: Status
    reason: str
    method: str = "backward induction over sets of payoffs"

    @property
    def worst(self) -> tuple[Number, ...] | None:
        """Worst equilibrium payoff of each player, or `None` if there is no equilibrium."""
        return tuple(self.payoffs.min(axis=0).tolist()) if len(self.payoffs) else None

    def table(self) -> Table:
        """Return a table with one row for each payoff and one column for each player."""
        rows = tuple(tuple(float(v) for v in row) for row in self.payoffs)
        title = f"subgame-perfect payoffs of {self.periods} periods: {self.status} ({self.reason})"
        return Table(title, self.players, rows)


@dataclass(frozen=True)
class WholeGame:
    """A stage game in whole numbers, with discount factor p / q.

    `payoffs` and `gains` (from the best deviation) have one entry for each profile, in row-major order. They
    and `slack`, the gain of each player that counts as zero, are multiplied by `scale`.
    """

    payoffs: tuple[Point, ...]
    gains: tuple[Point, ...]
    scale: int
    p: int
    q: int
    slack: tuple[Fraction, ...]
    exact: bool

    def is_equilibrium(self, gains: Point) -> bool:
        """Return whether no player's gain exceeds the slack."""
        return all(gain <= none for gain, none in zip(gains, self.slack, strict=True))

    def weight(self, periods: int) -> int:
        """Return 1 + delta + ... + delta^(periods - 1), times q^(periods - 1)."""
        return sum(self.p**k * self.q ** (periods - 1 - k) for k in range(periods))


@Takes("a finite repetition", (StageGame,), questions=("repetition", "equilibria"))
def finite_horizon_payoffs(
    stage: StageGame, periods: int, *, discount_factor: Number = 1, limit: int = NUMERICS.most_payoffs
) -> FiniteHorizonPayoffs:
    """Return the pure-strategy subgame-perfect payoffs of a finitely repeated game.

    Parameters
    ----------
    stage : StageGame
        The game of each period, with any number of players. Float payoffs are read as nearby fractions, as in
        `solve`. If a payoff or the discount factor is a float, gains of up to 1e-12 of the player's payoff
        range count as zero.
    periods : int
        Number of periods, at least 1.
    discount_factor : int, float or Fraction, optional
        Common discount factor in (0, 1]; 1 by default, so that payoffs are plain averages.
    limit : int, optional
        Largest number of payoffs that are kept for each number of periods, at least twice the number of
        players; 20,000 by default.

    Returns
    -------
    FiniteHorizonPayoffs
        The payoffs as `.payoffs`, their number for each number of periods as `.sizes`, and the worst payoffs
        as `.worst`. The status is `partial` if a set had to be cut to the limit.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame, `periods` is not a whole number of at least 1, or `limit` is not a
        whole number of at least twice the number of players.
    SizeLimit
        If there are more than 10,000 periods or 20,000,000 action profiles.
    InvalidDiscountFactor
        If the discount factor is not in (0, 1].

    Notes
    -----
    The payoffs are computed by backward induction, without public randomisation (Benoit and Krishna 1985,
    Econometrica 53(4)).

    Examples
    --------
    Two stage equilibria, (1, 1) and (3, 3), support mutual cooperation at (4, 4) in the first of two periods:

    >>> A = [[4, -5, -5], [5, 1, -5], [-5, -5, 3]]
    >>> stage = StageGame.from_matrices(A, list(zip(*A)))
    >>> [float(v) for v, _ in finite_horizon_payoffs(stage, 2).payoffs]
    [1.0, 2.0, 3.0, 3.5]
    """
    count = expect_count("periods", periods, most=NUMERICS.most_horizon)
    delta = (
        discount_factor if discount_factor == 1 else check_discount_factor(discount_factor, "other than 1")
    )
    # Room for each player's extremes.
    limit = expect_count("payoffs kept, `limit`,", limit, least=2 * stage.n_players)
    game = whole_numbers(stage, delta)
    so_far = {u for u, gains in zip(game.payoffs, game.gains, strict=True) if game.is_equilibrium(gains)}
    # Rounding of floats splits one payoff into several, each of which would multiply again in later periods.
    set_now, cut = _thinned(so_far if game.exact else _without_twins(game, so_far, 1), limit)
    sizes = [len(set_now)]
    for earlier in range(1, count):
        so_far = _one_more_period(game, set_now, earlier)
        set_now, more = _thinned(so_far if game.exact else _without_twins(game, so_far, earlier + 1), limit)
        cut = cut or more
        sizes.append(len(set_now))
    return FiniteHorizonPayoffs(
        averages(set_now, game.scale * game.weight(count), stage.n_players, exact=game.exact),
        stage.players,
        count,
        delta,
        tuple(sizes),
        "partial" if cut else "complete",
        f"at most {limit} payoffs are kept for a horizon" if cut else "all payoffs",
    )


def _one_more_period(game: WholeGame, later: Sequence[Point], earlier: int) -> set[Point]:
    """Return the payoffs with one more period before the `earlier` ones in `later`; the scale grows by q.

    A profile with gains g is enforced by v in `later` iff q^earlier (g_i - slack_i) <= p (v_i - min_i) for
    every player i, where min_i is i's least payoff in `later`.
    """
    if not later:
        return set()
    worst = [min(own) for own in zip(*later, strict=True)]
    # Totals are kept in whole numbers, times q^(t-1) for delta = p / q: u q^t + p v.
    grown = game.q**earlier
    discounted = [tuple(game.p * v for v in point) for point in later]
    # delta (v_i - min w_i) >= gain_i, with both sides in the same whole unit.
    room = [tuple(game.p * (v - least) for v, least in zip(point, worst, strict=True)) for point in later]
    points: set[Point] = set()
    for payoffs, gains in zip(game.payoffs, game.gains, strict=True):
        needed = [(gain - none) * grown for gain, none in zip(gains, game.slack, strict=True)]
        now = [u * grown for u in payoffs]
        for point, spare in zip(discounted, room, strict=True):
            if all(s >= n for s, n in zip(spare, needed, strict=True)):
                points.add(tuple(u + v for u, v in zip(now, point, strict=True)))
    return points


def whole_numbers(stage: StageGame, delta: Number) -> WholeGame:
    """Return the game with payoffs multiplied by their common denominator."""
    values = plain_stage(stage).exact_payoffs()
    scale = lcm(*(value.denominator for value in values.ravel().tolist()))
    values = values * scale
    payoffs: list[Point] = []
    gains: list[Point] = []
    for profile in np.ndindex(stage.n_actions):
        payoffs.append(tuple(int(u) for u in values[profile]))
        best = [max(unilateral_payoffs(values, profile, i)) for i in range(stage.n_players)]
        gains.append(tuple(int(b) - u for b, u in zip(best, payoffs[-1], strict=True)))
    step = as_decimal(delta)
    exact = has_exact_payoffs(stage) and is_exact(delta)
    nothing = [0.0] * stage.n_players if exact else own_units(stage).tolerances()
    slack = tuple(Fraction(tolerance) * scale for tolerance in nothing)
    return WholeGame(tuple(payoffs), tuple(gains), scale, step.numerator, step.denominator, slack, exact)


def as_decimal(value: object) -> Fraction:
    """Return a number as a fraction; a float is read as the shortest decimal that rounds to it.

    Examples
    --------
    >>> as_decimal(0.1)
    Fraction(1, 10)
    """
    return Fraction(value) if isinstance(value, (int, Fraction)) else Fraction(repr(float(str(value))))


def _without_twins(game: WholeGame, points: set[Point], periods: int) -> set[Point]:
    """Return the payoffs, with values of a player that differ by rounding alone replaced by the least one."""
    ordered, columns = list(points), []
    for own, payoffs in zip(zip(*ordered, strict=True), zip(*game.payoffs, strict=True), strict=False):
        nothing = Fraction(KNIFE_EDGE) * (max(payoffs) - min(payoffs)) * game.weight(periods)
        values = sorted(set(own))
        merged = {values[0]: values[0]}
        for below, value in pairwise(values):
            # A run of values each near the next is one value, however long the run: it is one payoff's
            # rounding.
            merged[value] = merged[below] if value - below <= nothing else value
        columns.append([merged[value] for value in own])
    return set(zip(*columns, strict=True))


def _thinned(points: set[Point], limit: int) -> tuple[list[Point], bool]:
    """Return at most `limit` points, sorted, and whether any was left out; each player's extremes stay."""
    ordered = sorted(points)
    if len(ordered) <= limit:
        return ordered, False
    players = range(len(ordered[0]))
    # The worst payoffs are the punishments of every longer horizon: these must not be thinned away.
    extremes = {f(ordered, key=lambda point: point[i]) for i in players for f in (min, max)}
    rest = [point for point in ordered if point not in extremes]
    wanted = limit - len(extremes)
    return sorted(extremes | {rest[k * len(rest) // wanted] for k in range(wanted)}), True


def averages(
    points: Sequence[Sequence[int | Fraction]], weight: int | Fraction, players: int, *, exact: bool
) -> NumberArray:
    """Return the payoffs divided by a weight, shape (k, N): as `Fraction`, or the nearest floats."""
    number = Fraction if exact else float
    result: NumberArray = np.empty((len(points), players), dtype=object if exact else np.float64)
    for k, point in enumerate(points):
        result[k] = [number(Fraction(total, weight)) for total in point]
    read_only(result)
    return result
