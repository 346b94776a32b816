"""Exact claims about a game, made from solvers' results and each decided by the kernel before it is returned.

A solver's floats prove nothing to a third party. A claim contains rational numbers: those of the result, or a
new proof. Results without an exact proof are left out, with the reason.

Bounds of payoff sets: the inner points are those of `penal_codes/self_generation.py`, written with the
lotteries that follow them. The outer chain is the operator of Abreu, Pearce and Stacchetti (1990), applied
exactly to polygons whose corners are rounded outward to a grid, so that numbers stay short and each set
contains what the one before generates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import ceil, floor, frexp
from typing import Any

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, shown
from negotiation.game_theory.certificates.check_certificate import (
    CLAIM,
    DECIDERS,
    GAME,
    STRATEGY,
    Game,
    Malformed,
    Point,
    Refuted,
    compound,
    discounts,
    dot,
    form,
    generated,
    hull,
    joint,
    read_strategy,
    work,
)
from negotiation.game_theory.certificates.forms import Certificate, number, plain
from negotiation.game_theory.certificates.numerics import NUMERICS
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.games.plain_payoffs import plain_stage
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solvers.best_response.best_response import BestResponse
from negotiation.game_theory.solvers.best_response.regret import Regret
from negotiation.game_theory.solvers.nash.exact_supports import certified
from negotiation.game_theory.solvers.nash.solution import NashSolution
from negotiation.game_theory.solvers.penal_codes.strategy_for import generations
from negotiation.game_theory.solvers.stage.correlated_equilibrium import CorrelatedEquilibrium
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.strategies import Automaton, MarkovStrategy
from negotiation.game_theory.strategies.automaton import reached_only

Claim = dict[str, Any]


def certificate(game: StageGame | RepeatedGame | StochasticGame, *candidates: object) -> Certificate:
    """Return exact claims about a game that anybody can check without this package.

    Parameters
    ----------
    game : StageGame, RepeatedGame or StochasticGame
        The game that the claims are about. Float payoffs of a stage game are read as nearby fractions with
        small denominators, as in `solve`; other floats are taken at their exact binary value.
    *candidates : NashSolution, CorrelatedEquilibrium, profile, Automaton, MarkovStrategy, PayoffSet, \
