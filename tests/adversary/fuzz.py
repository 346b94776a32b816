"""Entry points with numbers that are no game's: either an answer in time, or an error of the package.

python -m tests.adversary.fuzz --calls 15000 --seed 1 --workers 2

The entry points go by turns, and the rest is drawn: sizes, discount factors, rates and payoffs from 1e-300 to
1e300, what is no number, empty and wrong shapes. Ends with 1 if one ended in another error, took longer than
its deadline or `LONGEST` allows, or took the process along.
"""

import argparse
import contextlib
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from fractions import Fraction
from time import monotonic

import numpy as np
import pandas as pd
from scipy import stats

import negotiation as ng
from negotiation.game_theory.games.issue_signal import independent_signals, issue_signal
from negotiation.game_theory.games.product import product_game
from negotiation.game_theory.solvers.nash.index import equilibrium_index

ODD = (
    0, 1, -1, 2, 0.5, -0.0, 1e-300, 5e-324, 1e300, -1e300, 1.7e308, 1e-17, 1e17, 1 - 2**-53, 1e-9, np.nan,
    np.inf, -np.inf, Fraction(1, 3), Fraction(10**30 - 1, 10**30), Fraction(1, 10**400), 10**400, True, None,
    "x", [], 1j,
)  # fmt: skip
SCALES = (1, 1, 1, 1e-9, 1e9, 1e-300, 1e300)
LONGEST, GRACE, CHUNK = 20.0, 2.0, 50
"""Seconds of a call without a deadline, seconds beyond one, as others use the machine, calls of a task."""


