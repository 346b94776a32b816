"""The regret of a policy: the value of the best response less its own, and where it is lost.

With V the best response's values and Q(s, a) the value of an action followed by the best response, an action
a in state s forgoes V(s) - Q(s, a). The regret of a policy is the expected sum of forgone values over all
rounds, with the weight delta^t for round t (Kakade and Langford 2002, lemma 6.1). For a policy with finitely
many memories the sum is the solution of a linear system, without a horizon. For other policies, plays are
simulated that end after each round with chance 1 - delta, so that their expected loss is the regret.
Alternatively recorded plays are scored.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import sqrt
from typing import Any, cast

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import spsolve

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, Number, NumberArray
from negotiation.base.reading.numbers import expect_count, expect_generator
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidOptions, InvalidStrategy, SizeLimit, shown
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.linear_systems import solve_linear
from negotiation.game_theory.solvers.best_response.best_response import BestResponse, policy_values, solved
from negotiation.game_theory.solvers.best_response.facing import Facing, Strategy, facing
from negotiation.game_theory.solvers.best_response.numerics import NUMERICS
from negotiation.game_theory.solvers.best_response.policies import (
    Followed,
    Policy,
    followed,
    in_numbers,
    observation,
)


@dataclass(frozen=True, eq=False)
class Regret(Tabular, Drawable):
    """The regret of a policy against given strategies of the others.

    Parameters
    ----------
    best : BestResponse
        The best response with which the policy is compared.
    value : number
        The regret, in average discounted payoffs: the value of the best response less the value of the
        policy.
    lost : mapping from state to number
        The part of the regret that is due to choices in each public state.
    low, high : number
        Bounds of the regret. Both equal `value` if it was computed. If it was estimated, they are the ends of
        a 95 percent interval, cut off at 0; for a single recorded play they are 0 and infinity.
    status : {"complete", "partial"}
        `complete` if the regret was computed, `partial` if it was estimated or the best response is partial.
    reason : str
        The method, in words.
    policy : Policy or None
        The policy; `None` for recorded plays.
    chain : Walk or None
        The Markov chain of play under the policy, if the regret was computed; otherwise `None`.
    chain_weights : tuple of number
        The expected discounted number of rounds that play spends in each node of `chain`; empty if there is
        none.
    rounds : tuple of float
        The discounted loss in each round of a single recorded play; empty otherwise.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> print(ng.regret({"cooperate": "D", "punish": "D"}, grim, game=ng.RepeatedGame(stage, 0.9)))
    regret of 0, computed without a horizon, in double precision
    state      given away
    cooperate         5.3
    all               5.3
    """

    _figure = "regret:regret_figure"

    best: BestResponse
    value: Number
    lost: Mapping[str, Number]
    low: Number
    high: Number
    status: Status
    reason: str
    policy: object = field(repr=False)
    chain: Walk | None = field(default=None, repr=False)
    chain_weights: tuple[Number, ...] = field(default=(), repr=False)
    rounds: tuple[float, ...] = field(default=(), repr=False)

    @property
    def player(self) -> str:
        """Label of the player."""
        return self.best.player

    @cached_property
    def by_state(self) -> tuple[Mapping[str, str], Mapping[str, Number]] | None:
        """The policy's action and value in each public state, as two mappings.

        `None` if the policy mixes, has a memory, or its regret was estimated.
        """
        problem = self.best.facing
        if self.policy is None or self.status != "complete":
            return None
        policy, places = followed(cast("Policy", self.policy), problem), range(len(problem.states))
        if [*policy.start] != [None]:
            return None
        seen = [observation(problem, k, None) for k in places]
        lotteries = [policy.choose(each) for each in seen]
        if any(len(each) > 1 for each in lotteries) or hasattr(self.policy, "remember"):
            return None
        labels = [str(next(iter(each))) for each in lotteries]
        chosen = [problem.actions[k].index(label) for k, label in zip(places, labels, strict=True)]
        values = policy_values(problem, np.array(chosen, dtype=np.intp)) + problem.least
        return dict(zip(problem.states, labels, strict=True)), dict(zip(problem.states, values, strict=True))

    @property
    def share(self) -> float:
        """Regret as a share of the stakes, the player's best less worst value; 0 if these are equal."""
        span = float(self.best.value - self.best.worst)
        return float(self.value) / span if span > 0 else 0.0

    @property
    def usd_bn(self) -> float | None:
        """Regret in billions of US dollars per year; `None` unless the problem gives a unit of payoffs."""
        unit = self.best.facing.usd_bn
        return None if unit is None else float(self.value) * unit

    def table(self) -> Table:
        """Return a table of the regret in each state with a loss, largest first, and in total."""
        unit = self.best.facing.usd_bn
        rows = sorted(self.lost.items(), key=lambda row: -float(row[1]))
        lines = [(state, x, *(() if unit is None else (float(x) * unit,))) for state, x in rows if x]
        whole = ("all", self.value, *(() if unit is None else (self.usd_bn,)))
        heads = ("percent of GDP", "USD bn a year") if unit is not None else ("given away",)
        return Table(f"regret of {self.player}, {self.reason}", ("state", *heads), (*lines, whole))


