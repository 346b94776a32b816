"""Whether a record tells what it was made by: records simulated under each theory, explained by all of them.

A record of dated moves is drawn from a theory's play in a small game at central parameters. Each theory then
explains it at the pace at which it does best: time stretched by one factor, which changes no strategy. The
theory's own record is also explained at other precisions. If the pace and the precision that made a record
are not found again, or another theory explains it better, then no record of that length can say more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from negotiation.errors import InvalidGame
from negotiation.games.event_path import EventPath
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, IntArray, read_only
from negotiation.play.simulate_moves import simulate_moves
from negotiation.solvers.continuous.likelihood import log_likelihood
from negotiation.status import Status
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.theories import theories_by_name
from negotiation.truces.theory_game import Asked, TheoryGame, theory_game
from negotiation.world import Scenario
from negotiation.world.continuous.game import Pace
from negotiation.world.observation import PRECISION

PRECISIONS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Multiples of the central precision at which a theory's own records are explained."""


class Seen(NamedTuple):
    """A record: dated moves over some years."""

    # Years from the beginning, and the event.
    moves: tuple[tuple[float, str], ...]
    years: float


@dataclass(frozen=True, eq=False)
class Recovery(Tabular):
    """What simulated records say of what made them. Make one with `recovery`."""

    agreement: str
    years: float
    # Those that made records and explain them.
    theories: tuple[str, ...]
    # (theories, records): moves on each record, by the theory that made it.
    moves: IntArray
    # (theories, records, theories): log likelihood of each record under each theory at its best pace.
    likelihoods: FloatArray
    # (theories, records): pace at which the theory that made a record explains it best; it was made at 1.
    paces: FloatArray
    # (theories, records): multiple of the central precision at which it does best; it was made at 1.
    precisions: FloatArray
    status: Status = "complete"

    @property
    def best(self) -> IntArray:
        """Position of the theory that explains each record best, shape (theories, records)."""
        return np.asarray(self.likelihoods.argmax(axis=2), dtype=np.intp)

    def share(self, made_by: str, explained_by: str) -> float:
        """Return the share of a theory's records that another, or itself, explains best."""
        k, j = self.theories.index(made_by), self.theories.index(explained_by)
        return float((self.best[k] == j).mean())

    def table(self) -> Table:
        """Return one row for each theory that made records."""
        rows = []
        for k, name in enumerate(self.theories):
            others = [(self.share(name, other), other) for other in self.theories if other != name]
            share, rival = max(others, default=(0.0, ""))
            low, middle, high = np.quantile(self.paces[k], (0.1, 0.5, 0.9))
            rows.append(
                (
                    name, float(self.moves[k].mean()), self.share(name, name), rival if share else "",
                    f"{middle:.2f} ({low:.2f} to {high:.2f})", float((self.precisions[k] == 1.0).mean()),
                )
            )  # fmt: skip
        columns = ("made by", "moves", "best by itself", "else by", "pace, made at 1", "precision found")
        title = f"{self.moves.shape[1]} records of {self.years:g} years under {self.agreement} by theory"
        return Table(title, columns, tuple(rows))


def recovery(
    agreement: AgreementText,
    scenario: Scenario,
    theories: Iterable[str] | None = None,
    *,
    size: str = "small",
    records: int = 10,
    years: float = 2.0,
    rng: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Recovery:
    """Return what records that were simulated under theories say of these."""
    every = [name for name, one in theories_by_name().items() if one.in_time]
    names = tuple(every if theories is None else theories)
    if records < 1 or not years > 0 or not names:
        raise InvalidGame(f"give records, years and theories, one or more of each; got {records}, {years}")
    games = {name: _game(agreement, scenario, name, size, 1.0) for name in names}
    shape = len(names), records
    moves, likelihoods = np.zeros(shape, dtype=np.intp), np.empty((*shape, len(names)))
    paces, precisions = np.empty(shape), np.empty(shape)
    for k, (name, seeds) in enumerate(zip(names, np.random.SeedSequence(rng).spawn(len(names)), strict=True)):
        others = [_game(agreement, scenario, name, size, factor) for factor in PRECISIONS]
        for r, seed in enumerate(seeds.spawn(records)):
            seen = simulated(games[name], years, np.random.default_rng(seed))
            moves[k, r] = len(seen.moves)
            fits = [at_its_pace(games[other], seen) for other in names]
            likelihoods[k, r], paces[k, r] = [value for value, _ in fits], fits[k][1]
            own = [at_its_pace(one, seen)[0] for one in others]
            precisions[k, r] = PRECISIONS[int(np.argmax(own))]
            if progress is not None:
                progress(k * records + r + 1, len(names) * records)
    for array in (moves, likelihoods, paces, precisions):
        read_only(array)
    return Recovery(agreement.id, years, names, moves, likelihoods, paces, precisions)


def _game(agreement: AgreementText, scenario: Scenario, name: str, size: str, factor: float) -> TheoryGame:
    pace = Pace(precision=factor * scenario.parameters[PRECISION])
    return theory_game(agreement, name, scenario, Asked(size=size), pace)


def simulated(game: TheoryGame, years: float, rng: np.random.Generator) -> Seen:
    """Return a record drawn from the play of a theory, from the levels that are kept."""
    path = simulate_moves(game.game, game.response, start=game.game.states[0], years=years, rng=rng)
    events: Sequence[str | None] = path.events
    moves = tuple(
        (float(at), event) for at, event in zip(path.times, events, strict=True) if event is not None
    )
    return Seen(moves, years)


def at_its_pace(game: TheoryGame, seen: Seen) -> tuple[float, float]:
    """Return the log likelihood of a record under a theory at its best pace, and that pace."""

    def missed(log_pace: float) -> float:
        """Return minus the log likelihood of the record."""
        pace = exp(log_pace)
        moves = [(at * pace, event) for at, event in seen.moves]
        path = EventPath(game.game.states[0], moves, years=seen.years * pace)
        # Densities are per year of the game; a year of the record has `pace` of them.
        return -log_likelihood(game.game, game.response, path).value - len(moves) * log_pace

    low, high = (log(bound) for bound in NUMERICS.paces_tried)
    found = minimize_scalar(missed, bounds=(low, high), method="bounded", options={"xatol": 0.02})
    return -float(found.fun), exp(float(found.x))
