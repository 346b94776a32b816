"""Check that the inner bound of a payoff set generates itself, vertex by vertex.

Bounded sets W(s), one for each state s, consist of subgame-perfect payoffs if each point of W(s) is a mixture
of points

    (1 - delta_i) g_i(s, a) + delta_i sum_y P(y | s, a) w_i(y),    w(y) in co W(s') where y leads to s',

such that no player gains by departing from a once (self-generation; Abreu, Pearce and Stacchetti 1990,
theorem 1; state by state in stochastic games). One engine checks this for three kinds of game, which differ
in the outcome y and in the continuation after a departure to a':

- Repeated game with a public signal: y is the signal. After a departure w(y) follows all the same, but y has
  the distribution P(. | a'). The game is a stochastic game of one state.
- Repeated game with perfect monitoring: a departure is seen, so that the player's worst payoff in W may
  follow it. There is one outcome y if nobody departs.
- Stochastic game: y is the next state, and the worst payoff in its set follows a departure.

For each vertex of an inner bound the result has a profile and continuations. Payoffs, expectations, deviation
gains, worst payoffs and hulls are computed again from the game and these alone, in floats or in rational
numbers. Discount factors may differ. The checks import no solver. Cost: m^2 Y comparisons for m vertices and
Y continuations of each, and one deviation for each vertex, player and action.

A slack is in units of payoffs. For a deviation, it is the average discounted value of complying less that of
deviating. For a point and a polygon, it is the `depth` of the point. In floats a shortfall counts as zero up
to `KNIFE_EDGE` times the payoff range, or up to the resolution of doubles at the payoffs' magnitude. In
rational numbers no shortfall is allowed. The stored numbers are first taken at their binary value. If they
fail, they are taken as the nearest fractions with small denominators, which decides points, segments and
knife edges. A set without interior, whose vertices are not such fractions, has no room for rounding and fails
by about 1e-16 of its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import (
    KNIFE_EDGE,
    FloatArray,
    Number,
    NumberArray,
    as_fraction,
    payoff_tolerances,
)
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.checks.polygons import Point, convex_hull, depth
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame, own_units
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.verdict import Deviation, Verdict

PERFECT = "self-generating set of subgame perfect payoffs"
PUBLIC = "self-generating set of perfect public payoffs"
FAMILY = "self-generating family of subgame perfect payoffs"


@dataclass(frozen=True)
class _Measure:
    """The zero, the unit and the tolerance of each player's payoffs, so that their scales do not matter."""

    # least, units: Payoffs are counted from the player's least payoff, in a power of two within the player's
    # range. An exact check counts from 0 in units of 1.
    least: Sequence[Fraction]
    units: Sequence[Fraction]
    # The tolerance of each player's payoffs, as payoffs; 0 in an exact check.
    nothing: Sequence[Number]

    @property
    def near(self) -> Number:
        """The distance in the plane, in own units, that counts as zero."""
        return max(none / self.number(unit) for none, unit in zip(self.nothing, self.units, strict=True))

    @property
    def largest(self) -> Number:
        """The larger of the units, in which distances in the plane are reported."""
        return self.number(max(self.units))

    def number(self, value: Fraction) -> Number:
        """Return a number as a float, or as it is in an exact check."""
        return float(value) if isinstance(self.nothing[0], float) else value

    def point(self, pair: NumberArray) -> Point:
        """Return stored payoffs as a point in own units."""
        x, y = (
            self.number((as_fraction(value) - low) / unit)
            for value, low, unit in zip(pair, self.least, self.units, strict=True)
        )
        return x, y

    def payoffs(self, point: Point) -> tuple[float, float]:
        """Return a point in own units as payoffs, in floats."""
        x, y = (
            float(value) * float(u) + float(low)
            for value, u, low in zip(point, self.units, self.least, strict=True)
        )
        return x, y


@dataclass(frozen=True)
class _Vertex:
    """A vertex of a state's set: the row that generates it, and the continuation after each outcome."""

    state: int
    at: Point
    row: int
    later: dict[int, Point]


