"""Every public name, its methods, and the results that they return say what they take and return."""

import pytest

from tests.contracts.docstrings import documented, faults
from tests.contracts.handed_on import FLOORS, kept_to_itself, modules

DOCUMENTED = documented()


def test_nothing_public_is_left_unsaid():
    missing = {name: [*faults(found, shown=shown)] for name, (found, shown) in DOCUMENTED.items()}
    assert {name: said for name, said in missing.items() if said} == {}


WITHOUT = {
    ("games_of", "Pace", "agencies"),  # the pace of the calibration, where none is given
    ("_asked", "GameOptions", "levels"),  # the levels of a size, where none are known
    ("next_choice", "expect_count", "error"),  # a class of errors there, a chance here
    ("replay", "verdict", "as_of"),  # which is given the dispute as it was known then
    ("consistent", "expect_number", "error"),  # a class of errors there, a chance here
    ("beside", "consistent", "before"),  # all choices, in hindsight, beside the earlier
    ("_about", "scenario_for", "as_of"),  # the last day that a forecast sees is no day of the dispute's
    ("verdict", "game_batch", "size"),  # the text with its own remedy has the instruments that it binds
}


@pytest.mark.long
def test_what_is_given_is_handed_on_to_all_that_take_it():
    found = {one for module in modules(*FLOORS) for one in kept_to_itself(module)}
    assert found == WITHOUT, "hand it on, or name the call in WITHOUT where it is not meant for it"
