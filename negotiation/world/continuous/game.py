"""The game of postures in continuous time: a side moves one instrument at a time, and nature the state.

A state is a joint level of all instruments in the game, and a state of the world z as in `state.py`. For each
z the lawful joint levels stand in one block, in row-major order, so that a move is an offset and nothing is
listed that can be computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import inf, isfinite, log, prod
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from scipy import sparse

from negotiation.errors import InvalidOptions, InvalidRate, SizeLimit, UnknownComponent
from negotiation.games import ContinuousTimeGame, DecisionMaker, OptionRows
from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.world.components import SILENT
from negotiation.world.continuous.nature import state_rates
from negotiation.world.instrument import Pair
from negotiation.world.menus import Menus
from negotiation.world.numerics import NUMERICS
from negotiation.world.observation import PRECISION
from negotiation.world.periods import DAYS_A_YEAR
from negotiation.world.posture import Postures
from negotiation.world.posture_payoffs import ManyPostureGames
from negotiation.world.setup import Setup
from negotiation.world.state import State

Reach: TypeAlias = Literal["adjacent", "any"]
"""Which levels one move leads to: the next harsher and calmer, or any."""

REACHES: tuple[str, ...] = get_args(Reach)
DIRECTIONS = ("escalate", "de-escalate")
"""As the record has them: to a harsher level, and to a calmer one."""


@dataclass(frozen=True)
class Pace:
    """How often decision makers get to move, how well they choose, and what a move costs.

    No source gives these numbers. The rate and the precision are those that periods and predictions are read
    with, `reaction_lag_days` and `logit.precision`, whose ranges in the calibration are weak priors.

    Parameters
    ----------
    precision : float, optional
        Of every decision maker, per percent of a year's GDP; infinite for best replies. The parameter
        `logit.precision` if not given.
    move_rate : float, optional
        Chances to move a year, of every decision maker; one a reaction lag if not given.
    adjustment : float, optional
        What a move costs its maker for each level that it passes, in percent of a year's GDP; 0 to 0.01 spans
        what may be thought of.
    reach : str, optional
        "adjacent": a move leads to the next level that the law allows, harsher or calmer; "any": to any.
    agencies : bool, optional
        Whether each agency of a country that has agencies is a decision maker of its own. Each works for the
        country's payoff and gets chances to move at the full rate.

    Raises
    ------
    InvalidRate
        If the rate is not positive and finite, the precision not positive, or the cost negative.
    InvalidOptions
        If there is no such reach.

    Examples
    --------
    >>> Pace(move_rate=12.0).reach
    'adjacent'
    """

    precision: float | None = None
    move_rate: float | None = None
    adjustment: float = 0.0
    reach: Reach = "adjacent"
    agencies: bool = False

    def __post_init__(self) -> None:
        if self.precision is not None and not self.precision > 0.0:
            raise InvalidRate(f"a precision is positive, or infinite for best replies; got {self.precision}")
        if self.move_rate is not None and not (self.move_rate > 0.0 and isfinite(self.move_rate)):
            raise InvalidRate(f"chances to move a year are positive and finite; got {self.move_rate}")
        if not (self.adjustment >= 0.0 and isfinite(self.adjustment)):
            raise InvalidRate(f"a move costs nothing or something finite; got {self.adjustment}")
        if self.reach not in REACHES:
            raise InvalidOptions(f"no reach {self.reach!r}; allowed: {', '.join(REACHES)}")


class Block(NamedTuple):
    """The joint levels of one state of the world, and where they stand among the states of the game.

    Parameters
    ----------
    state : State
        The state of the world.
    levels : tuple of tuples of str
        By instrument in the game, the levels that the law allows, calmest first.
    begin : int
        Position of the first joint level.
    """

    state: State
    levels: tuple[tuple[str, ...], ...]
    begin: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of levels of each instrument."""
        return tuple(len(labels) for labels in self.levels)

    @property
    def size(self) -> int:
        """Number of joint levels."""
        return prod(self.shape)

    @property
    def strides(self) -> tuple[int, ...]:
        """How far the next level of each instrument is."""
        return tuple(prod(self.shape[axis + 1 :]) for axis in range(len(self.levels)))

    def positions(self, axis: int) -> IntArray:
        """Return the level of one instrument in each joint level, shape (size,)."""
        here = np.arange(self.size, dtype=np.intp)
        found: IntArray = here // self.strides[axis] % self.shape[axis]
        return found


class Draft(NamedTuple):
    """A game that is being made.

    Parameters
    ----------
    setup : Setup
        Instruments, laws, payoffs and motion.
    fixed : Postures
        Levels of the instruments that are not in the game.
    pairs : tuple of (country, instrument)
        The instruments in the game.
    blocks : tuple of Block
        By state of the world, the start first.
    moving : tuple of str
        Components of the state that move.
    """

    setup: Setup
    fixed: Postures
    pairs: tuple[Pair, ...]
    blocks: tuple[Block, ...]
    moving: tuple[str, ...]


