"""A theory's predictions with the days of signing given, not explained: what moves, when, how often.

On a day of signing, the moves of that day are made and the phase is the first, without a term in the density.
One side's moves of one day are one decision: the first has a time and a mark, the others have only marks. A
move known only to a month is placed on several of its days, and the density is averaged over these paths. The
rules and expectations are in decision 70.

A path's density is the product of the densities of its quiet times, of the hazard at each decision (both
scale with the pace of the spell), and of its marks: the chance of each move given that some move occurs.

The same phases give the exact chance of a harsher step by some day after signing, at given parameters. A leg
is moved on by a step of either side towards a harsher level of one of its instruments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, product
from typing import NamedTuple, TypeAlias

import numpy as np
from scipy.linalg import expm
from scipy.sparse import csr_array
from scipy.special import logsumexp
from scipy.stats import gamma

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.disputes import Postures, Scenario
from negotiation.disputes.continuous.game import DIRECTIONS
from negotiation.disputes.instrument import Pair
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker, OptionRows
from negotiation.game_theory.solvers.continuous.transient import event_probabilities
from negotiation.game_theory.strategies.move_choices import MoveChoices
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.seen_moves import add_maker, add_nature
from negotiation.truces.estimation.theory_record import LevelMove, Spell
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.theories.common.theory_game import TheoryGame

# A game, and how it is played.
Played: TypeAlias = tuple[ContinuousTimeGame, Sequence[MoveChoices]]

STEP = "harsher step"


def groups_of(agreement: AgreementText, scenario: Scenario, pairs: Iterable[Pair]) -> dict[str, set[Pair]]:
    """Return the pairs in each group that has any: the legs, "covered", "not covered", the countries."""
    terms, groups = written_terms(agreement), dict[str, set[Pair]]()
    for leg in (*scenario.legs, "covered", "not covered", *scenario.countries):
        groups[leg] = set()
    for country, name in pairs:
        for group in (
            scenario.instruments[name].leg,
            "covered" if (country, name) in terms else "not covered",
            country,
        ):
            groups[group].add((country, name))
    return {group: members for group, members in groups.items() if members}


def chances_of_steps(
    played: Played, groups: Mapping[str, Iterable[Pair]], start: str, days: Sequence[float] | FloatArray
) -> dict[str, FloatArray]:
    """Return, by group, the chance of at least one harsher step within each number of days, shape (days,)."""
    game, choices = played
    years = np.asarray(days, dtype=np.float64) / DAYS_A_YEAR
    chances = {}
    for group, pairs in groups.items():
        shown = _showing(game, set(pairs))
        chance = shown.events and event_probabilities(shown, choices, start=start, years=years, events=[STEP])
        chances[group] = chance.probabilities[0] if chance else np.zeros(len(years))
    return chances


def as_theory(theory_game: TheoryGame) -> Played:
    """Return a game, played as its theory says."""
    return theory_game.game, theory_game.response.choice_probabilities


def at_random(game: ContinuousTimeGame, rate: float) -> Played:
    """Return a game with random moves at one rate, with all moves to another level equally likely."""
    # All moves together come at the rate: a maker has as large a part of it as it has moves to choose from.
    leaving = [(rows.targets != rows.sources).astype(np.float64) for rows in game.options]
    counts = np.stack(
        [np.add.reduceat(some, rows.indptr[:-1]) for some, rows in zip(leaving, game.options, strict=True)]
    )
    rates = rate * counts / np.maximum(counts.sum(axis=0), 1.0)
    choices = []
    for some, own, rows in zip(leaving, counts, game.options, strict=True):
        stuck = (own == 0.0)[rows.sources]  # a maker without another option stays
        first = np.zeros(len(some))
        first[rows.indptr[:-1]] = 1.0
        flat = np.where(stuck, first, some / np.maximum(own, 1.0)[rows.sources])
        choices.append(MoveChoices(flat, rows.indptr))
    makers = [
        DecisionMaker(maker.player, own, maker.options, maker.precision, maker.label)
        for maker, own in zip(game.makers, rates, strict=True)
    ]
    return _with(game, makers), choices


def at_factor(played: Played, factor: float) -> Played:
    """Return a game with the chances to move multiplied by a factor, played as before."""
    game, choices = played
    makers = [
        DecisionMaker(maker.player, factor * own, rows, maker.precision, maker.label)
        for maker, own, rows in zip(game.makers, game.rates, game.options, strict=True)
    ]
    return _with(game, makers), choices


def _showing(game: ContinuousTimeGame, pairs: set[Pair]) -> ContinuousTimeGame:
    """Return a game whose options show one event: a harsher step in any of some instruments."""
    makers = []
    for maker, rows in zip(game.makers, game.options, strict=True):
        counts = [_is_step(name, pairs) for name in rows.event_names]
        among = np.array([*counts, False])[rows.events]  # no event is -1: the last
        names = (STEP,) if among.any() else ()
        options = OptionRows(rows.indptr, rows.targets, rows.payoffs, np.where(among, 0, -1), names)
        makers.append(DecisionMaker(maker.player, maker.rate, options, maker.precision, maker.label))
    return _with(game, makers)


def _is_step(event: str, pairs: set[Pair]) -> bool:
    country, name, direction = event.split(" ")
    return direction == DIRECTIONS[0] and (country, name) in pairs


def _with(game: ContinuousTimeGame, makers: Sequence[DecisionMaker]) -> ContinuousTimeGame:
    moves = game.nature
    nature = csr_array((moves.rates, (moves.sources, moves.targets)), shape=(game.n_states, game.n_states))
    return ContinuousTimeGame(game.flows, makers, game.discount_rates, nature, game.states, game.players)


# What ends a quiet time: a day that is looked at, one of signing, a decision, and more of the same decision.
LOOK, SIGNED, DECISION, REST = range(4)


@dataclass(frozen=True, eq=False)
class SpellPaths:
    """The moves of one spell, for each choice of days of moves known only to a month: V paths, T events."""

    # (V, T + 1): before each event and after the last, the levels as a state in the first phase.
    states: IntArray
    # (V, T): years of quiet before each event, its day as an ordinal, and what it is.
    waits: FloatArray
    days: IntArray
    kinds: IntArray
    # By path, the move's id; empty where there is none.
    ids: tuple[tuple[str, ...], ...]


class PathTerms(NamedTuple):
    """Logarithms along the paths of a spell, by factor on its pace, shape (V, Z, T) each."""

    paths: SpellPaths
    quiet: FloatArray
    hazard: FloatArray
    mark: FloatArray


class Numbers(NamedTuple):
    """Logarithms of the density of a record: of its marks, of its times, of both."""

    marks: float
    times: float
    both: float

    def __add__(self, other: object) -> Numbers:
        """Return the numbers of two spells with independent factors together."""
        if not isinstance(other, Numbers):
            return NotImplemented
        return Numbers(*(a + b for a, b in zip(self, other, strict=True)))


def spell_paths(
    spell: Spell,
    theory_game: TheoryGame,
    signed: Collection[date],
    looks: Collection[date],
    earliest: Mapping[str, date],
) -> SpellPaths:
    """Return the paths of a spell, with an event for each day of signing, each look and each move.

    `earliest` gives the earliest day of a move by its id. A move whose earliest day is before its day is
    known only to a month.
    """
    paths = [_events(moves, signed, looks, spell) for moves in _dated(spell, theory_game, signed, earliest)]
    standing = [_standing(spell, theory_game, path) for path in paths]
    days = np.array([[event.day.toordinal() for event in path] for path in paths], dtype=np.intp)
    begins = np.full((len(paths), 1), spell.begins.toordinal())
    return SpellPaths(
        np.array(standing, dtype=np.intp),
        np.diff(days, axis=1, prepend=begins) / DAYS_A_YEAR,
        days,
        np.array([[event.kind for event in path] for path in paths], dtype=np.intp),
        tuple(tuple(event.moves[0].id if event.moves else "" for event in path) for path in paths),
    )


class _Event(NamedTuple):
    day: date
    kind: int
    moves: tuple[LevelMove, ...]


def _dated(
    spell: Spell, theory_game: TheoryGame, signed: Collection[date], earliest: Mapping[str, date]
) -> Iterator[list[LevelMove]]:
    """Yield the moves seen in the game for each choice of days; moves on a day of signing keep their day."""
    seen, now, choices = [], spell.opening, []
    for move in spell.moves:
        after = now.after(move.country, {move.instrument: move.level})
        if theory_game.state_of(now) != theory_game.state_of(after):
            seen.append(move)
        now = after
    for move in seen:
        first = max(earliest.get(move.id, move.day), spell.begins + timedelta(days=1))
        if move.day in signed or first >= move.day:
            choices.append([move.day])
            continue
        length, parts = (move.day - first).days + 1, NUMERICS.days_of_a_month
        middles = [(2 * k + 1) * length // (2 * parts) for k in range(parts)]
        choices.append([first + timedelta(days=middle) for middle in middles])
    for days in product(*choices):
        yield [move._replace(day=day) for move, day in zip(seen, days, strict=True)]


def _events(
    moves: Sequence[LevelMove], signed: Collection[date], looks: Collection[date], spell: Spell
) -> list[_Event]:
    by_day = sorted(moves, key=lambda move: move.day)  # those of one day in the order of the record
    days = {day for day in (*signed, *looks) if spell.begins <= day < spell.ends} | {spell.ends}
    events = [_Event(d, SIGNED if d in signed and d < spell.ends else LOOK, ()) for d in days]
    for day, group in groupby(by_day, key=lambda move: move.day):
        own = tuple(group)
        if day in signed:
            events[events.index(_Event(day, SIGNED, ()))] = _Event(day, SIGNED, own)
            continue
        for k, move in enumerate(own):
            same = move.country in {before.country for before in own[:k]}
            events.append(_Event(day, REST if same else DECISION, (move,)))
    return sorted(events, key=lambda event: event.day)


def _standing(spell: Spell, theory_game: TheoryGame, path: Sequence[_Event]) -> list[int]:
    now: Postures = spell.opening
    states = [theory_game.game.state_index(theory_game.state_of(now))]
    for event in path:
        for move in event.moves:
            now = now.after(move.country, {move.instrument: move.level})
        states.append(theory_game.game.state_index(theory_game.state_of(now)))
    return states


def path_terms(played: Played, phases: int, paths: SpellPaths, factors: FloatArray) -> PathTerms:
    """Return the terms of each path with all hazards of moves multiplied by each factor.

    `phases` is the number of phases of the game, and `factors` has shape (Z,).
    """
    game, choices = played
    here = paths.states[:, :, None] + np.arange(phases) * (game.n_states // phases)
    count, times, _ = here.shape
    nature, rates = np.zeros((2, count, times, phases, phases))
    moves = np.zeros((count, times - 1, phases, phases))
    for v in range(count):
        add_nature(game.nature, here[v], nature[v])
        for m, rows in enumerate(game.options):
            add_maker(rows.indptr, rows.targets, choices[m].flat, game.rates[m], here[v], rates[v], moves[v])
    leaving = -np.diagonal(rates, axis1=-2, axis2=-1)
    phase = np.zeros((count, len(factors), phases))
    phase[..., 0] = 1.0
    first = phase.copy()
    quiet, hazard, mark = np.zeros((3, count, len(factors), times - 1))
    scale = factors[:, None, None]
    for t in range(times - 1):
        # The forward filter over phases that are not seen, as in `log_densities_of_moves`, for all paths and
        # factors at once; at a move its mass is split into the hazard of any move and the share of this one.
        # Paths share most of their quiet times: each is worked out once.
        pairs = np.column_stack([paths.states[:, t], paths.waits[:, t]])
        _, own, place = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
        drift = (nature[own, t, None] + scale * rates[own, t, None]) * paths.waits[own, t, None, None, None]
        phase = np.einsum("vzp,vzpq->vzq", phase, expm(drift)[place.ravel()])
        mass = phase.sum(axis=-1)
        kind = paths.kinds[:, t, None]
        with np.errstate(divide="ignore", invalid="ignore"):  # what is impossible has no density: -inf
            quiet[..., t] = np.log(mass)
            phase = np.where(mass[..., None] > 0.0, phase / mass[..., None], first)
            after = np.einsum("vzp,vpq->vzq", phase, moves[:, t])
            any_move, this = np.einsum("vzp,vp->vz", phase, leaving[:, t]), after.sum(axis=-1)
            mark[..., t] = np.where(kind >= DECISION, np.log(this / any_move), 0.0)
            hazard[..., t] = np.where(kind == DECISION, np.log(factors * any_move), 0.0)
            moved = np.where(this[..., None] > 0.0, after / this[..., None], first)
        phase = np.where(kind[..., None] >= DECISION, moved, phase)
        phase = np.where(kind[..., None] == SIGNED, first, phase)
    return PathTerms(paths, quiet, hazard, mark)


def numbers(
    terms: PathTerms, weights: FloatArray, last: date = date.max, without: Collection[str] = ()
) -> Numbers:
    """Return the numbers of a spell up to the day `last`, averaged over paths and factors.

    `weights`, shape (Z,), are those of the factors. For moves with an id in `without`, hazards and marks are
    left out, while their quiet times count.
    """
    paths = terms.paths
    seen = paths.days <= last.toordinal()
    counted: BoolArray = seen & ~np.array([[move in without for move in ids] for ids in paths.ids])
    marks = np.where(counted[:, None], terms.mark, 0.0).sum(axis=-1)
    times = np.where(seen[:, None], terms.quiet, 0.0).sum(axis=-1)
    times = times + np.where(counted[:, None], terms.hazard, 0.0).sum(axis=-1)
    with np.errstate(divide="ignore"):
        share = np.log(weights / weights.sum()) - np.log(len(seen))
    return Numbers(*(float(logsumexp(logs + share)) for logs in (marks, times, marks + times)))


def factors_of_a_spell(shape: float) -> tuple[FloatArray, FloatArray]:
    """Return factors on a spell's pace and their weights, each of shape (Z,), for a gamma distribution.

    The distribution has mean 1, and `shape` is its shape. The weights sum to 1. The factors are evenly spaced
    in the logarithm, between two quantiles far in the tails. Sums over them converge fast, since the summand,
    a power times an exponential, is smooth and small at both ends.
    """
    low, high = (gamma.ppf(tail, shape, scale=1.0 / shape) for tail in NUMERICS.tails_of_a_factor)
    factors: FloatArray = np.geomspace(low, high, NUMERICS.factors_of_a_spell)
    weights = factors * gamma.pdf(factors, shape, scale=1.0 / shape)
    return factors, weights / weights.sum()
