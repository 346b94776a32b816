"""Dominated actions, strictly or weakly, by pure or mixed actions, and their iterated elimination.

Action a of player i is strictly dominated by a mixed action x of i if u_i(x, s) > u_i(a, s) for every pure
profile s of the others. It is weakly dominated if u_i(x, s) >= u_i(a, s) for every s, with > for some s. A
strictly dominated action is in no Nash and no correlated equilibrium, so removing it is safe before
enumeration. Removing a weakly dominated action adds no equilibrium but can lose some.

A pure dominator is looked for first, then a mixed one by linear programming (Conitzer and Sandholm 2005).
With gain g(b, s) = u_i(b, s) - u_i(a, s) and weights x on the other actions b:

- strict: maximise t subject to sum over b of x_b g(b, s) >= t for all s; dominated if t > 0;
- weak: maximise the sum over s of sum over b of x_b g(b, s), each of them >= 0; dominated if the sum is > 0.

Payoffs are read as whole numbers (`rational_game.py`: integers and `Fraction` exactly, floats as the nearest
plain game). HiGHS proposes a basis, and exact pivots improve it if it is not optimal. So a dominator and its
absence are both proven (`game_theory/exact/optimal_bases.py`), however small a gain is.

Cost: for each action a comparison with every other action, then one program with n_i variables and a row for
each profile of the others, unless the action is the only best reply to some profile.

Iterated elimination. Each round removes all dominated actions of all players at once, given the others'
actions at the beginning of the round. Rounds continue until no action is dominated. The result of strict
elimination does not depend on the order (Gilboa, Kalai and Zemel 1990), but the result of weak elimination
may. Within a round, a dominator is searched for among the player's actions that are not yet removed. This
finds the same dominated actions, since dominance is transitive, and never removes the last action. There are
at most as many rounds as actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from typing import Literal, TypeAlias

import numpy as np

from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, NumberArray, ObjectArray, as_fraction
from negotiation.base.status import Status
from negotiation.errors import UnknownMethod
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.plain_payoffs import has_exact_payoffs
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.game_theory.solvers.nash.rational_game import player_integers

DominanceKind: TypeAlias = Literal["strict", "weak"]
Mix: TypeAlias = dict[int, Fraction]


@dataclass(frozen=True)
class DominatedAction:
    """One dominated action and what dominates it."""

    player: str
    action: str
    kind: DominanceKind
    # The actions of the dominating mixed action; one if it is pure.
    dominator: tuple[str, ...]
    weights: tuple[float, ...]
    # least_gain, largest_gain: least and largest gain of the dominator over the action, in payoffs, over the
    # others' profiles.
    least_gain: float
    largest_gain: float
    # The round of elimination, from 1.
    round: int = 1
    # Whether removing the action, after all earlier removals, loses no equilibrium.
    safe: bool = True

    def __str__(self) -> str:
        mix = Mixture(dict(zip(self.dominator, self.weights, strict=True)))
        how = "strictly" if self.kind == "strict" else "weakly"
        return f"{self.player}'s {self.action!r} is {how} dominated by {mix}"

    def row(self) -> tuple[object, ...]:
        """Return the cells of a table row."""
        by = Mixture(dict(zip(self.dominator, self.weights, strict=True)))
        return (self.round, self.player, self.action, self.kind, by, self.least_gain, self.safe)


COLUMNS = ("round", "player", "action", "dominated", "by", "least gain", "safe")


@dataclass(frozen=True)
class Dominance(Tabular):
    """The dominated actions of a game.

    Parameters
    ----------
    dominated : tuple of DominatedAction
        The dominated actions, in the order of players and actions.
    kind : {"strict", "weak"}
        The kind of dominance; "weak" includes strictly dominated actions.
    mixed : bool
        Whether mixed actions were considered as dominators.
    status : {"complete", "partial"}
        `partial` if the linear program of some action is too large to be solved in whole numbers; `reason`
        then names the action.
    reason : str
        Which dominators were considered, or which actions could not be decided.
    tolerance : float
        Largest gain that counts as zero, as a share of the player's payoff range; 0 for rational payoffs.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.dominated_actions(stage))
    dominated actions: complete (every action against all pure and mixed ones)
    round  player  action  dominated  by  least gain  safe
        1  0       C       strict     D            1  yes
        1  1       C       strict     D            1  yes
    """

    dominated: tuple[DominatedAction, ...]
    kind: DominanceKind
    mixed: bool
    status: Status
    reason: str
    tolerance: float

    def table(self) -> Table:
        """Return a table with one row for each dominated action: what dominates it, and the least gain."""
        return Table(
            f"dominated actions: {self.status} ({self.reason})",
            COLUMNS,
            tuple(action.row() for action in self.dominated),
        )


@Takes("dominance", (StageGame,))
def dominated_actions(stage: StageGame, *, kind: DominanceKind = "strict", mixed: bool = True) -> Dominance:
    """Return the dominated actions of every player.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    kind : {"strict", "weak"}, optional
        The kind of dominance, "strict" by default. With "weak", strictly dominated actions are included; the
        `.kind` of each action tells them apart.
    mixed : bool, optional
        Whether an action may be dominated by a mixed action; True by default.

    Returns
    -------
    Dominance
        The dominated actions, each with the action or mixed action that dominates it. Integers and `Fraction`
        payoffs are compared exactly; floats are read as nearby fractions, as in `solve`.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame.
    UnknownMethod
        If the kind is neither "strict" nor "weak".

    Examples
    --------
    >>> stage = StageGame.from_matrices([[3, 0], [0, 3], [1, 1]], [[0, 0], [0, 0], [0, 0]])
    >>> print(*dominated_actions(stage).dominated)
    0's '2' is strictly dominated by 0.5 0 + 0.5 1
    >>> dominated_actions(stage, mixed=False).dominated
    ()
    """
    UnknownMethod.unless_in(kind, ("strict", "weak"))
    everything = [list(range(n)) for n in stage.n_actions]
    actions, doubtful = _dominated(_own_payoffs(stage), everything, kind, mixed)
    return Dominance(tuple(actions), kind, mixed, *_judged(stage, doubtful, mixed))


def _judged(stage: StageGame, doubtful: Sequence[str], mixed: bool) -> tuple[Status, str, float]:
    """Return the status, the reason and the tolerance, given the actions that could not be decided."""
    tolerance = 0.0 if has_exact_payoffs(stage) else KNIFE_EDGE
    if doubtful:
        named = ", ".join(doubtful)
        return (
            "partial",
            f"a mixed dominator was neither found nor excluded in whole numbers for {named}",
            tolerance,
        )
    return (
        "complete",
        "every action against all pure and mixed ones" if mixed else "pure dominators only",
        tolerance,
    )


@dataclass(frozen=True, eq=False)
class OwnPayoffs:
    """One player's payoffs, with the labels of the player and of the actions."""

    player: str
    actions: tuple[str, ...]
    # (n_i, ...): payoffs as integers, by own action and then by the others' actions or profiles.
    whole: ObjectArray
    # The payoff difference that one step of these integers stands for.
    unit: Fraction

    @classmethod
    def of(cls, stage: StageGame, player: int) -> OwnPayoffs:
        """Return the payoffs of the player at this position."""
        read = np.array(player_integers(stage, player), dtype=object).reshape(stage.n_actions)
        given: NumberArray = stage.given_payoffs()[..., player]
        steps = read.max() - read.min()
        width = as_fraction(given.max()) - as_fraction(given.min())
        unit = width / steps if steps else Fraction(0)
        return cls(stage.players[player], stage.actions[player], np.moveaxis(read, player, 0), unit)


