"""Pages made from the package itself: the reference of every public name, and the catalogue of games."""

import inspect
import types
from collections.abc import Iterator
from pathlib import Path

import negotiation as ng
from tests.contracts.docstrings import documented

FIRST = "The first ten"
MORE = "More to remember"
MOVED = "In their namespaces"
RESULTS = "What comes back"
TEN = (
    "StageGame", "RepeatedGame", "StochasticGame", "solve", "equilibrium_payoffs",
    "critical_discount_factor", "verify", "load_scenario", "replay", "verdict",
)  # fmt: skip


def public_names() -> Iterator[tuple[str, str]]:
    """Yield (full name, heading) of all that a user types after `ng.`; a module yields what is in it."""
    families = {
        name: f"ng.solvers.{one}" for one in ng.solvers.__all__ for name in getattr(ng.solvers, one).__all__
    }
    for name in ng.__all__:
        found = getattr(ng, name)
        if isinstance(found, types.ModuleType):
            for inner in (inner for inner in found.__all__ if not hasattr(ng, inner)):
                if not isinstance(getattr(found, inner), types.ModuleType):
                    yield f"{found.__name__}.{inner}", f"ng.{name}"
        else:
            yield f"negotiation.{name}", FIRST if name in TEN else families.get(name, MORE)
    for name, home in ng._MOVED.items():  # noqa: SLF001 - of one house
        yield f"{home}.{name}", MOVED


def results() -> list[str]:
    """Return the full names of the classes that public functions return and `ng` does not name."""
    named = {id(getattr(ng, name)) for name in dir(ng)}
    kinds = {name: found for name, (found, _) in documented().items() if inspect.isclass(found)}
    return sorted(
        name for name, found in kinds.items() if name.startswith("negotiation.") and id(found) not in named
    )


def grouped() -> dict[str, list[str]]:
    """Return the full names under each heading: by rank, then by namespace."""
    found: dict[str, list[str]] = {FIRST: [f"negotiation.{name}" for name in TEN], MORE: []}
    for name, heading in sorted(public_names(), key=lambda pair: pair[1] == MOVED):
        if heading != FIRST:
            found.setdefault(heading, []).append(name)
    return found


def reference() -> str:
    """Return the page of the reference, in reStructuredText, which `autosummary` reads."""
    lines = [
        "Reference",
        "=========",
        "",
        "What this page lists is public; the rest may change. It has every name after",
        "``import negotiation as ng``, names to be imported from their namespaces, and what comes back. All",
        "solvers stand by family in ``ng.solvers``, errors in ``ng.errors``; ``ng.testing`` has what tests",
        "games of your own. Which games a function takes, and what its *complete* asserts:",
        ":doc:`/explanation/what-complete-means`.",
        "",
        ".. toctree::",
        "   :hidden:",
        "",
        "   catalogue",
        "   certificates",
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


def write_all(folder: Path) -> None:
    """Write the pages where they differ from what is there."""
    folder.mkdir(exist_ok=True)
    listed = {*results(), *(name for name, _ in public_names())}
    for page in (folder / "names").glob("*.rst"):  # of names that are gone
        if page.stem not in listed:
            page.unlink()
    pages = {"index.rst": reference(), "catalogue.md": catalogue()}
    for name, text in pages.items():
        page = folder / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
