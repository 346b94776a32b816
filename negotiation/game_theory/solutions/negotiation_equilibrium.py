"""Equilibria of games with renegotiation: policies, and joint, worst and negotiated payoffs by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.status import Status
from negotiation.errors import UnknownPlayer
from negotiation.game_theory.games import Profile, StageGame, StochasticGame
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets


class ByPlayer(tuple[float, ...]):
    """A number for each player, in the game's order, indexed by position or by label.

    Examples
    --------
    >>> both = ByPlayer((1.0, 2.0), ("USA", "CHN"))
    >>> both, both[0], both["CHN"]
    ((1.0, 2.0), 1.0, 2.0)
    """

    players: tuple[str, ...]

    def __new__(cls, numbers: FloatArray | tuple[float, ...], players: tuple[str, ...]) -> ByPlayer:
        """Return the numbers with the players' labels."""
        instance = super().__new__(cls, (float(number) for number in numbers))
        instance.players = players
        return instance

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            UnknownPlayer.unless_in(key, self.players)
            key = self.players.index(key)
        return super().__getitem__(key)


@dataclass(frozen=True, eq=False)
class NegotiationEquilibrium(Tabular, Drawable):
    """A repeated negotiation equilibrium of a stochastic game with transfers.

    Values are average discounted payoffs before payments. In every state the payoffs that can be agreed on
    are at least `punishments` and have a sum of at most `joint_payoffs`.

    Parameters
    ----------
    game : StochasticGame
        The game.
    negotiation_probability : float
        rho, the probability that the relation is renegotiated at the start of a period.
    bargaining_weights : tuple of float
        The players' shares of the surplus from an agreement.
    horizon : int or None
        Number of periods in which the relation may be renegotiated; `None` to continue until values converge.
    static : mapping from state to StageGame
        Games that are played first in every period and do not change the state; empty if there are none.
    joint : array, shape (S,)
        Joint payoff U in each state; NaN if the status is `failed`.
    worst : array, shape (S, 2)
        Worst payoff v of each player in each state; NaN if the status is `failed`.
    following : tuple of arrays
        The joint and worst payoffs in the following period, shapes (S,) and (S, 2); equal to `joint` and
        `worst` if values have converged.
    positions : array of int, shape (S, 3)
        Row-major positions of the profile that is agreed on in each state, and of the profiles that punish
        the first and the second player; -1 if the status is `failed`.
    static_positions : array of int, shape (S, 3)
        The same for the static games; 0 in states without one.
    tied : array of int, shape (S,)
        Number of profiles with the highest joint payoff in each state, times their number in the static game.
    ties : str
        The rule that selected one of these profiles, in words.
    period : int
        1 if values have converged; the length of the cycle, if they repeat without converging; otherwise 0.
    cycle : tuple of str
        States whose values repeat without converging.
    steps : int
        Number of steps of backward induction.
    start : StatePayoffSets or None
        Payoffs after the horizon: the subgame-perfect payoffs with transfers. `None` if there are static
        games.
    status : {"complete", "partial", "failed"}
        `complete` for a finite horizon, and for an infinite one if values have converged; `failed` if in some
        state no profile can be enforced; otherwise `partial`.
    method, reason : str
        The method, and what is not proven.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> game = ng.StochasticGame.from_stages({"0": stage}, np.ones((1, 2, 2, 1)), 0.5)
    >>> print(ng.negotiation_equilibrium(game, negotiation_probability=0.5, bargaining_weights=(0.75, 0.25)))
    bargained anew with probability 0.5 a period: complete (settled after 24 steps
    back)
    state  agreed  joint payoff  0 negotiates  1 negotiates  worst of 0  worst of 1
    0      C, C              18            12             6           6           4
    """

    _figure = "relations:negotiation_figure"

    game: StochasticGame
    negotiation_probability: float
    bargaining_weights: tuple[float, float]
    horizon: int | None
    static: Mapping[str, StageGame]
    joint: FloatArray
    worst: FloatArray
    following: tuple[FloatArray, FloatArray]
    positions: IntArray
    static_positions: IntArray
    tied: IntArray
    ties: str
    period: int
    cycle: tuple[str, ...]
    steps: int
    start: StatePayoffSets | None
    status: Status
    method: str
    reason: str

    @property
    def settled(self) -> bool:
        """Whether values have converged: further steps of backward induction change nothing."""
        return self.period == 1

    @cached_property
    def policy(self) -> Mapping[str, Profile]:
        """Profile that is agreed on, by state; empty profiles if the status is `failed`."""
        return self._profiles(0)

    @cached_property
    def static_policy(self) -> Mapping[str, Profile]:
        """Profile that is agreed on in the static game, by state; states without one are left out."""
        return self._static_profiles(0)

    def punishing(self, player: str) -> Mapping[str, Profile]:
        """Return the profile that punishes a player, by state.

        Parameters
        ----------
        player : str
            Label of the player to be punished.

        Returns
        -------
        mapping from state to profile
            Action labels in the order of the players; none if the status is `failed`.

        Raises
        ------
        UnknownPlayer
            If the game has no such player.
        """
        return self._profiles(1 + self._player(player))

    @cached_property
    def joint_payoffs(self) -> Mapping[str, float]:
        """Joint payoff, by state."""
        return MappingProxyType(dict(zip(self.game.states, self.joint.tolist(), strict=True)))

    @cached_property
    def punishments(self) -> Mapping[str, ByPlayer]:
        """Worst payoff of each player as long as the relation is not renegotiated, by state."""
        return self._by_player(self.worst)

    @cached_property
    def negotiated(self) -> Mapping[str, ByPlayer]:
        """Payoff of each player from a renegotiation, by state.

        The payoff is the player's worst payoff plus the player's share of the surplus:
        r_i = v_i + beta_i (U - v_1 - v_2), with bargaining weights beta, worst payoffs v and joint payoff U.
        """
        return self._by_player(self.bargained)

    @property
    def bargained(self) -> FloatArray:
        """Payoffs from a renegotiation as an array, shape (S, 2)."""
        left = self.joint - self.worst.sum(axis=1)
        result: FloatArray = self.worst + np.array(self.bargaining_weights) * left[:, None]
        return result

    def _player(self, player: str) -> int:
        UnknownPlayer.unless_in(player, self.game.players)
        return self.game.players.index(player)

    def _by_player(self, numbers: FloatArray) -> Mapping[str, ByPlayer]:
        by_label = {
            s: ByPlayer(row, self.game.players) for s, row in zip(self.game.states, numbers, strict=True)
        }
        return MappingProxyType(by_label)

    def _profiles(self, of: int) -> Mapping[str, Profile]:
        parts = zip(self.game.states, self.game.stages, self.positions[:, of].tolist(), strict=True)
        return MappingProxyType({state: _labels(stage, k) for state, stage, k in parts})

    def _static_profiles(self, of: int) -> Mapping[str, Profile]:
        parts = zip(self.game.states, self.static_positions[:, of].tolist(), strict=True)
        return MappingProxyType(
            {state: _labels(self.static[state], k) for state, k in parts if state in self.static}
        )

    def table(self) -> Table:
        """Return a table by state: agreed profile, and joint, negotiated and worst payoffs."""
        players = self.game.players
        columns = (
            "state",
            *(("first",) if self.static else ()),
            "agreed",
            "joint payoff",
            *(f"{player} negotiates" for player in players),
            *(f"worst of {player}" for player in players),
        )
        rows = []
        for s, state in enumerate(self.game.states):
            first = (self.static_policy.get(state, ()),) if self.static else ()
            rows.append(
                (state, *first, self.policy[state], float(self.joint[s]), *self.negotiated[state],
                 *self.punishments[state])
            )  # fmt: skip
        title = (
            f"bargained anew with probability {self.negotiation_probability:.4g} a period: {self.status} "
            f"({self.reason})"
        )
        return Table(title, columns, tuple(rows))


def _labels(stage: StageGame, position: int) -> Profile:
    if position < 0:
        return ()
    return stage.labels(tuple(int(k) for k in np.unravel_index(position, stage.n_actions)))
