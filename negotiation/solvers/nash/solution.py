"""What a Nash solver returns, and what a Nash method is.

A solver proposes candidates; `nash_solution` accepts a candidate only if the independent check in
`verify.py` finds no regret above the tolerance. So a solver can miss an equilibrium, but not invent one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.errors import SeveralEquilibria
from negotiation.games import StageGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, payoff_tolerance, read_only
from negotiation.solvers.nash import equilibrium_selection as selection
from negotiation.solvers.nash.checked_equilibria import checked_equilibrium, listing_order
from negotiation.solvers.nash.components import Component
from negotiation.solvers.nash.equilibrium import Equilibrium
from negotiation.status import Status

SAME_PROFILE = 1e-7
"""Mixed profiles whose probabilities all differ by less than this are one equilibrium."""


@dataclass(frozen=True, eq=False)
class NashSolution(Tabular):
    """The equilibria that a method found, and what it proves.

    Parameters
    ----------
    equilibria : tuple of Equilibrium
        In the order of their supports; each has passed the independent check.
    status : {"complete", "partial", "failed"}
        `complete` only where the method proves that it found everything it looks for.
    method : str
        Name of the method.
    reason : str
        What was proven, or why the answer is partial.
    tolerance : float
        Largest regret that was accepted, in payoff units.
    components : tuple of Component
        Where the method finds them, the connected components of the set of equilibria, each with its maximal
        Nash subsets; in a non-degenerate game every equilibrium is a component of its own. Empty where the
        method does not look for components.
    stage : StageGame or None
        The game that was solved.
    """

    equilibria: tuple[Equilibrium, ...]
    status: Status
    method: str
    reason: str
    tolerance: float
    components: tuple[Component, ...] = ()
    stage: StageGame | None = None

    @property
    def max_regret(self) -> float:
        """Largest regret of the equilibria; 0 if there are none."""
        return max((equilibrium.regret for equilibrium in self.equilibria), default=0.0)

    def only(self) -> Equilibrium:
        """Return the one equilibrium, or raise `SeveralEquilibria` where there are none or several."""
        if len(self.equilibria) != 1:
            raise SeveralEquilibria(
                f"one equilibrium was asked for; {self.method} found {len(self.equilibria)} ({self.status}). "
                "Choose from .equilibria, or by .payoff_dominant(), .risk_dominant(), .welfare() or "
                ".nash_product(disagreement)"
            )
        return self.equilibria[0]

    def payoff_dominant(self) -> Equilibrium:
        """Return the equilibrium that pays every player at least as much as each other one does.

        Raises
        ------
        SeveralEquilibria
            If no equilibrium found does, or several do with the same payoffs.

        Examples
        --------
        >>> from negotiation.solvers.nash.pure_equilibria import pure_equilibria
        >>> hunt = StageGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]],
        ...                                actions=(("stag", "hare"), ("stag", "hare")))
        >>> pure_equilibria(hunt).payoff_dominant().support
        (('stag',), ('stag',))
        """
        return selection.payoff_dominant(self.equilibria, self.tolerance)

    def risk_dominant(self) -> Equilibrium:
        """Return the strict pure equilibrium that risk-dominates each other one, for two players.

        One risk-dominates another where the product of the players' losses from leaving it alone, for their
        action in the other, is the larger (Harsanyi and Selten 1988, chapter 3.9).

        Raises
        ------
        SeveralEquilibria
            If no strict pure equilibrium found risk-dominates each other one.
        InvalidGame
            If the game does not have two players, or the solution does not carry its game.

        Examples
        --------
        >>> from negotiation.solvers.nash.pure_equilibria import pure_equilibria
        >>> hunt = StageGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]],
        ...                                actions=(("stag", "hare"), ("stag", "hare")))
        >>> pure_equilibria(hunt).risk_dominant().support
        (('hare',), ('hare',))
        """
        return selection.risk_dominant(self.equilibria, self.stage, self.tolerance)

    def welfare(self) -> Equilibrium:
        """Return the equilibrium with the largest sum of payoffs, or raise `SeveralEquilibria` on a tie.

        Examples
        --------
        >>> from negotiation.solvers.nash.pure_equilibria import pure_equilibria
        >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 4]])
        >>> pure_equilibria(stage).welfare().payoffs.tolist()
        [1.0, 4.0]
        """
        return selection.welfare(self.equilibria, self.tolerance)

    def nash_product(self, disagreement: Sequence[float]) -> Equilibrium:
        """Return the equilibrium with the largest product of gains over the disagreement payoffs.

        Parameters
        ----------
        disagreement : sequence of float, length N
            What each player has without agreement. Equilibria that pay a player less are left out.

        Raises
        ------
        SeveralEquilibria
            If no equilibrium found gives everyone the disagreement payoff, or several attain the maximum.
        InvalidGame
            If the disagreement point does not name one finite payoff for each player.

        Examples
        --------
        >>> from negotiation.solvers.nash.pure_equilibria import pure_equilibria
        >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 4]])
        >>> pure_equilibria(stage).nash_product((0.5, 0.5)).payoffs.tolist()
        [1.0, 4.0]
        """
        return selection.nash_product(self.equilibria, disagreement, self.tolerance)

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def table(self) -> Table:
        """Return one row for each equilibrium."""
        players = self.equilibria[0].players if self.equilibria else ()
        columns = ("equilibrium", *players, *(f"payoff {player}" for player in players), "regret")
        rows = tuple(
            (
                str(k),
                *(_mix(e.actions[i], e.strategies[i]) for i in range(len(players))),
                *(float(value) for value in e.payoffs),
                e.regret,
            )
            for k, e in enumerate(self.equilibria)
        )
        count = len(self.equilibria)
        noun = "equilibrium" if count == 1 else "equilibria"
        title = f"{count} Nash {noun} by {self.method}: {self.status} ({self.reason})"
        return Table(title, columns, rows)


@dataclass(frozen=True)
class NashMethod:
    """A named method of `solve`: what it finds, for how many players, and the function.

    Parameters
    ----------
    name : str
        The name a user types; the module has the same name.
    finds : str
        What it looks for, in a phrase.
    players : int or None
        The number of players it takes; `None` for any number.
    run : callable
        From a stage game to a `NashSolution`; it takes the keyword arguments named in `options`.
    options : frozenset of str
        Which of the keyword arguments "exact" and "deadline" of `solve` the function takes.
    """

    name: str
    finds: str
    players: int | None
    run: Callable[..., NashSolution]
    options: frozenset[str] = frozenset()


def nash_solution(
    stage: StageGame,
    candidates: Iterable[Sequence[FloatArray]],
    *,
    method: str,
    status: Status,
    reason: str,
) -> NashSolution:
    """Return the candidates that pass the independent check, without repetitions, as a solution.

    Parameters
    ----------
    stage : StageGame
        The game, in its own payoffs.
    candidates : iterable of mixed profiles
        What a method proposes.
    method, status, reason : str
        As in `NashSolution`.

    Returns
    -------
    NashSolution
        Sorted so that the order does not depend on the method.
    """
    accepted: list[Equilibrium] = []
    for candidate in candidates:
        equilibrium = checked_equilibrium(stage, tuple(_cleaned(vector) for vector in candidate))
        if equilibrium is not None and not any(_same(equilibrium, other) for other in accepted):
            accepted.append(equilibrium)
    accepted.sort(key=listing_order)
    return NashSolution(tuple(accepted), status, method, reason, payoff_tolerance(stage.payoffs), stage=stage)


def _cleaned(vector: FloatArray) -> FloatArray:
    """Return probabilities with rounding below zero removed, summing to 1, read-only."""
    clipped: FloatArray = np.where(vector < 1e-13, 0.0, vector)
    clipped /= clipped.sum()
    read_only(clipped)
    return clipped


def _same(one: Equilibrium, other: Equilibrium) -> bool:
    return all(
        np.abs(p - q).max() < SAME_PROFILE for p, q in zip(one.strategies, other.strategies, strict=True)
    )


def _mix(labels: tuple[str, ...], vector: FloatArray) -> str:
    played = [(label, p) for label, p in zip(labels, vector.tolist(), strict=True) if p > 0]
    if len(played) == 1:
        return played[0][0]
    return " + ".join(f"{p:.4g} {label}" for label, p in played)