@dataclass(frozen=True, eq=False)
class Exploitability(Tabular):
    """The gains of all players from best responses to a profile.

    Parameters
    ----------
    regrets : tuple of Regret
        The regret of each player, in the order of the game.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> round(ng.exploitability(grim, game=ng.RepeatedGame(stage, 0.1)).value, 3)
    0.6
    """

    regrets: tuple[Regret, ...]
    status: Status = "complete"

    @property
    def value(self) -> Number:
        """Sum of the players' regrets, which is meaningful if all payoffs have the same unit."""
        total: Number = sum(regret.value for regret in self.regrets)
        return total

    def table(self) -> Table:
        """Return a table with one row for each player: the regret, and its share of the stakes."""
        rows = tuple((each.player, each.value, each.share, each.usd_bn) for each in self.regrets)
        return Table("exploitability", ("player", "regret", "share of the stakes", "USD bn a year"), rows)


def regret(
    policy: Policy | Iterable[Mapping[str, object]],
    opponent: BestResponse | Facing | Strategy,
    *,
    game: RepeatedGame | StochasticGame | None = None,
    player: str | None = None,
    start: str | None = None,
    plays: int | None = None,
    rng: int | np.random.Generator = 0,
) -> Regret:
    """Return the regret of a policy against given strategies of the others.

    Parameters
    ----------
    policy : Automaton, MarkovStrategy, mapping, function or table of plays
        The player's policy: a strategy profile, of which the player's part is used; a mapping from public
        state to an action or to probabilities of actions; or a function of an `Observation`. Alternatively
        recorded plays: rows with the fields "play", "state" and "action", in the order of rounds.
    opponent : BestResponse, Facing or strategy
        The strategy of the others. A strategy without an attribute `game` requires the argument `game`.
    game : RepeatedGame or StochasticGame, optional
        The game, if `opponent` does not have one.
    player : str, optional
        Label of the player; the first player by default. A BestResponse or Facing has its own player.
    start : str, optional
        Label of the state in which play begins, as in `best_response`. A BestResponse or Facing has its own.
    plays : int, optional
        Number of plays to simulate, at least 2, for a function with too many memories. By default nothing is
        simulated, and the regret is computed over infinitely many rounds.
    rng : int or numpy.random.Generator, optional
        Seed or generator of simulated plays, 0 by default. Policies with the same seed face the same random
        draws.

    Returns
    -------
    Regret
        The regret as `.value`, in US dollars as `.usd_bn` if the unit of payoffs is known, and by state as
        `.lost`. An estimate has the status `partial` and an interval.

    Raises
    ------
    InvalidGame
        If no game is given or it is of another kind, `start` is missing, or `plays` is not a whole number of
        at least 2.
    InvalidStrategy
        If the policy is of another kind, does not name every state, or chooses an unavailable action; if
        recorded plays are empty, lack a field or name an unknown state; or if the strategy of the others does
        not fit the game.
    InvalidNumber
        If `rng` is neither a seed nor a generator, for simulated plays.
    InvalidOptions
        If `player` is another one than that of a BestResponse or Facing.
    UnknownPlayer, UnknownState, UnknownAction, UnknownSignal
        If the game has no such player, state, action or signal.
    InvalidDiscountFactor
        If `best_response` raises it for the game.
    SizeLimit
        If the policy reaches more than 8,000 pairs of a state and a memory, or the problem is too large for
        `best_response`.

    Examples
    --------
    Defection in every period against grim trigger, at a discount factor of one half:

    >>> from fractions import Fraction
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> found = ng.regret(lambda seen: "D", ng.best_response(ng.RepeatedGame(stage, Fraction(1, 2)), grim))
    >>> found.value, found.lost["cooperate"], found.status
    (Fraction(5, 2), Fraction(5, 2), 'complete')
    """
    best = _best(opponent, game, player, start)
    if not isinstance(policy, Mapping) and isinstance(policy, Iterable):
        return _recorded(best, policy)
    if plays is None:
        return _computed(best, policy)
    return _drawn(best, policy, expect_count("plays", plays, least=2), expect_generator(rng))


