"""Names as they are typed: whole, or the beginning of one name alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from negotiation.base.reading.numbers import expect_day
from negotiation.base.reading.text import is_file, is_folder
from negotiation.disputes import Scenario
from negotiation.disputes.files.folder import SCENARIO, scenario_names
from negotiation.errors import (
    InvalidFile,
    InvalidOptions,
    UnknownExperiment,
    UnknownName,
    UnknownTruce,
)
from negotiation.lab.experiment import experiment_slugs
from negotiation.truces.record.agreement_text import truce_names

_DATED = re.compile(r"\d{4}-\d{2}-")


def completed(typed: str, known: Iterable[str], unknown: type[UnknownName]) -> str:
    """Return the name that is meant: typed whole, or begun so that one name alone is meant.

    The year and month before an agreement's place may be left out.
    """
    names = tuple(known)
    if typed in names:
        return typed
    # One name alone that begins so is meant; of several none.
    meant = [name for name in names if name.startswith(typed) or _place(name).startswith(typed)]
    if typed and len(meant) == 1:
        return meant[0]
    raise unknown(typed, meant if typed and meant else names)


def _place(name: str) -> str:
    return _DATED.sub("", name, count=1)


def dispute(typed: str) -> str:
    """Return the dispute that is meant; of a folder here that has the name of none, its path."""
    if "/" in typed:
        return typed
    # Elsewhere a name without a slash is that of a dispute of the package.
    return f"./{typed}" if typed not in scenario_names() and is_file(Path(typed) / SCENARIO) else typed


def typed_day(typed: str | None) -> date | None:
    """Return the day that is typed; none if nothing is.

    Examples
    --------
    >>> typed_day("2025-11-30")
    datetime.date(2025, 11, 30)
    """
    return None if typed is None else expect_day(typed)


def experiment(typed: str, folder: Path) -> str:
    """Return the experiment that is meant; a path stays what it is."""
    if typed.endswith(".py"):
        return typed
    if not is_folder(folder):
        raise InvalidFile(
            f"{folder}: no such folder here; experiments come with the checkout and not with the installed "
            "package: work there, or name a folder of your own with --experiments"
        )
    return completed(typed, experiment_slugs(folder), UnknownExperiment)


def with_settings(world: Scenario, typed: Iterable[str]) -> Scenario:
    """Return a dispute with parameters as they are typed, each NAME=VALUE or NAME=VALUE,LOW,HIGH."""
    settings: dict[str, float | tuple[float, float, float]] = {}
    for each in typed:
        name, equals, numbers = each.partition("=")
        values = [number.strip() for number in numbers.split(",")]
        if not equals or len(values) not in (1, 3):
            raise InvalidOptions(
                f"--set takes NAME=VALUE, or NAME=VALUE,LOW,HIGH; got {each!r}: write "
                "--set chip_control.security_ratio=1.5"
            )
        try:
            first, *ends = map(float, values)
        except ValueError:
            raise InvalidOptions(f"--set {each}: what stands after {name}= has to be numbers") from None
        settings[name.strip()] = (first, ends[0], ends[1]) if ends else first
    return world.with_parameters(settings)


def agreement_named(typed: str, scenario: str | None = None) -> str:
    """Return the agreement that is meant; a path stays what it is."""
    if typed.endswith(".toml"):
        return typed
    if "/" in typed or "\\" in typed or is_file(Path(typed)) or is_folder(Path(typed)):
        raise InvalidFile(f"{typed}: an agreement is a file whose name ends in .toml, or the name of one")
    return completed(typed, truce_names(scenario, placebos=True), UnknownTruce)
