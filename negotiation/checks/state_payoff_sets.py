"""Check that the inner bounds of the payoff sets of a stochastic game generate each other, vertex by vertex.

A family of bounded sets W(s), one for each state, is within the subgame-perfect payoffs if each point of W(s)
is a mixture of points (1 - delta) g(s, a) + delta sum P(s'|s, a) w(s') with w(s') in co W(s'), where no
player gains by departing from a once and then getting his worst payoff in the set of the state that follows
(self-generation; Abreu, Pearce and Stacchetti 1990, state by state). For each vertex the result names the
profile and a continuation for each state that may follow; payoffs, expectations, deviation gains, worst
payoffs and hulls are computed again, from the game and these alone, in floats or in rational numbers. Shares
no code with the solvers. Cost: for each vertex its successors times the vertices of their sets.

Slack and tolerance are those of `verify_payoff_set.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.checks.polygons import Point, convex_hull, depth
from negotiation.errors import InvalidStrategy
from negotiation.games import StochasticGame
from negotiation.numeric import KNIFE_EDGE, FloatArray, Number, NumberArray, as_fraction, payoff_tolerance
from negotiation.solutions.state_payoff_set import StatePayoffSets
from negotiation.solutions.verdict import Deviation, Verdict

CONCEPT = "self-generating family of subgame perfect payoffs"
DENOMINATOR = 10_000_000
"""Largest denominator of the fractions that stored numbers may stand for in an exact check."""


@dataclass(frozen=True)
class _Vertex:
    """A vertex of a state's set: the row that generates it, and the continuation by state."""

    state: int
    at: Point
    row: int
    parts: dict[int, Point]


@dataclass(frozen=True)
class _Family:
    """What is checked, and the game's numbers: payoffs and transitions by row, and the sets' hulls."""

    game: StochasticGame
    delta: Number
    payoffs: NumberArray
    rows: list[list[tuple[int, Number]]]
    vertices: list[_Vertex]
    hulls: list[list[Point]]
    tolerance: Number

    def expected(self, row: int, values: dict[int, Number]) -> Number:
        """Return the expectation of a value by state after a row."""
        return sum((p * values[s] for s, p in self.rows[row]), start=0 * self.delta)


@dataclass(frozen=True)
class _Condition:
    """A condition at a vertex: its slack, the nearest deviation there, and what fails if it is negative."""

    slack: Number
    vertex: _Vertex
    deviation: Deviation | None
    fault: str = ""


def verify_state_payoff_sets(
    game: StochasticGame, payoff_sets: StatePayoffSets, *, exact: bool = False
) -> Verdict:
    """Check whether the inner bounds of all states consist of subgame-perfect equilibrium payoffs.

    Parameters
    ----------
    game : StochasticGame
        Two players with a common discount factor.
    payoff_sets : StatePayoffSets
        Read for the `.inner`, `.profiles` and `.continuations` of its sets alone. Empty bounds hold.
    exact : bool, optional
        Whether to compute in rational numbers, without tolerance: at their binary values, and where they
        fail so, as the fractions with small denominators that they round.

    Returns
    -------
    Verdict
        The margin is the least slack of any condition; the deviation is the one nearest to paying there.

    Raises
    ------
    InvalidStrategy
        If the payoff sets do not fit the game.

    Examples
    --------
    >>> from negotiation.solvers.payoff_sets.stochastic.payoffs import stochastic_payoffs
    >>> payoffs = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]])
    >>> game = StochasticGame([payoffs, 2 * payoffs], np.full((2, 2, 2, 2), 0.5), 0.75)
    >>> verify_state_payoff_sets(game, stochastic_payoffs(game), exact=True).holds
    True
    """
    _check_fit(game, payoff_sets)
    first = _judged(_family(game, payoff_sets, exact, None), exact)
    if not exact or first.holds:
        return first
    second = _judged(_family(game, payoff_sets, exact, DENOMINATOR), exact)
    return second if second.holds else first


