"""Theories at posterior draws of their parameters, for the bands of forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from negotiation.disputes.continuous.game import Pace
from negotiation.errors import InvalidGame
from negotiation.truces.estimation.kept_draws import KeptDraws
from negotiation.truces.estimation.theory_record import ADJUSTMENT, MOVE_RATE, PRECISION
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster


def at_posterior_draws(
    theories: Sequence[TheoryForecaster], kept: Mapping[str, KeptDraws], count: int | None = None
) -> dict[str, tuple[TheoryForecaster, ...]]:
    """Return each theory at evenly spaced posterior draws of its parameters, by name."""
    found = {}
    for one in theories:
        have = len(kept[one.theory].values) if one.theory in kept else 0
        wanted = have if count is None else count
        if not 1 <= wanted <= have:
            raise InvalidGame(
                f"{wanted} draws of {one.theory!r} are asked for and {have} are there; "
                "give a file with its draws, or ask for fewer"
            )
        draws = kept[one.theory]
        rows = draws.values[np.linspace(0, have, wanted, endpoint=False).astype(int)]
        found[one.name] = tuple(_at(one, dict(zip(draws.names, row.tolist(), strict=True))) for row in rows)
    return found


def _at(one: TheoryForecaster, values: dict[str, float]) -> TheoryForecaster:
    rate, adjustment = values.pop(MOVE_RATE, None), values.pop(ADJUSTMENT, 0.0)
    # A move of the record may pass several levels: the draws were made with such games.
    moves = Pace(values.pop(PRECISION, None), rate, adjustment, reach="any")
    world = one.world.with_parameters(values)
    return TheoryForecaster(one.theory, world, one.pace, one.agencies, moves)
