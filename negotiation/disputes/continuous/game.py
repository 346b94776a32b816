"""The posture game in continuous time: makers move one instrument at a time, and nature moves the world.

A state of the game is a joint level of all instruments in the game, a state of the world and a public phase.
A move adds an offset to the position of the state; see `draft`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import inf, log
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import sparse

from negotiation.base.numeric import BoolArray, FloatArray, IntArray, read_only
from negotiation.base.reading.numbers import expect_number
from negotiation.disputes.continuous.draft import Draft
from negotiation.disputes.continuous.frame import Block, Kinds
from negotiation.disputes.continuous.nature import state_rates
from negotiation.disputes.continuous.phases import standing
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.observation import PRECISION
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.errors import InvalidOptions, InvalidRate, SizeLimit, shown
from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker, OptionRows
from negotiation.game_theory.strategies.move_choices import MoveChoices

# The levels to which one move leads: the next harsher and calmer ones, or any.
Reach: TypeAlias = Literal["adjacent", "any"]

# Whether a country decides as one, by its agencies, or instrument by instrument.
Agencies: TypeAlias = bool | Literal["instruments"]

REACHES: tuple[str, ...] = get_args(Reach)

# The fields of a pace that are numbers.
_NUMBERS = ("precision", "move_rate", "adjustment")
# As the record has them: to a harsher level, and to a calmer one.
DIRECTIONS = ("escalate", "de-escalate")


@dataclass(frozen=True)
class Pace:
    """How often decision makers may move, how precisely they choose, and how much a move costs.

    No source gives these numbers. By default the rate and the precision follow from the parameters
    `reaction_lag_days` and `logit.precision`, whose ranges in the calibration are weak priors.

    Raises
    ------
    InvalidRate
        If the precision, the rate or the cost is not a number or out of range.
    InvalidOptions
        If `reach` or `agencies` is not among the allowed values.

    Examples
    --------
    >>> Pace(move_rate=12.0).reach
    'adjacent'
    """

    # Precision of every decision maker's choices, per percent of a year's GDP; infinite for best responses.
    # The parameter `logit.precision` if not given.
    precision: float | None = None
    # Chances to move per year of every decision maker; one per reaction lag if not given.
    move_rate: float | None = None
    # Cost of a move to its maker for each level that it passes, in percent of a year's GDP; plausible values
    # are 0 to 0.01.
    adjustment: float = 0.0
    # "adjacent": a move leads to the next level that the law allows, harsher or calmer; "any": to any.
    reach: Reach = "adjacent"
    # Whether each agency of a country that has agencies is a decision maker of its own, or each instrument
    # has one. All work for the country's payoff and get chances to move at the full rate.
    agencies: Agencies = False
    # Whether each option pays log J / precision less, where J is the number of options in the state. This
    # offsets the mean of the best of J shocks. False if play does not respond to shocks.
    evened: bool = True

    def __post_init__(self) -> None:
        for field in _NUMBERS:
            if (given := getattr(self, field)) is not None or field == "adjustment":
                object.__setattr__(self, field, expect_number(f"`{field}`", given, InvalidRate))
        if self.precision is not None and not self.precision > 0.0:
            raise InvalidRate(
                f"`precision` must be above 0, or infinite for best replies; got {self.precision}"
            )
        if self.move_rate is not None and not 0.0 < self.move_rate < inf:
            raise InvalidRate(
                f"`move_rate`, chances to move per year, must be above 0 and finite; got {self.move_rate}"
            )
        if not 0.0 <= self.adjustment < inf:
            raise InvalidRate(
                "`adjustment`, the cost of a move in percent of a year's GDP, must be finite and at least 0; "
                f"got {self.adjustment}"
            )
        if not isinstance(self.agencies, bool) and self.agencies != "instruments":
            raise InvalidOptions(
                f"`agencies` must be False, True or 'instruments'; got {shown(self.agencies)}"
            )
        if self.reach not in REACHES:
            raise InvalidOptions(
                f"`reach` must be {' or '.join(map(repr, REACHES))}; got {shown(self.reach)}"
            )


def continuous_posture_game(
    draft: Draft, pace: Pace, games: ManyPostureGames | None = None
) -> ContinuousTimeGame:
    """Return the posture game in continuous time. `Scenario.continuous_game` calls it."""
    _check_size(draft, pace)
    return ContinuousTimeGame(
        posture_flows(draft, games),
        _makers(draft, pace),
        -log(draft.setup.parameters["discount_factor_annual"]),
        _nature(draft),
        draft.frame.labels(draft.phases.labels),
        draft.setup.countries,
    )


def _check_size(draft: Draft, pace: Pace) -> None:
    far = {"adjacent": 2 * len(draft.pairs), "any": sum(count - 1 for count in draft.blocks[0].shape)}
    count = draft.n_states * (far[pace.reach] + len(draft.setup.countries))
    if count > NUMERICS.most_options:
        phases = f", {len(draft.phases)} phases" if len(draft.phases) > 1 else ""
        raise SizeLimit(
            f"the game would have {draft.n_states:,} states ({len(draft.blocks)} of the world{phases}) and "
            f"up to {count:,} options; at most {NUMERICS.most_options:,} options are built: choose fewer "
            "instruments or levels, or fewer components of the state in `moving`"
        )


def posture_flows(draft: Draft, games: ManyPostureGames | None = None) -> FloatArray:
    """Return payoffs in percent of GDP a year, shape (S, N) for S states of the game and N players."""
    setup, shared, flows = draft.setup, {}, []
    for block in draft.blocks:
        z = block.state
        if z.paid not in shared:
            chosen: dict[str, dict[str, tuple[str, ...]]] = {country: {} for country in setup.countries}
            for (country, name), labels in zip(draft.pairs, block.levels, strict=True):
                chosen[country][name] = labels
            known = games if games is not None and games.state == z else ManyPostureGames(setup, {}, z)
            paid = known.payoffs(chosen, draft.fixed)[0]
            shared[z.paid] = paid.reshape(block.size, len(setup.countries))
        flows.append(shared[z.paid])
    levels, phases = np.concatenate(flows), draft.phases
    paid = np.zeros((len(phases), len(setup.countries)))
    for i, country in enumerate(setup.countries):
        paid[:, i] += phases.flows.get(country, 0.0)
    return np.tile(levels, (len(phases), 1)) + np.repeat(paid, len(levels), axis=0)


def _makers(draft: Draft, pace: Pace) -> list[DecisionMaker]:
    parameters = draft.setup.parameters
    rate = DAYS_A_YEAR / parameters["reaction_lag_days"] if pace.move_rate is None else pace.move_rate
    precision = parameters[PRECISION] if pace.precision is None else pace.precision
    rates = rate * np.repeat(draft.phases.speeds, draft.n_levels)
    makers = []
    for country, label, axes in _deciders(draft, pace):
        rows = _options(draft, axes, pace, precision)
        makers.append(DecisionMaker(country, rates, rows, precision, label))
    return makers


def maker_axes(draft: Draft, pace: Pace) -> list[list[int]]:
    """Return the positions of the instruments that each maker decides on."""
    return [axes for _, _, axes in _deciders(draft, pace)]


def _deciders(draft: Draft, pace: Pace) -> Iterator[tuple[str, str, list[int]]]:
    """Yield each maker's country, label and instruments; makers without instruments are left out."""
    for country in draft.setup.countries:
        own = [axis for axis, pair in enumerate(draft.pairs) if pair[0] == country]
        if pace.agencies == "instruments":
            yield from ((country, f"{country} {draft.pairs[axis][1]}", [axis]) for axis in own)
            continue
        split = draft.setup.agencies.get(country, ()) if pace.agencies else ()
        for agency in split:
            axes = [axis for axis in own if draft.pairs[axis][1] in agency.instruments]
            if axes:
                yield country, f"{country} {agency.name}", axes
        if not split and own:
            yield country, country, own


