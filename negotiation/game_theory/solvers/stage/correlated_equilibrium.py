"""Correlated equilibria: the best one for a linear objective.

A correlated equilibrium is a distribution over action profiles such that no player gains from disobeying a
recommendation (Aumann 1974, 1987). The best one is found by linear programming, for any number of players;
`obedience_program` has the program and its cost. The optimum is proven in whole numbers, by the signs of its
basis, so that the result does not depend on the linear programming code. Independent code checks the
distribution as well. The extreme payoffs are in `correlated_payoffs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import REGRET_TOLERANCE, FloatArray, read_only
from negotiation.base.reading.numbers import expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, UnknownPlayer, shown
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solvers.stage.obedience_program import (
    ObedienceProgram,
    Optimum,
    disobedience_gains,
    nearest_float,
)

# `"welfare"`, a player's label, weights by player label, or an array of one weight for each player.
Objective: TypeAlias = str | Mapping[str, float] | npt.ArrayLike


@dataclass(frozen=True, eq=False)
class CorrelatedEquilibrium(Tabular):
    """A correlated equilibrium that maximises a linear objective.

    Parameters
    ----------
    distribution : array, shape (n_1, ..., n_N)
        Probability of each action profile.
    payoffs : array, shape (N,)
        Expected payoff of each player.
    weights : array, shape (N,)
        Weight of each player's payoff in the objective.
    value : float
        Value of the objective in this equilibrium.
    bound : float
        Upper bound on the objective over all correlated equilibria.
    margin : float
        Least loss from disobeying a recommendation, times the probability of the recommendation, in payoffs.
        It is at least `-tolerance` times the largest payoff range unless the status is `failed`.
    players : tuple of str
        Labels of the players.
    actions : tuple of tuples of str
        Labels of each player's actions.
    status : {"complete", "partial", "failed"}
        `complete`: the distribution is the float nearest to a distribution that is proven, in whole numbers,
        to be obedient and optimal. `partial`: it is obedient to within `tolerance`, but this is not proven,
        because the linear program is large or its basis is not optimal. `failed`: no equilibrium was found.
        If the linear program failed, the distribution is 0, the payoffs and the value are NaN, and the margin
        is minus infinity.
    tolerance : float
        Largest gain that counts as zero if nothing is proven, as a share of each player's payoff range.
    reason : str
        What was proven, or why the answer is partial or failed.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]], actions=("CD", "CD"))
    >>> print(ng.correlated_equilibrium(stage))
    correlated equilibrium, payoffs 0 5.25, 1 5.25: complete (obedient and best,
    proven in whole numbers)
    0  1  probability
    C  C          0.5
    C  D         0.25
    D  C         0.25
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
        """Profiles that are recommended with positive probability."""
        return tuple(self._labels(index) for index in np.argwhere(self.distribution > 0).tolist())

    def probability(self, profile: Profile) -> float:
        """Return the probability of a profile.

        Parameters
        ----------
        profile : tuple of str
            One action label for each player.

        Returns
        -------
        float
            The probability; 0 if the profile is never recommended.

        Raises
        ------
        InvalidGame
            If the profile does not name one action for each player.
        UnknownAction
            If a player has no action with that label.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]], actions=("CD", "CD"))
        >>> round(ng.correlated_equilibrium(stage).probability(("C", "C")), 6)
        0.5
        """
        frame = StageGame(np.zeros((*self.distribution.shape, len(self.players))), self.players, self.actions)
        return float(self.distribution[frame.profile_index(profile)])

    def table(self) -> Table:
        """Return a table with one row for each profile that is recommended: its probability."""
        rows = tuple(
            (*self._labels(index), float(self.distribution[tuple(index)]))
            for index in np.argwhere(self.distribution > 0).tolist()
        )
        means = ", ".join(f"{p} {v:.6g}" for p, v in zip(self.players, self.payoffs, strict=True))
        title = f"correlated equilibrium, payoffs {means}: {self.status} ({self.reason})"
        return Table(title, (*self.players, "probability"), rows)

    def _labels(self, index: list[int]) -> Profile:
        return tuple(labels[a] for labels, a in zip(self.actions, index, strict=True))


