"""What tables of a replay are headed and called."""

from types import SimpleNamespace

import pytest

import negotiation as ng
from negotiation.errors import UnknownLevel, UnknownTruce
from negotiation.truces.replay.first_named import FirstNamed
from negotiation.truces.replay.noise_part import LinkageCheck, UnderNoise
from negotiation.truces.replay.placebos import PlaceboScores
from negotiation.truces.replay.replay import Replay
from negotiation.truces.verdicts.noise_departures import Departure
from tests.us_china import SCENARIO

NAMES = {"USA": "the USA", "tariff": "duties"}


def test_a_replay_without_noise_is_complete():
    found = Replay(*[None] * 8)
    assert (found.noise, found.status, found.drawn) == (None, "complete", ())


def test_what_is_named_first_and_placebos_have_their_headings_and_are_complete():
    first, scores = FirstNamed(()), PlaceboScores({})
    assert first.table().title == "what is named first before each truce's first break"
    assert scores.table().title == "prequential scores of the placebos, smaller is better"
    assert (first.status, scores.status) == ("complete", "complete")
    with pytest.raises(UnknownTruce, match="no-such"):
        scores["no-such"]


def test_paths_and_linkages_under_noise_are_called_as_in_print():
    path = SimpleNamespace(moves=(), stops=None)
    told = SimpleNamespace(agreement="x", names=NAMES)
    check = LinkageCheck("none", 1, None, {"kept": Departure("USA", (("tariff", "peak"),), -0.5)})
    found = UnderNoise(told, (check,), None, None, (("none", "moment", "naive", path),))
    assert found.path_table().names == found.linkage_table().names == NAMES
    assert "duties" in str(found.linkage_table())
    assert found.path_table().rows == (("none", "moment", "naive", "", None),)


@pytest.mark.parametrize("place", ["clause", "reading"])
def test_a_replay_of_a_level_that_does_not_exist_is_refused_by_the_place_in_which_it_stands(place):
    text = ng.truce("2025-05-geneva", SCENARIO)
    if place == "clause":
        wrong = next(one for one in text.clauses if one.covered)
        clauses = [
            one.model_copy(update={"level": "no such level"}) if one is wrong else one for one in text.clauses
        ]
        text, where = text.model_copy(update={"clauses": tuple(clauses)}), f"clause {wrong.id}"
    else:
        one, *others = text.readings
        term = one.terms[0].model_copy(update={"level": "no such level"})
        readings = (one.model_copy(update={"terms": (term,)}), *others)
        text, where = text.model_copy(update={"readings": readings}), "reading"
    with pytest.raises(UnknownLevel, match=f"2025-05-geneva, {where}.*no such level"):
        ng.replay(text, SCENARIO, draws=0)
