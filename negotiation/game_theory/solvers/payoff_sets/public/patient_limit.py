"""The limit of perfect public equilibrium payoffs as patience grows, and bounds that hold at every patience.

Fudenberg and Levine (1994), pure action profiles. For a direction q and a profile a let k(a, q) be the
largest q . v subject to

    v_i  = g_i(a)          + sum_y pi(y | a)        x_i(y)              for every player,
    v_i >= g_i(a', a_-i)   + sum_y pi(y | a', a_-i) x_i(y)              for every action a',
    q . x(y) <= 0                                                       for every signal y,

or minus infinity if no x satisfies these, and let k(q) be the largest over all profiles. With a common
discount factor every payoff of a perfect public equilibrium has q . v <= k(q). If the set Q of the v that
satisfy this for all q has an interior, equilibrium payoffs fill it as the discount factor goes to 1 (their
theorem 3.1).

The feasible set of the program's dual depends on q only through the signs of its coordinates. So within a
quadrant k(a, q) is the least of finitely many linear functions of q, one for each price: a pair t with
k(a, q) = sum_i q_i g_i - |q_i| t_i. All of them are found, quadrant by quadrant, by solving at the directions
at which the last two found agree (Eisner and Severance 1976). After that k(q) is an evaluation. On the axes
the other player's transfers are free, and the limit from either side can be higher. Q is then the
intersection of the half-planes in the finitely many directions at which k bends. Two players. Cost: two
programs of M + Y unknowns and 2 Y rows for each price, profile and quadrant.

The prices are what deterring deviations costs a profile in each direction. With u_i(y) = |q_i| x_i(y) and s
the signs of q, the dual of a profile's score program at q is

    max sum_m |q_i(m)| mu_m c_m   over mu, z >= 0 with s_i z_y - sum_m mu_m d_my = s_i pi_y  for all i and y,

where m runs over the players' deviations, i(m) is the player, c_m the gain and d_my what the deviation takes
from the probability of signal y. Only the objective depends on more than the signs. A solution gives a price
for each player, t_i = sum_m mu_m c_m over the deviations of player i, and the score is
q . g - sum_i |q_i| t_i. On an axis the other player has no rows but z = 0, hence no price.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, shown
from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.game_theory.games.capabilities import FOR_PROGRAMS, Takes
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.game_theory.solvers.payoff_sets.public.constraints import (
    SignalConstraints,
    signal_constraints,
)
from negotiation.game_theory.solvers.payoff_sets.public.enforceability import mimicking_gain
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS
from negotiation.game_theory.solvers.payoff_sets.public.outer_bound import flattened, hull_of, polygon_of


@dataclass(frozen=True, eq=False)
class PublicPerfectLimit(Tabular, Drawable):
    """The function k of Fudenberg and Levine (1994), and the set Q of payoffs that it bounds.

    Parameters
    ----------
    stage : StageGame
        The stage game.
    signal : PublicSignal
        The public signal.
    enforceable : array of bool, shape (A,)
        Whether the signal can enforce each profile, in row-major order.
    prices : array, shape (A, 4, J, 2)
        All pairs of prices of each profile in each quadrant, padded by repetition, in scaled payoffs.
    axis_prices : array, shape (A, 2, 2)
        Price along each axis, by profile, player and sign (positive first), in scaled payoffs.
    low, scale : array, shape (2,)
        Shift and scale of each player's payoffs: a payoff is `low + scale * scaled`.
    directions : array, shape (L, 2)
        Directions at which k bends, and the axes. Q is the intersection of their half-planes.
    vertices : array, shape (k, 2)
        Vertices of Q, counter-clockwise. A point has k = 1, a segment k = 2, and the empty set k = 0.
    status : {"complete", "partial"}
        `partial` if a linear program failed; its prices are then set to zero, which keeps the bound valid.
    reason : str
        What is proven and, if the answer is partial, why.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> seen = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
    >>> signal = ng.PublicSignal(seen, ("good", "bad"))
    >>> found = ng.public_perfect_limit(stage, signal)
    >>> found.vertices.round(4).tolist(), found.status
    ([[9.5078, 4.0518], [8.75, 8.75], [4.0518, 9.5078], [3.0, 3.0]], 'complete')
    """

    _figure = "payoff_sets:public_limit_figure"

    stage: StageGame
    signal: PublicSignal
    enforceable: BoolArray
    prices: FloatArray
    axis_prices: FloatArray
    low: FloatArray
    scale: FloatArray
    directions: FloatArray
    vertices: FloatArray
    status: Status
    reason: str

    @property
    def has_interior(self) -> bool:
        """Whether Q has an interior, so that equilibrium payoffs fill Q as the discount factor goes to 1."""
        return len(self.vertices) > 2

    def support(self, direction: Sequence[float] | npt.ArrayLike) -> float:
        """Return k, the bound on the weighted sum of equilibrium payoffs, in one direction.

        Parameters
        ----------
        direction : pair of numbers
            Weights of the two players' payoffs; they are not normalised.

        Returns
        -------
        float
            Value of k; minus infinity if no profile is enforceable.

        Raises
        ------
        InvalidGame
            If the direction is not a pair of finite numbers other than (0, 0).

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> seen = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
        >>> signal = ng.PublicSignal(seen, ("good", "bad"))
        >>> found = ng.public_perfect_limit(stage, signal)
        >>> round(found.support((1, 1)), 6), round(found.support((2, 2)), 6)
        (17.5, 35.0)
        """
        pair = np.asarray(direction, dtype=np.float64)
        if pair.shape != (2,):
            raise InvalidGame(f"a direction must be a pair of numbers; got {shown(direction)}")
        return float(self.supports(pair[None])[0])

    def supports(self, directions: npt.ArrayLike) -> FloatArray:
        """Return k, the bound on weighted sums of equilibrium payoffs, in several directions.

        Parameters
        ----------
        directions : array, shape (L, 2)
            Weights of the two players' payoffs in each direction; they are not normalised.

        Returns
        -------
        array, shape (L,)
            The value of `support` in each direction.

        Raises
        ------
        InvalidGame
            If the directions are not pairs of finite numbers other than (0, 0).
        """
        result: FloatArray = self.scores(directions).max(axis=0, initial=-np.inf)
        return result

    def scores(self, directions: npt.ArrayLike) -> FloatArray:
        """Return the bound that each action profile attains, in several directions.

        The score k(a, q) of profile a in direction q is the largest weighted sum of payoffs that a supports;
        k(q) is the largest score.

        Parameters
        ----------
        directions : array, shape (L, 2)
            Weights of the two players' payoffs in each direction; they are not normalised.

        Returns
        -------
        array, shape (A, L)
            Scores by profile, in row-major order, and direction; minus infinity if the profile is not
            enforceable.

        Raises
        ------
        InvalidGame
            If the directions are not pairs of finite numbers other than (0, 0).
        """
        given = np.asarray(directions, dtype=np.float64)
        if given.ndim != 2 or given.shape[1] != 2 or not np.isfinite(given).all():
            raise InvalidGame(
                "directions must be pairs of finite numbers, shape (L, 2); got "
                f"{'numbers' if np.isfinite(given).all() else 'numbers that are not all finite,'} of shape "
                f"{given.shape}"
            )
        if not (given != 0.0).any(axis=1).all():
            raise InvalidGame("a direction must not be zero; got a zero vector")
        # q . v in payoffs is (q scale) . w + q . low in the scaled payoffs w in which prices are kept.
        moved = given * self.scale
        payoffs = (self.stage.payoffs.reshape(-1, 2) - self.low) / self.scale
        scores = payoffs @ moved.T
        for k, q in enumerate(moved):
            if q.all():
                # k(a, q) is the least over prices of q . g - |q| . t: the largest |q| . t is taken off.
                quadrant = SIGNS.index((float(np.sign(q[0])), float(np.sign(q[1]))))
                scores[:, k] -= (self.prices[:, quadrant] @ np.abs(q)).max(axis=1)
            else:
                # Along an axis the other player's weight is 0 and his payments are free: a price of its own.
                i = int(q[0] == 0.0)
                scores[:, k] -= abs(q[i]) * self.axis_prices[:, i, int(q[i] < 0.0)]
        scores[~self.enforceable] = -np.inf
        return np.asarray(scores + given @ self.low)

    def table(self) -> Table:
        """Return a table with one row for each half-plane of Q: direction, k, profile that attains it."""
        scores = self.scores(self.directions)
        names = [", ".join(self.stage.labels(index)) for index in np.ndindex(self.stage.n_actions)]
        rows = tuple(
            (float(x), float(y), float(scores[:, m].max()), names[int(scores[:, m].argmax())])
            for m, (x, y) in enumerate(self.directions)
        )
        players = (f"direction {player}" for player in self.stage.players)
        title = (
            f"bounds of perfect public equilibrium payoffs at every patience: {self.status} ({self.reason})"
        )
        return Table(title, (*players, "level", "profile"), rows)


@Takes("the limit of public equilibria", (StageGame,), (2,), profiles=FOR_PROGRAMS, questions=("signals",))
def public_perfect_limit(stage: StageGame, signal: PublicSignal) -> PublicPerfectLimit:
    """Return the limit of perfect public equilibrium payoffs as the discount factor goes to 1.

    The limit set also bounds these payoffs at every discount factor. Action profiles are pure.

    Parameters
    ----------
    stage : StageGame
        The game, with two players and expected payoffs.
    signal : PublicSignal
        The public signal, defined on the game's action profiles.

    Returns
    -------
    PublicPerfectLimit
        The limit set Q with its vertices as `.vertices`, and its bound in any direction as
        `.support(direction)`.

    Raises
    ------
    InvalidGame
        If `stage` is no `StageGame` of two players, or `signal` no `PublicSignal`.
    InvalidProbabilities
        If the signal is not defined on the stage game's profiles.
    SizeLimit
        If the game has more than 200,000 action profiles.

    Notes
    -----
    Fudenberg, D., and Levine, D. K. (1994), "Efficiency and observability with long-run and short-run
    players", Journal of Economic Theory 62(1). If Q has no interior, equilibrium payoffs need not fill it.

    Examples
    --------
    Breaches of both players have the same signal, so each player's payoff is reduced by p g / (q - p).
    Here p = 0.1 and q = 0.8 are the probabilities of the bad signal without and with a breach, and g = 1 is
    the gain from a breach:

    >>> stage = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    >>> signal = PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]], ("good", "bad"))
    >>> k = public_perfect_limit(stage, signal)
    >>> round(k.support((1, 1)), 6), round(2 * (2 - 0.1 / 0.7), 6)
    (3.714286, 3.714286)
    >>> k.status, k.has_interior
    ('complete', True)
    """
    expect_kind(signal, PublicSignal, "the limit of public equilibria")
    signal.require_profiles_of(stage)
    # Scores do not depend on patience: any discount factors will do.
    constraints = signal_constraints(stage, signal, (0.5, 0.5))
    enforceable = np.array([is_enforceable(constraints, a) for a in range(len(constraints.payoffs))])
    prices, axes, failed = _all_prices(constraints, enforceable)
    read_only(enforceable, prices, axes, constraints.low, constraints.scale)
    unbounded = PublicPerfectLimit(
        stage, signal, enforceable, prices, axes, constraints.low, constraints.scale,
        np.empty((0, 2)), np.empty((0, 2)), "complete", "",
    )  # fmt: skip
    return _bounded(unbounded, failed)


def _all_prices(
    constraints: SignalConstraints, enforceable: BoolArray
) -> tuple[FloatArray, FloatArray, bool]:
    """Return prices by profile, quadrant and piece, prices along the axes, and whether a program failed."""
    total, failed = len(enforceable), False
    price_lists: dict[tuple[int, int], FloatArray] = {}
    axes = np.zeros((total, 2, 2))
    for a in np.flatnonzero(enforceable).tolist():
        for quadrant in range(4):
            pieces = quadrant_prices(constraints, a, quadrant)
            failed = failed or pieces is None
            price_lists[a, quadrant] = np.zeros((1, 2)) if pieces is None else pieces
        for i in (0, 1):
            for k, sign in enumerate((1.0, -1.0)):
                price = axis_price(constraints, a, i, sign)
                failed = failed or price is None
                axes[a, i, k] = price or 0.0
    most = max((len(pieces) for pieces in price_lists.values()), default=1)
    prices = np.zeros((total, 4, most, 2))
    for (a, quadrant), pieces in price_lists.items():
        # Padded with the last piece again: a maximum over pieces does not mind.
        prices[a, quadrant] = pieces[np.minimum(np.arange(most), len(pieces) - 1)]
    return prices, axes, failed


def _bounded(perfect_limit: PublicPerfectLimit, failed: bool) -> PublicPerfectLimit:
    """Return the limit with the directions at which k bends and the vertices of Q."""
    axes = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
    # k is linear between two neighbouring bends, and where it is, the half-planes of the two ends imply those
    # between.
    directions = (
        np.vstack([axes, *(_bends(perfect_limit, quadrant) for quadrant in range(4))]) / perfect_limit.scale
    )
    # Counter-clockwise from the first axis on, as intersections are taken.
    angles = np.arctan2(directions[:, 1], directions[:, 0]) % (2.0 * np.pi)
    directions = directions[np.argsort(angles, kind="stable")]
    if not perfect_limit.enforceable.any():
        vertices, reason = np.empty((0, 2)), "no pure profile can be enforced"
    else:
        # In scaled payoffs, with unit normals.
        normals = directions * perfect_limit.scale
        lengths = np.hypot(normals[:, 0], normals[:, 1])
        levels = (perfect_limit.supports(directions) - directions @ perfect_limit.low) / lengths
        polygon = flattened(hull_of(polygon_of(normals / lengths[:, None], levels), NUMERICS.collinear))
        vertices = polygon * perfect_limit.scale + perfect_limit.low
        reason = _reason(len(vertices))
    read_only(directions, vertices)
    if failed:
        reason += "; a program failed, its prices count as zero"
    status: Status = "partial" if failed else "complete"
    return replace(perfect_limit, directions=directions, vertices=vertices, status=status, reason=reason)


def _reason(corners: int) -> str:
    if corners > 2:
        return "has an interior: the limit of the equilibrium payoffs as patience grows"
    return "no interior: a bound at every patience; whether it is reached in the limit is not known"


def _bends(perfect_limit: PublicPerfectLimit, quadrant: int) -> FloatArray:
    """Return the directions, in scaled payoffs, at which k or a profile's score bends in a quadrant.

    Between neighbouring bends every profile's score is linear, and the largest score is convex.
    """
    payoffs = (perfect_limit.stage.payoffs.reshape(-1, 2) - perfect_limit.low) / perfect_limit.scale
    enforceable = np.flatnonzero(perfect_limit.enforceable)
    signs = np.array(SIGNS[quadrant])
    at = {0.0, 1.0}
    for a in enforceable:
        pieces = perfect_limit.prices[a, quadrant]
        at |= set(linear_pieces(highest(pieces))[1].tolist())
    bends = sorted(at)

    def ends(s: float) -> FloatArray:
        """Return each profile's score in one direction."""
        weights = np.array([1.0 - s, s])
        return np.array(
            payoffs[enforceable] @ (signs * weights)
            - (perfect_limit.prices[enforceable, quadrant] @ weights).max(axis=1)
        )

    # Between two bends of the parts each profile's score is linear: where another profile becomes the
    # highest, the largest of them bends too.
    every = set(bends)
    values = [ends(s) for s in bends] if len(enforceable) else []
    for k in range(len(values) - 1):
        lines = np.stack([values[k], values[k + 1]], axis=1)
        inside = linear_pieces(highest(lines))[1]
        every |= {float(bends[k] + s * (bends[k + 1] - bends[k])) for s in inside}
    inner = np.array(sorted(s for s in every if 0.0 < s < 1.0))
    return np.asarray(np.stack([1.0 - inner, inner], axis=1).reshape(-1, 2) * signs)


