"""Slow to anger: only several breaches in a row are punished.

Under noise a single breach may be a slip or a misperception. Waiting for a second one makes unjustified
punishment rare, but delays justified punishment. Fudenberg, D., Rand, D. G., and Dreber, A. (2012), "Slow to
anger and fast to forgive: cooperation in an uncertain world", American Economic Review 102(2).
"""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.base.reading.numbers import expect_count
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, watched
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton, Key, Target


def slow_to_anger(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str],
    breaches: int = 2,
    periods: int | None = None,
    *,
    alarm: Labels | None = None,
) -> Automaton:
    """Return the automaton that punishes only after several consecutive breaches.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    cooperate, punish : sequence of str
        The profile played until the punishment begins, and the profile played as punishment.
    breaches : int, optional
        Number of consecutive breaches that trigger the punishment, at least 1; 2 by default. A period without
        a breach resets the count.
    periods : int, optional
        Length of the punishment, during which breaches have no effect; by default it lasts for ever.
    alarm : str or sequence of str, optional
        Signals that count as a breach; by default any profile except `cooperate` counts.

    Returns
    -------
    Automaton
        An automaton with the states "cooperate", "1 breach", ..., and "punish", or "punish 1", ... if the
        punishment ends.

    Raises
    ------
    InvalidStrategy
        If a number of breaches or periods is not a whole number of at least 1, or `alarm` is an empty
        sequence.
    UnknownAction
        If a profile names an action that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> patient = slow_to_anger(stage, ("C", "C"), ("D", "D"), 2, alarm="alarm")
    >>> patient.next_states("cooperate", "alarm"), patient.next_states("1 breach", "calm")
    ({'1 breach': Fraction(1, 1)}, {'cooperate': Fraction(1, 1)})
    """
    expect_kind(stage, StageGame, "a strategy")
    stage.profile_index(cooperate)
    stage.profile_index(punish)
    for what, number in (("breaches", breaches), ("periods", 1 if periods is None else periods)):
        expect_count(what, number, error=InvalidStrategy)
    peace, war = tuple(cooperate), tuple(punish)
    patient = ["cooperate", *(f"{k} breach" if k == 1 else f"{k} breaches" for k in range(1, breaches))]
    angry = ["punish"] if periods is None else [f"punish {k + 1}" for k in range(periods)]
    moves: dict[str, dict[Key, Target]] = {}
    for name, following in zip(patient, [*patient[1:], angry[0]], strict=True):
        moves[name] = watched(peace, alarm, "cooperate", following)
    last = "punish" if periods is None else "cooperate"
    for name, following in zip(angry, [*angry[1:], last], strict=True):
        moves[name] = {OTHERWISE: following}
    actions: dict[str, Profile] = dict.fromkeys(patient, peace) | dict.fromkeys(angry, war)
    return Automaton([*patient, *angry], "cooperate", actions, moves)
