"""Linear programs that share one matrix, solved one after another by HiGHS from the last basis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import PROGRAM_TOLERANCE, FloatArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class SmallProgram:
    """The linear program: maximise c x over row_low <= A x <= row_high and x >= low.

    The matrix A is fixed. The objective c and the limits vary from one solution to the next. At first the
    rows have no limits, and `low` is 0. Constraints hold up to `PROGRAM_TOLERANCE`, an absolute tolerance, so
    the numbers should be of order 1.

    Shapes: `matrix`, which is A, (r, n); c, x and `low` (n,); `row_low` and `row_high` (r,).
    """

    def __init__(self, matrix: FloatArray | csr_array) -> None:
        import highspy

        self._rows, self._columns = (np.arange(size, dtype=np.int32) for size in matrix.shape)
        self._high = np.full(matrix.shape[1], np.inf)
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._infeasible = highspy.HighsModelStatus.kInfeasible
        self._solver: Any = _quiet_solver()
        self._solver.setOptionValue("presolve", "off")
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._solver.setOptionValue(option, PROGRAM_TOLERANCE)
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for _ in self._columns:
            self._solver.addVar(0.0, np.inf)
        self._basic = highspy.HighsBasisStatus.kBasic
        for used, entries in _sparse_rows(matrix):
            self._solver.addRow(-np.inf, np.inf, len(used), used, entries)

    def set_rows(self, low: FloatArray, high: FloatArray) -> None:
        """Set the lower and upper limits of the rows, each (r,)."""
        self._solver.changeRowsBounds(len(self._rows), self._rows, low, high)

    def set_low(self, low: FloatArray) -> None:
        """Set the lower bounds of the unknowns, (n,)."""
        self._solver.changeColsBounds(len(self._columns), self._columns, low, self._high)

    def maximum(self, objective: FloatArray) -> tuple[float, FloatArray] | None:
        """Return the maximum of `objective`, (n,), and a point x, (n,), at which it is attained.

        None is returned if no point is feasible. The maximum is infinite, and the point arbitrary, if the
        solver finds the program unbounded or reaches no conclusion.
        """
        self._solver.changeColsCost(len(self._columns), self._columns, np.ascontiguousarray(objective))
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != self._optimal:
            # From the last basis the solver sometimes takes a feasible program for an infeasible one.
            self._solver.clearSolver()
            self._solver.run()
            status = self._solver.getModelStatus()
        if status == self._infeasible:
            return None
        point = np.array(self._solver.getSolution().col_value)
        return (float(objective @ point) if status == self._optimal else np.inf), point

    def basis(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the positions of the basic unknowns, and of the nonbasic rows, which meet a limit."""
        basis = self._solver.getBasis()
        unknowns = (k for k, status in enumerate(basis.col_status) if status == self._basic)
        rows = (k for k, status in enumerate(basis.row_status) if status != self._basic)
        return tuple(unknowns), tuple(rows)

    def multipliers(self) -> FloatArray:
        """Return how much one more unit of each row's limit adds to the maximum, (r,)."""
        return np.array(self._solver.getSolution().row_dual)


def _sparse_rows(matrix: FloatArray | csr_array) -> Iterator[tuple[npt.NDArray[np.int32], FloatArray]]:
    """Yield the positions and the values of the non-zero entries of each row."""
    if isinstance(matrix, np.ndarray):
        for row in matrix:
            used = np.flatnonzero(row).astype(np.int32)
            yield used, row[used]
        return
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        yield matrix.indices[start:end].astype(np.int32), matrix.data[start:end]


def _quiet_solver() -> Any:
    """Return a solver that prints nothing. HiGHS prints a banner when it enables its callbacks."""
    import highspy

    class Quiet(highspy.Highs):
        """HiGHS without its banner."""

        def enableCallbacks(self) -> None:
            """Switch the output off, then enable the callbacks."""
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet()  # type: ignore[no-untyped-call]