@dataclass(frozen=True)
class _Rules:
    """A game as the engine reads it, by rows: the action profiles of all states, one state after another."""

    concept: str
    # stages, firsts: By state; the row of its first profile.
    stages: Sequence[StageGame]
    firsts: Sequence[int]
    # By state, the text before the profile in the place of a deviation.
    names: Sequence[str]
    deltas: Sequence[Number]
    # By row: floats in the players' own units, or rational numbers.
    payoffs: list[Point]
    measure: _Measure
    # By row: the outcomes that may follow, with their probabilities.
    chances: list[list[tuple[int, Number]]]
    # The state that follows an outcome.
    leads_to: Sequence[int]
    # By outcome, the text for a continuation that lies outside its set.
    faults: Sequence[str]
    # Whether a departure is seen, so that the worst payoff of the next set may follow it.
    revealing: bool
    exact: bool

    def value(self, row: int, player: int, after: Number) -> Number:
        """Return (1 - delta_i) g_i + delta_i times the expected continuation payoff `after`."""
        delta = self.deltas[player]
        return (1 - delta) * self.payoffs[row][player] + delta * after

    def expected(self, row: int, values: Sequence[Number] | dict[int, Number]) -> Number:
        """Return the expectation of a value by outcome after a row."""
        return sum((p * values[y] for y, p in self.chances[row]), start=0 * self.deltas[0])

    def place(self, vertex: _Vertex) -> tuple[StageGame, int, tuple[int, int]]:
        """Return a vertex's stage game, the first row of its state, and its profile."""
        stage, first = self.stages[vertex.state], self.firsts[vertex.state]
        result, other = divmod(vertex.row - first, stage.n_actions[1])
        return stage, first, (result, other)


@dataclass(frozen=True)
class _Condition:
    """A condition at a vertex: its slack, the most tempting deviation there, and the text if it fails.

    A shortfall of up to `none` counts as zero.
    """

    slack: Number
    none: Number
    vertex: _Vertex
    nearest: Deviation | None
    fault: str = ""

    @property
    def counted(self) -> Number:
        """The slack, or 0 for a shortfall of up to `none`."""
        return 0 * self.slack if -self.none <= self.slack < 0 else self.slack


def verify_payoff_set(game: RepeatedGame, payoff_set: PayoffSet, *, exact: bool = False) -> Verdict:
    """Check whether the inner bound of a payoff set consists of equilibrium payoffs of a repeated game.

    The equilibria must be subgame perfect under perfect monitoring, and perfect public if the game has a
    signal.
    """
    _check_fit(game, payoff_set)
    stage, signal = game.stage, game.monitoring
    count = len(payoff_set.inner)
    chances: list[list[tuple[int, Number]]] = [[(0, 1)]] * int(np.prod(stage.n_actions))
    faults = ["the continuation lies outside the set"]
    if signal is not None:
        table: NumberArray = signal.exact_probabilities() if exact else signal.probabilities
        chances = [list(enumerate(row)) for row in table.reshape(-1, signal.n_signals).tolist()]
        faults = [f"the continuation after {label!r} lies outside the set" for label in signal.signals]
    rules = _Rules(
        PERFECT if signal is None else PUBLIC,
        (stage,),
        (0,),
        ("",),
        game.exact_discount_factors if exact else game.float_discount_factors,
        *_payoffs([stage], exact),
        chances,
        [0] * len(faults),
        faults,
        signal is None,
        exact,
    )
    later = payoff_set.continuations.reshape(count, len(faults), 2)
    vertices = [
        _Vertex(
            0, rules.measure.point(at), int(row), {y: rules.measure.point(w) for y, w in enumerate(points)}
        )
        for at, row, points in zip(payoff_set.inner, payoff_set.profiles, later, strict=True)
    ]
    return _verdict(rules, vertices)


