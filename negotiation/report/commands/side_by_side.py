"""The commands `compare`, two texts side by side, and `data`, what a dispute holds as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from negotiation.report.commands.typed import JsonOption, QuietOption, SetOption

if TYPE_CHECKING:
    from pydantic import BaseModel

    from negotiation.base.labelled import Table
    from negotiation.disputes import Scenario
    from negotiation.truces.verdicts.agreements import Agreement

    # What stands before the fields of a row, and the row.
    _Row = tuple[tuple[object, ...], BaseModel]

# Fields that hold tables of their own, or what no cell has room for.
NESTED = frozenset(
    {"linkage", "punishment", "renewal", "coordination", "consultation", "clauses", "readings", "before"}
    | {"dated", "quantiles", "bound", "reposted"}
)

Draft = Annotated[str, typer.Argument(metavar="AGREEMENT", help="Its file (.toml), or its name.")]


def compare(
    first: Draft,
    second: Draft,
    scenario: Annotated[str | None, typer.Option("--scenario", help="A dispute, or its folder.")] = None,
    draws: Annotated[int, typer.Option("--draws", min=0, help="Draws behind the shares.")] = 64,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")] = 0,
    settings: SetOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Set two texts side by side: what each binds whom to, and whether its legs hold under each theory."""
    from negotiation.report.commands.output import Bar, Output
    from negotiation.report.commands.typed import agreement_named, dispute, with_settings
    from negotiation.truces.record.agreement_text import scenario_for
    from negotiation.truces.verdicts.agreements import truce
    from negotiation.truces.verdicts.compared_verdicts import compare_verdicts
    from negotiation.truces.verdicts.verdict import verdict

    output, where = Output(as_json, quiet), dispute(scenario)
    texts, verdicts = {}, {}
    with Bar(f"judging {first} and {second} (some 30 s)") as report:
        for typed in (first, second):
            name = agreement_named(typed, where)
            world = with_settings(scenario_for(name, where, to_judge=True), settings or ())
            text = truce(name, world)
            # Two drafts of one name are told apart by what was typed.
            label = text.id if text.id not in texts else typed
            texts[label] = text
            verdicts[label] = verdict(text, world, draws=draws, rng=seed, progress=report)
    compared = compare_verdicts(verdicts)
    legs = ", ".join(dict.fromkeys(row.leg for row in compared.changed)) or "none"
    output.say(f"Legs on which the two texts differ under some theory: {legs}.")
    output.table(clauses_beside(texts, world), most_rows=None)
    output.table(compared.table(), most_rows=None)
    beside = [
        {"leg": row.leg, "theory": row.theory, "of": label, "verdict": one.word, "margin": one.margin}
        | {"share": one.share}
        for row in compared
        for label, one in row.verdicts.items()
    ]
    output.document({"clauses": clauses_beside(texts, world), "verdicts": beside})


def clauses_beside(texts: Mapping[str, Agreement], world: Scenario) -> Table:
    """Return one row for each instrument of a side that one of the texts binds, with the level of each."""
    from negotiation.base.labelled import Table
    from negotiation.truces.compiling.terms import written_terms

    terms = {label: written_terms(text) for label, text in texts.items()}
    pairs = dict.fromkeys(pair for bound in terms.values() for pair in bound)
    rows = [(*pair, *(bound.get(pair) for bound in terms.values())) for pair in pairs]
    days = {label: f"{text.clock_days or 'none'}" for label, text in texts.items()}
    rows.append(("", "clock, days", *days.values()))
    return Table("at most, by the text", ("side", "instrument", *texts), tuple(rows), world.names)


def data(
    scenario: Annotated[
        str | None, typer.Argument(metavar="SCENARIO", help="A dispute, or its folder.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path("data"),
    calibration: Annotated[str | None, typer.Option("--calibration", help="Name of a calibration.")] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write what a dispute holds as CSV: truces, clauses, moves, parameters, choices, trade, a dictionary."""
    from negotiation.disputes.loading import MAIN, load_scenario
    from negotiation.report.commands.output import Output
    from negotiation.report.commands.typed import dispute
    from negotiation.report.files import write_tables

    world = load_scenario(dispute(scenario or MAIN), calibration)
    written = write_tables(data_tables(world.as_of(world.definition.date)), out)
    output = Output(as_json, quiet)
    output.path(f"{len(written)} files in {out}; what each column means: {out / 'dictionary.csv'}")
    output.document({"files": [str(path) for path in written]})


def data_tables(world: Scenario) -> dict[str, Table]:
    """Return what a dispute holds as tables by name, with a dictionary of their columns."""
    from negotiation.base.labelled import Table
    from negotiation.disputes.quantity import Quantity
    from negotiation.truces.record.agreement_text import AgreementText, agreements_of
    from negotiation.truces.record.clauses import Clause
    from negotiation.truces.record.moves import MoveRecord
    from negotiation.truces.record.timeline import has_record, load_moves
    from negotiation.truces.revealed.choices import CHOICES, Choice, load_choices

    texts = agreements_of(world, placebos=True)
    quantities = [(name, one) for name, one in world.quantities.items() if not name.startswith("trade.")]
    cells = world.trade.quantities if world.trade is not None else {}
    is_chosen = world.folder is not None and (world.folder / "record" / CHOICES).is_file()
    truce, parameter = ("truce", "name of the truce"), ("parameter", "name of the parameter")
    tables, dictionary = dict[str, Table](), list[tuple[object, ...]]()

    def add(name: str, model: type[BaseModel], rows: Iterable[_Row], *key: tuple[str, str]) -> None:
        """Add the table of rows of a model, with columns before its own."""
        fields = {n: field for n, field in model.model_fields.items() if n not in NESTED}
        body = [(*first, *(_cell(getattr(row, n)) for n in fields)) for first, row in rows]
        tables[name] = Table(name, (*(column for column, _ in key), *fields), tuple(body))
        meanings = [*key, *((column, field.description or "") for column, field in fields.items())]
        dictionary.extend((name, *each) for each in meanings)

    add("truces", AgreementText, [((), text) for text in texts])
    add("clauses", Clause, [((text.id,), one) for text in texts for one in text.clauses], truce)
    add("moves", MoveRecord, [((), row) for row in (load_moves(world) if has_record(world) else ())])
    add("parameters", Quantity, [((name,), one) for name, one in quantities], parameter)
    add("choices", Choice, [((), row) for row in (load_choices(world) if is_chosen else ())])
    add("trade", Quantity, [((name,), one) for name, one in cells.items()], parameter)
    tables["dictionary"] = Table("dictionary", ("file", "column", "meaning"), tuple(dictionary))
    return tables


def _cell(value: object) -> object:
    """Return a value of a file as a cell: numbers and truth as they are, the rest in words."""
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
