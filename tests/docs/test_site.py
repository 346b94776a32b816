"""What the site is made with, and that its check finds what it looks for; `make docs` builds it."""

import re
import sys
from pathlib import Path

import pytest

import negotiation as ng

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def docs_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    yield
    for name in [name for name in sys.modules if name.split(".")[0] in ("check_site", "machinery")]:
        del sys.modules[name]


def read(tmp_path, **pages):
    """Return the faults of links and of fetching in a site of these pages."""
    import check_site

    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text)
    found = check_site.read(tmp_path)
    folder = tmp_path.resolve()
    return [*check_site.faults_of_links(folder, found), *check_site.faults_of_fetching(folder, found)]


def test_a_site_whose_links_lead_somewhere_has_no_fault(tmp_path):
    index = '<a href="other.html#here">x</a> <a href="https://example.org">out</a>'
    assert (
        read(
            tmp_path,
            index=index + '<img src="data:image/png;base64,">',
            other='<p id="here"><a href="#here">y</a></p>',
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<a href="gone.html">x</a>', "there is no such file"),
        ('<a href="other.html#gone">x</a>', "that page has no such place"),
        ('<script src="https://example.org/x.js"></script>', "without a network"),
    ],
)
def test_a_link_that_leads_nowhere_and_what_is_fetched_are_found(tmp_path, text, fault):
    (found,) = read(tmp_path, index=text, other="<p>nothing</p>")
    assert found.startswith("index.html: ")
    assert fault in found


def test_a_name_without_a_page_is_found(tmp_path):
    import check_site

    names = tmp_path / "reference" / "names"
    names.mkdir(parents=True)
    (names / "negotiation.solve.html").write_text('<dt class="sig-name">solve</dt>')
    (names / "negotiation.verify.html").write_text("could not be imported")
    faults = [
        *check_site.faults_of_reference(tmp_path, [f"negotiation.{n}" for n in ("solve", "verify", "value")])
    ]
    assert faults == [f"the reference has no page of negotiation.{name}" for name in ("verify", "value")]


def test_every_public_name_stands_once_in_the_reference():
    from machinery import generated

    listed = [name for names in generated.grouped().values() for name in names]
    assert len(listed) == len(set(listed))
    for name in dir(ng):
        found = getattr(ng, name)
        inner = getattr(found, "__path__", None) or type(found).__name__ == "module"
        if not name.startswith("_") and not inner:
            assert f"negotiation.{name}" in listed
    assert {f"negotiation.strategies.{name}" for name in ng.strategies.__all__ if not hasattr(ng, name)} <= {
        *listed
    }
    page = generated.reference()
    assert [name for name in listed if f"   {name}\n" not in page] == []
    assert "negotiation.game_theory.solvers.nash.solution.NashSolution" in generated.results()


@pytest.mark.parametrize(
    ("page", "text", "shown"),
    [
        ("architecture", "[x](../CONTRIBUTING.md)", "[x](contributing.md)"),
        ("how-to/a", "[x](../../CHANGELOG.md#first)", "[x](../changelog.md#first)"),
        ("how-to/a", "[x](../explanation/replay.md)", "[x](../explanation/replay.md)"),
        ("how-to/a", "[x](../../negotiation/cli.py)", "[x] (`negotiation/cli.py`)"),
    ],
)
def test_links_out_of_the_pages_lead_into_the_site(page, text, shown):
    pytest.importorskip("sphinx")
    from machinery.links import led_inside

    assert led_inside(text, page) == shown


def test_the_glossary_has_the_words_that_pages_and_screens_use():
    text = (DOCS / "glossary.md").read_text()
    terms = {line for line in text.splitlines() if line and not line[0].isspace()}
    used = (
        "leg, posture, level, coverage, linkage, reading, slip, margin, alarm, clock, theory, verdict, draw, "
        "threshold, turn, share, open, step, not rational, trigger, card, expected, AUC, log score, regret"
    )
    assert {*used.split(", ")} - terms == set()
    assert [
        term for term in re.findall(r"\{term\}`(?:[^`<]* <)?([^`>]+)>?`", text) if term not in terms
    ] == []


def test_the_short_paper_cites_what_its_bibliography_has():
    cited = set(re.findall(r"@(\w+)", (DOCS / "joss" / "paper.md").read_text()))
    known = set(re.findall(r"@\w+\{(\w+),", (DOCS / "joss" / "paper.bib").read_text()))
    assert cited == known
