"""Predictions from the game: the chance of each next move under the mechanisms that are on.

In a week each instrument comes up for decision with the rate at which anything moved before; where the
agreement's strategy prescribes a change of level, with the rate of periods, 7 days over the reaction lag,
times the chance that it does: a strategy moves every period. Its holder then chooses among its lawful levels,
staying, a step within the level up and one down, by logit with a stated precision on

    the payoff of the period against the other's posture                            (static)
    less (1 - b) W S (q - p) for a level beyond a ceiling of an agreement           (contract)
    plus b W S (q - p) for a step up where the other is held to have broken it       (answer)

with S the stake of a period, W how many periods a breach forfeits, q and p the chances that a breach and that
compliance look like one, and b the chance that the side takes the other to be in breach. S is the payoff of
the agreed profile less that of the stage equilibrium that would follow, both from the agreement's solved
game.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from negotiation.numeric import FloatArray, IntArray
from negotiation.truces.prediction.agreement_in_force import (
    AgreementInForce,
    agreement_in_force,
    noise_in_force,
    papers_in_force,
)
from negotiation.truces.prediction.chances import Window, over_windows
from negotiation.truces.prediction.mechanisms import Rules, rules_of
from negotiation.truces.prediction.rates import hazard_rates
from negotiation.truces.prediction.stakes import SolvedTerms, solved_terms
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, pairs_of
from negotiation.truces.record.past import Past, state_of
from negotiation.world import Postures, Scenario, State
from negotiation.world.instrument import Pair
from negotiation.world.level_payoffs import level_payoffs
from negotiation.world.observation import PRECISION, slip_chance

NEUTRAL = {"security_weight": 0.5, "rent_weight": 0.0}
"""Roles of weights that are domestic politics, and their values where nobody at home weighs more than others:
security as much as business, the rent of protected producers no more than any other income. At a security
weight of 0 business alone would decide, and the sign of what a control is worth would turn."""


AFTER_THEORIES = 200


class _Situation(NamedTuple):
    """What a week's choices depend on: payoffs, what was public, and the agreement as each side sees it."""

    world: Scenario
    past: Past
    state: State
    now: Postures
    agreements: dict[str, AgreementInForce | None]


