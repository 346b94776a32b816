"""Entry points for one period, asked about a case and held against the referees."""

from fractions import Fraction
from itertools import product

import numpy as np

import negotiation as ng
from tests.adversary import stage_referees as plain
from tests.adversary.answers import Answer, of
from tests.adversary.families import Case

NEAR = 1e-6
"""Distance of probabilities and of payoffs, in shares of the range, within which floats say the same."""

TOLERATED = Fraction(1, 10**9)
"""Regret that a mixed profile in floats may have, in shares of the range, as the package documents."""


OTHERS = ("support_polynomials", "support_polynomials", "lemke_howson")
"""Methods besides those of `solve`; Lemke-Howson never says `complete`."""


def _labels(profile) -> tuple[str, ...]:
    return tuple(str(a) for a in profile)


def _spans(case: Case) -> list[Fraction]:
    return [case.truth[..., i].max() - case.truth[..., i].min() or Fraction(1) for i in (0, 1)]


def verify_pure(case: Case, rng: np.random.Generator) -> Answer:
    """Every pure profile: `verify`, in floats and exactly."""
    right = set(plain.pure_profiles(case.truth))
    wrong, said = "", []
    for profile in product(*(range(n) for n in case.stage.n_actions)):
        expected = profile in right
        verdict = ng.verify(case.stage, _labels(profile))
        said.append(verdict.holds)
        if verdict.holds != expected:
            wrong = f"verify of {profile} says {verdict.holds}"
        if case.exact and ng.verify(case.stage, _labels(profile), exact=True).holds != expected:
            wrong = f"exact verify of {profile} says {not expected}"
    return Answer(wrong=wrong, said=said)


def _mixed(rng: np.random.Generator, count: int) -> tuple[Fraction, ...]:
    weights = rng.integers(0, 5, size=count)
    weights[rng.integers(count)] += 1
    return tuple(Fraction(int(w), int(weights.sum())) for w in weights)


def verify_mixed(case: Case, rng: np.random.Generator) -> Answer:
    """A random mixed profile, and an equilibrium, perhaps with one probability moved."""
    extremes = sorted(plain.extreme_equilibria(case.truth))
    chosen = extremes[rng.integers(len(extremes))]
    moved = tuple(_mixed(rng, n) for n in case.stage.n_actions)
    mean = tuple(
        tuple((999 * p + q) / 1000 for p, q in zip(x, y, strict=True))
        for x, y in zip(chosen, moved, strict=True)
    )
    own, other = plain.matrices(case.truth)
    wrong, said = "", []
    for x, y in (chosen, moved, mean):
        gains = plain.gain(own, x, y), plain.gain(other, y, x)
        shares = [g / span for g, span in zip(gains, _spans(case), strict=True)]
        holds = max(gains) <= 0
        found = ng.verify(case.stage, [np.array(v, dtype=np.float64) for v in (x, y)]).holds
        # Between nothing and ten times the tolerance either answer is as documented.
        if (holds or max(shares) > 10 * TOLERATED) and found != holds:
            wrong = f"verify of {x}, {y} says {found}: gains {[float(s) for s in shares]}"
        said.append(found)
        if case.exact and ng.verify(case.stage, (x, y), exact=True).holds != holds:
            wrong = f"exact verify of {x}, {y} says {not holds}: gains {[float(s) for s in shares]}"
    return Answer(wrong=wrong, said=said)


def pure_equilibria(case: Case, rng: np.random.Generator) -> Answer:
    """All pure equilibria."""
    found = ng.solve(case.stage, method="pure_equilibria")
    there = sorted(tuple(int(label[0]) for label in e.support) for e in found.equilibria)
    right = sorted(plain.pure_profiles(case.truth))
    return of(found, "" if there == right else f"found {there}, there are {right}", (found.status, there))


