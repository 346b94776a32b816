"""Questions about a range of months with known outcomes, and the chances given as answers.

A dispute has sets of questions in files `questions/<name>.toml`. A file lists each move with the codings that
count it, and each coding gives a set. For every month, country, instrument and direction, a question asks
whether there was such a move. A user's own set is a table with the columns of `Question`. Chances come from
the rows of a forecast, a table with the columns of `Answer`, or a `ForecastSet`, which answers a set for
others (`named_events.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.faults import nearest_hint
from negotiation.base.reading.models import FileModel, load_csv, load_toml, model_of
from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text
from negotiation.disputes import Scenario
from negotiation.disputes.files.names import CountryCode, Identifier, Listed
from negotiation.disputes.instrument import Leg
from negotiation.errors import InvalidFile, UnknownName, shown
from negotiation.truces.prediction.months import RENEWED, ForecastRow, month_number, month_windows
from negotiation.truces.record.events import pairs_of

# The folder of a dispute in which its questions lie.
QUESTIONS = "questions"

Month = Annotated[
    str,
    Field(
        pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$",
        description="a month such as 2026-01, of 1900 to 2199",
    ),
]
OF_A_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}:")
Key = tuple[str, str, str, str]


class Question(FileModel):
    """The question whether a country moved an instrument in a direction in a month, with its outcome."""

    question: str = Field(description="month:actor:instrument:direction, as 2025-12:USA:tariff:up")
    month: Month
    actor: CountryCode
    instrument: Identifier
    direction: Literal["up", "down"]
    leg: Leg
    came: bool

    @model_validator(mode="after")
    def _named_by_what_it_asks(self) -> Self:
        if self.question != (name := ":".join(self.key)):
            raise ValueError(
                f"`question` is {shown(self.question)}, but the other fields give {name!r}; make them agree"
            )
        return self

    @property
    def key(self) -> Key:
        """Month, actor, instrument and direction."""
        return self.month, self.actor, self.instrument, self.direction


class Answer(FileModel):
    """The chance given to a question."""

    question: str
    probability: float = Field(ge=0, le=1, allow_inf_nan=False)


class GivenForecast(FileModel):
    """An answer in a forecast set, with the fields of ForecastBench."""

    id: str
    forecast: float = Field(ge=0, le=1, allow_inf_nan=False)
    source: str | None = None
    resolution_date: str | None = None
    reasoning: str | None = None


class ForecastSet(FileModel):
    """Answers to a question set, with the fields of a ForecastBench forecast set."""

    organization: str | None = None
    model: str | None = None
    model_organization: str | None = None
    question_set: str | None = None
    forecast_due_date: str | None = None
    forecasts: tuple[GivenForecast, ...] = Field(min_length=1)


class CodedMove(FileModel):
    """A move, and the codings that count it."""

    month: Month
    actor: CountryCode
    instrument: Identifier
    direction: Literal["up", "down"]
    codings: tuple[str, ...] = Field(min_length=1)
    event: Listed = Field(description="id of the event in the record")
    note: str


class CodedMonths(FileModel):
    """The moves in a range of months. Moves that are not listed did not happen."""

    months: tuple[Month, Month] = Field(description="the first and the last")
    codings: tuple[Identifier, ...] = Field(min_length=1)
    moves: tuple[CodedMove, ...]


def given_answers(path: Path) -> tuple[Answer, ...]:
    """Return all answers in a table (".csv") or a forecast set (JSON)."""
    if path.suffix == ".csv":
        return tuple(load_csv(path, Answer))
    entries = model_of(json_values(file_text(path), path.name), ForecastSet, path.name).forecasts
    return tuple(Answer(question=entry.id, probability=entry.forecast) for entry in entries)


@dataclass(frozen=True)
class QuestionSet(Tabular):
    """Questions with their outcomes."""

    name: str
    rows: tuple[Question, ...]

    def __post_init__(self) -> None:
        if not self.rows:
            raise InvalidFile(f"{self.name}: there is no question; give at least one")
        _expect_once(self.name, [row.question for row in self.rows])

    @property
    def as_of(self) -> date:
        """The day before the first month of the questions."""
        return date.fromisoformat(f"{min(row.month for row in self.rows)}-01") - timedelta(days=1)

    def table(self) -> Table:
        """Return one row for each question."""
        columns = tuple(Question.model_fields)
        rows = tuple(tuple(getattr(row, name) for name in columns) for row in self.rows)
        return Table(f"questions {self.name}", columns, rows)

    def answers(self, path: Path, others: Collection[str] = ()) -> tuple[ForecastRow, ...]:
        """Return the answers in a table (".csv") or a forecast set (JSON), in the order of the questions.

        In a table, answers to the questions `others` and to questions of other months are ignored, and any
        other unknown question raises `InvalidFile`. In a forecast set, all unknown questions are ignored.
        Raises `InvalidFile` too if a question is answered twice or not at all, or the file has another fault.
        """
        known, table = {row.question: row.key for row in self.rows}, path.suffix == ".csv"
        given = [
            answer
            for answer in given_answers(path)
            if answer.question in known or (table and answer.question not in others)
        ]
        _expect_once(path.name, [forecaster.question for forecaster in given])
        months = {row.month for row in self.rows}
        for forecaster in given:
            # A question of another month has no outcome here yet; a table for others has such questions.
            waits = OF_A_MONTH.match(forecaster.question) and forecaster.question[:7] not in months
            if forecaster.question not in known and not waits:
                raise InvalidFile(
                    f"{path.name}: {shown(forecaster.question)} is not a question of {self.name!r}"
                    f"{nearest_hint(forecaster.question, known)}; its first question is "
                    f"{self.rows[0].question!r}. Leave the row out, or name other questions (--questions)"
                )
        return self.answered(
            path.name,
            [
                ForecastRow(*known[forecaster.question], *[forecaster.probability] * 3)
                for forecaster in given
                if forecaster.question in known
            ],
        )

    def answered(self, where: str, rows: Iterable[ForecastRow]) -> tuple[ForecastRow, ...]:
        """Return a forecast's rows in the order of the questions.

        Raises `InvalidFile` if a question has no row, or if the months of the questions contain another move.
        `where` names the forecast in the message.
        """
        given = {(row.month, row.actor, row.instrument, row.direction): row for row in rows}
        missing = [row.question for row in self.rows if row.key not in given]
        asked, keys = {row.month for row in self.rows}, {row.key for row in self.rows}
        if given and not {key[0] for key in given} & asked:
            first, last = min(given)[0], max(given)[0]
            raise InvalidFile(
                f"{where}: it covers {first} to {last}, but the questions {self.name!r} are about other "
                f"months ({min(asked)} to {max(asked)}); name questions about the forecast's months "
                "(`questions`, or --questions) once their outcomes are known"
            )
        if missing:
            raise InvalidFile(
                f"{where}: no chance is given for {len(missing)} of the {len(self.rows)} questions "
                f"{self.name!r}, such as {missing[0]!r}; give a chance for each, or name other questions "
                "(`questions`, or --questions)"
            )
        for key, row in given.items():
            if row.month in asked and row.direction != RENEWED and key not in keys:
                raise InvalidFile(
                    f"{where}: {':'.join(key)!r} is not a question of {self.name!r}, which covers its month; "
                    "leave it out, or name other questions (`questions`, or --questions)"
                )
        return tuple(given[row.key] for row in self.rows)


def _expect_once(where: str, questions: Sequence[str]) -> None:
    name, times = Counter(questions).most_common(1)[0] if questions else ("", 0)
    if times > 1:
        raise InvalidFile(
            f"{where}: the question {shown(name)} occurs {times} times; give each question once"
        )


def question_sets(scenario: Scenario) -> dict[str, QuestionSet]:
    """Return a dispute's sets of questions by name, which joins the names of the file and of the coding.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = question_sets(load_scenario("us-china-2025"))
    >>> {name: (len(one.rows), sum(row.came for row in one.rows)) for name, one in found.items()}
    {'2026-first': (240, 9), '2026-second': (240, 10)}
    """
    files = [] if scenario.folder is None else sorted((scenario.folder / QUESTIONS).glob("*.toml"))
    return {questions.name: questions for path in files for questions in _sets_of(scenario, path)}


def question_set(scenario: Scenario, name: str | Path) -> QuestionSet:
    """Return one of a dispute's sets of questions, or the questions in a table whose path ends in ".csv"."""
    if str(name).endswith(".csv"):
        return QuestionSet(Path(name).name, load_csv(name, Question))
    sets = question_sets(scenario)
    UnknownName.unless_in(name, tuple(sets), "set of questions")
    return sets[str(name)]


