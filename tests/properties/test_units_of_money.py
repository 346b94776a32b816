"""Where players can pay each other, neither the unit of all payoffs nor a player's zero changes an answer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng

KINDS = ["three players", "a public signal", "states seen", "actions seen", "bargained anew"]


def solved(kind, payoffs, chances, delta):
    """Return the game of a kind and what is found of it."""
    if kind in KINDS[:2]:
        signal = ng.PublicSignal(chances) if kind == "a public signal" else None
        game = ng.RepeatedGame(ng.StageGame(payoffs), delta, signal)
        return game, ng.equilibrium_payoffs(game, transfers=True)
    game = ng.StochasticGame([payoffs, payoffs[::-1]], [chances, chances], delta)
    if kind == "bargained anew":
        return game, ng.negotiation_equilibrium(game, negotiation_probability=0.25, horizon=5)
    observed = "states" if kind == "states seen" else "actions"
    return game, ng.equilibrium_payoffs(game, transfers=True, observed=observed)


def parts(found):
    return getattr(found, "sets", (found,))


def numbers(found):
    """Return joint and worst payoffs of all states as one array."""
    if hasattr(found, "worst"):
        return np.column_stack([found.joint, found.worst])
    return np.array([[part.joint, *part.threats] for part in parts(found)])


def better(found, gift):
    """Return the result with a joint payoff that is too high."""
    if hasattr(found, "worst"):
        return replace(found, joint=found.joint + gift)
    changed = tuple(replace(part, joint=part.joint + gift) for part in parts(found))
    return replace(found, sets=changed) if hasattr(found, "sets") else changed[0]


@pytest.mark.long
@settings(max_examples=60)
@given(
    st.integers(0, 10_000), st.sampled_from(KINDS), st.sampled_from([0.3, 0.75]), st.integers(-12, 12),
    st.lists(st.sampled_from([None, 0.0, 7.0]), min_size=3, max_size=3),
    st.tuples(*[st.integers(-50, 50)] * 3),
)  # fmt: skip
def test_the_unit_of_all_payoffs_and_zeros_change_no_answer(seed, kind, delta, power, constants, zeros):
    rng, unit = np.random.default_rng(seed), 10.0**power
    counts = (2, 1, 2) if kind == "three players" else (2, 2)
    payoffs = rng.integers(0, 15, (*counts, len(counts))).astype(float)
    for i, constant in enumerate(constants[: len(counts)]):
        if constant is not None:
            payoffs[..., i] = constant
    chances = rng.dirichlet([0.5, 0.5], size=counts)
    game, found = solved(kind, payoffs, chances, delta)
    shift = np.array(zeros[: len(counts)], dtype=float)
    scaled_game, scaled = solved(kind, (payoffs + shift) * unit, chances, delta)
    assert scaled.status == found.status
    moved = numbers(found) + np.append(shift.sum(), shift)
    assert numbers(scaled) / unit == pytest.approx(moved, abs=1e-8, nan_ok=True)
    if found.status == "failed" or not np.isfinite(numbers(found)).all():
        return
    span = np.ptp(payoffs, axis=(*range(len(counts)),)).max()
    for g, result, size in ((game, found, 1.0), (scaled_game, scaled, unit)):
        assert ng.verify(g, result).holds
        if span:
            assert not ng.verify(g, better(result, 1e-6 * span * size)).holds


def test_rounding_is_no_shortfall_where_all_payoffs_are_constant():
    payoffs = np.broadcast_to([1e7, 2e8], (2, 2, 2))
    game, found = solved("bargained anew", payoffs, np.full((2, 2, 2), 0.5), 0.3)
    assert ng.verify(game, found).holds
    assert not ng.verify(game, better(found, 1.0)).holds
