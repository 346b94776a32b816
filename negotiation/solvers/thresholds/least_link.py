"""The least set of issues whose all-or-nothing link holds itself up, at a given discount factor.

A set A of issues under one grim trigger is self-enforcing iff in every issue punishment is a stage
equilibrium and every player i has (1 - delta) G_i(A) <= delta S_i(A), with S_i(A) the sum over A of
cooperation less punishment and G_i(A) the best joint deviation: the sum of the issues' positive gains, or the
largest gain where none is positive (Bernheim and Whinston 1990). Neither larger nor smaller sets are always
easier, so all sets are tried by size, those that contain a self-enforcing one left out; what passes is
checked by `verify` in its product game. Cost: at most 2^K sums for K issues, and one product game an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from negotiation.checks.verify import verify
from negotiation.errors import SizeLimit, UnknownName
from negotiation.games import RepeatedGame, StageGame, unilateral_payoffs
from negotiation.games.product import joint_profile, product_game
from negotiation.labelled import Table, Tabular
from negotiation.numeric import KNIFE_EDGE, Number, payoff_tolerance
from negotiation.solutions.verdict import Verdict
from negotiation.solvers.thresholds.linking import check_contracts, is_rational_input, issue_labels
from negotiation.solvers.thresholds.numerics import NUMERICS
from negotiation.status import Status
from negotiation.strategies import grim_trigger


@dataclass(frozen=True)
class LeastLink(Tabular):
    """The least sets of issues whose all-or-nothing link is self-enforcing.

    Parameters
    ----------
    sets : tuple of tuples of str
        All sets that are least by inclusion, smallest first and, among equals, largest margin first.
    verdicts : tuple of Verdict
        What `verify` says of each of them.
    issues, including : tuple of str
        Labels of all issues, and of those that were to be covered.
    discount_factor : number or sequence of numbers
        As given.
    tried : int
        Number of sets that were looked at.
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
        """A least set by size; `None` where no set is self-enforcing."""
        return self.sets[0] if self.sets else None

    def table(self) -> Table:
        """Return one row for each least set."""
        rows = tuple(
            (", ".join(labels), len(labels), float(verdict.margin))
            for labels, verdict in zip(self.sets, self.verdicts, strict=True)
        )
        title = "least self-enforcing links" if rows else "least self-enforcing links: none"
        return Table(title, ("issues", "number", "margin"), rows)


@dataclass(frozen=True)
class _Terms:
    """By player: the gain from the best deviation (None without an alternative) and the stake."""

    gains: tuple[Fraction | None, ...]
    stakes: tuple[Fraction, ...]
    slack: Fraction