def verify_state_payoff_sets(
    game: StochasticGame, payoff_sets: StatePayoffSets, *, exact: bool = False
) -> Verdict:
    """Check whether the inner bounds of all states consist of subgame-perfect equilibrium payoffs."""
    _check_family(game, payoff_sets)
    rules = _Rules(
        FAMILY,
        game.stages,
        game.offsets.tolist(),
        [f"{state}: " for state in game.states],
        game.exact_discount_factors if exact else game.float_discount_factors,
        *_payoffs(game.stages, exact),
        [_next_states(game, row, exact) for row in range(game.n_rows)],
        range(game.n_states),
        [f"the continuation in {state} lies outside its set" for state in game.states],
        True,
        exact,
    )
    vertices = []
    for s, part in enumerate(payoff_sets.sets):
        unread = iter(part.continuations)
        for at, position in zip(part.inner, part.profiles, strict=True):
            row = int(game.offsets[s]) + int(position)
            later = {t: rules.measure.point(next(unread)) for t, _ in rules.chances[row]}
            vertices.append(_Vertex(s, rules.measure.point(at), row, later))
    return _verdict(rules, vertices)


# --- what is checked, and in which numbers ------------------------------------------------------------------


def _check_fit(game: RepeatedGame, payoff_set: PayoffSet) -> None:
    signal, count, profiles = game.monitoring, len(payoff_set.inner), payoff_set.profiles
    total, shape = int(np.prod(game.stage.n_actions)), payoff_set.continuations.shape
    if game.stage.n_players != 2:
        raise InvalidStrategy(
            f"a PayoffSet is for two players; the game has {game.stage.n_players}: check it in its own game"
        )
    if signal is None and (len(profiles) != count or shape != (count, 2)):
        raise InvalidStrategy(
            f"a PayoffSet must have as many `profiles` as inner vertices, {count}, and `continuations` of "
            f"shape {(count, 2)}; got {len(profiles)} and shape {shape}: solve this game again"
        )
    if signal is not None and (len(profiles) != count or shape != (count, signal.n_signals, 2)):
        raise InvalidStrategy(
            f"in a game with a signal a PayoffSet must have as many `profiles` as inner vertices, {count}, "
            f"and `continuations` of shape {(count, signal.n_signals, 2)}; got {len(profiles)} and shape "
            f"{shape}: solve this game again"
        )
    if count and (profiles.min() < 0 or profiles.max() >= total):
        raise InvalidStrategy(
            f"each profile of the set must be a position from 0 to {total - 1} among the game's action "
            f"profiles; got {shown(profiles.tolist())}: check the set in its own game"
        )


def _check_family(game: StochasticGame, payoff_sets: StatePayoffSets) -> None:
    if payoff_sets.game.states != game.states or game.n_players != 2 or not game.is_common:
        raise InvalidStrategy(
            "payoff sets must be checked in their own game, of two players with one discount factor; this "
            f"game has states {shown(game.states)}, {game.n_players} players and discount factors "
            f"{shown(game.discount_factors)}, and the sets have states {shown(payoff_sets.game.states)}"
        )
    for part, first, last in zip(payoff_sets.sets, game.offsets[:-1], game.offsets[1:], strict=True):
        rows = part.profiles + first
        if len(rows) != len(part.inner) or (len(rows) and not (first <= rows.min() and rows.max() < last)):
            raise InvalidStrategy(
                f"in state {part.state!r} there must be as many `profiles` as inner vertices, "
                f"{len(part.inner)}, each a position from 0 to {last - first - 1}; got "
                f"{shown(part.profiles.tolist())}: solve the game again"
            )
        successors = sum(len(_next_states(game, int(row), exact=False)) for row in rows)
        if successors != len(part.continuations):
            raise InvalidStrategy(
                f"each inner vertex of state {part.state!r} needs a continuation for each state that may "
                f"follow, {successors} in all; got {len(part.continuations)}: solve the game again"
            )


