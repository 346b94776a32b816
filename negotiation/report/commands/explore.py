"""The command `explore`: write a page with sliders for an agreement, or print its first answers."""

from __future__ import annotations

from negotiation.asking.base_rate import forecast_asked
from negotiation.errors import InvalidOptions
from negotiation.report.commands.declared import ExploreOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import agreement_named
from negotiation.report.commands.verdict import answer
from negotiation.report.explorer.setting import Setting, agreements, has_sliders


def opened(name: str | None) -> str:
    """Return the agreement to show, by default the text in force on the last day of the record.

    Raise `InvalidOptions` for an agreement of a dispute without the parameters of the sliders.
    """
    if name is None:
        return str(forecast_asked(None, None, None)[1])
    if not has_sliders(name):
        raise InvalidOptions(
            f"{name} belongs to a dispute without the parameters of the sliders; choose one of "
            f"{', '.join(agreements())}"
        )
    return name


def run_explore(output: Output, options: ExploreOptions) -> None:
    """Write a page of answers at some positions of the sliders and open it, or print the first answers."""
    typed, folder = options.agreement, options.out
    agreement = opened(None if typed is None else agreement_named(typed))
    if options.only_print or output.as_json:
        _print_first(output, agreement)
        return
    from negotiation.report.explorer.page import computed, truce_rows, write_page
    from negotiation.truce_panel import panel

    with Bar("judging at many positions of the sliders (a minute)"):
        answers = computed(agreement)
    page = folder / "index.html"
    supposes = (
        "All other parameters have their central values, and a breach of the text is answered for ever."
    )
    write_page(
        folder, {"settings": {agreement: answers}, "truces": truce_rows(panel().tables), "supposes": supposes}
    )
    output.path(f"page: {page}")
    if options.browser:
        import webbrowser

        webbrowser.open(page.resolve().as_uri())


def _print_first(output: Output, agreement: str) -> None:
    """Print the verdicts at the first position of the sliders."""
    with Bar("judging"):
        verdicts = Setting(agreement).verdicts
    # Central values without draws: `verdict` says that a leg is open if draws disagree.
    output.say(answer(verdicts).partition("\n")[0])
    output.table(verdicts.table())
    output.document({"agreement": agreement, "verdicts": verdicts.table()})
