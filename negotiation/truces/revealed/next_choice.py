"""Whether earlier choices predict the next level, compared with three rules that solve no game.

Given that a country chose between two levels, the draws that agree with earlier episodes give the chosen
level the chance

    p = (1 - e) s + e (1 - s),

where s is the weighted share of draws in which the choice pays and e is the chance of a wrong choice. The
rules are a coin, the milder level, and the level in force on the day before the choice. The last two have
the share of earlier choices in which they came true as their chance, by Laplace's rule. Before the record
begins no level is known, and the last rule has the chance of a coin. The choices are on record because
something happened, so "nothing changes" is not a fair rule. Two readings of one choice count as half a choice
each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.base.reading.numbers import expect_count
from negotiation.base.status import Status
from negotiation.truces.record.timeline import postures_on, record_begins
from negotiation.truces.revealed.revealed import USUAL_ERROR, Revealed, soft_weights

RULES = ("a coin", "the milder level", "as before")


@dataclass(frozen=True, eq=False)
class NextChoice(Tabular):
    """Log scores of the next choices, in nats per choice."""

    # The choices, by day.
    ids: tuple[str, ...]
    # chances, by_rule: (C,), (3, C): chances of the chosen levels by earlier episodes, and by each rule.
    chances: FloatArray
    by_rule: FloatArray
    # (C,): 1 for a choice with one reading, and 1/n for each of n readings of a choice.
    weights: FloatArray
    # Share of simulations in which earlier choices score above the best rule's score on the actual choices.
    power: float
    status: Status = "complete"

    def score(self, chances: FloatArray) -> float:
        """Return the weighted mean log of the chances of the chosen levels, in nats per choice.

        Shapes: `chances` (C,). Larger scores are better.
        """
        return float(np.average(np.log(chances), weights=self.weights))

    def table(self) -> Table:
        """Return the score of earlier choices and of each rule, and the gain of earlier choices over it."""
        own = self.score(self.chances)
        rows = [("earlier choices", own, 0.0)]
        rows += [
            (rule, self.score(chances), own - self.score(chances))
            for rule, chances in zip(RULES, self.by_rule, strict=True)
        ]
        title = f"{len(self.ids)} choices, each predicted by those before; power {self.power:.2f}"
        return Table(title, ("by", "log score", "gain of earlier choices"), tuple(rows))


def next_choice(result: Revealed, *, error: float = USUAL_ERROR, simulations: int = 100) -> NextChoice:
    """Return how well earlier episodes predict each choice, with the power of this test.

    `error` is the chance of a wrong choice. `simulations` is the number of simulations behind the power: in
    each, one draw is taken as true and choices are simulated from it.
    """
    count = expect_count("simulations", simulations)
    chances = _chances(result.gains >= 0.0, result, error)
    rules = np.stack([np.full(len(chances), 0.5), *(_by_habit(habit) for habit in _habits(result))])
    readings = Counter((row.step, row.day) for row in result.choices)
    weights = np.array([1.0 / readings[row.step, row.day] for row in result.choices])
    scored = NextChoice(tuple(row.id for row in result.choices), chances, rules, weights, 0.0)
    generator = np.random.default_rng(result.seed)
    best = max(scored.score(rule) for rule in rules)
    hits = 0
    for truth in generator.integers(result.gains.shape[1], size=count):
        pays = result.gains[:, truth] >= 0.0
        taken = pays ^ (generator.random(len(pays)) < error)
        # A simulated choice is the level that pays in the true draw, except for errors.
        agrees = (result.gains >= 0.0) == taken[:, None]
        hits += scored.score(_chances(agrees, result, error)) > best
    return NextChoice(scored.ids, chances, rules, weights, hits / count)


def _chances(pays: BoolArray, result: Revealed, error: float) -> FloatArray:
    """Return the chance of each choice by earlier choices of other episodes, shape (C,).

    Shapes: `pays` (C, D).
    """
    episodes = [row.episode for row in result.choices]
    chances = np.empty(len(pays))
    for c, episode in enumerate(episodes):
        earlier = [k for k in range(c) if episodes[k] != episode]
        weights = soft_weights(pays[earlier], [episodes[k] for k in earlier], error)
        share = float(weights[pays[c]].sum())
        chances[c] = (1.0 - error) * share + error * (1.0 - share)
    return chances


def _habits(result: Revealed) -> tuple[list[bool], list[bool | None]]:
    """Return two lists over choices: whether the milder level was chosen, and whether the level was kept.

    A level counts as kept unless the alternative was in force on the day before. None is before the record.
    """
    scenario = result.draws.scenario.as_of(result.draws.scenario.definition.date)
    milder, kept = [], list[bool | None]()
    for row in result.choices:
        labels = scenario.instruments[row.step.instrument].labels(row.country)
        milder.append(labels.index(row.step.level) < labels.index(row.step.other))
        # On the day itself the chosen level may be in force already.
        eve = row.day - timedelta(days=1)
        known = eve >= record_begins(scenario)
        before = postures_on(scenario, eve)[row.country][row.step.instrument] if known else None
        kept.append(before != row.step.other if known else None)
    return milder, kept


def _by_habit(followed: Sequence[bool | None]) -> FloatArray:
    """Return the chance that a rule gives each choice, from how often it came true before, shape (C,).

    None is a choice of which the rule says nothing.
    """
    known = np.array([each is not None for each in followed])
    came = np.array([each is True for each in followed])
    # Earlier choices alone: each running sum without the choice itself.
    share = (np.cumsum(came) - came + 1.0) / (np.cumsum(known) - known + 2.0)
    return np.where(known, np.where(came, share, 1.0 - share), 0.5)
