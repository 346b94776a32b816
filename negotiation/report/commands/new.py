"""What the command `new` does: a dispute's folder that works as it stands, with two invented countries."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from negotiation.errors import CannotWrite, InvalidFile, shown
from negotiation.report.commands.output import Output
from negotiation.world.loading import scenario_names

TEMPLATE = Path(__file__).parents[1] / "template"
"""The folder that is copied, with {{name}}, {{A}} and {{B}} in its files."""

COUNTRIES = ("first", "second")
"""Names of the countries' files in the template, by player."""

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_CODE = re.compile(r"[A-Z]{3}")


def run_new(output: Output, name: str, countries: str, where: Path) -> None:
    """Write the folder and say what to do with it.

    Parameters
    ----------
    output : Output
        Where to print.
    name : str
        Name of the dispute and of its folder.
    countries : str
        Two codes, as "AAA,BBB".
    where : Path
        The folder in which it is made.

    Raises
    ------
    InvalidFile
        If a name is not of the right form, is taken, or there is something of that name.
    CannotWrite
        If the folder cannot be written; then nothing is left of it.
    """
    codes = _codes(countries)
    if not _NAME.fullmatch(name):
        raise InvalidFile(
            f"the name of a dispute is made of a-z, 0-9 and -, and begins with a letter; got {shown(name)}"
        )
    if name in scenario_names():
        raise InvalidFile(f"{name!r} is the name of a dispute of the package; choose another")
    files = new_files(name, codes)
    folder = where / name
    if folder.exists() or folder.is_symlink():
        raise InvalidFile(f"{folder}: is there already, and is not written over; choose another name")
    _write(folder, files)
    output.path(f"{len(files)} files in {folder}")
    output.say(f"check it with: negotiation check {name}")
    output.document({"folder": str(folder), "files": sorted(files)})


def new_files(name: str, codes: tuple[str, str]) -> dict[str, str]:
    """Return the texts of the files of a new dispute, by their paths in its folder.

    Parameters
    ----------
    name : str
        Name of the dispute.
    codes : tuple of str
        Codes of its two countries.

    Examples
    --------
    >>> files = new_files("my-dispute", ("AAA", "BBB"))
    >>> "countries/aaa.toml" in files, "{{" in "".join(files.values())
    (True, False)
    """
    words = {"{{name}}": name, "{{A}}": codes[0], "{{B}}": codes[1]}
    renamed = {first: code.lower() for first, code in zip(COUNTRIES, codes, strict=True)}
    found = {}
    for path in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        inside = path.relative_to(TEMPLATE)
        stem = renamed.get(path.stem, path.stem) if inside.parts[0] == "countries" else path.stem
        text = path.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        found[inside.with_name(f"{stem}{path.suffix}").as_posix()] = text
    return found


def _codes(typed: str) -> tuple[str, str]:
    codes = [code.strip() for code in typed.split(",")]
    if len(codes) != len(COUNTRIES) or len(set(codes)) < len(codes) or not all(map(_CODE.fullmatch, codes)):
        raise InvalidFile(
            f"--countries takes two different codes of three capitals, as AAA,BBB; got {shown(typed)}"
        )
    return codes[0], codes[1]


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write all files or none: they are made beside the folder, which then gets its name."""
    made: Path | None = None
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        for name, text in files.items():
            path = made / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        made.chmod(0o755)
        os.rename(made, folder)  # noqa: PTH104 - refuses a folder that is not empty
    except OSError as error:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        raise CannotWrite(f"{folder}: cannot be written ({error.strerror})") from None
