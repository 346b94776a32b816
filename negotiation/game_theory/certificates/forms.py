"""Games, strategies and results as plain values with a field `kind`, and back: what docs/format/ describes.

The forms of games and strategies are those that `check_certificate` reads; the forms of results are defined
here. Rational numbers are whole numbers or texts "p/q". Doubles are numbers with a point or an exponent. So
every number is restored to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, prod
from typing import Any, TypeAlias

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import as_fraction, read_only
from negotiation.errors import InvalidFile, InvalidGame, NegotiationError, shown
from negotiation.game_theory.certificates.check_certificate import (
    CLAIM,
    GAME,
    SIGNAL,
    STRATEGY,
    Kinds,
    Malformed,
    form,
)
from negotiation.game_theory.exact.algebraic_numbers import AlgebraicNumber
from negotiation.game_theory.games import (
    PublicSignal,
    RepeatedGame,
    SparseTransitions,
    StageGame,
    StochasticGame,
)
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.verdict import Deviation, Verdict
from negotiation.game_theory.solvers.thresholds.result import Binding, CriticalDiscountFactor
from negotiation.game_theory.strategies import Automaton, MarkovStrategy

# The largest whole number that every reader of JSON takes exactly.
_WHOLE = 2**53

_POINTS, _SAID = [[Fraction]], {"kind": str, "status": str, "method": str, "reason": str}
_ROOT = {"coefficients": [Fraction], "lower": Fraction, "upper": Fraction}
_LOTTERY = (str, {str: Fraction})
_PLACE = {"player": str, "action": str, "prescribed": str}
KINDS = Kinds(GAME | STRATEGY | {
    "public signal": SIGNAL,
    "certificate": {"kind": str, "game": GAME, "claims": [CLAIM]},
    "payoff set": _SAID | {
        "game": GAME, "outer": _POINTS, "inner": _POINTS, "threats": [Fraction], "profiles": [int],
        "continuations": [[(Fraction, [Fraction])]], "iterations": int, "residual": Fraction,
        "size": Fraction, "gap?": Fraction, "exact": bool,
    },
    "critical discount factor": _SAID | {
        "intervals": _POINTS, "exact_intervals": [[(Fraction, _ROOT)]], "value?": Fraction,
        "lower?": Fraction, "upper?": Fraction, "binding?": _PLACE | {"state": str}, "strategy?": STRATEGY,
    },
    "verdict": {
        "kind": str, "holds": bool, "concept": str, "margin?": Fraction, "tolerance": Fraction, "exact": bool,
        "deviation?": _PLACE | {"gain": Fraction, "state?": str}, "checked": int, "status": str,
    },
})  # fmt: skip
_RESULTS = {"payoff set": PayoffSet, "critical discount factor": CriticalDiscountFactor, "verdict": Verdict}

_KINDS = {one.__name__: {"kind": name} for name, one in _RESULTS.items()}


@dataclass(frozen=True, eq=False)
class Certificate(Tabular):
    """Exact claims about a game, which the stand-alone program `check_certificate.py` checks.

    Parameters
    ----------
    game : StageGame, RepeatedGame or StochasticGame
        The game that the claims are about.
    claims : tuple of mappings
        The claims as plain values, in the form in which they are written to a file.
    left_out : tuple of str
        Requested results that have no exact certificate, each with the reason. Empty by default.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> found = ng.certificate(stage, ng.solve(stage))
    >>> found.claims[0]["kind"], found.claims[0]["profile"], found.left_out
    ('Nash equilibrium', [[0, 1], [0, 1]], ())
    """

    game: StageGame | RepeatedGame | StochasticGame
    claims: tuple[Mapping[str, object], ...]
    left_out: tuple[str, ...] = ()

    def table(self) -> Table:
        """Return a table with one row for each claim and each result that was left out."""
        rows = [(str(claim["kind"]), "claimed") for claim in self.claims]
        left_out = [(reason, "left out") for reason in self.left_out]
        return Table("certificate", ("claim", "status"), (*rows, *left_out))


Kept: TypeAlias = (
    StageGame | RepeatedGame | StochasticGame | PublicSignal | Automaton | MarkovStrategy
    | PayoffSet | CriticalDiscountFactor | Verdict | Certificate
)  # fmt: skip


def number(value: Any) -> Any:
    """Return a number as a JSON value; None for infinity."""
    if isinstance(value, (float, np.floating)):
        return None if value == inf else float(value)
    exact = as_fraction(value)
    return int(exact) if exact.denominator == 1 and abs(exact) < _WHOLE else str(exact)


def _rows(array: Any) -> list[list[Any]]:
    return [[number(x) for x in row] for row in array.reshape(-1, array.shape[-1]).tolist()]


def _lottery(target: Any) -> Any:
    return target if isinstance(target, str) else {name: number(p) for name, p in target.items()}


def _discount(given: Any) -> Any:
    return [number(delta) for delta in given] if isinstance(given, tuple) else number(given)


def _states(game: StochasticGame) -> list[dict[str, Any]]:
    """Return the states of a game as plain values, each with its transitions."""
    rows = [
        {game.states[k]: number(p) for k, p in zip(goals.tolist(), chances.tolist(), strict=True)}
        for goals, chances in map(game.transitions.row, range(game.n_rows))
    ]
    ends = game.offsets.tolist()
    return [
        {"state": state, "game": plain(stage), "next": rows[ends[s] : ends[s + 1]]}
        for s, (state, stage) in enumerate(zip(game.states, game.stages, strict=True))
    ]


def _moves(automaton: Automaton, state: str) -> list[dict[str, Any]]:
    """Return the transitions from a state of an automaton as plain values."""
    return [
        {"after": key if isinstance(key, str) else list(key), "to": _lottery(target)}
        for key, target in automaton.transitions[state].items()
    ]


def plain(given: Any) -> Any:
    """Return a game, a strategy, a result or a certificate as plain values."""
    match given:
        case StageGame():
            data: dict[str, Any] = {"kind": "stage game", "name": given.name, "players": list(given.players)}
            data |= {"names": dict(given.names)} if given.names else {}
            actions, payoffs = [list(row) for row in given.actions], _rows(given.given_payoffs())
            return data | {"actions": actions, "payoffs": payoffs}
        case RepeatedGame():
            seen = {} if given.monitoring is None else {"monitoring": plain(given.monitoring)}
            data = {"kind": "repeated game", "stage": plain(given.stage)}
            return data | {"discount_factor": _discount(given.discount_factor)} | seen
        case StochasticGame():
            delta = _discount(given.discount_factor)
            return {"kind": "stochastic game", "discount_factor": delta, "states": _states(given)}
        case PublicSignal():
            data = {"kind": "public signal", "signals": list(given.signals)}
            probabilities = _rows(given.given_probabilities())
            return data | {"counts": list(given.n_actions), "probabilities": probabilities}
        case Automaton():
            states = [
                {"state": state, "plays": list(given.actions[state]), "then": _moves(given, state)}
                for state in given.states
            ]
            return {"kind": "automaton", "initial": _lottery(given.initial), "states": states}
        case MarkovStrategy():
            states = [
                {"state": state, "plays": [c if isinstance(c, str) else _rows(c)[0] for c in choices]}
                for state, choices in given.play.items()
            ]
            return {"kind": "Markov strategy", "states": states}
        case Certificate():
            return {"kind": "certificate", "game": plain(given.game), "claims": list(given.claims)}
    return _of_result(given)


def _of_result(given: Any) -> Any:
    """Return a result, or a part of one, as plain values by field."""
    match given:
        case AlgebraicNumber():
            ends = {"lower": number(given.lower), "upper": number(given.upper)}
            return {"coefficients": [number(c) for c in given.coefficients]} | ends
        case PayoffSet() | CriticalDiscountFactor() | Verdict() | Binding() | Deviation():
            kind = _KINDS.get(type(given).__name__, {})
            return kind | {name: plain(value) for name, value in vars(given).items()}
        case tuple() | list() | np.ndarray():
            return [plain(value) for value in given]
        case None | str() | bool() | np.integer():
            return int(given) if isinstance(given, np.integer) else given
        case int() | float() | Fraction() | np.floating():
            return number(given)
    raise unsaved(given)


def unsaved(given: Any) -> InvalidGame:
    """Return the error for an object that no file holds."""
    return InvalidGame(
        f"files hold {', '.join(KINDS)}; got {type(given).__name__}. Of another result "
        "write the table, with `.to_json()`, or certify it, with `certificate(game, result)`"
    )


def restored(given: Any, where: str) -> Kept:
    """Return the object that plain values describe, or raise `InvalidFile` with the field that is wrong."""
    try:
        form(given, KINDS, where)
    except Malformed as fault:
        raise InvalidFile(f"{fault}; docs/format describes such files") from None
    try:
        content: Kept = _read(given, KINDS)
    except NegotiationError as fault:
        raise InvalidFile(f"{where}: {fault}") from None
    return content


def _read(given: Any, wanted: Any) -> Any:
    """Return the object that plain values of a form describe."""
    if isinstance(wanted, tuple):
        wanted = wanted[isinstance(given, (list, dict))]
    if wanted is Fraction:
        return given if isinstance(given, float) else Fraction(given)
    if isinstance(wanted, list):
        return tuple(_read(value, wanted[0]) for value in given)
    if isinstance(wanted, dict) and str in wanted:
        return {name: _read(value, wanted[str]) for name, value in given.items()}
    if isinstance(wanted, Kinds):
        reader = _READERS.get(given["kind"])
        return reader(given) if reader else _read_result(given, wanted[given["kind"]])
    if not isinstance(wanted, dict):
        return given
    parts: dict[str, Any] = {
        name: None if given.get(name) is None else _read(given[name], inner)
        for name, inner in ((name.rstrip("?"), inner) for name, inner in wanted.items())
    }
    if wanted == _ROOT:
        return AlgebraicNumber(tuple(map(int, parts["coefficients"])), parts["lower"], parts["upper"])
    return parts


def _read_result(given: Any, wanted: Any) -> Any:
    """Return a result from the values of its fields."""
    kind, parts = given["kind"], {name: x for name, x in _read(given, dict(wanted)).items() if name != "kind"}
    for name, part in (("binding", Binding), ("deviation", Deviation)):
        if parts.get(name) is not None:
            parts[name] = part(**parts[name])
    for name in {"gap", "margin"} & parts.keys():
        parts[name] = inf if parts[name] is None else parts[name]
    if kind == "payoff set":
        for name, shape in (("outer", (-1, 2)), ("inner", (-1, 2)), ("threats", (2,)), ("profiles", (-1,))):
            parts[name] = np.array(parts[name], dtype=np.intp if name == "profiles" else float).reshape(shape)
        later = np.array(parts["continuations"], dtype=float)
        parts["continuations"] = later if later.size else later.reshape(0, 2)
        read_only(*(parts[name] for name in ("outer", "inner", "threats", "profiles", "continuations")))
    return _RESULTS[kind](**parts)


def _array(values: Any, shape: tuple[int, ...]) -> Any:
    """Return numbers as an array of doubles if all are doubles, and of fractions otherwise."""
    rough = all(isinstance(value, float) for value in values)
    numbers = np.empty(len(values), dtype=float if rough else object)
    numbers[:] = values if rough else [as_fraction(_read(value, Fraction)) for value in values]
    return numbers.reshape(shape)


def _table(rows: Any, shape: tuple[int, ...], what: str) -> Any:
    """Return rows of numbers, one for each profile, as an array by action."""
    if len(rows) != prod(shape[:-1]) or any(len(row) != shape[-1] for row in rows):
        raise InvalidFile(
            f"{what}: expected {prod(shape[:-1]):,} rows of {shape[-1]} numbers, one for each profile of "
            f"actions, with the last player's action moving fastest; got {len(rows):,} rows of "
            f"{' or '.join(map(str, sorted({len(row) for row in rows}))) or 'no'} numbers"
        )
    return _array([value for row in rows for value in row], shape)


def _read_stage(given: Any) -> StageGame:
    shape = (*map(len, given["actions"]), len(given["players"]))
    rows, name = _table(given["payoffs"], shape, "payoffs"), given.get("name")
    named = "stage game" if name is None else name
    return StageGame(rows, given["players"], given["actions"], named, given.get("names"))


def _read_signal(given: Any) -> PublicSignal:
    counts = given.get("counts") or [len(given["probabilities"])]
    shape = (*(int(_read(count, Fraction)) for count in counts), len(given["signals"]))
    return PublicSignal(_table(given["probabilities"], shape, "probabilities"), given["signals"])


def _read_repeated(given: Any) -> RepeatedGame:
    stage, signal = _read_stage(given["stage"]), given.get("monitoring")
    seen = None if signal is None else _read_signal(signal | {"counts": list(stage.n_actions)})
    return RepeatedGame(stage, _read(given["discount_factor"], (Fraction, [Fraction])), seen)


def _read_stochastic(given: Any) -> StochasticGame:
    places = {row["state"]: s for s, row in enumerate(given["states"])}
    rows = [row for state in given["states"] for row in state["next"]]
    unknown = next((name for row in rows for name in row if name not in places), None)
    if unknown is not None or len(places) < len(given["states"]):
        fault = "a state is given twice" if unknown is None else f"next names {shown(unknown)}, no state"
        raise InvalidFile(f"states: {fault}; name each state once")
    moves = [{places[name]: _read(p, Fraction) for name, p in row.items()} for row in rows]
    stages = {row["state"]: _read_stage(row["game"]) for row in given["states"]}
    delta = _read(given["discount_factor"], (Fraction, [Fraction]))
    return StochasticGame.from_stages(stages, SparseTransitions(moves, len(places)), delta)


def _read_automaton(given: Any) -> Automaton:
    then = {
        row["state"]: {
            rule["after"] if isinstance(rule["after"], str) else tuple(rule["after"]): _read(
                rule["to"], _LOTTERY
            )
            for rule in row["then"]
        }
        for row in given["states"]
    }
    states = [row["state"] for row in given["states"]]
    plays = {row["state"]: row["plays"] for row in given["states"]}
    return Automaton(states, _read(given["initial"], _LOTTERY), plays, then)


def _read_markov(given: Any) -> MarkovStrategy:
    return MarkovStrategy({
        row["state"]: [c if isinstance(c, str) else _array(c, (len(c),)) for c in row["plays"]]
        for row in given["states"]
    })  # fmt: skip


_READERS: dict[str, Callable[[Any], Any]] = {
    "stage game": _read_stage,
    "repeated game": _read_repeated,
    "stochastic game": _read_stochastic,
    "public signal": _read_signal,
    "automaton": _read_automaton,
    "Markov strategy": _read_markov,
    "certificate": lambda given: Certificate(_read(given["game"], GAME), tuple(given["claims"])),
}
