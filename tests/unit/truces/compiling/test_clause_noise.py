"""One clause has one noise: what is compiled and what is forecast take it from the same clauses."""

from dataclasses import replace
from datetime import timedelta
from math import prod

import pytest

import negotiation as ng
from negotiation.disputes.observation import ambiguity_chance, miss_chance, slip_chance
from negotiation.errors import UnknownName
from negotiation.truces.compiling.clause_noise import level_noise
from negotiation.truces.compiling.terms import check_agreement_fits, check_agreement_known
from negotiation.truces.record.agreement_text import agreement_text, papers_of
from negotiation.truces.record.past import past_of
from tests.small_dispute import DEAL, files, write
from tests.us_china import SCENARIO

AGREEMENTS = tuple(ng.truce(name) for name in ng.truce_names("us-china-2025", placebos=True))


def test_the_papers_in_force_are_those_that_a_forecast_knows():
    for agreement in AGREEMENTS:
        past = past_of(SCENARIO, agreement.signed + timedelta(days=1), agreements=AGREEMENTS)
        whole = past.agreement()
        known = (whole, *past.amendments(whole))
        assert [one.id for one in known] == [one.id for one in papers_of(agreement)]


def test_two_clauses_on_the_curb_of_busan_are_two_verdicts():
    p = SCENARIO.parameters
    found = level_noise([ng.truce("2025-10-busan")], SCENARIO, "CHN", "rare_earth_curb", "general_licences")
    grades = ("high", "low")  # T25 and T26
    quiet = prod(1 - ambiguity_chance(p, grade) for grade in grades)
    missed = prod(miss_chance(p, grade) for grade in grades)
    slip = slip_chance(p, "control", "fractured")
    assert found.detection == pytest.approx(1 - missed, abs=1e-15)
    assert found.false_alarm == pytest.approx(slip * (1 - missed) + (1 - slip) * (1 - quiet), abs=1e-15)


@pytest.mark.parametrize(
    ("first", "last"), [("fractured", "coordinated"), ("coordinated", "fractured"), (None, "fractured")]
)
def test_agencies_are_as_coordinated_as_the_last_paper_says(first, last):
    papers = [
        one.model_copy(
            update={"coordination": regime and one.coordination.model_copy(update={"regime": regime})}
        )
        for one, regime in zip(
            [ng.truce("2025-05-geneva"), ng.truce("2025-06-london")], (first, last), strict=True
        )
    ]
    found = level_noise(papers, SCENARIO, "CHN", "tariff", "geneva")
    assert found.slip == slip_chance(SCENARIO.parameters, "tariff", last)
    other = "coordinated" if last == "fractured" else "fractured"
    assert found.slip != slip_chance(SCENARIO.parameters, "tariff", other)


def test_papers_that_amend_a_placebo_are_in_force_though_they_are_placebos_too(tmp_path):
    def paper(name, signed, amends):
        text = (
            files()[DEAL]
            .replace("2024-06-harbour", name)
            .replace("signed = 2024-06-03", f"signed = {signed}")
        )
        for day in ("in_force = 2024-06-10", "window_start = 2024-06-03"):
            text = text.replace(day, f"{day.split(' = ')[0]} = {signed}")
        head = f'amends = "{amends}"\n' if amends else ""
        return f"agreements/{name}.toml", None, text.replace("title =", f"{head}placebo = true\ntitle =", 1)

    names = ("2024-06-pier", "2024-07-quay", "2024-08-dock")
    papers = [paper(name, f"{name[:7]}-05", names[0] if k else None) for k, name in enumerate(names)]
    world = ng.load_scenario(write(tmp_path, *papers))
    last = agreement_text(names[-1], world)
    assert [one.id for one in papers_of(last)] == list(names)
    assert level_noise(papers_of(last), world, "AAA", "tariff", "normal").miss == (
        miss_chance(world.parameters, "high") ** 3
    )


@pytest.mark.parametrize(
    ("first", "later", "words"),
    [
        # A clause on nothing in the model, or on what one side alone holds, does not end the look at others.
        ({"instrument": None, "level": None}, {"level": "shut"}, "clause T03: .*'shut'"),
        ({"instrument": None, "level": None}, {"side": "CCC"}, "clause T03: .*'CCC'"),
        ({}, {"side": "both", "level": "shut"}, "clause T03: .*'shut'"),
    ],
)
def test_every_clause_is_looked_at_whatever_stands_before_it(tmp_path, first, later, words):
    world = ng.load_scenario(write(tmp_path))
    deal = agreement_text("2024-06-harbour", world)
    one, two, three = deal.clauses
    clauses = one.model_copy(update=first), two, three.model_copy(update=later)
    text = deal.model_copy(update={"clauses": clauses})
    for check in (
        lambda: check_agreement_known(text, world),
        lambda: check_agreement_fits(text, world, world.default_state),
    ):
        with pytest.raises(UnknownName, match=f"2024-06-harbour, {words}"):
            check()


def test_a_level_of_what_is_amended_that_does_not_exist_is_told_with_it():
    london = ng.truce("2025-06-london")
    kept = {name: one for name, one in SCENARIO.instruments.items() if name != "tariff"}
    world = replace(SCENARIO, instruments=kept)
    assert check_agreement_known(london, SCENARIO) is None
    clauses = tuple(one for one in london.clauses if one.instrument in (None, *world.instruments))
    with pytest.raises(UnknownName, match=r"2025-06-london, amending 2025-05-geneva: .*'tariff'"):
        check_agreement_known(london.model_copy(update={"clauses": clauses, "readings": ()}), world)