class Draws:
    """What is drawn for one call; every so often something is odd."""

    def __init__(self, seed: int, number: int) -> None:
        self.rng = np.random.default_rng([seed, number])
        self.oddness = float(self.rng.choice([0.0, 0.02, 0.1, 0.5]))
        self.deadline: float | None = None

    def pick(self, *options: object) -> object:
        return options[self.rng.integers(len(options))]

    def odd(self) -> bool:
        return bool(self.rng.random() < self.oddness)

    def number(self, low: float = 0.0, high: float = 1.0) -> object:
        if self.odd():
            return self.pick(*ODD)
        plain = float(self.rng.uniform(low, high))
        return self.pick(plain, Fraction(plain).limit_denominator(9))

    def count(self, most: int = 4) -> object:
        return self.pick(*ODD) if self.odd() else int(self.rng.integers(1, most + 1))

    def within(self) -> object:
        """Return a deadline, which the call is then held to."""
        found = self.number(0.05, 0.5) if self.odd() else float(self.rng.uniform(0.05, 0.5))
        self.deadline = (
            float(found) if isinstance(found, (int, float, Fraction)) and found <= LONGEST else None
        )
        return found

    def table(self, *shape: int, chances: bool = False) -> object:
        """Return an array of payoffs, or of rows that sum to 1."""
        if self.odd():
            shape = tuple(int(self.rng.integers(0, 4)) for _ in range(self.rng.integers(0, 5)))
        if chances and shape and shape[-1]:
            found = self.rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])
        else:
            found = np.asarray(self.rng.integers(-3, 4, size=shape)) * np.float64(
                self.pick(1, 1, 1, 1e-9, 1e9, 1e-300, 1e300)
            )
        found = np.asarray(found)
        if not self.odd() or not found.size:
            return found
        found = found.astype(object)
        found[tuple(self.rng.integers(k) for k in found.shape)] = self.pick(*ODD)
        return found.tolist() if self.odd() else found

    def counts(self, players: int = 2) -> tuple[int, ...]:
        return tuple(int(self.rng.integers(1, 4)) for _ in range(players))

    def players(self) -> int:
        return int(self.pick(1, 2, 2, 2, 2, 3))

    def stage(self, players: int | None = None, counts: tuple[int, ...] | None = None) -> ng.StageGame:
        counts = self.counts(players or self.players()) if counts is None else counts
        return ng.StageGame(self.table(*counts, len(counts)))

    def delta(self, players: int) -> object:
        return tuple(self.number() for _ in range(players)) if self.odd() else self.number()

    def repeated(self, players: int = 2) -> ng.RepeatedGame:
        counts = self.counts(players)
        signal = self.signal(counts) if self.rng.integers(4) == 0 else None
        return ng.RepeatedGame(self.stage(counts=counts), self.delta(players), signal)

    def dilemma(self) -> ng.RepeatedGame:
        return ng.RepeatedGame(ng.StageGame(self.table(2, 2, 2), actions=("CD", "CD")), self.delta(2))

    def signal(self, counts: tuple[int, ...]) -> ng.PublicSignal:
        return ng.PublicSignal(self.table(*counts, int(self.rng.integers(1, 4)), chances=True))

    def stochastic(self, players: int = 2) -> ng.StochasticGame:
        states, counts = int(self.rng.integers(1, 4)), self.counts(players)
        chances = self.table(states, *counts, states, chances=True)
        return ng.StochasticGame(self.table(states, *counts, players), chances, self.delta(players))

    def grim(self) -> ng.Automaton:
        target = self.pick("ends", "on", "on", "off")
        moves = {"on": {("C", "C"): "on", "otherwise": "off"}, "off": {"otherwise": target}}
        if self.odd():
            moves = {"on": {self.pick("otherwise", ("C",), ()): {"on": self.number(), "off": self.number()}}}
        return ng.Automaton(["on", "off"], self.pick("on", "off"), {"on": "CC", "off": "DD"}, moves)

    def continuous(self, precision: object = np.inf) -> ng.ContinuousTimeGame:
        states, makers = int(self.rng.integers(1, 4)), []
        for owner in range(self.rng.integers(0, 3)):
            options = [
                [(s, 0), *((self.rng.integers(states), self.number(-1, 1), self.pick("a", "b"))
                           for _ in range(self.rng.integers(0, 3)))]
                for s in range(states)
            ]  # fmt: skip
            makers.append(ng.DecisionMaker(owner, self.rate(), options, precision))
        nature = self.table(states, states) if self.odd() else None
        return ng.ContinuousTimeGame(self.table(states, 2), makers, self.rate(), nature)

    def rate(self) -> object:
        return float(10.0 ** self.rng.uniform(-300, 300)) if self.odd() else self.number(0.01, 5.0)

    def play(self, game: ng.ContinuousTimeGame) -> list:
        """Return one way to play a game."""
        if self.odd():
            return [[self.number() for _ in range(game.n_states)] for _ in range(self.rng.integers(0, 3))]
        return [[0] * game.n_states for _ in game.makers]

    def profile(self, game: ng.StageGame) -> list:
        return [int(self.rng.integers(k)) if not self.odd() else self.number() for k in game.n_actions]


def _continuous(call: Callable, *more: Callable[[Draws], dict]) -> Callable:
    def ask(d: Draws) -> object:
        game = d.continuous()
        return call(game, d.play(game), **(more[0](d) if more else {}))

    return ask


def _switch(rate: float, gain: float) -> ng.ContinuousTimeGame:
    options = [[(0, 0.0), (1, 0.0, "on")], [(1, 0.0), (0, 0.0, "off")]]
    return ng.ContinuousTimeGame([[0.0], [gain]], [ng.DecisionMaker(0, rate, options, precision=1.0)], 0.5)


def _chain(rate: float, gain: float) -> ng.ContinuousTimeGame:
    return ng.ContinuousTimeGame([[0.0], [gain]], [], 0.5, nature=[[0.0, rate], [rate, 0.0]])


