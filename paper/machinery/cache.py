"""What was made from what: a part is made again only when one of its inputs has other content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from negotiation.base.reading.hashes import canonical, digest, file_hash, installed_version
from negotiation.base.reading.writing import whole

MACHINERY = Path(__file__).parent
PACKAGE_FIGURES = MACHINERY.parents[1] / "negotiation" / "report" / "figures"
LIBRARIES = ("matplotlib", "numpy", "pandas", "duckdb")


def machinery_hash() -> str:
    """Return the hash of the code that draws and sets, its style, and the libraries that it uses."""
    drawing = [path for folder in (MACHINERY, PACKAGE_FIGURES) for path in sorted(folder.glob("*.py"))]
    files = [*drawing, MACHINERY / "paper.mplstyle", *sorted(PACKAGE_FIGURES.glob("style/*.mplstyle"))]
    return key_of(files, *map(installed_version, LIBRARIES))


def key_of(files: Iterable[Path], *extra: str) -> str:
    """Return the key of what is made from some files and texts."""
    return digest(canonical([[[path.name, file_hash(path)] for path in files], extra]))


class Manifest:
    """The keys of what was made in a folder, and the hashes of the files that came out."""

    def __init__(self, build: Path) -> None:
        self._build, self._path = build, build / "manifest.json"
        try:
            self._made: dict[str, dict[str, object]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._made = {}

    def current(self, name: str, key: str) -> bool:
        """Return whether something was made with this key and its files are as they were made."""
        made = self._made.get(name, {})
        files = made.get("files", {})
        if made.get("key") != key or not isinstance(files, dict):
            return False
        paths = {self._build / file: told for file, told in files.items()}
        return all(path.is_file() and file_hash(path) == told for path, told in paths.items())

    def record(self, name: str, key: str, files: Mapping[str, bytes]) -> None:
        """Write the files of something that was made, and remember its key."""
        for file, content in files.items():
            with whole(self._build / file) as part:
                part.write_bytes(content)
        self._made[name] = {"key": key, "files": {file: file_hash(self._build / file) for file in files}}
        self._path.write_text(json.dumps(self._made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
