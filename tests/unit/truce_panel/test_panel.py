"""The panel: rates and a left-out score by a plain program, unseen truces, faults of files."""

import csv
import shutil
from collections import defaultdict
from datetime import date
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import negotiation as ng
from negotiation.truce_panel.keeping import MODELS, design, keeping
from negotiation.truce_panel.panel import OWN
from negotiation.truce_panel.scores import HORIZONS, score_predictions
from negotiation.truce_panel.spells import FEATURES, Card, Spell
from negotiation.truce_panel.tables import LEGS

PANEL = ng.panel(OWN)


def table_of(path):
    """Return the rows of a CSV file as dicts."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def plain_rows():
    """Return leg, covered, dispute, days, event and weight of each row, from the files alone."""
    truces = {row["truce_id"]: row for row in table_of(OWN / "truces.csv")}
    rows = []
    for row in table_of(OWN / "outcomes.csv"):
        truce = truces[row["truce_id"]]
        signed, *ends = (date.fromisoformat(truce[k]) for k in ("signed", "window_end", "ended") if truce[k])
        step = date.fromisoformat(row["first_harsher"]) if row["first_harsher"] else None
        event = step is not None and step <= min(ends)
        days = ((step if event else min(ends)) - signed).days
        act = (row["first_harsher"], row["by_side"]) if event else None
        rows.append([row["leg"], row["covered"] == "true", truce["dispute_id"], days, event, act])
    acts = [row[-1] for row in rows]
    return [[*row[:-1], 1 / acts.count(row[-1]) if row[-1] else 1.0] for row in rows]


def test_rates_are_those_of_a_plain_program():
    steps, years = defaultdict(float), defaultdict(float)
    for leg, covered, _, days, event, weight in plain_rows():
        for key in ((leg, "bound" if covered else "left out"), ("all", "bound" if covered else "left out")):
            steps[key] += weight * event
            years[key] += max(days, 0.5) / 365.25
    table = PANEL.table()
    assert {row[:2]: row[5] for row in table.rows} == pytest.approx({k: steps[k] / years[k] for k in years})


@pytest.mark.long
def test_a_left_out_score_is_that_of_a_plain_program():
    rows = plain_rows()
    left = "usa-can-lumber-1982"
    others = [row for row in rows if row[2] != left]
    mean = sum(row[1] for row in others) / len(others)
    spread = (mean * (1 - mean)) ** 0.5

    def risk(level, effect, covered):
        return exp(level + effect * (covered - mean) / spread)

    def missed(theta):
        level, effect, log_shape = theta
        k, total = exp(log_shape), (level / 2) ** 2 / 2 + (effect / 0.5) ** 2 / 2 + (log_shape / 0.5) ** 2 / 2
        for _, covered, _, days, event, weight in others:
            t = max(days, 0.5) / 365.25
            r = risk(level, effect, covered)
            total -= weight * (event * log(k * r**k * t ** (k - 1)) - (r * t) ** k)
        return total

    level, effect, log_shape = minimize(
        missed, [0, 0, 0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    ).x
    found = PANEL.scores()
    here = [k for k, one in enumerate(found.spells) if one.card.dispute_id == left]
    for k in here:
        wanted = exp(-((risk(level, effect, found.spells[k].card.covered) * 365 / 365.25) ** exp(log_shape)))
        assert found.chances["coverage"][k, HORIZONS.index(365)] == pytest.approx(wanted, rel=1e-5)
    losses_there = [
        -log(min(max(p if kept else 1 - p, 0.005), 0.995))
        for p, one in zip(found.chances["coverage"][:, 1], found.spells, strict=True)
        for kept in [one.days > 365 or (one.days == 365 and not one.event)]
        if one.event or kept
    ]
    assert found.mean("coverage") == pytest.approx(sum(losses_there) / len(losses_there))


CARDS = st.builds(
    Card, st.just("t"), st.sampled_from("abc"), st.sampled_from(LEGS), st.booleans(),
    st.tuples(*[st.floats(0, 3, allow_subnormal=False)] * len(FEATURES)),
)  # fmt: skip
SPELLS = st.builds(
    Spell,
    CARDS,
    st.integers(0, 4000),
    st.booleans(),
    st.just(0),
    st.sampled_from([1.0, 0.5, 0.1]),
    st.just("alive"),
)


@given(spells=st.lists(SPELLS, min_size=1, max_size=12), card=CARDS, model=st.sampled_from(MODELS))
@settings(max_examples=40)
def test_chances_fall_in_time_and_no_change_of_the_coefficients_is_likelier(spells, card, model):
    fitted = keeping(model, spells)
    (chances,) = fitted.kept([card], [0, 1, 90, 365, 1095, 20000])
    assert chances[0] == 1.0
    assert (np.diff(chances) <= 0).all()
    assert (chances >= 0).all()
    (same,) = keeping(model, spells[::-1]).kept([card], [365])
    assert same == pytest.approx(fitted.kept([card], [365])[0], abs=1e-6)
    assert design(model, [card]).shape == (1, len(fitted.coefficients) - 1)


def test_a_theory_only_speaks_for_what_it_says_is_kept():
    covered = Card("t", "d", "tariff", True, (0.0,) * len(FEATURES))
    spells = [Spell(covered, 900 - 80 * k, k > 5, 0, 1.0, "alive") for k in range(11)]
    wrong = np.array([float(one.event) for one in spells])
    alone = keeping("coverage by leg", spells).kept([covered], HORIZONS)
    against, speaking = (keeping("coverage by leg", spells, share) for share in (wrong, -wrong))
    assert against.coefficients[-1] == 0.0
    assert against.kept([covered], HORIZONS, np.array([1.0])) == pytest.approx(alone)
    low, high = speaking.kept([covered] * 2, [365], np.array([-1.0, 0.0]))[:, 0]
    assert low < alone[0][1] < high


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_share_enters_as_a_plain_search_under_a_bound_has_it(sign):
    rows = plain_rows()
    share = np.array([sign * (days > 300) + 0.1 * (k % 5) for k, (_, _, _, days, _, _) in enumerate(rows)])
    z = (share - share.mean()) / share.std()

    def missed(theta):
        level, effect, log_shape = theta
        k, total = exp(log_shape), (level / 2) ** 2 / 2 + (effect / 0.5) ** 2 / 2 + (log_shape / 0.5) ** 2 / 2
        for x, (_, _, _, days, event, weight) in zip(z, rows, strict=True):
            t, r = max(days, 0.5) / 365.25, exp(level + effect * x)
            total -= weight * (event * log(k * r**k * t ** (k - 1)) - (r * t) ** k)
        return total

    found = minimize(missed, [0, 0, 0], bounds=[(None, None), (None, 0.0), (None, None)], tol=1e-12).x
    spells = [
        Spell(Card("t", name, leg, covered, (0.0,) * len(FEATURES)), days, event, days, weight, "alive")
        for leg, covered, name, days, event, weight in rows
    ]
    fitted = keeping("one rate", spells, share)
    assert [*fitted.coefficients, log(fitted.shape)] == pytest.approx([*found[:2], found[2]], abs=1e-3)
    assert (found[1] < 0) == (sign > 0)


def first_row(was, now):
    """Return an edit of the first row of a file."""
    return lambda lines: [lines[0], lines[1].replace(was, now), *lines[2:]]


def edited(tmp_path, name, edit):
    """Return a copy of the panel with one file edited."""
    folder = tmp_path / "mine"
    shutil.copytree(OWN, folder)
    lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / name).write_text("".join(edit(lines)), encoding="utf-8")
    return folder


def step(old, new):
    """Return an edit of the third row of outcomes, the first steps of a truce on its bound tariffs."""
    return lambda lines: [*lines[:3], lines[3].replace(old, new, 1), *lines[4:]]


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("truces.csv", lambda lines: [*lines, lines[1]], "2018-05-on-hold is there twice"),
        ("outcomes.csv", lambda lines: lines[:-1], "there is no row for it"),
        ("outcomes.csv", step("2018-05-29,USA", "2018-05-09,USA"), "between `signed`, 2018-05-19, and"),
        ("outcomes.csv", step("2018-05-29,USA", "2018-05-29,CHN"), "got CHN as `by_side`"),
        ("truces.csv", first_row(",2018-05-20,", ",1018-05-20,"), "`in_force`: got 1018-05-20"),
        ("sides.csv", lambda lines: [lines[0].replace("gdp_usd", "gdp"), *lines[1:]], "'gdp_usd_bn'"),
    ],
)  # fmt: skip
def test_faults_of_a_folder_are_said_with_file_and_row(tmp_path, name, edit, said):
    with pytest.raises(ng.errors.InvalidFile) as told:
        ng.panel(edited(tmp_path, name, edit))
    assert name in str(told.value)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: PANEL.keeping().kept([], [90], np.array([0.1])), "`shares` must be left out"),
        (
            lambda: PANEL["2014-10-cotton"].scores().gain("coverage", days=30),
            "`days` must be one of .* got 30",
        ),
        (lambda: PANEL.answers().only(["z"]), "no column 'z'. Known: answered, "),
        (lambda: PANEL.predict(OWN, 5), "`models` must be one text or several; got 5"),
    ],
)
def test_a_wrong_argument_is_named(ask, said):
    with pytest.raises(ng.NegotiationError, match=said):
        ask()


def test_faults_of_all_files_are_said_at_once(tmp_path):
    folder = edited(tmp_path, "truces.csv", first_row(",2018-05-20,", ",soon,"))
    sides = folder / "sides.csv"
    sides.write_text(sides.read_text(encoding="utf-8").replace("18026.9", "many", 1), encoding="utf-8")
    with pytest.raises(ng.errors.InvalidFile, match=r"(?s)truces.csv.*got 'soon'.*sides.csv.*got 'many'"):
        ng.panel(folder)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda lines: [*lines, lines[1]], "is there twice"),
        (lambda lines: lines[:-1], "1 rows are missing"),
        (lambda lines: [*lines[:-1], lines[-1].rsplit(",", 1)[0] + ",1.5\n"], "probability_kept: got '1.5'"),
    ],
)
def test_faults_of_a_file_of_chances_are_said_with_the_row(tmp_path, edit, said):
    file = tmp_path / "chances.csv"
    PANEL.predict(OWN, ["coverage"]).to_csv(file, index=False)
    file.write_text("".join(edit(file.read_text().splitlines(keepends=True))))
    with pytest.raises(ng.errors.InvalidFile, match=said):
        score_predictions(OWN, file)
