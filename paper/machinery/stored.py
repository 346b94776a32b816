"""Stored result tables: small Parquet files with where they came from beside the table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negotiation.base.labelled.parquet import read_frame, texts_beside, write_frame
from negotiation.base.reading.hashes import full_hash
from negotiation.base.reading.writing import whole
from paper.machinery.faults import PaperFault

if TYPE_CHECKING:
    import pandas as pd

KEY = "negotiation.provenance"
MOST_BYTES = 200_000
"""Largest stored table: what a figure is drawn from should be readable, and the checkout small."""

HASHES = "SHA256SUMS"
"""The list of the stored files' hashes: a cell that was changed by hand is seen."""

SMALL = ", COMPRESSION zstd, COMPRESSION_LEVEL 19"


def write_stored(frame: pd.DataFrame, path: Path, origin: Mapping[str, Any]) -> None:
    """Write a table with its provenance, or raise `PaperFault` where it would be larger than is allowed."""
    with whole(path) as part:
        write_frame(frame, part, {KEY: json.dumps(dict(origin), sort_keys=True)}, SMALL)
        size = part.stat().st_size
        if size > MOST_BYTES:
            raise PaperFault(
                f"{path.name}: {size} bytes, and at most {MOST_BYTES} are stored; keep fewer columns or rows"
            )


def note_stored(folder: Path, names: Iterable[str]) -> None:
    """Put the hashes of tables that were written into the list of their folder."""
    told = _listed(folder) | {name: full_hash((folder / f"{name}.parquet").read_bytes()) for name in names}
    there = {path.stem for path in folder.glob("*.parquet")}
    lines = [f"{told[name]}  {name}.parquet\n" for name in sorted(there & set(told))]
    with whole(folder / HASHES) as part:
        part.write_text("".join(lines), encoding="utf-8")


def altered(folder: Path, names: Iterable[str]) -> list[str]:
    """Return the tables whose file is there and is not the one that was written."""
    told = _listed(folder)
    paths = {name: folder / f"{name}.parquet" for name in names}
    return [
        name
        for name, path in paths.items()
        if path.is_file() and told.get(name) != full_hash(path.read_bytes())
    ]


def _listed(folder: Path) -> dict[str, str]:
    path = folder / HASHES
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {name.removesuffix(".parquet"): told for told, name in (line.split() for line in lines)}


def provenance_of(path: Path) -> dict[str, Any]:
    """Return where a stored table came from; empty where it does not say."""
    found: dict[str, Any] = json.loads(texts_beside(path).get(KEY, "{}"))
    return found


class StoredTables(Mapping[str, "pd.DataFrame"]):
    """Stored tables of a folder by name, only those that were declared; messages name the reader."""

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
        return read_frame(self.path(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
