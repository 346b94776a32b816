"""Payoffs of the agencies of a fractured country at each profile of postures.

A coordinated country is one decision maker. In a fractured country each agency m decides for itself. Its
payoff at a profile a counts its own instruments, at its own weight theta_m of security, and a share w_m of
everything that others do to the country:

    u_m(a) = sum over its instruments of own effect at theta_m + w_m (given by others + interaction).

The shares add up to 1. If every theta_m equals the country's theta, the u_m add up to the country's payoff.
Otherwise each control adds (theta_m - theta) (s(x) + b x) to the sum, where s(x) is the security gained and
b x the business lost at strength x, or twice as much if security is given by a ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.disputes.agencies.agency import Agency
from negotiation.disputes.posture_payoffs import Menu, posture_game
from negotiation.disputes.setup import Setup
from negotiation.disputes.state import State
from negotiation.errors import InvalidGame, shown

# The role of theta in the forms of controls.
SECURITY_WEIGHT = "security_weight"


@dataclass(frozen=True, eq=False)
class AgencyPayoffs(Tabular):
    """Payoffs of the posture game to the agencies of one country. Get one with `Scenario.agency_payoffs`.

    Parameters
    ----------
    country : str
        Code of the country.
    agencies : tuple of str
        Names of its agencies.
    actions : tuple of tuples of str
        Labels of the postures of each country, in the order of the players.
    payoffs : array, shape (n_1, ..., n_N, agencies)
        Payoff of each agency in percent of the country's GDP, relative to everything at its calmest level
        that is not past.
    coordinated : array, shape (n_1, ..., n_N)
        Payoffs of the country as one decision maker, in the same unit.
    player : int
        Position of the country among the players.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> game = load_scenario("us-china-2025").agency_payoffs("USA", instruments=["visa"])
    >>> game.actions[0], game.of("state").ravel().round(4).tolist()
    (('visa=open', 'visa=revocations'), [0.0, -0.0005])
    """

    country: str
    agencies: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: FloatArray
    coordinated: FloatArray
    player: int

    def __post_init__(self) -> None:
        read_only(self.payoffs)
        read_only(self.coordinated)

    def of(self, agency: str) -> FloatArray:
        """Return the payoffs of one agency.

        Parameters
        ----------
        agency : str
            Name of the agency.

        Returns
        -------
        array, shape (n_1, ..., n_N)
            Payoffs at each profile of postures, in percent of the country's GDP.

        Raises
        ------
        InvalidGame
            If the country has no such agency.
        """
        if agency not in self.agencies:
            known = ", ".join(self.agencies)
            raise InvalidGame(f"{self.country} has no agency {shown(agency)}; known: {known}")
        return self.payoffs[..., self.agencies.index(agency)]

    def table(self) -> Table:
        """Return one row for each posture of the country, with every other country at its first posture.

        Returns
        -------
        Table
            The posture, then the payoffs of each agency and of the country as one decision maker, in percent
            of its GDP.
        """
        here = tuple(slice(None) if k == self.player else 0 for k in range(self.coordinated.ndim))
        rows = tuple(
            (label, *each, whole)
            for label, each, whole in zip(
                self.actions[self.player],
                self.payoffs[here].tolist(),
                self.coordinated[here].tolist(),
                strict=True,
            )
        )
        title = f"Payoffs of the agencies of {self.country}, percent of GDP"
        return Table(title, ("posture", *self.agencies, "coordinated"), rows)


def agency_payoffs(
    setup: Setup,
    country: str,
    menus: Mapping[str, Menu],
    fixed: Mapping[str, Mapping[str, str]],
    state: State,
) -> AgencyPayoffs:
    """Return the payoffs of the posture game to the agencies of a country."""
    setup.others(country)
    agencies, player = setup.agencies.get(country, ()), setup.countries.index(country)
    if not agencies:
        known = ", ".join(setup.agencies) or "none"
        raise InvalidGame(
            f"the dispute {setup.name!r} names no agencies of {country}; countries with agencies: {known}"
        )
    game = posture_game(setup, menus, fixed, state)
    whole: FloatArray = np.array(game.payoffs[..., player])

    def along(values: FloatArray) -> FloatArray:
        """Return one value for each of the player's actions, along its axis of the payoffs."""
        return values.reshape([-1 if k == player else 1 for k in range(whole.ndim)])

    def brought(world: Setup, names: tuple[str, ...]) -> FloatArray:
        """Return the payoffs of some of the country's instruments to it, along its axis of the payoffs."""
        return along(own_effects(world, country, names, menus[country], fixed[country], state))

    received = whole - brought(setup, setup.held(country))
    stakes = np.array([setup.parameters[agency.stake] for agency in agencies])
    parts = [
        brought(seen_by(setup, agency), agency.instruments) + share * received
        for agency, share in zip(agencies, (stakes / stakes.sum()).tolist(), strict=True)
    ]
    names = tuple(agency.name for agency in agencies)
    return AgencyPayoffs(country, names, game.actions, np.stack(parts, axis=-1), whole, player)


def seen_by(setup: Setup, agency: Agency) -> Setup:
    """Return the setup in which an agency's controls weigh security as the agency does."""
    if agency.security_weight is None:
        return setup
    bound = [setup.bindings[name] for name in agency.instruments if name in setup.bindings]
    templates = [
        (binding, binding.names[SECURITY_WEIGHT]) for binding in bound if SECURITY_WEIGHT in binding.names
    ]
    weight = setup.parameters[agency.security_weight]
    return setup.with_parameters(
        {
            name: weight
            for binding, template in templates
            for name in binding.names_of(template, agency.country)
        }
    )


def own_effects(
    setup: Setup,
    country: str,
    names: tuple[str, ...],
    menu: Menu,
    fixed: Mapping[str, str],
    state: State,
) -> FloatArray:
    """Return the payoffs of some instruments to their country, shape (postures of its menu,)."""
    effects = {
        name: dict(
            zip(
                setup.instruments[name].labels(country),
                setup.effects(country, name, state).holder.tolist(),
                strict=True,
            )
        )
        for name in names
    }
    postures = [dict(zip(menu, choice, strict=True)) for choice in product(*menu.values())]
    return np.array(
        [sum(each[posture.get(name, fixed[name])] for name, each in effects.items()) for posture in postures],
        dtype=np.float64,
    )
