"""The command `replay`: compute the requested parts, each cached by content, and print one screen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from negotiation.disputes import Scenario
from negotiation.disputes.loading import MAIN
from negotiation.disputes.menus import has_weapons
from negotiation.report.commands.declared import ReplayOptions
from negotiation.report.commands.kept import content, dispute_files, filled, key_of
from negotiation.report.commands.output import Output
from negotiation.report.commands.replay_screen import in_short, screen, spelled
from negotiation.report.commands.sections import Section, SectionPart, read_part
from negotiation.report.commands.typed import dispute, truces_named, typed_day, with_settings
from negotiation.report.files import usable_folder, write_text
from negotiation.truces.record.agreement_text import agreement_text, scenario_for, truce_names
from negotiation.truces.replay.aftermath import read_on

# The parts that do not depend on which truces are replayed.
WITHOUT_TRUCES = ("bargained", "over_states", "claimed")

INDEX = "index.txt"


def run_replay(output: Output, typed: ReplayOptions) -> None:
    """Replay the truces, compute the parts that they share, and write everything into the folder `out`."""
    scenario = dispute(typed.scenario)
    options = replace(typed, truces=truces_named(typed.truces, scenario), scenario=scenario)
    world = _world(options)
    agreements = {name: agreement_text(name, world) for name in options.truces}
    usable_folder(options.out)
    depends = [options.draws, options.seed, options.full, options.as_of, options.settings]
    key: tuple[str | Path, ...] = world.name, *dispute_files(world), json.dumps(depends)
    replays: dict[str, SectionPart] = {}
    others: list[SectionPart] = []
    for name, agreement in agreements.items():
        part = _part(options, agreement.id, key_of(*key, "truce", content(name)), "replayed", world, name)
        _details(output, options, part)
        replays[agreement.id] = part
    common, later = _common(options, world), list[Section]()
    for folder, maker in common.items():
        # A part that depends on the truces is cached for each choice of them.
        named = () if maker in WITHOUT_TRUCES else options.truces
        part = _part(options, folder, key_of(*key, folder, *map(content, named)), maker, world)
        if maker == "afterwards":
            later += part.sections
        else:
            _details(output, options, part)
        others.append(part)
    output.document(_document(options, world, replays, others))
    written = _indexed(options, replays, dict(zip(common, others, strict=True)))
    titles = {text.id: f"{text.title}, signed {spelled(text.signed)}" for text in agreements.values()}
    screen(output, options.draws, titles, replays)
    for section in later:
        (section if options.verbose else in_short(section)).show(output)
    output.path(
        f"{written} files, listed in {options.out / INDEX}; more: --verbose, scores and claims: --full"
    )


def _indexed(options: ReplayOptions, *parts: Mapping[str, SectionPart]) -> int:
    """Write an index of the files with the headings of their contents, and return the number of files."""
    lines, count = [f"{', '.join(options.truces)}; {options.draws} draws, seed {options.seed}"], 0
    for name, part in (each for some in parts for each in some.items()):
        files = sorted(path.name for path in (options.out / name).iterdir())
        about = "; ".join(section.heading for section in part.sections)
        lines += ["", f"{name}: {about}", *(f"  {name}/{file}" for file in files)]
        count += len(files)
    write_text(options.out / INDEX, "\n".join(lines) + "\n")
    return count


def _document(
    options: ReplayOptions, world: Scenario, replays: Mapping[str, SectionPart], others: Sequence[SectionPart]
) -> dict[str, object]:
    sections = [each for part in others for each in part.sections]
    return {
        "scenario": world.name,
        "draws": options.draws,
        "seed": options.seed,
        "truces": {name: {"legs": part.legs, "reasons": part.reasons} for name, part in replays.items()},
        "studies": [
            {
                "heading": section.heading,
                "tables": {t.title: t for t in section.tables},
                "notes": section.sentences,
            }
            for section in sections
        ],
        "folder": str(options.out),
    }


def _world(options: ReplayOptions) -> Scenario:
    """Return the dispute of the first truce, as known on the typed day.

    Without a typed day, it is known as of the latest day that one of the truces needs.
    """
    day = typed_day(options.as_of)
    worlds = [scenario_for(name, options.scenario, day) for name in options.truces[:1]]
    if day is None and not {*options.truces[1:]} <= {*truce_names(worlds[0], placebos=True)}:
        worlds += [scenario_for(name, options.scenario) for name in options.truces[1:]]
    last = max(world.definition.known for world in worlds)
    world = worlds[0] if last == worlds[0].definition.known else worlds[0].as_of(last)
    return with_settings(world, options.settings)


def _common(options: ReplayOptions, world: Scenario) -> dict[str, str]:
    """Return, by folder, the names of the functions of the shared parts that are to be computed."""
    looked_ahead = options.predict or options.full
    is_wanted = {
        ("payoff_sets", "bargained"): "core" in world.definition.sizes,
        ("leverage", "levered"): has_weapons(world),
        ("states", "over_states"): options.full and world.definition.state.clock is not None,
        ("predictions", "predicted"): looked_ahead,
        ("claims", "claimed"): looked_ahead and world.name == MAIN,
        ("aftermath", "afterwards"): any(read_on(name, world) for name in options.truces),
    }
    return dict(part for part, wanted in is_wanted.items() if wanted)


def _part(
    options: ReplayOptions, folder: str, key: str, maker: str, world: Scenario, *name: str
) -> SectionPart:
    """Return a part of the replay, from the cache or computed now."""

    def make(into: Path) -> None:
        """Compute the part and write it into a folder."""
        # Loaded only if something is computed: loading figures takes a second.
        from negotiation.report.commands import replay_parts

        part: SectionPart = getattr(replay_parts, maker)(world, options, into, *name)
        part.write(into)

    filled(options.out / folder, key, make, options.fresh)
    return read_part(options.out / folder)


def _details(output: Output, options: ReplayOptions, part: SectionPart) -> None:
    if options.verbose:
        for section in part.sections:
            section.show(output)
