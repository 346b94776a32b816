"""The commands `panel check`, `panel predict` and `panel score`."""

from __future__ import annotations

from dataclasses import replace

from negotiation.base.labelled import Table
from negotiation.base.reading.text import is_file, is_folder
from negotiation.base.reading.writing import whole
from negotiation.report.commands.declared import PanelCheckOptions, PanelPredictOptions, PanelScoreOptions
from negotiation.report.commands.output import Output
from negotiation.truce_panel import panel
from negotiation.truce_panel.scores import HORIZONS, score_predictions
from negotiation.truce_panel.spell_pace import MODEL
from negotiation.truce_panel.tables import OUTCOMES, read_tables


def run_check(output: Output, options: PanelCheckOptions) -> None:
    """Raise `InvalidFile` for a faulty folder of truces, or print rates of first harsher steps.

    Without a file of outcomes, print only the numbers of truces and measures.
    """
    folder = options.folder
    if is_folder(folder) and not is_file(folder / OUTCOMES):
        # The outcomes may not be known yet; `panel predict` reads only the other tables.
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


def run_predict(output: Output, options: PanelPredictOptions) -> None:
    """Write the chance that each part of each truce is kept, and print the chances for a year."""
    # If the file cannot be written, this fails before anything is computed.
    with whole(options.out) as part:
        rows = panel().predict(options.folder)
        rows.to_csv(part, index=False)
    year = rows[(rows.horizon_days == HORIZONS[1]) & (rows.model == MODEL)]
    shown = year.drop(columns=["horizon_days", "model"]).round(2)
    title = f"chance to be kept for {HORIZONS[1]} days, by {MODEL}"
    output.table(Table(title, tuple(shown.columns), tuple(shown.itertuples(index=False, name=None))))
    output.path(f"{len(rows)} chances for {rows.truce_id.nunique()} truces in {options.out}")
    output.document({"file": str(options.out), "rows": len(rows)})


def run_score(output: Output, options: PanelScoreOptions) -> None:
    """Score a file of chances against the outcomes of a folder, by horizon and model."""
    table = score_predictions(options.folder, options.file).table()
    days, model, log = (table.columns.index(name) for name in ("days", "model", "log"))
    # The primary horizon is the middle one, a year.
    if year := [row for row in table.rows if row[days] == HORIZONS[1]]:
        best = min(year, key=lambda row: float(str(row[log])))
        output.say(f"Smallest log score at {best[days]} days: {best[model]}, {best[log]}.")
    whole_table = options.verbose or not year
    output.table(table if whole_table else replace(table, rows=tuple(year)), most_rows=None)
    if not whole_table:
        output.say("other horizons: --verbose")
    output.document(table)
