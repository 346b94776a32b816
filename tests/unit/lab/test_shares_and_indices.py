"""Shares, Sobol indices and those of claims: what they are of, what they say, and where there are none."""

from types import SimpleNamespace

import numpy as np
import pytest
from measures import refused
from scipy.stats import binomtest

from negotiation.errors import MissingPackage
from negotiation.lab import designs, sensitivity, share, sobol_indices, space
from negotiation.lab.claim_indices import ClaimIndices, claim_indices
from negotiation.lab.frames import Frame, typed_column
from negotiation.lab.result import Sweep
from negotiation.lab.sensitivity import SobolIndices
from negotiation.truces.claims import claim
from tests.us_china import SCENARIO


def swept(design, replications=1, **columns):
    """Return a run with these columns, over a design."""
    experiment = SimpleNamespace(space=design, replications=replications)
    typed = {name: typed_column(list(values), text=False) for name, values in columns.items()}
    return Sweep(experiment, Frame(typed, {}), 0, 0, 0, 0, "", {}, None, 1.0)


# --- shares ------------------------------------------------------------------------------------------------


def test_a_share_is_of_truth_values_that_are_there():
    ten = space.draws(10, {"x": (0, 1)})
    found = share(swept(ten, y=[True] * 3 + [False] * 4 + [None]), "y", level=0.9)
    low, high = binomtest(3, 7).proportion_ci(0.9, "wilson")
    assert (found.what, found.holds, found.draws, found.value) == ("y", 3, 7, 3 / 7)
    assert (found.low, found.high, found.level, found.method) == (low, high, 0.9, "Wilson 1927")
    assert (found.status, found.reason) == ("partial", "3 draws failed or are missing, and are not counted")
    twice = share(swept(ten, 2, y=[True] * 20), "y")
    assert (twice.status, twice.reason, twice.level) == ("complete", "all draws are counted", 0.95)
    assert share(swept(ten, 2, y=[True] * 10), "y").reason.startswith("10 draws")
    assert share(swept(ten, y=[1, 0] * 5), "y").value == 0.5  # as they come back where one is a number
    for values, words in (([0.0, 1.0], "'y' holds numbers"), ([None, 0.5], "'y' holds numbers"),
                          ([2, 1], "needs truth values"), ([None], "needs truth values")):  # fmt: skip
        assert words in refused(share, swept(ten, y=values), "y")
    for nothing in ([None, None], [float("nan")]):
        assert "holds numbers or nothing" in refused(share, swept(ten, y=nothing), "y")


# --- indices of a sweep ------------------------------------------------------------------------------------

BOX = {"a": (0, 1), "b": (0, 10), "c": (1, 2)}


@pytest.fixture
def analysed(monkeypatch):
    """Stand in for SALib's analysis: give what it was asked, and what it is to say."""
    asked = {}
    says = {"S1": [0.1, 0.5, 0.2], "ST": [0.2, 0.6, 0.05], "S1_conf": [0.01, 0.02, 0.03],
            "ST_conf": [0.04, 0.09, 0.05]}  # fmt: skip

    def analyze(problem, values, **how):
        asked.update(problem=problem, values=values, **how)
        return {name: values[: problem["num_vars"]] for name, values in says.items()}

    monkeypatch.setattr(sensitivity, "salib", lambda _: SimpleNamespace(analyze=analyze))
    return asked, says


def heights(design):
    return np.arange(len(design), dtype=float) * 3 + 7


