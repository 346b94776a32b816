"""Optimal penal codes: for each player a worst equilibrium, as a finite automaton.

A path is played in some subgame perfect equilibrium iff it is played in one in which every deviation by
player i alone is followed by i's worst equilibrium, whatever the history (Abreu 1988, propositions 4 and 5).
The automata here also punish deviations from the punishments in this way. They are simple strategy profiles
with public randomisation, whose states are points of a self-generating set. With a common discount factor,
extreme play solved in rational numbers is tried first (`extreme_codes.py`), and then the bounds of the payoff
set. Cost: one payoff set, and a check of the automata, in rational numbers up to `NUMERICS.exact_states`
states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, Number, read_only
from negotiation.base.status import Status
from negotiation.errors import UnknownPlayer
from negotiation.game_theory.checks.automata import verify_automaton
from negotiation.game_theory.exact.hulls import Mixture
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.penal_codes.extreme_codes import extreme_codes
from negotiation.game_theory.solvers.penal_codes.numerics import NUMERICS
from negotiation.game_theory.solvers.penal_codes.self_generation import SelfGeneration, from_inner
from negotiation.game_theory.solvers.penal_codes.strategy_for import generations
from negotiation.game_theory.strategies import Automaton


@dataclass(frozen=True, eq=False)
class OptimalPenalCode(Tabular, Drawable):
    """A worst equilibrium for each player.

    Parameters
    ----------
    players : tuple of str
        Labels of the two players.
    strategies : tuple of Automaton
        For each player, an equilibrium that is worst for that player; empty if no equilibrium was found.
    payoffs : array, shape (n, 2)
        `payoffs[i, j]` is player j's average discounted payoff in the punishment of player i. n is 2, or 0 if
        no equilibrium was found.
    exact_payoffs : tuple of pairs of Fraction
        The same payoffs as fractions; empty if no equilibrium was found. The automata attain them exactly if
        the payoffs and the discount factor are rational and the code was solved in rational numbers, and up
        to rounding otherwise.
    bounds : array, shape (2,)
        Lower bounds of the players' worst equilibrium payoffs.
    verdicts : tuple of Verdict
        The independent verdict on each strategy; in rational numbers if its `.exact` is True.
    status : {"complete", "partial"}
        `complete` if each punishment is verified and within 1e-8 of its lower bound, relative to the payoff
        range, or if it is proven that there is no equilibrium.
    reason : str
        What is proven, or why the answer is not complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.optimal_penal_code(ng.RepeatedGame(stage, 0.75)))
    optimal penal code: complete (verified, within 0 of the range of the lower
    bounds)
    punished  begins with  states  payoff 0  payoff 1  lower bound  margin  exact
    0         D, D              1         3         3            3     0.5  yes
    1         D, D              1         3         3            3     0.5  yes
    """

    _figure = "payoff_points:penal_code_figure"

    players: tuple[str, ...]
    strategies: tuple[Automaton, ...]
    payoffs: FloatArray
    exact_payoffs: tuple[tuple[Number, Number], ...]
    bounds: FloatArray
    verdicts: tuple[Verdict, ...]
    status: Status
    reason: str
    method: str = "self-generation, optimal penal code"

    def __getitem__(self, player: str) -> Automaton:
        UnknownPlayer.unless_in(player, self.players[: len(self.strategies)])
        return self.strategies[self.players.index(player)]

    def table(self) -> Table:
        """Return a table with one row for each player: the punishment, its payoffs, the bound, the margin."""
        rows = tuple(
            (
                player,
                strategy.table().rows[0][1],
                len(strategy.states),
                *(float(v) for v in self.payoffs[i]),
                float(self.bounds[i]),
                float(verdict.margin),
                verdict.exact,
            )
            for i, (player, strategy, verdict) in enumerate(
                zip(self.players, self.strategies, self.verdicts, strict=False)
            )
        )
        paid = tuple(f"payoff {player}" for player in self.players)
        columns = ("punished", "begins with", "states", *paid, "lower bound", "margin", "exact")
        return Table(f"optimal penal code: {self.status} ({self.reason})", columns, rows)


def optimal_penal_code(game: RepeatedGame) -> OptimalPenalCode:
    """Return a worst subgame perfect equilibrium for each player, as an automaton.

    Parameters
    ----------
    game : RepeatedGame
        A game of two players under perfect monitoring; discount factors may differ.

    Returns
    -------
    OptimalPenalCode
        The punishments as `.strategies`, with `.payoffs`, `.bounds` and `.verdicts`. `code["USA"]` is the
        punishment of the player "USA".

    Raises
    ------
    InvalidGame
        If `game` is not a RepeatedGame of two players, or has a public signal.

    Notes
    -----
    Abreu, D. (1988), "On the theory of infinitely repeated games with discounting", Econometrica 56(2).

    Examples
    --------
    A control gains 1 for its user, the USA, and costs China 2. A curb costs the USA 3 and its user, China,
    1/2:

    >>> from negotiation.game_theory.games import StageGame
    >>> stage = StageGame.from_matrices([[0, -3], [1, -2]], [[0, Fraction(-1, 2)], [-2, Fraction(-5, 2)]],
    ...     players=("USA", "CHN"), actions=(("restraint", "control"), ("calm", "curb")))
    >>> code = optimal_penal_code(RepeatedGame(stage, Fraction(1, 2)))
    >>> [[str(v) for v in row] for row in code.exact_payoffs]
    [['-2', '-1/3'], ['1', '-2']]
    >>> code.status, [(verdict.holds, verdict.exact) for verdict in code.verdicts]
    ('complete', [(True, True), (True, True)])
    """
    payoff_set, best, least = _best(game)
    return _without(payoff_set) if best is None else _code(payoff_set, best, least)


def worst_equilibria(game: RepeatedGame) -> tuple[tuple[Automaton, ...], str]:
    """Return the strategies of the optimal penal code, without verdicts, and the reason if there are none."""
    payoff_set, best, _ = _best(game)
    if best is None:
        return (), _without(payoff_set).reason
    return tuple(_punishment(best, i) for i in (0, 1)), ""


@Takes("a penal code", (RepeatedGame,), (2,), "refused", questions=("payoffs",), entry="optimal_penal_code")
def _best(game: RepeatedGame) -> tuple[PayoffSet, SelfGeneration | None, float]:
    """Return the payoff set, the best certified set of points, and its distance from the lower bounds.

    The distance is the larger one of the players, as a share of their ranges. Without a certified set, the
    second result is None.
    """
    payoff_set = equilibrium_payoffs(game)
    best: SelfGeneration | None = None
    least = float("inf")
    for generation in _candidates(payoff_set):
        beyond = [float(generation.threat(i)) - float(payoff_set.threats[i]) for i in (0, 1)]
        excess = float((beyond / payoff_set.ranges).max())
        # Keep the equilibrium that is nearest to the lower bounds; candidates come in order of exactness.
        if excess < least and _is_sound(generation):
            best, least = generation, excess
        if least <= NUMERICS.attained:
            break
    return payoff_set, best, least


def _candidates(payoff_set: PayoffSet) -> Iterator[SelfGeneration]:
    if payoff_set.is_empty or not len(payoff_set.inner):
        return
    codes = extreme_codes(payoff_set.game) if payoff_set.game.is_common else ()
    for code in codes:
        if all(
            abs(float(code.threat(i)) - float(payoff_set.threats[i]))
            <= NUMERICS.optimal * payoff_set.ranges[i]
            for i in (0, 1)
        ):
            yield code
    inner = from_inner(payoff_set)
    if inner is not None and inner.is_proven():
        yield inner
    yield from generations(payoff_set)


def _is_sound(generation: SelfGeneration) -> bool:
    if generation.is_proven():
        return True
    return all(verify_automaton(generation.game, _punishment(generation, i)).holds for i in (0, 1))


def _punishment(generation: SelfGeneration, player: int) -> Automaton:
    return generation.automaton(Mixture({generation.worst[player]: Fraction(1)}, exact=True))


def _code(payoff_set: PayoffSet, generation: SelfGeneration, excess: float) -> OptimalPenalCode:
    game = payoff_set.game
    strategies = tuple(_punishment(generation, i) for i in (0, 1))
    verdicts = []
    for strategy in strategies:
        verdict = verify_automaton(game, strategy)
        if len(strategy.states) <= NUMERICS.exact_states:
            # The exact verdict counts, unless it fails only because of rounding in the strategy's numbers.
            exact = verify_automaton(game, strategy, exact=True)
            verdict = exact if exact.holds or not verdict.holds else verdict
        verdicts.append(verdict)
    points = tuple(generation.points[k] for k in generation.worst)
    payoffs = np.array([[float(v) for v in point] for point in points])
    read_only(payoffs)
    sound = all(verdict.holds for verdict in verdicts)
    near = excess <= NUMERICS.optimal
    share = f"{max(excess, 0.0):.1g} of the range"
    reason = f"{'verified' if sound else 'not verified'}, within {share} of the lower bounds"
    return OptimalPenalCode(
        game.stage.players,
        strategies,
        payoffs,
        points,
        payoff_set.threats,
        tuple(verdicts),
        "complete" if sound and near else "partial",
        reason,
    )


def _without(payoff_set: PayoffSet) -> OptimalPenalCode:
    payoffs = np.empty((0, 2))
    read_only(payoffs)
    status: Status = "complete" if payoff_set.is_empty else "partial"
    reason = "no equilibrium in pure strategies" if payoff_set.is_empty else "no equilibrium was certified"
    return OptimalPenalCode(
        payoff_set.game.stage.players, (), payoffs, (), payoff_set.threats, (), status, reason
    )
