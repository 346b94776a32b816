"""Published games with states: stochastic games, relational contracts, and games in continuous time.

Relational contracts follow their published descriptions; some games in continuous time only resemble
published ones.
"""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files
from itertools import product
from math import log

import numpy as np

from negotiation.base.numeric import Number
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame, DecisionMaker
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.stochastic import StochasticGame
from negotiation.game_theory.games.transitions import SparseTransitions


def big_match(delta: Number = 0.9) -> StochasticGame:
    """Return the Big Match of Gillette (1957), a zero-sum game, with a discount factor.

    Blackwell and Ferguson (1968) solved it for average payoffs. In each period the second player chooses 0 or
    1 and the first player guesses which. A guess of 1 ends the choices: its payoff is then paid in every
    later period.
    """
    paid = {"play": [[1, 0], [0, 1]], "won": [[1]], "lost": [[0]]}
    stages = {state: StageGame.from_matrices(pay, -np.array(pay)) for state, pay in paid.items()}
    moves = SparseTransitions([{0: 1}, {0: 1}, {2: 1}, {1: 1}, {1: 1}, {2: 1}], 3)
    return StochasticGame.from_stages(stages, moves, delta)


def two_dilemmas(delta: Number = 0.7) -> StochasticGame:
    """Return the dilemma in two states of Abreu, Brooks and Sannikov (2016).

    In the second state each player gets 2 more. If both do the same, the state changes with probability 2/3,
    else with 1/2.
    """
    poor = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]], actions=("CD", "CD"))
    rich = StageGame(poor.payoffs + 2, actions=poor.actions)
    third, half = Fraction(1, 3), Fraction(1, 2)
    rows = [
        {s: third, 1 - s: 2 * third} if same else {0: half, 1: half} for s in (0, 1) for same in (1, 0, 0, 1)
    ]
    return StochasticGame.from_stages({"poor": poor, "rich": rich}, SparseTransitions(rows, 2), delta)


def reserves(delta: Number = Fraction(2, 3), most: int = 20, least: int = 3, more: int = 1) -> StochasticGame:
    """Return the duopoly of Goldluecke and Kranz (2018), whose firms sell water out of reserves.

    A firm sells at most what it has, at a price of `most` less what both sell, but at least 0. Then water
    flows into each reserve, independently: any amount from `least` to `least + more` is equally likely. What
    exceeds `most` is lost.
    """
    inflows = range(least, least + more + 1)
    share = 1 / len(inflows) ** 2
    stages: dict[str, StageGame] = {}
    rows: list[dict[int, Number]] = []
    for result, other in product(range(most + 1), repeat=2):
        mine, theirs = np.arange(result + 1)[:, None], np.arange(other + 1)[None, :]
        price = np.maximum(most - mine - theirs, 0)
        labels = [[str(k) for k in range(own + 1)] for own in (result, other)]
        stages[f"{result}_{other}"] = StageGame.from_matrices(price * mine, price * theirs, actions=labels)
        for sold in product(range(result + 1), range(other + 1)):
            row: dict[int, Number] = {}
            for first, second in product(inflows, repeat=2):
                left = [
                    min(own - gone + new, most)
                    for own, gone, new in zip((result, other), sold, (first, second), strict=True)
                ]
                state = left[0] * (most + 1) + left[1]
                row[state] = row.get(state, 0.0) + share
            rows.append(row)
    return StochasticGame.from_stages(stages, SparseTransitions(rows, (most + 1) ** 2), delta)


