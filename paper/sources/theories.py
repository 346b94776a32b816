"""What the theories say of every leg, over draws, and what of them is left once the record is known."""

import numpy as np
import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.timeline import level_changes, record_begins
from negotiation.truces.theories import theories_by_name
from negotiation.truces.theories.common.day import state_of_the_day
from negotiation.truces.theories.common.question import question
from negotiation.truces.theories.common.rounds import rounds_a_year
from negotiation.truces.verdicts.agreements import truce
from negotiation.truces.verdicts.legs import record_steps
from negotiation.truces.verdicts.theory_verdicts import verdict

MAKES = ("theory_verdicts", "theory_sets", "theory_counts")
MOST = 64
"""Draws at most: one takes the game of all instruments under six theories, about a second."""
AT_ONCE = 16
"""Draws of one state that are asked together; memory, and no number, depends on it."""
TURNING = ("Geneva", "Busan")


def compute(budget):
    """Return verdicts by truce, leg and theory; joint shares; and counts of legs said rightly."""
    scenario = load_scenario("us-china-2025")
    draws = min(MOST, budget.replay_draws)
    rows, held, over = [], {}, {}
    for text in agreements_of(scenario):
        if text.signed <= record_begins(scenario):
            continue
        place = text.id.split("-")[2].capitalize()
        found = verdict(text.id, scenario)
        over[place] = holds_by_draw(text.id, scenario, draws, budget.seed)
        changes = level_changes(scenario)
        for row in found:
            steps = record_steps(scenario, found.asked.agreement, changes, row.leg)
            held[place, row.leg] = not steps
            turns = found.turns.of(row.leg, row.theory) if place in TURNING else ()
            rows.append(
                (
                    place, row.leg, row.theory, row.holds, row.margin, row.player or "", row.first,
                    float(over[place][row.theory][row.leg].mean()), not steps,
                    "; ".join(", ".join(one.names) for one in turns),
                    "; ".join(map(str, turns)),
                    *((turns[0].at[0], turns[0].share) if turns else (None, None)),
                )
            )  # fmt: skip
    columns = [
        "place", "leg", "theory", "holds", "margin", "player", "departure", "share", "held", "turning",
        "turns", "turning_at", "turning_share",
    ]  # fmt: skip
    verdicts = pd.DataFrame(rows, columns=columns)
    return {
        "theory_verdicts": verdicts,
        "theory_sets": pd.DataFrame(sets(over, held), columns=["theory", "of", "share", "draws"]),
        "theory_counts": counts(verdicts),
    }


def holds_by_draw(name, scenario, draws, seed):
    """Return whether each leg holds in each draw, by theory and leg; draws are those of `verdict`."""
    agreement, generator = truce(name, scenario), np.random.default_rng(seed)
    drawn = sobol_draws(scenario, draws, generator)
    states = state_of_the_day(agreement, scenario).drawn(draws, generator)
    often = rounds_a_year(scenario)
    rounds = generator.uniform(often.low, often.high, draws)
    size = verdict(name, scenario, theories=["each for itself"]).size
    out = {
        theory: {leg: np.zeros(draws, dtype=bool) for leg in scenario.legs} for theory in theories_by_name()
    }
    for state in dict.fromkeys(states):
        members = np.flatnonzero([one == state for one in states])
        for part in np.array_split(members, -(-len(members) // AT_ONCE)):
            asked = question(
                agreement, scenario, state, size,
                varied={key: column[part] for key, column in drawn.values.items()},
                delta=drawn.discount_factor[part], rounds=rounds[part],
            )  # fmt: skip
            for theory, one in theories_by_name().items():
                for leg, found in one.judge(asked).items():
                    out[theory][leg][part] = found.holds
    return out


def sets(over, held):
    """Yield the share of draws in which all legs of a truce, or of several, come out as in the record."""
    for theory in theories_by_name():
        right = {
            place: np.all([found[theory][leg] == held[place, leg] for leg in found[theory]], axis=0)
            for place, found in over.items()
        }
        together = [
            np.ptp(np.array([found[theory][leg] for leg in found[theory]], dtype=int), axis=0) == 0
            for place, found in over.items()
            if place in TURNING
        ]
        draws = len(next(iter(right.values())))
        for place, one in right.items():
            yield theory, place, float(one.mean()), draws
        yield theory, "Geneva and Busan", float((right["Geneva"] & right["Busan"]).mean()), draws
        yield theory, "all", float(np.all(list(right.values()), axis=0).mean()), draws
        yield theory, "legs fall together", float(np.mean(together)), draws


def counts(verdicts):
    """Return how many legs each theory, and rules that solve nothing, say rightly."""
    found = verdicts.assign(right=verdicts["holds"] == verdicts["held"])
    rows = [
        (name, int(own["right"].sum()), len(own), True) for name, own in found.groupby("theory", sort=False)
    ]
    legs = verdicts.drop_duplicates(["place", "leg"])
    tariffs = int((legs["held"] == (legs["leg"] == "tariff")).sum())
    rows.append(("tariffs hold, the rest moves", tariffs, len(legs), False))
    rows.append(("everything holds", int(legs["held"].sum()), len(legs), False))
    rows.append(("everything moves", int((~legs["held"]).sum()), len(legs), False))
    return pd.DataFrame(rows, columns=["rule", "right", "legs", "theory"])
