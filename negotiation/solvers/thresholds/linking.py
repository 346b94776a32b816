"""Linking issues: one contract whose breach is answered everywhere, against a contract for each issue.

Unlinked, each issue k has its own grim trigger, kept from a discount factor delta_k on. Linked, one grim
trigger covers all issues: any breach ends cooperation in all of them, so who breaks one breaks all. With
gains g_ik from breaking and stakes S_ik (cooperation less punishment) the linked contract needs

    delta >= max_i sum_k g_ik / (sum_k S_ik + sum_k g_ik)

(Bernheim and Whinston 1990; Limao 2005; Maggi 2016). Linking pools slack: for identical sides the linked
threshold lies between the issues' own, for unlike sides it can be below all of them. It is all or nothing, so
where the sum fails it destroys what single contracts keep; the best equilibrium of the joint game is never
worse than unlinked play, since `product_automaton` is one of its equilibria. Every classification here is by
`verify`. Cost: one product game, the size of which is the product of the issues' sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from negotiation.checks.verify import verify
from negotiation.errors import InvalidStrategy
from negotiation.games import RepeatedGame, StageGame
from negotiation.games.product import joint_profile, product_game
from negotiation.labelled import Table, Tabular
from negotiation.numeric import Number, is_exact
from negotiation.solutions.verdict import Verdict
from negotiation.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.solvers.thresholds.result import CriticalDiscountFactor
from negotiation.status import Status
from negotiation.strategies import grim_trigger, product_automaton

Effect = Literal["helps", "irrelevant", "destroys"]
"""`helps`: the link holds and some issue's own contract does not. `destroys`: the link fails and some issue's
own contract holds. `irrelevant`: neither."""


@dataclass(frozen=True)
class Linking(Tabular):
    """All-or-nothing linkage of issues set beside a contract for each issue.

    Parameters
    ----------
    effect : {"helps", "irrelevant", "destroys"}
        What linking does at `discount_factor`.
    issues : tuple of str
        Labels of the issues.
    separate : tuple of CriticalDiscountFactor
        For each issue, all common discount factors at which its own grim trigger is an equilibrium.
    linked : CriticalDiscountFactor
        The same for the grim trigger that covers all issues.
    discount_factor : number or tuple of numbers
        Where the verdicts hold.
    separate_verdicts : tuple of Verdict
        Of each issue's own grim trigger, in its own game.
    linked_verdict : Verdict
        Of the linked grim trigger, in the joint game.
    unlinked_verdict : Verdict
        In the joint game, of the product of the contracts that hold, with punishment for ever in the others.
    """

    effect: Effect
    issues: tuple[str, ...]
    separate: tuple[CriticalDiscountFactor, ...]
    linked: CriticalDiscountFactor
    discount_factor: Number | tuple[Number, ...]
    separate_verdicts: tuple[Verdict, ...]
    linked_verdict: Verdict
    unlinked_verdict: Verdict
    status: Status = "complete"
    method: str = "one-shot deviations from all-or-nothing and issue-by-issue grim triggers"

    @property
    def kept(self) -> tuple[str, ...]:
        """The issues in which cooperation is kept without a link."""
        return tuple(
            k for k, verdict in zip(self.issues, self.separate_verdicts, strict=True) if verdict.holds
        )

    @property
    def thresholds(self) -> tuple[Number | None, ...]:
        """The least discount factor of each issue's own contract; `None` where there is none."""
        return tuple(found.value for found in self.separate)

    @property
    def value(self) -> Number | None:
        """The least discount factor of the linked contract; `None` where there is none."""
        return self.linked.value

    def table(self) -> Table:
        """Return one row for each issue and one for the link."""
        rows = [
            (label, _shown(found.value), verdict.holds, float(verdict.margin))
            for label, found, verdict in (
                *zip(self.issues, self.separate, self.separate_verdicts, strict=True),
                ("all linked", self.linked, self.linked_verdict),
            )
        ]
        return Table(f"linking {self.effect}", ("contract", "least delta", "holds", "margin"), tuple(rows))


