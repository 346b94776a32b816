"""What is asked of a result by a name that is none is refused with the names that there are."""

import re

import pytest

import negotiation as ng
from negotiation.errors import UnknownName
from tests.us_china import SCENARIO

TWO = ["moment", "each for itself"]
LEGS = ("tariff", "control", "other")
PAIRS = ("tariff under moment", "control under each for itself")


@pytest.fixture(scope="module")
def results():
    geneva = ng.replay("2025-05-geneva", SCENARIO, draws=0)
    verdict = ng.verdict("2025-05-geneva", SCENARIO, theories=TWO, size="small")
    compared = ng.compare_verdicts({"one": verdict, "two": verdict})
    return geneva, verdict, compared


@pytest.mark.long
def test_each_result_is_asked_by_names_and_refuses_others(results):
    geneva, verdict, compared = results
    noise = geneva.noise.verdicts
    for by_leg in (geneva.legs, noise, verdict.identified_set()):
        assert [by_leg[leg].leg for leg in LEGS] == list(LEGS)
        assert [row.leg for row in by_leg] == list(LEGS)
    for by_pair in (verdict, compared, geneva.verdicts):
        assert all(by_pair.find(row.leg, row.theory) is row for row in by_pair)
        assert len(by_pair) == len(list(by_pair))
    life = geneva.noise.lifetime
    assert all(life.find(x.event, x.leg, x.linkage, x.remedy) is x for x in life)
    refused = {
        "visas": (LEGS, lambda: geneva.legs["visas"], lambda: noise["visas"],
                  lambda: verdict.identified_set()["visas"]),
        "visas under moment": (PAIRS, lambda: verdict.find("visas", "moment"),
                               lambda: compared.find("visas", "moment"),
                               lambda: geneva.verdicts.find("visas", "moment")),
        "broken off / none / tariff / as it is": (
            ("broken off / none / any / as it is",), lambda: life.find("broken off", "tariff", "none"),
        ),
    }  # fmt: skip
    for name, (known, *calls) in refused.items():
        for call in calls:
            with pytest.raises(UnknownName, match=re.escape(name)) as error:
                call()
            assert all(one in str(error.value) for one in known), str(error.value)
