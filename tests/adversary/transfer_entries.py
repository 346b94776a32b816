"""Entry points for payoff sets with transfers, and with unlike or extreme discount factors."""

from fractions import Fraction

import numpy as np

import negotiation as ng
from tests.adversary import transfer_referees as plain
from tests.adversary.answers import Answer, of
from tests.adversary.families import Case
from tests.adversary.repeated_entries import DELTAS, wrong_set

NEAR, ROOM = Fraction(1, 10**7), Fraction(1, 10**8)


def _payoffs(case: Case, rng: np.random.Generator, players: int) -> np.ndarray:
    """Return payoffs in `Fraction`: those of the case in some unit, or drawn ones of three players."""
    table = case.truth * np.array(case.unit, dtype=object) + np.array(case.zero, dtype=object)
    if players == 3:
        most, shape = (1, 9)[rng.integers(2)], (2, 2, int(rng.integers(1, 3)), 3)
        table = rng.integers(-most, most + 1, size=shape).astype(object) + Fraction(0)
    if not rng.integers(6):
        table[..., rng.integers(players)] = Fraction(1)
    return table * Fraction(10) ** int(rng.integers(-12, 13)) if rng.integers(2) else table


def _factor(rng: np.random.Generator, payoffs: np.ndarray) -> Fraction:
    """Return a discount factor: plain, near 0 or 1, or where a profile is just worth its temptations."""
    kind = rng.integers(3)
    if kind == 0:
        near = Fraction(1, 10 ** int(rng.integers(1, 16)))
        return near if rng.integers(2) else 1 - near
    if kind == 1 and (most := plain.seen(payoffs, Fraction(99, 100))):
        stake = most[0] - sum(most[1])
        gains = [row[2] for row in plain.rows(payoffs)]
        gain = gains[rng.integers(len(gains))]
        if gain > 0 and stake > 0:
            return gain / (gain + stake)
    return DELTAS[rng.integers(len(DELTAS))]


def asked(case: Case, rng: np.random.Generator, players: int, signal: bool) -> Answer:
    """Payoffs with transfers; a public signal tells all every third time."""
    revealing = signal and case.number % 3 == 0
    given = _payoffs(case, rng, players)
    delta, exact = _factor(rng, given), bool(rng.integers(2))
    if signal and not revealing:
        delta = min(max(delta, Fraction(1, 100)), Fraction(99, 100))
    if not exact:
        given, delta = given.astype(np.float64), float(delta)
    truth = np.vectorize(Fraction, otypes=[object])(given)
    low = [truth[..., i].min() for i in range(players)]
    span = max(truth[..., i].max() - low[i] for i in range(players)) or Fraction(1)
    shares, d, shape = (truth - np.array(low, dtype=object)) / span, Fraction(delta), truth.shape[:-1]
    count, kind = int(np.prod(shape)), None
    if revealing:
        kind = np.eye(count).reshape(*shape, count)
    elif signal:
        draws = rng.integers(int(rng.integers(2, 4)), size=(count, 8))
        kind = np.array([np.bincount(row, minlength=3) / 8 for row in draws]).reshape(*shape, 3)
    game = ng.RepeatedGame(ng.StageGame(given), delta, None if kind is None else ng.PublicSignal(kind))
    found = ng.equilibrium_payoffs(game, transfers=True)
    if signal and not revealing:
        ways = [plain.signalled(shares.astype(np.float64), float(d), kind, s * float(ROOM)) for s in (-1, 1)]
    else:
        room = 0 if exact and players == 2 and not signal else ROOM * (1 - d) + Fraction(1, 10**13)
        ways = [plain.seen(shares, d, s * room) for s in (-1, 1)]
    return of(found, _compared(found, *ways, low, span))


def _compared(found, tight, loose, low: list, span: Fraction) -> str:
    """Return what is wrong with a set that is to lie between those with less and with more room."""
    if found.is_empty:
        return "" if tight is None else f"empty, there is {[float(x) for x in (tight[0], *tight[1])]}"
    if loose is None:
        return "not empty, and there is no equilibrium"
    there = [Fraction(float(x)) for x in (found.joint, *found.threats)]
    far = NEAR + max(abs(x) for x in there) / span / 10**14
    here = [(x - b) / span for x, b in zip(there, [sum(low), *low], strict=True)]
    for part, sign in ((loose, 1), (tight, -1))[found.status != "complete" :]:
        limits = part and [sign * (Fraction(x) - h) for x, h in zip((part[0], *part[1]), here, strict=True)]
        if limits and (limits[0] < -far or max(limits[1:]) > far):
            return f"{[float(x) for x in here]} in shares, there is {[float(x) for x in (part[0], *part[1])]}"
    return ""


def unlike(case: Case, rng: np.random.Generator) -> Answer:
    """Discount factors a little apart, or far, about one at which a profile is just worth its temptation."""
    delta = min(_factor(rng, case.truth), Fraction(3, 4))
    apart = Fraction(int(rng.integers(-9, 10)), 10 ** int(rng.integers(2, 16)))
    deltas = (delta, min(max(delta + apart, delta / 2), Fraction(3, 4)))
    given = deltas if case.exact else tuple(float(d) for d in deltas)
    found = ng.equilibrium_payoffs(ng.RepeatedGame(case.stage, given))
    return of(found, wrong_set(case, found, deltas, tight=True), found.status)


def extreme(case: Case, rng: np.random.Generator) -> Answer:
    """Discount factors that floats hardly tell from 0 or 1: refused, or stage equilibria."""
    near = Fraction(1, 10 ** int(rng.integers(17, 400)))
    far = near if rng.integers(2) else 1 - near
    deltas = (far, Fraction(1, 2)) if rng.integers(2) else (far, far)
    alike = deltas[0] == deltas[1]
    game = ng.RepeatedGame(case.stage, far if alike else deltas)
    found = ng.equilibrium_payoffs(game, transfers=bool(alike and rng.integers(2)))
    if far > Fraction(1, 2):
        return of(found, f"answers at 1 - {float(near)}")
    return of(found, wrong_set(case, found, deltas, tight=True) if not hasattr(found, "joint") else "")
