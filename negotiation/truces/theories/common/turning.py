"""What a verdict turns on: parameters within whose ranges it changes, found by solving the games there.

Each parameter with a range is moved to both its ends, with all others at their central values, and each
component of the state to each of its steps. If the verdict differs at an end, the point where the margin is
zero is found by halving. If no single parameter turns a verdict, those that move its margin most are tried in
pairs, both at their adverse ends. The search misses a verdict that changes twice between the centre and an
end. Cost: two games for each parameter, some seven more for each that turns a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.periods import TIME_PARAMETERS, period_discount_factor
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.renewals import ROUNDS, rounds_a_year
from negotiation.truces.record.state_trajectory import StateOfTheDay
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.theory import Theory

Setting = Mapping[str, float]
# Theory and leg.
Key = tuple[str, str]


@dataclass(frozen=True)
class Turn:
    """A parameter, component or pair that turns a verdict."""

    # One parameter or component of the state, or two parameters together.
    names: tuple[str, ...]
    # Whether the leg holds on the other side.
    holds: bool
    # The other side: "below", "above", "at" a step of the state, or "towards" a corner of two ranges.
    where: str
    # Where the verdict turns: a value, a step, or the corner.
    at: tuple[float, ...]
    # Share of the range (of the box of two ranges, of the chances of the steps) in which the leg holds.
    share: float

    @property
    def other(self) -> float:
        """Share of the range in which the verdict differs from the centre."""
        return self.share if self.holds else 1.0 - self.share

    def __str__(self) -> str:
        verb = "holds" if self.holds else "breaks"
        places = ", ".join(f"{x:.3g}" for x in self.at)
        return f"{' and '.join(self.names)}: {verb} {self.where} {places}; holds in {self.share:.2f}"


@dataclass(frozen=True, eq=False)
class Search:
    """The search for what the verdicts of some theories turn on."""

    # The games at the central values.
    batch: GameBatch
    theories: tuple[Theory, ...]
    # Gives the chances of the steps of the state.
    day: StateOfTheDay

    def found(self) -> dict[Key, tuple[Turn, ...]]:
        """Return at most two parameters or components that turn each verdict, the most decisive first."""
        centre = {key: float(m[0]) for key, m in self.margins([{}]).items()}
        ends = self._ends()
        names = list(ends)
        at_ends = self.margins([{name: end} for name in names for end in ends[name]])
        # Steps of the state are solved one by one, since the levels, and so the size of the game, may change
        # with them.
        states = self._states(centre)
        turns: dict[Key, tuple[Turn, ...]] = {}
        for key, margin in centre.items():
            columns = at_ends[key].reshape(-1, 2)
            single = self._single(key, margin, ends, columns)
            own = sorted([*single, *states[key]], key=lambda turn: -turn.other)
            turns[key] = tuple(own[:2]) or self._pair(key, margin, ends, columns)
        return turns

    def margins(
        self, settings: Sequence[Setting], theories: Sequence[Theory] | None = None
    ) -> dict[Key, FloatArray]:
        """Return the margin of each leg under each theory at some settings, by theory and leg."""
        parts: dict[Key, list[FloatArray]] = {}
        for start in range(0, len(settings), NUMERICS.settings_at_once):
            batch = self._at(settings[start : start + NUMERICS.settings_at_once])
            for theory in self.theories if theories is None else theories:
                for leg, found in theory.judge(batch).items():
                    parts.setdefault((theory.name, leg), []).append(found.margin)
        return {key: np.concatenate(found) for key, found in parts.items()}

    def _at(self, settings: Sequence[Setting]) -> GameBatch:
        scenario, own = self.batch.scenario, self._own
        rounds = np.array([setting.get(ROUNDS, own[ROUNDS]) for setting in settings])
        names = dict.fromkeys((*TIME_PARAMETERS, *(name for setting in settings for name in setting)))
        varied = {n: np.array([setting.get(n, own[n]) for setting in settings]) for n in names}
        # Patience of a period follows from that of a year and the length of a period, setting by setting.
        time = zip(*(varied[name].tolist() for name in TIME_PARAMETERS), strict=True)
        delta = np.array([period_discount_factor(*pair) for pair in time])
        batch = self.batch
        varied.pop(ROUNDS, None)
        return game_batch(
            batch.agreement, scenario, batch.state, batch.size, varied=varied, delta=delta, rounds=rounds
        )

    @property
    def _own(self) -> dict[str, float]:
        """The value of each parameter at the centre, and of the rounds of talks a year."""
        return {**self.batch.scenario.parameters, ROUNDS: float(self.batch.rounds[0])}

    def _ends(self) -> dict[str, tuple[float, float]]:
        """Return the ends of the ranges of the parameters that the game reads."""
        scenario, games = self.batch.scenario, self.batch.games
        read = set(TIME_PARAMETERS)
        for player, menu in self.batch.menus.items():
            for name in menu:
                read |= games.parameters_of(player, name)
        interacts = scenario.definition.interaction
        read |= set() if interacts is None else set(interacts.parameters)
        ends = {n: (q.low, q.high) for n, q in scenario.quantities.items() if n in read and q.low < q.high}
        often, rounds = rounds_a_year(scenario), float(self.batch.rounds[0])
        return {**ends, ROUNDS: (min(often.low, rounds), max(often.high, rounds))}

    def _states(self, centre: Mapping[Key, float]) -> dict[Key, list[Turn]]:
        """Return the components of the state that turn a verdict, trying each step."""
        turns: dict[Key, list[Turn]] = {key: [] for key in centre}
        batch = self.batch
        for name, chances in self.day.chances.items():
            here = getattr(batch.state, name)
            margins: dict[int, dict[Key, float]] = {here: dict(centre)}
            for step in range(len(chances)):
                if step != here:
                    state = replace(batch.state, **{name: step})
                    other = game_batch(
                        batch.agreement, batch.scenario, state, batch.size, rounds=batch.rounds
                    )
                    margins[step] = {
                        (theory.name, leg): float(m.margin[0])
                        for theory in self.theories
                        for leg, m in theory.judge(other).items()
                    }
            for key, margin in centre.items():
                holds = [margins[step][key] >= 0.0 for step in range(len(chances))]
                apart = [step for step, held in enumerate(holds) if held != (margin >= 0.0)]
                if apart:
                    share = float(chances[np.array(holds)].sum())
                    turns[key].append(Turn((name,), holds[apart[0]], "at", tuple(map(float, apart)), share))
        return turns

    def _single(
        self, key: Key, centre: float, ends: Mapping[str, tuple[float, float]], at_ends: FloatArray
    ) -> list[Turn]:
        """Return at most two parameters, those that turn a verdict on the largest share of their ranges."""
        own = self._own
        turning: list[tuple[float, str, int]] = []
        for row, name in enumerate(ends):
            for side in (0, 1):
                margin = float(at_ends[row, side])
                if (margin >= 0.0) != (centre >= 0.0):
                    # Sorted by the share of the range beyond the turn, if the margin were linear.
                    low, high = ends[name]
                    reach = abs(ends[name][side] - own[name]) / (high - low)
                    turning.append((reach * _beyond(centre, margin), name, side))
        turning.sort(key=lambda turn: -turn[0])
        return [self._turn(key, centre, ends[name], name, side) for _, name, side in turning[:2]]

    def _turn(self, key: Key, centre: float, ends: tuple[float, float], name: str, side: int) -> Turn:
        """Return the value between the centre and an end at which a parameter turns a verdict, by halving."""
        theory = [candidate for candidate in self.theories if candidate.name == key[0]]
        inner, outer = self._own[name], ends[side]
        start, stop = centre, float(self.margins([{name: outer}], theory)[key][0])
        for _ in range(NUMERICS.turning_steps):
            # A margin may be flat where keeping is not rational, and rise beyond: halving finds the bend.
            at = 0.5 * (inner + outer)
            margin = float(self.margins([{name: at}], theory)[key][0])
            if (margin >= 0.0) == (centre >= 0.0):
                inner, start = at, margin
            else:
                outer, stop = at, margin
        # In what is left a margin is nearly linear: where the line through both ends crosses zero.
        at = outer - (outer - inner) * _beyond(start, stop)
        part = abs(ends[side] - at) / (ends[1] - ends[0])
        holds = centre < 0.0
        return Turn((name,), holds, ("below", "above")[side], (at,), part if holds else 1.0 - part)

    def _pair(
        self, key: Key, centre: float, ends: Mapping[str, tuple[float, float]], at_ends: FloatArray
    ) -> tuple[Turn, ...]:
        """Return the pair that turns a verdict most, among the parameters that move its margin most."""
        if not np.isfinite(centre):
            return ()
        theory = [candidate for candidate in self.theories if candidate.name == key[0]]
        # Adverse is downwards for a leg that holds and upwards for one that breaks; movers come first.
        names, toward = list(ends), at_ends * (1.0 if centre >= 0.0 else -1.0)
        adverse = toward.argmin(axis=1)
        movers = toward.min(axis=1).argsort(kind="stable")[: NUMERICS.paired]
        pairs = list(combinations([names[k] for k in movers], 2))
        corner = {name: ends[name][int(adverse[names.index(name)])] for pair in pairs for name in pair}
        margins = self.margins([{name: corner[name] for name in pair} for pair in pairs], theory)[key]
        turning = [k for k, margin in enumerate(margins) if (margin >= 0.0) != (centre >= 0.0)]
        if not turning:
            return ()
        best = pairs[max(turning, key=lambda k: abs(float(margins[k])))]
        grid = [np.linspace(*ends[name], NUMERICS.pair_grid) for name in best]
        box = [dict(zip(best, point, strict=True)) for point in product(*grid)]
        share = float((self.margins(box, theory)[key] >= 0.0).mean())
        at = tuple(corner[name] for name in best)
        return (Turn(best, centre < 0.0, "towards", at, share),)


def _beyond(start: float, stop: float) -> float:
    """Return the share of the way between two margins of opposite signs that lies beyond zero.

    Examples
    --------
    >>> _beyond(1.0, -3.0), _beyond(float("inf"), -1.0)
    (0.75, 0.5)
    """
    if not np.isfinite(stop - start) or start == stop:
        return 0.5
    return stop / (stop - start)