class _Unsure(Exception):
    """Raised if a program is too large to be solved in whole numbers."""


def find_dominator(
    own: OwnPayoffs, action: int, others: Sequence[int], *, kind: DominanceKind, mixed: bool
) -> DominatedAction | None:
    """Return an action with the pure or mixed action over `others` that dominates it, or None.

    With `kind` "weak", a strict dominator is returned if there is one. Raises `_Unsure` if the linear program
    is too large.

    Shapes: `own.whole` (n_i, m), for m profiles of the others.

    Examples
    --------
    >>> own = OwnPayoffs.of(StageGame([[[2, 0]], [[3, 0]]], actions=("AB", "C")), 0)
    >>> print(find_dominator(own, 0, [1], kind="strict", mixed=True))
    0's 'A' is strictly dominated by B
    """
    if not others:
        return None
    lead = (own.whole[action] - own.whole[list(others)].max(axis=0)).max()
    # The only best reply to some profile is not dominated.
    if lead > 0:
        return None
    pure = _pure_dominator(own, action, others, kind)
    decided = pure is not None and (pure.kind == "strict" or lead == 0)
    if decided or not mixed or len(others) < 2:
        return pure
    # A best reply to some profile is not strictly dominated. A weakly dominated action may be dominated
    # strictly, by a mixed action.
    found = _confirmed(own, action, _strict_mix(own, action, others), "strict") if lead < 0 else None
    if found is None and kind == "weak" and pure is None:
        found = _confirmed(own, action, _weak_mix(own, action, others), "weak")
    return found or pure


