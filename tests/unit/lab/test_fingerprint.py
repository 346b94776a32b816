"""Each part of a fingerprint is another one when what it stands for is: one change for each field."""

import pickle
import platform
from dataclasses import fields, replace
from fractions import Fraction
from shutil import copytree

import measures
import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.game_theory.games import StageGame
from negotiation.lab import Experiment, fingerprint, scenarios, space
from negotiation.lab.fingerprint import Context, context_of
from negotiation.lab.scenarios import scenario_hash
from tests.us_china import SCENARIO

STAGE = StageGame.from_matrices([[1, 2], [3, 4]], [[5, 6], [7, 8]], players=("A", "B"))


def experiment(**changes):
    return Experiment(
        **{
            "slug": "numbers",
            "question": "?",
            "scenario": "us-china-2025",
            "game": STAGE,
            "measure": measures.plain,
            "space": space.grid({"x": [1, 2]}),
            **changes,
        }
    )


def one_fact_more(scenario, **changes):
    """Return the scenario with a fact of the United States changed."""
    country = scenario.facts["USA"]
    fact = country.facts["gdp"].model_copy(update=changes or {"value": country.facts["gdp"].value + 1})
    changed = country.model_copy(update={"facts": {**country.facts, "gdp": fact}})
    return replace(scenario, facts={**scenario.facts, "USA": changed})


def code(monkeypatch, folder):
    path = folder / "rule.py"
    path.write_text("def rule(x):\n    return x + 1\n")
    monkeypatch.setattr(fingerprint, "PACKAGE", folder)
    monkeypatch.setattr(fingerprint, "package_files", lambda: [path])
    fingerprint.package_hash.cache_clear()
    yield context_of(experiment())
    path.write_text("def rule(x):\n    return x + 2\n")
    fingerprint.package_hash.cache_clear()
    yield context_of(experiment())


def experiment_(monkeypatch, folder):
    yield context_of(experiment())
    yield context_of(experiment(measure=measures.sleeping))


def calibration(monkeypatch, folder):
    yield context_of(experiment())
    monkeypatch.setattr(scenarios, "load_scenario", lambda _: one_fact_more(SCENARIO))
    yield context_of(experiment())


def versions(monkeypatch, folder):
    real = fingerprint.installed_version
    yield context_of(experiment())
    monkeypatch.setattr(
        fingerprint, "installed_version", lambda name: "0.1" if name == "numpy" else real(name)
    )
    yield context_of(experiment())


def inputs(monkeypatch, folder):
    path = folder / "data.csv"
    path.write_text("1")
    yield context_of(experiment(inputs=[path]))
    path.write_text("2")
    yield context_of(experiment(inputs=[path]))


def seed(monkeypatch, folder):
    yield context_of(experiment(seed=1))
    yield context_of(experiment(seed=2))


def layout(monkeypatch, folder):
    # The layout is a constant of the lab: another one is another release.
    here = context_of(experiment())
    assert here.layout == fingerprint.LAYOUT
    yield here
    yield replace(here, layout=here.layout + 1)


CHANGES = {
    "code": code,
    "experiment": experiment_,
    "calibration": calibration,
    "versions": versions,
    "inputs": inputs,
    "seed": seed,
    "layout": layout,
}


# One of them is soon done, and alone finds libraries whose versions do not count.
FIELDS = [
    field.name if field.name == "versions" else pytest.param(field.name, marks=pytest.mark.long)
    for field in fields(Context)
]


@pytest.mark.parametrize("field", FIELDS)
def test_a_change_of_what_a_field_stands_for_changes_it_and_no_other(field, monkeypatch, tmp_path):
    assert field in CHANGES, f"say in CHANGES what changes `{field}`"
    before, after = CHANGES[field](monkeypatch, tmp_path)
    assert before.differences(vars(after)) == (field,)
    assert before.id != after.id


def test_the_same_twice_is_the_same():
    assert context_of(experiment()) == context_of(experiment())


