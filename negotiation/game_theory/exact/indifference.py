"""All mixtures of one player that make the other player of a stochastic game indifferent, with proof.

Two players choose in every state. The first mixes over a support, some of its actions in each state, and the
second plays q, a probability for each action in its own support. The values of the first player are then

    V = (I - delta T(q))^-1 (1 - delta) u(q),

where u and T belong to one action of each support. Every other action a of the support in state s satisfies

    f_sa(q) = (1 - delta) (u_sa(q) - u_s(q)) + delta (T_sa(q) - T_s(q)) V = 0,

and every action outside the support satisfies f_sa(q) <= 0. The f_sa are rational functions of q alone, not
of the first player's mixture. If q is pure, the conditions are decided in rational numbers. If q has one or
two unknowns, the f_sa are polynomials divided by the determinant of I - delta T(q), which is positive. Their
common zeros are found by greatest common divisors and resultants, and all signs at the zeros are exact
(`number_fields`). Otherwise `isolated_zeros` isolates the zeros. If they are not isolated, or lie on the edge
of what is allowed, the result is undecided. Cost: milliseconds, and with more than two unknowns some ten to
some thousand boxes per pair of supports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations, pairwise
from typing import Any, NamedTuple, TypeAlias

from flint import Ordering, arb, arb_mat, fmpq, fmpq_mat, fmpq_mpoly_ctx, fmpq_poly

from negotiation.game_theory.exact.algebraic_numbers import Exact, between, roots, sign_at
from negotiation.game_theory.exact.isolated_zeros import Enclosures, all_zeros, dot
from negotiation.game_theory.exact.number_fields import NumberField
from negotiation.game_theory.exact.numerics import NUMERICS
from negotiation.game_theory.exact.polynomial_matrices import (
    common_divisor,
    determinant,
    in_first_unknown,
    matrix_of,
    subresultant,
)
from negotiation.game_theory.exact.polynomials import rational

# By state, the positions of the actions that are played.
Support: TypeAlias = tuple[tuple[int, ...], ...]

# By state, a probability for each action of the support.
Mixes: TypeAlias = tuple[tuple[float | int, ...], ...]


class PlayerStates(NamedTuple):
    """One player's discount factor, and payoffs and transitions by state and the actions of both players."""

    delta: Fraction
    # `payoffs[s][a][b]`: the payoff in state s of own action a against b.
    payoffs: Sequence[Sequence[Sequence[Fraction]]]
    # `moves[s][a][b][t]`: the probability that state t follows.
    moves: Sequence[Sequence[Sequence[Sequence[Fraction]]]]


class Mixtures(NamedTuple):
    """The other player's mixtures that make own supports best, whether they are all, and boxes examined."""

    # One entry per mixture: by state, the probabilities on the support, with the integer 1 for a pure action.
    found: tuple[Mixes, ...]
    decided: bool
    boxes: int


def indifferent(choices: PlayerStates, own: Support, other: Support, most_boxes: int) -> Mixtures:
    """Return the other player's mixtures over given supports at which the own supports are best replies.

    The result says whether these are all. At most `most_boxes` boxes are examined.
    """
    conditions = _Conditions(choices, own, other)
    if not conditions.free:
        holds = conditions.hold_exactly()
        return Mixtures((tuple((1,) for _ in other),) if holds else (), True, 1)
    if len(conditions.free) <= 2 and len(conditions.equal) >= len(conditions.free):
        points = conditions.by_elimination()
        if points is not None:
            return Mixtures(tuple(points), True, 1)
    if len(conditions.free) == 1 and not conditions.hold_somewhere():
        return Mixtures((), True, 1)
    # With fewer equations than unknowns, zeros are seldom isolated, and a few boxes show this.
    if len(conditions.equal) < len(conditions.free):
        most_boxes = min(most_boxes, NUMERICS.few_boxes)
    zeros = all_zeros(conditions.enclosed, len(conditions.free), most_boxes)
    mixeses: list[Mixes] = []
    for root in zeros.found:
        held = conditions.hold_near(root)
        if held is None:
            return Mixtures((), False, zeros.boxes)
        if held:
            mixes = conditions.mixes(root)
            mixeses.append(
                tuple((1,) if len(row) == 1 else tuple(float(p.mid()) for p in row) for row in mixes)
            )
    return Mixtures(tuple(mixeses), zeros.decided, zeros.boxes)


