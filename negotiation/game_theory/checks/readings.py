"""Check of private readings at every pair of public state and belief that Bayes' rule reaches.

For each side, each of its readings and each pair (public state, belief), the value of complying is compared
with the value of every one-shot deviation (one-shot-deviation principle with beliefs; Hendon, Jacobsen and
Sloth 1996). Values come from one linear system for each pair of readings. The check imports no solver. Cost:
(pairs x readings x actions x signals) steps in plain Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from negotiation.base.numeric import (
    KNIFE_EDGE,
    Number,
    NumberArray,
    as_fraction,
)
from negotiation.base.status import Status
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games import RepeatedGame, own_units, ranges_by_player
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, judge
from negotiation.game_theory.strategies import Automaton

State = tuple[str, ...]
Belief = tuple[Number, ...]


@dataclass
class _Check:
    """The game and the readings to be checked, with results that are kept for later steps.

    A public state has the state of each reading's automaton, first those of player 0. `payoffs` has the shape
    (n_1, n_2, 2), and `chances` (n_1, n_2, signals). `values` has a player's value of complying by player,
    public state and pair of readings, `known` the public state after a state and signal, and `kinds` the
    results of `signals_by_reading`.
    """

    readings: PrivateReadings
    payoffs: NumberArray
    chances: NumberArray
    deltas: Sequence[Number]
    exact: bool
    automata: tuple[dict[str, Automaton], ...]
    values: dict[tuple[int, State, str, str], Number] = field(default_factory=dict)
    known: dict[tuple[State, str], State] = field(default_factory=dict)
    kinds: dict[tuple[int, tuple[int, ...]], list[NumberArray]] = field(default_factory=dict)

    def part(self, player: int, name: str) -> int:
        """Return the position of a reading's state in the public state."""
        first = list(self.automata[0])
        return first.index(name) if player == 0 else len(first) + list(self.automata[1]).index(name)

    def action(self, player: int, name: str, state: State) -> int:
        """Return the position of the action that a reading prescribes in a public state."""
        label = self.automata[player][name].actions[state[self.part(player, name)]][0]
        return self.readings.game.stage.action_index(player, label)

    def following(self, state: State, signal: str) -> State:
        """Return the public state after a signal."""
        if (state, signal) not in self.known:
            every = [automaton for given in self.automata for automaton in given.values()]
            self.known[state, signal] = tuple(
                next(iter(automaton.next_states(s, signal)))
                for automaton, s in zip(every, state, strict=True)
            )
        return self.known[state, signal]

    def start(self) -> State:
        """Return the public state in which play begins."""
        every = [automaton for given in self.automata for automaton in given.values()]
        return tuple(next(s for s, p in automaton.start.items() if p) for automaton in every)

    def own_first(self, player: int, array: NumberArray) -> NumberArray:
        """Return an array by profile with the player's own action on the first axis."""
        turned: NumberArray = np.moveaxis(array, player, 0)
        return turned

    def signals_by_reading(self, player: int, theirs: tuple[int, ...]) -> list[NumberArray]:
        """Return the distinct arrays of signal probabilities, (other's readings, signals), of own actions.

        `theirs` has the action of each of the other player's readings.
        """
        if (player, theirs) not in self.kinds:
            rows = self.own_first(player, self.chances)[:, list(theirs)]
            unlike = {tuple(row.ravel().tolist()): row for row in rows}
            self.kinds[player, theirs] = list(unlike.values())
        return self.kinds[player, theirs]


def verify_readings(
    readings: PrivateReadings,
    game: RepeatedGame | None = None,
    *,
    depth: int = 26,
    exact: bool = False,
) -> Verdict:
    """Check whether private readings are a perfect Bayesian equilibrium in public automata.

    `game` is the readings' own game by default. Beliefs are followed over up to `depth` signals, and no
    further once there are more than 4,000 pairs of public state and belief. If they could be followed further
    and no deviation gains, the verdict has the status "partial".
    """
    game = readings.game if game is None else game
    check = _setting(game, readings, exact)
    _solve_values(check)
    deviations: list[Deviation] = []
    cut = False
    for player in (0, 1):
        pairs, more = _pairs(check, player, depth)
        cut = cut or more
        for state, belief in pairs:
            for name in check.automata[player]:
                deviations += _departures(check, player, name, state, belief)
    concept = "perfect Bayesian equilibrium in public automata"
    measured = own_units(game.stage)
    tolerances = dict(zip(game.stage.players, measured.tolerances(), strict=True))
    ranges = ranges_by_player([game.stage], exact)
    verdict = judge(concept, deviations, tolerances, exact=exact, ranges=ranges)
    # A gain is conclusive even if pairs were left out; the absence of gains is not.
    status: Status = "partial" if cut and verdict.holds else "complete"
    if cut:
        concept = f"{concept}, as far as beliefs were followed"
    return replace(verdict, concept=concept, status=status)


