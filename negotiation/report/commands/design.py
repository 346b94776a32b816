"""What the command `design` does: which text would hold on a day, and what it is worth to either side."""

from __future__ import annotations

from typing import Any

from negotiation.report.commands.output import Bar, Output
from negotiation.text_design.design import design


def run_design(output: Output, scenario: str, **options: Any) -> None:
    """Search for texts, and print the answer in a sentence, a table, and what each text binds."""
    with Bar("searching for texts") as report:
        found = design(scenario, progress=report, **options)
    output.say(found.answer)
    output.table(found.table())
    output.table(found.written())
    output.say(f"{found.reason}. {found.binds}.")
    output.document(
        {
            "scenario": found.scenario.name,
            "on": str(found.on),
            "size": found.size,
            "robust": found.alpha,
            "answer": found.answer,
            "status": found.status,
            "reason": found.reason,
            "binds": found.binds,
            "best": None if found.best is None else found.best.to_toml(),
            "least": None if found.least is None else found.least.to_toml(),
            "frontier": [one.words for one in found.frontier],
            "texts": found.table(),
            "written": found.written(),
            "by_theory": [one.table() for one in found.texts],
        }
    )


def typed_list(typed: str | None) -> list[str] | None:
    """Return the names that are typed with commas between; none if nothing is.

    Examples
    --------
    >>> typed_list("tariff, purchases")
    ['tariff', 'purchases']
    """
    return None if typed is None else [name.strip() for name in typed.split(",")]
