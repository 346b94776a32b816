"""All equilibria of a game with any number of players, support by support, proven complete.

Every equilibrium has one profile of supports. The profiles of supports are enumerated, one player after
another, and conditional dominance removes those that carry no equilibrium. A profile is removed if an action
of a support pays less than another action against all profiles that the others' supports still allow (Porter,
Nudelman and Shoham 2008), or is weakly dominated against the others' supports. On each remaining profile, the
indifference of all players is a system of polynomials with as many equations as unknowns. All its solutions
are found by exact elimination (`exact/support_mixtures.py`). In a generic game the equilibria are regular,
and therefore finite and odd in number (Wilson 1971; Harsanyi 1973).

Actions of a player that pay every player the same are merged. An equilibrium of the game with one of them
then stands for all ways to divide its probability among them. Some supports are not decided. If one player is
indifferent on them whatever the others play, a point of the continuum is searched for at a few mixtures of
that player.

For float payoffs the nearest plain game is solved, or with `exact=True` the game with their binary values.
The reason names supports that were not decided. Cost: exponential in the number of actions; some milliseconds
at 2x2x2, tenths of a second at 3x3x3 and 2x2x2x2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations, product
from math import prod
from time import monotonic
from typing import NamedTuple, TypeAlias

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, ObjectArray, read_only
from negotiation.base.progress import stop_time
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.exact.support_game import SupportPart
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
    """The equilibria found by supports, one undecided profile of supports for each doubt, and those tried."""

    found: list[tuple[Supports, SupportPart]]
    doubts: dict[str, Supports]
    tried: int


def support_polynomials(
    stage: StageGame, *, exact: bool = False, deadline: float | None = None
) -> NashSolution:
    """Return all equilibria, with the continua among them; only pure ones if the supports are too many."""
    ends_at = stop_time(deadline)
    payoffs = _integers(stage, exact)
    alike = [_alike(payoffs, i) for i in range(len(payoffs))]
    profiles = prod(2**n - 1 for n in stage.n_actions)
    if profiles > NUMERICS.most_support_profiles:
        solution = replace(pure_equilibria(stage), method=METHOD.name, status="partial")
        limit = f"more than {NUMERICS.most_support_profiles:,} profiles of supports were not gone through"
        return replace(solution, reason=f"every pure profile was checked; {limit}")
    search = _shared_out(_searched([_one_of_each(u, alike) for u in payoffs], ends_at), alike)
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
        _reason(stage, search, (profiles, sum(map(len, chain(*alike))) - sum(map(len, alike))), refused),
        regret_tolerance(stage),
        continua=continua,
        stage=stage,
    )


def _integers(stage: StageGame, exact: bool) -> list[ObjectArray]:
    """Return each player's payoffs as integers; a one-player game gets a second player with one action."""
    shape = stage.n_actions if stage.n_players > 1 else (*stage.n_actions, 1)
    payoffs = [player_integers(stage, i, exact=exact) for i in range(stage.n_players)]
    payoffs += [[[0]] * shape[0]] * (len(shape) - stage.n_players)
    return [np.array(own, dtype=object).reshape(shape) for own in payoffs]


def _alike(payoffs: Sequence[ObjectArray], player: int) -> list[list[int]]:
    """Return a player's actions in classes that pay all players the same, ordered by their first members."""
    classes: dict[tuple[int, ...], list[int]] = {}
    for action in range(payoffs[0].shape[player]):
        paid = tuple(x for u in payoffs for x in np.take(u, action, axis=player).ravel().tolist())
        classes.setdefault(paid, []).append(action)
    return list(classes.values())


def _one_of_each(payoffs: ObjectArray, alike: Sequence[list[list[int]]]) -> ObjectArray:
    """Return a player's payoffs in the game in which each class has only its first action."""
    return payoffs[np.ix_(*([members[0] for members in classes] for classes in alike))]


def _shared_out(search: _Search, alike: Sequence[list[list[int]]]) -> _Search:
    """Return a search of the merged game as one of the whole game, with each class spread over its members.

    Each equilibrium is repeated for every choice of members of its classes, which share the probability of
    their class equally. A class with m chosen members adds m - 1 to the dimension of the continuum.
    """
    found = []
    for supports, part in search.found:
        ways = [
            product(*(_subsets(tuple(classes[a])) for a in own))
            for classes, own in zip(alike, supports, strict=True)
        ]
        alone = all(len(classes[a]) == 1 for classes, own in zip(alike, supports, strict=True) for a in own)
        for way in product(*ways):
            mixes = []
            for mix, chosen in zip(part.mixes, way, strict=True):
                shares = [
                    (a, (low / len(members), high / len(members)))
                    for (low, high), members in zip(mix, chosen, strict=True)
                    for a in members
                ]
                mixes.append(sorted(shares))
            more = sum(len(members) - 1 for chosen in way for members in chosen)
            lifted = tuple(tuple(a for a, _ in shares) for shares in mixes)
            probabilities = tuple(tuple(ends for _, ends in shares) for shares in mixes)
            found.append((lifted, SupportPart(probabilities, part.dimension + more, part.regular and alone)))
    doubts = {
        why: tuple(tuple(classes[a][0] for a in own) for classes, own in zip(alike, supports, strict=True))
        for why, supports in search.doubts.items()
    }
    return _Search(found, doubts, search.tried)


