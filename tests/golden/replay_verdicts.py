"""Write the golden replays anew: `python tests/golden/replay_verdicts.py`, after looking at what changed."""

import json
from pathlib import Path

import negotiation as ng

GOLDEN = Path(__file__).parent / "replays.json"


def current():
    found = {}
    for name in ng.truce_names("us-china-2025"):
        result = ng.replay(name, draws=64, rng=0)
        found[name] = {
            "verdicts": [
                {
                    "leg": v.leg,
                    "model": v.model,
                    "margin": v.margin,
                    "share": v.share,
                    "record": v.record,
                }
                for v in result.legs
            ],
            "coverage": [
                {
                    "coverage": check.coverage,
                    "holds": check.verdict.holds,
                    "threshold": None if check.critical.value is None else float(check.critical.value),
                }
                for check in result.checks
            ],
            "payoff_changes": {
                move.id: move.payoff_change for move in result.moves.moves if move.payoff_change
            },
        }
    return found


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(current(), indent=1) + "\n")
