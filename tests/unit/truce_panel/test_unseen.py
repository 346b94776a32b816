"""Folders of unseen truces as strangers keep them: what is read, and what is refused in a sentence."""

import csv
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.base.reading.models import load_csv
from negotiation.truce_panel.keeping import MODELS
from negotiation.truce_panel.panel import OWN, UNSEEN
from negotiation.truce_panel.scores import Prediction
from negotiation.truce_panel.spells import spells_of
from paper.sources.panel import censoring_weights, unseen

PANEL = ng.panel(OWN)
FROZEN = Path(__file__).parents[3] / "experiments" / "forecasts" / "2026-12-01-panel.csv"
CAME = ("extensions", "ended", "ended_how", "window_end")


def copied(tmp_path, edits):
    """Return a folder without outcomes, each file's rows edited."""
    folder = tmp_path / "unseen"
    folder.mkdir()
    for name in ("truces.csv", "instruments.csv", "sides.csv", "trade.csv"):
        if name not in edits:
            shutil.copy(OWN / name, folder)
            continue
        with (OWN / name).open(encoding="utf-8", newline="") as file:
            rows = edits[name](list(csv.DictReader(file)))
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def each(**cells):
    """Return an edit of every row."""
    return lambda rows: [{**row, **cells} for row in rows]


def without(rows):
    """Return rows of truces of which nobody knows what came of them."""
    return [{name: cell for name, cell in row.items() if name not in CAME} for row in rows]


def mixed(rows):
    """Return rows in another order, with columns in another order."""
    names = sorted(rows[0], key=lambda name: name[::-1])
    return [{name: row[name] for name in names} for row in sorted(rows, key=lambda row: row["source_url"])]


def spaced(rows):
    """Return measures whose levels are set apart by a semicolon and a space."""
    return [{**row, "levels": row["levels"].replace(";", "; ")} for row in rows]


@pytest.mark.long
@pytest.mark.parametrize(
    "edits",
    [
        {"truces.csv": without},
        {"truces.csv": mixed, "instruments.csv": mixed, "sides.csv": mixed, "trade.csv": mixed},
        {"instruments.csv": each(form="")},
        {"instruments.csv": spaced},
        {"instruments.csv": each(exposure_usd_bn="", rate_before_pct="45", rate_agreed_pct="35")},
    ],
)
def test_what_a_model_does_not_read_changes_no_chance(tmp_path, edits):
    found = PANEL.predict(copied(tmp_path, edits), ["card"])
    assert found.to_csv() == PANEL.predict(OWN, ["card"]).to_csv()


@pytest.mark.long
def test_unseen_truces_are_predicted_from_their_cards_with_warnings_as_errors(tmp_path):
    """Of 25 truces, in another order, with measures of an unknown form."""
    kept = sorted(one.truce_id for one in PANEL.truces)[:25]

    def some(rows):
        return [row for row in reversed(rows) if row["truce_id"] in kept]

    edits = {
        "truces.csv": lambda rows: each(**dict.fromkeys(CAME, ""))(some(rows)),
        "instruments.csv": lambda rows: each(form="press office")(some(rows)),
    }
    unseen, out = copied(tmp_path, edits), tmp_path / "chances.csv"
    command = (sys.executable, "-W", "error", "-m", "negotiation", "panel", "predict", unseen, "--out", out)
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["truce_id", "leg", "covered", "horizon_days", "model", "probability_kept"]
    same = ng.panel().predict(OWN, MODELS)
    same = same[same.truce_id.isin(kept)]
    found = [float(row["probability_kept"]) for row in rows if row["model"] in MODELS]
    assert found == pytest.approx(list(same.probability_kept))
    with_theories = {f"coverage by leg + {one.name}" for one in ng.theories()}
    assert {row["model"] for row in rows} == {*MODELS, *with_theories}


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("truces.csv", each(clock_days="9" * 30), "at most 36525"),
        (
            "instruments.csv",
            each(levels="none;none", at_signing="none", agreed=""),
            "needs a name of its own",
        ),
        ("instruments.csv", each(exposure_usd_bn="inf"), "expected a finite number"),
        ("instruments.csv", lambda rows: rows[5:6], "has no measure"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence_with_status_two(tmp_path, name, edit, said):
    folder = copied(tmp_path, {name: edit})
    with pytest.raises(ng.errors.InvalidFile) as told:
        PANEL.predict(folder)
    assert str(told.value).startswith(f"{folder / name}: ")
    assert said in str(told.value)


def test_the_frozen_chances_are_those_of_the_hash_beside_them():
    stored, name = FROZEN.with_suffix(".csv.sha256").read_text(encoding="utf-8").split()
    assert (stored, name) == (sha256(FROZEN.read_bytes()).hexdigest(), FROZEN.name)


def test_the_frozen_chances_cover_the_same_parts_for_every_model():
    rows = load_csv(FROZEN, Prediction)
    parts = {row.model: [] for row in rows}
    for row in rows:
        parts[row.model].append((row.truce_id, row.leg, row.covered, row.horizon_days))
    assert len(parts) == 10  # four models of the panel, and the headline with each of six theories
    assert all(named == parts["coverage by leg"] for named in parts.values())
    assert not {row.truce_id for row in rows} & {truce.truce_id for truce in PANEL.truces}


def test_the_first_47_give_the_frozen_chances_and_the_scores_that_were_first_made_of_them_again():
    rows = [row for row in load_csv(FROZEN, Prediction) if row.model == "coverage by leg"]
    again = PANEL.predict(UNSEEN, ["coverage by leg"])
    assert [row.probability_kept for row in rows] == pytest.approx(list(again.probability_kept), abs=1e-6)
    first = unseen().query("following == 'as first scored' and days == 0").set_index("model")
    assert set(first["cells"]) == {215}
    assert first["log"][["card", "coverage", "coverage by leg", "one rate"]].round(4).tolist() == [
        0.4835, 0.4971, 0.4966, 0.5278,
    ]  # fmt: skip


def test_the_joined_panel_has_each_set_and_weights_stand_for_rows_that_were_not_followed():
    whole = ng.panel()
    assert whole.among("first 47").tables == PANEL.tables
    assert whole.among("kept back").tables == ng.panel(UNSEEN).tables
    with pytest.raises(ng.errors.InvalidOptions, match="must be one of 'all', 'bound'"):
        PANEL.among("kept back")
    spells = spells_of(ng.panel(UNSEEN).tables)
    # Censored rows are made up for by those that are left; days that are tied make the difference.
    assert censoring_weights(spells, 365).sum() == pytest.approx(len(spells), rel=0.02)
