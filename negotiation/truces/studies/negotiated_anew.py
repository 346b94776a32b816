"""What changes each side's negotiated payoff under repeated negotiation.

The game has tariffs, controls and the rare-earth curb. Dependence on the curb and stocks against it move with
use. The game is solved as a relation with transfers that is renegotiated with probability rho per period
(`game_theory/solvers/relational/negotiation.py`). Each side's negotiated payoff in a state follows from the
worst payoff that it can be held to there. Seven changes of negotiated payoffs are measured, in USD bn a year:

- the controls in the bargain, against outside it at their holder's static best reply, the curb in both;
- full dependence on the curb, against low;
- a period's use of the curb, against a period without, with stocks full and with stocks gone (two changes):
  the expected negotiated payoffs in the period that follows;
- a clock of a year that runs, against none: while it runs, nothing is renegotiated;
- the tariff authority in force, with the chance that it is lost, against lost;
- a precedent for trading controls, against none yet while both sides can set one.

Cost: for each draw and chance two equilibria of nine states, two of eighteen and one of thirty-six.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.numbers import expect_generator
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State
from negotiation.disputes.menus import Size
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.state import transition
from negotiation.errors import InvalidGame, UnknownName
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.games.transitions import SparseTransitions
from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
from negotiation.game_theory.solvers.relational.negotiation import negotiation_equilibrium
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.studies.payoff_sets import uncovered

# Components of the state that move in every relation.
MOVING = ("curb_dependence", "stocks")

# What each side does about the controls while there is no precedent.
TABLED = ("leaves off the table", "puts on the table")


class GameState(NamedTuple):
    """A state of a game."""

    stage: StageGame
    # For each profile, row-major, the chances of the states that follow, by label.
    rows: tuple[Mapping[str, float], ...]


def relation(
    scenario: Scenario, state: State, *, moving: Sequence[str] = MOVING, size: Size | None = None
) -> StochasticGame:
    """Return the game of tariffs, controls and the curb, or of a size, in USD bn a year."""
    definition = scenario.definition
    names = ["tariff", *definition.curb_users, *definition.control_users] if size is None else None
    game = scenario.stochastic_game(
        size, state=state, moving=moving, instruments=names, fixed=scenario.calm()
    )
    billions = np.array([scenario.parameters[f"{country}.gdp"] / 100.0 for country in scenario.countries])
    stages = {
        label: StageGame(stage.payoffs * billions, players=stage.players, actions=stage.actions)
        for label, stage in zip(game.states, game.stages, strict=True)
    }
    return StochasticGame.from_stages(stages, game.transitions, game.discount_factor)


def parts_of(game: StochasticGame) -> dict[str, GameState]:
    """Return a game's states by label, each with its stage and the transitions after each profile."""
    indptr, nexts = game.transitions.indptr.tolist(), game.transitions.indices.tolist()
    chances = game.transitions.floats().tolist()
    parts = {}
    for s, (label, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        rows = tuple(
            {game.states[k]: p for k, p in zip(nexts[a:b], chances[a:b], strict=True)}
            for a, b in (indptr[r : r + 2] for r in range(int(game.offsets[s]), int(game.offsets[s + 1])))
        )
        parts[label] = GameState(stage, rows)
    return parts


def assembled(parts: Mapping[str, GameState], discount_factor: float) -> StochasticGame:
    """Return the game made of the given states, in the given order."""
    position = {label: k for k, label in enumerate(parts)}
    rows = [{position[s]: p for s, p in row.items()} for part in parts.values() for row in part.rows]
    stages = {label: part.stage for label, part in parts.items()}
    return StochasticGame.from_stages(stages, SparseTransitions(rows, len(parts)), discount_factor)


def without_controls(scenario: Scenario, game: StochasticGame, state: State) -> StochasticGame:
    """Return a relation with controls at their holder's static best reply, whatever is agreed."""
    names = scenario.definition.control_users
    postures = [[posture_from_label(label) for label in own] for own in game.stages[0].actions]
    pairs = list(zip(scenario.countries, postures, strict=True))
    present = {
        (c, n): list(dict.fromkeys(move[n] for move in own if n in move)) for c, own in pairs for n in names
    }
    kept = uncovered(scenario, scenario.calm(), state, {key: own for key, own in present.items() if own})
    parts = {}
    for label, (stage, rows) in parts_of(game).items():
        chosen = [
            [k for k, move in enumerate(own) if _stands(posture_from_label(move), kept[country], names)]
            for country, own in zip(scenario.countries, stage.actions, strict=True)
        ]
        actions = [[own[k] for k in some] for own, some in zip(stage.actions, chosen, strict=True)]
        smaller = StageGame(stage.payoffs[np.ix_(*chosen)], stage.players, actions)
        columns = stage.n_actions[1]
        parts[label] = GameState(smaller, tuple(rows[i * columns + j] for i, j in product(*chosen)))
    return assembled(parts, game.float_discount_factors[0])


def _stands(posture: Mapping[str, str], kept: Mapping[str, str], names: Sequence[str]) -> bool:
    return all(posture.get(name, kept.get(name)) == kept.get(name) for name in names)


def with_precedent(game: StochasticGame, outside: StochasticGame) -> StochasticGame:
    """Return a relation in which controls are off the table until both sides put them there.

    Before that, play follows `outside`, and in every period each side may put the controls on the table; if
    both do, from the next period on play follows the whole game, for good.
    """
    parts = {}
    for label, (stage, rows) in parts_of(outside).items():
        actions = [[f"{action} {word}" for action, word in product(own, TABLED)] for own in stage.actions]
        payoffs = stage.payoffs.repeat(2, axis=0).repeat(2, axis=1)
        n1, n2 = stage.n_actions
        after = tuple(
            {with_label(s): p for s, p in rows[i * n2 + j].items()} if x and y else rows[i * n2 + j]
            for i, x, j, y in product(range(n1), (0, 1), range(n2), (0, 1))
        )
        parts[label] = GameState(StageGame(payoffs, stage.players, actions), after)
    for label, (stage, rows) in parts_of(game).items():
        tabled = tuple({with_label(s): p for s, p in row.items()} for row in rows)
        parts[with_label(label)] = GameState(stage, tabled)
    return assembled(parts, game.float_discount_factors[0])


def with_label(label: str) -> str:
    """Return the label of a state once there is a precedent.

    Examples
    --------
    >>> with_label("d2 c2 I1 n0 L1")
    'd2 c2 I1 n0 L1 p1'
    """
    return replace(State.from_label(label), precedent=1).label


def with_clock(
    scenario: Scenario, state: State, days: float, over: NegotiationEquilibrium, size: Size | None = None
) -> StochasticGame:
    """Return a relation with a clock, to be solved without a chance of renegotiation.

    The clock runs for `days`. While it runs, nothing is renegotiated. At its end it is renewed with the
    dispute's chance of renewal, and the agreement continues; otherwise the relation is `over` from then on,
    with its own chance rho of renegotiation. A state in which the clock has ended represents everything that
    follows. With bargained payoffs r_i and worst payoffs v_i of `over`, its stage has both players' worst
    expectations, w_i = rho r_i + (1 - rho) v_i, as one equilibrium and the joint payoff U as another. So
    exactly the payoffs with u_i >= w_i and a sum of at most U can be agreed on.
    """
    clock = scenario.definition.state.clock
    if clock is None:
        raise InvalidGame(f"{scenario.name!r} has no clock; give [state.clock] in scenario.toml")
    termed = scenario.with_parameters({clock.term_days: days})
    running = relation(termed, replace(state, clock=3), moving=(*MOVING, "clock"), size=size)
    parts = parts_of(running)
    chance = over.negotiation_probability
    least = chance * over.bargained + (1.0 - chance) * over.worst
    for k, label in enumerate(over.game.states):
        stage = _outcome(running.players, float(over.joint[k]), least[k])
        parts[label] = GameState(stage, ({label: 1.0},) * 4)
    return assembled(parts, running.float_discount_factors[0])


def _outcome(players: Sequence[str], joint: float, least: FloatArray) -> StageGame:
    """Return a stage whose repetition with payments has exactly these joint and worst payoffs."""
    payoffs = np.tile(least, (2, 2, 1))
    payoffs[0, 0] += (joint - least.sum()) / 2.0
    return StageGame(payoffs, players, (("agrees", "refuses"), ("agrees", "refuses")))


# Chances per period of renegotiation: never, about every four years, every year, and so on.
CHANCES = (0.0, 0.01, 0.04, 0.15, 0.5, 1.0)

# What is set against its absence, by name.
CHANGES = {
    "controls": "controls in the bargain",
    "dependence": "full dependence on the curb",
    "use, stocks full": "a period's use of the curb, stocks full",
    "use, stocks gone": "a period's use of the curb, stocks gone",
    "clock": "a one-year clock",
    "authority": "tariff authority in force",
    "precedent": "a precedent for trading controls",
}


class UnknownChange(UnknownName):
    """Raised if no change of this name is measured."""

    noun = "change"


@dataclass(frozen=True, eq=False)
class Relations:
    """The relations of one setting of the parameters."""

    # Payoffs, motion, patience; two countries, with a curb and a control.
    scenario: Scenario
    state: State
    # A size of the dispute, or all levels of tariffs, controls and the curb.
    size: Size | None = None

    @cached_property
    def whole(self) -> StochasticGame:
        """The relation with the controls in it."""
        return relation(self.scenario, self.state, size=self.size)

    @cached_property
    def outside(self) -> StochasticGame:
        """The relation with the controls outside it."""
        return without_controls(self.scenario, self.whole, self.state)

    @cached_property
    def precedent(self) -> StochasticGame:
        """The relation in which both sides can put the controls on the table."""
        return with_precedent(self.whole, self.outside)

    @cached_property
    def authority(self) -> StochasticGame:
        """The relation in which the tariff authority can be lost."""
        return relation(self.scenario, self.state, moving=(*MOVING, "authority"), size=self.size)

    def changes(
        self, chance: float, of: Sequence[str]
    ) -> tuple[dict[str, FloatArray], NegotiationEquilibrium, bool]:
        """Return the named changes of negotiated payoffs, the reference equilibrium, and if all settled."""
        reference = negotiation_equilibrium(self.whole, negotiation_probability=chance)
        equilibria, changes = [reference], {}
        for name in of:
            made, further = _MEASURES[name](self, reference)
            changes[name] = made
            equilibria += further
        return changes, reference, all(equilibrium.status == "complete" for equilibrium in equilibria)


Measured = tuple[FloatArray, list[NegotiationEquilibrium]]


def _between(equilibrium: NegotiationEquilibrium, state: str, other: str) -> FloatArray:
    change: FloatArray = np.array(equilibrium.negotiated[state]) - np.array(equilibrium.negotiated[other])
    return change


def _controls(of: Relations, equilibrium: NegotiationEquilibrium) -> Measured:
    label = of.state.label
    other = negotiation_equilibrium(of.outside, negotiation_probability=equilibrium.negotiation_probability)
    return np.array(equilibrium.negotiated[label]) - np.array(other.negotiated[label]), [other]


def _dependence(of: Relations, equilibrium: NegotiationEquilibrium) -> Measured:
    return _between(equilibrium, of.state.label, replace(of.state, curb_dependence=0).label), []


def _use(stocks: int) -> Callable[[Relations, NegotiationEquilibrium], Measured]:
    def measured(of: Relations, equilibrium: NegotiationEquilibrium) -> Measured:
        """Return the effect of a period's use of the curb on the next negotiated payoffs."""
        state, expected = replace(of.state, stocks=stocks), []
        for used in (True, False):
            after = transition(state, used, False, of.scenario.motion, MOVING)
            expected.append(sum(p * np.array(equilibrium.negotiated[s.label]) for s, p in after.items()))
        return np.asarray(expected[0] - expected[1]), []

    return measured


def _clock(of: Relations, equilibrium: NegotiationEquilibrium) -> Measured:
    game = with_clock(of.scenario, of.state, DAYS_A_YEAR, equilibrium, of.size)
    running = negotiation_equilibrium(game, negotiation_probability=0.0)
    with_it = np.array(running.negotiated[replace(of.state, clock=3).label])
    return with_it - np.array(equilibrium.negotiated[of.state.label]), [running]


def _authority(of: Relations, equilibrium: NegotiationEquilibrium) -> Measured:
    other = negotiation_equilibrium(of.authority, negotiation_probability=equilibrium.negotiation_probability)
    return _between(other, of.state.label, replace(of.state, authority=0).label), [other]


def _precedent(of: Relations, equilibrium: NegotiationEquilibrium) -> Measured:
    other = negotiation_equilibrium(of.precedent, negotiation_probability=equilibrium.negotiation_probability)
    return _between(other, with_label(of.state.label), of.state.label), [other]


_MEASURES: Mapping[str, Callable[[Relations, NegotiationEquilibrium], Measured]] = {
    "controls": _controls,
    "dependence": _dependence,
    "use, stocks full": _use(2),
    "use, stocks gone": _use(0),
    "clock": _clock,
    "authority": _authority,
    "precedent": _precedent,
}


@dataclass(frozen=True, eq=False)
class AnewAt:
    """Each side's negotiated payoffs at one chance of renegotiation, and what changes them."""

    chance: float
    # (D, 2): by draw and player, USD bn a year, with the controls in the bargain.
    negotiated: FloatArray
    # (D, 2): by how much each raises it.
    changes: Mapping[str, FloatArray]
    # (D,): whether all equilibria settled; where not, values are those of one step.
    settled: FloatArray

    def median(self, name: str, player: int) -> float:
        """Return the median change of one player's negotiated payoff."""
        return float(np.median(self.changes[name][:, player]))

    def share(self, name: str, player: int) -> float:
        """Return the share of draws in which a player negotiates more."""
        return float((self.changes[name][:, player] > NUMERICS.no_change).mean())

    def lost(self, name: str, player: int) -> float:
        """Return the share of draws in which a player negotiates less."""
        return float((self.changes[name][:, player] < -NUMERICS.no_change).mean())


@dataclass(frozen=True, eq=False)
class NegotiatedAnew(Tabular):
    """Changes of each side's negotiated payoffs, by chance of renegotiation."""

    players: tuple[str, ...]
    rows: tuple[AnewAt, ...]
    draws: int
    state: State
    # `partial` where an equilibrium did not settle.
    status: Status = "complete"

    def __iter__(self) -> Iterator[AnewAt]:
        return iter(self.rows)

    def table(self) -> Table:
        """Return one row for each change and chance: medians, shares of draws with a gain, share settled."""
        columns = ["change", "chance"]
        for player in self.players:
            columns += [f"{player}: median", "gains in"]
        rows = []
        for name in self.rows[0].changes if self.rows else ():
            for row in self.rows:
                cells = [x for i in range(2) for x in (row.median(name, i), row.share(name, i))]
                rows.append((name, row.chance, *cells, f"{row.settled.mean():.0%}"))
        of = f"{self.draws} draws in state {self.state.label}"
        return Table(f"what is negotiated more, USD bn a year, {of}", (*columns, "settled"), tuple(rows))


def negotiated_anew(
    scenario: Scenario,
    *,
    chances: Sequence[float] = CHANCES,
    changes: Sequence[str] = tuple(CHANGES),
    state: State | None = None,
    size: Size | None = None,
    draws: int = 0,
    rng: int | np.random.Generator = 0,
    progress: Callable[[int, int], None] | None = None,
) -> NegotiatedAnew:
    """Return the named changes of each side's negotiated payoffs, by chance of renegotiation and draw."""
    scenario.expect_two("what is negotiated")
    for name in changes:
        if name not in CHANGES:
            raise UnknownChange(name, CHANGES)
    generator = expect_generator(rng)
    settings = [scenario.draw(generator) for _ in range(draws)] or [scenario]
    now = replace(scenario.default_state, stocks=2) if state is None else state
    negotiated = np.empty((len(chances), len(settings), 2))
    made = {name: np.empty_like(negotiated) for name in changes}
    settled = np.empty(negotiated.shape[:2], dtype=np.bool_)
    for d, setting in enumerate(settings):
        relations = Relations(setting, now, size)
        for k, chance in enumerate(chances):
            changed, equilibrium, settled[k, d] = relations.changes(chance, changes)
            negotiated[k, d] = equilibrium.negotiated[now.label]
            for name, values in changed.items():
                made[name][k, d] = values
        if progress is not None:
            progress(d + 1, len(settings))
    for array in (negotiated, settled, *made.values()):
        read_only(array)
    rows = tuple(
        AnewAt(float(c), negotiated[k], {name: made[name][k] for name in changes}, settled[k])
        for k, c in enumerate(chances)
    )
    status: Status = "complete" if settled.all() else "partial"
    return NegotiatedAnew(scenario.countries, rows, len(settings), now, status)
