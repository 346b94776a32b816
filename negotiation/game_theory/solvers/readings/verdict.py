"""Whether private readings of an agreement are an equilibrium, and in which sense.

At each public state the beliefs at which the prescribed action passes the one-shot test form a polytope,
since the gain from a departure is linear in the belief. There are three senses:

- *perfect Bayesian equilibrium in public automata*: every pair of public state and belief that Bayes' rule
  reaches lies in its polytope. This is exact if finitely many beliefs arise, or if everything beyond the
  depth passes at every belief. Otherwise it holds to a stated depth.
- *belief-free* (Ely, Hoerner and Olszewski 2005): the test passes at every vertex of the simplex of beliefs.
- *subjective* (Kalai and Lehrer 1995): each side is sure that the other side shares its reading. This is an
  equilibrium only if both sides are right. The margin at that belief and the true regret are reported.

Cost: the values, and one comparison for each pair reached, own reading and action.

For public state s and own reading k the polytope is {mu in the simplex : sum_j mu_j G(a, j) <= 0 for every
action a}, where G(a, j) is the gain from departing to a against reading j. With two readings of the other
side the polytope is an interval of probabilities of the first. Cost: one comparison for each action and
reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.reading.numbers import expect_count
from negotiation.base.status import Status
from negotiation.game_theory.games import own_units
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solutions.verdict import Deviation
from negotiation.game_theory.solvers.readings.numerics import NUMERICS
from negotiation.game_theory.solvers.readings.values import (
    ReachedBeliefs,
    ReadingValues,
    departure_gains,
    reached_beliefs,
    reading_values,
    true_regret,
)

CONCEPT = "perfect Bayesian equilibrium in public automata"


@dataclass(frozen=True)
class SubjectiveReading:
    """The margin of a reading if its side is sure that the other side shares it, and its true regrets."""

    player: str
    reading: str
    # Least margin over the public states against the same reading of the other side; `None` if the other side
    # has no reading of that name.
    margin: float | None
    # For each differently named reading of the other side, the gain at the start from the best reply to it.
    regrets: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class ReadingVerdict(Tabular):
    """The verdict on whether private readings of an agreement are an equilibrium.

    Parameters
    ----------
    holds : bool
        Whether the prescribed action is optimal at every pair of public state and belief that was reached.
    margin : float
        Average discounted value of complying less the value of `deviation`; a shortfall within `tolerance`
        counts as 0. Infinite if nobody has an alternative.
    deviation : Deviation or None
        The deviation with the least margin over these pairs and both sides, relative to the range of each
        side's payoffs; `None` if nobody has an alternative.
    belief : tuple of (str, float)
        The belief of that side at the deviation: the other side's readings with their probabilities. Empty if
        there is no deviation.
    belief_free : bool
        Whether the prescribed actions are optimal in every public state at every belief.
    belief_free_margin : float
        Least margin over both sides, all public states, readings and beliefs, relative to the range of each
        side's payoffs; reported in the average discounted payoffs of the side that attains it.
    subjective : tuple of SubjectiveReading
        For each reading of each side, the margin if the side is sure that the other side shares its reading.
    depth : int
        Largest number of periods for which beliefs were followed.
    pairs : int
        Number of pairs of public state and belief that were checked, for both sides together.
    tolerance : float
        Largest gain of the side of `deviation` that counts as zero, in its payoffs.
    status : {"complete", "partial"}
        `complete` if `holds` is false, if no pair was left out, or if every belief passes in all public
        states that can follow a pair left out.
    reason : str
        What was checked, or left out.
    concept : str
        The equilibrium concept that was checked.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.truce("2025-05-geneva").compile().verdict(depth=1)
    >>> found.holds, found.deviation.player
    (False, 'USA')
    """

    holds: bool
    margin: float
    deviation: Deviation | None
    belief: tuple[tuple[str, float], ...]
    belief_free: bool
    belief_free_margin: float
    subjective: tuple[SubjectiveReading, ...]
    depth: int
    pairs: int
    tolerance: float
    status: Status
    reason: str
    concept: str = CONCEPT

    def explain(self) -> str:
        """Return the verdict in words.

        Returns
        -------
        str
            Whether the readings are an equilibrium and what was checked; the margin, and the deviation and
            belief at which it is attained; and whether the readings are belief-free, with that margin.
        """
        head = f"{'A' if self.holds else 'Not a'} {self.concept} ({self.reason}). Margin {self.margin:.6g}."
        worst = ""
        if self.deviation is not None:
            held = ", ".join(f"{name} {chance:.3g}" for name, chance in self.belief)
            worst = f" {'Closest' if self.holds else 'Worst'}: {self.deviation.in_words()}, believing {held}."
        free = f" {'Belief-free' if self.belief_free else 'Not belief-free'}: {self.belief_free_margin:.6g}."
        return head + worst + free

    def table(self) -> Table:
        """Return a table with one row for each sense of equilibrium, one per reading if subjective."""
        where = str(self.deviation) if self.deviation is not None else None
        rows: list[tuple[object, ...]] = [
            (self.concept, None, None, self.holds, self.margin, None, where),
            ("belief-free", None, None, self.belief_free, self.belief_free_margin, None, None),
        ]
        for s in self.subjective:
            holds = None if s.margin is None else s.margin >= 0
            regret = max((r for _, r in s.regrets), default=0.0)
            rows.append(("subjective", s.player, s.reading, holds, s.margin, regret, None))
        columns = ("sense", "side", "reading", "holds", "margin", "true regret", "closest departure")
        return Table("private readings: verdict", columns, tuple(rows))

    def _numbers(self) -> Table:
        return self.table().only(("sense", "side", "reading", "holds", "margin", "true regret"))


def reading_verdict(readings: PrivateReadings, *, depth: int = NUMERICS.depth) -> ReadingVerdict:
    """Return the verdict on whether private readings are an equilibrium, and in which sense."""
    depth = expect_count("periods, `depth`,", depth, least=0)
    values = reading_values(readings)
    gains = [departure_gains(values, i) for i in (0, 1)]
    reached = [reached_beliefs(readings, values.tables, i, depth) for i in (0, 1)]
    near = values.tables.tolerances
    worst = [_worst(values, i, gains[i], reached[i]) for i in (0, 1)]
    margins = [_settled(-worst[i][0], near[i]) for i in (0, 1)]
    # The gains of the two sides have no common unit, so each is divided by the range of its side's payoffs.
    # Among departures whose gain counts as zero, the one with the largest gain is named.
    ranges = own_units(readings.game.stage).ranges()
    side = min((0, 1), key=lambda i: (margins[i] / ranges[i], -worst[i][0] / ranges[i]))
    margin, (_, deviation, belief) = margins[side], worst[side]
    # Gains are linear in the belief, so the readings are belief-free iff they pass at every vertex, that is,
    # against each reading of the other side.
    everywhere = [_settled(-float(_departures(values, i, gains[i]).max()), near[i]) for i in (0, 1)]
    free = min(zip(everywhere, ranges, strict=True), key=lambda side: side[0] / side[1])[0]
    closed = [_open_states_pass(gains[i], values, reached[i], near[i]) for i in (0, 1)]
    status, reason = _status(reached, closed, depth)
    return ReadingVerdict(
        margin >= 0,
        margin,
        deviation,
        belief,
        free >= 0,
        free,
        tuple(
            _subjective(values, i, k, gains[i], near[i]) for i in (0, 1) for k in range(len(values.names[i]))
        ),
        depth,
        sum(len(r.states) for r in reached),
        near[side],
        status if margin >= 0 else "complete",
        reason if margin >= 0 else "a departure gains at a belief that arises",
    )


def _settled(margin: float, tolerance: float) -> float:
    """Return a margin, or 0 if it is negative by at most the tolerance."""
    return 0.0 if -tolerance <= margin < 0 else margin


def _departures(values: ReadingValues, player: int, gains: FloatArray) -> FloatArray:
    """Return the gains, with minus infinity for the prescribed actions."""
    result = gains.copy()
    own = values.tables.actions[player]
    rows, columns = np.indices(own.shape)
    result[rows, columns, own] = -np.inf
    return result


def _worst(
    values: ReadingValues, player: int, gains: FloatArray, reached: ReachedBeliefs
) -> tuple[float, Deviation | None, tuple[tuple[str, float], ...]]:
    """Return the greatest gain over reached pairs and own readings, its deviation, and its belief."""
    tables = values.tables
    expected = np.einsum("bkaj,bj->bka", gains[list(reached.states)], reached.beliefs)
    own = tables.actions[player][list(reached.states)]
    rows, columns = np.indices(own.shape)
    # What is prescribed is no departure.
    expected[rows, columns, own] = -np.inf
    if not np.isfinite(expected).any():
        return -np.inf, None, ()
    b, k, a = (int(x) for x in np.unravel_index(int(expected.argmax()), expected.shape))
    gain, state = float(expected[b, k, a]), reached.states[b]
    labels = values.action_labels[player]
    where = f"{tables.label(state)}, as {values.names[player][k]!r}"
    deviation = Deviation(values.players[player], labels[a], labels[int(own[b, k])], gain, where)
    belief = tuple(zip(values.names[1 - player], (float(p) for p in reached.beliefs[b]), strict=True))
    return gain, deviation, belief


def _open_states_pass(
    gains: FloatArray, values: ReadingValues, reached: ReachedBeliefs, tolerance: float
) -> bool:
    """Return whether all public states that can follow a pair left out pass at every belief."""
    following = values.tables.following
    open_states = set(reached.open_states)
    frontier = list(open_states)
    while frontier:
        new = {int(s) for s in following[frontier.pop()]} - open_states
        open_states |= new
        frontier += new
    return not open_states or float(gains[sorted(open_states)].max()) <= tolerance


def _status(reached: list[ReachedBeliefs], closed: list[bool], depth: int) -> tuple[Status, str]:
    if not any(r.open_states for r in reached):
        return "complete", "finitely many beliefs arise, and all were checked"
    if all(closed):
        return "complete", f"beliefs checked to {depth} periods; beyond them every belief passes"
    return "partial", f"beliefs checked to {depth} periods"


def _subjective(
    values: ReadingValues, player: int, own: int, gains: FloatArray, tolerance: float
) -> SubjectiveReading:
    name, others = values.names[player][own], values.names[1 - player]
    margin = None
    if name in others:
        departures = _departures(values, player, gains)[:, own, :, others.index(name)]
        margin = _settled(-float(departures.max()), tolerance)
    regrets = tuple(
        (other, true_regret(values, player, own, m)) for m, other in enumerate(others) if other != name
    )
    return SubjectiveReading(values.players[player], name, margin, regrets)


@dataclass(frozen=True, eq=False)
class ObedienceSet(Tabular):
    """The beliefs at which one reading is followed in one public state, as an intersection of half-spaces."""

    # The side, its reading, and the public state.
    player: str
    reading: str
    state: str
    # The action that the reading prescribes there.
    prescribed: str
    # (n, K_j): gain of each action against each reading of the other side; a belief passes where `gains @
    # belief` has no positive entry.
    gains: FloatArray
    others: tuple[str, ...]
    status: Status = "complete"

    def contains(self, belief: FloatArray, tolerance: float = 0.0) -> bool:
        """Return whether the prescribed action passes at a belief."""
        return bool((self.gains @ np.asarray(belief, dtype=np.float64) <= tolerance).all())

    @property
    def interval(self) -> tuple[float, float] | None:
        """Least and greatest probability of the other side's first reading; `None` if no belief passes.

        Both are 1 if the other side has only one reading. Defined for at most two readings.
        """
        if self.gains.shape[1] == 1:
            return (1.0, 1.0) if self.contains(np.ones(1)) else None
        low, high = 0.0, 1.0
        for first, second in self.gains.tolist():
            # first x + second (1 - x) <= 0
            slope = first - second
            if slope > 0:
                high = min(high, -second / slope)
            elif slope < 0:
                low = max(low, -second / slope)
            elif second > 0:
                return None
        return (low, high) if low <= high else None

    def table(self) -> Table:
        """Return a table with one row for each action: its gain against each reading of the other side."""
        rows = tuple((k, *(float(g) for g in row)) for k, row in enumerate(self.gains))
        columns = ("action", *(f"gain against {name!r}" for name in self.others))
        return Table(f"{self.player} as {self.reading!r} in {self.state}", columns, rows)


@dataclass(frozen=True, eq=False)
class ObedienceSets(Tabular):
    """The beliefs at which each reading is followed, by public state."""

    sets: tuple[ObedienceSet, ...]
    status: Status = "complete"

    def __len__(self) -> int:
        return len(self.sets)

    def __getitem__(self, k: int) -> ObedienceSet:
        return self.sets[k]

    def table(self) -> Table:
        """Return a table with one row for each public state, side and reading."""
        rows = []
        for entry in self.sets:
            interval = entry.interval if entry.gains.shape[1] <= 2 else None
            low, high = interval or (None, None)
            vertices = (entry.gains <= 0).all(axis=0)
            rows.append(
                (entry.state, entry.player, entry.reading, entry.prescribed, entry.others[0], low, high,
                 bool(vertices.all()))
            )  # fmt: skip
        columns = (
            "public state", "side", "reading", "prescribed", "chance of", "at least", "at most",
            "at every belief",
        )  # fmt: skip
        return Table("beliefs at which the readings are followed", columns, tuple(rows))


def obedience_sets(readings: PrivateReadings) -> ObedienceSets:
    """Return the beliefs at which each reading's prescribed action passes the one-shot test."""
    values = reading_values(readings)
    tables = values.tables
    gains = [departure_gains(values, i) for i in (0, 1)]
    sets = [
        ObedienceSet(
            values.players[i],
            name,
            tables.label(s),
            values.action_labels[i][int(tables.actions[i][s, k])],
            gains[i][s, k],
            values.names[1 - i],
        )
        for s in range(len(tables.states))
        for i in (0, 1)
        for k, name in enumerate(values.names[i])
    ]
    return ObedienceSets(tuple(sets))