# The quadrants, counter-clockwise.
SIGNS = ((1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0))

# From a position between 0 and 1 the values at 0 and 1 of the linear piece that is highest there.
Oracle = Callable[[float], FloatArray]


def linear_pieces(oracle: Oracle) -> tuple[FloatArray, FloatArray]:
    """Return the pieces of a convex piecewise linear function on [0, 1], and where it bends and ends.

    At the crossing of two pieces either the function is no higher, and bends there, or a third piece is found
    (Eisner and Severance 1976).

    Returns shape (k, 2) and (b,).

    Examples
    --------
    >>> lines = np.array([[0.0, 1.0], [1.0, 0.0], [0.6, 0.6]])
    >>> pieces, bends = linear_pieces(highest(lines))
    >>> len(pieces), bends.round(3).tolist()
    (3, [0.0, 0.4, 0.6, 1.0])
    """
    first, last = oracle(0.0), oracle(1.0)
    pieces, bends, waiting = [first, last], [0.0, 1.0], [(first, last)]
    while waiting and len(pieces) < NUMERICS.most_pieces:
        left, right = waiting.pop()
        # Two pieces of a convex function cross where the one falls below the other; parallel or ordered ones
        # do not.
        fall, rise = left[0] - right[0], right[1] - left[1]
        if fall <= NUMERICS.agree or rise <= NUMERICS.agree:
            continue
        at = float(fall / (fall + rise))
        value = (1.0 - at) * left[0] + at * left[1]
        supporting = oracle(at)
        # Nothing is higher at the crossing: a bend of the function. Else the piece found there lies between,
        # and both sides are looked at.
        if (1.0 - at) * supporting[0] + at * supporting[1] <= value + NUMERICS.agree:
            bends.append(at)
        else:
            pieces.append(supporting)
            waiting += [(left, supporting), (supporting, right)]
    return np.array(pieces), np.sort(bends)


