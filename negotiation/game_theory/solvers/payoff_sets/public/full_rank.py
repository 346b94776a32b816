"""Individual and pairwise full rank of a public signal, profile by profile.

At a profile a player's deviations can be distinguished from one another, mixtures included, if the
distributions of the signal after each of the player's actions, given the others' actions, are linearly
independent: individual full rank. The deviations of two players can be distinguished from each other if the
stacked distributions of both have rank n_i + n_j - 1, which is the largest possible since both contain the
profile's own distribution: pairwise full rank. If enough profiles have both, every feasible and individually
rational payoff is a limit of equilibrium payoffs (Fudenberg, Levine and Maskin 1994, sections 4 and 6). Ranks
of rational probabilities are exact; for floats, singular values below `dependent` of `numerics.py` count as
zero. Cost: a singular value decomposition for each profile, player and pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, IntArray, NumberArray, fraction_array, read_only
from negotiation.base.status import Status
from negotiation.game_theory.exact.polynomials import rank
from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.game_theory.games.capabilities import FOR_PROGRAMS, Takes
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class FullRank(Tabular):
    """The individual and pairwise ranks of a public signal's distributions.

    Parameters
    ----------
    stage : StageGame
        The stage game.
    pairs : tuple of pairs of int
        Positions of the two players of each of the P pairs.
    individual : array of int, shape (A, N)
        For each profile, in row-major order, and each player, the rank of the signal's distributions after
        the player's actions.
    pairwise : array of int, shape (A, P)
        For each profile and pair, the rank of both players' distributions together.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> seen = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
    >>> signal = ng.PublicSignal(seen, ("good", "bad"))
    >>> print(ng.full_rank(stage, signal))
    ranks of the signal
    profile  0       1       0 and 1
    C, C     2 of 2  2 of 2  2 of 3
    C, D     2 of 2  2 of 2  2 of 3
    D, C     2 of 2  2 of 2  2 of 3
    D, D     2 of 2  2 of 2  2 of 3
    """

    stage: StageGame
    pairs: tuple[tuple[int, int], ...]
    individual: IntArray
    pairwise: IntArray
    status: Status = "complete"

    @property
    def is_individual(self) -> BoolArray:
        """Whether the individual rank is full, by profile and player, shape (A, N)."""
        full: BoolArray = self.individual == np.array(self.stage.n_actions)
        return full

    @property
    def is_pairwise(self) -> BoolArray:
        """Whether the pairwise rank is full, by profile and pair of players, shape (A, P)."""
        counts = self.stage.n_actions
        full: BoolArray = self.pairwise == np.array(
            [counts[i] + counts[j] - 1 for i, j in self.pairs], np.intp
        )
        return full

    def table(self) -> Table:
        """Return a table with one row for each profile: both kinds of ranks, out of the full rank."""
        counts, players = self.stage.n_actions, self.stage.players
        rows = tuple(
            (
                ", ".join(self.stage.labels(index)),
                *(f"{rank} of {n}" for rank, n in zip(self.individual[a], counts, strict=True)),
                *(
                    f"{rank} of {counts[i] + counts[j] - 1}"
                    for rank, (i, j) in zip(self.pairwise[a], self.pairs, strict=True)
                ),
            )
            for a, index in enumerate(np.ndindex(counts))
        )
        names = (f"{players[i]} and {players[j]}" for i, j in self.pairs)
        return Table("ranks of the signal", ("profile", *players, *names), rows)

    def _numbers(self) -> Table:
        players = self.stage.players
        names = (
            (f"rank {player}" for player in players),
            (f"rank {players[i]}, {players[j]}" for i, j in self.pairs),
        )
        labels = (", ".join(self.stage.labels(index)) for index in np.ndindex(self.stage.n_actions))
        ranks = np.hstack([self.individual, self.pairwise]).tolist()
        rows = tuple((label, *row) for label, row in zip(labels, ranks, strict=True))
        return Table("", ("profile", *names[0], *names[1]), rows)


@Takes("the rank of a signal", (StageGame,), profiles=FOR_PROGRAMS)
def full_rank(stage: StageGame, signal: PublicSignal) -> FullRank:
    """Return the individual and pairwise ranks of a public signal at every profile.

    Parameters
    ----------
    stage : StageGame
        The game, with any number of players; only its labels are used.
    signal : PublicSignal
        The public signal, defined on the game's action profiles.

    Returns
    -------
    FullRank
        The ranks by profile and player, and by profile and pair of players.

    Raises
    ------
    InvalidGame
        If `stage` is no `StageGame` or `signal` no `PublicSignal`.
    InvalidProbabilities
        If the signal is not defined on the stage game's profiles.
    SizeLimit
        If the game has more than 200,000 action profiles.

    Notes
    -----
    Fudenberg, D., Levine, D., and Maskin, E. (1994), "The folk theorem with imperfect public information",
    Econometrica 62(5), sections 4 and 6.

    Examples
    --------
    A single common alarm shows a breach, but not who committed it:

    >>> stage = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]], players=("A", "B"))
    >>> signal = PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]], ("good", "bad"))
    >>> found = full_rank(stage, signal)
    >>> found.is_individual.all(), found.is_pairwise.any()
    (np.True_, np.False_)
    """
    expect_kind(signal, PublicSignal, "the rank of a signal")
    signal.require_profiles_of(stage)
    given, counts = signal.given_probabilities(), stage.n_actions
    pairs = tuple(combinations(range(len(counts)), 2))
    individual, pairwise = [], []
    for index in np.ndindex(counts):
        rows = [given[(*index[:i], slice(None), *index[i + 1 :])] for i in range(len(counts))]
        individual.append([_rank(matrix) for matrix in rows])
        pairwise.append([_rank(np.concatenate([rows[i], rows[j]])) for i, j in pairs])
    ranks = np.array(individual, np.intp), np.array(pairwise, np.intp).reshape(len(individual), len(pairs))
    read_only(*ranks)
    return FullRank(stage, pairs, *ranks)


def _rank(matrix: NumberArray) -> int:
    if matrix.dtype != object:
        return int(np.linalg.matrix_rank(matrix.astype(np.float64), tol=NUMERICS.dependent))
    return rank(fraction_array(matrix).tolist())
