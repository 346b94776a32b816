"""Random games of a control against a curb that harms once cover is used up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from negotiation.testing.strategies.ranges import Counts, count_range


def threat_numbers(*, cover: Counts = (0, 3), common: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Return the strategy for the numbers of `ng.restraint`, rational, without the gain.

    What the user loses by the control pays for less, for all, and for more than T + 1 periods of the curb.

    Examples
    --------
    >>> from hypothesis import find
    >>> sorted(find(threat_numbers(cover=1), lambda numbers: numbers["loss"] > numbers["cost"]))
    ['cost', 'cover', 'discount_factors', 'harm', 'loss']
    """
    periods = count_range("cover", cover, 0)

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        target, user = (Fraction(draw(st.integers(5, 97)), 100) for _ in range(2))
        target = user if common else target
        covered = draw(st.integers(*periods))
        harm, cost = (Fraction(draw(st.integers(1, 9)), draw(st.integers(1, 5))) for _ in range(2))
        # From a period of the curb that the user can just not bear to a little more than T + 1 of them.
        share = Fraction(draw(st.integers(-1, 11)), 10)
        borne = 1 + share * sum(user**k for k in range(1, covered + 1)) + share / 10
        loss = borne * (1 - user) * cost / user
        return {
            "loss": loss, "harm": harm, "cost": cost, "cover": covered, "discount_factors": (target, user),
        }  # fmt: skip

    return drawn()