def _nash(case: Case, found, *, every: bool) -> str:
    """Return what is wrong with a set of equilibria, mixed ones too."""
    own, other = plain.matrices(case.truth)
    right = plain.extreme_equilibria(case.truth)
    points = [np.concatenate(e.strategies) for e in found.equilibria]
    # A point inside a continuum is listed beside the extreme equilibria.
    inside = {continuum.equilibrium for continuum in found.continua}
    for e in found.equilibria:
        x, y = ([Fraction(p) for p in vector] for vector in e.strategies)
        shares = [
            float(g / span)
            for g, span in zip((plain.gain(own, x, y), plain.gain(other, y, x)), _spans(case), strict=True)
        ]
        if max(shares) > 2 * TOLERATED:
            return f"{e.strategies} is no equilibrium: gains {shares}"
    if every and found.status == "complete":
        for x, y in right:
            away = [np.abs(point - np.array([*x, *y], dtype=np.float64)).max() for point in points]
            if min(away, default=1.0) > NEAR:
                return f"misses {x}, {y}"
        if len(points) - len(inside) != len(right):
            return f"lists {len(points)}, {len(inside)} of them inside continua, for {len(right)}"
    return ""


def solve(case: Case, rng: np.random.Generator) -> Answer:
    """All extreme equilibria."""
    found = ng.solve(case.stage)
    supports = sorted(e.support for e in found.equilibria)
    return of(found, _nash(case, found, every=True), (found.status, supports))


def solve_exact(case: Case, rng: np.random.Generator) -> Answer:
    """All extreme equilibria with certificates in rational numbers."""
    found = ng.solve(case.stage, exact=True)
    wrong = _nash(case, found, every=case.exact)
    for e in found.equilibria if case.exact and not wrong else ():
        if e.exact not in plain.extreme_equilibria(case.truth):
            wrong = f"{e.exact} is no extreme equilibrium"
    return of(found, wrong, None)


def solve_by_each_method(case: Case, rng: np.random.Generator) -> Answer:
    """Another method by turns; those that say complete list all of what they look for."""
    name = OTHERS[rng.integers(len(OTHERS))]
    found = ng.solve(case.stage, method=name)
    wrong = _nash(case, found, every=True)
    return Answer(
        found.status,
        f"{name}: {found.reason}" if found.status != "complete" else "",
        wrong and f"{name}: {wrong}",
    )


def solve_many(case: Case, rng: np.random.Generator) -> Answer:
    """All extreme equilibria of a batch of two: the game, and it with player 1's actions turned round."""
    found = ng.solve_many([case.stage.given_payoffs(), case.stage.given_payoffs()[::-1]])
    return of(found[0], _nash(case, found[0], every=True), None)


def correlated_equilibrium(case: Case, rng: np.random.Generator) -> Answer:
    """The best correlated equilibrium for one player, or the worst."""
    player, sign = int(rng.integers(2)), int(rng.choice([-1, 1]))
    found = ng.correlated_equilibrium(case.stage, {str(player): float(sign)})
    best = _best_obedient(case, player, sign)
    span, room = float(_spans(case)[player]), case.room()
    wrong = ""
    if found.status != "failed":
        paid = case.back([found.payoffs])[0][player]
        far = min(abs(paid - each) for each in best) / span
        if found.status == "complete" and far > room + 1e-9:
            wrong = f"pays {paid}, the best is {best}"
        wrong = wrong or _disobeyed(case, found.distribution, 1e-8)
    return of(found, wrong, found.status)


def _best_obedient(case: Case, player: int, sign: int) -> list[float]:
    """Return the best or worst payoff of a player in the truth, and in the game that floats are read as.

    The optimum may move by 1e-7 where payoffs 1e-9 apart are rounded by 1e-16: either is right.
    """
    weights = [Fraction(sign) * (i == player) for i in (0, 1)]
    games = [case.truth] if case.exact else [case.truth, _on_grid(case.truth)]
    return [sign * float(plain.best_obedient(game, weights)) for game in games]


