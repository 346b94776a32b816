"""The games of a theory on a day, for the agreement in force and the levels of the time.

An agreement is in force from the day after its signing until another agreement that stands on its own is
signed. The theory determines what is left of it after a breach or after its term. Before the first agreement
nothing is answered, and a text without clauses stands for the agreement.

The game of an agreement signed by the first day of today's levels also has past levels. It includes only the
levels that were lawful on the day in question. For example, a tariff under an act first used in 2025 is no
option in 2019. The set of levels is known with hindsight. Other games have today's levels. Games are cached
by agreement, lawful levels, state of the world and chance that authority is lost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache

from negotiation.disputes import Scenario, State
from negotiation.disputes.continuous.game import Pace
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import menus
from negotiation.game_theory.solvers.continuous.window_chances import WindowChances
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import AgreementText, scenario_for
from negotiation.truces.record.past import Past
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.record.timeline import anchors, looking_back_to, record_begins
from negotiation.truces.theories.common.theory_game import CORE, GameOptions, TheoryGame, theory_game

# The theory of days without an agreement.
NOTHING_ANSWERED = "each for itself"


@dataclass(frozen=True, eq=False)
class AskedGame:
    """A game of a theory, with the chances of its moves."""

    game: TheoryGame

    @cached_property
    def ahead(self) -> WindowChances:
        """Chances of moves in windows of time, if both sides follow the theory's response."""
        return WindowChances(self.game.game, self.game.response)


@dataclass(frozen=True, eq=False)
class GamesOfTheDay:
    """The games of one theory. Get them with `games_of`."""

    theory: str
    # The dispute at the levels of today.
    world: Scenario
    # Whether each agency of a country that has agencies decides for itself.
    agencies: bool = False
    # How often sides get to move, how well they choose, and what a move costs.
    moves: Pace = field(default_factory=Pace)
    _kept: OrderedDict[object, tuple[AskedGame, ...]] = field(default_factory=OrderedDict, repr=False)
    _worlds: dict[object, tuple[Scenario, State]] = field(default_factory=dict, repr=False)

    def on(self, agreement: AgreementText, past: Past, lost: float | None = None) -> tuple[AskedGame, ...]:
        """Return the games of an agreement on the day `past.as_of`.

        The first is the game of the core instruments, if the dispute has any. One game follows for each other
        instrument with more than one level. `lost` is the yearly chance that authority is lost; both sides
        foresee the loss in games whose levels rest on authority.
        """
        world, state = self._world_of(agreement)
        levels = tuple(_lawful(world, state, past.as_of)) if _of_the_past(world, agreement) else ()
        # Without an agreement, games differ only by the levels of the day before.
        asked_of = agreement if agreement.clauses else repr(past.postures())
        key = (asked_of, levels, state, lost)
        if key not in self._kept:
            pace = replace(self.moves, agencies=self.agencies)
            rules, losing = self.world.definition.state.authority, self.world
            if lost is not None and rules is not None:  # a case is only of what the dispute's state can lose
                losing = self.world.with_parameters({rules.loss: lost})
            every = _asked(self.world, state, dict(levels), may_be_lost=lost is not None)
            self._kept[key] = tuple(
                AskedGame(theory_game(agreement, self.theory, losing, options, pace)) for options in every
            )
        self._kept.move_to_end(key)
        # Games are large; origins are asked in order, so that the last agreements are those asked again.
        while len(self._kept) > NUMERICS.games_kept:
            self._kept.popitem(last=False)
        return self._kept[key]

    def without_agreement(self, day: date) -> AgreementText:
        """Return the text without clauses, dated to a day but not before the second day on record."""
        return no_agreement(max(day, record_begins(self._back) + timedelta(days=1)))

    def _world_of(self, agreement: AgreementText) -> tuple[Scenario, State]:
        """Return the scenario of an agreement, and the likely state of the world at its signing."""
        key = (agreement.id, agreement.signed)
        if key not in self._worlds:
            world = scenario_for(agreement, self._back if agreement.signed <= self._day else self.world)
            self._worlds[key] = world, state_of_the_day(agreement, world).likely
        return self._worlds[key]

    @cached_property
    def _back(self) -> Scenario:
        """The dispute with past levels, if it has any."""
        return looking_back_to(self.world, record_begins(self.world))

    @cached_property
    def _day(self) -> date:
        """The first day of the levels of today."""
        return record_begins(self.world)


