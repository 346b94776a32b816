"""The options of a decision maker by state, as arrays: target, payoff and event of each option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from operator import index

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray, own_copy, read_only
from negotiation.errors import InvalidOptions, UnknownEvent, shown
from negotiation.game_theory.games.kinds import label_texts, no_array


@dataclass(frozen=True, eq=False)
class OptionRows:
    """Options as compressed rows: state s has the options `indptr[s]` up to `indptr[s + 1]`.

    Examples
    --------
    >>> rows = OptionRows([0, 2, 3], [0, 1, 1], [0.0, -1.0, 0.0], [-1, 0, -1], ("escalate",))
    >>> rows.n_states, rows.targets[rows.row(0)].tolist(), rows.event(1)
    (2, [0, 1], 'escalate')
    """

    # (S + 1,): where the options of each state begin; the number of all options last.
    indptr: IntArray
    # (K,): position of the state that each option leads to.
    targets: IntArray
    # (K,): what choosing it pays at once, in the units of the owner's payoffs.
    payoffs: FloatArray
    # (K,): position of the event that it shows among `event_names`, -1 for none. By default none.
    events: IntArray
    event_names: tuple[str, ...]

    def __init__(
        self,
        indptr: npt.ArrayLike,
        targets: npt.ArrayLike,
        payoffs: npt.ArrayLike,
        events: npt.ArrayLike | None = None,
        event_names: Iterable[object] = (),
    ) -> None:
        starts, goals = _whole("indptr", indptr), _whole("targets", targets)
        shows = np.full(len(goals), -1, dtype=np.intp) if events is None else _whole("events", events)
        try:
            paid = own_copy(np.asarray(payoffs, dtype=np.float64))
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidOptions(f"payoffs of options must be numbers: {no_array(error)}") from None
        names = label_texts("event name", event_names)
        if not goals.shape == paid.shape == shows.shape:
            raise InvalidOptions(
                "each option must have a target, a payoff and an event; got "
                f"{goals.shape} targets, {paid.shape} payoffs and {shows.shape} events"
            )
        if len(starts) < 2 or starts[0] != 0 or starts[-1] != len(goals):
            raise InvalidOptions(
                "indptr must have at least two entries, begin with 0 and end with the number of options, "
                f"{len(goals)}; got {shown(starts.tolist())}"
            )
        empty = np.flatnonzero(np.diff(starts) < 1)
        if len(empty):
            raise InvalidOptions(
                f"every state must have at least the option to stay; state {empty[0]} has none, or indptr "
                "decreases there"
            )
        if not np.isfinite(paid).all():
            raise InvalidOptions(
                f"payoffs of options must be finite; got {paid[~np.isfinite(paid)][0]}. Leave the option out"
            )
        if len(shows) and not -1 <= shows.min() <= shows.max() < len(names):
            raise InvalidOptions(
                f"events must be positions of the {len(names)} event names, or -1 for none; got "
                f"{shows.min()} to {shows.max()}"
            )
        for name, array in (("indptr", starts), ("targets", goals), ("payoffs", paid), ("events", shows)):
            read_only(array)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "event_names", names)

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.indptr) - 1

    @property
    def n_options(self) -> int:
        """Number of options, all states together."""
        return len(self.targets)

    @property
    def sources(self) -> IntArray:
        """The state of each option, shape (K,)."""
        result: IntArray = np.repeat(np.arange(self.n_states, dtype=np.intp), np.diff(self.indptr))
        return result

    def row(self, state: int) -> slice:
        """Return the positions of the options of a state, as a slice."""
        return slice(int(self.indptr[state]), int(self.indptr[state + 1]))

    def event(self, option: int) -> str | None:
        """Return the event of an option, or None if it has none."""
        code = int(self.events[option])
        return self.event_names[code] if code >= 0 else None

    def shows(self, event: str) -> npt.NDArray[np.bool_]:
        """Return whether each option shows an event, shape (K,)."""
        UnknownEvent.unless_in(event, self.event_names)
        result: npt.NDArray[np.bool_] = self.events == self.event_names.index(event)
        return result


def option_rows(options: object, states: Sequence[str] | None = None) -> OptionRows:
    """Return options that are given state by state, or as compressed rows, as `OptionRows`.

    Examples
    --------
    >>> option_rows([[(0, 0), (1, -2.0, "up")], [(1, 0)]]).payoffs.tolist()
    [0.0, -2.0, 0.0]
    """
    if isinstance(options, OptionRows):
        return options
    # A tuple of arrays is compressed rows; a list, one row for each state.
    if isinstance(options, tuple) and options and all(hasattr(part, "dtype") for part in options[:3]):
        return OptionRows(*options)
    if not isinstance(options, Sequence) or isinstance(options, str):
        raise InvalidOptions(
            "options must be given state by state, options[s] a list of (target, payoff) or (target, "
            f"payoff, event), or as OptionRows; got {type(options).__name__}"
        )
    places = {label: k for k, label in enumerate(states or ())}
    starts, flat, names = [0], [], dict[str, int]()
    for s, row in enumerate(options):
        if not isinstance(row, Sequence) or isinstance(row, str):
            raise InvalidOptions(f"the options of state {s} must be a list of tuples; got {shown(row)}")
        flat += [_one(s, option, places, names) for option in row]
        starts.append(len(flat))
    targets, payoffs, events = zip(*flat, strict=True) if flat else ((), (), ())
    return OptionRows(starts, targets, payoffs, events, names)


def _one(s: int, option: object, places: dict[str, int], names: dict[str, int]) -> tuple[int, float, int]:
    """Return the target, payoff and event of one option, and add the event's name to the known ones."""
    form = "an option is (target, payoff) or (target, payoff, event)"
    if not isinstance(option, Sequence) or isinstance(option, str) or not 2 <= len(option) <= 3:
        raise InvalidOptions(f"state {s} has the option {shown(option)}, but {form}")
    target, payoff = option[0], option[1]
    if isinstance(target, str):
        if target not in places:
            raise InvalidOptions(
                f"an option of state {s} leads to {target!r}, which is not a state; known: "
                f"{shown(list(places))}"
            )
        target = places[target]
    event = option[2] if len(option) == 3 else None
    # Events are numbered as they are met.
    code = -1 if event is None else names.setdefault(str(event), len(names))
    try:
        paid = float(payoff)
        goal = index(target)
    except (TypeError, ValueError, OverflowError):
        raise InvalidOptions(
            f"state {s} has the option {shown(option)}, but {form}, with a target that is a position or a "
            "label, and a payoff that is a number"
        ) from None
    if not isfinite(paid):
        raise InvalidOptions(f"payoffs of options must be finite; state {s} has {shown(option)}")
    return goal, paid, code


def _whole(name: str, values: npt.ArrayLike) -> IntArray:
    """Return a vector of whole numbers."""
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise InvalidOptions(
            f"{name} must be a vector of whole numbers; got {array.dtype} of shape {array.shape}"
        )
    return own_copy(np.asarray(array, dtype=np.intp))
