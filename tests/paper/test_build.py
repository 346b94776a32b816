import json
import re
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from negotiation.base.labelled.parquet import read_frame
from negotiation.base.reading import hashes
from paper.__main__ import app
from paper.machinery import latex, origins
from paper.machinery.faults import PaperFault
from paper.machinery.stored import provenance_of, write_stored
from tests.command import ran

RUNNER = CliRunner()


@pytest.fixture(scope="module", autouse=True)
def _each_program_is_parsed_once():
    """Keep the text of a program's tree by the program's text: it depends on nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashes, "tree_text", cache(hashes.tree_text))
        yield


def run(root, *options, pdf=False):
    return RUNNER.invoke(
        app, ["--root", str(root), *([] if pdf else ["--no-pdf"]), *options], catch_exceptions=True
    )


def made(result):
    assert result.exit_code == 0, result.exception
    return sorted(line.split()[1] for line in result.stdout.splitlines() if line.startswith("made "))


ALL = ["figures/first", "figures/second", "numbers", "sources/points", "tables/rows"]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Return where the first paper that was built is kept, to be copied."""
    return tmp_path_factory.mktemp("shelf") / "paper"


@pytest.fixture
def built_paper(small_paper, shelf):
    """A checkout with the small paper, everything but its PDF made and its numbers locked."""
    if shelf.exists():
        shutil.copytree(shelf, small_paper / "paper", dirs_exist_ok=True)
    else:
        assert made(run(small_paper, "--full", "--lock")) == ALL
        shutil.copytree(small_paper / "paper", shelf)
    return small_paper


@pytest.mark.long
def test_a_second_run_does_nothing_and_touching_one_figure_draws_one(built_paper):
    again = run(built_paper, "--check")
    assert made(again) == []
    assert "nothing to do" in again.stdout
    first = built_paper / "paper/figures/first.py"
    first.touch()
    assert made(run(built_paper)) == []
    first.write_text(first.read_text().replace("1.5", "1.6"))
    assert made(run(built_paper)) == ["figures/first"]
    (built_paper / "paper/build/tables/rows.tex").unlink()
    assert made(run(built_paper)) == ["tables/rows"]


@pytest.mark.long
def test_one_changed_cell_of_a_stored_table_fails_the_check(built_paper):
    assert run(built_paper, "--check").exit_code == 0
    path = built_paper / "paper/data/points.parquet"
    frame, origin = read_frame(path), provenance_of(path)
    frame.iloc[-1, -1] += 1
    write_stored(frame, path, origin)
    check = [sys.executable, "-m", "paper", "--root", str(built_paper), "--no-pdf", "--check"]
    done = ran(check, cwd=Path(__file__).parents[2])
    assert done.returncode == 1
    assert "'points' is not the file that its program wrote" in done.stderr


@pytest.mark.long
def test_a_number_that_left_its_lock_fails_the_check(built_paper):
    source = built_paper / "paper/sources/points.py"
    source.write_text(source.read_text().replace("n = budget.replay_draws", "n = 1 + budget.replay_draws"))
    assert run(built_paper, "--full").exit_code == 0
    failed = run(built_paper, "--check")
    assert isinstance(failed.exception, PaperFault)
    assert "Points: 5, locked 4" in str(failed.exception)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (r"There are \numPoints{} points, or 12.", "typed numeral '12'"),
        (r"There are \numPointz{} points.", r"undefined number: \\numPointz"),
        ("There are points.", r"unused number: \\numPoints"),
    ],
)
def test_faults_of_the_text_stop_the_build(built_paper, change, fault):
    main = built_paper / "paper/main.tex"
    main.write_text(main.read_text().replace(r"There are \numPoints{} points.", change))
    with pytest.raises(PaperFault, match=fault):
        raise run(built_paper).exception


@pytest.mark.long
def test_a_stale_table_is_an_error_that_names_it_and_its_command(small_paper):
    source = small_paper / "paper/sources/points.py"
    source.write_text(
        source.read_text()
        .replace("import pandas as pd", "import pandas as pd\nfrom pathlib import Path\n"
                 "from negotiation.base.reading.text import file_text")
        .replace("n = budget", "file_text(Path(__file__).parents[2] / 'docs/kept.csv')\n    n = budget")
    )  # fmt: skip
    kept = small_paper / "docs/kept.csv"
    kept.parent.mkdir()
    kept.write_text("a\n1\n")
    run(small_paper, "--full", "--lock")
    assert run(small_paper, "--check").exit_code == 0
    source.write_text("# a comment more\n" + source.read_text())
    assert run(small_paper, "--check").exit_code == 0
    command = "python -m paper --full --only sources/points"
    for path, text, why in (
        (kept, "a\n2\n", "docs/kept.csv has changed since"),
        (source, source.read_text().replace("0.5", "0.25"), "paper/sources/points.py has changed since"),
        (
            small_paper / "paper/budget.toml",
            (small_paper / "paper/budget.toml").read_text().replace("seed = 0", "seed = 1"),
            "the budget had seed = 0, now 1",
        ),
    ):
        path.write_text(text)
        said = str(run(small_paper, "--check").exception)
        assert f"the stored table 'points' is stale: {why}; make it again: {command}" in said
        assert made(run(small_paper, "--full", "--stale"))[-1:] != []
        assert run(small_paper, "--check").exit_code == 0
        assert "nothing to do" in run(small_paper, "--full", "--stale").stdout


