"""Repeated negotiation equilibria of stochastic games with transfers, two players.

Goldluecke, S. and Kranz, S. (2022), "Reconciling relational contracting and hold-up: a model of repeated
negotiations", Journal of the European Economic Association. In every period players see the state; with
probability rho the relation is renegotiated, whatever was agreed before; then they may pay each other or
burn money, and act. From state s on the payoffs that can be agreed on are

    {u : u_i >= v_i(s), u_1 + u_2 <= U(s)},   and bargaining picks   r_i = v_i + beta_i (U - v_1 - v_2).

A profile a can be part of an agreement if its joint payoff covers what each player would get by departing.
After a departure, the next period begins with r if the relation is renegotiated, and otherwise with v_i for
the player who departed (`kernels/backward.py` has the equations). U is the largest value of such a profile,
and v_i the least value of a best departure.

Such an equilibrium need not exist or be unique. With a last period in which anything is renegotiated, it
exists and is unique: after that period the subgame-perfect payoffs with transfers hold (Goldluecke and Kranz
2018), and each earlier period follows from the next. Steps go backwards until values settle. The payoffs of
what is then played follow from linear equations. If values cycle without settling, no equilibrium is found
this way, and the result says so.

Cost: one pass over all profiles per step, and about log(1e-14) / log(delta) steps.

If several profiles have the same joint payoff, the values of a step do not depend on which of them is played.
The reported policy does, and a named rule picks it.
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
        Probability in [0, 1] that the relation is renegotiated at the start of a period. With 0 the
        equilibrium is a Pareto-optimal subgame-perfect one; with 1 no agreement lasts beyond a period.
    bargaining_weights : sequence of two floats, or mapping from player to float, optional
        Each player's share of the surplus of an agreement over the worst payoffs; not negative, with sum 1.
        Equal by default.
    horizon : int, optional
        Number of periods, including the first, in which the relation may be renegotiated, and after which it
        never is. By default periods are added until values converge.
    static : mapping from str to StageGame, optional
        Games, by state, whose actions do not affect the state and which are played first in every period.
        Payments are possible before them, and again before the actions of `game`. States that are not named
        have no such game.
    ties : {"equal", "slack", "first"}, optional
        Which of several profiles with the same joint payoff to report: the one after which negotiated payoffs
        are most equal, which is the default; the one from which a deviation loses most; or the first. Payoffs
        do not depend on it.

    Returns
    -------
    NegotiationEquilibrium
        The equilibrium, with `.policy`, `.joint_payoffs`, `.punishments` and `.negotiated` by state. The
        status is `complete` for a given horizon, or if values converge; `partial` if they cycle, with the
        affected states in `.cycle`; and `failed` if no pure profile can be part of an agreement in some
        state.

    Raises
    ------
    InvalidGame
        If the game does not have two players with a common discount factor, or static games do not fit.
    InvalidProbabilities
        If the probability or a weight is outside [0, 1], or the weights do not sum to 1.
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
    UnknownMethod.unless_in(ties, TIES)
    given = _checked_static(game, static)
    compressed, flat = compressed_game(game), _flat(game, given)
    size = max(compressed.size, float(np.ptp(flat.payoffs, axis=0).max()))
    terms = TalkTerms(chance, *weights, KNIFE_EDGE * size)
    first, start = _after_the_horizon(game, compressed, flat, terms)
    # Nothing can be enforced without bargaining anew, hence not with it either.
    if first.empty >= 0:
        run = first
    else:
        setting = compressed, flat, terms, first.levels, steps
        run = _confirmed(*setting, NUMERICS.settled * size) if horizon is None else _up_to(*setting)
    return _result(game, given, (compressed, flat, terms), run, start, (horizon, ties))


def _checked_terms(
    game: StochasticGame, chance: object, weights: object
) -> tuple[float, tuple[float, float]]:
    """Return the probability and the weights as floats, or say what is wrong with them."""
    if isinstance(weights, Mapping):
        unknown = [player for player in weights if player not in game.players]
        if unknown:
            raise UnknownPlayer(unknown[0], game.players)
        weights = [weights.get(player) for player in game.players]
    try:
        number = expect_number("the probability", chance)
        first, second = (expect_number("a weight", weight) for weight in weights)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise InvalidProbabilities(
            "the negotiation probability must be one number, and the bargaining weights two; got "
            f"{chance!r} and {weights!r}"
        ) from None
    if not 0.0 <= number <= 1.0:
        raise InvalidProbabilities(f"a negotiation probability must be from 0 to 1; got {chance!r}")
    if not (0.0 <= first <= 1.0 and 0.0 <= second <= 1.0 and abs(first + second - 1.0) <= KNIFE_EDGE):
        raise InvalidProbabilities(
            f"bargaining weights must be from 0 to 1 with sum 1; got {weights!r}: divide them by their sum"
        )
    return number, (first, second)


def _checked_horizon(horizon: object) -> int:
    if horizon is None:
        return NUMERICS.limit
    # In the last of these periods what holds without further bargaining is bargained for: no step back.
    return max(expect_count("periods of a horizon", horizon, 0, InvalidNumber, NUMERICS.limit) - 1, 0)


def _checked_static(game: StochasticGame, static: Mapping[str, StageGame] | None) -> dict[str, StageGame]:
    """Return the static games by state, or say which does not fit."""
    if static is not None and not isinstance(static, Mapping):
        raise InvalidGame(
            f"static games must be a mapping from state label to StageGame; got {type(static).__name__}"
        )
    given = dict(static or {})
    for state, stage in given.items():
        UnknownState.unless_in(state, game.states)
        expect_kind(stage, StageGame, f"the static game of state {state!r}")
        if stage.players != game.players:
            raise InvalidGame(
                f"a static game must have the players of the game, {game.players}; the static game of "
                f"state {state!r} has {stage.players}"
            )
    return given


def _flat(game: StochasticGame, static: Mapping[str, StageGame]) -> StaticGames:
    """Return the static games as arrays, one profile without payoff where there is none."""
    nothing = np.zeros((1, 2))
    parts = [static[s].payoffs.reshape(-1, 2) if s in static else nothing for s in game.states]
    counts = [static[s].n_actions if s in static else (1, 1) for s in game.states]
    firsts = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(part) for part in parts], dtype=np.int64)])
    return StaticGames(np.ascontiguousarray(np.concatenate(parts)), firsts, np.array(counts, dtype=np.int64))


def _after_the_horizon(
    game: StochasticGame, compressed: CompressedGame, flat: StaticGames, terms: TalkTerms
) -> tuple[Run, StatePayoffSets | None]:
    """Return the subgame-perfect payoffs with transfers, which hold once nothing is renegotiated."""
    # Without static games these are the known payoffs with transfers, found by policy iteration and certified
    # there.
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
    """Return where steps backwards end; values count as recurring only if they recur twice."""
    run, done = Run(start, start, 0, 0, -1), 0
    while done < steps:
        run = steps_back(compressed, flat, terms, run.levels, steps - done, close)
        done += run.steps
        if run.empty >= 0 or run.period <= 1:
            break
        # Values that drift slowly may pass near an earlier value by chance: once more round, and they must
        # come back again.
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
    # With equality to the bit what follows is known: only the rest of the last round has to be gone through.
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
        if run.steps == 0:  # what holds in the next period holds in this one, and is not bargained for
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
    """Return the solution of the equations of what is played, if a step back from it plays the same."""
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
    """Return the status, and why."""
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
    """The profiles of one state that may be picked."""

    # Of the profiles with the highest joint payoff, row-major.
    positions: IntArray
    # What each leaves when every player has what departing is worth.
    slack: FloatArray
    # The expected distance of the players' negotiated payoffs in the state that follows.
    inequality: FloatArray


# How one of several profiles with the same joint payoff is picked, by name.
#
# equal: the states that follow have negotiated payoffs as equal as possible; slack: departing is deterred by
# most; first: the first in the order of the game. The first also decides what a rule leaves open.
TIES: dict[str, Callable[[Candidates], int]] = {
    "equal": lambda of: int(of.positions[np.lexsort((of.positions, of.inequality))[0]]),
    "slack": lambda of: int(of.positions[np.lexsort((of.positions, -of.slack))[0]]),
    "first": lambda of: int(of.positions[0]),
}


class Played(NamedTuple):
    """What is played in one state, in the game or in its static game."""

    # Position of the profile that is agreed on.
    path: int
    # punishments, replies: Positions of the profiles that hold down each player, and to which each departs
    # from them.
    punishments: tuple[int, int]
    replies: tuple[int, int]
    # How many profiles have the highest joint payoff.
    ties: int


class _Rows(NamedTuple):
    """Values of the profiles of one state, and what follows them."""

    # (n_1, n_2): joint payoffs.
    total: FloatArray
    # (n_1, n_2): what each player has who is to be held down afterwards.
    own: tuple[FloatArray, FloatArray]
    # (n_1, n_2): as of `Candidates`.
    inequality: FloatArray


def chosen(
    game: CompressedGame, static: StaticGames, terms: TalkTerms, after: Levels, ties: str
) -> list[tuple[Played, Played]]:
    """Return what is played in each state one period earlier, in the game and in its static game."""
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
    """Yield the values of the profiles of each state."""
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
    """Return what is played with these values: those enforced, the best of them, and the worst for each."""
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
    """Return the values if this is played for ever, from their linear equations; `None` if they are too many.

    U = (1 - delta) G + delta P U over the agreed profiles. For each player, over the best departures from the
    profile that holds the player down, v_i = (1 - delta) g_i + delta P_i [v_i + rho beta_i (U - v_1 - v_2)].
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
    """Take delta times a weight times the transitions of a row from a line of the system."""
    entries = slice(game.indptr[row], game.indptr[row + 1])
    np.subtract.at(line, game.nexts[entries], game.delta * weight * game.chances[entries])
