"""Answers that end: a deviator is punished by one profile until a lottery restores the path.

A path pays v for ever. The answer to player i plays a profile a. After each period in which no player
deviates, play returns to the path with some probability. A deviation during an answer begins the answer to
the player who deviated. Let s be the weight of the path in the value of the answer, from 0 (no return) to the
discount factor (return after one period). The answer is worth

    P_i = (1 - s) u_i(a) + s v_i,      Q_j = (1 - s) u_j(a) + s v_j,

to player i and to the other player j. It is credible iff P_i >= d_i(a), where d_i(a) is i's payoff from the
best reply to a, and Q_j >= (1 - delta) d_j(a) + delta P_j, so that j is deterred from deviating by the answer
to j. It is weakly renegotiation-proof (Farrell and Maskin 1989) iff also u_j(a) >= v_j: player j is no
worse off than on the path, and so does not agree to return early. In every weakly renegotiation-proof
equilibrium that plays the path, in pure actions with public lotteries, P_i is at least the least d_i(a) over
the profiles with u_j(a) >= v_j. So an answer with P_i = d_i(a) at that profile is the worst of all.

The least P solve a monotone system, and the iteration from below converges to its least solution. Cost: a few
passes over the profiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray
from negotiation.game_theory.games import StageGame, departures
from negotiation.game_theory.solvers.penal_codes.numerics import NUMERICS
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import Key, Target

KEPT = "kept"


@dataclass(frozen=True, eq=False)
class ReturningAnswers:
    """The worst credible answer to each player."""

    # Positions of the actions on the path.
    path: tuple[int, int]
    # The profile in the answer to each player; `None` if no answer is credible.
    profiles: tuple[tuple[int, int] | None, ...]
    # For each answer, the probability of returning to the path after each period.
    back: tuple[float, ...]
    # (2,): each player's payoff in the answer to that player; infinite if there is none.
    worst: FloatArray
    # (2,): lower bounds of these payoffs over all answers with the allowed profiles.
    least: FloatArray

    def automaton(self, stage: StageGame) -> Automaton:
        """Return the strategy of the path and the answers; a deviation without an answer is ignored."""
        names = [f"answer {player}" for player in stage.players]
        there = [i for i in (0, 1) if self.profiles[i] is not None]
        actions = {KEPT: stage.labels(self.path)}
        actions |= {names[i]: stage.labels(self.profiles[i] or self.path) for i in there}
        moves: dict[str, dict[Key, Target]] = {}
        for state, profile in actions.items():
            row: dict[Key, Target] = {
                other: names[i] for i in there for _, other in departures(profile, i, stage.actions[i])
            }
            moves[state] = row | {OTHERWISE: self._next(state, names)}
        return Automaton(list(actions), KEPT, actions, moves)

    def _next(self, state: str, names: list[str]) -> Target:
        if state == KEPT:
            return KEPT
        back = self.back[names.index(state)]
        if back in (0.0, 1.0):
            return KEPT if back else state
        return {KEPT: back, state: 1.0 - back}


def returning_answers(
    payoffs: FloatArray,
    delta: float,
    path: tuple[int, int] = (0, 0),
    *,
    among: tuple[BoolArray, BoolArray] | None = None,
    proof: bool = False,
) -> ReturningAnswers:
    """Return the worst credible answer to each player that ends by a lottery.

    `path` has the positions of the actions on the path. An answer may play the profiles in which the player
    gets less than on the path; `among` restricts them further, for each player. With `proof`, the other
    player must not get less than on the path, so that the answers are weakly renegotiation-proof.

    Shapes: `payoffs` (n_1, n_2, 2), each of `among` (n_1, n_2).
    """
    v = payoffs[path]
    ranges = np.array([np.ptp(payoffs[..., i]) for i in (0, 1)])
    room = KNIFE_EDGE * np.where(ranges > 0, ranges, 1.0)
    games = []
    for i in (0, 1):
        allowed = payoffs[..., i] < v[i] - room[i]
        if among is not None:
            allowed = allowed & among[i]
        if proof:
            allowed = allowed & (payoffs[..., 1 - i] >= v[1 - i] - room[1 - i])
        games.append(_Held.of(payoffs, i, allowed, v, delta, room))
    least = np.array([game.best_own.min(initial=np.inf) for game in games])
    worst, best_answers = np.full(2, -np.inf), [(-1, 0.0), (-1, 0.0)]
    for _ in range(NUMERICS.answer_rounds):
        before = worst.copy()
        for i in (0, 1):
            worst[i], best_answers[i] = games[i].least(float(before[1 - i]))
        if (
            not (np.isfinite(worst) & (worst > before + room)).any()
            and (np.isinf(worst) == np.isinf(before)).all()
        ):
            break
    columns = payoffs.shape[1]
    profiles = tuple((k // columns, k % columns) if k >= 0 else None for k, _ in best_answers)
    back = tuple(
        0.0 if s <= 0.0 else min(1.0, s * (1.0 - delta) / (delta * (1.0 - s))) for _, s in best_answers
    )
    return ReturningAnswers(path, profiles, back, worst, least)


@dataclass(frozen=True, eq=False)
class _Held:
    """The k profiles that may be played in the answer to a player, and both players' payoffs in them."""

    # (k,): positions of the profiles, row-major.
    index: IntArray
    # (k,): u_i, u_j, d_i and d_j: the player's payoff and the other's, and those of their best replies.
    own: FloatArray
    other: FloatArray
    best_own: FloatArray
    best_other: FloatArray
    # v_i and v_j: the payoffs of the path.
    path: tuple[float, float]
    delta: float
    # Tolerance for the other player's payoffs.
    room: float

    @classmethod
    def of(
        cls, payoffs: FloatArray, i: int, allowed: BoolArray, v: FloatArray, delta: float, room: FloatArray
    ) -> _Held:
        """Return the allowed profiles for the answer to player `i`, with the payoffs `v` of the path."""
        index, j = np.flatnonzero(allowed.ravel()), 1 - i
        # Player 1 replies to the column, player 2 to the row.
        lines = index % payoffs.shape[1], index // payoffs.shape[1]
        own, other = (payoffs[..., k].ravel()[index] for k in (i, j))
        best_own, best_other = (payoffs[..., k].max(axis=k)[lines[k]] for k in (i, j))
        path = float(v[i]), float(v[j])
        return cls(index, own, other, best_own, best_other, path, delta, float(room[j]))

    @cached_property
    def _credible(self) -> FloatArray:
        """The least weight of the path at which the player does not deviate from each profile; shape (k,)."""
        weight: FloatArray = np.maximum(0.0, (self.best_own - self.own) / (self.path[0] - self.own))
        return weight

    def least(self, answer: float) -> tuple[float, tuple[int, float]]:
        """Return the least payoff to which the player can be held, the profile and the weight of the path.

        `answer` is the payoff to the other player of the answer to that player: minus infinity if it deters
        every deviation, and infinity if there is none. If no profile is credible, the payoff is infinite and
        the position of the profile is -1.
        """
        if not len(self.index):
            return np.inf, (-1, 0.0)
        low, high = self._credible, np.full(len(self.index), self.delta)
        if answer == np.inf:
            # The other player's deviations are not punished, so that player must play a best reply.
            high[self.best_other > self.other + self.room] = -1.0
        elif answer > -np.inf:
            needed = (1.0 - self.delta) * self.best_other + self.delta * answer - self.other
            slope = self.path[1] - self.other
            with np.errstate(divide="ignore", invalid="ignore"):
                at = needed / slope
            low = np.where(slope > self.room, np.maximum(low, at), low)
            high = np.where(slope < -self.room, np.minimum(high, at), high)
            flat = np.abs(slope) <= self.room
            high = np.where(flat & (needed > self.room), -1.0, high)
        worth = np.where(low <= high, (1.0 - low) * self.own + low * self.path[0], np.inf)
        k = int(worth.argmin())
        if worth[k] == np.inf:
            return np.inf, (-1, 0.0)
        return float(worth[k]), (int(self.index[k]), float(low[k]))
