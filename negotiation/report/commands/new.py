"""The command `new`: write the folder of a complete dispute with invented countries."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.base.reading.faults import nearest_hint
from negotiation.base.reading.text import expect_a_place
from negotiation.disputes.files.folder import scenario_names
from negotiation.errors import CannotWrite, InvalidFile, shown
from negotiation.report.commands.declared import NewOptions
from negotiation.report.commands.output import Output

# The folder that is copied, with words in double braces in its files.
#
# {{name}}, {{title}}, {{all}}, {{A}} and {{B}} are replaced. Lines from {{further}} to {{end}} are written
# once for each country after the second, {{C}}; lines from {{two}} to {{end}} only for two countries, and
# lines from {{several}} to {{end}} only for more.
TEMPLATE = Path(__file__).parents[1] / "template"

# Names of the countries' files in the template; the second is used for all further countries.
COUNTRIES = ("first", "second")

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_CODE = re.compile(r"[A-Z]{3}")

# Codes that are suggested for a similar text; any three capital letters are accepted.
CODES = ("AUS", "BRA", "CAN", "CHN", "EUU", "GBR", "IND", "JPN", "KOR", "MEX", "NLD", "RUS", "TWN", "USA")
_PART = re.compile(r"\{\{(further|two|several)\}\}\n(.*?)\{\{end\}\}\n", re.DOTALL)

# Number of clauses in the template's agreement before those of further countries.
_CLAUSES = 3


def run_new(output: Output, options: NewOptions) -> None:
    """Write the folder of a new dispute, and print commands that check and, for two countries, judge it."""
    name, codes = options.name, _codes(options.countries)
    if not _NAME.fullmatch(name):
        raise InvalidFile(
            f"{shown(name)} cannot be the name of a dispute; expected only a-z, 0-9 and -, with a letter "
            "first. Choose another name"
        )
    if name in scenario_names():
        raise InvalidFile(f"{name!r} is the name of a dispute of the package; choose another name")
    files = new_files(name, codes)
    folder = Path(name)
    expect_a_place(folder, "a dispute")
    if folder.exists() or folder.is_symlink():
        raise InvalidFile(f"{folder}: already exists and is not overwritten; choose another name")
    _write(folder, files)
    output.path(f"{len(files)} files in {folder}")
    output.say(f"check it with: negotiation check {name}")
    if len(codes) == len(COUNTRIES):  # a replay is for two
        output.say(f"judge its agreement: negotiation replay --scenario {name}")
    output.document({"folder": str(folder), "files": sorted(files)})


def new_files(name: str, codes: tuple[str, ...]) -> dict[str, str]:
    """Return the texts of the files of a new dispute, by their paths in its folder.

    Examples
    --------
    >>> files = new_files("my-dispute", ("AAA", "BBB"))
    >>> "countries/aaa.toml" in files, "{{" in "".join(files.values())
    (True, False)
    """
    title = f"{', '.join(codes[:-1])} and {codes[-1]}"
    listed = ", ".join(f'"{code}"' for code in codes)
    words = {"{{name}}": name, "{{title}}": title, "{{all}}": listed, "{{A}}": codes[0], "{{B}}": codes[1]}
    files = {}
    for path in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        inside = path.relative_to(TEMPLATE)
        text = _parts_for(path.read_text(encoding="utf-8"), codes[2:])
        if inside.parts[0] != "countries":
            files[inside.as_posix()] = _filled(text, words)
            continue
        # The first file is for the first country, the second for each of the others.
        at = COUNTRIES.index(path.stem)
        for code in codes[at : at + 1] if at == 0 else codes[at:]:
            files[f"countries/{code.lower()}.toml"] = _filled(text, {**words, "{{B}}": code})
    return dict(sorted(files.items()))


def _parts_for(text: str, further: tuple[str, ...]) -> str:
    """Return a text of the template, with marked lines kept, repeated or dropped.

    `further` are the codes of the countries after the second.
    """

    def written(part: re.Match[str]) -> str:
        """Return the lines of one part of the template: as they are, once for each country, or none."""
        kind, lines = part.groups()
        if kind == "further":
            numbered = enumerate(further, start=_CLAUSES + 1)
            return "".join(lines.replace("{{C}}", c).replace("{{number}}", f"{k:02d}") for k, c in numbered)
        return lines if (kind == "several") == bool(further) else ""

    return _PART.sub(written, text)


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _codes(typed: str) -> tuple[str, ...]:
    codes = tuple(code.strip() for code in typed.split(","))
    if len(codes) < len(COUNTRIES) or len(set(codes)) < len(codes) or not all(map(_CODE.fullmatch, codes)):
        meant = "".join(nearest_hint(code.upper(), CODES) for code in codes if not _CODE.fullmatch(code))
        raise InvalidFile(
            "--countries expects two or more different codes of three capital letters, such as AAA,BBB; got "
            f"{shown(typed)}{meant}"
        )
    return codes


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write all files or none: to a temporary folder, which is then renamed."""
    try:
        # Made next to its place, on the same file system, so that one step moves it there.
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            made = Path(beside) / folder.name
            for name, text in files.items():
                path = made / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            made.rename(folder)  # refuses a folder that is not empty
    except OSError as error:
        raise CannotWrite(
            f"{folder}: cannot be written ({error.strerror}); run the command in another folder"
        ) from None
