"""Best replies to a profile, and the regret of playing it.

Player i's regret at a profile is the largest gain of i from another action, with the others unchanged. A
profile is a Nash equilibrium exactly if no player's regret is positive (Nash 1951). Cost: one pass through
the payoffs for each player.

Solvers in floating point work on payoffs scaled affinely into [0, 1], player by player. A positive affine
change of a player's payoffs changes no best reply, no dominance and no Nash or correlated equilibrium. So
tolerances can be given once, as shares of the player's own payoff range. The scale is a power of two, so
that dividing by it is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import (
    KNIFE_EDGE,
    REGRET_TOLERANCE,
    FloatArray,
    is_probability_vector,
    read_only,
)
from negotiation.base.status import Status
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.mixed_profiles import by_own_action

# For each player an action label or a probability vector.
AnyProfile: TypeAlias = Sequence[str | npt.ArrayLike]


@dataclass(frozen=True, eq=False)
class BestReplies(Tabular):
    """The best replies of each player to a profile.

    Parameters
    ----------
    best : tuple of tuples of str
        Labels of each player's best replies.
    by_action : tuple of arrays, shapes (n_1,), ..., (n_N,)
        Payoff of each player from each of the player's own actions, given the others' play.
    payoffs : array, shape (N,)
        Payoffs of the profile.
    regrets : array, shape (N,)
        Payoff from a best reply less the payoff of the profile, for each player; not negative.
    players : tuple of str
        Labels of the players.
    actions : tuple of tuples of str
        Labels of each player's actions.
    tolerance : float
        Shortfall, as a share of the player's payoff range, within which an action counts as best.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.best_replies(stage, ("C", "C")))
    best replies, regret 1
    player  action  payoff  best reply  player's regret
    0       C            9  no                        1
    0       D           10  yes                       1
    1       C            9  no                        1
    1       D           10  yes                       1
    """

    best: tuple[tuple[str, ...], ...]
    by_action: tuple[FloatArray, ...]
    payoffs: FloatArray
    regrets: FloatArray
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    tolerance: float
    status: Status = "complete"

    @property
    def regret(self) -> float:
        """Largest regret of any player."""
        return float(self.regrets.max())

    def table(self) -> Table:
        """Return a table with one row for each player and action: the payoff, and whether it is best."""
        rows = tuple(
            (player, action, float(payoff), action in self.best[i], float(self.regrets[i]))
            for i, player in enumerate(self.players)
            for action, payoff in zip(self.actions[i], self.by_action[i], strict=True)
        )
        columns = ("player", "action", "payoff", "best reply", "player's regret")
        return Table(f"best replies, regret {self.regret:.6g}", columns, rows)


@Takes("a best reply", (StageGame,))
def best_replies(stage: StageGame, profile: AnyProfile) -> BestReplies:
    """Return every player's best replies to a profile.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    profile : sequence
        For each player, an action label or a probability vector over the player's actions.

    Returns
    -------
    BestReplies
        The best replies, the payoff of every action, the payoffs of the profile, and the regrets.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame.
    InvalidStrategy
        If `profile` is not one probability vector or label for each player.
    UnknownAction
        If a player has no action with that label.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> replies = best_replies(stage, ("C", [0.5, 0.5]))
    >>> replies.best, replies.regrets.tolist()
    ((('D',), ('D',)), [1.5, 0.5])
    """
    strategies = mixed_profile(stage, profile)
    unit = unit_payoffs(stage)
    pure = all(np.count_nonzero(vector) == 1 for vector in strategies)
    tolerance = KNIFE_EDGE if pure else REGRET_TOLERANCE
    best: list[tuple[str, ...]] = []
    by_action: list[FloatArray] = []
    payoffs, regrets = np.empty(stage.n_players), np.empty(stage.n_players)
    for i, own in enumerate(strategies):
        shares = by_own_action(unit.shares[..., i], strategies, i)
        edge = max(tolerance * float(unit.shares[..., i].max()), float(unit.knife_edge[i]))
        near = np.flatnonzero(shares >= shares.max() - edge)
        best.append(tuple(stage.actions[i][a] for a in near))
        values = unit.payoff(i, shares)
        read_only(values)
        by_action.append(values)
        payoffs[i] = unit.payoff(i, own @ shares)
        # Infinite if it is beyond the range of doubles.
        regrets[i] = float(unit.scale[i]) * max(0.0, float(shares.max() - own @ shares))
    read_only(payoffs, regrets)
    return BestReplies(
        tuple(best), tuple(by_action), payoffs, regrets, stage.players, stage.actions, tolerance
    )


def mixed_profile(stage: StageGame, profile: AnyProfile) -> list[FloatArray]:
    """Return a profile of labels and probability vectors as probability vectors, or raise if it is none.

    Examples
    --------
    >>> mixed_profile(StageGame([[[0, 1], [2, 3]]]), ("0", [0.25, 0.75]))
    [array([1.]), array([0.25, 0.75])]
    """
    listed = hasattr(profile, "__len__") and not isinstance(profile, (str, Mapping))
    if not listed or len(profile) != stage.n_players:
        raise InvalidStrategy(
            "a profile must be a sequence of one action label, or one probability vector, for each of "
            f"{stage.players}; got {shown(profile)}"
        )
    strategies: list[FloatArray] = []
    for i, entry in enumerate(profile):
        vector = np.zeros(stage.n_actions[i])
        if isinstance(entry, str):
            vector[stage.action_index(i, entry)] = 1.0
        else:
            given = np.asarray(entry, dtype=object)  # lists of unlike lengths too
            if given.shape != vector.shape or not is_probability_vector(given.tolist()):
                raise InvalidStrategy(
                    f"the strategy of player {stage.players[i]!r} must be {vector.size} probabilities that "
                    f"sum to 1, or an action label; got {shown(entry)}"
                )
            vector[:] = np.clip(given.astype(np.float64), 0.0, None)
        strategies.append(vector)
    return strategies


@dataclass(frozen=True, eq=False)
class UnitPayoffs:
    """A game's payoffs, scaled for each player."""

    # (n_1, ..., n_N, N): payoffs between 0 and 1, the largest above 1/2; all 0 for a player whose payoffs are
    # constant.
    shares: FloatArray
    # low, scale: (N,): a payoff is low + scale x share; the scale is a power of two, or 0 if payoffs are
    # constant.
    low: FloatArray
    scale: FloatArray
    # (N,): distance, in shares, within which values count as equal: `KNIFE_EDGE` of the range, or the
    # resolution of doubles of the payoffs' size if that is larger.
    knife_edge: FloatArray

    def payoff(self, player: int, share: npt.ArrayLike) -> FloatArray:
        """Return shares as payoffs of the player at this position, of the same shape."""
        half = self.low[player] / 2 + self.scale[player] / 2 * np.asarray(share, dtype=np.float64)
        return np.asarray(2.0 * half)


