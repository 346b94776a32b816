"""What the command `score` does: set a frozen forecast, or a table of chances, beside what came."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from negotiation.base.labelled import Table
from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text
from negotiation.disputes import Scenario
from negotiation.disputes.loading import MAIN, load_scenario
from negotiation.errors import InvalidOptions
from negotiation.lab.frozen_forecast import FrozenForecast, read_frozen
from negotiation.report.commands.output import Bar, Output
from negotiation.truces.prediction.cell_scores import RULES
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.forecast_scores import question_scores
from negotiation.truces.prediction.named_events import event_scores, event_sets
from negotiation.truces.prediction.questions import given_answers, question_set, question_sets
from negotiation.truces.prediction.scored_forecast import FORECAST, ForecastScores
from negotiation.truces.record.agreement_text import dispute_of

# The name under which the dispute's own record is asked for, in place of a set of questions.
THE_RECORD = "record"


def run_score(
    output: Output, file: Path, questions: str | None, scenario: str | None, *, verbose: bool = False
) -> tuple[ForecastScores, ...]:
    """Score a frozen forecast, or chances, on questions or the record, and print the scores."""
    with Bar(f"scoring {file.name}"):
        frozen = None if _is_answers(file) else read_frozen(file)
        world = load_scenario(scenario or (MAIN if frozen is None else dispute_of(frozen.forecast.truce)))
        # What came later than the day as of which a dispute is known is what a score is about.
        world = world.as_of(world.definition.date)
        every = _scores(file, questions, world, None if frozen is None else frozen.forecast)
        events = event_scores(world, _event_chances(file, frozen))
    for scores in every:
        output.say(answer(scores))
    for scores in every:
        # The parts of the score and the intervals of every gain are details.
        for table in (
            (scores.table(), scores.gains())
            if verbose
            else (scores.table().only(scores.table().columns[:5]),)
        ):
            output.table(_rounded(table), most_rows=None)
        for sentence in scores.left_out:
            output.say(f"left out: {sentence}")
    if events is not None:
        output.table(_rounded(events), most_rows=None)
    output.say(
        f"All know the past to {every[0].as_of}; shrunk is the constant rate. Few moves came, and moves of a "
        "month hang together."
    )
    parts = "MCB, DSC: miscalibration and discrimination, parts of the log score."
    output.say(parts if verbose else "parts of the log score, and intervals of the gains: --verbose")
    settled = [] if events is None else [{"on": "named events", "scores": events}]
    output.document([*(_document(scores) for scores in every), *settled])
    return every


def answer(scores: ForecastScores) -> str:
    """Return whether the forecast is ahead of the constant rate of each series, and by more than chance."""
    gain, low, high = scores.gain(FORECAST)
    ahead = "ahead of" if gain >= 0.0 else "behind"
    chance = "more" if low > 0.0 or high < 0.0 else "no more"
    return f"{scores.on}: {ahead} the constant rate by {abs(gain):.4f}, {chance} than chance allows."


def _event_chances(file: Path, frozen: FrozenForecast | None) -> dict[str, float]:
    """Return chances by the name of what is asked, named events among it."""
    if frozen is None:
        return {event.question: event.probability for event in given_answers(file)}
    return {event["id"]: event["probability"] for event in frozen.provenance.get("events", ())}


def _scores(
    file: Path, questions: str | None, world: Scenario, frozen: Forecast | None
) -> tuple[ForecastScores, ...]:
    known = question_sets(world)
    if frozen is None and questions == THE_RECORD:
        raise InvalidOptions(
            f"--questions {THE_RECORD} is for a frozen forecast; {file.name} has answers: name a set of "
            f"{world.name} ({', '.join(known)}) or a table of them with --questions FILE.csv"
        )
    if frozen is not None and (questions == THE_RECORD or not (questions or known)):
        return (frozen.score(scenario=world),)
    sets = [question_set(world, questions)] if questions else [*known.values()]
    if not sets:
        raise InvalidOptions(
            f"{world.name} has no questions: name a table of them with --questions FILE.csv; a question is "
            "its month, country, instrument and direction, as 2025-12:USA:tariff:up"
        )
    if frozen is not None:
        return question_scores(sets, world, frozen.truce, frozen.as_of, frozen.rows)
    return question_scores(sets, world, "", sets[0].as_of, sets[0].answers(file, _names_of_events(world)))


def _names_of_events(world: Scenario) -> set[str]:
    return {one.id for of in event_sets(world).values() for one in of.events}


def _is_answers(file: Path) -> bool:
    """Return whether a file has somebody's answers, as a table or a forecast set, and no frozen forecast."""
    if file.suffix == ".csv":
        return True
    said = json_values(file_text(file), file.name)
    return isinstance(said, dict) and "forecasts" in said


def _rounded(table: Table) -> Table:
    """Return a table as the screen has it: to four decimals, which are more than the intervals bear."""
    cells = (tuple(round(x, 4) if isinstance(x, float) else x for x in row) for row in table.rows)
    return replace(table, rows=tuple(cells))


def _document(scores: ForecastScores) -> dict[str, object]:
    def parts(rule: str) -> dict[str, object]:
        """Return the parts of everybody's mean score."""
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
