"""What is costly is computed once: folders of written files, kept by the hash of all that they depend on.

They lie in the user's cache folder (`NEGOTIATION_CACHE` names another one, or is `off`). A kept folder has a
list of its files with their hashes; one that does not agree with its list is made anew. Nothing is executed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import machine, python_version
from tempfile import TemporaryDirectory

from platformdirs import user_cache_path

import negotiation
from negotiation.reading.text import file_bytes
from negotiation.report.files import usable_folder, whole
from negotiation.world import Scenario
from negotiation.world.loading import SCENARIOS

FOLDER = "NEGOTIATION_CACHE"
OFF = "off"
LIST = "files.json"

MOST_KEPT = 64
"""Folders that are kept, the latest used; each has some hundred kilobytes."""

LIBRARIES = (
    "numpy", "scipy", "numba", "nashpy", "highspy", "python-flint", "pandas", "pyarrow", "matplotlib",
)  # fmt: skip
"""Whose versions may change a byte of a table or a figure."""


def key_of(*parts: str | Path) -> str:
    """Return the hash of the package's files, the libraries' versions, and what else a part depends on."""
    total = sha256()
    package = Path(negotiation.__file__).parent
    for path in sorted(each for kind in ("py", "toml", "csv") for each in package.rglob(f"*.{kind}")):
        _add(total.update, path.relative_to(package).as_posix(), path.read_bytes())
    for name in ("python", "machine", *LIBRARIES):
        _add(total.update, name, _version(name).encode())
    for part in parts:
        if isinstance(part, Path):
            _add(total.update, "file", file_bytes(part))
        else:
            _add(total.update, "option", part.encode())
    return total.hexdigest()[:40]


def dispute_files(world: Scenario) -> tuple[Path, ...]:
    """Return the files of a dispute that are not among the package's, which count in any case."""
    folder = world.folder
    if folder is None or folder.parent == SCENARIOS:
        return ()
    return tuple(path for path in sorted(folder.rglob("*")) if path.suffix in (".toml", ".csv"))


def _add(update: Callable[[bytes], None], name: str, content: bytes) -> None:
    # With its length, so that no two lists of contents run together to the same bytes.
    update(f"{name}:{len(content)}:".encode())
    update(content)


def _version(name: str) -> str:
    if name in ("python", "machine"):
        return python_version() if name == "python" else machine()
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def cache_folder() -> Path | None:
    """Return the folder in which parts are kept; `None` where that is switched off."""
    named = os.environ.get(FOLDER, "")
    if named == OFF:
        return None
    return Path(named) if named else user_cache_path("negotiation", appauthor=False)


def filled(folder: Path, key: str, make: Callable[[Path], None], fresh: bool = False) -> bool:
    """Fill a folder with the files of a part: those kept under its key, or made now and kept."""
    usable_folder(folder)
    cache = cache_folder()
    kept = None if cache is None else cache / key
    if kept is not None and not fresh and _is_whole(kept):
        _copy(kept, folder, json.loads((kept / LIST).read_text(encoding="utf-8")))
        return True
    with TemporaryDirectory(prefix="negotiation-") as made:
        make(Path(made))
        names = sorted(path.name for path in Path(made).iterdir())
        if kept is not None:
            _keep(Path(made), names, kept)
        _copy(Path(made), folder, names)
    return False


def _is_whole(kept: Path) -> bool:
    """Return whether every file of a kept folder is as its list says."""
    try:
        listed = json.loads((kept / LIST).read_text(encoding="utf-8"))
        whole = bool(listed) and all(
            Path(name).name == name and _hash(kept / name) == digest for name, digest in listed.items()
        )
        os.utime(kept)
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
    return whole


def _copy(source: Path, folder: Path, names: Iterable[str]) -> None:
    for name in names:
        with whole(folder / name) as part:
            shutil.copyfile(source / name, part.path)


def _keep(made: Path, names: Sequence[str], kept: Path) -> None:
    """Keep files, whole or not at all; a cache that cannot be written is no fault of the result."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=kept.parent, prefix=".new-") as beside:
            new = Path(beside) / "kept"
            new.mkdir()
            for name in names:
                shutil.copyfile(made / name, new / name)
            listed = {name: _hash(new / name) for name in names}
            (new / LIST).write_text(json.dumps(listed, indent=1), encoding="utf-8")
            shutil.rmtree(kept, ignore_errors=True)
            new.replace(kept)
        _forget(kept.parent)
    except OSError:
        return


def _forget(cache: Path) -> None:
    """Delete the folders longest unused, beyond `MOST_KEPT`."""
    found = [path for path in cache.iterdir() if (path / LIST).is_file()]
    for path in sorted(found, key=lambda each: each.stat().st_mtime, reverse=True)[MOST_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
