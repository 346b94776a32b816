"""What the machine of the game looks at after every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from negotiation.disputes import Move, Postures, Scenario, State, apply_move, legality
from negotiation.disputes.components import SIZES
from negotiation.disputes.posture import posture_from_label, posture_label
from negotiation.disputes.rules import lawful_postures
from negotiation.errors import BrokenContract, IllegalMove
from negotiation.testing.numerics import NUMERICS


@dataclass(frozen=True)
class Play:
    """Where the play of a machine stands.

    Examples
    --------
    >>> from negotiation.testing.strategies.world import default_scenario
    >>> world = default_scenario()
    >>> Play(world, world.calm(), world.calm(), State()).slipped
    False
    """

    scenario: Scenario
    postures: Postures
    # Levels as last meant; they differ from `postures` by slips and by what the law took.
    meant: Postures
    state: State
    # What the truce in force prescribes; empty where there is none.
    terms: Mapping[tuple[str, str], str] = field(default_factory=dict)
    # The state before the last step.
    before: State | None = None

    @property
    def slipped(self) -> bool:
        """Whether something stands elsewhere than was meant."""
        return self.postures != self.meant


def require(kept: bool, rule: str) -> None:
    """Raise `BrokenContract` unless a rule is kept."""
    if not kept:
        raise BrokenContract(f"the game breaks the rule that {rule}")


def whole_and_lawful(play: Play) -> None:
    """Require that every country has each instrument that it holds at a level that exists."""
    world = play.scenario
    require(tuple(play.postures) == tuple(world.countries), "every country has a posture")
    for country in world.countries:
        posture = play.postures[country]
        require(set(posture) == set(world.held(country)), "a posture has each instrument held, and no other")
        require(posture_from_label(posture_label(posture)) == dict(posture), "a label names its posture")
        for name, label in posture.items():
            exist = [level.label for level in world.levels(country, name, play.state)]
            require(label in exist, "a level exists only while its law does")
            require(exist[0] == world.instruments[name].labels(country)[0], "the calmest level always exists")
    again = lawful_postures(world, play.postures, play.state)
    require(again == play.postures, "the law takes nothing twice")


def legality_is_what_happens(play: Play) -> None:
    """Require that a change is made if and only if it is called legal, and that lost law makes none legal."""
    world = play.scenario
    lawless = State(authority=0)
    for country in world.countries:
        for name in world.held(country):
            for label in world.instruments[name].labels(country):
                move = Move(country, {name: label})
                verdict = legality(world, play.postures, move, play.state)
                try:
                    after = apply_move(world, play.postures, move, play.state)
                except IllegalMove:
                    require(not verdict.legal and bool(verdict.reason), "what is legal is not refused")
                    continue
                require(verdict.legal, "what is illegal is refused")
                move_made(play.postures, after, move)
                exist = [level.label for level in world.levels(country, name, play.state)]
                require(label in exist, "a move leads to a level that exists under the law")
                require(label != play.postures[country][name], "a move changes something")
                if legality(world, play.postures, move, lawless).legal:
                    lawful = legality(world, play.postures, move, State(authority=1)).legal
                    require(lawful, "what is legal without a law is legal with it")


def move_made(before: Postures, after: Postures, move: Move) -> None:
    """Require that a move changes the levels that it names, and nothing else."""
    for country, posture in before.items():
        for name, label in posture.items():
            named = country == move.country and name in move.changes
            wanted = move.changes[name] if named else label
            require(after[country][name] == wanted, "a move changes what it names and nothing else")


def taken_by_law(play: Play, lawful: Postures) -> None:
    """Require that the law takes the levels that it no longer bears, each to the next, and no other."""
    for country, posture in play.postures.items():
        for name, label in posture.items():
            exist = [level.label for level in play.scenario.levels(country, name, play.state)]
            labels = play.scenario.instruments[name].labels(country)
            calmer = [known for known in labels[: labels.index(label) + 1] if known in exist]
            require(lawful[country][name] == calmer[-1], "a level falls only with its law, and to the next")


def transition_row(state: State, row: Mapping[State, float]) -> None:
    """Require a distribution over neighbours: one step a component, or renewal; law is not regained."""
    require(abs(sum(row.values()) - 1) < NUMERICS.payoff, "transition rows sum to 1")
    require(all(p > 0 for p in row.values()), "the states that follow have positive probability")
    for after in row:
        for name in SIZES:
            step = getattr(after, name) - getattr(state, name)
            renewed = name == "clock" and (state.clock, after.clock) == (1, 3)
            require(abs(step) <= 1 or renewed, "a component of the state moves by one step")
        down = (after.curb_dependence <= state.curb_dependence) and (
            after.control_dependence <= state.control_dependence
        )
        require(down, "dependence only falls")
        require(after.authority <= state.authority, "lost authority is not regained")
        require(state.clock > 0 or after.clock == 0, "no truce comes of itself")


def truce_and_law(play: Play) -> None:
    """Require that terms are in force only while the clock runs."""
    require(bool(play.terms) <= (play.state.clock > 0), "terms end with the clock")
    for (country, name), label in play.terms.items():
        known = play.scenario.instruments[name].labels(country)
        require(label in known, "terms name levels that there are")


def game_can_be_played(play: Play) -> None:
    """Require finite payoffs, and the same for staying put in the small game and in the whole one."""
    world = play.scenario
    levels = {
        (country, name): [label]
        for country in world.countries
        for name, label in play.postures[country].items()
    }
    stand = world.stage_game(instruments=world.instruments, state=play.state, levels=levels)
    require(stand.n_actions == (1,) * len(world.countries), "a posture is one profile of the game")
    require(bool(np.isfinite(stand.payoffs).all()), "payoffs are finite")
    small = world.stage_game("small", state=play.state, fixed=play.postures)
    require(bool(np.isfinite(small.payoffs).all()), "payoffs are finite")
    stay = [
        posture_label({name: play.postures[country][name] for name in posture_from_label(labels[0])})
        for country, labels in zip(world.countries, small.actions, strict=True)
    ]
    if all(label in labels for label, labels in zip(stay, small.actions, strict=True)):
        apart = np.abs(small.payoff(stay) - stand.payoffs.reshape(-1)).max()
        require(bool(apart <= NUMERICS.payoff), "a position pays the same in a small game and in a large one")
