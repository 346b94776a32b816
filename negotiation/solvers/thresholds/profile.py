"""The least common discount factor at which a profile is played for ever in some equilibrium.

Some pure-strategy subgame perfect equilibrium with public randomisation plays the profile a for ever iff

    u_i(a) >= (1 - delta) max over b of u_i(b, a_-i) + delta w_i(delta)    for both players i,

w_i being player i's worst equilibrium payoff (Abreu 1988). The equilibrium set grows with delta under public
randomisation, so the discount factors that work are all from a least one on. Its lower bound is the largest
at which the outer bound of the set excludes the profile, by bisection; its upper bound is one at which an
equilibrium is certified in rational numbers. Jumps of the set do not mislead: at a jump the inner bound is
empty, and thresholds are tried as exact fractions: if player j plays s once and is then promised r, and else
gets w for ever, then s is played from delta = gain_j(s) / (gain_j(s) + r - w) on. Rewards are stage payoffs,
worst payoffs are stage payoffs or best deviations' (Abreu 1988). If pure minmax payoffs are the worst ones,
the bound that they give is met and proven without any search. What else attains the threshold may be a plain
automaton, and the threshold a root of its polynomial (`closed_threshold`). Cost: about 40 payoff sets, and
profiles times distinct rewards times distinct worst payoffs, at most `Numerics.most_products`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from negotiation.checks.automata import verify_automaton
from negotiation.errors import InvalidGame
from negotiation.exact.algebraic_numbers import Exact
from negotiation.exact.hulls import Mixture
from negotiation.games import Profile, RepeatedGame, StageGame, unilateral_payoffs
from negotiation.games.plain_payoffs import plain_stage
from negotiation.numeric import KNIFE_EDGE, FloatArray, ObjectArray, as_fraction
from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.solvers.penal_codes.exact_punishments import penal_codes, sharpened
from negotiation.solvers.penal_codes.self_generation import SelfGeneration, Source, from_inner, from_outer
from negotiation.solvers.thresholds.automaton_polynomials import as_number, not_above, not_below
from negotiation.solvers.thresholds.closed_form import closed_threshold
from negotiation.solvers.thresholds.numerics import NUMERICS
from negotiation.solvers.thresholds.result import Binding, CriticalDiscountFactor
from negotiation.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton

METHOD = "bisection of outer bounds, exact certificates"


@dataclass(frozen=True)
class _Target:
    stage: StageGame
    profile: Profile
    index: tuple[int, ...]
    own: tuple[Fraction, Fraction]
    best: tuple[Fraction, Fraction]

    @property
    def gains(self) -> tuple[Fraction, Fraction]:
        """The best deviation gain of each player."""
        return self.best[0] - self.own[0], self.best[1] - self.own[1]


def critical_profile(stage: StageGame, profile: Sequence[str]) -> CriticalDiscountFactor:
    """Return the least common discount factor at which an equilibrium plays a profile for ever.

    Parameters
    ----------
    stage : StageGame
        Two players, perfectly monitored. Of float payoffs the nearest plain game is meant, as in `solve`.
    profile : sequence of str
        One action label for each player.

    Returns
    -------
    CriticalDiscountFactor
        `.value`, a `Fraction` where it is certified as one, between the proven `.lower` and `.upper`;
        `.exact_value` where it has a closed form, which may be a root of a polynomial (`AlgebraicNumber`);
        `.strategy`, an equilibrium that plays the profile; `.binding`.

    Raises
    ------
    InvalidGame
        If the game does not have two players, or the profile not two labels.
    UnknownAction
        If a label is not an action.

    Examples
    --------
    A control worth 1 to the USA and -2 to CHN; a curb that costs the USA 3 and its user 1/2.

    >>> stage = StageGame.from_matrices([[0, -3], [1, -2]], [[0, Fraction(-1, 2)], [-2, Fraction(-5, 2)]],
    ...     players=("USA", "CHN"), actions=(("restraint", "control"), ("calm", "curb")))
    >>> found = critical_profile(stage, ("restraint", "calm"))
    >>> found.value, found.lower <= found.value <= found.upper, str(found.binding)
    (Fraction(1, 3), True, "USA: control instead of restraint, in state 'restraint, calm'")
    """
    if stage.n_players != 2:
        raise InvalidGame(f"the best punishments are found for two players; the game has {stage.n_players}")
    target = _target(stage, profile)
    if not any(target.gains):
        name = ", ".join(profile)
        forever = Automaton([name], name, {name: profile}, {name: {OTHERWISE: name}})
        reason = "a Nash equilibrium of the stage game"
        return CriticalDiscountFactor(
            ((Fraction(0), 1),), Fraction(0), 0.0, 0.0, None, "complete", METHOD, forever, reason,
            ((Fraction(0), Fraction(1)),),
        )  # fmt: skip
    low = Fraction(0)
    for i in (0, 1):
        gain, stake = target.gains[i], target.own[i] - _minmax(target.stage, i)
        if gain and stake <= 0:
            reason = f"{stage.players[i]} has no more than its pure minmax payoff and gains by deviating"
            return CriticalDiscountFactor(
                (), None, None, None, _temptation(target, i), "complete", METHOD, None, reason
            )
        low = max(low, gain / (gain + stake)) if gain else low
    strategy = _certified(target, low)
    if strategy is not None:
        return _closed(target, low, low, strategy)
    return _searched(target, low)


def _target(stage: StageGame, profile: Sequence[str]) -> _Target:
    # A positive affine change of one player's payoffs moves no threshold.
    plain = plain_stage(stage).exact_payoffs()
    exact = np.stack([_smallest_terms(plain[..., i]) for i in (0, 1)], axis=-1)
    rational = StageGame(exact, stage.players, stage.actions)
    index = stage.profile_index(profile)
    best = [as_fraction(max(unilateral_payoffs(exact, index, i))) for i in (0, 1)]
    own = (as_fraction(exact[(*index, 0)]), as_fraction(exact[(*index, 1)]))
    return _Target(rational, tuple(profile), index, own, (best[0], best[1]))


def _smallest_terms(payoffs: ObjectArray) -> ObjectArray:
    """Return a player's payoffs from zero on, in the unit in which they are the smallest whole numbers.

    Where these are large, as floats are, the unit is a power of two, and payoffs reach at most 16.

    Examples
    --------
    >>> _smallest_terms(np.array([Fraction(70), Fraction(10), Fraction(30)], dtype=object)).tolist()
    [Fraction(3, 1), Fraction(0, 1), Fraction(1, 1)]
    """
    moved: ObjectArray = payoffs - payoffs.min()
    most = as_fraction(moved.max())
    if most == 0:
        return moved
    together = lcm(*(x.denominator for x in moved.ravel()))
    unit = Fraction(gcd(*(int(x * together) for x in moved.ravel())), together)
    if most > NUMERICS.largest_whole * unit:
        unit = Fraction(2) ** (most.numerator.bit_length() - most.denominator.bit_length() - 3)
    found: ObjectArray = moved / unit
    return found


def _minmax(stage: StageGame, player: int) -> Fraction:
    own = np.moveaxis(stage.exact_payoffs()[..., player], player, 0)
    return as_fraction(own.max(axis=0).min())


def _searched(target: _Target, low: Fraction) -> CriticalDiscountFactor:
    largest = NUMERICS.largest_discount_factor
    if _excluded(target, largest):
        player = max((0, 1), key=lambda i: target.gains[i])
        reason = f"the outer bound excludes it up to {largest:.6g}, the largest discount factor tried"
        return CriticalDiscountFactor(
            (), None, largest, None, _temptation(target, player), "partial", METHOD, None, reason
        )
    outside, inside = not_above(low), largest
    while inside - outside > NUMERICS.bracket_width:
        middle = (outside + inside) / 2
        if _excluded(target, middle):
            outside = middle
        else:
            inside = middle
    high, strategy = _above(target, inside)
    found = threshold_candidates(target.stage, outside - NUMERICS.bracket_width, float(high or 1), target.own)
    for candidate in [delta for delta in found if delta >= low][: NUMERICS.most_candidates]:
        exact = _certified(target, candidate) if high is None or candidate < high else None
        if exact is not None:
            return _closed(target, min(as_fraction(outside), candidate), candidate, exact)
    closed = None
    if high is not None and strategy is not None and high - as_fraction(outside) < NUMERICS.closed_bracket:
        closed = closed_threshold(
            target.stage,
            strategy,
            high,
            outside - NUMERICS.bracket_width,
            outside + NUMERICS.closed_form_reach,
        )
    if closed is not None:
        return _closed(target, as_fraction(min(outside, float(closed[0]) - NUMERICS.bracket_width)), *closed)
    if high is None or strategy is None:
        reason = f"no equilibrium was certified up to {largest:.6g}"
        return CriticalDiscountFactor((), None, outside, None, None, "partial", METHOD, None, reason)
    return _closed(target, as_fraction(outside), high, strategy, exact=False)


def _above(target: _Target, inside: float) -> tuple[Fraction | None, Automaton | None]:
    """Return a discount factor close above one that is not excluded at which the profile is certified."""
    for step in NUMERICS.certificate_steps:
        delta = as_fraction(inside + step)
        strategy = _certified(target, delta) if delta < 1 else None
        if strategy is not None:
            return delta, strategy
    delta = as_fraction(NUMERICS.largest_discount_factor)
    strategy = _certified(target, delta)
    return (delta, strategy) if strategy is not None else (None, None)


def _excluded(target: _Target, delta: float) -> bool:
    """Whether the outer bound at a discount factor shows that no equilibrium plays the profile for ever."""
    found = equilibrium_payoffs(RepeatedGame(target.stage, delta))
    if found.is_empty:
        return True
    room = KNIFE_EDGE * np.ptp(target.stage.payoffs.reshape(-1, 2), axis=0)
    return any(
        float(target.own[i] - found_threat) * delta < (1.0 - delta) * float(target.gains[i]) - room[i]
        for i, found_threat in enumerate(as_fraction(t) for t in found.threats.tolist())
    )


def _certified(target: _Target, delta: Fraction) -> Automaton | None:
    """Return an equilibrium that plays the profile for ever, certified in rational numbers, or None."""
    game = RepeatedGame(target.stage, delta)
    path = Source(target.index, target.own, target.own)
    for generation in _generations(game):
        others = tuple(source for source in generation.sources if source != path)
        whole = SelfGeneration(game, (path, *others))
        if not whole.enforces(path.index, path.point):
            continue
        strategy = whole.automaton(Mixture({0: Fraction(1)}, exact=True))
        few = len(strategy.states) <= NUMERICS.most_verified_states
        if whole.is_proven() or (few and verify_automaton(game, strategy, exact=True).holds):
            return strategy
    return None


def _generations(game: RepeatedGame) -> Iterator[SelfGeneration]:
    near = equilibrium_payoffs(RepeatedGame(game.stage, float(game.exact_discount_factors[0])))
    if near.is_empty:
        return
    yield from penal_codes(game, near.threats.tolist())
    found = equilibrium_payoffs(game)
    for generation in (from_outer(found), from_inner(found)):
        if generation is not None:
            yield generation
            yield sharpened(generation)


def _closed(
    target: _Target, low: Fraction, high: Exact, strategy: Automaton, *, exact: bool = True
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
        _binding(target, at, strategy),
        "complete" if width <= NUMERICS.closed_bracket else "partial",
        METHOD,
        strategy,
        f"{certified}; {excluded}" if exact else f"{certified}; {excluded}; no closed form was found",
        ((high, Fraction(1)),) if exact else (),
    )


def _binding(target: _Target, delta: Fraction, strategy: Automaton) -> Binding | None:
    """Return what binds: on the path, else in another's punishment, else in a player's own."""
    game = RepeatedGame(target.stage, float(delta))
    values = value(game, strategy).values
    ranges = np.ptp(target.stage.payoffs.reshape(-1, 2), axis=0)
    ranges[ranges == 0.0] = 1.0
    found: list[tuple[bool, int, float, Binding]] = []
    for s, state in enumerate(strategy.states):
        index = target.stage.profile_index(strategy.actions[state])
        for i, player in enumerate(target.stage.players):
            own = unilateral_payoffs(target.stage.payoffs, index, i)
            for a, action in enumerate(target.stage.actions[i]):
                if a == index[i]:
                    continue
                key = target.stage.labels((*index[:i], a, *index[i + 1 :]))
                after = strategy.next_states(state, key)
                # In shares of the player's own range.
                margin = _margin(values[:, i], strategy, after, s, float(delta), float(own[a])) / ranges[i]
                rank = 0 if state == strategy.initial else 2 if state in after else 1
                binding = Binding(player, action, strategy.actions[state][i], state)
                loose = margin > NUMERICS.binding_at_threshold
                found.append((loose, 0 if loose else rank, margin, binding))
    return min(found, key=lambda row: row[:3])[3] if found else None


def _margin(
    values: FloatArray,
    strategy: Automaton,
    after: dict[str, float | Fraction],
    s: int,
    delta: float,
    now: float,
) -> float:
    later = sum(float(p) * float(values[strategy.states.index(state)]) for state, p in after.items())
    return float(values[s]) - (1.0 - delta) * now - delta * later


def _temptation(target: _Target, player: int) -> Binding:
    own = unilateral_payoffs(target.stage.exact_payoffs(), target.index, player)
    action = target.stage.actions[player][own.index(max(own))]
    return Binding(target.stage.players[player], action, target.profile[player], ", ".join(target.profile))


def threshold_candidates(
    stage: StageGame, low: float, high: float, rewards: Sequence[Fraction]
) -> list[Fraction]:
    """Return fractions in [low, high] at which a constraint with rational numbers may begin to hold.

    Parameters
    ----------
    stage : StageGame
        Two players.
    low, high : float
        The bracket.
    rewards : pair of Fraction
        The payoffs of the profile that is sustained; tried alone where all payoffs are too many.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> threshold_candidates(stage, 0.142, 0.143, (Fraction(9), Fraction(9)))
    [Fraction(1, 7)]
    """
    found: set[Fraction] = set()
    for player in (0, 1):
        found |= _closed_forms(stage, low, high, player, rewards[player])
    simple = _simplest(as_fraction(max(low, 0.0)), as_fraction(min(high, 1.0)))
    if simple.denominator <= NUMERICS.simple_denominator:
        found.add(simple)
    return sorted(delta for delta in found if 0 < delta < 1)


def _closed_forms(stage: StageGame, low: float, high: float, player: int, reward: Fraction) -> set[Fraction]:
    exact = stage.exact_payoffs()
    own = exact[..., player]
    best = own.max(axis=player)
    gains = sorted(
        {
            as_fraction(max(line)) - as_fraction(u)
            for index in np.ndindex(stage.n_actions)
            for line in [unilateral_payoffs(exact, index, player)]
            for u in [line[index[player]]]
        }
    )
    gains = [gain for gain in gains if gain > 0]
    worst = sorted({as_fraction(w) for w in best.ravel()})
    rewards = sorted({as_fraction(r) for r in own.ravel()})
    if len(gains) * len(worst) * len(rewards) > NUMERICS.most_products:
        rewards = [reward]
    g, r, w = (np.array([float(x) for x in xs]) for xs in (gains, rewards, worst))
    stake = r[:, None] - w[None, :]
    found: set[Fraction] = set()
    for k, gain in enumerate(g.tolist()):
        with np.errstate(divide="ignore", invalid="ignore"):
            delta = np.where(stake > 0.0, gain / (gain + stake), -1.0)
        for a, b in np.argwhere((delta >= low) & (delta <= high)).tolist():
            found.add(gains[k] / (gains[k] + rewards[a] - worst[b]))
    return found


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the least denominator in [low, high], by continued fractions."""
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    floor = low.numerator // low.denominator
    return floor + 1 / _simplest(1 / (high - floor), 1 / (low - floor))