def exploitability(
    profile: object, *, game: RepeatedGame | StochasticGame | None = None, start: str | None = None
) -> Exploitability:
    """Return the regret of each player in a strategy profile.

    Parameters
    ----------
    profile : Automaton, StateAutomaton, MarkovStrategy or result
        The strategy profile, or a result with the attributes `game` and `strategy`.
    game : RepeatedGame or StochasticGame, optional
        The game, if `profile` does not have one.
    start : str, optional
        Label of the state in which play begins, as in `best_response`.

    Returns
    -------
    Exploitability
        The players' `.regrets` and their sum, `.value`. The profile is a Nash equilibrium iff all are zero.

    Raises
    ------
    InvalidGame
        If neither `profile` nor `game` gives a game, the game is of another kind, or `start` is missing.
    InvalidStrategy
        If the profile does not fit the game.
    UnknownState, UnknownAction, UnknownSignal
        If the game has no such state, action or signal.
    InvalidDiscountFactor
        If `best_response` raises it for the game.
    SizeLimit
        If a player's problem is too large for `best_response`.

    Examples
    --------
    >>> import negotiation as ng
    >>> busan = ng.truce("2025-10-busan")
    >>> found = ng.exploitability(busan.compile(), game=busan.game())
    >>> [f"{regret.player} {float(regret.value):.5f}" for regret in found.regrets]
    ['USA 0.00000', 'CHN 0.00000']
    """
    strategy: Any = getattr(profile, "strategy", profile)
    game = getattr(profile, "game", None) if game is None else game
    players = _needed(game).stage.players if isinstance(game, RepeatedGame) else _needed(game).players
    problems = [facing(_needed(game), strategy, player, start) for player in players]
    return Exploitability(tuple(_computed(solved(each), strategy) for each in problems))


def _needed(game: Any) -> Any:
    if game is None:
        raise InvalidGame(
            "no game is given, and the strategy does not come with one; give the game as game=..."
        )
    if not isinstance(game, StochasticGame):
        expect_kind(game, RepeatedGame, "a best response")
    return game


def _best(opponent: Any, game: Any, player: str | None, start: str | None) -> BestResponse:
    """Return the best response with which a policy is compared."""
    if player not in (None, own := getattr(opponent, "player", player)):
        raise InvalidOptions(f"`player` must be {own!r}, as in `opponent`, or left out; got {shown(player)}")
    if isinstance(opponent, BestResponse):
        return opponent
    if isinstance(opponent, Facing):
        return solved(opponent)
    game = getattr(opponent, "game", None) if game is None else game
    return solved(facing(_needed(game), getattr(opponent, "strategy", opponent), player, start))


