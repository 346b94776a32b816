"""The three kinds of game are one: a repeated game has one state, and perfect monitoring reveals all."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.self_generation import verify_payoff_set, verify_state_payoff_sets
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSet, StatePayoffSets
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs

BARE = {
    "outer": np.empty((0, 2)),
    "threats": np.zeros(2),
    "status": "complete",
    "method": "hand",
    "reason": "",
    "iterations": 0,
    "residual": 0.0,
    "size": 1.0,
    "gap": 0.0,
}


@st.composite
def certificates(draw):
    """Draw a payoff set of a small game as it was found, shrunk, enlarged, or with a continuation moved."""
    entries = st.integers(-4, 4)
    rows = draw(
        st.lists(st.lists(st.tuples(entries, entries), min_size=2, max_size=2), min_size=2, max_size=3)
    )
    game = RepeatedGame(
        StageGame(rows), draw(st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(3, 4)]))
    )
    found = equilibrium_payoffs(game)
    if found.is_empty:
        return game, found
    centre = found.inner.mean(axis=0)
    size = draw(st.sampled_from([1.0, 0.75, 1.25]))
    moved = found.continuations.copy()
    moved[draw(st.integers(0, len(moved) - 1))] += draw(st.sampled_from([0.0, 0.25]))
    return game, replace(found, inner=centre + size * (found.inner - centre), continuations=moved)


def told(verdict):
    """Return a verdict without its concept and the names in it."""
    return verdict.holds, float(verdict.margin), verdict.checked, verdict.exact


@given(certificates(), st.booleans())
def test_a_repeated_game_is_a_stochastic_game_of_one_state(certificate, exact):
    game, found = certificate
    ones = np.ones((1, *game.stage.n_actions, 1), dtype=int)
    one = StochasticGame.from_stages({"0": game.stage}, ones, game.discount_factor)
    part = StatePayoffSet(
        game=one,
        state="0",
        inner=found.inner,
        profiles=found.profiles,
        continuations=found.continuations,
        **BARE,
    )
    family = verify_state_payoff_sets(one, StatePayoffSets(one, (part,), "complete", "", ""), exact=exact)
    plain = verify_payoff_set(game, found, exact=exact)
    # Exactly, one vertex and its profile leave no choice of the continuation; then fractions are tried.
    assert told(plain) == told(family) or (exact and plain.holds)
    if not exact and plain.deviation is not None:
        where = plain.deviation.state.partition(": the ")[0]
        assert family.deviation.state.startswith(f"0: {where}")


@given(certificates())
def test_perfect_monitoring_is_a_signal_that_reveals_all(certificate):
    game, found = certificate
    stage = game.stage
    total = int(np.prod(stage.n_actions))
    seen = PublicSignal(np.eye(total).reshape(*stage.n_actions, total))
    later = np.repeat(found.continuations[:, None, :], total, axis=1)
    for k, position in enumerate(found.profiles):
        own = np.unravel_index(position, stage.n_actions)
        for y in range(total):
            unlike = [i for i in (0, 1) if np.unravel_index(y, stage.n_actions)[i] != own[i]]
            if len(unlike) == 1:
                later[k, y] = found.inner[found.inner[:, unlike[0]].argmin()]
    public = PayoffSet(
        game=RepeatedGame(stage, game.discount_factor, seen),
        inner=found.inner,
        profiles=found.profiles,
        continuations=later,
        **BARE,
    )
    one, other = verify_payoff_set(game, found), verify_payoff_set(public.game, public)
    assert (one.holds, one.checked) == (other.holds, other.checked)
    assert float(one.margin) == pytest.approx(float(other.margin), abs=1e-12)


@pytest.mark.parametrize("exact", [False, True])
def test_each_condition_fails_by_itself(dilemma, exact):
    # The dilemma at 1/2: cooperating for ever pays 9, defecting for ever 3, and defecting once gains 1.
    def verdict(*vertices):
        inner, later, profiles = (np.array(part) for part in zip(*vertices, strict=True))
        game = RepeatedGame(dilemma, 0.5)
        held = PayoffSet(game=game, inner=inner, continuations=later, profiles=profiles, **BARE)
        return verify_payoff_set(game, held, exact=exact)

    peace, war = ((9.0, 9.0), (9.0, 9.0), 0), ((3.0, 3.0), (3.0, 3.0), 3)
    assert verdict(peace, war).margin == min(0.5 * 6 - 0.5, 0.5 * 2, 0)
    tempted = verdict(peace)
    assert (tempted.holds, tempted.margin, tempted.deviation.gain) == (False, -0.5, 0.5)
    outside = verdict(((3.25, 3.25), (3.5, 3.5), 3))
    assert (outside.holds, outside.margin) == (False, -0.25)
    assert outside.deviation.state.endswith("the continuation lies outside the set by 0.25")
    apart = verdict(((3.5, 3.5), (3.5, 3.5), 3))
    assert (apart.holds, apart.margin) == (False, -0.25)
    assert apart.deviation.state.endswith("the vertex lies outside what is generated by 0.25")


def test_an_empty_set_holds_and_what_does_not_fit_is_refused(dilemma):
    game = RepeatedGame(dilemma, 0.5)
    found = equilibrium_payoffs(game)
    empty = replace(
        found, inner=np.empty((0, 2)), continuations=np.empty((0, 2)), profiles=np.empty(0, dtype=int)
    )
    assert verify_payoff_set(game, empty, exact=True).margin == float("inf")
    with pytest.raises(InvalidStrategy, match="must have as many `profiles` as inner vertices"):
        verify_payoff_set(game, replace(found, profiles=found.profiles[:1]))
    with pytest.raises(InvalidStrategy, match="must be a position from 0 to 3"):
        verify_payoff_set(game, replace(found, profiles=found.profiles + 4))
    blind = RepeatedGame(dilemma, 0.5, PublicSignal(np.full((2, 2, 3), 1 / 3)))
    with pytest.raises(InvalidStrategy, match="`continuations` of shape"):
        verify_payoff_set(blind, found)
