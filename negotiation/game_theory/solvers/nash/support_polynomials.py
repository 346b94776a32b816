"""All equilibria of any number of players, support by support, proven complete.

An equilibrium has one profile of supports. Those are gone through that conditional dominance leaves: no
action of a support may be worse than another against all profiles that the others' supports still allow, as
they are chosen one player after another (Porter, Nudelman and Shoham 2008), and none weakly so against
mixtures over the whole of the others' supports. On each, the indifference of all players is a system of
polynomials with as many equations as unknowns, all of whose solutions are found by exact elimination
(`exact/support_mixtures.py`). In a generic game the equilibria are regular, and then finite and odd in number
(Wilson 1971; Harsanyi 1973).

Of floats the nearest plain game is solved, or their binary values with `exact=True`. Supports that are not
decided are named. Cost: exponential in the number of actions; some milliseconds at 2x2x2, tenths of a second
at 3x3x3 and 2x2x2x2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations
from math import prod
from time import monotonic
from typing import NamedTuple, TypeAlias

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, ObjectArray, read_only
from negotiation.base.progress import stop_time
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.exact.support_game import Part
from negotiation.game_theory.exact.support_mixtures import equilibria_on
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.components import Continuum
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.game_theory.solvers.nash.rational_game import player_integers
from negotiation.game_theory.solvers.nash.solution import (
    Equilibrium,
    NashMethod,
    NashSolution,
    checked_equilibrium,
    listing_order,
    regret_tolerance,
)

# By player, the positions of actions.
Supports: TypeAlias = tuple[tuple[int, ...], ...]


class _Search(NamedTuple):
    """What was found on the supports, and what was not decided."""

    found: list[tuple[Supports, Part]]
    doubts: dict[str, Supports]
    tried: int


def support_polynomials(
    stage: StageGame, *, exact: bool = False, deadline: float | None = None
) -> NashSolution:
    """Return all equilibria, with the continua among them."""
    ends_at = stop_time(deadline)
    profiles = prod(2**n - 1 for n in stage.n_actions)
    if profiles > NUMERICS.most_support_profiles:
        solution = replace(pure_equilibria(stage), method=METHOD.name, status="partial")
        limit = f"more than {NUMERICS.most_support_profiles:,} profiles of supports were not gone through"
        return replace(solution, reason=f"every pure profile was checked; {limit}")
    search = _searched(_integers(stage, exact), ends_at)
    checked = [(s, part, _equilibrium(stage, s, part, exact)) for s, part in search.found]
    proven = [(s, part, e) for s, part, e in checked if e is not None]
    proven.sort(key=lambda solution: listing_order(solution[2]))
    continua = tuple(
        Continuum(e.support, part.dimension, k) for k, (_, part, e) in enumerate(proven) if part.dimension
    )
    refused = len(checked) - len(proven)
    return NashSolution(
        tuple(e for _, _, e in proven),
        "partial" if search.doubts or refused else "complete",
        METHOD.name,
        _reason(stage, search, profiles, refused),
        regret_tolerance(stage),
        continua=continua,
        stage=stage,
    )


def _integers(stage: StageGame, exact: bool) -> list[ObjectArray]:
    """Return everybody's payoffs in whole numbers, of one player alone with a second who has no choice."""
    shape = stage.n_actions if stage.n_players > 1 else (*stage.n_actions, 1)
    payoffs = [player_integers(stage, i, exact=exact) for i in range(stage.n_players)]
    payoffs += [[[0]] * shape[0]] * (len(shape) - stage.n_players)
    return [np.array(own, dtype=object).reshape(shape) for own in payoffs]


def _searched(payoffs: Sequence[ObjectArray], ends_at: float) -> _Search:
    """Go through the supports, small ones first, so that a deadline leaves what is quickly found."""
    dominance = _Dominance(payoffs)
    search = _Search([], {}, 0)
    boxes = NUMERICS.most_boxes
    for supports in sorted(dominance.supports(), key=lambda s: sum(map(len, s))):
        if monotonic() > ends_at:
            search.doubts["the deadline came first"] = supports
            break
        if not dominance.allows(supports):
            continue
        here = equilibria_on(payoffs, supports, boxes, ends_at)
        boxes -= here.boxes
        search = search._replace(tried=search.tried + 1)
        if here.doubt:
            search.doubts.setdefault(here.doubt, supports)
        search.found.extend((supports, part) for part in here.parts)
    return search


