"""Every experiment in its folder: it loads, and a tiny run of it gives numbers and a figure."""

import re
from pathlib import Path

import pytest

from negotiation.lab import experiment_slugs, load_experiment, run, space
from negotiation.lab.pending import batches_of
from negotiation.lab.worker import compute, setup_of

FOLDER = Path(__file__).parents[2] / "experiments"
SLUGS = experiment_slugs(FOLDER)
FEW = 4


def tiny(experiment):
    """Return the experiment over a few cells from the start, the middle and the end of its space."""
    cells = experiment.space.cells()
    chosen = [cells[k * (len(cells) - 1) // (FEW - 1)] for k in range(FEW)]
    return experiment.with_space(space.listed(chosen), replications=1)


def test_experiments_are_found():
    assert {"critical_discount_factor", "value_of_linkage", "entity_coverage"} <= set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_experiment_says_what_it_asks_and_what_its_columns_are(slug):
    experiment = load_experiment(slug, FOLDER)
    assert experiment.question.endswith("?")
    assert set(experiment.space.names) <= set(experiment.labels)
    assert set(experiment.shown) <= set(experiment.labels)
    assert experiment.is_importable()
    assert re.match(r'"""[A-Z]', (FOLDER / f"{slug}.py").read_text())


@pytest.mark.long
@pytest.mark.parametrize("slug", SLUGS)
def test_a_tiny_run_gives_numbers_and_a_figure(slug, tmp_path):
    experiment = tiny(load_experiment(slug, FOLDER))
    found = run(experiment, store=tmp_path)
    assert (found.status, len(found)) == ("complete", FEW), found.failures()
    assert found.measures
    assert set(experiment.shown) <= set(found.measures)
    assert all(name in experiment.labels for name in found.measures)
    found.plot().figure.savefig(tmp_path / "figure.png", dpi=40)


@pytest.mark.long
@pytest.mark.parametrize("slug", SLUGS)
def test_a_worker_that_has_only_the_text_of_the_file_gets_the_same_rows(slug):
    experiment = tiny(load_experiment(slug, FOLDER))
    setup = setup_of(experiment)
    assert setup.source == (FOLDER / f"{slug}.py").read_text()
    assert setup.measure is None
    cells = [(dict(cell), cell.replication) for cell in experiment.cells()]
    together = [row for batch in batches_of(cells, 4) for row in compute(setup, batch).rows]
    alone = [row for batch in batches_of(cells, 1) for row in compute(setup, batch).rows]
    assert [row[:6] for row in together] == [row[:6] for row in alone]


def rows_of(slug, cells, tmp_path):
    """Return what the cells of an experiment give, in their order."""
    found = run(load_experiment(slug, FOLDER).with_space(space.listed(cells)), store=tmp_path)
    frame = found.to_pandas()
    return [frame[(frame[list(cell)] == list(cell.values())).all(axis=1)].iloc[0].to_dict() for cell in cells]


@pytest.mark.long
def test_clocks_in_turn_help_as_the_page_says(tmp_path):
    cells = [{"renewal": phi, "stake_for_each_gain": 1.0} for phi in (0.08, 0.1, 0.16)]
    found = rows_of("staggered_clocks", cells, tmp_path)
    assert [row["in_turn_margin"] >= 0 for row in found] == [False, True, True]
    assert [row["together_margin"] >= 0 for row in found] == [False, False, True]
    assert found[1]["offset_days"] == 14
