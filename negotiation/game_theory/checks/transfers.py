"""Check sets of equilibrium payoffs with transfers: their profiles must be incentive compatible.

Sets {u : u_i >= v_i(s), sum of u_i <= U(s)}, one for every state s, consist of subgame-perfect payoffs with
transfers if every state has one profile to cooperate and one to hold down each player that meet three
conditions (Goldluecke and Kranz 2018). Cooperation has the joint payoff U. A player who is held down gets at
most v_i by replying best for ever. With each of these profiles, the players' joint payoff covers what all of
them would get by departing once and then v_i. The profiles come with the result. Their values are computed
again from the game and these alone, in floats or in rational numbers. The check imports no solver. Cost: a
few linear systems of the size of the state space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, Number, NumberArray, as_fraction, payoff_tolerances
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games import RepeatedGame, StochasticGame, own_units
from negotiation.game_theory.linear_systems import solve_linear
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.state_transfer_simplices import StateTransferSimplices
from negotiation.game_theory.solutions.transfer_payoff_set import StateTransferSet, TransferPayoffSet
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, of_least_slack

CONCEPT = "set of subgame perfect payoffs with transfers"

# Row-major positions of the profiles that give the joint payoff and that hold down each player.
Plan = tuple[int, ...]

# The joint payoff, each player's worst payoff, and the profiles; None in a state without equilibrium.
Claim = tuple[Number, tuple[Number, ...], Plan | None]


@dataclass(frozen=True)
class _Numbers:
    """The game by rows, which are the profiles of all states: floats, or rational numbers.

    Floats are counted from each player's least payoff. Shapes: `payoffs` (rows, N), `moves` (rows, S).
    """

    game: StochasticGame
    delta: Number
    payoffs: NumberArray
    moves: NumberArray

    def row(self, state: int, profile: int) -> int:
        """Return the row of a profile in a state."""
        return int(self.game.offsets[state]) + profile

    def value(self, row: int, flow: NumberArray, values: NumberArray) -> Number:
        """Return (1 - delta) times the flow of a row plus delta times the expected value."""
        expected = sum(
            (p * v for p, v in zip(self.moves[row], values, strict=True) if p), start=0 * self.delta
        )
        result: Number = (1 - self.delta) * flow[row] + self.delta * expected
        return result

    def values(self, rows: Sequence[int], flow: NumberArray) -> NumberArray:
        """Return the values by state of playing one row for ever in each state."""
        identity = np.eye(len(rows), dtype=np.int64)
        system = (
            identity.astype(object) if self.payoffs.dtype == object else identity
        ) - self.delta * self.moves[rows]
        return solve_linear(system, (1 - self.delta) * flow[rows])

    def departures(self, state: int, profile: int, player: int) -> list[int]:
        """Return the row of each of a player's actions if the others keep to a profile."""
        counts = self.game.stages[state].n_actions
        index = [int(k) for k in np.unravel_index(profile, counts)]
        positions = []
        for action in range(counts[player]):
            index[player] = action
            positions.append(self.row(state, int(np.ravel_multi_index(index, counts))))
        return positions

    def best_reply_values(self, profiles: Sequence[int], player: int) -> NumberArray:
        """Return the values by state of a player's best reply to profiles, by policy iteration."""
        flow = self.payoffs[:, player]
        options = [self.departures(s, profile, player) for s, profile in enumerate(profiles)]
        policy = [rows[0] for rows in options]
        values = self.values(policy, flow)
        for _ in range(NUMERICS.policies):
            # Policy iteration, independent of the solvers. In doubles it ends when no value rises, since
            # rounding could make two replies alternate.
            better = [max(rows, key=lambda r: self.value(r, flow, values)) for rows in options]
            pays = [
                self.value(new, flow, values) > self.value(old, flow, values)
                for new, old in zip(better, policy, strict=True)
            ]
            policy = [new if gain else old for new, old, gain in zip(better, policy, pays, strict=True)]
            following = self.values(policy, flow)
            if not any(pays) or (self.payoffs.dtype != object and not (following > values).any()):
                break
            values = following
        return values


def verify_transfers(
    game: RepeatedGame | StochasticGame,
    payoff_set: TransferPayoffSet | StatePayoffSets | StateTransferSimplices,
    *,
    exact: bool = False,
) -> Verdict:
    """Check whether sets with transfers consist of subgame-perfect equilibrium payoffs."""
    if isinstance(game, RepeatedGame):
        transitions = np.ones((1, *game.stage.n_actions, 1), dtype=np.int64)
        game = StochasticGame.from_stages({"0": game.stage}, transitions, game.discount_factor)
    claims = _claims(game, payoff_set)
    measured = own_units(*game.stages)
    players = game.n_players
    given = np.concatenate([stage.given_payoffs().reshape(-1, players) for stage in game.stages])
    low = [Fraction(0)] * players if exact else [as_fraction(least) for least in given.min(axis=0).tolist()]
    payoffs: NumberArray = np.concatenate([part.reshape(-1, players) for part in measured.payoffs])
    moves: NumberArray = np.zeros((game.n_rows, game.n_states))
    delta: Number = game.float_discount_factors[0]
    if exact:
        payoffs = np.concatenate([stage.exact_payoffs().reshape(-1, players) for stage in game.stages])
        moves, delta = np.full(moves.shape, Fraction(0), dtype=object), game.exact_discount_factors[0]
    chances = game.transitions.exact() if exact else game.transitions.floats()
    for r in range(game.n_rows):
        part = slice(game.transitions.indptr[r], game.transitions.indptr[r + 1])
        moves[r, game.transitions.indices[part]] = chances[part]
    return _judged(_Numbers(game, delta, payoffs, moves), claims, low, exact)


