"""A cache of costly results: folders of files, each named by the hash of everything on which they depend.

The folders are in the user's cache folder. The environment variable `NEGOTIATION_CACHE` names another folder,
or is `off`. A cached folder has a list of its files with their hashes. If the files do not match the list,
the result is computed again. Nothing in the cache is executed.
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

# Number of folders that are kept, the latest used; each has a few hundred kilobytes.
MOST_KEPT = 64

# Libraries whose versions may change a byte of a table or a figure, besides those that change numbers.
LIBRARIES = ("pandas", "duckdb", "matplotlib")


def key_of(*parts: str | Path) -> str:
    """Return the hash of the package's files, the libraries' versions, and `parts` in order.

    A part is a text, or a `Path` whose file counts by its content.
    """
    others = [["file", full_hash(file_bytes(part))] if isinstance(part, Path) else part for part in parts]
    return digest(canonical([_package_hash(), library_versions(LIBRARIES), others]))


@lru_cache(maxsize=1)
def _package_hash() -> str:
    """Return the hash of the package's files, which are read once per process."""
    files = sorted(each for kind in ("py", "toml", "csv") for each in PACKAGE.rglob(f"*.{kind}"))
    # By their bytes: parsing the files would take longer than all the rest of a cached answer.
    return files_hash(files, PACKAGE, Path.read_bytes)


def dispute_files(world: Scenario) -> tuple[Path, ...]:
    """Return the data files of a dispute from elsewhere; none for the package's own, which always count."""
    folder = world.folder
    if folder is None or folder.parent == SCENARIOS:
        return ()
    return tuple(path for path in sorted(folder.rglob("*")) if path.suffix in (".toml", ".csv"))


def content(name: str) -> Path | str:
    """Return the part of a key for an agreement: the path of its file, or its name."""
    return Path(name) if name.endswith(".toml") else name


def cache_folder() -> Path | None:
    """Return the folder of the cache, or `None` if the cache is off."""
    named = os.environ.get(FOLDER, "")
    if named == OFF:
        return None
    return Path(named) if named else user_cache_path("negotiation", appauthor=False)


def filled(folder: Path, key: str, make: Callable[[Path], None], fresh: bool = False) -> bool:
    """Fill a folder with the files cached under a key, or make the files and cache them.

    `make` takes a folder and writes the files into it. If `fresh` is true, cached files are ignored. Return
    whether the files came from the cache.
    """
    usable_folder(folder)
    cache = cache_folder()
    folder_kept = None if cache is None else cache / key
    if folder_kept is not None and not fresh and _is_whole(folder_kept):
        _copy(folder_kept, folder, json.loads((folder_kept / LIST).read_text(encoding="utf-8")))
        return True
    # Made in a temporary folder, so that other files in the user's folder are not cached.
    with TemporaryDirectory(prefix="negotiation-") as made:
        make(Path(made))
        names = sorted(path.name for path in Path(made).iterdir())
        if folder_kept is not None:
            _keep(Path(made), names, folder_kept)
        _copy(Path(made), folder, names)
    return False


def _is_whole(folder: Path) -> bool:
    """Return whether every file in the list of a cached folder has its hash, and mark the folder as used."""
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
    """Cache files, all or none; do nothing if the cache cannot be written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=".new-") as beside:
            new = Path(beside) / "kept"
            new.mkdir()
            for name in names:
                shutil.copyfile(made / name, new / name)
            listed = {name: file_hash(new / name) for name in names}
            (new / LIST).write_text(json.dumps(listed, indent=1), encoding="utf-8")
            # A kill in between leaves no cached folder, so the files are made again; two processes that cache
            # the same result at once cache the same files.
            shutil.rmtree(folder, ignore_errors=True)
            new.replace(folder)
        _forget(folder.parent)
    except OSError:
        return


def _forget(cache: Path) -> None:
    """Delete all cached folders except the `MOST_KEPT` that were used last."""
    folders = [path for path in cache.iterdir() if (path / LIST).is_file()]
    for path in sorted(folders, key=lambda each: each.stat().st_mtime, reverse=True)[MOST_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