def forgone(best: BestResponse) -> NumberArray:
    """Return what each own action in each state loses if the best response follows it, at least 0.

    Shapes: returns (rows,), one entry for each action of each state in turn.
    """
    problem = best.facing
    values: NumberArray = np.array(
        [best.values[state] - problem.least for state in problem.states],
        dtype=object if problem.exact else np.float64,
    )
    of = np.repeat(np.arange(len(problem.states)), np.diff(problem.offsets))
    less: NumberArray = values[of] - problem.q(values)
    # Only rounding can make an action better than the best one.
    losses: NumberArray = np.maximum(less, 0 * less)
    return losses


@dataclass(frozen=True, eq=False)
class Walk:
    """The Markov chain of a policy: its nodes are pairs of a public state and a memory."""

    # By node, the position of its state and its memory, and the lottery over own actions.
    nodes: tuple[tuple[int, Hashable], ...]
    choices: tuple[Mapping[str, Number], ...]
    # By node, the chances of the next nodes; and the chances of the first nodes.
    moves: tuple[Mapping[int, Number], ...]
    start: Mapping[int, Number]
    # Whether its weights are computed in rational numbers.
    exact: bool

    def weights(self, delta: Number) -> NumberArray:
        """Return the expected discounted number of rounds in each node: d with (I - delta P)' d = start."""
        size = len(self.nodes)
        begin: NumberArray = np.zeros(size, dtype=object if self.exact else np.float64)
        for node, p in self.start.items():
            begin[node] += p
        entries = [(goal, node, delta * p) for node, row in enumerate(self.moves) for goal, p in row.items()]
        if self.exact:
            system: NumberArray = np.eye(size, dtype=object)
            for goal, node, p in entries:
                system[goal, node] -= p
            return solve_linear(system, begin)
        goals, nodes, chances = zip(*entries, strict=True)
        moved = csc_array((chances, (goals, nodes)), shape=(size, size))
        visits: FloatArray = spsolve(csc_array(eye_array(size) - moved), begin)
        return visits


def walk(problem: Facing, policy: Followed) -> Walk:
    """Return the chain of a policy: all pairs of a state and a memory that play reaches."""
    places: dict[tuple[int, Hashable], int] = {}
    exact = problem.exact
    start = {
        places.setdefault((state, memory), len(places)): p * q
        for state, p in problem.start.items()
        for memory, q in in_numbers(policy.start, exact).items()
    }
    choices, moves, queue = [], [], [*places]
    for node in queue:
        seen = observation(problem, *node)
        lottery = in_numbers(policy.choose(seen), exact)
        row: dict[int, Number] = {}
        for action, p in lottery.items():
            problem.row(node[0], action)
            outcomes = problem.outcomes[node[0]][seen.actions.index(action)]
            for (seen_next, state), q in outcomes.items():
                for memory, r in in_numbers(policy.after(seen, action, seen_next), exact).items():
                    if (state, memory) not in places:
                        places[state, memory] = len(places)
                        queue.append((state, memory))
                    goal = places[state, memory]
                    row[goal] = row.get(goal, 0) + p * q * r
        choices.append(lottery)
        moves.append(row)
        if len(queue) > NUMERICS.most_states:
            raise SizeLimit(
                f"the policy reaches more than {NUMERICS.most_states:,} pairs of a state and a memory, the "
                "most that are allowed. Let it remember less, or estimate its regret with plays=1000"
            )
    small = exact and len(places) <= NUMERICS.exact_states
    return Walk(tuple(places), tuple(choices), tuple(moves), start, small)


def _computed(best: BestResponse, policy: Any) -> Regret:
    """Return the regret of a policy with finitely many memories."""
    problem, less = best.facing, forgone(best)
    walked = walk(problem, followed(policy, problem))
    weights = walked.weights(problem.delta if walked.exact else float(problem.delta)).tolist()
    lost: dict[str, Number] = dict.fromkeys(problem.states, 0 * weights[0])
    for (state, _), lottery, weight in zip(walked.nodes, walked.choices, weights, strict=True):
        away = sum(p * less[problem.row(state, action)] for action, p in lottery.items())
        lost[problem.states[state]] += weight * (away if walked.exact else float(away))
    value = sum(lost.values(), start=0 * weights[0])
    how = "exact, in rational numbers" if walked.exact else "computed without a horizon, in double precision"
    return Regret(best, value, lost, value, value, best.status, how, policy, walked, tuple(weights))


