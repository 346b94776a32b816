"""Random stochastic games: dense, sparse and factored transitions, states that nothing leads to or leaves."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, get_args

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.game_theory.games import (
    FactoredTransitions,
    SparseTransitions,
    StochasticGame,
    Transitions,
)
from negotiation.testing.strategies.ranges import Counts, count_range
from negotiation.testing.strategies.repeated import discount_factors
from negotiation.testing.strategies.signals import probability_rows
from negotiation.testing.strategies.stage import BOUND, Shape, labelled, payoff_arrays, shapes

Form: TypeAlias = Literal["any", "dense", "sparse", "factored"]


def stochastic_games(
    *,
    players: Counts = 2,
    actions: Counts = (1, 2),
    states: Counts = (1, 3),
    form: Form = "any",
) -> st.SearchStrategy[StochasticGame]:
    """Return the strategy for stochastic games.

    Some states are absorbing, and many transition rows have zeros, so that unreachable states are common.

    Parameters
    ----------
    players : int or pair of int, optional
        Number of players, at most 6: one number, or the least and the greatest; 2 by default.
    actions : int or pair of int, optional
        Number of actions of each player: one number, or the least and the greatest; 1 to 2 by default.
    states : int or pair of int, optional
        Number of states: one number, or the least and the greatest; 1 to 3 by default. With factored
        transitions it is the number of values of each of the two parts of the state.
    form : {"any", "dense", "sparse", "factored"}, optional
        Form of the transitions; "any" by default.

    Returns
    -------
    SearchStrategy
        Games of type `StochasticGame`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(stochastic_games(actions=1), lambda game: game.n_states == 2)
    >>> game.transitions.floats().tolist(), game.transitions.indices.tolist()
    ([1.0, 1.0], [1, 1])
    """
    if form not in get_args(Form):
        raise InvalidArgument(f"`form` must be one of {', '.join(map(repr, get_args(Form)))}; got {form!r}")
    profiles = shapes(players, actions)
    counts = st.integers(*count_range("states", states, 1))

    @st.composite
    def drawn(draw: st.DrawFn) -> StochasticGame:
        """Draw a stochastic game."""
        chosen: Form = draw(st.sampled_from(("dense", "sparse", "factored"))) if form == "any" else form
        shape = draw(profiles)
        parts = [draw(counts) for _ in range(2 if chosen == "factored" else 1)]
        names = [f"s{k}" for k in range(int(np.prod(parts)))]
        stages = {name: labelled(draw(payoff_arrays(shape, BOUND))) for name in names}
        transitions = draw(_transitions(chosen, len(stages), parts, shape))
        return StochasticGame.from_stages(stages, transitions, draw(discount_factors()))

    return drawn()


@st.composite
def _transitions(draw: st.DrawFn, form: Form, count: int, parts: list[int], shape: Shape) -> Transitions:
    number = int(np.prod(shape))
    if form == "factored":
        return FactoredTransitions([np.array(_rows(draw, m, number)).reshape(m, number, m) for m in parts])
    rows = _rows(draw, count, number)
    if form == "sparse":
        return SparseTransitions([{s: p for s, p in enumerate(row) if p} for row in rows], count)
    dense = np.empty((len(rows), count), dtype=object)
    dense[:] = rows
    return Transitions.dense(dense.reshape(count, *shape, count))


def _rows(draw: st.DrawFn, count: int, number: int) -> list[list[Fraction]]:
    """Return the transition rows of all states, by profile; about a fifth of the states are absorbing."""
    rows: list[list[Fraction]] = []
    for state in range(count):
        if draw(st.integers(0, 4)) == 4:
            # In one of five states nothing that is done leads away.
            rows += [[Fraction(int(s == state)) for s in range(count)]] * number
        else:
            rows += [draw(probability_rows(count=count)) for _ in range(number)]
    return rows
