"""The theories that there are: their order, what each is known by, and what each can be asked."""

import negotiation as ng
from negotiation.truces.theories import theories, theories_by_name, theory


def test_they_come_in_their_order_from_what_answers_least():
    assert [one.name for one in theories()] == list(theories_by_name())
    assert [one.order for one in theories()] == [*range(1, len(theories()) + 1)]
    assert theories()["moment"] is theory("moment") is theories_by_name()["moment"]
    assert ng.theories().found == theories().found
