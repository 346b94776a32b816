"""Random public signals and lotteries, exact: full support, with zeros, uninformative, revealing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.testing.strategies.ranges import positive

SignalKind: TypeAlias = Literal["any", "full_support", "zeros", "uninformative", "revealing"]


def probability_rows(*, count: int, full_support: bool = False) -> st.SearchStrategy[list[Fraction]]:
    """Return the strategy for distributions over outcomes, as fractions with small denominators.

    Parameters
    ----------
    count : int
        Number of outcomes.
    full_support : bool, optional
        Whether all probabilities are positive; False by default.

    Returns
    -------
    SearchStrategy
        Lists of `Fraction` objects that sum to 1.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If `count` is below 1.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(probability_rows(count=2), lambda row: row[0] < row[1])
    [Fraction(0, 1), Fraction(1, 1)]
    """
    weights = st.integers(1 if full_support else 0, 3)
    # Whole weights over their sum: exact, with small denominators.
    rows = st.lists(weights, min_size=positive("count", count), max_size=count)
    return rows.filter(any).map(lambda row: [Fraction(weight, sum(row)) for weight in row])


def public_signals(*, stage: StageGame, kind: SignalKind = "any") -> st.SearchStrategy[PublicSignal]:
    """Return the strategy for public signals of a stage game.

    Parameters
    ----------
    stage : StageGame
        The game whose profiles the signal depends on.
    kind : {"any", "full_support", "zeros", "uninformative", "revealing"}, optional
        Whether all probabilities are positive ("full_support"), some are zero ("zeros"), all profiles have
        the same distribution ("uninformative"), or the signal reveals the profile ("revealing"). By default
        any of these kinds is drawn.

    Returns
    -------
    SearchStrategy
        Signals of type `PublicSignal`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If there is no such kind.

    Examples
    --------
    >>> from hypothesis import find
    >>> stage = StageGame(np.zeros((1, 2, 2)))
    >>> find(public_signals(stage=stage, kind="zeros"), lambda signal: True).probabilities.tolist()
    [[[0.0, 1.0], [0.0, 1.0]]]
    """
    if kind not in get_args(SignalKind):
        raise InvalidArgument(
            f"`kind` must be one of {', '.join(map(repr, get_args(SignalKind)))}; got {kind!r}"
        )

    @st.composite
    def drawn(draw: st.DrawFn) -> PublicSignal:
        """Draw a public signal."""
        kinds = ("full_support", "zeros", "uninformative", "revealing")
        chosen = draw(st.sampled_from(kinds)) if kind == "any" else kind
        if chosen == "revealing":
            return PublicSignal.revealing(stage)
        count = draw(st.integers(2 if chosen == "zeros" else 1, 3))
        rows = probability_rows(count=count, full_support=chosen == "full_support")
        number = int(np.prod(stage.n_actions))
        weights = [draw(rows)] * number if chosen == "uninformative" else [draw(rows) for _ in range(number)]
        if chosen == "zeros" and all(all(row) for row in weights):
            # The first row gives its first signal up to the last, and still sums to 1.
            weights[0] = [Fraction(0), *weights[0][1:-1], weights[0][0] + weights[0][-1]]
        table = np.empty((number, count), dtype=object)
        table[:] = weights
        return PublicSignal(table.reshape(*stage.n_actions, count), [f"y{k}" for k in range(count)])

    return drawn()


@st.composite
def lotteries(draw: st.DrawFn, outcomes: Sequence[str]) -> dict[str, Fraction]:
    """Draw a lottery over one to three of some labels."""
    support = draw(st.lists(st.sampled_from(outcomes), min_size=1, max_size=3, unique=True))
    weights = [draw(st.integers(1, 3)) for _ in support]
    return {label: Fraction(w, sum(weights)) for label, w in zip(support, weights, strict=True)}