def _pure_dominator(
    own: OwnPayoffs, action: int, others: Sequence[int], kind: DominanceKind
) -> DominatedAction | None:
    """Return the action with the pure dominator that has the largest least gain, or None."""
    least = (own.whole[list(others)] - own.whole[action]).min(axis=1).tolist()
    for k in sorted(range(len(others)), key=lambda k: -least[k]):
        if least[k] < 0:
            return None
        dominated = _confirmed(own, action, {others[k]: Fraction(1)}, kind)
        if dominated is not None:
            return dominated
    return None


def _confirmed(own: OwnPayoffs, action: int, mix: Mix, kind: DominanceKind) -> DominatedAction | None:
    """Return the action as dominated by a mixed action if the gains have the right signs."""
    parts = [weight * (own.whole[b] - own.whole[action]) for b, weight in mix.items()]
    gains = np.sum(parts, axis=0)
    least, largest = gains.min(), gains.max()
    if least < 0 or largest <= 0 or (kind == "strict" and least == 0):
        return None
    return DominatedAction(
        own.player,
        own.actions[action],
        "strict" if least > 0 else "weak",
        tuple(own.actions[b] for b in mix),
        tuple(map(float, mix.values())),
        float(least * own.unit),
        float(largest * own.unit),
        safe=bool(least > 0),
    )


def _strict_mix(own: OwnPayoffs, action: int, others: Sequence[int]) -> Mix:
    """Return the mixed action with the largest least gain over an action."""
    gains: ObjectArray = own.whole[list(others)] - own.whole[action]
    # If all gains are raised by one amount, the best mixture is the same, and the largest least gain is not
    # negative: no free variable is needed.
    raised: ObjectArray = gains - gains.min()
    # The unknown gain is in units of the largest one, so its entries are of the order of the others.
    return _best_mix(raised, others, (int(raised.max()) or 1,), [0] * len(others) + [1])


def _weak_mix(own: OwnPayoffs, action: int, others: Sequence[int]) -> Mix:
    """Return the mixed action with the largest sum of gains over an action, none of them negative."""
    # The action itself is a mixture that gains nothing: the program is never infeasible.
    actions = [*others, action]
    gains: ObjectArray = own.whole[actions] - own.whole[action]
    return _best_mix(gains, actions, (), gains.sum(axis=1).tolist())


