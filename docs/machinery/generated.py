"""Pages made from the package itself: the reference of every public name, and the catalogue of games."""

import inspect
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import negotiation as ng
from machinery import grid
from tests.contracts.docstrings import documented

GROUPS = {
    "Games": ("games",),
    "Strategies": ("strategies",),
    "Equilibria of one stage": ("solvers.nash", "solvers.stage"),
    "Payoffs that repetition allows": ("solutions.payoff_set", "solvers.payoff_sets"),
    "Patience: thresholds and penal codes": ("solvers.thresholds", "solvers.penal_codes"),
    "Bargaining and relations": ("solvers.bargaining", "solvers.relational"),
    "States and continuous time": ("solvers.markov", "solvers.continuous"),
    "Noise, clocks, survival": ("solvers.closed_forms", "solvers.readings"),
    "Values, checks, play": ("solvers.values", "checks", "play"),
    "A dispute": ("world",),
    "Truces, replays, forecasts": ("truces",),
    "Experiments": ("lab",),
}
"""The headings of the reference, and the parts of the package whose names stand under each."""
REST = "Other names"
RESULTS = "What comes back"


def public_names() -> Iterator[tuple[str, str]]:
    """Yield (full name, home) of all that a user types after `ng.`; a module yields what is in it."""
    for name in dir(ng):
        found = getattr(ng, name)
        if name.startswith("_"):
            continue
        if isinstance(found, types.ModuleType):
            for inner in found.__all__:
                if getattr(found, inner) is not getattr(ng, inner, None):
                    yield f"{found.__name__}.{inner}", found.__name__
        else:
            yield f"negotiation.{name}", found.__module__


def results() -> list[str]:
    """Return the full names of the classes that public functions return and `ng` does not name."""
    named = {id(getattr(ng, name)) for name in dir(ng)}
    kinds = {name: found for name, (found, _) in documented().items() if inspect.isclass(found)}
    return sorted(
        name for name, found in kinds.items() if name.startswith("negotiation.") and id(found) not in named
    )


def grouped() -> dict[str, list[str]]:
    """Return the full names under each heading; none is missing, whatever its home."""
    found: dict[str, list[str]] = {heading: [] for heading in (*GROUPS, REST)}
    for name, home in public_names():
        inside = f"{home.removeprefix('negotiation.')}."
        matches = [
            heading for heading, parts in GROUPS.items() if any(inside.startswith(f"{p}.") for p in parts)
        ]
        found[matches[0] if matches else REST].append(name)
    return {heading: sorted(names) for heading, names in found.items() if names}


def reference() -> str:
    """Return the page of the reference, in reStructuredText, which `autosummary` reads."""
    lines = [
        "Reference",
        "=========",
        "",
        "Every name after ``import negotiation as ng``, and below them the results that come back. Which",
        "games a function takes, and what its *complete* asserts: :doc:`/explanation/what-complete-means`.",
        "",
        ".. toctree::",
        "   :hidden:",
        "",
        "   catalogue",
        "   explorer",
        "",
    ]
    for heading, names in (*grouped().items(), (RESULTS, results())):
        lines += [heading, "-" * len(heading), "", ".. autosummary::", "   :toctree: names", ""]
        lines += [*(f"   {name}" for name in names), ""]
    return "\n".join(lines)


def in_one_line(text: str) -> str:
    """Return text for a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def catalogue() -> str:
    """Return the page of the published games, in Markdown."""
    lines = [
        "# Catalogue of published games",
        "",
        "Games of the literature by citation, with what their sources state. `ng.catalogue()` lists them,",
        "`ng.catalogue()[name].game()` makes one. The tests that are named hold the program to the values.",
        "",
        "```{contents}",
        ":local:",
        "```",
        "",
    ]
    for name, entry in ng.catalogue().items():
        game = entry.game()
        stage = game.stage if isinstance(game, ng.RepeatedGame) else game
        lines += [f"## {name}", "", f"{entry.source}. {entry.says}", ""]
        lines += [f"*{type(game).__name__}* of {len(stage.players)} players. Held by `{entry.test}`.", ""]
        if entry.known:
            lines += ["| of | published |", "| --- | --- |"]
            lines += [f"| {in_one_line(w)} | {in_one_line(str(v))} |" for w, v in entry.known.items()]
            lines += [""]
    return "\n".join(lines)


def write_all(folder: Path, answers: dict[str, Any] | None = None) -> None:
    """Write the pages where they differ from what is there; answers of the explorer may be given."""
    folder.mkdir(exist_ok=True)
    listed = {*results(), *(name for name, _ in public_names())}
    for page in (folder / "names").glob("*.rst"):  # of names that are gone
        if page.stem not in listed:
            page.unlink()
    pages = {"index.rst": reference(), "catalogue.md": catalogue(), "explorer.md": grid.page(answers)}
    for name, text in pages.items():
        page = folder / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
