"""Sizes and limits of estimation are those that decisions 53, 56 and 57 and the papers name."""

import inspect

from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.numerics import NUMERICS, SURROGATE
from negotiation.truces.estimation.predictive_checks import predictive_checks


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
    assert NUMERICS.kept_block == 30 * 1024**2 < 32e6  # what glibc learns from
    assert NUMERICS.sweeps_at_first * 7 >= 14
    assert 4 * SURROGATE.angle > 1.5  # four steps turn a draw by more than a right angle
    assert SURROGATE.fitted_to_at_least + 30 * SURROGATE.fitted_to_each == SURROGATE.fitted_to
    assert SURROGATE.fitted_to < SURROGATE.kept
    assert (NUMERICS.inside, SURROGATE.flat) == (1e-9, 1e-9)


def test_chains_and_the_stand_in_have_the_sizes_that_were_measured():
    """Lags, costs and coverage in decisions 56 and 57 are of these; with others they would not hold."""
    told = NUMERICS.rise, NUMERICS.correlated, NUMERICS.most_sweeps, NUMERICS.chain, NUMERICS.sweeps_at_first
    assert told == (0.25, 0.1, 64, 8, 2)
    assert (NUMERICS.renewed_below, NUMERICS.lag, NUMERICS.halvings, NUMERICS.chunk) == (0.7, 0.5, 40, 16)
    assert (SURROGATE.few, SURROGATE.kept, SURROGATE.fitted_to, SURROGATE.directions) == (8, 2000, 400, 10)
    told = SURROGATE.walkers, SURROGATE.fits, SURROGATE.pilot, SURROGATE.paths, SURROGATE.steps
    assert told == (32, 2, 10, 6, 4)
    assert (SURROGATE.angle, SURROGATE.shortest, SURROGATE.longer, SURROGATE.taken) == (0.6, 0.5, 1.2, 0.8)
    assert (SURROGATE.near, SURROGATE.floor, SURROGATE.noisiest, SURROGATE.even) == (8.0, 300.0, 100.0, 0.05)
    assert (SURROGATE.widths, SURROGATE.noises, SURROGATE.rounds) == ((0.5, 1.0), (0.02, 0.2), 3)


def test_steps_of_chains_are_in_their_measured_order():
    assert NUMERICS.settling_steps == (
        ("inner", 0.9), ("anew", 0.2), ("inner", 0.5), ("inner", 0.9), ("around", 0.5), ("anew", 0.2),
        ("inner", 0.5),
    )  # fmt: skip
    assert NUMERICS.steps == (
        ("around", 0.9), ("anew", 0.5), ("around", 0.5), ("anew", 0.2), ("around", 0.9), ("anew", 0.5),
        ("around", 0.5),
    )  # fmt: skip


def test_a_fit_is_of_512_particles_on_four_islands_until_they_settle_unless_told_otherwise():
    told = {name: p.default for name, p in inspect.signature(fit).parameters.items()}
    del told["model"]
    assert told == {
        "particles": 512, "islands": 4, "seed": 0, "sweeps": None, "lag": True, "executor": None,
        "kept": None, "progress": None,
    }  # fmt: skip
    checks = inspect.signature(predictive_checks).parameters
    assert (checks["records"].default, checks["seed"].default) == (200, 0)
