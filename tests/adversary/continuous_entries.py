"""Entry points for games in continuous time, whose flows are those of a case and whose rates are drawn."""

from fractions import Fraction
from math import exp, inf, log
from typing import NamedTuple

import numpy as np

import negotiation as ng
from tests.adversary import continuous_referees as plain
from tests.adversary.answers import Answer, of
from tests.adversary.families import Case

NEAR, EVENTS = 1e-9, (None, "a", "b")


class Play(NamedTuple):
    """A game and how it is played, for the package and in `Fraction`: `rates` in all, `shown` by event."""

    game: ng.ContinuousTimeGame
    played: list
    makers: list
    nature: list
    rates: list
    shown: dict

    def worth(self, i: int, played: object) -> list:
        """Return what choices are worth to a player."""
        chances = [[[Fraction(float(x)) for x in row] for row in rows] for rows in played]
        flows = [Fraction(float(u)) for u in np.asarray(self.game.flows)[:, i]]
        owned = [int(m.player) == i for m in self.game.makers]
        rho = Fraction(self.game.discount_rates[i])
        return plain.worth(flows, rho, self.makers, self.nature, chances, owned)

    def far(self, i: int, values: object, right: list) -> float:
        """Return the distance of values, in what a unit of flows is worth, above what doubles hide."""
        unit = Fraction(float(self.game.units[i])) / Fraction(self.game.discount_rates[i])
        off = [abs(Fraction(float(x)) - y) - abs(y) / 10**15 for x, y in zip(values, right, strict=True)]
        return float(max(off) / unit)


def drawn(case: Case, rng: np.random.Generator, *, movers: int = 2, shocks: bool = False) -> Play:
    """Return a game of two to five states and a way to play it, in numbers that doubles hold."""
    payoffs = case.stage.payoffs.reshape(-1, 2)
    n, spread = int(rng.integers(2, min(5, len(payoffs)) + 1)), (0, 1, 3, 9)[rng.integers(4)]
    flows = payoffs[rng.permutation(len(payoffs))[:n]]
    if not rng.integers(6):
        flows[:, rng.integers(2)] = flows[0, 0]
    unit = [abs(float(u)) / 4 for u in case.unit]

    def rate() -> float:
        return float(10 ** rng.uniform(-spread, spread)) if spread else float(rng.integers(1, 4))

    nature = np.zeros((n, n))
    for _ in range(int(rng.integers(0, 3))):
        nature[tuple(rng.choice(n, 2, replace=False))] = rate()
    only = [[Fraction(float(x)) for x in row] for row in nature]
    rates, shown = [list(row) for row in only], {e: [[plain.ZERO] * n for _ in range(n)] for e in EVENTS}
    makers, played, exact = [], [], []
    for _ in range(int(rng.integers(1, 4))):
        owner, options, speeds = int(rng.integers(movers)), [], [rate() for _ in range(n)]
        played.append([])
        for s in range(n):
            more = [
                (rng.integers(n), rng.integers(-2, 2), rng.integers(3)) for _ in range(rng.integers(0, 3))
            ]
            row = [(s, 0.0, None), *((int(t), float(p) * unit[owner], EVENTS[e]) for t, p, e in more)]
            picks = rng.integers(len(row), size=4 if rng.integers(2) else 1)
            played[-1].append((np.bincount(picks, minlength=len(row)) / len(picks)).tolist())
            options.append(row)
            for (target, _, event), chance in zip(row, played[-1][-1], strict=True):
                rates[s][target] += Fraction(speeds[s]) * Fraction(chance)
                shown[event][s][target] += Fraction(speeds[s]) * Fraction(chance)
        precision = float(10 ** rng.uniform(-2, 3)) / unit[owner] if shocks else inf
        makers.append(ng.DecisionMaker(owner, speeds, options, precision))
        exact.append(([Fraction(x) for x in speeds], [[(t, Fraction(p)) for t, p, _ in o] for o in options]))
    for table in (rates, only):
        for s, row in enumerate(table):
            row[s] = row[s] * 0 - sum(row) + row[s]
    rhos = [float(10 ** rng.uniform(-6, 1)) if spread else 0.5 for _ in (0, 1)]
    return Play(ng.ContinuousTimeGame(flows, makers, rhos, nature), played, exact, only, rates, shown)


def _start(game: Play, rng: np.random.Generator) -> tuple[list[float], list]:
    n = len(game.rates)
    begun = np.bincount(rng.integers(n, size=(1, 4)[rng.integers(2)]), minlength=n)
    return (begun / begun.sum()).tolist(), [Fraction(int(x), int(begun.sum())) for x in begun]


def _span(game: Play, rng: np.random.Generator, most: float) -> float:
    """Return a time in which up to so many jumps are expected, as a power of ten."""
    own = [sum(table[s][s] for table in game.shown.values()) - q[s] for s, q in enumerate(game.rates)]
    return float(10 ** rng.uniform(-3, most)) / (float(max(own)) or 1.0)


def _beyond(found: object, right: list, error: float) -> str:
    """Return by what a number is missed, if that is more of itself than the error says."""
    for x, y in zip(np.asarray(found).tolist(), right, strict=True):
        known = y is not None and x < inf
        if (
            abs(Fraction(x) - y) > Fraction(error) * y + Fraction(1, 10**200)
            if known
            else y is not None or x < inf
        ):
            return f"{x} instead of {y and float(y)}, error {error}"
    return ""


def stationary_distribution(case: Case, rng: np.random.Generator) -> Answer:
    """Each share to the bound of its error."""
    game = drawn(case, rng)
    start, shares = _start(game, rng)
    found = ng.stationary_distribution(game.game, game.played, start=start)
    return of(found, _beyond(found.probabilities, plain.stationary(game.rates, shares), found.error))