def test_indices_need_all_of_a_scheme_finite_and_varying(analysed):
    design = space.saltelli(4, BOX)
    whole = heights(design)
    assert "'y' is 2.0 in every cell" in refused(sobol_indices, swept(design, y=whole * 0 + 2), "y")
    some = swept(design, y=whole[:-1])
    assert "in all 20 cells; cells computed: 19, of which without a finite value: 0" in refused(
        sobol_indices, some, "y"
    )
    for bad in (np.nan, np.inf):
        odd = whole.copy()
        odd[[1, 3]] = bad
        assert "cells computed: 20, of which without a finite value: 2" in refused(
            sobol_indices, swept(design, y=odd), "y"
        )
    for other, replications in ((space.draws(20, BOX), 1), (design, 2)):
        said = refused(sobol_indices, swept(other, replications, y=whole), "y")
        assert "`space.saltelli(...)` and `replications=1`" in said
    for level in (0.0, 1.0, -1, 2, "x"):
        assert refused(share, None, "y", level=level).endswith(f"got {level!r}")
        assert refused(sobol_indices, None, "y", level=level).endswith(f"got {level!r}")
    for resamples in (1, 0, 2.0, True):
        assert refused(sobol_indices, None, "y", resamples=resamples).endswith(f"got {resamples!r}")
    assert refused(sobol_indices, None, "y", seed="x").endswith("at least 0; got 'x'")
    assert sobol_indices(swept(design, y=whole), "y", level=0.9, resamples=2, seed=4).resamples == 2
    asked, _ = analysed
    assert (asked["conf_level"], asked["num_resamples"], asked["seed"]) == (0.9, 2, 5)  # 0 is no seed there


def test_ties_of_totals_stand_and_a_missing_package_says_which():
    arrays = [np.array([0.1, 0.2]), np.array([0.5, 0.7]), np.array([0.3, 0.4]), np.array([0.6, 0.8])]
    found = SobolIndices("m", ("a", "b"), *arrays, 0.9, 7, "complete", "")
    assert found.table().rows == (("b", 0.2, 0.4, 0.7, 0.8), ("a", 0.1, 0.3, 0.5, 0.6))
    with pytest.raises(MissingPackage, match=r"pip install '\.\[sensitivity\]'"):
        designs.salib("none.such")


# --- indices of claims -------------------------------------------------------------------------------------


def index(claim, names, totals):
    values = np.array(totals, dtype=float)
    arrays = values / 2, values.copy(), values / 4, values / 4
    return SobolIndices(claim, tuple(names), *arrays, 0.95, 100, "complete", "")


def test_parameters_of_note_are_those_with_an_index_in_some_claim():
    found = ClaimIndices((index("one", "zb", [0.04999, 0.3]), index("two", "bz", [0.01, 0.05])), 8)
    names, grid = found.shown()
    assert (names, grid.tolist()) == (("b", "z"), [[0.3, 0.04999], [0.01, 0.05]])
    none = ClaimIndices((index("one", "a", [-0.2]),), 8).shown()
    assert (none[0], none[1].shape) == ((), (1, 0))


FEW = ["leverage_outweighs_gain", "clocks_honest", "restraint_not_renegotiation_proof"]


@pytest.fixture(scope="module")
def found():
    pytest.importorskip("SALib")
    return claim_indices(SCENARIO, FEW, base=32, most=4)


@pytest.mark.long
def test_indices_are_the_same_to_the_bit_for_a_seed(found):
    assert str(found) == str(claim_indices(SCENARIO, FEW, base=32, most=4))


def test_the_renewal_probability_is_all_that_moves_an_honest_clock(found):
    """Its margin is the renewal probability less a threshold of a few thousandths."""
    one = found["clocks_honest"]
    assert one.total[one.names.index("state.renewal_probability")] == pytest.approx(1.0, abs=0.05)
    assert np.delete(one.total, one.names.index("state.renewal_probability")).max() < 0.01


def test_a_claim_that_does_not_apply_everywhere_has_no_index_and_says_why(found):
    one = found["restraint_not_renegotiation_proof"]
    assert (one.names, one.reason) == ((), "it does not apply at every draw")
    assert found.status == "partial"
    assert "restraint_not_renegotiation_proof: it does not apply" in found.reason


def test_no_more_parameters_are_varied_than_allowed_and_only_needed_ones(found):
    for one in found:
        assert len(one.names) <= 4
        assert set(one.names) <= set(claim(one.measure).needs(SCENARIO))
