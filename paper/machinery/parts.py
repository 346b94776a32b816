"""The parts of the paper: sources, figures and tables, found by their files and loaded one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from paper.machinery.faults import PaperFault, UnknownArtefact

Kind = Literal["sources", "figures", "tables"]
KINDS: tuple[Kind, ...] = ("sources", "figures", "tables")
ENTRY: dict[Kind, str] = {"sources": "compute", "figures": "figure", "tables": "table"}
SLUG = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Part:
    """A file of the paper that makes something."""

    # What it makes: stored tables, one figure, one table in LaTeX.
    kind: Kind
    slug: str
    path: Path
    # Stored tables that a figure or table is drawn from.
    reads: tuple[str, ...]
    # Stored tables that a source computes.
    makes: tuple[str, ...]
    function: Callable[[Any], Any]
    # Whether a source takes so long that it runs by its name alone; that its tables are older is told then.
    heavy: bool = False

    @property
    def name(self) -> str:
        """The part with its kind: figures/levels."""
        return f"{self.kind}/{self.slug}"


def paper_folder(root: Path) -> Path:
    """Return the folder of the paper, or raise `PaperFault` where there is none."""
    folder = root / "paper"
    if not (folder / "main.tex").is_file():
        raise PaperFault(
            "no paper/main.tex here: the paper is built from a checkout of the project; change to its root "
            "or give its folder with --root"
        )
    return folder


def load_module(path: Path) -> ModuleType:
    """Run a Python file of the paper and return its module; nothing is cached beside it."""
    name = f"negotiation_paper_{path.parent.name}_{path.stem}"
    spec = spec_from_loader(name, loader=None, origin=str(path))
    if spec is None:  # pragma: no cover - a name is always given
        raise PaperFault(f"{path.name}: cannot be loaded")
    module = module_from_spec(spec)
    module.__file__ = str(path)
    try:
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - the paper's own code
    except (OSError, SyntaxError, ImportError, NameError) as error:
        raise PaperFault(f"{path.parent.name}/{path.name}: cannot be loaded: {error}") from error
    return module


def parts(folder: Path, kind: Kind) -> dict[str, Part]:
    """Return the parts of one kind by slug, in alphabetical order."""
    found: dict[str, Part] = {}
    for path in sorted((folder / kind).glob("*.py")):
        if not SLUG.fullmatch(path.stem):
            raise PaperFault(f"{kind}/{path.name}: a slug has lower-case letters, digits and underscores")
        module = load_module(path)
        entry, declared = ENTRY[kind], "MAKES" if kind == "sources" else "READS"
        function, names = getattr(module, entry, None), getattr(module, declared, None)
        if not callable(function) or not isinstance(names, tuple):
            raise PaperFault(f"{kind}/{path.name}: needs a function `{entry}` and a tuple `{declared}`")
        reads, makes = ((), names) if kind == "sources" else (names, ())
        found[path.stem] = Part(
            kind, path.stem, path, reads, makes, function, getattr(module, "HEAVY", False)
        )
    return found


def chosen(everything: dict[str, Part], only: str | None) -> dict[str, Part]:
    """Return the parts of a slug, or all of them."""
    if only is None:
        return everything
    found = {name: part for name, part in everything.items() if only in (name, part.slug)}
    if not found:
        raise UnknownArtefact(only, sorted({part.slug for part in everything.values()}))
    return found
