"""One Nash equilibrium, as the solvers return it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray

ExactProfile: TypeAlias = tuple[tuple[Fraction, ...], ...]
"""One tuple of rational probabilities for each player."""


@dataclass(frozen=True, eq=False)
class Equilibrium(Tabular):
    """One Nash equilibrium, with what a reader needs to check it.

    Parameters
    ----------
    strategies : tuple of arrays, shapes (n_1,), ..., (n_N,)
        One probability vector for each player.
    payoffs : array, shape (N,)
        Expected payoffs.
    regret : float
        Largest gain of any player from any other action, as `verify` computes it.
    players, actions
        Labels, as in the game.
    exact : tuple of tuples of Fraction, or None
        The strategies as rational numbers, where they passed the check in exact arithmetic.
    """

    strategies: tuple[FloatArray, ...]
    payoffs: FloatArray
    regret: float
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    exact: ExactProfile | None = None

    @property
    def support(self) -> tuple[tuple[str, ...], ...]:
        """The actions that each player plays with positive probability."""
        return tuple(
            tuple(label for label, p in zip(labels, vector, strict=True) if p > 0)
            for labels, vector in zip(self.actions, self.strategies, strict=True)
        )

    @property
    def is_pure(self) -> bool:
        """Whether every player plays one action."""
        return all(len(labels) == 1 for labels in self.support)

    def table(self) -> Table:
        """Return one row for each action that is played."""
        rows = tuple(
            (player, label, float(p), float(self.payoffs[i]))
            for i, player in enumerate(self.players)
            for label, p in zip(self.actions[i], self.strategies[i], strict=True)
            if p > 0
        )
        return Table(
            f"equilibrium, regret {self.regret:.2g}", ("player", "action", "probability", "payoff"), rows
        )
