"""Theories as models of the record: the filter, what is seen, and what cannot be."""

from datetime import date
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.continuous.game import Pace
from negotiation.truces.estimation.model import RandomMoves
from negotiation.truces.estimation.played_game import levels_in, seen_path, theory_factory
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.seen_moves import log_densities_of_moves
from negotiation.truces.estimation.theory_record import MOVE_RATE, PRECISION, theory_record
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories.common.theory_game import GameOptions, theory_game
from tests.us_china import SCENARIO

UNTIL, SINCE = date(2025, 12, 1), date(2025, 1, 1)


def small(theory, **options):
    return theory_record(SCENARIO, theory, until=UNTIL, since=SINCE, size="small", **options)


@pytest.mark.long
@pytest.mark.parametrize("theory", ["custom in kind", "renegotiation"])
def test_a_fit_reads_a_theorys_density(theory):
    record, free = small(theory, parameters=(MOVE_RATE, PRECISION)), {MOVE_RATE: 9.0}
    path = seen_path(record.openings[1][0], record.spells[1].opening, record.seen[1])
    found = ng.fit(partial(theory_factory(record, 1), **{PRECISION: 45.0}), path, start=free, equilibria=1)
    own = record.log_densities(np.array([[found.estimate[MOVE_RATE], 45.0]]))[0]
    assert found.status == "complete"
    assert found.log_likelihood == pytest.approx(own[len(record.seen[0].moves) + 1 :].sum(), abs=1e-9)


def test_the_game_of_one_player_shows_levels_that_change_and_no_others():
    record = small("custom in kind", parameters=(MOVE_RATE, PRECISION))
    game = theory_factory(record, 1)(**{MOVE_RATE: 9.0, PRECISION: 45.0})
    levels = [levels_in(state) for state in game.states]
    for rows in game.options:
        ends = zip(rows.sources.tolist(), rows.targets.tolist(), strict=True)
        changes = [levels[goal] if levels[goal] != levels[state] else None for state, goal in ends]
        assert [rows.event(k) for k in range(rows.n_options)] == changes


def test_nothing_after_the_day_until_which_is_read_enters():
    cut = theory_record(SCENARIO, "moment", until=date(2025, 8, 1), since=SINCE, size="small")
    whole = small("moment")
    assert len(cut.spells) == 1
    shared = len(cut.observations) - 1  # its last one is the quiet time up to its end
    assert cut.observations[:shared] == whole.observations[:shared]
    assert [p.name for p in cut.priors] == [p.name for p in whole.priors]
    at = parameters_at(whole.priors, np.random.default_rng(1).standard_normal((3, len(whole.priors))))
    np.testing.assert_array_equal(cut.log_densities(at)[:, :shared], whole.log_densities(at)[:, :shared])


def test_moves_at_random_have_the_density_of_a_steady_stream():
    record = small("each for itself")
    found = RandomMoves(record).log_densities(np.array([[6.0], [24.0]]))
    years = [(s.ends - s.begins).days / 365 for s in record.spells]
    moves = len(record.observations) - len(record.spells)
    counts = [c for waits, counts in record.waits_and_choices for c in counts[:-1]]
    for row, rate in zip(found, (6.0, 24.0), strict=True):
        assert row.sum() == pytest.approx(moves * np.log(rate) - np.log(counts).sum() - rate * sum(years))
    assert min(counts) >= 1
    quiet = record.of(tuple(one._replace(moves=()) for one in record.seen))
    assert RandomMoves(quiet).seen == quiet.seen != ()  # a spell in which nothing moved is one


AT = {"pace.move_rate": 40.0, "logit.precision": 20.0, "pace.adjustment": 0.002}


def paced(theory="custom in kind"):
    return small(theory, parameters=tuple(AT))


def test_a_drawn_record_is_explained_as_it_was_drawn():
    record, rng = paced("renegotiation"), np.random.default_rng(4)
    row = np.array([AT[prior.name] for prior in record.priors])
    drawn = record.drawn(row, rng)
    again = record.of(drawn)
    assert sum(len(spell.moves) for spell in drawn) > 10
    for one, other in zip(drawn, again.seen, strict=True):
        assert [m[1:] for m in one.moves] == [m[1:] for m in other.moves]
        np.testing.assert_allclose([m.at for m in one.moves], [m.at for m in other.moves], atol=1e-12)
    # Moments, not the days on which they fall: half a day later throughout is another record.
    later = [one._replace(moves=tuple(m._replace(at=m.at + 0.5 / 365) for m in one.moves)) for one in drawn]
    assert again.log_densities(row[None])[0] != pytest.approx(record.of(later).log_densities(row[None])[0])


def under_geneva(theory):
    """Return a record in whose game each instrument has two levels, so that an event says which."""
    return theory_record(
        SCENARIO, theory, until=date(2025, 10, 30), since=date(2025, 5, 1), size="small",
        parameters=tuple(AT),
    )  # fmt: skip


def spell_game(record, spell):
    pace = Pace(AT["logit.precision"], AT["pace.move_rate"], AT["pace.adjustment"], reach="any")
    start = state_of_the_day(spell.agreement, SCENARIO).likely
    return theory_game(spell.agreement, record.theory, SCENARIO, GameOptions("small", state=start), pace)


@pytest.mark.long
def test_as_many_moves_are_drawn_as_the_game_has_on_average():
    record = under_geneva("each for itself")
    row = np.array([AT[prior.name] for prior in record.priors])
    game, spell, rng = spell_game(record, record.spells[0]), record.spells[0], np.random.default_rng(0)
    counts = [len(record.drawn(row, rng)[0].moves) for _ in range(100)]
    # The expected number is the integral of the intensity: that of all moves, by the chance of each state.
    steps = np.linspace(0.0, record.seen[0].years, 41)
    chances = ng.transition_probabilities(
        game.game, game.response.choice_probabilities, start=game.state_of(spell.opening), years=steps
    )
    told = [sum(game.intensities(state).values()) for state in game.game.states]
    expected = np.trapezoid(np.asarray(chances.probabilities) @ told, steps)
    assert np.mean(counts) == pytest.approx(expected, abs=4 * np.std(counts) / 10)


@pytest.mark.parametrize("theory", ["moment", "custom in kind"])
def test_the_record_has_the_densities_of_the_levels_that_it_went_through_in_every_phase(theory):
    record, told = paced(theory), []
    for spell in record.spells:
        game, now, moves = spell_game(record, spell), spell.opening, []
        for move in spell.moves:
            before, now = now, now.after(move.country, {move.instrument: move.level})
            if game.state_of(before) != game.state_of(now):
                moves.append((move.day, now))
        assert len(game.phases) > 1 or (theory, spell.agreement.id) == ("custom in kind", "2025-05-geneva")
        places = [
            np.array([game.game.state_index(game.state_of(levels, phase)) for phase in game.phases])
            for levels in (spell.opening, *(levels for _, levels in moves))
        ]
        days = [spell.begins, *(day for day, _ in moves), spell.ends]
        waits = [(b - a).days / 365 for a, b in pairwise(days)]
        told.append(log_densities_of_moves(game.game, game.response.choice_probabilities, places, waits))
    row = np.array([[AT[prior.name] for prior in record.priors]])
    np.testing.assert_allclose(record.log_densities(row)[0], np.concatenate(told), atol=1e-8)
    np.testing.assert_allclose(record.of(record.seen).log_densities(row)[0], np.concatenate(told), atol=1e-8)
