"""Building the paper: what has to be made is made, everything is checked, the PDF comes last."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.record import recording
from negotiation.lab.fingerprint import library_versions
from negotiation.lab.provenance import checkout, now
from paper.machinery import latex, numbers, page, programs, text
from paper.machinery.budget import Budget
from paper.machinery.cache import Manifest, key_of, machinery_hash
from paper.machinery.faults import PaperFault
from paper.machinery.origins import MadeFrom, digest, listed
from paper.machinery.parts import KINDS, Part, chosen, parts
from paper.machinery.stamp import stamp
from paper.machinery.stored import StoredTables, altered, note_stored, write_stored

DOCUMENTS = ("main", "appendix")
"""What is set: the paper, and its online appendix."""
PROOFS = Path("docs/theory/threats-that-run-out.md")
SOURCES = "Where it comes from"
"""The page that the appendix shows, and the heading at which it ends there."""

Say = Callable[[str], None]


@dataclass
class Build(Tabular):
    """A build of the paper under way, and afterwards what it did."""

    folder: Path
    # Called with one line for each part that is made.
    say: Say = lambda _: None
    # Name of a budget other than the paper's: everything is then computed and drawn in a folder of its own.
    rehearsal: str = ""
    made: list[tuple[str, float]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    pages: int | None = None

    def __post_init__(self) -> None:
        self.build = self.folder / "build" / self.rehearsal
        self.build.mkdir(parents=True, exist_ok=True)
        self.manifest = Manifest(self.build)
        self.everything: dict[str, Part] = {
            part.name: part for kind in KINDS for part in parts(self.folder, kind).values()
        }

    @property
    def data(self) -> Path:
        """Folder of the stored tables."""
        return (self.build if self.rehearsal else self.folder) / "data"

    def of(self, *kinds: str) -> dict[str, Part]:
        """Return the parts of some kinds."""
        return {name: part for name, part in self.everything.items() if part.kind in kinds}

    def table(self) -> Table:
        """Return one row for each part that was made, with its time."""
        return Table("made", ("part", "seconds"), tuple(self.made))

    def note(self, name: str, started: float) -> None:
        """Remember that a part was made, and say so."""
        seconds = time.perf_counter() - started
        self.made.append((name, seconds))
        self.say(f"made {name} in {seconds:.1f} s")

    def groups(self) -> dict[str, numbers.Group]:
        """Return the functions in `numbers/` that give numbers, by file and name."""
        return numbers.groups_in(self.folder)


def compute_sources(
    build: Build, budget: Budget, budget_name: str, only: str | None = None, *, stale: bool = False
) -> None:
    """Compute stored tables anew and write them with their provenance; where asked, only what is stale."""
    build.data.mkdir(exist_ok=True)
    told = {"name": budget_name, **budget.model_dump()}
    parts = chosen(build.of("sources"), only)
    if only is None and not build.rehearsal:
        parts = {name: part for name, part in parts.items() if not part.heavy}
    if stale:
        needed = {part.path.name for part, _, _ in stale_tables(build, told)}
        parts = {name: part for name, part in parts.items() if part.path.name in needed}
    made_from = MadeFrom(build.data, build.folder.parent)
    with recording() as reads:
        for part in parts.values():
            started = time.perf_counter()
            with recording() as own:
                frames = part.function(budget)
            if sorted(frames) != sorted(part.makes):
                raise PaperFault(
                    f"{part.name}: made {sorted(frames)}, and says that it makes {sorted(part.makes)}"
                )
            files = listed(build.folder.parent, part.path, reads, own)
            origin = _origin(part, told, time.perf_counter() - started) | {"made from": digest(files)}
            for name, frame in frames.items():
                write_stored(frame, build.data / f"{name}.parquet", origin)
            note_stored(build.data, part.makes)
            made_from.write(part.path.name, files, (p.path.name for p in build.of("sources").values()))
            build.note(part.name, started)


def _origin(part: Part, budget: dict[str, object], seconds: float) -> dict[str, object]:
    commit, changed = checkout()
    return {
        "source": part.path.name,
        "budget": budget,
        "commit": commit,
        "uncommitted changes": changed,
        "versions": library_versions(),
        "made": now(),
        "seconds": round(seconds, 2),
    }


def stale_tables(build: Build, budget: dict[str, object]) -> list[tuple[Part, str, str]]:
    """Return the stored tables that something has changed for: the source, the table, why it is stale."""
    made_from = MadeFrom(build.data, build.folder.parent)
    every = [(part, name) for part in build.of("sources").values() for name in part.makes]
    whys = [
        made_from.why_stale(part.path.name, build.data / f"{name}.parquet", budget) for part, name in every
    ]
    return [(*one, why) for one, why in zip(every, whys, strict=True) if why]


def check_fresh(build: Build, budget: Budget, budget_name: str) -> None:
    """Note stale stored tables as faults, each with its command; those that take long are told."""
    every = [name for part in build.of("sources").values() for name in part.makes]
    for name in altered(build.data, every):
        build.faults.append(
            f"the stored table {name!r} is not the file that its program wrote; make it again"
        )
    if rehearsed := MadeFrom(build.data, build.folder.parent).rehearsed:
        build.say(
            f"tables of {len(rehearsed)} sources are of earlier code, which gave the same in a rehearsal: "
            f"{', '.join(rehearsed)}"
        )
    for part, name, why in stale_tables(build, {"name": budget_name, **budget.model_dump()}):
        command = f"python -m paper --full --only {part.name}"
        said = f"the stored table {name!r} is stale: {why}; make it again: {command}"
        if part.heavy and (build.data / f"{name}.parquet").is_file():
            build.say(f"it takes long and was left: {said}")
        else:
            build.faults.append(said)


def draw_parts(build: Build, only: str | None = None) -> None:
    """Draw the figures and set the tables whose inputs changed."""
    machinery = machinery_hash()
    for part in chosen(build.of("figures", "tables"), only).values():
        data = StoredTables(build.data, part.reads, part.name)
        key = key_of([part.path, *(data.path(name) for name in part.reads)], machinery)
        if build.manifest.current(part.name, key):
            build.kept.append(part.name)
            continue
        started = time.perf_counter()
        build.manifest.record(part.name, key, _content(part, data))
        build.note(part.name, started)


def _content(part: Part, data: StoredTables) -> dict[str, bytes]:
    if part.kind == "tables":
        return {f"{part.name}.tex": str(part.function(data)).encode()}
    from paper.machinery.layout import rendered

    return {f"{part.name}.{kind}": content for kind, content in rendered(part.function, data).items()}


def write_numbers(build: Build) -> dict[str, numbers.Number]:
    """Compute the numbers, write them as JSON and as macros, and the README's table of programs."""
    groups = build.groups()
    found = {
        name: group(StoredTables(build.data, numbers.reads_of(group), f"numbers, {name}"))
        for name, group in groups.items()
    }
    all_numbers = numbers.collect(found)
    files = {
        "numbers.json": numbers.as_json(all_numbers).encode(),
        "numbers.tex": numbers.macros(all_numbers).encode(),
    }
    key = key_of([], *(content.decode() for content in files.values()))
    if build.manifest.current("numbers", key):
        build.kept.append("numbers")
    else:
        started = time.perf_counter()
        build.manifest.record("numbers", key, files)
        build.note("numbers", started)
    if build.rehearsal:
        return all_numbers
    reads = {name: (numbers.reads_of(group), sorted(found[name])) for name, group in groups.items()}
    where = programs.places(text.sources_of(build.folder).values())
    listed_programs = programs.programs(build.everything.values(), reads, where, build.data)
    programs.update(build.folder / "README.md", listed_programs)
    return all_numbers


