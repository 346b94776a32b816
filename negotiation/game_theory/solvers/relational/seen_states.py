"""Perfect public payoffs with transfers of stochastic games in which players observe only the states.

Goldluecke, S. and Kranz, S. (2018), "Discounted stochastic games with voluntary transfers", Economic Theory
66, on imperfect public monitoring. Play is observed only through the state that follows. A public signal can
be represented as a state with the same game. From state s on the payoffs are

    {u : u_i >= v_i(s), sum of u_i <= U(s)},   with U and v the largest solution of

    U(s)   = max over a, u of the sum of (1 - delta) g(s, a) + delta E[u(s')|s, a],
    v_i(s) = min over a, u of (1 - delta) g_i(s, a) + delta E[u_i(s')|s, a],

over continuation payoffs u that are in the set of the state s' and at which no deviation from a gains. Each
profile gives linear programs in the payments after each state, q_i(s') = delta/(1 - delta) times (u_i -
v_i)(s'). They are the programs of `liquidity_programs.py`, with the change of v that a deviation causes
counted among its gains.

U and v appear only on the right-hand sides, so the multipliers of a program give a linear bound on the value
of a profile at all levels. Steps lower the levels along the lines found so far; each gives an outer bound.
When the steps settle, the programs of the best profiles give new lines, until the lines are tight. Then the
equations of the chosen profiles are solved. If the same programs attain their solution, it is a solution of
the problem.

Cost: a few linear programs for each state and objective. A step is a product of all lines with the levels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray, read_only
from negotiation.game_theory.checks.public_transfers import verify_seen_states
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.games.capabilities import FOR_PROGRAMS, Takes
from negotiation.game_theory.solutions.state_transfer_simplices import (
    StateTransferSimplex,
    StateTransferSimplices,
)
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.relational.game_rows import GameRows, game_rows
from negotiation.game_theory.solvers.relational.liquidity_programs import PaymentProgram, Payments
from negotiation.game_theory.solvers.relational.numerics import NUMERICS

METHOD = "goldluecke_kranz"


class _Chosen(NamedTuple):
    """The optimum of an objective in a state: its value, and the row and payments that attain it."""

    value: float
    row: int
    payments: Payments


class _Solution(NamedTuple):
    """Levels (U, v), shape (S, 1 + N), the choices that attain them, and their distance below the steps.

    The choices are by state and aim: 0 for the joint payoff, i for the payoff of player i, counted from 1. If
    no solution was found, the levels are those of the last step and the gap is infinite.
    """

    levels: FloatArray
    chosen: dict[tuple[int, int], _Chosen]
    gap: float


@Takes("a payoff set where states alone are seen", (StochasticGame,), unlike=False, profiles=FOR_PROGRAMS)
def payoffs_with_seen_states(game: StochasticGame, stop: BoolArray | None = None) -> StateTransferSimplices:
    """Return the perfect public payoffs of every state with transfers if only states are observed.

    The search stops, with a `partial` result, once `stop[0]` is True.
    """
    search = _Search(game, game_rows(game), never() if stop is None else stop)
    solution, steps = search.down()
    result = _labelled(game, search, solution, steps)
    if not np.isfinite(solution.gap):
        late = ": time was up" if search.stop[0] else ""
        return result.not_certified(f"no solution was found below {steps} steps{late}")
    verdict = verify_seen_states(game, result)
    if verdict.holds:
        return result
    return result.not_certified(f"the certificate is short by {-verdict.margin:.1g}")


class _Search:
    """Steps down to the largest solution, with payoffs of order 1 measured from each player's least."""

    def __init__(self, game: StochasticGame, rows: GameRows, stop: BoolArray) -> None:
        self.stop = stop
        self.rows, self._counts = rows, [stage.n_actions for stage in game.stages]
        self.delta = rows.delta
        self.payoffs = rows.payoffs / rows.size
        players = self.payoffs.shape[1]
        self.alive = np.ones(len(self.payoffs), dtype=np.bool_)
        # By aim (the joint payoff, then each punished player) and row, lines of the loss to be minimised:
        # minus the joint payoff, or the player's payoff. Initially the joint payoff of the next state is paid
        # out in full, and a punished player gets the payoff of the profile and the worst payoff that follows.
        self._sign = np.array([-1.0] + [1.0] * players)
        paid = np.column_stack([self.payoffs.sum(axis=1), self.payoffs])
        self._start = self._sign[:, None] * (1.0 - self.delta) * paid.T
        # Lines found by programs, by aim and row: constant and slopes, shape (S (1 + N),).
        self._lines: list[dict[int, tuple[float, FloatArray]]] = [{} for _ in range(1 + players)]
        self._programs: dict[int, PaymentProgram] = {}

    @property
    def occupied(self) -> IntArray:
        """The states with a profile that can be enforced."""
        return np.flatnonzero(np.logical_or.reduceat(self.alive, self.rows.firsts[:-1]))

    def down(self) -> tuple[_Solution, int]:
        """Return the solution below the steps, and the number of rounds in which lines were computed."""
        levels = np.zeros((len(self.rows.firsts) - 1, 1 + self.payoffs.shape[1]))
        # From above: the largest joint payoff of any profile, and worst payoffs of zero, each player's least.
        levels[:, 0] = self.payoffs.sum(axis=1).max()
        chosen: dict[tuple[int, int], _Chosen] = {}
        for step in range(1, NUMERICS.most_steps + 1):
            # Cheap steps along known lines until they settle, then costly programs at that point, as in
            # Kelley's cutting-plane method.
            levels = self._along_the_lines(levels)
            chosen = self._tightened(levels)
            if not len(self.occupied):
                return _Solution(levels, {}, 0.0), step
            if self.stop[0]:
                break
            # The largest difference between the programs and the levels.
            moved = max(abs(choice.value - float(levels[at])) for at, choice in chosen.items())
            if moved <= NUMERICS.meets:
                solution = self._solution(chosen, levels)
                if solution is not None and solution.gap <= NUMERICS.meets:
                    return solution, step
            # The lines are tight and no solution below them was found: only rounding is left.
            if moved <= NUMERICS.same_liquidity:
                break
        return _Solution(levels, chosen, np.inf), step

    def _stacked(self) -> list[tuple[IntArray, FloatArray, FloatArray]]:
        """Return the lines found by programs, by aim: their rows, constants and slopes."""
        results = []
        width = (len(self.rows.firsts) - 1) * len(self._sign)
        for lines in self._lines:
            slopes = np.array([slope for _, slope in lines.values()]).reshape(len(lines), width)
            constants = np.array([constant for constant, _ in lines.values()])
            results.append((np.array(list(lines), dtype=np.intp), constants, slopes))
        return results

    def _losses(
        self, levels: FloatArray, stacked: list[tuple[IntArray, FloatArray, FloatArray]]
    ) -> FloatArray:
        """Return for each aim and row the lower bound on the loss by its lines, shape (1 + N, R)."""
        losses: FloatArray = self._start + self._sign[:, None] * self.delta * (self.rows.moves @ levels).T
        at = levels.ravel()
        for aim, (rows, constants, slopes) in enumerate(stacked):
            losses[aim, rows] = np.maximum(losses[aim, rows], constants + slopes @ at)
        losses[:, ~self.alive] = np.inf
        return losses

    def _along_the_lines(self, levels: FloatArray) -> FloatArray:
        """Return the levels at which steps along the lines settle, an outer bound of the largest solution."""
        stacked = self._stacked()
        for _ in range(NUMERICS.limit):
            losses = self._losses(levels, stacked)
            best = self._sign[:, None] * np.minimum.reduceat(losses, self.rows.firsts[:-1], axis=1)
            following = np.where(np.isfinite(best), best, levels.T).T
            # The previous levels are bounds too; rounding must not reverse the sequence.
            following[:, 0] = np.minimum(following[:, 0], levels[:, 0])
            following[:, 1:] = np.maximum(following[:, 1:], levels[:, 1:])
            moved = float(np.abs(following - levels).max())
            levels = following
            if moved <= NUMERICS.settled or self.stop[0]:
                break
        return levels

    def _tightened(self, levels: FloatArray) -> dict[tuple[int, int], _Chosen]:
        """Return the best row for each state and aim, by tight lines; drop rows that cannot be enforced."""
        while True:
            chosen: dict[tuple[int, int], _Chosen] = {}
            losses = self._losses(levels, self._stacked())
            for s in self.occupied.tolist():
                for aim in range(levels.shape[1]):
                    best = self._best(s, aim, levels, losses[aim])
                    # The state has no profile left; choices in other states may depend on it.
                    if best is None:
                        break
                    chosen[s, aim] = best
            # A dropped row may have been chosen before, or its state may now be empty.
            dead_ends = self.rows.drop_dead_ends(self.alive)
            if not dead_ends and all(self.alive[choice.row] for choice in chosen.values()):
                return chosen

    def _best(self, state: int, aim: int, levels: FloatArray, losses: FloatArray) -> _Chosen | None:
        """Return the best row for an aim in a state, or None; drop rows that cannot be enforced."""
        part = slice(int(self.rows.firsts[state]), int(self.rows.firsts[state + 1]))
        fresh: dict[int, _Chosen] = {}
        while self.alive[part].any():
            # Solve the program of the best row, which tightens its line, until the best row is a solved one.
            row = part.start + int(np.where(self.alive[part], losses[part], np.inf).argmin())
            if row in fresh:
                return fresh[row]
            if self.stop[0]:
                # The known lines are still a bound, but no payments are known to attain it.
                counts = levels[:, 1:].T.shape
                nothing = Payments(0.0, np.zeros(counts), np.empty(0), np.zeros(len(levels)))
                return _Chosen(float(self._sign[aim] * losses[row]), row, nothing)
            chosen = self.attained(state, row, aim, levels)
            if chosen is None:
                self.alive[row] = False
                continue
            constant, slopes = self._line(state, aim, chosen)
            self._lines[aim][row] = self._sign[aim] * constant, (self._sign[aim] * slopes).ravel()
            losses[row] = self._sign[aim] * chosen.value
            fresh[row] = chosen
        return None

    def program(self, state: int, row: int) -> PaymentProgram:
        """Return the program of the payments that support a row in a state."""
        if row not in self._programs:
            if len(self._programs) >= NUMERICS.most_programs:
                # The oldest is dropped: programs are kept for warm starts, but memory is limited.
                self._programs.pop(next(iter(self._programs)))
            part = slice(int(self.rows.firsts[state]), int(self.rows.firsts[state + 1]))
            counts = self._counts[state]
            payoffs = self.payoffs[part].reshape(*counts, -1)
            chances = self.rows.moves[part].toarray().reshape(*counts, -1)
            self._programs[row] = PaymentProgram(payoffs, chances, row - part.start)
        return self._programs[row]

    def attained(self, state: int, row: int, aim: int, levels: FloatArray) -> _Chosen | None:
        """Return the optimum of a row for an aim at given levels, or None if the row cannot be enforced."""
        program, worth = self.program(state, row), self.delta / (1.0 - self.delta)
        worst = levels[:, 1:]
        liquidity = np.maximum(worth * (levels[:, 0] - worst.sum(axis=1)), 0.0)
        # A deviation changes the chances of the next states, and so the expected worst payoffs, which count
        # together with the stage payoffs.
        promised = [worth * float(change @ worst[:, i]) for i, change in program.departures]
        objective = program.together() if aim == 0 else program.little(aim - 1)
        paid = program.most(objective, program.gains - np.array(promised), liquidity)
        if paid is None:
            return None
        who = slice(None) if aim == 0 else slice(aim - 1, aim)
        after = float((program.likely @ worst)[who].sum())
        if not np.isfinite(paid.value):
            # The program came to no conclusion. All of the liquidity, or none, is still a valid bound.
            slopes = program.likely if aim == 0 else np.zeros_like(program.likely)
            paid = paid._replace(value=float(slopes @ liquidity), liquidity=slopes)
        own = float(program.own[who].sum()) + (paid.value if aim == 0 else -paid.value)
        return _Chosen((1.0 - self.delta) * own + self.delta * after, row, paid)

    def _solution(self, chosen: dict[tuple[int, int], _Chosen], outer: FloatArray) -> _Solution | None:
        """Return the solution of the equations of the chosen rows, or None if these do not attain it."""
        aims, occupied = outer.shape[1], self.occupied
        place = {int(s): k for k, s in enumerate(occupied)}
        # The value of each choice is linear in the levels, which gives a system x = constant + slopes x.
        system, constant = np.eye(len(occupied) * aims), np.zeros(len(occupied) * aims)
        for (s, aim), choice in chosen.items():
            line = place[s] * aims + aim
            constant[line], slopes = self._line(s, aim, choice)
            system[line] -= slopes[occupied].ravel()
        try:
            solved = np.linalg.solve(system, constant)
        except np.linalg.LinAlgError:
            return None
        levels = outer.copy()
        levels[occupied] = solved.reshape(len(occupied), aims)
        again = {}
        for (s, aim), choice in chosen.items():
            # The same rows must attain the solution; otherwise the programs have another active piece there.
            result = self.attained(s, choice.row, aim, levels)
            if result is None or abs(result.value - levels[s, aim]) > NUMERICS.attains:
                return None
            again[s, aim] = result
        return _Solution(levels, again, float(np.abs(outer - levels)[occupied].max()))

    def _line(self, state: int, aim: int, choice: _Chosen) -> tuple[float, FloatArray]:
        """Return the value of a chosen row as a line in the levels: its constant, and slopes (S, 1 + N)."""
        program, paid, delta = self.program(state, choice.row), choice.payments, self.delta
        sign = 1.0 if aim == 0 else -1.0
        who = slice(None) if aim == 0 else slice(aim - 1, aim)
        constant = (1.0 - delta) * (float(program.own[who].sum()) + sign * float(paid.gains @ program.gains))
        slopes = np.zeros((len(program.likely), 1 + len(program.own)))
        slopes[:, 0] = sign * delta * paid.liquidity
        slopes[:, 1:] -= sign * delta * paid.liquidity[:, None]
        slopes[:, 1:][:, who] += delta * program.likely[:, None]
        for weight, (i, change) in zip(paid.gains.tolist(), program.departures, strict=True):
            slopes[:, 1 + i] -= sign * delta * weight * change
        return constant, slopes