def _fit(d: Draws) -> object:
    """Estimate the rate and the gain of one who switches, from moves in a table of any form."""
    moves: dict[str, object] = {
        "years": np.cumsum([0.0, *(float(x) for x in d.rng.uniform(0.0, 2.0, 3))]).tolist(),
        "state": ["0", d.pick("1", None), None, None],
        "event": [None, "on", d.pick("off", "on"), None],
        "weight": [d.pick(1.0, d.number())] * 4,
        "path": [d.pick("a", 1, 1.0)] * 4,
    }
    for name in [*moves]:
        if d.odd():
            moves[name][d.rng.integers(4)] = d.pick(*ODD)
        if d.odd():
            moves[name] = d.pick(None, 1.0, "x", [], moves[name][:3], moves[name][:1], np.ones((4, 2)))
        if d.odd():
            del moves[name]
    path = ng.EventPath("0", [(1.0, "on")], 2.0)
    data = d.pick(moves, moves, [moves], path, [path, moves], []) if d.odd() else moves
    with contextlib.suppress(ValueError, TypeError):  # as of columns of unlike lengths
        data = pd.DataFrame(data) if data is moves and not d.odd() else data
    start = {"rate": d.number(), "gain": d.number()}
    start = d.pick(start, [start, {"rate": 2.0, "gain": 0.0}], [start] * 2, {}, *ODD) if d.odd() else start
    factory = d.pick(_switch, _switch, _chain)
    also = {
        "unobserved": [["off"], "off", None, [1], ["x"]],
        "equilibria": ODD,
        "cluster": ["weight", None, 3],
    }
    chosen = {name: d.pick(*options) for name, options in also.items() if d.odd()}
    good = {"rate": stats.gamma(2.0), "gain": stats.norm()}
    prior = d.pick(good, good, good, {"rate": stats.poisson(2)}, d.pick(*ODD))
    drawn = {"method": "posterior", "prior": prior, "draws": d.count(99), "deadline": 0.5}
    found = ng.fit(factory, data, start=start, **chosen, **d.pick({}, {}, drawn))
    if hasattr(found, "optima") and found.status == "partial":
        found.interval(d.pick("rate", "gain", "x"), d.number(0.5))
    return found


def _logit_response(d: Draws) -> object:
    game = d.continuous(d.number(0.1, 5.0))
    return ng.logit_response(game, d.play(game))


def _path(d: Draws) -> dict:
    moves = [(d.number(), str(d.pick("a", "b"))) for _ in range(d.rng.integers(0, 3))]
    return {"path": ng.EventPath(d.pick("0", [1.0]), moves, d.number(1.0, 3.0))}


def _best_replies(d: Draws) -> object:
    stage = d.stage()
    return ng.best_replies(stage, d.profile(stage))


def _index(d: Draws) -> object:
    stage = d.stage(2)
    return equilibrium_index(stage, d.profile(stage))


def _monitored(call: Callable) -> Callable:
    def ask(d: Draws) -> object:
        counts = d.counts(d.players())
        return call(d.stage(counts=counts), d.signal(counts))

    return ask


def _linked(call: Callable) -> Callable:
    def ask(d: Draws) -> object:
        issues = [ng.StageGame(d.table(2, 2, 2), actions=("CD", "CD")) for _ in range(d.rng.integers(0, 3))]
        both = [["CC", "DD"][k] if not d.odd() else d.pick("", "X", "C") for k in (0, 1)]
        return call(issues, *([play] * len(issues) for play in both), discount_factor=d.delta(2))

    return ask


def _strategy_for(d: Draws) -> object:
    found = ng.equilibrium_payoffs(d.dilemma(), deadline=d.within())
    return ng.strategy_for(found, d.table(2) if d.odd() else found.inner.mean(axis=0))


def _bargain(d: Draws) -> object:
    rules = (None, ng.Egalitarian(), ng.KalaiSmorodinsky(), ng.NashBargaining((d.number(), d.number())),
             ng.Rubinstein((d.number(), d.number())))  # fmt: skip
    return ng.bargain(d.dilemma(), d.pick(*rules), d.pick("stage equilibrium", "minmax", d.table(2)))


def _transfers(d: Draws) -> object:
    game = d.pick(d.repeated, d.stochastic)(d.players())
    return ng.equilibrium_payoffs(
        game, transfers=True, observed=d.pick("actions", "actions", "states"), deadline=d.within()
    )


def _critical(d: Draws) -> object:
    return ng.critical_discount_factor(d.dilemma().stage, d.pick(d.grim(), ("C", "C"), ("C",), {"x": "y"}))