def capacities(delta: Number = 0.8, steps: int = 3, cost: Number = Fraction(1, 2)) -> StochasticGame:
    """Return a duopoly with capacities that firms build, in the manner of Yeltekin, Cai and Judd (2017).

    A firm at step k = 0, ..., `steps` - 1 sells (1 + k) / 2, at a price of 4 less what both sell, but at
    least 0. A further step costs `cost`, is available from the next period on, and stays.
    """
    stages: dict[str, StageGame] = {}
    rows: list[dict[int, Number]] = []
    for state in product(range(steps), repeat=2):
        sold = [Fraction(1 + k, 2) for k in state]
        price = max(4 - sum(sold), Fraction(0))
        actions = [("keep", "build") if k + 1 < steps else ("keep",) for k in state]
        payoffs = np.empty((len(actions[0]), len(actions[1]), 2), dtype=object)
        for built in np.ndindex(payoffs.shape[:2]):
            payoffs[built] = [price * sold[i] - cost * built[i] for i in (0, 1)]
            rows.append({(state[0] + built[0]) * steps + state[1] + built[1]: 1})
        stages[f"{state[0]}_{state[1]}"] = StageGame(payoffs, actions=actions)
    return StochasticGame.from_stages(stages, SparseTransitions(rows, steps**2), delta)


def threats_that_run_out(
    gain: Number = Fraction(1, 2),
    loss: Number = Fraction(5, 8),
    harm: Number = 1,
    cost: Number = 1,
    cover: int = 1,
    delta: Number | tuple[Number, Number] = Fraction(4, 5),
) -> StochasticGame:
    """Return the game of a control, and a curb that does harm once cover is used up.

    The target of the threat gains `gain` from its control, which costs the user of the threat `loss`. The
    curb costs its user `cost` and, without cover, the target `harm`. The state is the number of periods of
    cover that are left. Each period with the curb uses up one, and each period without it restores one, up
    to `cover`.
    """
    stages: dict[str, StageGame] = {}
    rows: list[dict[int, Number]] = []
    for left in range(cover + 1):
        payoffs = np.empty((2, 2, 2), dtype=object)
        for control, curb in product((0, 1), repeat=2):
            payoffs[control, curb] = gain * control - harm * curb * (left == 0), -loss * control - cost * curb
            rows.append({max(left - 1, 0) if curb else min(left + 1, cover): 1})
        stages[str(left)] = StageGame(
            payoffs, players=("target", "user"), actions=(("restraint", "control"), ("calm", "curb"))
        )
    return StochasticGame.from_stages(stages, SparseTransitions(rows, cover + 1), delta)


def paradise(delta: float = 0.5) -> StochasticGame:
    """Return a dilemma that ends in a state of rest once both cooperate (Goldluecke and Kranz 2022)."""
    work = StageGame.from_matrices([[2, -10], [3, 0]], [[2, 3], [-10, 0]], actions=("CD", "CD"))
    rest = StageGame.from_matrices([[2]], [[2]])
    moves = SparseTransitions([{1: 1.0}, {0: 1.0}, {0: 1.0}, {0: 1.0}, {1: 1.0}], 2)
    return StochasticGame.from_stages({"work": work, "rest": rest}, moves, delta)


def mutual_gifts(delta: float = 0.3, harm: float = 1) -> StochasticGame:
    """Return the game in which a player chooses whether the other can harm him, before both give gifts."""
    effort = [k / 10 for k in range(11)]

    def gifts(second: list[float]) -> StageGame:
        """Return the stage game in which both choose efforts; `second` lists the second player's choices."""
        pay = [[(y - x * x / 2, x - max(y, 0) ** 2 / 2) for y in second] for x in effort]
        return StageGame(pay, actions=([str(x) for x in effort], [str(y) for y in second]))

    stages = {
        "choice": StageGame([[[0, 0]], [[0, 0]]], actions=(("vulnerable", "not"), ("-",))),
        "not": gifts(effort),
        "vulnerable": gifts([-harm, *effort]),
    }
    rows = [{2: 1.0}, {1: 1.0}] + [{1: 1.0}] * 121 + [{2: 1.0}] * 132
    return StochasticGame.from_stages(stages, SparseTransitions(rows, 3), delta)


