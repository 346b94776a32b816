"""Linear programs that share one matrix, solved one after another by HiGHS from the last basis."""

from __future__ import annotations

from typing import Any

import numpy as np

from negotiation.numeric import PROGRAM_TOLERANCE, FloatArray


class SmallProgram:
    """Maximise c x over row_low <= A x <= row_high and x >= low, for many c, levels and bounds.

    Constraints are met to `PROGRAM_TOLERANCE`, absolute: scale the numbers to order 1.

    Parameters
    ----------
    matrix : array, shape (r, n)
        The dense matrix A.

    Examples
    --------
    >>> program = SmallProgram(np.array([[1.0, 1.0]]))
    >>> program.set_rows(np.array([-np.inf]), np.array([4.0]))
    >>> program.set_low(np.array([1.0, 0.0]))
    >>> value, point = program.maximum(np.array([1.0, 2.0]))
    >>> value, point.tolist()
    (7.0, [1.0, 3.0])
    >>> program.set_low(np.array([5.0, 0.0]))
    >>> program.maximum(np.array([1.0, 2.0])) is None
    True
    """

    def __init__(self, matrix: FloatArray) -> None:
        import highspy

        self._rows, self._columns = np.arange(len(matrix), dtype=np.int32), np.arange(matrix.shape[1])
        self._columns = self._columns.astype(np.int32)
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
        for row in matrix:
            used = np.flatnonzero(row).astype(np.int32)
            self._solver.addRow(-np.inf, np.inf, len(used), used, row[used])

    def set_rows(self, low: FloatArray, high: FloatArray) -> None:
        """Set the limits of the rows."""
        self._solver.changeRowsBounds(len(self._rows), self._rows, low, high)

    def set_low(self, low: FloatArray) -> None:
        """Set the lower bounds of the unknowns."""
        self._solver.changeColsBounds(len(self._columns), self._columns, low, self._high)

    def maximum(self, objective: FloatArray) -> tuple[float, FloatArray] | None:
        """Return the maximum and where it is attained; None where no point is feasible.

        The maximum is infinite where the solver came to no conclusion: then nothing bounds it.
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


def _quiet_solver() -> Any:
    """Return a solver that prints nothing; the library's prints a banner when it enables its callbacks."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet()  # type: ignore[no-untyped-call]
