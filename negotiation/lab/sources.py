"""The texts of Python files on which a number may depend, compared by their syntax trees.

The files of a measure are its own and all user files that it reaches by imports. Python, installed packages
and this package are identified by their versions and by the package's own hash. A file that was edited after
this process began may differ from what the process has in memory.
"""

from __future__ import annotations

import ast
import os
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec, resolve_name
from pathlib import Path
from types import FunctionType, ModuleType

from negotiation.base.reading.hashes import file_hash, tree_text

# Name under which the module of an experiment's file holds the text that was read.
SOURCE = "__experiment_source__"

# Seconds by which the system's own note of a process's start may be early: it counts in hundredths.
TICK = 0.02

INSTALLED = {"site-packages", "dist-packages"}
STDLIB = {
    place
    for folder in (Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
    for place in (folder, folder.resolve())
}


def text_of(module: ModuleType | None) -> str | None:
    """Return the source text of a module, or None if it has no Python file.

    The module of an experiment has the text from which it was made. Any other is read from its file now.
    """
    text = getattr(module, SOURCE, None)
    if isinstance(text, str):
        return text
    path = _file(module)
    return path.read_text(encoding="utf-8") if path and path.suffix == ".py" else None


def modules_below(root: ModuleType | None) -> list[ModuleType]:
    """Return a module and the user's modules that it reaches, sorted by name.

    A package above an imported module counts by its own file and its imports. Other loaded parts of it do not
    concern the measure, and another process may not have loaded them.
    """
    # A module counts as a whole (what it holds and what it imports) or as one that an import passes through
    # (its file and what that imports). Who was met as a whole need not be met again; the reverse is not so.
    modules: dict[str, ModuleType] = {}
    seen: set[tuple[str, bool]] = set()
    waiting = [(root, True)]
    while waiting:
        module, whole = waiting.pop()
        if module is None or (module is not root and not is_users(module)):
            continue
        if not seen.isdisjoint({(module.__name__, True), (module.__name__, whole)}):
            continue
        seen.add((module.__name__, whole))
        modules[module.__name__] = module
        if whole:
            waiting += [(loaded, True) for loaded in _loaded_by(module)]
        waiting += _imported_by(module)
    return [modules[name] for name in sorted(modules)]


def texts_below(root: ModuleType | None) -> list[str]:
    """Return the syntax trees, as text, of a module and of the user's modules that it reaches, sorted."""
    return sorted(_code(module, text_of(module)) for module in modules_below(root))


def files_below(root: ModuleType | None) -> set[str]:
    """Return the absolute paths of the files of a module and of the user's modules that it reaches."""
    files = [getattr(module, "__file__", None) for module in modules_below(root)]
    return {os.path.abspath(file) for file in files if isinstance(file, str)}  # noqa: PTH100


def foreign_names(root: ModuleType | None) -> set[str]:
    """Return the top-level names that a module and the user's modules below it import.

    Names of Python's own modules and of this package are left out. Imports inside functions count. Some names
    may be those of user modules.
    """
    names = set()
    for module in modules_below(root):
        names |= {name for name, level, _ in _imports(text_of(module)) if not level}
        names |= {m.__name__ for m in _loaded_by(module) if m is not None}
    names = {name.partition(".")[0] for name in names}
    pythons = {name for name in names & sys.stdlib_module_names if _is_pythons(name, _file(_found(name)))}
    return names - {"negotiation", "__main__"} - pythons


def edited_since_start(root: ModuleType | None) -> bool:
    """Return whether a file of a module or below it was written since this process began."""
    paths = [_file(m) for m in modules_below(root) if not hasattr(m, SOURCE)]
    return any(path is not None and path.stat().st_mtime > STARTED for path in paths)


def is_users(module: ModuleType | None) -> bool:
    """Return whether a module is the user's own: not Python's, not this package's and not installed.

    Its location decides, not its name: a user's `profile.py` that is first on the path hides Python's.
    """
    if module is None:
        return True
    top, path = module.__name__.partition(".")[0], _file(module)
    if top == "negotiation" or _is_pythons(top, path):
        return False
    return path is None or not INSTALLED & set(path.resolve().parts)


def is_findable(function: object) -> bool:
    """Return whether another process can find a function by its module and name.

    Examples
    --------
    >>> is_findable(is_findable), is_findable(lambda x: x)
    (True, False)
    """
    home, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    value: object = sys.modules.get(str(home))
    if name is None or (home == "__main__" and not Path(getattr(value, "__file__", "")).is_file()):
        return False  # at a prompt, or in a program from a pipe: nobody else has its text
    # By identity: a decorated or rebound name leads to another function than this one.
    for part in name.split("."):
        value = getattr(value, part, None)
    return value is function


def _process_start() -> float:
    """Return the start time of this process, in seconds since the epoch, plus `TICK`.

    Return the current time if the system does not report the start.
    """
    # The twenty-second field of its line is when it began, in hundredths after the system did; the name of
    # the program, in brackets, may hold spaces, so fields are counted from the last bracket. An edit in the
    # same hundredth counts as earlier than the start, since what was read then may be either.
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        up = float(Path("/proc/uptime").read_text().split()[0])
        return time.time() - up + ticks / os.sysconf("SC_CLK_TCK") + TICK
    except (OSError, ValueError, IndexError):
        return time.time()


STARTED = _process_start()


def _is_pythons(name: str, path: Path | None) -> bool:
    """Return whether a module is Python's, by the place of its file or, without a file, by its name."""
    if path is None:
        return name in sys.stdlib_module_names
    places = {path, path.resolve()}
    return any(place.is_relative_to(folder) for place in places for folder in STDLIB)


def _file(module: ModuleType | None) -> Path | None:
    path = getattr(module, "__file__", None)
    return Path(path) if isinstance(path, str) and Path(path).is_file() else None


def _code(module: ModuleType, text: str | None) -> str:
    if text is None:
        path = _file(module)  # a compiled one
        return file_hash(path) if path else ""
    try:
        return tree_text(text)
    except SyntaxError:  # being edited
        return text


def _loaded_by(module: ModuleType) -> Iterator[ModuleType | None]:
    """Yield the modules among a module's values, and the modules of its functions and classes."""
    # A list, since looking at a value may load more into a module that loads lazily.
    for value in list(vars(module).values()):
        if isinstance(value, ModuleType):
            yield value
        elif isinstance(value, (FunctionType, type)):
            yield sys.modules.get(value.__module__)


def _imported_by(module: ModuleType) -> Iterator[tuple[ModuleType | None, bool]]:
    """Yield the modules that a module's text imports anywhere, loaded or not, and whether each counts whole.

    Packages above an imported module, whose files run first, do not count whole.
    """
    for name, level, values in _imports(text_of(module)):
        # `from a.b import c` may name a module c or a value of b: both are looked for, and what is no module
        # is not found.
        with suppress(ImportError):
            whole = resolve_name("." * level + name, module.__package__ or "")
            yield from () if level else _above(whole)
            yield _found(whole), True
            yield from ((_found(f"{whole}.{value}"), True) for value in values)


def _imports(text: str | None) -> Iterator[tuple[str, int, list[str]]]:
    """Yield each import in a text: the module, the number of leading dots, and the names taken from it."""
    # A file that is being edited has no tree: what it imported when it was loaded is among its values.
    with suppress(SyntaxError):
        for node in ast.walk(ast.parse(text or "")):
            if isinstance(node, ast.Import):
                yield from ((alias.name, 0, []) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or "", node.level, [alias.name for alias in node.names]


def _above(name: str) -> Iterator[tuple[ModuleType | None, bool]]:
    parts = name.split(".")
    yield from ((_found(".".join(parts[:k])), False) for k in range(1, len(parts)))


def _found(name: str) -> ModuleType | None:
    """Return a loaded module or a stand-in for its file, without running code; None if it is not found."""
    if name in sys.modules:
        return sys.modules[name]
    above, _, last = name.rpartition(".")
    with suppress(ImportError, ValueError, KeyError):
        if not above:
            return _standing_for(name, find_spec(name))
        package = _found(above)
        if package is not None and is_users(package):
            # By its last name: by the whole one, a package without a file would ask for those above it.
            return _standing_for(name, PathFinder.find_spec(last, list(getattr(package, "__path__", ()))))
    return None


def _standing_for(name: str, spec: ModuleSpec | None) -> ModuleType | None:
    # No loader and nothing in `sys.modules`: it has a file and a path, which is all that is asked of it here.
    if spec is None or spec.origin == "frozen":
        return None
    module = ModuleType(name)
    module.__package__ = name.rpartition(".")[0]
    if spec.has_location and spec.origin is not None:
        module.__file__ = spec.origin
    if spec.submodule_search_locations is not None:
        module.__package__, module.__path__ = name, list(spec.submodule_search_locations)
    return module
