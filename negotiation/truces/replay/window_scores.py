"""Scores over the window of one truce: its weeks from the first Monday on or after the signing.

The week that holds the signing itself is left out unless that was a Monday: its moves are the truce's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import Predictor
from negotiation.truces.prediction.mechanisms import mechanism_names
from negotiation.truces.prediction.model import MechanismModel
from negotiation.truces.prediction.scores import Scores, prequential
from negotiation.truces.prediction.stakes import SolvedTerms
from negotiation.truces.prediction.weeks import cells_of
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.timeline import record_ends
from negotiation.world import Scenario

PLAIN, ALL_ON = "plain", "all"


def first_monday(day: date) -> date:
    """Return the first Monday on a day or after it.

    Examples
    --------
    >>> first_monday(date(2025, 5, 12)), first_monday(date(2025, 10, 30))
    (datetime.date(2025, 5, 12), datetime.date(2025, 11, 3))
    """
    return day + timedelta(days=-day.weekday() % 7)


def usual_predictors(alone: bool = False) -> tuple[Predictor, ...]:
    """Return the baselines, and the model with no mechanism and with all of them.

    Parameters
    ----------
    alone : bool, optional
        Whether each mechanism by itself is wanted too.
    """
    stakes: dict[object, SolvedTerms] = {}
    names = mechanism_names()
    single = [MechanismModel((name,), name, stakes) for name in names] if alone else []
    return (
        *BASELINES, MechanismModel((), PLAIN, stakes), MechanismModel(names, ALL_ON, stakes), *single
    )  # fmt: skip


def window_scores(
    agreement: AgreementText, scenario: Scenario, predictors: Sequence[Predictor] | None = None
) -> Scores:
    """Return the scores of predictors on the weeks of an agreement's window.

    Parameters
    ----------
    agreement : AgreementText
        Gives the window; it ends where the record does.
    scenario : Scenario
        Countries, instruments, payoffs.
    predictors : sequence of Predictor, optional
        `usual_predictors()` if not given.

    Raises
    ------
    InvalidDate
        If the window holds no whole week.
    """
    cells = cells_of(
        scenario, first_monday(agreement.signed), min(agreement.window_end, record_ends(scenario))
    )
    return prequential(usual_predictors() if predictors is None else predictors, scenario, cells=cells)