def moving_components(setup: Setup, moving: Iterable[str] | None) -> tuple[str, ...]:
    """Return the components of the state that move: those named, or all but what is believed.

    Parameters
    ----------
    setup : Setup
        Has the components.
    moving : iterable of str or None
        Names.

    Raises
    ------
    UnknownComponent
        If the dispute has not one of them.
    """
    known = setup.definition.state.components
    found = tuple(name for name in known if name not in SILENT) if moving is None else tuple(moving)
    for name in found:
        if name not in known:
            raise UnknownComponent(name, known)
    return tuple(dict.fromkeys(found))


def continuous_posture_game(
    setup: Setup, menus_by_state: Mapping[State, Menus], fixed: Postures, moving: tuple[str, ...], pace: Pace
) -> ContinuousTimeGame:
    """Return the posture game in continuous time; `Scenario.continuous_game` is its public face.

    Parameters
    ----------
    setup : Setup
        Instruments, laws, payoffs and motion.
    menus_by_state : mapping from State to menus
        The levels in the game by state of the world, the start first.
    fixed : Postures
        Levels of the instruments that are not in the game.
    moving : tuple of str
        Components of the state that move.
    pace : Pace
        Of moves.

    Raises
    ------
    SizeLimit
        If the game has more than `NUMERICS.most_options` options.
    """
    first = next(iter(menus_by_state.values()))
    pairs = tuple((country, name) for country, menu in first.items() for name in menu)
    blocks, begin = [], 0
    for state, menus in menus_by_state.items():
        blocks.append(Block(state, tuple(_ordered(setup, pair, menus) for pair in pairs), begin))
        begin += blocks[-1].size
    draft = Draft(setup, fixed, pairs, tuple(blocks), moving)
    _check_size(draft, pace)
    return ContinuousTimeGame(
        _flows(draft),
        _makers(draft, pace),
        -log(setup.parameters["discount_factor_annual"]),
        _nature(draft),
        list(_labels(draft)),
        setup.countries,
    )


def _ordered(setup: Setup, pair: Pair, menus: Menus) -> tuple[str, ...]:
    """Return the levels of an instrument in a menu, calmest first."""
    country, name = pair
    return tuple(
        sorted(menus[country][name], key=lambda label: setup.instruments[name].position(country, label))
    )


def _check_size(draft: Draft, pace: Pace) -> None:
    far = {"adjacent": 2 * len(draft.pairs), "any": sum(count - 1 for count in draft.blocks[0].shape)}
    count = _n_states(draft) * (far[pace.reach] + len(draft.setup.countries))
    if count > NUMERICS.most_options:
        raise SizeLimit(
            f"the game would have {_n_states(draft):,} states ({len(draft.blocks)} of the world) and up to "
            f"{count:,} options; at most {NUMERICS.most_options:,} are built: choose fewer instruments or "
            "levels, or fewer components of the state in `moving`"
        )


def _n_states(draft: Draft) -> int:
    last = draft.blocks[-1]
    return last.begin + last.size


def _flows(draft: Draft) -> FloatArray:
    """Return payoffs in percent of GDP a year, shape (S, N), made once for what matters to them."""
    setup, shared, found = draft.setup, {}, []
    for block in draft.blocks:
        z = block.state
        key = (z.curb_dependence, z.control_dependence, z.stocks_last, z.authority, z.belief)
        if key not in shared:
            chosen: dict[str, dict[str, tuple[str, ...]]] = {country: {} for country in setup.countries}
            for (country, name), labels in zip(draft.pairs, block.levels, strict=True):
                chosen[country][name] = labels
            paid = ManyPostureGames(setup, {}, z).payoffs(chosen, draft.fixed)[0]
            shared[key] = paid.reshape(block.size, len(setup.countries))
        found.append(shared[key])
    return np.concatenate(found)


def _makers(draft: Draft, pace: Pace) -> list[DecisionMaker]:
    parameters = draft.setup.parameters
    rate = DAYS_A_YEAR / parameters["reaction_lag_days"] if pace.move_rate is None else pace.move_rate
    precision = parameters[PRECISION] if pace.precision is None else pace.precision
    makers = []
    for country, label, names in _deciders(draft.setup, pace.agencies):
        axes = [axis for axis, pair in enumerate(draft.pairs) if pair[0] == country and pair[1] in names]
        if axes:  # who holds nothing in the game gets no chance to move
            rows = _options(draft, axes, pace, precision)
            makers.append(DecisionMaker(country, rate, rows, precision, label))
    return makers