def linking(
    issues: Sequence[StageGame],
    cooperate: Sequence[Sequence[str]],
    punish: Sequence[Sequence[str]],
    *,
    discount_factor: Number | Sequence[Number],
) -> Linking:
    """Say whether linking issues helps, is irrelevant, or destroys what issue-by-issue contracts keep.

    Parameters
    ----------
    issues : sequence of StageGame
        The issue games, all with the same players; sides and issues may be unlike.
    cooperate, punish : sequences of profiles
        For each issue the profile that its contract keeps, and the one that answers a breach.
    discount_factor : float, Fraction or sequence of these
        Common, or one for each player. With rational input throughout, knife edges are decided exactly.

    Returns
    -------
    Linking
        `.effect`, `.thresholds`, `.value` (the linked threshold), `.kept`, and the verdicts behind them.

    Raises
    ------
    InvalidStrategy
        If there is not one profile of each kind for each issue.
    InvalidGame, UnknownAction
        If issues or profiles do not fit together.
    SizeLimit
        If the joint game is too large.

    Examples
    --------
    >>> from fractions import Fraction
    >>> def issue(gain, stake, name):
    ...     A = [[stake, -gain], [stake + gain, 0]]
    ...     return StageGame.from_matrices(A, list(zip(*A)), actions=("cd", "cd"), name=name)
    >>> tariffs, chips = issue(1, 2, "tariffs"), issue(1, Fraction(3, 10), "chips")
    >>> keep, war = [("c", "c")] * 2, [("d", "d")] * 2
    >>> found = linking([tariffs, chips], keep, war, discount_factor=Fraction(1, 2))
    >>> found.thresholds, found.value, found.effect
    ((Fraction(1, 3), Fraction(10, 13)), Fraction(20, 43), 'helps')
    """
    check_contracts(issues, cooperate, punish)
    joint = product_game(*issues)
    delta = discount_factor if isinstance(discount_factor, (int, float)) else _fixed(discount_factor)
    exact = is_rational_input(issues, RepeatedGame(joint, delta))
    grims = [grim_trigger(g, c, p) for g, c, p in zip(issues, cooperate, punish, strict=True)]
    separate_verdicts = [
        verify(RepeatedGame(game, delta), grim, exact=exact) for game, grim in zip(issues, grims, strict=True)
    ]
    linked = grim_trigger(joint, joint_profile(*cooperate), joint_profile(*punish))
    linked_verdict = verify(RepeatedGame(joint, delta), linked, exact=exact)
    parts = [
        grim if verdict.holds else grim_trigger(game, p, p)
        for game, grim, verdict, p in zip(issues, grims, separate_verdicts, punish, strict=True)
    ]
    unlinked = verify(RepeatedGame(joint, delta), product_automaton(joint, parts), exact=exact)
    return Linking(
        _effect(linked_verdict.holds, [verdict.holds for verdict in separate_verdicts]),
        issue_labels(issues),
        tuple(critical_discount_factor(game, grim) for game, grim in zip(issues, grims, strict=True)),
        critical_discount_factor(joint, linked),
        delta,
        tuple(separate_verdicts),
        linked_verdict,
        unlinked,
    )


def check_contracts(
    issues: Sequence[StageGame], cooperate: Sequence[Sequence[str]], punish: Sequence[Sequence[str]]
) -> None:
    """Raise `InvalidStrategy` unless there is one profile of each kind for each issue."""
    for what, profiles in (("cooperate", cooperate), ("punish", punish)):
        if len(profiles) != len(issues):
            raise InvalidStrategy(
                f"{what} needs one profile for each of {len(issues)} issues; got {len(profiles)}"
            )


def issue_labels(issues: Sequence[StageGame]) -> tuple[str, ...]:
    """Return the issues' names where they differ, else "issue 1", "issue 2", ...

    Examples
    --------
    >>> game = StageGame([[[0, 0]]])
    >>> issue_labels([game, game])
    ('issue 1', 'issue 2')
    """
    names = tuple(issue.name for issue in issues)
    if len(set(names)) == len(names):
        return names
    return tuple(f"issue {k + 1}" for k in range(len(issues)))


def is_rational_input(issues: Sequence[StageGame], game: RepeatedGame) -> bool:
    """Return whether payoffs and discount factors were all given as integers or fractions."""
    return all(is_exact(delta) for delta in game.discount_factors) and all(
        issue.given_payoffs().dtype == object for issue in issues
    )


def _fixed(discount_factor: Number | Sequence[Number]) -> Number | tuple[Number, ...]:
    return tuple(discount_factor) if isinstance(discount_factor, Sequence) else discount_factor


def _effect(linked: bool, separate: Sequence[bool]) -> Effect:
    if linked:
        return "irrelevant" if all(separate) else "helps"
    return "destroys" if any(separate) else "irrelevant"


def _shown(value: Number | None) -> float | None:
    return None if value is None else float(value)
