import pytest

FIGURE = '''"""A line."""
from paper.machinery.layout import COLUMN, new_figure
READS = ("points",)
def figure(data):
    """Return it."""
    drawing = new_figure(COLUMN, 1.5)
    drawing.subplots().plot(data["points"]["x"], data["points"]["{column}"])
    return drawing
'''
FILES = {
    "main.tex": r"""\documentclass{article}\usepackage{graphicx,booktabs}\input{build/numbers.tex}
\newcommand{\paperfigure}[2]{\par\includegraphics{build/figures/#1.pdf}#2}
\newcommand{\papertable}[2]{\par\input{build/tables/#1.tex}#2}
\begin{document}
There are \numPoints{} points. \paperfigure{first}{One} \paperfigure{second}{Two} \papertable{rows}{Rows}
\input{build/stamp.tex}
\end{document}
""",
    "references.bib": "",
    "README.md": "# R\n\n<!-- programs: generated -->\n\n<!-- end of programs -->\n",
    "budget.toml": "".join(
        f"[{name}]\nseed = 0\nreplay_draws = {n}\nverdict_draws = 1\nleverage_draws = 1\n"
        "claim_draws = 1\nbargain_draws = 1\n"
        "ownership_graphs = 1\nspeed_games = 1\nspeed_batch = 50\nspeed_repeats = 1\n"
        for name, n in (("full", 4), ("tiny", 2))
    ),
    "sources/points.py": '''"""Points."""
import pandas as pd
MAKES = ("points",)
def compute(budget):
    """Return them."""
    n = budget.replay_draws
    return {"points": pd.DataFrame({"x": range(n), "y": [k * k for k in range(n)], "z": [0.5] * n})}
''',
    "figures/first.py": FIGURE.replace("{column}", "y"),
    "figures/second.py": FIGURE.replace("{column}", "z"),
    "tables/rows.py": '''"""Rows."""
from paper.machinery.tabular import figure_text, tabular
READS = ("points",)
def table(data):
    """Return it."""
    rows = [(figure_text(row.x), figure_text(row.y)) for row in data["points"].itertuples()]
    return tabular(("x", "y"), rows, "rr")
''',
    "numbers/counts.py": '''"""Numbers."""
from paper.machinery.numbers import reads, whole
@reads("points")
def counts(data):
    """Return them."""
    return {"Points": whole(len(data["points"]))}
''',
}


@pytest.fixture
def small_paper(tmp_path):
    """A checkout with a paper of two figures, one table and one number."""
    for name, text in FILES.items():
        path = tmp_path / "paper" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path
