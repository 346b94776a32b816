from pathlib import Path

import pytest

from paper.machinery import numbers, programs, text
from paper.machinery.budget import load_budget
from paper.machinery.layout import rendered
from paper.machinery.parts import KINDS, parts
from paper.machinery.stored import MOST_BYTES, StoredTables, provenance_of

FOLDER = Path(__file__).parents[2] / "paper"
PARTS = {part.name: part for kind in KINDS for part in parts(FOLDER, kind).values()}
MADE_BY = {name: part for part in PARTS.values() for name in part.makes}
DRAWN = [part for part in PARTS.values() if part.kind != "sources"]
FIGURES = [part for part in PARTS.values() if part.kind == "figures"]


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


@pytest.mark.long
def test_every_numeral_of_the_text_is_a_macro_and_every_part_is_shown_once(found):
    slugs = {
        kind: [part.slug for part in PARTS.values() if part.kind == kind] for kind in ("figures", "tables")
    }
    assert text.text_faults(FOLDER, numbers.collect(found), slugs) == []


def test_each_part_reads_stored_tables_that_one_source_makes():
    assert {name for part in DRAWN for name in part.reads} <= set(MADE_BY)


@pytest.mark.long
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
    found = rendered(part.function, data)
    assert rendered(part.function, data) == found
    assert b"/FontFile2" in found["pdf"]


@pytest.mark.long
def test_the_readme_lists_every_program(groups, found):
    reads = {name: (numbers.reads_of(group), sorted(found[name])) for name, group in groups.items()}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    where = programs.places(text.sources_of(FOLDER).values())
    table = programs.programs(PARTS.values(), reads, where, FOLDER / "data")
    assert programs.written(readme, table) == readme, "say `python -m paper --no-pdf`"


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
