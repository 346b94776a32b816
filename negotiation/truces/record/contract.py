"""The consequences of a breach and of expiry: linkage, punishment, renewal, coordination, consultation.

The texts of the record say nothing of linkage or punishment. The values are therefore assumptions, marked as
such, and the same for every agreement unless a document says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.base.reading.numbers import expect_number
from negotiation.disputes.observation import Regime
from negotiation.disputes.quantity import Quantity
from negotiation.errors import InvalidDate, InvalidNumber, shown
from negotiation.truces.record.moves import Sourced

LinkageKind: TypeAlias = Literal["none", "within_issue", "proportionate", "all_or_nothing"]
Issue = Annotated[str, Field(pattern=r"^(tariff|control|other)$")]


class Linkage(FileModel):
    """How alarms are answered, and in which issues. An issue is a leg: tariff, control, other.

    Examples
    --------
    >>> Linkage(kind="within_issue", assumption=True).graph(("tariff", "control"))
    {'tariff': ('tariff',), 'control': ('control',)}
    """

    kind: LinkageKind = Field(
        description="none: no answer; within_issue: the issue's own stage equilibrium; proportionate: one "
        "step in the issue; all_or_nothing: the stage equilibrium of all that is covered"
    )
    answers: Mapping[Issue, tuple[Issue, ...]] | None = Field(
        None, description="issues in which an alarm in an issue is answered; follows from `kind` if absent"
    )
    source: str = Field("", description="title of the source; empty for an assumption")
    assumption: bool = Field(False, description="whether it is assumed, since there is no source")
    note: str = Field("", description="why")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.source and not self.assumption:
            raise ValueError("a linkage needs a `source` or `assumption = true`")
        if self.answers is not None and self.kind in ("none", "all_or_nothing"):
            raise ValueError(
                "`answers` is allowed only for the kinds 'within_issue' and 'proportionate'; got the kind "
                f"{self.kind!r}"
            )
        return self

    def graph(self, issues: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Return, for each covered issue, the covered issues in which an alarm in it is answered."""
        if self.kind == "none":
            return dict.fromkeys(issues, ())
        if self.kind == "all_or_nothing":
            return dict.fromkeys(issues, issues)
        # Named answers are kept to issues that are covered, in the order in which these stand.
        named = {issue: (issue,) for issue in issues} if self.answers is None else self.answers
        return {issue: tuple(i for i in issues if i in named.get(issue, ())) for issue in issues}


class Coordination(Sourced):
    """The coordination of agencies, which determines how often they slip.

    Examples
    --------
    >>> Coordination(regime="fractured", source_title="a report", confidence="low").regime
    'fractured'
    """

    regime: Regime = Field(description="coordinated or fractured")


class Contract(FileModel):
    """The part of an agreement that says what follows a breach and expiry.

    Examples
    --------
    >>> Contract().punishment, Contract().linkage.kind, Contract().renewal
    ('grim', 'all_or_nothing', 'calibration')
    """

    linkage: Linkage = Field(
        Linkage(kind="all_or_nothing", assumption=True), description="which alarm is answered in which issue"
    )
    punishment: Quantity | Literal["grim"] = Field(
        "grim", description="how long an answer lasts, in days or periods; or for ever"
    )
    renewal: Quantity | Literal["by play", "calibration"] = Field(
        "calibration",
        description="chance of renewal at the end of the term; by play: renewed where nothing is being "
        "answered; calibration: the chance that the calibration gives",
    )
    coordination: Coordination | None = Field(
        None, description="coordination of agencies; coordinated if absent"
    )
    consultation: bool = Field(
        False,
        description="whether doubts are talked over before they are answered: a clause is then misread no "
        "more often than one of the next better verifiability",
    )

    @model_validator(mode="after")
    def _check_contract(self) -> Self:
        if isinstance(self.punishment, Quantity):
            if self.punishment.unit not in ("days", "periods"):
                raise ValueError(
                    f"the `unit` of `punishment` must be 'days' or 'periods'; got {self.punishment.unit!r}"
                )
            if not self.punishment.low > 0:
                raise ValueError(
                    f"the `low` of `punishment` must be longer than 0; got {self.punishment.low}"
                )
        if isinstance(self.renewal, Quantity) and not 0 <= self.renewal.low <= self.renewal.high <= 1:
            raise ValueError(
                f"`renewal` must be a probability, from 0 to 1; got {self.renewal.low} to {self.renewal.high}"
            )
        return self

    @property
    def regime(self) -> Regime:
        """Whether agencies are "coordinated" or "fractured"."""
        return "coordinated" if self.coordination is None else self.coordination.regime

    def punishment_periods(self, lag_days: float) -> int | None:
        """Return how many periods an answer to a breach lasts.

        Parameters
        ----------
        lag_days : float
            Length of a period, in days.

        Returns
        -------
        int or None
            Whole periods, at least 1; `None` if the answer never ends.

        Raises
        ------
        InvalidNumber
            If the length is not a positive number of days, or so small that the periods overflow.
        """
        if not isinstance(self.punishment, Quantity):
            return None
        length, lag = self.punishment.value, expect_number("`lag_days`", lag_days)
        if not 0.0 < lag < inf or length / lag == inf:
            raise InvalidNumber(
                "`lag_days`, the length of a period, must be a finite number above 0, and not so small that "
                f"{length:g} {self.punishment.unit} are too many periods to count; got {shown(lag_days)}"
            )
        return max(1, round(length if self.punishment.unit == "periods" else length / lag))


def clock_periods(clock_days: int, lag_days: float) -> int | None:
    """Return how many periods a term has, at least one; `None` without a clock.

    Examples
    --------
    >>> clock_periods(90, 14.0), clock_periods(365, 14.0), clock_periods(0, 14.0)
    (6, 26, None)
    """
    if clock_days < 0:
        raise InvalidDate(f"`clock_days` must be at least 0 (0 for no clock); got {clock_days}")
    return max(1, round(clock_days / lag_days)) if clock_days else None
