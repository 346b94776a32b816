"""Cache of compiled kernels on disk, valid while none of the sources of a kernel changes.

Numba checks only the file of the kernel itself. But a kernel also contains the machine code of the functions
that it calls, and numbers from `numerics.py`. So here the hash covers all files of the package that the
kernel's file imports, directly or indirectly.
"""

# mypy: disallow-untyped-calls=False

from __future__ import annotations

import inspect
import logging
import multiprocessing
import pickle
import re
import sys
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile

from negotiation.base.progress import is_read

LOGGER = logging.getLogger(__name__)
NOT_KEPT = (
    "negotiation: what is compiled cannot be kept, so each new process compiles it again. Let the "
    "environment variable NUMBA_CACHE_DIR name a folder that can be written, with room"
)

# What a file imports of the package, as it stands at the beginning of a line.
IMPORTED = re.compile(rb"^(?:from|import) (negotiation[\w.]*)", re.MULTILINE)


class Index(IndexDataCacheFile):
    """Numba's index of the programs of one kernel, which counts as empty if it cannot be read."""

    def _load_index(self) -> dict[Any, str]:
        # It is unpickled before its stamp is read, and its types may be gone from the sources since.
        try:
            return dict(super()._load_index())
        except (AttributeError, ImportError, EOFError, pickle.UnpicklingError):
            return {}


class Kept(FunctionCache):
    """Numba's cache of the programs of one kernel, valid while none of their sources changes."""

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self._cache_file = Index(
            cache_path=self.cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=_sources_hash(*_state(Path(inspect.getfile(function)))),
        )

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a program on disk; if it cannot be written, use it without keeping it."""
        try:
            super().save_overload(sig, data)
        except OSError:
            say_not_kept()


@lru_cache(maxsize=1)
def say_not_kept() -> None:
    """Warn once, in the first process and not in its workers, that compiled programs are not stored."""
    if multiprocessing.parent_process() is None and is_read(LOGGER):
        LOGGER.warning(NOT_KEPT)


def _state(path: Path) -> tuple[Path, int, int]:
    """Return a path with the time and size of its file, which identify one state of the file."""
    status = path.stat()
    return path, status.st_mtime_ns, status.st_size


@cache
def _sources_hash(path: Path, *state: int) -> str:
    """Return the hash of a file and of all files of the package that it imports, in any order."""
    # By content: a copy or a checkout gives files other times, and the same program.
    files, waiting = {path: _read(path, *state)}, [path]
    while waiting:
        for module in files[waiting.pop()][1]:
            # A file's imports have run before its first kernel is made.
            imported = Path(getattr(sys.modules.get(module), "__file__", None) or path)
            if imported not in files:
                files[imported] = _read(*_state(imported))
                waiting.append(imported)
    return sha256(b"".join(sorted(digest for digest, _ in files.values()))).hexdigest()


@cache
def _read(path: Path, *state: int) -> tuple[bytes, frozenset[str]]:  # noqa: ARG001 - of one state, once
    """Return the hash of a file's content, and the modules of the package that it imports."""
    content = path.read_bytes()
    return sha256(content).digest(), frozenset(name.decode() for name in IMPORTED.findall(content))
