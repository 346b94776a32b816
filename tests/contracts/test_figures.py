"""Everything that has a figure draws it where it is told to, legibly, and in grey too.

Classes are found by their method `plot`; each needs an example in `figures.py`.
"""

import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from inspect import isabstract
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import negotiation
import negotiation.game_theory.solutions
import negotiation.game_theory.solvers
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


@pytest.mark.long
def test_a_figure_stands_where_it_is_told_to_and_is_legible_in_grey_too():
    for name, examples in EXAMPLES.items():
        assert {type(one).__name__ for one in examples()} == {name}
        assert {figure_fault(one) for one in examples()} == {None}, name


def least_text(axis):
    """Return the points of the smallest text on some axes."""
    return min(text.get_fontsize() for text in axis.findobj(Text) if text.get_text().strip())


HALF, HIGH = 3.4, 3.0
TALLER = {
    "Agreement": 6.0, "BargainSets": 4.0, "ClaimsTable": 6.5, "Comparison": 4.5, "Forecast": 6.0,
    "Leverage": 6.0, "LinkageGains": 6.0, "NoiseSweep": 5.0, "Replay": 4.0,
    "RestraintMap": 6.0, "Revealed": 7.0, "TruceLifetime": 5.0, "Verdicts": 4.0,
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
            assert any(
                axes.get_title(loc=side) for axes in figure.findobj(Axes) for side in ("left", "center")
            )
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
