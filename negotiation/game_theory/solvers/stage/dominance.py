"""Dominated actions: those that some other action, pure or mixed, beats whatever the others do.

Action a of player i is strictly dominated by a mixed action x of i if u_i(x, s) > u_i(a, s) for every pure
profile s of the others, weakly if u_i(x, s) >= u_i(a, s) for every s with > for some. A mixed dominator is
found by a linear program over the other actions (Conitzer and Sandholm 2005, programs for strict and weak
dominance), solved in whole numbers: a dominator and its absence are both proven.

A strictly dominated action is in no Nash and no correlated equilibrium, so removing it is safe before
enumeration. Removing a weakly dominated one adds no equilibrium but can lose some.

Cost: for each action a comparison with every other, then one program with n_i variables and a row for each
profile of the others, unless the action is the only best reply to some profile.

The search for a dominator is decided in whole numbers. A pure dominator is looked for first; then, by linear
programming, a mixed one (Conitzer and Sandholm 2005). With gain g(b, s) = u_i(b, s) - u_i(a, s) and weights x
on the other actions b:

- strict: maximise t subject to sum over b of x_b g(b, s) >= t for all s; dominated if t > 0;
- weak: maximise the sum over s of sum over b of x_b g(b, s), each of them >= 0; dominated if the sum is > 0.

Payoffs are read as whole numbers (`rational_game.py`: integers and `Fraction` as they are, floats as the
nearest plain game). HiGHS proposes a basis, which exact pivots improve where it is not the best, so that
dominance and its absence are both proven (`game_theory/exact/optimal_bases.py`), however small a gain is.

Iterated elimination. In each round all players' dominated actions are removed at once, as the others' actions
stood when the round began; rounds go on until none is dominated. What strict elimination leaves does not
depend on the order (Gilboa, Kalai and Zemel 1990); what weak elimination leaves does, and the order here is
this one. Within a round an action's dominator is sought among the actions not yet removed, which loses
nothing, since dominance is transitive, and never removes the last action. There are at most as many rounds as
actions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, IntArray, NumberArray, ObjectArray, as_fraction
from negotiation.base.status import Status
from negotiation.errors import UnknownMethod
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.plain_payoffs import has_exact_payoffs
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.game_theory.solvers.nash.rational_game import player_integers

if TYPE_CHECKING:
    from negotiation.game_theory.exact.optimal_bases import Basis, WholeProgram


@dataclass(frozen=True)
class DominatedAction:
    """One dominated action and what dominates it."""

    player: str
    action: str
    kind: DominanceKind
    # The actions of the dominating mixed action; one if it is pure.
    dominator: tuple[str, ...]
    weights: tuple[float, ...]
    # least_gain, largest_gain: Least and largest gain of the dominator over the action, in payoff units, over
    # the others' profiles.
    least_gain: float
    largest_gain: float
    # The round of elimination, from 1.
    round: int = 1
    # Whether removing it, after all removals before it, loses no equilibrium.
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
    status : {"complete", "partial", "failed"}
        `partial` if the linear program of some action is too large to be solved in whole numbers; `reason`
        names the action.
    reason : str
        What was compared, or could not be decided.
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
        The kind of dominance, "strict" by default; "weak" includes strictly dominated actions and says which
        they are.
    mixed : bool, optional
        Whether an action may be dominated by a mixed action; True by default.

    Returns
    -------
    Dominance
        The dominated actions, each with the action or mixed action that dominates it. Integers and `Fraction`
        payoffs are compared exactly; floats are read as nearby fractions, as in `solve`.

    Raises
    ------
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
    actions, doubtful = _dominated(stage, _own_payoffs(stage), everything, kind, mixed)
    tolerance = 0.0 if has_exact_payoffs(stage) else KNIFE_EDGE
    return Dominance(tuple(actions), kind, mixed, *status_of(doubtful, mixed), tolerance)


def labelled(stage: StageGame, player: int, action: int, dominator: Dominator) -> DominatedAction:
    """Return a dominated action with labels in place of positions."""
    labels = stage.actions[player]
    return DominatedAction(
        stage.players[player],
        labels[action],
        dominator.kind,
        tuple(labels[b] for b, _ in dominator.mix),
        tuple(weight for _, weight in dominator.mix),
        dominator.least_gain,
        dominator.largest_gain,
        safe=dominator.kind == "strict",
    )


def status_of(doubtful: Sequence[str], mixed: bool) -> tuple[Status, str]:
    """Return the status and the reason, given the actions that could not be decided."""
    if doubtful:
        return (
            "partial",
            f"a mixed dominator was neither found nor excluded in whole numbers for {', '.join(doubtful)}",
        )
    return "complete", "every action against all pure and mixed ones" if mixed else "pure dominators only"


DominanceKind: TypeAlias = Literal["strict", "weak"]
Mix: TypeAlias = dict[int, Fraction]


@dataclass(frozen=True, eq=False)
class OwnPayoffs:
    """One player's payoffs, with one row per own action and one column per profile of the others."""

    # (n_i, m): payoffs in whole units.
    whole: ObjectArray
    unit: Fraction

    @classmethod
    def of(cls, stage: StageGame, player: int) -> OwnPayoffs:
        """Return the payoffs of the player at this position."""
        read = np.array(player_integers(stage, player), dtype=object).reshape(stage.n_actions)
        whole: ObjectArray = np.moveaxis(read, player, 0).reshape(stage.n_actions[player], -1)
        given: NumberArray = stage.given_payoffs()[..., player]
        steps = whole.max() - whole.min()
        width = as_fraction(given.max()) - as_fraction(given.min())
        return cls(whole, width / steps if steps else Fraction(0))

    def columns(self, remaining: IntArray) -> OwnPayoffs:
        """Return the payoffs at some of the others' profiles."""
        return OwnPayoffs(self.whole[:, remaining], self.unit)

    def gains(self, action: int, mix: Mix) -> list[Fraction]:
        """Return a mixed action's gain over an action at each profile of the others, in units."""
        own = self.whole[action]
        parts = [weight * (self.whole[b] - own) for b, weight in mix.items()]
        fractions: list[Fraction] = np.sum(parts, axis=0).tolist()
        return fractions


