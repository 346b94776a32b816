"""Links of pages lead to files and headings that are there: at once, without building the site."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE = {"_build", "examples", "reference"}
"""Folders of `docs/` that a build writes; pages may link to what it writes there."""
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if not MADE & {*page.relative_to(ROOT).parts}),
]
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<place>[^)\s]+))?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`|\$[^$\n]*\$", re.DOTALL)


def places(text):
    """Return the names by which headings are linked to: small letters, hyphens for spaces, marks left out."""
    heads = re.findall(r"^#+ +(.+?) *$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def faults(page, text):
    """Yield a sentence for each link of a page that leads nowhere."""
    for found in LINK.finditer(CODE.sub("", text)):
        path = found["path"]
        target = (page.parent / path).resolve() if path else page
        inside = target.relative_to(ROOT).parts if target.is_relative_to(ROOT) else ()
        if inside[:1] == ("docs",) and MADE & {*inside[1:2]}:
            continue  # the check of the site as it was built looks at these
        # The site's own pages may be named without their ending.
        shown = next((one for one in (target, Path(f"{target}.md")) if one.exists()), None)
        if shown is None:
            yield f"{path} is not there"
        elif found["place"] and shown.suffix == ".md":
            there = text if shown == page else shown.read_text(encoding="utf-8")
            if found["place"] not in places(there):
                yield f"{path}#{found['place']}: there is no such heading"


def test_links_lead_somewhere():
    assert [fault for page in PAGES for fault in faults(page, page.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[x](gone.md)", ["gone.md is not there"]),
        ("[x](../README.md#gone)", ["../README.md#gone: there is no such heading"]),
        ("[x](#gone)", ["#gone: there is no such heading"]),
        ("# A *first* game: now\n[x](#a-first-game-now) [y](../README.md#two-commands) [z](project)", []),
        ("`[x](gone.md)` and [x](https://example.org/gone)", []),
    ],
)
def test_a_link_that_leads_nowhere_is_found(text, found):
    assert [*faults(ROOT / "docs" / "index.md", text)] == found


BEGINS = re.compile(r"^ *<!--= (?!rows)", re.MULTILINE)
"""A number that is filled in where a line begins: Markdown takes the line for HTML and ends the paragraph."""


def test_no_line_begins_with_a_number_that_is_filled_in():
    places = {page: BEGINS.search(page.read_text(encoding="utf-8")) for page in PAGES}
    assert {str(page): match.group() for page, match in places.items() if match} == {}, (
        "move a word before it"
    )


def test_a_decision_has_four_parts_in_forty_lines_or_is_replaced_and_its_line_in_the_list():
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for page in folder.glob("0*.md"):
        text = page.read_text(encoding="utf-8")
        title = text.partition("\n")[0].partition(". ")[2]
        assert f"- [{int(page.name[:4])}. {title}" in listed
        assert f"]({page.name})" in listed
        # A record that a later one replaces keeps a few sentences, and names the later one.
        later = re.search(r"\n\nReplaced by \[record \d+\]\((0\d+)[^)]*\.md\)", text)
        if later:
            assert later[1] > page.name[:4], page.name
            assert text.count("\n") <= 12, page.name
        else:
            parts = [p for p in ("Context", "Options", "Choice", "Consequence") if f"**{p}" not in text]
            assert parts == [], page.name
        # The table of claims is read by a test.
        assert text.count("\n") <= 40 or page.name.startswith("0013"), page.name
