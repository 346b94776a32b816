"""Everything that has a figure draws it where it is told to, legibly, and in grey too.

Classes are found by their method `plot`; each needs an example in `figures.py`.
"""

import pkgutil
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from importlib import import_module
from inspect import isabstract
from pathlib import Path

import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import negotiation
import negotiation.game_theory.solutions
import negotiation.game_theory.solvers
from negotiation.base.labelled import Tabular
from negotiation.testing.contracts.figures import figure_fault, grey_fault, text_fault
from tests.contracts.figures import EXAMPLES

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "draw-a-result.md"


def plotted():
    """Return the names of the classes of the package that have a figure."""
    found = set()
    for module in pkgutil.walk_packages(negotiation.__path__, "negotiation."):
        if module.name.endswith("__main__") or {"testing", "report", "drawing"} & set(module.name.split(".")):
            continue
        for kind in vars(import_module(module.name)).values():
            here = isinstance(kind, type) and kind.__module__ == module.name
            if here and hasattr(kind, "plot") and not isabstract(kind):
                found.add(kind.__name__)
    return sorted(found)


def test_each_class_that_has_a_figure_has_an_example():
    assert set(plotted()) == set(EXAMPLES), "an example of each class stands in tests/contracts/figures.py"


SETS_AND_POLICIES = {
    "vertices", "outer", "inner", "threats", "polygons", "payoffs", "positions", "profiles",
    "choice_probabilities", "equilibria", "strategies",
}  # fmt: skip
"""Fields by which a result is a set of payoffs, or says what is played in more than one place."""

NO_PICTURE = {
    "Equilibrium": "one profile of a stage game: `NashSolution` draws it among the others",
    "LogitEquilibrium": "one profile of a stage game: `LogitBranch` draws it among the others",
    "CorrelatedEquilibrium": "one lottery over profiles, of which the table is the picture",
    "NashBatch": "many games at once, each of which has its own solution",
    "Minmax": "a number for each player",
    "BestReplies": "actions of one player against a given profile",
    "CriticalDiscountFactors": "many thresholds at once, each of which has its own picture",
}
"""Results with such a field that are neither a set nor a policy, and why."""


def results_of_solvers():
    """Yield the result classes of the solvers."""
    for package in (negotiation.game_theory.solutions, negotiation.game_theory.solvers):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for kind in vars(import_module(module.name)).values():
                here = isinstance(kind, type) and kind.__module__ == module.name
                if here and is_dataclass(kind) and issubclass(kind, Tabular):
                    yield kind


@pytest.mark.long
def test_every_set_and_every_policy_that_a_solver_returns_has_a_picture():
    shaped = {
        kind.__name__: kind
        for kind in results_of_solvers()
        if SETS_AND_POLICIES & {field.name for field in fields(kind)}
    }
    without = {name for name, kind in shaped.items() if not hasattr(kind, "plot")}
    assert without == set(NO_PICTURE)


@pytest.mark.long
def test_a_figure_stands_where_it_is_told_to_and_is_legible_in_grey_too():
    for name, examples in EXAMPLES.items():
        assert {type(one).__name__ for one in examples()} == {name}
        assert {figure_fault(one) for one in examples()} == {None}, name


def least_text(axis):
    """Return the points of the smallest text on some axes."""
    return min(text.get_fontsize() for text in axis.findobj(Text) if text.get_text().strip())


@pytest.mark.long
def test_an_agreement_is_legible_on_axes_of_any_width():
    for agreement in EXAMPLES["Agreement"]():
        for wide in (5.0, 7.0):
            figure, axis = on_axes(agreement, wide, 6.0)
            assert least_text(axis) >= 6.0
            assert text_fault(figure) is None


HALF, HIGH = 3.4, 3.0
TALLER = {
    "Agreement": 6.0, "BargainSets": 4.0, "ClaimsTable": 6.5, "Comparison": 4.5, "Forecast": 6.0,
    "Leverage": 6.0, "LinkageGains": 6.0, "NoiseSweep": 5.0, "PredictiveChecks": 4.5, "Replay": 4.0,
    "RestraintMap": 6.0, "TruceLifetime": 5.0,
}  # fmt: skip
"""Inches of half a page, and the heights of what has many rows, or its panels there one below the other."""