def _labelled(
    game: StochasticGame, search: _Search, solution: _Solution, steps: int
) -> StateTransferSimplices:
    rows, players, occupied = search.rows, game.n_players, set(search.occupied.tolist())
    reason = f"{len(search.alive) - int(search.alive.sum())} of {len(search.alive)} profiles fell out"
    levels, rate = solution.levels, (1.0 - search.delta) / search.delta
    parts = []
    for s, state in enumerate(game.states):
        joint, threats = -np.inf, np.full(players, np.inf)
        profiles: IntArray = np.empty(0, dtype=np.intp)
        continuations = np.empty((0, game.n_states, players))
        if s in occupied:
            joint = float(levels[s, 0] * rows.size + rows.least.sum())
            threats = levels[s, 1:] * rows.size + rows.least
            chosen = [solution.chosen[s, aim] for aim in range(1 + players)]
            profiles = np.array([part.row for part in chosen], dtype=np.intp) - rows.firsts[s]
            paid = np.stack([part.payments.payments.T for part in chosen])
            continuations = (levels[:, 1:] + rate * paid) * rows.size + rows.least
        read_only(threats, profiles, continuations)
        parts.append(
            StateTransferSimplex(
                game, state, joint, threats, profiles, continuations, rows.size, "complete", METHOD, reason
            )
        )
    gap = solution.gap * rows.size
    return StateTransferSimplices(game, tuple(parts), "states", gap, "complete", METHOD, reason, steps)
