"""The command `forecast`: compute chances by a rule, the pool or theories, and print or freeze them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.asking.base_rate import POOL, base_rate, forecast, forecast_asked, scored_so_far
from negotiation.base.labelled import Table
from negotiation.base.labelled.naming import namer
from negotiation.base.reading.numbers import expect_day
from negotiation.disputes import Scenario
from negotiation.errors import InvalidDate, InvalidOptions, UnknownCountry, UnknownInstrument, UnknownName
from negotiation.lab.frozen_forecast import freeze, read_frozen
from negotiation.report.commands.declared import ForecastOptions
from negotiation.report.commands.kept import content, dispute_files, filled, key_of
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import agreement_named, completed, dispute
from negotiation.report.files import write_text
from negotiation.report.past_chances import OF_EARLIER, put_past_chances
from negotiation.truce_panel.spell_pace import BY_SPELL
from negotiation.truces.prediction.baselines import baselines
from negotiation.truces.prediction.forecast import EVERY_THEORY, rows_asked
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import RENEWED
from negotiation.truces.prediction.named_events import question_document
from negotiation.truces.record.agreement_text import scenario_for
from negotiation.truces.record.events import DIRECTIONS, pairs_of
from negotiation.truces.theories import theories_by_name
from negotiation.truces.verdicts.agreements import truce

# Width on the screen of the names of moves, and of a month.
OF_NAMES, OF_A_MONTH = 54, 7


def run_forecast(output: Output, options: ForecastOptions) -> None:
    """Print a forecast and freeze it if a folder is given, or print what another option requires."""
    scenario = dispute(options.scenario)
    named = None if options.truce is None else agreement_named(options.truce, scenario)
    if options.show is not None:
        _show_frozen(output, options, options.show, scenario)
        return
    world, text, day = forecast_asked(named, scenario, options.as_of)
    name, wanted = str(text), _wanted(options, world)
    if options.by_day is not None:
        expect_alone(options)
        _say_by_day(output, world, day, expect_day(options.by_day), wanted)
        return
    if options.questions is not None:
        questions = rows_asked(name, day, options.months, world)
        write_text(options.questions, json.dumps(question_document(questions, world), indent=1) + "\n")
        output.path(f"questions in {options.questions}")
        if options.freeze is None:  # the chances are not needed
            output.document(
                {"truce": name, "as_of": str(questions.as_of), "questions": str(options.questions)}
            )
            return
    with Bar(f"looking ahead from {name}"):
        made, is_stale = _kept_or_made(options, name, world, day)
    # The whole forecast is cached and frozen; instrument and country choose what is shown.
    shown = made.only(*wanted)
    _show_moves(output, shown, verbose=options.verbose)
    output.say(_who_says(options.by, made))
    if is_stale:
        output.say(OF_EARLIER)
    frozen = None if options.freeze is None else freeze(made, world, options.freeze)
    if frozen is not None:
        output.path(f"frozen as {frozen.name}")
    output.document(
        {
            "truce": name,
            "as_of": str(made.as_of),
            "by": options.by or BY_SPELL,
            "theories": made.theories,
            "rows": shown.table(),
            "frozen": None if frozen is None else str(frozen),
        }
    )


def _show_frozen(output: Output, options: ForecastOptions, path: Path, scenario: str | None) -> None:
    """Print a frozen forecast."""
    frozen = read_frozen(path)
    world = scenario_for(frozen.forecast.truce, scenario)
    named = replace(frozen.forecast, names=truce(frozen.forecast.truce, world).names_in(world))
    output.say(f"Frozen as of {named.as_of}, made at {frozen.provenance['made']}.")
    shown = named.only(*_wanted(options, world))
    _show_moves(output, shown, verbose=options.verbose)
    output.document({"truce": shown.truce, "as_of": str(shown.as_of), "rows": shown.table()})


def expect_alone(options: ForecastOptions) -> None:
    """Raise `InvalidOptions` if an option that `--by-day` cannot use is given with it."""
    given = {
        "--by": options.by,
        "--posterior": options.posterior,
        "--freeze": options.freeze,
        "--questions": options.questions,
    }
    for option, value in given.items():
        if value is not None and value != BY_SPELL:
            raise InvalidOptions(
                f"{option} cannot be used with --by-day, which gives a single chance by the {BY_SPELL}. "
                "Leave out one of the two; without --by-day the chances are by month"
            )


def _show_moves(output: Output, shown: Forecast, *, verbose: bool) -> None:
    """Print the likeliest moves, chances by month, and renewals."""
    # Renewals are sentences below the table: there are few, each in its own month.
    moves = replace(shown, rows=tuple(row for row in shown.rows if row.direction != RENEWED))
    output.say(likeliest(moves))
    first, *later = _in_parts(by_move(moves), output.console.width)
    for table in (first, *(later if verbose else ())):
        output.table(table, most_rows=None)
    if later and not verbose:
        output.say("later months: --verbose")
    output.say('At the harshest level, "up" means a step within the level, such as a longer list.')
    for sentence in renewals(shown):
        output.say(sentence)


def _who_says(by: str | None, forecast: Forecast) -> str:
    """Return a sentence on the rule behind a forecast; for the default rule, also its scores so far."""
    if by is None:
        return f"By the {BY_SPELL}. {scored_so_far()} Others: --by pool, all, or a name."
    if by == POOL:
        return f"baselines and theories, weighted by their scores so far: {', '.join(forecast.theories)}"
    if forecast.theories:
        return f"theories, weighted by their scores so far: {', '.join(forecast.theories)}"
    return f"by the rule {by}"


def _say_by_day(
    output: Output, world: Scenario, day: date, until: date, wanted: tuple[str | None, str | None]
) -> None:
    """Print the chance of each chosen series of moves by a day, in words."""
    instrument, country = wanted
    rates = [
        base_rate(world, day, (code, name, way), until)
        for code, name in pairs_of(world)
        if instrument in (None, name) and country in (None, code)
        for way in DIRECTIONS
    ]
    if not rates:
        raise InvalidOptions(
            f"{country} does not hold {instrument}; it holds {', '.join(world.held(str(country)))}"
        )
    if until <= day:
        raise InvalidDate(f"--by-day must be after {day}, the last day of the record; got {until}")
    for entry in sorted(rates, key=lambda rate: -rate.chance):
        who = namer(world.names)(f"{entry.country} {entry.instrument}")
        way = "a harsher step" if entry.direction == DIRECTIONS[0] else "a step down"
        output.say(
            f"{who}, {way} from {day + timedelta(days=1)} to {until}: {entry.chance:.2f} "
            f"({entry.low:.2f} to {entry.high:.2f}); such steps came {entry.came} times in "
            f"{entry.years:.1f} years."
        )
    output.say(f"By the {BY_SPELL}, with nine tenths of its factor. {scored_so_far()}")
    output.document([asdict(entry) for entry in rates])


def _kept_or_made(options: ForecastOptions, name: str, world: Scenario, day: date) -> tuple[Forecast, bool]:
    """Return a forecast, cached or computed now, and whether stored chances of the pool were outdated."""
    agreement, is_stale, by = truce(name, world), False, options.by

    def make(folder: Path) -> None:
        """Make the forecast and put it into a folder."""
        nonlocal is_stale
        is_rule = by in (None, POOL, *baselines())
        names = None if is_rule else _names(str(by))
        for each in names or ():
            UnknownName.unless_in(each, [*theories_by_name(), EVERY_THEORY, POOL, *baselines()])
        # Theories by themselves also see the law, so that none of their chances are stored.
        is_stale = by == POOL and not put_past_chances(world)
        made = forecast(
            name, day, options.months,
            scenario=world, by=by if is_rule else None, theories=names, posterior=options.posterior,
        )  # fmt: skip
        freeze(made, world, folder)

    options_text = json.dumps([str(day), str(world.definition.as_of), options.months, by])
    posterior = () if options.posterior is None else (options.posterior,)
    key = key_of("forecast", world.name, *dispute_files(world), content(name), options_text, *posterior)
    # Cached as a frozen forecast, which is read as strictly as one from elsewhere.
    with TemporaryDirectory(prefix="negotiation-") as folder:
        filled(Path(folder), key, make)
        (path,) = Path(folder).iterdir()
        frozen = read_frozen(path)
    # A frozen file does not hold names in words; they are taken from the dispute as it is now.
    theories = tuple(frozen.provenance.get("theories", ()))
    shown = replace(frozen.forecast, theories=theories, names=agreement.names_in(world))
    return shown, is_stale


def _wanted(options: ForecastOptions, world: Scenario) -> tuple[str | None, str | None]:
    """Return the full names of the typed instrument and country, or `None` for each that is not typed."""
    typed, whose = options.instrument, options.country
    return (
        typed and completed(typed.replace(" ", "_"), world.instruments, UnknownInstrument),
        whose and completed(whose.upper(), dict.fromkeys(world.countries), UnknownCountry),
    )


def _names(typed: str) -> tuple[str, ...]:
    """Return the typed names, which are separated by commas; an underscore stands for a space."""
    return tuple(name.strip().replace("_", " ") for name in typed.split(",") if name.strip())


def likeliest(forecast: Forecast) -> str:
    """Return two lines: the likeliest move of the first month, and the number of moves expected in all."""
    if not forecast.rows:
        return "No move is asked about."
    first = min(row.month for row in forecast.rows)
    row = max((row for row in forecast.rows if row.month == first), key=lambda row: row.probability)
    who = namer(forecast.names)(f"{row.actor} {row.instrument}")
    expected = sum(row.probability for row in forecast.rows)
    return (
        f"Likeliest in {_spelled(first, '%B')}: {who} {row.direction}, {row.probability:.2f}.\n"
        f"In all months together {expected:.1f} moves are expected."
    )


def renewals(forecast: Forecast) -> tuple[str, ...]:
    """Return a sentence for each month in which a clock ends, with the chances of renewal by leg."""
    rows = [row for row in forecast.rows if row.direction == RENEWED]
    legs = {
        month: ", ".join(f"{row.instrument} {row.probability:.2f}" for row in rows if row.month == month)
        for month in dict.fromkeys(row.month for row in rows)
    }
    return tuple(f"renewed in {_spelled(month, '%B')}, by leg: {chances}" for month, chances in legs.items())


def _spelled(month: str, form: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):{form} %Y}"


def _in_parts(table: Table, width: int) -> Iterator[Table]:
    """Yield a table of moves by month in parts, each with as many months as fit a width in characters."""
    names, months = table.columns[:3], table.columns[3:]
    most = min(max((width - OF_NAMES) // OF_A_MONTH, 1), 12)
    for first in range(0, len(months), most):
        part = months[first : first + most]
        # A part has at most a year, and its title names the year.
        shown, headings = table.only((*names, *part)), (_spelled(month, "%b")[:3] for month in part)
        # Two decimals throughout, so that the points are aligned.
        rows = tuple(tuple(f"{x:.2f}" if isinstance(x, float) else x for x in row) for row in shown.rows)
        title = f"{table.title}, from {_spelled(part[0], '%B')} on"
        yield replace(shown, title=title, columns=(*names, *headings), rows=rows)


def by_move(forecast: Forecast) -> Table:
    """Return a forecast as a table with one row per move and one column per month."""
    months = sorted({row.month for row in forecast.rows})
    moves = list(dict.fromkeys((row.actor, row.instrument, row.direction) for row in forecast.rows))
    given = {(row.month, row.actor, row.instrument, row.direction): row.probability for row in forecast.rows}
    rows = tuple(
        (*move, *(round(given[month, *move], 2) if (month, *move) in given else None for month in months))
        for move in moves
    )
    columns = ("actor", "instrument", "direction", *months)
    return Table("chance of at least one move in the month", columns, rows, forecast.names)