def unit_payoffs(stage: StageGame) -> UnitPayoffs:
    """Return the payoffs of a game, less each player's least payoff and scaled to between 0 and 1.

    The scale is the least power of two that is not below the range, so that dividing by it is exact.

    Examples
    --------
    >>> unit = unit_payoffs(StageGame([[[3, 10], [6, 10]]]))
    >>> unit.shares.tolist(), unit.scale.tolist()
    ([[[0.0, 0.0], [0.75, 0.0]]], [4.0, 0.0])
    """
    values = stage.payoffs
    profiles = tuple(range(stage.n_players))
    low, high = values.min(axis=profiles), values.max(axis=profiles)
    half = high / 2 - low / 2  # halves, so that the range of huge payoffs is finite
    resolution = 2.0 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
    constant = half <= resolution
    mantissa, exponent = np.frexp(np.where(constant, 1.0, half))
    power = np.ldexp(1.0, np.minimum(np.where(mantissa == 0.5, exponent - 1, exponent), 1022))
    shares = np.where(constant, 0.0, (values / 2 - low / 2) / power)
    scale = np.where(constant, 0.0, 2.0 * power)
    edge = np.maximum(KNIFE_EDGE * half, resolution) / power
    read_only(shares, low, scale, edge)
    return UnitPayoffs(shares, low, scale, edge)