def _check_fit(game: StochasticGame, payoff_sets: StatePayoffSets) -> None:
    if payoff_sets.game.states != game.states or game.n_players != 2 or not game.is_common:
        raise InvalidStrategy(
            "payoff sets are checked in the game that they are of, of two players with a common discount "
            f"factor; the game has states {game.states}, the sets {payoff_sets.game.states}"
        )
    lengths = np.diff(game.transitions.indptr)
    floats = game.transitions.floats()
    for part, first, last in zip(payoff_sets.sets, game.offsets[:-1], game.offsets[1:], strict=True):
        rows = part.profiles + first
        if len(rows) != len(part.inner) or (len(rows) and not (first <= rows.min() and rows.max() < last)):
            raise InvalidStrategy(
                f"each inner vertex of state {part.state!r} needs one of its {last - first} profiles; got "
                f"{len(part.inner)} vertices and profiles {part.profiles.tolist()}"
            )
        successors = [
            int((floats[game.transitions.indptr[r] : game.transitions.indptr[r] + lengths[r]] > 0).sum())
            for r in rows
        ]
        if sum(successors) != len(part.continuations):
            raise InvalidStrategy(
                f"each inner vertex of state {part.state!r} needs a continuation for each state that may "
                f"follow, {sum(successors)} in all; got {len(part.continuations)}"
            )


def _family(
    game: StochasticGame, payoff_sets: StatePayoffSets, exact: bool, denominator: int | None
) -> _Family:
    """Return the family at the stored numbers, or at small fractions; floats are moved by a constant."""
    everything = game.flat_payoffs()
    base = 0.0 if exact else float(everything.min())
    payoffs: NumberArray = everything - base
    if exact:
        payoffs = np.concatenate([stage.exact_payoffs().reshape(-1, 2) for stage in game.stages])
    rows = [_chances(game, r, exact) for r in range(game.n_rows)]
    vertices = list(_vertices(game, payoff_sets, rows, base, exact, denominator))
    return _Family(
        game,
        game.exact_discount_factors[0] if exact else float(game.discount_factors[0]),
        payoffs,
        rows,
        vertices,
        [convex_hull([v.at for v in vertices if v.state == s]) for s in range(game.n_states)],
        Fraction(0) if exact else payoff_tolerance(everything, KNIFE_EDGE),
    )


def _chances(game: StochasticGame, row: int, exact: bool) -> list[tuple[int, Number]]:
    """Return the states that may follow a row with their probabilities, divided by their sum if exact."""
    indices, chances = game.transitions.row(row)
    pairs = [(int(s), as_fraction(p) if exact else float(p)) for s, p in zip(indices, chances, strict=True)]
    total = sum((p for _, p in pairs), start=Fraction(0)) if exact else 1.0
    return [(s, p / total) for s, p in pairs if p > 0]


def _vertices(
    game: StochasticGame,
    payoff_sets: StatePayoffSets,
    rows: list[list[tuple[int, Number]]],
    base: float,
    exact: bool,
    denominator: int | None,
) -> Iterator[_Vertex]:
    for s, part in enumerate(payoff_sets.sets):
        used = 0
        for vertex, position in zip(part.inner, part.profiles, strict=True):
            row = int(game.offsets[s]) + int(position)
            after = [t for t, _ in rows[row]]
            points = part.continuations[used : used + len(after)]
            used += len(after)
            parts = {t: _point(w, base, exact, denominator) for t, w in zip(after, points, strict=True)}
            yield _Vertex(s, _point(vertex, base, exact, denominator), row, parts)


def _point(pair: FloatArray, base: float, exact: bool, denominator: int | None) -> Point:
    if not exact:
        return float(pair[0] - base), float(pair[1] - base)
    x, y = as_fraction(pair[0]), as_fraction(pair[1])
    return (
        (x, y)
        if denominator is None
        else (x.limit_denominator(denominator), y.limit_denominator(denominator))
    )


