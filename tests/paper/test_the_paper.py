import re
from pathlib import Path

import pandas as pd
import pytest

from paper.machinery import numbers, programs, text
from paper.machinery.budget import load_budget
from paper.machinery.layout import rendered
from paper.machinery.parts import KINDS, parts
from paper.machinery.stored import MOST_BYTES, StoredTables, provenance_of, write_stored

FOLDER = Path(__file__).parents[2] / "paper"
PARTS = {part.name: part for kind in KINDS for part in parts(FOLDER, kind).values()}
MADE_BY = {name: part for part in PARTS.values() for name in part.makes}
DRAWN = [part for part in PARTS.values() if part.kind != "sources"]
FIGURES = [part for part in PARTS.values() if part.kind == "figures"]
NEEDED = {
    "figures": {
        "map", "levels", "coverage", "identified", "payoff_sets", "leverage",
    },
    "tables": {
        "verdicts", "answers", "theories", "moved", "forecasts", "theories_asked", "court", "evidence",
        "rates", "claims",
        "algorithms", "instruments", "clauses", "calibration",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def groups():
    return numbers.groups_in(FOLDER)


@pytest.fixture(scope="module")
def found(groups):
    return {
        name: group(StoredTables(FOLDER / "data", numbers.reads_of(group), name))
        for name, group in groups.items()
    }


@pytest.mark.long
def test_the_numbers_are_those_of_the_lock(found):
    lock = numbers.read_lock(FOLDER / "numbers.lock.json")
    assert numbers.differences(numbers.collect(found), lock) == []


def test_every_numeral_of_the_text_is_a_macro_and_every_part_is_shown_once(found):
    slugs = {
        kind: [part.slug for part in PARTS.values() if part.kind == kind] for kind in ("figures", "tables")
    }
    assert text.text_faults(FOLDER, numbers.collect(found), slugs) == []


def test_the_scan_sees_a_numeral_typed_into_this_text():
    source = (FOLDER / "sections/truces.tex").read_text()
    allowed = text.read_allowed(FOLDER / "allowed_numerals.txt")
    assert text.typed_numerals(source + " in 37 percent of draws", allowed) == ["37"]


@pytest.mark.long
def test_the_tables_of_the_replays_can_be_stored(tmp_path):
    # Thresholds are numbers in one agreement and "none" in another.
    part = next(part for part in PARTS.values() if part.path.stem == "replays")
    for name, frame in part.function(load_budget(FOLDER / "budget.toml", "tiny")).items():
        write_stored(frame, tmp_path / f"{name}.parquet", {"source": "replays.py"})
        pd.testing.assert_frame_equal(
            StoredTables(tmp_path, (name,), "a test")[name], pd.read_parquet(tmp_path / f"{name}.parquet")
        )


def test_what_the_paper_promises_is_there():
    for kind, slugs in NEEDED.items():
        assert slugs <= {part.slug for part in PARTS.values() if part.kind == kind}


def test_each_part_reads_stored_tables_that_one_source_makes():
    assert {name for part in DRAWN for name in part.reads} <= set(MADE_BY)


def test_stored_tables_are_small_and_say_where_they_came_from():
    # What the budget no longer has, no program can have read.
    now = {"name": "full", **load_budget(FOLDER / "budget.toml", "full").model_dump()}
    for name, part in MADE_BY.items():
        path = FOLDER / "data" / f"{name}.parquet"
        assert path.stat().st_size <= MOST_BYTES
        origin = provenance_of(path)
        assert origin["source"] == part.path.name, name
        # What takes hours may be from before a number of draws was added that it does not read.
        asked = {key: n for key, n in now.items() if not part.heavy or key in origin["budget"]}
        assert asked.items() <= origin["budget"].items(), name


def test_nothing_stored_is_left_over():
    assert {path.stem for path in (FOLDER / "data").glob("*.parquet")} == set(MADE_BY)


@pytest.mark.parametrize(
    "part",
    [p if p.slug == "coverage" else pytest.param(p, marks=pytest.mark.slow) for p in FIGURES],
    ids=lambda part: part.name,
)
def test_a_figure_is_the_same_bytes_twice(part):
    data = StoredTables(FOLDER / "data", part.reads, part.name)
    assert rendered(part.function, data) == rendered(part.function, data)


def test_leverage_is_drawn_where_few_draws_leave_the_centre_outside_their_band():
    part = PARTS["figures/leverage"]
    data = dict(StoredTables(FOLDER / "data", part.reads, part.name))
    frame = data["leverage"]
    data["leverage"] = frame.assign(lasting_low=2.0 * frame["lasting"], lasting_high=3.0 * frame["lasting"])
    assert rendered(part.function, data)["pdf"].startswith(b"%PDF")


def test_the_readme_lists_every_program(groups, found):
    reads = {name: (numbers.reads_of(group), sorted(found[name])) for name, group in groups.items()}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    where = programs.places(text.sources_of(FOLDER).values())
    table = programs.programs(PARTS.values(), reads, where, FOLDER / "data")
    assert programs.written(readme, table) == readme, "say `python -m paper --no-pdf`"


def test_the_readme_names_files_that_are_there():
    # Paths of the tree in back quotes, those with placeholders and what a build makes apart.
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    written = readme.split(programs.BEGIN)[0] + readme.split(programs.END)[1]
    named = set(re.findall(r"`((?:negotiation|paper|docs|experiments|benchmarks)/[\w./*-]+)`", written))
    assert len(named) > 8
    missing = [name for name in named if not list(FOLDER.parent.glob(name)) and "paper/build" not in name]
    assert missing == []


def test_every_work_in_the_bibliography_is_cited():
    keys = set()
    for line in (FOLDER / "references.bib").read_text().splitlines():
        if line.startswith("@"):
            keys.add(line.split("{", 1)[1].split(",", 1)[0])
    cited = {
        key.strip()
        for source in text.sources_of(FOLDER).values()
        for group in text.re.findall(r"\\cite\w*\{([^}]*)\}", source)
        for key in group.split(",")
    }
    assert keys == cited