BestResponse or Regret
        Results, from this package or another. For an automaton and a repeated game, the claim is that it is
        an equilibrium, or that it is not; for an automaton and a stage game, it brackets the critical
        discount factors. For a payoff set it gives an inner and an outer bound.

    Returns
    -------
    Certificate
        The kernel has accepted every claim in `.claims`; `.left_out` lists the results without an exact
        proof, and why. Write it with `save`, and check the file with `python -I -S check_certificate.py
        FILE`.

    Raises
    ------
    InvalidGame
        If the game or a candidate is of none of these kinds.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> ng.certificate(stage, grim).claims[0]["discount_factor"]
    ['999999993/7000000000', '1/7']
    """
    if not isinstance(game, StageGame | RepeatedGame | StochasticGame):
        raise InvalidGame(
            "a certificate needs a StageGame, a RepeatedGame or a StochasticGame as its first argument; got "
            f"{type(game).__name__}. Convert another game with as_game"
        )
    if isinstance(game, StageGame):
        game = plain_stage(game)
    read = Game(form(plain(game), GAME, "game"))
    claims: list[Claim] = []
    left_out: list[str] = []
    for candidate in candidates:
        for claim in _claims(game, read, candidate):
            reason = claim if isinstance(claim, str) else _refusal(read, claim)
            if reason:
                left_out.append(reason)
            else:
                claims.append(claim)  # type: ignore[arg-type]
    return Certificate(game, tuple(claims), tuple(left_out))


def _refusal(read: Game, claim: Claim) -> str:
    """Return why the kernel refuses a claim; an empty text if the claim holds."""
    work[0] = 0
    try:
        DECIDERS[claim["kind"]](read, form(claim, CLAIM, "claim"), "claim")
    except (Refuted, Malformed) as why:
        return f"{claim['kind']}: {why}"
    return ""


def _claims(
    game: StageGame | RepeatedGame | StochasticGame, read: Game, candidate: object
) -> Iterator[Claim | str]:
    """Yield the claims about a candidate; a text says why one is left out."""
    match game, candidate:
        case StageGame(), NashSolution():
            exact = certified(game, candidate)
            for equilibrium in exact.equilibria:
                vectors = equilibrium.exact or ()
                yield {"kind": "Nash equilibrium", "profile": [[number(p) for p in row] for row in vectors]}
            if len(exact.equilibria) < len(candidate.equilibria):
                yield f"Nash equilibrium: {len(candidate.equilibria) - len(exact.equilibria)} in floats alone"
        case StageGame(), CorrelatedEquilibrium():
            yield _correlated(candidate)
        case StageGame(), Automaton():
            yield from _thresholds(game, read, reached_only(candidate))
        case (RepeatedGame(), Automaton()) | (StochasticGame(), MarkovStrategy()):
            strategy: Any = reached_only(candidate) if isinstance(candidate, Automaton) else candidate
            holds = verify(game, strategy).holds
            claim = _perfect(read, plain(strategy), read.deltas)
            # What floats call none may gain a rounding's worth: then neither is claimed.
            yield claim if holds else claim | {"holds": False}
        case RepeatedGame() | StochasticGame(), BestResponse() | Regret():
            yield _response(read, candidate)
        case RepeatedGame(), PayoffSet() if game.monitoring is None:
            yield inner_claim(candidate) or "inner bound: no points are proven to generate themselves exactly"
            yield outer_claim(read)
        case StochasticGame(), StatePayoffSets():
            yield "payoff sets by state: their bounds are known in floats alone"
        case RepeatedGame(), PayoffSet():
            yield "payoff set: under a public signal its bounds are known in floats alone"
        case StageGame(), tuple() | list():
            claim = {"kind": "Nash equilibrium", "profile": list(game.profile(candidate))}
            yield claim if not _refusal(read, claim) else claim | {"holds": False}
        case _:
            raise InvalidGame(
                "for a StageGame give a result of `solve` or `correlated_equilibrium`, a profile or an "
                "Automaton; for a RepeatedGame an Automaton or a result of `equilibrium_payoffs`, and for a "
                "StochasticGame a MarkovStrategy; for both a result of `best_response` or `regret`; got "
                f"{shown(candidate)} for a {type(game).__name__}"
            )


def _correlated(equilibrium: CorrelatedEquilibrium) -> Claim:
    """Return the claim of a correlated equilibrium, with floats replaced by nearby fractions."""
    rows = {profile: Fraction(equilibrium.probability(profile)).limit_denominator(NUMERICS.denominator)
            for profile in equilibrium.support}  # fmt: skip
    total = sum(rows.values())
    return {
        "kind": "correlated equilibrium",
        "distribution": [{"profile": list(a), "probability": number(p / total)} for a, p in rows.items()],
    }


def _perfect(read: Game, strategy: Mapping[str, Any], deltas: Sequence[Fraction]) -> Claim:
    """Return the claim that a strategy is subgame perfect, with its values or bounds of them."""
    play = read_strategy(read, form(strategy, STRATEGY, "strategy"), "strategy")
    nodes = list(play.nodes)
    places = {node: k for k, node in enumerate(nodes)}
    moves = np.full((len(nodes), len(nodes)), Fraction(0), dtype=object)
    flows = np.empty((len(nodes), len(read.players)), dtype=object)
    for k, (node, (state, rows)) in enumerate(play.nodes.items()):
        mix = joint(rows)
        for goal, p in compound(mix, partial(play.after, node)).items():
            moves[k, places[goal]] = p
        flows[k] = [
            dot(mix, {a: read.payoffs[state, a][i] for a in mix}.__getitem__)
            for i in range(len(read.players))
        ]
    if len(nodes) <= NUMERICS.exact_states:
        values = [[number(x) for x in row] for row in discounted_values(moves, flows, deltas).tolist()]
    else:
        values = _bounds(moves.astype(np.float64), flows.astype(np.float64), deltas)
    return {"kind": "perfect equilibrium", "strategy": strategy, "values": values}


def _response(read: Game, response: BestResponse | Regret) -> Claim | str:
    """Return the claim of a best response's values or, for a `Regret`, of the policy's regret as well."""
    best = response if isinstance(response, BestResponse) else response.best
    problem = best.facing
    strategy = problem.strategy
    if not isinstance(strategy, (Automaton, MarkovStrategy)):
        return f"best response: a {type(strategy).__name__} has no form in a certificate"
    fields, claim = plain(reached_only(strategy) if isinstance(strategy, Automaton) else strategy), {}
    states = [row["state"] for row in fields["states"]]
    i = list(read.players).index(best.player)
    largest = max(problem.scale, *(abs(float(row[i])) for row in read.payoffs.values()))
    room = 2 * NUMERICS.rounding * largest / (1.0 - float(problem.delta))

    def bounded(values: Mapping[str, Any], exact: bool) -> list[Any]:
        """Return the value in each state, exact or between bounds that include rounding."""
        rows = [values[state] for state in states]
        return [[number(x) if exact else [float(x) - room, float(x) + room]] for x in rows]

    if isinstance(response, Regret):
        if response.by_state is None:
            return "regret: a policy that remembers, or mixes, has no form in a certificate"
        actions, given = response.by_state
        for row in fields["states"]:
            row["plays"][i] = actions[row["state"]]
        claim = {"given": bounded(given, problem.exact)}
    values = bounded(best.values, problem.exact)
    return {"kind": "best response", "player": best.player, "strategy": fields, "values": values} | claim


def _bounds(moves: FloatArray, flows: FloatArray, deltas: Sequence[Fraction]) -> list[Any]:
    """Return two doubles around each value, as far apart as rounding may be, over one less patience."""
    patience = [float(delta) for delta in deltas]
    values = discounted_values(moves, flows, patience)
    room = NUMERICS.rounding * np.abs(flows).max(axis=0) / (1.0 - np.array(patience))
    return [[[x - r, x + r] for x, r in zip(row, room.tolist(), strict=True)] for row in values.tolist()]


def _thresholds(stage: StageGame, read: Game, automaton: Automaton) -> Iterator[Claim | str]:
    """Yield a claim for each discount factor where an automaton starts or stops being an equilibrium."""
    critical = critical_discount_factor(stage, automaton)
    ends = [(end, k == 0) for pair in critical.exact_intervals for k, end in enumerate(pair)]
    inside = [(end, lower) for end, lower in ends if 0 < end < 1]
    if not inside:
        yield f"threshold: the strategy is an equilibrium at {'all' if ends else 'no'} discount factors"
    strategy = plain(automaton)
    for end, lower in inside:
        if isinstance(end, Fraction):
            pair = (end - NUMERICS.below, end) if lower else (end, end + NUMERICS.below)
        else:
            near, unit = end.refined(NUMERICS.below / 16), NUMERICS.below
            pair = floor(near.lower / unit) * unit, ceil(near.upper / unit) * unit
        both = [_perfect(read, strategy, discounts(read, delta, "")) for delta in pair]
        yield {
            "kind": "threshold", "strategy": strategy, "discount_factor": [number(delta) for delta in pair],
            "holds": [not lower, lower], "values": [side["values"] for side in both],
        }  # fmt: skip


def inner_claim(payoff_set: PayoffSet) -> dict[str, Any] | None:
    """Return the claim of an inner bound, or None if no points are proven to generate themselves."""
    for generation in generations(payoff_set):
        if generation.is_proven():
            stage = payoff_set.game.stage
            points = [
                {
                    "profile": list(stage.labels(source.index)),
                    "payoffs": [number(x) for x in source.point],
                    "then": [
                        {
                            str(k): number(p)
                            for k, p in generation.lottery(source.continuation).weights.items()
                        }
                    ],
                }
                for source in generation.sources
            ]
            return {"kind": "inner bound", "points": points}
    return None


def outer_claim(game: Game) -> dict[str, Any]:
    """Return the claim of an outer bound: a chain of sets by state that ends when a step changes little."""
    units = [_unit([row[i] for row in game.payoffs.values()]) for i in (0, 1)]
    sets = _feasible(game, units)
    chain = [sets]
    while len(chain) <= NUMERICS.most_steps:
        sets = _next(game, sets, units, free=False)
        chain.append(sets)
        moved = max(_moved(chain[-2][state], sets[state], units) for state in game.states)
        if moved <= NUMERICS.rest:
            break
    steps = [
        [[[number(x) for x in corner] for corner in row[state]] for state in game.states] for row in chain
    ]
    return {"kind": "outer bound", "steps": steps}


def _feasible(game: Game, units: Sequence[Fraction]) -> dict[str, list[Point]]:
    """Return boxes, by state, that contain all feasible payoffs."""
    ends = [[pick(row[i] for row in game.payoffs.values()) for pick in (min, max)] for i in (0, 1)]
    box = hull((x, y) for x in ends[0] for y in ends[1])
    return _next(game, dict.fromkeys(game.states, box), units, free=True)


def _unit(payoffs: Sequence[Fraction]) -> Fraction:
    """Return the grid step: a power of two near a player's payoff range divided by 2^bits."""
    return Fraction(2) ** (frexp(float(max(payoffs) - min(payoffs)) or 1.0)[1] - NUMERICS.bits)


def _next(
    game: Game, sets: dict[str, list[Point]], units: Sequence[Fraction], *, free: bool
) -> dict[str, list[Point]]:
    """Return sets that contain what the given sets generate, with corners on the grid."""
    return {
        state: hull(
            (x, y)
            for point in hull(generated(game, state, sets, free))
            for x in _around(point[0], units[0])
            for y in _around(point[1], units[1])
        )
        for state in game.states
    }


def _around(value: Fraction, unit: Fraction) -> set[Fraction]:
    return {floor(value / unit) * unit, ceil(value / unit) * unit}


def _moved(old: list[Point], new: list[Point], units: Sequence[Fraction]) -> float:
    """Return the distance of two polygons in some directions, as a share of the payoff range."""
    if not old or not new:
        return float(len(old) != len(new))
    angles = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)
    ways = np.stack([np.cos(angles), np.sin(angles)])
    seen = [
        (np.array([[float(x / units[0]), float(y / units[1])] for x, y in corners]) @ ways).max(axis=0)
        for corners in (old, new)
    ]
    return float(np.abs(seen[0] - seen[1]).max()) / 2.0**NUMERICS.bits