def _sets_of(scenario: Scenario, path: Path) -> list[QuestionSet]:
    coded = load_toml(path, CodedMonths)
    first, last = (date.fromisoformat(f"{month}-01") for month in coded.months)
    count = month_number(last) - month_number(first) + 1
    sets = [
        (f"{day:%Y-%m}", actor, instrument, direction)
        for day, _ in month_windows(first, max(count, 0))
        for actor, instrument in pairs_of(scenario)
        for direction in ("up", "down")
    ]
    moves = {coding: set[Key]() for coding in coded.codings}
    for k, move in enumerate(coded.moves, 1):
        key = (move.month, move.actor, move.instrument, move.direction)
        if key not in sets or not {*move.codings} <= {*moves}:
            raise InvalidFile(
                f"{path}: move {k}: got {shown(':'.join(key))} by {shown(', '.join(move.codings))}; expected "
                f"a month from {' to '.join(coded.months)}, a country of the dispute and one of its "
                f"instruments, and codings among {', '.join(moves)}"
            )
        for coding in move.codings:
            moves[coding].add(key)
    legs = {name: measure.leg for name, measure in scenario.instruments.items()}
    return [
        QuestionSet(
            f"{path.stem}-{coding}",
            tuple(
                Question(
                    question=":".join(key), month=key[0], actor=key[1], instrument=key[2], direction=key[3],
                    leg=legs[key[2]], came=key in came,
                )
                for key in sets
            ),
        )
        for coding, came in moves.items()
    ]  # fmt: skip
