"""Penance: a departure is answered for a number of periods, and then forgiven.

With one punishment profile for each player the deviator repents, for example by cooperating while the other
player defects. Such punishments can survive renegotiation, because the punisher gains by them.

Segerstrom, P. S. (1988), "Demons and repentance", Journal of Economic Theory 45(1); van Damme, E. (1989),
"Renegotiation-proof equilibria in repeated prisoners' dilemma", Journal of Economic Theory 47(1). With a
public signal, an alarm starts the punishment, which lasts its full length whatever players observe meanwhile:
Green, E. J., and Porter, R. H. (1984), "Noncooperative collusion under imperfect price information",
Econometrica 52(1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.base.reading.numbers import expect_count
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.alarms import Labels, SideAlarms, accused, alarm_labels
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton, Key, Target
from negotiation.game_theory.strategies.simple_strategy_profile import simple_strategy_profile


def penance(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str] | Mapping[str, Sequence[str]],
    periods: int,
    *,
    alarm: Labels | SideAlarms | None = None,
) -> Automaton:
    """Return the automaton that punishes a departure for some periods and then resumes cooperation.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    cooperate : sequence of str
        The profile played until someone departs from it.
    punish : profile, or mapping from player to profile
        The profile played as punishment: one for all departures, or one for each deviator.
    periods : int
        Length of the punishment, at least 1. Under perfect monitoring a departure during a punishment starts
        a new one: with one profile, the departure of anyone; with one profile for each player, the departure
        of a single player, whose own punishment then begins.
    alarm : str, sequence of str, or mapping from player to these, optional
        Signals that begin a punishment: all alarms if there is one profile, and the alarms that accuse a
        player if there is one profile for each player. A signal that accuses several players is ignored, as
        are departures of several players at once. Signals during a punishment have no effect. By default
        departures from the prescribed profile begin a punishment.

    Returns
    -------
    Automaton
        An automaton with one state for each period of punishment, "punish 1", ..., and the state "cooperate".
        With one profile for each player the punishments are "punish USA 1", ..., and "cooperate" is called
        "path 1" unless there are alarms.

    Raises
    ------
    InvalidStrategy
        If `periods` is not a whole number of at least 1, a player has no punishment, or the alarms do not
        match the punishments.
    UnknownAction
        If a profile names an action that the stage game does not have.
    UnknownPlayer
        If `punish` or `alarm` names a player that the stage game does not have.
    InvalidGame
        If `stage` is not a StageGame, or a profile does not name one action for each player.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 players=("A", "B"), actions=(("C", "D"), ("C", "D")))
    >>> penance(stage, ("C", "C"), ("D", "D"), 2).states
    ('cooperate', 'punish 1', 'punish 2')
    >>> penance(stage, ("C", "C"), {"A": ("C", "D"), "B": ("D", "C")}, 1).states
    ('path 1', 'punish A 1', 'punish B 1')
    >>> noisy = penance(stage, ("C", "C"), ("D", "D"), 2, alarm="alarm")
    >>> noisy.next_states("cooperate", "alarm"), noisy.next_states("punish 2", "alarm")
    ({'punish 1': Fraction(1, 1)}, {'cooperate': Fraction(1, 1)})
    """
    expect_kind(stage, StageGame, "a strategy")
    periods = expect_count("periods", periods, error=InvalidStrategy)
    if alarm is not None:
        return _after_alarms(stage, cooperate, punish, periods, alarm)
    if isinstance(punish, Mapping):
        paths = {player: [profile] * periods for player, profile in punish.items()}
        return simple_strategy_profile(stage, [cooperate], paths, forgive=True)
    stage.profile_index(cooperate)
    stage.profile_index(punish)
    names = [f"punish {k + 1}" for k in range(periods)]
    peace, war = tuple(cooperate), tuple(punish)
    moves: dict[str, dict[Key, Target]] = {"cooperate": {peace: "cooperate", OTHERWISE: names[0]}}
    for name, following in zip(names, [*names[1:], "cooperate"], strict=True):
        moves[name] = {war: following, OTHERWISE: names[0]}
    profiles = {"cooperate": peace} | dict.fromkeys(names, war)
    return Automaton(["cooperate", *names], "cooperate", profiles, moves)


def _after_alarms(
    stage: StageGame,
    cooperate: Sequence[str],
    punish: Sequence[str] | Mapping[str, Sequence[str]],
    periods: int,
    alarm: Labels | SideAlarms,
) -> Automaton:
    """Return the automaton keyed by signals, with one sequence of states for each punishment."""
    stage.profile_index(cooperate)
    peace = "cooperate"
    watch: dict[Key, Target] = {OTHERWISE: peace}
    if isinstance(punish, Mapping) and isinstance(alarm, Mapping) and set(punish) == set(alarm):
        lines = {f"punish {player}": tuple(profile) for player, profile in punish.items()}
        for label, who in accused(stage, alarm).items():
            if sum(who) == 1:
                watch[label] = f"punish {stage.players[who.index(True)]} 1"
    elif isinstance(punish, Mapping) or isinstance(alarm, Mapping):
        raise InvalidStrategy(
            "`punish` and `alarm` must both map the same players, or neither be a mapping; got "
            f"{shown(punish)} and {shown(alarm)}"
        )
    else:
        lines = {"punish": tuple(punish)}
        watch |= dict.fromkeys(alarm_labels(alarm), "punish 1")
    profiles = {peace: tuple(cooperate)}
    moves: dict[str, dict[Key, Target]] = {peace: watch}
    for line, profile in lines.items():
        stage.profile_index(profile)
        names = [f"{line} {k + 1}" for k in range(periods)]
        for name, following in zip(names, [*names[1:], peace], strict=True):
            profiles[name], moves[name] = profile, {OTHERWISE: following}
    return Automaton(profiles, peace, profiles, moves)
