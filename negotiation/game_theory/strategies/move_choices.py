"""Choices of decision makers in continuous time: a probability for each option, by state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import (
    KNIFE_EDGE,
    PROBABILITY_TOLERANCE,
    FloatArray,
    IntArray,
    own_copy,
    read_only,
)
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.option_rows import OptionRows


@dataclass(frozen=True, eq=False)
class MoveChoices:
    """The choices of one decision maker: `choices[s]` has a probability for each option in state s.

    Examples
    --------
    >>> choices = MoveChoices(np.array([0.25, 0.75, 1.0]), np.array([0, 2, 3]))
    >>> len(choices), choices[0].tolist()
    (2, [0.25, 0.75])
    """

    # (K,): A probability for each option, states one after another.
    flat: FloatArray
    # (S + 1,): where the options of each state begin.
    indptr: IntArray

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, state: int) -> FloatArray:
        s = range(len(self))[state]
        return self.flat[self.indptr[s] : self.indptr[s + 1]]

    def __iter__(self) -> Iterator[FloatArray]:
        return (self[s] for s in range(len(self)))


@runtime_checkable
class Chooses(Protocol):
    """A result that has the choices of each decision maker: an equilibrium, or a logit response."""

    @property
    def choice_probabilities(self) -> tuple[MoveChoices, ...]:
        """The choices of each decision maker."""


# An equilibrium; or for each maker and state a probability an option, or the position of the one option.
MoveStrategies: TypeAlias = Chooses | Sequence[MoveChoices] | Sequence[Sequence[int | npt.ArrayLike]]


def move_choices(game: ContinuousTimeGame, strategies: MoveStrategies) -> tuple[MoveChoices, ...]:
    """Return strategies of a game as the choices of each decision maker."""
    given: object = strategies.choice_probabilities if isinstance(strategies, Chooses) else strategies
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise InvalidStrategy(
            "strategies must be an equilibrium, a logit response, or for each decision maker and state a "
            f"probability for each option; got a value of type {type(strategies).__name__}"
        )
    if len(given) != len(game.makers):
        raise InvalidStrategy(
            f"strategies must have one entry for each decision maker, {len(game.makers)} in all; got "
            f"{len(given)}"
        )
    return tuple(
        _checked(str(maker.label), rows, entry)
        for maker, rows, entry in zip(game.makers, game.options, given, strict=True)
    )


def _checked(label: str, rows: OptionRows, given: object) -> MoveChoices:
    """Return the checked choices of one decision maker, a distribution in each state."""
    flat = given.flat if isinstance(given, MoveChoices) else _flat(label, rows, given)
    if flat.shape != rows.targets.shape:
        raise InvalidStrategy(
            f"the choices of {label!r} must be one probability for each option of each state, "
            f"{rows.n_options} in all; got {flat.size}"
        )
    sums = np.add.reduceat(flat, rows.indptr[:-1])
    fits = np.isfinite(sums) & (abs(sums - 1.0) <= PROBABILITY_TOLERANCE)
    fits &= np.minimum.reduceat(flat, rows.indptr[:-1]) >= -KNIFE_EDGE
    if not fits.all():
        s = int(np.argmin(fits))
        raise InvalidStrategy(
            f"in each state the choices of {label!r} must be numbers of at least 0 that sum to 1; in the "
            f"state at position {s} got {shown(flat[rows.row(s)].tolist())}"
        )
    chances = own_copy(np.asarray(flat, dtype=np.float64))
    read_only(chances)
    return MoveChoices(chances, rows.indptr)


def _flat(label: str, rows: OptionRows, given: object) -> FloatArray:
    """Return choices that are given state by state as one flat array."""
    if not isinstance(given, Sequence) or len(given) != rows.n_states:
        raise InvalidStrategy(
            f"the choices of {label!r} must be a sequence with one entry for each state, {rows.n_states} in "
            f"all; got {shown(given)}"
        )
    flat = np.zeros(rows.n_options)
    for s, entry in enumerate(given):
        part = flat[rows.row(s)]
        if isinstance(entry, (int, np.integer)) and not isinstance(entry, bool):
            if not 0 <= entry < len(part):
                raise InvalidStrategy(
                    f"in the state at position {s} the option that {label!r} chooses must be from 0 to "
                    f"{len(part) - 1}; got {entry}"
                )
            part[entry] = 1.0
            continue
        try:
            vector = np.asarray(entry, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            vector = np.empty(0)
        if vector.shape != part.shape:
            raise InvalidStrategy(
                f"in the state at position {s} the choices of {label!r} must be one probability for each "
                f"option, {len(part)} in all; got {shown(entry)}"
            )
        part[:] = vector
    return flat
