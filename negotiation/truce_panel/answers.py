"""What was answered after a first harsher step, and what became of a truce at the end of its clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from negotiation.base.labelled import Table
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.spells import Spell
from negotiation.truce_panel.survival import as_rows, drawn_weights
from negotiation.truce_panel.tables import LEGS, Outcome, Tables, Truce

# What may become of a truce at the end of its first clock.
FATES = ("extended", "ran out", "superseded", "lived on without", "over before", "not yet due")


def answer_table(tables: Tables, spells: Sequence[Spell]) -> Table:
    """Return one row a leg, bound or left out: steps, the share answered, where and how soon."""
    outcomes = {(one.truce_id, one.leg, one.covered): one for one in tables.outcomes}
    rows = []
    for covered in (True, False):
        for leg in ("all", *LEGS):
            own = [
                (one, outcomes[one.card.truce_id, one.card.leg, one.card.covered])
                for one in spells
                if one.event and one.card.covered == covered and leg in ("all", one.card.leg)
            ]
            if own:
                rows.append((leg, "bound" if covered else "left out", *_answers(own)))
    heads = (
        "leg",
        "text",
        "steps",
        "answered",
        "share",
        "low",
        "high",
        "in kind",
        "elsewhere",
        "median days",
    )
    title = "Answers to first harsher steps; shares count steps of one day by one side as one"
    return Table(title, heads, tuple(rows))


def _answers(own: Sequence[tuple[Spell, Outcome]]) -> tuple[object, ...]:
    """Return steps, answers, the share with nine tenths over disputes, in kind, elsewhere, median days."""
    spells = [spell for spell, _ in own]
    answers = [one for _, one in own if one.answered is not None]
    rows, came = as_rows(spells), np.array([one.answered is not None for _, one in own])
    drawn = drawn_weights(rows)
    total = drawn.sum(axis=1)
    shares = (drawn @ came)[total > 0.0] / total[total > 0.0]
    low, high = np.quantile(shares, NUMERICS.interval)
    kind = sum(one.answer_leg == one.leg for one in answers)
    share = float(rows.weight @ came / rows.weight.sum())
    days = [(one.answered - one.first_harsher).days for one in answers if one.answered and one.first_harsher]
    middle = float(np.median(days)) if days else None
    return len(own), len(answers), share, float(low), float(high), kind, len(answers) - kind, middle


def renewal_table(tables: Tables) -> Table:
    """Return one row a fate of truces with a clock at its first end, and how many were extended again."""
    clocked = [(_fate(one), one) for one in tables.truces if one.clock_days]
    rows = []
    for fate in FATES:
        own = [one for name, one in clocked if name == fate]
        again = sum(len(_extended(one)) > 1 for one in own)
        rows.append((fate, len(own), again, ", ".join(sorted(one.truce_id for one in own))))
    title = f"Truces at the end of their first clock: {len(clocked)} of {len(tables.truces)} have one"
    return Table(title, ("at the first clock", "truces", "extended again", "which"), tuple(rows))


def _extended(truce: Truce) -> list[str]:
    return [day for day in truce.extensions.split(";") if day.strip()]


def _fate(truce: Truce) -> str:
    """Return what became of a truce when its first clock ran out."""
    due = truce.signed + timedelta(truce.clock_days)
    about = timedelta(NUMERICS.clock_days)
    if _extended(truce):
        return "extended"
    if truce.ended is not None and truce.ended < due - about:
        return "over before"
    if truce.ended is not None and truce.ended <= due + about:
        return "superseded" if truce.ended_how == "superseded" else "ran out"
    return "not yet due" if truce.window_end is None or truce.window_end < due else "lived on without"
