"""The commands `solve`, `verify` and `certify`, which take a game from a file.

The main command imports this module when it starts, so each function imports what it needs when it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from negotiation.report.commands.typed import JsonOption, QuietOption, ScenarioOption, dispute

NOT_DONE = 1


def solve(
    game: Annotated[
        Path | None,
        typer.Argument(metavar="GAME", help="A game, .json, .nfg or .csv; a posture game if not given."),
    ] = None,
    scenario: ScenarioOption = "us-china-2025",
    size: Annotated[str, typer.Option(help="Posture game: small, core or full.")] = "small",
    method: Annotated[str, typer.Option(help="A solver's name, or auto.")] = "auto",
    exact: Annotated[bool, typer.Option("--exact", help="Prove each in fractions; see --json.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the Nash equilibria of a game and verify each of them.

    A .csv file has the second player's actions in its head, an action of the first player at the start of
    each row, and two payoffs in each cell, in quotes: "9, 10".
    """
    from negotiation.report.commands.output import Output
    from negotiation.report.commands.solve import run_solve

    run_solve(Output(as_json, quiet), game, dispute(scenario), size, method, exact=exact)


def verify(
    game: Annotated[Path, typer.Argument(metavar="GAME", help="A game, .json, .nfg or .csv.")],
    profile: Annotated[
        Path,
        typer.Argument(metavar="PROFILE", help="A table (.csv): player, action, probability; or numbers."),
    ],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check in exact arithmetic whether profiles are Nash equilibria; status 1 if one is not.

    A profile is a table with the columns player, action, probability, and equilibrium if there are several;
    or rows of probabilities as Gambit prints them, with one profile or one player per row.
    """
    from negotiation.report.commands.output import Output
    from negotiation.report.commands.solve import run_verify

    if not run_verify(Output(as_json, quiet), game, profile):
        raise SystemExit(NOT_DONE)


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
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write what is proven of a game, and the one file that decides it on Python alone; 1 if some is not.

    The certificates of a truce are of the strategies on which each theory's verdicts rest.
    """
    from negotiation.report.commands.certify import run_certify
    from negotiation.report.commands.output import Output

    if not run_certify(Output(as_json, quiet), game, strategy or [], out, scenario, overwrite):
        raise SystemExit(NOT_DONE)
