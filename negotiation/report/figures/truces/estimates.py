"""Figures of what the record says of theories, from the small tables that are kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import PAGE, SMALL, canvas, heading, legend_below, name_rows, panels
from negotiation.report.figures.truces.posterior import LINES, MARKS, PRIOR, in_ranges

Rows = Sequence[Mapping[str, Any]]
# Of lines without marks, to be told apart in grey; that with a band is known by it.
STYLES = ("-", "--", "-", "-.", (0, (5, 1, 1, 1, 1, 1)), ":")

# How far apart the theories stand in a row, as a share of the row.
SPAN = 0.14


def evidence_along_figure(rows: Rows, base: str, ax: Axes | None = None) -> Axes:
    """Draw the log evidence of each model along the record, less that of one of them."""
    by = _by(rows, "theory")
    named = [str(row["observation"]).replace("_", " ") for row in by[base]]
    places = np.arange(len(named))
    zero = _column(by[base], "log_evidence")
    with canvas(ax, PAGE, 1.3 + 0.24 * len(named)) as host:
        heading(host, f"log evidence along the record, less that of {base}", above=8)
        host.axvline(0.0, color="0.6", linewidth=0.8)
        host.errorbar(
            np.zeros(len(places)), places, xerr=_column(by[base], "error"), fmt="none", ecolor="0.6",
            elinewidth=3.0,
        )  # fmt: skip
        others = [name for name in by if name != base]
        for k, name in enumerate(others):
            colour, style = LINES[k]
            at = places + SPAN * (k - (len(others) - 1) / 2)
            host.errorbar(
                _column(by[name], "log_evidence") - zero, at, xerr=_column(by[name], "error"), color=colour,
                linestyle=style, marker=MARKS[k], markersize=3.0, linewidth=1.0, elinewidth=0.6, label=name,
            )  # fmt: skip
        for k, words in enumerate(named[:-1]):
            if words.endswith("quiet since"):
                host.axhline(k + 0.5, color="0.8", linewidth=0.6)
        name_rows(host, named, beyond=0.6)
        host.set_xlabel("nats; a bar is a standard error either way", fontsize=SMALL)
        legend_below(host)
    return host


def learned_figure(rows: Rows, parameters: Sequence[str], ax: Axes | None = None) -> Axes:
    """Draw where parameters lie in their ranges, theory by theory."""
    of = {(row["theory"], row["parameter"]): row for row in rows}
    theories = [name for name in _by(rows, "theory") if (name, parameters[0]) in of]
    with canvas(ax, PAGE, 1.0 + 0.5 * len(parameters)) as host:
        heading(host, "prior and posterior, theory by theory", above=8)
        for y, parameter in enumerate(parameters):
            host.barh(y, 0.9, 0.86, left=0.05, color=PRIOR, edgecolor="none")
            for k, theory in enumerate(theories):
                row, (colour, _) = of[theory, parameter], LINES[k]
                left, middle, right = (_share(row, row[q]) for q in ("p5", "p50", "p95"))
                at = y + SPAN * (k - (len(theories) - 1) / 2)
                host.plot([left, right], [at, at], color=colour, linewidth=1.4, solid_capstyle="butt")
                host.plot(
                    [middle], [at], color=colour, marker=MARKS[k], markersize=3.5, linestyle="none",
                    label=theory if y == 0 else None,
                )  # fmt: skip
            row = of[theories[0], parameter]
            log = ", log" if row["scale"] == "log" else ""
            host.text(1.01, y, f"{row['low']:g} to {row['high']:g}{log}", va="center", fontsize=SMALL)
        in_ranges(host, parameters)
        legend_below(host)
    return host


def legs_kept_figure(
    rows: Rows, banded: str, moved: Mapping[tuple[str, str], int], ax: Axes | None = None
) -> Axes:
    """Draw the chance that no harsher step has come by a day, by truce and leg, beside what happened."""
    by_truce = {truce: _by(of, "group") for truce, of in _by(rows, "truce").items()}
    columns = list(next(iter(by_truce.values())))
    with canvas(ax, PAGE, 1.9 * len(by_truce) + 0.7) as host:
        count = len(columns)
        axes = panels(host, len(by_truce) * count, count, shared="y", gaps=(0.12, 0.6))
        for t, (truce, of) in enumerate(by_truce.items()):
            for group, axis in zip(columns, axes[t * count :], strict=False):
                for k, (theory, found) in enumerate(_by(of[group], "theory").items()):
                    colour, style = LINES[k][0], STYLES[k]
                    days = _column(found, "day")
                    if theory == banded:
                        low, high = _column(found, "low"), _column(found, "high")
                        axis.fill_between(days, low, high, color=colour, alpha=0.2, linewidth=0)
                    axis.plot(
                        days, _column(found, "mean"), color=colour, linestyle=style,
                        linewidth=1.8 if theory == banded else 1.0, label=theory,
                    )  # fmt: skip
                if (truce, group) in moved:
                    axis.axvline(moved[truce, group], color="black", linestyle=":", linewidth=1.0)
                axis.set_ylim(0, 1.02)
                axis.set_xlim(0, None)
                axis.tick_params(labelsize=SMALL)
                axis.set_title(f"{truce.capitalize()}, {group}", fontsize=SMALL)
            axes[t * count].set_ylabel("not moved on", fontsize=SMALL)
        for axis in axes[-count:]:
            axis.set_xlabel("days since signing", fontsize=SMALL)
        legend_below(host, axes[0].get_lines()[: len(LINES)], drop=0.5)
    return host


def _by(rows: Rows, key: str) -> dict[str, list[Mapping[str, Any]]]:
    found = dict[str, list[Mapping[str, Any]]]()
    for row in rows:
        found.setdefault(str(row[key]), []).append(row)
    return found


def _column(rows: Rows, key: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([row[key] for row in rows], dtype=np.float64)


def _share(row: Mapping[str, Any], value: float) -> float:
    low, high = float(row["low"]), float(row["high"])
    if row["scale"] == "log":
        return float(np.log(value / low) / np.log(high / low))
    return (value - low) / (high - low)