class _Dominance:
    """By player and two own actions, whether the first pays more, or less, at each profile of the others."""

    def __init__(self, payoffs: Sequence[ObjectArray]) -> None:
        own = [np.moveaxis(u, i, 0) for i, u in enumerate(payoffs)]
        self.sizes = payoffs[0].shape
        self.above: list[BoolArray] = [(u[:, None] > u[None, :]).astype(np.bool_) for u in own]
        self.below: list[BoolArray] = [(u[:, None] < u[None, :]).astype(np.bool_) for u in own]

    def supports(self) -> Iterator[Supports]:
        """Yield the profiles of supports that conditional dominance leaves."""
        yield from self._chosen(tuple(tuple(range(n)) for n in self.sizes), 0)

    def _chosen(self, domains: Supports, player: int) -> Iterator[Supports]:
        left = self._undominated(domains, player)
        if left is None:
            return
        if player == len(left):
            yield left
            return
        for own in _subsets(left[player]):
            yield from self._chosen((*left[:player], own, *left[player + 1 :]), player + 1)

    def _undominated(self, domains: Supports, chosen: int) -> Supports | None:
        """Return what is left of the domains; None where an action of a chosen support is dominated."""
        changed = True
        while changed:
            changed = False
            for i in range(len(domains)):
                others = domains[:i] + domains[i + 1 :]
                above, axes = self._at(self.above[i], others, domains[i]), tuple(range(2, len(domains) + 1))
                beaten: list[bool] = np.logical_or.reduce(above.all(axis=axes)).tolist()
                left = tuple(a for a, worse in zip(domains[i], beaten, strict=True) if not worse)
                if left != domains[i]:
                    if i < chosen:
                        return None
                    domains, changed = (*domains[:i], left, *domains[i + 1 :]), True
        return domains

    def allows(self, supports: Supports) -> bool:
        """Return whether no action is weakly dominated against mixtures over all of the others' supports."""
        for i, own in enumerate(supports):
            others, axes = supports[:i] + supports[i + 1 :], tuple(range(2, len(supports) + 1))
            above = self._at(self.above[i], others, own).any(axis=axes)
            below = self._at(self.below[i], others, own).any(axis=axes)
            if (above & ~below).any():
                return False
        return True

    def _at(self, compared: BoolArray, others: Supports, own: tuple[int, ...]) -> BoolArray:
        return compared[np.ix_(range(len(compared)), own, *others)]


def _subsets(actions: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(actions, size) for size in range(1, len(actions) + 1))


def _equilibrium(stage: StageGame, supports: Supports, part: Part, exact: bool) -> Equilibrium | None:
    """Return a point as an equilibrium, if the check of its own accepts it."""
    strategies = []
    for own, mix, count in zip(supports, part.mixes, stage.n_actions, strict=False):
        vector: FloatArray = np.zeros(count)
        vector[list(own)] = [float((low + high) / 2) for low, high in mix]
        read_only(vector)
        strategies.append(vector)
    equilibrium = checked_equilibrium(stage, tuple(strategies))
    if equilibrium is None or not exact:
        return equilibrium
    bounds = []
    for own, mix, count in zip(supports, part.mixes, stage.n_actions, strict=False):
        ends = dict(zip(own, mix, strict=True))
        bounds.append(tuple(ends.get(a, (0 * mix[0][0],) * 2) for a in range(count)))
    if all(low == high for mix in bounds for low, high in mix):
        equilibrium = replace(equilibrium, exact=tuple(tuple(low for low, _ in mix) for mix in bounds))
    else:
        equilibrium = replace(equilibrium, bounds=tuple(bounds))
    return equilibrium if verify(stage, equilibrium, exact=True).holds else None


def _reason(stage: StageGame, search: _Search, profiles: int, refused: int) -> str:
    """Return what is proven, or what is left open."""
    if refused:
        return f"{refused} equilibria were not certified by the independent check"
    gone = f"of {profiles:,} profiles of supports conditional dominance left {search.tried:,}"
    if search.doubts:
        named = "; ".join(f"{why}: {_named(stage, supports)}" for why, supports in search.doubts.items())
        return f"{gone}; not decided, among others: {named}"
    if all(part.regular for _, part in search.found):
        kind = "all equilibria are regular"
    else:
        count = sum(part.dimension > 0 for _, part in search.found)
        kind = f"the game is degenerate, with a continuum on {count or 'none'} of them"
    return f"{gone}, each solved in exact numbers; {kind}"


def _named(stage: StageGame, supports: Supports) -> str:
    return " x ".join(
        "/".join(labels[a] for a in own) for labels, own in zip(stage.actions, supports, strict=False)
    )


METHOD = NashMethod(
    "support_polynomials",
    "all equilibria of any number of players, proven complete",
    None,
    support_polynomials,
    frozenset({"exact", "deadline"}),
)
