"""Scores over the window of one truce: its weeks from the first Monday on or after the signing.

The week of the signing is left out unless that was a Monday, since its moves are part of the truce.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from negotiation.disputes import Scenario
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import Predictor
from negotiation.truces.prediction.scores import Scores, prequential
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.weeks import cells_of
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.timeline import record_ends


def first_monday(day: date) -> date:
    """Return the first Monday on a day or after it.

    Examples
    --------
    >>> first_monday(date(2025, 5, 12)), first_monday(date(2025, 10, 30))
    (datetime.date(2025, 5, 12), datetime.date(2025, 11, 3))
    """
    return day + timedelta(days=-day.weekday() % 7)


def usual_predictors(scenario: Scenario) -> tuple[Predictor, ...]:
    """Return the baselines, and the theories that have a form in continuous time.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> [one.name for one in usual_predictors(load_scenario("us-china-2025"))][9:12]
    ['self exciting', 'each for itself', 'moment']
    """
    return (*BASELINES, *theory_forecasters(scenario))


def window_scores(
    agreement: AgreementText, scenario: Scenario, predictors: Sequence[Predictor] | None = None
) -> Scores:
    """Return the scores of predictors on the weeks of an agreement's window."""
    cells = cells_of(
        scenario, first_monday(agreement.signed), min(agreement.window_end, record_ends(scenario))
    )
    return prequential(
        usual_predictors(scenario) if predictors is None else predictors, scenario, cells=cells
    )