@dataclass(frozen=True, eq=False)
class MechanismModel:
    """A predictor: the game with some mechanisms on.

    Parameters
    ----------
    on : iterable of str
        Names of mechanisms; see `negotiation.truces.prediction.mechanisms.mechanism_names`.
    name : str, optional
        For tables; the mechanisms joined by "+" if not given, "plain" if none is on.

    Examples
    --------
    >>> MechanismModel(["static", "clock"]).name
    'static+clock'
    """

    on: tuple[str, ...]
    name: str
    rules: Rules
    order: int = AFTER_THEORIES
    _stakes: dict[object, SolvedTerms] = field(default_factory=dict, repr=False)
    _neutral: dict[int, Scenario] = field(default_factory=dict, repr=False)

    def __init__(
        self, on: Iterable[str] = (), name: str = "", stakes: dict[object, SolvedTerms] | None = None
    ) -> None:
        names = tuple(on)
        object.__setattr__(self, "on", names)
        object.__setattr__(self, "rules", rules_of(names))
        object.__setattr__(self, "name", name or "+".join(names) or "plain")
        object.__setattr__(self, "_stakes", {} if stakes is None else stakes)
        object.__setattr__(self, "_neutral", {})

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of up, down and none in the week from `past.as_of`, shape (pairs, 3)."""
        state = state_of(scenario, past) if self.rules.depletion else scenario.default_state
        return self.chances(scenario, past, state, opportunity(scenario, past))

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of a move in each window if every later week is like the next one.

        What comes next hangs on who broke what and when, so that no state but the whole past could be carried
        forward exactly. What the model says of the end of a term is lost in later months.

        Parameters
        ----------
        scenario : Scenario
            Payoffs, patience, what is seen.
        past : Past
            What was public.
        windows : sequence of (date, date)
            First day and first day after each.

        Returns
        -------
        array, shape (windows, pairs, 2)
            Of at least one move up, and of at least one down.
        """
        return over_windows(self.predict(scenario, past), windows)

    def chances(self, scenario: Scenario, past: Past, state: State, rate: float) -> FloatArray:
        """Return the same as `predict` at a given state of the world and rate of decisions.

        Parameters
        ----------
        scenario : Scenario
            Payoffs, patience, what is seen.
        past : Past
            What was public.
        state : State
            Where dependence and stocks stand.
        rate : float
            Chance that an instrument comes up for decision in a week.
        """
        world = self._world(scenario)
        agreements = {c: agreement_in_force(world, past, self.rules, c) for c in world.countries}
        situation = _Situation(world, past, state, past.postures(), agreements)
        pairs = pairs_of(world)
        wanted = np.array([self._wanted(situation, *pair) for pair in pairs])
        period = min(1.0, 7.0 / scenario.parameters["reaction_lag_days"])
        due = np.array([self._due(situation, *pair) for pair in pairs])
        chances = wanted * np.maximum(rate, period * due)[:, None]
        if self.rules.noise:
            chances[:, UP] += self._slips(world, past, pairs) * (1.0 - chances[:, UP])
        chances[:, NONE] = np.maximum(1.0 - chances[:, :NONE].sum(axis=1), 0.0)
        normal: FloatArray = chances / chances.sum(axis=1, keepdims=True)
        return normal

    def _world(self, scenario: Scenario) -> Scenario:
        if self.rules.weights:
            return scenario
        if id(scenario) not in self._neutral:
            self._neutral[id(scenario)] = scenario.with_parameters(
                {name: value for role, value in NEUTRAL.items() for name in scenario.playing(role)}
            )
        return self._neutral[id(scenario)]

    def _slips(self, world: Scenario, past: Past, pairs: tuple[Pair, ...]) -> FloatArray:
        """Return the chance of a slip in a week, by pair: a period's chance scaled to seven days."""
        papers = papers_in_force(past)
        regime = papers[-1].regime if papers else "coordinated"
        periods = 7.0 / world.parameters["reaction_lag_days"]
        chances = [slip_chance(world.parameters, world.instruments[name].leg, regime) for _, name in pairs]
        slips: FloatArray = 1.0 - (1.0 - np.array(chances)) ** periods
        return slips

    def _due(self, situation: _Situation, country: str, name: str) -> float:
        """Return the chance that the agreement's strategy prescribes a change of level in the instrument.

        It does above a ceiling, and where there is cause to answer below the level of the punishment.
        """
        agreement = situation.agreements[country]
        if agreement is None:
            return 0.0
        instrument = situation.world.instruments[name]
        at = instrument.position(country, situation.now[country][name])
        ceiling = agreement.terms.get((country, name))
        if ceiling is not None and at > instrument.position(country, ceiling):
            return 1.0 - self._cause(agreement, instrument.leg)
        if at >= self._solved(situation, agreement, instrument.leg).answer(country, name, at):
            return 0.0
        return self._cause(agreement, instrument.leg)

    def _cause(self, agreement: AgreementInForce, leg: str) -> float:
        """Return the chance of a cause to answer in a leg: a breach there, or with linkage anywhere."""
        legs = agreement.breaches.values() if self.rules.linked else [agreement.breaches.get(leg, 0.0)]
        return 1.0 - float(np.prod([1.0 - chance for chance in legs]))

    def _wanted(self, situation: _Situation, country: str, name: str) -> list[float]:
        """Return the chances of up, down and none where the instrument comes up for decision."""
        world, past, state, now, _ = situation
        instrument = world.instruments[name]
        at = instrument.position(country, now[country][name])
        lawful = {level.label for level in world.levels(country, name, state, past.as_of)}
        labels = instrument.labels(country)
        kept = [k for k, label in enumerate(labels) if label in lawful or k == at]
        values = np.zeros(len(labels))
        if self.rules.static:
            payoffs = level_payoffs(world, now, country, name, state)
            values = payoffs - payoffs[at]
        # Staying, one more within the level, one less within it, then the other levels.
        positions = np.array([at, at, at, *(k for k in kept if k != at)])
        steps = np.array([0, 1, -1, *(1 if k > at else -1 for k in kept if k != at)])
        utility = values[positions]
        utility = utility + self._contract(situation, country, name, positions, steps)
        if at == 0:
            utility, steps = np.delete(utility, 2), np.delete(steps, 2)
        odds = np.exp(world.parameters[PRECISION] * (utility - utility.max()))
        odds /= odds.sum()
        return [float(odds[steps > 0].sum()), float(odds[steps < 0].sum()), float(odds[steps == 0].sum())]

    def _contract(
        self, situation: _Situation, country: str, name: str, positions: IntArray, steps: IntArray
    ) -> FloatArray:
        """Return what the agreement adds to each choice: the cost of a breach, the worth of an answer."""
        world, agreement = situation.world, situation.agreements[country]
        added: FloatArray = np.zeros(len(positions))
        if agreement is None or (country, name) not in agreement.terms:
            return added  # Nothing is bound here, and an answer uses what is bound.
        ceiling, leg = agreement.terms[country, name], world.instruments[name].leg
        solved = self._solved(situation, agreement, leg)
        noise = noise_in_force(world, agreement.papers, self.rules, country, name, ceiling)
        cost = agreement.weight * solved.stakes[country] * max(noise.detection - noise.false_alarm, 0.0)
        cause = self._cause(agreement, leg)
        limit = world.instruments[name].position(country, ceiling)
        at = int(positions[0])
        # Up to the ceiling a rise is allowed; from the ceiling one more within its level is not.
        beyond = (positions > limit) | ((positions == limit) & (steps > 0) & (at == limit))
        added -= np.where(beyond, (1.0 - cause) * cost, 0.0)
        answer = solved.answer(country, name, at)
        if answer > at:
            added += np.where((positions > at) & (positions <= answer), cause * cost, 0.0)
        return added

    def _solved(self, situation: _Situation, agreement: AgreementInForce, leg: str) -> SolvedTerms:
        """Return the solved game of the terms: all of them with linkage, else those of the leg."""
        world, past, state = situation.world, situation.past, situation.state
        terms = {
            pair: level
            for pair, level in agreement.terms.items()
            if self.rules.linked or world.instruments[pair[1]].leg == leg
        }
        signed = past.postures(before=agreement.papers[0].signed + timedelta(days=1))
        key = (id(world), frozenset(terms.items()), state, agreement.papers[0].id)
        if key not in self._stakes:
            self._stakes[key] = solved_terms(world, terms, signed, replace(state, clock=0))
        return self._stakes[key]


def opportunity(scenario: Scenario, past: Past) -> float:
    """Return the chance that an instrument comes up for decision in a week.

    It is such that with no mechanism on moves come as often as they did in the weeks before.
    """
    rates = hazard_rates(scenario, past)
    now = past.postures()
    shares = []
    for country, name in pairs_of(scenario):
        labels = scenario.instruments[name].labels(country)
        choices = len(labels) + (1 if now[country][name] == labels[0] else 2)
        shares.append((choices - 1) / choices)
    return float(min(1.0, (rates[UP] + rates[DOWN]) / np.mean(shares)))
