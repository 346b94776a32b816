"""What the command `list` does: the names that the other commands take, with what each is."""

from __future__ import annotations

import ast
from pathlib import Path

from negotiation.errors import UnknownName
from negotiation.labelled import Table
from negotiation.reading.text import file_text
from negotiation.report.commands.names import completed
from negotiation.report.commands.output import Output

KINDS = ("scenarios", "agreements", "instruments", "experiments", "claims", "theories", "methods")


class UnknownKind(UnknownName):
    """No kind of names is called so."""

    noun = "kind of names"


def run_list(output: Output, kind: str | None, experiments: Path) -> None:
    """Print the names of one kind, or of all."""
    kinds = KINDS if kind is None else (completed(kind, KINDS, UnknownKind),)
    tables = {name: _table(name, experiments) for name in kinds}
    for table in tables.values():
        if table.rows:
            output.table(table, most_rows=None)
        else:
            output.say(f"{table.title}: none here")
    output.document(tables)


def _table(kind: str, experiments: Path) -> Table:
    rows = {
        "scenarios": _scenarios,
        "agreements": _agreements,
        "instruments": _instruments,
        "claims": _claims,
        "theories": _theories,
        "methods": _methods,
    }
    found = _experiments(experiments) if kind == "experiments" else rows[kind]()
    return Table(kind, ("name", "what it is"), tuple(found), _countries() if kind == "instruments" else {})


def _scenarios() -> list[tuple[str, str]]:
    from negotiation.world.loading import load_scenario, scenario_names

    return [(name, load_scenario(name).title) for name in scenario_names()]


def _agreements() -> list[tuple[str, str]]:
    from negotiation.truces.record.agreement_text import agreements_of

    texts = agreements_of(None, placebos=True)
    return [(text.id, f"{text.title}, signed {text.signed}") for text in texts]


def _countries() -> dict[str, str]:
    """Return what the countries of every dispute are called; names of instruments stay as they are typed."""
    from negotiation.world.loading import load_scenario, scenario_names

    disputes = map(load_scenario, scenario_names())
    return {code: country.name for world in disputes for code, country in world.facts.items()}


def _instruments() -> list[tuple[str, str]]:
    from negotiation.world.loading import load_scenario, scenario_names

    disputes = [load_scenario(name) for name in scenario_names()]
    found = {f"{one.name}": [] for world in disputes for one in world.instruments.values()}  # type: dict[str, list[str]]
    for world in disputes:
        for one in world.instruments.values():
            found[one.name].append(f"{one.title}; {one.leg} leg; of {' and '.join(one.levels)}")
    return [(name, "; ".join(dict.fromkeys(words))) for name, words in found.items()]


def _claims() -> list[tuple[str, str]]:
    from negotiation.truces.claims import claims

    return [(one.name, one.statement) for one in claims().values()]


def _theories() -> list[tuple[str, str]]:
    from negotiation.truces.theories import theories

    return [(one.name, one.statement) for one in theories()]


def _methods() -> list[tuple[str, str]]:
    from negotiation.solvers.nash.solve import nash_methods

    return [(name, str(method.finds)) for name, method in nash_methods().items()]


def _experiments(folder: Path) -> list[tuple[str, str]]:
    """Return the experiments of a folder; their files are read and not run."""
    from negotiation.lab.experiment import experiment_slugs

    found = []
    for name in experiment_slugs(folder):
        try:
            title = ast.get_docstring(ast.parse(file_text(folder / f"{name}.py")))
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deep
            title = "cannot be read"
        found.append((name, (title or "").partition("\n")[0]))
    return found
