"""Entry points for repetition, asked about a case and held against the referees."""

from fractions import Fraction
from itertools import product

import numpy as np

import negotiation as ng
from negotiation.strategies import grim_trigger
from tests.adversary import repeated_referees as plain
from tests.adversary import set_referees as sets
from tests.adversary import stage_referees
from tests.adversary.answers import Answer, of
from tests.adversary.families import Case
from tests.properties.plane import clipped, distance, hull

DELTAS = tuple(Fraction(*pair) for pair in ((1, 4), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (3, 4)))
NEAR = 1e-6
BESIDE = Fraction(1, 500)
"""How far from a threshold it is asked whether the profile is sustained."""


def _draw(case: Case, rng: np.random.Generator) -> Fraction:
    return DELTAS[rng.integers(len(DELTAS))]


def _edge(case: Case, rng: np.random.Generator) -> Fraction:
    """Return a discount factor: any, or one at which a profile is just worth its temptation, or just not.

    The profile is followed by itself, a deviation by a stage payoff; of a perturbed game the whole numbers
    beside it are taken, so that the constraint is missed or met by about 1e-9.
    """
    truth = (
        np.vectorize(lambda x: Fraction(round(x)), otypes=[object])(case.truth)
        if "1e-9" in case.family
        else case.truth
    )
    for _ in range(3 * int(rng.integers(2))):
        profile, other, i = _profile(case, rng), _profile(case, rng), int(rng.integers(2))
        gain = max(plain.at(truth, profile, i, a) for a in plain.actions(truth, i)) - plain.at(
            truth, profile, i
        )
        stake = plain.at(truth, profile, i) - plain.at(truth, other, i)
        if gain > 0 and stake > 0 and 5 * gain < 20 * stake:
            return gain / (gain + stake)
    return _draw(case, rng)


def _given(case: Case, delta: Fraction) -> Fraction | float:
    return delta if case.exact else float(delta)


def _profile(case: Case, rng: np.random.Generator) -> tuple[int, int]:
    return tuple(int(rng.integers(n)) for n in case.stage.n_actions)


def _grim(case: Case, rng: np.random.Generator):
    """Return two profiles, the punishment an equilibrium where there is one, and grim trigger with them."""
    equilibria = stage_referees.pure_profiles(case.truth)
    punish = (
        equilibria[rng.integers(len(equilibria))] if equilibria and rng.integers(8) else _profile(case, rng)
    )
    cooperate = _profile(case, rng)
    labels = [tuple(str(a) for a in profile) for profile in (cooperate, punish)]
    return cooperate, punish, grim_trigger(case.stage, *labels)


def _at_threshold(case: Case, rng: np.random.Generator, cooperate, punish) -> Fraction:
    """Return a discount factor, half of the time the very threshold."""
    interval = plain.grim_interval(case.truth, cooperate, punish)
    if interval and 0 < interval[0] < 1 and rng.integers(2):
        return interval[0]
    return _draw(case, rng)


def verify_grim(case: Case, rng: np.random.Generator) -> Answer:
    """Grim trigger in a repeated game, in floats and exactly, common and unlike discounting."""
    cooperate, punish, grim = _grim(case, rng)
    delta = _at_threshold(case, rng, cooperate, punish)
    deltas = (delta, delta if rng.integers(2) else _draw(case, rng))
    expected = plain.grim_holds(case.truth, cooperate, punish, deltas)
    game = ng.RepeatedGame(case.stage, tuple(_given(case, d) for d in deltas))
    found = ng.verify(game, grim).holds
    wrong = "" if found == expected else f"verify at {deltas} says {found}"
    if case.exact and ng.verify(game, grim, exact=True).holds != expected:
        wrong = f"exact verify at {deltas} says {not expected}"
    return Answer(wrong=wrong, said=found)


def renegotiation_proofness(case: Case, rng: np.random.Generator) -> Answer:
    """Weak renegotiation-proofness of grim trigger."""
    cooperate, punish, grim = _grim(case, rng)
    delta = _at_threshold(case, rng, cooperate, punish)
    expected = plain.grim_renegotiation_proof(case.truth, cooperate, punish, (delta, delta))
    found = ng.renegotiation_proofness(ng.RepeatedGame(case.stage, _given(case, delta)), grim)
    wrong = "" if found.holds == expected else f"at {delta} says {found.holds}"
    return of(found, wrong, found.holds)


def critical_grim(case: Case, rng: np.random.Generator) -> Answer:
    """All discount factors at which grim trigger holds."""
    cooperate, punish, grim = _grim(case, rng)
    expected = plain.grim_interval(case.truth, cooperate, punish)
    found = ng.critical_discount_factor(case.stage, grim)
    there = found.intervals[0] if found.intervals else None
    wrong = ""
    if (there is None) != (expected is None) or len(found.intervals) > 1:
        wrong = f"found {found.intervals}, there is {expected}"
    elif expected is not None:
        room = Fraction(0) if case.exact else Fraction(1, 10**7)
        if any(abs(Fraction(x) - y) > room for x, y in zip(there, expected, strict=True)):
            wrong = f"found {there}, there is {expected}"
    return of(found, wrong, (found.status, found.intervals) if case.exact else found.status)


