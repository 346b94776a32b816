"""Check repeated negotiation equilibria: every profile of every state, and every period of a horizon.

A result without a horizon must follow from its payoffs in the next period, which are its own unless they
cycle (Goldluecke and Kranz 2022). The profiles that can be part of an agreement are computed again. The
largest joint value of these profiles must be the joint payoff, the smallest value of departing from one must
be the player's worst payoff, and bargaining must give the negotiated payoffs. A result with a horizon is
computed again, period by period, from the subgame-perfect payoffs with transfers that hold after the horizon.
These are checked first. The check imports no solver. Cost: a pass over all profiles for each period of a
horizon.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, payoff_tolerances
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.checks.transfers import verify_transfers
from negotiation.game_theory.games import Profile, StageGame, StochasticGame
from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.transfer_payoff_set import StateTransferSet
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, of_least_slack

CONCEPT = "repeated negotiation equilibrium"
KEPT = "levels kept until everything is renegotiated"


class _Values(NamedTuple):
    """Joint payoffs, shape (S,), and worst payoffs, shape (S, 2)."""

    joint: FloatArray
    worst: FloatArray


class _Setting(NamedTuple):
    """The game and the result, the probability of renegotiation, and the shortfall that counts as zero."""

    game: StochasticGame
    found: NegotiationEquilibrium
    chance: float
    tolerance: float


class _Profiles(NamedTuple):
    """The profiles of one state: joint values, own values, and the largest value of departing from each.

    Shapes: `total` (n_1, n_2), `own` and `departing` (n_1, n_2, 2).
    """

    total: FloatArray
    own: FloatArray
    departing: FloatArray

    @property
    def slack(self) -> FloatArray:
        """The joint value less what departing is worth to both players; an agreement needs 0 or more."""
        left: FloatArray = self.total - self.departing.sum(axis=-1)
        return left


def verify_negotiation(game: StochasticGame, equilibrium: NegotiationEquilibrium) -> Verdict:
    """Check whether a result is a repeated negotiation equilibrium of a game."""
    _expect_of(game, equilibrium)
    payoffs = _all_payoffs(game, equilibrium)
    # The tolerance of a profile is that of the larger range; the verdict's is the sum over the players.
    near = payoff_tolerances(payoffs[None], KNIFE_EDGE, constant=0.0)
    short, tolerance = float(near.max()), float(near.sum())
    # With a horizon of one period nothing is renegotiated after it.
    chance = 0.0 if equilibrium.horizon in (0, 1) else equilibrium.negotiation_probability
    setting, following = _Setting(game, equilibrium, chance, short), _Values(*equilibrium.following)
    # Stored numbers may differ by rounding; a larger difference counts against the result in full.
    wrong = [error for error in _errors(setting, following) if error > NUMERICS.stored * short / KNIFE_EDGE]
    slacks: list[tuple[float, Deviation | None]] = [(-error, None) for error in wrong]
    checked = 0
    for s, (move, first) in enumerate(_states(setting, following)):
        for profiles, positions, stage in (
            (move, equilibrium.positions[s], game.stages[s]),
            (first, equilibrium.static_positions[s], equilibrium.static.get(game.states[s])),
        ):
            checked += int(profiles.total.size)
            if stage is not None:
                slacks += [_slack(game.states[s], stage, profiles, int(k)) for k in set(positions.tolist())]
    return of_least_slack(CONCEPT, slacks, tolerance, checked)


def verify_kept(
    game: StochasticGame,
    equilibrium: NegotiationEquilibrium,
    kept: Mapping[str, Profile],
    start: str | None = None,
) -> Verdict:
    """Check whether a repeated negotiation equilibrium can keep profiles until everything is renegotiated.

    In each period the profiles in `kept` (one for each state) are kept with probability 1 - rho. With
    probability rho everything is renegotiated. The joint payoff

        W = (1 - delta) G + delta P [(1 - rho) W + rho U]

    must cover what both players would get by departing and being punished until everything is renegotiated.
    Here G is the joint stage payoff of the profiles, P are their transition probabilities, and U is the joint
    payoff of the equilibrium. Payments can then divide W so that no player departs. Only the states that play
    from `start` reaches are checked, or all states if it is None. `InvalidStrategy` is raised if the
    equilibrium fails its own check, has static games or has a horizon.
    """
    if equilibrium.static or equilibrium.horizon is not None:
        raise InvalidStrategy(
            "whether profiles can be kept is checked only for an equilibrium without static games and "
            f"without a horizon; got {len(equilibrium.static)} static games and the horizon "
            f"{equilibrium.horizon}: solve the game without them"
        )
    if not (whole := verify_negotiation(game, equilibrium)).holds:
        raise InvalidStrategy(
            f"the equilibrium is not a {CONCEPT} of this game: a condition fails by {-whole.margin:.3g} "
            "units of payoff; solve the game again"
        )
    short = float(payoff_tolerances(game.flat_payoffs()[None], KNIFE_EDGE, constant=0.0).max())
    setting = _Setting(game, equilibrium, equilibrium.negotiation_probability, short)
    following = _Values(*equilibrium.following)
    positions = [stage.profile_index(kept[s]) for s, stage in zip(game.states, game.stages, strict=True)]
    worth = _kept_worth(setting, following, positions)
    slacks, checked = [], 0
    seen = _seen_from(game, positions, start)
    for s, (profiles, _) in enumerate(_states(setting, following)):
        where, state = positions[s], game.states[s]
        if s not in seen:
            continue
        place = int(np.ravel_multi_index(where, game.stages[s].n_actions))
        _, departure = _slack(state, game.stages[s], profiles, place)
        slacks.append((float(worth[s] - profiles.departing[where].sum()), departure))
        checked += sum(game.stages[s].n_actions)
    return of_least_slack(KEPT, slacks, 2.0 * short, checked)


def _seen_from(
    game: StochasticGame, positions: Sequence[tuple[int, ...]], start: str | None
) -> Sequence[int]:
    """Return the positions of the states that play reaches from `start` under these profiles."""
    if start is None:
        return range(game.n_states)
    result, starts = [game.states.index(start)], game.transitions.indptr
    for s in result:
        row = int(game.offsets[s]) + int(np.ravel_multi_index(positions[s], game.stages[s].n_actions))
        entries = slice(int(starts[row]), int(starts[row + 1]))
        onward = game.transitions.indices[entries][game.transitions.floats()[entries] > 0.0]
        result += [t for t in onward.tolist() if t not in result]
    return result


def _kept_worth(setting: _Setting, following: _Values, positions: Sequence[tuple[int, ...]]) -> FloatArray:
    """Return W by state, (S,), from its linear equations."""
    game, delta, chance = setting.game, setting.game.float_discount_factors[0], setting.chance
    moves, now = np.zeros((game.n_states, game.n_states)), np.empty(game.n_states)
    chances, starts = game.transitions.floats(), game.transitions.indptr
    for s, (stage, where) in enumerate(zip(game.stages, positions, strict=True)):
        row = int(game.offsets[s]) + int(np.ravel_multi_index(where, stage.n_actions))
        entries = slice(int(starts[row]), int(starts[row + 1]))
        np.add.at(moves[s], game.transitions.indices[entries], chances[entries])
        now[s] = stage.payoffs[where].sum()
    known = (1.0 - delta) * now + delta * chance * (moves @ following.joint)
    worths = np.linalg.solve(np.eye(game.n_states) - delta * (1.0 - chance) * moves, known)
    return np.asarray(worths, dtype=np.float64)


def _expect_of(game: StochasticGame, equilibrium: NegotiationEquilibrium) -> None:
    fits = equilibrium.game.states == game.states and equilibrium.game.players == game.players
    if not fits or not np.array_equal(equilibrium.game.offsets, game.offsets) or game.n_players != 2:
        raise InvalidStrategy(
            "this negotiation equilibrium belongs to a game with other states, players or numbers of "
            "actions; check it in its own game, or solve this game"
        )
    if equilibrium.status == "failed":
        raise InvalidStrategy(
            f"the result has the status 'failed', so that there is nothing to check: {equilibrium.reason}"
        )


def _all_payoffs(game: StochasticGame, equilibrium: NegotiationEquilibrium) -> FloatArray:
    """Return all payoffs of the game and of the static games, one row per profile, (rows, 2)."""
    static = [stage.payoffs.reshape(-1, 2) for stage in equilibrium.static.values()]
    together: FloatArray = np.concatenate([game.flat_payoffs(), *static])
    return together


def _errors(setting: _Setting, following: _Values) -> Iterator[float]:
    """Yield the distances of the result's numbers from what they should be."""
    game, solution = setting.game, setting.found
    named = _Values(solution.joint, solution.worst)
    yield _apart(named, _one_period_before(setting, following))
    # r = v + beta (U - v_1 - v_2): bargaining divides the whole joint payoff by the weights.
    given = np.array([solution.negotiated[state] for state in game.states])
    yield float(np.abs(given.sum(axis=1) - solution.joint).max())
    gains = given - solution.worst
    first, second = solution.bargaining_weights
    # Gains must be in the ratio of the weights; without a division, a weight of zero needs no case.
    yield float(np.abs(gains[:, 0] * second - gains[:, 1] * first).max())
    if solution.horizon is None:
        if solution.period == 1:
            yield _apart(named, following)
        return
    values = _after(setting)
    for _ in range(solution.horizon - 2):
        earlier = _one_period_before(setting, values)
        if np.array_equal(earlier.joint, values.joint) and np.array_equal(earlier.worst, values.worst):
            break
        values = earlier
    yield _apart(following, values)