def highest(lines: FloatArray) -> Oracle:
    """Return the function that gives the highest line, by its values at 0 and 1, at a position."""

    def oracle(at: float) -> FloatArray:
        """Return the line that is highest at one point."""
        return np.asarray(lines[int((lines @ [1.0 - at, at]).argmax())])

    return oracle


def quadrant_prices(constraints: SignalConstraints, profile: int, quadrant: int) -> FloatArray | None:
    """Return every pair of prices of a profile in a quadrant, shape (k, 2), or None if a program failed."""
    owners, gains, falls, chances = _numbers(constraints, profile)
    signs, n_signals = SIGNS[quadrant], len(chances)
    matrix = np.zeros((2 * n_signals, len(gains) + n_signals))
    for i in (0, 1):
        rows = slice(i * n_signals, (i + 1) * n_signals)
        matrix[rows, : len(gains)] = np.where(owners == i, -falls.T, 0.0)
        matrix[rows, len(gains) :] = signs[i] * np.eye(n_signals)
    program = SmallProgram(matrix)
    program.set_low(np.zeros(matrix.shape[1]))
    level = np.concatenate([signs[i] * chances for i in (0, 1)])
    program.set_rows(level, level)
    failed = False

    def oracle(at: float) -> FloatArray:
        """Return the pair of prices that is highest at a weight of the second player."""
        nonlocal failed
        worth = np.where(owners == 0, 1.0 - at, at) * gains
        best = program.maximum(np.r_[worth, np.zeros(n_signals)])
        if best is None or not np.isfinite(best[0]):
            failed = True
            return np.zeros(2)
        paid = np.maximum(best[1][: len(gains)], 0.0) * gains
        return np.array([paid[owners == 0].sum(), paid[owners == 1].sum()])

    pieces, _ = linear_pieces(oracle)
    return None if failed else np.unique(pieces, axis=0)


