import pytest

from negotiation.errors import UnknownTruce
from negotiation.report.commands.design import _levels
from negotiation.report.commands.typed import completed

KNOWN = ("2025-05-geneva", "2025-06-london", "2025-10-busan")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2025-05-geneva", KNOWN[0]), ("lon", KNOWN[1]), ("2025-1", KNOWN[2]), ("b", KNOWN[2])],
)
def test_the_beginning_of_one_name_alone_is_enough(typed, meant):
    assert completed(typed, KNOWN, UnknownTruce) == meant


@pytest.mark.parametrize(
    ("typed", "offered"), [("2025", KNOWN), ("2025-0", KNOWN[:2]), ("", KNOWN), ("x", KNOWN)]
)
def test_a_beginning_of_several_offers_these(typed, offered):
    with pytest.raises(UnknownTruce) as error:
        completed(typed, KNOWN, UnknownTruce)
    assert error.value.known == offered


def test_a_whole_name_wins_over_longer_ones_that_begin_so():
    assert completed("core", ("core", "core-large"), UnknownTruce) == "core"


def test_levels_are_typed_as_a_country_an_instrument_and_a_level():
    assert _levels(["USA tariff busan", "USA tariff peak"]) == {("USA", "tariff"): ["busan", "peak"]}
    assert _levels([]) is None
