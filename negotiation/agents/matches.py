"""Matches and their rounds.

A match is the position of one player in a game in which the others follow a given strategy. The game is made
from a truce, by its text or by a theory, or from a dispute, or is any other game. A round yields payoffs,
observations of the players and the next state. The same seed gives the same rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario, load_scenario, scenario_names
from negotiation.disputes.menus import menus
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame, MissingPackage
from negotiation.game_theory.games import Profile, PublicSignal, RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.solvers.best_response.facing import Facing, PublicPlay, Seen, facing, public_play
from negotiation.game_theory.solvers.best_response.regret import drawn
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.record.agreement_text import AgreementText, scenario_for
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.record.timeline import postures_on, record_begins, record_ends
from negotiation.truces.theories import theory as theory_named
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.verdicts.agreements import truce


def package(name: str) -> Any:
    """Return a module that the extra `agents` installs, or raise `MissingPackage`."""
    try:
        return import_module(name)
    except ImportError:
        raise MissingPackage(
            f"this function needs {name.split('.')[0]}, which is not installed; install the extra `agents` "
            "from a checkout: pip install '.[agents]'"
        ) from None


@dataclass(frozen=True, eq=False)
class Match:
    """A player's seat in a game against a given strategy of the others.

    Parameters
    ----------
    name : str
        Name of the match, for tables.
    facing : Facing
        The game, the player and the strategy of the others; `negotiation.regret` accepts it as the opponent.
    record : tuple of str
        The player's actions in the historical record, round by round; empty by default.
    money : mapping from player to number
        The worth of one percent of GDP in billions of dollars per year, by player; empty by default and in
        games that belong to no dispute.
    agreed : bool
        Whether an agreement is in force; True by default. If False, every player is prescribed its first
        action.

    Examples
    --------
    >>> from negotiation.agents import match
    >>> busan = match("2025-10-busan", "CHN", theory="shadow linkage", size="small")
    >>> busan.facing.player, len(busan.facing.states), busan.facing.actions[0][:1]
    ('CHN', 7, ('tariff=geneva rare_earth_curb=general_licences',))
    """

    name: str
    facing: Facing
    record: tuple[str, ...] = field(default=(), repr=False)
    money: Mapping[str, float] = field(default_factory=dict, repr=False)
    agreed: bool = True

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""
        game = self.facing.game
        return game.stage.players if isinstance(game, RepeatedGame) else game.players

    @property
    def game(self) -> RepeatedGame:
        """The repeated game that is played.

        Raises
        ------
        InvalidGame
            If the match is in a stochastic game.
        """
        game = self.facing.game
        if not isinstance(game, RepeatedGame):
            raise InvalidGame(
                "the match is in a stochastic game, but a repeated game is needed; use `facing.game`"
            )
        return game

    @property
    def automaton(self) -> Automaton:
        """The strategy that the others follow, as an automaton.

        Raises
        ------
        InvalidGame
            If the strategy is not an automaton.
        """
        strategy = self.facing.strategy
        if not isinstance(strategy, Automaton):
            raise InvalidGame(
                f"the strategy of this match has the type {type(strategy).__name__}, but an Automaton is "
                "needed; use `facing.strategy`"
            )
        return strategy

    @property
    def seat(self) -> int:
        """Position of the player of the match among all players.

        Raises
        ------
        InvalidGame
            If the match is in a stochastic game.
        """
        return self.game.stage.player_index(self.facing.player)

    @property
    def kept(self) -> tuple[str, ...]:
        """Action profile with which play begins under the strategy.

        Raises
        ------
        InvalidGame
            If the strategy is not an automaton.
        """
        return self.automaton.actions[self.facing.states[min(self.facing.start)]]


# A match, the name of a truce or a dispute, or a game.
Played: TypeAlias = str | Match | RepeatedGame | StochasticGame


def match(
    agreement: str,
    player: str | None = None,
    *,
    theory: str | None = None,
    size: str | None = None,
    leg: str | None = None,
) -> Match:
    """Return a seat in the game of a truce against a certified strategy.

    Parameters
    ----------
    agreement : str
        Name of a truce, as `negotiation.truce_names` lists them.
    player : str, optional
        Label of the player of the match; the first country by default.
    theory : str, optional
        Name of the theory whose strategy the other side follows; by default the compiled text itself, under
        noise.
    size : str, optional
        Size of the theory's game, such as "small" or "core"; by default the largest that can be solved. It
        has no effect without `theory`.
    leg : str, optional
        Leg of the truce, for a theory that treats legs separately; the leg with the largest game by default.

    Returns
    -------
    Match
        The match, with payoffs in percent of GDP per year; `.facing.usd_bn` is the worth of one percent in
        billions of dollars per year.

    Raises
    ------
    UnknownName, UnknownPlayer
        If there is no such truce, theory or player.
    InvalidGame
        If the theory has no strategy for a repeated game, or none for the leg, or the size is not known.
    SizeLimit
        If the game of the size is too large.

    Examples
    --------
    >>> import negotiation as ng
    >>> from negotiation.agents import match
    >>> busan = match("2025-10-busan", "CHN", theory="shadow linkage", size="small")
    >>> harsh = ng.regret(lambda seen: seen.actions[-1], busan.facing)
    >>> harsh.status, harsh.usd_bn > 1
    ('complete', True)
    """
    text = truce(agreement)
    world = scenario_for(text, None)
    if theory is None:
        menus(world.of_size(size), size, None, {}, world.default_state)
        compiled = compiled_text(text, world, TextChoices())
        game, strategy, what = compiled.game, compiled.automaton, "text"
    else:
        batch = game_batch(text, world, state_of_the_day(text, world, None).likely, size)
        plays = [
            play
            for play in theory_named(theory).plays(batch)
            if isinstance(play.game, RepeatedGame) and play.strategy and (leg is None or leg in play.legs)
        ]
        if not plays:
            raise InvalidGame(
                f"the theory {theory!r} has no strategy in a repeated game for "
                f"{agreement!r}{f', leg {leg!r}' if leg else ''}; name another theory"
                f"{' or leg' if leg else ''}, or leave `theory` out for the text alone"
            )
        play: Any = max(plays, key=lambda play: play.game.stage.payoffs.size)  # type: ignore[union-attr]
        game, strategy, what = play.game, play.strategy, f"{theory}, {'+'.join(play.legs)}"
    who, money = game.stage.players[0] if player is None else player, _money(world)
    seat = facing(game, strategy, who, usd_bn=money.get(who))
    played = Match(f"{agreement} by {what}, {who}", seat, money=money)
    return replace(played, record=_recorded(text, world, played))


def _money(world: Scenario) -> dict[str, float]:
    """Return one percent of each country's GDP, in USD bn."""
    return {country: world.parameters[f"{country}.gdp"] / 100.0 for country in world.countries}


