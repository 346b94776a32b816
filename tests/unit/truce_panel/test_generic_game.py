"""The generic game of a truce's card: its ranges as committed."""

import re
from hashlib import sha256
from pathlib import Path

from negotiation.truce_panel.panel import OWN

PRIORS = OWN.parent / "priors.toml"
RECORD = Path(__file__).parents[3] / "docs/decisions/0067-a-generic-game-for-each-truce.md"


def test_the_ranges_are_those_that_were_committed_before_outcomes_were_seen():
    named = re.search(r"`([0-9a-f]{64})`", RECORD.read_text(encoding="utf-8"))
    assert named
    assert named[1] == sha256(PRIORS.read_bytes()).hexdigest()
