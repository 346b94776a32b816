"""Which theory stands for which parts, by which rule and leg they are valued, and what is scored for them."""

from datetime import date

import numpy as np
import pytest

from negotiation.truces.prediction import theory_parts as parts_of_theories
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.series_scores import SeriesScores
from negotiation.truces.prediction.theory_parts import (
    PARTS,
    TheoryParts,
    feasible_sets,
    scores_over_the_record,
    theory_parts,
    with_parts,
)
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.world import load_scenario

NOW = load_scenario("us-china-2025")
CHAIN = ("answers", "custom", "everywhere", "harshest")
THEORIES = ("each for itself", "moment", "custom in kind", "renegotiation", "shadow linkage")
PACE, AGENCIES = "pace of the record", "agencies"
NAMES = (*CHAIN, PACE, AGENCIES)


@pytest.mark.parametrize("links", range(5))
@pytest.mark.parametrize("pace", [False, True])
@pytest.mark.parametrize("agencies", [False, True])
def test_parts_that_are_on_make_the_theory_its_pace_and_its_makers(links, pace, agencies):
    on = frozenset((*CHAIN[:links], *([PACE] if pace else []), *([AGENCIES] if agencies else [])))
    assert on in feasible_sets()
    found = with_parts(NOW, on)
    assert (found.theory, found.world, found.agencies) == (THEORIES[links], NOW, agencies)
    assert (found.pace, found.moves) == ("of the record" if pace else "central", None)


def test_parts_are_named_in_the_order_of_tables_and_say_what_is_so():
    assert tuple(part.name for part in PARTS) == NAMES
    assert [part.theory for part in PARTS] == [*THEORIES[1:], "", ""]
    assert all(part.statement.endswith(".") for part in PARTS)


LEGS = ("tariff", "control", "control")


def made_up(form="months", legs=LEGS):
    """Scores of drawn chances for every set of parts."""
    rng, leads = np.random.default_rng(8), 2 if form == "months" else 1
    predictors = {parts: with_parts(NOW, parts).name for parts in feasible_sets()}
    came = rng.random((8, leads, 3, 2)) < 0.2
    came[..., 1] &= ~came[..., 0]
    scores = SeriesScores(
        form, tuple(predictors.values()), tuple(date(2020, k + 1, 1) for k in range(8)),
        (("USA", "tariff"), ("USA", "a"), ("CHN", "b")), legs,
        rng.uniform(0.05, 0.45, (20, 8, leads, 3, 2)), came, np.ones((8, leads), dtype=bool), (),
    )  # fmt: skip
    return TheoryParts(scores, predictors)


FOUND = made_up()


@pytest.mark.parametrize("rule", ["log", "brier"])
@pytest.mark.parametrize("leg", ["all", "tariff", "control"])
def test_values_share_out_what_all_parts_gain_by_leg_and_rule(leg, rule):
    whole, nothing = (FOUND.predictors[frozenset(parts)] for parts in (NAMES, ()))
    gain = FOUND.scores.mean(nothing, leg=leg, rule=rule) - FOUND.scores.mean(whole, leg=leg, rule=rule)
    assert sum(FOUND.value(part, leg, rule)[0] for part in NAMES) == pytest.approx(gain)
    # By hand for the one that needs all others of its chain: it joins last of them, with or without the free.
    means = {p: FOUND.scores.mean(name, leg=leg, rule=rule) for p, name in FOUND.predictors.items()}
    total = 0.0
    for place in range(6):
        # Orders of six in which it stands there, by which of the two free ones came before.
        for free, share in {3: [((), 1.0)], 4: [((PACE,), 0.5), ((AGENCIES,), 0.5)],
                            5: [((PACE, AGENCIES), 1.0)]}.get(place, []):  # fmt: skip
            before = frozenset((*CHAIN[:3], *free))
            orders = {3: 2, 4: 8, 5: 20}[place]
            total += orders / 30 * share * (means[before] - means[before | {"harshest"}])
    assert FOUND.value("harshest", leg, rule)[0] == pytest.approx(total)


def test_what_is_lost_without_a_part_goes_with_those_that_need_it_by_leg():
    whole = FOUND.predictors[frozenset(NAMES)]
    for k, part in enumerate(NAMES):
        kept = {*CHAIN[:k], PACE, AGENCIES} if k < 4 else set(NAMES) - {part}
        rest = FOUND.predictors[frozenset(kept)]
        for leg in ("all", "tariff", "control"):
            expected = FOUND.scores.mean(rest, leg=leg) - FOUND.scores.mean(whole, leg=leg)
            assert FOUND.lost_without(part, leg)[0] == pytest.approx(expected)
        assert FOUND.lost_without(part) == FOUND.lost_without(part, "all")


@pytest.mark.parametrize("form", ["months", "weeks"])
def test_the_table_names_the_legs_that_are_there(form):
    found = made_up(form, ("tariff", "other", "other"))
    table = found.table()
    assert table.columns == (
        "part", "value", "low", "high", "value, tariff", "value, other", "lost if left out", "lost, low",
        "lost, high",
    )  # fmt: skip
    assert table.title == f"what parts of theories add by {form}: nats a cell, positive is better"
    for name, row in zip(NAMES, table.rows, strict=True):
        by_leg = (found.value(name, leg)[0] for leg in ("tariff", "other"))
        assert row == (name, *found.value(name), *by_leg, *found.lost_without(name))
    assert (found.names, found.status) == (NAMES, "complete")


@pytest.fixture
def scored(monkeypatch):
    """Return what would be scored, in place of scoring it."""
    found = []
    for name in ("week_scores", "month_scores"):
        monkeypatch.setattr(
            parts_of_theories,
            name,
            lambda *given, name=name, **more: found.append((name, given, more)) or name,
        )
    return found


@pytest.mark.parametrize(("form", "name"), [("weeks", "week_scores"), ("months", "month_scores")])
def test_scores_are_of_the_form_with_every_agreement_of_the_record(scored, form, name):
    def progress(*_):
        pass

    given = [baseline("hold")]
    assert scores_over_the_record(given, NOW, form, start=date(2025, 3, 3), progress=progress) == name
    scores_over_the_record(given, NOW, form)
    (first, asked, more), (_, _, plain) = scored
    assert (first, asked) == (name, (given, NOW))
    texts = agreements_of(NOW.with_past_levels(), placebos=True)
    assert {text.id for text in texts} > {text.id for text in agreements_of(NOW)}
    assert list(more.pop("agreements")) == list(texts)
    assert more == {"start": date(2025, 3, 3), "progress": progress}
    assert (plain["start"], plain["progress"]) == (None, None)


@pytest.mark.parametrize(("form", "name"), [("weeks", "week_scores"), ("months", "month_scores")])
def test_every_set_of_parts_is_scored_once(scored, form, name):
    def progress(*_):
        pass

    found = theory_parts(NOW, form, start=date(2025, 3, 3), progress=progress)
    ((first, (made, world), more),) = scored
    assert (first, world, found.scores) == (name, NOW, name)
    assert (more["start"], more["progress"]) == (date(2025, 3, 3), progress)
    assert [one.name for one in made] == [with_parts(NOW, parts).name for parts in feasible_sets()]
    assert found.predictors == {parts: with_parts(NOW, parts).name for parts in feasible_sets()}
    assert len({one.name for one in made}) == 20