def playable(played: Played, theory: str | None = None) -> Match:
    """Return the match of a truce, of a dispute or of a game; a match is returned as it is.

    A dispute is played as its small stochastic game. In a dispute or a game every player is prescribed its
    first action in each state. Raise `InvalidGame` if `played` is of another kind, or if `theory` is given
    with a dispute or a game.
    """
    if isinstance(played, Match):
        return played
    name, money = "a game", dict[str, float]()
    if isinstance(played, str):
        if played not in scenario_names():
            return match(played, theory=theory)
        world = load_scenario(played)
        name, money, played = world.name, _money(world), world.stochastic_game(size="small")
    if theory is not None:
        raise InvalidGame(
            f"`theory` applies only to a truce, not to a dispute or a game; got {theory!r}. Name a truce, or "
            "leave `theory` out"
        )
    if isinstance(played, StochasticGame):
        calm = {
            state: tuple(menu[0] for menu in stage.actions)
            for state, stage in zip(played.states, played.stages, strict=True)
        }
        return Match(name, facing(played, calm, start=played.states[0]), money=money, agreed=False)
    others = "a play of anything but a Match, a StochasticGame, or the name of a truce or dispute"
    expect_kind(played, RepeatedGame, others)
    first = tuple(menu[0] for menu in played.stage.actions)
    kept = Automaton(["calm"], "calm", {"calm": first}, {"calm": {OTHERWISE: "calm"}})
    return Match(name, facing(played, kept), agreed=False)


