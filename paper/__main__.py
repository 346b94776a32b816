"""`python -m paper`: every figure, table and number of the paper, and its PDF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from negotiation.errors import NegotiationError

if TYPE_CHECKING:
    from paper.machinery.build import Build

# On small matrices a second thread of linear algebra waits for the first: up to fifteen times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BUDGET, REHEARSAL = "full", "tiny"
FAULTY, BAD_INPUT = 1, 2

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def paper(
    only: Annotated[
        str | None, typer.Option("--only", help="One figure, table or source by its slug; no PDF.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Fail if a number differs from its lock or a stored table is stale."),
    ] = False,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Set the PDF with latexmk.")] = True,
    full: Annotated[bool, typer.Option("--full", help="Compute the stored results anew first.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="With --full: only those that are stale.")] = False,
    lock: Annotated[bool, typer.Option("--lock", help="Lock the numbers as they are now.")] = False,
    budget: Annotated[
        str,
        typer.Option("--budget", help="With --full: a table of paper/budget.toml; but `full`, a rehearsal."),
    ] = BUDGET,
    before: Annotated[
        Path | None,
        typer.Option(
            "--before",
            help="A checkout before a change that moves no number. Stale tables count as current if "
            "`--full --budget tiny` made the same in both.",
        ),
    ] = None,
    root: Annotated[Path, typer.Option("--root", help="Root of the checkout.")] = Path(),
) -> None:
    """Build the paper of a checkout from its stored results; what did not change is kept."""
    from paper.machinery.budget import load_budget
    from paper.machinery.build import Build, compute_sources, draw_parts
    from paper.machinery.parts import chosen, paper_folder

    folder = paper_folder(root.resolve())
    rehearsal = budget if full and budget != BUDGET else ""
    build = Build(folder, typer.echo, rehearsal)
    wanted = chosen(build.everything, only)
    kinds = {part.kind for part in wanted.values()}
    if before is not None:
        from paper.machinery.rehearsal import accept_rehearsed

        accept_rehearsed(build, REHEARSAL, before)
        _end(build)
        return
    if full and "sources" in kinds:
        compute_sources(build, load_budget(folder / "budget.toml", budget), budget, only, stale=stale)
    if only is None:
        _everything(build, check=check, pdf=pdf, lock=lock)
    elif kinds - {"sources"}:
        draw_parts(build, only)
    _end(build)


def _everything(build: Build, *, check: bool, pdf: bool, lock: bool) -> None:
    from paper.machinery import build as steps
    from paper.machinery.budget import load_budget

    steps.draw_parts(build)
    numbers = steps.write_numbers(build)
    steps.check_text(build, numbers)
    if build.rehearsal:
        return
    if lock:
        steps.write_lock(build, numbers)
    if check:
        steps.check_lock(build, numbers)
    if pdf and not build.faults:
        _set(build)
    if check:
        # Last, so that what was drawn from stale tables can be looked at.
        steps.check_fresh(build, load_budget(build.folder / "budget.toml", BUDGET), BUDGET)


def _set(build: Build) -> None:
    from paper.machinery.build import set_text
    from paper.machinery.latex import INSTALL, latexmk

    if latexmk() is None:
        typer.echo(f"everything but the PDF is made; for the PDF, {INSTALL}", err=True)
        return
    path = set_text(build)
    typer.echo(f"{build.pages} pages in {path.relative_to(build.folder.parent)}")


def _end(build: Build) -> None:
    from paper.machinery.faults import PaperFault

    if build.faults:
        raise PaperFault("the paper has faults:\n  " + "\n  ".join(build.faults))
    typer.echo(f"{len(build.made)} made, {len(build.kept)} kept" if build.made else "nothing to do")


def main() -> None:
    """Build; faults of the paper end with exit status 1, bad input with 2, each in a few sentences."""
    try:
        app(prog_name="python -m paper")
    except NegotiationError as error:
        from paper.machinery.faults import PaperFault

        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(FAULTY if isinstance(error, PaperFault) else BAD_INPUT) from None


if __name__ == "__main__":
    main()
