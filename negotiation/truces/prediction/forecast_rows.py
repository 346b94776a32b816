"""The class `Forecast`: probabilities by month, which can be printed, stored and scored later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidOptions
from negotiation.truces.prediction.forecast_scores import forecast_scores, question_scores
from negotiation.truces.prediction.months import RENEWED, ForecastRow
from negotiation.truces.prediction.questions import question_set
from negotiation.truces.prediction.scored_forecast import ForecastScores
from negotiation.truces.record.agreement_text import AgreementText, Dispute, agreement_text, scenario_for
from negotiation.truces.record.moves import MoveRecord


@dataclass(frozen=True)
class Forecast(Tabular, Drawable):
    """Probabilities by month, made as of a day. Make one with `forecast`.

    Parameters
    ----------
    truce : str
        The agreement of the forecast.
    as_of : date
        Last day that the forecast used.
    rows : tuple of ForecastRow
        By month, actor, instrument and direction; renewals last.
    draws : int
        Number of parameter draws behind the band; 0 for none.
    theories : tuple of str
        The theories in it; empty if there are none, as in a frozen forecast of the first model.
    status : {"complete"}
        Always complete.
    names : mapping from str to str
        Print names of the identifiers.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.forecast("2025-10-busan", "2025-11-30", 1, theories="moment")
    >>> found.truce, str(found.as_of), len(found.rows)
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
        """Return one probability, or raise `InvalidGame` if there is no such row.

        Parameters
        ----------
        month : str
            As "2025-12".
        actor, instrument : str
            The country and the instrument.
        direction : str
            up, down, or for a leg renewed.

        Returns
        -------
        float
            At the central parameter values.
        """
        for row in self.rows:
            if (row.month, row.actor, row.instrument, row.direction) == (month, actor, instrument, direction):
                return row.probability
        raise InvalidGame(f"the forecast has no row {month} {actor} {instrument} {direction}")

    def only(self, instrument: str | None = None, country: str | None = None) -> Forecast:
        """Return only the moves of one instrument, of one country, or of both.

        Parameters
        ----------
        instrument, country : str, optional
            Name of the instrument or country; all by default. Renewals have no instrument and are left out if
            either is given.

        Returns
        -------
        Forecast
            Of these rows.

        Raises
        ------
        InvalidGame
            If the forecast has no such move; the message lists its moves.

        Examples
        --------
        >>> import negotiation as ng
        >>> found = ng.forecast("2025-10-busan", months=1, theories="moment").only("tariff", "CHN")
        >>> [(row.actor, row.instrument, row.direction) for row in found.rows]
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
            wanted = " ".join(word for word in (country, instrument) if word)
            raise InvalidGame(f"the forecast has no move of {wanted}; it has those of {there}")
        return replace(self, rows=chosen)

    def score(
        self,
        record: Iterable[MoveRecord] | None = None,
        until: date | None = None,
        *,
        questions: str | None = None,
        scenario: Dispute | None = None,
        agreement: str | AgreementText | None = None,
    ) -> ForecastScores:
        """Score the forecast beside baselines, on a set of questions or on all months that a record covers.

        Parameters
        ----------
        record : iterable of MoveRecord, optional
            Later moves, from `read_moves` or your own; the dispute's own record by default. A record that
            begins after `as_of` continues the dispute's own record; any other replaces it. It reaches to its
            last row.
        until : date, optional
            Months that are over on this day are scored. It is at most the record's last day, which is the
            default.
        questions : str, optional
            Instead of a record and a day: a set of the dispute's questions, such as "2026-second", or a table
            of questions with outcomes (.csv).
        scenario : Scenario, str or Path, optional
            The dispute; the agreement's dispute if not given.
        agreement : str or AgreementText, optional
            The agreement of the forecast, if it is in no dispute's folder.

        Returns
        -------
        ForecastScores
            `.table()`, `.gains()` over the constant rate of each series, `.by_group()`, and in `.left_out`
            the rows that were not scored, with reasons.

        Raises
        ------
        InvalidDate
            If the record does not reach `until`, or no month of the forecast is over by then.
        InvalidGame
            If a row is of a country that does not hold the instrument.
        InvalidFile, UnknownName
            If there are no such questions, or the forecast does not answer one of them.
        InvalidOptions
            If questions are given together with a record or a day.

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
                raise InvalidOptions("questions have outcomes: give them, or `record` and `until`, not both")
            sets = [question_set(world, questions)]
            return question_scores(sets, world, self.truce, self.as_of, self.rows)[0]
        written = agreement_text(text, world)
        return forecast_scores(written, world, self.as_of, self.rows, record, until)

    def table(self) -> Table:
        """Return one row for each month, actor, instrument and direction."""
        columns = ("month", "actor", "instrument", "direction", "probability", "low", "high")
        rows = tuple(
            (r.month, r.actor, r.instrument, r.direction, r.probability, r.low, r.high) for r in self.rows
        )
        return Table(f"forecast for {self.truce}, as of {self.as_of}", columns, rows, self.names)
