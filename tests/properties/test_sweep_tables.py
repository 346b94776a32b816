"""Whatever measures return, the table of a sweep can be made, and holds it."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from negotiation.lab.cell import Row
from negotiation.lab.frames import frame_of

WHOLE = st.one_of(st.integers(), st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400]))
VALUES = st.one_of(st.none(), st.booleans(), WHOLE, st.floats(), st.text(st.characters(), max_size=4))


@given(st.lists(VALUES, min_size=1, max_size=6))
@example([2**63 - 1, -(2**63)])
@example([2**63])
@example([-(2**63) - 1])
def test_a_column_of_any_values_is_a_column(values):
    rows = [
        Row(str(k), "ok", json.dumps({"x": k}), 0, json.dumps({"y": value}), None, 0.0)
        for k, value in enumerate(values)
    ]
    table = frame_of(rows, ["x"], 1, {})
    column = table["y"]
    assert [each is None for each in column] == [value is None for value in values]
    there = [(each, value) for each, value in zip(column, values, strict=True) if value is not None]
    if not there or any(isinstance(value, str) for _, value in there):
        return
    if table.kind("y") == "VARCHAR":
        assert max(abs(value) for _, value in there if isinstance(value, int)) > 1e300
    else:
        assert all(each == float(value) or value != value or abs(value) >= 2**53 for each, value in there)
        assert all(each == value for each, value in there if isinstance(value, bool))