def axis_price(constraints: SignalConstraints, profile: int, player: int, sign: float) -> float | None:
    """Return the price of a profile along an axis, or None if the program failed.

    On an axis the other player's transfers are free.
    """
    owners, gains, falls, chances = _numbers(constraints, profile)
    own = owners == player
    program = SmallProgram(np.hstack([-falls[own].T, sign * np.eye(len(chances))]))
    program.set_low(np.zeros(int(own.sum()) + len(chances)))
    program.set_rows(sign * chances, sign * chances)
    best = program.maximum(np.r_[gains[own], np.zeros(len(chances))])
    return None if best is None or not np.isfinite(best[0]) else float(best[0])


def is_enforceable(constraints: SignalConstraints, profile: int) -> bool:
    """Return whether some continuation payments deter every deviation from a profile."""
    if constraints.hopeless[profile]:
        return False
    owners, gains, falls, _ = _numbers(constraints, profile)
    return all(mimicking_gain(falls[owners == i], gains[owners == i])[0] <= 0.0 for i in (0, 1))


def _numbers(
    constraints: SignalConstraints, profile: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the owners, gains and falls of probability of a profile's deviations, and its probabilities."""
    count, width = constraints.n_constraints[profile], constraints.n_signals[profile]
    return (
        constraints.owners[profile, :count].astype(np.float64),
        constraints.gains[profile, :count],
        constraints.coefficients[profile, :count, :width],
        constraints.probabilities[profile, :width],
    )