@pytest.mark.parametrize(
    "change", [{"value": 29_200.5}, {"low": 26_999.0}, {"high": 30_501.0}], ids=lambda c: next(iter(c))
)
def test_a_countrys_facts_and_their_ranges_are_part_of_a_scenario(change):
    assert scenario_hash(one_fact_more(SCENARIO, **change)) != scenario_hash(SCENARIO)


@pytest.mark.long
@pytest.mark.parametrize(
    "other",
    [
        StageGame(STAGE.payoffs + np.array([0, 1.0]), players=STAGE.players),
        StageGame(STAGE.payoffs, players=("A", "C")),
        StageGame(STAGE.payoffs, players=STAGE.players, actions=(("a", "b"), ("c", "d"))),
    ],
    ids=["payoffs", "players", "actions"],
)
def test_each_part_of_a_game_is_part_of_the_calibration(other):
    assert context_of(experiment()).differences(vars(context_of(experiment(game=other)))) == ("calibration",)


@pytest.mark.long
def test_rational_payoffs_count_as_far_as_they_are_given():
    def calibrated(one, two=1):
        asked = experiment(game=StageGame([[[one, 1], [1, two]], [[1, 1], [1, 1]]]))
        return context_of(asked).calibration

    tiny, near = Fraction(1, 10**40), 1 + Fraction(1, 3**4000)
    games = [(1 + tiny, 1), (1 + 7 * tiny, 1), (1, 1 + tiny), (1 + tiny, 1 + tiny), (near, 1), (1, 1)]
    assert len({StageGame([[[x, y]]]).payoffs.tobytes() for x, y in games}) == 1  # the floats do not differ
    assert len({calibrated(*game) for game in games}) == len(games)
    assert calibrated(1 + tiny) == calibrated(1 + tiny)
    # Where a float holds the payoff, its bytes say it all.
    assert calibrated(Fraction(1, 2)) == calibrated(0.5)
    scaled = StageGame([[[Fraction(1, 3), 1]]]).in_units([Fraction(0), Fraction(0)], [1, 1])
    other = StageGame([[[Fraction(1, 3) + tiny, 1]]]).in_units([Fraction(0), Fraction(0)], [1, 1])
    assert context_of(experiment(game=scaled)).calibration != context_of(experiment(game=other)).calibration


@pytest.mark.long
@pytest.mark.parametrize("name", ["python_version", "machine"])
def test_the_version_of_python_and_the_kind_of_machine_count(name, monkeypatch):
    before = context_of(experiment())
    monkeypatch.setattr(platform, name, lambda: "another")
    assert before.differences(vars(context_of(experiment()))) == ("versions",)


@pytest.mark.long
def test_a_scenario_that_was_made_counts_by_its_content(tmp_path):
    there = tmp_path / SCENARIO.name
    copytree(SCENARIO.folder, there)
    same = [SCENARIO, load_scenario("us-china-2025"), there, load_scenario(there), str(there)]
    found = {context_of(experiment(scenario=source)).id for source in same}
    assert found == {context_of(experiment()).id}
    moved = SCENARIO.with_parameters({"reaction_lag_days": 15.0})
    assert context_of(experiment(scenario=moved)).differences(vars(context_of(experiment()))) == (
        "calibration",
    )
    assert experiment(scenario=moved).spec_hash() != experiment(scenario=SCENARIO).spec_hash()
    (there / "laws.toml").write_text((there / "laws.toml").read_text().replace("note = ", "note = 'x' #"))
    assert context_of(experiment(scenario=there)).id not in found


@pytest.mark.parametrize("name", ["us-china-2025", "japan-korea-2019", "australia-china-2020"])
def test_what_was_worked_out_of_a_dispute_does_not_change_its_hash(name):
    world = load_scenario(name)
    before = scenario_hash(world)
    assert world.stage_game("small").n_actions
    assert scenario_hash(world) == before == scenario_hash(pickle.loads(pickle.dumps(world)))  # noqa: S301 - made a line before
