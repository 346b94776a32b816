"""The last page: commit, versions, budget, and the hash of every stored table."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from negotiation.base.reading.hashes import file_hash
from negotiation.lab.fingerprint import library_versions
from negotiation.lab.provenance import checkout
from paper.machinery.stored import provenance_of
from paper.machinery.tabular import escape, tabular

SHORT = 12
"""Digits of a hash that are shown."""


def stamp(folder: Path, lock: Path, stored: Iterable[str]) -> str:
    """Return the stamp in LaTeX."""
    commit, changed = checkout()
    state = {True: ", with changes not committed", False: "", None: ""}[changed]
    libraries = {**library_versions(), "matplotlib": version("matplotlib"), "pandas": version("pandas")}
    lines = [
        rf"Text and figures: commit \texttt{{{(commit or 'unknown')[:SHORT]}}}{state}.",
        rf"Numbers: lock \texttt{{{file_hash(lock)[:SHORT] if lock.is_file() else 'none'}}}.",
        f"Python {platform.python_version()}; "
        + ", ".join(f"{escape(name)} {escape(number)}" for name, number in sorted(libraries.items()))
        + ".",
        "",
        r"\medskip\noindent",
    ]
    rows = []
    for name in sorted(stored):
        path = folder / f"{name}.parquet"
        origin = provenance_of(path)
        seconds = origin.get("seconds")
        rows.append(
            (
                rf"\texttt{{{escape(name)}}}",
                rf"\texttt{{{escape(origin.get('source', ''))}}}",
                rf"\texttt{{{file_hash(path)[:SHORT]}}}",
                rf"\texttt{{{str(origin.get('commit') or 'unknown')[:SHORT]}}}",
                "--" if seconds is None else f"{seconds:.0f}",
            )
        )
    columns = ("stored table", "made by", "hash", "at commit", "seconds")
    return "\n".join([*lines, tabular(columns, rows, "@{}llllr@{}", size=r"\tiny")])
