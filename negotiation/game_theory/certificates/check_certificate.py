"""Decide in exact arithmetic whether the claims of a certificate hold; needs only the standard library.

Run `python -I -S check_certificate.py FILE ...`; docs/format/index.md describes the files. It prints a line
for each claim: that it holds, or the deviation. Exit status: 0 if all hold, 1 if one does not, 2 if a file is
malformed (its field is named) or exceeds a limit below. There is no tolerance: a number is an integer, a text
"p/q" or, with a point or an exponent, the nearest double. The proofs rest on three facts.

One shot. A strategy profile is subgame perfect if no player gains by one departure in any state (Blackwell
1965). If L <= (1 - d) u + d P L, then L bounds the values from below; likewise from above.
Inner. Payoffs that generate themselves are equilibrium payoffs: continuations are among them, and a departure
is answered by the worst of them for the departing player (Abreu, Pearce and Stacchetti 1990).
Outer. If W contains all equilibrium payoffs, so does every set that contains what W generates.
The last two are about pure actions with public randomisation.
"""

import json
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction
from itertools import chain, permutations, product
from math import isfinite, prod
from operator import add, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

MOST_BYTES = 64 << 20  # of a file
MOST_DIGITS = 4_000  # of a numerator or a denominator
EXACT = re.compile(f"-?[0-9]{{1,{MOST_DIGITS}}}(/(?=0*[1-9])[0-9]{{1,{MOST_DIGITS}}})?")
MOST_ROWS = 200_000  # action profiles of all states
MOST_PLAYERS = 8
MOST_CORNERS = 20_000  # of a polygon, before those inside its hull are dropped
MOST_WORK = 30_000_000  # products; one of b thousand bits counts as 1 + b^2

Profile = tuple[str, ...]
Labels = dict[str, None]
Lottery = dict[Any, Fraction]
Point = tuple[Fraction, Fraction]
Values = dict[str, list[Fraction]]
Sets = dict[str, list[Point]]
ONE, HUGE = Fraction(1), Fraction(10**300)


class Malformed(Exception):
    """A file is not of the form that is needed; the message names the field."""


class Refuted(Exception):
    """A claim does not hold, for the reason that the message gives."""


class Double(Fraction):
    """A number that was written as a double."""


class Kinds(dict[str, Any]):
    """The forms of objects, by the value of their field `kind`."""


STAGE = Kinds({"stage game": {
    "kind": str, "players": [str], "actions": [[str]], "payoffs": [[Fraction]],
    "name?": str, "names?": {str: str},
}})  # fmt: skip
SIGNAL = {"kind": str, "signals": [str], "probabilities": [[Fraction]], "counts?": [int]}
STATE = {"state": str, "game": STAGE, "next": [{str: Fraction}]}
DELTA, LOTTERY, VALUES = (Fraction, [Fraction]), (str, {str: Fraction}), [[(Fraction, [Fraction])]]
GAME = Kinds(STAGE | {
    "repeated game": {"kind": str, "stage": STAGE, "discount_factor": DELTA, "monitoring?": SIGNAL},
    "stochastic game": {"kind": str, "states": [STATE], "discount_factor": DELTA},
})  # fmt: skip
RULES = [{"after": (str, [str]), "to": LOTTERY}]
STRATEGY = Kinds({
    "automaton": {"kind": str, "initial": LOTTERY, "states": [{"state": str, "plays": [str], "then": RULES}]},
    "Markov strategy": {"kind": str, "states": [{"state": str, "plays": [(str, [Fraction])]}]},
})  # fmt: skip
PLAYED = {"kind": str, "strategy": STRATEGY}
POINT = {"profile": [str], "payoffs": [Fraction], "then": [{str: Fraction}], "state?": str}
ADVICE = [{"profile": [str], "probability": Fraction}]
CLAIM = Kinds({
    "Nash equilibrium": {"kind": str, "profile": [(str, [Fraction])], "holds?": bool},
    "correlated equilibrium": {"kind": str, "distribution": ADVICE, "holds?": bool},
    "perfect equilibrium": PLAYED | {"values": VALUES, "holds?": bool, "discount_factor?": DELTA},
    "threshold": PLAYED | {"values": [VALUES], "holds": [bool], "discount_factor": [Fraction]},
    "inner bound": {"kind": str, "points": [POINT]},
    "outer bound": {"kind": str, "steps": [[[[Fraction]]]]},
    "best response": PLAYED | {"player": str, "values": VALUES, "given?": VALUES},
})  # fmt: skip
FILE = {"format": str, "version": Fraction, "kind": str, "game": GAME, "claims": [CLAIM], "note?": str}

