"""What was made from what: a part is made again only when one of its inputs has other content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from paper.machinery.stored import file_hash

MACHINERY = Path(__file__).parent
LIBRARIES = ("matplotlib", "numpy", "pandas", "pyarrow")


def machinery_hash() -> str:
    """Return the hash of the code that draws and sets, its style, and the libraries that it uses."""
    files = [*sorted(MACHINERY.glob("*.py")), MACHINERY / "paper.mplstyle"]
    parts = [file_hash(path) for path in files] + [version(name) for name in LIBRARIES]
    return sha256(" ".join(parts).encode()).hexdigest()


def key_of(files: Iterable[Path], *extra: str) -> str:
    """Return the key of what is made from some files and texts."""
    parts = [*(f"{path.name} {file_hash(path)}" for path in files), *extra]
    return sha256("\n".join(parts).encode()).hexdigest()


class Manifest:
    """The keys of what was made, and the hashes of the files that came out.

    Parameters
    ----------
    build : Path
        Folder of what is made; the manifest lies in it.
    """

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
        paths = {self._build / file: digest for file, digest in files.items()}
        return all(path.is_file() and file_hash(path) == digest for path, digest in paths.items())

    def record(self, name: str, key: str, files: Mapping[str, bytes]) -> None:
        """Write the files of something that was made, and remember its key."""
        digests: dict[str, str] = {}
        for file, content in files.items():
            path = self._build / file
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(content)
            part.replace(path)
            digests[file] = file_hash(path)
        self._made[name] = {"key": key, "files": digests}
        self._path.write_text(json.dumps(self._made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
