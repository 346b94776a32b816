"""What a stored table was made from: code that was loaded and files that were read, each with its hash.

All tables of a source share one list, in `data/made_from.json`: each file of the package that was in use when
the source ended, each file that was read, and each folder whose names were asked for. What the package had
loaded and read before in the same process is on the list too, since it keeps what it has read: a table may be
called stale too often and not too seldom. Of files beside the package only those that the source read count.
Texts of raised errors and names of local variables change no number. They count for the one source that
stores what errors say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from negotiation.base.reading.hashes import canonical, code_bytes, full_hash
from negotiation.base.reading.record import FOLDER, Reads, listing_hash
from negotiation.lab.fingerprint import PACKAGE, counts
from paper.machinery.faults import PaperFault
from paper.machinery.stored import provenance_of

DIGITS = 16
"""Hexadecimal digits of the hash of a file that are kept."""

NAMED = 3
"""Changed files that a message names."""

BESIDE = ("benchmarks", "docs", "experiments", "paper")
"""Folders of a checkout beside the package whose files a source may read."""

# Nothing below reads it, and no study, claim or replay beside it: `tests/architecture` would say so.
REVEALED = "negotiation/truces/revealed/"

# The source that stores what errors say.
SAID = "look_asks.py"

Files = dict[str, str]


def listed(root: Path, source: Path, reads: Reads, own: Reads) -> Files:
    """Return what a source was made from, by place below the checkout.

    `reads` were read since the first source began, `own` since this one did.
    """
    latest = [name for name in reads.latest if name in own.latest or Path(name).is_relative_to(PACKAGE)]
    modules = {Path(file) for name, module in sys.modules.copy().items() if name.split(".")[0] == PACKAGE.name
               and (file := getattr(module, "__file__", None))}  # fmt: skip
    code = {path for path in modules if _below(path)}
    names = {source, *code, *(Path(name) for name in latest if not name.endswith(FOLDER))}
    folders = {name for name in latest if name.endswith(FOLDER)}
    found = {place: file_told(path, numbers_only=source.name != SAID) for path in names
             if (place := place_of(path, root))}  # fmt: skip
    found |= {f"{place}{FOLDER}": file_told(Path(name), folder=True) for name in folders
              if (place := place_of(Path(name), root))}  # fmt: skip
    return dict(sorted(found.items()))


def used(source: str, files: Files) -> Files:
    """Return the files that a source can use: what choices reveal is loaded by all, and read by one."""
    return {place: told for place, told in files.items()
            if not place.startswith(REVEALED) or source == "revealed.py"}  # fmt: skip


def _below(path: Path) -> bool:
    """Return whether a file of the package can change a number: figures, commands and the lab cannot."""
    return counts(path.relative_to(PACKAGE))


def place_of(path: Path, root: Path) -> str:
    """Return the place of a file below the checkout, empty where what lies there is of no account."""
    if path.is_relative_to(PACKAGE):
        return path.relative_to(PACKAGE.parent).as_posix() if path == PACKAGE or _below(path) else ""
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    return "/".join(parts) if parts and parts[0] in BESIDE else ""


def path_of(place: str, root: Path) -> Path:
    """Return the file or folder of a place."""
    base = PACKAGE.parent if place.split("/")[0] == PACKAGE.name else root
    return base / place


def file_told(path: Path, *, folder: bool = False, numbers_only: bool = True) -> str:
    """Return the hash of a file or of the names in a folder, empty where there is none."""
    try:
        return (listing_hash(path) if folder else full_hash(code_bytes(path, numbers_only=numbers_only)))[
            :DIGITS
        ]
    except (OSError, SyntaxError):
        return ""


def digest(files: Mapping[str, str]) -> str:
    """Return the hash of a list."""
    return full_hash(canonical(dict(files)))


def packed(lists: Mapping[str, Files], rehearsed: Mapping[str, Files] | None = None) -> str:
    """Return lists as JSON: each file with its hash on a line, and by source the numbers of its lines.

    Examples
    --------
    >>> lists = {"a.py": {"x": "1", "y": "2"}, "b.py": {"y": "2"}}
    >>> unpacked(json.loads(packed(lists))) == lists
    True
    """
    kinds = {"sources": lists, "rehearsed": rehearsed or {}}
    files = sorted({one for lists in kinds.values() for own in lists.values() for one in own.items()})
    number = {one: k for k, one in enumerate(files)}
    parts = ['"files": [\n' + ",\n".join(json.dumps(one) for one in files) + "\n]"]
    for kind, lists in kinds.items():
        rows = ",\n".join(
            f"{json.dumps(name)}: {json.dumps([number[one] for one in own.items()], separators=(',', ':'))}"
            for name, own in sorted(lists.items())
        )
        parts.append(f'"{kind}": {{\n{rows}\n}}')
    return "{" + ",\n".join(parts) + "}\n"


def unpacked(kept: Mapping[str, Any], kind: str = "sources") -> dict[str, Files]:
    """Return the lists by source that `packed` wrote."""
    return {
        name: {str(kept["files"][k][0]): str(kept["files"][k][1]) for k in own}
        for name, own in kept.get(kind, {}).items()
    }


class MadeFrom:
    """The lists of all sources, in one file beside the stored tables of a folder; `root` is the checkout."""

    def __init__(self, folder: Path, root: Path) -> None:
        self._path, self._root = folder / "made_from.json", root
        self._told: dict[tuple[str, bool], str] = {}
        self._lists: dict[str, Files] = {}
        # Lists of later code whose rehearsal gave what that of the code before gave.
        self._rehearsed: dict[str, Files] = {}
        self._load()

    def _load(self) -> None:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self._lists, self._rehearsed = unpacked(kept), unpacked(kept, "rehearsed")
        except FileNotFoundError:
            return
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise PaperFault(
                f"paper/data/made_from.json: cannot be read ({error}); make it again: python -m paper --full"
            ) from None

    @property
    def rehearsed(self) -> tuple[str, ...]:
        """The sources whose tables are of earlier code that computes the same in a rehearsal."""
        return tuple(self._rehearsed)

    def current(self, source: str) -> Files:
        """Return the files with which the tables of a source count as made."""
        return self._rehearsed.get(source, self._lists.get(source, {}))

    def changed(self, source: str, files: Files) -> list[str]:
        """Return the files of a list that a source can use and that have changed since."""
        return [
            place for place, told in used(source, files).items() if self._now(place, source != SAID) != told
        ]

    def write(self, source: str, files: Files, sources: Iterable[str]) -> None:
        """Keep the list of a source that was made; lists of sources that are no more are dropped."""
        # Once more, since another process may have made a source meanwhile.
        self._load()
        there = {source, *sources}
        self._lists = {name: one for name, one in {**self._lists, source: files}.items() if name in there}
        self._rehearsed = {name: one for name, one in self._rehearsed.items() if name in there - {source}}
        self._keep()

    def accept(self, lists: Mapping[str, Files]) -> None:
        """Keep the lists of sources that were rehearsed."""
        self._load()
        self._rehearsed |= lists
        self._keep()

    def _keep(self) -> None:
        self._told = {}
        self._path.write_text(packed(self._lists, self._rehearsed), encoding="utf-8")

    def why_stale(self, source: str, path: Path, budget: Mapping[str, Any]) -> str:
        """Return why the table of a source is stale under the budget as it is now; empty if it is not."""
        if not path.is_file():
            return "it is not there"
        origin = provenance_of(path)
        files = self._lists.get(source)
        if origin.get("source") != source or files is None or origin.get("made from") != digest(files):
            return "it does not say what it was made from"
        before = origin.get("budget", {})
        # A number that the budget no longer has cannot have been read: then the program is another one too.
        other = [f"{key} = {before.get(key)!r}, now {value!r}" for key, value in budget.items()
                 if before.get(key) != value]  # fmt: skip
        if other:
            return f"the budget had {', '.join(other)}"
        changed = self.changed(source, self.current(source))
        more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
        verb = "has" if len(changed) == 1 else "have"
        return f"{', '.join(changed[:NAMED])}{more} {verb} changed since" if changed else ""

    def _now(self, place: str, numbers_only: bool) -> str:
        if (place, numbers_only) not in self._told:
            path, folder = path_of(place.rstrip(FOLDER), self._root), place.endswith(FOLDER)
            self._told[place, numbers_only] = file_told(path, folder=folder, numbers_only=numbers_only)
        return self._told[place, numbers_only]