work = [0]


def spend(products: int, *made: Fraction) -> None:
    """Count products by the length of their results, and stop at a limit, so that every check ends."""
    bits = sum(x.numerator.bit_length() + x.denominator.bit_length() for x in made)
    work[0] += products + (bits // 1000) ** 2
    need(work[0] < MOST_WORK, "claims", f"take more than {MOST_WORK:,} products")


def need(fine: object, at: str, what: str) -> None:
    """Raise `Malformed`, with what is needed, if a condition does not hold."""
    if not fine:
        raise Malformed(f"{at}: {what}")


def form(given: Any, wanted: Any, at: str) -> Any:
    """Return a value of the wanted form, with numbers as fractions; a tuple of forms gives alternatives."""
    if isinstance(wanted, tuple):
        wanted = next((c for c in wanted if c is type(given) or type(c) is type(given)), wanted[0])
    if wanted is Fraction:
        return number(given, at)
    if isinstance(wanted, list):
        need(isinstance(given, list), at, "expected a list")
        return [form(value, wanted[0], f"{at}[{k}]") for k, value in enumerate(given)]
    if not isinstance(wanted, dict):
        need(type(given) is wanted, at, f"expected a value of the type {wanted.__name__}")
        return given
    need(isinstance(given, dict), at, "expected an object")
    if str in wanted:
        return {name: form(value, wanted[str], f"{at}.{name[:40]}") for name, value in given.items()}
    if isinstance(wanted, Kinds):
        kind = str(given.get("kind"))
        need(kind in wanted, f"{at}.kind", f"expected one of {', '.join(wanted)}")
        wanted = wanted[kind]
    for name in given:
        need(name in wanted or name + "?" in wanted, f"{at}.{name[:40]}", "is no field of this object")
    fields = {}
    for name, inner in wanted.items():
        plain = name.rstrip("?")
        need(plain in given or plain != name, f"{at}.{plain}", "is missing")
        absent = plain != name and given.get(plain) is None
        fields[plain] = None if absent else form(given[plain], inner, f"{at}.{plain}")
    return fields


def number(given: Any, at: str) -> Fraction:
    """Return a number as a fraction."""
    if isinstance(given, str):
        need(EXACT.fullmatch(given), at, f'expected a number "p/q" of at most {MOST_DIGITS:,} digits')
        return Fraction(given)
    need(type(given) is int or (type(given) is float and isfinite(given)), at, "expected a number")
    return Double(given) if isinstance(given, float) else Fraction(given)


def sized(given: list[Any], count: int, at: str) -> list[Any]:
    """Return a list, or raise `Malformed` if its length is not `count`."""
    need(len(given) == count, at, f"expected a list of {count:,}; got {len(given):,}")
    return given


def labels(given: list[str], at: str) -> Labels:
    """Return labels, or raise `Malformed` if two are equal."""
    need(given and len(set(given)) == len(given), at, "expected at least one label, all of them different")
    return dict.fromkeys(given)


def lottery(given: Any, known: Collection[Any], at: str) -> Lottery:
    """Return a label, or probabilities by label or in the order of the known labels, as a lottery.

    Probabilities in doubles are divided by their sum; rational ones have the sum 1.
    """
    if isinstance(given, list):
        given = dict(zip(known, sized(given, len(known), at), strict=True))
    given = {given: ONE} if isinstance(given, str) else given
    need(all(name in known for name in given), at, "names what is not there")
    total, rough = dot(given, lambda _: ONE), any(isinstance(p, Double) for p in given.values())
    fine = abs(total - 1) < Fraction(1, 10**9) if rough else total == 1
    need(fine and min(given.values()) >= 0, at, "probabilities are not negative and have the sum 1")
    return {key: p / total for key, p in given.items() if p}


def compound(first: Lottery, second: Callable[[Any], Lottery]) -> Lottery:
    """Return the sum of the lotteries `second(x)`, each weighted by the probability of x in `first`."""
    chances: Lottery = {}
    for key, p in first.items():
        for goal, q in second(key).items():
            chances[goal] = chances.get(goal, Fraction(0)) + p * q
            spend(1, chances[goal])
    return chances


def dot(weights: Lottery, value: Callable[[Any], Fraction]) -> Fraction:
    """Return the sum of weights times values."""
    return compound(weights, lambda key: {"": value(key)}).get("", Fraction(0))


class Game:
    """States with actions, payoffs by state and profile, and lotteries over the next state or signal."""

    def __init__(self, given: Any) -> None:
        self.kind, signal = given["kind"], given.get("monitoring")
        self.signals = labels(signal["signals"], "game.monitoring.signals") if signal else {}
        alone = {"state": "", "game": given.get("stage", given), "next": signal and signal["probabilities"]}
        states = given.get("states", [alone])
        self.states = labels([row["state"] for row in states], "game.states")
        self.players = labels(states[0]["game"]["players"], "game.players")
        need(len(self.players) <= MOST_PLAYERS, "game.players", f"at most {MOST_PLAYERS} are allowed")
        self.actions: dict[str, list[Labels]] = {}
        self.payoffs: dict[tuple[str, Profile], list[Fraction]] = {}
        self.next: dict[tuple[str, Profile], Lottery] = {}
        for row in states:
            self.read_state(row["state"], row["game"], row["next"])
        delta = given.get("discount_factor")
        self.deltas = [] if delta is None else discounts(self, delta, "game.discount_factor")

    def read_state(self, state: str, stage: Any, following: Any) -> None:
        """Read a state's payoffs and what follows, one row for each profile."""
        at, known = f"game, state {state!r}" if state else "game", self.signals or self.states
        need(stage["players"] == [*self.players], at, "all states have the same players")
        actions = sized(stage["actions"], len(self.players), f"{at}.actions")
        self.actions[state] = [labels(row, f"{at}.actions") for row in actions]
        count = prod(map(len, actions))
        need(len(self.payoffs) + count <= MOST_ROWS, at, f"more than {MOST_ROWS:,} action profiles")
        rows = sized([{"": ONE}] * count if following is None else following, count, f"{at}, what follows")
        given = sized(stage["payoffs"], count, f"{at}.payoffs")
        for profile, payoffs, row in zip(product(*actions), given, rows, strict=True):
            self.payoffs[state, profile] = sized(payoffs, len(self.players), f"{at}.payoffs")
            self.next[state, profile] = lottery(row, known, f"{at}, what follows {profile}")


def other(profile: Profile, i: int, action: str) -> Profile:
    """Return a profile with the action of player i replaced."""
    return (*profile[:i], action, *profile[i + 1 :])


def discounts(game: Game, given: Any, at: str) -> list[Fraction]:
    """Return the discount factor of each player."""
    deltas = sized(given, len(game.players), at) if isinstance(given, list) else [given] * len(game.players)
    need(all(0 < delta < 1 for delta in deltas), at, "a discount factor lies strictly between 0 and 1")
    return deltas


class Play(NamedTuple):
    """A strategy profile: in each node a state of the game, mixed actions, and what follows a profile."""

    game: Game
    nodes: dict[str, tuple[str, list[Lottery]]]
    after: Callable[[str, Profile], Lottery]


def mixed(game: Game, state: str, given: list[Any], at: str) -> list[Lottery]:
    """Return a lottery over actions for each player: of a label, or of a probability for each action."""
    fits = zip(sized(given, len(game.players), at), game.actions[state], strict=True)
    return [lottery(choice, own, at) for choice, own in fits]


def read_strategy(game: Game, given: Any, at: str) -> Play:
    """Return an automaton of a repeated game or a Markov strategy of a stochastic one."""
    rows, rules = given["states"], dict[tuple[str, str | Profile], Lottery]()
    nodes: dict[str, tuple[str, list[Lottery]]] = {}
    known = labels([row["state"] for row in rows], f"{at}.states")
    stochastic = given["kind"] == "Markov strategy"
    seen_keys = {"otherwise", *(game.signals or (profile for _, profile in game.payoffs))}
    need(stochastic == (game.kind == "stochastic game"), at, "is no strategy of this kind of game")
    need(not stochastic or set(known) == set(game.states), f"{at}.states", "are not those of the game")
    for k, row in enumerate(rows):
        node, here, state = row["state"], f"{at}.states[{k}]", row["state"] if stochastic else ""
        nodes[node] = state, mixed(game, state, row["plays"], here)
        for rule in row.get("then", []):
            seen = rule["after"] if isinstance(rule["after"], str) else tuple(rule["after"])
            fits = seen in seen_keys and (node, seen) not in rules
            need(fits, here, f"{seen} is never seen, or is given twice")
            rules[node, seen] = lottery(rule["to"], known, here)
    if stochastic:
        return Play(game, nodes, lambda node, profile: game.next[node, profile])
    lottery(given["initial"], known, f"{at}.initial")

    def follows(node: str, seen: str | Profile) -> Lottery:
        """Return the nodes that the rules name after what was seen."""
        if (node, seen) not in rules and (node, "otherwise") not in rules:
            raise Refuted(f"nothing is said about {seen} in {node!r}")
        return rules.get((node, seen)) or rules[node, "otherwise"]

    if not game.signals:
        return Play(game, nodes, follows)
    return Play(game, nodes, lambda node, a: compound(game.next["", a], lambda signal: follows(node, signal)))


def joint(rows: list[Lottery]) -> Lottery:
    """Return the lottery over profiles that independent choices make."""
    spend(prod(map(len, rows)), *(max(row.values(), key=lambda p: p.denominator) for row in rows))
    return {a: prod(map(dict.__getitem__, rows, a), start=ONE) for a in product(*rows)}


def worth(play: Play, node: str, i: int, delta: Fraction, ahead: Values) -> dict[str, Fraction]:
    """Return (1 - d) u + d V of each action of a player, `ahead` being the values V by node."""
    (state, rows), values = play.nodes[node], {}
    for action in play.game.actions[state][i]:
        mix = joint([*rows[:i], {action: ONE}, *rows[i + 1 :]])
        later = compound(mix, lambda profile: play.after(node, profile))
        flow = dot(mix, lambda profile: play.game.payoffs[state, profile][i])
        values[action] = (1 - delta) * flow + delta * dot(later, lambda goal: ahead[goal][i])
    return values


def decide(play: Play, deltas: list[Fraction], low: Values, high: Values, *, holds: bool = True) -> str:
    """Check the bounds of the values, then all departures; refute that none gains, or that one does."""
    gains = [(Fraction(-1), Fraction(-1), "nobody")]
    for node, (_, rows) in play.nodes.items():
        for i, player in enumerate(play.game.players):
            least, most = (worth(play, node, i, deltas[i], bound) for bound in (low, high))
            lowest, highest = (dot(rows[i], bound.__getitem__) for bound in (least, most))
            if low[node][i] > lowest or high[node][i] < highest:
                raise Refuted(f"the value of {player} in {node!r} is not as stated")
            for action in (a for a in least if rows[i].get(a) != 1):
                words = f"{player}, by playing {action!r}{f' in {node!r}' if node else ''},"
                gains.append((most[action] - low[node][i], least[action] - high[node][i], words))
    may, does = (max(gains, key=itemgetter(k)) for k in (0, 1))
    if holds and may[0] > 0 and does[1] <= 0:
        raise Refuted(f"{may[2]} may gain {short(may[0])}: the bounds of the values are too wide to tell")
    verdict = f"{does[2]} gains {short(does[1])}" if does[1] > 0 else "no departure gains for sure"
    if holds == (does[1] > 0):
        raise Refuted(verdict)
    return "no departure gains" if holds else verdict


def short(value: Fraction) -> str:
    """Return a number as it is, or to nine digits where it is long."""
    is_long = max(abs(value.numerator), value.denominator) >= 10**9
    return f"{float(min(max(value, -HUGE), HUGE)):.9g}" if is_long else str(value)


def nash(game: Game, claim: Any, at: str) -> str:
    """Decide whether a mixed profile of a stage game is a Nash equilibrium."""
    need(game.kind == "stage game", "game.kind", "expected a stage game")
    play = Play(game, {"": ("", mixed(game, "", claim["profile"], at))}, lambda *_: {})
    none, rows = [Fraction(0)] * len(game.players), play.nodes[""][1]
    values = {"": [dot(rows[i], worth(play, "", i, zero, {}).__getitem__) for i, zero in enumerate(none)]}
    return decide(play, none, values, values, holds=claim["holds"] is not False)


def perfect(game: Game, claim: Any, at: str) -> str:
    """Decide whether a strategy is subgame perfect, from bounds of its values in each node."""
    given = claim["discount_factor"]
    deltas = game.deltas if given is None else discounts(game, given, f"{at}.discount_factor")
    need(deltas, f"{at}.discount_factor", "is missing, and a stage game has none")
    play = read_strategy(game, claim["strategy"], f"{at}.strategy")
    low, high = bounds(play, claim["values"], f"{at}.values")
    return decide(play, deltas, low, high, holds=claim["holds"] is not False)


def bounds(play: Play, given: list[Any], at: str) -> tuple[Values, Values]:
    """Return lower and upper bounds of values, one for each player in each node."""
    low, high = Values(), Values()
    for node, row in zip(play.nodes, sized(given, len(play.nodes), at), strict=True):
        pairs = [x if isinstance(x, list) else [x, x] for x in sized(row, len(play.game.players), at)]
        low[node], high[node] = ([sized(pair, 2, at)[k] for pair in pairs] for k in (0, 1))
    return low, high


def response(game: Game, claim: Any, at: str) -> str:
    """Decide whether the stated values of a best response, and of a policy if one is given, hold.

    If some action is worth at least L with continuation values L, a best response is worth at least L. If no
    action is worth more than U with continuation values U, it is worth at most U.
    """
    need(game.deltas and claim["player"] in game.players, f"{at}.player", "no player of a repeated game")
    play, i = read_strategy(game, claim["strategy"], f"{at}.strategy"), [*game.players].index(claim["player"])
    # The bounds of this player stand for those of every player: no others are read.
    stated = ([row * len(game.players) for row in claim[k] or claim["values"]] for k in ("values", "given"))
    (low, high), (least, most) = (bounds(play, rows, f"{at}.values") for rows in stated)
    for node, (_, rows) in play.nodes.items():
        reached, limit = (max(worth(play, node, i, game.deltas[i], x).values()) for x in (low, high))
        if not low[node][i] <= reached or not limit <= high[node][i]:
            raise Refuted(f"the best response of {claim['player']} in {node!r} is not worth what is stated")
        if claim["given"]:
            ends = [dot(rows[i], worth(play, node, i, game.deltas[i], x).__getitem__) for x in (least, most)]
            if least[node][i] > ends[0] or most[node][i] < ends[1]:
                raise Refuted(f"the value of {claim['player']} in {node!r} is not as stated")
    most_given = short(max(high[node][i] - least[node][i] for node in play.nodes))
    lost = f"; at most {most_given} is given away from any node on" if claim["given"] else ""
    return f"the best response of {claim['player']} is worth what is stated in {len(play.nodes)} nodes{lost}"


def threshold(game: Game, claim: Any, at: str) -> str:
    """Decide whether a strategy is an equilibrium at just one of two discount factors."""
    ends, holds, values = (sized(claim[k], 2, f"{at}.{k}") for k in ("discount_factor", "holds", "values"))
    need(ends[0] < ends[1], f"{at}.discount_factor", "the lower one comes first")
    need(holds[0] != holds[1], f"{at}.holds", "it holds at one end and not at the other")
    sides = [claim | {"discount_factor": ends[k], "holds": holds[k], "values": values[k]} for k in (0, 1)]
    return "; ".join(f"at {short(side['discount_factor'])} {perfect(game, side, at)}" for side in sides)


def correlated(game: Game, claim: Any, at: str) -> str:
    """Decide whether no player gains by deviating from the action that a mediator recommends."""
    need(game.kind == "stage game", "game.kind", "expected a stage game")
    rows = {tuple(row["profile"]): row["probability"] for row in claim["distribution"]}
    sized(claim["distribution"], len(rows), f"{at}.distribution")
    chance = lottery(rows, {profile for _, profile in game.payoffs}, f"{at}.distribution")
    worst, pay = (Fraction(0), "no departure gains"), game.payoffs
    for i, player in enumerate(game.players):
        for recommended, action in permutations(game.actions[""][i], 2):
            spend(len(chance))
            rows = {a: p for a, p in chance.items() if a[i] == recommended}
            gain = dot(rows, {a: pay["", other(a, i, action)][i] - pay["", a][i] for a in rows}.__getitem__)
            words = f"{player}, by playing {action!r} when told {recommended!r}, gains {short(gain)}"
            worst = max(worst, (gain, words), key=itemgetter(0))
    if (worst[0] <= 0) != (claim["holds"] is not False):
        raise Refuted(worst[1])
    return worst[1]


def inner(game: Game, claim: Any, at: str) -> str:
    """Decide whether points generate themselves, as a strategy profile with one node for each point."""
    need(game.deltas, "game.kind", "expected a repeated or stochastic game")
    places: dict[str, Labels] = {state: {} for state in game.states}
    nodes, then, worst, values = {}, {}, {}, {}
    for k, row in enumerate(claim["points"]):
        here, state = f"{at}.points[{k}]", row["state"] or ""
        need(state in places, f"{here}.state", "there is no such state of the game")
        nodes[str(k)] = state, mixed(game, state, row["profile"], here)
        values[str(k)] = sized(row["payoffs"], len(game.players), f"{here}.payoffs")
        places[state][str(k)] = None
    for node, row in zip(nodes, claim["points"], strict=True):
        here, outcomes = f"{at}.points[{node}].then", game.signals or game.states
        for outcome, weights in zip(outcomes, sized(row["then"], len(outcomes), here), strict=True):
            # A signal may follow a departure alone; what another state would be followed by is never read.
            if game.signals or outcome in game.next[nodes[node][0], tuple(row["profile"])]:
                then[node, outcome] = lottery(weights, places["" if game.signals else outcome], here)
    for state, within in places.items():
        if not within:
            raise Refuted(f"the set is empty{f' in state {state!r}' if state else ''}")
        for i in range(len(game.players)):
            worst[state, i] = {min((values[node][i], node) for node in within)[1]: ONE}

    def after(node: str, profile: Profile) -> Lottery:
        """Return the continuation, or the worst point of who departed."""
        away = [i for i, row in enumerate(nodes[node][1]) if profile[i] not in row and not game.signals]
        following = game.next[nodes[node][0], profile]
        return compound(following, lambda y: worst[y, away[0]] if away else then[node, y])

    return f"{len(nodes)} points, {decide(Play(game, nodes, after), game.deltas, values, values)}"


def turn(a: Point, b: Point, c: Point) -> Fraction:
    """Return twice the area of a triangle, positive if its corners go round counter-clockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def hull(points: Iterable[Point]) -> list[Point]:
    """Return the corners of the convex hull, counter-clockwise, of points in any order."""
    points = sorted(set(points))
    need(len(points) <= MOST_CORNERS, "claims", f"a polygon of more than {MOST_CORNERS:,} points")
    for point in points:
        spend(4, *point)
    sides: list[Point] = []
    for side in (points, points[::-1]):
        line: list[Point] = []
        for point in side:
            while len(line) > 1 and turn(line[-2], line[-1], point) <= 0:
                line.pop()
            line.append(point)
        sides += line[:-1]
    return sides or points


def cut(corners: list[Point], i: int, least: Fraction) -> list[Point]:
    """Return the corners of the part of a polygon where coordinate i is at least `least`."""
    clipped = []
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        if a[i] >= least:
            clipped.append(a)
        if (a[i] < least) != (b[i] < least):
            t = (least - a[i]) / (b[i] - a[i])
            clipped.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
    return clipped


def generated(game: Game, state: str, sets: Sets, free: bool) -> Iterator[Point]:
    """Yield the points that profiles generate with continuations in the sets; `free` drops incentives."""
    d, e = game.deltas
    worst = [{s: min(point[i] for point in sets[s]) for s in sets if sets[s]} for i in (0, 1)]
    for profile in product(*game.actions[state]):
        aways = [[other(profile, i, action) for action in game.actions[state][i]] for i in (0, 1)]
        # Where something that may follow a departure has no payoffs left, nothing keeps to this profile.
        if not free and not all(sets[later] for away in chain(*aways) for later in game.next[state, away]):
            continue
        corners, flow = [(Fraction(0), Fraction(0))], game.payoffs[state, profile]
        for later, p in game.next[state, profile].items():
            spend(len(corners) * len(sets[later]))
            corners = hull((x + p * v, y + p * w) for x, y in corners for v, w in sets[later])
        for i in () if free else (0, 1):
            part = (1 - game.deltas[i]) / game.deltas[i]
            gains = [part * (game.payoffs[state, away][i] - flow[i]) for away in aways[i]]
            after = [dot(game.next[state, away], worst[i].__getitem__) for away in aways[i]]
            corners = cut(corners, i, max(map(add, gains, after)))
        yield from (((1 - d) * flow[0] + d * x, (1 - e) * flow[1] + e * y) for x, y in corners)


def outer(game: Game, claim: Any, at: str) -> str:
    """Decide whether each set of a chain contains what its predecessor generates, from the feasible one."""
    need(game.deltas and not game.signals, "game.kind", "expected a game with perfect monitoring")
    need(len(game.players) == 2 and claim["steps"], f"{at}.steps", "expected two players and some steps")
    old: Sets = {}
    for k, step in enumerate(claim["steps"]):
        here = f"{at}.steps[{k}]"
        rows = zip(game.states, sized(step, len(game.states), here), strict=True)
        new = {state: hull((x, y) for x, y in (sized(z, 2, here) for z in row)) for state, row in rows}
        for state, corners in new.items():
            points = generated(game, state, old or new, k == 0)
            if hull([*corners, *points]) != corners or (k == 0 and not corners):
                lacks = "what the one before generates" if k else "a feasible payoff"
                raise Refuted(f"the set of step {k}{f' in {state!r}' if state else ''} lacks {lacks}")
        old = new
    return f"after {k} steps all payoffs lie in sets of {[len(corners) for corners in new.values()]} corners"


DECIDERS = dict(zip(CLAIM, (nash, correlated, perfect, threshold, inner, outer, response), strict=True))


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, or raise `Malformed` if a name occurs twice."""
    need(len(dict(pairs)) == len(pairs), "the file", "a name occurs twice in one object")
    return dict(pairs)


def read(path: str) -> Any:
    """Return the content of a JSON file."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(MOST_BYTES + 1)
        need(len(text) <= MOST_BYTES, "the file", f"has more than {MOST_BYTES:,} bytes")
        given = json.loads(text.decode(), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError) as error:
        raise Malformed(f"the file: cannot be read as JSON ({error})") from None
    claims = isinstance(given, dict) and given.get("kind") == "certificate"
    need(claims, "kind", "expected a certificate; a game or a result alone claims nothing")
    content = form(given, FILE, "the file")
    need((content["format"], content["version"]) == ("negotiation", 1), "format", "this reads negotiation, 1")
    need(content["claims"], "claims", "is empty")
    return content


def say(text: str) -> None:
    """Print a line in ASCII."""
    sys.stdout.write("".join(c if c.isprintable() and c.isascii() else ascii(c)[1:-1] for c in text) + "\n")


def check(path: str) -> int:
    """Decide on the claims of a file and return the exit status."""
    work[0], status = 0, 0
    try:
        given = read(path)
        game = Game(given["game"])
        for k, claim in enumerate(given["claims"]):
            at = f"claims[{k}]"
            word = "is none, as claimed" if claim.get("holds") is False else "holds"
            try:
                detail = DECIDERS[claim["kind"]](game, claim, at)
            except Refuted as why:
                word, detail, status = "does not hold", str(why), 1
            say(f"{path}: {at}, {claim['kind']}: {word}; {detail}")
    except Malformed as fault:
        say(f"{path}: malformed: {fault}")
        return 2
    return status


if __name__ == "__main__":
    sys.exit(max(map(check, sys.argv[1:]), default=2))
