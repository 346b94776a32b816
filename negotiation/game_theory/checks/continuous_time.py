"""Check of play in a game in continuous time: the residuals of its equations, and what they bound.

Let T be the operator by which player i's equations give V_i when i replies best to the others' choices, and
U the one for i's own choices, shocks counted by their entropy. Both contract towards their fixed points, and
in flows |rho_i V - ...| <= r puts V within r / rho_i of them. So with residuals r_T and r_U the values are
within r_U / rho_i of those of the choices, and no strategy of i gains more than (r_T + r_U) / rho_i on them,
in any state. Where the choices are exactly those of the values, r_T = r_U = r. Shares no code with the
solvers. Cost: a few passes through the options.
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

    # (S, N): in each state the larger of the distances from the best reply's equation and from the choices'
    # own, in the player's flows.
    residuals: FloatArray
    # (N,): what any strategy gains at most on the choices, in any state, as a total.
    gain_bounds: FloatArray
    # (N,): how far the values are at most from those of the choices.
    value_bounds: FloatArray
    # Largest distance of a probability from the logit of the values; of makers without shocks 0.
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
    """Return the bounds that the residuals of values and choices imply.

    Shapes: `values` and `from_middle` (S, N); the latter are the values less what the middle of each player's
    flows is worth.
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
            f"values must be finite, one for each state and player, {game.flows.shape}; "
            f"got shape {values.shape}"
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
    """Return what counts as none of each player's flows: never below what a double resolves of the values."""
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
    """Return values less what the middle of each player's flows is worth, and their last digits, (N,).

    The constant changes nothing but the digits; what is said to be without it is taken where the values are
    it and the constant.
    """
    constant = _middles(game) / np.array(game.discount_rates)
    last = np.spacing(abs(values).max(axis=0))
    if near is not None and (abs(near + constant - values) <= 2.0 * last).all():
        return near, np.spacing(abs(near).max(axis=0))
    result: FloatArray = values - constant
    return result, np.maximum(last, np.spacing(abs(result).max(axis=0)))


def _flowing(game: ContinuousTimeGame, near: FloatArray, choices: tuple[MoveChoices, ...]) -> FloatArray:
    """Return rho V - u less what nature and the other players' makers bring, by state and player."""
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
    """Return the logit of options' worth, and what a chance to move is worth, state by state."""
    top = np.maximum.reduceat(worth, rows.indptr[:-1])
    if not np.isfinite(precision):
        return worth, top
    counts = np.diff(rows.indptr)
    weights = np.exp(precision * (worth - np.repeat(top, counts)))
    sums = np.add.reduceat(weights, rows.indptr[:-1])
    return weights / np.repeat(sums, counts), top + np.log(sums) / precision


def _followed(rows: OptionRows, worth: FloatArray, precision: float, chances: FloatArray) -> FloatArray:
    """Return what a chance to move is worth under given choices, the shocks that lead to them included."""
    positive = np.maximum(chances, 0.0)
    entropy = np.where(positive > 0.0, -np.log(_positive(positive)), 0.0) / precision
    result: FloatArray = np.add.reduceat(positive * (worth + entropy), rows.indptr[:-1])
    return result


def _response_gaps(
    game: ContinuousTimeGame, near: FloatArray, play: LogitResponse, choices: tuple[MoveChoices, ...]
) -> FloatArray:
    """Return by state and player how far values are from the strategies', and choices from the best."""
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