class _Conditions:
    """The functions f_sa of own supports against the other's mixtures."""

    def __init__(self, choices: PlayerStates, own: Support, other: Support) -> None:
        self.n_states = len(own)
        self.delta = rational(choices.delta)
        self.other = other
        self.free = [(s, k) for s, actions in enumerate(other) for k in range(len(actions) - 1)]
        # By state, own action and action of the other's support: (1 - delta) u, and delta times the moves.
        self.flows = [
            [[(1 - self.delta) * rational(row[b]) for b in other[s]] for row in choices.payoffs[s]]
            for s in range(self.n_states)
        ]
        self.shares = [
            [[[self.delta * rational(p) for p in row[b]] for b in other[s]] for row in choices.moves[s]]
            for s in range(self.n_states)
        ]
        self.kept = [actions[0] for actions in own]
        self.equal = [(s, a) for s, actions in enumerate(own) for a in actions[1:]]
        self.below = [
            (s, a) for s in range(self.n_states) for a in range(len(self.flows[s])) if a not in own[s]
        ]

    def hold_exactly(self) -> bool:
        """Return whether the conditions hold if the other's support is pure, in rational numbers."""
        unit = fmpq_mat(self.n_states, self.n_states, self._diagonal(fmpq(1), fmpq(0)))
        moved = fmpq_mat([self.shares[s][a][0] for s, a in enumerate(self.kept)])
        flow = fmpq_mat(self.n_states, 1, [self.flows[s][a][0] for s, a in enumerate(self.kept)])
        worth = (unit - moved).solve(flow).entries()

        def gain(s: int, a: int) -> fmpq:
            """Return the value of playing an action once less the value of the state."""
            later = sum((p * v for p, v in zip(self.shares[s][a][0], worth, strict=True)), fmpq(0))
            return self.flows[s][a][0] + later - worth[s]

        return all(gain(s, a) == 0 for s, a in self.equal) and all(gain(s, a) <= 0 for s, a in self.below)

    def by_elimination(self) -> list[Mixes] | None:
        """Return all mixtures with one or two unknowns; None if the equations are not independent."""
        if len(self.free) == 1:
            t = fmpq_poly([0, 1])
            common = common_divisor(self._gains(self._chances([t], fmpq_poly(1)), self.equal))
            if common.is_zero():
                return None
            fields = map(NumberField, roots([common], Fraction(0), Fraction(1)))
            return self._kept((field, [t]) for field in fields)
        for slant in NUMERICS.slants:
            points = self._along(slant)
            if points is not None:
                return self._kept(points)
        return None

    def _along(self, slant: int) -> list[tuple[NumberField, list[fmpq_poly]]] | None:
        """Return the points (s, r) at which two conditions hold, with the number fields of their coordinates.

        The coordinates are polynomials in t = r + slant s. None is returned if t does not determine s.
        """
        context = fmpq_mpoly_ctx.get(("s", "t"), Ordering.lex)
        s, t = context.gens()
        gains = self._gains(self._chances([s, t - slant * s], context.constant(1)), self.equal)
        # Any two conditions without a common factor suffice.
        f, g, eliminant = next(self._pairs(gains), ([], [], fmpq_poly(0)))
        if eliminant.is_zero():
            return None
        low, high = subresultant(f, g, 1)
        points = []
        for number in roots([eliminant], Fraction(0), Fraction(1 + slant)):
            field = NumberField(number)
            (scale,) = field.reduced([high])
            if scale.is_zero():
                return None
            first = field.reduced([-low * field.inverse(scale)])[0]
            points.append((field, [first, fmpq_poly([0, 1]) - slant * first]))
        return points

    def _pairs(self, gains: Sequence[Any]) -> Iterator[tuple[list[fmpq_poly], list[fmpq_poly], fmpq_poly]]:
        """Yield pairs of polynomials, as coefficients of powers of s, with their resultant if it is not 0."""
        for f, g in combinations(map(in_first_unknown, gains), 2):
            if min(len(f), len(g)) > 1 and not (eliminant := subresultant(f, g, 0)[0]).is_zero():
                yield f, g, eliminant

    def _kept(self, points: Iterable[tuple[NumberField, list[fmpq_poly]]]) -> list[Mixes]:
        """Return the points at which probabilities are positive and all conditions hold."""
        remaining: list[Mixes] = []
        for field, point in points:
            chances = [field.reduced(row) for row in self._chances(point, fmpq_poly(1))]
            if any(field.sign(p) <= 0 for row in chances for p in row):
                continue
            if any(not p.is_zero() for p in field.reduced(self._gains(chances, self.equal))):
                continue
            if all(field.sign(p) <= 0 for p in field.reduced(self._gains(chances, self.below))):
                shares = [field.shares(row, NUMERICS.bits) for row in chances]
                remaining.append(
                    tuple((1,) if len(row) == 1 else tuple(float(sum(p) / 2) for p in row) for row in shares)
                )
        return remaining

    def hold_somewhere(self) -> bool:
        """Return whether the inequalities in the one unknown hold anywhere in (0, 1)."""
        t = fmpq_poly([0, 1])
        gains = [p for p in self._gains(self._chances([t], fmpq_poly(1)), self.below) if not p.is_zero()]
        cuts: list[Exact] = [Fraction(0), *roots(gains, Fraction(0), Fraction(1)), Fraction(1)]
        tried = [*cuts[1:-1], *(between(low, high) for low, high in pairwise(cuts))]
        return any(all(sign_at(p, x) <= 0 for p in gains) for x in tried)

    def _chances(self, point: Sequence[Any], unit: Any) -> list[list[Any]]:
        """Return by state the probabilities on the other's support, from the unknowns; `unit` is their 1."""
        results: list[list[Any]] = [[] for _ in self.other]
        for (s, _), p in zip(self.free, point, strict=True):
            results[s].append(p)
        return [[*row, reduce(lambda a, b: a - b, row, unit)] for row in results]

    def _gains(self, chances: list[list[Any]], actions: list[tuple[int, int]]) -> list[Any]:
        """Return f_sa times det(I - delta T), which is positive, for each (s, a), by Cramer's rule."""

        def mean(entries: Sequence[fmpq], s: int) -> Any:
            """Return the mean of entries over the other player's mixture in a state."""
            return reduce(lambda a, b: a + b, (e * p for e, p in zip(entries, chances[s], strict=True)))

        def moved(s: int, a: int) -> list[Any]:
            """Return delta times the probabilities of the next states after an action."""
            return [mean([row[t] for row in self.shares[s][a]], s) for t in range(self.n_states)]

        unit = self._diagonal(1, 0)
        matrix = [
            [unit[s * self.n_states + t] - x for t, x in enumerate(moved(s, a))]
            for s, a in enumerate(self.kept)
        ]
        flow = [mean(self.flows[s][a], s) for s, a in enumerate(self.kept)]
        whole = determinant(matrix_of(matrix))
        worth = [
            determinant(
                matrix_of([[*row[:t], v, *row[t + 1 :]] for row, v in zip(matrix, flow, strict=True)])
            )
            for t in range(self.n_states)
        ]
        return [
            reduce(
                lambda a, b: a + b,
                (x * w for x, w in zip(moved(s, a), worth, strict=True)),
                mean(self.flows[s][a], s) * whole - worth[s],
            )
            for s, a in actions
        ]

    def hold_near(self, root: Sequence[arb]) -> bool | None:
        """Return whether the supports are best at a zero that is a mixture; None if not decided."""
        at = self.enclosed(root)
        chances = [p for row in self.mixes(root) for p in row]
        # Probabilities must be positive and no other action may gain.
        signs = [_sign(p) for p in chances] + [-_sign(gain) for gain in at.below]
        return False if -1 in signs else None if 0 in signs else True

    def enclosed(self, point: Sequence[arb]) -> Enclosures:
        """Return balls around the conditions and their derivatives, from balls around free probabilities.

        The inequalities include that the last probability of a state with three or more actions is at least
        0.
        """
        mixes = self.mixes(point)
        moved = [self._mean_row(s, a, mixes[s]) for s, a in enumerate(self.kept)]
        flow = [self._mean(self.flows[s][a], mixes[s]) for s, a in enumerate(self.kept)]
        unit = self._diagonal(arb(1), arb(0))
        entries = [e - m for e, m in zip(unit, [x for row in moved for x in row], strict=True)]
        # worth = (I - delta P)^-1 (1 - delta) u, in balls. If I - delta P may be singular, the inverse raises
        # ZeroDivisionError, and the box is halved.
        inverse = arb_mat(self.n_states, self.n_states, entries).inv()
        worth = (inverse * arb_mat(self.n_states, 1, flow)).entries()
        # A change of the flow in state s changes the value of state t by entry (t, s) of the inverse.
        drift = [self._slope(s, self.kept[s], k, worth) for s, k in self.free]
        later = [
            [d * inverse[t, s] for t in range(self.n_states)]
            for (s, _), d in zip(self.free, drift, strict=True)
        ]

        def gain(s: int, a: int) -> tuple[arb, list[arb]]:
            """Return f_sa and its derivatives with respect to the free probabilities."""
            row = self._mean_row(s, a, mixes[s])
            apart = [x - int(t == s) for t, x in enumerate(row)]
            slopes = [
                dot(apart, later[j]) + (self._slope(s, a, k, worth) if t == s else 0)
                for j, (t, k) in enumerate(self.free)
            ]
            return self._mean(self.flows[s][a], mixes[s]) + dot(apart, worth), slopes

        equal, below = [gain(*pair) for pair in self.equal], [gain(*pair) for pair in self.below]
        # The last probability is 1 minus the others. With two actions the unit box keeps it at 0 or more.
        below += [
            (-row[-1], [arb(int(t == s)) for t, _ in self.free])
            for s, row in enumerate(mixes)
            if len(row) > 2
        ]
        return Enclosures(
            [g for g, _ in equal], [g for g, _ in below], [d for _, d in equal], [d for _, d in below]
        )

    def mixes(self, point: Sequence[arb]) -> list[list[arb]]:
        """Return by state the probabilities on the other's support."""
        results: list[list[arb]] = [[] for _ in self.other]
        for (s, _), p in zip(self.free, point, strict=True):
            results[s].append(p)
        return [[*row, 1 - sum(row, arb(0))] for row in results]

    def _slope(self, s: int, a: int, k: int, worth: Sequence[arb]) -> arb:
        """Return the derivative of an action's value by the other's k-th probability, values held fixed."""
        flow = self.flows[s][a][k] - self.flows[s][a][-1]
        moves = [p - q for p, q in zip(self.shares[s][a][k], self.shares[s][a][-1], strict=True)]
        return flow + dot(moves, worth)

    def _mean(self, entries: Sequence[fmpq], mix: Sequence[arb]) -> arb:
        # The last probability depends on the others. Subtracting its entry keeps the balls small.
        return arb(entries[-1]) + dot([e - entries[-1] for e in entries[:-1]], mix[:-1])

    def _mean_row(self, s: int, a: int, mix: Sequence[arb]) -> list[arb]:
        return [self._mean([row[t] for row in self.shares[s][a]], mix) for t in range(self.n_states)]

    def _diagonal(self, unit: Any, zero: Any) -> list[Any]:
        return [unit if s == t else zero for s in range(self.n_states) for t in range(self.n_states)]


def _sign(value: arb) -> int:
    return 1 if value > 0 else -1 if value < 0 else 0
