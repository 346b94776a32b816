"""Shares, Sobol indices and those of claims: what they are of, what they say, and where there are none."""

from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.errors import InvalidExperiment, MissingPackage
from negotiation.lab import claim_indices as module
from negotiation.lab import designs, sensitivity, share, sobol_indices, space
from negotiation.lab.claim_indices import ClaimIndex, ClaimIndices, claim_indices
from negotiation.lab.frames import Frame, typed_column
from negotiation.lab.result import Sweep
from negotiation.lab.sensitivity import SobolIndices
from negotiation.lab.shares import Share, interval
from negotiation.truces.claims import UnknownClaim, claims
from negotiation.truces.claims.definition import Claim
from tests.us_china import SCENARIO as WORLD


def swept(design, replications=1, **columns):
    """Return a run with these columns, over a design."""
    experiment = SimpleNamespace(space=design, replications=replications)
    typed = {name: typed_column(list(values), text=False) for name, values in columns.items()}
    return Sweep(experiment, Frame(typed, {}), 0, 0, 0, 0, "", {}, None, 1.0)


def refused(make, *arguments, **named):
    with pytest.raises(InvalidExperiment) as caught:
        make(*arguments, **named)
    return str(caught.value)


# --- shares ------------------------------------------------------------------------------------------------


def test_a_share_is_of_truth_values_that_are_there():
    ten = space.draws(10, {"x": (0, 1)})
    found = share(swept(ten, y=[True] * 3 + [False] * 4 + [None]), "y", level=0.9)
    low, high = interval(3, 7, level=0.9)
    assert (found.what, found.holds, found.draws, found.value) == ("y", 3, 7, 3 / 7)
    assert (found.low, found.high, found.level, found.method) == (low, high, 0.9, "wilson")
    assert (found.status, found.reason) == ("partial", "3 draws failed or are missing, and are not counted")
    twice = share(swept(ten, 2, y=[True] * 20), "y", method="clopper_pearson")
    assert (twice.status, twice.reason, twice.level) == ("complete", "all draws are counted", 0.95)
    assert (twice.low, twice.high) == interval(20, 20, method="clopper_pearson")
    assert share(swept(ten, 2, y=[True] * 10), "y").reason.startswith("10 draws")
    assert share(swept(ten, y=[1, 0] * 5), "y").value == 0.5  # as they come back where one is a number
    for values, words in (([0.0, 1.0], "'y' holds numbers"), ([None, 0.5], "'y' holds numbers"),
                          ([2, 1], "needs truth values"), ([None], "needs truth values")):  # fmt: skip
        assert words in refused(share, swept(ten, y=values), "y")
    for nothing in ([None, None], [float("nan")]):
        assert "it holds other numbers, or nothing" in refused(share, swept(ten, y=nothing), "y")


def test_the_table_of_a_share_says_its_level_and_kind():
    found = Share("it", 3, 12, 0.1, 0.4, 0.9, "wilson")
    assert (found.value, found.status, found.reason) == (0.25, "complete", "all draws are counted")
    assert found.table().title == "share of draws, 90% interval (wilson)"
    assert found.table().columns == ("holds", "share", "low", "high", "draws holding", "draws")
    assert found.table().rows == (("it", 0.25, 0.1, 0.4, 3, 12),)


def test_counts_levels_and_kinds_that_cannot_be_are_told():
    for holds, draws, level in ((-1, 5, 0.9), (6, 5, 0.9), (0, 0, 0.9), (1, 5, 0.0), (1, 5, 1.0)):
        said = refused(interval, holds, draws, level=level)
        assert said.endswith(f"got {holds}, {draws}, {level}")
    assert "no interval 'exact'; allowed: wilson, clopper_pearson" in refused(interval, 1, 5, method="exact")
    # By hand: at z = 1.96 and 1 of 4, (p + z z / 2n +- z sqrt(p q / n + z z / 4 n n)) / (1 + z z / n).
    z, p, n = 1.959963984540054, 0.25, 4
    root = np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    ends = [(p + z * z / (2 * n) + side * z * root) / (1 + z * z / n) for side in (-1, 1)]
    assert interval(1, 4) == pytest.approx(ends)
    assert interval(0, 4)[0] == 0.0
    assert interval(4, 4)[1] == 1.0
    assert interval(1, 4)[0] == pytest.approx(1 - interval(3, 4)[1])
    low, high = interval(1, 4, method="clopper_pearson")
    assert (low, high) != pytest.approx(interval(1, 4))
    # Of one of four the lower end l has 1 - (1 - l)^4 = 2.5 percent.
    assert 1 - (1 - low) ** 4 == pytest.approx(0.025)
    assert (1 - high) ** 4 + 4 * high * (1 - high) ** 3 == pytest.approx(0.025)


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


