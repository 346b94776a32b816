"""Contributions of the parts of theories to forecasts of the record: six switches, four of them ordered.

Theories in continuous time differ in what is answered and how. The first answers nothing. The second answers
breaches of the text, the third any harsher move in its issue, and the fourth any harsher move in all issues.
The fifth answers as harshly as is credible. The four steps between them are parts that can be switched on in
only one order. Two parts are free: the pace of the game, and whether agencies decide separately. A part's
value is its contribution to the mean score, averaged over all feasible orders (Faigle and Kern 1992, Int. J.
of Game Theory 21). It is the Shapley value if all orders are feasible. "Left out" is the loss without the
part and the parts that need it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import permutations, product
from typing import TypeAlias

from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.observation import LEGS
from negotiation.truces.prediction.chances import Forecaster
from negotiation.truces.prediction.games_of_the_day import NOTHING_ANSWERED
from negotiation.truces.prediction.series_scores import Form, SeriesScores, month_scores, week_scores
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster, ThePace
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.timeline import looking_back_to, record_begins

Parts: TypeAlias = frozenset[str]

# The theory that has each part last; each part needs those before it.
CHAIN = {
    # A breach of the text is answered.
    "answers": "moment",
    # All is kept as it was, in the text or not, and answered in its issue.
    "custom": "custom in kind",
    # Answers go across issues, none that both would talk away.
    "everywhere": "renegotiation",
    # Answers are as harsh as is credible.
    "harshest": "shadow linkage",
}

# The game runs as fast as the record leads one to expect.
PACE = "pace of the record"
# Each agency decides for itself, for the payoff of its country.
AGENCIES = "agencies"
# In the order of tables.
PARTS = (*CHAIN, PACE, AGENCIES)


def feasible_sets() -> tuple[Parts, ...]:
    """Return the sets of parts that can be on together.

    Examples
    --------
    >>> len(feasible_sets()), frozenset({"custom"}) in feasible_sets()
    (20, False)
    """
    chains = [frozenset([*CHAIN][:k]) for k in range(len(CHAIN) + 1)]
    free = [frozenset(()), frozenset({PACE})], [frozenset(()), frozenset({AGENCIES})]
    return tuple(a | b | c for a, b, c in product(chains, *free))


@cache
def orders() -> tuple[tuple[str, ...], ...]:
    """Return the feasible orders in which all parts can be switched on one after the other.

    Examples
    --------
    >>> len(orders())  # of six parts, four of which come in one order alone
    30
    """
    sets = set(feasible_sets())
    return tuple(
        order for order in permutations(PARTS) if all(frozenset(order[:k]) in sets for k in range(len(order)))
    )


def with_parts(world: Scenario, parts: Parts) -> TheoryForecaster:
    """Return the forecaster of the theory with given parts on.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> with_parts(load_scenario("us-china-2025"), frozenset({"answers", "agencies"})).name
    'moment, agencies, central pace'
    """
    on = [theory for part, theory in CHAIN.items() if part in parts]
    pace: ThePace = "of the record" if PACE in parts else "central"
    return TheoryForecaster(on[-1] if on else NOTHING_ANSWERED, world, pace, AGENCIES in parts)


@dataclass(frozen=True, eq=False)
class TheoryParts(Tabular):
    """Contributions of the parts of theories to scores of one form. Make it with `theory_parts`."""

    # Scores of the theory of each feasible set of parts.
    scores: SeriesScores
    # Name of the forecaster of each set.
    predictors: dict[Parts, str]
    # Always complete: every set that can be on is scored.
    status: Status = "complete"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts."""
        return PARTS

    def value(self, part: str, leg: str = "all", rule: str = "log") -> tuple[float, float, float]:
        """Return a part's mean contribution over the orders, and the ends of its 90 percent interval."""
        # A set of parts counts as often as orders pass through it on the way to this part.
        counts: Counter[str] = Counter()
        for order in orders():
            before = frozenset(order[: order.index(part)])
            counts[self.predictors[before]] += 1
            counts[self.predictors[before | {part}]] -= 1
        weights = {name: count / len(orders()) for name, count in counts.items()}
        return self.scores.combination(weights, leg=leg, rule=rule)

    def lost_without(self, part: str, leg: str = "all") -> tuple[float, float, float]:
        """Return the loss if a part and the parts that need it are left out of the theory with all parts.

        Returns the loss in mean log score, in nats per cell, and the low and high end of its 90 percent
        interval. `part` is one of `names`, and `leg` a leg or "all".
        """
        everything = frozenset(self.names)
        chain = list(CHAIN)
        gone = frozenset(chain[chain.index(part) :] if part in chain else [part])
        whole, rest = self.predictors[everything], self.predictors[everything - gone]
        return self.scores.difference(whole, rest, leg=leg)

    def table(self) -> Table:
        """Return one row for each part, with its value, interval, values by leg, and loss if left out."""
        legs = [leg for leg in LEGS if leg in self.scores.legs]
        rows = []
        for name in self.names:
            value, low, high = self.value(name)
            by_leg = (self.value(name, leg)[0] for leg in legs)
            rows.append((name, value, low, high, *by_leg, *self.lost_without(name)))
        columns = (
            "part", "value", "low", "high", *(f"value, {leg}" for leg in legs), "lost if left out",
            "lost, low", "lost, high",
        )  # fmt: skip
        title = f"what parts of theories add by {self.scores.form}: nats a cell, positive is better"
        return Table(title, columns, tuple(rows))


def theory_parts(
    scenario: Scenario,
    form: Form,
    *,
    start: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TheoryParts:
    """Return the contributions of the parts of theories to forecasts of the record, by weeks or months.

    `form` is "weeks" or "months". `start` is the first Monday, or the first day of the first month, by
    default that of the record. `progress` is called with the number of weeks or months done and their total.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = theory_parts(load_scenario("us-china-2025"), "weeks", start=date(2025, 11, 24))
    >>> found.names
    ('answers', 'custom', 'everywhere', 'harshest', 'pace of the record', 'agencies')
    """
    made = {parts: with_parts(scenario, parts) for parts in feasible_sets()}
    scores = scores_over_the_record(tuple(made.values()), scenario, form, start=start, progress=progress)
    return TheoryParts(scores, {parts: forecaster.name for parts, forecaster in made.items()})


def scores_over_the_record(
    forecasters: Sequence[Forecaster],
    scenario: Scenario,
    form: Form,
    *,
    start: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SeriesScores:
    """Return scores in which every agreement, also before 2025, is known from its signing on.

    `form` is "weeks" or "months". The other arguments are as in `week_scores` or `month_scores`.
    """
    texts = agreements_of(looking_back_to(scenario, record_begins(scenario)), placebos=True)
    make = week_scores if form == "weeks" else month_scores
    return make(forecasters, scenario, start=start, agreements=texts, progress=progress)
