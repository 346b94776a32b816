"""Markov perfect equilibria of games in continuous time, from several starts, each certified separately.

If all decision makers have shocks, an equilibrium exists (Arcidiacono, Bayer, Blevins and Ellickson 2016),
and there may be several. The first start follows the branch from precision 0, after initial values if they
are given. The others begin at the values of random choices, and take steps of policy iteration and then of
Newton's method (`newton.py`).

Scaling payoffs by t is equivalent to scaling every precision by t (McKelvey and Palfrey 1995 for stage
games). At t = 0 options differ only by the shocks, and all options of a decision maker are equally likely.
The branch is followed by secant steps and Newton's method as t goes to 1. If the branch turns back, the steps
shrink, and the outcome says so. Makers without shocks are given a finite precision, which is doubled until
their choices settle at best replies.

If only one player can move the state, that player's values are the unique solution of dynamic programming, a
contraction. Choices that respond to shocks are then unique too. A best reply without shocks is unique if the
next best option is worse by more than the error of the values. Otherwise either option may be chosen, and the
payoffs of players who do not move depend on this choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.progress import stop_time
from negotiation.base.reading.numbers import expect_generator
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidRate, shown
from negotiation.game_theory.checks.continuous_time import verify_play
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solutions.continuous_equilibrium import (
    ContinuousEquilibria,
    ContinuousEquilibrium,
)
from negotiation.game_theory.solvers.continuous.kernels.equations import Chances
from negotiation.game_theory.solvers.continuous.newton import Equations, Point, newton
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import InUnits, in_units
from negotiation.game_theory.strategies.move_choices import MoveChoices


class Followed(NamedTuple):
    """The end of a branch that was followed."""

    # The last point on the branch.
    point: Point
    # Share of the precision that was reached; 1 at the end.
    share: float
    steps: int


def follow_branch(equations: Equations) -> Followed:
    """Return the end of the branch of equilibria that begins at precision 0."""
    shape = equations.moves.flows.shape
    point = newton(equations, np.zeros(shape), 0.0, NUMERICS.on_the_way)
    if point.residual > NUMERICS.on_the_way:
        return Followed(point, 0.0, 0)
    share, step, taken = 0.0, NUMERICS.first_step, 0
    before, tangent = point, np.zeros(shape)
    while share < 1.0:
        ahead = min(1.0, share + step)
        guess = point.values + (ahead - share) * tangent
        goal = NUMERICS.solved if ahead == 1.0 else NUMERICS.on_the_way
        after = newton(equations, guess, ahead, goal, NUMERICS.patience)
        near = abs(after.choices.chances - point.choices.chances).max(initial=0.0) <= NUMERICS.farthest
        solved = equations.accepts(after, NUMERICS.accepted if ahead == 1.0 else NUMERICS.on_the_way)
        if not (near and solved):
            step /= 2.0
            if step < NUMERICS.shortest_step:
                break
            continue
        before, point = point, after
        tangent = (point.values - before.values) / (ahead - share)
        share, taken = ahead, taken + 1
        if after.steps <= NUMERICS.quick:
            step = min(2.0 * step, NUMERICS.longest_step)
    return Followed(point, share, taken)


def sharpened(setting: InUnits, values: FloatArray | None) -> Point | None:
    """Return the equilibrium near `values`, or at the end of the branch, if some makers have no shocks.

    `values`, of shape (S, N), are in units; None stands for the end of the branch. Return None if the choices
    do not settle.
    """
    sharp = np.isinf(setting.moves.precisions)
    equations = Equations(setting)
    if values is not None:
        ended = newton(equations, values)  # repeated best replies usually settle
        if equations.accepts(ended):
            return ended
    precision = 1.0
    finite = np.where(sharp, precision, setting.moves.precisions)
    blurred = Equations(InUnits(setting.game, setting.moves._replace(precisions=finite), setting.middles))
    point = follow_branch(blurred).point if values is None else newton(blurred, values)
    while precision < NUMERICS.sharpest:
        ended = newton(equations, point.values, most=NUMERICS.newton_steps)
        if equations.accepts(ended):
            return ended
        precision *= NUMERICS.sharpening
        finite = np.where(sharp, precision, setting.moves.precisions)
        blurred = Equations(InUnits(setting.game, setting.moves._replace(precisions=finite), setting.middles))
        point = newton(blurred, point.values)
    return None


def one_moves(game: ContinuousTimeGame) -> bool:
    """Return whether at most one player can move the state, by options that leave it at a positive rate."""
    movers = set()
    for rows, owner, rates in zip(game.options, game.owners, game.rates, strict=True):
        if (rates[rows.sources[rows.targets != rows.sources]] > 0.0).any():
            movers.add(owner)
    return len(movers) <= 1


def open_choices(setting: InUnits, values: FloatArray) -> str:
    """Return in words the best replies without shocks that rounding may have decided; empty if none.

    `values` are in units.

    Shapes: `values` (S, N).
    """
    game, moves, off = setting.game, setting.moves, _off(setting, values)
    ties: list[str] = []
    for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
        if not np.isinf(moves.precisions[m]):
            continue
        worth = rows.payoffs / game.units[owner] + values[rows.targets, owner]
        best = np.repeat(np.maximum.reduceat(worth, rows.indptr[:-1]), np.diff(rows.indptr))
        near = np.add.reduceat((worth >= best - 2.0 * off[owner]).astype(np.intp), rows.indptr[:-1])
        tied = np.flatnonzero((near > 1) & (game.rates[m] > 0.0)).tolist()
        ties += [f"{near[s]} options of {game.makers[m].label} in {game.states[s]}" for s in tied]
    more = len(ties) - NUMERICS.named
    return ", ".join(ties[: NUMERICS.named]) + (f" and {more} more" if more > 0 else "")


def _off(setting: InUnits, values: FloatArray) -> FloatArray:
    """Return a bound on the error of an option's value for each player, in units, shape (N,)."""
    equations = Equations(setting)
    equations.point(values)
    size = equations.size(values)
    off: FloatArray = equations.bounds(values) / setting.moves.discount_rates
    return off + 2.0 * float(np.finfo(np.float64).eps) * size


