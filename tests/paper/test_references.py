"""The two bibliographies agree with each other and with what the README says of how they were checked."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENTRY = re.compile(r"^@(\w+)\{([\w-]+),(.*?)(?=^@|\Z)", re.DOTALL | re.MULTILINE)
FIELD = re.compile(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
DOI = re.compile(r"10\.\d{4,5}/\S+")


def works(path: str) -> dict[str, dict[str, str]]:
    text = (ROOT / path).read_text(encoding="utf-8")
    found = {key: dict(FIELD.findall(body)) for _, key, body in ENTRY.findall(text)}
    assert len(found) == text.count("\n@") + text.startswith("@"), (
        "an entry was not read, or a key stands twice"
    )
    return found


def plain_title(work: dict[str, str]) -> str:
    return re.sub(r"[^a-z0-9]+", " ", work["title"].lower().replace("{", "").replace("}", "")).strip()


LONG = works("paper/references.bib")
SHORT = works("docs/joss/paper.bib")
SECTION = re.search(
    r"^## References\n(.*?)(?=^## )",
    (ROOT / "paper/README.md").read_text(encoding="utf-8"),
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.parametrize("bibliography", [LONG, SHORT], ids=["paper", "short paper"])
def test_a_doi_has_the_form_of_one_and_stands_once(bibliography):
    dois = [work["doi"].lower() for work in bibliography.values() if "doi" in work]
    assert [doi for doi in dois if not DOI.fullmatch(doi)] == []
    assert len(dois) == len(set(dois))


def test_a_work_in_both_bibliographies_is_the_same_work():
    by_title = {plain_title(work): work for work in LONG.values()}
    shared = [(work, by_title[plain_title(work)]) for work in SHORT.values() if plain_title(work) in by_title]
    assert len(shared) >= 5
    for short, long in shared:
        assert short.get("doi") == long.get("doi"), short["title"]
        for field in set(short) & set(long) - {"title"}:
            assert short[field] == long[field], (short["title"], field)


def test_the_readme_counts_the_references():
    assert SECTION is not None
    said = SECTION[1]
    without = {key for key, work in LONG.items() if "doi" not in work}
    in_short = sum("doi" in work for work in SHORT.values())
    assert f"has {len(LONG)} works, {len(LONG) - len(without)} with a DOI" in said
    assert f"has {len(SHORT)} works, {in_short} with a DOI" in said
