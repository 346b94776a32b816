"""A strategy for every equilibrium payoff: a finite automaton with public randomisation.

The points that generate the payoff set become states, continuations become lotteries over states, and a
deviation is followed by the state that is worst for the deviator (Abreu, Pearce and Stacchetti 1990; see the
module `self_generation`). A payoff that is none of the points is attained by a lottery over them, drawn
before play begins. Discount factors may differ, since the players share only the lottery and not its value.
Cost: linear in the vertices of the set for each state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import KNIFE_EDGE, as_fraction
from negotiation.errors import InvalidGame, InvalidStrategy
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import abreu_pearce_stacchetti
from negotiation.game_theory.solvers.penal_codes.numerics import NUMERICS
from negotiation.game_theory.solvers.penal_codes.self_generation import SelfGeneration, from_inner, from_outer
from negotiation.game_theory.strategies import Automaton


def strategy_for(payoff_set: PayoffSet, v: Sequence[float] | npt.ArrayLike) -> Automaton:
    """Return a subgame perfect equilibrium with given payoffs, as an automaton.

    Parameters
    ----------
    payoff_set : PayoffSet
        A payoff set from `equilibrium_payoffs`.
    v : pair of numbers
        Average discounted payoffs in the inner bound, for which `payoff_set.contains(v)` is True. They are
        attained exactly if the vertices of the set are found in rational numbers, and up to rounding
        otherwise.

    Returns
    -------
    Automaton
        The equilibrium, with one state for each generating point of the set that play can reach.
        Probabilities are fractions, so that `verify(game, automaton, exact=True)` gives an exact verdict. The
        initial state is a lottery unless `v` is the payoff of a single state. If `v` is outside the inner
        bound by up to 1e-9, relative to the payoff ranges, the nearest payoffs are attained.

    Raises
    ------
    InvalidStrategy
        If the payoff is not known to be an equilibrium payoff.
    InvalidGame
        If `payoff_set` is not a PayoffSet or belongs to a game with a public signal, or `v` is not a pair of
        finite numbers.

    Notes
    -----
    The states are the points that generate the payoff set (Abreu, Pearce and Stacchetti 1990).

    Examples
    --------
    >>> from negotiation.game_theory.games import RepeatedGame, StageGame
    >>> from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 players=("A", "B"), actions=(("C", "D"), ("C", "D")))
    >>> found = equilibrium_payoffs(RepeatedGame(stage, 0.75))
    >>> print(strategy_for(found, (9, 9)))
    automaton
    state   actions  after      next state
    > C, C  C, C     D, C       D, D
    > C, C  C, C     C, D       D, D
    > C, C  C, C     otherwise  C, C
      D, D  D, D     C, D       D, D
      D, D  D, D     D, C       D, D
      D, D  D, D     otherwise  D, D
    """
    expect_kind(payoff_set, PayoffSet, "a strategy for a payoff")
    inside = payoff_set.contains(v)
    pair = np.asarray(v).tolist()
    point = (as_fraction(pair[0]), as_fraction(pair[1]))
    best: Automaton | None = None
    least = float("inf")
    for generation in generations(payoff_set):
        start = generation.lottery(point)
        x, y = start.mean(generation.points)
        away = float((np.abs([float(x - point[0]), float(y - point[1])]) / payoff_set.ranges).max())
        if start.exact or away <= KNIFE_EDGE:
            return generation.automaton(start)
        if away < least:
            best, least = generation.automaton(start), away
    if best is not None and least <= NUMERICS.near_payoff:
        return best
    if inside is not False and payoff_set.method == "policy_iteration":
        # Policy iteration leaves a gap for rounding; the full operator, if it settles, has closer bounds.
        return strategy_for(abreu_pearce_stacchetti(payoff_set.game, limit=NUMERICS.sharper_steps), v)
    where = "between the bounds, so not known to be one" if inside is not False else "outside the outer bound"
    nearest = (
        f"{least:.2g} times the range of a player's payoffs away from the nearest payoff with a certificate; "
        "give a payoff in payoff_set.inner"
        if best is not None
        else "no payoff of this game has a certificate"
    )
    raise InvalidStrategy(
        f"cannot build a strategy for `v` = {tuple(float(p) for p in point)} as an equilibrium payoff: it is "
        f"{where}, and {nearest}"
    )


def generations(payoff_set: PayoffSet) -> Iterator[SelfGeneration]:
    """Yield certified sets: the outer bound if it is exact, else the inner bound, then nearly the outer."""
    if payoff_set.game.monitoring is not None:
        raise InvalidGame(
            "the payoff set belongs to a game with a public signal; strategies are built only for sets under "
            "perfect monitoring. Its .profiles and .continuations give the play and what follows each signal"
        )
    exact = from_outer(payoff_set)
    if exact is not None:
        yield exact
    inner = from_inner(payoff_set) if exact is None else None
    if inner is not None:
        yield inner
    if exact is None:
        nearly = from_outer(payoff_set, KNIFE_EDGE)
        if nearly is not None:
            yield nearly
