"""The commands `panel check`, `panel predict` and `panel score`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from negotiation.report.commands.typed import JsonOption, QuietOption, VerboseOption

panel_app = typer.Typer(
    help="Truces and what became of their parts: check a table, predict, score.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: negotiation panel check my-truces",
)
Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="truces.csv, instruments.csv, sides.csv, trade.csv.")
]


@panel_app.command(
    short_help="List every fault of a folder of truces, and its rates by leg.",
    epilog="Example: negotiation panel check my-truces",
)
def check(folder: Folder, as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """List every fault of a folder of truces, or its rates of first harsher steps by leg if there is none."""
    from negotiation.base.reading.text import is_file, is_folder
    from negotiation.report.commands.output import Output
    from negotiation.truce_panel import panel
    from negotiation.truce_panel.tables import OUTCOMES, read_tables

    output = Output(as_json, quiet)
    if is_folder(folder) and not is_file(folder / OUTCOMES):
        # Outcomes may not be known yet; `panel predict` reads the same tables.
        tables = read_tables(folder, outcomes=False)
        counts = {"truces": len(tables.truces), "measures": len(tables.instruments)}
        sentence = ", ".join(f"{count} {name}" for name, count in counts.items())
        output.path(f"{sentence} in {folder} without a fault; there is no {OUTCOMES}")
        output.document(counts)
        return
    table = panel(folder).table()
    rates = [f"{rate:.2f} of {text}" for leg, text, _, _, _, rate, *_ in table.rows if leg == "all"]
    output.say(f"First harsher steps a year and part: {', '.join(rates)}.")
    output.table(table)
    output.document(table)


@panel_app.command(
    short_help="Write the chances that parts of truces are kept.",
    epilog="Example: negotiation panel predict my-truces --out chances.csv",
)
def predict(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="CSV file to write.")] = Path("predictions.csv"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write the chance that each leg of each truce, covered and left out, is kept for 90, 365 and 1095 days.

    The outcomes of the folder are not read; models are fitted to the 72 truces of the package. This takes a
    minute.
    """
    from negotiation.base.labelled import Table
    from negotiation.base.reading.writing import whole
    from negotiation.report.commands.output import Output
    from negotiation.truce_panel import panel
    from negotiation.truce_panel.scores import HORIZONS
    from negotiation.truce_panel.spell_pace import MODEL

    # Fail before anything is computed if the file cannot be written.
    with whole(out) as part:
        rows = panel().predict(folder)
        rows.to_csv(part, index=False)
    output = Output(as_json, quiet)
    year = rows[(rows.horizon_days == HORIZONS[1]) & (rows.model == MODEL)]
    shown = year.drop(columns=["horizon_days", "model"]).round(2)
    title = f"chance to be kept for {HORIZONS[1]} days, by {MODEL}"
    output.table(Table(title, tuple(shown.columns), tuple(shown.itertuples(index=False, name=None))))
    output.path(f"{len(rows)} chances for {rows.truce_id.nunique()} truces in {out}")
    output.document({"file": str(out), "rows": len(rows)})


@panel_app.command(
    short_help="Score a file of chances against what became of the truces.",
    epilog="Example: negotiation panel score my-truces chances.csv",
)
def score(
    folder: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `panel predict` wrote.")],
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Score a file of chances against the outcomes of a folder, by horizon and model."""
    from negotiation.report.commands.output import Output
    from negotiation.truce_panel.scores import HORIZONS, score_predictions

    table = score_predictions(folder, file).table()
    output = Output(as_json, quiet)
    days, model, log = (table.columns.index(name) for name in ("days", "model", "log"))
    # The horizon in the middle, a year, is the primary one.
    if year := [row for row in table.rows if row[days] == HORIZONS[1]]:
        best = min(year, key=lambda row: float(str(row[log])))
        output.say(f"Smallest log score at {best[days]} days: {best[model]}, {best[log]}.")
    output.table(table if verbose or not year else replace(table, rows=tuple(year)), most_rows=None)
    if year and not verbose:
        output.say("other horizons: --verbose")
    output.document(table)
