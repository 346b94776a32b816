"""The posture game in continuous time, split into games of unlinked instruments that are solved separately.

Two instruments are linked if one maker decides on both. They are also linked if some player's payoff from a
step of one depends on the level of the other, that is, if some cross difference of the payoffs is not zero.
The moving state of the world links all instruments whose payoffs change with it, whose law depends on it, or
whose use moves it. The split is exact: values of unlinked games add up, and each maker chooses as in its own
game.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, payoff_tolerances
from negotiation.disputes.continuous.draft import Draft
from negotiation.disputes.continuous.frame import Block, Frame, stacked
from negotiation.disputes.continuous.game import (
    Pace,
    continuous_posture_game,
    maker_axes,
    posture_flows,
)
from negotiation.disputes.continuous.nature import state_rates
from negotiation.disputes.instrument import Pair
from negotiation.disputes.posture import Postures
from negotiation.errors import UnknownPlayer
from negotiation.game_theory.games import ContinuousTimeGame
from negotiation.game_theory.solutions.continuous_equilibrium import ContinuousEquilibrium


@dataclass(frozen=True, eq=False)
class GamePart:
    """One of the games that a posture game splits into."""

    instruments: tuple[Pair, ...]
    # Its states are levels of these instruments, with the state of the world if that is linked to them. All
    # other instruments are fixed.
    game: ContinuousTimeGame
    _draft: Draft

    def state_of(self, postures: Mapping[str, Mapping[str, str]]) -> str:
        """Return the label of the part's state at some levels, in the state of the world at the start."""
        return self.game.states[self._draft.state_index(postures)]


@dataclass(frozen=True, eq=False)
class FactoredGame(Tabular):
    """A posture game in continuous time, split into unlinked games. Get one with `Scenario.factored_game`.

    Parameters
    ----------
    parts : tuple of GamePart
        The unlinked games, each with its instruments.
    players : tuple of str
        Codes of the countries.
    offset : array, shape (N,)
        For each player, the flow of the whole game minus the sum of the flows of the parts, in percent of GDP
        per year. It is the same in every state.
    n_states : int
        Number of states of the whole game, which are never listed.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> game = scenario.factored_game("full", moving=[], agencies="instruments")
    >>> game.n_states, [part.game.n_states for part in game.parts]
    (138240, [5, 6, 2, 2, 2, 3, 3, 4, 2, 2, 2, 2])
    """

    parts: tuple[GamePart, ...]
    players: tuple[str, ...]
    offset: FloatArray
    n_states: int

    def solve(self) -> FactoredPlay:
        """Return an equilibrium of the whole game.

        Returns
        -------
        FactoredPlay
            For each part, the equilibrium on the branch that starts at precision 0.

        Raises
        ------
        SeveralEquilibria
            If no equilibrium was found for one of the parts.
        """
        # Loaded here, since every dispute would load it, with its kernels.
        from negotiation.game_theory.solvers.continuous.equilibria import continuous_equilibria

        return FactoredPlay(
            self, tuple(continuous_equilibria(part.game, starts=1).only() for part in self.parts)
        )

    def table(self) -> Table:
        """Return one row for each part.

        Returns
        -------
        Table
            The instruments of the part and its numbers of states and decision makers.
        """
        rows = tuple(
            (
                ", ".join(f"{country} {name}" for country, name in part.instruments),
                part.game.n_states,
                len(part.game.makers),
            )
            for part in self.parts
        )
        return Table(f"{self.n_states:,} states in parts", ("instruments", "states", "makers"), rows)


@dataclass(frozen=True, eq=False)
class FactoredPlay(Tabular):
    """An equilibrium of a game that is split into parts. Make one with `FactoredGame.solve`.

    Parameters
    ----------
    game : FactoredGame
        The game.
    plays : tuple of ContinuousEquilibrium
        One equilibrium for each part. Each has passed the independent check.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> play = scenario.factored_game("full", moving=[], agencies="instruments").solve()
    >>> play.residual < 1e-10, len(play.intensities(scenario.calm()))
    (True, 24)
    """

    game: FactoredGame
    plays: tuple[ContinuousEquilibrium, ...]

    @property
    def residual(self) -> float:
        """Bound on the residual of the whole equilibrium, in units of flow: the sum of the parts' bounds."""
        return sum(play.residual for play in self.plays)

    def value(self, postures: Postures, player: str) -> float:
        """Return a player's value if play starts at given levels.

        Parameters
        ----------
        postures : Postures
            The levels of all countries.
        player : str
            Code of the country.

        Returns
        -------
        float
            The discounted integral of the flows of the whole game, in percent of a year's GDP.

        Raises
        ------
        UnknownPlayer
            If there is no such country.
        UnknownCountry, UnknownLevel
            If `postures` lacks a country, or a country does not have a level in it.
        """
        if player not in self.game.players:
            raise UnknownPlayer(player, self.game.players)
        i = self.game.players.index(player)
        rate = self.plays[0].game.discount_rates[i]
        parts = zip(self.game.parts, self.plays, strict=True)
        total = sum(play.value(part.state_of(postures), player) for part, play in parts)
        return float(total + self.game.offset[i] / rate)

    def intensities(self, postures: Postures) -> dict[str, float]:
        """Return the rate of each event at given levels.

        Parameters
        ----------
        postures : Postures
            The levels of all countries.

        Returns
        -------
        dict from str to float
            Rate per year by event.

        Raises
        ------
        UnknownCountry, UnknownLevel
            If `postures` lacks a country, or a country does not have a level in it.
        """
        rates: dict[str, float] = {}
        for part, play in zip(self.game.parts, self.plays, strict=True):
            rates |= play.intensities(part.state_of(postures))
        return rates

    def table(self) -> Table:
        """Return one row for each part.

        Returns
        -------
        Table
            The instruments of the part, its number of states, and the residual of its equilibrium.
        """
        rows = tuple(
            (", ".join(f"{c} {name}" for c, name in part.instruments), part.game.n_states, play.residual)
            for part, play in zip(self.game.parts, self.plays, strict=True)
        )
        return Table("Equilibrium in parts", ("instruments", "states", "residual"), rows)