@lru_cache(maxsize=NUMERICS.theories_kept)
def games_of(
    theory: str, world: Scenario, agencies: bool = False, moves: Pace | None = None
) -> GamesOfTheDay:
    """Return the cached games of a theory in a dispute; see the fields of `GamesOfTheDay`."""
    return GamesOfTheDay(theory, world, agencies, moves or Pace())


def no_agreement(day: date) -> AgreementText:
    """Return the text that represents no agreement: it has no clauses.

    Examples
    --------
    >>> dict(no_agreement(date(2018, 6, 1)).covered())
    {}
    """
    return AgreementText.model_construct(
        id=f"{day:%Y-%m}-none", title="no agreement", signed=day, in_force=day, window_start=day,
        window_end=day, amends=None, clock_days=0, summary="No agreement is in force.", clauses=(),
        readings=(), before=(),
    )  # fmt: skip


@cache
def parts_of(world: Scenario) -> tuple[bool, tuple[str, ...]]:
    """Return whether a dispute has core instruments, and the names of the others, which have separate games.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> parts_of(load_scenario("us-china-2025"))[1][:3]
    ('minerals_ban', 'entity_listings', 'port_fee')
    """
    inside = _core(world)
    return bool(inside), tuple(name for name in world.instruments if name not in inside)


@cache
def _core(world: Scenario) -> tuple[str, ...]:
    """Return the names of the core instruments."""
    if CORE not in world.definition.sizes:
        return ()
    core = menus(world, CORE, None, {}, world.default_state)
    inside = {name for menu in core.values() for name in menu}
    return tuple(name for name in world.instruments if name in inside)


def _of_the_past(world: Scenario, agreement: AgreementText) -> bool:
    """Return whether the dispute has past levels, and the agreement was signed before today's levels began.

    The first day of today's levels counts as before.
    """
    return world.looks_back and agreement.signed <= anchors(world)[-1].day


def _lawful(world: Scenario, state: State, day: date) -> Iterator[tuple[Pair, tuple[str, ...]]]:
    """Yield each pair of country and instrument with the labels of its levels that are lawful on a day."""
    for country in world.countries:
        for name in world.held(country):
            yield (country, name), tuple(level.label for level in world.levels(country, name, state, day))


def _asked(
    world: Scenario, state: State, levels: Mapping[Pair, tuple[str, ...]], *, may_be_lost: bool
) -> Iterator[GameOptions]:
    """Yield the options of each game; an instrument with a single level has no game."""
    core, (linked, others) = _core(world), parts_of(world)

    def moving(names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the authority component if it may be lost and a level of the instruments rests on it."""
        held = [
            (country, name) for country in world.countries for name in world.held(country) if name in names
        ]
        gone = replace(state, authority=0)
        rests = any(world.levels(*pair, state) != world.levels(*pair, gone) for pair in held)
        return ("authority",) if may_be_lost and rests else ()

    if linked and levels:
        # The core leaves out the same levels as today.
        left_out = world.definition.sizes[CORE].without
        inside = {
            (country, name): tuple(x for x in own if x not in left_out.get(country, {}).get(name, ()))
            for (country, name), own in levels.items()
            if name in core
        }
        yield GameOptions(instruments=core, levels=inside, state=state, moving=moving(core))
    elif linked:
        yield GameOptions(size=CORE, state=state, moving=moving(core))
    for name in others:
        own = {pair: labels for pair, labels in levels.items() if pair[1] == name}
        if not own or any(len(labels) > 1 for labels in own.values()):
            yield GameOptions(instruments=(name,), levels=own or None, state=state, moving=moving((name,)))