def on_axes(result, wide, high):
    """Draw a result on axes of a page's part."""
    figure = Figure(figsize=(wide, high), layout="constrained")
    axis = result.plot(ax=figure.subplots())
    FigureCanvasAgg(figure).draw()
    return figure, axis


@pytest.mark.long
def test_a_figure_is_legible_on_axes_of_half_a_page():
    for name, examples in EXAMPLES.items():
        for one in examples():
            figure, axis = on_axes(one, HALF, TALLER.get(name, HIGH))
            assert name != "Agreement" or least_text(axis) >= 6.0
            assert (text_fault(figure), grey_fault(figure)) == (None, None), f"{name}: simpler, or in TALLER"


def test_the_page_has_every_figure_and_says_which_need_height():
    table = GUIDE.read_text(encoding="utf-8").partition("| figure | of |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) == set(EXAMPLES), f"a row of {GUIDE.name} names each"
    (told,) = [part for part in GUIDE.read_text(encoding="utf-8").split("\n\n") if "Half a page" in part]
    named = {name: float(high) for name, high in re.findall(r"`(\w+)` (\d+(?:\.\d+)?)", told)}
    assert named == TALLER
    assert f"{HALF:g} in wide and {HIGH:g} in high" in " ".join(told.split())


@pytest.mark.long
def test_no_dashed_line_goes_through_the_name_of_a_level():
    figure = EXAMPLES["Replay"]()[0].plot().get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    crossed = 0
    for row in figure.axes[0].child_axes:
        lines = [line for line in row.lines if line.get_linestyle() == "--"]
        for name in (text for text in row.texts if text.get_fontsize() == 5):
            box = name.get_window_extent()
            at = [row.transData.transform((line.get_xdata()[0], 0.0))[0] for line in lines]
            if any(box.x0 < x < box.x1 for x in at):
                crossed += 1
                assert name.get_path_effects()
                assert name.get_zorder() > max(line.get_zorder() for line in lines)
    assert crossed


class Drawn:
    """A result with any figure."""

    def __init__(self, draw, beside=False):
        self.draw = draw
        self.beside = beside

    def plot(self, ax=None):
        ax = Figure(figsize=(3, 2), layout="constrained").subplots() if ax is None else ax
        self.draw(ax)
        return ax


def _alike(axis):
    axis.plot([0, 1], color="#0072B2", label="one")
    axis.plot([1, 0], color="#D55E00", label="two")
    axis.legend(loc="lower center")


def _open(_axis):
    plt.figure()


@pytest.mark.parametrize(
    ("draw", "fault"),
    [
        (lambda axis: axis.figure.text(0.9, 0.5, "a text that is cut"), "not within"),
        (lambda axis: [axis.text(0.1, 0.5, "one word"), axis.text(0.12, 0.5, "and one")], "cover each other"),
        (lambda axis: axis.text(0.5, 0.5, "too small", fontsize=2), "2 points"),
        (_alike, "alike in grey"),
        (_open, "leaves a figure open"),
        (lambda axis: axis.plot([0, 1]), None),
    ],
)
def test_what_is_wrong_with_a_figure_is_found(draw, fault):
    found = figure_fault(Drawn(draw))
    plt.close("all")
    assert found is None if fault is None else fault in found


def test_axes_that_are_given_are_used():
    class Elsewhere:
        def plot(self, ax=None):
            return Figure().subplots()

    assert "other axes" in figure_fault(Elsewhere())
    assert text_fault(Figure()) is grey_fault(Figure()) is None


def test_a_figure_is_shown_in_a_notebook_and_loads_no_matplotlib_before():
    code = (
        "import sys, negotiation as ng; g = ng.strategies.grim_trigger("
        "ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]]), ('0', '0'), ('1', '1'))\n"
        "assert 'matplotlib' not in sys.modules\n"
        "axis = g.plot()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert axis._repr_png_()[:4] == b'\\x89PNG'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
