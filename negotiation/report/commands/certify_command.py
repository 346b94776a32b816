"""The command `certify`, which loads what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NOT_DONE = 1


def certify(
    game: Annotated[
        str, typer.Argument(metavar="FILE", help="A game, .json, .nfg or .csv; or the name of a truce.")
    ],
    strategy: Annotated[
        list[Path] | None, typer.Option("--strategy", help="A strategy (.json); the solutions by default.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Dispute of the truce, or the path of its folder.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for what is written.")] = Path("certificates"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing; write the files.")] = False,
) -> None:
    """Write what is proven of a game, and the one file that decides it on Python alone; 1 if some is not.

    The certificates of a truce are of the strategies on which each theory's verdicts rest.
    """
    from negotiation.report.commands.certify import run_certify
    from negotiation.report.commands.output import Output

    if not run_certify(Output(as_json, quiet), game, strategy or [], out, scenario, overwrite):
        raise SystemExit(NOT_DONE)