def _after(setting: _Setting) -> _Values:
    """Return the payoffs when nothing is renegotiated: the result's own, after a check, or computed here."""
    game, solution = setting.game, setting.found
    if isinstance(solution.start, StatePayoffSets):
        if not verify_transfers(game, solution.start).holds:
            raise InvalidStrategy(
                "`start`, the sets with transfers that hold after the horizon, are not sets of equilibrium "
                "payoffs; solve the game again"
            )
        parts = [part for part in solution.start.sets if isinstance(part, StateTransferSet)]
        return _Values(np.array([part.joint for part in parts]), np.array([part.threats for part in parts]))
    payoffs, never = _all_payoffs(game, solution), setting._replace(chance=0.0)
    most, least = 2.0 * np.abs(payoffs).max(axis=0), -2.0 * np.abs(payoffs).max(axis=0)
    values = _Values(np.full(game.n_states, most.sum()), np.tile(least, (game.n_states, 1)))
    # Joint payoffs fall and worst ones rise from period to period, so that the steps settle.
    while True:
        earlier = _one_period_before(never, values)
        if _apart(earlier, values) <= setting.tolerance * NUMERICS.rest:
            return earlier
        values = earlier


def _apart(first: _Values, other: _Values) -> float:
    return float(max(np.abs(first.joint - other.joint).max(), np.abs(first.worst - other.worst).max()))


