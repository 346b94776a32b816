"""What users type: how subcommands are declared, the options that several share, and abbreviated names.

A name may be typed in full, or only its beginning if no other name begins the same way. The command imports
this module when it starts, so anything heavy is imported within the functions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from inspect import Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, dataclass_transform, get_args

import typer
from typer import Argument, Option
from typer.models import ArgumentInfo

from negotiation.base.reading.text import is_file, is_folder
from negotiation.errors import InvalidFile, InvalidOptions, UnknownExperiment, UnknownName, UnknownTruce

if TYPE_CHECKING:
    from datetime import date

    from negotiation.disputes import Scenario

# Exit statuses: the computation failed or is incomplete; bad input.
NOT_DONE, BAD_INPUT = 1, 2

# The truces of the main dispute that `replay` shows by default.
MAIN_TRUCES = ("2025-05-geneva", "2025-10-busan")

# The kinds of names, and where they are used.
KINDS = {
    "scenarios": "--scenario, check",
    "agreements": "replay, verdict, forecast",
    "instruments": "clauses of an agreement",
    "payoffs": "what each level pays",
    "parameters": "Scenario.with_parameters",
    "experiments": "run, results",
    "claims": "replay --predict",
    "theories": "verdict",
    "methods": "solve --method",
}
ALL = "all"

_DATED = re.compile(r"\d{4}-\d{2}-")


# Names that the shell completes; typer drops those that do not begin with what is typed.


def agreements() -> list[str]:
    """Return the names of agreements, and the names without their dates."""
    from negotiation.truces.record.agreement_text import truce_names

    names = truce_names(placebos=True)
    return [*names, *map(_place, names)]


def scenarios() -> list[str]:
    """Return the names of the disputes of the package."""
    from negotiation.disputes.files.folder import scenario_names

    return [*scenario_names()]


def experiments() -> list[str]:
    """Return the names of the experiments in the folder `experiments` of the current folder."""
    from negotiation.lab.experiment import experiment_slugs

    return [*experiment_slugs(Path("experiments"))]


_DISPUTE = "Name of a dispute, or its folder"
ScenarioArgument = Annotated[str, Argument(help=f"{_DISPUTE}.", autocompletion=scenarios)]
ScenarioOption = Annotated[str, Option("--scenario", help=f"{_DISPUTE}.", autocompletion=scenarios)]
DisputeOption = Annotated[
    str | None,
    Option("--scenario", help=f"{_DISPUTE}; by default the truce's own.", autocompletion=scenarios),
]
AgreementArgument = Annotated[
    str,
    Argument(
        metavar="AGREEMENT", help="Name of an agreement, or its file (.toml).", autocompletion=agreements
    ),
]
CalibrationOption = Annotated[
    str | None, Option("--calibration", help="Name of a calibration of the dispute, such as sourced.")
]
JsonOption = Annotated[bool, Option("--json", help="Print one JSON document and nothing else.")]
QuietOption = Annotated[bool, Option("--quiet", "-q", help="Write the files, but print nothing.")]
VerboseOption = Annotated[bool, Option("--verbose", "-v", help="Print every table.")]
OutOption = Annotated[Path, Option("--out", help="Folder to write files to.")]
AsOfOption = Annotated[
    str | None, Option("--as-of", help="Use only what was known on this day, such as 2025-11-30.")
]
ExperimentsOption = Annotated[Path, Option("--experiments", help="Folder of experiments.")]
SeedOption = Annotated[int, Option("--seed", min=0, help="Seed of the draws.")]
DrawsOption = Annotated[int, Option("--draws", min=0, help="Number of parameter draws behind the shares.")]
SetOption = Annotated[
    list[str] | None,
    Option(
        "--set",
        help="Set a parameter: NAME=VALUE (the same in all draws) or NAME=VALUE,LOW,HIGH; may be repeated.",
    ),
]


app = typer.Typer(
    name="negotiation",
    help="Solve games of economic statecraft, certify them and compare them with the record.",
    epilog="Exit statuses: 0 done, 1 computed but failed or incomplete, 2 bad input, 130 interrupted.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 80},
)
panel_app = typer.Typer(
    help="Check a table of truces, predict what becomes of them, and score predictions.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: negotiation panel check my-truces",
)
app.add_typer(
    panel_app, name="panel", short_help="Check a table of truces, predict their fate, score predictions."
)

T = TypeVar("T")
Typed = TypeVar("Typed", str, str | None)


@dataclass_transform(frozen_default=True)
def command(
    work: str, short: str, example: str, group: typer.Typer = app, one_thread: bool = False
) -> Callable[[type[T]], type[T]]:
    """Return a decorator that turns a class of options into a frozen dataclass and adds its subcommand.

    `example` is a typed command without "negotiation": it names the subcommand and is shown by `--help`.
    `work` is the text "module:function", looked up in `negotiation.report.commands` only when the subcommand
    runs, so that `--help` stays quick. The function takes the output and the options, and returns the exit
    status, or None for 0. `short` describes the subcommand in the list of `group`. Every subcommand has
    `--json` and `--quiet`. An argument is shown as its name in capitals unless it has a metavar.
    `one_thread` limits NumPy to one thread unless the environment sets the number.
    """
    name = example.split()[1 if group is panel_app else 0]

    def declare(declared: type[T]) -> type[T]:
        """Add the subcommand with these options."""
        options = dataclass(frozen=True)(declared)

        def run(as_json: JsonOption = False, quiet: QuietOption = False, **typed: object) -> None:
            """Load the function of the subcommand and call it."""
            if one_thread:
                from negotiation.lab.executors import ONE_THREAD

                # With small matrices, threads only wait for each other. NumPy reads this when it is loaded.
                os.environ.update({variable: os.environ.get(variable, "1") for variable in ONE_THREAD})
            from negotiation.report.commands.output import Output

            module, function = work.split(":")
            do = getattr(import_module(f"negotiation.report.commands.{module}"), function)
            if status := do(Output(as_json, quiet), options(**typed)):
                raise SystemExit(status)

        *everywhere, _ = signature(run, eval_str=True).parameters.values()
        own = signature(options, eval_str=True).parameters.values()
        for parameter in own:
            for info in get_args(parameter.annotation)[1:]:
                if isinstance(info, ArgumentInfo):
                    info.metavar = info.metavar or parameter.name.upper()
        run.__signature__ = Signature([*own, *everywhere])  # type: ignore[attr-defined]
        run.__doc__ = options.__doc__
        group.command(name, short_help=short, epilog=f"Example: negotiation {example}")(run)
        return options

    return declare


def completed(typed: str, known: Iterable[str], unknown: type[UnknownName]) -> str:
    """Return the full name for a name or for the beginning of exactly one name; else raise `unknown`.

    The year and month at the beginning of an agreement's name may be left out.
    """
    names = tuple(known)
    if typed in names:
        return typed
    meant = [name for name in names if name.startswith(typed) or _place(name).startswith(typed)]
    if typed and len(meant) == 1:
        return meant[0]
    raise unknown(typed, meant if typed and meant else names)


def _place(name: str) -> str:
    return _DATED.sub("", name, count=1)


def dispute(typed: Typed) -> Typed:
    """Return the typed name or path of a dispute, with "./" before the name of a dispute's folder here.

    If a dispute of the package and a folder here have the same name, the dispute of the package is meant.
    None is returned unchanged.
    """
    from negotiation.disputes.files.folder import SCENARIO, scenario_names

    if not typed or "/" in typed:
        return typed
    # All other code takes a name without a slash for a dispute of the package.
    return f"./{typed}" if typed not in scenario_names() and is_file(Path(typed) / SCENARIO) else typed


def typed_day(typed: str | None) -> date | None:
    """Return the typed day as a date, or None if nothing was typed.

    Examples
    --------
    >>> typed_day("2025-11-30")
    datetime.date(2025, 11, 30)
    """
    from negotiation.base.reading.numbers import expect_day

    return None if typed is None else expect_day(typed)


def experiment(typed: str, folder: Path) -> str:
    """Return the full name of an experiment in a folder; a path that ends in .py is returned unchanged."""
    from negotiation.lab.experiment import experiment_slugs

    if typed.endswith(".py"):
        return typed
    if not is_folder(folder):
        raise InvalidFile(
            f"{folder}: there is no such folder; expected a folder of experiments. They come with the source "
            "checkout, not with the installed package; run the command in a checkout, or name a folder with "
            "--experiments"
        )
    return completed(typed, experiment_slugs(folder), UnknownExperiment)


def with_settings(world: Scenario, typed: Iterable[str] | None) -> Scenario:
    """Return a dispute with the typed parameters, each written NAME=VALUE or NAME=VALUE,LOW,HIGH."""
    settings: dict[str, float | tuple[float, float, float]] = {}
    for each in typed or ():
        name, _, numbers = each.partition("=")
        try:
            values = [float(number) for number in numbers.split(",")]
        except ValueError:
            values = []
        match values:
            case [value]:
                settings[name.strip()] = value
            case [value, low, high]:
                settings[name.strip()] = (value, low, high)
            case _:
                raise InvalidOptions(
                    f"--set {each!r}: expected NAME=VALUE or NAME=VALUE,LOW,HIGH, with numbers. Write, for "
                    "example, --set chip_control.security_ratio=1.5"
                )
    return world.with_parameters(settings)


def agreement_named(typed: str, scenario: str | None = None) -> str:
    """Return the full name of an agreement; a path that ends in .toml is returned unchanged."""
    from negotiation.truces.record.agreement_text import truce_names

    if typed.endswith(".toml"):
        return typed
    if "/" in typed or "\\" in typed or is_file(Path(typed)) or is_folder(Path(typed)):
        raise InvalidFile(
            f"{typed} is a path, but its name does not end in .toml; expected the name of an agreement, or "
            "a .toml file. `negotiation list agreements` lists the names"
        )
    return completed(typed, truce_names(scenario, placebos=True), UnknownTruce)


def truces_named(typed: Iterable[str], scenario: str | None) -> list[str]:
    """Return the full names of the truces to replay.

    By default these are `MAIN_TRUCES` for the main dispute, and all truces of another dispute.
    """
    from negotiation.disputes.loading import MAIN
    from negotiation.truces.record.agreement_text import truce_names

    if typed:
        return [agreement_named(name, scenario) for name in typed]
    return [*(MAIN_TRUCES if scenario in (None, MAIN) else truce_names(scenario))]
