"""The command `list`: the names that other commands accept, with what each stands for."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from negotiation.base.labelled import Table
from negotiation.base.reading.text import file_text
from negotiation.disputes import Scenario
from negotiation.disputes.files.folder import scenario_folder, scenario_names
from negotiation.disputes.loading import MAIN, load_scenario
from negotiation.errors import UnknownName
from negotiation.report.commands.declared import ListOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import ALL, KINDS, completed
from negotiation.truces.record.agreement_text import agreements_of

# What the literature calls each theory, as on the page of theories.
IN_THE_LITERATURE = {
    "each for itself": "stage equilibrium",
    "moment": "stage deviations under the text alone",
    "custom in kind": "reciprocity in kind",
    "shadow linkage": "linkage with optimal punishments",
    "renegotiation": "weak renegotiation-proofness",
    "repeated negotiation": "repeated negotiation equilibrium",
}

PAYOFFS = "payoffs"
# So many columns of payoffs are on a screen; `--json` also has what moves each most, and another calibration.
ORIGINS = 6
ORIGINS_MEAN = (
    "That calibration is the default. From: the standing of the parameter whose range moves the payoff most, "
    "sourced, reposted (the page repeats its source), bounded, or assumed. `--json` names the parameter, and "
    "has the payoffs of the other calibration."
)
# Names of each kind on the first screen, which is to stay one.
SHOWN = 1


class UnknownKind(UnknownName):
    """No kind of names is called so."""

    noun = "kind of names"


def run_list(output: Output, options: ListOptions) -> None:
    """Print the number of names of each kind, the names of one kind, or all; JSON has all of them."""
    wanted = None if options.kind is None else completed(options.kind, (*KINDS, ALL), UnknownKind)
    kinds = tuple(KINDS) if wanted in (None, ALL) else (wanted,)
    with Bar("reading what there is"):
        tables = {name: _table(name, options.experiments, counted=wanted is None) for name in kinds}
    if wanted is None:
        output.table(overview(tables))
        output.say("one kind: negotiation list agreements; every name: negotiation list all")
    for name, table in () if wanted is None else tables.items():
        if table.rows:
            output.table(table, table.columns[:ORIGINS] if name == PAYOFFS else None, most_rows=None)
            output.say(ORIGINS_MEAN if name == PAYOFFS else "")
        else:
            output.say(f"{table.title}: none here")
    output.document(tables)


def overview(tables: Mapping[str, Table]) -> Table:
    """Return one row for each kind: how many names there are, the first of them, and where they are met.

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
    """Return what levels of the main dispute are worth; the names alone where they are only counted."""
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
    from negotiation.disputes.step_effects import origins_table

    known = sorted(path.stem for path in (scenario_folder(MAIN) / "calibrations").glob("*.toml"))
    other = next(name for name in known if name != world.calibration.name)
    return origins_table(world, load_scenario(MAIN, other))


def _table(kind: str, experiments: Path, *, counted: bool) -> Table:
    if kind == PAYOFFS:
        return _payoffs(counted)
    rows = {
        "scenarios": _scenarios,
        "agreements": _agreements,
        "instruments": _instruments,
        "parameters": _parameters,
        "claims": _claims,
        "theories": _theories,
        "methods": _methods,
    }
    # Experiments alone depend on where one is; instruments alone name countries.
    listed = _experiments(experiments) if kind == "experiments" else rows[kind]()
    return Table(kind, ("name", "what it is"), tuple(listed), _countries() if kind == "instruments" else {})


def _disputes() -> list[Scenario]:
    return [load_scenario(name) for name in scenario_names()]


def _scenarios() -> list[tuple[str, str]]:
    return [(world.name, world.title) for world in _disputes()]


def _agreements() -> list[tuple[str, str]]:
    texts = agreements_of(None, placebos=True)
    return [(text.id, f"{text.title}, signed {text.signed}") for text in texts]


def _countries() -> dict[str, str]:
    """Return what the countries of every dispute are called; names of instruments stay as they are typed."""
    return {code: country.name for world in _disputes() for code, country in world.facts.items()}


def _instruments() -> list[tuple[str, str]]:
    """Return one line for a name that several disputes have, with what it is in each."""
    words = defaultdict[str, list[str]](list)
    for instrument in (instrument for world in _disputes() for instrument in world.instruments.values()):
        words[instrument.name].append(
            f"{instrument.title}; {instrument.leg} leg; of {' and '.join(instrument.levels)}"
        )
    return [(name, "; ".join(dict.fromkeys(descriptions))) for name, descriptions in words.items()]


def _parameters() -> list[tuple[str, str]]:
    """Return one line for a name that several disputes have, with its value and range in each."""
    ranges = defaultdict[str, list[str]](list)
    for world in _disputes():
        for name, quantity in world.quantities.items():
            ranges[name].append(
                f"{world.name} {quantity.value:g} ({quantity.low:g} to {quantity.high:g}) {quantity.unit}"
            )
    return [(name, "; ".join(words)) for name, words in sorted(ranges.items())]


def _claims() -> list[tuple[str, str]]:
    from negotiation.truces.claims import claims

    return [(claim.name, claim.statement) for claim in claims().values()]


def _theories() -> list[tuple[str, str]]:
    from negotiation.truces.theories import theories

    # A theory of somebody else's may have no other name.
    terms = {name: f" In the literature: {term}." for name, term in IN_THE_LITERATURE.items()}
    return [(theory.name, theory.statement + terms.get(theory.name, "")) for theory in theories()]


def _methods() -> list[tuple[str, str]]:
    from negotiation.game_theory.solvers.nash.solve import nash_methods

    return [(name, str(method.finds)) for name, method in nash_methods().items()]


def _experiments(folder: Path) -> list[tuple[str, str]]:
    """Return the experiments of a folder; their files are read and not run."""
    from negotiation.lab.experiment import experiment_slugs

    rows = []
    for name in experiment_slugs(folder):
        try:
            title = ast.get_docstring(ast.parse(file_text(folder / f"{name}.py")))
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deep
            title = "cannot be read"
        rows.append((name, (title or "").partition("\n")[0]))
    return rows
