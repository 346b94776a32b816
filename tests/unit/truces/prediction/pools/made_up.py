"""A short record that is made up, forecasters that say what they are told to, and pasts of both."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import load_moves

WORLD = load_scenario("japan-korea-2019")  # its record begins on 29 October 2018
PAIRS = pairs_of(WORLD)
ROW = load_moves(WORLD)[0]


def row(day, pair, direction="escalate", **changes):
    given = {"announced": RecordDate.parse(day), "actor": pair[0], "instrument": pair[1], "level": None}
    rest = {"direction": direction, "status": "applied", "ended": None}
    return ROW.model_copy(update={**given, **rest, **changes})


CLAIMS, LICENCE, GSOMIA, TREATY = (
    ("KOR", "labour_claims"), ("JPN", "three_item_licence"), ("KOR", "gsomia"), ("JPN", "treaty_procedure"),
)  # fmt: skip
MOVES = (
    row("2018-10-30", CLAIMS), row("2018-11-05", CLAIMS), row("2018-11-05", LICENCE, "de-escalate"),
    row("2018-12-31", GSOMIA), row("2019-01-01", GSOMIA, "de-escalate"), row("2019-01-31", CLAIMS),
    row("2019-02-10 to 2019-02-20", TREATY), row("2019-03-25 to 2019-04-05", LICENCE),
    row("2019-04-02", CLAIMS, "de-escalate"), row("2019-04-20", CLAIMS), row("2019-06-15", TREATY),
    row("2019-07-01", LICENCE), row("2019-12-24", CLAIMS), row("2020-02-11", TREATY, "de-escalate"),
    row("2020-04-05", GSOMIA), row("2020-06-09", LICENCE), row("2020-07-19", CLAIMS, "de-escalate"),
)  # fmt: skip
CAME = (
    ("2018-11", CLAIMS, 0), ("2018-11", LICENCE, 1), ("2018-12", GSOMIA, 0), ("2019-01", GSOMIA, 1),
    ("2019-01", CLAIMS, 0), ("2019-02", TREATY, 0), ("2019-04", CLAIMS, 1), ("2019-04", CLAIMS, 0),
    ("2019-06", TREATY, 0), ("2019-07", LICENCE, 0), ("2019-12", CLAIMS, 0), ("2020-02", TREATY, 1),
    ("2020-04", GSOMIA, 0), ("2020-06", LICENCE, 0), ("2020-07", CLAIMS, 1),
)  # fmt: skip
"""What came by month; the row of March or April is of no one month."""


def past(day=date(2020, 8, 1), moves=MOVES, agreements=()):
    return past_of(WORLD, day, moves, agreements)


def months(count, begin=(2018, 11)):
    """Return first days of months, from November 2018 on."""
    return [date(begin[0] + (begin[1] - 1 + k) // 12, (begin[1] - 1 + k) % 12 + 1, 1) for k in range(count)]


def came(origin, lead):
    """Return whether each pair went up and down in the month so many after an origin, by its list."""
    label = f"{months(1, (origin.year, origin.month + lead))[0]:%Y-%m}"
    found = np.zeros((len(PAIRS), 2), dtype=bool)
    for month, pair, way in CAME:
        if month == label:
            found[PAIRS.index(pair), way] = True
    return found


def ahead(day, count=12):
    return month_windows(day, count)


@dataclass(eq=False)
class Says:
    """Chances by lead, pair and direction that a seed draws for each origin; counts how often it is asked."""

    name: str
    seed: int = 0
    mean: float = 0.1
    order: int = 7
    asked: list = field(default_factory=list)

    def ahead(self, scenario, past, windows):
        self.asked.append((past.as_of, tuple(windows)))
        found = np.empty((len(windows), len(PAIRS), 2))
        for k, (first, end) in enumerate(windows):
            rng = np.random.default_rng(
                (self.seed, past.as_of.toordinal(), first.toordinal(), end.toordinal())
            )
            found[k] = rng.uniform(0.2 * self.mean, 1.8 * self.mean, (len(PAIRS), 2))
        return found

    def predict(self, scenario, past):
        up = 0.25 if scenario is WORLD and past.as_of.month == 6 else 0.125
        return np.tile([up, 0.125, 0.875 - up], (len(PAIRS), 1))


@dataclass(eq=False)
class ByLead:
    """Says the same of all series, by how many months lie ahead."""

    name: str
    chances: tuple
    order: int = 0

    def ahead(self, scenario, past, windows):
        lead = [(a.year - past.as_of.year) * 12 + a.month - past.as_of.month for a, _ in windows]
        return np.array([np.full((len(PAIRS), 2), self.chances[min(k, 11)]) for k in lead])
