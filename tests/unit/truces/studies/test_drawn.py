"""Each study asks for its own figure, with itself and where it is to be drawn."""

import pytest

from negotiation.truces.studies import leverage, linkage
from negotiation.truces.studies.leverage import Leverage
from negotiation.truces.studies.linkage import LinkageGains


@pytest.mark.parametrize(
    ("module", "result", "name"),
    [
        (leverage, Leverage(("a", "b"), (), {}, {}, {}, None, (), (), None, None, 1, ()), "leverage"),
        (linkage, LinkageGains(("a", "b"), None, None, ()), "linkage gains"),
    ],
    ids=["leverage", "linkage"],
)
def test_a_study_is_drawn_by_its_own_name(monkeypatch, module, result, name):
    monkeypatch.setattr(module, "draw", lambda *given: given)
    assert result.plot("axes") == (name, result, "axes")
    assert result.plot() == (name, result, None)
