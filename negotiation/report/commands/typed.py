"""What users type: subcommands and the options that several share, completion of names, names that are meant.

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
from typing import TYPE_CHECKING, Annotated, TypeVar, dataclass_transform, overload

import typer
from typer import Argument, Option

from negotiation.base.reading.text import is_file, is_folder
from negotiation.errors import InvalidFile, InvalidOptions, UnknownExperiment, UnknownName, UnknownTruce

if TYPE_CHECKING:
    from datetime import date

    from negotiation.disputes import Scenario

# Exit statuses: something was computed, and failed or is incomplete; bad input.
NOT_DONE, BAD_INPUT = 1, 2

# The truces of the main dispute that `replay` shows if none is typed.
MAIN_TRUCES = ("2025-05-geneva", "2025-10-busan")

# The kinds of names, and where they are typed or met.
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


def _beginning(typed: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(typed)]


def agreements_begun(typed: str) -> list[str]:
    """Return the agreements whose name or place begins with what is typed, for the shell."""
    from negotiation.truces.record.agreement_text import truce_names

    names = truce_names(placebos=True)
    return _beginning(typed, [*names, *map(_place, names)])


def scenarios_begun(typed: str) -> list[str]:
    """Return the disputes of the package whose name begins with what is typed, for the shell."""
    from negotiation.disputes.files.folder import scenario_names

    return _beginning(typed, scenario_names())


def experiments_begun(typed: str) -> list[str]:
    """Return the experiments whose name begins with what is typed, for the shell."""
    from negotiation.lab.experiment import experiment_slugs

    return _beginning(typed, experiment_slugs(Path("experiments")))


def kinds_begun(typed: str) -> list[str]:
    """Return the kinds of names that `list` accepts and that begin with what is typed, for the shell."""
    return _beginning(typed, [*KINDS, ALL])


ScenarioOption = Annotated[
    str,
    Option("--scenario", help="Name of a dispute, or its folder.", autocompletion=scenarios_begun),
]
DisputeOption = Annotated[
    str | None,
    Option(
        "--scenario",
        help="Name of a dispute, or its folder; by default the truce's own.",
        autocompletion=scenarios_begun,
    ),
]
PlaceOption = Annotated[str | None, Option("--scenario", help="Name of a dispute, or its folder.")]
AgreementArgument = Annotated[
    str, Argument(metavar="AGREEMENT", help="Name of an agreement, or its file (.toml).")
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


@dataclass_transform(frozen_default=True)
def command(
    work: str, short: str, example: str, group: typer.Typer = app, one_thread: bool = False
) -> Callable[[type[T]], type[T]]:
    """Return the decorator that makes a frozen dataclass of what is typed a subcommand, named by the example.

    The work is named as text, "module:function" in `negotiation.report.commands`, and loaded when the
    subcommand runs, so that `--help` stays quick. It takes the output and what is typed, and returns the exit
    status if that is not 0. Every subcommand has `--json` and `--quiet`.
    """
    name = example.split()[1 if group is panel_app else 0]

    def declare(declared: type[T]) -> type[T]:
        """Add the subcommand with these options."""
        options = dataclass(frozen=True)(declared)

        def run(as_json: JsonOption = False, quiet: QuietOption = False, **typed: object) -> None:
            """Load the work and do it."""
            if one_thread:
                from negotiation.lab.executors import ONE_THREAD

                # Where matrices are small threads only wait for each other. NumPy reads this when loaded.
                os.environ.update({variable: os.environ.get(variable, "1") for variable in ONE_THREAD})
            from negotiation.report.commands.output import Output

            module, function = work.split(":")
            do = getattr(import_module(f"negotiation.report.commands.{module}"), function)
            if status := do(Output(as_json, quiet), options(**typed)):
                raise SystemExit(status)

        *everywhere, _ = signature(run, eval_str=True).parameters.values()
        own = signature(options, eval_str=True).parameters.values()
        run.__signature__ = Signature([*own, *everywhere])  # type: ignore[attr-defined]
        run.__doc__ = options.__doc__
        group.command(name, short_help=short, epilog=f"Example: negotiation {example}")(run)
        return options

    return declare


def completed(typed: str, known: Iterable[str], unknown: type[UnknownName]) -> str:
    """Return the name that is meant: a whole name, or the beginning of exactly one name.

    The year and month before an agreement's place may be left out. Anything else raises the class `unknown`.
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


@overload
def dispute(typed: str) -> str: ...


@overload
def dispute(typed: str | None) -> str | None: ...


def dispute(typed: str | None) -> str | None:
    """Return the name of the dispute that is meant, or the path of a folder here with another name."""
    from negotiation.disputes.files.folder import SCENARIO, scenario_names

    if typed is None:
        return None
    if "/" in typed:
        return typed
    # All other code reads a name without a slash as a dispute of the package.
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
    """Return the experiment that is meant; a path is returned unchanged."""
    from negotiation.lab.experiment import experiment_slugs

    if typed.endswith(".py"):
        return typed
    if not is_folder(folder):
        raise InvalidFile(
            f"{folder}: there is no such folder here. Experiments come with the source checkout, not with "
            "the installed package; run the command in a checkout, or name a folder with --experiments"
        )
    return completed(typed, experiment_slugs(folder), UnknownExperiment)


def with_settings(world: Scenario, typed: Iterable[str] | None) -> Scenario:
    """Return a dispute with the typed parameters, each NAME=VALUE or NAME=VALUE,LOW,HIGH."""
    settings: dict[str, float | tuple[float, float, float]] = {}
    for each in typed or ():
        name, equals, numbers = each.partition("=")
        values = [number.strip() for number in numbers.split(",")]
        if not equals or len(values) not in (1, 3):
            raise InvalidOptions(
                f"--set expects NAME=VALUE or NAME=VALUE,LOW,HIGH; got {each!r}. Write, for example, "
                "--set chip_control.security_ratio=1.5"
            )
        try:
            first, *ends = map(float, values)
        except ValueError:
            raise InvalidOptions(
                f"--set {each}: expected one or three numbers after {name}=, separated by commas"
            ) from None
        settings[name.strip()] = (first, ends[0], ends[1]) if ends else first
    return world.with_parameters(settings)


def agreement_named(typed: str, scenario: str | None = None) -> str:
    """Return the agreement that is meant; a path is returned unchanged."""
    from negotiation.truces.record.agreement_text import truce_names

    if typed.endswith(".toml"):
        return typed
    if "/" in typed or "\\" in typed or is_file(Path(typed)) or is_folder(Path(typed)):
        raise InvalidFile(f"{typed}: expected the name of an agreement, or a file whose name ends in .toml")
    return completed(typed, truce_names(scenario, placebos=True), UnknownTruce)


def truces_named(typed: Iterable[str], scenario: str | None) -> list[str]:
    """Return the truces to replay: those typed, or by default two of the main dispute and all of another."""
    from negotiation.disputes.loading import MAIN
    from negotiation.truces.record.agreement_text import truce_names

    if typed:
        return [agreement_named(name, scenario) for name in typed]
    return [*(MAIN_TRUCES if scenario in (None, MAIN) else truce_names(scenario))]