def _deciders(setup: Setup, agencies: bool) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield a country, the maker's label, and the instruments that the maker decides on."""
    for country in setup.countries:
        split = setup.agencies.get(country, ()) if agencies else ()
        for agency in split:
            yield country, f"{country} {agency.name}", agency.instruments
        if not split:
            yield country, country, setup.held(country)


def _options(draft: Draft, axes: list[int], pace: Pace, precision: float) -> OptionRows:
    """Return a maker's options: to stay, or to move one of its instruments.

    Each pays log J / precision less, J the number of options there: the mean of the best of J shocks, so that
    having more to choose from is worth nothing by itself.
    """
    names = [
        f"{country} {name} {way}" for country, name in (draft.pairs[a] for a in axes) for way in DIRECTIONS
    ]
    parts: list[tuple[IntArray, IntArray, FloatArray, IntArray]] = []
    for block in draft.blocks:
        here = np.arange(block.size, dtype=np.intp)
        parts.append((here + block.begin, here + block.begin, np.zeros(block.size), np.full(block.size, -1)))
        for k, axis in enumerate(axes):
            position, count, stride = block.positions(axis), block.shape[axis], block.strides[axis]
            furthest = 1 if pace.reach == "adjacent" else count - 1
            for step in (s for s in range(-furthest, furthest + 1) if s):
                sources = here[(position + step >= 0) & (position + step < count)] + block.begin
                cost = np.full(len(sources), -pace.adjustment * abs(step))
                shown = np.full(len(sources), 2 * k + (step < 0))
                parts.append((sources, sources + step * stride, cost, shown))
    sources, targets, payoffs, events = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(sources, kind="stable")
    counts = np.bincount(sources, minlength=_n_states(draft))
    indptr = np.concatenate([[0], np.cumsum(counts)])
    paid = payoffs[order]
    if precision < inf:
        paid = paid - np.repeat(np.log(counts) / precision, counts)
    return OptionRows(indptr, targets[order], paid, events[order], names)


def _nature(draft: Draft) -> sparse.csr_array | None:
    """Return the rates at which the state of the world moves; levels stay, or give way with their law."""
    if len(draft.blocks) == 1:
        return None
    motion, places = draft.setup.motion, {block.state: block for block in draft.blocks}
    sources, targets, rates = [], [], []
    for block in draft.blocks:
        uses = _uses(draft, block)
        for curb, control in product((False, True), repeat=2):
            here = np.flatnonzero((uses[0] == curb) & (uses[1] == control))
            if not len(here):
                continue
            for after, rate in state_rates(block.state, curb, control, motion, draft.moving).items():
                sources.append(here + block.begin)
                targets.append(_carried(draft, block, places[after])[here])
                rates.append(np.full(len(here), rate))
    if not sources:
        return None
    where, size = (np.concatenate(sources), np.concatenate(targets)), _n_states(draft)
    return sparse.csr_array((np.concatenate(rates), where), shape=(size, size))


def _uses(draft: Draft, block: Block) -> BoolArray:
    """Return whether the curb and whether a control is in use, shape (2, size)."""
    setup, found = draft.setup, np.zeros((2, block.size), dtype=np.bool_)
    for users, row in zip((setup.definition.curb_users, setup.definition.control_users), found, strict=True):
        for country in setup.countries:
            for name in (one for one in setup.held(country) if one in users):
                if (country, name) not in draft.pairs:
                    row |= setup.is_used(country, name, draft.fixed[country][name])
                    continue
                axis = draft.pairs.index((country, name))
                use = [setup.is_used(country, name, label) for label in block.levels[axis]]
                row |= np.array(use)[block.positions(axis)]
    return found


def _carried(draft: Draft, block: Block, after: Block) -> IntArray:
    """Return the state in another block for each joint level.

    A level whose law is gone gives way to the harshest that is calmer, or to the calmest there is.
    """
    found = np.full(block.size, after.begin, dtype=np.intp)
    for axis, (country, name) in enumerate(draft.pairs):
        order = draft.setup.instruments[name].position
        left = np.array([order(country, label) for label in after.levels[axis]])
        now = np.array([order(country, label) for label in block.levels[axis]])
        position = np.maximum(np.searchsorted(left, now, side="right") - 1, 0)
        found += position[block.positions(axis)] * after.strides[axis]
    return found


def _labels(draft: Draft) -> Iterator[str]:
    """Yield the label of each state: levels by country, and the state of the world where it moves."""
    heads: dict[str, list[int]] = {}
    for axis, (country, _) in enumerate(draft.pairs):
        heads.setdefault(country, []).append(axis)
    for block in draft.blocks:
        end = f" | {block.state.label}" if len(draft.blocks) > 1 else ""
        for choice in product(*block.levels):
            yield (
                "; ".join(
                    f"{country}: " + " ".join(f"{draft.pairs[a][1]}={choice[a]}" for a in axes)
                    for country, axes in heads.items()
                )
                + end
            )