def _next_states(game: StochasticGame, row: int, exact: bool) -> list[tuple[int, Number]]:
    """Return the states that may follow a row with their probabilities, divided by their sum if exact."""
    indices, chances = game.transitions.row(row)
    pairs = [(int(s), as_fraction(p) if exact else float(p)) for s, p in zip(indices, chances, strict=True)]
    total = sum((p for _, p in pairs), start=Fraction(0)) if exact else 1.0
    return [(s, p / total) for s, p in pairs if p > 0]


def _payoffs(stages: Sequence[StageGame], exact: bool) -> tuple[list[Point], _Measure]:
    """Return the payoffs by row, and how they are measured."""
    zero, one = Fraction(0), Fraction(1)
    if exact:
        rational = np.concatenate([stage.exact_payoffs().reshape(-1, 2) for stage in stages])
        return [(x, y) for x, y in rational.tolist()], _Measure((zero, zero), (one, one), (zero, zero))
    measured = own_units(*stages)
    units = measured.units()
    rows = np.concatenate([part.reshape(-1, 2) for part in measured.payoffs]) / units
    least = np.concatenate([stage.given_payoffs().reshape(-1, 2) for stage in stages]).min(axis=0)
    measure = _Measure(
        [as_fraction(low) for low in least.tolist()],
        [Fraction(unit) for unit in units.tolist()],
        _resolved(stages).tolist(),
    )
    return [(x, y) for x, y in rows.tolist()], measure


def _resolved(stages: Sequence[StageGame]) -> FloatArray:
    """Return the tolerance of each player's payoffs, (2,), within which stored vertices are rounded."""
    flat = np.concatenate([stage.payoffs.reshape(-1, 2) for stage in stages])
    result: FloatArray = payoff_tolerances(flat[None], KNIFE_EDGE)[0]
    return result


def _small(point: Point) -> Point:
    x, y = (as_fraction(value).limit_denominator(NUMERICS.denominator) for value in point)
    return x, y


def _as_fractions(rules: _Rules, vertex: _Vertex) -> _Vertex | None:
    """Return a vertex whose points are the nearest fractions with small denominators.

    Under perfect monitoring, the vertex v and its profile determine the continuation w, which solves
    v_i = (1 - delta_i) g_i + delta_i w_i. None is returned if v or w then differs from the stored point by
    more than rounding.
    """
    at = _small(vertex.at)
    if rules.concept != PERFECT:
        return _Vertex(vertex.state, at, vertex.row, {y: _small(w) for y, w in vertex.later.items()})
    g, near = rules.payoffs[vertex.row], _resolved(rules.stages).tolist()
    x, y = ((at[i] - (1 - rules.deltas[i]) * g[i]) / rules.deltas[i] for i in (0, 1))
    for point, stored in ((at, vertex.at), ((x, y), vertex.later[0])):
        for i, none in enumerate(near):
            if abs(as_fraction(point[i]) - as_fraction(stored[i])) > as_fraction(none) / as_fraction(
                min(rules.deltas)
            ):
                return None
    return _Vertex(vertex.state, at, vertex.row, {0: (x, y)})


# --- the engine ---------------------------------------------------------------------------------------------


def _verdict(rules: _Rules, vertices: list[_Vertex]) -> Verdict:
    """Return the verdict at the stored numbers or, if an exact check of them fails, at nearby fractions."""
    first = _judged(rules, vertices)
    if not rules.exact or first.holds:
        return first
    fractions = [near for vertex in vertices if (near := _as_fractions(rules, vertex)) is not None]
    # All vertices or none: stored numbers and fractions are not mixed.
    second = _judged(rules, fractions) if len(fractions) == len(vertices) else first
    return second if second.holds else first


def _judged(rules: _Rules, vertices: list[_Vertex]) -> Verdict:
    checked = sum(sum(n - 1 for n in rules.stages[vertex.state].n_actions) for vertex in vertices)
    worst = min(_conditions(rules, vertices), key=lambda result: (result.counted, result.slack), default=None)
    margin: Number = float("inf") if worst is None else worst.counted + 0  # minus zero is zero
    deviation = None if worst is None else _named(rules, worst, margin < 0)
    none = 0.0 if worst is None else float(worst.none)
    return Verdict(margin >= 0, rules.concept, margin, deviation, none, rules.exact, checked)


