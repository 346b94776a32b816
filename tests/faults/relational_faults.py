"""Faults of sets with transfers under public signals, in the solver and in its certificate."""

from tests.faults.fault import Fault

PAID = ("unit/solvers/relational/test_public_transfers.py",)

RELATIONAL_FAULTS = (
    Fault("liquidity without patience", "solvers/relational/public_transfers.py",
          "bound = -self._delta * float(np.take_along_axis(losses, chosen, axis=1).sum())",
          "bound = -float(np.take_along_axis(losses, chosen, axis=1).sum())", PAID),
    Fault("liquidity: a line that is not tight where it was found", "solvers/relational/public_transfers.py",
          "sign * (line.value - line.slope * liquidity)", "sign * line.value", PAID),
    Fault("liquidity: what a profile cannot keep up stays", "solvers/relational/public_transfers.py",
          "self.alive[position] = False\n", "return None\n", PAID),
    Fault("liquidity for each player", "solvers/relational/liquidity_programs.py",
          "matrix[len(gains) + y, y::count] = 1.0", "matrix[len(gains) + y, y] = 1.0", PAID),
    Fault("liquidity: the held-down player is paid well", "solvers/relational/liquidity_programs.py",
          "(player + 1) * count] = -self.likely[self.signals]",
          "(player + 1) * count] = self.likely[self.signals]", PAID),
    Fault("liquidity: a certificate that looks at no sum", "checks/public_transfers.py",
          "found.append((numbers.joint - sum(point, start=0 * numbers.delta), None))",
          "found.append((0 * numbers.delta, None))", PAID),
    Fault("liquidity: a certificate that takes any worst payoff", "checks/public_transfers.py",
          "short += [numbers.worst[i] - numbers.value(shapes[1 + i], i, 1 + i) for i in range(len(counts))]",
          "short += []", PAID),
    Fault("liquidity: a certificate that asks one player", "checks/public_transfers.py",
          "gain = numbers.value(other, i, aim) - stays", "gain = numbers.value(other, 0, aim) - stays", PAID),
)  # fmt: skip