def critical_profile(case: Case, rng: np.random.Generator) -> Answer:
    """The least discount factor at which a profile can be played for ever."""
    profile = _profile(case, rng)
    found = ng.critical_discount_factor(case.stage, tuple(str(a) for a in profile))
    wrong = ""
    if found.value is None:
        if found.status == "complete" and _sustained(case, profile, Fraction(3, 4)) is True:
            wrong = "none is found, 3/4 sustains it"
    else:
        at = Fraction(found.value)
        above, below = (x.limit_denominator(10_000) for x in (at + BESIDE, at - BESIDE))
        if above < Fraction(9, 10) and found.status != "failed" and _sustained(case, profile, above) is False:
            wrong = f"{found.value} is found, {above} does not sustain it"
        if (
            found.status == "complete"
            and 0 < below < Fraction(9, 10)
            and _sustained(case, profile, below) is True
        ):
            wrong = f"{found.value} is found, {below} sustains it"
    value = None if found.value is None else round(float(found.value), 6)
    return of(found, wrong, (found.status, value))


def _sustained(case: Case, profile: tuple[int, int], delta: Fraction) -> bool | None:
    """Return whether the plain operator shows that a profile can be played for ever, or that it cannot."""
    game = sets.plain(case.truth, (delta, delta), float)
    g, h = game.cells[profile[0] * case.truth.shape[1] + profile[1]]
    outer, inner = sets.bounds(case.truth, (delta, delta))
    d = float(delta)

    def holds(polygon, room: float) -> bool:
        worst = [min(min((p[i] for p in polygon), default=g[i]), g[i]) for i in (0, 1)]
        return all((1 - d) * h[i] <= d * (g[i] - worst[i]) + room for i in (0, 1))

    if not outer or not holds(outer, 1e-9):
        return False
    return True if inner and holds(inner, -1e-9) else None


def _shares(case: Case, points) -> list[tuple[float, float]]:
    low = [float(case.truth[..., i].min()) for i in (0, 1)]
    span = [float(case.truth[..., i].max() - case.truth[..., i].min()) or 1.0 for i in (0, 1)]
    return [tuple((x - a) / s for x, a, s in zip(p, low, span, strict=True)) for p in case.back(points)]


def wrong_set(case: Case, found, deltas, *, tight: bool) -> str:
    """Return what is wrong with a payoff set; `tight` says that complete bounds meet."""
    room = case.room() + NEAR
    outer, inner = hull(_shares(case, found.outer)), _shares(case, found.inner)
    most, least = sets.bounds(case.truth, deltas)
    if far := [p for p in least if distance([float(x) for x in p], outer) > room]:
        return f"the outer bound misses {[float(x) for x in far[0]]}"
    if far := [p for p in inner if distance(p, most) > room]:
        return f"the inner bound has {far[0]}, which is no payoff"
    if tight and found.status == "complete" and (far := [p for p in outer if distance(p, most) > 10 * room]):
        return f"complete, and the outer bound has {far[0]}, which is no payoff"
    if far := [p for p in least if found.contains(_there(case, p)) is False]:
        return f"said not to contain {far[0]}"
    return ""


def _there(case: Case, share) -> tuple[float, float]:
    """Return shares of the ranges as a payoff pair of the game."""
    low = [case.truth[..., i].min() for i in (0, 1)]
    span = [case.truth[..., i].max() - low[i] or Fraction(1) for i in (0, 1)]
    return case.there(tuple(a + s * Fraction(x) for x, a, s in zip(share, low, span, strict=True)))


def payoff_set(
    case: Case, rng: np.random.Generator, *, unlike: bool = False, tight: bool = True, **options: object
) -> Answer:
    """The payoff set by a method, with a common discount factor or one for each player."""
    delta = _edge(case, rng)
    deltas = delta, _draw(case, rng) if unlike else delta
    game = ng.RepeatedGame(case.stage, tuple(_given(case, d) for d in deltas))
    found = ng.equilibrium_payoffs(game, **options)
    return of(found, wrong_set(case, found, deltas, tight=tight), found.status)


def bounded_payoffs(case: Case, rng: np.random.Generator) -> Answer:
    """Bounds by linear programs."""
    delta = min(_edge(case, rng), Fraction(3, 5))
    found = ng.bounded_payoffs(ng.RepeatedGame(case.stage, _given(case, delta)))
    most, least = sets.bounds(case.truth, (delta, delta))
    room, wrong = case.room() + NEAR, ""
    if far := [p for p in least if found.contains(_there(case, p)) is False]:
        wrong = f"said not to contain {[float(x) for x in far[0]]}"
    for p in _shares(case, found.inner):
        if distance(p, most) > room:
            wrong = f"the inner bound has {p}, which is no payoff"
    return of(found, wrong, found.status)