@pytest.mark.parametrize(
    ("totals", "widths", "wide"),
    [([0.2, 0.6, 0.05], [0.1, 0.1, 0.1], []), ([0.2, 0.6, 0.05], [0.2, 0.6, 0.11], ["c"]),
     ([0.2, 0.6, 0.05], [0.21, 0.61, 0.1], ["a", "b"]), ([0.0, 0.6, 0.05], [0.1, 0.0, 0.2], ["c"])],
)  # fmt: skip
def test_an_interval_is_wide_beyond_its_index_and_a_tenth(analysed, totals, widths, wide):
    says = analysed[1]
    says |= {"ST": totals, "ST_conf": widths}
    design = space.saltelli(4, BOX)
    found = sobol_indices(swept(design, y=heights(design)), "y")
    if wide:
        told = f"the intervals of {', '.join(wide)} are wide: use more points"
        assert (found.status, found.reason) == ("partial", told)
    else:
        assert (found.status, found.reason) == (
            "complete", "the widest interval of a total index is +-0.1 (a)",
        )  # fmt: skip


def test_indices_need_all_of_a_scheme_finite_and_varying(analysed):
    design = space.saltelli(4, BOX)
    whole = heights(design)
    assert "'y' is 2.0 in every cell" in refused(sobol_indices, swept(design, y=whole * 0 + 2), "y")
    some = swept(design, y=whole[:-1])
    assert "in all 20 cells; 19 are there, 0 of them not finite" in refused(sobol_indices, some, "y")
    for bad in (np.nan, np.inf):
        odd = whole.copy()
        odd[[1, 3]] = bad
        assert "20 are there, 2 of them not finite" in refused(sobol_indices, swept(design, y=odd), "y")
    for other, replications in ((space.draws(20, BOX), 1), (design, 2)):
        said = refused(sobol_indices, swept(other, replications, y=whole), "y")
        assert "space.saltelli(...), without replications" in said
    for level in (0.0, 1.0, -1, 2):
        assert refused(sobol_indices, None, "y", level=level).endswith(f"got {level!r}")
    for resamples in (1, 0, 2.0, True):
        assert refused(sobol_indices, None, "y", resamples=resamples).endswith(f"got {resamples!r}")
    assert sobol_indices(swept(design, y=whole), "y", resamples=2).resamples == 2


def test_ties_of_totals_stand_and_a_missing_package_says_which():
    arrays = [np.array([0.1, 0.2]), np.array([0.5, 0.7]), np.array([0.3, 0.4]), np.array([0.6, 0.8])]
    found = SobolIndices("m", ("a", "b"), *arrays, 0.9, 7, "complete", "")
    assert found.table().rows == (("b", 0.2, 0.4, 0.7, 0.8), ("a", 0.1, 0.3, 0.5, 0.6))
    with pytest.raises(MissingPackage, match=r"pip install '\.\[sensitivity\]'"):
        designs.salib("none.such")


# --- indices of claims -------------------------------------------------------------------------------------


def index(claim, names, totals, reason=""):
    values = np.array(totals, dtype=float)
    return ClaimIndex(claim, tuple(names), values / 2, values.copy(), values / 4, reason)


def test_indices_of_claims_are_found_by_name_and_partial_where_one_is():
    one, two = index("clocks_honest", "ab", [0.1, 0.9]), index("leverage_outweighs_gain", "c", [0.2])
    both = ClaimIndices((one, two), 16)
    assert (len(both), list(both), both["leverage_outweighs_gain"]) == (2, [one, two], two)
    assert (both.status, both.reason, both.method) == ("complete", "", "Saltelli 2010, SALib")
    assert (
        "'tariffs_above_short_run_nash' was not measured; measured: ['clocks_honest', 'leverage"
        in refused(both.__getitem__, "tariffs_above_short_run_nash")
    )
    with pytest.raises(UnknownClaim, match="leverage_outweighs_gain"):
        both["leverage_outweighs_gian"]
    last = ClaimIndices((one, index("b", "", [], "why"), index("c", "a", [0.3], "wide")), 16)
    assert (last.status, last.reason) == ("partial", "b: why; c: wide")
    assert last.table().title == "Sobol indices of the claims' margins, base 16"
    assert [row[:2] for row in last.table().rows] == [
        ("clocks_honest", "b"), ("clocks_honest", "a"), ("b", None), ("c", "a"),
    ]  # fmt: skip
    assert last.table().rows[0] == ("clocks_honest", "b", 0.45, 0.9, 0.225, "")
    with pytest.raises(ValueError, match="read-only"):
        one.first[0] = 1
    tie = ClaimIndices((index("t", "zay", [0.5, 0.5, 0.6]),), 1)
    assert [row[1] for row in tie.table().rows] == ["y", "z", "a"]