def factored_game(draft: Draft, pace: Pace) -> FactoredGame:
    """Return a posture game split into unlinked games. `Scenario.factored_game` calls it."""
    flows = posture_flows(draft)
    bound = _with_world(draft, flows)
    groups = _components(_links(draft, pace, flows, bound))
    parts, worth = [], np.zeros(len(draft.setup.countries))
    for axes in groups:
        with_world = bool(bound[axes].any()) or (axes == groups[0] and not bound.any())
        part = _part(draft, axes, with_world)
        game = continuous_posture_game(part, pace)
        parts.append(GamePart(part.pairs, game, part))
        worth = worth + game.flows[part.state_index(_first(draft))]
    return FactoredGame(tuple(parts), draft.setup.countries, flows[0] - worth, draft.n_states)


def _first(draft: Draft) -> dict[str, dict[str, str]]:
    """Return the levels of the first state, by country and instrument."""
    levels: dict[str, dict[str, str]] = {country: {} for country in draft.setup.countries}
    for (country, name), labels in zip(draft.pairs, draft.blocks[0].levels, strict=True):
        levels[country][name] = labels[0]
    return levels


def _links(draft: Draft, pace: Pace, flows: FloatArray, bound: BoolArray) -> BoolArray:
    """Return which instruments are linked, shape (instruments, instruments)."""
    count = len(draft.pairs)
    linked = np.eye(count, dtype=np.bool_)
    for axes in [*maker_axes(draft, pace), np.flatnonzero(bound).tolist()]:
        linked[np.ix_(axes, axes)] = True
    # A cross difference has the rounding errors of four payoffs.
    least = 4.0 * payoff_tolerances(flows[None], KNIFE_EDGE)[0]
    for block in draft.blocks:
        paid = flows[block.begin : block.begin + block.size].reshape(*block.shape, -1)
        for a, b in combinations(range(count), 2):
            if not linked[a, b]:
                cross = abs(np.diff(np.diff(paid, axis=a), axis=b)).reshape(-1, paid.shape[-1])
                linked[a, b] = linked[b, a] = bool((cross > least).any())
    return linked


def _with_world(draft: Draft, flows: FloatArray) -> BoolArray:
    """Return which instruments depend on or drive the moving state of the world, shape (instruments,)."""
    first, *others = draft.blocks
    linked = np.zeros(len(draft.pairs), dtype=np.bool_)
    if not others:
        return linked
    users = _drivers(draft)
    linked |= np.array([name in users for _, name in draft.pairs])
    least = 4.0 * payoff_tolerances(flows[None], KNIFE_EDGE)[0]
    for block in others:
        for axis in range(len(draft.pairs)):
            linked[axis] |= block.levels[axis] != first.levels[axis]
            if not linked[axis]:
                steps = _steps(flows, block, first, axis) - _steps(flows, first, block, axis)
                linked[axis] |= bool((abs(steps) > least).any())
    return linked


def _drivers(draft: Draft) -> set[str]:
    """Return the instruments whose use drives the components of the state that move."""
    definition, drivers = draft.setup.definition, set[str]()
    for block in draft.blocks:
        still, curbed, controlled = (
            state_rates(block.state, curb, control, draft.setup.motion, draft.moving)
            for curb, control in ((False, False), (True, False), (False, True))
        )
        drivers |= set(definition.curb_users) if curbed != still else set()
        drivers |= set(definition.control_users) if controlled != still else set()
    return drivers


def _steps(flows: FloatArray, block: Block, other: Block, axis: int) -> FloatArray:
    """Return the changes of payoffs by steps of an instrument in `block`, at levels that both blocks have."""
    paid = flows[block.begin : block.begin + block.size].reshape(*block.shape, -1)
    common = [
        [k for k, label in enumerate(mine) if label in theirs]
        for mine, theirs in zip(block.levels, other.levels, strict=True)
    ]
    players = range(paid.shape[-1])
    steps: FloatArray = np.diff(paid[np.ix_(*common, players)], axis=axis)
    return steps


def _components(linked: BoolArray) -> list[list[int]]:
    """Return the groups of instruments that are linked, directly or through others, in their order."""
    left, groups = list(range(len(linked))), []
    while left:
        group, queue = [], [left[0]]
        for axis in queue:
            group.append(axis)
            queue += [b for b in left if linked[axis, b] and b not in queue]
        groups.append(sorted(group))
        left = [axis for axis in left if axis not in group]
    return groups


def _part(draft: Draft, axes: list[int], with_world: bool) -> Draft:
    """Return the draft of some instruments, with the others at the levels of the first state."""
    fixed = draft.fixed
    for country, levels in _first(draft).items():
        fixed = fixed.after(country, levels)
    blocks, moving = (draft.blocks, draft.moving) if with_world else (draft.blocks[:1], ())
    own = ((block.state, tuple(block.levels[a] for a in axes)) for block in blocks)
    frame = Frame(tuple(draft.pairs[a] for a in axes), stacked(own))
    return Draft(draft.setup, fixed, frame.pairs, frame.blocks, moving, draft.phases, frame)
