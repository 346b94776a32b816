"""The command `list`: the names that other commands accept, and what each means."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from negotiation.base.labelled import Table
from negotiation.base.reading.text import file_text
from negotiation.disputes import Scenario
from negotiation.disputes.files.folder import scenario_folder, scenario_names
from negotiation.disputes.loading import MAIN, load_scenario
from negotiation.disputes.step_effects import origins_table
from negotiation.errors import UnknownName
from negotiation.game_theory.solvers.nash.solve import nash_methods
from negotiation.lab.experiment import experiment_slugs
from negotiation.report.commands.declared import ListOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import ALL, KINDS, completed
from negotiation.truces.claims import claims
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.theories import theories

# Names of the theories in the literature, as on the page of theories.
IN_THE_LITERATURE = {
    "each for itself": "stage equilibrium",
    "moment": "stage deviations under the text alone",
    "custom in kind": "reciprocity in kind",
    "shadow linkage": "linkage with optimal punishments",
    "renegotiation": "weak renegotiation-proofness",
    "repeated negotiation": "repeated negotiation equilibrium",
}

PAYOFFS = "payoffs"
# Columns of payoffs on the screen; `--json` also names parameters and has another calibration.
ORIGINS = 6
ORIGINS_MEAN = (
    "That calibration is the default. From: the standing of the parameter whose range moves the payoff most, "
    "sourced, reposted (the page repeats its source), bounded, or assumed. `--json` names the parameter, and "
    "has the payoffs of the other calibration."
)
# Names of each kind in the overview, which must fit one screen.
SHOWN = 1


class UnknownKind(UnknownName):
    """Raised for a name that is not a kind of names."""

    noun = "kind of names"


def run_list(output: Output, options: ListOptions) -> None:
    """Print the number of names of each kind, the names of one kind, or all names; JSON has the names."""
    wanted = None if options.kind is None else completed(options.kind, (*KINDS, ALL), UnknownKind)
    kinds = tuple(KINDS) if wanted in (None, ALL) else (wanted,)
    with Bar("reading what there is"):
        tables = {name: _table(name, options.experiments, counted=wanted is None) for name in kinds}
    if wanted is None:
        output.table(overview(tables))
        output.say("one kind: negotiation list agreements; every name: negotiation list all")
    for name, table in () if wanted is None else tables.items():
        if table.rows:
            shown = table.only(table.columns[:ORIGINS]) if name == PAYOFFS else table
            output.table(shown, most_rows=None)
            output.say(ORIGINS_MEAN if name == PAYOFFS else "")
        else:
            output.say(f"{table.title}: none here")
    output.document(tables)


def overview(tables: Mapping[str, Table]) -> Table:
    """Return one row for each kind: the kind, the number of names, the first name, and where they are used.

    Examples
    --------
    >>> kinds = ("name", "what it is")
    >>> names = (("lh", "Lemke and Howson"), ("se", "supports"), ("vi", "values"))
    >>> overview({"methods": Table("methods", kinds, names)}).rows
    (('methods', 3, 'lh, ...', 'solve --method'),)
    """
    rows = []
    for kind, table in tables.items():
        names = [str(row[0]) for row in table.rows]
        first = ", ".join([*names[:SHOWN], *(["..."] if len(names) > SHOWN else [])])
        rows.append((kind, len(names), first or "none here", KINDS[kind]))
    return Table("what there is", ("kind", "how many", "for example", "for"), tuple(rows))


def _payoffs(counted: bool) -> Table:
    """Return the payoffs of the main dispute's levels, or only their names if `counted`."""
    world = load_scenario(MAIN)
    if counted:
        names = tuple(
            (f"{name}={label}",)
            for country in world.countries
            for name in world.held(country)
            for label in world.instrument(country, name).labels(country)[1:]
            for _ in range(2)
        )
        return Table(PAYOFFS, ("level",), names)
    known = sorted(path.stem for path in (scenario_folder(MAIN) / "calibrations").glob("*.toml"))
    other = next(name for name in known if name != world.calibration.name)
    return origins_table(world, load_scenario(MAIN, other))


def _table(kind: str, experiments: Path, *, counted: bool) -> Table:
    if kind == PAYOFFS:
        return _payoffs(counted)
    rows: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
        "scenarios": lambda: ((world.name, world.title) for world in _disputes()),
        "agreements": lambda: (
            (text.id, f"{text.title}, signed {text.signed}") for text in agreements_of(None, placebos=True)
        ),
        "instruments": _instruments,
        "parameters": _parameters,
        "experiments": lambda: _experiments(experiments),
        "claims": lambda: ((claim.name, claim.statement) for claim in claims().values()),
        "theories": _theories,
        "methods": lambda: ((name, str(method.finds)) for name, method in nash_methods().items()),
    }
    # Only instruments name countries.
    names = _countries() if kind == "instruments" else {}
    return Table(kind, ("name", "what it is"), tuple(rows[kind]()), names)


def _disputes() -> list[Scenario]:
    return [load_scenario(name) for name in scenario_names()]


def _countries() -> dict[str, str]:
    """Return the names of the countries of all disputes by code."""
    return {code: country.name for world in _disputes() for code, country in world.facts.items()}


def _instruments() -> list[tuple[str, str]]:
    """Return one row for each name of an instrument, with its meaning in every dispute that has it."""
    return _joined(
        (name, f"{instrument.title}; {instrument.leg} leg; of {' and '.join(instrument.levels)}")
        for world in _disputes()
        for name, instrument in world.instruments.items()
    )


def _parameters() -> list[tuple[str, str]]:
    """Return one row for each name of a parameter, with its value and range in every dispute that has it."""
    return sorted(
        _joined(
            (name, f"{world.name} {value.value:g} ({value.low:g} to {value.high:g}) {value.unit}")
            for world in _disputes()
            for name, value in world.quantities.items()
        )
    )


def _joined(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return one row for each name, with its different texts joined by semicolons."""
    texts = defaultdict[str, list[str]](list)
    for name, text in rows:
        texts[name].append(text)
    return [(name, "; ".join(dict.fromkeys(own))) for name, own in texts.items()]


def _theories() -> list[tuple[str, str]]:
    # A theory from another package may have no name in the literature.
    terms = {name: f" In the literature: {term}." for name, term in IN_THE_LITERATURE.items()}
    return [(theory.name, theory.statement + terms.get(theory.name, "")) for theory in theories()]


def _experiments(folder: Path) -> list[tuple[str, str]]:
    """Return the name and the title of each experiment of a folder; files are read but not run."""
    rows = []
    for name in experiment_slugs(folder):
        try:
            title = ast.get_docstring(ast.parse(file_text(folder / f"{name}.py")))
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deep
            title = "cannot be read"
        rows.append((name, (title or "").partition("\n")[0]))
    return rows