def _on_grid(truth: np.ndarray) -> np.ndarray:
    """Return payoffs rounded to 2^-52 of each player's range, as the package documents (record 22)."""
    read = np.empty(truth.shape, dtype=object)
    for i in (0, 1):
        own = truth[..., i].astype(np.float64)
        low, half = own.min(), (own.max() / 2 - own.min() / 2) or 1.0
        steps = [round(float(x / 2 - low / 2) / half * 2**52) for x in own.ravel()]
        least, span = truth[..., i].min(), Fraction(2 * half)
        read[..., i] = np.array([least + span * Fraction(k, 2**52) for k in steps]).reshape(own.shape)
    return read


def _disobeyed(case: Case, distribution: np.ndarray, most: float) -> str:
    """Return who gains by disobeying, as a share of the range, times the chance of being told so."""
    chances = np.array([Fraction(p) for p in distribution.ravel()], dtype=object).reshape(distribution.shape)
    for i, span in enumerate(_spans(case)):
        own = np.moveaxis(case.truth[..., i], i, 0)
        dealt = np.moveaxis(chances, i, 0)
        for a, c in product(range(len(own)), repeat=2):
            gain = sum(dealt[a] * (own[c] - own[a])) / span
            if gain > most:
                return f"player {i} gains {float(gain):.2g} by {c} instead of {a}"
    return ""


def extreme_correlated_payoffs(case: Case, rng: np.random.Generator) -> Answer:
    """The extremes of correlated payoffs along both axes."""
    found = ng.extreme_correlated_payoffs(case.stage)
    points = case.back(found.vertices)
    wrong = ""
    for player, sign in product((0, 1), (-1, 1)):
        best = _best_obedient(case, player, sign)
        reached = sign * max(sign * point[player] for point in points)
        far = min(abs(reached - each) for each in best) / float(_spans(case)[player])
        if found.status == "complete" and far > case.room() + NEAR:
            wrong = f"player {player} reaches {reached}, not {best}"
    return of(found, wrong, found.status)


def dominated_actions(case: Case, rng: np.random.Generator) -> Answer:
    """Strictly and weakly dominated actions; of the second it is said which are strictly so."""
    own = plain.matrices(case.truth)
    beaten = {
        (i, a): "strict" if plain.is_beaten(own[i], a, weakly=False) else "weak"
        for i in (0, 1)
        for a in range(len(own[i]))
        if plain.is_beaten(own[i], a, weakly=True)
    }
    wrong, said, doubts = "", [], []
    for kind in ("strict", "weak"):
        found = ng.dominated_actions(case.stage, kind=kind)
        there = {(int(d.player), int(d.action)): d.kind for d in found.dominated}
        right = {at: how for at, how in beaten.items() if kind == "weak" or how == "strict"}
        said.append((found.status, sorted(there.items())))
        if found.status != "complete":
            doubts.append(found.reason)
        if there.items() - right.items() or (found.status == "complete" and there != right):
            wrong = f"{kind}: found {there}, there are {right}"
    return Answer("partial" if doubts else "complete", "; ".join(doubts), wrong, said)


def minmax(case: Case, rng: np.random.Generator) -> Answer:
    """Pure and mixed minmax payoffs."""
    wrong = ""
    pure, mixed = ng.minmax(case.stage), ng.minmax(case.stage, mixed=True)
    for i, own in enumerate(plain.matrices(case.truth)):
        span = float(_spans(case)[i])
        for found, right in (
            (pure, min(max(column) for column in zip(*own, strict=True))),
            (mixed, plain.zero_sum_value(own)),
        ):
            there = case.back([found.values])[0][i]
            if abs(there - float(right)) / span > case.room() + 1e-8:
                wrong = f"player {i} has {there}, not {float(right)} (mixed: {found.mixed})"
    return Answer(wrong=wrong)
