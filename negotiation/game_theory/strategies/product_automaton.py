"""Product automaton: unlinked contracts; each issue is played independently of the others.

Bernheim, B. D., and Whinston, M. D. (1990), "Multimarket contact and collusive behavior", RAND Journal of
Economics 21(1): the benchmark for linked play. Payoffs of a product game add, so the product is subgame
perfect iff every part is subgame perfect in its own issue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from math import prod

from negotiation.base.numeric import Number
from negotiation.errors import InvalidStrategy, SizeLimit
from negotiation.game_theory.games import Profile, PublicSignal, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.games.product import SEPARATOR, issue_profiles, joint_profile
from negotiation.game_theory.strategies.automaton import (
    OTHERWISE,
    Automaton,
    Key,
    Lottery,
    Target,
    reached_only,
)
from negotiation.game_theory.strategies.numerics import NUMERICS


def product_automaton(
    stage: StageGame, parts: Sequence[Automaton], *, signals: Sequence[PublicSignal] | None = None
) -> Automaton:
    """Return the automaton that plays each issue of a product game independently.

    Parameters
    ----------
    stage : StageGame
        The product game, as `product_game` returns it; with a single part, any game.
    parts : sequence of Automaton
        The automaton for each issue, in the order of the issues. Lotteries of different issues are
        independent.
    signals : sequence of PublicSignal, optional
        The signal of each issue, required if the transitions of the parts depend on signals. The transitions
        of the product then depend on the joint signals of `independent_signals`.

    Returns
    -------
    Automaton
        An automaton whose states are the reachable combinations of the parts' states, labelled with "|" in
        between.

    Raises
    ------
    InvalidStrategy
        If there are no parts, the number of signals differs from the number of parts, or a state of a part
        has no transition for a profile or signal of its issue.
    InvalidGame
        If `stage` is not a StageGame, one of its actions does not name one action for each part, or the
        profile of a part does not name one action for each player.
    UnknownAction
        If a part plays an action that its issue does not have.
    SizeLimit
        If there would be more than 1,000,000 transitions.

    Examples
    --------
    >>> from negotiation.game_theory.games.product import product_game
    >>> from negotiation.game_theory.strategies import grim_trigger
    >>> issue = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]], actions=("cd", "cd"))
    >>> grim = grim_trigger(issue, ("c", "c"), ("d", "d"), ("peace", "war"))
    >>> both = product_automaton(product_game(issue, issue), [grim, grim])
    >>> both.states
    ('peace|peace', 'peace|war', 'war|peace', 'war|war')
    >>> both.next_states("peace|peace", ("c|d", "c|c"))
    {'peace|war': Fraction(1, 1)}
    """
    expect_kind(stage, StageGame, "a strategy")
    if not parts:
        raise InvalidStrategy("a product automaton needs one part for each issue; got none")
    combinations = list(product(*(part.states for part in parts)))
    keys = _keys(stage, parts, signals)
    size = prod(len(part.states) for part in parts) * len(keys)
    if size > NUMERICS.most_transitions:
        raise SizeLimit(
            f"the product automaton would have {size:,} transitions; at most "
            f"{NUMERICS.most_transitions:,} are allowed. Take fewer issues, or check each part in its own "
            "issue, which is equivalent"
        )
    actions: dict[str, Profile] = {}
    transitions: dict[str, dict[Key, Target]] = {}
    for states in combinations:
        label = SEPARATOR.join(states)
        actions[label] = joint_profile(
            *(part.actions[state] for part, state in zip(parts, states, strict=True))
        )
        stage.profile_index(actions[label])
        transitions[label] = _row(parts, states, keys)
    whole = Automaton(actions, _simple(_joint([part.start for part in parts])), actions, transitions)
    return _restricted(whole)


def _keys(
    stage: StageGame, parts: Sequence[Automaton], signals: Sequence[PublicSignal] | None
) -> dict[Key, tuple[Key, ...]]:
    """Return each joint key with the keys of its parts."""
    joint_keys: dict[Key, tuple[Key, ...]] = {}
    if signals is None:
        for profile in product(*stage.actions):
            joint_keys[profile] = issue_profiles(profile, len(parts))
        return joint_keys
    if len(signals) != len(parts):
        raise InvalidStrategy(
            f"`signals` must have one signal for each part, {len(parts)} in all, or be left out; got "
            f"{len(signals)}"
        )
    for labels in product(*(signal.signals for signal in signals)):
        joint_keys[SEPARATOR.join(labels)] = labels
    return joint_keys


def _row(
    parts: Sequence[Automaton], states: Sequence[str], keys: dict[Key, tuple[Key, ...]]
) -> dict[Key, Target]:
    """Return a state's transitions; the most frequent single next state, if any, is under `OTHERWISE`."""
    row: dict[Key, Target] = {}
    for key, split in keys.items():
        lotteries = [
            part.next_states(state, own) for part, state, own in zip(parts, states, split, strict=True)
        ]
        row[key] = _simple(_joint(lotteries))
    certain = [target for target in row.values() if isinstance(target, str)]
    if not certain:
        return row
    usual = Counter(certain).most_common(1)[0][0]
    return {**{key: target for key, target in row.items() if target != usual}, OTHERWISE: usual}


def _joint(lotteries: Sequence[Lottery]) -> dict[str, Number]:
    """Return the lottery over joint states that results from independent lotteries over the parts' states."""
    joint_chances: dict[str, Number] = {}
    for entries in product(*(lottery.items() for lottery in lotteries)):
        chance = prod((p for _, p in entries[1:]), start=entries[0][1])
        if chance:
            joint_chances[SEPARATOR.join(state for state, _ in entries)] = chance
    return joint_chances


def _simple(lottery: dict[str, Number]) -> Target:
    return next(iter(lottery)) if len(lottery) == 1 else lottery


def _restricted(whole: Automaton) -> Automaton:
    """Return the automaton without its unreachable states."""
    return reached_only(whole)