def _options(draft: Draft, axes: list[int], pace: Pace, precision: float) -> OptionRows:
    """Return a maker's options: to stay, or to move one of its instruments.

    If options are evened, each pays log J / precision less, where J is the number of options in the state.
    This is the mean of the best of J shocks, so that more options have no value by themselves.
    """
    names = [
        f"{country} {name} {way}" for country, name in (draft.pairs[a] for a in axes) for way in DIRECTIONS
    ]
    steps, count = draft.frame.steps(axes, pace.reach == "any"), len(draft.phases)
    rows = draft.frame.rows(axes, pace.reach == "any", count)
    targets = np.empty(count * len(steps.targets), dtype=np.intp)
    by_phase = targets.reshape(count, -1)
    np.take(_phases_led_to(draft, steps.table) * draft.n_levels, steps.kinds, axis=1, out=by_phase)
    by_phase += steps.targets
    paid = 0.0 - pace.adjustment * rows.lengths  # staying pays 0, not -0
    if pace.evened and precision < inf:
        counts = np.diff(rows.indptr)
        # A precision at which this overflows is refused with the options.
        with np.errstate(over="ignore"):
            paid -= np.repeat(np.log(counts) / precision, counts)
    read_only(targets)
    read_only(paid)
    return OptionRows(rows.indptr, targets, paid, rows.events, names)


def _phases_led_to(draft: Draft, kinds: Kinds) -> IntArray:
    """Return the phase that follows, by phase and kind of move, shape (P, C)."""
    phases = draft.phases
    next_phases = np.repeat(np.arange(len(phases))[:, None], len(kinds.axis), axis=1)
    for b, axis, own in kinds.parts:
        aims = draft.aims(draft.blocks[b], axis)
        if aims is not None:
            moved = kinds.before[own], kinds.after[own]
            next_phases[:, own] = phases.led(draft.pairs[axis], aims[:, None], *moved)
    return next_phases


