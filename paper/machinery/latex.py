"""Setting the PDF with latexmk, and what its log says that a reader would see."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from paper.machinery.faults import PaperFault

PACKAGES = "latexmk texlive-latex-recommended texlive-latex-extra texlive-fonts-recommended lmodern"
INSTALL = f"install LaTeX, on Debian for example: apt-get install --no-install-recommends {PACKAGES}"
MOST_OVERFULL = 2.0
"""Points by which a line may stick out before it counts: less is not seen in print."""

FIXED_TIME = "1764460800"
"""30 November 2025, the end of the record, as the time of the PDF's metadata."""

UNDEFINED = re.compile(r"LaTeX Warning: (?:Reference|Citation) [`'](?P<name>[^']+)'.*?undefined", re.DOTALL)
OVERFULL = re.compile(r"Overfull \\hbox \((?P<points>[\d.]+)pt too wide\)(?P<where>[^\n]*)")
PAGES = re.compile(r"Output written on \S+\s*\((\d+) pages?", re.DOTALL)


def latexmk() -> str | None:
    """Return the path of latexmk where a PDF can be set, else None."""
    return shutil.which("latexmk") if shutil.which("pdflatex") else None


def set_pdf(folder: Path, build: Path, name: str) -> Path:
    """Set a PDF and return its path."""
    program = latexmk()
    if program is None:
        raise PaperFault(f"no latexmk: {INSTALL}")
    command = [program, "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-silent"]
    command += [f"-outdir={build.relative_to(folder)}", f"{name}.tex"]
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": FIXED_TIME,
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "2000",
    }
    done = subprocess.run(  # noqa: S603 - fixed arguments
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, errors="replace"
    )
    log = build / f"{name}.log"
    if done.returncode != 0:
        text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else done.stdout
        (build / f"{name}.fdb_latexmk").unlink(missing_ok=True)
        raise PaperFault("LaTeX failed:\n" + first_error(text))
    return build / f"{name}.pdf"


def first_error(log: str) -> str:
    r"""Return the first error of a log with the lines after it.

    Examples
    --------
    >>> print(first_error("all well\n! Undefined control sequence.\nl.3 \\foo\n"))
    ! Undefined control sequence.
    l.3 \foo
    """
    lines = log.splitlines()
    at = next((k for k, line in enumerate(lines) if line.startswith("!")), max(0, len(lines) - 12))
    return "\n".join(lines[at : at + 12])


def log_faults(log: str) -> list[str]:
    r"""Return undefined references and citations, and boxes that stick out of the page.

    Examples
    --------
    >>> log_faults("Overfull \\hbox (12.5pt too wide) in paragraph at lines 3--4")
    ['12.5pt too wide in paragraph at lines 3--4']
    """
    found = [f"undefined reference: {match['name']}" for match in UNDEFINED.finditer(log)]
    found += [
        f"{match['points']}pt too wide{match['where']}"
        for match in OVERFULL.finditer(log)
        if float(match["points"]) > MOST_OVERFULL
    ]
    return list(dict.fromkeys(found))


def pages(log: str) -> int | None:
    """Return the number of pages of a log.

    Examples
    --------
    >>> pages("Output written on build/main.pdf (14 pages, 700 bytes).")
    14
    """
    match = PAGES.search(log)
    return int(match[1]) if match else None