def least_self_enforcing_link(
    issues: Sequence[StageGame],
    cooperate: Sequence[Sequence[str]],
    punish: Sequence[Sequence[str]],
    *,
    discount_factor: Number | Sequence[Number],
    including: Sequence[str] = (),
) -> LeastLink:
    """Return the least sets of issues that an all-or-nothing contract must cover to enforce itself.

    Parameters
    ----------
    issues : sequence of StageGame
        The issue games, all with the same players.
    cooperate, punish : sequences of profiles
        For each issue the profile that the contract keeps, and the one that answers any breach.
    discount_factor : float, Fraction or sequence of these
        Common, or one for each player.
    including : sequence of str, optional
        Issues, by name ("issue 1", ... where names repeat), that the contract has to cover.

    Returns
    -------
    LeastLink
        `.value` a least set by size, `.sets` all that are least by inclusion.

    Raises
    ------
    InvalidStrategy
        If there is not one profile of each kind for each issue.
    UnknownName
        If `including` names no issue.
    SizeLimit
        If there are more than `Numerics.most_issues` issues, or a product game is too large.

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
    check_contracts(issues, cooperate, punish)
    if len(issues) > NUMERICS.most_issues:
        raise SizeLimit(
            f"{len(issues)} issues have {2 ** len(issues) - 1:,} sets; at most {NUMERICS.most_issues} issues "
            "are allowed. Join issues that belong together with product_game"
        )
    labels = issue_labels(issues)
    unknown = [name for name in including if name not in labels]
    if unknown:
        raise UnknownName(unknown[0], labels)
    terms = [_terms(game, c, p) for game, c, p in zip(issues, cooperate, punish, strict=True)]
    found: list[tuple[tuple[int, ...], Verdict]] = []
    tried = 0
    for chosen in _sets([labels.index(name) for name in including], len(issues)):
        if any(set(other) <= set(chosen) for other, _ in found):
            continue
        tried += 1
        parts = [issues[k] for k in chosen]
        if not _passes([terms[k] for k in chosen], RepeatedGame(parts[0], discount_factor)):
            continue
        verdict = _verdict(
            parts, [cooperate[k] for k in chosen], [punish[k] for k in chosen], discount_factor
        )
        if verdict.holds:
            found.append((chosen, verdict))
    found.sort(key=lambda entry: (len(entry[0]), -entry[1].margin))
    return LeastLink(
        tuple(tuple(labels[k] for k in chosen) for chosen, _ in found),
        tuple(verdict for _, verdict in found),
        labels,
        tuple(including),
        discount_factor,
        tried,
    )


def _sets(needed: Sequence[int], count: int) -> Iterator[tuple[int, ...]]:
    """Yield the non-empty sets that contain the needed issues, by size."""
    others = [k for k in range(count) if k not in needed]
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            chosen = tuple(sorted({*needed, *more}))
            if chosen:
                yield chosen


def _terms(issue: StageGame, cooperate: Sequence[str], punish: Sequence[str]) -> _Terms | None:
    """Return an issue's gains and stakes, or None where its punishment is no stage equilibrium."""
    rational = issue.given_payoffs().dtype == object
    if not verify(issue, tuple(punish), exact=rational).holds:
        return None
    payoffs = issue.exact_payoffs()
    peace, war = issue.profile_index(cooperate), issue.profile_index(punish)
    gains: list[Fraction | None] = []
    for i in range(issue.n_players):
        own = [Fraction(u) for u in unilateral_payoffs(payoffs, peace, i)]
        gains.append(max((u - own[peace[i]] for a, u in enumerate(own) if a != peace[i]), default=None))
    stakes = tuple(payoffs[(*peace, i)] - payoffs[(*war, i)] for i in range(issue.n_players))
    slack = Fraction(0) if rational else Fraction(2 * payoff_tolerance(issue.payoffs, KNIFE_EDGE))
    return _Terms(tuple(gains), stakes, slack)


def _passes(terms: Sequence[_Terms | None], game: RepeatedGame) -> bool:
    """Return whether (1 - delta) G_i <= delta S_i for every player, up to the slack of floats."""
    known = [term for term in terms if term is not None]
    if len(known) < len(terms):
        return False
    slack = sum((term.slack for term in known), Fraction(0))
    if not is_rational_input([], game):
        slack += Fraction(KNIFE_EDGE) * sum((abs(s) for term in known for s in term.stakes), Fraction(0))
    for i, delta in enumerate(game.exact_discount_factors):
        gains = [gain for term in known if (gain := term.gains[i]) is not None]
        stake = sum((term.stakes[i] for term in known), Fraction(0))
        if gains and (1 - delta) * _joint_gain(gains) > delta * stake + slack:
            return False
    return True


def _joint_gain(gains: Sequence[Fraction]) -> Fraction:
    positive = [gain for gain in gains if gain > 0]
    return sum(positive, Fraction(0)) if positive else max(gains)


def _verdict(
    issues: Sequence[StageGame],
    cooperate: Sequence[Sequence[str]],
    punish: Sequence[Sequence[str]],
    discount_factor: Number | Sequence[Number],
) -> Verdict:
    """Return the verdict on the all-or-nothing grim trigger in the product game of these issues."""
    joint = RepeatedGame(product_game(*issues), discount_factor)
    grim = grim_trigger(joint.stage, joint_profile(*cooperate), joint_profile(*punish))
    return verify(joint, grim, exact=is_rational_input(issues, joint))
