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
from negotiation.solvers.verdict import Status
from negotiation.solvers.verify import payoffs_by_own_action, verify

SAME_PROFILE = 1e-7
"""Mixed profiles whose probabilities all differ by less than this are one equilibrium."""


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
    """

    strategies: tuple[FloatArray, ...]
    payoffs: FloatArray
    regret: float
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]

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
    """

    equilibria: tuple[Equilibrium, ...]
    status: Status
    method: str
    reason: str
    tolerance: float

    @property
    def max_regret(self) -> float:
        """Largest regret of the equilibria; 0 if there are none."""
        return max((equilibrium.regret for equilibrium in self.equilibria), default=0.0)

    def only(self) -> Equilibrium:
        """Return the one equilibrium, or raise `SeveralEquilibria` where there are none or several."""
        if len(self.equilibria) != 1:
            raise SeveralEquilibria(
                f"one equilibrium was asked for; {self.method} found {len(self.equilibria)} ({self.status}). "
                "Choose from .equilibria"
            )
        return self.equilibria[0]

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
        title = f"{len(self.equilibria)} Nash equilibria by {self.method}: {self.status} ({self.reason})"
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
        From a stage game to a `NashSolution`.
    """

    name: str
    finds: str
    players: int | None
    run: Callable[[StageGame], NashSolution]


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
        equilibrium = _accept(stage, candidate)
        if equilibrium is not None and not any(_same(equilibrium, other) for other in accepted):
            accepted.append(equilibrium)
    accepted.sort(key=lambda e: tuple(-round(p, 6) for vector in e.strategies for p in vector.tolist()))
    return NashSolution(tuple(accepted), status, method, reason, payoff_tolerance(stage.payoffs))


def _accept(stage: StageGame, candidate: Sequence[FloatArray]) -> Equilibrium | None:
    """Return the candidate as an equilibrium if its regret is within the tolerance."""
    strategies = tuple(_cleaned(vector) for vector in candidate)
    verdict = verify(stage, strategies)
    if not verdict.holds:
        return None
    gain = 0.0 if verdict.deviation is None else float(verdict.deviation.gain)
    payoffs = np.array(
        [
            float(payoffs_by_own_action(stage.payoffs, strategies, i) @ strategies[i])
            for i in range(stage.n_players)
        ]
    )
    return Equilibrium(strategies, payoffs, max(0.0, gain), stage.players, stage.actions)


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
