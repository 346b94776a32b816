"""Pure-strategy perfect public equilibrium payoffs of repeated games with transfers, any number of players.

Goldluecke, S. and Kranz, S. (2012), "Infinitely repeated games with public monitoring and monetary
transfers", Journal of Economic Theory 147. In every period players may pay each other, or burn money, then
act, and see a public signal. Counted before the payments, the equilibrium payoffs are

    {u : u_i >= v_i for all i, sum of u_i <= U}.

A profile is enforced by payments: players can lose what they have above their worst payoffs. Given the
liquidity L = delta (U - sum of v_i) / (1 - delta), let J(L) be the largest sum of the payoffs in a period and
the payments after it, over all profiles. Let c_i(L) be the least such payoff of player i
(`liquidity_programs.py`). Then v_i = c_i(L), and L is the largest solution of L = delta (J(L) - sum of
c_i(L)), which is

    (1 - delta) / delta L = f(L) = J(L) - L - sum of c_i(L).

J(L) - L never increases. The second form is used because L is large if players are patient, so that rounding
of J(L) would hide their payoffs. The search starts from an upper bound of L. Each profile's J and c_i are
replaced by linear bounds that are tight at the last L. The largest solution of these below the last L is the
next L. Lines are computed only for the profiles that attain an extremum. The search ends because there are
finitely many profiles, whose values are piecewise linear.

Cost: a few linear programs per step for the profiles that matter, usually fewer than ten steps. Constraints
are met to `PROGRAM_TOLERANCE` of the size of the game; the certificate is in
`game_theory/checks/public_transfers.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, read_only
from negotiation.game_theory.checks.public_transfers import verify_public_transfers
from negotiation.game_theory.games import RepeatedGame, own_units
from negotiation.game_theory.games.capabilities import FOR_PROGRAMS, Takes
from negotiation.game_theory.solutions.transfer_payoff_set import TransferPayoffSet, triangle
from negotiation.game_theory.solutions.transfer_simplex import TransferSimplex
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.relational.liquidity_programs import Line, LiquidityProgram
from negotiation.game_theory.solvers.relational.numerics import NUMERICS

METHOD = "goldluecke_kranz"


class _LargestSolution(NamedTuple):
    """The largest solution: its liquidity and, by aim (joint payoff, then each player's), profile and line.

    `settled` tells whether the steps ended at a solution or were stopped.
    """

    liquidity: float
    positions: IntArray
    lines: tuple[Line, ...]
    steps: int
    settled: bool


@Takes("a payoff set with transfers", (RepeatedGame,), unlike=False, profiles=FOR_PROGRAMS)
def payoffs_with_public_transfers(
    game: RepeatedGame, stop: BoolArray | None = None
) -> TransferPayoffSet | TransferSimplex:
    """Return the perfect public equilibrium payoffs of a repeated game with transfers and money burning.

    The search stops, with a `partial` result, once `stop[0]` is True.
    """
    units = own_units(game.stage)
    scale = units.of_money()
    payoffs = units.payoffs[0] / scale
    stop = never() if stop is None else stop
    search = _Search(payoffs, _chances(game), game.float_discount_factors[0], stop)
    solution = search.largest()
    result = _labelled(game, solution, search.alive, units.least, scale)
    if solution is None:
        return result
    if not solution.settled:
        reason = f"{result.reason}; steps still moved after {solution.steps}"
        return replace(result, status="partial", reason=reason)
    verdict = verify_public_transfers(game, result)
    impatience = 1.0 - game.float_discount_factors[0]
    if verdict.holds and game.monitoring is not None and impatience < NUMERICS.least_impatience:
        reason = f"{result.reason}; so close to 1 that programs lose digits of the joint payoff"
        return replace(result, status="partial", reason=reason)
    if verdict.holds:
        return replace(result, reason=f"{result.reason}, largest solution certified")
    reason = f"{result.reason}; the certificate is short by {-verdict.margin:.1g}"
    return replace(result, status="partial", reason=reason)


def _chances(game: RepeatedGame) -> FloatArray:
    if game.monitoring is not None:
        return game.monitoring.probabilities
    counts = game.stage.n_actions
    return np.eye(int(np.prod(counts))).reshape(*counts, -1)


class _Search:
    """The steps down to the largest solution, with payoffs of order 1 measured from each player's least."""

    def __init__(self, payoffs: FloatArray, chances: FloatArray, delta: float, stop: BoolArray) -> None:
        self._stop = stop
        self._payoffs, self._chances, self._rate = payoffs, chances, (1.0 - delta) / delta
        n_players = payoffs.shape[-1]
        replies = [
            np.broadcast_to(payoffs[..., i].max(axis=i, keepdims=True), payoffs.shape[:-1]).ravel()
            for i in range(n_players)
        ]
        flat = payoffs.reshape(-1, n_players)
        self.alive = np.ones(len(flat), dtype=np.bool_)
        # Lines of the loss to be minimised, by aim: the liquidity less the joint payoff, then each player's
        # payoff. Initially all of the liquidity is paid out, and a punished player gets the payoff of a best
        # reply to the profile.
        self._at_zero = np.stack([-flat.sum(axis=1), *replies])
        self._slopes = np.zeros(self._at_zero.shape)
        self._programs: dict[int, LiquidityProgram] = {}

    def largest(self) -> _LargestSolution | None:
        """Return the largest solution, or None if no profile can be enforced."""
        # From above: L = delta / (1 - delta) (U - sum v) with the highest joint payoff and, of each player,
        # the lowest payoff that a best reply has.
        liquidity = max(-float(self._at_zero.min(axis=1).sum()) / self._rate, 0.0)
        for step in range(1, NUMERICS.most_steps + 1):
            chosen = self._tightened(liquidity)
            if chosen is None:
                return None
            positions = np.array([position for position, _ in chosen], dtype=np.intp)
            lines = tuple(line for _, line in chosen)
            if self._stop[0]:
                break
            following = self._crossing(liquidity)
            # Steps fall to the largest solution. If the next one is the same, the lines are tight there.
            if liquidity - following <= NUMERICS.same_liquidity * (1.0 + liquidity):
                return _LargestSolution(liquidity, positions, lines, step, True)
            liquidity = following
        return _LargestSolution(liquidity, positions, lines, step, False)

    def _tightened(self, liquidity: float) -> list[tuple[int, Line]] | None:
        """Return the best profile for each aim at a liquidity, with lines that are tight there."""
        while True:
            best = [self._best(aim, liquidity) for aim in range(len(self._at_zero))]
            if any(results is None for results in best):
                return None
            results = [pair for pair in best if pair is not None]
            # If a chosen profile has been dropped since, the choice is repeated.
            if all(self.alive[position] for position, _ in results):
                return results

    def _best(self, aim: int, liquidity: float) -> tuple[int, Line] | None:
        tight: dict[int, Line] = {}
        while self.alive.any():
            # Tighten the line of the best profile, until the best profile is one whose line is tight here.
            losses = self._at_zero[aim] + self._slopes[aim] * liquidity
            position = int(np.where(self.alive, losses, np.inf).argmin())
            if position in tight:
                return position, tight[position]
            if self._stop[0]:
                # The known lines are still a bound, but no payments are known to attain it.
                base, slope = float(self._at_zero[aim, position]), float(self._slopes[aim, position])
                nothing = np.zeros(self._chances.shape[-1:] + self._payoffs.shape[-1:]).T
                return position, Line(base, slope, nothing)
            line = self._line(aim, position, liquidity)
            if line is None:
                self.alive[position] = False
                continue
            self._slopes[aim, position] = line.slope if aim else 1.0 - line.slope
            self._at_zero[aim, position] = line.base if aim else -line.base
            tight[position] = line
        return None

    def _line(self, aim: int, position: int, liquidity: float) -> Line | None:
        program = self._programs.get(position)
        if program is None:
            program = LiquidityProgram(self._payoffs, self._chances, position)
            self._programs[position] = program
        return program.joint(liquidity) if aim == 0 else program.least(aim - 1, liquidity)

    def _crossing(self, liquidity: float) -> float:
        """Return the solution of the lines below a liquidity, or the liquidity itself if there is none.

        The lines bound f by a convex function, which at the given liquidity is not above (1 - delta) / delta
        times it. If it is above at 0, Newton's steps from 0 rise to the solution. Otherwise 0 is returned.
        """
        lines, slopes = self._at_zero[:, self.alive], self._slopes[:, self.alive]
        low = 0.0
        for _ in range(NUMERICS.most_steps):
            losses = lines + slopes * low
            chosen = losses.argmin(axis=1)[:, None]
            above = -float(np.take_along_axis(losses, chosen, axis=1).sum()) - self._rate * low
            # Newton's step on bound(L) - rate L, which is convex: if it does not fall here, it never falls.
            falls = self._rate + float(np.take_along_axis(slopes, chosen, axis=1).sum())
            if falls <= 0.0 or above <= NUMERICS.same_liquidity * falls * (1.0 + low):
                return min(low, liquidity)
            low += above / falls
            if low >= liquidity:
                return liquidity
        return liquidity


def _labelled(
    game: RepeatedGame, result: _LargestSolution | None, alive: np.ndarray, least: FloatArray, scale: float
) -> TransferPayoffSet | TransferSimplex:
    n_players, delta = len(least), game.float_discount_factors[0]
    n_signals = _n_signals(game)
    if result is None:
        joint, steps, threats = -np.inf, 0, np.full(n_players, np.inf)
        positions = np.empty(0, dtype=np.intp)
        continuations = np.empty((0, n_signals, n_players))
        reason = "no profile is kept up by any payments"
    else:
        rate, steps, positions = (1.0 - delta) / delta, result.steps, result.positions
        worst = np.array([line.base + line.slope * result.liquidity for line in result.lines[1:]])
        threats = worst * scale + least
        joint = float(threats.sum() + rate * result.liquidity * scale)
        payments = np.stack([line.payments.T for line in result.lines])
        continuations = threats + rate * payments * scale
        n_alive = int(alive.sum())
        reason = f"{len(alive) - n_alive} of {len(alive)} profiles fell out"
    read_only(threats, positions, continuations)
    if n_players != 2:
        return TransferSimplex(
            game, joint, threats, positions, continuations, "complete", METHOD, reason, steps, scale
        )
    low = threats if result is not None else least.copy()
    corners = triangle(joint, low, KNIFE_EDGE * scale)
    read_only(low, corners)
    plan = None if result is None else (int(positions[0]), int(positions[1]), int(positions[2]))
    return TransferPayoffSet(
        game, corners, corners, low, positions, continuations, "complete", METHOD, reason, steps, 0.0, scale,
        0.0, False, joint, plan,
    )  # fmt: skip


def _n_signals(game: RepeatedGame) -> int:
    return int(np.prod(game.stage.n_actions)) if game.monitoring is None else game.monitoring.n_signals
