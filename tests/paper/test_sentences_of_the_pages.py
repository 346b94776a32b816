"""Sentences of the findings, the claims and the paper that no number fills, held to the stored tables."""

import re
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
THEORIES = ROOT / "docs" / "explanation" / "theories.md"


def stored(name):
    return pd.read_parquet(ROOT / "paper" / "data" / f"{name}.parquet")


def rows_of(block):
    """Return the rows of a table of the page of theories, as lists of cells, its head first."""
    text = THEORIES.read_text(encoding="utf-8")
    lines = text.partition(f"<!-- {block}: begin -->")[2].partition(f"<!-- {block}: end -->")[0].split("\n")
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line]


def test_what_claims_turn_on_and_fail_by():
    claims = stored("claims").set_index("claim")
    legs = claims.loc[["busan_covered", "busan_tariff_leg", "busan_control_leg"]]
    assert set(legs["mover"]) == {"precursor_enforcement.share_averted"}
    assert claims.loc["busan_covered", "fails_by"] == "other"
    assert claims.loc["restraint_sustainable", "fails_by"] == "USA"
    assert claims.loc["consultation_pays", "central"]
    centre = ["weapon_of_2023", "coverage_at_geneva", "coverage_at_london", "coverage_at_busan"]
    assert not claims.loc[centre, "central"].any()
    assert claims.loc["usa_gains_by_linkage", "share"] == claims.loc["china_gains_by_linkage", "share"]


def test_what_the_curb_does_to_the_worst_payoffs():
    worst = stored("set_summary").set_index(["curb", "controls"])
    assert worst.loc[(True, True), "threat_usa"] < worst.loc[(False, True), "threat_usa"]
    # China's own worst payoff does not turn on the curb.
    for controls in (True, False):
        with_it, without = worst.loc[(True, controls)], worst.loc[(False, controls)]
        assert with_it["threat_chn"] == pytest.approx(without["threat_chn"], abs=1e-9)
    levels = stored("truce_payoffs").set_index("place")
    assert levels.loc["Geneva", "usa"] < worst.loc[(True, True), "threat_usa"]


def test_under_a_threat_every_rule_moves_towards_china_and_two_pick_full_calm():
    picks = stored("bargains").set_index(["disagreement", "rule", "table"])
    rules = picks.index.unique("rule")
    for rule in rules:
        on, off = (picks.loc[("worst equilibrium", rule, table)] for table in ("linked", "unlinked"))
        assert on["chn"] > off["chn"]
        assert on["usa"] < off["usa"]
        still = [picks.loc[("stage equilibrium", rule, table)] for table in ("linked", "unlinked")]
        assert still[0]["usa"] == pytest.approx(still[1]["usa"], abs=1e-6)
        war = picks.loc[("trade war", rule, "linked")]
        assert abs(war[["usa", "chn"]] - on[["usa", "chn"]]).max() < 0.005
    for rule in ("Nash", "egalitarian"):
        calm = picks.loc[("worst equilibrium", rule, "linked")]
        assert abs(calm[["usa", "chn"]]).max() < 1e-6


def test_the_coin_is_the_best_baseline_and_ahead_of_every_theory():
    scores = stored("scores").query("leg == 'all'").set_index("predictor")
    assert scores.query("kind == 'baseline'")["log"].idxmin() == "coin"
    theories = scores.query("kind == 'theory'")["log"]
    assert theories.idxmin() == "renegotiation"
    assert theories.min() > scores.loc["coin", "log"]


def test_readings_and_london_under_noise():
    margins = stored("readings").query("sense == 'subjective'").set_index(["side", "reading"])["margin"]
    assert -1e-4 < margins["USA", "licences flow"] < 0 < margins["CHN", "licences flow"]
    assert max(margins["USA", "controls frozen"], margins["CHN", "controls frozen"]) < 0
    legs = stored("noise_legs").set_index(["place", "leg"])["under noise"]
    assert legs["London", "control"] == "moved on outside the text: USA entity_list to affiliates_rule"
    pooled = stored("linkage").set_index(["place", "linkage"])["margin, % GDP"]
    assert 0 < pooled["London", "all_or_nothing"] < 1e-5


