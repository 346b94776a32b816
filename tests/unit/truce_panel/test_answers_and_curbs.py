"""Parts kept by answer in kind, and curbs on inputs, beside the files that they come from."""

from collections import Counter
from datetime import date

import pytest

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.errors import InvalidOptions
from negotiation.truce_panel.credible import CODERS, codings, kappa
from negotiation.truce_panel.input_curbs import input_curbs
from negotiation.truce_panel.kept_by_answer import kept_by_answer
from negotiation.truce_panel.spells import Card, Spell, spells_of
from negotiation.truces.record.agreement_text import agreements_of

PANEL = ng.panel()
SPELLS = spells_of(PANEL.tables)
CURBS = input_curbs().curbs
DISPUTES = ("us-china-2025", "japan-korea-2019")


def test_each_coding_splits_the_parts_and_the_rule_splits_each_leg():
    parts = Counter()
    for one in kept_by_answer(SPELLS).cells:
        parts[one.coding, one.leg] += one.parts
    legs = Counter(one.card.leg for one in SPELLS)
    assert parts == {("rule", leg): n for leg, n in legs.items()} | {(c, "all"): len(SPELLS) for c in CODERS}


def test_a_share_is_the_product_limit_of_a_plain_program():
    known, kept = codings(), 1.0
    own = [s for s in SPELLS if not s.card.covered and known[s.card.truce_id, s.card.leg, False].strict]
    for day in sorted({one.days for one in own if one.event and one.days <= 365}):
        at_risk = sum(one.weight for one in own if one.days >= day)
        kept *= 1 - sum(one.weight for one in own if one.event and one.days == day) / at_risk
    (found,) = [c for c in kept_by_answer(SPELLS).cells if c[:4] == ("strict", "all", False, True)]
    assert (found.parts, found.kept) == (len(own), pytest.approx(kept))
    assert found.low < found.kept < found.high


def test_kappa_is_that_of_a_count_of_agreements():
    rows = list(codings().values())
    both, one, other = (
        sum(x)
        for x in zip(*((r.rule and r.second_reader, r.rule, r.second_reader) for r in rows), strict=True)
    )
    n = len(rows)
    seen, chance = (n - one - other + 2 * both) / n, (one * other + (n - one) * (n - other)) / n**2
    assert kappa("rule", "second_reader")[1] == pytest.approx((seen - chance) / (1 - chance))


def test_truces_that_nobody_coded_are_refused():
    card = Card("2030-01-moon", "moon", "tariff", True, (0.0,) * 5)
    with pytest.raises(InvalidOptions, match="2030-01-moon"):
        kept_by_answer([Spell(card, 10, False, 10, 1.0, "alive")])


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


def test_curbs_of_disputes_are_as_their_texts_and_calibrations_have_them():
    texts = {text.id: text for name in DISPUTES for text in agreements_of(load_scenario(name))}
    stocks = load_scenario(DISPUTES[0]).calibration.parameters["state.stock_days"]
    for one in CURBS:
        if not one.of_panel:
            text = texts[one.case]
            assert (one.signed, one.clock_days) == (text.signed, text.clock_days)
        if one.instrument == "rare_earth_curb":
            assert (one.cover_low, one.cover_days, one.cover_high) == (stocks.low, stocks.value, stocks.high)
