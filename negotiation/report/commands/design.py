"""The command `design`: which text would hold on a day, and what it is worth to each side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from negotiation.errors import InvalidOptions
from negotiation.report.commands.typed import JsonOption, QuietOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from negotiation.base.labelled import Table
    from negotiation.report.commands.output import Output
    from negotiation.text_design.design import Design


def design(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Name of a dispute, or its folder.")],
    on: Annotated[
        str | None, typer.Option("--on", help="Day, such as 2025-10-30; the record's last day by default.")
    ] = None,
    bind: Annotated[
        str | None, typer.Option("--bind", help="Only these instruments, such as tariff,CHN purchases.")
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", help="A level to try, such as 'USA tariff busan'; repeat the option."),
    ] = None,
    theories: Annotated[str | None, typer.Option("--theories", help="Only these: NAME,...")] = None,
    robust: Annotated[float, typer.Option("--robust", help="Share of draws that must hold.")] = 0.9,
    clock: Annotated[
        list[int] | None,
        typer.Option("--clock", help="A term in days to try; repeat the option. None by default."),
    ] = None,
    linkage: Annotated[
        str | None,
        typer.Option("--linkage", help="Kinds of linkage to try, such as within_issue,all_or_nothing."),
    ] = None,
    consultation: Annotated[
        bool, typer.Option("--consultation", help="Also try a channel of consultation.")
    ] = False,
    size: Annotated[str | None, typer.Option("--size", help="Size of the game; core by default.")] = None,
    draws: Annotated[int, typer.Option("--draws", min=1, help="Draws of the search.")] = 16,
    fresh: Annotated[int, typer.Option("--fresh", min=1, help="Fresh draws behind every share.")] = 2048,
    texts: Annotated[int, typer.Option("--texts", min=1, help="Largest number of texts to evaluate.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")] = 0,
    revealed: Annotated[
        bool, typer.Option("--revealed", help="Also where earlier choices pay: minutes for many theories.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say which text would hold on a day under each theory, and what it is worth to each side."""
    from negotiation.report.commands.output import Bar, Output
    from negotiation.report.commands.typed import dispute, typed_day
    from negotiation.report.commands.verdict import show_revealed
    from negotiation.text_design.design import design as designed

    output = Output(as_json, quiet)
    with Bar("searching for texts") as report:
        result = designed(
            dispute(scenario), on=typed_day(on), bind=typed_list(bind), theories=typed_list(theories),
            robust=robust, levels=_levels(level or []), clocks=clock or None, linkage=typed_list(linkage),
            consultation=consultation, size=size, draws=draws, fresh=fresh, texts=texts, rng=seed,
            progress=report,
        )  # fmt: skip
    more: dict[str, Table] = {}
    _show(output, result)
    if revealed:
        with Bar("finding the draws that agree with earlier choices") as report:
            table = result.revealed(draws=fresh, rng=seed, progress=report)
        more = show_revealed(output, table)
    _document(output, result, more)


def _levels(typed: list[str]) -> dict[tuple[str, str], list[str]] | None:
    """Return levels by country and instrument, as they are typed; none if nothing is."""
    levels: dict[tuple[str, str], list[str]] = {}
    for words_typed in typed:
        words = words_typed.split()
        if len(words) != 3:
            raise InvalidOptions(
                f"--level expects a country, an instrument and a level, such as 'USA tariff busan'; "
                f"got {words_typed!r}"
            )
        levels.setdefault((words[0], words[1]), []).append(words[2])
    return levels or None


# What a share counts here, unlike a share of `verdict`.
HOLDS = (
    "A text holds in a draw if every leg does, in the state of that day. A draw in which keeping is not "
    "rational counts against it; `verdict` leaves such draws out, leg by leg."
)


def _show(output: Output, result: Design) -> None:
    output.say(result.answer)
    # The gains of all countries are to have room; the next table shows the clauses.
    table = result.table()
    output.table(table, [name for name in table.columns if name not in ("clauses", "drop")])
    output.table(result.written())
    output.say(f"{result.reason}. {result.binds}.")
    output.say(HOLDS)


def _document(output: Output, result: Design, more: Mapping[str, Table]) -> None:
    output.document(
        {
            "scenario": result.scenario.name,
            "on": str(result.on),
            "size": result.size,
            "robust": result.alpha,
            "answer": result.answer,
            "status": result.status,
            "reason": result.reason,
            "binds": result.binds,
            "best": None if result.best is None else result.best.to_toml(),
            "least": None if result.least is None else result.least.to_toml(),
            "frontier": [text.words for text in result.frontier],
            "texts": result.table(),
            "written": result.written(),
            "by_theory": [text.table() for text in result.texts],
            **more,
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
