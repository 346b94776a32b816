"""The result of a run: a table with its status, failures and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.errors import InvalidExperiment, shown
from negotiation.lab.cell import BOOKKEEPING, RESERVED
from negotiation.lab.experiment import Experiment
from negotiation.lab.frames import Frame, write_csv, write_parquet

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Sweep(Tabular, Drawable):
    """The computed rows of an experiment, in the order of its space. Make one with `run`.

    Parameters
    ----------
    experiment : Experiment
        The experiment that was run.
    frame : Frame
        Values, measures, `status` and `error` of each cell, and its `replication` if there are several.
    computed, reused, failed, missing : int
        Numbers of cells that this run computed, that it took from the store, that failed (in this run or
        an earlier one), and that are not yet computed.
    stale : str
        A clause on the rows in the store that come from another code, calibration, version or input; empty
        if there are none.
    provenance : mapping
        How the numbers were computed: code, versions, calibration, machine, time and more, by name.
    store : Path
        Path of the store.
    seconds : float
        Wall time of this run, in seconds.
    method : str
        The method, in words.

    Examples
    --------
    >>> import tempfile
    >>> import negotiation as ng
    >>> def square(cell):
    ...     return {"square": cell["x"] ** 2}
    >>> experiment = ng.Experiment(slug="square", question="What is its square?", measure=square,
    ...                       space=ng.space.linspace("x", 0.0, 2.0, 3))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sweep = ng.run(experiment, store=folder)
    >>> print(sweep)
    square: What is its square?
    x  square
    0       0
    1       1
    2       4
    complete: 3 of 3 cells: 3 computed; 0 from the store
    """

    _figure = "sweep:sweep_figure"

    experiment: Experiment
    frame: Frame = field(repr=False)
    computed: int
    reused: int
    failed: int
    missing: int
    stale: str
    provenance: Mapping[str, object] = field(repr=False)
    store: Path
    seconds: float
    method: str = "every cell once, by the experiment's measure"

    @property
    def status(self) -> Status:
        """Whether every cell succeeded ("complete"), only some did ("partial"), or none did ("failed")."""
        if self.failed or self.missing:
            return "partial" if self.failed < len(self) else "failed"
        return "complete"

    @property
    def reason(self) -> str:
        """Reason for the status: how many cells were computed, reused, failed or are missing, and remarks."""
        parts = [f"{len(self):,} of {self.experiment.n_cells:,} cells: {self.computed:,} computed"]
        parts.append(f"{self.reused:,} from the store")
        if self.failed:
            parts.append(f"{self.failed:,} failed (see .failures(); retry_failed=True tries them again)")
        done = [status != "failed" for status in self.frame["status"]]
        if blank := [name for name in self.measures if None in compress(self.frame[name], done)]:
            parts.append(f"blank cells have no value of {', '.join(blank)}")
        if self.missing:
            parts.append(f"{self.missing:,} not computed yet (run again to go on)")
        if self.stale:
            parts.append(self.stale)
        return "; ".join(parts)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def arrow(self) -> pa.Table:
        """The table as a `pyarrow.Table`; raises `MissingPackage` if pyarrow is not installed."""
        return self.frame.to_arrow()

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures."""
        known = {*self.experiment.space.names, *RESERVED}
        return tuple(name for name in self.frame.names if name not in known)

    def table(self) -> Table:
        """Return one row per cell: its values and measures.

        Returns
        -------
        Table
            The columns of `table_columns`. `error` has the last line of the error of a failed cell.
        """
        columns = self.table_columns()
        rows = zip(*map(self.frame.shown, columns), strict=True)
        return Table(f"{self.experiment.slug}: {self.experiment.question}", columns, tuple(rows))

    def to_pandas(self) -> pd.DataFrame:
        """Return the columns of `table` as a data frame, with whole errors.

        Returns
        -------
        pandas.DataFrame
            One row per cell. Missing numbers and texts are NaN, and missing truth values are None. `error`
            has the traceback of a failed cell.
        """
        return self.frame.to_pandas(self.table_columns())

    def table_columns(self) -> tuple[str, ...]:
        """Return the names of the columns of `table`.

        Returns
        -------
        tuple of str
            The varied values, `replication` if there are several, and the measures. If a cell failed, also
            `status` and `error`.
        """
        hidden = () if self.failed else BOOKKEEPING
        return tuple(name for name in self.frame.names if name not in hidden)

    def column(self, name: str) -> FloatArray:
        """Return a numeric column as an array.

        Parameters
        ----------
        name : str
            Name of a varied value or of a measure.

        Returns
        -------
        array, shape (cells,)
            Floats in the order of the space. Truth values are 0 and 1, and cells without a value, such as
            failed ones, are NaN.

        Raises
        ------
        InvalidExperiment
            If there is no such column, or it contains text.

        Examples
        --------
        >>> import tempfile
        >>> import negotiation as ng
        >>> def square(cell):
        ...     return {"square": cell["x"] ** 2}
        >>> experiment = ng.Experiment(slug="square", question="What is its square?", measure=square,
        ...                       space=ng.space.linspace("x", 0.0, 2.0, 3))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sweep = ng.run(experiment, store=folder)
        >>> sweep.column("square").tolist()
        [0.0, 1.0, 4.0]
        """
        import numpy as np

        if name not in self.frame.names:
            raise InvalidExperiment(
                f"there is no column {shown(name)}; choose one of {', '.join(self.frame.names)}"
            )
        values = self.frame[name]
        if any(isinstance(value, str) for value in values):
            raise InvalidExperiment(f"the column {name!r} contains text; choose a column of numbers")
        return np.array([np.nan if value is None else float(value) for value in values])

    def summary(self) -> Table:
        """Return one row per measure, with its range and mean over the cells.

        Returns
        -------
        Table
            The name, the label, the number of cells with a value, and the least, mean and greatest value. The
            mean of truth values is the share of cells with True. Empty cells and NaN are not counted. The
            three values are blank for a measure with texts or without values.

        Examples
        --------
        >>> import tempfile
        >>> import negotiation as ng
        >>> def square(cell):
        ...     return {"square": cell["x"] ** 2}
        >>> experiment = ng.Experiment(slug="square", question="What is its square?", measure=square,
        ...                       space=ng.space.linspace("x", 0.0, 2.0, 3))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sweep = ng.run(experiment, store=folder)
        >>> print(sweep.summary())
        square: What is its square?
        measure  what it is  cells  least  mean or share  greatest
        square   square          3      0        1.66667         4
        """
        rows: list[tuple[object, ...]] = []
        for name in self.measures:
            # NaN is the one value that is not itself.
            values = [value for value in self.frame[name] if value is not None and value == value]
            extent: tuple[float | None, ...] = (None, None, None)
            if values and not any(isinstance(value, str) for value in values):
                numbers = [float(value) for value in values]
                extent = (min(numbers), sum(numbers) / len(numbers), max(numbers))
            rows.append((name, self.experiment.label(name), len(values), *extent))
        columns = ("measure", "what it is", "cells", "least", "mean or share", "greatest")
        return Table(f"{self.experiment.slug}: {self.experiment.question}", columns, tuple(rows))

    def failures(self) -> Table:
        """Return the failed cells with their values and the last line of their errors.

        Returns
        -------
        Table
            One row for each failed cell, with its varied values and `error`; no row if none failed.
        """
        columns = (*self.experiment.space.names, "error")
        cells = zip(self.frame["status"], zip(*map(self.frame.shown, columns), strict=True), strict=True)
        rows = tuple(row for status, row in cells if status == "failed")
        return Table(f"{self.experiment.slug}: {len(rows)} failed cells", columns, rows)

    def export(self, folder: str | Path) -> list[Path]:
        """Write the rows to `<slug>.parquet` and `<slug>.csv`, and the provenance to `<slug>.json`.

        Parameters
        ----------
        folder : str or Path
            The folder to write to. It is created if necessary.

        Returns
        -------
        list of Path
            Paths of the three files.

        Raises
        ------
        CannotWrite
            If the folder cannot be made or a file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> import negotiation as ng
        >>> def square(cell):
        ...     return {"square": cell["x"] ** 2}
        >>> experiment = ng.Experiment(slug="square", question="What is its square?", measure=square,
        ...                       space=ng.space.linspace("x", 0.0, 2.0, 3))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sweep = ng.run(experiment, store=folder)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [path.name for path in sweep.export(folder)]
        ['square.parquet', 'square.csv', 'square.json']
        """
        base = Path(folder) / self.experiment.slug
        paths = [base.with_suffix(suffix) for suffix in (".parquet", ".csv", ".json")]
        write_parquet(self.frame, paths[0])
        write_csv(self.frame, paths[1])
        return paths

    def __str__(self) -> str:
        return f"{self.table()}\n{self.status}: {self.reason}"
