import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation import errors
from negotiation.errors import (
    NegotiationError,
    UnknownInstrument,
    UnknownName,
    UnknownPlayer,
    printable,
    shown,
)

STANDARD = (ValueError, LookupError, OSError, ImportError, RuntimeError, AssertionError)
KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, NegotiationError)
]


def test_every_error_is_caught_as_the_projects_own_and_says_what_it_means():
    for kind in KINDS:
        assert issubclass(kind, NegotiationError)
        assert kind.__doc__
        assert kind in (NegotiationError, UnknownName) or issubclass(kind, STANDARD)


def test_message_names_what_came_the_nearest_and_all_that_is_known():
    error = UnknownInstrument("visas", ["tariff", "visa"])
    assert str(error) == "no instrument 'visas'; did you mean 'visa'? Known: tariff, visa."
    assert (error.name, error.known) == ("visas", ("tariff", "visa"))


def test_of_very_many_known_names_the_nearest_are_named_and_where_all_are():
    error = errors.UnknownParameter("s0010x", [f"s{k:04}" for k in range(5000)])
    assert str(error).startswith("no parameter 's0010x'; did you mean 's0010' or ")
    assert str(error).endswith("5,000 are known; " + errors.UnknownParameter.listed + ".")
    assert (len(error.known), len(str(error)) < 250) == (5000, True)


def test_a_name_of_a_kind_without_an_error_of_its_own_is_called_what_it_is():
    error = UnknownName("as writen", ("as written", "for ever"), "remedy")
    assert str(error).startswith("no remedy 'as writen'; did you mean 'as written'? Known: ")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


def test_message_is_a_sentence_though_it_is_a_key_error():
    with pytest.raises(KeyError) as caught:
        raise UnknownPlayer("x", ["y"])
    assert str(caught.value) == "no player 'x'. Known: y."


UNKNOWN = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UnknownName)]


@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize(
    ("came", "known", "advice"),
    [
        (0, ("0", "1"), "write '0', in quotes"),
        (np.int64(1), ("0", "1"), "write '1', in quotes"),
        (0.0, ("0.0", "1.0"), "write '0.0', in quotes"),
        ("0", (0, 1), "write 0, without quotes"),
        ("usa", ("USA", "CHN"), "did you mean 'USA'?"),
        ("Tariff ", ("tariff", "visa"), "did you mean 'tariff'?"),
        ("chip-control", ("tariff", "chip_control"), "did you mean 'chip_control'?"),
        ("chip", ("tariff", "chip_control.lost_sales"), "did you mean 'chip_control.lost_sales'?"),
        (("C", "D"), ("C", "D"), "expected one of the names, not a value of type tuple"),
        (["C"], ("C", "D"), "expected one of the names, not a value of type list"),
        (None, ("C", "D"), "expected one of the names, not a value of type NoneType"),
    ],
)
def test_no_advice_is_what_came(kind, came, known, advice):
    message = str(kind(came, known))
    assert message.startswith(f"no {kind.noun} {came!r}; {advice}")
    assert message.endswith(f"Known: {', '.join(sorted(map(str, known)))}.")


@pytest.mark.long
@pytest.mark.parametrize("kind", UNKNOWN)
@given(
    came=st.one_of(st.integers(), st.text(), st.floats(), st.none()), known=st.lists(st.text(), max_size=4)
)
def test_a_message_never_advises_to_write_what_was_written(kind, came, known):
    if came in known:
        return
    message = str(kind(came, known))
    assert f"no {kind.noun} {printable(shown(came))}; did you mean {printable(shown(came))}?" not in message


def test_errors_cross_process_borders():
    error = UnknownInstrument("visas", ["tariff", "visa"])
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        assert type(again) is UnknownInstrument
        assert str(again) == str(error)
