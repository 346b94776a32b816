from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.game_theory.games.issue_signal import alarm_chances, independent_signals
from negotiation.game_theory.games.product import product_game
from negotiation.game_theory.games.slips import slip_kernel, stage_under_slips

CHANCES = st.fractions(0, 1, max_denominator=12)


@st.composite
def noise(draw):
    """Draw slip, ambiguity, miss and failed breach with ambiguity + miss below 1."""
    ambiguity = draw(st.integers(0, 11))
    miss = draw(st.integers(0, 11 - ambiguity))
    return draw(CHANCES), Fraction(ambiguity, 12), Fraction(miss, 12), draw(CHANCES)


@st.composite
def issues(draw, least=1, most=3):
    """Draw issues between two players with the signal of each: calm, alarm or two kinds of alarm."""
    found = []
    for k in range(draw(st.integers(least, most))):
        counts = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
        payoffs = draw(st.lists(st.integers(-5, 5), min_size=2 * prod(counts), max_size=2 * prod(counts)))
        labels = [[f"{player}{k}{a}" for a in range(n)] for player, n in zip("ab", counts, strict=True)]
        stage = StageGame(np.reshape(payoffs, (*counts, 2)), ("A", "B"), labels)
        size = draw(st.integers(2, 3))
        weights = st.lists(st.integers(0, 4), min_size=size, max_size=size).filter(any)
        rows = [
            [Fraction(w, sum(drawn)) for w in drawn] for drawn in (draw(weights) for _ in range(prod(counts)))
        ]
        found.append(
            (
                stage,
                PublicSignal(np.reshape(np.array(rows), (*counts, size)), ("calm", "alarm", "loud")[:size]),
            )
        )
    return found


@given(issues())
def test_the_product_multiplies_what_each_issue_says_at_its_own_profile(drawn):
    stages, signals = zip(*drawn, strict=True)
    joint, full = product_game(*stages), independent_signals(*signals)
    assert full.n_actions == joint.n_actions
    for profiles in product(*(np.ndindex(stage.n_actions) for stage in stages)):
        label = tuple(
            "|".join(stage.actions[i][index[i]] for stage, index in zip(stages, profiles, strict=True))
            for i in range(2)
        )
        row = full.exact_probabilities()[joint.profile_index(label)]
        for y, parts in enumerate(product(*(signal.signals for signal in signals))):
            assert row[y] == prod(
                signal.exact_probabilities()[index][signal.signal_index(part)]
                for signal, index, part in zip(signals, profiles, parts, strict=True)
            )


@given(noise())
def test_an_alarm_is_what_slips_and_readings_make_of_an_intent(drawn):
    # Enumerated: the agency implements or not, and then the clause is read right or wrong.
    slip, ambiguity, miss, failed = drawn
    kernel = [[1 - slip, slip], [failed, 1 - failed]]
    reading = [[1 - ambiguity, ambiguity], [miss, 1 - miss]]
    chances, rough = alarm_chances(*drawn), alarm_chances(*map(float, drawn))
    assert abs(rough.false_alarm - chances.false_alarm) < 1e-12
    assert abs(rough.detection - chances.detection) < 1e-12
    for intent, expected in ((0, chances.false_alarm), (1, chances.detection)):
        assert sum(kernel[intent][x] * reading[x][1] for x in range(2)) == expected


@given(st.data())
def test_payoffs_of_intentions_average_over_what_is_implemented(any_stage, data):
    stage = data.draw(any_stage)
    kernels = {}
    for player, count in zip(stage.players, stage.n_actions, strict=True):
        up = data.draw(st.fractions(0, Fraction(1, 2), max_denominator=8))
        down = data.draw(st.fractions(0, Fraction(1, 2), max_denominator=8))
        kernels[player] = slip_kernel(count, up, down)
    meant = stage_under_slips(stage, kernels).exact_payoffs()
    rough = stage_under_slips(stage, {p: k.astype(float) for p, k in kernels.items()})
    np.testing.assert_allclose(rough.payoffs, meant.astype(float), atol=1e-12)
    for index in np.ndindex(stage.n_actions):
        total = 0
        for done in np.ndindex(stage.n_actions):
            chance = prod(kernels[p][i, j] for p, i, j in zip(stage.players, index, done, strict=True))
            total = total + chance * stage.exact_payoffs()[done]
        assert (meant[index] == total).all()