def _recorded(text: AgreementText, world: Any, played: Match) -> tuple[str, ...]:
    """Return the player's actions on record, round by round.

    If the levels on record are no action of the game, the action is the one with which play begins.
    """
    who, days = played.facing.player, world.parameters["reaction_lag_days"]
    kept = posture_from_label(played.kept[played.seat])
    actions, labels = {*played.facing.actions[0]}, []
    day, end = max(text.signed, record_begins(world)), record_ends(world)
    while day <= end:
        levels = postures_on(world, day)[who]
        label = " ".join(f"{name}={levels.get(name, level)}" for name, level in kept.items())
        labels.append(label if label in actions else played.kept[played.seat])
        day += timedelta(days=round(days))
    return tuple(labels)


def disguised(played: Match, seed: int) -> Match:
    """Return the same match with other names and other units of payoffs.

    Players, instruments, levels, signals and states are renamed, actions are reordered, and each player's
    payoffs are multiplied by a random factor.

    Parameters
    ----------
    played : Match
        The match, in a repeated game against an automaton.
    seed : int
        Seed of the orders of actions and of the factors. It is also part of the name of the match.

    Returns
    -------
    Match
        The disguised match, without a record and without amounts in dollars, so that nothing in it reveals
        the dispute.

    Raises
    ------
    InvalidGame
        If the match is in a stochastic game, or its strategy is not an automaton.

    Examples
    --------
    >>> from negotiation.agents import disguised, match
    >>> disguised(match("2025-10-busan", "CHN", theory="shadow linkage", size="small"), 0).facing.player
    'P2'
    """
    rng, game, automaton = np.random.default_rng(seed), played.game, played.automaton
    stage, names = game.stage, dict[str, str]()
    orders = [rng.permutation(count) for count in stage.n_actions]

    def renamed(label: str) -> str:
        """Return the new name of a label."""
        parts = [part.split("=") for part in label.split(" ")]
        return " ".join("=".join(names.setdefault(x, f"x{len(names)}") for x in part) for part in parts)

    labels = [{old: renamed(old) for old in row} for row in stage.actions]
    payoffs = stage.given_payoffs()[np.ix_(*orders)] * rng.integers(2, 9, stage.n_players)
    players = [f"P{i + 1}" for i in range(stage.n_players)]
    actions = [
        [labels[i][row[a]] for a in order]
        for i, (row, order) in enumerate(zip(stage.actions, orders, strict=True))
    ]
    signal, shown = game.monitoring, dict[str, str]()
    if signal is not None:
        shown = {old: f"y{k}" for k, old in enumerate(signal.signals)}
        signal = PublicSignal(signal.given_probabilities()[np.ix_(*orders)], [*shown.values()])

    def profile(old: tuple[str, ...]) -> tuple[str, ...]:
        """Return a profile under the new names."""
        return tuple(labels[i][label] for i, label in enumerate(old))

    moved = automaton.renamed({old: f"q{k}" for k, old in enumerate(automaton.states)})
    rows: Mapping[str, Any] = {
        state: {shown.get(x, x) if isinstance(x, str) else profile(x): goal for x, goal in row.items()}
        for state, row in moved.transitions.items()
    }
    plays = {state: profile(old) for state, old in moved.actions.items()}
    other = Automaton(moved.states, moved.initial, plays, rows)
    renamed_game = RepeatedGame(StageGame(payoffs, players, actions), game.discount_factor, monitoring=signal)
    return Match(f"game {seed}", facing(renamed_game, other, players[played.seat]))


