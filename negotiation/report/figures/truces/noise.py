"""Figures of what truces bind, of readings of a text, and of noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from negotiation.game_theory.solvers.readings.verdict import obedience_sets
from negotiation.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    beside,
    canvas,
    colour_of,
    fitting,
    heading,
    legend_below,
    panels,
)
from negotiation.report.figures.names import country_name, instrument_name
from negotiation.truces.compiling.compiler import TextChoices
from negotiation.truces.verdicts.under_noise import outside_moves

if TYPE_CHECKING:
    from negotiation.truces.compiling.readings import ReadingPair
    from negotiation.truces.replay.replay import Replay
    from negotiation.truces.verdicts.under_noise import NoiseSweep

# Least inches of a panel beside another.
LEAST = 1.6

COVERAGE: Mapping[str, Mapping[str, Any]] = {
    "bound by the text": {"marker": "s", "ms": 10, "color": GREEN, "alpha": 0.5},
    "the game goes harsher outside it": {"marker": "x", "ms": 6, "color": "black"},
    "the record escalates": {"marker": "o", "ms": 10, "mfc": "none", "color": ORANGE},
}

LOOKS = {"none": ":", "within_issue": "--", "all_or_nothing": "-", "proportionate": "-."}


def coverage_figure(replays: Sequence[Replay], ax: Axes | None = None) -> Axes:
    """Draw which instruments each truce binds, the game moves outside it, and the record moved."""
    scenario = replays[0].scenario
    rows = [(c, name) for c in scenario.countries for name in scenario.held(c)]
    with canvas(ax, 5.4, 3.9) as axis:
        for x, replay in enumerate(replays):
            _coverage_column(axis, replay, rows, float(x))
        axis.set_yticks(
            range(len(rows)),
            [f"{country_name(scenario, c)}  {instrument_name(scenario, n)}" for c, n in rows],
        )
        for tick, (country, _) in zip(axis.get_yticklabels(), rows, strict=True):
            tick.set_color(colour_of(country, scenario.countries))
        axis.set_xticks(range(len(replays)), [r.agreement.id.split("-")[2].capitalize() for r in replays])
        axis.set_xlim(-0.5, len(replays) - 0.5)
        axis.invert_yaxis()
        axis.grid(axis="y", linewidth=0.3, color=GREY, alpha=0.5)
        handles = [axis.plot([], [], ls="", label=label, **look)[0] for label, look in COVERAGE.items()]
        legend_below(axis, handles)
        heading(axis, "What each truce binds, and what moves beside it", less=beside(axis) / 2)
    return axis


def _coverage_column(axis: Axes, replay: Replay, rows: Sequence[tuple[str, str]], x: float) -> None:
    bound = set(replay.check().incentives.terms)
    moves = outside_moves(replay.agreement, replay.scenario, TextChoices(state=replay.state))
    moved = {(move.player, name) for move in moves for name, _ in move.changes}
    recorded = {
        (m.country, m.instrument)
        for m in replay.moves.moves
        if m.direction == "escalate" and m.status == "applied" and m.day > replay.agreement.signed
    }
    for y, key in enumerate(rows):
        for there, look in zip((bound, moved, recorded), COVERAGE.values(), strict=True):
            if key in there:
                axis.plot(x, y, ls="", **look)


def readings_figure(pair: ReadingPair, ax: Axes | None = None) -> Axes:
    """Draw the gain of the best departure at the start by belief, for each side and reading."""
    sets = obedience_sets(pair)
    first = sets[0].state
    with canvas(ax, 6.4, 2.7) as host:
        columns = fitting(host, 2, LEAST, gap=0.6)
        axes = panels(host, 2, columns, gaps=(0.6, 0.7))
        for i, (axis, player) in enumerate(zip(axes, pair.game.stage.players, strict=True)):
            for obedience in sets.sets:
                if (obedience.player, obedience.state) != (player, first):
                    continue
                chance = np.linspace(0.0, 1.0, 101)
                departures = obedience.gains[(obedience.gains != 0).any(axis=1)]
                gain = (departures @ np.stack([chance, 1.0 - chance])).max(axis=0)
                colour, style = (BLUE, "-") if obedience.reading == obedience.others[0] else (ORANGE, "--")
                axis.plot(chance, gain, color=colour, linestyle=style, label=f"reads: {obedience.reading}")
                prior = float(pair.priors[1 - i][obedience.others[0]])
                axis.plot(prior, float(np.interp(prior, chance, gain)), marker="o", ms=4, color=colour)
            axis.axhline(0.0, color="black", linewidth=0.7)
            axis.set(title=player, xlabel=f"belief that the other reads: {pair.names[1 - i][0]}")
            axis.legend(fontsize=6.5)
        for axis in axes[::columns]:
            axis.set_ylabel("gain of the best departure,\npercent of GDP")
    return host


def noise_figure(sweep: NoiseSweep, ax: Axes | None = None) -> Axes:
    """Draw false alarms by leg and margins by linkage, as clauses are misread more often."""
    chance = [point.chance for point in sweep.points]
    with canvas(ax, 6.4, 2.7) as host:
        left, right = panels(host, 2, fitting(host, 2, LEAST, gap=0.6), gaps=(0.6, 0.7))
        marks = ("-.", "--", ":")
        for k, (leg, _) in enumerate(sweep.points[0].alarms):
            alarms = [dict(p.alarms)[leg] for p in sweep.points]
            if leg == "any":
                left.plot(chance, alarms, "-", color="black", label="any leg")
            else:
                left.plot(chance, alarms, marks[k % 3], label=f"{leg} leg")
        for kind, _ in sweep.points[0].margins:
            margins = [dict(p.margins)[kind] for p in sweep.points]
            right.plot(chance, margins, LOOKS[kind], label=kind.replace("_", " "))
        right.axhline(0.0, color="black", linewidth=0.7)
        left.set_title("false alarm in a period")
        right.set_title("least margin while kept, % of GDP")
        for axis in (left, right):
            axis.set_xlabel("chance a year that a kept clause looks broken")
            axis.legend(fontsize=6.5)
    return host