def continuous_equilibria(
    game: ContinuousTimeGame,
    *,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
    initial: ContinuousEquilibrium | FloatArray | None = None,
    deadline: float | None = None,
) -> ContinuousEquilibria:
    """Return Markov perfect equilibria of a game in continuous time; see `markov_perfect_equilibria`.

    Shapes: `initial` (S, N), if it is an array of values.
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
            equilibrium = None if point is None else _certified(setting, point, name)
            if point is None or equilibrium is None:
                outcomes.append(f"{name}: {note or 'no solution within the steps'}")
                continue
            known = [k for k, other in enumerate(kept) if _same(other, equilibrium)]
            outcomes.append(f"{name}: equilibrium {known[0] if known else len(kept)}{note and '; ' + note}")
            if not known:
                kept.append(equilibrium)
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
    # With a single mover the solution is unique; with several, others may exist that were not found.
    reason += "; with one player who moves it is the only one" if done else "; others may be missing"
    if unproven:
        reason += f", since best replies tie up to rounding: {unproven}"
    status: Status = "complete" if done else "partial" if kept else "failed"
    return ContinuousEquilibria(kept, status, "branch and Newton", reason, NUMERICS.accepted, tuple(outcomes))


def _starts(
    setting: InUnits,
    count: int,
    generator: np.random.Generator,
    initial: ContinuousEquilibrium | FloatArray | None,
) -> Iterator[tuple[str, FloatArray | None]]:
    """Yield `count` pairs of a name and starting values in units, None for the branch from precision 0."""
    made = 0
    if initial is not None:
        values = _initial(setting, initial)
        if values.shape != setting.moves.flows.shape or not np.isfinite(values).all():
            raise InvalidGame(
                "`initial` must be an equilibrium, or an array of finite numbers, with a row for each state "
                f"and a column for each player, shape {setting.moves.flows.shape}; got {shown(initial)}"
                f"{f' of shape {values.shape}' if values.size else ''}"
            )
        yield "initial values", setting.inside(values)
        made += 1
    if made < count:
        yield "branch from precision 0", None
        made += 1
    for k in range(1, count - made + 1):
        yield f"drawn choices {k}", _drawn(setting, generator)


def _initial(setting: InUnits, initial: ContinuousEquilibrium | FloatArray) -> FloatArray:
    """Return initial values; for an equilibrium its average values over this game's discount rates."""
    if isinstance(initial, ContinuousEquilibrium):
        averages = initial.average_values
        if averages.shape == setting.moves.flows.shape:
            return averages / setting.moves.discount_rates
        return averages
    try:
        return np.asarray(initial, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.empty(0)


def _drawn(setting: InUnits, generator: np.random.Generator) -> FloatArray:
    """Return the values after some policy iteration from random choices that favour one option each."""
    equations = Equations(setting)
    moves = setting.moves
    weights = generator.standard_exponential(len(moves.targets)) ** NUMERICS.leaning
    sums = np.add.reduceat(weights, moves.indptr[:-1])
    values = equations.valued(weights / np.repeat(sums, np.diff(moves.indptr)))
    for _ in range(NUMERICS.policy_steps):
        values = equations.valued(equations.point(values).choices.chances)
    return values


def _solved(setting: InUnits, start: FloatArray | None) -> tuple[Point | None, str]:
    """Return the point to which a start leads, if any, and a note on the search."""
    if np.isinf(setting.moves.precisions).any():
        point = sharpened(setting, start)
        return point, "" if point is not None else "choices did not settle at best replies"
    equations = Equations(setting)
    if start is not None:
        return newton(equations, start), ""
    end = follow_branch(equations)
    if end.share == 1.0:
        return end.point, ""
    note = f"the branch turned back or was lost at the share {end.share:.4g} of the precision"
    return newton(equations, end.point.values), note


def _certified(setting: InUnits, point: Point, name: str) -> ContinuousEquilibrium | None:
    """Return a point as an equilibrium, or None if its residual or the independent check rejects it."""
    equations = Equations(setting)
    if not equations.accepts(point):
        return None
    point = equations.polished(point)
    equations.point(point.values)
    residuals = equations.bounds(point.values) * setting.game.units + setting.far
    values, near = setting.values(point.values), point.values * setting.game.units
    read_only(values, near)
    choices = split_choices(setting.game, point.choices)
    equilibrium = ContinuousEquilibrium(setting.game, values, choices, residuals, name, from_middle=near)
    return equilibrium if verify_play(setting.game, equilibrium).holds else None


def split_choices(game: ContinuousTimeGame, choices: Chances) -> tuple[MoveChoices, ...]:
    """Return the choices of all makers, given in one list, for each decision maker."""
    by_maker, first = [], 0
    for rows in game.options:
        flat = choices.chances[first : first + rows.n_options]
        read_only(flat)
        by_maker.append(MoveChoices(flat, rows.indptr))
        first += rows.n_options
    return tuple(by_maker)


def _same(first: ContinuousEquilibrium, other: ContinuousEquilibrium) -> bool:
    """Return whether two equilibria have the same choices and values."""
    near = all(
        abs(a.flat - b.flat).max() < NUMERICS.same
        for a, b in zip(first.choice_probabilities, other.choice_probabilities, strict=True)
    )
    averages = abs(first.average_values - other.average_values).max(axis=0)
    return near and bool((averages < NUMERICS.same * first.game.units).all())