def _best_mix(
    gains: ObjectArray, actions: Sequence[int], level: Sequence[int], objective: Sequence[int]
) -> Mix:
    """Return the weights of a proven optimum, or raise `_Unsure` if no optimum was proven.

    The first unknowns are the weights of the actions; the last row makes them sum to 1. Each profile of the
    others has a row, which requires that the mixed action gains at least the level there. `level` has the
    unit of that level, or is empty if the level is 0.

    Shapes: `gains` (actions, profiles of the others).
    """
    from negotiation.game_theory.exact.optimal_bases import Basis, WholeProgram, proven_optimum

    entries = np.column_stack([-gains.T, *(np.full(gains.shape[1], x, dtype=object) for x in level)])
    last, weights = gains.shape[1], len(actions)
    rows = [{j: a for j, a in enumerate(row) if a} for row in entries.tolist()]
    rows.append(dict.fromkeys(range(weights), 1))
    program = WholeProgram(rows, [0] * last + [1], frozenset((last,)), list(objective))
    # HiGHS proposes a basis, with entries of order 1.
    dense = np.zeros((last + 1, len(objective)))
    dense[:-1] = entries / (abs(entries).max() or 1)
    dense[-1, :weights] = 1.0
    small = SmallProgram(dense)
    small.set_rows(np.append(np.full(last, -np.inf), 1.0), np.append(np.zeros(last), 1.0))
    worth = max(map(abs, objective)) or 1
    proposed = small.maximum(np.array([c / worth for c in objective])) is not None
    # The proposal may be no basis of the exact program; the last weight alone always is, and exact pivots
    # lead on from there.
    for basis in (*([Basis(*small.basis())] if proposed else []), Basis((weights - 1,), (last,))):
        optimum = proven_optimum(program, basis)
        if optimum is not None:
            point = sorted((k, x) for k, x in optimum.point.items() if x and k < weights)
            return {actions[k]: Fraction(x, optimum.point_denominator) for k, x in point}
    raise _Unsure


@dataclass(frozen=True, eq=False)
class IteratedElimination(Tabular):
    """The game that remains after iterated elimination of dominated actions.

    Parameters
    ----------
    game : StageGame
        The reduced game, with unchanged labels and payoffs.
    eliminated : tuple of DominatedAction
        The eliminated actions in the order of elimination, each with its round, the action or mixed action
        that dominated it, and whether its removal was safe.
    kind : {"strict", "weak"}
        The kind of dominance; "weak" includes strictly dominated actions.
    mixed : bool
        Whether mixed actions were considered as dominators.
    status : {"complete", "partial"}
        `partial` if some remaining action could not be decided; `reason` then names the action.
    reason : str
        Which dominators were considered, or which actions could not be decided.
    tolerance : float
        Largest gain that counts as zero, as a share of the player's payoff range; 0 for rational payoffs.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.iterated_elimination(stage))
    elimination of strictly dominated actions leaves StageGame(1 x 1, players=('0',
    '1')): complete
    round  player  action  dominated  by  least gain  safe
        1  0       C       strict     D            1  yes
        1  1       C       strict     D            1  yes
    """

    game: StageGame
    eliminated: tuple[DominatedAction, ...]
    kind: DominanceKind
    mixed: bool
    status: Status
    reason: str
    tolerance: float

    @property
    def safe(self) -> bool:
        """Whether the reduced game is proven to have the same Nash and correlated equilibria as the game.

        False if an action that is only weakly dominated was removed. The equilibria of the reduced game are
        then still equilibria of the game, but others may have been lost.
        """
        return all(action.safe for action in self.eliminated)

    @property
    def rounds(self) -> int:
        """Number of rounds in which an action was eliminated."""
        return max((action.round for action in self.eliminated), default=0)

    def table(self) -> Table:
        """Return a table with one row for each eliminated action: its round and what dominates it."""
        return Table(
            f"elimination of {self.kind}ly dominated actions leaves {self.game!r}: {self.status}",
            COLUMNS,
            tuple(action.row() for action in self.eliminated),
        )


