"""Nash equilibria as the solvers return them, and what a Nash method is.

A solver proposes candidates: `nash_solution` takes profiles in floats, and `exact_equilibria` profiles in
rational numbers. Both accept a profile only if the independent check in `game_theory/checks/verify.py` finds
no regret above the tolerance. So a solver can miss an equilibrium, but not invent one. Cost: one check per
profile, with (n_1 x ... x n_N) products for each player.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import REGRET_TOLERANCE, FloatArray, Number, payoff_tolerances, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, SeveralEquilibria, shown
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import OwnUnits, StageGame, own_units
from negotiation.game_theory.games.mixed_profiles import by_own_action
from negotiation.game_theory.solvers.nash.components import Component, Continuum
from negotiation.game_theory.solvers.nash.numerics import NUMERICS

# One tuple of rational probabilities for each player.
ExactProfile: TypeAlias = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, eq=False)
class Equilibrium(Tabular):
    """One Nash equilibrium, with its payoffs and regret.

    Parameters
    ----------
    strategies : tuple of arrays, shapes (n_1,), ..., (n_N,)
        One probability vector for each player.
    payoffs : array, shape (N,)
        Expected payoff of each player.
    regret : float
        Largest gain of any player from another action, in payoffs, as `verify` computes it.
    players : tuple of str
        Labels of the players.
    actions : tuple of tuples of str
        Labels of each player's actions.
    exact : tuple of tuples of Fraction, or None
        The strategies in rational numbers, if they passed the exact check; otherwise `None`.
    names : mapping from str to str
        Longer names by label, for printed tables.
    bounds : tuple of tuples of pairs of Fraction, or None
        If an irrational equilibrium passed the exact check, rational lower and upper bounds of the
        probability of each action of each player; otherwise `None`.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]], actions=("AB", "AB"))
    >>> found = ng.solve(stage)[0]
    >>> found.support, found.payoffs.tolist(), found.regret
    ((('A',), ('A',)), [2.0, 1.0], 0.0)
    """

    strategies: tuple[FloatArray, ...]
    payoffs: FloatArray
    regret: float
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    exact: ExactProfile | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    bounds: tuple[tuple[tuple[Fraction, Fraction], ...], ...] | None = None

    @property
    def support(self) -> tuple[tuple[str, ...], ...]:
        """Actions that each player plays with positive probability."""
        return tuple(
            tuple(label for label, p in zip(labels, vector, strict=True) if p > 0)
            for labels, vector in zip(self.actions, self.strategies, strict=True)
        )

    @property
    def is_pure(self) -> bool:
        """Whether every player plays one action."""
        return all(len(labels) == 1 for labels in self.support)

    def table(self) -> Table:
        """Return a table with one row for each action that is played: its probability and the payoff."""
        rows = tuple(
            (player, label, float(p), float(self.payoffs[i]))
            for i, player in enumerate(self.players)
            for label, p in zip(self.actions[i], self.strategies[i], strict=True)
            if p > 0
        )
        columns = ("player", "action", "probability", "payoff")
        return Table(f"equilibrium, regret {self.regret:.2g}", columns, rows, self.names)


@dataclass(frozen=True, eq=False)
class NashSolution(Tabular, Drawable):
    """The Nash equilibria that a method found, and whether they are proven to be all.

    Parameters
    ----------
    equilibria : tuple of Equilibrium
        The equilibria, each of which has passed the independent check. Those that play the first player's
        first action with higher probability come first; later actions and players break ties.
    status : {"complete", "partial", "failed"}
        `complete` if the method proves that it found all equilibria of the kind that it looks for, `partial`
        if others may exist, and `failed` if the method "lemke_howson" found none before the deadline.
    method : str
        Name of the method.
    reason : str
        What was proven, or why the answer is partial.
    tolerance : float
        Largest regret that was accepted, in payoffs: the maximum over players of the tolerances, each of
        which is relative to the player's payoff range.
    components : tuple of Component
        The connected components of the set of equilibria, each with its maximal Nash subsets. In a
        non-degenerate game every equilibrium is a component. Empty if the answer is partial or the method
        does not compute components.
    stage : StageGame or None
        The game that was solved; `None` if it was not stored.
    continua : tuple of Continuum
        With the method "support_polynomials", the supports on which equilibria are not isolated points. One
        equilibrium of each continuum is in `equilibria`, and the dimension of the set at that point is given.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]], actions=("AB", "AB"))
    >>> found = ng.solve(stage)
    >>> [equilibrium.payoffs.round(4).tolist() for equilibrium in found], found.status
    ([[2.0, 1.0], [0.6667, 0.6667], [1.0, 2.0]], 'complete')
    """

    _figure = "equilibria:equilibria_figure"

    equilibria: tuple[Equilibrium, ...]
    status: Status
    method: str
    reason: str
    tolerance: float
    components: tuple[Component, ...] = ()
    stage: StageGame | None = None
    continua: tuple[Continuum, ...] = ()

    @property
    def _near(self) -> FloatArray:
        """Payoff differences that count as zero; shape (N,), or (1,) if the game was not stored."""
        if self.stage is None:
            return np.array([self.tolerance])
        near: FloatArray = payoff_tolerances(self.stage.payoffs[None])[0]
        return near

    @property
    def max_regret(self) -> float:
        """Largest regret of the equilibria; 0 if there are none."""
        return max((equilibrium.regret for equilibrium in self.equilibria), default=0.0)

    def only(self) -> Equilibrium:
        """Return the only equilibrium.

        Returns
        -------
        Equilibrium
            The single entry of `equilibria`.

        Raises
        ------
        SeveralEquilibria
            If no equilibrium was found, or several were.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> ng.solve(stage).only().support
        (('D',), ('D',))
        """
        if len(self.equilibria) != 1:
            raise SeveralEquilibria(
                f"a single equilibrium was requested; {self.method} found {len(self)} ({self.status}). "
                + (
                    "Choose one from .equilibria, or by .payoff_dominant(), .risk_dominant(), .welfare() or "
                    ".nash_product(disagreement)"
                    if self.equilibria
                    else "Use another method of `solve`"
                )
            )
        return self.equilibria[0]

    def payoff_dominant(self) -> Equilibrium:
        """Return the equilibrium that gives every player at least as much as each other equilibrium.

        Returns
        -------
        Equilibrium
            The payoff-dominant entry of `equilibria`.

        Raises
        ------
        SeveralEquilibria
            If none of the equilibria is payoff dominant, or several with equal payoffs are.

        Examples
        --------
        >>> from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
        >>> hunt = StageGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]],
        ...                                actions=(("stag", "hare"), ("stag", "hare")))
        >>> pure_equilibria(hunt).payoff_dominant().support
        (('stag',), ('stag',))
        """
        chosen = [
            e
            for e in self
            if all((e.payoffs >= other.payoffs - self._near).all() for other in self.equilibria)
        ]
        return self._single(chosen, "pays every player at least as much as each other one")

    def risk_dominant(self) -> Equilibrium:
        """Return the strict pure equilibrium of a two-player game that risk-dominates all others.

        For each pair of equilibria, compare the products of the players' losses from unilaterally deviating
        to their actions in the other equilibrium; the equilibrium with the larger product risk-dominates
        (Harsanyi and Selten 1988, chapter 3.9).

        Returns
        -------
        Equilibrium
            The risk-dominant entry of `equilibria`.

        Raises
        ------
        SeveralEquilibria
            If none of the strict pure equilibria risk-dominates all others.
        InvalidGame
            If the game does not have two players, or `stage` is `None`.

        Examples
        --------
        >>> from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
        >>> hunt = StageGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]],
        ...                                actions=(("stag", "hare"), ("stag", "hare")))
        >>> pure_equilibria(hunt).risk_dominant().support
        (('hare',), ('hare',))
        """
        stage = self.stage
        if stage is None:
            raise InvalidGame(
                "risk dominance needs the payoffs of all profiles, but this solution does not include its "
                "game: .stage is None. Solve the game again with `solve`"
            )
        expect_two_players(stage, "risk dominance")
        measured = own_units(stage)
        strict = {profile: e for e in self if e.is_pure and _is_strict(measured, profile := _profile(e))}
        payoffs = measured.payoffs[0]
        chosen = [
            e
            for kept, e in strict.items()
            if all(
                other == kept or _losses(payoffs, kept, other) > _losses(payoffs, other, kept)
                for other in strict
            )
        ]
        return self._single(chosen, "is pure, strict and risk-dominates each other strict one")

    def welfare(self) -> Equilibrium:
        """Return the equilibrium with the largest sum of payoffs.

        Returns
        -------
        Equilibrium
            The entry of `equilibria` with the largest sum.

        Raises
        ------
        SeveralEquilibria
            If no equilibrium was found, or several attain the largest sum.

        Examples
        --------
        >>> from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
        >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 4]])
        >>> pure_equilibria(stage).welfare().payoffs.tolist()
        [1.0, 4.0]
        """
        return self._largest(
            self.equilibria, [float(e.payoffs.sum()) for e in self], float(self._near.max()), "sum of payoffs"
        )

    def nash_product(self, disagreement: Sequence[float]) -> Equilibrium:
        """Return the equilibrium with the largest product of gains over the disagreement payoffs.

        Parameters
        ----------
        disagreement : sequence of float, length N
            Payoff of each player without an agreement. Equilibria that give a player less are not considered.

        Returns
        -------
        Equilibrium
            The entry of `equilibria` with the largest product.

        Raises
        ------
        SeveralEquilibria
            If none of the equilibria gives every player at least the disagreement payoff, or several attain
            the largest product.
        InvalidGame
            If the disagreement point does not name one finite payoff for each player.

        Examples
        --------
        >>> from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
        >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 4]])
        >>> pure_equilibria(stage).nash_product((0.5, 0.5)).payoffs.tolist()
        [1.0, 4.0]
        """
        try:
            point = np.asarray(disagreement, dtype=np.float64)
        except (TypeError, ValueError):
            point = np.empty(0)
        players = len(self.equilibria[0].players) if self.equilibria else point.size
        if point.shape != (players,) or not np.isfinite(point).all():
            raise InvalidGame(
                f"`disagreement` must be one finite payoff for each of {players} players; got "
                f"{shown(disagreement)}"
            )
        rational = [e for e in self if (e.payoffs >= point - self._near).all()]
        gains = [np.maximum(e.payoffs - point, 0.0) for e in rational]
        products = [float(gain.prod()) for gain in gains]
        # A change of every gain by its tolerance changes a product by this much, to first order: the sum over
        # players of the player's tolerance times the product of the others' gains.
        near = np.broadcast_to(self._near, (players,))
        slack = max(
            (sum(near[i] * float(np.delete(gain, i).prod()) for i in range(players)) for gain in gains),
            default=0.0,
        )
        return self._largest(rational, products, slack, "product of gains over the disagreement point")

    def _largest(
        self, among: Sequence[Equilibrium], values: Sequence[float], slack: float, what: str
    ) -> Equilibrium:
        best = max(values, default=0.0)
        chosen = [e for e, value in zip(among, values, strict=True) if value >= best - slack]
        return self._single(chosen, f"has the largest {what}")

    def _single(self, chosen: Sequence[Equilibrium], condition: str) -> Equilibrium:
        if len(chosen) != 1:
            raise SeveralEquilibria(
                f"a single equilibrium was requested; of {len(self)} found, {len(chosen) or 'none'} "
                f"{condition}. Choose from .equilibria, or by another rule"
            )
        return chosen[0]

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.equilibria)

    def __getitem__(self, position: int) -> Equilibrium:
        return self.equilibria[position]

    def __len__(self) -> int:
        return len(self.equilibria)

    def table(self) -> Table:
        """Return a table with one row for each equilibrium: strategies, payoffs and regret."""
        players = self.equilibria[0].players if self.equilibria else ()
        columns = ("equilibrium", *players, *(f"payoff {player}" for player in players), "regret")
        rows = tuple(
            (
                str(k),
                *map(_mixture, e.actions, e.exact or e.strategies),
                *(float(value) for value in e.payoffs),
                e.regret,
            )
            for k, e in enumerate(self.equilibria)
        )
        count = len(self.equilibria)
        noun = "equilibrium" if count == 1 else "equilibria"
        title = f"{count} Nash {noun} by {self.method}: {self.status} ({self.reason})"
        return Table(title, columns, rows, self.equilibria[0].names if self.equilibria else {})


@dataclass(frozen=True)
class NashMethod:
    """A named method of `solve`: what it finds, for how many players, and the function that runs it."""

    name: str
    # What the method looks for, in a phrase.
    finds: str
    # The number of players that the method accepts; `None` for any number.
    players: int | None
    # Maps a stage game to a `NashSolution`, and takes the keyword arguments named in `options`.
    run: Callable[..., NashSolution]
    # Which of the keyword arguments "exact" and "deadline" of `solve` the function takes.
    options: frozenset[str] = frozenset()


def regret_tolerance(stage: StageGame) -> float:
    """Return the largest of the players' regret tolerances, each a share of the player's own range."""
    return max(own_units(stage).tolerances(REGRET_TOLERANCE))


def expect_two_players(stage: StageGame, what: str) -> None:
    """Raise `InvalidGame` unless the game has two players; `what` names what is defined only for two."""
    if stage.n_players != 2:
        raise InvalidGame(
            f"{what} is defined here only for two players; the game has {stage.n_players} players"
        )


def nash_solution(
    stage: StageGame,
    candidates: Iterable[Sequence[FloatArray]],
    *,
    method: str,
    status: Status,
    reason: str,
) -> NashSolution:
    """Return the candidates that pass the independent check, without repetitions, as a solution."""
    accepted: list[Equilibrium] = []
    for candidate in candidates:
        equilibrium = checked_equilibrium(stage, tuple(_cleaned(vector) for vector in candidate))
        if equilibrium is not None and not any(_same(equilibrium, other) for other in accepted):
            accepted.append(equilibrium)
    accepted.sort(key=listing_order)
    return NashSolution(tuple(accepted), status, method, reason, regret_tolerance(stage), stage=stage)


def exact_equilibria(
    stage: StageGame, profiles: Iterable[ExactProfile], *, certify: bool
) -> list[Equilibrium | None]:
    """Return rational profiles as checked equilibria, one for each profile; None for those that fail.

    With `certify`, a profile must also pass the check in exact arithmetic, and the equilibrium has it as
    `.exact`. Unlike `nash_solution`, which takes floats, this function merges no profiles and rounds no
    probability to zero: different profiles are different equilibria, however close.
    """
    checked: list[Equilibrium | None] = []
    for profile in profiles:
        equilibrium = checked_equilibrium(stage, tuple(_float_vector(vector) for vector in profile))
        if equilibrium is not None and certify:
            verdict = verify(stage, [np.array(vector, dtype=object) for vector in profile], exact=True)
            equilibrium = replace(equilibrium, exact=profile) if verdict.holds else None
        checked.append(equilibrium)
    return checked


def kept_equilibria(
    stage: StageGame, profiles: Iterable[ExactProfile], *, certify: bool
) -> tuple[Equilibrium, ...]:
    """Return the profiles that `exact_equilibria` accepts, in listing order."""
    equilibria = [e for e in exact_equilibria(stage, profiles, certify=certify) if e is not None]
    return tuple(sorted(equilibria, key=listing_order))


def listing_order(equilibrium: Equilibrium) -> tuple[float, ...]:
    """Return the key by which the equilibria of a solution are ordered: higher probabilities come first."""
    return tuple(
        -round(p, NUMERICS.listed_decimals) for vector in equilibrium.strategies for p in vector.tolist()
    )


def checked_equilibrium(stage: StageGame, strategies: tuple[FloatArray, ...]) -> Equilibrium | None:
    """Return the profile as an equilibrium if `verify` finds no regret above the tolerance, else None."""
    verdict = verify(stage, strategies)
    if not verdict.holds:
        return None
    gain = 0.0 if verdict.deviation is None else float(verdict.deviation.gain)
    payoffs = np.array(
        [
            float(by_own_action(stage.payoffs[..., i], strategies, i) @ strategies[i])
            for i in range(stage.n_players)
        ]
    )
    regret = max(0.0, gain)
    return Equilibrium(strategies, payoffs, regret, stage.players, stage.actions, names=stage.names)


def _float_vector(vector: Sequence[Fraction]) -> FloatArray:
    result: FloatArray = np.array([float(p) for p in vector])
    read_only(result)
    return result


def _cleaned(vector: FloatArray) -> FloatArray:
    """Return a read-only probability vector, with entries below `NUMERICS.no_probability` set to 0."""
    clipped: FloatArray = np.where(vector < NUMERICS.no_probability, 0.0, vector)
    clipped /= clipped.sum()
    read_only(clipped)
    return clipped


def _same(first: Equilibrium, other: Equilibrium) -> bool:
    return all(
        np.abs(p - q).max() < NUMERICS.same_profile
        for p, q in zip(first.strategies, other.strategies, strict=True)
    )


def _mixture(labels: tuple[str, ...], vector: Iterable[Number]) -> Mixture:
    return Mixture(dict(zip(labels, vector, strict=True)))


def _profile(equilibrium: Equilibrium) -> tuple[int, int]:
    first, second = (int(vector.argmax()) for vector in equilibrium.strategies)
    return first, second


def _is_strict(measured: OwnUnits, profile: tuple[int, int]) -> bool:
    i, j = profile
    payoffs, (room_1, room_2) = measured.payoffs[0], measured.tolerances(REGRET_TOLERANCE)
    first = np.delete(payoffs[:, j, 0], i)
    second = np.delete(payoffs[i, :, 1], j)
    own = payoffs[i, j]
    return bool((first < own[0] - room_1).all() and (second < own[1] - room_2).all())


def _losses(payoffs: FloatArray, kept: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the product of both players' losses from deviating alone from one equilibrium to the other."""
    (i, j), (k, m) = kept, other
    first = payoffs[i, j, 0] - payoffs[k, j, 0]
    second = payoffs[i, j, 1] - payoffs[i, m, 1]
    return float(first * second)
