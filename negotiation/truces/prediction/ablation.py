"""What each mechanism adds to the predictions: alone, left out, and by its Shapley value over all subsets.

The worth of a set of mechanisms is the gain in mean log score over no mechanism, and their values sum to the
worth of all together (`shapley.py`, which the parts of theories share: `theory_parts.py`). Cost: one
prequential run for each of the 2^9 subsets, fewer where subsets lead to the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from negotiation.drawing import draw
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray
from negotiation.status import Status
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.mechanisms import Rules, mechanism_names, rules_of
from negotiation.truces.prediction.model import MechanismModel
from negotiation.truces.prediction.scores import SHOWN, Scores, prequential
from negotiation.truces.prediction.shapley import shapley_values
from negotiation.truces.prediction.stakes import SolvedTerms
from negotiation.truces.prediction.weeks import Cells
from negotiation.truces.record.moves import MoveRecord
from negotiation.world import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

ALL_ON, PLAIN = "all", "plain"


@dataclass(frozen=True, eq=False)
class Ablation(Tabular):
    """Scores with mechanisms on and off.

    Parameters
    ----------
    names : tuple of str
        The mechanisms.
    scores : Scores
        Baselines, no mechanism, each alone, all, all but one.
    shapley : mapping from leg to array, shape (mechanisms,)
        Shapley values of the gain in mean log score; empty where not asked for.
    draws : mapping from predictor to array, shape (draws,)
        Mean log scores over parameter draws; empty where there were none.
    """

    names: tuple[str, ...]
    scores: Scores
    shapley: Mapping[str, FloatArray]
    draws: Mapping[str, FloatArray]
    status: Status = "complete"

    def gain(self, name: str, leg: str = "all") -> float:
        """Return by how much a predictor beats no mechanism in mean log score, in nats a cell."""
        return self.scores.mean(PLAIN, leg=leg) - self.scores.mean(name, leg=leg)

    @property
    def best_alone(self) -> str:
        """The mechanism with the largest gain by itself."""
        return max(self.names, key=self.gain)

    def table(self) -> Table:
        """Return one row for each mechanism: its gains alone, left out, and its Shapley value by leg."""
        legs = [leg for leg in SHOWN if leg in self.shapley] or ["all"]
        columns = (
            "mechanism", "alone", "interval, low", "interval, high", "lost if left out",
            *(f"Shapley, {leg}" for leg in legs if self.shapley), "share of draws in which it gains alone",
        )  # fmt: skip
        rows = []
        for k, name in enumerate(self.names):
            _, low, high = self.scores.difference(name, PLAIN)
            left_out = self.gain(ALL_ON) - self.gain(f"all but {name}")
            values = [float(self.shapley[leg][k]) for leg in legs if self.shapley]
            share = None
            if self.draws:
                share = float(np.mean(self.draws[name] < self.draws[PLAIN]))
            rows.append((name, self.gain(name), low, high, left_out, *values, share))
        title = "what each mechanism adds: gain in mean log score, nats a cell (positive is better)"
        return Table(title, columns, tuple(rows))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw gains alone, left out and by Shapley value.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where; axes of a new figure if not given.

        Returns
        -------
        matplotlib.axes.Axes
            Save the figure with `.figure.savefig(path)`.
        """
        return draw("ablation", self, ax)


def ablation(
    scenario: Scenario,
    *,
    cells: Cells | None = None,
    moves: Sequence[MoveRecord] | None = None,
    shapley: bool = True,
    draws: int = 0,
    rng: int | np.random.Generator = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Ablation:
    """Return what each mechanism adds to the predictions of the record.

    Parameters
    ----------
    scenario : Scenario
        Payoffs, patience, what is seen.
    cells : Cells, optional
        What is predicted; January to November 2025 if not given.
    moves : sequence of MoveRecord, optional
        The record; the package's own if not given.
    shapley : bool, optional
        Whether to run all subsets, which takes about a minute.
    draws : int, optional
        Parameter draws for which the short list of predictors is scored again.
    rng : int or numpy.random.Generator, optional
        Seed or generator of the draws.
    progress : callable, optional
        Called with the number of weeks or draws done and their total.
    """
    names = mechanism_names()
    scores = prequential(
        [*BASELINES, *short_list(names)], scenario, cells=cells, moves=moves, progress=progress
    )
    values = _shapley(scenario, names, scores, moves, progress) if shapley else {}
    generator = np.random.default_rng(rng)
    gains: dict[str, list[float]] = {}
    for k in range(draws):
        world = scenario.draw(generator)
        found = prequential(short_list(names), world, cells=scores.cells, moves=moves)
        for name in found.names:
            gains.setdefault(name, []).append(found.mean(name))
        if progress is not None:
            progress(k + 1, draws)
    return Ablation(names, scores, values, {name: np.array(each) for name, each in gains.items()})


def short_list(names: tuple[str, ...]) -> list[MechanismModel]:
    """Return the models with no mechanism, each alone, all, and all but one.

    Examples
    --------
    >>> [model.name for model in short_list(("static", "clock"))]
    ['plain', 'all', 'static', 'clock', 'all but static', 'all but clock']
    """
    stakes: dict[object, SolvedTerms] = {}
    return [
        MechanismModel((), PLAIN, stakes),
        MechanismModel(names, ALL_ON, stakes),
        *(MechanismModel((name,), name, stakes) for name in names),
        *(MechanismModel([n for n in names if n != name], f"all but {name}", stakes) for name in names),
    ]


def best_of(scores: Scores) -> tuple[str, ...]:
    """Return the mechanisms of the short list that predicted best, by mean log score."""
    models = short_list(mechanism_names())
    return min(models, key=lambda model: scores.mean(model.name)).on


def _shapley(
    scenario: Scenario,
    names: tuple[str, ...],
    scores: Scores,
    moves: Sequence[MoveRecord] | None,
    progress: Callable[[int, int], None] | None,
) -> dict[str, FloatArray]:
    """Return the Shapley values of the mean log score, by leg."""
    subsets = [frozenset(c) for size in range(len(names) + 1) for c in combinations(names, size)]
    models: dict[Rules, MechanismModel] = {}
    stakes: dict[object, SolvedTerms] = {}
    for subset in subsets:
        rules = rules_of(subset)
        if rules not in models:
            models[rules] = MechanismModel(subset, "+".join(sorted(subset)) or PLAIN, stakes)
    found = prequential(list(models.values()), scenario, cells=scores.cells, moves=moves, progress=progress)
    return {
        leg: shapley_values(
            names, {subset: -found.mean(models[rules_of(subset)].name, leg=leg) for subset in subsets}
        )
        for leg in SHOWN
    }
