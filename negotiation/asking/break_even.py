"""The values of weights and parameters at which moves break even by themselves, before any reply.

Payoffs are linear in a weight on an interest, and in the weight, the value and the ratio of security. Payoffs
at two values of each therefore determine the value at which the gain from the moves is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from negotiation.asking.moves import Move
from negotiation.base.numeric import FloatArray
from negotiation.disputes import Postures, Scenario
from negotiation.disputes.forms.form import SECURITY_RATIO
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.errors import InvalidNumber
from negotiation.truces.theories.common.game_batch import GameBatch


@dataclass(frozen=True)
class PaysIf:
    """The value of a weight or parameter at which the moves of a country break even, all else equal."""

    # country, what: The country that moves, and an interest ("revenue" or "rents", for a weight on it besides
    # income) or the name of a parameter.
    country: str
    what: str
    # Value at which the moves break even; 0 for an interest if they pay already; `None` if there is no such
    # value that the equations accept.
    value: float | None
    # now, low, high: The central value, and its range.
    now: float
    low: float
    high: float
    # Unit of the four numbers.
    unit: str


def pays_if(batch: GameBatch, moves: Sequence[Move]) -> Iterator[PaysIf]:
    """Yield the weights and parameters at which the moves of each country break even by themselves."""
    world = batch.scenario
    for country in dict.fromkeys(move.country for move in moves):
        own = [move for move in moves if move.country == country]
        gain, interests = _own_gain(world, batch, own), dict[str, float]()
        for move in own:
            effects = world.effects(country, move.instrument, batch.state)
            for name, values in effects.interests.items():
                interests[name] = interests.get(name, 0.0) + step(world, move, batch.kept, values)
        for name, more in interests.items():
            weight = 0.0 if gain > 0.0 else -gain / more if more > 0.0 else None
            yield PaysIf(country, name, weight, 0.0, 0.0, 0.0, "weight on it, beside income")
        read = {p for move in own for p in world.instruments[move.instrument].parameters(country)}
        roles = ("security_weight", "security_value", SECURITY_RATIO)
        for name in (p for p in world.playing(*roles) if p in read):
            known, now = world.quantities[name], world.parameters[name]
            if known.low == known.high:
                continue  # a convention, not a guess
            value = _root(batch, own, name, known.high if known.high != now else known.low)
            yield PaysIf(country, name, value, now, known.low, known.high, known.unit)


def _own_gain(world: Scenario, batch: GameBatch, moves: Sequence[Move]) -> float:
    """Return the gain of one country from its moves while the other side stays, in percent of GDP."""
    player = batch.players.index(moves[0].country)
    menus: dict[str, dict[str, tuple[str, ...]]] = {code: {} for code in batch.players}
    for country, name, level in moves:
        menus[country][name] = (batch.kept[country][name], level)
    payoffs = ManyPostureGames(world, {}, batch.state).payoffs(menus, batch.kept)[0, ..., player].ravel()
    return float(payoffs[-1] - payoffs[0])


def _root(batch: GameBatch, moves: Sequence[Move], name: str, other: float) -> float | None:
    """Return the value of a parameter at which moves break even; None if the equations do not accept it.

    `other` is a second value of the parameter, from which the line is computed.
    """
    world = batch.scenario
    now = world.parameters[name]
    here = _own_gain(world, batch, moves)
    there = _own_gain(world.with_parameters({name: other}), batch, moves)
    if there == here:
        return None
    root = now - here * (other - now) / (there - here)
    try:
        world.with_parameters({name: root})
    except InvalidNumber:
        return None
    return float(root)


def step(world: Scenario, move: Move, kept: Postures, values: FloatArray) -> float:
    """Return the change by a move of a quantity that has one value per level."""
    position = world.instruments[move.instrument].position
    before = position(move.country, kept[move.country][move.instrument])
    return float(values[position(move.country, move.level)] - values[before])
