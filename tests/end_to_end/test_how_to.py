"""The how-to pages are run as a reader would run them."""

import re
import tomllib
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.truces.verdicts.agreements import Agreement
from tests.command import python

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / page).read_text(), flags=re.DOTALL)


def printed(folder, code):
    """Return what code prints that is run from a folder, within this process."""
    out = StringIO()
    with chdir(folder), redirect_stdout(out):
        exec(compile(code, "<page>", "exec"), {"__name__": "__main__"})  # noqa: S102 - as a reader would
    return out.getvalue()


@pytest.mark.long
def test_writing_down_an_agreement_gives_a_verdict_by_leg(tmp_path):
    (toml,) = blocks("write-an-agreement.md", "toml")
    (tmp_path / "2026-04-example.toml").write_text(toml)
    code = "\n".join(blocks("write-an-agreement.md", "python"))
    said = printed(tmp_path, code)
    assert "perfect public equilibrium" in said
    assert "for rare earths: verdicts," in said
    assert "discount factors at which the strategy is an equilibrium" in said
    assert "expected life if nobody breaks it" in said
    assert "('USA', 'visa'): 'open'" in said
    assert "with student visas: verdicts," in said
    assert "verdicts compared: margin, % GDP" in said
    assert re.search(r"security_weight +0\.5 +1\b", said)
    rows = {line.split()[0] for line in said.splitlines() if line}
    assert {"tariff", "control", "other", "none", "within_issue", "all_or_nothing"} <= rows


@pytest.mark.long
def test_drawing_results_writes_pictures(tmp_path):
    code = "\n".join(blocks("draw-a-result.md", "python"))
    python("-W", "error", "-c", code, cwd=tmp_path, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"matrix.png", "column.pdf", "legs.png"}


@pytest.mark.long
def test_adding_a_placebo_gives_a_verdict_and_a_score(tmp_path):
    (toml,) = blocks("add-a-truce.md", "toml")
    (tmp_path / "2018-12-buenos-aires.toml").write_text(toml)
    code = "\n".join(blocks("add-a-truce.md", "python"))
    said = printed(tmp_path, code)
    assert re.search(r"tariff +moment +breaks", said)
    assert "6 of 69 cells with a move" in said
    assert "prequential scores of the placebos" in said


def test_the_placebo_of_the_page_is_the_one_of_the_records():
    # The page leaves out addresses and remarks; what it says of the truce is what the package holds.
    (toml,) = blocks("add-a-truce.md", "toml")
    page, kept = tomllib.loads(toml), ng.truce("2018-12-buenos-aires").model_dump(mode="python")
    shown = Agreement.model_validate(page)
    assert shown.covered() == ng.truce("2018-12-buenos-aires").covered()
    for field in ("placebo", "signed", "in_force", "window_start", "window_end", "clock_days", "summary"):
        assert getattr(shown, field) == kept[field]
    levels = [(e.country, e.instrument, e.level, e.value) for e in shown.before]
    assert levels == [(e["country"], e["instrument"], e["level"], e["value"]) for e in kept["before"]]


@pytest.mark.long
def test_the_thresholds_of_busan_on_the_page_are_those_of_the_solver():
    page = (PAGES / "write-an-agreement.md").read_text()
    under_noise = float(re.search(r"memoryless clock\): (0\.\d\d) for Busan", page)[1])
    without = float(re.search(r"no term ends: (0\.\d\d)", page)[1])
    assert round(float(ng.truce("2025-10-busan").critical_discount_factor().value), 2) == under_noise
    grim = ng.replay("2025-10-busan", draws=0).check().critical
    assert round(float(grim.value), 2) == without
