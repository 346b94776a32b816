"""Repeated negotiation equilibria of stochastic games with transfers, two players.

Goldluecke, S. and Kranz, S. (2022), "Reconciling relational contracting and hold-up: a model of repeated
negotiations", Journal of the European Economic Association. In every period players see the state. With
probability rho the relation is renegotiated, whatever was agreed before. Then they may pay each other or
burn money, and act. From state s on the payoffs that can be agreed on are

    {u : u_i >= v_i(s), u_1 + u_2 <= U(s)},   and bargaining picks   r_i = v_i + beta_i (U - v_1 - v_2).

A profile a can be part of an agreement if its joint payoff is at least the sum of the payoffs that the
players would get by deviating. After a deviation, the next period begins with r if the relation is
renegotiated, and otherwise with v_i for the player who deviated (`kernels/backward.py` has the equations). U
is the largest value of such a profile, and v_i the least value of a best deviation.

Such an equilibrium need not exist or be unique. With a last period in which the relation may be renegotiated,
it exists and is unique. After that period the subgame-perfect payoffs with transfers hold (Goldluecke and
Kranz 2018), and each earlier period follows from the next. Steps go backwards until values settle. The
payoffs of the settled play then follow from linear equations. If values cycle without settling, no
equilibrium is found this way, and the result says so.

Cost: one pass over all profiles per step, and about log(1e-14) / log(delta) steps.

If several profiles have the same joint payoff, the values of a step do not depend on which of them is played.
The reported policy does, and it is chosen by a named rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, read_only
from negotiation.base.reading.numbers import expect_count, expect_number
from negotiation.base.status import Status
from negotiation.errors import (
    InvalidGame,
    InvalidNumber,
    InvalidProbabilities,
    UnknownMethod,
    UnknownPlayer,
    UnknownState,
    shown,
)
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.transfer_payoff_set import StateTransferSet
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import (
    CompressedGame,
    compressed_game,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.transfers import payoffs_with_transfers
from negotiation.game_theory.solvers.relational.kernels.backward import (
    Levels,
    Run,
    StaticGames,
    TalkTerms,
    distance,
    steps_back,
)
from negotiation.game_theory.solvers.relational.numerics import NUMERICS

METHOD = "backward steps"


@Takes("a negotiation equilibrium", (StochasticGame,), (2,), questions=("equilibria",))
def negotiation_equilibrium(
    game: StochasticGame,
    *,
    negotiation_probability: float,
    bargaining_weights: Sequence[float] | Mapping[str, float] = (0.5, 0.5),
    horizon: int | None = None,
    static: Mapping[str, StageGame] | None = None,
    ties: str = "equal",
) -> NegotiationEquilibrium:
    """Return a repeated negotiation equilibrium of a stochastic game with transfers.

    Players can pay each other. At random times they renegotiate, whatever was agreed before.

    Parameters
    ----------
    game : StochasticGame
        A game of two players with a common discount factor. Strategies are pure, and monitoring is perfect.
    negotiation_probability : float
        Probability in [0, 1] that the relation is renegotiated at the start of a period. With 0 the result
        is a Pareto-optimal subgame-perfect equilibrium; with 1 no agreement lasts beyond a period.
    bargaining_weights : sequence of two floats, or mapping from player to float, optional
        Each player's share of the surplus of an agreement over the worst payoffs; not negative, with sum 1.
        Equal by default.
    horizon : int, optional
        Number of periods, including the first, in which the relation may be renegotiated; afterwards it never
        is. By default periods are added until values converge.
    static : mapping from str to StageGame, optional
        Games, by state, that are played first in every period and whose actions do not affect the state.
        Payments are possible before them, and again before the actions of `game`. States that are not named
        have no such game.
    ties : {"equal", "slack", "first"}, optional
        Which of several profiles with the same joint payoff to report. With "equal", the default, it is the
        one after which the players' negotiated payoffs are most equal; with "slack", the one whose joint
        payoff exceeds the values of deviating by most; with "first", the first one. Payoffs do not depend on
        it.

    Returns
    -------
    NegotiationEquilibrium
        The equilibrium, with `.policy`, `.joint_payoffs`, `.punishments` and `.negotiated` by state. The
        status is `complete` for a given horizon, or if values converge. It is `partial` if they cycle, with
        the affected states in `.cycle`, or do not converge in 200,000 periods. It is `failed` if no pure
        profile can be part of an agreement in some state.

    Raises
    ------
    InvalidGame
        If `game` is not a StochasticGame of two players with a common discount factor, or `static` is not a
        mapping to stage games with the same players.
    InvalidProbabilities
        If the probability or a weight is not a number in [0, 1], or the weights are not two with sum 1.
    InvalidNumber
        If the horizon is not a whole number of at least 0.
    SizeLimit
        If the horizon is longer than 200,000 periods.
    UnknownMethod, UnknownState, UnknownPlayer
        If `ties`, the state of a static game, or the player of a weight is unknown.

    Notes
    -----
    Goldluecke, S., and Kranz, S. (2022), "Reconciling relational contracting and hold-up: a model of repeated
    negotiations", Journal of the European Economic Association. With an infinite horizon an equilibrium need
    not exist or be unique.

    Examples
    --------
    If two partners both cooperate, they move to a state in which each gets 2 for ever. With a discount factor
    of 0.5 they do so if they renegotiate with probability 0.1 per period:

    >>> work = StageGame.from_matrices([[2, -10], [3, 0]], [[2, 3], [-10, 0]], actions=("CD", "CD"))
    >>> rest = StageGame.from_matrices([[2]], [[2]])
    >>> from negotiation.game_theory.games.transitions import SparseTransitions
    >>> moves = SparseTransitions([{1: 1.0}, {0: 1.0}, {0: 1.0}, {0: 1.0}, {1: 1.0}], 2)
    >>> game = StochasticGame.from_stages({"work": work, "rest": rest}, moves, 0.5)
    >>> found = negotiation_equilibrium(game, negotiation_probability=0.1)
    >>> found.policy["work"], found.negotiated["work"], round(found.punishments["work"][0], 4)
    (('C', 'C'), (2.0, 2.0), 0.1818)

    With probability 0.5 values cycle, and no equilibrium is found:

    >>> found = negotiation_equilibrium(game, negotiation_probability=0.5)
    >>> found.status, found.cycle, found.period
    ('partial', ('work',), 2)
    """
    if not game.is_common:
        raise InvalidGame(
            "players who pay each other need a common discount factor; got "
            f"{game.discount_factors} for the players: use one number for both"
        )
    chance, weights = _checked_terms(game, negotiation_probability, bargaining_weights)
    steps = _checked_horizon(horizon)
    UnknownMethod.unless_in(ties, [*TIES])
    given = _checked_static(game, static)
    compressed, flat = compressed_game(game), _flat(game, given)
    size = max(compressed.size, float(np.ptp(flat.payoffs, axis=0).max()))
    terms = TalkTerms(chance, *weights, KNIFE_EDGE * size)
    first, start = _after_the_horizon(game, compressed, flat, terms)
    # If no profile can be enforced without renegotiation, none can be enforced with it.
    if first.empty >= 0:
        run = first
    else:
        setting = compressed, flat, terms, first.levels, steps
        run = _confirmed(*setting, NUMERICS.settled * size) if horizon is None else _up_to(*setting)
    return _result(game, given, (compressed, flat, terms), run, start, (horizon, ties))


def _checked_terms(
    game: StochasticGame, chance: object, weights: object
) -> tuple[float, tuple[float, float]]:
    """Return the probability and the two weights as floats, or raise if they are invalid."""
    shares = weights
    if isinstance(weights, Mapping):
        for player in weights:
            UnknownPlayer.unless_in(player, game.players)
        shares = [weights.get(player) for player in game.players]
    number = expect_number("`negotiation_probability`", chance, InvalidProbabilities)
    if not 0.0 <= number <= 1.0:
        raise InvalidProbabilities(f"`negotiation_probability` must be from 0 to 1; got {shown(chance)}")
    try:
        first, second = (expect_number("a weight", weight) for weight in shares)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise InvalidProbabilities(
            f"`bargaining_weights` must be two numbers, one for each of {game.players}; got {shown(weights)}"
        ) from None
    if not (0.0 <= first <= 1.0 and 0.0 <= second <= 1.0 and abs(first + second - 1.0) <= KNIFE_EDGE):
        raise InvalidProbabilities(
            f"`bargaining_weights` must be from 0 to 1, with sum 1; got {shown(weights)}"
        )
    return number, (first, second)


def _checked_horizon(horizon: object) -> int:
    if horizon is None:
        return NUMERICS.limit
    # In the last of these periods players bargain over payoffs without further renegotiation: no step back.
    return max(expect_count("periods of a horizon", horizon, 0, InvalidNumber, NUMERICS.limit) - 1, 0)


def _checked_static(game: StochasticGame, static: Mapping[str, StageGame] | None) -> dict[str, StageGame]:
    """Return the static games by state, or raise if one does not fit the game."""
    if static is not None and not isinstance(static, Mapping):
        raise InvalidGame(
            f"`static` must be a mapping from state label to StageGame; got {type(static).__name__}"
        )
    given = dict(static or {})
    for state, stage in given.items():
        UnknownState.unless_in(state, game.states)
        expect_kind(stage, StageGame, f"`static` for state {state!r}")
        if stage.players != game.players:
            raise InvalidGame(
                f"a stage game in `static` must have the players of the game, {game.players}; that of state "
                f"{state!r} has {stage.players}"
            )
    return given


def _flat(game: StochasticGame, static: Mapping[str, StageGame]) -> StaticGames:
    """Return the static games as arrays; a state without one has a single profile with payoffs 0."""
    nothing = np.zeros((1, 2))
    parts = [static[s].payoffs.reshape(-1, 2) if s in static else nothing for s in game.states]
    counts = [static[s].n_actions if s in static else (1, 1) for s in game.states]
    firsts = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(part) for part in parts], dtype=np.int64)])
    return StaticGames(np.ascontiguousarray(np.concatenate(parts)), firsts, np.array(counts, dtype=np.int64))


def _after_the_horizon(
    game: StochasticGame, compressed: CompressedGame, flat: StaticGames, terms: TalkTerms
) -> tuple[Run, StatePayoffSets | None]:
    """Return the subgame-perfect payoffs with transfers, which hold after the last renegotiation.

    They are the levels of the first result. The second is the payoff sets if there are no static games, and
    None otherwise.
    """
    # Without static games the payoffs with transfers are found by policy iteration and certified.
    if len(flat.payoffs) == game.n_states and not flat.payoffs.any():
        sets = payoffs_with_transfers(game)
        parts = [part for part in sets.sets if isinstance(part, StateTransferSet)]
        joint = np.array([part.joint for part in parts]) - compressed.shift.sum()
        levels = Levels(joint, np.array([part.threats for part in parts]) - compressed.shift)
        empty = np.flatnonzero(~np.isfinite(joint))
        return Run(levels, levels, 0, 0, int(empty[0]) if len(empty) else -1), sets
    # The largest solution of the equations with rho = 0, from payoffs that no play exceeds.
    size = compressed.size + float(np.ptp(flat.payoffs, axis=0).max())
    most = compressed.payoffs.max(axis=0) + flat.payoffs.max(axis=0)
    least = compressed.payoffs.min(axis=0) + flat.payoffs.min(axis=0)
    # From above: joint payoffs fall and worst payoffs rise to the largest solution.
    top = Levels(np.full(game.n_states, most.sum()), np.tile(least, (game.n_states, 1)))
    never = terms._replace(chance=0.0)
    run = steps_back(compressed, flat, never, top, NUMERICS.limit, NUMERICS.settled * size)
    return run, None


def _confirmed(
    compressed: CompressedGame, flat: StaticGames, terms: TalkTerms, start: Levels, steps: int, close: float
) -> Run:
    """Return the end of steps backwards; values count as recurring only if they recur twice."""
    run, done = Run(start, start, 0, 0, -1), 0
    while done < steps:
        run = steps_back(compressed, flat, terms, run.levels, steps - done, close)
        done += run.steps
        if run.empty >= 0 or run.period <= 1:
            break
        # Values that drift slowly may pass near an earlier value by chance, so they must recur after one more
        # cycle.
        again = steps_back(compressed, flat, terms, run.levels, run.period, -1.0)
        if distance(again.levels, run.levels) <= close:
            return run._replace(steps=done)
        run = run._replace(period=0)
    return run._replace(steps=done)


def _up_to(compressed: CompressedGame, flat: StaticGames, terms: TalkTerms, start: Levels, steps: int) -> Run:
    """Return the end of a number of steps backwards; whole cycles are skipped once values recur."""
    run = steps_back(compressed, flat, terms, start, steps, 0.0)
    if run.empty >= 0 or run.period == 0 or run.steps == steps:
        return run
    # With equality to the bit the further steps are known: only the rest of the last cycle has to be taken.
    left = (steps - run.steps) % run.period
    rest = steps_back(compressed, flat, terms, run.levels, left, -1.0) if left else run
    return Run(rest.levels, rest.after, steps, run.period, -1)


def _result(
    game: StochasticGame,
    static: Mapping[str, StageGame],
    solved: tuple[CompressedGame, StaticGames, TalkTerms],
    run: Run,
    start: StatePayoffSets | None,
    horizon_and_ties: tuple[int | None, str],
) -> NegotiationEquilibrium:
    compressed, flat, terms = solved
    horizon, ties = horizon_and_ties
    levels, after = run.levels, run.after
    cycle: tuple[str, ...] = ()
    failed = run.empty >= 0
    positions = np.full((game.n_states, 6), -1, dtype=np.int64)
    tied = np.zeros(game.n_states, dtype=np.int64)
    if failed:
        nothing = np.full(game.n_states, np.nan)
        levels = after = Levels(nothing, np.column_stack([nothing, nothing]))
    else:
        if horizon is None and run.period == 1:
            levels = after = _polished(compressed, flat, terms, levels)
        elif run.period > 1:
            cycle = _moving(game, solved, run)
        if run.steps == 0:  # the payoffs of the next period hold in this one, without renegotiation
            after, terms = levels, terms._replace(chance=0.0)
        for s, (move, first) in enumerate(chosen(compressed, flat, terms, after, ties)):
            positions[s] = (move.path, *move.punishments, first.path, *first.punishments)
            tied[s] = move.ties * first.ties
    shift = compressed.shift
    values = [(part.joint + shift.sum(), part.worst + shift) for part in (levels, after)]
    arrays: list[FloatArray] = [array for pair in values for array in pair]
    read_only(*arrays, positions, tied)
    status, reason = _standing(game, run, horizon, cycle)
    return NegotiationEquilibrium(
        game, solved[2].chance, (terms.first, terms.second), horizon, static, *values[0], values[1],
        positions[:, :3], positions[:, 3:], tied, ties, run.period, cycle, run.steps, start, status, METHOD,
        reason,
    )  # fmt: skip


def _polished(compressed: CompressedGame, flat: StaticGames, terms: TalkTerms, levels: Levels) -> Levels:
    """Return the solution of the equations of the play, if it is close and a step back plays the same.

    Otherwise the levels are returned unchanged.
    """
    played = chosen(compressed, flat, terms, levels, "first")
    exact = settled_levels(compressed, flat, terms, played)
    if exact is None or distance(exact, levels) > NUMERICS.polished * compressed.size:
        return levels
    return exact if chosen(compressed, flat, terms, exact, "first") == played else levels


def _moving(
    game: StochasticGame, solved: tuple[CompressedGame, StaticGames, TalkTerms], run: Run
) -> tuple[str, ...]:
    """Return the states with values that differ between the steps of a cycle."""
    compressed, flat, terms = solved
    low, high, levels = run.levels, run.levels, run.levels
    for _ in range(run.period - 1):
        levels = steps_back(compressed, flat, terms, levels, 1, -1.0).levels
        low = Levels(np.minimum(low.joint, levels.joint), np.minimum(low.worst, levels.worst))
        high = Levels(np.maximum(high.joint, levels.joint), np.maximum(high.worst, levels.worst))
    apart = np.maximum(high.joint - low.joint, (high.worst - low.worst).max(axis=1))
    return tuple(game.states[s] for s in np.flatnonzero(apart > NUMERICS.polished * compressed.size))


def _standing(
    game: StochasticGame, run: Run, horizon: int | None, cycle: tuple[str, ...]
) -> tuple[Status, str]:
    """Return the status of the result and the reason for it."""
    if run.empty >= 0:
        state = game.states[run.empty]
        return "failed", f"in state {state!r} no profile can be part of an agreement, {run.steps} steps back"
    if horizon is not None:
        return "complete", f"{horizon} periods in which all may be bargained anew"
    if run.period == 1:
        return "complete", f"settled after {run.steps} steps back"
    if run.period > 1:
        return "partial", f"comes back every {run.period} steps without settling in {', '.join(cycle)}"
    return "partial", f"not settled after {run.steps} steps back"


class Candidates(NamedTuple):
    """The profiles of one state that have the highest joint payoff, and what the rules for ties compare."""

    # Positions of the profiles in row-major order.
    positions: IntArray
    # The joint value of each profile less both players' values of deviating.
    slack: FloatArray
    # The expected absolute difference of the players' negotiated payoffs in the state that follows.
    inequality: FloatArray


# The rules that choose one of several profiles with the same joint payoff, by name.
#
# equal: the negotiated payoffs of the states that follow are as equal as possible; slack: the slack is
# largest; first: the first in the order of the game, which also breaks the ties of the other rules.
TIES: dict[str, Callable[[Candidates], int]] = {
    "equal": lambda of: int(of.positions[np.lexsort((of.positions, of.inequality))[0]]),
    "slack": lambda of: int(of.positions[np.lexsort((of.positions, -of.slack))[0]]),
    "first": lambda of: int(of.positions[0]),
}


class Played(NamedTuple):
    """The play in one state, in the game or in its static game."""

    # Position of the profile that is agreed on.
    path: int
    # punishments, replies: positions of the profile that punishes each player, and of the profile to which
    # the player's best deviation from that one leads.
    punishments: tuple[int, int]
    replies: tuple[int, int]
    # Number of profiles with the highest joint payoff.
    ties: int


class _Rows(NamedTuple):
    """Values of the profiles of one state."""

    # (n_1, n_2): joint values.
    total: FloatArray
    # (n_1, n_2) for each player: the value of the profile if the player has deviated to it.
    own: tuple[FloatArray, FloatArray]
    # (n_1, n_2): as in `Candidates`.
    inequality: FloatArray


def chosen(
    game: CompressedGame, static: StaticGames, terms: TalkTerms, after: Levels, ties: str
) -> list[tuple[Played, Played]]:
    """Return the play in each state one period earlier: in the game, and in its static game.

    `after` are the values of the next period, and `ties` is the rule for profiles with the same joint payoff.
    """
    results = []
    for s, rows in enumerate(_moves(game, terms, after)):
        move = _played(rows, terms.tolerance, ties)
        start, end = static.firsts[s], static.firsts[s + 1]
        payoffs = (1.0 - game.delta) * static.payoffs[start:end].reshape(*static.actions[s], 2)
        own = tuple(payoffs[..., i] + rows.own[i].reshape(-1)[move.replies[i]] for i in (0, 1))
        total = payoffs.sum(axis=-1) + rows.total.reshape(-1)[move.path]
        results.append(
            (move, _played(_Rows(total, (own[0], own[1]), np.zeros_like(total)), terms.tolerance, ties))
        )
    return results


def _moves(game: CompressedGame, terms: TalkTerms, after: Levels) -> Iterator[_Rows]:
    """Yield the values of the profiles of each state, from the values of the next period."""
    left = after.joint - after.worst.sum(axis=1)
    shares = np.array([terms.first, terms.second])
    negotiated = after.worst + shares * left[:, None]
    next_own = after.worst + terms.chance * shares * left[:, None]
    following = np.column_stack([after.joint, next_own, np.abs(negotiated[:, 0] - negotiated[:, 1])])
    for s, counts in enumerate(game.actions.tolist()):
        rows = slice(game.firsts[s], game.firsts[s + 1])
        entries = slice(game.indptr[rows.start], game.indptr[rows.stop])
        expected = np.add.reduceat(
            game.chances[entries, None] * following[game.nexts[entries]],
            game.indptr[rows] - game.indptr[rows.start],
        ).reshape(*counts, 4)
        now = (1.0 - game.delta) * game.payoffs[rows].reshape(*counts, 2)
        own = (
            now[..., 0] + game.delta * expected[..., 1],
            now[..., 1] + game.delta * expected[..., 2],
        )
        yield _Rows(now.sum(axis=-1) + game.delta * expected[..., 0], own, expected[..., 3])


def _played(rows: _Rows, tolerance: float, ties: str) -> Played:
    """Return the play with these values: of the enforced profiles, the best and each player's punishment."""
    best = rows.own[0].max(axis=0)[None, :], rows.own[1].max(axis=1)[:, None]
    slack = rows.total - best[0] - best[1]
    enforced: BoolArray = slack >= -tolerance
    joint = np.where(enforced, rows.total, -np.inf)
    tied = np.flatnonzero(joint.reshape(-1) >= joint.max() - tolerance)
    path = TIES[ties](Candidates(tied, slack.reshape(-1)[tied], rows.inequality.reshape(-1)[tied]))
    columns = rows.total.shape[1]
    punishments, replies = [], []
    for i in (0, 1):
        worth = np.where(enforced, np.broadcast_to(best[i], slack.shape), np.inf)
        row, column = divmod(int(worth.argmin()), columns)
        punishments.append(row * columns + column)
        reply = (
            int(rows.own[i][:, column].argmax()) * columns + column
            if i == 0
            else (row * columns + int(rows.own[i][row].argmax()))
        )
        replies.append(reply)
    return Played(path, (punishments[0], punishments[1]), (replies[0], replies[1]), len(tied))


