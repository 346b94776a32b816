"""Stored result tables: small Parquet files with where they came from in their metadata."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paper.machinery.faults import PaperFault

if TYPE_CHECKING:
    import pandas as pd

KEY = b"negotiation.provenance"
MOST_BYTES = 200_000
"""Largest stored table: what a figure is drawn from should be readable, and the checkout small."""


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def code_hash(path: Path) -> str:
    """Return the SHA-256 of what a Python file does: comments and layout do not count."""
    return sha256(ast.dump(ast.parse(path.read_text(encoding="utf-8"))).encode()).hexdigest()


def write_stored(frame: pd.DataFrame, path: Path, origin: Mapping[str, Any]) -> None:
    """Write a table with its provenance.

    Raises
    ------
    PaperFault
        If the file would be larger than is allowed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({KEY: json.dumps(dict(origin), sort_keys=True).encode()})
    part = path.with_name(f".{path.name}.part")
    pq.write_table(table, part, compression="zstd", compression_level=19)
    size = part.stat().st_size
    if size > MOST_BYTES:
        part.unlink()
        raise PaperFault(
            f"{path.name}: {size} bytes, and at most {MOST_BYTES} are stored; keep fewer columns or rows"
        )
    part.replace(path)


def provenance_of(path: Path) -> dict[str, Any]:
    """Return where a stored table came from; empty where it does not say."""
    import pyarrow.parquet as pq

    metadata = pq.read_schema(path).metadata or {}
    found: dict[str, Any] = json.loads(metadata.get(KEY, b"{}"))
    return found


class StoredTables(Mapping[str, "pd.DataFrame"]):
    """Stored tables by name, only those that were declared.

    Parameters
    ----------
    folder : Path
        Folder of the Parquet files.
    names : tuple of str
        What may be read.
    reader : str
        Who reads, for messages.
    """

    def __init__(self, folder: Path, names: tuple[str, ...], reader: str) -> None:
        self._folder, self._names, self._reader = folder, names, reader

    def path(self, name: str) -> Path:
        """Return the file of a table, or raise `PaperFault` where it is not declared or not there."""
        if name not in self._names:
            raise PaperFault(
                f"{self._reader} reads {name!r} without saying so; it declares {', '.join(self._names)}"
            )
        path = self._folder / f"{name}.parquet"
        if not path.is_file():
            raise PaperFault(
                f"{self._reader} needs the stored table {name!r}, which is not there; "
                "make it with `python -m paper --full`"
            )
        return path

    def __getitem__(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.read_parquet(self.path(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
