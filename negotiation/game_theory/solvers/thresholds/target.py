"""The game of a profile's threshold: in whole numbers, and as shares of the players' ranges.

A positive affine change of one player's payoffs changes no threshold. So each player's payoffs are shifted so
that the least is 0, and scaled. Decisions are made with the smallest whole numbers. Proposals use floats from
0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm

import numpy as np

from negotiation.base.numeric import FloatArray, ObjectArray
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.plain_payoffs import has_exact_payoffs, plain_shares
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class Target:
    """A profile of a game of two players."""

    # The game in the smallest whole numbers, divided by a power of two if they are very large.
    stage: StageGame
    profile: Profile
    index: tuple[int, int]
    # (n, m, 2): each player's payoffs in the smallest whole numbers, the least 0.
    whole: ObjectArray

    @cached_property
    def shares(self) -> FloatArray:
        """Payoffs as floats, each player's from 0 to 1, shape (n, m, 2)."""
        result: FloatArray = np.stack(
            [self.whole[..., i] / (self.ranges[i] or 1) for i in (0, 1)], axis=-1
        ).astype(np.float64)
        return result

    @cached_property
    def ranges(self) -> tuple[int, int]:
        """The players' largest payoffs, in whole numbers."""
        first, second = (int(self.whole[..., i].max()) for i in (0, 1))
        return first, second

    @cached_property
    def gains(self) -> tuple[int, int]:
        """Each player's gain from the best deviation from the profile, in whole numbers; 0 if none gains."""
        first, second = (self.best(i, self.index) - int(self.whole[(*self.index, i)]) for i in (0, 1))
        return first, second

    @cached_property
    def stakes(self) -> tuple[int, int]:
        """Each player's payoff in the profile less the pure minmax payoff, in whole numbers."""
        first, second = (int(self.whole[(*self.index, i)]) - int(self._best_replies[i].min()) for i in (0, 1))
        return first, second

    @cached_property
    def _best_replies(self) -> tuple[ObjectArray, ObjectArray]:
        return self.whole[..., 0].max(axis=0), self.whole[..., 1].max(axis=1)

    def best(self, player: int, index: Sequence[int]) -> int:
        """Return a player's best payoff against the other's action in a profile, in whole numbers."""
        return int(self._best_replies[player][index[1 - player]])

    def best_other(self, player: int, index: Sequence[int]) -> int | None:
        """Return a player's best payoff from an action other than the profile's; None if there is none."""
        others = [x for a, x in enumerate(self._own(player, index)) if a != index[player]]
        return max(others, default=None)

    def best_other_action(self, player: int, index: Sequence[int]) -> int:
        """Return the position of the first action, other than the profile's, that pays a player most."""
        own = self._own(player, index)
        return max((a for a in range(len(own)) if a != index[player]), key=lambda a: own[a])

    def _own(self, player: int, index: Sequence[int]) -> list[int]:
        row = self.whole[:, index[1], 0] if player == 0 else self.whole[index[0], :, 1]
        own: list[int] = row.tolist()
        return own

    def needed(self, threats: FloatArray) -> float:
        """Return the least discount factor at which threats deter both players; above 1 if there is none.

        Threats are in shares of the players' ranges, and follow for ever.

        Shapes: `threats` (2,).
        """
        low = 0.0
        # delta (g_i - u_i) >= (1 - delta) h_i  iff  delta >= h_i / (h_i + g_i - u_i).
        for i in (0, 1):
            gain = self._gain_shares[i]
            if gain > 0.0:
                stake = float(self.shares[(*self.index, i)]) - float(threats[i])
                low = max(low, gain / (gain + stake) if stake > 0.0 else NUMERICS.no_threshold)
        return low

    def tempted(self, threats: FloatArray, delta: float) -> bool:
        """Return whether a player gains by deviating although the threat follows for ever.

        Shapes: `threats` (2,), in shares of the players' ranges.
        """
        return any(
            delta * (float(self.shares[(*self.index, i)]) - float(threats[i]))
            < (1.0 - delta) * self._gain_shares[i] - NUMERICS.rounded_margin
            for i in (0, 1)
        )

    @cached_property
    def _gain_shares(self) -> tuple[float, float]:
        first, second = (self.gains[i] / (self.ranges[i] or 1) for i in (0, 1))
        return first, second


def plain_target(stage: StageGame, profile: Sequence[str]) -> Target:
    """Return a profile of a game in whole numbers; float payoffs are read as the nearest plain game.

    Examples
    --------
    >>> stage = StageGame([[[70.0, 0.1], [10.0, 0.3]], [[30.0, 0.2], [30.0, 0.4]]])
    >>> plain_target(stage, ("0", "1")).whole[..., 0].tolist(), plain_target(stage, ("0", "1")).gains
    ([[3, 0], [1, 1]], (1, 0))
    """
    row, column = stage.profile_index(profile)
    own = [_whole_numbers(stage, i) for i in (0, 1)]
    whole: ObjectArray = np.stack([np.array(x, dtype=object).reshape(stage.n_actions) for x in own], axis=-1)
    shown = np.stack([_moderate(whole[..., i]) for i in (0, 1)], axis=-1)
    return Target(StageGame(shown, stage.players, stage.actions), tuple(profile), (row, column), whole)


def _whole_numbers(stage: StageGame, player: int) -> list[int]:
    """Return a player's payoffs less the least one, in the unit that makes them the smallest integers."""
    own = stage.given_payoffs()[..., player].ravel()
    if has_exact_payoffs(stage):
        payoffs: list[Fraction] = own.tolist()
        together = lcm(*(x.denominator for x in payoffs))
        units = [x.numerator * (together // x.denominator) for x in payoffs]
        least = min(units)
        units = [x - least for x in units]
    else:
        units, _ = plain_shares(np.asarray(own, dtype=np.float64))
    shared = gcd(*units)
    return [x // shared for x in units] if shared > 1 else units


def _moderate(whole: ObjectArray) -> ObjectArray:
    """Return whole numbers unchanged, or divided by a power of two if they are too large for floats."""
    extra = int(whole.max()).bit_length() - NUMERICS.largest_whole_bits
    return whole if extra <= 0 else whole * Fraction(1, 2**extra)
