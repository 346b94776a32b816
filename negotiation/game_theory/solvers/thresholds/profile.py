"""The least common discount factor at which a profile is played for ever in some equilibrium.

Some pure-strategy subgame perfect equilibrium with public randomisation plays the profile a for ever iff

    u_i(a) >= (1 - delta) max over b of u_i(b, a_-i) + delta w_i(delta)    for both players i,

where w_i is player i's worst equilibrium payoff (Abreu 1988). The equilibrium set grows with delta under
public randomisation, so every discount factor above a threshold works. It is found in four steps.

1. Bracket. If the outer bound of the set at delta excludes the profile, the threshold is above delta.
   Otherwise the threshold is taken to be at most delta. The bracket is halved until it is narrow. The worst
   payoffs found at its upper end give a lower bound of the threshold, where it may begin.
2. Read. Just above the bracket, play at the worst corners of the set is read as an automaton.
3. Solve. Its payoffs and lotteries are rational functions of the discount factor, and it is an equilibrium
   where finitely many polynomials are not negative. The least such discount factor in the bracket is exact: a
   fraction or the root of a polynomial. The automaton there passes the independent check in rational numbers.
4. Exclude. If the outer bound excludes the profile just below, this is the threshold. If not, the threshold
   is lower, and the steps are repeated from there in a narrower bracket.

The method also works where the set jumps, since the play that supports the set is read above the jump. If the
equations have no solution in rational functions, an equilibrium just above a narrow bracket is certified from
the inner bound. It is proven that the profile is played from the threshold on. That it is not played below
is numerical, unless pure minmax payoffs bind. Cost: about thirty outer bounds, and the equations of a few
states. See docs/explanation/critical-discount-factors.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import Number, as_fraction
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.checks.automata import verify_automaton
from negotiation.game_theory.exact.algebraic_numbers import Exact
from negotiation.game_theory.exact.hulls import Mixture
from negotiation.game_theory.games import RepeatedGame, StageGame, unilateral_payoffs
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import extreme_play, outer_corners
from negotiation.game_theory.solvers.penal_codes.self_generation import SelfGeneration, Source, from_inner
from negotiation.game_theory.solvers.thresholds.automaton_polynomials import as_number, not_above, not_below
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.result import Binding, CriticalDiscountFactor
from negotiation.game_theory.solvers.thresholds.solved_play import solved_plays
from negotiation.game_theory.solvers.thresholds.target import Target, plain_target
from negotiation.game_theory.solvers.values.value import value
from negotiation.game_theory.strategies import OTHERWISE, Automaton

METHOD = "extreme play of the payoff set, solved in rational functions"


@dataclass(frozen=True)
class Bracket:
    """A bracket of a threshold, in floats: the profile is excluded below `outside`, and not at `inside`.

    The worst payoffs at `inside` deter both players only from the discount factor `bound` on. Since worst
    payoffs fall with patience, the threshold is not below `bound`.
    """

    outside: float
    inside: float
    bound: float


def critical_profile(stage: StageGame, profile: Sequence[str]) -> CriticalDiscountFactor:
    """Return the least common discount factor at which an equilibrium plays a two-player profile for ever."""
    if stage.n_players != 2:
        raise InvalidGame(
            f"the critical discount factor of a profile is for two players; the game has {stage.n_players}. "
            "Give an Automaton instead"
        )
    target = plain_target(stage, profile)
    if not any(target.gains):
        return _stage_equilibrium(target)
    low = Fraction(0)
    for i in (0, 1):
        gain, stake = target.gains[i], target.stakes[i]
        # No threat is worse than the pure minmax payoff. So a player who gains and has no more than that at
        # stake is not deterred at any discount factor.
        if gain and stake <= 0:
            reason = f"{stage.players[i]} has no more than its pure minmax payoff and gains by deviating"
            return _none(target, i, None, reason)
        # delta stake >= (1 - delta) gain.
        low = max(low, Fraction(gain, gain + stake)) if gain else low
    bracket = first_bracket(target, float(low))
    if bracket is None:
        largest = NUMERICS.largest_discount_factor
        player = max((0, 1), key=lambda i: target.gains[i] / (target.ranges[i] or 1))
        reason = f"the outer bound excludes it up to {largest:.6g}, the largest discount factor tried"
        return _none(target, player, largest, reason)
    return _solved(target, low, bracket)


def _stage_equilibrium(target: Target) -> CriticalDiscountFactor:
    name = ", ".join(target.profile)
    forever = Automaton([name], name, {name: target.profile}, {name: {OTHERWISE: name}})
    reason = "a Nash equilibrium of the stage game"
    return CriticalDiscountFactor(
        ((Fraction(0), 1),), Fraction(0), 0.0, 0.0, None, "complete", METHOD, forever, reason,
        ((Fraction(0), Fraction(1)),),
    )  # fmt: skip


def _none(target: Target, player: int, lower: float | None, reason: str) -> CriticalDiscountFactor:
    status: Status = "complete" if lower is None else "partial"
    return CriticalDiscountFactor(
        (), None, lower, None, temptation(target, player), status, METHOD, None, reason
    )


def deterred_from(target: Target, delta: float) -> float | None:
    """Return the least discount factor at which the worst payoffs at `delta` deter; None if excluded.

    The outer bound at `delta` excludes the profile if there is no equilibrium at all, or if a player gains by
    deviating from it even though the worst payoff follows for ever. The result is at most `delta`.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> target = plain_target(stage, ("0", "0"))
    >>> deterred_from(target, 0.1), round(deterred_from(target, 0.5), 9)
    (None, 0.142857143)
    """
    corners, threats = outer_corners(target.shares, delta, threats_alone=True)
    if not len(corners) or target.tempted(threats, delta):
        return None
    return min(target.needed(threats), delta)


def first_bracket(target: Target, low: float) -> Bracket | None:
    """Return a bracket of the threshold, which is at least `low`; None if no tried discount factor works.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> found = first_bracket(plain_target(stage, ("0", "0")), 1 / 7)
    >>> found.outside == found.inside == 1 / 7
    True
    """
    outside = low
    for share in NUMERICS.first_guesses:
        delta = min(low + share * (1.0 - low), NUMERICS.largest_discount_factor)
        bound = deterred_from(target, delta)
        if bound is not None:
            return Bracket(outside, delta, bound)
        outside = delta
    return None


def narrowed(target: Target, bracket: Bracket, width: float) -> Bracket:
    """Return a bracket narrowed to at most `width`, by its lower bound `bound` or by bisection."""
    outside, inside, bound = bracket.outside, bracket.inside, bracket.bound
    while inside - outside > width:
        # The bound is tried first, since it is often the threshold itself; otherwise the bracket is halved.
        delta = bound if outside < bound < inside else (outside + inside) / 2
        # Below the bound even the lowest threats do not deter both players.
        outside = max(outside, bound)
        is_deterred = deterred_from(target, delta)
        if is_deterred is None:
            outside = delta
        else:
            inside, bound = delta, is_deterred
    return Bracket(outside, inside, bound)


def _solved(target: Target, low: Fraction, bracket: Bracket) -> CriticalDiscountFactor:
    """Return the result: in closed form if one of the readings gives it, else from the narrowest bracket."""
    for width in NUMERICS.reading_widths:
        bracket = narrowed(target, bracket, width)
        solved = _closed_form(target, bracket, width)
        if solved is None:
            continue
        number, strategy, binding = solved
        if number == low:
            return _result(low, number, strategy, binding)
        for step in NUMERICS.beside_threshold:
            below = float(number) - step
            bound = deterred_from(target, below) if below > low else None
            if bound is None:
                return _result(max(low, as_fraction(below)), number, strategy, binding)
            bracket = Bracket(min(bracket.outside, below), below, bound)
    bracket = narrowed(target, bracket, NUMERICS.certified_width)
    above = _certified_above(target, bracket.inside)
    if above is None:
        reason = f"no equilibrium was certified up to {NUMERICS.largest_discount_factor:.6g}"
        return CriticalDiscountFactor((), None, bracket.outside, None, None, "partial", METHOD, None, reason)
    binding = profile_binding(target, *above)
    return _result(max(low, as_fraction(bracket.outside)), *above, binding, exact=False)


def _closed_form(
    target: Target, bracket: Bracket, width: float
) -> tuple[Exact, Automaton, Binding | None] | None:
    """Return the threshold of the play that is read just above a bracket, its automaton and what binds.

    It is the least number in the bracket from which on the play is an equilibrium. None if no play is solved
    and certified in the bracket.
    """
    delta = bracket.inside + width / 2
    extreme = extreme_play(target.shares, delta) if delta < 1.0 else None
    if extreme is None:
        return None
    below = as_fraction(bracket.outside - NUMERICS.closed_form_reach)
    above = as_fraction(bracket.inside + NUMERICS.closed_form_reach)
    least: tuple[Exact, Automaton, Binding | None] | None = None
    for solved in solved_plays(target, extreme, NUMERICS.promised * width):
        number = solved.least(below, above)
        strategy = None if number is None or (least and number >= least[0]) else solved.certified(number)
        if number is not None and strategy is not None:
            least = (number, strategy, solved.binding(number))
    return least


def _certified_above(target: Target, inside: float) -> tuple[Fraction, Automaton] | None:
    """Return the least tried discount factor above `inside` with a certificate, and that equilibrium."""
    for step in NUMERICS.certificate_steps:
        delta = inside + step
        strategy = _certified(target, delta) if delta < 1.0 else None
        if strategy is not None:
            return as_fraction(delta), strategy
    return None


def _certified(target: Target, delta: float) -> Automaton | None:
    """Return an equilibrium that plays the profile for ever, from the inner bound, or None."""
    game = RepeatedGame(target.stage, as_fraction(delta))
    inner = from_inner(equilibrium_payoffs(RepeatedGame(target.stage, delta)))
    if inner is None:
        return None
    first, second = target.stage.exact_payoffs()[target.index]
    path = Source(target.index, (first, second), (first, second))
    whole = SelfGeneration(game, (path, *(source for source in inner.sources if source != path)))
    if not whole.enforces(path.index, path.point):
        return None
    start = Mixture({0: Fraction(1)}, exact=True)
    strategy = whole.automaton(start)
    few = len(strategy.states) <= NUMERICS.most_verified_states
    if whole.proves(start) or (few and verify_automaton(game, strategy, exact=True).holds):
        return strategy
    return None


def _result(
    low: Fraction, high: Exact, strategy: Automaton, binding: Binding | None, *, exact: bool = True
) -> CriticalDiscountFactor:
    upper = not_below(high)
    at = high if isinstance(high, Fraction) else as_fraction(upper)
    width = float(at - low)
    worth = as_number(high) if exact else float(high)
    certified = f"certified in rational numbers {'above' if not exact else f'at {high}'}"
    if not isinstance(high, Fraction):
        certified = f"certified by the signs of polynomials at the {high}"
    excluded = "impossible below, by pure minmax" if width == 0 else f"excluded {width:.1g} below"
    return CriticalDiscountFactor(
        ((worth, 1),),
        worth,
        not_above(low),
        upper,
        binding,
        "complete" if width <= NUMERICS.closed_bracket else "partial",
        METHOD,
        strategy,
        f"{certified}; {excluded}" if exact else f"{certified}; {excluded}; no closed form was found",
        ((high, Fraction(1)),) if exact else (),
    )


def profile_binding(target: Target, delta: Fraction, strategy: Automaton) -> Binding | None:
    """Return the deviation that binds: on the path, else in another's punishment, else in one's own.

    If none binds, the deviation with the least margin is returned; None if there is no deviation at all.
    """
    stage, d = target.stage, float(delta)
    values = value(RepeatedGame(stage, d), strategy).values
    place = {state: k for k, state in enumerate(strategy.states)}
    ranges = np.ptp(stage.payoffs.reshape(-1, 2), axis=0)
    ranges[ranges == 0.0] = 1.0
    results: list[tuple[bool, int, float, Binding]] = []
    for state, s in place.items():
        index = stage.profile_index(strategy.actions[state])
        for i, player in enumerate(stage.players):
            own = unilateral_payoffs(stage.payoffs, index, i)
            for after, a in _tempting(strategy, stage.actions[i], state, i, own).items():
                later = sum(float(p) * float(values[place[m], i]) for m, p in after)
                # In shares of the player's own range.
                margin = (float(values[s, i]) - (1.0 - d) * float(own[a]) - d * later) / float(ranges[i])
                rank = 0 if state == strategy.initial else 2 if state in dict(after) else 1
                loose = margin > NUMERICS.binding_at_threshold
                binding = Binding(player, stage.actions[i][a], stage.actions[i][index[i]], state)
                results.append((loose, 0 if loose else rank, margin, binding))
    return min(results, key=lambda row: row[:3])[3] if results else None


def _tempting(
    strategy: Automaton, labels: Sequence[str], state: str, player: int, own: Sequence[Number]
) -> dict[tuple[tuple[str, Number], ...], int]:
    """Return, for each lottery that a player's deviations lead to, the first deviation that pays most.

    Deviations with the same continuation differ only in their immediate payoffs, `own` by action.
    """
    profile = strategy.actions[state]
    best: dict[tuple[tuple[str, Number], ...], int] = {}
    for a, action in enumerate(labels):
        if action != profile[player]:
            key = (*profile[:player], action, *profile[player + 1 :])
            after = tuple(strategy.next_states(state, key).items())
            if after not in best or own[a] > own[best[after]]:
                best[after] = a
    return best


def temptation(target: Target, player: int) -> Binding:
    """Return a player's best deviation from the target profile itself."""
    players, labels = target.stage.players, target.stage.actions[player]
    action = labels[target.best_other_action(player, target.index)]
    return Binding(players[player], action, target.profile[player], ", ".join(target.profile))