def _nature(draft: Draft) -> sparse.csr_array | None:
    """Return the rates at which the state of the world and the phase change; None if they do not.

    Levels stay the same unless they lose their law.
    """
    world = _world_rates(draft) if len(draft.blocks) > 1 else None
    turns = draft.phases.rates
    if not turns.any():
        return world if world is None or len(draft.phases) == 1 else _in_each(world, len(draft.phases))
    if world is None:
        return _turning(turns, draft.n_levels)
    phases = sparse.csr_array(sparse.kron(sparse.csr_array(turns), sparse.eye_array(draft.n_levels)))
    return sparse.csr_array(phases + _in_each(world, len(draft.phases)))


def _turning(turns: FloatArray, n_levels: int) -> sparse.csr_array:
    """Return the rates at which phases change while levels stay."""
    count, size = np.count_nonzero(turns, axis=1), len(turns) * n_levels
    indptr = np.concatenate([[0], np.cumsum(np.repeat(count, n_levels))])
    here = np.arange(n_levels)[:, None]
    goals = [(here + np.flatnonzero(row) * n_levels).ravel() for row in turns]
    rates = [np.tile(row[row != 0.0], n_levels) for row in turns]
    return sparse.csr_array((np.concatenate(rates), np.concatenate(goals), indptr), shape=(size, size))


def _in_each(world: sparse.csr_array, phases: int) -> sparse.csr_array:
    """Return the rates of the state of the world, repeated for each of a number of phases."""
    return sparse.csr_array(sparse.kron(sparse.eye_array(phases), world))


def _world_rates(draft: Draft) -> sparse.csr_array | None:
    """Return the rates at which the state of the world moves in one phase; None if it does not move."""
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
    where, size = (np.concatenate(sources), np.concatenate(targets)), draft.n_levels
    return sparse.csr_array((np.concatenate(rates), where), shape=(size, size))


def _uses(draft: Draft, block: Block) -> BoolArray:
    """Return whether the curb and whether a control is in use, shape (2, size)."""
    setup, used = draft.setup, np.zeros((2, block.size), dtype=np.bool_)
    for users, row in zip((setup.definition.curb_users, setup.definition.control_users), used, strict=True):
        for country in setup.countries:
            for name in (instrument for instrument in setup.held(country) if instrument in users):
                if (country, name) not in draft.pairs:
                    row |= setup.is_used(country, name, draft.fixed[country][name])
                    continue
                axis = draft.pairs.index((country, name))
                use = [setup.is_used(country, name, label) for label in block.levels[axis]]
                row |= np.array(use)[block.positions(axis)]
    return used


def _carried(draft: Draft, block: Block, after: Block) -> IntArray:
    """Return, for each joint level of a block, the position of its state in another block, shape (size,).

    A level whose law is lost is replaced by the harshest calmer level there, or else by the calmest.
    """
    states = np.full(block.size, after.begin, dtype=np.intp)
    for axis in range(len(draft.pairs)):
        position = standing(draft.ladder(after, axis), draft.ladder(block, axis))
        states += position[block.positions(axis)] * after.strides[axis]
    return states


def aimed_choices(draft: Draft, pace: Pace) -> tuple[MoveChoices, ...]:
    """Return one set of choices for each maker, by which it moves towards the aims of the phases."""
    return tuple(_aimed(draft, axes, pace.reach == "any") for axes in maker_axes(draft, pace))


def _aimed(draft: Draft, axes: list[int], far: bool) -> MoveChoices:
    """Return a maker's choices: equal chances for the farthest move of each instrument towards its aim."""
    steps, count = draft.frame.steps(axes, far), len(draft.phases)
    wanted = _wanted(draft, steps.table)[:, steps.kinds]
    counts = np.add.reduceat(wanted, steps.indptr[:-1], axis=1, dtype=np.intp)
    flat: FloatArray = np.repeat(1.0 / np.maximum(counts, 1), np.diff(steps.indptr), axis=1).ravel()
    flat *= wanted.ravel()
    stays = np.flatnonzero(steps.kinds == 0)  # one for each joint level, in their order
    flat.reshape(count, -1)[:, stays] = counts == 0
    read_only(flat)
    return MoveChoices(flat, draft.frame.rows(axes, far, count).indptr)


def _wanted(draft: Draft, kinds: Kinds) -> BoolArray:
    """Return whether each kind of move goes as far towards the aim of a phase as one can, shape (P, C)."""
    aims = np.repeat(kinds.before[None], len(draft.phases), axis=0)
    for b, axis, own in kinds.parts:
        wanted = draft.aims(draft.blocks[b], axis)
        if wanted is not None:
            aims[:, own] = wanted[:, None]
    nearer = abs(kinds.before - aims) - abs(kinds.after - aims)
    counts = np.diff(np.append(kinds.groups, len(kinds.before)))
    best = np.repeat(np.maximum.reduceat(nearer, kinds.groups, axis=1), counts, axis=1)
    nearest: BoolArray = (nearer > 0) & (nearer == best)
    return nearest
