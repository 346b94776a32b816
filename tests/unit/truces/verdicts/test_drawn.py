"""Each result asks for its own figure, with itself and where it is to be drawn."""

import pytest

from negotiation.truces.verdicts import legs, lifetime, noise_sweep, under_noise
from negotiation.truces.verdicts.legs import Verdicts
from negotiation.truces.verdicts.lifetime import TruceLifetime
from negotiation.truces.verdicts.noise_sweep import NoiseSweep
from negotiation.truces.verdicts.under_noise import NoiseVerdicts


@pytest.mark.parametrize(
    ("module", "result", "name"),
    [
        (legs, Verdicts("x", ()), "verdicts"),
        (lifetime, TruceLifetime("x", "none", ()), "lifetime"),
        (noise_sweep, NoiseSweep("x", ()), "noise"),
        (under_noise, NoiseVerdicts("x", None, None, None, ()), "noise verdicts"),
    ],
    ids=["legs", "lifetime", "noise", "under noise"],
)
def test_a_result_is_drawn_by_its_own_name(monkeypatch, module, result, name):
    monkeypatch.setattr(module, "draw", lambda *given: given)
    assert result.plot("axes") == (name, result, "axes")
    assert result.plot() == (name, result, None)
