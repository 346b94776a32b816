"""A cache of costly results: folders of written files, named by the hash of everything they depend on.

They are in the user's cache folder; the environment variable `NEGOTIATION_CACHE` names another folder, or is
`off`. A cached folder has a list of its files with their hashes; a folder that does not match its list is
computed again. Nothing is executed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_cache_path

from negotiation.base.reading.hashes import canonical, digest, file_hash, files_hash, full_hash
from negotiation.base.reading.text import file_bytes
from negotiation.base.reading.writing import whole
from negotiation.disputes import Scenario
from negotiation.disputes.files.folder import SCENARIOS
from negotiation.lab.fingerprint import PACKAGE, library_versions
from negotiation.report.files import usable_folder

FOLDER = "NEGOTIATION_CACHE"
OFF = "off"
LIST = "files.json"

# Folders that are kept, the latest used; each has some hundred kilobytes.
MOST_KEPT = 64

# Whose versions may change a byte of a table or a figure, besides those on which a number depends.
LIBRARIES = ("pandas", "duckdb", "matplotlib")


def key_of(*parts: str | Path) -> str:
    """Return the hash of the package's files, the libraries' versions, and what else a part depends on."""
    others = [["file", full_hash(file_bytes(part))] if isinstance(part, Path) else part for part in parts]
    return digest(canonical([_package_hash(), library_versions(LIBRARIES), others]))


@lru_cache(maxsize=1)
def _package_hash() -> str:
    """Return the hash of the files of the package, which are read once."""
    files = sorted(each for kind in ("py", "toml", "csv") for each in PACKAGE.rglob(f"*.{kind}"))
    # By their bytes: their trees would take longer than all else that a kept answer takes.
    return files_hash(files, PACKAGE, Path.read_bytes)


def dispute_files(world: Scenario) -> tuple[Path, ...]:
    """Return the files of a dispute that are not among the package's, which count in any case."""
    folder = world.folder
    if folder is None or folder.parent == SCENARIOS:
        return ()
    return tuple(path for path in sorted(folder.rglob("*")) if path.suffix in (".toml", ".csv"))


def content(name: str) -> Path | str:
    """Return what a part depends on of an agreement: a file counts by its content, a name as it is."""
    return Path(name) if name.endswith(".toml") else name


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
    folder_kept = None if cache is None else cache / key
    if folder_kept is not None and not fresh and _is_whole(folder_kept):
        _copy(folder_kept, folder, json.loads((folder_kept / LIST).read_text(encoding="utf-8")))
        return True
    # Made in a folder of its own, so that what else lies in the user's folder is not kept with it.
    with TemporaryDirectory(prefix="negotiation-") as made:
        make(Path(made))
        names = sorted(path.name for path in Path(made).iterdir())
        if folder_kept is not None:
            _keep(Path(made), names, folder_kept)
        _copy(Path(made), folder, names)
    return False


def _is_whole(folder: Path) -> bool:
    """Return whether every file of a kept folder is as its list says."""
    try:
        listed = json.loads((folder / LIST).read_text(encoding="utf-8"))
        is_whole = bool(listed) and all(
            Path(name).name == name and file_hash(folder / name) == content_hash
            for name, content_hash in listed.items()
        )
        os.utime(folder)
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
    return is_whole


def _copy(source: Path, folder: Path, names: Iterable[str]) -> None:
    for name in names:
        with whole(folder / name) as part:
            shutil.copyfile(source / name, part)


def _keep(made: Path, names: Sequence[str], folder: Path) -> None:
    """Keep files, whole or not at all; a cache that cannot be written is no fault of the result."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=".new-") as beside:
            new = Path(beside) / "kept"
            new.mkdir()
            for name in names:
                shutil.copyfile(made / name, new / name)
            listed = {name: file_hash(new / name) for name in names}
            (new / LIST).write_text(json.dumps(listed, indent=1), encoding="utf-8")
            # A kill in between leaves no kept folder, and the part is made anew; two processes that keep the
            # same part at once keep the same files.
            shutil.rmtree(folder, ignore_errors=True)
            new.replace(folder)
        _forget(folder.parent)
    except OSError:
        return


def _forget(cache: Path) -> None:
    """Delete the folders longest unused, beyond `MOST_KEPT`."""
    folders = [path for path in cache.iterdir() if (path / LIST).is_file()]
    for path in sorted(folders, key=lambda each: each.stat().st_mtime, reverse=True)[MOST_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