@Takes("elimination", (StageGame,))
def iterated_elimination(
    stage: StageGame, *, kind: DominanceKind = "strict", mixed: bool = True
) -> IteratedElimination:
    """Return the game that remains after iterated elimination of dominated actions.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    kind : {"strict", "weak"}, optional
        Which actions to remove, "strict" by default; "weak" also removes strictly dominated actions.
    mixed : bool, optional
        Whether an action may be dominated by a mixed action; True by default.

    Returns
    -------
    IteratedElimination
        The reduced game as `.game`, the eliminated actions as `.eliminated`, and whether all equilibria
        remain as `.safe`.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame.
    UnknownMethod
        If the kind is neither "strict" nor "weak".

    Notes
    -----
    Each round removes all dominated actions of all players at once. The result of strict elimination does not
    depend on the order (Gilboa, Kalai and Zemel 1990); the result of weak elimination may.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> result = iterated_elimination(stage)
    >>> result.game.actions, result.safe
    ((('D',), ('D',)), True)
    >>> print(*result.eliminated)
    0's 'C' is strictly dominated by D 1's 'C' is strictly dominated by D
    """
    UnknownMethod.unless_in(kind, ("strict", "weak"))
    remaining, payoffs = [list(range(n)) for n in stage.n_actions], _own_payoffs(stage)
    record: list[DominatedAction] = []
    for number in count(1):
        dominated, doubtful = _dominated(payoffs, remaining, kind, mixed, by_survivors=True)
        if not dominated:
            break
        # Weak and strict removals of one round are made at once, so none of them is safe by itself.
        safe = all(action.safe for action in (*record, *dominated))
        record.extend(replace(action, round=number, safe=safe) for action in dominated)
        gone = {(action.player, action.action) for action in dominated}
        for i, player in enumerate(stage.players):
            remaining[i] = [a for a in remaining[i] if (player, stage.actions[i][a]) not in gone]
    return IteratedElimination(
        _reduced(stage, remaining), tuple(record), kind, mixed, *_judged(stage, doubtful, mixed)
    )


def _own_payoffs(stage: StageGame) -> list[OwnPayoffs]:
    return [OwnPayoffs.of(stage, i) for i in range(stage.n_players)]


def _dominated(
    payoffs: list[OwnPayoffs],
    remaining: list[list[int]],
    kind: DominanceKind,
    mixed: bool,
    *,
    by_survivors: bool = False,
) -> tuple[list[DominatedAction], list[str]]:
    """Return the remaining actions that are dominated, and the labels of those that are not decided.

    `remaining` has the positions of each player's remaining actions. With `by_survivors`, actions found to be
    dominated do not count as dominators of the player's later actions.
    """
    actions: list[DominatedAction] = []
    doubtful: list[str] = []
    for i, own in enumerate(payoffs):
        counts, rivals = len(own.whole), list(remaining[i])
        left = own.whole[np.ix_(range(counts), *remaining[:i], *remaining[i + 1 :])].reshape(counts, -1)
        for a in remaining[i]:
            others = [b for b in rivals if b != a]
            try:
                found = find_dominator(replace(own, whole=left), a, others, kind=kind, mixed=mixed)
            except _Unsure:
                doubtful.append(f"{own.player}'s {own.actions[a]!r}")
                continue
            if found is not None:
                # The dominator of a removed action also dominates what that action dominates.
                if by_survivors:
                    rivals.remove(a)
                actions.append(found)
    return actions, doubtful


def _reduced(stage: StageGame, remaining: list[list[int]]) -> StageGame:
    return StageGame(
        stage.given_payoffs()[np.ix_(*remaining)],
        stage.players,
        [[labels[a] for a in row] for labels, row in zip(stage.actions, remaining, strict=True)],
        stage.name,
        stage.names,
    )
