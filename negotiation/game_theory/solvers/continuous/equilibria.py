"""Markov perfect equilibria of games in continuous time, from several starts, each certified apart.

One exists where all have shocks (Arcidiacono, Bayer, Blevins and Ellickson 2016); there may be several. The
first start follows the branch from precision 0 (`branch.py`); the others begin at the values of choices drawn
at random, take steps of policy iteration and then Newton's (`newton.py`). Which is the only one says
`uniqueness.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import numpy as np

from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.progress import stop_time
from negotiation.base.reading.numbers import expect_generator
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidRate
from negotiation.game_theory.checks.continuous_time import verify_play
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solutions.continuous_equilibrium import (
    ContinuousEquilibria,
    ContinuousEquilibrium,
)
from negotiation.game_theory.solvers.continuous.branch import follow_branch, sharpened
from negotiation.game_theory.solvers.continuous.kernels.equations import Choices
from negotiation.game_theory.solvers.continuous.newton import Equations, Point, newton
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.uniqueness import one_moves, open_choices
from negotiation.game_theory.solvers.continuous.units import InUnits, in_units
from negotiation.game_theory.strategies.move_choices import MoveChoices


def continuous_equilibria(
    game: ContinuousTimeGame,
    *,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
    initial: ContinuousEquilibrium | FloatArray | None = None,
    deadline: float | None = None,
) -> ContinuousEquilibria:
    """Return Markov perfect equilibria of a game in continuous time.

    Shapes: `initial` (S, N).
    """
    stop_at = stop_time(deadline)
    setting = in_units(game)
    kept: list[ContinuousEquilibrium] = []
    outcomes: list[str] = []
    alone, unproven = one_moves(game), ""
    try:
        for name, start in _starts(setting, starts, expect_generator(rng), initial):
            if outcomes and (alone and kept):
                break
            if outcomes and monotonic() > stop_at:
                outcomes.append(f"{name}: not begun before the deadline")
                continue
            point, note = _solved(setting, start)
            found = None if point is None else _certified(setting, point, name)
            if point is None or found is None:
                outcomes.append(f"{name}: {note or 'no solution within the steps'}")
                continue
            known = [k for k, other in enumerate(kept) if _same(other, found)]
            outcomes.append(f"{name}: equilibrium {known[0] if known else len(kept)}{note and '; ' + note}")
            if not known:
                kept.append(found)
            unproven = open_choices(setting, point.values) if alone else ""
    except InvalidRate as error:
        outcomes.append(f"the search ended: {error}")
    return _result(tuple(kept), outcomes, alone, unproven)


def _result(
    kept: tuple[ContinuousEquilibrium, ...], outcomes: list[str], alone: bool, unproven: str
) -> ContinuousEquilibria:
    ended = sum(": equilibrium " in outcome for outcome in outcomes)
    reason = f"{ended} of {len(outcomes)} starts ended in an equilibrium"
    done = alone and bool(kept) and not unproven
    # One player's problem has one solution; with several nothing is proven about what was not found.
    reason += "; with one player who moves it is the only one" if done else "; others may be missing"
    if unproven:
        reason += f", since best replies tie or are closer than rounding tells: {unproven}"
    status: Status = "complete" if done else "partial" if kept else "failed"
    return ContinuousEquilibria(kept, status, "branch and Newton", reason, NUMERICS.accepted, tuple(outcomes))


def _starts(
    setting: InUnits,
    count: int,
    generator: np.random.Generator,
    initial: ContinuousEquilibrium | FloatArray | None,
) -> Iterator[tuple[str, FloatArray | None]]:
    """Yield so many starts: a name and values in units, None for the branch from precision 0."""
    made = 0
    if initial is not None:
        values = _initial(setting, initial)
        if values.shape != setting.moves.flows.shape or not np.isfinite(values).all():
            raise InvalidGame(
                f"initial values are finite and of shape {setting.moves.flows.shape}; got {values.shape}"
            )
        yield "initial values", setting.inside(values)
        made += 1
    if made < count:
        yield "branch from precision 0", None
        made += 1
    for k in range(1, count - made + 1):
        yield f"drawn choices {k}", _drawn(setting, generator)


def _initial(setting: InUnits, initial: ContinuousEquilibrium | FloatArray) -> FloatArray:
    """Return initial values; those of an equilibrium by their averages, which discounting moves less."""
    if isinstance(initial, ContinuousEquilibrium):
        averages = initial.average_values
        if averages.shape == setting.moves.flows.shape:
            return averages / setting.moves.discount_rates
        return averages
    return np.asarray(initial, dtype=np.float64)


def _drawn(setting: InUnits, generator: np.random.Generator) -> FloatArray:
    """Return values of choices drawn at random that lean to one option, and of some replies to them."""
    equations = Equations(setting)
    moves = setting.moves
    weights = generator.standard_exponential(len(moves.targets)) ** NUMERICS.leaning
    sums = np.add.reduceat(weights, moves.indptr[:-1])
    values = equations.valued(weights / np.repeat(sums, np.diff(moves.indptr)))
    for _ in range(NUMERICS.policy_steps):
        values = equations.valued(equations.point(values).choices.chances)
    return values


def _solved(setting: InUnits, start: FloatArray | None) -> tuple[Point | None, str]:
    """Return what a start ends in, and a remark on the way."""
    if np.isinf(setting.moves.precisions).any():
        point = sharpened(setting, start)
        return point, "" if point is not None else "choices did not come to rest at best replies"
    equations = Equations(setting)
    if start is not None:
        return newton(equations, start), ""
    end = follow_branch(equations)
    if end.share == 1.0:
        return end.point, ""
    note = f"the branch turned back or was lost at the share {end.share:.4g} of the precision"
    return newton(equations, end.point.values), note


def _certified(setting: InUnits, point: Point, name: str) -> ContinuousEquilibrium | None:
    """Return a point as an equilibrium, or None where the residual or the independent check is against it."""
    equations = Equations(setting)
    if not equations.accepts(point):
        return None
    point = equations.polished(point)
    equations.point(point.values)
    residuals = equations.bounds(point.values) * setting.game.units + setting.far
    values, near = setting.values(point.values), point.values * setting.game.units
    read_only(values, near)
    choices = split_choices(setting.game, point.choices)
    found = ContinuousEquilibrium(setting.game, values, choices, residuals, name, from_middle=near)
    return found if verify_play(setting.game, found).holds else None


def split_choices(game: ContinuousTimeGame, choices: Choices) -> tuple[MoveChoices, ...]:
    """Return the probabilities of all options maker by maker."""
    found, first = [], 0
    for rows in game.options:
        flat = choices.chances[first : first + rows.n_options]
        read_only(flat)
        found.append(MoveChoices(flat, rows.indptr))
        first += rows.n_options
    return tuple(found)


def _same(one: ContinuousEquilibrium, other: ContinuousEquilibrium) -> bool:
    """Return whether two equilibria have the same choices and values."""
    near = all(
        abs(a.flat - b.flat).max() < NUMERICS.same
        for a, b in zip(one.choice_probabilities, other.choice_probabilities, strict=True)
    )
    averages = abs(one.average_values - other.average_values).max(axis=0)
    return near and bool((averages < NUMERICS.same * one.game.units).all())