def check_text(build: Build, all_numbers: dict[str, numbers.Number]) -> None:
    """Note typed numerals, undefined and unused numbers, and misplaced figures and tables as faults."""
    slugs = {kind: [p.slug for p in build.of(kind).values()] for kind in ("figures", "tables")}
    build.faults += text.text_faults(build.folder, all_numbers, slugs)


def check_lock(build: Build, all_numbers: dict[str, numbers.Number]) -> None:
    """Note what differs from the locked numbers as faults."""
    lock = numbers.read_lock(build.folder / "numbers.lock.json")
    build.faults += [f"number {fault}" for fault in numbers.differences(all_numbers, lock)]


def write_lock(build: Build, all_numbers: dict[str, numbers.Number]) -> None:
    """Lock the numbers as they are."""
    (build.folder / "numbers.lock.json").write_text(numbers.as_json(all_numbers), encoding="utf-8")


def set_text(build: Build) -> Path:
    """Set paper and appendix if anything that they show changed; note what their logs say as faults."""
    tables = sorted({name for part in build.of("figures", "tables").values() for name in part.reads})
    lock = build.folder / "numbers.lock.json"
    sealed = stamp(build.data, lock, tables).encode()
    if not build.manifest.current("stamp", key_of([], sealed.decode())):
        build.manifest.record("stamp", key_of([], sealed.decode()), {"stamp.tex": sealed})
    theory = build.folder.parent / PROOFS
    proofs = (
        page.as_latex(theory.read_text(encoding="utf-8"), until=SOURCES).encode() if theory.is_file() else b""
    )
    if not build.manifest.current("proofs", key_of([], proofs.decode())):
        build.manifest.record("proofs", key_of([], proofs.decode()), {"proofs.tex": proofs})
    shown = [
        build.build / f"{p.name}.{'pdf' if p.kind == 'figures' else 'tex'}"
        for p in build.of("figures", "tables").values()
    ]
    names = [name for name in DOCUMENTS if (build.folder / f"{name}.tex").is_file()]
    sources = [*sorted(build.folder.glob("*.tex")), *sorted((build.folder / "sections").glob("*.tex"))]
    inputs = [
        *sources,
        build.folder / "references.bib",
        *shown,
        build.build / "numbers.tex",
        build.build / "proofs.tex",
    ]
    key = key_of([*inputs, build.build / "stamp.tex"])
    logs = [build.build / f"{name}.log" for name in names]
    if build.manifest.current("pdf", key) and all(log.is_file() for log in logs):
        build.kept.append("pdf")
    else:
        started = time.perf_counter()
        paths = [latex.set_pdf(build.folder, build.build, name) for name in names]
        build.manifest.record("pdf", key, {path.name: path.read_bytes() for path in paths})
        build.note("pdf", started)
    texts = [log.read_text(encoding="utf-8", errors="replace") for log in logs]
    build.faults += [fault for text in texts for fault in latex.log_faults(text)]
    build.pages = latex.pages(texts[0])
    return build.build / "main.pdf"
