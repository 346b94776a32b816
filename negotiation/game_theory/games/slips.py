"""Slips, which implement a level that was not intended, and the stage game of intentions.

A slip kernel gives the probability of each implemented level for each intended level. Players choose intended
levels; stage payoffs are expectations over implemented levels, and slips of different players are independent
(Fudenberg and Maskin 1990 on play with mistakes). Cost: one product of matrices for each player.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import Number, NumberArray, fraction_array, is_exact, read_only
from negotiation.errors import InvalidGame, InvalidProbabilities, UnknownPlayer
from negotiation.game_theory.games.monitoring import probability_arrays
from negotiation.game_theory.games.stage import StageGame


def slip_kernel(levels: int, slip: Number, failed: Number = 0) -> NumberArray:
    """Return the kernel of an agency that may miss the intended level by one.

    The agency goes one level too far with probability `slip`, except from the last level, and one level less
    far with probability `failed`, except from the first. Returns shape (levels, levels), with one row for
    each intended level.

    Examples
    --------
    >>> slip_kernel(3, 0.25).tolist()
    [[0.75, 0.25, 0.0], [0.0, 0.75, 0.25], [0.0, 0.0, 1.0]]
    """
    if levels < 1 or not (slip >= 0 and failed >= 0 and slip + failed <= 1):
        raise InvalidProbabilities(
            "`levels` must be at least 1, and `slip` and `failed` probabilities with a sum of at most 1; got "
            f"{levels}, {slip} and {failed}"
        )
    exact = is_exact(slip) and is_exact(failed)
    kernel = np.zeros((levels, levels), dtype=object if exact else np.float64)
    for k in range(levels):
        up, down = (slip if k + 1 < levels else 0), (failed if k else 0)
        kernel[k, k] += 1 - up - down
        kernel[k, min(k + 1, levels - 1)] += up
        kernel[k, max(k - 1, 0)] += down
    result: NumberArray = fraction_array(kernel) if exact else kernel
    read_only(result)
    return result


def stage_under_slips(stage: StageGame, kernels: Mapping[str, npt.ArrayLike]) -> StageGame:
    """Return the stage game of intentions: expected payoffs over the levels that agencies implement.

    A player without a kernel does not slip. Shapes: the kernel of player i (n_i, n_i).

    Examples
    --------
    >>> stage = StageGame.from_matrices([[8, 0], [12, 4]], [[8, 12], [0, 4]], players=("A", "B"))
    >>> stage_under_slips(stage, {"B": slip_kernel(2, 0.25)}).payoffs[0, 0].tolist()
    [6.0, 9.0]
    """
    for player in kernels:
        UnknownPlayer.unless_in(player, stage.players)
    checked = {}
    for i, player in enumerate(stage.players):
        if player not in kernels:
            continue
        array, exact = probability_arrays(kernels[player], f"a row of the slip kernel of {player}")
        if array.shape != (stage.n_actions[i],) * 2:
            raise InvalidGame(
                f"the slip kernel of {player} needs a row and a column for each of {stage.n_actions[i]} "
                f"actions; got shape {array.shape}"
            )
        checked[i] = (array, exact)
    rational = stage.given_payoffs().dtype == object and all(e is not None for _, e in checked.values())
    payoffs: NumberArray = stage.given_payoffs() if rational else stage.payoffs
    for i, (array, exact) in checked.items():
        rows: NumberArray = exact if rational and exact is not None else array
        payoffs = np.moveaxis(np.tensordot(rows, payoffs, axes=([1], [i])), 0, i)
    return StageGame(payoffs, stage.players, stage.actions, stage.name, stage.names)
