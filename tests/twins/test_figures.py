"""What figures draw, against the tables that they stand for: lines, marks, ticks, words, ends of axes."""

from datetime import date, timedelta
from functools import cache

import matplotlib.dates as mdates
import numpy as np
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt

import negotiation as ng
from negotiation.lab import Experiment, fingerprint, run, space
from negotiation.lab.claim_indices import ClaimIndex, ClaimIndices
from negotiation.lab.sensitivity import SobolIndices
from negotiation.lab.shares import interval
from negotiation.truces.claims.table import claims_table
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.studies.leverage import leverage
from negotiation.truces.verdicts.lifetime import truce_lifetime
from negotiation.truces.verdicts.noise_sweep import noise_sweep
from tests.twins.plain_record import DAY, REPLAYED, Plain


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@cache
def plain():
    return Plain("us-china-2025")


@cache
def replayed(name):
    return ng.replay(name, draws=4)


def at(day):
    return float(mdates.date2num(day))


def solid(axis):
    """The lines of an axes that have more than two points, by their labels or order."""
    return [line for line in axis.lines if len(line.get_xdata()) > 2]


def words(axis):
    return [text.get_text() for text in axis.texts if text.get_text()]


@pytest.mark.long
@pytest.mark.parametrize("name", REPLAYED)
def test_levels_over_time(name):
    here, found = plain(), replayed(name)
    host = found.plot()
    rows = host.child_axes
    assert len(rows) == len(here.pairs)
    world = here.scenario
    for axis, pair in zip(rows, here.pairs, strict=True):
        labels = here.labels(pair)
        line = solid(axis)[0]
        x, y = line.get_xdata(), line.get_ydata()
        assert line.get_drawstyle() == "steps-post"
        assert (x[0], x[-1]) == (at(here.begins), at(here.end))
        for day in (here.begins, date(2025, 4, 10), date(2025, 5, 14), date(2025, 10, 9), here.end):
            k = np.searchsorted(x, at(day), side="right") - 1
            place = labels.index(here.on(day)[pair]) / max(1, len(labels) - 1)
            assert y[k] == pytest.approx(place), (pair, day)
        assert axis.get_ylim() == (0, 1.55)
        assert world.names.get(pair[0], pair[0]) in axis.get_ylabel() or pair[0] in axis.get_ylabel()
        marks = [line.get_xdata()[0] for line in axis.lines if len(line.get_xdata()) == 2]
        assert marks == [at(p["signed"]) for _, p in sorted(here.papers.items())]
        paper = here.papers[name]
        shade = axis.patches[-1].get_extents().transformed(axis.transData.inverted())
        end = min(paper["window_end"], here.end + DAY)
        assert (shade.x0, shade.x1) == pytest.approx((at(paper["window_start"]), at(end)))
    assert rows[-1].get_xlim() == (at(here.begins), at(here.end) + 4)
    assert {"Geneva", "London", "Stockholm", "Busan"} <= set(words(rows[0]))
    title = host.get_title(loc="left")
    assert title == f"Levels in force, 2025, with {here.papers[name]['title']} shaded"


@pytest.mark.parametrize("name", REPLAYED)
@pytest.mark.parametrize("noise", [False, True])
def test_margins_of_legs(name, noise):
    found = replayed(name)
    verdicts = found.noise.verdicts if noise else found.legs
    left, right = verdicts.plot().child_axes
    legs = list(verdicts)
    assert [t.get_text() for t in left.get_yticklabels()] == [f"{v.leg} leg" for v in legs]
    dots = [line for line in left.lines if len(line.get_xdata()) == 1]
    finite = [v for v in legs if np.isfinite(v.margin)]
    for dot, v in zip(dots, finite, strict=True):
        holds = v.margin >= 0
        assert float(dot.get_xdata()[0]) == v.margin
        assert float(dot.get_ydata()[0]) == legs.index(v)
        assert (dot.get_marker(), dot.get_markerfacecolor() == "white") == (
            ("o", False) if holds else ("s", True)
        )
    assert words(left) == [f"{v.margin:+.3g}" for v in finite]
    assert left.get_xscale() == "symlog"
    assert left.get_ylim() == (len(legs) - 0.5, -0.5)
    told = [" ".join(text.split()) for text in words(right)]
    for text, v in zip(told, legs, strict=True):
        if not noise:
            share = f"(in {v.share:.0%} of draws it holds)"
            agree = {True: "They agree", False: "They differ", None: "The game does not decide"}[v.agree]
            assert text.startswith(f"Game: {v.model.split(';')[0].replace('_', ' ')[:20]}")
            assert share in text or text.endswith("...")
            assert text.endswith((f"{agree}.", "..."))


