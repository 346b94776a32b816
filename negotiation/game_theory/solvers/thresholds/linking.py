"""Linking issues: one contract whose breach is answered everywhere, against a contract for each issue.

Unlinked, each issue k has its own grim trigger, kept from a discount factor delta_k on. Linked, one grim
trigger covers all issues: any breach ends cooperation in all of them, so breaking one breaks all. With
gains g_ik from breaking and stakes S_ik (cooperation less punishment) the linked contract needs

    delta >= max_i sum_k g_ik / (sum_k S_ik + sum_k g_ik)

(Bernheim and Whinston 1990; Limao 2005; Maggi 2016). Linking pools slack: with identical players the linked
threshold lies between the issues' own, and with different players it can be below all of them. The link is
all or nothing, so if the sum fails it destroys what single contracts keep. The best equilibrium of the joint
game is never worse than unlinked play, since `product_automaton` is one of its equilibria. Every
classification here is by `verify`. The cost is one product game, whose size is the product of the sizes of
the issues.

Which issues must a link cover to be self-enforcing at a given discount factor? A set A is self-enforcing iff
in every issue punishment is a stage equilibrium and every player i has (1 - delta) G_i(A) <= delta S_i(A),
with S_i(A) the sum over A of cooperation less punishment and G_i(A) the best joint deviation: the sum of the
issues' positive gains, or the largest gain if none is positive. Neither larger nor smaller sets are always
easier, so all sets are tried by size, except those that contain a self-enforcing set. A set that passes is
checked by `verify` in its product game. The cost is at most 2^K sums for K issues, and one product game for
each answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, Number, is_exact
from negotiation.base.reading.names import names_given
from negotiation.base.status import Status
from negotiation.errors import InvalidStrategy, SizeLimit, UnknownName, shown
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame, own_units, unilateral_payoffs
from negotiation.game_theory.games.product import common_players, joint_profile, product_game
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.result import CriticalDiscountFactor
from negotiation.game_theory.strategies import Automaton, grim_trigger, product_automaton

# `helps`: the link holds and some issue's own contract does not. `destroys`: the link fails and some issue's
# own contract holds. `irrelevant`: neither.
Effect = Literal["helps", "irrelevant", "destroys"]


@dataclass(frozen=True)
class Linking(Tabular):
    """A comparison of all-or-nothing linkage of issues with a separate contract for each issue.

    Parameters
    ----------
    effect : {"helps", "irrelevant", "destroys"}
        The effect of linking at `discount_factor`, compared with separate contracts.
    issues : tuple of str
        Labels of the issues.
    separate : tuple of CriticalDiscountFactor
        For each issue, all common discount factors at which its own grim trigger is an equilibrium.
    linked : CriticalDiscountFactor
        All common discount factors at which the grim trigger that covers all issues is an equilibrium.
    discount_factor : number or tuple of numbers
        The discount factor of the verdicts: one number, or one for each player.
    separate_verdicts : tuple of Verdict
        Verdict on each issue's own grim trigger, in the game of the issue.
    linked_verdict : Verdict
        Verdict on the linked grim trigger, in the joint game.
    unlinked_verdict : Verdict
        Verdict in the joint game on separate contracts for the issues whose contracts hold, with punishment
        for ever in the other issues.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> from fractions import Fraction
    >>> A, B = [[2, -1], [3, 0]], [[2, 3], [-1, 0]]
    >>> tariffs = StageGame.from_matrices(A, B, actions=("cd", "cd"), name="tariffs")
    >>> A, B = [[1, -3], [4, 0]], [[1, 4], [-3, 0]]
    >>> chips = StageGame.from_matrices(A, B, actions=("cd", "cd"), name="chips")
    >>> keep, war = [("c", "c")] * 2, [("d", "d")] * 2
    >>> print(linking([tariffs, chips], keep, war, discount_factor=Fraction(3, 5)))
    linking helps
    contract    least delta  holds  margin
    tariffs        0.333333  yes       0.4
    chips              0.75  no       -0.6
    all linked     0.571429  yes       0.2
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
        """Issues in which separate contracts sustain cooperation."""
        return tuple(
            k for k, verdict in zip(self.issues, self.separate_verdicts, strict=True) if verdict.holds
        )

    @property
    def thresholds(self) -> tuple[Number | None, ...]:
        """Least discount factor of each issue's own contract; `None` if there is none."""
        return tuple(threshold.value for threshold in self.separate)

    @property
    def value(self) -> Number | None:
        """Least discount factor of the linked contract; `None` if there is none."""
        return self.linked.value

    def table(self) -> Table:
        """Return a table with one row for each issue and one for the link: threshold, verdict and margin."""
        rows = [
            (label, _shown(entry.value), verdict.holds, float(verdict.margin))
            for label, entry, verdict in (
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
    """Compare one contract that links all issues with a separate contract for each issue.

    Parameters
    ----------
    issues : sequence of StageGame
        The game of each issue; all have the same players. Payoffs may differ between players and issues.
    cooperate : sequence of profiles
        For each issue, the profile that the contract prescribes.
    punish : sequence of profiles
        For each issue, the profile that is played for ever after a breach.
    discount_factor : float, Fraction or sequence of these
        Common discount factor, or one for each player. If all arguments are rational, knife edges are decided
        exactly.

    Returns
    -------
    Linking
        The effect of linking as `.effect` ("helps", "irrelevant" or "destroys"), the separate thresholds as
        `.thresholds`, the linked threshold as `.value`, and the verdicts.

    Raises
    ------
    InvalidStrategy
        If there is not one profile of each kind for each issue.
    InvalidGame
        If the issues do not have the same players.
    UnknownAction
        If a profile names an action that its issue does not have.
    SizeLimit
        If the joint game is too large.

    Notes
    -----
    Bernheim, B. D., and Whinston, M. D. (1990), "Multimarket contact and collusive behavior", RAND Journal of
    Economics 21(1).

    Examples
    --------
    >>> def issue(gain, stake, name):
    ...     A = [[stake, -gain], [stake + gain, 0]]
    ...     return StageGame.from_matrices(A, list(zip(*A)), actions=("cd", "cd"), name=name)
    >>> tariffs, chips = issue(1, 2, "tariffs"), issue(1, Fraction(3, 10), "chips")
    >>> keep, war = [("c", "c")] * 2, [("d", "d")] * 2
    >>> found = linking([tariffs, chips], keep, war, discount_factor=Fraction(1, 2))
    >>> found.thresholds, found.value, found.effect
    ((Fraction(1, 3), Fraction(10, 13)), Fraction(20, 43), 'helps')
    """
    _check_contracts(issues, cooperate, punish)
    delta = tuple(discount_factor) if isinstance(discount_factor, Sequence) else discount_factor
    joint, linked, linked_verdict = _link(issues, cooperate, punish, delta)
    exact = _is_rational_input(issues, joint)
    grims = [grim_trigger(g, c, p) for g, c, p in zip(issues, cooperate, punish, strict=True)]
    separate_verdicts = [
        verify(RepeatedGame(game, delta), grim, exact=exact) for game, grim in zip(issues, grims, strict=True)
    ]
    # Unlinked: what does not hold by itself is not agreed on, and its stage equilibrium is played.
    parts = [
        grim if verdict.holds else grim_trigger(game, p, p)
        for game, grim, verdict, p in zip(issues, grims, separate_verdicts, punish, strict=True)
    ]
    unlinked = verify(joint, product_automaton(joint.stage, parts), exact=exact)
    return Linking(
        _effect(linked_verdict.holds, [verdict.holds for verdict in separate_verdicts]),
        _issue_labels(issues),
        tuple(critical_discount_factor(game, grim) for game, grim in zip(issues, grims, strict=True)),
        critical_discount_factor(joint.stage, linked),
        delta,
        tuple(separate_verdicts),
        linked_verdict,
        unlinked,
    )


def _check_contracts(
    issues: Sequence[StageGame], cooperate: Sequence[Sequence[str]], punish: Sequence[Sequence[str]]
) -> None:
    """Raise an error unless the issues have the same players, and one profile of each kind each."""
    common_players(issues)
    for what, profiles in (("cooperate", cooperate), ("punish", punish)):
        if not hasattr(profiles, "__len__") or len(profiles) != len(issues):
            raise InvalidStrategy(
                f"`{what}` must have one profile for each issue, {len(issues)} in all; got {shown(profiles)}"
            )


def _issue_labels(issues: Sequence[StageGame]) -> tuple[str, ...]:
    """Return the issues' names where they differ, else "issue 1", "issue 2", ...

    Examples
    --------
    >>> game = StageGame([[[0, 0]]])
    >>> _issue_labels([game, game])
    ('issue 1', 'issue 2')
    """
    names = tuple(issue.name for issue in issues)
    if len(set(names)) == len(names):
        return names
    return tuple(f"issue {k + 1}" for k in range(len(issues)))


def _is_rational_input(issues: Sequence[StageGame], game: RepeatedGame) -> bool:
    """Return whether payoffs and discount factors were all given as integers or fractions."""
    return all(is_exact(delta) for delta in game.discount_factors) and all(
        issue.given_payoffs().dtype == object for issue in issues
    )


def _effect(linked: bool, separate: Sequence[bool]) -> Effect:
    if linked:
        return "irrelevant" if all(separate) else "helps"
    return "destroys" if any(separate) else "irrelevant"


def _shown(value: Number | None) -> float | None:
    return None if value is None else float(value)


@dataclass(frozen=True)
class LeastLink(Tabular):
    """The minimal sets of issues whose all-or-nothing link is self-enforcing.

    Parameters
    ----------
    sets : tuple of tuples of str
        All sets that are minimal by inclusion, in order of size. Sets of equal size are in decreasing order
        of their margin, as a share of the payoff range of the player whose deviation has that margin.
    verdicts : tuple of Verdict
        The verdict of `verify` on each of these sets.
    issues : tuple of str
        Labels of all issues.
    including : tuple of str
        Labels of the issues that the link had to cover.
    discount_factor : number or sequence of numbers
        The discount factors, as given.
    tried : int
        Number of sets that were examined.
    status : {"complete"}
        Always complete.
    method : str
        The method, in words.

    Examples
    --------
    >>> from fractions import Fraction
    >>> A, B = [[2, -1], [3, 0]], [[2, 3], [-1, 0]]
    >>> tariffs = StageGame.from_matrices(A, B, actions=("cd", "cd"), name="tariffs")
    >>> A, B = [[1, -3], [4, 0]], [[1, 4], [-3, 0]]
    >>> chips = StageGame.from_matrices(A, B, actions=("cd", "cd"), name="chips")
    >>> keep, war = [("c", "c")] * 2, [("d", "d")] * 2
    >>> found = least_self_enforcing_link([tariffs, chips], keep, war,
    ...     discount_factor=Fraction(3, 5), including=["chips"])
    >>> found.value
    ('tariffs', 'chips')
    """

    sets: tuple[tuple[str, ...], ...]
    verdicts: tuple[Verdict, ...]
    issues: tuple[str, ...]
    including: tuple[str, ...]
    discount_factor: Number | Sequence[Number]
    tried: int
    status: Status = "complete"
    method: str = "all sets of issues by size"

    @property
    def value(self) -> tuple[str, ...] | None:
        """A smallest self-enforcing set; `None` if no set is self-enforcing."""
        return self.sets[0] if self.sets else None

    def table(self) -> Table:
        """Return a table with one row for each minimal set: the issues, their number and the margin."""
        rows = tuple(
            (", ".join(labels), len(labels), float(verdict.margin))
            for labels, verdict in zip(self.sets, self.verdicts, strict=True)
        )
        title = "least self-enforcing links" if rows else "least self-enforcing links: none"
        return Table(title, ("issues", "number", "margin"), rows)


@dataclass(frozen=True)
class _LinkTerms:
    """By player: the gain from the best deviation (None without one), the stake, and what counts as none."""

    gains: tuple[Fraction | None, ...]
    stakes: tuple[Fraction, ...]
    slack: tuple[Fraction, ...]


def least_self_enforcing_link(
    issues: Sequence[StageGame],
    cooperate: Sequence[Sequence[str]],
    punish: Sequence[Sequence[str]],
    *,
    discount_factor: Number | Sequence[Number],
    including: str | Sequence[str] = (),
) -> LeastLink:
    """Return the minimal sets of issues whose all-or-nothing link is self-enforcing.

    Parameters
    ----------
    issues : sequence of StageGame
        The game of each issue; all have the same players.
    cooperate : sequence of profiles
        For each issue, the profile that the contract prescribes.
    punish : sequence of profiles
        For each issue, the profile that is played for ever after any breach.
    discount_factor : float, Fraction or sequence of these
        Common discount factor, or one for each player.
    including : str or sequence of str, optional
        Names of issues that the contract must cover; none by default. If names of games repeat, the issues
        are called "issue 1", "issue 2", ...

    Returns
    -------
    LeastLink
        All sets that are minimal by inclusion as `.sets`, and a smallest one as `.value`.

    Raises
    ------
    InvalidGame
        If there is no issue, or the issues differ in their players.
    InvalidStrategy
        If there is not one profile of each kind for each issue.
    UnknownName
        If `including` names an unknown issue.
    InvalidOptions
        If `including` is neither a text nor a sequence.
    SizeLimit
        If there are more than 16 issues, or a product game is too large.

    Examples
    --------
    >>> def issue(gain, stake, name):
    ...     A = [[stake, -gain], [stake + gain, 0]]
    ...     return StageGame.from_matrices(A, list(zip(*A)), actions=("cd", "cd"), name=name)
    >>> issues = [issue(1, 3, "tariffs"), issue(2, 1, "chips"), issue(1, 1, "fees")]
    >>> found = least_self_enforcing_link(issues, [("c", "c")] * 3, [("d", "d")] * 3,
    ...                                   discount_factor=Fraction(3, 7), including=["chips"])
    >>> found.value
    ('tariffs', 'chips')
    """
    _check_contracts(issues, cooperate, punish)
    if len(issues) > NUMERICS.most_issues:
        raise SizeLimit(
            f"{len(issues)} issues have {2 ** len(issues) - 1:,} sets; at most {NUMERICS.most_issues} issues "
            "are allowed. Join issues that belong together by `product_game`"
        )
    labels, including = _issue_labels(issues), names_given(including) or ()
    for name in including:
        UnknownName.unless_in(name, labels, "issue")
    terms = [_terms(game, c, p) for game, c, p in zip(issues, cooperate, punish, strict=True)]
    results: list[tuple[tuple[int, ...], Verdict]] = []
    tried = 0
    for chosen in _sets([labels.index(name) for name in including], len(issues)):
        # By size, so that a set that contains one found before is not least.
        if any(set(other) <= set(chosen) for other, _ in results):
            continue
        tried += 1
        parts = [issues[k] for k in chosen]
        # A few sums rule out most sets; the product game is built and verified for those that may hold.
        if not _passes([terms[k] for k in chosen], RepeatedGame(parts[0], discount_factor)):
            continue
        profiles = [cooperate[k] for k in chosen], [punish[k] for k in chosen]
        _, _, verdict = _link(parts, *profiles, discount_factor)
        if verdict.holds:
            results.append((chosen, verdict))
    results.sort(key=lambda entry: (len(entry[0]), -_share(entry[1], [issues[k] for k in entry[0]])))
    return LeastLink(
        tuple(tuple(labels[k] for k in chosen) for chosen, _ in results),
        tuple(verdict for _, verdict in results),
        labels,
        tuple(including),
        discount_factor,
        tried,
    )


def _share(verdict: Verdict, parts: Sequence[StageGame]) -> float:
    """Return a margin as a share of the range of its player's payoffs from all parts together."""
    if verdict.deviation is None:
        return float("inf")
    i = parts[0].player_index(verdict.deviation.player)
    span = sum(float(np.ptp(own_units(part).payoffs[0][..., i])) for part in parts)
    return float(verdict.margin) / (span or 1.0)


def _sets(needed: Sequence[int], count: int) -> Iterator[tuple[int, ...]]:
    """Yield the non-empty sets that contain the needed issues, by size."""
    others = [k for k in range(count) if k not in needed]
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            chosen = tuple(sorted({*needed, *more}))
            if chosen:
                yield chosen


def _terms(issue: StageGame, cooperate: Sequence[str], punish: Sequence[str]) -> _LinkTerms | None:
    """Return an issue's gains and stakes, or None where its punishment is no stage equilibrium."""
    rational = issue.given_payoffs().dtype == object
    if not verify(issue, tuple(punish), exact=rational).holds:
        return None
    payoffs = issue.exact_payoffs()
    peace, war = issue.profile_index(cooperate), issue.profile_index(punish)
    gains: list[Fraction | None] = []
    for i in range(issue.n_players):
        # Exact, also of floats: sums of gains and stakes decide knife edges.
        own = [Fraction(u) for u in unilateral_payoffs(payoffs, peace, i)]
        gains.append(max((u - own[peace[i]] for a, u in enumerate(own) if a != peace[i]), default=None))
    stakes = tuple(payoffs[(*peace, i)] - payoffs[(*war, i)] for i in range(issue.n_players))
    nothing = [0.0] * issue.n_players if rational else own_units(issue).tolerances()
    slack = tuple(Fraction(2 * near) for near in nothing)
    return _LinkTerms(tuple(gains), stakes, slack)


def _passes(terms: Sequence[_LinkTerms | None], game: RepeatedGame) -> bool:
    """Return whether (1 - delta) G_i <= delta S_i for every player, up to the slack of floats."""
    known = [term for term in terms if term is not None]
    if len(known) < len(terms):
        return False
    # Of the discount factors; the payoffs' slack came with the terms.
    rational = _is_rational_input([], game)
    for i, delta in enumerate(game.exact_discount_factors):
        gains = [gain for term in known if (gain := term.gains[i]) is not None]
        stake = sum((term.stakes[i] for term in known), Fraction(0))
        slack = sum((term.slack[i] for term in known), Fraction(0))
        if not rational:
            slack += Fraction(KNIFE_EDGE) * sum((abs(term.stakes[i]) for term in known), Fraction(0))
        # The grim trigger of the product game, in sums: what departing gains once against what it loses in
        # every later period. It passes what may hold; the check of the product game decides.
        if gains and (1 - delta) * _joint_gain(gains) > delta * stake + slack:
            return False
    return True


def _joint_gain(gains: Sequence[Fraction]) -> Fraction:
    # Whoever departs departs on every issue that gains; where none does, on the one that costs least, as a
    # departure has to be somewhere.
    positive = [gain for gain in gains if gain > 0]
    return sum(positive, Fraction(0)) if positive else max(gains)


def _link(
    issues: Sequence[StageGame],
    cooperate: Sequence[Sequence[str]],
    punish: Sequence[Sequence[str]],
    discount_factor: Number | Sequence[Number],
) -> tuple[RepeatedGame, Automaton, Verdict]:
    """Return the product game of these issues, its all-or-nothing grim trigger and the verdict on that."""
    joint = RepeatedGame(product_game(*issues), discount_factor)
    grim = grim_trigger(joint.stage, joint_profile(*cooperate), joint_profile(*punish))
    return joint, grim, verify(joint, grim, exact=_is_rational_input(issues, joint))
