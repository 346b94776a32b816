"""A state machine that plays a dispute by its rules, and checks after every step that they still hold.

Play begins from escalated postures with the tariff authority in force. Either side moves, escalates, tries
illegal moves, slips and corrects slips; truces are signed, renewed and expire; instruments are switched on
and off. The authority is lost only rarely and late, because most tariff levels depend on it. Hypothesis
chooses the steps, and shrinks a failure to a short sequence of steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from unittest import TestCase

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from negotiation.disputes import Move, Postures, Scenario, State, apply_move, legality, transition
from negotiation.disputes.components import SIZES
from negotiation.disputes.posture import posture_from_label, posture_label
from negotiation.disputes.rules import lawful_postures
from negotiation.errors import BrokenContract, IllegalMove
from negotiation.game_theory.games import slip_kernel
from negotiation.testing.numerics import NUMERICS
from negotiation.testing.strategies.rules import illegal_moves, legal_changes, legal_moves
from negotiation.testing.strategies.world import default_scenario, postures, states
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.verdicts.agreements import truce


@dataclass(frozen=True)
class Play:
    """The position of a machine's play: actual and intended postures, state, and terms of the truce."""

    postures: Postures
    # Levels as last meant; they differ from `postures` by slips and by what the law took.
    meant: Postures
    state: State
    # What the truce in force prescribes; empty where there is none.
    terms: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def slipped(self) -> bool:
        """Whether some level differs from the intended one."""
        return self.postures != self.meant


def require(kept: bool, rule: str) -> None:
    """Raise `BrokenContract` unless a rule is kept."""
    if not kept:
        raise BrokenContract(f"the game breaks the rule that {rule}")


def move_made(before: Postures, after: Postures, move: Move) -> None:
    """Require that a move changes the levels that it names, and nothing else."""
    for country, posture in before.items():
        for name, label in posture.items():
            named = country == move.country and name in move.changes
            wanted = move.changes[name] if named else label
            require(after[country][name] == wanted, "a move changes what it names and nothing else")


def transition_row(state: State, row: Mapping[State, float]) -> None:
    """Require a distribution over states at most one step away in each component; a clock may be renewed."""
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
        require(state.clock > 0 or after.clock == 0, "no truce begins by itself")


# Steps before the tariff authority can be lost, so that play at high tariffs has time to go wrong.
CALM_STEPS = 8

# The tariff authority is lost in one of so many draws of a period that can take it.
LOTS = range(9)


