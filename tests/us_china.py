"""The dispute that most tests are about, and where its files lie."""

from negotiation.disputes import load_scenario
from negotiation.disputes.files.folder import scenario_folder
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.record.timeline import load_moves

NAME = "us-china-2025"
FOLDER = scenario_folder(NAME)
AGREEMENTS, RECORD = FOLDER / "agreements", FOLDER / "record"
SCENARIO = load_scenario(NAME)
CENTRAL = load_scenario(NAME, "central")
WHOLE = SCENARIO.with_past_levels()
TRUCES = truce_names(SCENARIO)
MOVES = load_moves(SCENARIO)


def turned(day):
    """The record with every row announced on a day or later turned the other way."""
    other = {"escalate": "de-escalate", "de-escalate": "escalate", "hold": "hold"}
    return [
        m if m.announced.latest < day else m.model_copy(update={"direction": other[m.direction]})
        for m in MOVES
    ]


# An instrument of one's own.
BAN = """
title = "investment ban"
leg = "control"

[payoff]
form = "levels"

[payoff.parameters]
own_cost = "investment_ban.own_cost"
other_loss = "investment_ban.harm"

[[levels.USA]]
label = "open"
meaning = "no limit"
date = "2025-01-01"
assumption = true

[[levels.USA]]
label = "banned"
meaning = "no new investment"
date = "2025-06-01"
assumption = true
"""
