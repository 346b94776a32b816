"""Check whether a policy of a stochastic game is an equilibrium path: ruled out, or supported.

Some subgame perfect equilibrium in pure strategies plays a policy for ever, from a state on, only if the
following holds in every state that the policy reaches. No player gains by leaving the policy once and then
getting a lower bound of the player's equilibrium payoffs in the next state. Such an equilibrium exists if no
player gains by leaving the policy once and then getting the worst payoff of a self-generating family in the
next state (Abreu 1988, state by state).

The values of the policy, the bounds and the gains are computed from the game. Only the inner points of a
solver's result are read, and they are checked first. The lower bound is the pure minmax by state: v = min
over the others' actions, max over the player's own, of (1 - delta) g + delta E v. The checks import no
solver. Cost: a few passes over the rows of the game, and as many linear systems of the size of the state
space.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.checks.self_generation import verify_state_payoff_sets
from negotiation.game_theory.games import Profile, StochasticGame
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.verdict import Deviation, Verdict

POSSIBLE = "policy that is not ruled out"
SUPPORTED = "path of a subgame perfect equilibrium"


def verify_possible_policy(
    game: StochasticGame,
    policy: Mapping[str, Profile],
    start: str,
    departures: Sequence[Collection[str]] | None = None,
) -> Verdict:
    """Check whether a subgame-perfect equilibrium in pure strategies can play a policy from `start` on.

    The verdict holds unless such an equilibrium is ruled out. `policy` has a profile for every state.
    `departures` has, for each player, the actions to consider as departures; by default all.
    """
    return _judged(game, policy, start, _least(game), departures, POSSIBLE)


def verify_supported_policy(
    game: StochasticGame, policy: Mapping[str, Profile], start: str, sets: StatePayoffSets
) -> Verdict:
    """Check whether a policy is an equilibrium path from `start`, with punishments from given payoff sets.

    `policy` has a profile for every state. If the sets fail their own check, the verdict of that check is
    returned.
    """
    family = verify_state_payoff_sets(game, sets)
    if not family.holds:
        return family
    worst = np.full((game.n_states, game.n_players), np.inf)
    for s, part in enumerate(sets.sets):
        if len(part.inner):
            worst[s] = np.asarray(part.inner, dtype=np.float64).min(axis=0)
    return _judged(game, policy, start, worst, None, SUPPORTED)


def _judged(
    game: StochasticGame,
    policy: Mapping[str, Profile],
    start: str,
    threats: FloatArray,
    departures: Sequence[Collection[str]] | None,
    concept: str,
) -> Verdict:
    """Return the verdict on a policy if a departure is followed by `threats`, payoffs by state (S, N)."""
    chances = _chances(game)
    profiles = {s: game.stage(state).profile_index(policy[state]) for s, state in enumerate(game.states)}
    rows = [game.offsets[s] + _position(game, s, profiles[s]) for s in range(game.n_states)]
    played = np.array([game.stages[s].payoffs[profiles[s]] for s in range(game.n_states)], dtype=np.float64)
    ranges = _ranges(game)
    worst: Deviation | None = None
    worth, near, checked = np.inf, 0.0, 0
    for i, delta in enumerate(game.float_discount_factors):
        values = np.linalg.solve(np.eye(game.n_states) - delta * chances[rows], (1.0 - delta) * played[:, i])
        for s in _reached(chances, rows, game.state_index(start)):
            stage, index = game.stages[s], profiles[s]
            for a, label in enumerate(stage.actions[i]):
                if a == index[i] or (departures is not None and label not in departures[i]):
                    continue
                to = (*index[:i], a, *index[i + 1 :])
                after = chances[game.offsets[s] + _position(game, s, to)]
                # States that cannot follow are left out, since their threats may be infinite.
                later = float(after[after > 0.0] @ threats[after > 0.0, i])
                gain = (1.0 - delta) * float(stage.payoffs[to][i]) + delta * later - float(values[s])
                checked += 1
                if -gain / ranges[i] < worth:
                    worth, near = -gain / ranges[i], KNIFE_EDGE * float(ranges[i])
                    worst = Deviation(
                        stage.players[i], label, stage.actions[i][index[i]], gain, game.states[s]
                    )
    margin = np.inf if worst is None else -float(worst.gain)
    margin = 0.0 if -near <= margin < 0.0 else margin
    return Verdict(bool(margin >= 0.0), concept, float(margin), worst, near, False, checked)


def _least(game: StochasticGame) -> FloatArray:
    """Return lower bounds of equilibrium payoffs, (S, N): the pure minmax or slightly less.

    If T is the minmax operator, any v with v <= T v is a bound. Policy iteration gives candidates c, the
    values of the choices that attain T. Then c - r / (1 - delta) is such a v, where r is the largest excess
    of c over T c.
    """
    chances, ranges = _chances(game), _ranges(game)
    result = np.empty((game.n_states, game.n_players))
    for i, delta in enumerate(game.float_discount_factors):
        payoffs = [np.asarray(stage.payoffs[..., i], dtype=np.float64) for stage in game.stages]
        candidate = np.full(game.n_states, min(float(own.min()) for own in payoffs))
        best = candidate
        for _ in range(NUMERICS.minmax_steps):
            # One step of the minmax operator T, and the choices behind it; their values are the next
            # candidate.
            after, rows = _stepped(game, payoffs, i, delta, chances @ candidate)
            short = max(float((candidate - after).max()), 0.0)
            best = np.maximum(best, candidate - short / (1.0 - delta))
            if float((after - best).max()) <= NUMERICS.outward * (1.0 - delta) * ranges[i]:
                break
            now = np.array([payoffs[s].ravel()[row - game.offsets[s]] for s, row in enumerate(rows)])
            candidate = np.linalg.solve(np.eye(game.n_states) - delta * chances[rows], (1.0 - delta) * now)
        # The rounding errors of a linear system and a step are far smaller than what is subtracted.
        size = max(ranges[i], max(float(np.abs(own).max()) for own in payoffs))
        result[:, i] = best - NUMERICS.outward * size
    return result


def _stepped(
    game: StochasticGame, payoffs: Sequence[FloatArray], player: int, delta: float, expected: FloatArray
) -> tuple[FloatArray, list[int]]:
    """Return the player's one-period minmax in each state, (S,), and the row that attains it in each state.

    Payoffs follow with the expected value `expected`, (rows,).
    """
    values, rows = np.empty(game.n_states), list[int]()
    for s, own in enumerate(payoffs):
        after = expected[game.offsets[s] : game.offsets[s + 1]].reshape(own.shape)
        total = np.moveaxis((1.0 - delta) * own + delta * after, player, 0)
        best = total.max(axis=0)
        others = tuple(int(x) for x in np.unravel_index(int(best.argmin()), best.shape))
        mine = int(np.moveaxis(total, 0, -1)[others].argmax())
        values[s] = best[others]
        place = (*others[:player], mine, *others[player:])
        rows.append(int(game.offsets[s]) + _position(game, s, place))
    return values, rows


def _chances(game: StochasticGame) -> FloatArray:
    """Return the probability of each next state after each row, (rows, S)."""
    moves = game.transitions
    result = np.zeros((game.n_rows, game.n_states))
    row = np.repeat(np.arange(game.n_rows), np.diff(moves.indptr))
    np.add.at(result, (row, moves.indices), moves.floats())
    return result


def _ranges(game: StochasticGame) -> FloatArray:
    """Return the range of each player's own payoffs over all states, (N,); 1 if it is 0."""
    every = np.concatenate([stage.payoffs.reshape(-1, game.n_players) for stage in game.stages])
    spans = np.ptp(every.astype(np.float64), axis=0)
    return np.where(spans > 0.0, spans, 1.0)


def _position(game: StochasticGame, s: int, index: Sequence[int]) -> int:
    return int(np.ravel_multi_index(tuple(index), game.stages[s].n_actions))


def _reached(chances: FloatArray, rows: Sequence[int], start: int) -> list[int]:
    """Return the positions of the states that a policy reaches, beginning with `start`."""
    positions = [start]
    for s in positions:
        positions += [t for t in np.flatnonzero(chances[rows[s]] > 0.0).tolist() if t not in positions]
    return positions