@dataclass(frozen=True)
class Dominator:
    """A mixed action (positions and weights) that dominates, how, and by how much in payoff units."""

    mix: tuple[tuple[int, float], ...]
    kind: DominanceKind
    least_gain: float
    largest_gain: float


# Stands for what could not be decided: the program is too large to be solved in whole numbers.
UNSURE = Dominator((), "weak", 0.0, 0.0)


def find_dominator(
    own: OwnPayoffs, action: int, others: Sequence[int], *, kind: DominanceKind, mixed: bool
) -> Dominator | None:
    """Return a pure or mixed action over `others` that dominates the action, `None`, or `UNSURE`.

    Examples
    --------
    >>> own = OwnPayoffs.of(StageGame([[2], [3]]), 0)
    >>> find_dominator(own, 0, [1], kind="strict", mixed=True)
    Dominator(mix=((1, 1.0),), kind='strict', least_gain=1.0, largest_gain=1.0)
    """
    if not others:
        return None
    lead = own.whole[action] - own.whole[list(others)].max(axis=0)
    # An action that is the only best reply somewhere is dominated by nothing.
    if lead.max() > 0:
        return None  # the only best reply to some profile
    pure = _pure_dominator(own, action, others, kind)
    decided = pure is not None and (pure.kind == "strict" or lead.max() == 0)
    if decided or not mixed or len(others) < 2:
        return pure
    # A best reply to some profile is not strictly dominated; what is so weakly may be strictly, by a mix.
    programs: list[tuple[Callable[..., _Program], DominanceKind]] = []
    if lead.max() < 0:
        programs.append((_strict_program, "strict"))
    if kind == "weak" and pure is None:
        programs.append((_weak_program, "weak"))
    for program, looked_for in programs:
        mix = program(own, action, others).best()
        if mix is None:
            return UNSURE
        dominator = _confirmed(own, action, mix, looked_for)
        if dominator is not None:
            return dominator
    return pure


