"""Sizes and limits of estimation are those that decisions 53, 56 and 57 and the papers name."""

from negotiation.truces.estimation.numerics import NUMERICS, SURROGATE


def test_steps_are_in_turn_what_the_decisions_say():
    # Wide ones and short ones around the fit, halves and fifths of the parameters anew.
    assert sorted(set(NUMERICS.steps)) == [("anew", 0.2), ("anew", 0.5), ("around", 0.5), ("around", 0.9)]
    settling = NUMERICS.settling_steps
    assert len(NUMERICS.steps) == len(settling) == NUMERICS.chain - 1 == 7
    assert ("anew", 0.5) not in settling  # with 31 parameters one in 28 was taken
    assert [kind for kind, _ in settling].count("inner") == 4
    assert all(0 < width < 1 for _, width in (*NUMERICS.steps, *settling))
    assert 7 * NUMERICS.most_sweeps == 448


def test_limits_fit_one_another():
    assert NUMERICS.least_effective == 0.5  # Chopin (2002)
    assert NUMERICS.least_effective < NUMERICS.renewed_below < 1
    assert 2**-NUMERICS.halvings < 1e-12
    assert NUMERICS.rise == NUMERICS.lag / 2
    assert NUMERICS.correlated**2 <= 0.011
    assert NUMERICS.chunk * 16 == 256  # two cores eight times over at 256 particles
    assert NUMERICS.kept_block < 32e6
    assert NUMERICS.sweeps_at_first * 7 >= 14
    assert 4 * SURROGATE.angle > 1.5  # four steps turn a draw by more than a right angle
    assert SURROGATE.fitted_to_at_least + 30 * SURROGATE.fitted_to_each == SURROGATE.fitted_to
    assert SURROGATE.fitted_to < SURROGATE.kept
    assert (NUMERICS.inside, SURROGATE.flat) == (1e-9, 1e-9)