def _named(rules: _Rules, condition: _Condition, failed: bool) -> Deviation | None:
    """Return the deviation of a condition; its state names the vertex and, if it failed, the fault."""
    result, vertex = condition.nearest, condition.vertex
    if result is None:
        return None
    stage, _, profile = rules.place(vertex)
    x, y = rules.measure.payoffs(vertex.at)
    place = f"{rules.names[vertex.state]}{', '.join(stage.labels(profile))} at ({x:.6g}, {y:.6g})"
    fault = f": {condition.fault} by {float(-condition.slack):.3g}" if failed and condition.fault else ""
    return Deviation(result.player, result.action, result.prescribed, result.gain, place + fault)


def _conditions(rules: _Rules, vertices: list[_Vertex]) -> Iterator[_Condition]:
    """Yield all conditions: on incentives, on continuations in their sets, on vertices in generated hulls."""
    near, unit = rules.measure.near, rules.measure.largest
    members: list[list[_Vertex]] = [[] for _ in rules.stages]
    for v in vertices:
        members[v.state].append(v)
    # W(s), and the hull of what its vertices generate. If that contains each vertex, W is within B(W).
    hulls = [convex_hull([v.at for v in part]) for part in members]
    generated = [convex_hull([_generated(rules, v) for v in part]) for part in members]
    # Without known payoffs there is no threat: a departure to that state may be worth any amount.
    worst = [[min((p[i] for p in hulls[s]), default=float("inf")) for s in rules.leads_to] for i in (0, 1)]
    for v in vertices:
        tempting = [deviation for i in (0, 1) for deviation in _deviations(rules, v, i, worst[i])]
        nearest = max(tempting, key=lambda deviation: deviation.gain, default=None)
        for condition in tempting:
            player = rules.stages[v.state].player_index(condition.player)
            yield _Condition(-condition.gain, rules.measure.nothing[player], v, condition)
        for y, w in v.later.items():
            hull = hulls[rules.leads_to[y]]
            inside = depth(w, hull, near) * unit if hull else -float("inf")
            yield _Condition(inside, near * unit, v, nearest, rules.faults[y])
        inside = depth(v.at, generated[v.state], near) * unit
        yield _Condition(inside, near * unit, v, nearest, "the vertex lies outside what is generated")


def _generated(rules: _Rules, vertex: _Vertex) -> Point:
    """Return the point (1 - delta_i) g_i + delta_i E w_i, for both players i, that a vertex generates."""
    x, y = (
        rules.value(vertex.row, i, rules.expected(vertex.row, {o: w[i] for o, w in vertex.later.items()}))
        for i in (0, 1)
    )
    return x, y


def _deviations(rules: _Rules, vertex: _Vertex, player: int, worst: list[Number]) -> Iterator[Deviation]:
    """Yield the player's departures from the profile of a vertex, with their gains.

    `worst` has the player's worst payoff after each outcome.
    """
    stage, first, profile = rules.place(vertex)
    delta, labels = rules.deltas[player], stage.actions[player]
    promised = {y: w[player] for y, w in vertex.later.items()}
    kept = rules.expected(vertex.row, promised)
    for action, label in enumerate(labels):
        if action == profile[player]:
            continue
        other = (action, profile[1]) if player == 0 else (profile[0], action)
        row = first + other[0] * stage.n_actions[1] + other[1]
        lost = kept - rules.expected(row, worst if rules.revealing else promised)
        # Differences are taken first, to keep the digits of large payoffs.
        gain = (1 - delta) * (rules.payoffs[row][player] - rules.payoffs[vertex.row][player]) - delta * lost
        gain *= rules.measure.number(rules.measure.units[player])
        yield Deviation(stage.players[player], label, labels[profile[player]], gain)