def _pure_dominator(
    own: OwnPayoffs, action: int, others: Sequence[int], kind: DominanceKind
) -> Dominator | None:
    """Return the pure dominator with the largest least gain, one that gains everywhere before another."""
    least = (own.whole[list(others)] - own.whole[action]).min(axis=1).tolist()
    for k in sorted(range(len(others)), key=lambda k: -least[k]):
        if least[k] < 0:
            return None
        dominator = _confirmed(own, action, {others[k]: Fraction(1)}, kind)
        if dominator is not None:
            return dominator
    return None


def _confirmed(own: OwnPayoffs, action: int, mix: Mix, kind: DominanceKind) -> Dominator | None:
    """Return the mixed action as a dominator if its gains have the right signs."""
    if not mix:
        return None
    gains = own.gains(action, mix)
    least, largest = min(gains), max(gains)
    if least < 0 or largest <= 0 or (kind == "strict" and least == 0):
        return None
    weights = tuple((b, float(weight)) for b, weight in mix.items())
    result: DominanceKind = "strict" if least > 0 else "weak"
    return Dominator(weights, result, float(least * own.unit), float(largest * own.unit))


class _Program(NamedTuple):
    """A linear program whose first unknowns are weights that sum to 1; the last row says so."""

    whole: WholeProgram
    # The positions of the actions that the first unknowns weigh.
    actions: tuple[int, ...]

    def best(self) -> Mix | None:
        """Return the weights of a proven optimum; None where none was proven."""
        from negotiation.game_theory.exact.optimal_bases import Basis, proven_optimum

        last = len(self.whole.matrix) - 1
        # The last weight alone, where nothing better was proposed: exact pivots lead on from there.
        # The proposal of doubles may be no basis of the exact program; the simplest one always is.
        for basis in (self._proposed(), Basis((len(self.actions) - 1,), (last,))):
            mix = proven_optimum(self.whole, basis) if basis is not None else None
            if mix is not None:
                weights = {k: Fraction(x, mix.point_denominator) for k, x in sorted(mix.point.items()) if x}
                return {b: weights[k] for k, b in enumerate(self.actions) if k in weights}
        return None

    def _proposed(self) -> Basis | None:
        """Return the basis that HiGHS finds best, entries being brought to order 1."""
        from negotiation.game_theory.exact.optimal_bases import Basis

        size = max((abs(a) for row in self.whole.matrix[:-1] for a in row.values()), default=1)
        dense = np.zeros((len(self.whole.matrix), len(self.whole.objective)))
        for r, row in enumerate(self.whole.matrix[:-1]):
            for j, a in row.items():
                dense[r, j] = a / size
        dense[-1, : len(self.actions)] = 1.0
        program = SmallProgram(dense)
        low = np.full(len(dense), -np.inf)
        low[-1] = 1.0
        program.set_rows(low, np.append(np.zeros(len(dense) - 1), 1.0))
        worth = max(abs(c) for c in self.whole.objective) or 1
        optimum = program.maximum(np.array([c / worth for c in self.whole.objective]))
        return None if optimum is None else Basis(*program.basis())


def _program(
    gains: ObjectArray, actions: Sequence[int], level: Sequence[int], objective: Sequence[int]
) -> _Program:
    """Return the program with a row for each of the others' profiles: level <= gain of the weights."""
    from negotiation.game_theory.exact.optimal_bases import WholeProgram

    weights = len(actions)
    rows = [
        {**{k: -int(g) for k, g in enumerate(column) if g}, **{weights + k: x for k, x in enumerate(level)}}
        for column in gains.T.tolist()
    ]
    rows.append(dict.fromkeys(range(weights), 1))
    levels = [0] * (len(rows) - 1) + [1]
    return _Program(WholeProgram(rows, levels, frozenset((len(rows) - 1,)), list(objective)), tuple(actions))


def _strict_program(own: OwnPayoffs, action: int, others: Sequence[int]) -> _Program:
    """Return the program for the largest least gain, counted from the least of all: never negative."""
    gains: ObjectArray = own.whole[list(others)] - own.whole[action]
    # With all gains raised by the same amount the best mixture is the same, and the largest least gain is not
    # negative: no free variable is needed.
    raised: ObjectArray = gains - gains.min()
    # The unknown gain in the largest one: its entries are then of the order of the others.
    return _program(raised, others, (int(raised.max()) or 1,), [0] * len(others) + [1])