def _drawn(best: BestResponse, policy: Any, plays: int, generator: np.random.Generator) -> Regret:
    """Return the estimated regret of a function, from plays that end after a round with chance 1 - delta."""
    problem, less = best.facing, forgone(best)
    followed_by, delta = followed(policy, problem), float(problem.delta)
    lost = np.zeros((plays, len(problem.states)))
    # Each play has its own generator, so that the length of one does not change the draws of the next.
    for k, luck in enumerate(generator.spawn(plays)):
        state = drawn(problem.start, luck.random())
        memory = drawn(followed_by.start, luck.random())
        while True:
            seen = observation(problem, state, memory)
            chosen, followed_, remembered, ends = luck.random(4)
            action = drawn(followed_by.choose(seen), chosen)
            lost[k, state] += float(less[problem.row(state, action)])
            seen_next, state = drawn(problem.outcomes[state][seen.actions.index(action)], followed_)
            memory = drawn(followed_by.after(seen, action, seen_next), remembered)
            if ends >= delta:
                break
    return _estimated(best, lost, f"an estimate from {plays:,} drawn plays", policy)


def drawn(lottery: Mapping[Any, Number], luck: float) -> Any:
    """Return the outcome of a lottery that a number in [0, 1), drawn uniformly, selects."""
    for key, p in lottery.items():
        luck -= float(p)
        if luck < 0.0:
            return key
    return key


def _recorded(best: BestResponse, rows: Iterable[Mapping[str, Any]]) -> Regret:
    """Return the regret of recorded plays, each continued by the best response after its last round."""
    problem, less = best.facing, forgone(best)
    if hasattr(rows, "to_dict"):
        rows = rows.to_dict("records")
    places = {state: k for k, state in enumerate(problem.states)}
    rounds: dict[Any, int] = {}
    lost: dict[Any, FloatArray] = {}
    each: list[float] = []
    fields = ("play", "state", "action")
    for line, row in enumerate(rows):
        wrong = next((name for name in fields if not hasattr(row, "keys") or name not in row), None)
        if wrong is not None or row["state"] not in places:
            raise InvalidStrategy(
                f"row {line} of the recorded plays: "
                + (f"{wrong!r} is missing" if wrong else f"there is no public state {row['state']!r}")
                + '; each row must be a mapping with "play", "state" (one of '
                + f'{shown(problem.states)}) and "action"; got {shown(row)}'
            )
        play, state = row["play"], places[row["state"]]
        t = rounds[play] = rounds.get(play, -1) + 1
        each.append(float(problem.delta) ** t * float(less[problem.row(state, row["action"])]))
        lost.setdefault(play, np.zeros(len(places)))[state] += each[-1]
    if not lost:
        raise InvalidStrategy("there are no recorded plays; give one row for each round")
    several = f"an estimate from {len(lost):,} recorded plays of {min(rounds.values()) + 1} rounds or more"
    if len(lost) > 1:
        return _estimated(best, np.array([*lost.values()]), several, None)
    estimate = _estimated(best, np.array([*lost.values()]), f"of {len(each)} recorded rounds alone", None)
    return replace(estimate, rounds=tuple(each))


def _estimated(best: BestResponse, lost: FloatArray, reason: str, policy: Any) -> Regret:
    """Return a regret estimated from each play's losses by state, shape (plays, S)."""
    totals = lost.sum(axis=1)
    mean = float(totals.mean())
    # One play has no spread, so its interval has no upper end.
    away = NUMERICS.quantile * float(totals.std(ddof=1)) / sqrt(len(totals)) if len(totals) > 1 else np.inf
    by_state = dict(zip(best.facing.states, lost.mean(axis=0).tolist(), strict=True))
    return Regret(best, mean, by_state, max(mean - away, 0.0), mean + away, "partial", reason, policy)
