"""Random discount factors, repeated games, and numbers for the game of a control and a curb."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.testing.strategies.ranges import Counts, count_range
from negotiation.testing.strategies.signals import SignalKind, public_signals
from negotiation.testing.strategies.stage import stage_games

LOWEST, LARGEST_DENOMINATOR = Fraction(1, 20), 20


def discount_factors(*, high: Fraction = Fraction(19, 20)) -> st.SearchStrategy[Fraction]:
    """Return the strategy for discount factors of at least 1/20.

    Parameters
    ----------
    high : Fraction, optional
        Largest discount factor, below 1; 19/20 by default.

    Returns
    -------
    SearchStrategy
        Discount factors of type `Fraction`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(discount_factors(), lambda delta: delta > Fraction(1, 3))
    Fraction(1, 2)
    """
    if not LOWEST <= high < 1:
        raise InvalidArgument(
            f"`high` must be a discount factor of at least {LOWEST} and below 1; got {high!r}"
        )
    ratios = {Fraction(k, n) for n in range(2, LARGEST_DENOMINATOR + 1) for k in range(1, n)}
    # By denominator: examples shrink to one half.
    return st.sampled_from(
        sorted((r for r in ratios | {high} if r <= high), key=lambda r: (r.denominator, r))
    )


@st.composite
def repeated_games(
    draw: st.DrawFn,
    *,
    stages: st.SearchStrategy[StageGame] | None = None,
    common: bool = True,
    monitoring: SignalKind | None = None,
) -> RepeatedGame:
    """Return the strategy for repeated games.

    Parameters
    ----------
    stages : SearchStrategy, optional
        Strategy for the stage games; `stage_games()` by default.
    common : bool, optional
        Whether all players have the same discount factor; True by default. Otherwise one is drawn for each
        player.
    monitoring : str, optional
        Kind of the public signal, as in `public_signals`; perfect monitoring by default.

    Returns
    -------
    SearchStrategy
        Games of type `RepeatedGame`.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(repeated_games(monitoring="full_support"), lambda game: game.monitoring.n_signals > 1)
    >>> game.discount_factor, game.monitoring.probabilities.tolist()
    (Fraction(1, 2), [[[0.5, 0.5]]])
    """
    stage = draw(stage_games() if stages is None else stages)
    factors = discount_factors()
    factor = draw(factors) if common else [draw(factors) for _ in stage.players]
    signal = None if monitoring is None else draw(public_signals(stage=stage, kind=monitoring))
    return RepeatedGame(stage, factor, signal)


def threat_numbers(*, cover: Counts = (0, 3), common: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Return the strategy for arguments of `negotiation.restraint`.

    The user's loss from the control may outweigh the cost of fewer than, exactly, or more than T + 1 periods
    of the curb, where T is the number of periods of cover.

    Parameters
    ----------
    cover : int or pair of int, optional
        Number of periods of cover: one number, or the least and the greatest; 0 to 3 by default.
    common : bool, optional
        Whether both sides have the same discount factor; False by default.

    Returns
    -------
    SearchStrategy
        Dictionaries with the arguments of `negotiation.restraint` except `gain`, in rational numbers.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> sorted(find(threat_numbers(cover=1), lambda numbers: numbers["loss"] > numbers["cost"]))
    ['cost', 'cover', 'discount_factors', 'harm', 'loss']
    """
    periods = count_range("cover", cover, 0)

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        """Draw the arguments of `restraint`."""
        target, user = (Fraction(draw(st.integers(5, 97)), 100) for _ in range(2))
        target = user if common else target
        covered = draw(st.integers(*periods))
        harm, cost = (Fraction(draw(st.integers(1, 9)), draw(st.integers(1, 5))) for _ in range(2))
        # From a period of the curb that the user can just not bear to a little more than T + 1 of them.
        share = Fraction(draw(st.integers(-1, 11)), 10)
        borne = 1 + share * sum(user**k for k in range(1, covered + 1)) + share / 10
        loss = borne * (1 - user) * cost / user
        return {
            "loss": loss, "harm": harm, "cost": cost, "cover": covered, "discount_factors": (target, user),
        }  # fmt: skip

    return drawn()