def test_survival_by_day():
    found = truce_lifetime(agreement_text("2025-10-busan"), plain().scenario)
    left, right = found.plot().child_axes
    labels = [f"{leg} leg, issue by issue" for leg in found.legs]
    labels += ["every leg, all or nothing", "never answered: the clock alone"]
    first = "first false alarm"
    drawn = {
        **{
            x: found.find("broken off", leg, "within_issue")
            for x, leg in zip(labels, found.legs, strict=False)
        },
        labels[-2]: found.find("broken off", "any", "all_or_nothing"),
        labels[-1]: found.find("broken off or run out", "any", "none"),
    }
    after = {
        "as it is": found.find(first),
        "consultation channel": found.find(first, remedy="consultation channel"),
        "coordinated agencies": found.find(first, remedy="coordinated agencies"),
    }  # fmt: skip
    lag = plain().scenario.parameters["reaction_lag_days"]
    for axis, expected in ((left, drawn), (right, after)):
        lines = {line.get_label(): line for line in solid(axis)}
        assert set(lines) == set(expected)
        for label, one in expected.items():
            x, y = lines[label].get_xdata(), lines[label].get_ydata()
            assert x == pytest.approx([k * lag for k in range(len(x))])
            assert y == pytest.approx(one.survival.curve[: len(y)])
            assert x[-1] >= 400
        assert axis.get_xlim() == (0, 400)
        assert axis.get_ylim() == (0, 1.02)
        assert list(axis.get_xticks()) == [0, 90, 365]
        styles = {line.get_linestyle() + str(line.get_color()) for line in lines.values()}
        assert len(styles) == len(lines)


def test_alarms_and_margins():
    found = noise_sweep(agreement_text("2025-05-geneva"), plain().scenario, (0.0, 0.4, 0.9))
    left, right = found.plot().child_axes
    table = found.table()
    columns = dict(zip(table.columns, zip(*table.rows, strict=True), strict=True))
    lines = {line.get_label(): line for line in solid(left)}
    for label, line in lines.items():
        name = "any" if label == "any leg" else label.removesuffix(" leg")
        assert list(line.get_ydata()) == list(columns[f"false alarm a period, {name}"])
        assert list(line.get_xdata()) == [0.0, 0.4, 0.9]
    margins = {line.get_label(): line for line in solid(right)}
    assert set(margins) == {"none", "within issue", "all or nothing"}
    for label, line in margins.items():
        assert list(line.get_ydata()) == list(columns[f"margin, {label.replace(' ', '_')}, % GDP"])


def test_a_forecast_by_month():
    here, rows = plain(), []
    months = ["2025-12", "2026-01", "2026-02", "2026-03"]
    for m, month in enumerate(months):
        for k, (c, n) in enumerate(here.pairs):
            for d, size in (("up", 0.03), ("down", 0.02)):
                p = size * (k + 1) + 0.01 * m
                rows.append(ForecastRow(month, c, n, d, p, p / 2, p * 1.5))
    rows.append(ForecastRow("2026-11", "both", "tariff", "renewed", 0.8, 0.7, 0.9))
    made = Forecast("2025-10-busan", date(2025, 11, 30), tuple(rows), 1)
    axes = made.plot().child_axes
    for axis, (k, pair) in zip(axes, enumerate(here.pairs), strict=False):
        lines = {line.get_label(): line for line in axis.lines}
        assert set(lines) == {"up", "down"}
        for d, size in (("up", 0.03), ("down", 0.02)):
            assert list(lines[d].get_xdata()) == [0, 1, 2, 3]
            assert list(lines[d].get_ydata()) == pytest.approx([size * (k + 1) + 0.01 * m for m in range(4)])
        assert lines["up"].get_linestyle() != lines["down"].get_linestyle()
        for band, size in zip(axis.collections, (0.03, 0.02), strict=True):
            ends = band.get_paths()[0].vertices
            p = size * (k + 1)
            y = ends[np.isclose(ends[:, 0], 0.0), 1]
            assert (y.min(), y.max()) == pytest.approx((p / 2, p * 1.5))
        assert axis.get_ylim() == (0, 1)
        assert here.scenario.names.get(pair[1], pair[1]).replace("_", " ") in axis.get_title(
            loc="left"
        ).replace("_", " ")
    assert len(axes) == len(here.pairs)
    assert [t.get_text() for t in axes[-3].get_xticklabels()] == ["2025-12", "2026-03"]