def _weak_program(own: OwnPayoffs, action: int, others: Sequence[int]) -> _Program:
    """Return the program for the largest sum of gains where none is negative; the action itself gains 0."""
    # The action itself is a mixture that gains nothing: the program is never infeasible.
    actions = [*others, action]
    gains: ObjectArray = own.whole[actions] - own.whole[action]
    return _program(gains, actions, (), [int(total) for total in gains.sum(axis=1)])


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
    status : {"complete", "partial", "failed"}
        `partial` if some remaining action could not be decided; `reason` names the action.
    reason : str
        What was compared, or could not be decided.
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
        """Whether the reduced game has the same Nash and correlated equilibria as the game.

        False if a weakly dominated action was removed: the remaining equilibria are equilibria of the game,
        but others may have been lost.
        """
        return all(action.safe for action in self.eliminated)

    @property
    def rounds(self) -> int:
        """Number of rounds in which something was eliminated."""
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
    UnknownMethod
        If the kind is neither "strict" nor "weak".

    Notes
    -----
    Each round removes all dominated actions of all players at once. The result of strict elimination does not
    depend on the order (Gilboa, Kalai and Zemel 1990); that of weak elimination may.

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
        dominated, doubtful = _dominated(stage, payoffs, remaining, kind, mixed, by_survivors=True)
        if not dominated:
            break
        # Weak and strict removals of one round are made at once, so none of them is safe by itself.
        safe = all(action.safe for action in (*record, *dominated))
        record.extend(replace(action, round=number, safe=safe) for action in dominated)
        gone = {(action.player, action.action) for action in dominated}
        for i, player in enumerate(stage.players):
            remaining[i] = [a for a in remaining[i] if (player, stage.actions[i][a]) not in gone]
    status, reason = status_of(doubtful, mixed)
    tolerance = 0.0 if has_exact_payoffs(stage) else KNIFE_EDGE
    return IteratedElimination(
        _reduced(stage, remaining), tuple(record), kind, mixed, status, reason, tolerance
    )


def _own_payoffs(stage: StageGame) -> list[OwnPayoffs]:
    return [OwnPayoffs.of(stage, i) for i in range(stage.n_players)]


def _dominated(
    stage: StageGame,
    payoffs: list[OwnPayoffs],
    remaining: list[list[int]],
    kind: DominanceKind,
    mixed: bool,
    *,
    by_survivors: bool = False,
) -> tuple[list[DominatedAction], list[str]]:
    """Return the actions that are dominated among those remaining, and those that are not decided."""
    actions: list[DominatedAction] = []
    doubtful: list[str] = []
    for i in range(stage.n_players):
        own = payoffs[i].columns(_columns(stage.n_actions, remaining, i))
        rivals = list(remaining[i])
        for a in remaining[i]:
            dominator = find_dominator(own, a, [b for b in rivals if b != a], kind=kind, mixed=mixed)
            if dominator is UNSURE:
                doubtful.append(f"{stage.players[i]}'s {stage.actions[i][a]!r}")
            elif dominator is not None:
                # What a removed action dominates, its dominator does too.
                if by_survivors:
                    rivals.remove(a)
                actions.append(labelled(stage, i, a, dominator))
    return actions, doubtful


def _columns(counts: tuple[int, ...], remaining: list[list[int]], player: int) -> IntArray:
    """Return the columns of `OwnPayoffs` at which the others play actions that are kept."""
    left = [np.asarray(remaining[j], dtype=np.intp) for j in range(len(counts)) if j != player]
    if not left:
        return np.zeros(1, dtype=np.intp)
    others = [counts[j] for j in range(len(counts)) if j != player]
    positions = np.ravel_multi_index(np.ix_(*left), others)
    return np.asarray(positions, dtype=np.intp).ravel()


def _reduced(stage: StageGame, remaining: list[list[int]]) -> StageGame:
    return StageGame(
        stage.given_payoffs()[np.ix_(*remaining)],
        stage.players,
        [[labels[a] for a in row] for labels, row in zip(stage.actions, remaining, strict=True)],
        stage.name,
        stage.names,
    )