CALLS: dict[str, Callable[[Draws], object]] = {
    "solve": lambda d: ng.solve(
        d.stage(), d.pick("auto", "vertex_enumeration", "support_polynomials", "lemke_howson"),
        exact=d.pick(False, True), deadline=d.within(),
    ),
    "equilibrium_payoffs": lambda d: ng.equilibrium_payoffs(
        d.pick(d.repeated, d.stochastic)(), limit=d.pick(None, d.count(50)), deadline=d.within()
    ),
    "equilibrium_payoffs, transfers": _transfers,
    "critical_discount_factor": _critical,
    "verify": lambda d: ng.verify(d.dilemma(), d.grim(), exact=d.pick(False, True)),
    "bargain": _bargain,
    "markov_perfect_equilibria": lambda d: ng.markov_perfect_equilibria(
        d.pick(d.stochastic, d.continuous)(), starts=d.count(), deadline=d.within()
    ),
    "solve_many": lambda d: ng.solve_many(d.table(int(d.rng.integers(0, 3)), *d.counts(), 2)),
    "optimal_penal_code": lambda d: ng.optimal_penal_code(d.repeated()),
    "strategy_for": _strategy_for,
    "negotiation_equilibrium": lambda d: ng.negotiation_equilibrium(
        d.stochastic(), negotiation_probability=d.number(), bargaining_weights=(d.number(), d.number()),
        horizon=d.pick(None, d.count(9)),
    ),
    "correlated_equilibrium": lambda d: ng.correlated_equilibrium(d.stage(), d.pick("welfare", d.table(2))),
    "logit_equilibrium": lambda d: ng.logit_equilibrium(d.stage(), d.number(0, 9), deadline=d.within()),
    "logit_branch": lambda d: ng.logit_branch(d.stage(), d.number(0, 9), deadline=d.within()),
    "minmax": lambda d: ng.minmax(d.stage(), mixed=d.pick(False, True)),
    "value": lambda d: ng.value(d.dilemma(), d.grim()),
    "best_response": lambda d: ng.best_response(d.dilemma(), d.grim(), d.pick(None, "0", d.number())),
    "regret": lambda d: ng.regret(d.grim(), d.grim(), game=d.dilemma(), player=d.pick("0", d.number())),
    "exploitability": lambda d: ng.exploitability(d.grim(), game=d.dilemma(), start=d.pick(None, "x")),
    "independent_signals": lambda d: independent_signals(d.signal((2,)), d.signal((2,))),
    "issue_signal": lambda d: issue_signal(
        d.dilemma().stage, {"x": d.pick("CC", "C", "XX")}, slip=d.number(), miss=d.number()
    ),
    "product_game": lambda d: product_game(*(d.stage(2) for _ in range(d.rng.integers(0, 3)))),
    "simulate": lambda d: ng.simulate(d.dilemma(), d.grim(), d.count(99)),
    "simulate_moves": _continuous(
        ng.simulate_moves, lambda d: {"start": d.pick("0", "x"), "years": d.number()}
    ),
    "noisy_grim": lambda d: ng.noisy_grim(*(d.number() for _ in range(5)), d.pick(np.inf, d.number())),
    "clock_values": lambda d: ng.clock_values(d.number(), d.number(), d.count(9), d.number(), d.number()),
    "restraint": lambda d: ng.restraint(
        gain=d.number(), loss=d.number(0, 9), harm=d.number(0, 9), cost=d.number(), cover=d.count(9),
        discount_factors=d.pick(d.number(), [d.number(), d.number()]),
    ),
    "restraint_many": lambda d: ng.restraint_many(
        loss=d.number(0, 9), harm=d.number(0, 9), cost=d.number(), cover=d.count(9),
        discount_factors=(d.number(), d.number()),
    ),
    "alarm_clock": lambda d: ng.alarm_clock(
        gain=d.number(), stake=d.number(0, 9), false_alarm=d.number(), detection=d.number(),
        discount_factor=d.number(),
    ),
    "least_renewal_probability": lambda d: ng.least_renewal_probability(
        d.number(), d.number(), d.count(9), d.number()
    ),
    "basin_of_defection": lambda d: ng.basin_of_defection(d.dilemma()),
    "strategic_risk": lambda d: ng.strategic_risk(d.stage(2)),
    "survival": lambda d: ng.survival(d.dilemma(), d.grim(), off=["off"], periods=d.count(99)),
    "fit": _fit,
    "log_likelihood": _continuous(ng.log_likelihood, _path),
    "logit_response": _logit_response,
    "stationary_distribution": _continuous(
        ng.stationary_distribution, lambda d: {"start": d.pick(None, "0", d.table(2))}
    ),
    "event_probabilities": _continuous(
        ng.event_probabilities, lambda d: {"start": "0", "years": d.number(), "begin": d.pick(0, d.number())}
    ),
    "expected_event_times": _continuous(ng.expected_event_times),
    "transition_probabilities": _continuous(
        ng.transition_probabilities, lambda d: {"start": "0", "years": d.number()}
    ),
    "equilibrium_index": _index,
    "finite_horizon_payoff_set": lambda d: ng.finite_horizon_payoff_set(
        d.stage(2), d.count(3), discount_factor=d.number()
    ),
    "finite_horizon_payoffs": lambda d: ng.finite_horizon_payoffs(
        d.stage(2), d.count(3), discount_factor=d.number(), limit=d.count(999)
    ),
    "bounded_payoffs": lambda d: ng.bounded_payoffs(d.repeated(int(d.pick(2, 2, 3))), limit=d.count(50)),
    "enforceability": _monitored(ng.enforceability),
    "full_rank": _monitored(ng.full_rank),
    "public_perfect_limit": _monitored(ng.public_perfect_limit),
    "best_replies": _best_replies,
    "extreme_correlated_payoffs": lambda d: ng.extreme_correlated_payoffs(d.stage(2)),
    "dominated_actions": lambda d: ng.dominated_actions(d.stage(), kind=d.pick("strict", "weak", "x")),
    "iterated_elimination": lambda d: ng.iterated_elimination(d.stage(), kind=d.pick("strict", "weak")),
    "least_self_enforcing_link": _linked(ng.least_self_enforcing_link),
    "linking": _linked(ng.linking),
    "least_weakly_renegotiation_proof": lambda d: ng.least_weakly_renegotiation_proof(
        d.dilemma().stage, d.grim()
    ),
    "renegotiation_proofness": lambda d: ng.renegotiation_proofness(d.dilemma(), d.grim()),
}  # fmt: skip
NAMES = tuple(CALLS)


