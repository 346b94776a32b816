"""Check the site as it was built: `python docs/check_site.py docs/_build/html`, the end of `make docs`.

Each link inside the site leads to a page and a place that are there; no page fetches anything from a
network; each public name has its page and each program of the gallery its picture. Links that lead out are
counted and not followed; `--outside` lists them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
"""Elements that a browser fills by itself, and the attribute that says from where."""
FETCHED_LINKS = {"stylesheet", "preload", "icon", "modulepreload", "manifest"}
FEWEST_EXAMPLES = 20


@dataclass
class Page(HTMLParser):
    """What a page links to, what it fetches, and the places in it.

    Parameters
    ----------
    text : str
        HTML.
    """

    text: str
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an element says of links and places."""
        said = {key: value or "" for key, value in attrs}
        self.places |= {said[key] for key in ("id", "name") if key in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if tag in FETCHED and FETCHED[tag] in said:
            self.fetched.append(said[FETCHED[tag]])
        if tag == "link" and FETCHED_LINKS & set(said.get("rel", "").split()):
            self.fetched.append(said.get("href", ""))


def is_outside(address: str) -> bool:
    """Return whether an address leads out of the site."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in {"http", "https", "mailto"}


def faults_of_links(folder: Path, pages: dict[Path, Page]) -> Iterator[str]:
    """Yield a sentence for each link inside the site that leads nowhere."""
    for path, page in pages.items():
        for address in [*page.links, *page.fetched]:
            if is_outside(address) or address.startswith("data:"):
                continue
            where, place = urlsplit(address).path, urlsplit(address).fragment
            target = (path.parent / unquote(where)).resolve() if where else path
            target = target / "index.html" if target.is_dir() else target
            name = path.relative_to(folder)
            if not target.exists():
                yield f"{name}: links to {address}, and there is no such file"
            elif place and target in pages and unquote(place) not in pages[target].places:
                yield f"{name}: links to {address}, and that page has no such place"


def faults_of_fetching(folder: Path, pages: dict[Path, Page]) -> Iterator[str]:
    """Yield a sentence for everything that a page fetches from a network."""
    for path, page in pages.items():
        for address in page.fetched:
            if is_outside(address):
                yield f"{path.relative_to(folder)}: fetches {address}; the site has to work without a network"


def faults_of_reference(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each name without a page that tells of it."""
    for name in names:
        page = folder / "reference" / "names" / f"{name}.html"
        if not page.exists() or "sig-name" not in page.read_text(encoding="utf-8"):
            yield f"the reference has no page of {name}"


def faults_of_gallery(folder: Path, programs: Iterable[str], fewest: int = FEWEST_EXAMPLES) -> Iterator[str]:
    """Yield a sentence for each program without a picture, and where there are too few."""
    named = list(programs)
    if len(named) < fewest:
        yield f"the gallery has {len(named)} programs, fewer than {fewest}"
    for name in named:
        page = folder / "examples" / f"{name}.html"
        if not page.exists() or f"sphx_glr_{name}_001" not in page.read_text(encoding="utf-8"):
            yield f"the gallery has no picture of {name}"


def read(folder: Path) -> dict[Path, Page]:
    """Return every page of a site; what the theme brings along are no pages."""
    found = [path for path in sorted(folder.resolve().rglob("*.html")) if "_static" not in path.parts]
    return {path: Page(path.read_text(encoding="utf-8")) for path in found}


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong, and return 1 if anything is."""
    from machinery.generated import public_names

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--outside", action="store_true", help="list the links that lead out and stop")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder.resolve()
    pages = read(folder)
    outside = sorted({link for page in pages.values() for link in page.links if is_outside(link)})
    if chosen.outside:
        sys.stdout.write("".join(f"{link}\n" for link in outside))
        return 0
    programs = [path.stem for path in sorted((Path(__file__).parent / "gallery").glob("*.py"))]
    faults = [
        *faults_of_links(folder, pages),
        *faults_of_fetching(folder, pages),
        *faults_of_reference(folder, [name for name, _ in public_names()]),
        *faults_of_gallery(folder, programs),
    ]
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    links = sum(len(page.links) for page in pages.values())
    sys.stdout.write(
        f"{len(pages)} pages, {links} links, {len(faults)} faults; "
        f"{len(outside)} addresses lead out and were not followed\n"
    )
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
