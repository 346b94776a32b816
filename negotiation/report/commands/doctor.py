"""What the command `doctor` shows: versions, threads, and which optional parts are installed."""

from __future__ import annotations

import os
import platform

from negotiation._version import __version__
from negotiation.base.labelled import Table
from negotiation.base.reading.hashes import installed_version

REQUIRED = (
    "numpy", "scipy", "numba", "nashpy", "highspy", "pydantic", "pandas", "duckdb", "matplotlib",
    "typer", "rich", "platformdirs",
)  # fmt: skip
OPTIONAL = {
    "distributed": "cluster",
    "dask": "cluster",
    "SALib": "sensitivity",
    "pyarrow": "arrow",
    "marimo": "explore",
    "pettingzoo": "agents",
    "open_spiel": "agents",
    "pytest": "dev",
    "hypothesis": "dev",
    "pygambit": "dev",
    "quantecon": "dev",
}


def sentence(table: Table) -> str:
    """Return whether all is there that the package needs.

    Examples
    --------
    >>> sentence(Table("t", ("part", "what", "state"), (("required", "numpy", "not installed"),)))
    'Missing of what is required: numpy.'
    """
    missing = [
        str(what) for part, what, state in table.rows if (part, state) == ("required", "not installed")
    ]
    return (
        f"Missing of what is required: {', '.join(missing)}."
        if missing
        else "All that is required is installed."
    )


def doctor_table() -> Table:
    """Return versions and settings as a table.

    Examples
    --------
    >>> doctor_table().columns
    ('part', 'what', 'state')
    """
    rows = [
        ("system", "negotiation", __version__),
        ("system", "python", f"{platform.python_version()} ({platform.machine()}, {platform.system()})"),
        ("system", "cores", str(os.cpu_count())),
        ("system", "numba threads", os.environ.get("NUMBA_NUM_THREADS", f"default ({os.cpu_count()})")),
        *(("required", name, installed_version(name)) for name in REQUIRED),
        *((f"optional: {extra}", name, installed_version(name)) for name, extra in OPTIONAL.items()),
    ]
    return Table("negotiation doctor", ("part", "what", "state"), tuple(rows))