def margins(of):
    """Return a claim whose margin is some function of the draws."""
    return Claim(
        "made", 1, 1, "?", lambda draws: {"it": of(draws)}, (), ("security_weight", "reaction_lag_days")
    )


def weight(draws):
    return draws.number("security_weight")


def lag(draws):
    return draws.number("reaction_lag_days")


@pytest.fixture
def screening():
    return module.sobol_draws(WORLD, 64, 0)


def test_a_claim_is_measured_over_the_ranges_of_what_moves_it_most(analysed, screening, monkeypatch):
    asked, _ = analysed
    seen = []

    def margin(draws):
        seen.append({name: np.array(values) for name, values in draws.values.items()})
        return 2 * weight(draws) - 0.001 * lag(draws)

    found = module._index(margins(margin), screening, 8, 1, 3)
    (name,) = seen[1]
    low, high = WORLD.quantities[name].low, WORLD.quantities[name].high
    assert (name, found.names, len(seen[1][name])) == ("security_weight", ("security_weight",), 8 * 3)
    points = space.saltelli(8, {name: (low, high)}, seed=3).points()[:, 0]
    assert seen[1][name] == pytest.approx(low + points * (high - low))
    # The rest at its central value: the second term moves nothing.
    values = 2 * seen[1][name]
    assert asked["values"] == pytest.approx((values - values.mean()) / values.std())
    both = module._index(margins(margin), screening, 8, 12, 3)
    assert both.names == ("security_weight", "reaction_lag_days")  # the one that goes most with it first
    falling = module._index(margins(lambda d: lag(d) * 0.1 - 0.1 * weight(d)), screening, 8, 1, 3)
    assert falling.names == ("reaction_lag_days",)
    sinking = module._index(margins(lambda d: -lag(d)), screening, 8, 1, 3)
    assert sinking.names == ("reaction_lag_days",)  # however it goes with it


def test_a_claim_has_no_index_where_its_margin_is_not_there_or_does_not_vary(screening):
    def sometimes(draws):
        return np.where(weight(draws) > 0.5, np.nan, 1.0)

    def only_in_draws(draws):
        # Beyond what two parameters do: it is flat where all others are central.
        return weight(draws) if len(draws.values) > 2 else np.ones(len(draws))

    cases = {
        "it does not apply at every draw": sometimes,
        "its margin does not vary": lambda d: np.ones(len(d)),
        "its margin does not vary around the central values": only_in_draws,
    }
    for reason, of in cases.items():
        found = module._index(margins(of), screening, 8, 3, 0)
        assert (found.claim, found.names, found.reason) == ("made", (), reason)
        assert found.first.shape == found.total.shape == found.interval.shape == (0,)


def test_the_claims_that_are_measured_are_those_asked_for_or_those_at_more_draws_than_the_base(monkeypatch):
    measured, told, drawn = [], [], []
    monkeypatch.setattr(
        module, "_index", lambda one, *rest: measured.append((one.name, *rest)) or index(one.name, "", [])
    )
    monkeypatch.setattr(module, "sobol_draws", lambda *how: drawn.append(how) or "draws")
    names = ["leverage_outweighs_gain", "clocks_honest"]
    found = claim_indices(WORLD, names, base=16, most=3, seed=9, progress=lambda *at: told.append(at))
    assert measured == [(name, "draws", 16, 3, 9) for name in names]
    assert drawn == [(WORLD, 512, 9)]
    assert told == [(1, 2), (2, 2)]
    assert (found.base, [one.claim for one in found]) == (16, names)
    few = sorted({one.draws for one in claims().values() if one.draws is not None})
    for base in (few[0] - 1, few[0], 256) if few else (256,):
        measured.clear()
        claim_indices(WORLD, base=base)
        wanted = [n for n, one in claims().items() if one.draws is None or one.draws > base]
        assert [name for name, *_ in measured] == wanted
    measured.clear()
    drawn.clear()
    usual = claim_indices(WORLD)
    assert (usual.base, [name for name, *_ in measured]) == (256, wanted)
    assert measured[0][1:] == ("draws", 256, 12, 0)
    assert drawn == [(WORLD, 512, 0)]
    assert len(claim_indices(WORLD, [])) == 0
    assert refused(claim_indices, WORLD, most=0) == "at least one parameter is varied; got most=0"


def test_parameters_of_note_are_those_with_an_index_in_some_claim():
    found = ClaimIndices((index("one", "zb", [0.04999, 0.3]), index("two", "bz", [0.01, 0.05])), 8)
    names, grid = found.shown()
    assert (names, grid.tolist()) == (("b", "z"), [[0.3, 0.04999], [0.01, 0.05]])
    none = ClaimIndices((index("one", "a", [-0.2]),), 8).shown()
    assert (none[0], none[1].shape) == ((), (1, 0))