def settled_levels(
    game: CompressedGame, static: StaticGames, terms: TalkTerms, played: list[tuple[Played, Played]]
) -> Levels | None:
    """Return the values if this is played for ever, from linear equations; `None` if these are too many.

    At the agreed profiles, U = (1 - delta) G + delta P U. For each player, at the best deviation from the
    punishing profile, v_i = (1 - delta) g_i + delta P_i [v_i + rho beta_i (U - v_1 - v_2)].
    """
    states = len(played)
    if 3 * states > NUMERICS.most_unknowns:
        return None
    system, constant = np.eye(3 * states), np.zeros(3 * states)
    shares = (terms.first, terms.second)
    for s, (move, first) in enumerate(played):
        start, start_static = game.firsts[s], static.firsts[s]
        payoffs = game.payoffs[start + move.path] + static.payoffs[start_static + first.path]
        constant[s] = (1.0 - game.delta) * payoffs.sum()
        _subtract(system[s, :states], game, start + move.path, 1.0)
        for i in (0, 1):
            line = (i + 1) * states + s
            row = start + move.replies[i]
            gain = game.payoffs[row, i] + static.payoffs[start_static + first.replies[i], i]
            constant[line] = (1.0 - game.delta) * gain
            anew = terms.chance * shares[i]
            _subtract(system[line, :states], game, row, anew)
            for k in (0, 1):
                block = system[line, (k + 1) * states : (k + 2) * states]
                _subtract(block, game, row, (1.0 if k == i else 0.0) - anew)
    solution = np.linalg.solve(system, constant).reshape(3, states)
    return Levels(np.ascontiguousarray(solution[0]), np.ascontiguousarray(solution[1:].T))


def _subtract(line: FloatArray, game: CompressedGame, row: int, weight: float) -> None:
    """Subtract delta times a weight times the transitions of a row from a line of the system."""
    entries = slice(game.indptr[row], game.indptr[row + 1])
    np.subtract.at(line, game.nexts[entries], game.delta * weight * game.chances[entries])