def test_which_theories_hold_what_the_record_held():
    (_, _, *theories), _, *rows = rows_of("verdicts")
    says = {
        (row[0], row[1], theory): re.sub(r" [+(-].*", "", cell)
        for row in rows
        for theory, cell in zip(theories, row[2:], strict=True)
    }
    busan = {theory for (truce, leg, theory), said in says.items()
             if truce == "2025-10-busan" and leg == "control" and said == "holds"}  # fmt: skip
    assert busan == {"shadow linkage", "renegotiation", "repeated negotiation"}
    record = {("2025-05-geneva", "tariff"): "holds", ("2025-05-geneva", "control"): "breaks",
              ("2025-05-geneva", "other"): "breaks"}  # fmt: skip
    record |= {("2025-10-busan", leg): "holds" for leg in ("tariff", "control", "other")}
    in_kind = {key: says[(*key, "custom in kind")] for key in record}
    decided = {key for key, said in in_kind.items() if said != "open"}
    assert len(decided) == 4
    assert all(in_kind[key] == record[key] for key in decided)
    mute = {theory for (truce, leg, theory), said in says.items()
            if truce == "2025-05-geneva" and said == "not rational"}  # fmt: skip
    assert mute == {"shadow linkage", "renegotiation"}
    right = {row[0]: (int(row[1]), int(row[2])) for row in rows_of("scores")[2:]}
    assert right["tariffs hold, the rest moves"] == (10, 12)
    assert (right["moment"], right["custom in kind"]) == ((10, 11), (10, 10))
    assert max(right["shadow linkage"], right["renegotiation"]) < (10, 12)


def test_under_one_threat_for_everything_legs_fall_together_where_keeping_is_rational():
    sets = stored("theory_sets").set_index(["theory", "of"])
    shares = sets["share"]
    for theory in ("shadow linkage", "renegotiation", "repeated negotiation"):
        assert shares[theory, "legs fall together"] > 0.9
        assert shares[theory, "Geneva"] < 0.2
    assert shares["shadow linkage", "legs fall together"] > 0.99
    assert 0.5 < sets.loc[("shadow linkage", "Geneva"), "irrational"] < 0.75
    assert shares["custom in kind", "Geneva"] > 0.5


def test_no_theory_foresaw_the_day_and_answers_outside_the_text_foresaw_the_month():
    answers = pd.read_csv(ROOT / "docs" / "estimates" / "answers.csv").set_index(["question", "theory"])[
        "mean"
    ]
    assert answers["geneva control moved 1 day"].max() < 0.05
    kept = answers["busan control kept to 2025-12-01"]
    outside = kept[["custom in kind", "shadow linkage", "renegotiation"]]
    assert outside.min() > kept[["moment", "each for itself"]].max() + 0.2
    # Purchases alone pass a year, and under two theories alone.
    year = answers[[f"busan {leg} kept to 2026-11-10" for leg in ("tariff", "control", "other")]].unstack(
        "theory"
    )
    assert (year > 0.5).sum().sum() == 2
    assert (year.loc["busan other kept to 2026-11-10", ["shadow linkage", "renegotiation"]] > 0.5).all()


def test_the_curb_holds_the_usa_more_than_precursors_and_under_moment_it_is_the_other_way_round():
    answers = pd.read_csv(ROOT / "docs" / "estimates" / "answers.csv").set_index(["question", "theory"])[
        "mean"
    ]
    as_is, without_curb, without_precursors = (
        answers[f"busan control holds{words}, share of draws"]
        for words in ("", " without the curb's harm", " without precursors")
    )
    for theory in ("custom in kind", "shadow linkage", "renegotiation", "averaged by weight"):
        assert as_is[theory] - without_curb[theory] > as_is[theory] - without_precursors[theory]
    assert as_is["moment"] - without_curb["moment"] < as_is["moment"] - without_precursors["moment"]
