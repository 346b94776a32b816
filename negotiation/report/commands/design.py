"""The command `design`: which text would hold on a day, and what it is worth to each side."""

from __future__ import annotations

from collections.abc import Mapping

from negotiation.base.labelled import Table
from negotiation.errors import InvalidOptions, shown
from negotiation.report.commands.declared import DesignOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import dispute, typed_day
from negotiation.report.commands.verdict import show_revealed
from negotiation.text_design.design import Design, design


def run_design(output: Output, options: DesignOptions) -> None:
    """Print which text would hold on a day under each theory, and what it is worth to each side."""
    with Bar("searching for texts") as report:
        result = design(
            dispute(options.scenario), on=typed_day(options.on), bind=typed_list(options.bind),
            theories=typed_list(options.theories), robust=options.robust, levels=_levels(options.level or []),
            clocks=options.clock or None, linkage=typed_list(options.linkage),
            consultation=options.consultation, size=options.size, draws=options.draws, fresh=options.fresh,
            texts=options.texts, rng=options.seed, progress=report,
        )  # fmt: skip
    _show(output, result)
    more: dict[str, Table] = {}
    if options.revealed:
        with Bar("finding the draws that agree with earlier choices") as report:
            table = result.revealed(draws=options.fresh, rng=options.seed, progress=report)
        more = show_revealed(output, table)
    _document(output, result, more)


def _levels(typed: list[str]) -> dict[tuple[str, str], list[str]] | None:
    """Return the typed levels by country and instrument, or `None` if none is typed."""
    levels: dict[tuple[str, str], list[str]] = {}
    for words_typed in typed:
        words = words_typed.split()
        if len(words) != 3:
            raise InvalidOptions(
                f"--level {shown(words_typed)}: expected a country, an instrument and a level, such as "
                "'USA tariff busan'"
            )
        levels.setdefault((words[0], words[1]), []).append(words[2])
    return levels or None


# What a share counts here; `verdict` counts differently.
HOLDS = (
    "A text holds in a draw if every leg does, in the state of that day. A draw in which keeping is not "
    "rational counts against it; `verdict` leaves such draws out, leg by leg."
)


def _show(output: Output, result: Design) -> None:
    output.say(result.answer)
    # Leave room for the gains of all countries; the next table shows the clauses.
    table = result.table()
    output.table(table.only([name for name in table.columns if name not in ("clauses", "drop")]))
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
    """Return the typed names, which are separated by commas, or `None` if nothing is typed.

    Examples
    --------
    >>> typed_list("tariff, purchases")
    ['tariff', 'purchases']
    """
    return None if typed is None else [name.strip() for name in typed.split(",")]
