"""Correlated equilibria: the best one for a linear objective.

Computes a distribution over action profiles from which nobody gains by disobeying a recommendation
(Aumann 1974, 1987), by linear programming for any number of players; `obedience_program` has the program and
its cost. The distribution is checked by code of its own, and the multipliers give an upper bound on the
objective, so a reader need not believe the linear programming code. The extreme payoffs are in
`correlated_payoffs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.errors import InvalidGame, UnknownPlayer
from negotiation.games import Profile, StageGame
from negotiation.games.kinds import expect_kind
from negotiation.labelled import Table, Tabular
from negotiation.numeric import REGRET_TOLERANCE, FloatArray, read_only
from negotiation.solvers.stage.obedience_program import ObedienceProgram, Optimum, disobedience_gains
from negotiation.status import Status

Objective: TypeAlias = str | Mapping[str, float] | npt.ArrayLike
"""`"welfare"`, a player's label, weights by player label, or an array of one weight for each player."""


@dataclass(frozen=True, eq=False)
class CorrelatedEquilibrium(Tabular):
    """A correlated equilibrium that is best for an objective.

    Parameters
    ----------
    distribution : array, shape (n_1, ..., n_N)
        Probability of each profile.
    payoffs : array, shape (N,)
        Expected payoffs.
    weights : array, shape (N,)
        The objective: the sum of weight times payoff.
    value, bound : float
        The objective here, and the bound that no correlated equilibrium exceeds.
    margin : float
        Least loss from disobeying any recommendation, weighted by its probability, in payoff units; not below
        `-tolerance` times the payoff range where the status is not `failed`.
    players, actions
        Labels, as in the game.
    status : {"complete", "partial", "failed"}
        `complete`: obedient, and value and bound agree. `partial`: obedient, not proven best. `failed`: no
        equilibrium was found; `reason` says why.
    tolerance : float
        As a share of each player's payoff range, what still counts as no gain, and of the objective's, what
        still counts as agreement.
    """

    distribution: FloatArray
    payoffs: FloatArray
    weights: FloatArray
    value: float
    bound: float
    margin: float
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    status: Status
    reason: str
    tolerance: float = REGRET_TOLERANCE

    @property
    def support(self) -> tuple[Profile, ...]:
        """The profiles that are played with positive probability."""
        return tuple(self._labels(index) for index in np.argwhere(self.distribution > 0).tolist())

    def probability(self, profile: Profile) -> float:
        """Return the probability of a profile of action labels.

        Raises
        ------
        InvalidGame, UnknownAction
            If it is not a profile of the game.
        """
        frame = StageGame(np.zeros((*self.distribution.shape, len(self.players))), self.players, self.actions)
        return float(self.distribution[frame.profile_index(profile)])

    def table(self) -> Table:
        """Return one row for each profile that is played."""
        rows = tuple(
            (*self._labels(index), float(self.distribution[tuple(index)]))
            for index in np.argwhere(self.distribution > 0).tolist()
        )
        means = ", ".join(f"{p} {v:.6g}" for p, v in zip(self.players, self.payoffs, strict=True))
        title = f"correlated equilibrium, payoffs {means}: {self.status} ({self.reason})"
        return Table(title, (*self.players, "probability"), rows)

    def _labels(self, index: list[int]) -> Profile:
        return tuple(labels[a] for labels, a in zip(self.actions, index, strict=True))


def correlated_equilibrium(stage: StageGame, objective: Objective = "welfare") -> CorrelatedEquilibrium:
    """Return a correlated equilibrium that maximises a linear objective.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    objective : str, mapping or array_like, optional
        "welfare" (the sum of payoffs), the label of a player whose payoff is maximised, or weights on the
        players' payoffs, by label (0 where missing) or in order; negative weights minimise.

    Returns
    -------
    CorrelatedEquilibrium
        The distribution with payoffs, margin and bound. There may be others with the same value.

    Raises
    ------
    UnknownPlayer
        If the objective names no player.
    InvalidGame
        If the weights are not one finite number for each player.
    SizeLimit
        If the program is too large.

    Examples
    --------
    >>> chicken = StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]],
    ...                                   actions=(("swerve", "dare"), ("swerve", "dare")))
    >>> result = correlated_equilibrium(chicken)
    >>> round(result.value, 9), round(result.probability(("swerve", "swerve")), 9)
    (10.5, 0.5)
    """
    expect_kind(stage, StageGame, "a correlated equilibrium")
    weights = objective_weights(stage, objective)
    program = ObedienceProgram(stage)
    scaled = weights * program.unit.scale
    size = float(np.abs(scaled).max())
    optimum = program.run(scaled / size if size > 0.0 else scaled)
    return _result(stage, program, optimum, weights, size)


def objective_weights(stage: StageGame, objective: Objective) -> FloatArray:
    """Return the weight of each player's payoff in an objective.

    Examples
    --------
    >>> stage = StageGame([[[0, 0]]], players=("USA", "CHN"))
    >>> objective_weights(stage, "CHN").tolist(), objective_weights(stage, {"USA": 2}).tolist()
    ([0.0, 1.0], [2.0, 0.0])
    """
    weights = np.zeros(stage.n_players)
    if isinstance(objective, str):
        if objective == "welfare":
            weights[:] = 1.0
        elif objective in stage.players:
            weights[stage.player_index(objective)] = 1.0
        else:
            raise UnknownPlayer(objective, ("welfare", *stage.players))
    elif isinstance(objective, Mapping):
        for player, weight in objective.items():
            weights[stage.player_index(player)] = weight
    else:
        given = np.asarray(objective, dtype=np.float64)
        if given.shape != weights.shape:
            raise InvalidGame(
                f"an objective has a weight for each of {stage.players}; got shape {given.shape}"
            )
        weights[:] = given
    if not np.isfinite(weights).all():
        raise InvalidGame(f"the weights of an objective are finite; got {weights.tolist()}")
    read_only(weights)
    return weights


def _result(
    stage: StageGame, program: ObedienceProgram, optimum: Optimum, weights: FloatArray, size: float
) -> CorrelatedEquilibrium:
    """Return the optimum as a result, judged by the independent check."""
    unit = program.unit
    status: Status
    if optimum.distribution is None:
        distribution = np.zeros(stage.n_actions)
        payoffs = np.full(stage.n_players, np.nan)
        margin, status, reason = float("-inf"), "failed", f"linear programming failed: {optimum.message}"
    else:
        distribution = optimum.distribution
        shares = np.tensordot(distribution, unit.shares, axes=stage.n_players)
        payoffs = np.array([float(unit.payoff(i, share)) for i, share in enumerate(shares)])
        gains = disobedience_gains(unit.shares, distribution)
        margin = float((-gains * np.where(unit.scale > 0, unit.scale, 1.0)).min()) + 0.0
        status, reason = _judged(gains, optimum)
    for array in (distribution, payoffs):
        read_only(array)
    return CorrelatedEquilibrium(
        distribution,
        payoffs,
        weights,
        float(weights @ payoffs),
        float(weights @ unit.low) + size * optimum.bound,
        margin,
        stage.players,
        stage.actions,
        status,
        reason,
    )


def _judged(gains: FloatArray, optimum: Optimum) -> tuple[Status, str]:
    """Return the status that the gains and the bound allow."""
    if gains.max() > REGRET_TOLERANCE:
        return "failed", f"a recommendation is worth disobeying by {gains.max():.2g} of the payoff range"
    if optimum.bound - optimum.value > REGRET_TOLERANCE:
        return "partial", f"not proven best: value and bound differ by {optimum.bound - optimum.value:.2g}"
    return "complete", "obedient, and proven best by the multipliers"