def fault(seed: int, number: int) -> str:
    """Return what is wrong with a call; nothing if it is answered in time, or refused by the package."""
    name, took, allowed = NAMES[number % len(NAMES)], 1.0, 0.0
    for _ in range(2):
        # What takes too long is asked again: the first call compiles.
        if took <= allowed:
            break
        draws, began = Draws(seed, number), monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                CALLS[name](draws)
        except ng.NegotiationError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault of the package
            return f"{name}, call {number}: {type(error).__name__}: {error}"
        allowed = LONGEST if draws.deadline is None else max(draws.deadline, 0.0) + GRACE
        took = monotonic() - began
    return "" if took <= allowed else f"{name}, call {number}: {took:.1f} s, where {allowed:.1f} are allowed"


def faults(seed: int, numbers: range) -> list[str]:
    """Return what is wrong with some calls."""
    return [found for number in numbers if (found := fault(seed, number))]


def main(arguments: list[str] | None = None) -> int:
    """Run the calls as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.adversary.fuzz")
    parser.add_argument("--calls", type=int, default=15_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given, found = parser.parse_args(arguments), []
    parts = [range(k, min(k + CHUNK, given.calls)) for k in range(0, given.calls, CHUNK)]
    while parts:
        with ProcessPoolExecutor(given.workers) as pool:
            tasks = {part: pool.submit(faults, given.seed, part) for part in parts}
            for part, task in tasks.items():
                try:
                    found += task.result()
                except BrokenProcessPool:
                    found.append(f"the process ended in one of the calls {part} or beside it")
                    break
                parts.remove(part)
                sys.stderr.write(f"\r{part.stop} of {given.calls} calls, {len(found)} wrong")
    sys.stdout.write("\n" + "".join(f"{each}\n" for each in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
