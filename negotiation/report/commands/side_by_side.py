"""The commands `compare`, two texts side by side, and `data`, the data of a dispute as CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from pydantic import BaseModel

from negotiation.base.labelled import Table
from negotiation.disputes import Scenario
from negotiation.disputes.loading import load_scenario
from negotiation.disputes.quantity import Quantity
from negotiation.report.commands.declared import CompareOptions, DataOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import agreement_named, dispute, with_settings
from negotiation.report.files import write_tables
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.agreement_text import AgreementText, agreements_of, scenario_for
from negotiation.truces.record.clauses import Clause
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.timeline import has_record, load_moves
from negotiation.truces.revealed.choices import CHOICES, Choice, load_choices
from negotiation.truces.verdicts.agreements import Agreement, truce
from negotiation.truces.verdicts.compared_verdicts import compare_verdicts
from negotiation.truces.verdicts.verdict import verdict

# Cells before the fields of a row, and the row.
_Row: TypeAlias = tuple[tuple[object, ...], BaseModel]

# Fields that hold nested tables or values too long for a cell.
NESTED = frozenset(
    {"linkage", "punishment", "renewal", "coordination", "consultation", "clauses", "readings", "before"}
    | {"dated", "quantiles", "bound", "reposted"}
)


def run_compare(output: Output, options: CompareOptions) -> None:
    """Print two texts side by side: the levels they bind, and whether their legs hold under each theory."""
    texts, verdicts, where = {}, {}, dispute(options.scenario)
    with Bar(f"judging {options.first} and {options.second} (some 30 s)") as report:
        for typed in (options.first, options.second):
            name = agreement_named(typed, where)
            world = with_settings(scenario_for(name, where, to_judge=True), options.settings)
            text = truce(name, world)
            # Two drafts with the same name are told apart by what was typed.
            label = text.id if text.id not in texts else typed
            texts[label] = text
            verdicts[label] = verdict(text, world, draws=options.draws, rng=options.seed, progress=report)
    compared = compare_verdicts(verdicts)
    legs = ", ".join(dict.fromkeys(row.leg for row in compared.changed)) or "none"
    output.say(f"Legs on which the two texts differ under some theory: {legs}.")
    clauses = clauses_beside(texts, world)
    output.table(clauses, most_rows=None)
    output.table(compared.table(), most_rows=None)
    beside = [
        {"leg": row.leg, "theory": row.theory, "of": label, "verdict": judged.word, "margin": judged.margin}
        | {"share": judged.share}
        for row in compared
        for label, judged in row.verdicts.items()
    ]
    output.document({"clauses": clauses, "verdicts": beside})


def clauses_beside(texts: Mapping[str, Agreement], world: Scenario) -> Table:
    """Return one row for each instrument of a side that a text binds, and a row for the clocks in days.

    The columns are the side, the instrument, and for each text the level up to which it binds.
    """
    terms = {label: written_terms(text) for label, text in texts.items()}
    pairs = dict.fromkeys(pair for bound in terms.values() for pair in bound)
    rows = [(*pair, *(bound.get(pair) for bound in terms.values())) for pair in pairs]
    days = {label: f"{text.clock_days or 'none'}" for label, text in texts.items()}
    rows.append(("", "clock, days", *days.values()))
    return Table("at most, by the text", ("side", "instrument", *texts), tuple(rows), world.names)


def run_data(output: Output, options: DataOptions) -> None:
    """Write the data of a dispute as CSV files, with a dictionary of their columns."""
    world, out = load_scenario(dispute(options.scenario), options.calibration), options.out
    written = write_tables(data_tables(world.as_of(world.definition.date)), out)
    output.path(f"{len(written)} files in {out}; what each column means: {out / 'dictionary.csv'}")
    output.document({"files": [str(path) for path in written]})


def data_tables(world: Scenario) -> dict[str, Table]:
    """Return the data of a dispute as tables by name, with a dictionary of their columns."""
    texts = agreements_of(world, placebos=True)
    quantities = [
        (name, quantity) for name, quantity in world.quantities.items() if not name.startswith("trade.")
    ]
    cells = world.trade.quantities if world.trade is not None else {}
    is_chosen = world.folder is not None and (world.folder / "record" / CHOICES).is_file()
    of_truce, parameter = ("truce", "name of the truce"), ("parameter", "name of the parameter")
    tables, dictionary = dict[str, Table](), list[tuple[object, ...]]()

    def add(name: str, model: type[BaseModel], rows: Iterable[_Row], *key: tuple[str, str]) -> None:
        """Add a table of rows of a model, with the columns `key` (name, meaning) before its fields."""
        fields = {n: field for n, field in model.model_fields.items() if n not in NESTED}
        body = [(*first, *(_cell(getattr(row, n)) for n in fields)) for first, row in rows]
        tables[name] = Table(name, (*(column for column, _ in key), *fields), tuple(body))
        meanings = [*key, *((column, field.description or "") for column, field in fields.items())]
        dictionary.extend((name, *each) for each in meanings)

    add("truces", AgreementText, [((), text) for text in texts])
    add("clauses", Clause, [((text.id,), clause) for text in texts for clause in text.clauses], of_truce)
    add("moves", MoveRecord, [((), row) for row in (load_moves(world) if has_record(world) else ())])
    add("parameters", Quantity, [((name,), quantity) for name, quantity in quantities], parameter)
    add("choices", Choice, [((), row) for row in (load_choices(world) if is_chosen else ())])
    add("trade", Quantity, [((name,), quantity) for name, quantity in cells.items()], parameter)
    tables["dictionary"] = Table("dictionary", ("file", "column", "meaning"), tuple(dictionary))
    return tables


def _cell(value: object) -> object:
    """Return a value of a file as a cell: numbers, booleans and None as they are, the rest as text."""
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
