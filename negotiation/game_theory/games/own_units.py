"""Payoffs of each player counted from that player's least payoff, and the tolerances for rounding.

Units of different players are unrelated, so a payoff difference is compared only with the range of the same
player's payoffs. Payoffs given as integers or `Fraction` lose no digits when they are counted from the least
one, however far from zero they are. Cost: one pass through the payoffs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, Number, NumberArray, payoff_tolerances
from negotiation.game_theory.games.stage import StageGame


class OwnUnits(NamedTuple):
    """The payoffs of stage games with the same players, each player's counted from the least."""

    # (n_1, ..., n_N, N): by stage game, in floats, from `least`.
    payoffs: tuple[FloatArray, ...]
    # (N,): each player's least payoff in all the games.
    least: FloatArray
    # (rows, N): the payoffs with the digits that they carry: from the least where they are rational, else as
    # given.
    reference: FloatArray

    def tolerances(self, relative: float = KNIFE_EDGE) -> list[float]:
        """Return the tolerance of each player: a share of the range, at least the payoffs' resolution."""
        results: list[float] = payoff_tolerances(self.reference[None], relative)[0].tolist()
        return results

    def ranges(self) -> list[float]:
        """Return the range of each player's payoffs; 1 if they are constant."""
        results: list[float] = [float(span) or 1.0 for span in np.ptp(self.reference, axis=0)]
        return results

    def of_money(self) -> float:
        """Return the largest range of any player's payoffs, the unit of payments; 1 if all are constant."""
        return float(np.ptp(self.reference, axis=0).max()) or 1.0

    def units(self) -> FloatArray:
        """Return for each player the largest power of two within the range; 1 if payoffs are constant."""
        spread = np.ptp(self.reference, axis=0)
        return np.where(spread > 0, np.exp2(np.floor(np.log2(np.where(spread > 0, spread, 1.0)))), 1.0)


def own_units(*stages: StageGame) -> OwnUnits:
    """Return the payoffs of stage games, each counted from the player's least in all games.

    Examples
    --------
    >>> far = StageGame.from_matrices([[10**16 + 1, 10**16]], [[0, 4]])
    >>> own_units(far).payoffs[0].tolist(), own_units(far).tolerances(1e-9)
    ([[[1.0, 0.0], [0.0, 4.0]]], [1e-09, 4e-09])
    """
    players = stages[0].n_players
    flat: FloatArray = np.concatenate([stage.payoffs.reshape(-1, players) for stage in stages])
    least: FloatArray = flat.min(axis=0)
    rational = all(stage.given_payoffs().dtype == object for stage in stages)
    # Where doubles resolve the range, their differences are as good as the rational ones and cheaper.
    if rational and (payoff_tolerances(flat[None], KNIFE_EDGE) > KNIFE_EDGE * np.ptp(flat, axis=0)).any():
        low = np.concatenate([stage.exact_payoffs().reshape(-1, players) for stage in stages]).min(axis=0)
        payoffs = tuple((stage.exact_payoffs() - low).astype(np.float64) for stage in stages)
    else:
        payoffs = tuple(stage.payoffs - least for stage in stages)
    from_least: FloatArray = np.concatenate([part.reshape(-1, players) for part in payoffs])
    return OwnUnits(payoffs, least, from_least if rational else flat)


def least_and_above(stages: Sequence[StageGame], exact: bool) -> tuple[NumberArray, tuple[NumberArray, ...]]:
    """Return each player's least payoff in all games, shape (N,), and each game's payoffs counted from it.

    Examples
    --------
    >>> least, above = least_and_above([StageGame([[[3, 1]], [[5, 1]]])], exact=True)
    >>> least.tolist() == [3, 1], above[0][1, 0, 0]
    (True, Fraction(2, 1))
    """
    if not exact:
        of_players = own_units(*stages)
        return of_players.least, of_players.payoffs
    payoffs = [stage.exact_payoffs() for stage in stages]
    least: NumberArray = np.concatenate([part.reshape(-1, part.shape[-1]) for part in payoffs]).min(axis=0)
    return least, tuple(part - least for part in payoffs)


def ranges_by_player(stages: Sequence[StageGame], exact: bool) -> dict[str, Number]:
    """Return the range of each player's payoffs in all games, by player; 1 if they are constant.

    In an exact check the ranges are exact too, because rounded ranges could break ties differently in another
    unit.

    Examples
    --------
    >>> from fractions import Fraction
    >>> cents = StageGame([[[Fraction(3, 100), 1]], [[Fraction(5, 100), 1]]])
    >>> ranges_by_player([cents], exact=True) == {"0": Fraction(1, 50), "1": 1}
    True
    """
    if exact:
        rows = np.concatenate([stage.exact_payoffs().reshape(-1, stage.n_players) for stage in stages])
        spans: list[Number] = (rows.max(axis=0) - rows.min(axis=0)).tolist()
    else:
        spans = list(own_units(*stages).ranges())
    return {player: span or 1 for player, span in zip(stages[0].players, spans, strict=True)}