def _claims(game: StochasticGame, payoff_set: object) -> list[Claim]:
    claims: list[Claim]
    if isinstance(payoff_set, StateTransferSimplices):
        claims = [
            (part.joint, tuple(part.threats.tolist()), tuple(part.profiles.tolist()) or None)
            for part in payoff_set.sets
        ]
    else:
        parts: Sequence[object] = payoff_set.sets if isinstance(payoff_set, StatePayoffSets) else [payoff_set]
        claims = [
            (part.joint, tuple(part.threats.tolist()), part.plan)
            for part in parts
            if isinstance(part, (TransferPayoffSet, StateTransferSet))
        ]
    fits = all(len(worst) == game.n_players for _, worst, _ in claims)
    if len(claims) != game.n_states or not fits or not game.is_common:
        raise InvalidStrategy(
            f"each state, {game.n_states} in all, must have a set with `threats` of shape "
            f"{(game.n_players,)}, and the players must have one discount factor; got `threats` of lengths "
            f"{shown([len(worst) for _, worst, _ in claims])} and the discount factors "
            f"{shown(game.discount_factors)}: solve this game with `transfers=True`"
        )
    return claims


def _judged(numbers: _Numbers, claims: list[Claim], low: Sequence[Fraction], exact: bool) -> Verdict:
    game = numbers.game
    # Transfers are in one unit for all players, so that the players' tolerances add up.
    own = payoff_tolerances(game.flat_payoffs()[None], KNIFE_EDGE, constant=0.0)[0].tolist()
    tolerance = sum(own)
    plans = [plan for _, _, plan in claims]
    # States without equilibrium need some rows for the systems below. Profiles that lead there fail in
    # `_liquidity`.
    filled = [plan or (0,) * (1 + game.n_players) for plan in plans]
    total = numbers.payoffs.sum(axis=1)
    joint = numbers.values([numbers.row(s, plan[0]) for s, plan in enumerate(filled)], total)
    worst = [numbers.best_reply_values([plan[i + 1] for plan in filled], i) for i in range(game.n_players)]
    slacks: list[tuple[Number, Deviation | None]] = []
    checked = 0
    for s, (high, threats, plan) in enumerate(claims):
        if plan is None:
            continue
        together = as_fraction(high) - sum(low)
        named = [as_fraction(threat) - least for threat, least in zip(threats, low, strict=True)]
        for claimed, proven, none in (
            (joint[s], together, tolerance),
            *((named[i], worst[i][s], own[i]) for i in range(game.n_players)),
        ):
            # Stored are doubles near the exact values, so that a claim is wrong only if it differs by more
            # than rounding.
            slack = as_fraction(claimed) - as_fraction(proven)
            if slack < -as_fraction(NUMERICS.stored * none / KNIFE_EDGE):
                slacks.append((slack if exact else float(slack), None))
        for profile in dict.fromkeys(plan):
            slacks.append(_liquidity(numbers, s, profile, (total, joint), worst, plans))
            checked += sum(game.stages[s].n_actions)
    return of_least_slack(CONCEPT, slacks, tolerance, checked, exact=exact)


def _liquidity(
    numbers: _Numbers,
    state: int,
    profile: int,
    together: tuple[NumberArray, NumberArray],
    worst: Sequence[NumberArray],
    plans: Sequence[Plan | None],
) -> tuple[Number, Deviation | None]:
    """Return a profile's joint payoff less the players' best replies, and the departure that gains most.

    `together` has the joint stage payoffs by row and the joint values by state.
    """
    game, row = numbers.game, numbers.row(state, profile)
    stage = game.stages[state]
    index = [int(k) for k in np.unravel_index(profile, stage.n_actions)]
    left, nearest = numbers.value(row, *together), None
    dead = [s for s, plan in enumerate(plans) if plan is None]
    for i in range(game.n_players):
        rows = numbers.departures(state, profile, i)
        # In a state without equilibrium the continuation is unknown, so that a departure may be worth any
        # amount.
        if any(numbers.moves[r, s] > 0 for r in rows for s in dead):
            return -float("inf"), None
        values = [numbers.value(r, numbers.payoffs[:, i], worst[i]) for r in rows]
        best = max(range(len(rows)), key=values.__getitem__)
        left -= values[best]
        gain = values[best] - values[index[i]]
        place = f"{game.states[state]}: {', '.join(stage.labels(index))}"
        if nearest is None or gain > nearest.gain:
            labels = stage.actions[i]
            nearest = Deviation(stage.players[i], labels[best], labels[index[i]], gain, place)
    return left, nearest