@Takes("a correlated equilibrium", (StageGame,))
def correlated_equilibrium(stage: StageGame, objective: Objective = "welfare") -> CorrelatedEquilibrium:
    """Return a correlated equilibrium that maximises a linear objective.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    objective : str, mapping or array_like, optional
        What to maximise: "welfare", the default, for the sum of payoffs; the label of a player, for that
        player's payoff; or the weights of all payoffs, as a mapping by player (0 for players that are not
        named) or an array of shape (N,). Weights may be negative.

    Returns
    -------
    CorrelatedEquilibrium
        An optimal equilibrium; there may be others with the same value.

    Raises
    ------
    UnknownPlayer
        If the objective names a player that the game does not have.
    InvalidGame
        If `stage` is not a StageGame, or the weights are not one finite number for each player.
    SizeLimit
        If the linear program has more than 20,000,000 entries.

    Notes
    -----
    Aumann, R. J. (1974), "Subjectivity and correlation in randomized strategies", Journal of Mathematical
    Economics 1(1).

    Examples
    --------
    >>> chicken = StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]],
    ...                                   actions=(("swerve", "dare"), ("swerve", "dare")))
    >>> result = correlated_equilibrium(chicken)
    >>> round(result.value, 9), round(result.probability(("swerve", "swerve")), 9)
    (10.5, 0.5)
    """
    weights = objective_weights(stage, objective)
    program = ObedienceProgram(stage)
    scaled = [Fraction(w) * width for w, width in zip(weights.tolist(), program.range, strict=True)]
    return _result(stage, program, program.run(scaled), weights)


def objective_weights(stage: StageGame, objective: Objective) -> FloatArray:
    """Return the weight of each player's payoff in an objective, as an array of shape (N,).

    Examples
    --------
    >>> stage = StageGame([[[0, 0]]], players=("USA", "CHN"))
    >>> objective_weights(stage, "CHN").tolist(), objective_weights(stage, {"USA": 2}).tolist()
    ([0.0, 1.0], [2.0, 0.0])
    """
    weights = np.zeros(stage.n_players)
    if isinstance(objective, str):
        UnknownPlayer.unless_in(objective, ("welfare", *stage.players))
        objective = dict.fromkeys(stage.players if objective == "welfare" else (objective,), 1.0)
    if isinstance(objective, Mapping):
        for player, weight in objective.items():
            weights[stage.player_index(player)] = expect_number(
                f"the weight of {player!r} in `objective`", weight, InvalidGame
            )
    else:
        try:
            given = np.asarray(objective, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            given = np.empty(0)
        if given.shape != weights.shape:
            raise InvalidGame(
                "`objective` must be 'welfare', a player, or one weight for each of "
                f"{stage.players}; got {shown(objective)}"
            )
        weights[:] = given
    if not np.isfinite(weights).all():
        raise InvalidGame(f"the weights in `objective` must be finite; got {shown(objective)}")
    read_only(weights)
    return weights


def _result(
    stage: StageGame, program: ObedienceProgram, optimum: Optimum, weights: FloatArray
) -> CorrelatedEquilibrium:
    """Return the optimum as a result, with the status that the proof and the independent check give it."""
    status: Status
    exact = [Fraction(weight) for weight in weights.tolist()]
    if optimum.distribution is None:
        distribution = np.zeros(stage.n_actions)
        payoffs = np.full(stage.n_players, np.nan)
        value, margin, status, reason = float("nan"), float("-inf"), "failed", optimum.doubt
    else:
        distribution = optimum.distribution
        payoffs = np.array([program.payoff(i, share) for i, share in enumerate(optimum.shares)])
        parts = zip(exact, program.low, program.range, optimum.shares, strict=True)
        value = nearest_float(sum((w * (low + width * x) for w, low, width, x in parts), Fraction(0)))
        gains = disobedience_gains(program.shares, distribution)
        ranges = np.array([nearest_float(width) or 1.0 for width in program.range])
        margin = float((-gains * ranges).min()) + 0.0
        status, reason = _judged(gains, optimum)
    read_only(distribution, payoffs)
    return CorrelatedEquilibrium(
        distribution,
        payoffs,
        weights,
        value,
        value if status == "complete" else _bound(program, optimum, exact),
        margin,
        stage.players,
        stage.actions,
        status,
        reason,
    )


def _bound(program: ObedienceProgram, optimum: Optimum, weights: list[Fraction]) -> float:
    if not np.isfinite(optimum.bound):
        return optimum.bound
    least = sum((w * low for w, low in zip(weights, program.low, strict=True)), Fraction(0))
    return nearest_float(least + Fraction(optimum.bound))


def _judged(gains: FloatArray, optimum: Optimum) -> tuple[Status, str]:
    """Return the status from the proof, or from the check of gains if there is no proof."""
    if gains.max() > REGRET_TOLERANCE:
        return "failed", f"a recommendation is worth disobeying by {gains.max():.2g} of the payoff range"
    if optimum.doubt:
        return "partial", optimum.doubt
    return "complete", "obedient and best, proven in whole numbers"