class Board:
    """The parts of a match that all plays share: public states, lawful actions and transitions."""

    def __init__(self, match: Match) -> None:
        self.match, self.game = match, match.facing.game
        first = None if isinstance(self.game, RepeatedGame) else self.game.states[0]
        self.play: PublicPlay = public_play(self.game, match.facing.strategy, False, first)
        self.states, self.players = match.facing.states, match.players
        stages = (self.game.stage,) if isinstance(self.game, RepeatedGame) else self.game.stages
        self.stages: list[StageGame] = [stages[self.play.stage(node)] for node in self.play.nodes]
        # All actions of a player, some of which may be unlawful in some states.
        self.menus = [
            tuple(dict.fromkeys(label for stage in stages for label in stage.actions[i]))
            for i in range(len(self.players))
        ]

    def after(self, state: int, profile: Profile) -> Mapping[tuple[Seen, int], float]:
        """Return the chance of each pair of an observation and the position of the next state."""
        return self.play.after(self.play.nodes[state], profile)  # type: ignore[return-value]

    def prescribed(self, state: int, player: int) -> Mapping[str, float]:
        """Return the lottery over actions that the strategy prescribes to a player in a state."""
        return self.play.choices(self.play.nodes[state])[player]  # type: ignore[return-value]

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """The signals; empty if all players observe the actions."""
        signal = self.game.monitoring if isinstance(self.game, RepeatedGame) else None
        return () if signal is None else signal.signals

    def mask(self, state: int, player: int) -> Any:
        """Return 1 for each of a player's actions that is lawful in a state, else 0, shape (actions,)."""
        lawful = {*self.stages[state].actions[player]}
        return np.array([label in lawful for label in self.menus[player]], dtype=np.int8)

    @property
    def width(self) -> int:
        """The length of an observation as an array."""
        return len(self.states) + sum(map(len, self.menus)) + len(self.signals)


class Rounds:
    """A play of a match, round by round, with given actions of all players."""

    def __init__(self, board: Board, seed: int) -> None:
        self.board, self.rng, self.round = board, np.random.default_rng(seed), 0
        self.at: int = self._drawn(board.match.facing.start)
        self.last: tuple[Profile, Seen] | None = None

    @property
    def state(self) -> str:
        """The public state."""
        return self.board.states[self.at]

    def prescribed(self, player: int) -> str:
        """Return the action that the strategy prescribes to a player now, drawn if it mixes."""
        lottery = self.board.prescribed(self.at, player)
        return str(next(iter(lottery)) if len(lottery) == 1 else self._drawn(lottery))

    def play(self, profile: Profile) -> FloatArray:
        """Play a round and return its payoffs, shape (N,)."""
        paid = self.board.stages[self.at].payoff(profile)
        seen, self.at = self._drawn(self.board.after(self.at, profile))
        self.last, self.round = (profile, seen), self.round + 1
        return paid

    def _drawn(self, lottery: Mapping[Any, Any]) -> Any:
        return drawn(lottery, float(self.rng.random()))

    def seen(self, player: int) -> str:
        """Return in words what a player observed last: the profile, or its own action and the signal."""
        if self.last is None:
            return "nothing yet"
        profile, shown = self.last
        if isinstance(shown, str):
            return f"you played {_short(profile[player])}; the signal was {shown}"
        pairs = zip(self.board.players, profile, strict=True)
        return "; ".join(f"{who} played {_short(action)}" for who, action in pairs)

    def text(self, player: int) -> str:
        """Return the situation of a player in words: state, last round, prescribed action and units."""
        who, lottery = self.board.players[player], self.board.prescribed(self.at, player)
        money = self.board.match.money.get(who)
        unit = f" One percent of GDP is {money:.0f} billion dollars." if money else ""
        stands, does = "The agreement stands at", "The agreement has you play"
        if not self.board.match.agreed:
            stands, does = "The state is", "Your first action is"
        return (
            f"Round {self.round + 1}. You are {who}. {stands}: {self.state}. "
            f"Last round: {self.seen(player)}. {does} {' or '.join(map(_short, lottery))}.{unit}"
        )

    def array(self, player: int) -> Any:
        """Return a player's observation as an array of zeros and ones, shape (width,).

        It marks the public state, the observed actions of the last round by player, and its signal.
        """
        board = self.board
        values, start = np.zeros(board.width, dtype=np.float32), len(board.states)
        values[self.at] = 1.0
        if self.last is not None:
            profile, shown = self.last
            for i, menu in enumerate(board.menus):
                if i == player or not isinstance(shown, str):
                    values[start + menu.index(profile[i])] = 1.0
                start += len(menu)
            if isinstance(shown, str):
                values[start + board.signals.index(shown)] = 1.0
        return values


def _short(action: str) -> str:
    """Return an action in words, such as "tariff geneva, visa open"."""
    if "=" not in action:
        return action
    return ", ".join(f"{name} {level}" for name, level in posture_from_label(action).items())
