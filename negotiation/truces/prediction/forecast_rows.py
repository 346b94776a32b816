"""The class `Forecast`: probabilities by month, which can be printed, stored and scored later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidOptions, shown
from negotiation.truces.prediction.forecast_scores import forecast_scores, question_scores
from negotiation.truces.prediction.months import RENEWED, ForecastRow
from negotiation.truces.prediction.questions import question_set
from negotiation.truces.prediction.scored_forecast import ForecastScores
from negotiation.truces.record.agreement_text import AgreementText, Dispute, agreement_text, scenario_for
from negotiation.truces.record.moves import MoveRecord


@dataclass(frozen=True)
class Forecast(Tabular, Drawable):
    """Probabilities of moves and renewals by month, as of a day. Make one with `negotiation.forecast`.

    Parameters
    ----------
    truce : str
        Name of the agreement.
    as_of : date
        Last day that the forecast used.
    rows : tuple of ForecastRow
        One row for each month, actor, instrument and direction, then one for each renewal. A row has
        `month`, `actor`, `instrument`, `direction`, `probability`, and the ends `low` and `high` of the band.
    draws : int, default 0
        Number of parameter draws behind the band, of the first theory if numbers differ; 0 for none.
    theories : tuple of str, default ()
        Names of the theories in the forecast; empty if it uses none.
    status : {"complete"}
        Always "complete".
    names : mapping from str to str, default {}
        Print names of identifiers, for tables.

    Examples
    --------
    >>> import negotiation as ng
    >>> prediction = ng.forecast("2025-10-busan", "2025-11-30", 1, theories="moment")
    >>> prediction.truce, str(prediction.as_of), len(prediction.rows)
    ('2025-10-busan', '2025-11-30', 24)
    """

    _figure = "truces.predictions:forecast_figure"

    truce: str
    as_of: date
    rows: tuple[ForecastRow, ...]
    draws: int = 0
    theories: tuple[str, ...] = ()
    status: Status = "complete"
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def probability(self, month: str, actor: str, instrument: str, direction: str) -> float:
        """Return the probability of one row.

        Parameters
        ----------
        month : str
            Year and month, such as "2025-12".
        actor : str
            Code of the country, or "both" for a renewal.
        instrument : str
            Name of the instrument, or of the leg for a renewal, such as "tariff".
        direction : {"up", "down", "renewed"}
            Direction of the move, or "renewed" for the renewal of a leg.

        Returns
        -------
        float
            The probability of at least one such move in the month, or of the renewal.

        Raises
        ------
        InvalidGame
            If the forecast has no such row.
        """
        for row in self.rows:
            if (row.month, row.actor, row.instrument, row.direction) == (month, actor, instrument, direction):
                return row.probability
        raise InvalidGame(
            f"the forecast has no row {shown((month, actor, instrument, direction))}; its `.table()` lists "
            "all rows"
        )

    def only(self, instrument: str | None = None, country: str | None = None) -> Forecast:
        """Return the forecast for the moves of one instrument, of one country, or of one of each.

        Parameters
        ----------
        instrument : str, optional
            Name of the instrument; all by default.
        country : str, optional
            Code of the country; all by default.

        Returns
        -------
        Forecast
            A forecast with only the chosen rows. If an instrument or a country is given, renewals are left
            out.

        Raises
        ------
        InvalidGame
            If the forecast has no such move; the message lists its moves.

        Examples
        --------
        >>> import negotiation as ng
        >>> moves = ng.forecast("2025-10-busan", months=1, theories="moment").only("tariff", "CHN")
        >>> [(row.actor, row.instrument, row.direction) for row in moves.rows]
        [('CHN', 'tariff', 'up'), ('CHN', 'tariff', 'down')]
        """
        if instrument is None and country is None:
            return self
        moves = [row for row in self.rows if row.direction != RENEWED]
        chosen = tuple(
            row for row in moves if instrument in (None, row.instrument) and country in (None, row.actor)
        )
        if not chosen:
            there = ", ".join(dict.fromkeys(f"{row.actor} {row.instrument}" for row in moves))
            wanted = " ".join(str(word) for word in (country, instrument) if word is not None)
            raise InvalidGame(f"the forecast has no moves of {wanted}; it has moves of {there}")
        return replace(self, rows=chosen)

    def score(
        self,
        record: Iterable[MoveRecord] | None = None,
        until: date | str | None = None,
        *,
        questions: str | Path | None = None,
        scenario: Dispute | None = None,
        agreement: str | AgreementText | None = None,
    ) -> ForecastScores:
        """Score the forecast and baselines on a set of questions or on the months that a record covers.

        Parameters
        ----------
        record : iterable of MoveRecord, optional
            Moves to score against, from `read_moves` or your own; by default the dispute's own record. A
            record that begins after `as_of` continues the dispute's own record, and any other record replaces
            it. A record is taken to cover the days up to its last row.
        until : date or str, optional
            Months that are over on this day are scored. By default the record's last day, which is also the
            latest possible.
        questions : str or Path, optional
            Name of a set of the dispute's questions, such as "2026-second", or path of a table of questions
            with outcomes (a ".csv" file). Cannot be combined with `record` or `until`.
        scenario : Scenario, str or Path, optional
            The dispute, its name or its folder; by default the agreement's dispute.
        agreement : str or AgreementText, optional
            The agreement of the forecast, if it is in no dispute's folder.

        Returns
        -------
        ForecastScores
            See `.table()`, `.by_group()`, `.gains()` over the constant rate of each series, and `.left_out`,
            the rows that were not scored, with reasons.

        Raises
        ------
        InvalidDate
            If `until` is not a date, the record is empty or does not reach `until`, days between the
            dispute's own record and a later one are not covered, or no month of the forecast is over by
            `until`.
        InvalidGame
            If a row of the forecast or of the record names a country that does not have the instrument, or
            `scenario` is not a Scenario, a name or a folder.
        InvalidFile
            If the dispute has no record, a file cannot be read, or the forecast does not match the questions.
        UnknownName
            If there is no such scenario or agreement, or the dispute has no such set of questions.
        InvalidOptions
            If `questions` is given together with `record` or `until`, or `record` has a row of another class.

        Examples
        --------
        >>> import negotiation as ng
        >>> made = ng.forecast("2025-05-geneva", date(2025, 5, 31), 3, theories="moment")
        >>> scores = made.score(until=date(2025, 7, 31))
        >>> len(scores.rows), scores.names[:5]
        (48, ('forecast', 'hold', 'coin', 'climatology', 'hazard'))
        >>> made.score(until=date(2026, 1, 31))
        Traceback (most recent call last):
        ...
        negotiation.errors.InvalidDate: the record ends on 2025-11-30, and later moves are not known; ...
        """
        text = self.truce if agreement is None else agreement
        world = scenario_for(text, scenario)
        if questions is not None:
            if record is not None or until is not None:
                raise InvalidOptions(
                    "`questions` is given together with `record` or `until`, but questions have outcomes of "
                    "their own; give either `questions`, or `record` and `until`"
                )
            sets = [question_set(world, questions)]
            return question_scores(sets, world, self.truce, self.as_of, self.rows)[0]
        written = agreement_text(text, world)
        return forecast_scores(written, world, self.as_of, self.rows, record, until)

    def table(self) -> Table:
        """Return one row for each month, actor, instrument and direction.

        Returns
        -------
        Table
            Columns "month", "actor", "instrument", "direction", "probability", and the ends "low" and "high"
            of the band. If there is no band, both ends equal the probability. Renewals have the actor "both"
            and a leg as instrument.
        """
        columns = ("month", "actor", "instrument", "direction", "probability", "low", "high")
        rows = tuple(
            (r.month, r.actor, r.instrument, r.direction, r.probability, r.low, r.high) for r in self.rows
        )
        return Table(f"forecast for {self.truce}, as of {self.as_of}", columns, rows, self.names)
