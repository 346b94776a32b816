"""The search over texts: all of them if there are few, otherwise an exchange search from many starts.

The exchange search tries every choice in one place of a text at a time, keeps the best, and ends when no
place improves the text. It is a heuristic. The result reports how much of the space was evaluated.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from negotiation.base.interrupts import must_be_whole
from negotiation.base.progress import Progress
from negotiation.text_design.judging import Bench, Games, Score
from negotiation.text_design.numerics import NUMERICS
from negotiation.text_design.texts import Text, Texts

LOGGER = logging.getLogger(__name__)

# Of two scores the larger one is better.
Key = Callable[[Score], tuple[float, float]]


def keys_of(robust: float, theories: int) -> tuple[Key, ...]:
    """Return the search criteria, in order.

    They are the worth to both sides among robust texts, robustness, the worth to the first and to the second
    side among robust texts, and for each theory the worth among texts that are robust under it.
    """

    def under(k: int) -> Key:
        """Return the criterion that prefers worth among texts robust under one theory."""
        return lambda score: (min(float(score.shares[k]), robust), float(score.worths[k]))

    return (
        lambda score: (min(score.share, robust), score.worth),
        lambda score: (score.share, score.worth),
        lambda score: (min(score.share, robust), float(score.least_gains[0])),
        lambda score: (min(score.share, robust), float(score.least_gains[1])),
        *(under(k) for k in range(theories)),
    )


@dataclass
class Search:
    """A search over the texts of a bench in some draws, which keeps the scores of evaluated texts."""

    bench: Bench
    games: Sequence[Games]
    most: int
    report: Progress
    # Scores (texts times draws) that are computed after the search, for the expected time.
    later: int
    found: dict[Text, Score] = field(default_factory=dict)
    interrupted: bool = False
    # Start time of the texts from which the total time is estimated.
    began: float = 0.0

    def run(self, texts: Texts, robust: float, rng: np.random.Generator) -> bool:
        """Evaluate texts up to a limit; return whether all were evaluated."""
        every = len(texts) <= self.most
        try:
            if every:
                self.most = len(texts)
                for text in texts:
                    self.score(text)
                return True
            starts, keys = 0, keys_of(robust, len(self.bench.names))
            self.score(Text(()))
            # Restarts that reach a known optimum are skipped, so this many are enough.
            while len(self.found) < self.most and starts < self.most:
                place = (0,) * len(texts.sizes) if starts == 0 else texts.drawn(rng)
                self._exchange(texts, place, keys[starts % len(keys)], rng)
                starts += 1
        except KeyboardInterrupt:
            if must_be_whole():
                raise
            self.interrupted = True
        return False

    def _exchange(self, texts: Texts, place: tuple[int, ...], key: Key, rng: np.random.Generator) -> None:
        best, moved = key(self.score(texts.at(place))), True
        while moved:
            moved = False
            for k in rng.permutation(len(place)).tolist():
                for choice in range(texts.sizes[k]):
                    other = (*place[:k], choice, *place[k + 1 :])
                    if len(self.found) >= self.most and texts.at(other) not in self.found:
                        return
                    worth = key(self.score(texts.at(other)))
                    if worth > best:
                        best, place, moved = worth, other, True

    def score(self, text: Text) -> Score:
        """Return the score of a text, which is computed only once."""
        if text not in self.found:
            total, done = self.bench.scores([text], self.games)
            if not done:
                raise KeyboardInterrupt
            self.found[text] = total[text]
            # The first texts are slower, since they make the games and load compiled code.
            if len(self.found) == NUMERICS.timed:
                self.began = monotonic()
            if len(self.found) == 2 * NUMERICS.timed:
                self._say((monotonic() - self.began) / NUMERICS.timed)
            self.report(len(self.found), self.most)
        return self.found[text]

    def _say(self, each: float) -> None:
        draws = sum(len(games.day) for games in self.games)
        expected = each * (self.most + self.later / draws)
        if expected > NUMERICS.said:
            LOGGER.warning(
                "negotiation: design: %d texts and fresh draws in some %.0f s; Ctrl-C keeps what there is",
                self.most,
                expected,
            )


def finalists(scores: Mapping[Text, Score], robust: float, most: int) -> list[Text]:
    """Return up to `most` texts, the best by each criterion, with the text that binds nothing first."""
    chosen = dict.fromkeys([text for text in scores if not text.clauses])
    keys = keys_of(robust, len(next(iter(scores.values())).held))
    # Among equals the one with fewer clauses.
    ranks = [
        sorted(scores, key=lambda text: (*(-x for x in key(scores[text])), len(text.clauses))) for key in keys
    ]
    for rank in zip(*ranks, strict=True):
        for text in rank:
            if len(chosen) < most:
                chosen[text] = None
    return list(chosen)


def frontier(scores: Mapping[Text, Score]) -> list[Text]:
    """Return texts that no other text beats in both robustness and worth, the most robust first."""
    ordered = sorted(scores, key=lambda text: (-scores[text].share, -scores[text].worth, len(text.clauses)))
    best, edge = -np.inf, []
    for text in ordered:
        if scores[text].worth > best:
            best = scores[text].worth
            edge.append(text)
    return edge


def shown(scores: Mapping[Text, Score], robust: float) -> list[Text]:
    """Return the texts to score on fresh draws.

    They are the text that binds nothing, the best by each criterion, the shortest robust text and the
    frontier.
    """
    keys = keys_of(robust, len(next(iter(scores.values())).held))
    firsts = [max(scores, key=lambda text: (key(scores[text]), -len(text.clauses))) for key in keys]
    holding = [text for text in scores if text.clauses and scores[text].share >= robust]
    least = sorted(holding, key=lambda text: (len(text.clauses), -scores[text].share))[:1]
    edge = frontier(scores)
    if len(edge) > NUMERICS.shown:
        # Evenly over the frontier, with both ends.
        at = np.linspace(0, len(edge) - 1, NUMERICS.shown).round().astype(int)
        edge = [edge[k] for k in at.tolist()]
    nothing = [text for text in scores if not text.clauses]
    return list(dict.fromkeys([*nothing, *firsts, *least, *edge]))
