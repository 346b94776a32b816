"""The equilibrium payoffs of stochastic games with transfers, as `equilibrium_payoffs` returns them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from negotiation.base.labelled import Table
from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.status import Status
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.solutions.numerics import NUMERICS
from negotiation.game_theory.solutions.state_payoff_set import ByState
from negotiation.game_theory.solutions.transfer_simplex import Simplex

# What players see of what was played: all of it, or the states that follow alone.
Observed = Literal["actions", "states"]


@dataclass(frozen=True, eq=False)
class StateTransferSimplex(Simplex):
    """The equilibrium payoffs with transfers of a stochastic game that starts in a given state.

    The set has all payoffs of at least `threats` with a sum of at most `joint`, counted before the payments.
    """

    game: StochasticGame
    state: str
    # The highest sum of payoffs; minus infinity where there is no equilibrium.
    joint: float
    # (N,): the players' worst equilibrium payoffs; infinite where there is no equilibrium.
    threats: FloatArray
    # (1 + N,): positions of the action profiles that attain the joint payoff, and that hold down each player.
    # Shape (0,) where there is no equilibrium.
    profiles: IntArray
    # (1 + N, S, N): where states alone are seen, what follows these profiles by the next state. Shape (0, S,
    # N) where actions are seen, since then the three kinds of profile say it, and where there is no
    # equilibrium.
    continuations: FloatArray
    # The largest range of a player's payoffs in the game.
    size: float
    # As of the sets of all states.
    status: Status
    # method, reason: How the set was found; what is not proven.
    method: str
    reason: str

    def _stages(self) -> tuple[StageGame, ...]:
        return self.game.stages

    def table(self) -> Table:
        """Return the numbers that define the set, and the profiles that attain them."""
        title = f"equilibrium payoffs with transfers in state {self.state!r}: {self.status} ({self.reason})"
        return self._three_columns(title, self.game.stage(self.state))


@dataclass(frozen=True, eq=False)
class StateTransferSimplices(ByState[StateTransferSimplex]):
    """The equilibrium payoffs of a stochastic game with transfers: a mapping from state label to set.

    Parameters
    ----------
    game : StochasticGame
        The game.
    sets : tuple of StateTransferSimplex
        The set for each state, in the order of the game's states.
    observed : {"actions", "states"}
        Whether players observe actions, or only the state.
    gap : float
        Bound on how far the outer bounds exceed the certified sets, in payoffs; 0 if profiles are eliminated
        until the remaining ones support each other.
    status : {"complete", "partial"}
        `complete` if the largest solution is reached and certified.
    method, reason : str
        The method, and what is not proven.
    iterations : int
        Number of steps.

    Examples
    --------
    >>> import numpy as np
    >>> import negotiation as ng
    >>> pay = [[2 * sum(a) - 3 * a[i] for i in range(3)] for a in np.ndindex(2, 2, 2)]
    >>> give = np.array(pay).reshape(2, 2, 2, 3)
    >>> game = ng.StochasticGame([give, 2 * give], np.full((2, 2, 2, 2, 2), 0.5), 0.5, states=("low", "high"))
    >>> found = ng.equilibrium_payoffs(game, transfers=True)
    >>> {state: found[state].joint for state in found}, found.status
    ({'low': 11.25, 'high': 15.75}, 'complete')
    """

    _figure = "relations:state_transfers_figure"

    game: StochasticGame
    sets: tuple[StateTransferSimplex, ...]
    observed: Observed
    gap: float
    status: Status
    method: str
    reason: str
    iterations: int

    def not_certified(self, short: str) -> StateTransferSimplices:
        """Return the same sets with the status `partial` and a further reason.

        Parameters
        ----------
        short : str
            What is not proven, in words.

        Returns
        -------
        StateTransferSimplices
            The result with the new status and reason.
        """
        reason = f"{self.reason}; {short}"
        sets = tuple(replace(part, status="partial", reason=reason) for part in self.sets)
        return replace(self, sets=sets, status="partial", reason=reason)

    def table(self) -> Table:
        """Return a table with one row for each state: joint payoff, worst payoffs and agreed profile."""
        rows: list[tuple[str | float | None, ...]] = []
        for part in self.sets:
            if part.is_empty:
                rows.append((part.state, None, *(None for _ in part.threats), "no equilibrium"))
            else:
                played = str(part.table().rows[0][2])
                shown = (_shown(value, part.size) for value in (part.joint, *part.threats.tolist()))
                rows.append((part.state, *shown, played))
        columns = ("state", "joint", *(f"worst {player}" for player in self.game.players), "profile")
        title = f"equilibrium payoffs with transfers: {self.status} ({self.reason})"
        return Table(title, columns, tuple(rows))


def _shown(value: float, size: float) -> float:
    """Return a value for a table; a value that is zero up to rounding becomes zero."""
    return 0.0 if abs(value) < NUMERICS.shown * size else value
