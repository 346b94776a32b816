"""Proportionate answer: the answer's level rises with the size of the breach, and lasts one period.

Actions are levels in order, the calmest first. A player who exceeds the prescribed level is answered by a
proportional number of levels; the answer is itself prescribed, so it is not a breach. In the trade rules a
suspension of concessions is "equivalent" to the harm: Bagwell, K., and Staiger, R. W. (2002), "The Economics
of the World Trading System". Axelrod (1984, "The Evolution of Cooperation") advises a ratio below 1 where
answers echo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil, inf

from negotiation.base.numeric import Number
from negotiation.base.reading.numbers import expect_count, expect_number
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton, Key, Target

Sizes = Mapping[str, Mapping[str, int]]


def proportionate_answer(
    stage: StageGame,
    cooperate: Sequence[str],
    ratio: Number = 1,
    *,
    sizes: Sizes | None = None,
) -> Automaton:
    """Return the joint automaton in which the answer to a breach is proportional to its size.

    Parameters
    ----------
    stage : StageGame
        The game of each period, with two players whose actions are ordered from the calmest to the harshest.
    cooperate : sequence of str
        The profile prescribed after a period without a breach.
    ratio : float or Fraction, optional
        Levels of answer for each level of breach, above 0; 1 by default. The number of levels is rounded up,
        and the answer is at most the highest level.
    sizes : mapping from signal to mapping from player to int, optional
        With a public signal, the number of levels by which each signal says that a player exceeded the
        prescribed level. Signals and players that are not listed indicate no breach. By default the size of a
        breach is taken from the profile played, and a level below the prescribed one is not a breach.

    Returns
    -------
    Automaton
        One state for each profile that can be prescribed, with the profile as its label.

    Raises
    ------
    InvalidStrategy
        If there are not two players, the ratio is not a finite number above 0, or a size is not a whole
        number above 0.
    UnknownAction, UnknownPlayer
        If `cooperate` or `sizes` names something that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or `cooperate` does not name one action for each player.

    Examples
    --------
    >>> import numpy as np
    >>> stage = StageGame(np.zeros((3, 3, 2)), ("A", "B"), (("calm", "mild", "harsh"),) * 2)
    >>> answer = proportionate_answer(stage, ("calm", "calm"))
    >>> answer.next_states("calm, calm", ("harsh", "calm"))
    {'calm, harsh': Fraction(1, 1)}
    >>> answer.next_states("calm, harsh", ("calm", "harsh"))
    {'calm, calm': Fraction(1, 1)}
    """
    expect_kind(stage, StageGame, "a strategy")
    if stage.n_players != 2:
        raise InvalidStrategy(f"a proportionate answer is for two players; the game has {stage.n_players}")
    base = stage.profile_index(cooperate)
    expect_number("`ratio`", ratio, InvalidStrategy)
    if not 0 < ratio < inf:
        raise InvalidStrategy(f"`ratio` must be a finite number above 0; got {shown(ratio)}")
    seen = None if sizes is None else {label: _by_player(stage, sizes[label]) for label in sizes}

    def answer(breach: Sequence[int]) -> tuple[int, ...]:
        """Return the positions of the levels that are prescribed after a breach of these sizes."""
        return tuple(
            min(stage.n_actions[i] - 1, base[i] + ceil(ratio * breach[1 - i])) if breach[1 - i] else base[i]
            for i in range(2)
        )

    def name(index: Sequence[int]) -> str:
        """Return the name of the state in which one profile is played."""
        return ", ".join(stage.labels(index))

    frontier, actions = [base], {name(base): stage.labels(base)}
    moves: dict[str, dict[Key, Target]] = {}
    for index in frontier:
        row = moves.setdefault(name(index), {})
        for key, breach in _breaches(stage, index) if seen is None else seen.items():
            following = answer(breach)
            row[key] = name(following)
            if name(following) not in actions:
                actions[name(following)] = stage.labels(following)
                frontier.append(following)
        if seen is not None:
            row[OTHERWISE] = name(base)
    return Automaton(actions, name(base), actions, moves)


def _breaches(stage: StageGame, prescribed: Sequence[int]) -> list[tuple[Profile, tuple[int, ...]]]:
    """Return, for each profile, by how many levels each player went beyond the prescribed one."""
    return [
        (stage.labels(index), tuple(max(0, a - p) for a, p in zip(index, prescribed, strict=True)))
        for index in product(*(range(n) for n in stage.n_actions))
    ]


def _by_player(stage: StageGame, given: Mapping[str, int]) -> tuple[int, ...]:
    counts = [0] * stage.n_players
    for player, size in given.items():
        counts[stage.player_index(player)] = expect_count("levels", size, error=InvalidStrategy)
    return tuple(counts)