def test_chances_week_by_week():
    from negotiation.report.figures.truces.predictions import chances_figure

    here = plain()
    scores = prequential([one for one in BASELINES if one.name in ("hold", "series")], here.scenario)
    axes = chances_figure(scores, "series").child_axes
    given = scores.chances[scores.names.index("series")]
    x = [at(week) for week in scores.cells.weeks]
    for k, axis in enumerate(axes):
        up, down = axis.collections[:2]
        assert up.get_paths()[0].vertices[:, 1].max() == pytest.approx(given[:, k, 0].max())
        assert down.get_paths()[0].vertices[:, 1].min() == pytest.approx(-given[:, k, 1].max())
        marks = [line for line in axis.lines if line.get_marker() in ("^", "v")]
        for line, outcome in zip(marks, (0, 1), strict=True):
            expected = [
                at_ + 3 for at_, o in zip(x, scores.cells.outcomes[:, k], strict=True) if o == outcome
            ]
            assert list(line.get_xdata()) == expected
            assert line.get_marker() == "^v"[outcome]
        assert axis.get_ylim() == (-0.6, 0.6)
    assert [axis.get_ylabel() for axis in axes] == [
        f"{c}  {n.replace('_', ' ')}" for c, n in scores.cells.pairs
    ]


def test_leverage_over_time():
    found = leverage(plain().scenario, draws=4)
    top, middle, bottom = found.plot().child_axes
    x = [at(day) for day in found.days]
    lines = {line.get_label(): line for line in top.lines}
    for name, label in (("leverage", "harm of a curb now"), ("lasting", "harm of a curb that stays"),
                        ("gain", "gain from the control")):  # fmt: skip
        assert list(lines[label].get_xdata()) == x
        expected = [v if v > 0 else np.nan for v in found.central[name]]
        assert lines[label].get_ydata() == pytest.approx(expected, nan_ok=True)
    assert (top.get_yscale(), top.get_ylim()) == ("log", (1e-3, 3))
    assert found.players[0] in top.get_ylabel()
    states = [line for line in middle.lines if len(line.get_xdata()) > 2]
    assert [line.get_label() for line in states] == list(found.trajectory.titles.values())
    for line, name in zip(states, found.trajectory.titles, strict=True):
        chance = found.trajectory.distributions[name]
        assert line.get_ydata() == pytest.approx(chance[:, 1] / 2 + chance[:, 2])
    curve = next(line for line in bottom.lines if len(line.get_xdata()) > 2)
    assert curve.get_ydata() == pytest.approx(np.minimum(found.central["threshold"], 1.0))
    assert bottom.get_ylim() == (0, 1.08)
    assert bottom.get_xlim() == (at(found.use.days[0]) - 2, at(found.use.days[-1]) + 2)
    signed = [at(day) for _, day in found.signed]
    assert [line.get_xdata()[0] for line in bottom.lines if len(line.get_xdata()) == 2] == signed


def test_claims_and_their_intervals():
    found = claims_table(plain().scenario, 16, names=["leverage_outweighs_gain", "clocks_honest"])
    axis = found.plot()
    results = list(found)
    dots = [line for line in axis.lines if line.get_marker() in ("o", "x") and len(line.get_xdata()) == 1]
    bars = [line for line in axis.lines if line.get_marker() == "None" and len(set(line.get_ydata())) == 1
            and list(line.get_xdata()) not in ([0, 1], [0.5, 0.5])]  # fmt: skip
    for k, one in enumerate(results):
        assert float(dots[k].get_xdata()[0]) == one.share
        assert float(dots[k].get_ydata()[0]) == -k
        assert list(bars[k].get_xdata()) == [one.low, one.high]
    assert words(axis) == [f"{one.share:.0%}" for one in results]
    names = [label.get_text().split("  ") for label in axis.get_yticklabels()]
    assert names == [[one.claim.name.replace("_", " "), str(one.claim.number)] for one in results]
    assert axis.get_xlim() == (-0.03, 1.03)


