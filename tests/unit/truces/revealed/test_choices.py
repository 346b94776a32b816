"""The table of choices refuses rows that contradict themselves, the dispute or the text."""

import csv
import shutil

import pytest

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidFile
from negotiation.truces.revealed.choices import load_choices

GOOD = {
    "id": "X01", "episode": "one", "date": "2025-10-30", "country": "USA", "instrument": "tariff",
    "chosen": "busan", "alternative": "geneva", "class": "agreement", "under": "2025-10-busan",
    "in_return": "", "reading": "unlinked", "disputed": "", "reason": "", "what": "kept",
    "source_title": "a page", "source_url": "", "confidence": "high", "note": "",
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    """Read the choices of a copy of the dispute in which the table holds these rows."""
    scenario = load_scenario("us-china-2025")
    folder = tmp_path / "us-china-2025"
    shutil.copytree(scenario.folder, folder)

    def reader(*rows):
        with (folder / "record" / "choices.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(GOOD), lineterminator="\n")
            writer.writeheader()
            writer.writerows({**GOOD, **row} for row in rows)
        return load_choices(load_scenario(folder))

    return reader


def test_a_good_row_is_read(read):
    (row,) = read({})
    assert (str(row.step), row.under) == ("USA tariff: busan, not geneva", "2025-10-busan")


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"alternative": "genva"}, "did you mean 'geneva'"),
        ({"instrument": "tarif"}, "holds no instrument 'tarif'"),
        ({"country": "JPN"}, "no country 'JPN'"),
        ({"alternative": "busan"}, "two different levels, `chosen` and `alternative`"),
        ({"under": ""}, "must name its agreement in `under`"),
        ({"under": "2025-10-bussan"}, "did you mean '2025-10-busan'"),
        ({"chosen": "january", "alternative": "busan"}, "give the class 'static'"),
        ({"instrument": "visa", "chosen": "open", "alternative": "revocations"}, "does not bind USA visa"),
        ({"class": "answer", "under": ""}, "needs `in_return`"),
        ({"class": "no payoff", "under": ""}, "needs a `reason`, and `chosen`"),
        ({"in_return": "CHN rare earths"}, "in_return"),
        ({"in_return": "USA visa: open, revocations"}, "a move of USA itself"),
        ({"class": "statik"}, "class"),
        ({"episode": ""}, "episode"),
        ({"date": "yesterday"}, "date"),
        ({"date": "2025-10-29"}, "signed on 2025-10-30, after the choice"),
        ({}, "line 2 has the same choice"),
        ({"id": "X01", "alternative": "peak"}, "the id stands in line 2 too"),
    ],
)
def test_a_faulty_row_is_refused_with_its_line(read, change, said):
    with pytest.raises(InvalidFile, match=r"choices\.csv") as refused:
        read({}, {"id": "X02", **change})
    assert said in str(refused.value)
    assert "line 3" in str(refused.value)
