"""What the screen of a verdict says of draws in which keeping is not rational."""

import pytest

import negotiation as ng
from negotiation.report.commands.verdict import legend


@pytest.mark.long
def test_the_shares_under_the_other_convention_stand_below_the_table():
    found = ng.verdict("2025-05-geneva", theories=["moment", "repeated negotiation"], draws=8)
    broken = found.counting("as broken")
    assert any(row.share != other.share for row, other in zip(found, broken, strict=True))
    for one, other, words in ((found, broken, "counted as broken, of 8"), (broken, found, "left out")):
        (said,) = [line for line in legend(one).splitlines() if line.startswith("Shares with such draws")]
        legs = [f"{row.leg} {row.share:.2f}" for row in other if row.theory == "repeated negotiation"]
        assert said == f"Shares with such draws {words}: repeated negotiation: {', '.join(legs)}."
