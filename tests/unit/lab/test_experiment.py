"""What an experiment says of itself, what it refuses, and how its file is found and read."""

from pathlib import Path

import measures
import pytest
from measures import refused

from negotiation.errors import InvalidExperiment, InvalidFile, SizeLimit, UnknownExperiment
from negotiation.game_theory.games import StageGame
from negotiation.lab import Experiment, experiment_slugs, load_experiment, space
from negotiation.lab.experiment import FOLDER, check_parameters
from tests.us_china import SCENARIO as WORLD

GIVEN = {"slug": "asked", "question": "What?", "space": space.grid({"x": [4, 1]}), "measure": measures.plain}


def asked(**fields):
    return Experiment(**{**GIVEN, **fields})


def test_cells_bring_their_replication_and_the_seed_and_there_are_not_too_many():
    found = asked(replications=2, seed=5).cells()
    assert [(dict(c), c.replication, c.seed) for c in found] == [
        ({"x": x}, k, 5) for x in (4, 1) for k in (0, 1)
    ]
    game = StageGame([[[1, 1]]])
    first = asked(scenario="us-china-2025", game=game).cells()[0]
    assert (first.scenario.name, first.game) == ("us-china-2025", game)
    many = asked(space=space.draws(25_000_001, {"x": (0, 1)}), replications=2)
    assert many.n_cells == 50_000_002
    assert "50,000,002 cells" in refused(many.cells)


def test_fields_that_cannot_be_are_named_with_the_experiment():
    for bad in ({"slug": "1a"}, {"slug": "a-b"}, {"slug": "aB"}, {"slug": "a b"}, {"question": ""},
                {"question": "?" * 1_000_000}, {"seed": "1"},
                {"seed": -1}, {"replications": 0}, {"batch": 0}, {"space": 3}, {"labels": 3}):  # fmt: skip
        (name,) = bad
        said = refused(lambda bad=bad: asked(**bad))
        assert said.startswith(f"experiment {bad.get('slug', 'asked')!r}: {name}")
    assert "expected a function with a name" not in refused(lambda: asked(measure=3))
    for kind in ("measure", "batch_measure"):

        class Called:
            def __call__(self, cell):
                return {"x": 1}

        assert "expected a function with a name; define it with `def`" in refused(
            lambda kind=kind: asked(**{kind: Called()})
        )
    assert "experiment 'asked' needs" in refused(lambda: asked(measure=None))
    for name in ("replication", "status", "error"):
        grid = space.grid({"x": [1], name: [2]})
        assert f"experiment 'asked': `space` varies {name!r}" in refused(lambda grid=grid: asked(space=grid))
    assert asked(slug="a_1").slug == "a_1"


def test_the_hash_of_what_is_asked_changes_with_what_is_asked_and_with_nothing_else():
    one = asked()
    others = [
        asked(slug="other"), asked(question="Why?"), asked(scenario="us-china-2025"), asked(scenario=WORLD),
        asked(scenario="japan-korea-2019"), asked(seed=1), asked(replications=2),
        asked(space=space.grid({"x": [1, 4]})), asked(space=space.listed([{"x": 4}, {"x": 1}])),
    ]  # fmt: skip
    assert len({one.spec_hash(), *(other.spec_hash() for other in others)}) == len(others) + 1
    same = asked(measure=measures.sleeping, labels={"x": "y"}, shown=("square",), batch=3)
    assert same.spec_hash() == one.spec_hash()


@pytest.mark.long
def test_names_near_a_parameter_and_values_that_are_no_numbers_are_refused():
    def check(values, scenario="us-china-2025"):
        one = asked(space=space.grid(values), scenario=scenario)
        return check_parameters(one)

    said = refused(lambda: check({"mine": [1], "security_weigth": [0.4]}))
    assert said.startswith("'security_weigth' is not a parameter of 'us-china-2025'; did you mean 'security_")
    assert "'security_weight'" in refused(lambda: check({"mine": ["a"], "security_weight": [0.4, "a"]}))
    assert check({"weight": ["a", None], "security_weight": [0.4, 1]}) is None
    assert check({"security_weigth": ["a"]}, None) is None
    # Twelve of its fifteen letters are near (24 of 27), eleven are not (22 of 26).
    assert "'security_weight'" in refused(lambda: check({"ecurity_weig": ["a"]}))
    assert check({"ecurity_wei": ["a"]}) is None
    assert "'us-china-2025'" in refused(lambda: check({"security_weigth": [1]}, WORLD))


SOURCE = (
    "import negotiation as ng\n\n\ndef measured(cell):\n    return {{'y': 1}}\n\n\n"
    "experiment = ng.Experiment(slug='{slug}', question='?', measure=measured, "
    "space=ng.space.grid({{'x': [1]}}))\n"
)


def test_experiments_are_found_in_a_folder_by_name_and_elsewhere_by_path(tmp_path, monkeypatch):
    for name in ("second", "first", "_hidden"):
        (tmp_path / f"{name}.py").write_text(SOURCE.format(slug=name))
    (tmp_path / "third.txt").write_text("")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "deep.py").write_text(SOURCE.format(slug="deep"))
    assert experiment_slugs(tmp_path) == ("first", "second")
    assert load_experiment("second", tmp_path).slug == "second"
    for path in (tmp_path / "sub" / "deep.py", str(tmp_path / "sub" / "deep.py")):
        assert load_experiment(path, tmp_path).slug == "deep"
    with pytest.raises(UnknownExperiment, match=r"'fist'.*did you mean 'first'"):
        load_experiment("fist", tmp_path)
    with pytest.raises(UnknownExperiment):
        load_experiment("deep", tmp_path)
    assert Path("experiments") == FOLDER
    folder = tmp_path / "experiments"
    folder.mkdir()
    (folder / "usual.py").write_text(SOURCE.format(slug="usual"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "usual").write_text("another file of that name")
    assert experiment_slugs() == ("usual",)
    assert load_experiment("usual").slug == "usual"


def test_a_file_that_is_no_experiment_is_told_with_its_reason(tmp_path):
    path = tmp_path / "mine.py"

    def said(text):
        path.write_text(text)
        with pytest.raises((InvalidFile, InvalidExperiment, SizeLimit)) as caught:
            load_experiment(path)
        return type(caught.value), str(caught.value)

    assert said("1 / 0") == (
        InvalidFile,
        (f"{path}: the file cannot be run: ZeroDivisionError: division by zero. Correct it"),
    )
    assert said("raise SystemExit(3)") == (
        InvalidFile,
        f"{path}: the file cannot be run: SystemExit: 3. Correct it",
    )
    assert said("experiment = 4")[1].endswith("at its top level; got 4")
    assert said("x = 4")[1].endswith("at its top level; got None")
    other = said(SOURCE.format(slug="other"))
    assert other == (
        InvalidFile,
        (f"{path}: the experiment's slug is 'other'; it must be 'mine', the name of the file"),
    )
    assert said(SOURCE.format(slug="Bad One"))[0] is InvalidExperiment
    own = "from negotiation.errors import {0}\nraise {0}('said')\n"
    assert said(own.format("InvalidFile")) == (InvalidFile, "said")
    assert said(own.format("SizeLimit")) == (SizeLimit, "said")
