"""The command `score`: compare forecasts, frozen or as tables of chances, with outcomes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from negotiation.base.labelled import Table
from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text
from negotiation.disputes import Scenario
from negotiation.disputes.loading import MAIN, load_scenario
from negotiation.errors import InvalidDate, InvalidOptions, shown
from negotiation.lab.frozen_forecast import FrozenForecast, read_frozen
from negotiation.report.commands.declared import ScoreOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import dispute
from negotiation.truces.prediction.cell_scores import RULES
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.forecast_scores import question_scores
from negotiation.truces.prediction.named_events import event_scores, event_sets
from negotiation.truces.prediction.questions import given_answers, question_set, question_sets
from negotiation.truces.prediction.scored_forecast import COMPARED, FORECAST, ForecastScores
from negotiation.truces.record.agreement_text import dispute_of

# Where the frozen forecasts of a checkout are.
FOLDER = Path("experiments", "forecasts")

# The name of the dispute's own record, in place of a set of questions.
THE_RECORD = "record"


def run_score(output: Output, options: ScoreOptions) -> None:
    """Score a frozen forecast or a file of chances on questions or the record, and print the scores."""
    file = options.file
    if options.board:
        _show_board(output, file or FOLDER)
        return
    if file is None:
        raise InvalidOptions(
            "FILE is missing; expected a file of chances. Name one, or use --board for all frozen forecasts"
        )
    with Bar(f"scoring {file.name}"):
        frozen = None if _is_answers(file) else read_frozen(file)
        of_its_own = MAIN if frozen is None else dispute_of(frozen.forecast.truce)
        world = load_scenario(dispute(options.scenario) or of_its_own)
        # A score needs the outcomes after the day of the forecast.
        world = world.as_of(world.definition.date)
        every = _scores(file, options.questions, world, None if frozen is None else frozen.forecast)
        events = event_scores(world, _event_chances(file, frozen))
    for scores in every:
        output.say(answer(scores))
    for scores in every:
        # The parts of the score and the intervals of every gain are details.
        for table in (
            (scores.table(), scores.gains())
            if options.verbose
            else (scores.table().only(scores.table().columns[:5]),)
        ):
            output.table(_rounded(table), most_rows=None)
        for sentence in scores.left_out:
            output.say(f"left out: {sentence}")
    if events is not None:
        output.table(_rounded(events), most_rows=None)
    output.say(
        f"All use the past up to {every[0].as_of}; shrunk is the constant rate. Few moves came, and moves in "
        "the same month are not independent."
    )
    parts = "MCB, DSC: miscalibration and discrimination, parts of the log score."
    output.say(parts if options.verbose else "parts of the log score, and intervals of the gains: --verbose")
    settled = [] if events is None else [{"on": "named events", "scores": events}]
    output.document([*(_document(scores) for scores in every), *settled])


def _show_board(output: Output, folder: Path) -> None:
    """Print for each frozen forecast of a folder when it was made, how much is resolved, and its score."""
    files = [path for path in folder.glob("*") if path.suffix in (".json", ".csv")]
    if not files:
        raise InvalidOptions(
            f"--board: {shown(str(folder))} has no frozen forecast; name a folder with frozen forecasts, "
            "as in `negotiation score experiments/forecasts --board`"
        )
    rows = []
    for file in sorted(files, key=lambda path: path.stem):
        with Bar(f"scoring {file.name}"):
            rows.append((file.stem, *(_of_parts(file) if file.suffix == ".csv" else _of_moves(file))))
    heads = ("forecast", "made on", "resolved", "of", "log score", "baseline")
    table = Table("frozen forecasts, and what is resolved on the last day of the record", heads, tuple(rows))
    output.table(_rounded(table), most_rows=None)
    output.say(
        "Log scores are in nats a question; smaller is better. The baseline is the constant rate of each "
        "series; for parts of truces it is one rate, and both are scored a year after signing."
    )
    output.document(table)


def _of_moves(file: Path) -> tuple[object, ...]:
    frozen = read_frozen(file)
    forecast, made = frozen.forecast, str(frozen.provenance.get("made", ""))[:10]
    world = load_scenario(dispute_of(forecast.truce))
    try:
        scores = forecast.score(scenario=world.as_of(world.definition.date))
    except InvalidDate:
        # None of its months is over yet.
        return made, 0, len(forecast.rows), None, None
    means = (scores.mean(name) for name in (FORECAST, COMPARED))
    return made, len(scores.rows), len(forecast.rows), *means


def _of_parts(file: Path) -> tuple[object, ...]:
    """Return the row of the board for a file of chances that parts of truces are kept.

    Its elements are the day, the numbers of resolved and of all chances, and the log scores at a year of the
    headline model and the baseline.
    """
    from negotiation.truce_panel.keeping import HEADLINE
    from negotiation.truce_panel.panel import UNSEEN
    from negotiation.truce_panel.scores import HORIZONS, LEAST, known_at, score_predictions

    scores = score_predictions(UNSEEN, file)
    known = sum(int(known_at(scores.spells, days)[0].sum()) for days in HORIZONS)
    means = (scores.mean(model) for model in (HEADLINE, LEAST))
    return file.stem[:10], known, len(scores.spells) * len(HORIZONS), *means


def answer(scores: ForecastScores) -> str:
    """Return a sentence on whether the forecast beats the constant rate, and by more than chance."""
    gain, low, high = scores.gain(FORECAST)
    ahead = "ahead of" if gain >= 0.0 else "behind"
    chance = "more" if low > 0.0 or high < 0.0 else "no more"
    return f"{scores.on}: {ahead} the constant rate by {abs(gain):.4f}, {chance} than chance allows."


def _event_chances(file: Path, frozen: FrozenForecast | None) -> dict[str, float]:
    """Return the chances of named events by the name of the question; for a table, all its chances."""
    if frozen is None:
        return {event.question: event.probability for event in given_answers(file)}
    return {event["id"]: event["probability"] for event in frozen.provenance.get("events", ())}


def _scores(
    file: Path, questions: str | None, world: Scenario, frozen: Forecast | None
) -> tuple[ForecastScores, ...]:
    known = question_sets(world)
    if frozen is None and questions == THE_RECORD:
        raise InvalidOptions(
            f"--questions {THE_RECORD} scores a frozen forecast, but {file.name} contains answers; name a "
            f"question set of {world.name} ({', '.join(known)}) or give a CSV table of questions with "
            "--questions FILE.csv"
        )
    if frozen is not None and (questions == THE_RECORD or not (questions or known)):
        return (frozen.score(scenario=world),)
    sets = [question_set(world, questions)] if questions else [*known.values()]
    if not sets:
        raise InvalidOptions(
            f"{world.name} has no questions; name a table of them with --questions FILE.csv. A question is "
            "written as month, country, instrument and direction, such as 2025-12:USA:tariff:up"
        )
    if frozen is not None:
        return question_scores(sets, world, frozen.truce, frozen.as_of, frozen.rows)
    return question_scores(sets, world, "", sets[0].as_of, sets[0].answers(file, _names_of_events(world)))


def _names_of_events(world: Scenario) -> set[str]:
    return {event.id for of in event_sets(world).values() for event in of.events}


def _is_answers(file: Path) -> bool:
    """Return whether a file is a table of answers or a forecast set, and not a frozen forecast."""
    if file.suffix == ".csv":
        return True
    values = json_values(file_text(file), file.name)
    return isinstance(values, dict) and "forecasts" in values


def _rounded(table: Table) -> Table:
    """Return a table rounded to four decimals, which are more than the intervals justify."""
    cells = (tuple(round(x, 4) if isinstance(x, float) else x for x in row) for row in table.rows)
    return replace(table, rows=tuple(cells))


def _document(scores: ForecastScores) -> dict[str, object]:
    def parts(rule: str) -> dict[str, object]:
        """Return the parts of every forecaster's mean score under a rule."""
        return {name: scores.decomposition(name, rule)._asdict() for name in scores.names}

    return {
        "truce": scores.truce,
        "on": scores.on,
        "as_of": str(scores.as_of),
        "until": str(scores.until),
        "came": int(scores.of_moves(scores.names[0])[1].sum()),
        "scores": scores.table(),
        "gains": scores.gains(),
        "decompositions": {rule: parts(rule) for rule in RULES},
        "by_group": {rule: scores.by_group(rule) for rule in RULES},
        "left_out": scores.left_out,
    }