def test_total_indices_of_claims():
    one = ClaimIndex(
        "leverage_outweighs_gain",
        ("a", "b"),
        np.array([0.1, 0.2]),
        np.array([0.3, 0.9]),
        np.array([0.3, 0.4]),
    )
    two = ClaimIndex("clocks_honest", ("b", "c"), np.array([0.0, 0.6]), np.array([0.06, 0.7]), np.zeros(2))
    axis = ClaimIndices((one, two), 64).plot()
    assert [t.get_text() for t in axis.get_xticklabels()] == ["a", "b", "c"]
    grid = axis.images[0].get_array()
    assert grid.filled(-1).tolist() == [[0.3, 0.9, -1], [-1, 0.06, 0.7]]
    assert axis.images[0].get_clim() == (0.0, 1.0)
    assert words(axis) == [".3", ".9", ".7"]


def test_indices_with_their_intervals():
    numbers = (np.array([0.1, 0.4, 0.2]), np.array([0.3, 0.5, 0.35]), np.array([0.01, 0.02, 0.03]),
               np.array([0.04, 0.05, 0.06]))  # fmt: skip
    axis = SobolIndices("m", ("a", "b", "c"), *numbers, 0.9, 10, "complete", "").plot()
    order = [t.get_text() for t in axis.get_yticklabels()]
    assert order == ["a", "c", "b"]  # from below: the largest total on top
    lines = {line.get_label(): line for line in axis.lines}
    assert list(lines["total"].get_xdata()) == [0.3, 0.35, 0.5]
    assert list(lines["first order"].get_xdata()) == [0.1, 0.2, 0.4]
    bars = [c.get_segments() for c in axis.collections]
    for segments, middle, half in ((bars[0], (0.3, 0.35, 0.5), (0.04, 0.06, 0.05)),
                                   (bars[1], (0.1, 0.2, 0.4), (0.01, 0.03, 0.02))):  # fmt: skip
        for segment, m, h in zip(segments, middle, half, strict=True):
            assert (segment[0][0], segment[1][0]) == pytest.approx((m - h, m + h))
    assert "90%" in axis.get_xlabel()


@pytest.mark.long
@pytest.mark.parametrize("name", REPLAYED)
def test_theories_by_leg(name):
    found = replayed(name).theories
    axis = found.plot()
    legs = list(dict.fromkeys(row.leg for row in found))
    names = list(dict.fromkeys(row.theory for row in found))
    assert [t.get_text() for t in axis.get_xticklabels()] == names
    assert [t.get_text() for t in axis.get_yticklabels()] == [f"{leg} leg" for leg in legs]
    for patch, text, row in zip(axis.patches, axis.texts, found, strict=False):
        centre = patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2
        assert centre == pytest.approx((names.index(row.theory), legs.index(row.leg)))
        assert (patch.get_hatch() is None) == (row.word != "breaks")
        assert text.get_position() == pytest.approx(centre)
        assert text.get_text() == f"{row.word} {row.share:.2f}\n{row.margin:+.2g}"
    assert axis.get_ylim() == (len(legs) - 0.5, -0.5)


def both(cell):
    x, y = cell["x"], cell["y"]
    return {"sum": x + y, "holds": x > y}


def sweep(cells, folder, monkeypatch, of=both, **fields):
    from pathlib import Path

    monkeypatch.setattr(fingerprint, "package_files", lambda: [Path(fingerprint.__file__)])
    one = Experiment(slug="drawn", question="What is drawn?", measure=of, space=cells, **fields)
    return run(one, store=folder)


