"""Who gains from controls that can be traded, and from leverage, where all is bargained anew.

The game of tariffs, controls and the rare-earth curb, in which dependence on the curb and stocks against it
move with use, as a relation with transfers that is bargained anew with probability rho a period
(`solvers/relational/negotiation.py`). Payments need one unit, so payoffs are in USD bn a year. Two tables:
with the controls in the bargain, and with them outside, at their holder's static best reply, while the curb
is in both.

What each side negotiates in a state follows from the worst that it can be held to there. So the same
equilibrium says what dependence is worth to the side on whom the other depends: its negotiated payoff where
dependence is full less that where it is low.

Cost: two such equilibria of a game of nine states for each draw and probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from negotiation.games import StageGame, StochasticGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, read_only
from negotiation.solvers.relational.negotiation import negotiation_equilibrium
from negotiation.status import Status
from negotiation.truces.studies.payoff_sets import uncovered
from negotiation.world import Scenario, State

CHANCES = (0.0, 0.01, 0.04, 0.15, 0.5, 1.0)
"""Chances a period that all is bargained anew: never, about every four years, every year, and so on."""

MOVING = ("curb_dependence", "stocks")


@dataclass(frozen=True, eq=False)
class AnewAt:
    """What each side negotiates at one chance of bargaining anew.

    Parameters
    ----------
    chance : float
        rho, a period.
    on, off : array, shape (D, 2)
        Negotiated payoffs by draw and player, USD bn a year, with the controls in the bargain and outside it.
    low : array, shape (D, 2)
        With the controls in it, where dependence on the curb is low.
    settled : array, shape (D,)
        Whether both equilibria and those of low dependence settled; where not, values are those of one step.
    """

    chance: float
    on: FloatArray
    off: FloatArray
    low: FloatArray
    settled: FloatArray

    @property
    def gains(self) -> FloatArray:
        """What each side gains by having the controls in the bargain, shape (D, 2)."""
        found: FloatArray = self.on - self.off
        return found

    @property
    def dependence(self) -> FloatArray:
        """What full dependence on the curb is worth to each side, against low, shape (D, 2)."""
        found: FloatArray = self.on - self.low
        return found


@dataclass(frozen=True, eq=False)
class NegotiatedAnew(Tabular):
    """What controls in the bargain and dependence are worth to each side, by chance of bargaining anew.

    Parameters
    ----------
    players : tuple of str
        The countries.
    rows : tuple of AnewAt
        By chance.
    draws : int
        Number of draws.
    state : State
        Where the relation stands.
    status : {"complete", "partial"}
        `partial` where an equilibrium did not settle.
    """

    players: tuple[str, ...]
    rows: tuple[AnewAt, ...]
    draws: int
    state: State
    status: Status = "complete"

    def __iter__(self) -> Iterator[AnewAt]:
        return iter(self.rows)

    def table(self) -> Table:
        """Return medians and shares of draws in which they are above 0, one row for each chance."""
        columns = ["chance a period"]
        for player in self.players:
            columns += [f"{player}: controls in", "in share"]
        for player in self.players:
            columns += [f"{player}: dependence", "in share"]
        rows = []
        for row in self.rows:
            cells: list[float] = [row.chance]
            for part in (row.gains, row.dependence):
                for i in range(2):
                    # A dollar a year is none: where nothing agreed lasts, gains are 0 but for rounding.
                    cells += [float(np.median(part[:, i])), float((np.round(part[:, i], 9) > 0).mean())]
            rows.append((*cells, f"{row.settled.mean():.0%}"))
        of = f"median of {self.draws} draws in state {self.state.label}"
        title = f"what is negotiated more, USD bn a year, {of}"
        return Table(title, (*columns, "settled"), tuple(rows))


def negotiated_anew(
    scenario: Scenario,
    *,
    chances: Sequence[float] = CHANCES,
    state: State | None = None,
    draws: int = 0,
    rng: int | np.random.Generator = 0,
    progress: Callable[[int, int], None] | None = None,
) -> NegotiatedAnew:
    """Return what each side negotiates with controls in the bargain and outside it, by chance and draw.

    Parameters
    ----------
    scenario : Scenario
        Payoffs, motion, patience; two countries, with a curb and a control.
    chances : sequence of float, optional
        Chances a period that all is bargained anew.
    state : State, optional
        Where the relation stands; full dependence and full stocks if not given.
    draws : int, optional
        Draws of the parameters; the scenario's own values if 0.
    rng : int or numpy.random.Generator, optional
        Seed or generator of the draws.
    progress : callable, optional
        Called with the number of settings done and their total.

    Returns
    -------
    NegotiatedAnew
        One row for each chance.

    Raises
    ------
    InvalidGame
        If the scenario has not two countries.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> found = negotiated_anew(load_scenario("us-china-2025"), chances=[0.0, 1.0])
    >>> [row.gains.shape for row in found]
    [(1, 2), (1, 2)]
    """
    scenario.expect_two("what is negotiated")
    generator = np.random.default_rng(rng)
    settings = [scenario.draw(generator) for _ in range(draws)] or [scenario]
    now = replace(scenario.default_state, stocks=2) if state is None else state
    low = replace(now, curb_dependence=0)
    shape = (len(chances), len(settings), 2)
    on, off, poor = np.empty(shape), np.empty(shape), np.empty(shape)
    settled = np.empty(shape[:2], dtype=np.bool_)
    for d, one in enumerate(settings):
        within, outside = _relation(one, now, traded=True), _relation(one, now, traded=False)
        for k, chance in enumerate(chances):
            found = negotiation_equilibrium(within, negotiation_probability=chance)
            other = negotiation_equilibrium(outside, negotiation_probability=chance)
            on[k, d], off[k, d] = found.negotiated[now.label], other.negotiated[now.label]
            poor[k, d] = found.negotiated[low.label]
            settled[k, d] = found.status == other.status == "complete"
        if progress is not None:
            progress(d + 1, len(settings))
    for array in (on, off, poor, settled):
        read_only(array)
    rows = tuple(AnewAt(float(c), on[k], off[k], poor[k], settled[k]) for k, c in enumerate(chances))
    status: Status = "complete" if settled.all() else "partial"
    return NegotiatedAnew(scenario.countries, rows, len(settings), now, status)


def _relation(scenario: Scenario, state: State, *, traded: bool) -> StochasticGame:
    """Return the game in USD bn a year; controls not traded are at their holder's static best reply."""
    definition = scenario.definition
    names = ["tariff", *definition.curb_users, *(definition.control_users if traded else ())]
    fixed = scenario.calm() if traded else uncovered(scenario, scenario.calm(), state)
    game = scenario.stochastic_game(state=state, moving=MOVING, instruments=names, fixed=fixed)
    billions = np.array([scenario.parameters[f"{country}.gdp"] / 100.0 for country in scenario.countries])
    stages = {
        label: StageGame(stage.payoffs * billions, players=stage.players, actions=stage.actions)
        for label, stage in zip(game.states, game.stages, strict=True)
    }
    return StochasticGame.from_stages(stages, game.transitions, game.discount_factor)
