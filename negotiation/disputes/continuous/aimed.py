"""Play that goes, one move at a time, to the levels that each phase aims at.

At a chance to move a maker takes, with equal chances, one of its instruments that do not stand at the aim of
the phase, and moves it towards the aim, as far as one move goes; where all stand there it stays.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, read_only
from negotiation.disputes.continuous.draft import Draft
from negotiation.disputes.continuous.frame import Kinds
from negotiation.disputes.continuous.game import Pace, maker_axes
from negotiation.game_theory.strategies.move_choices import MoveChoices


def aimed_choices(draft: Draft, pace: Pace) -> tuple[MoveChoices, ...]:
    """Return the choices of each decision maker that goes to the aims of the phases."""
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
    """Return by phase which kinds of moves go towards the aim, as far as one move goes."""
    aims = np.repeat(kinds.before[None], len(draft.phases), axis=0)
    for b, axis, own in kinds.parts:
        wanted = draft.aims(draft.blocks[b], axis)
        if wanted is not None:
            aims[:, own] = wanted[:, None]
    nearer = abs(kinds.before - aims) - abs(kinds.after - aims)
    counts = np.diff(np.append(kinds.groups, len(kinds.before)))
    best = np.repeat(np.maximum.reduceat(nearer, kinds.groups, axis=1), counts, axis=1)
    found: BoolArray = (nearer > 0) & (nearer == best)
    return found
