"""Check of play in a game in continuous time: the residuals of its equations bound what deviations gain.

The value V_i of player i's best reply to the others' choices solves one equation, T, and the value of i's own
choices, with shocks counted by their entropy, solves another, U. Either solution is the fixed point of a
contraction: a function that solves the equation up to a residual r, in flows, is within r / rho_i of the
solution. So with residuals r_T and r_U, the given values are within r_U / rho_i of those of the choices, and
no strategy of i gains more than (r_T + r_U) / rho_i over the choices, in any state. If the choices are
exactly the logit choices of the values, r_T = r_U. The check imports no solver. Cost: a few passes through
the options.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import REGRET_TOLERANCE, FloatArray
from negotiation.base.status import Status
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.option_rows import OptionRows
from negotiation.game_theory.solutions.continuous_equilibrium import ChosenPlay, LogitResponse
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, judge
from negotiation.game_theory.strategies.move_choices import MoveChoices, move_choices


@dataclass(frozen=True, eq=False)
class ContinuousCertificate(Tabular):
    """The bounds that the residuals of a game in continuous time imply, player by player."""

    # (S, N): the larger residual of the two equations, that of the best reply and that of the choices, in the
    # player's flows.
    residuals: FloatArray
    # (N,): the most that any strategy gains over the choices, in any state, as a total discounted payoff.
    gain_bounds: FloatArray
    # (N,): the largest possible distance of the given values from the values of the choices.
    value_bounds: FloatArray
    # Largest distance of a probability from the logit choice at the values; makers without shocks count 0.
    departure: float
    game: ContinuousTimeGame
    status: Status = "complete"

    def table(self) -> Table:
        """Return a table with one row for each player."""
        rows = tuple(
            (player, float(self.residuals[:, i].max()), float(gain), float(distance))
            for i, (player, gain, distance) in enumerate(
                zip(self.game.players, self.gain_bounds, self.value_bounds, strict=True)
            )
        )
        return Table("what residuals bound", ("player", "residual", "gain", "distance of values"), rows)


def certify_play(
    game: ContinuousTimeGame,
    values: FloatArray,
    choices: tuple[MoveChoices, ...],
    from_middle: FloatArray | None = None,
) -> ContinuousCertificate:
    """Return bounds of what deviations gain, and of the errors of values, from the residuals of both.

    `values` are those of `choices`, which has one entry for each decision maker. `from_middle` is `values`
    less the value of receiving the middle of the player's flows for ever; by default it is computed.

    Shapes: `values` and `from_middle` (S, N).
    """
    near, _ = _from_the_middle(game, values, from_middle)
    given, best = _flowing(game, near, choices), np.zeros(near.shape)
    own, departure = np.zeros(near.shape), 0.0
    for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
        worth = rows.payoffs + near[rows.targets, owner]
        logit, top = _replies(rows, worth, game.precisions[m])
        mine = _followed(rows, worth, game.precisions[m], choices[m].flat)
        best[:, owner] += game.rates[m] * (top - near[:, owner])
        own[:, owner] += game.rates[m] * (mine - near[:, owner])
        if np.isfinite(game.precisions[m]):
            departure = max(departure, float(abs(logit - choices[m].flat).max()))
    replied, followed = abs(given - best), abs(given - own)
    rates = np.array(game.discount_rates)
    return ContinuousCertificate(
        np.maximum(replied, followed),
        (replied.max(axis=0) + followed.max(axis=0)) / rates,
        followed.max(axis=0) / rates,
        departure,
        game,
    )


def verify_play(game: ContinuousTimeGame, play: ChosenPlay) -> Verdict:
    """Check that play is a Markov perfect equilibrium, or a logit response to its strategies."""
    choices, values = move_choices(game, play.choice_probabilities), np.asarray(play.values)
    if values.shape != game.flows.shape or not np.isfinite(values).all():
        raise InvalidStrategy(
            f"`values` must have shape {game.flows.shape}, one finite number for each state and player; got "
            f"shape {values.shape} with {np.isfinite(values).sum()} finite numbers: solve this game again"
        )
    near, digits = _from_the_middle(game, values, play.from_middle)
    if isinstance(play, LogitResponse):
        concept, gains = "logit response", _response_gaps(game, near, play, choices)
    else:
        concept = "Markov perfect equilibrium in continuous time"
        certificate = certify_play(game, values, choices, play.from_middle)
        # The bounds hold in every state; the state that is named has the largest residual.
        gains = certificate.residuals * (
            certificate.gain_bounds
            * np.array(game.discount_rates)
            / _positive(certificate.residuals.max(axis=0))
        )
    deviations = []
    for i, player in enumerate(game.players):
        s = int(np.argmax(gains[:, i]))
        gain = float(gains[s, i])
        deviations.append(Deviation(player, "any other strategy", "its choices", gain, game.states[s]))
    units = dict(zip(game.players, game.units.tolist(), strict=True))
    tolerances = dict(zip(game.players, _tolerances(game, digits).tolist(), strict=True))
    return judge(concept, deviations, tolerances, exact=False, ranges=units)


def _positive(sizes: FloatArray) -> FloatArray:
    """Return sizes with 1 in place of 0."""
    return np.where(sizes > 0.0, sizes, 1.0)


def _tolerances(game: ContinuousTimeGame, digits: FloatArray) -> FloatArray:
    """Return the tolerance of each player's flows, (N,), for values with last digits `digits`, (N,)."""
    leaves = game.rates.sum(axis=0)
    np.add.at(leaves, game.nature.sources, game.nature.rates)
    # A gain is bounded by two residuals, each rounded by up to four last digits of a value.
    allowed = 8.0 * (leaves.max() + max(game.discount_rates)) * digits
    result: FloatArray = np.clip(allowed, REGRET_TOLERANCE * game.units, NUMERICS.most_rounded * game.units)
    return result


