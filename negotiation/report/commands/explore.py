"""What the command `explore` does: an agreement under sliders in a folder of files, or its first answers."""

from __future__ import annotations

from negotiation.asking.base_rate import forecast_asked
from negotiation.errors import InvalidOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.verdict import answer
from negotiation.report.explorer.setting import Setting, agreements, has_sliders


def opened(name: str | None) -> str:
    """Return the agreement to begin with, by default the text in force on the last day of the record."""
    if name is None:
        return str(forecast_asked(None, None, None)[1])
    if not has_sliders(name):
        raise InvalidOptions(
            f"there are no sliders for {name}; those that have them: {', '.join(agreements())}"
        )
    return name


def print_first(output: Output, agreement: str) -> None:
    """Print the verdicts before a slider is moved."""
    with Bar("judging"):
        verdicts = Setting(agreement).verdicts
    # One world, no draws: where these disagree with it, `verdict` says that a leg is open.
    output.say(answer(verdicts).partition("\n")[0])
    output.table(verdicts.table())
    output.document({"agreement": agreement, "verdicts": verdicts.table()})
