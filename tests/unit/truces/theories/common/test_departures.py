"""Which instruments a departure changes, and what counts as no margin."""

import numpy as np

from negotiation.truces.theories.common.departures import changes_from, touched, without_knife_edge

LOW, FEE, BOTH, PEAK = (
    "tariff=low fee=none", "tariff=low fee=some", "tariff=peak fee=some", "tariff=peak fee=none",
)  # fmt: skip
ACTIONS = (LOW, FEE, BOTH, PEAK)


def test_changes_are_told_from_the_posture_that_is_left_with_the_levels_that_are_gone_to():
    tariff, back = ("tariff", "peak"), ("tariff", "low")
    some, none = ("fee", "some"), ("fee", "none")
    assert changes_from(ACTIONS, 0) == [(), (some,), (tariff, some), (tariff,)]
    assert changes_from(ACTIONS, 2) == [(back, none), (back,), (), (none,)]
    assert changes_from((LOW,), 0) == [()]
    # Another menu with a first action of its own is another question.
    assert changes_from(ACTIONS[::-1], 0) == [(), (some,), (back, some), (back,)]


def test_an_instrument_is_touched_where_its_level_differs_and_by_nothing_else():
    tariff, fee = frozenset({"tariff"}), frozenset({"fee"})
    for names in (tariff, fee, tariff | fee, tariff | {"visa"}, frozenset({"visa"}), frozenset()):
        found = touched(ACTIONS, names)
        for i, start in enumerate(ACTIONS):
            for j, end in enumerate(ACTIONS):
                moved = {a.split("=")[0] for a, b in zip(start.split(), end.split(), strict=True) if a != b}
                assert found[i, j] == bool(moved & names), (names, start, end)


def test_a_margin_is_none_up_to_its_tolerance_and_that_of_its_own_game():
    margins = np.array([-0.25, -0.26, 0.25, 0.26, 0.0, -0.3])
    found = without_knife_edge(margins, np.array([0.25, 0.25, 0.25, 0.25, 0.0, 0.31]))
    assert found.tolist() == [0.0, -0.26, 0.0, 0.26, 0.0, 0.0]
    assert without_knife_edge(margins[:2], 0.255).tolist() == [0.0, -0.26]
