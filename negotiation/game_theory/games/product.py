"""Several issues between the same players, played side by side: the product of stage games.

A joint action names one action for each issue, "raise|stop", and payoffs add over issues (Bernheim and
Whinston 1990 on multimarket contact). The product itself adds no strategic link: an action profile is a Nash
equilibrium of the product if and only if its parts are Nash equilibria of the issues. Size: the product of
the issues' numbers of profiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from negotiation.base.numeric import NumberArray
from negotiation.errors import InvalidGame, SizeLimit, shown
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.stage import Profile, StageGame

# Stands between the issues' action labels in a joint label.
SEPARATOR = "|"


def product_game(*issues: StageGame, name: str = "") -> StageGame:
    """Return the game in which several issues are played at once and their payoffs are added.

    Parameters
    ----------
    *issues : StageGame
        At least one stage game; all have the same players in the same order. Rational payoffs are kept
        exactly if those of all issues are rational.
    name : str, optional
        Description of the game; by default the joined names of the issues.

    Returns
    -------
    StageGame
        The product game. A joint action is labelled by the issues' action labels with "|" in between.

    Raises
    ------
    InvalidGame
        If there is no issue, the players differ, or joint labels would not be unique.
    SizeLimit
        If the game would have more than 2,000,000 payoffs, counted over players.

    Examples
    --------
    >>> tariffs = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]], actions=("cd", "cd"))
    >>> joint = product_game(tariffs, tariffs)
    >>> joint.actions[0], joint.payoff(("c|d", "c|c")).tolist()
    (('c|c', 'c|d', 'd|c', 'd|d'), [5.0, 1.0])
    """
    players = common_players(issues)
    counts = [prod(issue.n_actions[i] for issue in issues) for i in range(len(players))]
    entries = prod(counts) * len(players)
    if entries > NUMERICS.most_product_entries:
        raise SizeLimit(
            f"the product of {len(issues)} issues would have {' x '.join(map(str, counts))} profiles and "
            f"{entries:,} payoffs; at most {NUMERICS.most_product_entries:,} are allowed. "
            "Take fewer issues, or fewer actions"
        )
    exact = all(issue.given_payoffs().dtype == object for issue in issues)
    payoffs: NumberArray = issues[0].given_payoffs() if exact else issues[0].payoffs
    for issue in issues[1:]:
        payoffs = _side_by_side(payoffs, issue.given_payoffs() if exact else issue.payoffs)
    labels = [
        [SEPARATOR.join(parts) for parts in product(*(issue.actions[i] for issue in issues))]
        for i in range(len(players))
    ]
    return StageGame(payoffs, players, labels, name or " and ".join(issue.name for issue in issues))


def joint_profile(*profiles: Sequence[str]) -> Profile:
    """Return the joint profile of one profile for each issue.

    Examples
    --------
    >>> joint_profile(("c", "c"), ("stop", "go"))
    ('c|stop', 'c|go')
    """
    if len({len(profile) for profile in profiles}) != 1:
        raise InvalidGame(
            f"expected one profile for each issue, with one action for each player; got {shown(profiles)}"
        )
    return tuple(SEPARATOR.join(parts) for parts in zip(*profiles, strict=True))


def issue_profiles(profile: Sequence[str], count: int) -> tuple[Profile, ...]:
    """Return the profiles of the issues from a joint profile.

    Examples
    --------
    >>> issue_profiles(("c|stop", "c|go"), 2)
    (('c', 'c'), ('stop', 'go'))
    """
    parts = [label.split(SEPARATOR) if count > 1 else [label] for label in profile]
    for label, part in zip(profile, parts, strict=True):
        if len(part) != count:
            raise InvalidGame(
                f"a joint action must name one action for each of {count} issues, with "
                f"{SEPARATOR!r} in between; got {shown(label)}"
            )
    return tuple(zip(*parts, strict=True))


def common_players(issues: Sequence[StageGame]) -> tuple[str, ...]:
    """Return the players of all issues, or raise `InvalidGame` if they differ."""
    if not issues:
        raise InvalidGame("a product of issues needs at least one StageGame; got none")
    for issue in issues[1:]:
        if issue.players != issues[0].players:
            raise InvalidGame(
                "the issues of a product must have the same players in the same order; "
                f"got {issues[0].players} and {issue.players}"
            )
    return issues[0].players


def _side_by_side(first: NumberArray, second: NumberArray) -> NumberArray:
    """Return the payoffs of two issues together: both axes of a player are placed side by side and merged."""
    n = first.ndim - 1
    wide = first.reshape(*(k for size in first.shape[:-1] for k in (size, 1)), n)
    deep = second.reshape(*(k for size in second.shape[:-1] for k in (1, size)), n)
    total = np.add(wide, deep)
    sizes = [a * b for a, b in zip(first.shape[:-1], second.shape[:-1], strict=True)]
    merged: NumberArray = total.reshape(*sizes, n)
    return merged
