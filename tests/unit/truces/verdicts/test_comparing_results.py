"""What things are called in print makes no other result; headings, methods, and what is said by default."""

from dataclasses import replace

import pytest

from negotiation.truces.replay.move_analysis import AnalysedMoves
from negotiation.truces.replay.under_theories import LegsUnderTheories
from negotiation.truces.verdicts.authority import AuthorityLoss
from negotiation.truces.verdicts.legs import Verdicts
from negotiation.truces.verdicts.lifetime import TruceLifetime
from negotiation.truces.verdicts.noise_sweep import NoiseSweep
from negotiation.truces.verdicts.under_noise import NoiseVerdicts


@pytest.mark.parametrize("found", [AnalysedMoves(()), LegsUnderTheories("x", ()), Verdicts("x", ())])
def test_what_things_are_called_in_print_makes_no_other_result(found):
    named = replace(found, names={"tariff": "duties"})
    assert named == found
    assert named.names == {"tariff": "duties"} != found.names


def test_a_result_is_complete_where_nothing_else_is_said_and_tells_its_heading_and_method():
    assert AuthorityLoss(("AAA",), ()).table().title == (
        "the truces with the tariff authority in force and lost"
    )
    assert (NoiseSweep("x", ()).status, NoiseVerdicts("x", None, None, None, ()).status) == ("complete",) * 2
    life = TruceLifetime("x", "none", ())
    assert (life.status, life.method) == ("complete", "absorbing Markov chain on the automaton's states")