def arms_race(
    delta: float = 0.99,
    most: int = 3,
    attack: float = 0.05,
    build: float = 0.01,
    keep: float = 0.3,
    success: float = 0.08,
) -> StochasticGame:
    """Return the race in which two sides build weapons, which are costly and harm the other side if used.

    Each side has up to `most` weapons, which cost `keep` each per period. Trying to build one costs `build`
    and succeeds with probability `success`. An attack costs the other side 1, and the attacker `attack`, per
    weapon of the attacker.
    """
    states = list(product(range(most + 1), repeat=2))
    place = {state: k for k, state in enumerate(states)}
    stages, rows = {}, []
    for state in states:
        actions = [_arming(own, most) for own in state]
        payoffs = np.zeros((len(actions[0]), len(actions[1]), 2))
        for (i, first), (j, other) in product(enumerate(actions[0]), enumerate(actions[1])):
            both = (first, other)
            for k in (0, 1):
                harm = state[1 - k] * both[1 - k].startswith("a") + attack * state[k] * both[k].startswith(
                    "a"
                )
                payoffs[i, j, k] = -harm - build * both[k].endswith("b") - keep * state[k]
            moves = [_arsenal(own, act, success) for own, act in zip(state, both, strict=True)]
            rows.append(
                {place[x, y]: p * q for (x, p), (y, q) in product(moves[0].items(), moves[1].items())}
            )
        stages[f"{state[0]}_{state[1]}"] = StageGame(payoffs, actions=actions)
    return StochasticGame.from_stages(stages, SparseTransitions(rows, len(states)), delta)


def _arming(own: int, most: int) -> list[str]:
    attacks, arms = ["w", "a"][: 1 + (own > 0)], [*(["d"] * (own > 0)), "", *(["b"] * (own < most))]
    return [attack + arm for attack in attacks for arm in arms]


def _arsenal(own: int, act: str, success: float) -> dict[int, float]:
    if act.endswith("b"):
        return {own + 1: success, own: 1.0 - success}
    return {own - 1: 1.0} if act.endswith("d") else {own: 1.0}


def intensifying(
    delta: float = 0.25, steps: int = 10, efforts: int = 20
) -> tuple[StochasticGame, dict[str, StageGame]]:
    """Return a game in which both can become more vulnerable for good, and its gift games by state."""
    levels = [round(0.5 * k / steps, 10) for k in range(steps + 1)]
    effort = [round(k / efforts, 10) for k in range(efforts + 1)]
    stages, static, rows = {}, {}, []
    for i, j in product(range(steps + 1), repeat=2):
        state = f"{levels[i]:g}_{levels[j]:g}"
        actions = [f"{x:g}" for x in levels[i:]], [f"{x:g}" for x in levels[j:]]
        stages[state] = StageGame(np.zeros((len(actions[0]), len(actions[1]), 2)), actions=actions)
        rows += [{a * (steps + 1) + b: 1.0} for a in range(i, steps + 1) for b in range(j, steps + 1)]
        first, other = (sorted({-harm + 0.0, *effort}) for harm in (levels[j], levels[i]))
        pay = [[(y - max(x, 0) ** 2 / 2, x - max(y, 0) ** 2 / 2) for y in other] for x in first]
        static[state] = StageGame(pay, actions=([f"{x:g}" for x in first], [f"{y:g}" for y in other]))
    game = StochasticGame.from_stages(stages, SparseTransitions(rows, (steps + 1) ** 2), delta)
    return game, static


def intensifying_game(delta: float = 0.25) -> StochasticGame:
    """Return the game of `intensifying` without its gift games."""
    return intensifying(delta)[0]


def intensifying_gifts(delta: float = 0.25) -> dict[str, StageGame]:
    """Return the stage games of `intensifying` in which both choose gifts, by state."""
    return intensifying(delta)[1]


