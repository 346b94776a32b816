"""Seeded faults of phases, of theories in continuous time, and of games in parts."""

from tests.faults.fault import Fault

PHASES = ("unit/disputes/test_phases.py",)
PARTS = ("unit/disputes/test_factored_game.py",)
FITS = ("properties/test_fit.py",)
THEORIES = ("unit/truces/theories/common/test_theory_game.py",)

CONTINUOUS_FAULTS = (
    Fault("calmer than the ceiling is a breach", "truces/theories/common/in_time.py",
          "k if node[0] == KEPT else row[k] for k, node", "row[k] for k, node", THEORIES),
    Fault("lotteries come once a year", "truces/theories/common/in_time.py",
          "times.periods * chance", "chance", THEORIES),
    Fault("aims are reached from any distance at once or not", "disputes/continuous/game.py",
          "(nearer > 0) & (nearer == best)", "nearer > 0", THEORIES),
    Fault("the pace is that of another phase", "disputes/continuous/game.py",
          "np.repeat(draft.phases.speeds, draft.n_levels)", "np.tile(draft.phases.speeds, draft.n_levels)",
          PHASES),
    Fault("rules side by side change places", "disputes/continuous/phases.py",
          "np.kron(self.rates, np.eye(two)) + np.kron(np.eye(one), other.rates)",
          "np.kron(np.eye(two), self.rates) + np.kron(other.rates, np.eye(one))", PHASES),
    Fault("one maker links nothing", "disputes/continuous/factors.py",
          "[*maker_axes(draft, pace), np.flatnonzero(bound).tolist()]", "[np.flatnonzero(bound).tolist()]",
          PARTS),
    Fault("what is fixed is paid in each part", "disputes/continuous/factors.py",
          "flows[0] - worth", "0.0 * worth", PARTS),
    Fault("values stand in the order of play", "game_theory/solvers/continuous/kernels/order.py",
          "found[s, i] = total", "found[part, i] = total",
          ("unit/game_theory/solvers/continuous/test_in_order.py",)),
    Fault("a tie is the only best reply", "game_theory/solvers/continuous/equilibria.py",
          "near > 1", "near > 2", ("properties/test_continuous_time.py",)),
    Fault("who goes takes the exit along", "game_theory/solvers/continuous/kernels/elimination.py",
          "exits[i] += share * exits[k]", "exits[i] += 0.0 * share",
          ("properties/test_continuous_process.py",)),
    Fault("others do not answer in the gradient", "game_theory/solvers/continuous/fitting/likelihood.py",
          "matrix = equations.jacobian(point).toarray()",
          "matrix = (equations.jacobian(point), equations._matrix(reply=False))[1].toarray()", FITS),
    Fault("a wait costs no rate of what is seen", "game_theory/solvers/continuous/fitting/filtering.py",
          "self.passing, self.counted = moved & ~seen, moved | seen",
          "self.passing, self.counted = moved & ~seen, moved & ~seen", FITS),
    Fault("a precision moves no worth", "game_theory/solvers/continuous/fitting/likelihood.py",
          "dull[:, None] * precisions", "0.0 * dull[:, None] * precisions", FITS),
    Fault("copies are one cluster", "game_theory/solvers/continuous/fitting/fit.py",
          "scores.T @ (likelihood.times[:, None] * scores)", "scores.T @ scores",
          ("unit/game_theory/solvers/continuous/fitting/test_fit.py",)),
    Fault("coordinates are not stretched by a prior", "game_theory/solvers/continuous/fitting/posterior.py",
          "found = alone.by_cluster * stretch", "found = alone.by_cluster",
          ("unit/game_theory/solvers/continuous/fitting/test_posterior.py",)),
)  # fmt: skip
