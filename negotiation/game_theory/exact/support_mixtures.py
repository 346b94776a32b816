"""All equilibria of N players on given supports, in exact numbers, with proof that these are all.

If one or two players mix, the conditions on either mixture are linear (`support_cones`). If more players mix,
mixtures are eliminated until one unknown remains. If too many unknowns would remain, zeros are isolated in
balls (`isolated_zeros`). Cost: milliseconds; tenths of a second for three actions of three players; some
milliseconds per box.

Elimination works if one or two unknowns of the mixtures determine the rest. The mixtures x of some players,
who are called hidden, go into the coefficients. The mixtures y and z of two players remain, and the
conditions are linear in each of them. There are two cases:

* One hidden player has two actions, x = (1 - t, t). Minors give y and z as polynomials in t. The
  indifference of the hidden player is then a polynomial equation f(t) = 0.
* The hidden mixtures have two unknowns: one player has three actions, or two players have two. Two
  polynomials in the unknowns remain, and a resultant reduces them to one, along a direction that
  distinguishes the points.

Every equilibrium is at a root of f, of the resultant, or of all minors together. At each root the rest is
linear algebra over the field that the root generates, and all signs are exact (`number_fields`), so that
rounding neither loses nor adds a root. If f is 0 everywhere, there is a curve of mixtures. The roots of all
conditions cut the curve into parts, and each part is tried. In all other cases `Undecided` gives the reason.
Cost: milliseconds, and tenths of a second with two unknowns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import inf
from time import monotonic
from typing import Any, NamedTuple

import numpy as np
from flint import Ordering, arb, fmpq_poly, fmpz_mpoly_ctx

from negotiation.game_theory.exact.algebraic_numbers import Exact, between, roots
from negotiation.game_theory.exact.isolated_zeros import Enclosures, all_zeros
from negotiation.game_theory.exact.number_fields import Bounds, NumberField, whole_multiples
from negotiation.game_theory.exact.numerics import NUMERICS
from negotiation.game_theory.exact.polynomial_matrices import (
    common_divisor,
    common_kernel,
    determinant,
    in_first_unknown,
    kernel,
    maximal_minors,
    null_space,
    subresultant,
)
from negotiation.game_theory.exact.polynomials import Polynomial, fraction, rank
from negotiation.game_theory.exact.support_cones import Cones, rays
from negotiation.game_theory.exact.support_game import (
    Numbers,
    SupportGame,
    SupportPart,
    Undecided,
    slopes,
    vector,
)


class SupportEquilibria(NamedTuple):
    """All equilibria on supports, the reason for doubt if they may not be all, and the boxes examined."""

    parts: list[SupportPart]
    doubt: str = ""
    boxes: int = 0


def equilibria_on(
    payoffs: Sequence[Numbers], supports: Sequence[Sequence[int]], most_boxes: int, ends_at: float = inf
) -> SupportEquilibria:
    """Return the equilibria in which every player plays exactly the actions of a support.

    `payoffs` has an array of integers for each player, (n_1, ..., n_N). At most `most_boxes` boxes are
    examined, until the time `ends_at` by `time.monotonic`.

    Examples
    --------
    >>> import numpy as np
    >>> pennies = np.array([[1, -1], [-1, 1]], dtype=object)
    >>> equilibria_on([pennies, -pennies], [[0, 1], [0, 1]], 0).parts[0].mixes[0][0][0]
    Fraction(1, 2)
    """
    game = SupportGame(payoffs, supports)
    try:
        if len(game.movers) <= 2:
            return SupportEquilibria(Cones(game).parts())
        if hidden_players(game):
            return SupportEquilibria(by_elimination(game))
    except Undecided as doubt:
        # A few boxes suffice to exclude supports by the signs of the conditions.
        by_boxes = _by_boxes(game, min(most_boxes, NUMERICS.few_boxes), ends_at)
        return by_boxes._replace(doubt=str(doubt)) if by_boxes.doubt else by_boxes
    return _by_boxes(game, most_boxes, ends_at)


def _by_boxes(game: SupportGame, most_boxes: int, ends_at: float) -> SupportEquilibria:
    """Return the equilibria as isolated zeros of the conditions, by ball arithmetic."""

    def enclosed(point: Sequence[arb]) -> Enclosures:
        """Return balls around the equations and the inequalities at a point."""
        if monotonic() > ends_at:
            raise Undecided("the deadline passed before all supports were checked")
        mixes = _mixes(game, point)
        result = Enclosures([], [], [], [])
        for i in range(len(mixes)):
            for gains, values, rows in (
                (game.equal, result.equal, result.equal_slopes),
                (game.below, result.below, result.below_slopes),
            ):
                if gains[i].size:
                    values += game.values(gains, i, mixes)
                    rows += slopes(gains[i], i, mixes)
        return result

    try:
        zeros = all_zeros(enclosed, sum(game.sizes) - len(game.sizes), most_boxes)
    except Undecided as doubt:
        return SupportEquilibria([], str(doubt))
    parts = []
    for root in zeros.found:
        mixes = _mixes(game, root)
        signs = [p for mix in mixes for p in mix] + [-value for value in game.deviations(mixes)]
        if any(s < 0 for s in signs):
            continue
        if not all(s > 0 for s in signs):
            return SupportEquilibria([], "a condition that may hold with equality", zeros.boxes)
        parts.append(SupportPart(tuple(tuple(map(_ends, mix)) for mix in mixes), 0, True))
    return SupportEquilibria(parts, "" if zeros.decided else "mixtures that are not isolated", zeros.boxes)


def _mixes(game: SupportGame, point: Sequence[arb]) -> list[Any]:
    """Return the mixtures of all players from the free probabilities: all but the last of each player."""
    mixes, at = [], 0
    for size in game.sizes:
        free = list(point[at : at + size - 1])
        mixes.append(vector([*free, 1 - sum(free, arb(0))]))
        at += size - 1
    return mixes


def _ends(value: arb) -> Bounds:
    middle, radius = fraction(value.mid().fmpq()), fraction(value.rad().fmpq())
    return middle - radius, middle + radius


def hidden_players(game: SupportGame) -> list[tuple[int, ...]]:
    """Return the sets of players whose mixtures may be hidden, with the fewest unknowns, at most two.

    Two of the players who mix are not hidden.

    Examples
    --------
    >>> pay = [np.zeros((2, 3, 3), dtype=object)] * 3
    >>> hidden_players(SupportGame(pay, [(0, 1), (0, 1, 2), (0, 1, 2)]))
    [(0,)]
    """
    sets = list(combinations(game.movers, len(game.movers) - 2))
    least = min(_unknowns(game, hidden) for hidden in sets)
    return [hidden for hidden in sets if _unknowns(game, hidden) == least <= 2]


def by_elimination(game: SupportGame) -> list[SupportPart]:
    """Return all equilibria on supports, from the first way to hide mixtures that decides them."""
    doubts = []
    for hidden in hidden_players(game):
        unknowns = _unknowns(game, hidden)
        # Along several directions: two points that agree along one differ along others.
        for slant in (0,) if unknowns == 1 else NUMERICS.slants:
            try:
                parts = _Hidden(game, hidden)
                return parts.parts() if unknowns == 1 else parts.parts_by_resultant(slant)
            except Undecided as doubt:
                doubts.append(doubt)
    raise doubts[0]


def _unknowns(game: SupportGame, hidden: Sequence[int]) -> int:
    return sum(game.sizes[i] - 1 for i in hidden)


class _Hidden:
    """Three or more players who mix: hidden players with mixtures x, and two others with y and z.

    The indifference conditions are A(x) z = 0 for player y, B(x) y = 0 for player z, and y' M(x) z = 0 for
    each hidden player.
    """

    def __init__(self, game: SupportGame, hidden: Sequence[int]) -> None:
        self.game, self.hidden = game, hidden
        self.y, self.z = (i for i in game.movers if i not in hidden)

    def parts(self) -> list[SupportPart]:
        """Return all equilibria if one player with two actions is hidden: x = (1 - t, t)."""
        x = {self.hidden[0]: vector([fmpq_poly([1, -1]), fmpq_poly([0, 1])])}
        A, B = self._linear(self.y, self.z, x), self._linear(self.z, self.y, x)
        # With at least as many equations as unknowns on one side, all minors vanish at an equilibrium.
        for u in (A, B):
            if u.shape[0] >= u.shape[1] and not (common := common_divisor(maximal_minors(u))).is_zero():
                return self._tried(roots([common], Fraction(0), Fraction(1)))
        # y and z are polynomials in t, wherever their common divisors do not vanish.
        first, second = common_kernel(B), common_kernel(A)
        if first is None and second is not None:
            first = common_kernel(np.concatenate([B, self._others({**x, self.z: second[0]}, self.y)]))
        elif second is None and first is not None:
            second = common_kernel(np.concatenate([A, self._others({**x, self.y: first[0]}, self.z)]))
        if first is None or second is None:
            raise Undecided("equations that depend on one another")
        mixes, shared = {**x, self.y: first[0], self.z: second[0]}, [first[1], second[1]]
        (f,) = self._own(mixes)
        if not f.is_zero():
            return self._tried(roots([f, *shared], Fraction(0), Fraction(1)))
        return self._curve(mixes, shared)

    def parts_by_resultant(self, slant: int) -> list[SupportPart]:
        """Return all equilibria if the hidden mixtures have two unknowns s and r, by t = r + slant s."""
        context = fmpz_mpoly_ctx.get(("s", "t"), Ordering.lex)
        s, t = context.gens()
        x = self._mixes(context.constant(1), s, t - slant * s)
        f, g = map(in_first_unknown, self._two_equations(x))
        if min(len(f), len(g)) < 2 or (eliminant := subresultant(f, g, 0)[0]).is_zero():
            raise Undecided("equations that depend on one another")
        # The subresultant of degree 1, low + high s, vanishes at the one common root s.
        low, high = subresultant(f, g, 1)
        parts = []
        for number in roots([eliminant], Fraction(0), Fraction(max(slant + 1, 1))):
            field = NumberField(number)
            scale, root = field.reduced([high, -low])
            if scale.is_zero():
                raise Undecided("mixtures with a probability in common")
            if field.sign(scale) < 0:
                scale, root = -scale, -root
            parts += self._finished(field, self._mixes(scale, root, scale * fmpq_poly([0, 1]) - slant * root))
        return parts

    def _two_equations(self, x: dict[int, Numbers]) -> list[Any]:
        """Return two polynomials in the hidden mixtures that vanish at every equilibrium."""
        y, z = sorted((self.y, self.z), key=lambda k: self.game.sizes[k])
        A, B = self._linear(y, z, x), self._linear(z, y, x)
        if self.game.sizes[y] == self.game.sizes[z]:
            return self._own({**x, y: kernel(B), z: kernel(A)})
        if self.game.sizes[y] + 1 < self.game.sizes[z]:
            raise Undecided("more equations than unknowns of one player")
        # B is square, and its product with y is 0.
        mixes = {**x, y: kernel(B[1:])}
        return [determinant(B), determinant(np.concatenate([A, self._others(mixes, z)]))]

    def _others(self, mixes: dict[int, Numbers], mover: int) -> Numbers:
        """Return the matrix whose product with a mixture is 0 if the hidden players are indifferent."""
        return np.concatenate(
            [self._linear(k, mover, {j: v for j, v in mixes.items() if j != k}) for k in self.hidden]
        )

    def _mixes(self, unit: Any, s: Any, r: Any) -> dict[int, Numbers]:
        """Return hidden mixtures with unknowns s and r, times the number `unit`."""
        if len(self.hidden) == 1:
            return {self.hidden[0]: vector([unit - s - r, s, r])}
        return {self.hidden[0]: vector([unit - s, s]), self.hidden[1]: vector([unit - r, r])}

    def _linear(self, player: int, mover: int, x: dict[int, Numbers]) -> Numbers:
        return self.game.linear(player, mover, x, self.game.equal)

    def _own(self, mixes: dict[int, Numbers]) -> list[Any]:
        """Return the hidden players' gains from the other actions of their supports over the first one."""
        point = self.game.point(mixes)
        return [value for k in self.hidden for value in self.game.values(self.game.equal, k, point)]

    def _tried(self, numbers: Iterable[Exact]) -> list[SupportPart]:
        x = {self.hidden[0]: vector([fmpq_poly([1, -1]), fmpq_poly([0, 1])])}
        return [part for number in numbers for part in self._finished(NumberField(number), x)]

    def _curve(self, mixes: dict[int, Numbers], shared: list[Polynomial]) -> list[SupportPart]:
        """Return the parts of a curve of mixtures on which all conditions hold."""
        values = [*mixes[self.y], *mixes[self.z], *self.game.deviations(self.game.point(mixes))]
        conditions = [p for p in map(fmpq_poly, (*values, *shared)) if not p.is_zero()]
        cuts: list[Exact] = [Fraction(0), *roots(conditions, Fraction(0), Fraction(1)), Fraction(1)]
        parts, inside = [], False
        for k, (low, high) in enumerate(pairwise(cuts)):
            # A cut at which the conditions hold, between parts where they do not, is an isolated point.
            at_cut = self._tried([low]) if k else []
            within = self._tried([between(low, high)])
            if at_cut and not inside and not within:
                parts += [part._replace(regular=False) for part in at_cut]
            if within and not (inside and at_cut):
                parts += [part._replace(dimension=part.dimension + 1, regular=False) for part in within]
            inside = bool(within)
        return parts

    def _finished(self, field: NumberField, x: dict[int, Numbers]) -> list[SupportPart]:
        """Return the equilibria with hidden mixtures `x`, whose entries are in a number field."""
        x = {k: vector(field.reduced(v)) for k, v in x.items()}
        if any(field.sign(p) <= 0 for v in x.values() for p in v):
            return []
        A, B = self._linear(self.y, self.z, x), self._linear(self.z, self.y, x)
        first, second = null_space(field, B), null_space(field, A)
        # Given the mixture that is determined, the hidden players' indifference is linear in the other.
        if len(first) > 1 and len(second) == 1:
            rows = self._others({**x, self.z: vector(second[0])}, self.y)
            first = null_space(field, np.concatenate([B, rows]))
        elif len(second) > 1 and len(first) == 1:
            rows = self._others({**x, self.y: vector(first[0])}, self.z)
            second = null_space(field, np.concatenate([A, rows]))
        if not first or not second:
            return []
        if min(len(first), len(second)) > 1:
            raise Undecided("a continuum at a mixture of one player")
        for k, mixture in ((self.y, first), (self.z, second)):
            signs = {field.sign(p) for p in mixture[0]}
            if len(mixture) == 1 and signs not in ({1}, {-1}):
                return []
            if len(mixture) == 1:
                x[k] = vector(mixture[0] if signs == {1} else [-p for p in mixture[0]])
        if len(x) < len(self.game.movers):
            return self._segment(field, x, self.z if self.y in x else self.y)
        if not all(p.is_zero() for p in field.reduced(self._own(x))):
            return []
        return self._checked(field, self.game.point(x))

    def _segment(self, field: NumberField, x: dict[int, Numbers], last: int) -> list[SupportPart]:
        """Return the equilibria if the other mixtures `x` do not determine the mixture of player `last`."""
        if not field.is_rational:
            raise Undecided("a continuum at a mixture that is not rational")
        game = self.game
        known = {k: vector(whole_multiples(v)) for k, v in x.items()}
        rows: list[list[list[int]]] = [[], []]
        for k in range(len(game.sizes)):
            if k != last:
                others = {j: v for j, v in known.items() if j != k}
                for gains, segment in zip((game.equal, game.below), rows, strict=True):
                    segment += game.linear(k, last, others, gains).tolist()
        corners = rays(rows[0], rows[1], game.sizes[last])
        known[last] = vector([sum(column) for column in zip(*corners, strict=True)])
        point = game.point(known)
        # The sum of the rays is inside the cone. The last player's own actions must also be best.
        if not corners or min(known[last]) == 0 or max(game.values(game.below, last, point), default=0) > 0:
            return []
        mixes = tuple(tuple((Fraction(int(p), int(sum(v))),) * 2 for p in v) for v in point)
        return [SupportPart(mixes, rank([[Fraction(p) for p in ray] for ray in corners]) - 1, False)]

    def _checked(self, field: NumberField, point: list[Any]) -> list[SupportPart]:
        """Return the equilibrium at a point, or nothing if an action outside the supports is better."""
        strict = True
        for value in field.reduced(self.game.deviations(point)):
            sign = field.sign(value)
            if sign > 0:
                return []
            strict = strict and sign < 0
        mixes = tuple(tuple(field.shares([fmpq_poly(1) * p for p in v], NUMERICS.shown_bits)) for v in point)
        return [SupportPart(mixes, 0, strict and self.game.has_full_rank(mixes))]
