import re
from datetime import date

import pytest

from negotiation.disputes.dates import RecordDate
from negotiation.errors import InvalidDate


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2025-05-12", date(2025, 5, 12), date(2025, 5, 12), "day"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "year"),
        ("2018-07 to 2018-09", date(2018, 7, 1), date(2018, 9, 30), "month"),
        ("2025-09-29 to 2025-11", date(2025, 9, 29), date(2025, 11, 30), "month"),
        ("2025-05-14 (24pp suspended)", date(2025, 5, 14), date(2025, 5, 14), "day"),
        ("2025-04-05 (10pp) / 2025-04-09 (the rest)", date(2025, 4, 5), date(2025, 4, 9), "day"),
        ("2025-04-09 (one) / 2025-04 (two)", date(2025, 4, 1), date(2025, 4, 30), "month"),
    ],
)
def test_grammar(text, earliest, latest, precision):
    when = RecordDate.parse(text)
    assert (when.earliest, when.latest, when.precision) == (earliest, latest, precision)
    assert str(when) == text
    assert not when.never_applied


OUTSIDE = (
    "", " 2025-05-12", "2025-05-12\n", "2025-5-1", "20250512", "25-05-12", "2025-Q2", "2018-2019", "May 2025",
    "12/05/2025", "2025-05-12T00:00:00", "٢٠٢٥", "2025-05 TO 2025-06", "2025-05 to",
    "2025-05 to 2025-06 to 2025-07", "2025-05-12()", "2025-05-12 ()", "2025-05-12 ( planned)",
    "2025-05-12 (planned) (reported)", "2025-05-12 (a (b) c)", "2025-04-05 / 2025-04-09",
    "2025-04-05 (one) / 2025-04-09", "2025-04-05 (a) / 2025-04-09 (b) / 2025-04-10 (c)", "never",
    "Never applied", "never applied (threat)",
)  # fmt: skip
REFUSED = {
    "does not exist": ("2025-02-30", "2025-13", "2025-00-01", "0000", "2023-02-29 (leap)"),
    "ends before it begins": ("2025-06 to 2025-05", "2025 to 2024-12-31"),
    "write '2025-05'": ("2025-05 to 2025-05",),
    "allowed: '2025-05-12'": OUTSIDE,
}


def test_what_is_no_date_is_refused_with_what_came_and_what_is_allowed():
    for words, texts in REFUSED.items():
        for text in texts:
            with pytest.raises(InvalidDate, match=re.escape(words)) as caught:
                RecordDate.parse(text)
            assert repr(text) in str(caught.value)
