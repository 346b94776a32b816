import pytest

import negotiation as ng


@pytest.mark.parametrize("name", sorted(ng._HOMES))
def test_every_public_name_is_found_and_documented(name):
    assert getattr(ng, name).__doc__
    assert name in dir(ng)


def test_there_are_few_enough_to_remember_and_no_others():
    assert len(ng.__all__) == len(set(ng.__all__)) <= 60
    assert not ng._REMEMBERED.keys() & ng._SPECIAL.keys()
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = ng.nonsense