def _searched(payoffs: Sequence[ObjectArray], ends_at: float) -> _Search:
    """Search all profiles of supports, small ones first, so that a deadline cuts off the slowest."""
    dominance = _Dominance(payoffs)
    search = _Search([], {}, 0)
    boxes = NUMERICS.most_boxes
    for supports in sorted(dominance.supports(), key=lambda s: sum(map(len, s))):
        if monotonic() > ends_at:
            search.doubts["the deadline passed before all supports were checked"] = supports
            break
        if not dominance.allows(supports):
            continue
        here = equilibria_on(payoffs, supports, boxes, ends_at)
        boxes -= here.boxes
        search = search._replace(tried=search.tried + 1)
        if here.doubt:
            search.doubts.setdefault(here.doubt, supports)
        parts = here.parts if not here.doubt else _of_continuum(payoffs, supports, ends_at)
        search.found.extend((supports, part) for part in parts)
    return search


def _of_continuum(payoffs: Sequence[ObjectArray], supports: Supports, ends_at: float) -> list[SupportPart]:
    """Return regular equilibria at one mixture of a player who is indifferent whatever the others play.

    If the player mixes k actions, each of these equilibria is a point of a continuum of dimension k - 1, by
    the implicit function theorem. The list is empty if no player is indifferent or no equilibrium was found.
    """
    for i, own in enumerate(supports):
        others = [range(n) if j == i else supports[j] for j, n in enumerate(payoffs[0].shape)]
        paid = np.moveaxis(payoffs[i][np.ix_(*others)], i, 0)[list(own)]
        if len(own) == 1 or (paid != paid[:1]).any():
            continue
        outside = [a for a in range(payoffs[0].shape[i]) if a not in own]
        for lean in (None, *range(len(own))):
            weights = [3 if k == lean else 1 for k in range(len(own))]
            # The mixture as one action, beside those that are not in it.
            mixed = [
                np.concatenate(
                    [
                        sum(w * np.take(u, [a], axis=i) for w, a in zip(weights, own, strict=True)),
                        sum(weights) * np.take(u, outside, axis=i),
                    ],
                    axis=i,
                )
                for u in payoffs
            ]
            here = equilibria_on(mixed, (*supports[:i], (0,), *supports[i + 1 :]), 0, ends_at)
            mix = tuple((Fraction(w, sum(weights)),) * 2 for w in weights)
            parts = [
                SupportPart((*part.mixes[:i], mix, *part.mixes[i + 1 :]), len(own) - 1, False)
                for part in here.parts
                if part.regular
            ]
            if parts:
                return parts
    return []


class _Dominance:
    """Comparisons of each player's actions: whether one pays more, or less, than another at each profile."""

    def __init__(self, payoffs: Sequence[ObjectArray]) -> None:
        own = [np.moveaxis(u, i, 0) for i, u in enumerate(payoffs)]
        self.sizes = payoffs[0].shape
        self.above: list[BoolArray] = [(u[:, None] > u[None, :]).astype(np.bool_) for u in own]
        self.below: list[BoolArray] = [(u[:, None] < u[None, :]).astype(np.bool_) for u in own]

    def supports(self) -> Iterator[Supports]:
        """Yield the profiles of supports that strict conditional dominance does not exclude."""
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
        """Return the domains without dominated actions; None if one of the `chosen` first players has one."""
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
        """Return whether no action of a support is weakly dominated against the others' supports."""
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


def _equilibrium(stage: StageGame, supports: Supports, part: SupportPart, exact: bool) -> Equilibrium | None:
    """Return a solution as an equilibrium, or None if the independent check does not accept it."""
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


def _reason(stage: StageGame, search: _Search, counts: tuple[int, int], refused: int) -> str:
    """Return what is proven, or what is undecided; `counts` are profiles of supports and merged actions."""
    profiles, merged = counts
    if refused:
        return f"{refused} equilibria were not certified by the independent check"
    gone = f"of {profiles:,} profiles of supports conditional dominance left {search.tried:,}"
    gone += f" once {merged} duplicated actions were merged" if merged else ""
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
