"""Draw the house from its imports: `python docs/architecture.py` writes docs/images/architecture.png.

Left the floors, bottom to top, with their rooms as wide as they have lines of code; right which floor imports
from which, in numbers of imports. A house whose floors hold has nothing above the diagonal.
"""

import ast
import tomllib
from collections import Counter
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "negotiation"
PICTURE = ROOT / "docs" / "images" / "architecture.png"
INK, ROOM, DOOR = "#1d3557", "#e8eef5", "#2a6f97"
FEWEST_LINES = 900
"""A room is drawn at least as wide as this many lines of code, so that its name can be read."""


def floors():
    """Return the floors of the import contract, lowest first, each with the packages that share it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(each for each in contracts if each["id"] == "floors")["layers"]
    return [[name.strip() for name in layer.split("|")] for layer in reversed(layers)]


def lines_of(path):
    """Return the number of lines of a file that are neither blank nor comment nor docstring."""
    source = path.read_text()
    told = set()
    for node in ast.walk(ast.parse(source)):
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            told |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in told
        for number, line in enumerate(source.splitlines(), 1)
    )


def rooms(top):
    """Return the rooms of a package, as (name, lines of code): its folders, and what lies in none."""
    path = PACKAGE / top
    if not path.is_dir():
        return [(top, lines_of(path.with_suffix(".py")))]
    found = Counter()
    for file in path.rglob("*.py"):
        parts = file.relative_to(path).parts
        found[parts[0] if len(parts) > 1 and parts[0] != "kernels" else ""] += lines_of(file)
    inner = sorted(((name, n) for name, n in found.items() if name), key=lambda room: -room[1])
    return [(top, found[""]), *inner] if inner else [(top, sum(found.values()))]


def imports():
    """Return how often a module of one package imports from another, by their names."""
    found = Counter()
    for path in PACKAGE.rglob("*.py"):
        mine = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("negotiation."):
                found[mine, node.module.split(".")[1]] += 1
            elif isinstance(node, ast.ImportFrom) and node.module == "negotiation":
                found.update((mine, alias.name) for alias in node.names)
    return Counter({pair: n for pair, n in found.items() if pair[0] != pair[1]})


def draw_floors(axis, house):
    """Draw each floor as a row of rooms."""
    widest = 1.0
    for level, packages in enumerate(house):
        left = 0.0
        for top in packages:
            for place, (name, lines) in enumerate(rooms(top)):
                width = max(lines, FEWEST_LINES) ** 0.6
                colour = INK if place == 0 else ROOM
                axis.barh(level, width, left=left, height=0.8, color=colour, edgecolor="white", linewidth=1.5)
                axis.text(
                    left + width / 2,
                    level,
                    f"{name.replace('_', chr(10) if len(name) > 10 else ' ')}\n{lines:,}",
                    ha="center",
                    va="center",
                    fontsize=5.5,
                    color="white" if place == 0 else INK,
                )
                left += width
        widest = max(widest, left)
    axis.set_xlim(0, widest)
    axis.set_ylim(-0.6, len(house) - 0.4)
    axis.axis("off")
    axis.set_title("Floors and rooms, with their lines of code", loc="left", fontsize=9)


def draw_matrix(axis, house):
    """Draw how often the floor in a row imports from the floor in a column."""
    names = [top for packages in house for top in packages if top != "__main__"]
    found = imports()
    axis.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axis.set_yticks(range(len(names)), names, fontsize=6)
    for row, top in enumerate(names):
        for column, below in enumerate(names):
            number = found[top, below]
            if number:
                axis.scatter(column, row, s=8 + 110 * (number / max(found.values())) ** 0.5, color=DOOR)
    axis.plot([-0.5, len(names) - 0.5], [-0.5, len(names) - 0.5], color="#999999", linewidth=0.7)
    axis.set_xlim(-0.6, len(names) - 0.4)
    axis.set_ylim(-0.6, len(names) - 0.4)
    axis.set_aspect("equal")
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.set_title("Who (row) imports from whom (column)", loc="left", fontsize=9)


def main():
    """Write the picture."""
    house = floors()
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(11, 5.6), width_ratios=(1.6, 1), layout="constrained", dpi=160
    )
    draw_floors(left, house)
    draw_matrix(right, house)
    figure.savefig(PICTURE, metadata={"Software": None})


if __name__ == "__main__":
    main()
