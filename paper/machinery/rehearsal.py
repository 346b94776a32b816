"""Whether changed code computes the same: rehearsals of two checkouts, compared to the bit.

A stored table is of the code that made it, and a change of any module behind it makes it stale. A rehearsal
runs every program with few draws. Where the rehearsal before a change and the one after it give the same
tables, the stored table counts as made by the code after it, and is listed as rehearsed. That is evidence and
no proof. So only modules of the package that the rehearsal loads may have changed: with a program, a file of
data, or a module that only the full run loads, the table has to be made again.
"""

from __future__ import annotations

from pathlib import Path

from negotiation.base.labelled.parquet import read_frame
from negotiation.base.reading.record import FOLDER
from negotiation.lab.fingerprint import PACKAGE
from paper.machinery.build import Build
from paper.machinery.faults import PaperFault
from paper.machinery.origins import SAID, Files, MadeFrom, used
from paper.machinery.parts import Part, paper_folder


def accept_rehearsed(build: Build, budget: str, before: Path) -> None:
    """Count stored tables as made by this code where its rehearsal agrees with that of another checkout.

    In the checkout `before` the stored tables must be current. Each source that is stale here and does not
    agree is a fault that says why.
    """
    root, other = build.folder.parent, paper_folder(before.resolve())
    stored, theirs = MadeFrom(build.data, root), MadeFrom(other / "data", other.parent)
    # The programs there are not loaded: they may import what this code no longer has.
    there, here = (folder / "build" / budget / "data" for folder in (other, build.folder))
    accepted: dict[str, Files] = {}
    for part in build.of("sources").values():
        source = part.path.name
        if not stored.changed(source, stored.current(source)):
            continue
        after, ahead = MadeFrom(here, root), MadeFrom(there, other.parent)
        current, rehearsed = theirs.current(source), ahead.current(source)
        # Alike in both checkouts, or the table is not of the code that was rehearsed before.
        if source == SAID:
            why = "it stores what errors say, which no rehearsal shows"
        elif current != stored.current(source):
            why = "its stored table is another one there"
        elif any(current.get(place, told) != told for place, told in used(source, rehearsed).items()):
            why = "the rehearsal there is not of the code that made the table"
        elif not rehearsed or not after.current(source) or after.changed(source, after.current(source)):
            why = "it was not rehearsed in both with the code as it is now"
        elif unseen := stored.changed(source, rest := _rest(current, rehearsed)):
            why = f"{unseen[0]} has changed, which no rehearsal shows"
        elif differing := _differing(part, there, here):
            why = f"the tables of the two rehearsals differ: {', '.join(differing)}"
        else:
            accepted[source] = dict(sorted({**rest, **after.current(source)}.items()))
            build.say(f"{part.name}: the rehearsals agree")
            continue
        build.faults.append(f"{part.name}: {why}; make it: python -m paper --full --only {part.name}")
    stored.accept(accepted)


def _rest(files: Files, rehearsed: Files) -> Files:
    """Return the files of which a rehearsal shows nothing: all but modules that it loads."""
    return {place: told for place, told in files.items()
            if place not in rehearsed or not place.startswith(f"{PACKAGE.name}/")
            or not place.endswith((".py", FOLDER))}  # fmt: skip


def _differing(part: Part, there: Path, here: Path) -> list[str]:
    paths = {name: (there / f"{name}.parquet", here / f"{name}.parquet") for name in part.makes}
    missing = [str(path) for pair in paths.values() for path in pair if not path.is_file()]
    if missing:
        raise PaperFault(f"{part.name}: the rehearsal has no table {missing[0]}; rehearse it again")
    return [name for name, (old, new) in paths.items() if not read_frame(old).equals(read_frame(new))]
