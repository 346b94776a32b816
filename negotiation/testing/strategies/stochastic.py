"""Random stochastic games: dense, sparse and factored transitions, states that nothing leads to or leaves."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.base.numeric import Number
from negotiation.game_theory.games import (
    FactoredTransitions,
    SparseTransitions,
    StageGame,
    StochasticGame,
    Transitions,
)
from negotiation.testing.strategies.ranges import Counts, count_range, positive
from negotiation.testing.strategies.repeated import discount_factors
from negotiation.testing.strategies.signals import probability_rows
from negotiation.testing.strategies.stage import Shape, labelled, payoff_arrays, shapes

Form: TypeAlias = Literal["any", "dense", "sparse", "factored"]


def stochastic_games(
    *,
    players: Counts = 2,
    actions: Counts = (1, 2),
    states: Counts = (1, 3),
    bound: int = 6,
    form: Form = "any",
    same_actions: bool = True,
    factors: st.SearchStrategy[Number] | None = None,
) -> st.SearchStrategy[StochasticGame]:
    """Return the strategy for stochastic games.

    Some states are absorbing, and most transition rows have zeros, so that states that nothing leads to are
    common.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(stochastic_games(actions=1), lambda game: game.n_states == 2)
    >>> game.transitions.floats().tolist(), game.transitions.indices.tolist()
    ([1.0, 1.0], [1, 1])
    """
    if form not in get_args(Form) or (not same_actions and form not in ("any", "sparse")):
        raise InvalidArgument(
            f"form: one of {', '.join(get_args(Form))}, and sparse (or any) where action sets differ; "
            f"got {form!r}"
        )
    playing, acting = count_range("players", players, 1), count_range("actions", actions, 1)
    counts = count_range("states", states, 1)
    positive("bound", bound)
    drawn_factors = discount_factors() if factors is None else factors

    @st.composite
    def drawn(draw: st.DrawFn) -> StochasticGame:
        """Draw a stochastic game."""
        chosen: Form = form if same_actions else "sparse"
        if chosen == "any":
            chosen = draw(st.sampled_from(("dense", "sparse", "factored")))
        shape = draw(shapes(playing, acting))
        parts = [draw(st.integers(*counts)) for _ in range(2 if chosen == "factored" else 1)]
        count = int(np.prod(parts))
        stages: dict[str, StageGame] = {}
        for k in range(count):
            own = shape if same_actions else tuple(draw(st.integers(*acting)) for _ in shape)
            stages[f"s{k}"] = labelled(draw(payoff_arrays(own, bound)))
        transitions = draw(_transitions(chosen, tuple(stages.values()), parts, shape))
        return StochasticGame.from_stages(stages, transitions, draw(drawn_factors))

    return drawn()


@st.composite
def _transitions(
    draw: st.DrawFn, form: Form, stages: tuple[StageGame, ...], parts: list[int], shape: Shape
) -> Transitions:
    profiles = [int(np.prod(stage.n_actions)) for stage in stages]
    if form == "factored":
        return FactoredTransitions(
            [np.array(_rows(draw, profiles[:1] * m)).reshape(m, profiles[0], m) for m in parts]
        )
    rows = _rows(draw, profiles)
    if form == "sparse":
        return SparseTransitions([_nonzero(row) for row in rows], len(stages))
    dense = np.empty((len(rows), len(stages)), dtype=object)
    dense[:] = rows
    return Transitions.dense(dense.reshape(len(stages), *shape, len(stages)))


def _rows(draw: st.DrawFn, profiles: list[int]) -> list[list[Fraction]]:
    """Return the rows of all states, by profile; a fifth of the states, about, are absorbing."""
    count = len(profiles)
    rows: list[list[Fraction]] = []
    for state, number in enumerate(profiles):
        if draw(st.integers(0, 4)) == 4:
            # In one of five states nothing that is done leads away.
            rows += [[Fraction(int(s == state)) for s in range(count)]] * number
        else:
            rows += [draw(probability_rows(count=count)) for _ in range(number)]
    return rows


def _nonzero(row: list[Fraction]) -> dict[int, Any]:
    return {s: p for s, p in enumerate(row) if p}