def _one_period_before(setting: _Setting, following: _Values) -> _Values:
    """Return joint and worst payoffs one period before, from all profiles of all states."""
    pairs = [_limits(first, setting.tolerance) for _, first in _states(setting, following)]
    return _Values(np.array([joint for joint, _ in pairs]), np.array([worst for _, worst in pairs]))


def _states(setting: _Setting, following: _Values) -> Iterator[tuple[_Profiles, _Profiles]]:
    """Yield, for each state, the profiles of the game and the profiles of its static game."""
    game, solution, chance = setting.game, setting.found, setting.chance
    delta = game.float_discount_factors[0]
    weights = np.array(solution.bargaining_weights)
    negotiated = following.worst + weights * (following.joint - following.worst.sum(axis=1))[:, None]
    held_down = chance * negotiated + (1.0 - chance) * following.worst
    columns = np.column_stack([following.joint, held_down])
    chances = game.transitions.floats()
    for s, (state, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        rows = slice(int(game.offsets[s]), int(game.offsets[s + 1]))
        starts = game.transitions.indptr[rows]
        entries = slice(int(starts[0]), int(game.transitions.indptr[rows.stop]))
        weighted = chances[entries, None] * columns[game.transitions.indices[entries]]
        expected = np.add.reduceat(weighted, starts - starts[0]).reshape(*stage.n_actions, 3)
        move = _profiles(stage.payoffs, delta, expected)
        joint, worst = _limits(move, setting.tolerance)
        first = solution.static.get(state)
        payoffs = np.zeros((1, 1, 2)) if first is None else first.payoffs
        # The static game comes first in the period. The game with transitions follows undiscounted, hence the
        # division by delta.
        then = np.broadcast_to(np.array([joint, *worst]), (*payoffs.shape[:2], 3))
        yield move, _profiles(payoffs, delta, then / delta)


def _profiles(payoffs: FloatArray, delta: float, expected: FloatArray) -> _Profiles:
    """Return the values of profiles from payoffs (n_1, n_2, 2) and expected continuations (n_1, n_2, 3).

    The continuations are the joint payoff and each player's own one.
    """
    now = (1.0 - delta) * payoffs
    own = now + delta * expected[..., 1:]
    departing = np.empty_like(own)
    departing[..., 0] = own[..., 0].max(axis=0)[None, :]
    departing[..., 1] = own[..., 1].max(axis=1)[:, None]
    return _Profiles(now.sum(axis=-1) + delta * expected[..., 0], own, departing)


def _limits(profiles: _Profiles, tolerance: float) -> tuple[float, FloatArray]:
    """Return the largest joint value of an agreement, and each player's least value of departing from one."""
    agreed = profiles.slack >= -tolerance
    if not agreed.any():
        raise InvalidStrategy("in some state no profile can be part of an agreement; solve the game again")
    return float(profiles.total[agreed].max()), profiles.departing[agreed].min(axis=0)


def _slack(
    state: str, stage: StageGame, profiles: _Profiles, position: int
) -> tuple[float, Deviation | None]:
    """Return the slack of a profile, and the departure from it that gains most."""
    index = np.unravel_index(position, stage.n_actions)
    row, column = int(index[0]), int(index[1])
    labels = stage.labels((row, column))
    gains = (
        profiles.own[:, column, 0] - profiles.own[row, column, 0],
        (profiles.own[row, :, 1] - profiles.own[row, column, 1]),
    )
    best = [int(gain.argmax()) for gain in gains]
    i = 0 if gains[0][best[0]] >= gains[1][best[1]] else 1
    departure = Deviation(
        stage.players[i],
        stage.actions[i][best[i]],
        labels[i],
        float(gains[i][best[i]]),
        f"{state}: {', '.join(labels)}",
    )
    return float(profiles.slack[row, column]), departure
