import copy
import pickle

import pytest

from negotiation import errors
from negotiation.errors import (
    NegotiationError,
    UnknownInstrument,
    UnknownName,
    UnknownPlayer,
    unknown_message,
)

STANDARD = (ValueError, LookupError, OSError, ImportError, RuntimeError, AssertionError)
KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, NegotiationError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_caught_as_the_projects_own_and_says_what_it_means(kind):
    assert issubclass(kind, NegotiationError)
    assert kind.__doc__
    if kind not in (NegotiationError, UnknownName):
        assert issubclass(kind, STANDARD)


def test_message_names_what_came_the_nearest_and_all_that_is_known():
    error = UnknownInstrument("visas", ["tariff", "visa"])
    assert str(error) == "no instrument 'visas'; did you mean 'visa'? Known: tariff, visa."
    assert (error.name, error.known) == ("visas", ("tariff", "visa"))


def test_message_is_a_sentence_though_it_is_a_key_error():
    with pytest.raises(KeyError) as caught:
        raise UnknownPlayer("x", ["y"])
    assert str(caught.value) == "no player 'x'; Known: y."


def test_message_without_a_near_or_any_name():
    assert unknown_message("state", "xyz", ["peace"]) == "no state 'xyz'; Known: peace."
    assert unknown_message("state", "xyz", []) == "no state 'xyz'; Known: none."


def test_errors_cross_process_borders():
    error = UnknownInstrument("visas", ["tariff", "visa"])
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        assert type(again) is UnknownInstrument
        assert str(again) == str(error)


def test_an_error_without_a_message_prints_as_nothing():
    assert str(NegotiationError()) == ""
