"""Random discount factors and repeated games, under perfect monitoring or with a public signal."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.base.numeric import Number
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.testing.strategies.signals import SignalKind, public_signals
from negotiation.testing.strategies.stage import stage_games

LARGEST_DENOMINATOR = 100


def discount_factors(
    *,
    low: Fraction = Fraction(1, 20),
    high: Fraction = Fraction(19, 20),
    max_denominator: int = 20,
    exact: bool = True,
) -> st.SearchStrategy[Number]:
    """Return the strategy for discount factors that are not extreme.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(discount_factors(), lambda delta: delta > Fraction(1, 3))
    Fraction(1, 2)
    """
    if not 0 < low <= high < 1:
        raise InvalidArgument(
            f"discount factors must lie inside (0, 1), the least first; got {low!r} and {high!r}"
        )
    if not 2 <= max_denominator <= LARGEST_DENOMINATOR:
        raise InvalidArgument(f"max_denominator: from 2 to {LARGEST_DENOMINATOR}; got {max_denominator!r}")
    ratios = {Fraction(k, n) for n in range(2, max_denominator + 1) for k in range(1, n)}
    # By denominator: examples shrink to one half.
    ordered = sorted((r for r in ratios | {low, high} if low <= r <= high), key=lambda r: (r.denominator, r))
    return st.sampled_from(ordered if exact else [float(ratio) for ratio in ordered])


def repeated_games(
    *,
    stages: st.SearchStrategy[StageGame] | None = None,
    factors: st.SearchStrategy[Number] | None = None,
    common: bool = True,
    monitoring: SignalKind | None = None,
) -> st.SearchStrategy[RepeatedGame]:
    """Return the strategy for repeated games.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(repeated_games(monitoring="full_support"), lambda game: game.monitoring.n_signals > 1)
    >>> game.discount_factor, game.monitoring.probabilities.tolist()
    (Fraction(1, 2), [[[0.5, 0.5]]])
    """
    drawn_stages = stage_games() if stages is None else stages
    drawn_factors = discount_factors() if factors is None else factors

    @st.composite
    def drawn(draw: st.DrawFn) -> RepeatedGame:
        stage = draw(drawn_stages)
        factor = draw(drawn_factors) if common else [draw(drawn_factors) for _ in stage.players]
        signal = None if monitoring is None else draw(public_signals(stage=stage, kind=monitoring))
        return RepeatedGame(stage, factor, signal)

    return drawn()