def expected_event_times(case: Case, rng: np.random.Generator) -> Answer:
    """Each time to the bound of its error."""
    game = drawn(case, rng)
    found = ng.expected_event_times(game.game, game.played)
    right = [plain.event_times(game.rates, game.shown[event]) for event in found.events]
    wrong = [_beyond(x, y, found.error) for x, y in zip(found.years, right, strict=True)]
    return of(found, "".join(wrong))


def transition_probabilities(case: Case, rng: np.random.Generator) -> Answer:
    """Each row to the bound of its error."""
    game = drawn(case, rng)
    (start, shares), years = _start(game, rng), _span(game, rng, 5 if rng.integers(20) else 9)
    found = ng.transition_probabilities(game.game, game.played, start=start, years=years)
    right = plain.moved(shares, game.rates, Fraction(years))
    far = float(sum(abs(Fraction(float(x)) - y) for x, y in zip(found.probabilities[0], right, strict=True)))
    return of(found, f"off by {far:.2g}, error {found.error}" if far > found.error else "")


def event_probabilities(case: Case, rng: np.random.Generator) -> Answer:
    """Each probability to the bound of its error."""
    game, wrong = drawn(case, rng), ""
    (start, shares), begin = _start(game, rng), (0.0, 1.0)[rng.integers(2)] * _span(game, rng, 3)
    end = begin + _span(game, rng, 4)
    found = ng.event_probabilities(game.game, game.played, start=start, years=end, begin=begin)
    first = plain.moved(shares, game.rates, Fraction(begin))
    for event, (chance,) in zip(found.events, found.probabilities, strict=True):
        quiet = plain.without(game.rates, game.shown[event])
        left = plain.moved(first, quiet, Fraction(end) - Fraction(begin))
        if (far := abs(Fraction(float(chance)) - 1 + sum(left))) > found.error:
            wrong = f"{event} is off by {float(far):.2g}, error {found.error}"
    return of(found, wrong)


def log_likelihood(case: Case, rng: np.random.Generator) -> Answer:
    """Events at random dates, some unobserved: each contribution to 1e-9 of itself, or of 1."""
    game = drawn(case, rng)
    seen = [e for e in game.game.events if rng.integers(4)]
    (start, shares), years = _start(game, rng), _span(game, rng, 2.5)
    times = sorted(rng.uniform(0, years, size=int(rng.integers(0, 4)) if seen else 0).tolist())
    moves = [(t, seen[rng.integers(len(seen))]) for t in times]
    unobserved = [e for e in game.game.events if e not in seen]
    path = ng.EventPath(start, moves, years)
    found = ng.log_likelihood(game.game, game.played, path, unobserved=unobserved)
    quiet, last = game.rates, 0.0
    for event in seen:
        quiet = plain.without(quiet, game.shown[event])
    for x, (t, event) in zip(found.contributions.tolist(), [*moves, (years, None)], strict=True):
        shares, last = plain.moved(shares, quiet, Fraction(t) - Fraction(last)), t
        if event:
            shown = list(zip(*game.shown[event], strict=True))
            shares = [sum(p * q for p, q in zip(shares, into, strict=True)) for into in shown]
        if not (mass := sum(shares)):
            return of(found, "" if found.value == -inf else f"{found.value} instead of minus infinity")
        shares, right = [p / mass for p in shares], log(mass.numerator) - log(mass.denominator)
        if not abs(x - right) <= NEAR * max(1, abs(right)):
            return of(found, f"at {t} of {years} {event} counts {x}, not {right}")
    return of(found)


def one_mover(case: Case, rng: np.random.Generator) -> Answer:
    """One player moves, without shocks: the values of dynamic programming; complete only without ties."""
    game = drawn(case, rng, movers=1)
    found = ng.markov_perfect_equilibria(game.game)
    flows = [Fraction(float(u)) for u in np.asarray(game.game.flows)[:, 0]]
    right, tie = plain.best_values(flows, Fraction(game.game.discount_rates[0]), game.makers, game.nature)
    wrong = "complete, and best replies tie" if found.status == "complete" and tie else ""
    for e in found.equilibria:
        own = game.worth(0, e.choice_probabilities)
        if (far := game.far(0, e.values[:, 0], right)) > NEAR:
            wrong = f"the mover's values are off by {far:.2g}"
        elif (far := game.far(1, e.values[:, 1], game.worth(1, e.choice_probabilities))) > NEAR:
            wrong = f"the other's values are off by {far:.2g}"
        elif (far := game.far(0, [float(v) for v in own], right)) > NEAR:
            wrong = f"the choices are worth less than the best by {far:.2g}"
    return of(found, wrong)


def logit_response(case: Case, rng: np.random.Generator) -> Answer:
    """Values of given strategies, and the logit of them."""
    game = drawn(case, rng, shocks=True)
    found = ng.logit_response(game.game, game.played)
    values = [game.worth(i, game.played) for i in (0, 1)]
    for i in (0, 1):
        if (far := game.far(i, found.values[:, i], values[i])) > NEAR:
            return of(found, f"player {i}'s values are off by {far:.2g}")
    for m, maker in enumerate(game.game.makers):
        for s, row in enumerate(game.makers[m][1]):
            paid = [p + values[int(maker.player)][t] for t, p in row]
            powers = [exp(max(-700.0, maker.precision * float(x - max(paid)))) for x in paid]
            off = np.abs(found.choice_probabilities[m][s] - np.array(powers) / sum(powers)).max()
            if off > 1e-6 + maker.precision * max(abs(float(x)) for x in paid) / 10**15:
                return of(found, f"maker {m} in {s} has {found.choice_probabilities[m][s]}")
    return of(found)
