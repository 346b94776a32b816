"""Placebos: truces for which no theory was designed, scored in the same way.

Weeks run from the first Monday after the signing to the end of the week in which the window ends. A placebo
signed while the record gives every level is scored over all instruments. An earlier one states the levels at
its signing, and only the instruments in play at the time are predicted and scored: in the first round of the
USA and China, the tariffs of both sides and China's purchases. The following assumptions limit what a placebo
can show:

- where the record reaches back with the levels of the past, levels are those that it gives, and rates, chains
  and answers are counted from its first day; otherwise the agreement states the levels;
- baselines count the moves of the instruments that are scored; theories, whose games need the others as
  well, predict the whole dispute at the levels of the time, and only these instruments are scored;
- parameters, including trade and elasticities, are for 2025, from sources later than the windows: the form of
  the model is tested, not a forecast that could have been made then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario
from negotiation.errors import UnknownTruce
from negotiation.truces.compiling.terms import stated_postures
from negotiation.truces.prediction.chances import Predictor
from negotiation.truces.prediction.scores import Scores, prequential
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster
from negotiation.truces.prediction.weeks import cells_of, pairs_of
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.timeline import load_moves, looking_back_to, record_begins, record_level
from negotiation.truces.replay.window_scores import first_monday, usual_predictors


def in_play(scenario: Scenario) -> tuple[str, ...]:
    """Return the instruments in play at the time: those whose levels a placebo of the dispute states.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> in_play(load_scenario("us-china-2025"))
    ('tariff', 'purchases')
    """
    placebos = [text for text in agreements_of(scenario, placebos=True) if text.placebo]
    stated = {entry.instrument for text in placebos for entry in text.before}
    return tuple(name for name in scenario.instruments if name in stated)


@dataclass(frozen=True, eq=False)
class PlaceboScores(Tabular):
    """Scores over the windows of the placebos, one after the other."""

    scores: dict[str, Scores]
    status: Status = "complete"

    def __getitem__(self, name: str) -> Scores:
        if name not in self.scores:
            raise UnknownTruce(name, self.scores)
        return self.scores[name]

    def table(self) -> Table:
        """Return one row for each placebo and predictor: mean scores, of all cells and of moves."""
        columns = (
            "placebo", "predictor", "weeks", "cells", "with a move", "log score", "Brier score",
            "log score, moves",
        )  # fmt: skip
        rows = tuple(
            (
                name, predictor, len(scored.cells.weeks), scored.cells.outcomes.size, scored.cells.moved,
                scored.mean(predictor), scored.mean(predictor, rule="brier"),
                scored.mean(predictor, moved=True) if scored.cells.moved else None,
            )
            for name, scored in self.scores.items()
            for predictor in scored.names
        )  # fmt: skip
        return Table("prequential scores of the placebos, smaller is better", columns, rows)


def known_then(scenario: Scenario) -> Scenario:
    """Return a scenario with only the instruments that were in play in the first round.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> then = known_then(load_scenario("us-china-2025"))
    >>> then.held("USA"), then.held("CHN")
    (('tariff',), ('tariff', 'purchases'))
    """
    return replace(scenario, instruments={name: scenario.instruments[name] for name in in_play(scenario)})


def placebo_scores(scenario: Scenario, predictors: Sequence[Predictor] | None = None) -> PlaceboScores:
    """Return the scores of predictors over the windows of the placebos."""
    texts = [text for text in agreements_of(scenario, placebos=True) if text.placebo]
    chosen = usual_predictors(scenario) if predictors is None else predictors
    return PlaceboScores({text.id: score_placebo(text, scenario, chosen) for text in texts})


@dataclass(frozen=True)
class _OfTheWhole:
    """A theory that is evaluated on the whole dispute although only some instruments are scored."""

    of: TheoryForecaster
    whole: Scenario

    @property
    def name(self) -> str:
        """The theory's name."""
        return self.of.name

    def predict(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the chances of the scored instruments."""
        whole = looking_back_to(self.whole, past.as_of)
        chances = self.of.predict(whole, past_of(whole, past.as_of, agreements=past.agreements))
        pairs = pairs_of(whole)
        scored: FloatArray = chances[[pairs.index(pair) for pair in pairs_of(scenario)]]
        return scored


def score_placebo(agreement: AgreementText, scenario: Scenario, predictors: Sequence[Predictor]) -> Scores:
    """Return the scores of predictors over the window of one placebo."""
    whole = looking_back_to(scenario, agreement.signed)
    world = known_then(whole) if agreement.before else whole
    moves = tuple(move for move in load_moves(scenario) if move.instrument in world.instruments)
    start = first_monday(agreement.signed + timedelta(days=1))
    # To the Sunday of the week in which it ends: the move that ends a truce is there to be foreseen.
    end = agreement.window_end + timedelta(days=6 - agreement.window_end.weekday())
    cells = cells_of(world, start, end, moves)
    reached = agreement.signed > record_begins(world)
    opening = opening_of(agreement, world, moves) if agreement.before and not reached else None
    known = agreements_of(scenario, placebos=True)
    earlier = [one for one in known if one.signed < agreement.signed]
    wrapped = [_OfTheWhole(one, scenario) if isinstance(one, TheoryForecaster) else one for one in predictors]
    return prequential(
        wrapped, world, cells=cells, moves=moves, agreements=[*earlier, agreement], opening=opening
    )


def opening_of(agreement: AgreementText, scenario: Scenario, moves: Sequence[MoveRecord]) -> Postures:
    """Return the window's first levels: those stated before the signing, after moves to the first Monday."""
    postures = stated_postures(agreement, scenario)
    start = first_monday(agreement.signed + timedelta(days=1))
    for move in moves:
        day, level = move.announced.latest, record_level(scenario, move)
        applied = move.status == "applied" and level is not None and move.instrument is not None
        if applied and agreement.signed <= day < start:
            postures = postures.after(move.actor, {str(move.instrument): str(level)})
    return postures
