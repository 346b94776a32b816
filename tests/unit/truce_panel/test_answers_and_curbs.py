"""Parts kept by answer in kind, and curbs on inputs, beside the files that they come from."""

from datetime import date

import pytest

import negotiation as ng
from negotiation.truce_panel.answers import codings, input_curbs, kept_by_answer
from negotiation.truce_panel.panel import OWN
from negotiation.truce_panel.spells import spells_of

PANEL = ng.panel(OWN)
SPELLS = spells_of(PANEL.tables)
CURBS = input_curbs().curbs


def test_a_share_is_the_product_limit_of_a_plain_program():
    known, kept = codings(), 1.0
    own = [s for s in SPELLS if not s.card.covered and known[s.card.truce_id, s.card.leg, False].strict]
    for day in sorted({one.days for one in own if one.event and one.days <= 365}):
        at_risk = sum(one.weight for one in own if one.days >= day)
        kept *= 1 - sum(one.weight for one in own if one.event and one.days == day) / at_risk
    (found,) = [c for c in kept_by_answer(SPELLS).cells if c[:4] == ("strict", "all", False, True)]
    assert (found.parts, found.kept) == (len(own), pytest.approx(kept))
    assert found.low < found.kept < found.high


def test_curbs_of_the_panel_are_as_its_tables_have_them():
    of_panel = {(one.case, one.instrument): one for one in CURBS if one.of_panel}
    measures = {(one.truce_id, one.instrument): one for one in PANEL.instruments}
    assert {key for key, one in measures.items() if one.form == "input_curb"} < set(of_panel) < set(measures)
    for (case, name), one in of_panel.items():
        (truce,) = PANEL[case].truces
        assert (one.signed, one.clock_days, one.user) == (
            truce.signed, truce.clock_days, measures[case, name].side,
        )  # fmt: skip
        steps = [row.first_harsher for row in PANEL[case].outcomes if row.instrument == name]
        assert steps in ([], [one.harsher])
        assert not one.harsher or one.harsher <= (truce.window_end or date.max)
