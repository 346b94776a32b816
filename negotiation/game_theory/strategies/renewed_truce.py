"""Renewed truce: cooperate for a number of periods, after which the truce is renewed with some probability.

After a breach, or an end without renewal, the punishment is played for ever. With renewal probability 0 a
truce unravels from its end if the stage game has only one equilibrium, as a finitely repeated game does:
Benoit, J.-P., and Krishna, V. (1985), "Finitely repeated games", Econometrica 53(4).
"""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.base.numeric import Number
from negotiation.base.reading.numbers import expect_count, expect_number
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, watched
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton, Key, Target

OFF = "off"


def renewed_truce(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str],
    periods: int,
    renewal: Number,
    *,
    alarm: Labels | None = None,
) -> Automaton:
    """Return the automaton of a truce with an expiry date, which a public lottery may renew.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    cooperate, punish : sequence of str
        The profiles played while the truce is in force, and after it has ended.
    periods : int
        Number of periods after which the truce is renewed or ends, at least 1.
    renewal : float or Fraction
        Probability, in [0, 1], that the truce is renewed at the end of these periods.
    alarm : str or sequence of str, optional
        Signals that end the truce; by default any profile except `cooperate` ends it.

    Returns
    -------
    Automaton
        An automaton with the states "N left", ..., "1 left" and "off", where N is `periods`.

    Raises
    ------
    InvalidStrategy
        If `periods` is not a whole number of at least 1, `renewal` is not a probability, or `alarm` is an
        empty sequence.
    UnknownAction
        If a profile names an action that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> print(renewed_truce(stage, ("C", "C"), ("D", "D"), 2, 0.75))
    automaton
    state     actions  after      next state
    > 2 left  C, C     C, C       1 left
    > 2 left  C, C     otherwise  off
      1 left  C, C     C, C       2 left with 0.75; off with 0.25
      1 left  C, C     otherwise  off
      off     D, D     otherwise  off
    """
    expect_kind(stage, StageGame, "a strategy")
    stage.profile_index(cooperate)
    stage.profile_index(punish)
    periods = expect_count("periods", periods, error=InvalidStrategy)
    expect_number("`renewal`", renewal, InvalidStrategy)
    if not 0 <= renewal <= 1:
        raise InvalidStrategy(f"`renewal` must be a probability, from 0 to 1; got {shown(renewal)}")
    names = [f"{n} left" for n in range(periods, 0, -1)]
    drawn: Target = (
        {names[0]: renewal, OFF: 1 - renewal} if 0 < renewal < 1 else (names[0] if renewal else OFF)
    )
    moves: dict[str, dict[Key, Target]] = {OFF: {OTHERWISE: OFF}}
    for name, following in zip(names, [*names[1:], drawn], strict=True):
        moves[name] = watched(cooperate, alarm, following, OFF)
    profiles = dict.fromkeys(names, tuple(cooperate)) | {OFF: tuple(punish)}
    return Automaton([*names, OFF], names[0], profiles, moves)