def _middles(game: ContinuousTimeGame) -> FloatArray:
    middles: FloatArray = (game.flows.max(axis=0) + game.flows.min(axis=0)) / 2.0
    return middles


def _from_the_middle(
    game: ContinuousTimeGame, values: FloatArray, near: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return the values less a constant for each player, (S, N), and the size of their last digit, (N,).

    The constant is the value of receiving the middle of the player's flows for ever. Without it the values
    have more digits. `near` has such values with all their digits, and is used if it fits `values`.
    """
    constant = _middles(game) / np.array(game.discount_rates)
    last = np.spacing(abs(values).max(axis=0))
    if near is not None and (abs(near + constant - values) <= 2.0 * last).all():
        return near, np.spacing(abs(near).max(axis=0))
    result: FloatArray = values - constant
    return result, np.maximum(last, np.spacing(abs(result).max(axis=0)))


def _flowing(game: ContinuousTimeGame, near: FloatArray, choices: tuple[MoveChoices, ...]) -> FloatArray:
    """Return rho V - u less the flows from nature and from the other players' moves, (S, N)."""
    result: FloatArray = near * np.array(game.discount_rates) - (game.flows - _middles(game))
    sources = game.nature.sources
    for i in range(game.n_players):
        moved = game.nature.rates * (near[game.nature.targets, i] - near[sources, i])
        result[:, i] -= np.bincount(sources, moved, game.n_states)
        for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
            if owner != i:
                mean = np.add.reduceat(choices[m].flat * near[rows.targets, i], rows.indptr[:-1])
                result[:, i] -= game.rates[m] * (mean - near[:, i])
    return result


def _replies(rows: OptionRows, worth: FloatArray, precision: float) -> tuple[FloatArray, FloatArray]:
    """Return the logit choice probabilities of the options, and the value of a chance to move in each state.

    Without shocks (infinite precision), the first array is `worth` itself and has no use.
    """
    top = np.maximum.reduceat(worth, rows.indptr[:-1])
    if not np.isfinite(precision):
        return worth, top
    counts = np.diff(rows.indptr)
    weights = np.exp(precision * (worth - np.repeat(top, counts)))
    sums = np.add.reduceat(weights, rows.indptr[:-1])
    return weights / np.repeat(sums, counts), top + np.log(sums) / precision


def _followed(rows: OptionRows, worth: FloatArray, precision: float, chances: FloatArray) -> FloatArray:
    """Return the value of a chance to move in each state under given choices, with the shocks behind them."""
    positive = np.maximum(chances, 0.0)
    entropy = np.where(positive > 0.0, -np.log(_positive(positive)), 0.0) / precision
    result: FloatArray = np.add.reduceat(positive * (worth + entropy), rows.indptr[:-1])
    return result


def _response_gaps(
    game: ContinuousTimeGame, near: FloatArray, play: LogitResponse, choices: tuple[MoveChoices, ...]
) -> FloatArray:
    """Return the residuals of the values plus what the choices lose against the best ones, (S, N)."""
    strategies = move_choices(game, play.strategies)
    gaps, lost = _flowing(game, near, strategies), np.zeros(near.shape)
    for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
        worth, precision = rows.payoffs + near[rows.targets, owner], game.precisions[m]
        mean = np.add.reduceat(strategies[m].flat * worth, rows.indptr[:-1])
        gaps[:, owner] -= game.rates[m] * (mean - near[:, owner])
        _, top = _replies(rows, worth, precision)
        lost[:, owner] += game.rates[m] * (top - _followed(rows, worth, precision, choices[m].flat))
    result: FloatArray = abs(gaps) + abs(lost)
    return result