def test_code_of_the_package_that_a_source_used_is_on_its_list(built_paper, monkeypatch):
    files = origins.unpacked(json.loads((built_paper / "paper/data/made_from.json").read_text()))["points.py"]
    assert "paper/sources/points.py" in files
    assert "negotiation/errors.py" in files
    assert not any(place.startswith("negotiation/report/") for place in files)
    told = origins.file_told
    monkeypatch.setattr(
        origins, "file_told", lambda path, **how: "x" if path.name == "errors.py" else told(path, **how)
    )
    said = str(run(built_paper, "--check").exception)
    assert "'points' is stale: negotiation/errors.py has changed since" in said


def test_a_table_counts_as_made_by_later_code_only_if_both_rehearsals_agree(built_paper, monkeypatch):
    before, program = built_paper / "before", built_paper / "paper/sources/points.py"
    shutil.copytree(built_paper / "paper", before / "paper")
    rehearsed = ("--full", "--budget", "tiny", "--only", "sources/points")
    assert made(run(before, *rehearsed)) == ["sources/points"]
    # A program there may import what is gone here.
    (before / "paper/sources/other.py").write_text("import gone")
    told = origins.file_told
    monkeypatch.setattr(
        origins, "file_told", lambda path, **how: "x" if path.name == "errors.py" else told(path, **how)
    )

    def refused():
        return str(run(built_paper, "--before", str(before)).exception)

    assert "it was not rehearsed in both" in refused()
    assert made(run(built_paper, *rehearsed)) == ["sources/points"]
    kept = program.read_text()
    program.write_text(kept.replace("0.5", "0.25"))
    assert "it was not rehearsed in both" in refused()
    assert made(run(built_paper, *rehearsed)) == ["sources/points"]
    assert "points.py has changed, which no rehearsal shows" in refused()
    program.write_text(kept)
    later = read_frame(built_paper / "paper/build/tiny/data/points.parquet")
    assert made(run(built_paper, *rehearsed)) == ["sources/points"]
    path = built_paper / "paper/build/tiny/data/points.parquet"
    origin, same = provenance_of(path), read_frame(path)
    write_stored(later, path, origin)
    assert "the tables of the two rehearsals differ: points" in refused()
    write_stored(same, path, origin)
    # Another state of a module there, of which the table was not made; unless the source cannot use it.
    lists = before / "paper/build/tiny/data/made_from.json"
    lists.write_text(re.sub(r'(?<=status.py", )"\w+"', '"x"', lists.read_text()))
    assert "the rehearsal there is not of the code that made the table" in refused()
    monkeypatch.setattr(origins, "REVEALED", "negotiation/base/status.py")
    assert "sources/points: the rehearsals agree" in run(built_paper, "--before", str(before)).stdout
    assert "tables of 1 sources are of earlier code" in run(built_paper, "--check").stdout
    monkeypatch.undo()
    assert "errors.py has changed since" in str(run(built_paper, "--check").exception)
    run(built_paper, "--full")
    assert "earlier code" not in run(built_paper, "--check").stdout


def test_only_the_source_whose_messages_count_stores_what_errors_say():
    folder = Path(origins.__file__).parents[1] / "sources"
    sources = (path for path in folder.glob("*.py") if re.search(r"except.* as ", path.read_text()))
    assert [path.name for path in sources] == [origins.SAID]


@pytest.mark.long
@pytest.mark.skipif(latex.latexmk() is None, reason="LaTeX is not installed")
def test_the_pdf_is_set_once_and_again_when_the_text_changes(small_paper):
    assert made(run(small_paper, "--full", "--lock", pdf=True)) == sorted([*ALL, "pdf"])
    pdf = small_paper / "paper/build/main.pdf"
    first = pdf.read_bytes()
    assert made(run(small_paper, pdf=True)) == []
    main = small_paper / "paper/main.tex"
    main.write_text(main.read_text().replace("There are", "We see"))
    assert made(run(small_paper, pdf=True)) == ["pdf"]
    assert pdf.read_bytes() != first
    main.write_text(main.read_text().replace("We see", r"See \ref{nowhere}: we see"))
    assert "undefined reference: nowhere" in str(run(small_paper, pdf=True).exception)
    main.write_text(main.read_text().replace(r"See \ref{nowhere}", r"\nosuchcommand"))
    assert "Undefined control sequence" in str(run(small_paper, pdf=True).exception)