class GameMachine(RuleBasedStateMachine):
    """A dispute as a state machine of Hypothesis, with invariants that are checked after every step.

    Use `for_scenario` to make a test case for a scenario.

    Examples
    --------
    >>> TestMyWorld = GameMachine.for_scenario(default_scenario(), settings(max_examples=2))
    >>> TestMyWorld("runTest").runTest()
    """

    scenario: ClassVar[Scenario | None] = None

    @classmethod
    def for_scenario(cls, scenario: Scenario, profile: settings | None = None) -> type[TestCase]:
        """Return a test case that plays a scenario, for pytest or unittest.

        Parameters
        ----------
        scenario : Scenario
            The scenario to play.
        profile : hypothesis.settings, optional
            Settings of Hypothesis for the test case; the current profile by default.

        Returns
        -------
        subclass of unittest.TestCase
            The test case. In a test module, bind it to a name that begins with "Test".

        Examples
        --------
        >>> GameMachine.for_scenario(default_scenario()).__name__
        'TestGameOf_us_china_2025'
        """
        name = "GameOf_" + scenario.name.replace("-", "_")
        machine: Any = type(name, (cls,), {"scenario": scenario, "__module__": __name__})
        case: type[TestCase] = machine.TestCase
        case.__name__ = case.__qualname__ = f"Test{name}"
        if profile is not None:
            case.settings = profile  # type: ignore[attr-defined]
        return case

    def __init__(self) -> None:
        super().__init__()
        self.world = self.scenario or default_scenario()
        calm = self.world.calm()
        self.play = Play(calm, calm, self.world.default_state)
        self.steps = 0

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Begin with authority and without a truce, with each level at random or at its harshest."""
        state = replace(data.draw(states(authority=True)), clock=0)
        begun = data.draw(postures(scenario=self.world, state=state), label="postures")
        for country in self.world.countries:
            for name in self.world.held(country):
                if data.draw(st.booleans(), label=f"{country} {name} at its harshest"):
                    done = [lv for lv in self.world.levels(country, name, state) if not lv.threatened]
                    begun = begun.after(country, {name: done[-1].label})
        self._go(postures=begun, meant=begun, state=state)

    # --- moves ----------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """Let a side make a legal move."""
        moves = legal_moves(scenario=self.world, postures=self.play.postures, state=self.play.state)
        self._make(data.draw(moves, label="move"))

    @rule(data=st.data())
    def escalate(self, data: st.DataObject) -> None:
        """Let a side raise up to three instruments to their harshest legal levels, without mere threats."""
        options = legal_changes(self.world, self.play.postures, self.play.state)
        country = data.draw(st.sampled_from(self.world.countries), label="who escalates")
        harsher = {}
        for name, allowed in options[country].items():
            instrument = self.world.instruments[name]
            now = instrument.position(country, self.play.postures[country][name])
            for label in allowed:
                if (
                    instrument.position(country, label) > now
                    and not instrument.level(country, label).threatened
                ):
                    harsher[name] = label
        if harsher:
            names = data.draw(st.lists(st.sampled_from(sorted(harsher)), min_size=1, max_size=3, unique=True))
            self._make(Move(country, {name: harsher[name] for name in names}))

    @rule(data=st.data())
    def try_what_is_illegal(self, data: st.DataObject) -> None:
        """Let a side try an illegal move, which must be refused with a reason and change nothing."""
        now = self.play
        before = {country: dict(posture) for country, posture in now.postures.items()}
        move = data.draw(illegal_moves(scenario=self.world, postures=now.postures, state=now.state))
        try:
            apply_move(self.world, now.postures, move, now.state)
        except IllegalMove as error:
            require(bool(str(error)), "a refusal gives a reason")
        else:
            raise BrokenContract(f"the game breaks the rule that an illegal move is refused: {move} was made")
        after = {country: dict(posture) for country, posture in now.postures.items()}
        require(after == before, "an illegal move changes nothing")

    @precondition(lambda self: bool(self.world.definition.curb_users))
    @rule(used=st.booleans(), data=st.data())
    def use_or_lift_the_curb(self, used: bool, data: st.DataObject) -> None:
        """Turn a curb, whose use moves dependence and stocks, on or off."""
        self._turn(self.world.definition.curb_users, used, data)

    @rule(harsh=st.booleans(), data=st.data())
    def turn_what_moves_no_state(self, harsh: bool, data: st.DataObject) -> None:
        """Turn an instrument that does not move the state, such as purchases, on or off."""
        movers = {*self.world.definition.curb_users, *self.world.definition.control_users}
        self._turn(tuple(name for name in self.world.instruments if name not in movers), harsh, data)

    def _turn(self, names: Sequence[str], harsh: bool, data: st.DataObject) -> None:
        pairs = [(c, name) for c in self.world.countries for name in self.world.held(c) if name in names]
        if not pairs:
            return
        country, name = data.draw(st.sampled_from(pairs), label="which instrument")
        labels = self.world.instruments[name].labels(country)
        options = legal_changes(self.world, self.play.postures, self.play.state)[country].get(name, [])
        wanted = [label for label in options if (label != labels[0]) == harsh]
        if wanted:
            self._make(Move(country, {name: data.draw(st.sampled_from(wanted))}))

    def _make(self, move: Move) -> None:
        before = self.play.postures
        after = apply_move(self.world, before, move, self.play.state)
        move_made(before, after, move)
        meant = self.play.meant.after(move.country, move.changes)
        self._go(postures=after, meant=meant)

    # --- slips ----------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def slip(self, data: st.DataObject) -> None:
        """Let a slip move an instrument to the next or the previous level, or leave it as it is."""
        country = data.draw(st.sampled_from(self.world.countries))
        name = data.draw(st.sampled_from(self.world.held(country)))
        levels = [level.label for level in self.world.levels(country, name, self.play.state)]
        # A quarter each way: every neighbour may be hit.
        kernel = slip_kernel(len(levels), 0.25, 0.25)
        for chances in kernel:
            require(abs(sum(chances) - 1) < NUMERICS.payoff, "chances of slips sum to 1")
        row = kernel[levels.index(self.play.postures[country][name])]
        implemented = data.draw(
            st.sampled_from([label for label, p in zip(levels, row, strict=True) if p > 0])
        )
        self._go(postures=self.play.postures.after(country, {name: implemented}))

    @precondition(lambda self: self.play.slipped)
    @rule()
    def mend(self) -> None:
        """Put levels that slipped back to the intended ones, as far as the law allows."""
        self._go(postures=lawful_postures(self.world, self.play.meant, self.play.state))

    # --- time, truces and the law ---------------------------------------------------------------------------

    @rule(periods=st.integers(1, 4), data=st.data())
    def let_time_pass(self, periods: int, data: st.DataObject) -> None:
        """Let the state move for some periods: dependence, stocks, the clock and, rarely, the law."""
        for _ in range(periods):
            now = self.play
            users = self.world.definition.curb_users, self.world.definition.control_users
            curb, control = (self.world.in_use(now.postures, names) for names in users)
            rows = transition(now.state, curb, control, self.world.motion)
            transition_row(now.state, rows)
            lot = data.draw(st.sampled_from(LOTS), label="authority")
            lost = lot == LOTS[-1] and self.steps >= CALM_STEPS
            # Authority is lost only by lot, or most of a course would be played without it.
            kept = [state for state in rows if state.authority == now.state.authority or lost] or list(rows)
            after = data.draw(st.sampled_from(sorted(kept, key=lambda state: state.label)), label="state")
            # Terms end with the clock, whoever ends it.
            self._go(state=after, terms=now.terms if after.clock else {})

    @precondition(lambda self: self.play.state.clock == 0 and bool(truce_names(self.world)))
    @rule(data=st.data())
    def sign_a_truce(self, data: st.DataObject) -> None:
        """Sign a truce of the record: sides come down to its terms where the rules let them."""
        name = data.draw(st.sampled_from(truce_names(self.world)), label="truce")
        terms = truce(name, self.world).covered()
        held = {(c, name): label for (c, name), label in terms.items() if name in self.world.instruments}
        self._go(terms=held, state=replace(self.play.state, clock=3))
        for (country, name), ceiling in held.items():
            labels = self.world.instruments[name].labels(country)
            now = self.play.postures[country][name]
            options = legal_changes(self.world, self.play.postures, self.play.state)[country].get(name, [])
            if ceiling in options and labels.index(now) > labels.index(ceiling):
                self._make(Move(country, {name: ceiling}))

    @precondition(lambda self: self.play.state.clock > 0)
    @rule()
    def let_the_truce_expire(self) -> None:
        """Let the clock run out without renewal."""
        self._go(state=replace(self.play.state, clock=0), terms={})

    @precondition(lambda self: self.steps >= CALM_STEPS and self.play.state.authority)
    @rule(lot=st.sampled_from(LOTS))
    def lose_authority(self, lot: int) -> None:
        """Rarely, let the tariff authority be lost, and with it the levels that rest on it."""
        if lot == LOTS[-1]:
            self._go(state=replace(self.play.state, authority=0))

    def _go(self, **changes: Any) -> None:
        """Apply changes to the play, and lower the levels whose law is no longer in force."""
        after = replace(self.play, **changes)
        lawful: Postures = lawful_postures(self.world, after.postures, after.state)
        self._take_by_law(after, lawful)
        self.steps += 1
        self.play = replace(after, postures=lawful)

    def _take_by_law(self, play: Play, lawful: Postures) -> None:
        """Require that a level without its law falls to the next existing one, and that no other changes."""
        for country, posture in play.postures.items():
            for name, label in posture.items():
                exist = [level.label for level in self.world.levels(country, name, play.state)]
                labels = self.world.instruments[name].labels(country)
                calmer = [known for known in labels[: labels.index(label) + 1] if known in exist]
                require(
                    lawful[country][name] == calmer[-1], "a level falls only with its law, and to the next"
                )

    # --- invariants -----------------------------------------------------------------------------------------

    @invariant()
    def postures_are_whole_and_lawful(self) -> None:
        """Check that every country has each instrument that it holds at exactly one existing level."""
        world, play = self.world, self.play
        require(tuple(play.postures) == tuple(world.countries), "every country has a posture")
        for country in world.countries:
            posture = play.postures[country]
            require(
                set(posture) == set(world.held(country)), "a posture has each instrument held, and no other"
            )
            require(posture_from_label(posture_label(posture)) == dict(posture), "a label names its posture")
            for name, label in posture.items():
                exist = [level.label for level in world.levels(country, name, play.state)]
                require(label in exist, "a level exists only while its law does")
                require(
                    exist[0] == world.instruments[name].labels(country)[0], "the calmest level always exists"
                )
        again = lawful_postures(world, play.postures, play.state)
        require(again == play.postures, "the law takes nothing twice")
        require(State.from_label(play.state.label) == play.state, "a label names its state")

    @invariant()
    def legality_is_what_happens(self) -> None:
        """Check that exactly the legal moves can be made, and that losing the law makes no move legal."""
        world, play = self.world, self.play
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

    @invariant()
    def a_truce_has_terms_while_its_clock_runs(self) -> None:
        """Check that terms end with the clock and name existing levels."""
        play = self.play
        require(bool(play.terms) <= (play.state.clock > 0), "terms end with the clock")
        for (country, name), label in play.terms.items():
            known = self.world.instruments[name].labels(country)
            require(label in known, "terms name existing levels")

    @invariant()
    def the_game_can_be_played(self) -> None:
        """Check that payoffs are finite, and that staying put pays the same in small and whole games."""
        world, play = self.world, self.play
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
            require(
                bool(apart <= NUMERICS.payoff), "a position pays the same in a small game and in a large one"
            )