def _setting(game: RepeatedGame, candidate: PrivateReadings, exact: bool) -> _Check:
    signal = game.monitoring
    if signal is None or signal.signals != candidate.signal.signals:
        raise InvalidStrategy(
            f"the readings are of the signals {shown(candidate.signal.signals)}, and the game has "
            f"{'no public signal' if signal is None else shown(signal.signals)}; check them in their own game"
        )
    if game.stage.actions != candidate.game.stage.actions:
        raise InvalidStrategy(
            f"the readings use the actions {shown(candidate.game.stage.actions)}, and the game has "
            f"{shown(game.stage.actions)}; check them in their own game"
        )
    return _Check(
        candidate,
        game.stage.exact_payoffs() if exact else own_units(game.stage).payoffs[0],
        signal.exact_probabilities() if exact else signal.probabilities,
        game.exact_discount_factors if exact else game.float_discount_factors,
        exact,
        tuple(dict(given) for given in candidate.readings),
    )


def _solve_values(check: _Check) -> None:
    """Fill in `values`, by player, public state and pair of readings."""
    signals = check.readings.signal.signals
    states = [check.start()]
    for state in states:
        # The list grows during the loop; the dict keeps the order and drops repetitions.
        states += [s for s in {check.following(state, y): None for y in signals} if s not in states]
    where = {state: k for k, state in enumerate(states)}
    kind = object if check.exact else np.float64
    for automaton in check.automata[0]:
        for other in check.automata[1]:
            move, flow = (
                np.zeros((len(states), len(states)), dtype=kind),
                np.zeros((len(states), 2), dtype=kind),
            )
            for k, state in enumerate(states):
                profile = (check.action(0, automaton, state), check.action(1, other, state))
                flow[k] = check.payoffs[profile]
                for y, label in enumerate(signals):
                    # Automata of readings are deterministic: the public state after a signal is certain.
                    move[k, where[check.following(state, label)]] += check.chances[(*profile, y)]
            for i, column in enumerate(discounted_values(move, flow, check.deltas).T.tolist()):
                for state, number in zip(states, column, strict=True):
                    check.values[i, state, automaton, other] = number


def _pairs(check: _Check, player: int, depth: int) -> tuple[list[tuple[State, Belief]], bool]:
    """Return the pairs of public state and belief within `depth` signals, and whether more may follow."""
    convert = as_fraction if check.exact else float
    prior: Belief = tuple(convert(p) for p in check.readings.priors[1 - player].values())
    # Breadth first, one layer per period: pairs at depth t are reached by t signals.
    layer: dict[object, tuple[State, Belief]] = {_key(check.start(), prior): (check.start(), prior)}
    pairs = dict(layer)
    for _ in range(depth):
        after: dict[object, tuple[State, Belief]] = {}
        for state, belief in layer.values():
            for pair in _successors(check, player, state, belief):
                key = _key(*pair)
                if key not in pairs:
                    after[key] = pairs[key] = pair
        if not after:
            return list(pairs.values()), False
        if len(pairs) > NUMERICS.pairs:
            break
        layer = after
    return list(pairs.values()), True


def _successors(check: _Check, player: int, state: State, belief: Belief) -> list[tuple[State, Belief]]:
    theirs = tuple(check.action(1 - player, name, state) for name in check.automata[1 - player])
    successors: dict[object, tuple[State, Belief]] = {}
    for chances in check.signals_by_reading(player, theirs):
        for y, label in enumerate(check.readings.signal.signals):
            column = chances[:, y].tolist()
            # After this own action, no reading of the other leads to this signal.
            if not any(c > 0 for c in column):
                continue
            weights = [mu * c for mu, c in zip(belief, column, strict=True)]
            total = sum(weights)
            # Bayes' rule. After a signal that has probability 0 under the belief, the belief stays.
            after = tuple(w / total for w in weights) if total > 0 else belief
            pair = (check.following(state, label), after)
            successors.setdefault(_key(*pair), pair)
    return list(successors.values())


def _departures(check: _Check, player: int, name: str, state: State, belief: Belief) -> list[Deviation]:
    """Return every one-shot deviation of a reading in a public state, with its gain at the belief."""
    stage = check.readings.game.stage
    prescribed = check.action(player, name, state)
    payoffs = _expected(check, player, name, state, belief)
    labels = stage.actions[player]
    where = f"{' / '.join(state)}, as {name!r}"
    return [
        Deviation(stage.players[player], labels[a], labels[prescribed], payoff - payoffs[prescribed], where)
        for a, payoff in enumerate(payoffs)
        if a != prescribed
    ]


def _expected(check: _Check, player: int, name: str, state: State, belief: Belief) -> list[Number]:
    """Return the value at a belief of playing each action once and complying from then on."""
    delta = check.deltas[player]
    payoffs = check.own_first(player, check.payoffs[..., player])
    chances = check.own_first(player, check.chances)
    total: NumberArray = 0 * payoffs[:, 0]
    for weight, other in zip(belief, check.automata[1 - player], strict=True):
        theirs = check.action(1 - player, other, state)
        pair = (name, other) if player == 0 else (other, name)
        after = [check.following(state, label) for label in check.readings.signal.signals]
        # Given the other's reading, the continuation payoff is known: values are by pair of readings.
        worth = np.array([check.values[player, s, *pair] for s in after], dtype=payoffs.dtype)
        total = total + weight * ((1 - delta) * payoffs[:, theirs] + delta * (chances[:, theirs] @ worth))
    expected: list[Number] = total.tolist()
    return expected


def _key(state: State, belief: Belief) -> object:
    """Return a key of a pair, in which float beliefs are rounded to multiples of `KNIFE_EDGE`."""
    if any(not isinstance(p, float) for p in belief):
        return (state, belief)
    return (state, tuple(round(float(p) / KNIFE_EDGE) for p in belief))
