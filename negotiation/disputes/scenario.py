"""A scenario: the setup of a dispute, from which games are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Never

from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.names import names_given
from negotiation.disputes.agencies.payoffs import AgencyPayoffs, agency_payoffs
from negotiation.disputes.continuous.draft import Draft, drafted
from negotiation.disputes.continuous.factors import FactoredGame, factored_game
from negotiation.disputes.continuous.game import (
    Agencies,
    Pace,
    Reach,
    continuous_posture_game,
)
from negotiation.disputes.continuous.nature import moving_components, reached
from negotiation.disputes.continuous.phases import QuietTimes
from negotiation.disputes.menus import Levels, Size, menus
from negotiation.disputes.moving_game import moving_game
from negotiation.disputes.posture import Postures
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.disputes.setup import Setup
from negotiation.disputes.state import State
from negotiation.errors import NEAREST
from negotiation.game_theory.games import ContinuousTimeGame, StageGame, StochasticGame


@dataclass(frozen=True, eq=False, repr=False)
class Scenario(Setup, Tabular):
    """A dispute, from which games are made. Load one with `load_scenario`.

    Parameters
    ----------
    definition, laws, calibration, facts, instruments, parameters, bindings
        Fields that `load_scenario` fills in; see `Facts`.
    folder, whole, looks_back, set_by_hand, agreements, dockets, trade, payoff_days
        Fields that `load_scenario` and the methods that return a changed scenario fill in; see `Facts`.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> scenario.stage_game(size="small").n_actions
    (4, 4)
    """

    # A table represents itself by its rows; of a scenario it matters which parameters are moved.
    __repr__ = Setup.__repr__

    if not TYPE_CHECKING:  # or a type checker would take every name for one that a scenario has

        def __getattr__(self, name: str) -> Never:
            """Raise `AttributeError` with a suggestion for the missing attribute."""
            raise AttributeError(f"a scenario has no attribute {name!r}{_instead(name)}")

    def table(self) -> Table:
        """Return one row for each country and instrument that it holds.

        Returns
        -------
        Table
            The country, the instrument, its leg, and the labels of its levels, calmest first.
        """
        rows = tuple(
            (country, tool.title, tool.leg, tuple(level.label for level in tool.levels[country]))
            for tool in self.instruments.values()
            for country in self.countries
            if country in tool.levels
        )
        return Table(self.title, ("country", "instrument", "leg", "levels"), rows, self.names)

    def stage_game(
        self,
        size: Size | None = None,
        *,
        state: State | None = None,
        instruments: Iterable[str] | None = None,
        levels: Levels | None = None,
        fixed: Postures | None = None,
    ) -> StageGame:
        """Return the one-shot game in which each country chooses a level of every instrument.

        Parameters
        ----------
        size : str, optional
            Which instruments and levels are in the game: one of the dispute's sizes, or "full". By default
            "small", unless `instruments` is given.
        state : State, optional
            State of the world; by default the dispute's.
        instruments : iterable of str, optional
            Names of the instruments in the game, with all their levels, in place of a size.
        levels : mapping from (country, instrument) to labels, optional
            The only levels of an instrument that are in the game, in any order; by default the size's levels.
        fixed : Postures, optional
            Levels of the instruments that are not in the game; by default the calmest.

        Returns
        -------
        StageGame
            The posture game. Payoffs are in percent of GDP, relative to everything at its calmest level that
            is not past.

        Raises
        ------
        InvalidGame
            If both a size and instruments are given, the size is unknown, no instrument is named, or `levels`
            has an empty list or an instrument that is not in the game.
        UnknownCountry, UnknownInstrument, UnknownLevel
            If the scenario does not have a country, an instrument or a level.
        SizeLimit
            If the game is too large.
        InvalidOptions
            If `state` is not a State, or `instruments` are not names.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> scenario = load_scenario("us-china-2025")
        >>> scenario.stage_game(instruments=["chip_control", "rare_earth_curb"]).n_actions
        (6, 4)
        """
        state, world = self.state_given(state), self.of_size(size, instruments)
        chosen = menus(world, size, instruments, levels or {}, state)
        return posture_game(world, chosen, world.calm_but(fixed), state)

    def agency_payoffs(
        self,
        country: str,
        size: Size | None = None,
        *,
        state: State | None = None,
        instruments: Iterable[str] | None = None,
        levels: Levels | None = None,
        fixed: Postures | None = None,
    ) -> AgencyPayoffs:
        """Return the payoffs of the posture game to each agency of a country.

        Parameters
        ----------
        country : str
            Code of a country that has agencies.
        size, state, instruments, levels, fixed
            As for `stage_game`.

        Returns
        -------
        AgencyPayoffs
            `.payoffs[..., m]` has the payoffs of agency m in percent of GDP. They add up to `.coordinated`,
            the country's payoff in `stage_game`, if each agency gives security the country's weight.

        Raises
        ------
        InvalidGame
            If the dispute names no agencies of the country, or as for `stage_game`.
        UnknownCountry, UnknownInstrument, UnknownLevel
            If the scenario does not have a country, an instrument or a level.
        SizeLimit
            If the game is too large.
        InvalidOptions
            If `state` is not a State, or `instruments` are not names.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> game = load_scenario("us-china-2025").agency_payoffs("USA")
        >>> game.agencies, game.payoffs.shape
        (('white_house', 'commerce', 'trade_representative', 'state'), (4, 4, 4))
        >>> bool(abs(game.payoffs.sum(axis=-1) - game.coordinated).max() < 1e-12)
        True
        """
        state, world = self.state_given(state), self.of_size(size, instruments)
        chosen = menus(world, size, instruments, levels or {}, state)
        return agency_payoffs(world, country, chosen, world.calm_but(fixed), state)

    def stochastic_game(
        self,
        size: Size | None = None,
        *,
        state: State | None = None,
        moving: Iterable[str] | None = None,
        instruments: Iterable[str] | None = None,
        fixed: Postures | None = None,
    ) -> StochasticGame:
        """Return the posture game in which the state of the world moves, depending on what is played.

        Parameters
        ----------
        size : str, optional
            Which instruments and levels are in the game: one of the dispute's sizes, or "full". By default
            "small", unless `instruments` is given.
        state : State, optional
            State in which play begins, the first of the game; by default the dispute's. Only states that play
            can reach from it are in the game.
        moving : iterable of str, optional
            Components of the state that move ("curb_dependence", "control_dependence", "stocks", "clock",
            "authority", "belief"); the others stay as in `state`. By default all of these that the dispute
            has except "belief".
        instruments : iterable of str, optional
            Names of the instruments in the game, with all their levels, in place of a size.
        fixed : Postures, optional
            Levels of the instruments that are not in the game; by default the calmest.

        Returns
        -------
        StochasticGame
            Its states are labelled by `State.label`. Payoffs are in percent of GDP, relative to everything at
            its calmest level that is not past. A period is one reaction lag.

        Raises
        ------
        UnknownComponent
            If `moving` names a component that the dispute does not have.
        InvalidGame
            If both a size and instruments are given, the size is unknown, or no instrument is named.
        UnknownCountry, UnknownInstrument, UnknownLevel
            If the scenario does not have a country, an instrument or a level.
        SizeLimit
            If the game is too large.
        InvalidOptions
            If `state` is not a State, or `moving` or `instruments` are not names.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> game = load_scenario("us-china-2025").stochastic_game(moving=["stocks", "authority"])
        >>> game.n_states, game.states[:3]
        (6, ('d2 c2 I0 n0 L1', 'd2 c2 I2 n0 L1', 'd2 c2 I2 n0 L0'))
        """
        return moving_game(
            self.of_size(size, instruments), size, moving, self.state_given(state), instruments, fixed
        )

    def continuous_game(
        self,
        size: Size | None = None,
        *,
        state: State | None = None,
        moving: Iterable[str] | None = None,
        instruments: Iterable[str] | None = None,
        fixed: Postures | None = None,
        precision: float | None = None,
        move_rate: float | None = None,
        adjustment: float = 0.0,
        reach: Reach = "adjacent",
        agencies: Agencies = False,
        quiet: QuietTimes | None = None,
    ) -> ContinuousTimeGame:
        """Return the posture game in continuous time, in which chances to move come at random dates.

        At each chance to move, a decision maker moves one instrument or stays.

        Parameters
        ----------
        size, state, moving, instruments, fixed
            As for `stochastic_game`; `moving=[]` keeps the state of the world as it is.
        precision : float, optional
            Precision of logit choices, per percent of a year's GDP; infinite for best responses. By default
            the parameter `logit.precision`, which is an assumption.
        move_rate : float, optional
            Chances to move per year of each decision maker; by default one per reaction lag. An assumption.
        adjustment : float, default 0
            Cost of a move to its maker for each level passed, in percent of a year's GDP. An assumption, with
            the range 0 to 0.01.
        reach : {"adjacent", "any"}, default "adjacent"
            Whether a move leads to the next harsher or calmer level in the game that the law allows, or to
            any such level.
        agencies : bool or "instruments", default False
            False if each country is one decision maker; True if each agency of a country with agencies is
            one; "instruments" if each instrument has its own. All of them maximise the country's payoff and
            have chances to move at the full rate.
        quiet : QuietTimes, optional
            Times in which chances to move are rarer, a component of the public state; none by default.

        Returns
        -------
        ContinuousTimeGame
            Its first state is the calmest posture of the game in `state`. Flows are in percent of GDP per
            year, relative to everything at its calmest level that is not past. The discount rate is -log of
            the annual discount factor. Events are named by country, instrument and direction, such as "CHN
            tariff escalate".

        Raises
        ------
        UnknownComponent, InvalidGame, UnknownCountry, UnknownInstrument, UnknownLevel, SizeLimit
            As for `stochastic_game`.
        InvalidRate
            If the rate, the precision or the cost is not a number or out of range.
        InvalidOptions
            If `reach` or `agencies` is not among the allowed values, or as for `stochastic_game`.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> game = load_scenario("us-china-2025").continuous_game("small", moving=[])
        >>> game
        ContinuousTimeGame(16 states, 2 decision makers, players=('USA', 'CHN'))
        >>> game.states[0]
        'USA: tariff=geneva chip_control=licensed; CHN: tariff=geneva rare_earth_curb=licences_flow'
        >>> [game.options[0].event(k) for k in range(3)]
        [None, 'USA tariff escalate', 'USA chip_control escalate']
        """
        pace = Pace(precision, move_rate, adjustment, reach, agencies)
        return continuous_posture_game(self._drafted(size, state, moving, instruments, fixed, quiet), pace)

    def factored_game(
        self,
        size: Size | None = None,
        *,
        state: State | None = None,
        moving: Iterable[str] | None = None,
        instruments: Iterable[str] | None = None,
        fixed: Postures | None = None,
        precision: float | None = None,
        move_rate: float | None = None,
        adjustment: float = 0.0,
        reach: Reach = "adjacent",
        agencies: Agencies = False,
    ) -> FactoredGame:
        """Return the posture game in continuous time, split into games of instruments that are not linked.

        Two instruments are linked by payoffs that depend on both, by the moving state of the world, or by a
        decision maker who chooses among them. All instruments of a country with one decision maker are
        therefore in the same part. The links by payoffs are computed from the game.

        Parameters
        ----------
        size, state, moving, instruments, fixed, precision, move_rate, adjustment, reach, agencies
            As for `continuous_game`.

        Returns
        -------
        FactoredGame
            `.parts` are the games. `.solve()` returns an equilibrium of the whole game.

        Raises
        ------
        UnknownComponent, InvalidGame, UnknownCountry, UnknownInstrument, UnknownLevel
            As for `continuous_game`.
        SizeLimit
            If a part is too large.
        InvalidRate, InvalidOptions
            As for `continuous_game`.

        Examples
        --------
        >>> from negotiation.disputes.loading import load_scenario
        >>> game = load_scenario("us-china-2025").factored_game("core", moving=[], agencies="instruments")
        >>> [part.instruments for part in game.parts][:2]
        [(('USA', 'tariff'),), (('USA', 'chip_control'),)]
        """
        pace = Pace(precision, move_rate, adjustment, reach, agencies)
        return factored_game(self._drafted(size, state, moving, instruments, fixed, None), pace)

    def _drafted(
        self,
        size: Size | None,
        state: State | None,
        moving: Iterable[str] | None,
        instruments: Iterable[str] | None,
        fixed: Postures | None,
        quiet: QuietTimes | None,
    ) -> Draft:
        """Return the draft of the posture game in continuous time: its states, before payoffs and rates."""
        world, start = self.of_size(size, instruments), self.state_given(state)
        components = moving_components(world, moving)
        names = names_given(instruments)
        chosen = {z: menus(world, size, names, {}, z) for z in reached(start, world.motion, components)}
        phases = None if quiet is None else quiet.phases
        return drafted(world, chosen, world.calm_but(fixed), components, phases)


def _instead(name: str) -> str:
    """Return a suggestion for a name that a scenario does not have; empty if there is none."""
    if name.startswith("_"):
        return ""
    if "game" in name:
        return (
            ": it makes several games. Ask for scenario.stage_game(), scenario.stochastic_game() or "
            "scenario.continuous_game(); for the game of an agreement, agreement.game(scenario)"
        )
    known = [attribute for attribute in dir(Scenario) if not attribute.startswith("_")]
    near = get_close_matches(name, [*known, *Scenario.__dataclass_fields__], n=NEAREST)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
