"""The numbers of a game in continuous time, and their derivatives by the parameters of a factory.

A factory takes parameters by name and returns a game. All its games have the same states, options and events.
Only flows, rates, payoffs of options, precisions and discount rates depend on the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, NegotiationError
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS

Factory: TypeAlias = Callable[..., ContinuousTimeGame]


class GameArrays(NamedTuple):
    """The numbers of a game, or their derivatives with one more axis at the end for the parameters."""

    # (S, N)
    flows: FloatArray
    # (N,)
    discount_rates: FloatArray
    # (M, S)
    rates: FloatArray
    # (K,): payoffs of the options of all makers, one maker after another.
    payoffs: FloatArray
    # (M,)
    precisions: FloatArray
    # (Q,): rates of the moves of nature.
    nature: FloatArray


def arrays_of(game: ContinuousTimeGame) -> GameArrays:
    """Return the numbers of a game as arrays."""
    return GameArrays(
        game.flows,
        np.array(game.discount_rates),
        game.rates,
        np.concatenate([np.empty(0), *(rows.payoffs for rows in game.options)]),
        np.array(game.precisions),
        game.nature.rates,
    )


def game_at(
    factory: Factory, theta: Mapping[str, float], like: ContinuousTimeGame | None
) -> ContinuousTimeGame:
    """Return the factory's game, or raise if its states, options or events differ from a given game's."""
    shown = ", ".join(f"{name} {value:g}" for name, value in theta.items())
    try:
        game = factory(**theta)
    except NegotiationError:
        raise
    except (ArithmeticError, ValueError) as error:  # such as the square root of a negative number
        raise InvalidGame(f"the factory cannot make a game at {shown}: {error}") from error
    expect_kind(game, ContinuousTimeGame, "a fit")
    if like is not None and _form(game) != _form(like):
        raise InvalidGame(
            f"the factory's game has other states, options, events or moves at {shown} than at the start. "
            "Parameters may change only flows, rates, payoffs, precisions and discount rates. A rate must be "
            "positive at all parameter values or zero at all of them, so start where it is positive"
        )
    return game


def _form(game: ContinuousTimeGame) -> tuple[object, ...]:
    """Return the parts of a game that parameters may not change, in a form that can be compared."""
    parts = [
        (r.indptr.tobytes(), r.targets.tobytes(), r.events.tobytes(), r.event_names) for r in game.options
    ]
    nature = (game.nature.indptr.tobytes(), game.nature.targets.tobytes())
    moves = (game.rates > 0.0).tobytes(), (game.nature.rates > 0.0).tobytes()
    return (game.states, game.players, game.owners, tuple(parts), nature, moves)


def array_derivatives(
    factory: Factory, theta: Mapping[str, float], game: ContinuousTimeGame, sizes: FloatArray | float = 0.0
) -> GameArrays:
    """Return the derivatives of the game's numbers by central differences of the factory.

    The step is h = eps^(1/3) max(|theta|, size) for a parameter theta, or eps^(1/3) if both are 0. Relative
    to a number of the game and to theta, the error is 4e-11. If the number is not linear in the parameter,
    h^2 / 6 times its third derivative is added. No equations are solved here, so no solver's error is divided
    by the step.

    Shapes: `sizes` (P,).
    """
    columns: list[GameArrays] = []
    for (name, value), size in zip(theta.items(), np.broadcast_to(sizes, len(theta)).tolist(), strict=True):
        step = NUMERICS.difference * (max(abs(value), size) or 1.0)
        ends = [value - step, value + step]
        low, high = (arrays_of(game_at(factory, {**theta, name: end}, game)) for end in ends)
        # The actual step is the difference of the two rounded ends.
        columns.append(GameArrays(*((b - a) / (ends[1] - ends[0]) for a, b in zip(low, high, strict=True))))
    return GameArrays(*(np.stack(parts, axis=-1) for parts in zip(*columns, strict=True)))