def optimal_penal_code(case: Case, rng: np.random.Generator) -> Answer:
    """The worst equilibrium of each player."""
    delta = _edge(case, rng)
    found = ng.optimal_penal_code(ng.RepeatedGame(case.stage, _given(case, delta)))
    most, least = sets.bounds(case.truth, (delta, delta))
    room, wrong = case.room() + 10 * NEAR, ""
    paid = _shares(case, found.payoffs)
    for i, point in enumerate(paid):
        if distance(point, most) > room:
            wrong = f"pays {point}, which is no payoff"
        if least and found.status == "complete" and point[i] > min(p[i] for p in least) + room:
            wrong = f"player {i} gets {point[i]}, {float(min(p[i] for p in least))} is worse"
    if not paid and found.status == "complete" and least:
        wrong = "said that there is none"
    return of(found, wrong, found.status)


def finite_horizon_payoffs(case: Case, rng: np.random.Generator) -> Answer:
    """All pure payoffs of one to three periods."""
    periods = int(rng.integers(1, 4))
    delta = Fraction(1) if rng.integers(2) else _edge(case, rng)
    found = ng.finite_horizon_payoffs(
        case.stage, periods, discount_factor=1 if delta == 1 else _given(case, delta)
    )
    right = plain.finite_payoffs(case.truth, periods, delta)
    there = _shares(case, found.payoffs)
    here = _shares(case.plain()._replace(unit=(Fraction(1),) * 2, zero=(Fraction(0),) * 2), sorted(right))
    wrong = ""
    if len(there) != len(here):
        wrong = f"{periods} periods at {delta}: {len(there)} payoffs, there are {len(here)}"
    elif not _alike(there, here, case.room() + 1e-8):
        wrong = f"{periods} periods at {delta}: other payoffs"
    return of(found, wrong, (found.status, len(there)))


def _alike(one, other, room: float) -> bool:
    return all(any(max(abs(x - u), abs(y - v)) <= room for u, v in other) for x, y in one) and all(
        any(max(abs(x - u), abs(y - v)) <= room for u, v in one) for x, y in other
    )


def finite_horizon_payoff_set(case: Case, rng: np.random.Generator) -> Answer:
    """The polygon of one to four periods with public lotteries."""
    periods = int(rng.integers(1, 5))
    delta = Fraction(1) if rng.integers(2) else _edge(case, rng)
    found = ng.finite_horizon_payoff_set(
        case.stage, periods, discount_factor=1 if delta == 1 else _given(case, delta)
    )
    right = _horizon_polygon(case, periods, delta)
    there = _shares(case, found.vertices)
    room = case.room() + 1e-8
    wrong = ""
    beyond = [p for p in there if distance(p, right) > room]
    missed = [p for p in right if distance([float(x) for x in p], hull(there)) > room]
    if beyond or missed:
        wrong = f"{periods} periods at {delta}: {there} for {[[float(x) for x in p] for p in right]}"
    return of(found, wrong, (found.status, len(there)))


def _horizon_polygon(case: Case, periods: int, delta: Fraction) -> list:
    """Return the polygon of average payoffs in shares of ranges, by backward induction on hulls."""
    game = sets.plain(case.truth, (delta, delta), Fraction)
    polygon = [(Fraction(0), Fraction(0))]
    for _ in range(periods):
        found = []
        for g, h in game.cells:
            part = polygon
            for i in (0, 1):
                part = clipped(part, i, min(p[i] for p in polygon) + h[i] / delta) if part else part
            found += [(g[0] + delta * w[0], g[1] + delta * w[1]) for w in part]
        polygon = hull(found)
        if not polygon:
            return []
    weight = sum(delta**k for k in range(periods))
    return [(x / weight, y / weight) for x, y in polygon]


def markov_pure(case: Case, rng: np.random.Generator) -> Answer:
    """All pure Markov perfect equilibria of two states: the game, and it with all actions turned round."""
    truths = case.truth, case.truth[::-1, ::-1]
    stages = {"0": case.stage, "1": ng.StageGame(case.stage.given_payoffs()[::-1, ::-1])}
    moves, rows = {}, []
    for s in (0, 1):
        row = np.empty((*case.stage.n_actions, 2), dtype=object)
        for cell in product(*(range(n) for n in case.stage.n_actions)):
            chance = Fraction(int(rng.integers(0, 5)), 4)
            moves[(s, *cell)] = row[cell] = (chance, 1 - chance)
        rows.append(row if case.exact else row.astype(np.float64))
    delta = _edge(case, rng)
    game = ng.StochasticGame.from_stages(stages, np.array(rows), _given(case, delta))
    found = ng.markov_perfect_equilibria(game, method="pure")
    there = sorted(tuple(tuple(int(a) for a in e.strategy[s]) for s in ("0", "1")) for e in found.equilibria)
    right = sorted(plain.pure_markov(truths, moves, delta))
    wrong = "" if there == right else f"at {delta}: {there} for {right}"
    if found.status != "complete" and set(there) <= set(right):
        wrong = ""
    return of(found, wrong, (found.status, there))