def _judged(family: _Family, exact: bool) -> Verdict:
    conditions = list(_conditions(family))
    counts = [sum(n - 1 for n in stage.n_actions) for stage in family.game.stages]
    checked = sum(counts[v.state] for v in family.vertices)
    worst = min(conditions, key=lambda condition: condition.slack, default=None)
    margin: Number = float("inf") if worst is None else worst.slack
    if not exact and -family.tolerance <= margin < 0:
        margin = 0.0
    deviation = None if worst is None else _named(family, worst, bool(margin < 0))
    return Verdict(bool(margin >= 0), CONCEPT, margin, deviation, float(family.tolerance), exact, checked)


def _named(family: _Family, condition: _Condition, failed: bool) -> Deviation | None:
    found, vertex = condition.deviation, condition.vertex
    if found is None:
        return None
    game = family.game
    # Float points are kept less the smallest payoff; the label shows the vertex as the user has it.
    base = 0.0 if isinstance(family.tolerance, Fraction) else float(game.flat_payoffs().min())
    x, y = (float(value) + base for value in vertex.at)
    place = f"{game.states[vertex.state]}: {found.state} at ({x:.6g}, {y:.6g})"
    fault = f": {condition.fault} by {float(-condition.slack):.3g}" if failed and condition.fault else ""
    return Deviation(found.player, found.action, found.prescribed, found.gain, place + fault)


def _conditions(family: _Family) -> Iterator[_Condition]:
    """Yield every condition: incentives, continuations in their sets, vertices in what is generated."""
    worst: list[dict[int, Number]] = [
        {s: min(p[i] for p in hull) for s, hull in enumerate(family.hulls) if hull} for i in (0, 1)
    ]
    generated: dict[int, list[Point]] = {}
    for v in family.vertices:
        generated.setdefault(v.state, []).append(_generated(family, v))
    hulls = {s: convex_hull(points) for s, points in generated.items()}
    for v in family.vertices:
        tempting = [deviation for i in (0, 1) for deviation in _deviations(family, v, i, worst[i])]
        nearest = max(tempting, key=lambda deviation: deviation.gain, default=None)
        if nearest is not None:
            yield _Condition(-nearest.gain, v, nearest)
        for s, w in v.parts.items():
            hull = family.hulls[s]
            inside = depth(w, hull, family.tolerance) if hull else -float("inf")
            yield _Condition(
                inside, v, nearest, f"the continuation in {family.game.states[s]} lies outside its set"
            )
        inside = depth(v.at, hulls[v.state], family.tolerance)
        yield _Condition(inside, v, nearest, "the vertex lies outside what is generated")


def _value(family: _Family, row: int, player: int, after: Number) -> Number:
    value: Number = (1 - family.delta) * family.payoffs[row, player] + family.delta * after
    return value


def _generated(family: _Family, vertex: _Vertex) -> Point:
    """Return (1 - delta) g + delta sum P w for both players."""
    x, y = (
        _value(family, vertex.row, i, family.expected(vertex.row, {s: w[i] for s, w in vertex.parts.items()}))
        for i in (0, 1)
    )
    return x, y


def _deviations(
    family: _Family, vertex: _Vertex, player: int, worst: dict[int, Number]
) -> Iterator[Deviation]:
    """Yield what each departure from the profile of a vertex gains the player."""
    game = family.game
    stage, first = game.stages[vertex.state], int(game.offsets[vertex.state])
    profile = [int(k) for k in np.unravel_index(vertex.row - first, stage.n_actions)]
    stays = _generated(family, vertex)[player]
    for action, label in enumerate(stage.actions[player]):
        if action == profile[player]:
            continue
        other = [*profile]
        other[player] = action
        row = first + int(np.ravel_multi_index(other, stage.n_actions))
        known = all(s in worst for s, _ in family.rows[row])
        departs = _value(family, row, player, family.expected(row, worst)) if known else float("inf")
        yield Deviation(
            stage.players[player],
            label,
            stage.actions[player][profile[player]],
            departs - stays,
            ", ".join(stage.labels(profile)),
        )