def test_a_sweep_of_lines(tmp_path, monkeypatch):
    found = sweep(space.grid({"x": [3, 1, 2], "y": [0, 5]}), tmp_path, monkeypatch, shown=("sum",))
    axis = found.plot().child_axes[0]
    lines = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axis.lines}
    assert lines == {"0": ([1, 2, 3], [1, 2, 3]), "5": ([1, 2, 3], [6, 7, 8])}
    legend = axis.get_legend()
    assert (legend.get_title().get_text(), [t.get_text() for t in legend.get_texts()]) == ("y", ["0", "5"])
    assert (axis.get_xlabel(), axis.get_title(loc="left")) == ("x", "sum")
    several = space.grid({"x": [3, 1, 2], "y": [0, 5], "z": [0, 1]})
    axis = sweep(several, tmp_path / "z", monkeypatch, shown=("sum",)).plot().child_axes[0]
    line, band = axis.lines[0], axis.collections[0].get_paths()[0].vertices
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([1, 2, 3], [3.5, 4.5, 5.5])
    assert (band[:, 1].min(), band[:, 1].max()) == (1, 8)
    assert " ".join(axis.get_xlabel().split()) == "x; mean and range over 4 of 4 settings of y, z"


def rising(cell):
    """Rises in x, and is higher where y is; where both are high it has no value."""
    return {"level": None if cell["x"] + cell["y"] > 4 else cell["x"] + 10 * cell["y"]}


def test_what_has_no_value_leaves_a_gap_and_moves_no_mean(tmp_path, monkeypatch):
    found = sweep(space.grid({"x": [1, 2, 3], "y": [1, 2]}), tmp_path, monkeypatch, of=rising)
    one, two = (line.get_ydata() for line in found.plot().child_axes[0].lines)
    np.testing.assert_array_equal(one, [11, 12, 13])
    np.testing.assert_array_equal(two, [21, 22, np.nan])
    assert "a blank is no value of level" in found.reason
    named = space.grid({"x": [1, 2, 3], "y": [1, 2], "z": ["a", "b"]})
    axis = sweep(named, tmp_path / "z", monkeypatch, of=rising).plot().child_axes[0]
    np.testing.assert_array_equal(axis.lines[0].get_ydata(), [11, 12, 13])  # a mean of all would fall
    assert "over 2 of 4 settings of y, z" in " ".join(axis.get_xlabel().split())


def test_a_sweep_of_two_numbers(tmp_path, monkeypatch):
    xs, ys = list(range(1, 11)), [10 * k for k in range(10, 0, -1)]
    found = sweep(space.grid({"x": xs, "y": ys}), tmp_path, monkeypatch, shown=("sum",))
    axis = found.plot().child_axes[0]
    mesh = axis.collections[0]
    grid = mesh.get_array().reshape(10, 10)
    for i, y in enumerate(sorted(ys)):
        for j, x in enumerate(xs):
            assert grid[i, j] == x + y
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("x", "y")
    assert (axis.get_xscale(), axis.get_yscale()) == ("linear", "linear")
    wide = sweep(
        space.grid({"x": [10.0**k for k in range(10)], "y": xs}), tmp_path / "w", monkeypatch, shown=("sum",)
    )
    axis = wide.plot().child_axes[0]
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "linear")
    assert isinstance(axis.collections[0].norm, colors.LogNorm)


def test_a_sweep_of_draws(tmp_path, monkeypatch):
    box = space.draws(40, {"x": (0, 1), "y": (0, 1)}, seed=3)
    found = sweep(box, tmp_path, monkeypatch, shown=("holds",))
    axis = found.plot()
    holds = sum(c["x"] > c["y"] for c in box.cells())
    low, high = interval(holds, 40)
    dot = axis.lines[0]
    assert float(dot.get_xdata()[0]) == pytest.approx(holds / 40)
    bar = axis.collections[0].get_segments()[0]
    assert (bar[0][0], bar[1][0]) == pytest.approx((low, high))
    assert [t.get_text() for t in axis.get_yticklabels()] == ["holds"]
    assert axis.get_xlim() == (-0.02, 1.02)
    assert "40 draws" in axis.get_xlabel()
    numbers = sweep(box, tmp_path / "n", monkeypatch, shown=("sum",)).plot().child_axes[0]
    curve = numbers.lines[0]
    values = sorted(c["x"] + c["y"] for c in box.cells())
    assert list(curve.get_xdata()) == pytest.approx(values)
    assert list(curve.get_ydata()) == pytest.approx([(k + 1) / 40 for k in range(40)])
    assert timedelta(days=1) == DAY