def bus_engines(bins: int = 90, replacement: float = 10.075, running: float = 0.002293) -> ContinuousTimeGame:
    """Return the replacement of bus engines of Rust (1987), with decisions and miles at random dates.

    In the source both happen once a month. Here there are twelve chances a year to decide, and one or two
    bins of 5,000 miles are driven at the same yearly rates.
    """
    first, second = 12 * 0.5953, 12 * (1 - 0.3919 - 0.5953)
    miles = np.zeros((bins, bins))
    for x in range(bins - 1):
        miles[x, x + 1] += first
        miles[x, min(x + 2, bins - 1)] += second
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

    The parameters are those of the source; monthly rates and costs are converted to years. From cell 45 on,
    chances to decide come at the rate `rate_above` if it is given.
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
    """Return the observed buses as `fit` takes them: cells one month apart, and their counts."""
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
    """Return the two firms of Pesendorfer and Schmidt-Dengler (2008), moving about once a year.

    At each chance a firm enters, leaves or stays as it is. Payoffs and discounting are as in the source,
    where both firms move at once, with normal shocks of variance one. Here, at a precision of 4, there are
    three equilibria, one of them symmetric.
    """
    states = list(product((0, 1), repeat=2))
    flows = [[own * (1.2 if sum(inside) == 1 else duopoly) for own in inside] for inside in states]

    def choices(inside: tuple[int, ...], firm: int) -> list[tuple[object, ...]]:
        """Return what a firm may do in a state: stay as it is (which nobody sees), enter, or leave."""
        turned = (1 - inside[0], inside[1]) if firm == 0 else (inside[0], 1 - inside[1])
        word, paid = ("leaves", leave) if inside[firm] else ("enters", enter)
        return [
            (states.index((inside[0], inside[1])), 0.0),
            (states.index(turned), paid, f"firm {firm + 1} {word}"),
        ]

    makers = [DecisionMaker(firm, 1.0, [choices(s, firm) for s in states], precision) for firm in (0, 1)]
    return ContinuousTimeGame(flows, makers, -log(0.9), states=[f"{first}{other}" for first, other in states])


def entry_and_exit(size: float = 6.0, fixed: float = 0.8, discount_rate: float = 0.1) -> ContinuousTimeGame:
    """Return the game of two firms that enter a market and leave it, as in Doraszelski and Judd (2012).

    With n firms in the market, each firm inside earns `size` / (n + 1)^2 - `fixed` per year. Entry costs 1,
    and exit returns 0.3.
    """
    states = list(product((0, 1), repeat=2))
    flows = [[own * (size / (sum(inside) + 1) ** 2 - fixed) for own in inside] for inside in states]

    def choices(inside: tuple[int, ...], firm: int) -> list[tuple[int, float, str]]:
        """Return what a firm may do in a state: stay, enter, or leave."""
        turned = list(inside)
        turned[firm] = 1 - inside[firm]
        word, paid = ("leaves", 0.3) if inside[firm] else ("enters", -1.0)
        here, there = states.index(inside), states.index((turned[0], turned[1]))
        return [(here, 0.0, "stays"), (there, paid, f"firm {firm + 1} {word}")]

    makers = [DecisionMaker(firm, 4.0, [choices(s, firm) for s in states], precision=4.0) for firm in (0, 1)]
    labels = [f"{first}{other}" for first, other in states]
    return ContinuousTimeGame(flows, makers, discount_rate, states=labels)


def quality_ladder(top: int = 3, step: float = 0.6, falls: float = 0.7) -> ContinuousTimeGame:
    """Return the game of two firms on a ladder of quality, in the manner of Pakes and McGuire (1994).

    Customers choose by logit among the two goods and an outside good. The outside good improves at the yearly
    rate `falls`, and each time both firms fall by one rung relative to it. A firm pays `step` to climb one
    rung, up to rung `top`. The move to continuous time follows Arcidiacono and others (2016).
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
    for first, other in rungs:
        lower = max(first - 1, 0), max(other - 1, 0)
        if lower != (first, other):
            lost[place[first, other], place[lower]] = falls
    makers = [DecisionMaker(firm, 6.0, [invests(r, firm) for r in rungs], precision=5.0) for firm in (0, 1)]
    return ContinuousTimeGame(sales, makers, 0.1, lost, states=[f"{a}-{b}" for a, b in rungs])
