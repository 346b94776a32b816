"""Strategic risk in the repeated prisoner's dilemma: when cooperation is the safer choice.

Both players choose between grim trigger and always defecting. In average discounted payoffs this is the 2x2
game

    grim against grim         R                          grim against defection        (1 - delta) S + delta P
    defection against grim    (1 - delta) T + delta P    defection against defection   P

Let a_i = R_i - (1 - delta) T_i - delta P_i be the loss of player i from leaving (grim, grim), and
b_i = (1 - delta) (P_i - S_i) its loss from leaving mutual defection. Grim is a best response if the opponent
plays grim with probability at least b_i / (a_i + b_i). For identical players this probability is the size of
the basin of attraction of always defecting (Dal Bo and Frechette 2011). Grim risk-dominates iff a_1 a_2 >=
b_1 b_2 (Harsanyi and Selten 1988), that is, iff the two probabilities sum to at most 1. For identical players
the least such discount factor is (T - R + P - S) / (T - S), the threshold of Blonski, Ockenfels and Spagnolo
(2011, American Economic Journal: Microeconomics 3(3)). For different players it is the root of a quadratic,
since a_i rises and b_i falls in delta. Cost: constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number, is_exact
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.exact.algebraic_numbers import roots
from negotiation.game_theory.exact.polynomials import polynomial
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.games.capabilities import Takes

ONE = Fraction(1)


@dataclass(frozen=True)
class StrategicRisk(Tabular):
    """The least discount factors at which cooperation is an equilibrium and at which it is risk dominant.

    Parameters
    ----------
    value : float or Fraction
        The least common discount factor at which grim trigger risk-dominates always defecting; a `Fraction`
        if it is rational.
    grim_threshold : Fraction
        The least common discount factor at which grim trigger is subgame perfect: the larger of the players'
        (T - R) / (T - P).
    cooperate, defect : tuple of str
        Label of each player's cooperative action, and label of each player's defection.
    players : tuple of str
        Labels of the players.
    symmetric : bool
        Whether both players have the same payoffs T, R, P and S.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.strategic_risk(stage))
    strategic risk of cooperating
    threshold                        discount factor
    grim trigger is subgame perfect         0.142857
    grim trigger risk-dominates             0.333333
    """

    value: Number
    grim_threshold: Fraction
    cooperate: tuple[str, ...]
    defect: tuple[str, ...]
    players: tuple[str, ...]
    symmetric: bool
    status: Status = "complete"
    method: str = "risk dominance of grim trigger over always defecting"

    def table(self) -> Table:
        """Return a table with one row for each threshold: the least discount factor."""
        return Table(
            "strategic risk of cooperating",
            ("threshold", "discount factor"),
            (
                ("grim trigger is subgame perfect", float(self.grim_threshold)),
                ("grim trigger risk-dominates", float(self.value)),
            ),
        )


@dataclass(frozen=True)
class DefectionBasin(Tabular):
    """The basin of attraction of always defecting, against grim trigger.

    Parameters
    ----------
    beliefs : tuple of float or Fraction
        For each player, the least probability of a grim opponent at which grim trigger is the better choice;
        1 if grim trigger is not an equilibrium for that player.
    size : float or Fraction
        Mean of the beliefs, which for identical players is the size of the basin. Grim trigger risk-dominates
        iff this mean is at most one half.
    risk_dominant : bool
        Whether grim trigger risk-dominates.
    players : tuple of str
        Labels of the players.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.basin_of_defection(ng.RepeatedGame(stage, 0.75)))
    basin of attraction of defection: 0.105263
    player  least probability of a grim opponent
    0                                   0.105263
    1                                   0.105263
    """

    beliefs: tuple[Number, ...]
    size: Number
    risk_dominant: bool
    players: tuple[str, ...]
    status: Status = "complete"
    method: str = "indifference between grim trigger and always defecting"

    def table(self) -> Table:
        """Return a table with one row for each player: the least probability of a grim opponent."""
        rows = tuple((p, float(b)) for p, b in zip(self.players, self.beliefs, strict=True))
        return Table(
            f"basin of attraction of defection: {float(self.size):.6g}",
            ("player", "least probability of a grim opponent"),
            rows,
        )


@dataclass(frozen=True)
class _Side:
    temptation: Fraction
    reward: Fraction
    punishment: Fraction
    sucker: Fraction


@Takes("strategic risk", (StageGame,))
def strategic_risk(stage: StageGame) -> StrategicRisk:
    """Return the least discount factors at which cooperation is possible and at which it is the safer choice.

    Parameters
    ----------
    stage : StageGame
        A prisoner's dilemma: two players with two actions each, and T > R > P > S for both. Payoffs may
        differ between players. The dominant action is defection. Floats are taken at their exact binary
        value.

    Returns
    -------
    StrategicRisk
        `.value` is the least discount factor at which grim trigger risk-dominates always defecting, and
        `.grim_threshold` the least at which grim trigger is subgame perfect.

    Raises
    ------
    InvalidGame
        If the game is not a `StageGame`, or not a prisoner's dilemma.

    Notes
    -----
    For identical players `.value` is the threshold of Blonski, Ockenfels and Spagnolo (2011), "Equilibrium
    selection in the repeated prisoner's dilemma: axiomatic approach and experimental evidence", American
    Economic Journal: Microeconomics 3(3).

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> found = strategic_risk(stage)
    >>> found.value, found.grim_threshold
    (Fraction(1, 3), Fraction(1, 7))
    """
    defect, sides = _dilemma(stage)
    threshold = max((s.temptation - s.reward) / (s.temptation - s.punishment) for s in sides)
    labels = stage.labels([1 - d for d in defect]), stage.labels(defect)
    return StrategicRisk(_balanced(sides, threshold), threshold, *labels, stage.players, sides[0] == sides[1])


@Takes(
    "the basin of defection",
    (RepeatedGame,),
    (2,),
    "refused",
    otherwise="take the game of two players without a signal; `noisy_grim` is grim trigger under noise",
)
def basin_of_defection(game: RepeatedGame) -> DefectionBasin:
    """Return the basin of attraction of always defecting in a repeated prisoner's dilemma.

    Parameters
    ----------
    game : RepeatedGame
        A repeated prisoner's dilemma with perfect monitoring. Players may have different payoffs and discount
        factors.

    Returns
    -------
    DefectionBasin
        The beliefs at which players are indifferent, and whether grim trigger risk-dominates; in rational
        numbers if payoffs and discount factors are rational.

    Raises
    ------
    InvalidGame
        If the game is not a `RepeatedGame`, has a public signal, or its stage game is not a prisoner's
        dilemma.

    Notes
    -----
    Dal Bo, P., and Frechette, G. R. (2011), "The evolution of cooperation in infinitely repeated games:
    experimental evidence", American Economic Review 101(1).

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> found = basin_of_defection(RepeatedGame(stage, Fraction(1, 3)))
    >>> found.size, found.risk_dominant
    (Fraction(1, 2), True)
    """
    _, sides = _dilemma(game.stage)
    beliefs = list(map(_least_belief, sides, game.exact_discount_factors))
    size = sum(beliefs, Fraction(0)) / 2
    exact = is_exact(game.stage.given_payoffs().flat[0]) and all(map(is_exact, game.discount_factors))
    number = Fraction if exact else float
    return DefectionBasin(tuple(map(number, beliefs)), number(size), 2 * size <= 1, game.stage.players)


def _balanced(sides: tuple[_Side, _Side], threshold: Fraction) -> Number:
    """Return the only root of a_1 a_2 = b_1 b_2 above the grim threshold, where a rises and b falls."""
    (u, v), (p, q) = [(s.reward - s.temptation, s.temptation - s.punishment) for s in sides]
    fear = (sides[0].punishment - sides[0].sucker) * (sides[1].punishment - sides[1].sucker)
    balance = polynomial([u * p - fear, u * q + v * p + 2 * fear, v * q - fear])
    (root,) = roots([balance], threshold, ONE)
    return root if isinstance(root, Fraction) else float(root)


def _least_belief(side: _Side, delta: Fraction) -> Fraction:
    loss = side.reward - (1 - delta) * side.temptation - delta * side.punishment
    fear = (1 - delta) * (side.punishment - side.sucker)
    return fear / (loss + fear) if loss >= 0 else ONE


def _dilemma(stage: StageGame) -> tuple[tuple[int, int], tuple[_Side, _Side]]:
    """Return the position of each player's defection, and the payoffs T, R, P and S of both players."""
    if stage.n_actions != (2, 2):
        raise InvalidGame(
            "a prisoner's dilemma must have two players with two actions each; got a game with "
            f"{stage.n_actions} actions. Give a game that has only the cooperative and the defecting action "
            "of each player"
        )
    u = stage.exact_payoffs()
    rows, columns = u[..., 0].tolist(), u[..., 1].T.tolist()  # own action first, in both
    for d, e in product((0, 1), repeat=2):
        sides = _side(rows, d, e), _side(columns, e, d)
        if all(s.temptation > s.reward > s.punishment > s.sucker for s in sides):
            return (d, e), sides
    raise InvalidGame(
        "the game is not a prisoner's dilemma: each player's payoffs must satisfy temptation > reward > "
        "punishment > sucker, so that defection is dominant and mutual defection is worse for both than "
        f"mutual cooperation; got payoffs {stage.payoffs.tolist()}"
    )


def _side(own: list[list[Fraction]], mine: int, theirs: int) -> _Side:
    defects, cooperates = own[mine], own[1 - mine]
    return _Side(defects[1 - theirs], cooperates[1 - theirs], defects[theirs], cooperates[theirs])
