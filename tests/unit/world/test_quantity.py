import math

import pytest
from pydantic import ValidationError

from negotiation.errors import UnknownParameter
from negotiation.world.quantity import Parameters, Quantity

GOOD = {"value": 2.0, "low": 1.0, "high": 4.0, "unit": "days", "date": "2025", "source": "A title"}


def quantity(**changes):
    return Quantity(**{**GOOD, **changes})


def test_a_value_at_either_end_of_its_range():
    assert quantity(value=1.0).value == quantity(value=4.0).low
    assert quantity(low=2.0, high=2.0).high == 2.0


@pytest.mark.parametrize("changes", [{"value": 0.9}, {"value": 4.1}, {"low": 5.0, "high": 0.0}])
def test_a_value_outside_its_range_is_refused(changes):
    with pytest.raises(ValidationError, match="low <= value <= high is needed; got"):
        quantity(**changes)


@pytest.mark.parametrize("field", ["value", "low", "high"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_are_finite(field, number):
    with pytest.raises(ValidationError, match="finite"):
        quantity(**{field: number})


def test_a_number_has_a_source_or_is_marked_as_an_assumption():
    assert quantity(source="", assumption=True).assumption
    with pytest.raises(ValidationError, match="`source`, or `assumption = true`"):
        quantity(source="")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit": ""}, "unit"),
        ({"date": "May 2025"}, "outside the date grammar"),
        ({"units": "days"}, "units"),
    ],
)
def test_other_faults_name_their_field(changes, words):
    with pytest.raises(ValidationError, match=words):
        quantity(**changes)


def test_a_quantity_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        quantity().value = 3.0


def test_parameters_change_in_a_copy():
    base = Parameters({"a": 1.0, "b": 2.0})
    changed = base.with_values({"a": 3.0})
    assert dict(base) == {"a": 1.0, "b": 2.0}
    assert dict(changed) == {"a": 3.0, "b": 2.0}


def test_parameters_do_not_follow_the_mapping_that_they_came_from():
    source = {"a": 1.0}
    parameters = Parameters(source)
    source["a"] = 5.0
    assert parameters["a"] == 1.0


def test_unknown_parameters_offer_the_nearest():
    parameters = Parameters({"reaction_lag_days": 14.0})
    for ask in (lambda: parameters["reaction_lag"], lambda: parameters.with_values({"reaction_lag": 7.0})):
        with pytest.raises(UnknownParameter, match="did you mean 'reaction_lag_days'"):
            ask()
    assert "reaction_lag" not in parameters
