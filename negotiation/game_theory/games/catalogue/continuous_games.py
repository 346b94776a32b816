"""Published games in continuous time, and games in the manner of published ones."""

from __future__ import annotations

from importlib.resources import files
from itertools import product
from math import log

import numpy as np

from negotiation.game_theory.games.continuous_time import ContinuousTimeGame, DecisionMaker


def bus_engines(bins: int = 90, replacement: float = 10.075, running: float = 0.002293) -> ContinuousTimeGame:
    """Return the replacement of bus engines of Rust (1987), with decisions and miles at random dates.

    In the source both come once a month; here there are twelve chances a year to decide, and a bin or two of
    5,000 miles are driven at the same yearly rates.
    """
    one, two = 12 * 0.5953, 12 * (1 - 0.3919 - 0.5953)
    miles = np.zeros((bins, bins))
    for x in range(bins - 1):
        miles[x, x + 1] += one
        miles[x, min(x + 2, bins - 1)] += two
    choices = [[(x, 0.0), (0, -replacement, "replace")] for x in range(bins)]
    garage = DecisionMaker("garage", 12.0, choices, precision=1.0)
    costs = -12 * running * np.arange(bins)[:, None]
    return ContinuousTimeGame(costs, [garage], -12 * log(0.9999), miles, players=("garage",))


def buses_at_random_dates(
    rate: float = 0.03185,
    mileage: float = 0.52599,
    cost: float = -1.25683,
    replacement: float = -8.07167,
    rate_above: float | None = None,
) -> ContinuousTimeGame:
    """Return the buses of Rust (1987) as Blevins (2025) estimates them: decisions and miles at random dates.

    Numbers are those of the source, by month; a year has twelve. From cell 45 on chances to decide come at
    `rate_above`, where it is given.
    """
    cells = np.arange(90)
    rates = 12.0 * np.where(cells < 45, rate, rate if rate_above is None else rate_above)
    options = [[(int(x), 0.0), (0, replacement, "replace")] for x in cells]
    garage = DecisionMaker("garage", rates, options, precision=1.0)
    miles = np.diag(np.full(89, 12.0 * mileage), 1)
    return ContinuousTimeGame(
        12.0 * cost * cells[:, None] / 90.0, [garage], 12 * 0.05, miles, players=("garage",)
    )


def bus_months() -> dict[str, list[object]]:
    """Return what was seen of the buses, as `fit` takes it: the cell a month apart, and how often."""
    text = files(__package__).joinpath("bus_months.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")][1:]
    table: dict[str, list[object]] = {"path": [], "years": [], "state": [], "weight": []}
    for line in lines:
        begin, end, count = line.split(",")
        table["path"] += [line, line]
        table["years"] += [0.0, 1.0 / 12.0]
        table["state"] += [begin, end]
        table["weight"] += [int(count), int(count)]
    return table


def one_market_for_two(
    duopoly: float = -1.2, enter: float = -0.2, leave: float = 0.1, precision: float = 4.0
) -> ContinuousTimeGame:
    """Return the two firms of Pesendorfer and Schmidt-Dengler (2008), one chance a year to enter or leave.

    Payoffs and discounting are theirs; there both move at once, with normal shocks of variance one. Here, at
    a precision of 4, there are three equilibria, one of them symmetric.
    """
    states = list(product((0, 1), repeat=2))
    flows = [[own * (1.2 if sum(inside) == 1 else duopoly) for own in inside] for inside in states]

    def choices(inside: tuple[int, ...], firm: int) -> list[tuple[object, ...]]:
        """Return what a firm may do in a state: stay as it is, which nobody sees, or enter or leave."""
        turned = (1 - inside[0], inside[1]) if firm == 0 else (inside[0], 1 - inside[1])
        word, paid = ("leaves", leave) if inside[firm] else ("enters", enter)
        return [
            (states.index((inside[0], inside[1])), 0.0),
            (states.index(turned), paid, f"firm {firm + 1} {word}"),
        ]

    makers = [DecisionMaker(firm, 1.0, [choices(s, firm) for s in states], precision) for firm in (0, 1)]
    return ContinuousTimeGame(flows, makers, -log(0.9), states=[f"{one}{other}" for one, other in states])


def entry_and_exit(size: float = 6.0, fixed: float = 0.8, discount_rate: float = 0.1) -> ContinuousTimeGame:
    """Return two firms that enter a market and leave it, in the manner of Doraszelski and Judd (2012).

    With n firms inside each earns size / (n + 1)^2 less a fixed cost. To enter costs 1, to leave returns 0.3.
    """
    states = list(product((0, 1), repeat=2))
    flows = [[own * (size / (sum(inside) + 1) ** 2 - fixed) for own in inside] for inside in states]

    def choices(inside: tuple[int, ...], firm: int) -> list[tuple[int, float, str]]:
        """Return what a firm may do in a state: stay, or enter or leave."""
        turned = list(inside)
        turned[firm] = 1 - inside[firm]
        word, paid = ("leaves", 0.3) if inside[firm] else ("enters", -1.0)
        here, there = states.index(inside), states.index((turned[0], turned[1]))
        return [(here, 0.0, "stays"), (there, paid, f"firm {firm + 1} {word}")]

    makers = [DecisionMaker(firm, 4.0, [choices(s, firm) for s in states], precision=4.0) for firm in (0, 1)]
    labels = [f"{one}{other}" for one, other in states]
    return ContinuousTimeGame(flows, makers, discount_rate, states=labels)


def quality_ladder(top: int = 3, step: float = 0.6, falls: float = 0.7) -> ContinuousTimeGame:
    """Return two firms on a ladder of quality, in the manner of Pakes and McGuire (1994).

    Customers choose by logit between both goods and one outside, which improves at a rate, so that both firms
    fall by one beside it. The move to continuous time is that of Arcidiacono and others (2016).
    """
    rungs = list(product(range(top + 1), repeat=2))
    place = {rung: k for k, rung in enumerate(rungs)}

    def invests(rung: tuple[int, ...], firm: int) -> list[tuple[int, float, str]]:
        """Return what a firm may do in a state: wait, or climb one rung."""
        stays = [(place[rung[0], rung[1]], 0.0, "waits")]
        if rung[firm] == top:
            return stays
        higher = list(rung)
        higher[firm] += 1
        return [*stays, (place[higher[0], higher[1]], -step, f"firm {firm + 1} invests")]

    weights = np.exp(np.array(rungs, dtype=float))
    sales = 4.0 * weights / (1.0 + weights.sum(axis=1, keepdims=True))
    lost = np.zeros((len(rungs), len(rungs)))
    for one, other in rungs:
        lower = max(one - 1, 0), max(other - 1, 0)
        if lower != (one, other):
            lost[place[one, other], place[lower]] = falls
    makers = [DecisionMaker(firm, 6.0, [invests(r, firm) for r in rungs], precision=5.0) for firm in (0, 1)]
    return ContinuousTimeGame(sales, makers, 0.1, lost, states=[f"{a}-{b}" for a, b in rungs])
