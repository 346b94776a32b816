"""The command `paper`: every figure, table and number of the paper, and its PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

BUDGET = "full"


def paper(
    only: Annotated[
        str | None, typer.Option("--only", help="One figure, table or source by its slug; no PDF.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Fail if a number differs from its lock.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Set the PDF with latexmk.")] = True,
    full: Annotated[bool, typer.Option("--full", help="Compute the stored results anew first.")] = False,
    lock: Annotated[bool, typer.Option("--lock", help="Lock the numbers as they are now.")] = False,
    budget: Annotated[
        str, typer.Option("--budget", help="With --full: a table of paper/budget.toml.")
    ] = BUDGET,
    root: Annotated[Path, typer.Option("--root", help="Root of the checkout.")] = Path(),
) -> None:
    """Build the paper of a checkout from its stored results; what did not change is kept."""
    from negotiation.report.paper import build as steps
    from negotiation.report.paper import latex
    from negotiation.report.paper.budget import load_budget
    from negotiation.report.paper.parts import chosen, paper_folder

    folder = paper_folder(root.resolve())
    build = steps.Build(folder, typer.echo)
    if only is not None:
        chosen(build.everything, only)
    if full:
        computed = None if only is None or not _is_of(build, only, "sources") else only
        if only is None or computed is not None:
            steps.compute_sources(build, load_budget(folder / "budget.toml", budget), budget, computed)
    if only is not None:
        if _is_of(build, only, "figures", "tables"):
            steps.draw_parts(build, only)
        _end(build)
        return
    steps.draw_parts(build)
    numbers = steps.write_numbers(build)
    if lock:
        steps.write_lock(build, numbers)
    steps.check_text(build, numbers)
    if check:
        steps.check_lock(build, numbers)
    if not build.faults and pdf:
        if latex.latexmk() is None:
            typer.echo(f"everything but the PDF is made; for the PDF, {latex.INSTALL}", err=True)
        else:
            path = steps.set_text(build)
            typer.echo(f"{build.pages} pages in {path.relative_to(root.resolve())}")
    _end(build)


def _is_of(build: object, only: str, *kinds: str) -> bool:
    from negotiation.report.paper.build import Build

    return isinstance(build, Build) and any(
        only in (part.name, part.slug) for part in build.of(*kinds).values()
    )


def _end(build: object) -> None:
    from negotiation.report.paper.build import Build
    from negotiation.report.paper.faults import PaperFault

    if not isinstance(build, Build):  # pragma: no cover - for the type checker
        return
    if build.faults:
        raise PaperFault("the paper has faults:\n  " + "\n  ".join(build.faults))
    typer.echo(f"{len(build.made)} made, {len(build.kept)} kept" if build.made else "nothing to do")
